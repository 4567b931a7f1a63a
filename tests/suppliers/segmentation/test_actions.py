"""Placing, tiering and the questions: what is written, and what is refused."""

from datetime import date
from decimal import Decimal
from functools import partial
from itertools import product

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organisation
from contracts.models import ContractSupplier
from suppliers.models import Supplier
from suppliers.segmentation import actions, rules
from suppliers.segmentation.actions import Seen
from suppliers.segmentation.models import KraljicPlacement, KraljicQuestion, SupplierTier
from suppliers.segmentation.querysets import differing, undecided, with_proposal
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.segmentation.factories import PlacementFactory, TierFactory, points

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture
def pat():
    return person_with("procurement", name="Pat Rowe")


def place(supplier, pat, number=4, *, seen=0, on=TODAY):
    found = actions.place_of(points(number))
    return actions.place(
        supplier=supplier, place=found, by=pat, on=on, reason="As it is", seen=seen
    )


# --- Placing --------------------------------------------------------------------------------------


def test_a_placement_keeps_who_when_why_and_the_answers(pat):
    placement = place(SupplierFactory(), pat)
    assert (placement.quadrant, placement.scores) == ("strategic", (Decimal(100), Decimal(100)))
    assert (placement.placed_by, placement.placed_on, placement.reason) == (pat, TODAY, "As it is")
    assert placement.due_on == date(2027, 5, 27)
    assert len(placement.answers) == KraljicQuestion.objects.count() == 8
    latest = placement.history.get()
    assert (latest.history_user, latest.history_change_reason) == (pat, "As it is")


def test_a_placement_takes_the_place_of_the_one_before_and_keeps_it(pat):
    supplier = SupplierFactory()
    first = place(supplier, pat, 1, on=date(2026, 5, 27))
    second = place(supplier, pat, 4, seen=first.pk)
    first.refresh_from_db()
    assert (first.is_current, second.is_current, second.follows) == (False, True, first)
    assert second.movement.startswith("Non-critical to strategic")
    assert supplier.placements.count() == 2


def test_old_placements_stay_readable_when_the_questions_change(pat):
    placement = place(SupplierFactory(), pat)
    question = KraljicQuestion.objects.first()
    was = question.text
    actions.change_question(question=question, by=pat, text="Something else?", weight=1)
    placement.refresh_from_db()
    assert any(answer["question"] == was for answer in placement.answers)
    assert placement.supply_risk == 100


def test_the_second_of_two_people_sees_what_the_first_has_saved(pat):
    supplier = SupplierFactory()
    theirs = place(supplier, UserFactory())
    with pytest.raises(actions.DecidedMeanwhile) as caught:
        place(supplier, pat, seen=0)
    assert caught.value.latest == theirs
    assert supplier.placements.count() == 1


def test_only_one_placement_and_one_decision_stand():
    for factory in (PlacementFactory, TierFactory):
        supplier = factory().supplier
        with pytest.raises(IntegrityError), transaction.atomic():
            factory(supplier=supplier)
        factory(supplier=supplier, is_current=False)


# --- Tiers ----------------------------------------------------------------------------------------


def test_deciding_what_is_proposed_needs_no_reason(pat):
    supplier = ContractFactory(tier="silver").supplier
    decision = actions.decide_tier(supplier=supplier, tier="silver", by=pat, on=TODAY, seen=0)
    assert (decision.proposed, decision.decided, decision.is_as_proposed) == (
        "silver",
        "silver",
        True,
    )
    assert decision.due_on == date(2027, 11, 27)
    assert decision.grounds.startswith("The highest tier of its contracts in force is Silver.")


def test_another_tier_than_the_one_proposed_needs_a_reason(pat):
    supplier = ContractFactory(tier="silver").supplier
    with pytest.raises(actions.ReasonMissing) as caught:
        actions.decide_tier(supplier=supplier, tier="gold", by=pat, on=TODAY, seen=0)
    assert caught.value.proposal.tier == "silver"
    assert not SupplierTier.objects.exists()
    decision = actions.decide_tier(
        supplier=supplier, tier="gold", by=pat, on=TODAY, reason="Only one in the county", seen=0
    )
    assert (decision.proposed, decision.decided) == ("silver", "gold")


def test_the_database_refuses_an_override_without_a_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        TierFactory(proposed="silver", decided="gold", reason="")


def test_two_decisions_at_once_are_noticed(pat):
    theirs = TierFactory()
    with pytest.raises(actions.DecidedMeanwhile):
        actions.decide_tier(
            supplier=theirs.supplier, tier="silver", by=pat, on=TODAY, reason="x", seen=0
        )


def test_many_proposals_are_accepted_at_once(pat):
    gold, silver = ContractFactory(tier="gold").supplier, ContractFactory(tier="silver").supplier
    old = TierFactory(supplier=silver, decided="bronze", proposed="bronze")
    decisions = actions.accept_proposals(
        seen={gold.pk: Seen("gold"), silver.pk: Seen("silver", old.pk)}, by=pat, on=TODAY,
        reason="Yearly review",
    )  # fmt: skip
    assert {d.supplier_id: d.decided for d in decisions} == {gold.pk: "gold", silver.pk: "silver"}
    old.refresh_from_db()
    assert not old.is_current
    history = SupplierTier.history.filter(supplier_id=gold.pk).get()
    assert (history.history_user, history.history_change_reason) == (pat, "Yearly review")


@pytest.mark.parametrize("seen", ["gold", ""])
def test_a_proposal_that_has_changed_is_not_accepted_unseen(pat, seen):
    one, other = ContractFactory(tier="silver").supplier, ContractFactory(tier="gold").supplier
    with pytest.raises(actions.ProposalsChanged):
        actions.accept_proposals(
            seen={one.pk: Seen(seen), other.pk: Seen("gold")}, by=pat, on=TODAY, reason="Yearly"
        )
    assert not SupplierTier.objects.exists()


def test_a_decision_that_a_colleague_took_meanwhile_is_not_replaced_unseen(pat):
    """They had a reason to decide against the proposal."""
    supplier = ContractFactory(tier="gold").supplier
    theirs = actions.decide_tier(
        supplier=supplier, tier="bronze", by=pat, on=TODAY, reason="Leaves in May", seen=0
    )
    accept = partial(actions.accept_proposals, by=pat, on=TODAY, reason="Yearly review")
    with pytest.raises(actions.ProposalsChanged):
        accept(seen={supplier.pk: Seen("gold")})
    assert supplier.tiers.current().get() == theirs
    accept(seen={supplier.pk: Seen("gold", theirs.pk)})
    assert supplier.tiers.current().get().decided == "gold"


def test_a_supplier_that_was_merged_meanwhile_is_not_decided_on(pat):
    supplier = ContractFactory(tier="gold").supplier
    Supplier.objects.filter(pk=supplier.pk).update(merged_into=SupplierFactory())
    with pytest.raises(actions.ProposalsChanged):
        actions.accept_proposals(
            seen={supplier.pk: Seen("gold")}, by=pat, on=TODAY, reason="Yearly review"
        )


# --- What is proposed, in SQL and by the rule ------------------------------------------------------


@pytest.mark.parametrize("platinum", [True, False])
def test_the_database_proposes_what_the_rule_proposes(platinum):
    wanted = {}
    for tier, quadrant in product([None, *rules.Tier], [None, *rules.Quadrant]):
        supplier = SupplierFactory()
        if tier:
            ContractFactory(supplier=supplier, tier=tier.value)
        if quadrant:
            PlacementFactory(supplier=supplier, quadrant=quadrant.value)
        wanted[supplier.pk] = (
            rules.propose(contracts=tier, place=quadrant, platinum=platinum).tier or ""
        )
    found = with_proposal(Supplier.objects.all(), user=None, platinum=platinum)
    assert dict(found.values_list("pk", "proposed")) == wanted


def proposed(supplier, user=None):
    return (
        with_proposal(Supplier.objects.filter(pk=supplier.pk), user=user, platinum=True)
        .get()
        .proposed
    )


def test_only_contracts_in_force_of_those_who_have_signed_count():
    lead = ContractFactory(tier="gold")
    member, subcontractor, drafted, ended = (SupplierFactory() for _ in range(4))
    ContractSupplier.objects.create(contract=lead, supplier=member, part="member")
    ContractSupplier.objects.create(contract=lead, supplier=subcontractor, part="subcontractor")
    ContractFactory(supplier=drafted, tier="gold", stage="draft")
    ContractFactory(supplier=ended, tier="gold", stage="ended")
    assert proposed(lead.supplier) == proposed(member) == "gold"
    assert proposed(subcontractor) == proposed(drafted) == proposed(ended) == ""


def test_the_highest_contract_counts_and_repeats_no_supplier():
    supplier = SupplierFactory()
    for tier in ("bronze", "silver", "gold", "gold"):
        ContractFactory(supplier=supplier, tier=tier)
    assert list(
        with_proposal(Supplier.objects.all(), user=None, platinum=True).values_list(
            "proposed", flat=True
        )
    ) == ["gold"]


def test_a_proposal_for_a_reader_rests_on_what_that_reader_sees():
    supplier = SupplierFactory()
    theirs = ContractFactory(supplier=supplier, tier="bronze")
    ContractFactory(supplier=supplier, tier="platinum")
    viewer = person_with("viewer", theirs.unit)
    assert (proposed(supplier, viewer), proposed(supplier)) == ("bronze", "platinum")


def test_what_differs_and_what_nobody_has_decided():
    same, against, never = (ContractFactory(tier="silver").supplier for _ in range(3))
    TierFactory(supplier=same)
    TierFactory(supplier=against, decided="gold", reason="Only one")
    TierFactory(supplier=SupplierFactory())  # nothing is proposed for it any more
    every = with_proposal(Supplier.objects.all(), user=None, platinum=True)
    assert list(differing(every)) == [against]
    assert list(undecided(every)) == [never]


def test_platinum_is_proposed_only_where_it_is_in_use():
    supplier = ContractFactory(tier="platinum").supplier
    assert actions.proposals([supplier.pk])[supplier.pk].tier == "gold"
    Organisation.objects.create(pk=1, platinum_tier=True)
    assert actions.proposals([supplier.pk])[supplier.pk].tier == "platinum"


# --- Strategic without an SRO ----------------------------------------------------------------------


def test_every_contract_of_a_strategic_supplier_needs_an_sro():
    placement = PlacementFactory()
    strategic = KraljicPlacement.objects.current()
    contract = ContractFactory(supplier=placement.supplier, sro=UserFactory())
    assert not strategic.without_sro(None).exists()
    ContractFactory(supplier=placement.supplier, sro=None)
    assert list(strategic.without_sro(None)) == [placement]
    contract.supplier.contracts.update(sro=UserFactory(is_active=False))
    assert list(strategic.without_sro(None)) == [placement]  # who has left answers for nothing


def test_an_sro_is_asked_for_strategic_suppliers_and_contracts_in_force_only():
    leverage = PlacementFactory(supply_risk=Decimal(10))
    ContractFactory(supplier=leverage.supplier)
    over = PlacementFactory()
    ContractFactory(supplier=over.supplier, stage="ended")
    PlacementFactory()  # without any contract
    assert not KraljicPlacement.objects.current().without_sro(None).exists()


# --- The questions ---------------------------------------------------------------------------------


def test_a_changed_question_says_who_and_why_and_counts_from_the_next_placement(pat):
    question = KraljicQuestion.objects.get(weight=40)
    actions.change_question(question=question, by=pat, reason="Harm counts more", weight=80)
    latest = question.history.first()
    assert (latest.weight, latest.history_user, latest.history_change_reason) == (
        80,
        pat,
        "Harm counts more",
    )


def test_the_last_question_on_an_axis_stays(pat):
    risk = KraljicQuestion.objects.asked().filter(axis="supply_risk")
    *others, last = risk
    for question in others:
        actions.change_question(question=question, by=pat, is_asked=False)
    for change in ({"is_asked": False}, {"axis": "business_impact"}):
        with pytest.raises(actions.LastOfItsKind):
            actions.change_question(question=last, by=pat, **change)
    assert risk.all().get() == last
