"""How plans, tests and checks change, and what the history says of it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from common import locking
from risks.continuity import actions
from risks.continuity.models import ComplianceCheck, Plan
from suppliers import actions as suppliers
from tests.documents.factories import a_document
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.risks.continuity.factories import (
    ComplianceFactory,
    PlanFactory,
    PlanTestFactory,
    ProvenPlanFactory,
    SupplierComplianceFactory,
    SupplierPlanFactory,
)
from tests.risks.factories import RiskFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
D = date.fromisoformat
PLAN = {"kind": "continuity", "whose": "supplier", "title": "Collections go on"}
TEST = {"on": D("2026-11-20"), "kind": "live", "result": "passed"}
CHECK = {
    "topic": "insurance", "requirement": "Public liability of £10 million", "result": "complies",
    "evidence": "Certificate 7", "checked_on": D("2026-11-20"), "expires_on": D("2027-11-20"),
}  # fmt: skip


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def contract(owner):
    return ContractFactory(oco=owner, tier="gold")


def told(row):
    latest = row.history.first()
    return latest.history_user, latest.history_change_reason


# --- Plans ------------------------------------------------------------------------------------------


def test_a_plan_of_a_gold_contract_is_read_again_in_a_year_and_tested_in_three_months(
    contract, owner
):
    plan = actions.add_plan(
        contract=contract, by=owner, today=TODAY, agreed_on=D("2026-06-30"), **PLAN
    )
    assert (plan.review_on, plan.test_due_on) == (D("2027-06-30"), D("2027-02-27"))
    assert plan.state == "never_tested"
    assert told(plan)[0] == owner


def test_days_that_somebody_names_stand(contract, owner):
    named = {"review_on": D("2027-01-05"), "test_due_on": D("2026-12-05")}
    plan = actions.add_plan(contract=contract, by=owner, today=TODAY, **PLAN, **named)
    assert (plan.review_on, plan.test_due_on) == (D("2027-01-05"), D("2026-12-05"))


def test_a_plan_of_a_supplier_follows_the_highest_tier_of_its_contracts(owner):
    supplier = SupplierFactory()
    ContractFactory(supplier=supplier, tier="silver")
    ContractFactory(supplier=supplier, tier="gold", stage="ended")
    plan = actions.add_plan(supplier=supplier, by=owner, today=TODAY, **PLAN)
    assert plan.review_on == D("2028-11-27")


def test_a_plan_of_a_supplier_that_was_merged_goes_to_the_one_it_is_now():
    by = person_with("procurement")
    stays, goes = SupplierFactory(), SupplierFactory()
    versions = (stays.version, goes.version)
    suppliers.merge(stays=stays, goes=goes, by=by, versions=versions, reason="The same")
    assert actions.add_plan(supplier=goes, by=by, today=TODAY, **PLAN).supplier == stays


def test_a_document_of_another_contract_is_refused(contract, owner):
    other = a_document()
    with pytest.raises(actions.Refused, match="one of this contract"):
        actions.add_plan(contract=contract, by=owner, today=TODAY, document=other, **PLAN)
    assert not Plan.objects.exists()


def test_change_says_who_and_why_and_counts(owner):
    plan = PlanFactory()
    actions.change_plan(plan=plan, by=owner, today=TODAY, version=1, reason="New name", title="X")
    plan.refresh_from_db()
    assert (plan.title, plan.version, told(plan)) == ("X", 2, (owner, "New name"))


def test_saving_the_same_plan_again_leaves_no_trace(owner):
    plan = PlanFactory()
    actions.change_plan(plan=plan, by=owner, today=TODAY, version=1, title=plan.title)
    assert plan.history.count() == 1


def test_who_saves_over_a_colleague_is_told(owner):
    plan = PlanFactory(version=2)
    with pytest.raises(locking.Conflict):
        actions.change_plan(plan=plan, by=owner, today=TODAY, version=1, title="X")


def test_retire_keeps_the_plan_with_its_reason(owner):
    plan = PlanFactory()
    actions.retire_plan(plan=plan, by=owner, on=TODAY, version=1, reason="Replaced")
    plan.refresh_from_db()
    assert (plan.state, plan.retired_reason, told(plan)) == (
        "retired", "Replaced", (owner, "Replaced")
    )  # fmt: skip
    with pytest.raises(actions.Refused):
        actions.change_plan(plan=plan, by=owner, today=TODAY, version=2, title="X")
    with pytest.raises(actions.Refused):
        actions.record_test(plan=plan, by=owner, today=TODAY, version=2, **TEST)


# --- Tests --------------------------------------------------------------------------------------------


def test_a_test_says_how_the_plan_stands_and_when_it_is_tested_again(contract, owner):
    plan = PlanFactory(contract=contract)
    test = actions.record_test(plan=plan, by=owner, today=TODAY, version=1, **TEST)
    plan.refresh_from_db()
    assert (plan.tested_on, plan.test_result) == (D("2026-11-20"), "passed")
    assert (plan.test_due_on, plan.state) == (D("2027-11-20"), "in_time")
    assert (test.recorded_by, told(test)[0]) == (owner, owner)


def test_a_plan_that_failed_is_tested_again_in_three_months(owner):
    plan = ProvenPlanFactory(contract__tier="bronze")
    failed = TEST | {"result": "failed", "findings": "No line to the depot"}
    actions.record_test(plan=plan, by=owner, today=TODAY, version=1, **failed)
    plan.refresh_from_db()
    assert (plan.state, plan.test_due_on) == ("failed", D("2027-02-20"))


def test_an_older_test_entered_late_leaves_the_plan_as_the_latest_says(owner):
    plan = ProvenPlanFactory()
    older = TEST | {"on": D("2025-06-01"), "result": "failed", "findings": "Slow"}
    actions.record_test(plan=plan, by=owner, today=TODAY, version=1, **older)
    plan.refresh_from_db()
    assert (plan.tested_on, plan.test_result, plan.version) == (D("2026-06-01"), "passed", 1)
    assert plan.tests.count() == 1


def test_a_test_that_took_longer_than_the_plan_allows_has_not_passed(owner):
    plan = PlanFactory(rto=4, rto_unit="hours")
    slow = TEST | {"reached": 1, "reached_unit": "days"}
    with pytest.raises(actions.Refused, match="longer than the plan allows"):
        actions.record_test(plan=plan, by=owner, today=TODAY, version=1, **slow)


def test_correct_puts_the_plan_right_too(owner):
    test = PlanTestFactory()
    actions.correct_test(
        test=test, by=owner, today=TODAY, version=1, reason="Misread", result="failed", findings="Slow"
    )  # fmt: skip
    test.plan.refresh_from_db()
    assert (test.plan.state, told(test)) == ("failed", (owner, "Misread"))


def test_to_correct_an_older_test_changes_nothing_about_the_plan(owner):
    plan = ProvenPlanFactory()
    older = PlanTestFactory(plan=plan, on=D("2025-06-01"))
    PlanTestFactory(plan=plan)
    actions.correct_test(
        test=older, by=owner, today=TODAY, version=1, reason="Misread", result="failed", findings="Slow"
    )  # fmt: skip
    plan.refresh_from_db()
    assert (plan.test_result, plan.version) == ("passed", 1)


# --- Checks -------------------------------------------------------------------------------------------


def test_a_check_is_due_when_its_evidence_expires_or_when_it_is_looked_at_again(contract, owner):
    check = actions.add_check(
        contract=contract, by=owner, today=TODAY, next_on=D("2027-05-20"), **CHECK
    )
    assert (check.due_on, check.checked_by, check.state) == (D("2027-05-20"), owner, "valid")


def test_what_is_not_checked_yet_names_nobody_who_checked_it(contract, owner):
    not_yet = CHECK | {"result": "not_checked", "checked_on": None, "next_on": D("2027-01-05")}
    check = actions.add_check(contract=contract, by=owner, today=TODAY, **not_yet)
    assert (check.checked_by, check.state) == (None, "missing")


def test_to_renew_evidence_keeps_the_past(contract, owner):
    first = ComplianceFactory(contract=contract, expires_on=D("2026-11-01"))
    second = actions.renew_check(check=first, by=owner, today=TODAY, version=1, **CHECK)
    first.refresh_from_db()
    assert (first.state, second.state, second.contract) == ("replaced", "valid", contract)
    third = actions.renew_check(check=second, by=owner, today=TODAY, version=1, **CHECK)
    line = ComplianceCheck.objects.line_of(third)
    assert list(line.order_by("pk")) == [first, second, third]
    assert list(line.current()) == [third]


def test_one_of_two_who_renew_at_once_is_told(owner):
    check = ComplianceFactory()
    actions.renew_check(check=check, by=owner, today=TODAY, version=1, **CHECK)
    with pytest.raises(actions.Refused, match="renewed or ended meanwhile"):
        actions.renew_check(check=check, by=owner, today=TODAY, version=1, **CHECK)


def test_a_refused_renewal_leaves_the_check_that_stood(owner):
    check = ComplianceFactory()
    with pytest.raises(actions.Refused):
        actions.renew_check(
            check=check, by=owner, today=TODAY, version=1, **CHECK | {"evidence": ""}
        )
    assert ComplianceCheck.objects.current().get() == check


def test_the_database_keeps_one_check_of_a_requirement_current():
    first = ComplianceFactory(is_current=False)
    ComplianceFactory(first=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        ComplianceFactory(first=first)


def test_non_compliance_may_name_a_risk_of_the_same_register_only(contract, owner):
    failing = CHECK | {"result": "fails", "action": "Escalated", "next_on": D("2026-12-20")}
    risk = RiskFactory(contract=contract)
    check = actions.add_check(contract=contract, by=owner, today=TODAY, risk=risk, **failing)
    assert list(risk.compliance_checks.all()) == [check]
    for other in (
        RiskFactory(contract=ContractFactory()),
        RiskFactory(contract=None, supplier=contract.supplier),
    ):
        with pytest.raises(actions.Refused, match="same register"):
            actions.add_check(contract=contract, by=owner, today=TODAY, risk=other, **failing)


def test_change_of_a_check_works_out_its_day_anew(owner):
    check = ComplianceFactory()
    actions.change_check(
        check=check, by=owner, today=TODAY, version=1, reason="Typo", expires_on=D("2027-07-01")
    )
    check.refresh_from_db()
    assert (check.due_on, told(check)) == (D("2027-07-01"), (owner, "Typo"))


def test_end_says_that_it_is_no_longer_required(owner):
    check = ComplianceFactory()
    actions.end_check(check=check, by=owner, on=TODAY, version=1, reason="Clause taken out")
    check.refresh_from_db()
    assert (check.state, told(check)) == ("no_longer_required", (owner, "Clause taken out"))
    with pytest.raises(actions.Refused):
        actions.change_check(check=check, by=owner, today=TODAY, version=2, requirement="X")


# --- Who -----------------------------------------------------------------------------------------------


def test_plans_and_checks_of_a_contract_are_seen_with_it_and_kept_by_who_manages_it(
    contract, owner
):
    viewer, stranger = person_with("viewer", contract.unit), UserFactory()
    for row in (PlanFactory(contract=contract), ComplianceFactory(contract=contract)):
        model = type(row).objects
        assert list(model.visible_to(viewer)) == [row]
        assert not model.visible_to(stranger).exists()
        assert list(model.editable_by(owner)) == [row]
        assert not model.editable_by(viewer).exists()


def test_those_of_a_supplier_are_seen_by_who_sees_a_contract_with_it_and_kept_by_procurement(
    contract, owner
):
    procurement = person_with("procurement")
    for row in (
        SupplierPlanFactory(supplier=contract.supplier),
        SupplierComplianceFactory(supplier=contract.supplier),
    ):
        model = type(row).objects
        assert list(model.visible_to(owner)) == [row]
        assert not model.visible_to(UserFactory()).exists()
        assert not model.editable_by(owner).exists()
        assert list(model.editable_by(procurement)) == [row]


def test_who_owns_a_plan_records_its_tests_and_changes_nothing_else(contract):
    keeper = person_with("viewer", contract.unit)
    plan = PlanFactory(contract=contract, owner=keeper)
    PlanFactory(contract=contract)
    PlanFactory(owner=keeper)  # of a contract that they do not see
    assert list(Plan.objects.recordable_by(keeper)) == [plan]
    assert not Plan.objects.editable_by(keeper).exists()
