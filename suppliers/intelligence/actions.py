"""How what is known of suppliers is written down, and by whom."""

from collections import defaultdict

from django.db import transaction

from common import locking
from common.bulk import write_history
from common.history import save_with_history
from suppliers import facts
from suppliers.actions import settled
from suppliers.intelligence import rules
from suppliers.intelligence.models import Agency, DistressEvent, FinancialCheck, IntelligenceNote
from suppliers.models import Supplier


class Refused(Exception):
    """Nothing was written; `problems` are (field, sentence) pairs."""

    def __init__(self, problems):
        super().__init__("; ".join(sentence for _, sentence in problems))
        self.problems = problems


def _refuse(problems):
    if problems:
        raise Refused(problems)


# --- Notes ----------------------------------------------------------------------------------------


@transaction.atomic
def add_note(*, by, reason="", **values):
    values["supplier"] = settled(values.get("supplier"))
    _refuse(rules.problems_of_note(values))
    return save_with_history(IntelligenceNote(written_by=by, **values), by=by, reason=reason)


@transaction.atomic
def change_note(*, note, by, reason="", **values):
    """Write what this person changed on the note as it is now."""
    if "supplier" in values:
        values["supplier"] = settled(values["supplier"])
    current = IntelligenceNote.objects.select_for_update().get(pk=note.pk)
    was, was_about = current.kind, current.supplier
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    together = {
        n: getattr(current, n) for n in ("kind", "supplier", "category", "noted_on", "valid_until")
    }
    _refuse(rules.problems_of_note(together, was=was, was_about=was_about))
    return save_with_history(current, by=by, reason=reason, update_fields=changed)


@transaction.atomic
def end_note(*, note, by, on, reason):
    """The note no longer counts. It stays, with its history. Ending it twice changes nothing."""
    current = IntelligenceNote.objects.select_for_update().get(pk=note.pk)
    if current.ended_on:
        return current
    current.ended_on = on
    return save_with_history(current, by=by, reason=reason, update_fields=["ended_on"])


# --- Financial checks -----------------------------------------------------------------------------


def highest_tier(supplier):
    """The highest tier of this supplier's contracts in force, as far as checks depend on it. One query."""
    asked = {
        f"is_{tier}": facts.having(f"{tier}_contract", user=None)
        for tier in rules.MONTHS_BETWEEN_CHECKS
    }
    found = Supplier.objects.filter(pk=supplier.pk).annotate(**asked).values(*asked).get()
    return next((tier for tier in rules.MONTHS_BETWEEN_CHECKS if found[f"is_{tier}"]), "")


@transaction.atomic
def record_check(*, supplier, agency, score, checked_on, by, today, kind, due_on=None, note=""):
    """Keep a check beside the threshold of today. Without a date for the next one, the house rule sets it."""
    # Two people can check one supplier at once; the lock lets one take the place of the other.
    supplier = settled(supplier)
    tier = highest_tier(supplier)
    _refuse(
        rules.problems_of_check(
            {"checked_on": checked_on, "due_on": due_on}, tier=tier, today=today
        )
    )
    agency = Agency.objects.get(pk=agency.pk)
    check = FinancialCheck(
        supplier=supplier, agency=agency, kind=kind, score=score, threshold=agency.threshold,
        bad_when=agency.bad_when, checked_on=checked_on, note=note, checked_by=by,
        result=rules.judge(score, threshold=agency.threshold, bad_when=agency.bad_when).value,
        due_on=due_on or rules.next_check(checked_on, tier),
    )  # fmt: skip
    standing = FinancialCheck.objects.current().filter(supplier=supplier, agency=agency).first()
    if standing and standing.checked_on > checked_on:
        check.is_current = False  # an older check was found; what is newer goes on standing
    elif standing:
        # No history: the check that takes the place says all there is to say.
        FinancialCheck.objects.filter(pk=standing.pk).update(is_current=False)
    return save_with_history(check, by=by, reason=note)


BROUGHT_FORWARD = "Brought forward: its contracts are of a higher tier now"


@transaction.atomic
def bring_checks_forward(*, suppliers, by):
    """Ask for the next check as early as the highest tier of a supplier's contracts now demands. A tier that fell
    puts nothing off. Statements grow with the number of different dates, not of suppliers."""
    asked = {
        f"is_{tier}": facts.having(f"{tier}_contract", user=None, path="supplier")
        for tier in rules.MONTHS_BETWEEN_CHECKS
    }
    used = Agency.objects.filter(is_used=True)
    standing = FinancialCheck.objects.current().filter(supplier__in=suppliers, agency__in=used)
    rows = standing.select_for_update().order_by("pk").annotate(**asked)
    sooner = defaultdict(list)
    for pk, checked_on, due_on, *has in rows.values_list("pk", "checked_on", "due_on", *asked):
        tier = next(
            (t for t, is_so in zip(rules.MONTHS_BETWEEN_CHECKS, has, strict=True) if is_so), ""
        )
        latest = rules.next_check(checked_on, tier)
        if latest and (due_on is None or latest < due_on):
            sooner[latest].append(pk)
    for latest, ids in sooner.items():
        brought = FinancialCheck.objects.filter(pk__in=ids)
        brought.update(due_on=latest)
        write_history(brought, by=by, reason=BROUGHT_FORWARD, kind="~")


@transaction.atomic
def add_agency(*, by, reason="", **values):
    return save_with_history(Agency(**values), by=by, reason=reason)


@transaction.atomic
def change_agency(*, agency, by, reason="", **values):
    """Change a threshold. Results that were given stay as they were given."""
    current = Agency.objects.select_for_update().get(pk=agency.pk)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    return save_with_history(current, by=by, reason=reason, update_fields=changed)


# --- Distress -------------------------------------------------------------------------------------


@transaction.atomic
def record_distress(*, supplier, by, today, reason="", **values):
    _refuse(rules.problems_of_event(values, today=today))
    supplier = settled(supplier)
    event = DistressEvent(supplier=supplier, recorded_by=by, **values)
    return save_with_history(event, by=by, reason=reason)


@transaction.atomic
def change_distress(*, event, by, version, today, reason="", **values):
    """Follow the event up: what the supplier said, the plan, and how it ended. `locking.Conflict` if somebody has
    saved since `version`."""
    current = DistressEvent.objects.select_for_update().get(pk=event.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    _refuse(rules.problems_of_event({n: getattr(current, n) for n in EVENT_COLUMNS}, today=today))
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


EVENT_COLUMNS = (
    "sign", "text", "happened_on", "notified_on", "plan_due_on", "plan_agreed_on", "closed_on", "outcome",
)  # fmt: skip
