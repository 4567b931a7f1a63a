"""A supplier is checked as often as the highest tier of its contracts asks, also when that tier rises between."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts import actions as contract_actions
from contracts.models import Contract, ContractSupplier
from suppliers.intelligence.actions import BROUGHT_FORWARD
from suppliers.intelligence.models import FinancialCheck
from tests.factories import ContractFactory, SupplierFactory, person_with
from tests.suppliers.intelligence.factories import AgencyFactory, CheckFactory

pytestmark = pytest.mark.django_db

CHECKED = date(2026, 8, 31)


@pytest.fixture
def pat():
    return person_with("procurement", name="Pat Rowe")


def change(contract, by, **values):
    contract = Contract.objects.get(pk=contract.pk)
    contract_actions.change(contract=contract, by=by, version=contract.version, **values)


def due(check):
    return FinancialCheck.objects.get(pk=check.pk).due_on


@pytest.mark.parametrize(
    ("before", "tier", "after"),
    [
        (date(2027, 8, 31), "platinum", date(2027, 2, 28)),
        (None, "silver", date(2027, 8, 31)),
        (None, "bronze", None),
        (date(2026, 12, 1), "platinum", date(2026, 12, 1)),  # somebody asked for it sooner
    ],
)
def test_a_raised_tier_brings_the_next_check_forward_and_never_puts_it_off(
    pat, before, tier, after
):
    contract = ContractFactory(tier="", stage="live")
    check = CheckFactory(supplier=contract.supplier, checked_on=CHECKED, due_on=before)
    change(contract, pat, tier=tier)
    assert due(check) == after
    told = check.history.first()
    if before != after:
        assert (told.history_user, told.history_change_reason) == (pat, BROUGHT_FORWARD)
        assert told.due_on == after
    change(contract, pat, tier="")
    assert due(check) == after


def test_only_what_stands_and_is_still_scored_is_brought_forward(pat):
    contract = ContractFactory(tier="gold")
    mine = {"supplier": contract.supplier, "checked_on": CHECKED, "due_on": date(2027, 8, 31)}
    former = CheckFactory(**mine, is_current=False)
    unused = CheckFactory(**mine, agency=AgencyFactory(is_used=False))
    others = CheckFactory(**mine | {"supplier": SupplierFactory()})
    change(contract, pat, tier="platinum")
    assert {due(check) for check in (former, unused, others)} == {date(2027, 8, 31)}


def test_a_member_of_the_consortium_is_checked_as_often_as_the_lead(pat):
    contract = ContractFactory(tier="gold")
    member = ContractSupplier.objects.create(
        contract=contract, supplier=SupplierFactory(), part="member"
    ).supplier
    check = CheckFactory(supplier=member, checked_on=CHECKED, due_on=date(2027, 8, 31))
    change(contract, pat, tier="platinum")
    assert due(check) == date(2027, 2, 28)


def test_a_contract_that_goes_into_force_counts_from_then_on(pat):
    contract = ContractFactory(tier="platinum", stage="draft")
    check = CheckFactory(supplier=contract.supplier, checked_on=CHECKED, due_on=date(2027, 8, 31))
    contract_actions.set_stage(contract=contract, by=pat, version=contract.version, stage="live")
    assert due(check) == date(2027, 2, 28)


def test_it_costs_the_same_for_one_score_and_for_many(pat):
    def cost(number):
        contract = ContractFactory(tier="gold")
        for _ in range(number):
            CheckFactory(supplier=contract.supplier, checked_on=CHECKED, due_on=date(2027, 8, 31))
        with CaptureQueriesContext(connection) as captured:
            change(contract, pat, tier="platinum")
        return len(captured)

    assert cost(1) == cost(12)
