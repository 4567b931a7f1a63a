"""The demo tells its stories the same way each time, and its rows agree with each other."""

from datetime import date

import pytest
from django.db.models import F

from performance import demo, rules
from performance.models import Definition, Indicator, Reading
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture
def built():
    contracts = [
        ContractFactory(tier=tier, oco=UserFactory(), commences_on=date(2024, 1, 1))
        for tier in ("gold", "platinum", "silver", "gold", "silver", "bronze", "gold", "gold")
    ]
    return demo.build(contracts, TODAY, UserFactory())


def test_the_latest_columns_agree_with_the_readings(built):
    for indicator in Indicator.objects.all():
        latest = indicator.readings.order_by("-period_start").first()
        shown = (latest.period_start, latest.value, latest.rating) if latest else (None, None, "")
        assert (
            indicator.latest_period, indicator.latest_value, indicator.latest_rating
        ) == shown  # fmt: skip


def test_every_reading_is_rated_by_the_rule_and_has_its_history(built):
    readings = Reading.objects.select_related("indicator", "definition")
    assert all(r.proposed_rating == (rules.rate(r.value, r.standard) or "") for r in readings)
    assert Reading.history.count() == readings.count() > 200
    assert Indicator.history.count() == len(built)


def test_the_history_names_the_owner_and_the_day(built):
    reading = Reading.objects.select_related("indicator__contract").first()
    told = reading.history.get()
    assert told.history_user_id == reading.indicator.contract.oco_id == reading.recorded_by_id
    assert told.history_date == reading.recorded_at


def test_there_are_good_bad_and_unreported_stories(built):
    ratings = set(Reading.objects.values_list("rating", flat=True))
    assert {"", "good", "approaching_target", "requires_improvement", "inadequate"} <= ratings
    assert any(i.readings.count() <= 2 for i in built if i.frequency == "monthly")
    assert Indicator.objects.overdue(TODAY).exists()


def test_figures_have_come_to_every_status(built):
    assert set(Reading.objects.values_list("status", flat=True)) == {s.value for s in rules.State}
    assert Reading.objects.exclude(rating=F("proposed_rating")).count() == 1
    assert Reading.objects.filter(relief="granted").count() == 1


def test_some_targets_rise(built):
    assert any(len(i.definitions.all()) == 2 for i in Indicator.objects.with_definitions())


def test_no_reading_lies_in_the_future(built):
    assert not Reading.objects.filter(period_start__gte=date(2026, 11, 1)).exists()


@pytest.fixture
def measured_to_scale():
    contracts = [ContractFactory().pk for _ in range(8)]
    demo.bulk_build(contracts, TODAY, months=6, wide={contracts[0]: 12}, batch=3)
    return contracts


def test_bulk_readings_are_rated_by_the_rule_and_carried(measured_to_scale):
    readings = Reading.objects.select_related("indicator", "definition")
    assert all(r.proposed_rating == (rules.rate(r.value, r.standard) or "") for r in readings)
    assert all(r.definition.indicator_id == r.indicator_id for r in readings)
    for indicator in Indicator.objects.all():
        latest = indicator.readings.order_by("-period_start").first()
        shown = (latest.period_start, latest.value, latest.rating)
        assert (
            indicator.latest_period, indicator.latest_value, indicator.latest_rating
        ) == shown  # fmt: skip


def test_bulk_readings_are_of_many_kinds(measured_to_scale):
    assert Indicator.objects.count() == 12 + 7 * 2
    assert Indicator.objects.filter(contract=measured_to_scale[0]).count() == 12
    frequencies = set(Indicator.objects.values_list("frequency", flat=True))
    assert frequencies == {"weekly", "monthly", "quarterly"}
    assert Reading.objects.filter(value=None).exclude(not_reported_reason="").exists()
    assert any(len(i.definitions.all()) == 2 for i in Indicator.objects.with_definitions())


def test_bulk_readings_are_the_same_in_every_run(measured_to_scale):
    told = list(Reading.objects.order_by("pk").values_list("period_start", "value", "rating"))
    Reading.objects.all().delete()
    Definition.objects.all().delete()
    Indicator.objects.all().delete()
    demo.bulk_build(measured_to_scale, TODAY, months=6, wide={measured_to_scale[0]: 12}, batch=3)
    assert told == list(
        Reading.objects.order_by("pk").values_list("period_start", "value", "rating")
    )
