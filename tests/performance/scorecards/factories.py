"""Dull valid scorecards and feedback. Say in the test only what the test is about."""

from datetime import date

import factory

from performance.scorecards import actions
from performance.scorecards.models import Feedback, Line, Scorecard
from performance.scorecards.rules import Quadrant
from tests.factories import ContractFactory

# Said of a quadrant that nothing is measured of, so that it can be signed off.
ACCEPTED = {
    "rag": "not_tracked", "reason": "The figures say little", "decision": "accept",
    "decision_note": "Too small to measure",
}  # fmt: skip


class ScorecardFactory(factory.django.DjangoModelFactory):
    """A draft for July to September 2026 in which all four quadrants are not tracked, which is accepted."""

    class Meta:
        model = Scorecard
        skip_postgeneration_save = True

    contract = factory.SubFactory(ContractFactory)
    quarter_start = date(2026, 7, 1)

    @factory.post_generation
    def lines(self, create, extracted, **said):
        """`lines__cost={"rag": "green", "reason": "..."}` says something else of a quadrant."""
        for quadrant in Quadrant:
            Line.objects.create(
                scorecard=self, quadrant=quadrant.value, **said.get(quadrant.value, ACCEPTED)
            )


BLANK = {f"lines__{quadrant}": {} for quadrant in Quadrant}


class FeedbackFactory(factory.django.DjangoModelFactory):
    """A survey of August 2026 with 4 of 5 from 100 people."""

    class Meta:
        model = Feedback

    contract = factory.SubFactory(ContractFactory)
    kind = "survey"
    received_on = date(2026, 8, 10)
    source = "Survey of residents"
    score = factory.LazyAttribute(lambda f: 4 if f.kind == "survey" else None)
    scale = factory.LazyAttribute(lambda f: 5 if f.kind == "survey" else None)
    sample = factory.LazyAttribute(lambda f: 100 if f.kind == "survey" else None)


def signed_off(scorecard, *, by=None, today=date(2026, 11, 27)):
    """The scorecard, signed off by its contract's owner."""
    by = by or scorecard.contract.oco
    return actions.sign_off(scorecard=scorecard, by=by, version=scorecard.version, today=today)
