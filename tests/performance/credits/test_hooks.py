"""What service credits tell the rest of the house: dates, questions about a contract, history, a fact about suppliers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from common import deadlines
from common.history import page_of_entries
from contracts import checks, trail
from contracts.models import Contract
from performance.credits import actions
from reminders.models import ReminderRule
from suppliers import facts
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.credits.factories import (
    ChargeFactory,
    CreditFactory,
    MilestoneFactory,
    PointsFactory,
    RegimeFactory,
)
from tests.performance.factories import IndicatorFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(f"{TODAY} 12:00:00+00:00")


@pytest.fixture
def contract():
    return ContractFactory(oco=UserFactory(), deputy=UserFactory(), title="Waste", reference="C-7")


def due(**scope):
    found = deadlines.within(
        deadlines.Scope(**scope), TODAY - YEAR, TODAY + YEAR, only=["credit-claim"]
    )
    return list(found)


def test_the_last_day_to_claim_is_a_date_of_the_owner(contract):
    credit = CreditFactory(contract=contract)
    (found,) = due()
    assert (found.key, found.due_on) == (f"credit-claim:{credit.pk}", date(2026, 12, 31))
    assert found.title == "Claim the service credit for October 2026"
    assert (found.subject, found.url) == ("C-7 Waste", credit.get_absolute_url())
    assert found.responsible == (contract.oco_id, contract.deputy_id)


def test_damages_and_unknown_amounts_are_dates_too(contract):
    CreditFactory(contract=contract, month=None, milestone=MilestoneFactory(name="Cutover"))
    CreditFactory(contract=contract, amount=None)
    assert {d.title for d in due()} == {
        "Claim the damages for Cutover",
        "Claim the service credit for October 2026 (its amount is not known yet)",
    }


@pytest.mark.parametrize("state", ["claimed", "credited", "waived", "lapsed", "nothing"])
def test_what_is_settled_is_no_date(state):
    CreditFactory(state=state)
    assert due() == []


def test_dates_keep_to_their_scope(contract):
    CreditFactory(contract=contract)
    CreditFactory()
    assert len(due()) == 2
    assert [d.contract_id for d in due(user=contract.oco, capacity="mine")] == [contract.pk]
    assert [d.contract_id for d in due(contracts=(contract.pk,))] == [contract.pk]


def test_people_are_told_14_and_3_days_before():
    assert ReminderRule.objects.get(kind="credit-claim").steps == "14,3,0"


def failing(key):
    return set(checks.get(key).failing(Contract.objects.all()))


def test_credits_that_nobody_claimed_are_a_gap(contract):
    CreditFactory(contract=contract)
    CreditFactory(state="claimed")
    CreditFactory(amount=None)
    assert failing("credits_unclaimed") == {contract}


def test_a_credit_that_cannot_be_computed_is_a_gap(contract):
    CreditFactory(contract=contract, amount=None)
    CreditFactory()
    CreditFactory(amount=None, contract__stage="ended")
    CreditFactory(amount=None, state="lapsed")
    assert failing("charge_missing") == {contract}


def test_points_without_a_regime_are_a_gap(contract):
    PointsFactory(contract=contract)
    IndicatorFactory()
    PointsFactory(ended_on=date(2026, 1, 1))
    with_one = PointsFactory().contract
    RegimeFactory(contract=with_one)
    assert failing("no_credit_regime") == {contract}


def test_a_reader_of_the_contract_is_told_the_gap_and_its_owner_where_to_mend_it(contract):
    CreditFactory(contract=contract)
    check = checks.get("credits_unclaimed")
    assert (
        check.gap(contract, contract.oco)["url"] == f"/performance/credits/contract/{contract.pk}/"
    )
    assert check.gap(contract, person_with("viewer", contract.unit))["url"] == ""


def test_the_history_of_a_contract_tells_of_its_credits(contract):
    by = contract.oco
    actions.set_regime(
        contract=contract, by=by, today=TODAY, from_on=date(2026, 11, 1), variant="points",
        rate=Decimal("0.5"), cap="none",
    )  # fmt: skip
    actions.record_charges(
        contract=contract,
        by=by,
        today=TODAY,
        entries=[actions.ChargeEntry(date(2026, 10, 1), Decimal(5))],
    )
    credit = CreditFactory(contract=contract)
    actions.waive(credit=credit, by=by, version=1, today=TODAY, reason="Goodwill")
    actions.add_milestone(
        contract=contract,
        by=by,
        today=TODAY,
        name="Cutover",
        due_on=TODAY,
        rate=Decimal(5),
        per="day",
    )
    _, entries = page_of_entries(trail.of(contract, by), page=1)
    titles = [entry.title for entry in entries]
    assert "Service credit regime “from 1 November 2026” added" in titles
    assert "Service credit “October 2026” changed" in titles
    assert "Milestone “Cutover” added" in titles
    assert not any("Charge" in title for title in titles)
    _, routine = page_of_entries(trail.of(contract, by, with_routine=True), page=1)
    (charge,) = [entry for entry in routine if entry.noun == "charge"]
    assert charge.title == "Charge “October 2026” added"
    assert [change.new for change in charge.changes if "harge" in change.field] == ["£5"]


def test_a_supplier_is_known_by_what_it_keeps(contract):
    CreditFactory(contract=contract, amount=Decimal(10))
    CreditFactory(contract=contract, month=date(2026, 9, 1), amount=None)
    CreditFactory(contract=contract, month=date(2026, 8, 1), state="credited")
    fact = next(f for f in facts.all_facts() if f.key == "credits_left")
    stranger = UserFactory()
    ids = [contract.supplier_id]
    found = facts.ask(contract.oco, ids, [fact])["credits_left"][contract.supplier_id]
    assert (found.sums, found.missing) == ({"GBP": 10}, 1)
    assert not facts.ask(stranger, ids, [fact])["credits_left"][contract.supplier_id]


def test_the_question_of_all_checks_together_still_holds(contract):
    ChargeFactory(contract=contract)
    CreditFactory(contract=contract, amount=None)
    assert "charge_missing" in [c.key for c in checks.failed_by(contract.pk)[contract.pk]]
