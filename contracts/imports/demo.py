"""One import that is over: the publication team sent a dozen notice numbers, and one row was no good."""

from django.core.files.base import ContentFile
from django.db.models import Exists, OuterRef

from accounts.models import User
from common.demo import moment
from common.spreadsheets.writing import write_csv
from contracts.imports import actions
from contracts.imports.models import ImportRun
from contracts.models import Contract

DAYS_AGO = 6
CONTRACTS = 12
_HEADINGS = ("Contract ref", "Contract title", "Open Contracting ID", "Published by")


def build(today):
    """The finished import; None in a register where there is nothing for it to do."""
    by = User.objects.holding("procurement").order_by("pk").last()
    at = moment(today, DAYS_AGO, hour=14, minute=20)
    contracts = _left_alone_since(at)
    if by is None or not contracts:
        return None
    rows = [
        (
            contract.reference,
            contract.title,
            f"ocds-demo00-{70_400 + 13 * number:06d}",
            "Open data desk",
        )
        for number, contract in enumerate(contracts)
    ]
    rows.append(("C-2009-9999", "Photocopiers (ended?)", "ocds-demo00-070399", "Open data desk"))
    file = ContentFile(b"".join(write_csv(_HEADINGS, rows)), name="published-notices.csv")
    run = actions.upload(file=file, by=by)
    run.options["default_unit"] = None
    run.save(update_fields=["options"])
    run = actions.start_check(run=run, by=by, at_once=True)
    run = actions.confirm(run=run, by=by, good_rows_only=True, at_once=True)
    _as_of(run, at)
    return run


def _left_alone_since(at):
    """Contracts without a notice number that nobody has edited after that moment: history stays in order."""
    later = Contract.history.filter(id=OuterRef("pk"), history_date__gte=at)
    quiet = Contract.objects.in_force().filter(~Exists(later), ocid="")
    return list(quiet.order_by("reference")[:CONTRACTS])


def _as_of(run, at):
    """Move the import into the past, where its history belongs."""
    ImportRun.objects.filter(pk=run.pk).update(uploaded_at=at, checked_at=at, imported_at=at)
    imported = Contract.objects.filter(imports__run=run)
    imported.update(updated_at=at)
    written = Contract.history.filter(
        id__in=imported.values("pk"), history_change_reason=f"Imported from {run.original_name}"
    )
    written.update(history_date=at)
    run.refresh_from_db()
