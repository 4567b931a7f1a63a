"""The demonstration's risks: one that is treated, one that happened, one above appetite before its SRO."""

import pytest

from contracts import checks
from contracts.models import Contract
from risks import demo_table, rules
from risks.models import Matrix, Referral, Risk, Scoring, Treatment
from tests.demo import days

pytestmark = pytest.mark.django_db


def story(title):
    return Risk.objects.get(contract__title=title[0], title=title[1])


@days.on(days.ORDINARY, days.LEAP_DAY, days.NEW_YEAR)
def test_the_council_tells_each_story_of_its_risks(council):
    treated = story((demo_table.WASTE, "Too few drivers to crew every round"))
    assert [s.score for s in treated.scorings.order_by("on")] == [20, 16, 12, 9]
    assert treated.treatments.filter(done_on__isnull=False).count() == 2
    assert treated.contingency.tested_on

    issue = story((demo_table.CASES, "Data move to the new system is late"))
    assert (issue.kind, issue.score) == ("issue", 20)
    assert [h.kind for h in issue.history.order_by("history_date")] == ["risk", "risk", "issue"]

    above = story((demo_table.HOME_CARE, "Supplier leaves the market"))
    assert above.is_above_appetite
    assert (
        Referral.objects.waiting()
        .filter(risk=above, risk__contract__sro__name="Margaret Ellery")
        .exists()
    )
    assert Risk.objects.proposed().exists()
    assert Risk.objects.strategic().exists()
    assert Risk.objects.filter(supplier__isnull=False).exists()
    failing = {
        key: checks.get(key).failing(Contract.objects.all()).count()
        for key in ("no_risks", "risk_nobody", "risk_review_overdue", "risk_no_contingency")
    }
    assert all(0 < number < 60 for number in failing.values()), failing


@days.on(days.ORDINARY, days.LEAP_DAY, days.NEW_YEAR)
def test_its_risks_are_what_people_could_have_entered(council):
    matrix = Matrix.current()
    for risk in Risk.objects.select_related("category"):
        risk.full_clean()
        values = {field.name: getattr(risk, field.attname) for field in risk._meta.fields}
        assert rules.problems(values, today=council) == []
        assert risk.score == matrix.score(risk.likelihood, risk.impact)
    for row in Treatment.objects.all():
        row.full_clean()
        assert row.done_on is None or row.done_on <= council
    for model in (Risk, Treatment, Referral):
        assert not model.history.filter(history_date__date__gt=council).exists()
    assert not Scoring.objects.filter(on__gt=council).exists()
