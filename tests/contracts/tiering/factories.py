"""Assessments and questionnaires as the actions would have left them. Say in the test only what it is about."""

from datetime import date
from decimal import Decimal
from importlib import import_module

import factory
from django.utils import timezone

from contracts.tiering import rules
from contracts.tiering.models import Answer, Assessment, HardRule, Question, Questionnaire
from tests.factories import ContractFactory, UserFactory

house_default = import_module("contracts.tiering.migrations.0002_house_default")


def house_questionnaire():
    """The version in use; the house's where a browser test has emptied the tables."""
    return Questionnaire.objects.current() or house_default.create(
        Questionnaire, Question, HardRule
    )


def all_answered(value=2, **changes):
    """An answer to every question of the house's questionnaire, the same but for these."""
    return {key: value for key, *_ in house_default.QUESTIONS} | changes


class AssessmentFactory(factory.django.DjangoModelFactory):
    """Decided as the rules give it, a year ago on the day that assessments of the house are due in."""

    class Meta:
        model = Assessment
        skip_postgeneration_save = True
        exclude = ("given", "platinum")

    given = factory.LazyFunction(all_answered)
    platinum = False
    contract = factory.SubFactory(ContractFactory, tier="silver")
    questionnaire = factory.LazyFunction(house_questionnaire)
    value = None
    currency = "GBP"
    state = "decided"
    proposed_by = factory.SubFactory(UserFactory)
    proposed_at = factory.LazyFunction(timezone.now)
    score = factory.LazyAttribute(lambda a: _verdict(a).score)
    proposed_tier = factory.LazyAttribute(lambda a: _verdict(a).tier)
    reasons = factory.LazyAttribute(lambda a: "\n".join(_verdict(a).reasons))
    decided_tier = factory.LazyAttribute(lambda a: a.proposed_tier if a.in_effect else "")
    decided_on = factory.LazyAttribute(lambda a: date(2026, 1, 15) if a.in_effect else None)
    next_due_on = factory.LazyAttribute(lambda a: date(2027, 1, 15) if a.in_effect else None)
    due_on = factory.LazyAttribute(lambda a: a.next_due_on)
    in_effect = factory.LazyAttribute(lambda a: a.state == "decided")

    @factory.post_generation
    def answers(self, create, extracted):
        given = extracted or all_answered()
        if create:
            Answer.objects.bulk_create(
                Answer(assessment=self, question=question, value=given[question.key])
                for question in self.questionnaire.questions.all()
                if question.key in given
            )


def _verdict(assessment):
    return rules.judge(
        assessment.questionnaire.rulebook, assessment.given,
        rules.Value(assessment.value and Decimal(assessment.value), assessment.currency),
        platinum=assessment.platinum,
    )  # fmt: skip


def assessed(contract=None, given=None, **values):
    """An assessment with these answers."""
    given = given or all_answered()
    if contract is not None:
        values["contract"] = contract
    return AssessmentFactory(given=given, answers=given, **values)


def proposed(contract=None, given=None, **values):
    """A proposal that waits."""
    return assessed(contract, given, state="proposed", **values)
