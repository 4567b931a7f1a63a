"""The moves of the demonstration, one of them past a shut gate: what the contracts' histories tell."""

from django.utils import timezone

from contracts.models import Contract, Stage
from contracts.stages.actions import ALTHOUGH
from contracts.stages.models import StageMove


def build(register):
    """A move for each stage that history says a contract had before; a new one has none."""
    StageMove.objects.bulk_create(
        move for contract in register.values() for move in _moves(contract)
    )


def _moves(contract):
    before = None
    for row in Contract.history.filter(id=contract.pk).order_by("history_id"):
        if before is not None and row.stage != before:
            yield _move(contract, before, row)
        before = row.stage


def _move(contract, before, row):
    told = timezone.localdate(row.history_date)
    reason, _, missing = row.history_change_reason.partition(ALTHOUGH)
    return StageMove(
        contract=contract, from_stage=before, to_stage=row.stage, by=row.history_user,
        moved_on=row.ended_on if row.stage == Stage.ENDED else told,
        recorded_at=row.history_date, ended_as=row.ended_as,
        reason=reason, missing="\n".join(missing.removesuffix(")").split("; ")) if missing else "",
    )  # fmt: skip
