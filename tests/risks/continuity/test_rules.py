"""How plans and evidence stand, at the edges, and that the database says the same of its rows."""

from datetime import date, timedelta

import pytest

from risks.continuity import rules
from risks.continuity.models import ComplianceCheck, Plan
from tests.risks.continuity.factories import ComplianceFactory, PlanFactory

TODAY = date(2026, 11, 27)
D = date.fromisoformat
A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(f"{TODAY} 12:00:00+00:00")


# tested on, result, next test, state
PLANS = (
    (None, "", None, "never_tested"),
    (None, "", TODAY - A_DAY, "never_tested"),
    (None, "", TODAY + A_DAY, "never_tested"),
    (D("2026-06-01"), "failed", TODAY + A_DAY, "failed"),
    (D("2026-06-01"), "failed", TODAY - A_DAY, "failed"),
    (D("2026-06-01"), "passed", None, "no_next_test"),
    (D("2026-06-01"), "findings", TODAY - A_DAY, "test_overdue"),
    (D("2026-06-01"), "passed", TODAY, "test_due"),
    (D("2026-06-01"), "passed", TODAY + timedelta(days=60), "test_due"),
    (D("2026-06-01"), "passed", TODAY + timedelta(days=61), "in_time"),
    (D("2026-06-01"), "findings", TODAY + timedelta(days=61), "in_time"),
)


@pytest.mark.parametrize(("tested_on", "result", "due_on", "state"), PLANS)
def test_how_a_plan_stands(tested_on, result, due_on, state):
    found = rules.plan_state(tested_on=tested_on, result=result, due_on=due_on, today=TODAY)
    assert found == state


def test_a_retired_plan_is_only_retired():
    values = {"tested_on": None, "result": "", "due_on": None, "today": TODAY}
    assert rules.plan_state(**values, retired_on=TODAY) == "retired"


@pytest.mark.django_db
def test_the_database_says_of_each_plan_what_the_rule_says():
    for tested_on, result, due_on, _ in PLANS:
        PlanFactory(tested_on=tested_on, test_result=result, test_due_on=due_on)
    PlanFactory(retired_on=TODAY, retired_reason="Replaced")
    said = [plan.standing for plan in Plan.objects.with_standing(TODAY).order_by("pk")]
    assert said == [*(state for *_, state in PLANS), "retired"]
    assert said == [plan.state for plan in Plan.objects.order_by("pk")]


@pytest.mark.django_db
def test_the_worst_plans_stand_first():
    for tested_on, result, due_on, _ in reversed(PLANS):
        PlanFactory(tested_on=tested_on, test_result=result, test_due_on=due_on)
    states = list(dict.fromkeys(plan.state for plan in Plan.objects.worst_first(TODAY)))
    assert states == ["failed", "test_overdue", "never_tested", "no_next_test", "test_due", "in_time"]  # fmt: skip


# result, evidence, expires, next check, state
CHECKS = (
    ("fails", "Seen", D("2020-01-01"), TODAY + A_DAY, "not_compliant"),
    ("complies", "Seen", TODAY - A_DAY, None, "expired"),
    ("partly", "", TODAY - A_DAY, TODAY + A_DAY, "expired"),
    ("not_checked", "Sent", None, TODAY + A_DAY, "missing"),
    ("not_checked", "", None, TODAY - A_DAY, "missing"),
    ("partly", "", None, TODAY + A_DAY, "missing"),
    ("partly", "Seen", None, TODAY - A_DAY, "check_overdue"),
    ("complies", "Seen", TODAY + A_DAY, TODAY - A_DAY, "check_overdue"),
    ("partly", "Seen", TODAY + A_DAY, TODAY, "partly"),
    ("complies", "Seen", TODAY, None, "expires_soon"),
    ("complies", "Seen", TODAY + timedelta(days=60), TODAY, "expires_soon"),
    ("complies", "Seen", TODAY + timedelta(days=61), None, "valid"),
    ("complies", "Seen", None, None, "valid"),
)


@pytest.mark.parametrize(("result", "evidence", "expires_on", "next_on", "state"), CHECKS)
def test_how_evidence_stands(result, evidence, expires_on, next_on, state):
    found = rules.evidence_state(
        result=result, is_shown=bool(evidence), expires_on=expires_on, next_on=next_on, today=TODAY
    )
    assert found == state


@pytest.mark.django_db
def test_the_database_says_of_each_check_what_the_rule_says():
    for result, evidence, expires_on, next_on, _ in CHECKS:
        ComplianceFactory(
            result=result, evidence=evidence, expires_on=expires_on, next_on=next_on, action="Chased"
        )  # fmt: skip
    ComplianceFactory(is_current=False)
    ComplianceFactory(ended_on=TODAY)
    rows = ComplianceCheck.objects.with_standing(TODAY).order_by("pk")
    said = [check.standing for check in rows]
    assert said == [*(state for *_, state in CHECKS), "replaced", "no_longer_required"]
    assert said == [check.state for check in rows]


@pytest.mark.parametrize(
    ("tier", "kinds", "of_supplier", "number"),
    [
        ("platinum", [], [], 1), ("gold", [], [], 1), ("gold", ["recovery"], [], 1),
        ("gold", ["continuity"], [], 0), ("gold", [], ["continuity"], 0), ("gold", [], ["recovery"], 1),
        ("silver", [], [], 1), ("silver", ["recovery"], [], 0), ("silver", [], ["continuity"], 0),
        ("bronze", [], [], 0), ("", [], [], 0),
    ],
)  # fmt: skip
def test_what_a_contract_of_a_tier_lacks(tier, kinds, of_supplier, number):
    assert len(rules.gaps(tier, kinds, of_supplier=of_supplier)) == number


@pytest.mark.parametrize(
    ("agreed_on", "tier", "expected"),
    [
        (D("2026-08-31"), "platinum", D("2027-08-31")), (D("2026-08-31"), "silver", D("2028-08-31")),
        (D("2026-08-31"), "bronze", None), (None, "gold", D("2027-11-27")),
        (D("2020-08-31"), "gold", D("2027-11-27")), (D("2025-11-27"), "gold", D("2027-11-27")),
    ],
)  # fmt: skip
def test_the_next_review_is_never_in_the_past(agreed_on, tier, expected):
    assert rules.next_review(agreed_on, tier, today=TODAY) == expected


PLAN = {"agreed_on": D("2026-01-05"), "review_on": D("2027-01-05"), "rto": 4, "rto_unit": "hours"}


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"rto": 0}, []),
        ({"rto_unit": ""}, ["rto_unit"]),
        ({"rto": None}, ["rto"]),
        ({"rpo": 1}, ["rpo_unit"]),
        ({"rpo_unit": "days"}, ["rpo"]),
        ({"agreed_on": TODAY}, []),
        ({"agreed_on": TODAY + A_DAY}, ["agreed_on"]),
        ({"review_on": D("2026-01-05")}, ["review_on"]),
    ],
)
def test_what_is_wrong_with_a_plan(values, fields):
    found = rules.problems_of_plan(PLAN | values, today=TODAY)
    assert [field for field, _ in found] == fields


TEST = {"on": D("2026-06-01"), "result": "passed", "findings": "", "reached": None}


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"on": TODAY + A_DAY}, ["on"]),
        ({"reached": 4}, ["reached_unit"]),
        ({"reached_unit": "hours"}, ["reached"]),
        ({"reached": 4, "reached_unit": "hours"}, []),
        ({"reached": 5, "reached_unit": "hours"}, ["result"]),
        ({"reached": 1, "reached_unit": "days"}, ["result"]),
        ({"reached": 5, "reached_unit": "hours", "result": "findings"}, ["findings"]),
        (
            {"reached": 5, "reached_unit": "hours", "result": "findings", "findings": "Keys were missing"},
            [],
        ),
        ({"result": "failed", "findings": "No line"}, []),
        ({"test_due_on": D("2026-06-01")}, ["test_due_on"]),
        ({"test_due_on": D("2027-06-01")}, []),
        ({"test_due_on": D("2027-06-02")}, ["test_due_on"]),
        ({"result": "failed", "findings": "No line", "test_due_on": D("2026-09-02")}, ["test_due_on"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_test_of_a_gold_contract(values, fields):
    found = rules.problems_of_test(TEST | values, objective=4, tier="gold", today=TODAY)
    assert [field for field, _ in found] == fields


def test_a_plan_that_states_no_recovery_time_is_not_missed():
    values = TEST | {"reached": 9, "reached_unit": "days"}
    assert rules.problems_of_test(values, objective=None, tier="", today=TODAY) == []


CHECK = {
    "topic": "insurance", "result": "complies", "checked_on": D("2026-06-01"), "expires_on": D("2027-06-01")
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "is_shown", "fields"),
    [
        ({}, True, []),
        ({}, False, ["evidence"]),
        ({"topic": "other"}, True, ["topic_words"]),
        ({"topic": "other", "topic_words": "Living wage"}, True, []),
        ({"checked_on": None}, True, ["checked_on"]),
        ({"checked_on": TODAY + A_DAY}, True, ["checked_on"]),
        ({"result": "fails", "next_on": D("2026-12-01")}, False, ["action"]),
        ({"result": "partly", "action": "Chased"}, False, ["next_on"]),
        ({"result": "fails", "action": "Chased", "next_on": D("2026-12-01")}, False, []),
        ({"result": "not_checked", "checked_on": None}, False, ["next_on"]),
        ({"result": "not_checked", "checked_on": None, "next_on": D("2026-12-01")}, False, []),
        ({"next_on": D("2026-06-01")}, True, ["next_on"]),
        ({"expires_on": D("2026-05-31")}, True, ["expires_on"]),
        ({"expires_on": D("2026-06-01")}, True, []),
    ],
)
def test_what_is_wrong_with_a_check(values, is_shown, fields):
    found = rules.problems_of_check(CHECK | values, is_shown=is_shown, today=TODAY)
    assert [field for field, _ in found] == fields
