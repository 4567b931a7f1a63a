"""What tiering tells the rest of the house: gaps of a contract, and dates to meet."""

from datetime import date

import pytest
from django.urls import reverse

from common import deadlines
from contracts import checks
from contracts.models import Contract
from tests.contracts.tiering.factories import assessed, proposed
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
OURS = ("no_tier", "tier_never_assessed", "tier_overdue", "tier_waiting", "tier_sent_back")


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


def failed(contract):
    found = [check.key for check in checks.failed_by(contract.pk)[contract.pk]]
    return [key for key in found if key in OURS]


def test_checks_of_a_contract():
    assert failed(ContractFactory()) == ["no_tier"]
    assert failed(ContractFactory(tier="gold")) == ["tier_never_assessed"]
    assert failed(ContractFactory(tier="gold", stage="draft")) == []
    decided = ContractFactory(tier="silver")
    assessed(decided)
    assert failed(decided) == []
    late = ContractFactory(tier="silver")
    assessed(late, due_on=date(2026, 11, 26))
    assert failed(late) == ["tier_overdue"]
    proposed(late)
    assert failed(late) == ["tier_waiting"]


def test_a_proposal_sent_back_is_a_gap_until_somebody_answers_again():
    contract = ContractFactory(tier="silver")
    assessed(contract)
    assessed(contract, state="sent_back", reason="What of winter?")
    assert failed(contract) == ["tier_sent_back"]
    proposed(contract)
    assert failed(contract) == ["tier_waiting"]


def test_each_check_counts_the_contracts_that_it_names():
    ContractFactory(tier="gold")
    assessed(ContractFactory(tier="silver"), due_on=date(2026, 11, 26))
    proposed(ContractFactory())
    contracts = Contract.objects.all()
    counts = {key: checks.get(key).failing(contracts).count() for key in OURS}
    assert counts == {
        "no_tier": 1, "tier_never_assessed": 1, "tier_overdue": 1, "tier_waiting": 1, "tier_sent_back": 0,
    }  # fmt: skip


def test_gaps_lead_to_where_they_are_mended_by_those_who_may():
    owner, contract = UserFactory(), ContractFactory(tier="gold")
    contract.oco = owner
    never = checks.get("tier_never_assessed")
    assert never.gap(contract, owner)["url"] == reverse("tiering:assess", args=[contract.pk])
    decide = checks.get("tier_waiting")
    assert decide.gap(contract, owner)["url"] == ""
    address = decide.gap(contract, person_with("procurement"))["url"]
    assert address == reverse("tiering:contract", args=[contract.pk])


def reviews(scope=None, start=date(2026, 11, 1), end=date(2027, 12, 31)):
    scope = scope or deadlines.Scope()
    return list(deadlines.within(scope, start, end, only=["tier-review"]))


def test_a_reassessment_is_a_deadline_of_owner_and_deputy():
    owner, deputy = UserFactory(), UserFactory()
    contract = ContractFactory(
        reference="C-1", title="Waste", oco=owner, deputy=deputy, tier="silver"
    )
    assessed(contract, due_on=date(2027, 1, 15))
    (found,) = reviews()
    assert (found.key, found.due_on) == (f"tier-review:{contract.pk}", date(2027, 1, 15))
    assert (found.title, found.subject) == ("Assess the tier again", "C-1 Waste")
    assert found.responsible == (owner.pk, deputy.pk)
    assert (found.contract_id, found.unit_id) == (contract.pk, contract.unit_id)
    assert found.url == reverse("tiering:assess", args=[contract.pk])
    assert [d.contract_id for d in reviews(deadlines.Scope(owner, "mine"))] == [contract.pk]
    assert reviews(deadlines.Scope(UserFactory(), "visible")) == []


def test_no_deadline_while_a_proposal_waits_or_after_the_contract_has_ended():
    busy = ContractFactory(tier="silver")
    assessed(busy)
    proposed(busy)
    assessed(ContractFactory(tier="silver", stage="ended"))
    assert reviews() == []


@pytest.mark.parametrize("number", [1, 8])
def test_deadlines_cost_one_query_however_many(number, django_assert_num_queries):
    for _ in range(number):
        assessed(ContractFactory(tier="silver"))
    with django_assert_num_queries(1):
        assert len(reviews()) == number


def test_tiering_stands_in_the_header_for_those_who_look_after_it(client):
    for person, shown in (
        (person_with("procurement"), True), (person_with("auditor"), True),
        (person_with("viewer", BusinessUnitFactory()), False),
    ):  # fmt: skip
        client.force_login(person)
        page = client.get("/contracts/").content.decode()
        assert (f'href="{reverse("tiering:waiting")}"' in page) is shown
