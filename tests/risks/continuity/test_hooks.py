"""What continuity tells the rest of the house: dates, questions about contracts, history, what moves with a supplier."""

from datetime import date, timedelta

import pytest

from common import deadlines
from common.history import page_of_entries
from contracts import checks, trail
from contracts.models import Contract
from reminders.models import ReminderRule
from risks.continuity import actions
from suppliers import actions as suppliers
from suppliers import trail as supplier_trail
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.risks.continuity.factories import (
    ComplianceFactory,
    PlanFactory,
    ProvenPlanFactory,
    SupplierComplianceFactory,
    SupplierPlanFactory,
)
from tests.risks.factories import RiskFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
YEAR = timedelta(days=365)
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(f"{TODAY} 12:00:00+00:00")


@pytest.fixture
def contract():
    return ContractFactory(
        oco=UserFactory(), deputy=UserFactory(), title="Waste", reference="C-7", tier="gold"
    )


def due(*kinds, **scope):
    return list(
        deadlines.within(deadlines.Scope(**scope), TODAY - YEAR, TODAY + YEAR, only=kinds)
    )  # fmt: skip


# --- Dates --------------------------------------------------------------------------------------------


def test_a_plan_has_a_day_to_be_read_and_a_day_to_be_tested(contract):
    keeper = UserFactory()
    plan = PlanFactory(
        contract=contract, title="Go on", owner=keeper, review_on=D("2027-01-05"), test_due_on=D("2026-12-05"),
    )  # fmt: skip
    (review,), (test,) = due("plan-review"), due("plan-test")
    assert (review.key, review.due_on) == (f"plan-review:{plan.pk}", D("2027-01-05"))
    assert (review.title, review.subject) == ("Review the plan: Go on", "C-7 Waste")
    assert (test.key, test.due_on, test.title) == (
        f"plan-test:{plan.pk}", D("2026-12-05"), "Test the plan: Go on"
    )  # fmt: skip
    assert test.responsible == (keeper.pk, contract.oco_id, contract.deputy_id)
    assert test.url == plan.get_absolute_url()


def test_evidence_has_a_day_to_be_renewed_or_checked_again(contract):
    ComplianceFactory(contract=contract, requirement="Cover", expires_on=D("2027-02-01"))
    ComplianceFactory(contract=contract, requirement="Pay", expires_on=None, next_on=D("2027-03-01"))  # fmt: skip
    found = due("compliance-evidence")
    assert {(d.title, d.due_on) for d in found} == {
        ("Renew the evidence: Cover", D("2027-02-01")),
        ("Check again: Pay", D("2027-03-01")),
    }
    assert found[0].responsible == (contract.oco_id, contract.deputy_id)


@pytest.mark.parametrize("stage", ["draft", "ended"])
def test_contracts_that_are_not_in_force_ask_for_nothing(stage):
    PlanFactory(contract__stage=stage, review_on=TODAY, test_due_on=TODAY)
    ComplianceFactory(contract__stage=stage)
    assert due("plan-review", "plan-test", "compliance-evidence") == []


def test_what_no_longer_counts_is_no_date():
    PlanFactory(review_on=TODAY, test_due_on=TODAY, retired_on=TODAY, retired_reason="Old")
    ComplianceFactory(is_current=False)
    ComplianceFactory(ended_on=TODAY)
    assert due("plan-review", "plan-test", "compliance-evidence") == []


def test_dates_keep_to_their_scope(contract):
    keeper = person_with("viewer", contract.unit)
    PlanFactory(contract=contract, owner=keeper, test_due_on=TODAY)
    PlanFactory(test_due_on=TODAY)
    ComplianceFactory(contract=contract)
    ComplianceFactory()
    for kind in ("plan-test", "compliance-evidence"):
        assert len(due(kind)) == 2
        for scope in (
            {"user": contract.oco, "capacity": "mine"},
            {"user": keeper},
            {"contracts": (contract.pk,)},
        ):
            assert [d.contract_id for d in due(kind, **scope)] == [contract.pk], (kind, scope)
    # A plan that is somebody's own is their work also where they do not manage the contract.
    assert len(due("plan-test", user=keeper, capacity="mine")) == 1
    assert due("compliance-evidence", user=keeper, capacity="mine") == []


OF_SUPPLIERS = ("supplier-plan-review", "supplier-plan-test", "supplier-evidence")


def test_dates_of_suppliers_are_the_work_of_who_keeps_them():
    SupplierPlanFactory(title="Group plan", review_on=D("2027-01-05"), test_due_on=D("2027-01-06"))
    SupplierComplianceFactory(requirement="Cover")
    assert [d.subject for d in due(*OF_SUPPLIERS)] == ["Group plan", "Group plan", "Cover"]
    assert len(due(*OF_SUPPLIERS, user=person_with("procurement"), capacity="mine")) == 3
    assert due(*OF_SUPPLIERS, user=person_with("auditor")) == []
    assert due("plan-review", "plan-test", "compliance-evidence") == []


def test_many_dates_of_suppliers_on_one_day_are_one():
    for _ in range(3):
        SupplierPlanFactory(test_due_on=D("2027-01-06"))
    (found,) = due("supplier-plan-test")
    assert found.title == "Test 3 plans of suppliers"
    assert found.url == "/risks/continuity/?test_due_on=2027-01-06"


def test_people_are_told_60_30_and_7_days_before_evidence_expires():
    assert ReminderRule.objects.get(kind="compliance-evidence").steps == "60,30,7,0"
    assert ReminderRule.objects.get(kind="supplier-evidence").steps == "60,30,7,0"


# --- Questions ----------------------------------------------------------------------------------------


def failing(key):
    return set(checks.get(key).failing(Contract.objects.all()))


def test_a_gold_or_platinum_contract_needs_a_continuity_plan(contract):
    platinum = ContractFactory(tier="platinum")
    ContractFactory(tier="silver")
    ContractFactory(tier="gold", stage="draft")
    ContractFactory(tier="gold", kind="spot", parent=platinum)
    PlanFactory(contract=contract, kind="recovery")
    PlanFactory(contract=contract, retired_on=TODAY, retired_reason="Old")
    SupplierPlanFactory(supplier=ContractFactory(tier="gold").supplier)
    PlanFactory(contract__tier="gold")
    assert failing("no_continuity_plan") == {contract, platinum}


@pytest.mark.parametrize(
    "values",
    [
        {"tested_on": None, "test_result": ""},
        {"test_result": "failed"},
        {"test_due_on": TODAY - timedelta(days=1)},
    ],
)
def test_a_plan_that_nothing_proves_is_a_gap(contract, values):
    ProvenPlanFactory(contract=contract, **values)
    ProvenPlanFactory()
    ProvenPlanFactory(contract__stage="ended", **values)
    ProvenPlanFactory(retired_on=TODAY, retired_reason="Old", **values)
    assert failing("plan_not_proven") == {contract}


def test_the_list_behind_the_gap_shows_the_same_plans(client, contract):
    plan = PlanFactory(contract=contract)
    ProvenPlanFactory(contract=contract)
    client.force_login(contract.oco)
    url = checks.get("plan_not_proven").gap(contract, contract.oco)["url"]
    assert [line["pk"] for line in client.get(url).context["page"].lines] == [plan.pk]


def test_evidence_that_has_expired_is_a_gap(contract):
    ComplianceFactory(contract=contract, expires_on=TODAY - timedelta(days=1))
    ComplianceFactory(expires_on=TODAY)
    ComplianceFactory(expires_on=D("2026-01-01"), is_current=False)
    assert failing("evidence_expired") == {contract}


def test_what_is_not_complied_with_is_a_gap(contract):
    ComplianceFactory(contract=contract, result="fails", action="Chased")
    ComplianceFactory(result="partly", action="Chased")
    assert failing("not_compliant") == {contract}


# --- A risk's page ------------------------------------------------------------------------------------


def test_a_risk_names_the_requirements_that_belong_to_it(client, contract):
    risk = RiskFactory(contract=contract)
    ComplianceFactory(
        contract=contract, requirement="Locks", result="fails", action="Chased", risk=risk
    )
    ComplianceFactory(contract=contract, requirement="Old locks", risk=risk, is_current=False)
    ComplianceFactory(contract=contract, requirement="Cover")
    client.force_login(contract.oco)
    page = client.get(risk.get_absolute_url()).content.decode()
    assert "Locks</a>" in page
    assert "(does not comply)" in page
    assert "Old locks" not in page
    assert "Cover" not in page


# --- History ------------------------------------------------------------------------------------------


def titles(sources):
    return [entry.title for entry in page_of_entries(sources, page=1)[1]]


def test_the_history_of_a_contract_tells_of_its_plans_tests_and_evidence(contract):
    by = contract.oco
    plan = actions.add_plan(contract=contract, by=by, today=TODAY, kind="continuity", title="Go on")
    actions.record_test(
        plan=plan, by=by, today=TODAY, version=1, on=TODAY, kind="desk", result="passed"
    )
    ComplianceFactory(contract=contract, requirement="Cover")
    ComplianceFactory()
    told = titles(trail.of(contract, by))
    for title in (
        "Continuity plan “Go on” added", "Test of a plan “Go on” added", "Compliance check “Cover” added",
    ):  # fmt: skip
        assert told.count(title) == 1, told


def test_the_history_of_a_supplier_tells_its_plans_to_those_who_see_a_contract_with_it(contract):
    supplier = contract.supplier
    SupplierPlanFactory(supplier=supplier, title="Group plan")
    SupplierComplianceFactory(supplier=supplier, requirement="Group cover")
    shown = {"Continuity plan “Group plan” added", "Compliance check “Group cover” added"}
    for reader in (contract.oco, person_with("auditor")):
        assert shown <= set(titles(supplier_trail.of([supplier.pk], reader)))
    assert not shown & set(titles(supplier_trail.of([supplier.pk], UserFactory())))


# --- Suppliers that are one ---------------------------------------------------------------------------


def test_plans_and_evidence_move_to_the_supplier_that_stays():
    stays, goes, by = SupplierFactory(), SupplierFactory(), person_with("procurement")
    plan, check = SupplierPlanFactory(supplier=goes), SupplierComplianceFactory(supplier=goes)
    versions = (stays.version, goes.version)
    suppliers.merge(stays=stays, goes=goes, by=by, versions=versions, reason="The same")
    for row in (plan, check):
        row.refresh_from_db()
        assert row.supplier == stays
        assert row.history.first().history_user == by
