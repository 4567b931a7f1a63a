"""The one way in which a contract changes its stage."""

from django.db import transaction

from accounts.permissions import Permission
from contracts import actions as contract_actions
from contracts import gates
from contracts.actions import Refused
from contracts.models import Contract, Stage
from contracts.stages import rules
from contracts.stages.models import StageMove

__all__ = ["Incomplete", "MovedMeanwhile", "Refused", "move", "say_how_it_ended"]


# How the contract's history goes on after the reason of an override; then what was missing, and a bracket.
ALTHOUGH = " (moved on although this was missing: "


class MovedMeanwhile(Exception):
    """Somebody else has moved the contract since the page was opened."""


class Incomplete(Exception):
    """The gate stays shut. `missing` holds what would open it (contracts.gates.Missing)."""

    def __init__(self, missing):
        super().__init__("; ".join(found.sentence for found in missing))
        self.missing = missing


@transaction.atomic
def move(
    *, contract, by, to, on, today, seen, reason="", ended_as="", although=False, version=None, **values
):  # fmt: skip
    """Move a contract to another stage, on a day that has come.

    `seen` is the stage that the person saw. `values` are columns that change with it, such as a new end,
    and then `version` is the one that the person saw. What is missing stops the move, unless somebody who may
    override says so (`although`) and why.
    """
    current = _locked(contract)
    if current.stage != seen:
        raise MovedMeanwhile
    if not rules.is_possible(current.stage, to):
        raise Refused([(current, "stage", "There is no such move from this stage")])
    for name, value in values.items():
        setattr(current, name, value)
    _check(current, to=to, on=on, today=today, reason=reason, ended_as=ended_as)
    missing = gates.missing(current, to) if rules.is_gated(current.stage, to) else []
    if missing and not (although and reason.strip() and may_override(current, by)):
        raise Incomplete(missing)
    sentences = [found.sentence for found in missing]
    moved = contract_actions.set_stage(
        contract=current, by=by, version=current.version if version is None else version,
        stage=to, **_ending(to, ended_as, on), **values, reason=_for_history(reason, sentences),
    )  # fmt: skip
    StageMove.objects.create(
        contract=moved, from_stage=seen, to_stage=to, moved_on=on, by=by, reason=reason,
        ended_as=ended_as if to == Stage.ENDED else "", missing="\n".join(sentences),
    )  # fmt: skip
    return moved


@transaction.atomic
def say_how_it_ended(*, contract, by, on, today, ended_as, reason=""):
    """Record how a contract ended of which only that is not known."""
    current = _locked(contract)
    if current.stage != Stage.ENDED or current.ended_as:
        raise MovedMeanwhile
    _check(current, to=Stage.ENDED, on=on, today=today, reason=reason, ended_as=ended_as)
    return contract_actions.set_stage(
        contract=current, by=by, version=current.version, stage=Stage.ENDED,
        ended_as=ended_as, ended_on=on, reason=reason,
    )  # fmt: skip


def may_override(contract, user):
    return contract.allows(user, Permission.OVERRIDE_GATES)


def may_move(contract, user):
    return contract.allows(user, Permission.EDIT_CONTRACTS) or may_override(contract, user)


def _locked(contract):
    # Two people can press the button at once; the lock lets the second one see it.
    locked = Contract.objects.select_for_update(of=("self",)).select_related("oco", "sro")
    return locked.get(pk=contract.pk)


def _check(contract, *, to, on, today, reason, ended_as):
    last = StageMove.objects.filter(contract=contract.pk).order_by("-moved_on", "-pk").first()
    found = rules.problems(
        current=contract.stage, target=to, on=on, today=today, reason=reason, ended_as=ended_as,
        last_moved_on=last.moved_on if last else None,
        begins_on=contract.commences_on or contract.signed_on, ends_on=contract.ends_on,
    )  # fmt: skip
    if found:
        raise Refused([(contract, field, sentence) for field, sentence in found])


def _ending(stage, ended_as, on):
    return {"ended_as": ended_as, "ended_on": on} if stage == Stage.ENDED else {}


def _for_history(reason, sentences):
    """An override is read in the contract's history as well as among its moves."""
    if not sentences:
        return reason
    return f"{reason}{ALTHOUGH}{'; '.join(sentences)})"
