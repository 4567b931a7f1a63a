import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from common import locking
from performance import actions
from performance.actions import Entry
from performance.models import Indicator, Reading
from performance.rules import Period
from tests.factories import ContractFactory, UserFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
SEPTEMBER, OCTOBER = Period(date(2026, 9, 1)), Period(date(2026, 10, 1))


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


def entry(indicator, value=None, **values):
    value = None if value is None else Decimal(value)
    return Entry(indicator.pk, values.pop("period", OCTOBER), value, **values)


# --- KPIs ---------------------------------------------------------------------------------------


def test_adding_a_kpi_says_who(owner):
    indicator = actions.add_indicator(
        contract=ContractFactory(),
        by=owner,
        name="Calls",
        target=Decimal(90),
        starts_on=date(2026, 1, 1),
    )
    assert indicator.history.get().history_user == owner


def test_changing_a_kpi_keeps_who_and_why(owner):
    indicator = IndicatorFactory()
    actions.change_indicator(
        indicator=indicator, by=owner, version=1, reason="Agreed in the review", name="Calls"
    )
    latest = indicator.history.first()
    assert (latest.name, latest.history_user, latest.history_change_reason) == (
        "Calls",
        owner,
        "Agreed in the review",
    )


def test_changing_nothing_writes_nothing(owner):
    indicator = IndicatorFactory()
    actions.change_indicator(indicator=indicator, by=owner, version=1, name=indicator.name)
    assert indicator.history.count() == 1


def test_changing_what_somebody_else_changed_is_refused(owner):
    indicator = IndicatorFactory()
    actions.change_indicator(indicator=indicator, by=owner, version=1, name="Calls")
    with pytest.raises(locking.Conflict):
        actions.change_indicator(indicator=indicator, by=owner, version=1, name="Answers")


def test_a_new_target_leaves_past_ratings_as_they_were(owner):
    reading = ReadingFactory(value=Decimal(99))
    actions.add_definition(
        indicator=reading.indicator,
        by=owner,
        reason="Agreed",
        from_on=date(2026, 10, 2),
        target=Decimal(100),
    )
    reading.refresh_from_db()
    assert reading.rating == "good"


def test_the_pace_is_fixed_once_there_are_readings(owner):
    reading = ReadingFactory()
    with pytest.raises(actions.FrequencyIsFixed):
        actions.change_indicator(
            indicator=reading.indicator, by=owner, version=1, frequency="quarterly"
        )


def test_retiring_keeps_the_readings_and_says_why(owner):
    reading = ReadingFactory()
    actions.retire_indicator(
        indicator=reading.indicator, by=owner, on=date(2026, 10, 31), reason="Measured elsewhere"
    )
    indicator = Indicator.objects.get()
    assert indicator.ended_on == date(2026, 10, 31)
    assert indicator.history.first().history_change_reason == "Measured elsewhere"
    assert indicator.readings.count() == 1


def test_retiring_twice_is_refused(owner):
    indicator = IndicatorFactory(ended_on=date(2026, 1, 1))
    with pytest.raises(actions.AlreadyRetired):
        actions.retire_indicator(indicator=indicator, by=owner, on=date(2026, 2, 1), reason="Again")


def test_retiring_before_a_reading_is_refused(owner):
    reading = ReadingFactory(period_start=date(2026, 10, 1))
    with pytest.raises(actions.StillMeasured):
        actions.retire_indicator(
            indicator=reading.indicator, by=owner, on=date(2026, 9, 30), reason="Too early"
        )


# --- Readings -----------------------------------------------------------------------------------


def test_recording_rates_and_keeps_who(owner):
    indicator = IndicatorFactory()
    (reading,) = actions.record_readings(entries=[entry(indicator, "97.99")], by=owner)
    assert (reading.rating, reading.recorded_by) == ("requires_improvement", owner)
    assert reading.history.get().history_user == owner


def test_recording_carries_the_latest_period_into_the_kpi(owner):
    indicator = IndicatorFactory()
    actions.record_readings(entries=[entry(indicator, 95)], by=owner)
    actions.record_readings(entries=[entry(indicator, 99, period=SEPTEMBER)], by=owner)
    indicator.refresh_from_db()
    assert (indicator.latest_period, indicator.latest_value, indicator.latest_rating) == (
        date(2026, 10, 1),
        95,
        "inadequate",
    )


def test_two_periods_of_one_kpi_can_be_recorded_together(owner):
    indicator = IndicatorFactory()
    entries = [entry(indicator, 99), entry(indicator, 90, period=SEPTEMBER)]
    actions.record_readings(entries=entries, by=owner)
    indicator.refresh_from_db()
    assert indicator.latest_value == 99


def test_not_reported_is_neither_zero_nor_a_rating(owner):
    indicator = IndicatorFactory()
    ReadingFactory(indicator=indicator, period_start=SEPTEMBER.start)
    (reading,) = actions.record_readings(
        entries=[entry(indicator, not_reported_reason="No figures came")], by=owner
    )
    indicator.refresh_from_db()
    assert (reading.value, reading.rating, reading.state) == (None, "", "Not reported")
    assert (indicator.latest_value, indicator.state) == (None, "Not reported")


def test_a_zero_that_was_measured_is_kept_and_rated(owner):
    indicator = IndicatorFactory(direction="lower", target=Decimal(2))
    (reading,) = actions.record_readings(entries=[entry(indicator, 0)], by=owner)
    assert (reading.value, reading.rating) == (0, "good")


def test_amending_keeps_both_values_with_the_reason(owner):
    reading = ReadingFactory(value=Decimal(95))
    amended = entry(reading.indicator, 98, version=1, reason="The supplier corrected it")
    actions.record_readings(entries=[amended], by=owner)
    latest, first = reading.history.all()
    assert (first.value, latest.value) == (95, 98)
    assert (latest.history_user, latest.history_change_reason) == (
        owner,
        "The supplier corrected it",
    )
    assert Indicator.objects.get().latest_rating == "approaching_target"


def test_amending_without_a_reason_is_refused(owner):
    reading = ReadingFactory(value=Decimal(95))
    with pytest.raises(actions.ReasonMissing):
        actions.record_readings(entries=[entry(reading.indicator, 98, version=1)], by=owner)


def test_amending_to_the_same_writes_nothing(owner):
    reading = ReadingFactory(value=Decimal(95))
    written = actions.record_readings(
        entries=[entry(reading.indicator, "95.00", version=1)], by=owner
    )
    assert written == []
    assert reading.history.count() == 1


def test_recording_what_somebody_else_recorded_meanwhile_is_refused_with_theirs(owner):
    reading = ReadingFactory(value=Decimal(95))
    with pytest.raises(actions.ReadingsChanged) as refused:
        actions.record_readings(entries=[entry(reading.indicator, 98)], by=owner)
    assert refused.value.readings == {reading.indicator_id: reading}


def test_one_refused_line_saves_none(owner):
    reading, other = ReadingFactory(), IndicatorFactory()
    with pytest.raises(actions.ReasonMissing):
        actions.record_readings(
            entries=[entry(other, 99), entry(reading.indicator, 1, version=1)], by=owner
        )
    assert not other.readings.exists()


@pytest.mark.parametrize("new", [1, 20])
def test_recording_costs_the_same_for_one_line_and_for_many(owner, new, django_assert_num_queries):
    entries = [entry(IndicatorFactory(), 99) for _ in range(new)]
    with django_assert_num_queries(
        8
    ):  # savepoint, lock, definitions, kept, insert, history, latest, savepoint
        actions.record_readings(entries=entries, by=owner)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_who_log_the_same_line_at_once_do_not_overwrite_each_other(owner):
    indicator, other = IndicatorFactory(), UserFactory()
    both_ready = threading.Barrier(2)
    told = []

    def log(person, value):
        both_ready.wait()
        try:
            actions.record_readings(entries=[entry(indicator, value)], by=person)
        except actions.ReadingsChanged as refused:
            told.append(refused.readings[indicator.pk].value)
        finally:
            connection.close()

    people = [threading.Thread(target=log, args=args) for args in ((owner, 97), (other, 98))]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert told == [Reading.objects.get().value]
    assert Reading.history.count() == 1


# --- What is always true --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"value": None, "rating": "", "not_reported_reason": ""},
        {"value": Decimal(1), "rating": "good", "not_reported_reason": "Both"},
        {"value": Decimal(1), "rating": "", "not_reported_reason": ""},
        {"value": None, "rating": "good", "not_reported_reason": "Rated all the same"},
    ],
)
def test_the_database_refuses_a_reading_that_says_nothing_or_two_things(values):
    indicator = IndicatorFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.create(indicator=indicator, period_start=OCTOBER.start, **values)


def test_the_database_refuses_a_second_reading_of_a_period():
    reading = ReadingFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingFactory(indicator=reading.indicator)
