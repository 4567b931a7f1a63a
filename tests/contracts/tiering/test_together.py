"""Several people press the button at the same moment."""

import threading
from datetime import date

import pytest
from django.db import connection

from common import locking
from contracts.models import Contract
from contracts.tiering import actions
from contracts.tiering.models import Assessment, Questionnaire
from tests.contracts.tiering.factories import all_answered, house_questionnaire, proposed
from tests.factories import ContractFactory, person_with

pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,  # a test's SQLite lies in memory, where threads lock each other out
    pytest.mark.django_db(transaction=True),
]
TODAY = date(2026, 11, 27)


def at_once(presses):
    """What became of each: its answer, or the kind of refusal."""
    together, answers = threading.Barrier(len(presses)), []

    def run(press):
        together.wait()
        try:
            press()
            answers.append("done")
        except (actions.Refused, locking.Conflict) as refused:
            answers.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_one_of_several_decides_and_the_others_are_told():
    proposal = proposed(ContractFactory())
    people = [person_with("procurement") for _ in range(4)]

    def decide(person, tier):
        return lambda: actions.decide(
            assessment=proposal, tier=tier, by=person, today=TODAY, reason="Mine"
        )

    tiers = ("bronze", "silver", "gold", "silver")
    answers = at_once([decide(p, t) for p, t in zip(people, tiers, strict=True)])
    assert answers == ["Overtaken", "Overtaken", "Overtaken", "done"]
    decided = Assessment.objects.get()
    assert Contract.objects.get().tier == decided.decided_tier
    assert Contract.history.filter(history_type="~").count() == 1


def test_one_of_several_proposes_and_the_others_are_told():
    contract, current = ContractFactory(), house_questionnaire()
    people = [person_with("procurement") for _ in range(3)]

    def propose(person):
        return lambda: actions.propose(
            contract=contract, questionnaire=current, answers=all_answered(), by=person
        )

    assert at_once([propose(p) for p in people]) == ["Overtaken", "Overtaken", "done"]
    assert Assessment.objects.count() == 1


def test_a_draft_is_started_and_published_once():
    house_questionnaire()
    people = [person_with("procurement") for _ in range(3)]
    at_once([lambda p=p: actions.start_draft(by=p) for p in people])
    draft = Questionnaire.objects.get(state="draft")
    assert draft.questions.count() == 8

    def publish(person):
        return lambda: actions.publish(
            draft=draft, by=person, version=draft.version, reason="x", reassess_by=TODAY
        )

    assert at_once([publish(p) for p in people]) == ["NoDraft", "NoDraft", "done"]
    assert Questionnaire.objects.filter(state="current").count() == 1
