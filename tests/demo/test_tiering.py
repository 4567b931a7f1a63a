"""The demo's assessments agree with the rules, with the register and with each other."""

import pytest

from contracts.models import Contract
from contracts.tiering import demo, rules
from contracts.tiering.models import Assessment, Questionnaire
from contracts.tiering.querysets import Rescored, never_assessed, overdue, sent_back
from tests.demo import days

pytestmark = pytest.mark.django_db


@days.on(days.ORDINARY)
def test_the_demo_tells_each_story_and_follows_its_own_rules(council):
    contracts = Contract.objects.all()
    assert {c.title for c in never_assessed(contracts)} == demo.NEVER
    assert {c.title for c in overdue(contracts, council)} == demo.OVERDUE
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
        assert assessment.proposed_at.date() <= (assessment.decided_on or council) <= council
    for assessment in Assessment.objects.in_effect().select_related("contract"):
        assert assessment.decided_tier == assessment.contract.tier
    assert Assessment.history.filter(history_date__date__gt=council).count() == 0
    assert {a.questionnaire.number for a in everything} == {1, 2}
    counts = Rescored(Questionnaire.objects.draft(), platinum=True).counts()
    assert sum(n for (was, now), n in counts.items() if was != now) >= 3
