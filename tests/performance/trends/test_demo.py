"""The demonstration has a trend of every kind to look at."""

from datetime import date

import pytest

from performance import demo
from performance.models import Indicator
from performance.trends import charts, rules
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def trends():
    tiers = ("gold", "platinum", "silver", "gold", "silver", "bronze", "gold", "gold")
    contracts = [
        ContractFactory(tier=tier, oco=UserFactory(), commences_on=date(2024, 1, 1))
        for tier in tiers
    ]
    demo.build(contracts, TODAY, UserFactory())
    return charts.of_placed(charts.placed(Indicator.objects.in_use(), today=TODAY), today=TODAY)


def test_one_is_good_one_declines_one_recovers_and_one_fell_silent(trends):
    places = {trend.place for trend in trends}
    assert {rules.Place.ROUTINE, rules.Place.WORSE, rules.Place.UNKNOWN} <= places
    # A recovery: it was worse for a while, and is as before.
    assert any(
        trend.place == rules.Place.WAS_DIFFERENT and "which is worse" in trend.sentence
        for trend in trends
    )
    assert any(
        trend.behaviour.is_silent and len(trend.behaviour.known) > rules.ENOUGH for trend in trends
    )


def test_some_can_be_forecast_and_some_honestly_not(trends):
    forecasts = [trend.forecast for trend in trends]
    assert rules.Refusal.UNSTABLE in forecasts
    assert rules.Refusal.TOO_LITTLE in forecasts
    assert any(isinstance(f, rules.Forecast) and f.is_level for f in forecasts)
