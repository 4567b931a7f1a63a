"""The demonstration owes the story: plans in every state, proof that expires, and a requirement that is a risk."""

from datetime import date

import pytest

from contracts.models import Contract
from dashboards import demo as council
from risks.continuity import demo
from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("today", [date(2026, 11, 27), date(2028, 2, 29)])
def test_the_council_has_a_tested_plan_an_untested_one_and_one_that_failed(today, time_machine):
    time_machine.move_to(f"{today} 12:00:00+00:00")
    council.build(today)
    recovery = Plan.objects.get(title="Recovery of the case management system")
    assert (recovery.kind, recovery.state) == ("recovery", "never_tested")
    assert Plan.objects.get(title="Continuity plan for collections").state == "in_time"
    failed = Plan.objects.get(title="When a provider hands its rounds back")
    assert (failed.state, failed.tests.first().took_too_long) == ("failed", True)
    states = {plan.state.value for plan in Plan.objects.all()}
    assert {"test_overdue", "test_due", "retired"} <= states
    required = {check.state.value for check in ComplianceCheck.objects.all()}
    assert required == {
        "not_compliant", "expired", "missing", "partly", "expires_soon", "valid", "replaced",
    }  # fmt: skip
    breach = ComplianceCheck.objects.get(result="fails")
    assert breach.risk.contract == breach.contract
    assert Plan.objects.exclude(supplier=None).exists()
    rows = (*Plan.objects.all(), *PlanTest.objects.all(), *ComplianceCheck.objects.all())
    for row in rows:
        row.full_clean()
    for model in (Plan, PlanTest, ComplianceCheck):
        assert not model.history.filter(history_date__date__gt=today).exists()


def test_many_rows_are_made_for_measuring():
    for _ in range(3):
        ContractFactory()
    demo.bulk_build(date(2026, 11, 27), plans=60, checks=90)
    assert (Plan.objects.count(), ComplianceCheck.objects.count()) == (60, 90)
    assert set(Plan.objects.values_list("contract", flat=True)) == set(
        Contract.objects.values_list("pk", flat=True)
    )
    assert len({plan.state for plan in Plan.objects.all()}) >= 4
    assert len({check.state for check in ComplianceCheck.objects.all()}) >= 4
