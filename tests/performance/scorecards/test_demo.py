"""Scorecards by the thousand, for measuring. The council's own: `tests/demo`."""

from datetime import date

import pytest

from performance.scorecards import cards, demo, rules
from performance.scorecards.models import Scorecard
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_scorecards_to_scale_stand_in_every_way(time_machine):
    time_machine.move_to("2026-11-27 12:00:00+00:00")
    for _ in range(15):
        ContractFactory(tier="gold", stage="live", oco=UserFactory(), sro=UserFactory())
    demo.bulk_build(date(2026, 11, 27), quarters=2)
    last = rules.last_due(date(2026, 11, 27))
    states = Scorecard.objects.filter(quarter_start=last.start).values_list("state", flat=True)
    assert set(states) == {"signed_off", "seen"}
    assert len(states) == 12  # every fifth is late
    for scorecard in Scorecard.objects.select_related("signed"):
        assert scorecard.signed.scorecard_id == scorecard.pk
        assert [card.rag for card in cards.of(scorecard)] == ["green"] * 3 + ["not_tracked"]
