"""Assessments by the thousand, for measuring, by the same rules. The council's own: `tests/demo`."""

from datetime import date

import pytest

from contracts.models import Contract
from contracts.tiering import demo, rules
from contracts.tiering.models import Answer, Assessment
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


def test_the_scale_demo_judges_by_the_rules_too():
    contracts = [ContractFactory(tier=tier).pk for tier in ("gold", "", "bronze", "platinum")]
    demo.bulk_build(Contract.objects.filter(pk__in=contracts), TODAY, by=UserFactory())
    assert Answer.objects.count() == 4 * 8
    for assessment in Assessment.objects.all():
        rulebook = assessment.questionnaire.rulebook
        verdict = rules.judge(rulebook, assessment.given, assessment.total_value, platinum=True)
        assert (assessment.score, assessment.decided_tier) == (verdict.score, verdict.tier)
        assert assessment.due_on > assessment.decided_on
