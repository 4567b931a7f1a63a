"""The demo tells its stories on any day, and its rows are what people could have written."""

import pytest
from django.utils import timezone

from contracts.models import Contract
from performance.scorecards import actions, cards, demo_table, rules
from performance.scorecards.models import Feedback, Line, Scorecard, SignOff
from performance.scorecards.querysets import with_scorecard_overdue, with_undecided_quadrant
from tests.demo import days

pytestmark = pytest.mark.django_db


@days.on(days.ORDINARY, days.LEAP_DAY, days.NEW_YEAR)
def test_scorecards_of_the_council(council):
    named = {demo_table.BETTER, demo_table.WAITING, demo_table.LATE_DRAFT, demo_table.QUESTION, demo_table.REOPENED}  # fmt: skip
    contracts = {c.title: c for c in Contract.objects.filter(title__in=named | demo_table.LATE)}
    assert set(contracts) == named | demo_table.LATE

    better = contracts[demo_table.BETTER].scorecards.all()
    assert [s.state for s in better] == ["seen"] * 4
    words = [[card.rag for card in cards.of(scorecard)] for scorecard in better]
    assert [word[3] for word in words] == ["green", "amber", "amber", "red"]
    assert {word[0] for word in words} == {"not_tracked"}
    assert cards.of(better[0])[0].decision == "Take it into the next contract"

    waiting = contracts[demo_table.WAITING].scorecards.get()
    assert (waiting.state, waiting.contract.sro.name) == ("signed_off", "Margaret Ellery")
    late = set(
        with_scorecard_overdue(Contract.objects.all(), council).values_list("title", flat=True)
    )
    assert late == {demo_table.LATE_DRAFT, *demo_table.LATE}
    undecided = with_undecided_quadrant(Contract.objects.all())
    assert list(undecided.values_list("title", flat=True)) == [demo_table.LATE_DRAFT]
    assert SignOff.objects.exclude(answer="").exists()
    assert SignOff.objects.exclude(reopened_at=None).exists()
    assert Feedback.objects.open_complaints().exists()
    _everything_is_as_a_person_would_have_left_it(council)


def _everything_is_as_a_person_would_have_left_it(today):
    for scorecard in Scorecard.objects.select_related("contract", "signed__by"):
        assert scorecard.history.count() >= (1 if scorecard.is_draft else 2)
        lines = list(scorecard.lines.all())
        assert len(lines) == 4
        if scorecard.signed:
            assert actions.signing_problems(scorecard, lines, today) == []
            assert scorecard.signed.by_id in scorecard.contract.managers
            assert timezone.localtime(scorecard.signed.at).date() > scorecard.quarter.end
    for feedback in Feedback.objects.all():
        feedback.full_clean()
        values = {f.name: getattr(feedback, f.attname) for f in feedback._meta.fields}
        assert rules.feedback_problems(values, today=today) == []
    for model in (Scorecard, Line, SignOff, Feedback):
        assert not model.history.filter(history_date__gt=timezone.now()).exists()
