"""How a supplier is placed and tiered, how the questions change, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from accounts.models import Organisation
from common.history import save_with_history
from suppliers.actions import settled
from suppliers.models import Supplier
from suppliers.segmentation import rules
from suppliers.segmentation.models import KraljicPlacement, KraljicQuestion, SupplierTier
from suppliers.segmentation.querysets import with_proposal


class DecidedMeanwhile(Exception):
    """Somebody else placed or tiered this supplier after the page was opened; `latest` is what they saved."""

    def __init__(self, latest):
        super().__init__()
        self.latest = latest


class ReasonMissing(Exception):
    """A tier other than the one proposed needs a reason; `proposal` is what is proposed now."""

    def __init__(self, proposal):
        super().__init__()
        self.proposal = proposal


class ProposalsChanged(Exception):
    """What is proposed or decided is not what the person saw. Nothing was written."""


class LastOfItsKind(Exception):
    """A board needs a question on each axis."""


def _latest(rows, supplier, seen):
    """What stands of this supplier, unless it is not what the person saw (0 for nothing)."""
    current = rows.current().filter(supplier=supplier).first()
    if (current.pk if current else 0) != seen:
        raise DecidedMeanwhile(current)
    return current


def _make_room(rows, supplier_ids):
    # No history: the decision that takes the place says all there is to say.
    rows.current().filter(supplier__in=supplier_ids).update(is_current=False)


# --- Placing --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """Where the answers to the questions put a supplier, before anything is saved."""

    answers: Sequence[Mapping[str, Any]]
    supply_risk: Any
    business_impact: Any

    @property
    def scores(self):
        return self.supply_risk, self.business_impact

    @property
    def quadrant(self):
        return rules.quadrant(*self.scores)


def place_of(points: Sequence[tuple[KraljicQuestion, int]]) -> Place:
    """The place that follows from (question, points) pairs."""
    answers = [
        {
            "axis": question.axis, "question": question.text, "answer": question.answers[number],
            "points": number, "weight": question.weight,
        }
        for question, number in points
    ]  # fmt: skip
    scores = {
        axis.value: rules.score((a["points"], a["weight"]) for a in answers if a["axis"] == axis)
        for axis in rules.Axis
    }
    return Place(answers, **scores)


@transaction.atomic
def place(*, supplier, place, by, on, reason, seen):
    """Put a supplier on the board. `seen` is the id of the placement that the person saw, 0 if there was none."""
    # Two people can press the button at once; the lock on the supplier lets the second one see it.
    supplier = settled(supplier)
    before = _latest(KraljicPlacement.objects, supplier, seen)
    _make_room(KraljicPlacement.objects, [supplier.pk])
    placement = KraljicPlacement(
        supplier=supplier, answers=list(place.answers), supply_risk=place.supply_risk,
        business_impact=place.business_impact, quadrant=place.quadrant.value, reason=reason,
        placed_on=on, placed_by=by, due_on=rules.review_due(on), follows=before,
    )  # fmt: skip
    return save_with_history(placement, by=by, reason=reason)


# --- Tiers ----------------------------------------------------------------------------------------


def proposals(supplier_ids) -> dict[int, rules.Proposal]:
    """What is proposed for these suppliers, from the whole register. One query, and one for the organisation."""
    platinum = Organisation.current().platinum_tier
    suppliers = with_proposal(
        Supplier.objects.filter(pk__in=supplier_ids), user=None, platinum=platinum
    )
    rows = suppliers.order_by().values_list("pk", "contract_tier", "quadrant")
    return {pk: proposal(tier, place, platinum=platinum) for pk, tier, place in rows}


def proposal(contract_tier: str, place: str | None, *, platinum: bool) -> rules.Proposal:
    """`rules.propose` for values as they are stored."""
    return rules.propose(
        contracts=rules.Tier(contract_tier) if contract_tier else None,
        place=rules.Quadrant(place) if place else None,
        platinum=platinum,
    )


def _decision(supplier_id, proposed, decided, *, by, on, reason):
    return SupplierTier(
        supplier_id=supplier_id, proposed=proposed.tier.value if proposed.tier else "",
        grounds=proposed.because, decided=decided, reason=reason, decided_on=on, decided_by=by,
        due_on=rules.tier_review_due(on),
    )  # fmt: skip


@transaction.atomic
def decide_tier(*, supplier, tier, by, on, reason="", seen):
    """Decide a supplier's tier. `seen` is the id of the decision that the person saw, 0 if there was none."""
    supplier = settled(supplier)
    _latest(SupplierTier.objects, supplier, seen)
    proposed = proposals([supplier.pk])[supplier.pk]
    decision = _decision(supplier.pk, proposed, tier, by=by, on=on, reason=reason)
    if not decision.is_as_proposed and not reason:
        raise ReasonMissing(proposed)
    _make_room(SupplierTier.objects, [supplier.pk])
    return save_with_history(decision, by=by, reason=reason)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person saw of a supplier before accepting: the tier proposed, and the id of the decision that stood, 0 for none."""

    proposed: str
    decision: int = 0


@transaction.atomic
def accept_proposals(*, seen: Mapping[int, Seen], by, on, reason) -> list[SupplierTier]:
    """Decide what is proposed for many suppliers at once: all of them or, if a proposal has changed or somebody has
    decided or merged one of them meanwhile, none. `seen` is by supplier id."""
    suppliers = Supplier.objects.select_for_update().filter(pk__in=seen).order_by("pk")
    ids = [supplier.pk for supplier in suppliers if not supplier.merged_into_id]
    proposed = proposals(ids)
    standing = dict(
        SupplierTier.objects.current().filter(supplier__in=ids).values_list("supplier", "pk")
    )
    stands = {pk: Seen(proposed[pk].tier or "", standing.get(pk, 0)) for pk in ids}
    if stands != dict(seen) or not all(now.proposed for now in stands.values()):
        raise ProposalsChanged
    _make_room(SupplierTier.objects, ids)
    decisions = [
        _decision(pk, proposed[pk], proposed[pk].tier.value, by=by, on=on, reason=reason)
        for pk in ids
    ]
    bulk_create_with_history(
        decisions, SupplierTier, batch_size=500, default_user=by, default_change_reason=reason
    )
    return decisions


# --- Questions ------------------------------------------------------------------------------------


@transaction.atomic
def add_question(*, by, reason="", **values):
    return save_with_history(KraljicQuestion(**values), by=by, reason=reason)


@transaction.atomic
def change_question(*, question, by, reason="", **values):
    """Write what this person changed on the question as it is now. Placements keep the questions they answered."""
    asked = list(KraljicQuestion.objects.select_for_update().asked().order_by("pk"))
    current = KraljicQuestion.objects.select_for_update().get(pk=question.pk)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    was_asked_on = current.axis if current.is_asked else None
    for name in changed:
        setattr(current, name, values[name])
    stays = current.axis if current.is_asked else None
    others = any(q.pk != current.pk and q.axis == was_asked_on for q in asked)
    if was_asked_on and was_asked_on != stays and not others:
        raise LastOfItsKind
    return save_with_history(current, by=by, reason=reason, update_fields=changed)
