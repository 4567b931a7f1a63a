"""The demo's assessments agree with the rules, with the register and with each other."""

from datetime import date

import pytest

from contracts.models import Contract
from contracts.tiering import demo, rules
from contracts.tiering.models import Answer, Assessment, Questionnaire
from contracts.tiering.querysets import Rescored, never_assessed, overdue, sent_back
from dashboards import demo as whole
from tests.factories import ContractFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TODAY = date(2026, 11, 27)


@pytest.fixture
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.mark.usefixtures("_today")
def test_the_demo_tells_each_story_and_follows_its_own_rules():
    whole.build(TODAY)
    contracts = Contract.objects.all()
    assert {c.title for c in never_assessed(contracts)} == demo.NEVER
    assert {c.title for c in overdue(contracts, TODAY)} == demo.OVERDUE
    assert {c.title for c in sent_back(contracts)} == set(demo.SENT_BACK_NOW)
    waiting = {a.contract.title: a for a in Assessment.objects.waiting()}
    assert {title: a.proposed_tier for title, a in waiting.items()} == {
        title: tier for title, (tier, *_) in demo.WAITING.items()
    }
    assert any(a.contract.tier and a.contract.tier != a.proposed_tier for a in waiting.values())
    against = [a.contract.title for a in Assessment.objects.in_effect() if a.differs]
    assert against == list(demo.AGAINST)
    everything = Assessment.objects.select_related("questionnaire").prefetch_related(
        "answers__question"
    )
    rulebooks = {q.pk: q.rulebook for q in Questionnaire.objects.with_all()}
    for assessment in everything:
        verdict = rules.judge(
            rulebooks[assessment.questionnaire_id], assessment.given, assessment.total_value,
            platinum=True,
        )  # fmt: skip
        assert (assessment.score, assessment.proposed_tier) == (verdict.score, verdict.tier)
        assert assessment.proposed_at.date() <= (assessment.decided_on or TODAY) <= TODAY
    for assessment in Assessment.objects.in_effect().select_related("contract"):
        assert assessment.decided_tier == assessment.contract.tier
    assert Assessment.history.filter(history_date__date__gt=TODAY).count() == 0
    assert {a.questionnaire.number for a in everything} == {1, 2}
    counts = Rescored(Questionnaire.objects.draft(), platinum=True).counts()
    assert sum(n for (was, now), n in counts.items() if was != now) >= 3


def test_the_scale_demo_judges_by_the_rules_too():
    contracts = [ContractFactory(tier=tier).pk for tier in ("gold", "", "bronze", "platinum")]
    demo.bulk_build(Contract.objects.filter(pk__in=contracts), TODAY, by=UserFactory())
    assert Answer.objects.count() == 4 * 8
    for assessment in Assessment.objects.all():
        rulebook = assessment.questionnaire.rulebook
        verdict = rules.judge(rulebook, assessment.given, assessment.total_value, platinum=True)
        assert (assessment.score, assessment.decided_tier) == (verdict.score, verdict.tier)
        assert assessment.due_on > assessment.decided_on
