"""What becomes of a figure: checked, challenged, amended, rated otherwise, excused."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from common import locking
from performance import actions
from performance.models import Indicator, Reading
from performance.rules import Measure, Period
from tests.documents.factories import a_document
from tests.factories import ContractFactory, UserFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
OCTOBER = Period(date(2026, 10, 1))


@pytest.fixture
def owner():
    return UserFactory()


def record(indicator, value, by, **options):
    entry = actions.Entry(indicator.pk, OCTOBER, Decimal(value))
    return actions.record_readings(entries=[entry], by=by, **options)[0]


# --- Reported, checked --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reported_by", "checked", "status"),
    [
        ("supplier", False, "reported"),
        ("supplier", True, "validated"),
        ("authority", False, "validated"),
    ],
)
def test_a_suppliers_figure_waits_to_be_checked(owner, reported_by, checked, status):
    reading = record(IndicatorFactory(reported_by=reported_by), 99, owner, checked=checked)
    assert (reading.status, reading.reported_value) == (status, 99)
    assert reading.checked_by == (None if status == "reported" else owner)


def test_no_figure_is_nothing_to_check(owner):
    entry = actions.Entry(IndicatorFactory().pk, OCTOBER, None, "No figures came")
    reading = actions.record_readings(entries=[entry], by=owner, checked=True)[0]
    assert (reading.status, reading.checked_by) == ("reported", None)
    assert not Reading.objects.to_check().exists()


def test_validating_says_who_of_each(owner):
    readings = [ReadingFactory(), ReadingFactory()]
    actions.validate_readings(readings=[(r, 1) for r in readings], by=owner)
    for reading in Reading.objects.all():
        assert (reading.status, reading.checked_by, reading.version) == ("validated", owner, 2)
        told = reading.history.first()
        assert (told.status, told.history_user, told.history_change_reason) == (
            "validated",
            owner,
            "Checked",
        )


def test_validating_what_somebody_changed_saves_none(owner):
    seen, changed = ReadingFactory(), ReadingFactory(version=2)
    with pytest.raises(locking.Conflict):
        actions.validate_readings(readings=[(seen, 1), (changed, 1)], by=owner)
    assert not Reading.objects.filter(status="validated").exists()


@pytest.mark.parametrize("number", [1, 20])
def test_validating_costs_the_same_for_one_and_for_many(owner, number, django_assert_num_queries):
    readings = [(ReadingFactory(), 1) for _ in range(number)]
    with django_assert_num_queries(6):  # savepoint, lock, readings, update, history, savepoint
        actions.validate_readings(readings=readings, by=owner)


# --- Doubted, put right -------------------------------------------------------------------------


def test_a_challenge_keeps_the_figure_and_says_why(owner):
    reading = actions.challenge(
        reading=ReadingFactory(), by=owner, version=1, reason="Two cases missing"
    )
    assert (reading.status, reading.value, reading.status_reason) == (
        "challenged",
        99,
        "Two cases missing",
    )
    with pytest.raises(actions.NotPossible):
        actions.challenge(reading=reading, by=owner, version=2, reason="Again")


def test_a_challenged_figure_may_be_found_right(owner):
    reading = actions.challenge(
        reading=ReadingFactory(), by=owner, version=1, reason="Two cases missing"
    )
    actions.validate_readings(readings=[(reading, 2)], by=owner)
    reading.refresh_from_db()
    assert (reading.status, reading.status_reason) == ("validated", "")


def test_amending_keeps_both_values_and_rates_anew(owner):
    reading = ReadingFactory(value=Decimal(99))
    amended = actions.amend(
        reading=reading, by=owner, version=1, reason="Counted again", measure=Measure(Decimal(95))
    )
    assert (amended.value, amended.reported_value, amended.status) == (95, 99, "amended")
    assert (amended.rating, amended.was_amended) == ("inadequate", True)
    assert Indicator.objects.get().latest_rating == "inadequate"


def test_amending_twice_keeps_the_first(owner):
    reading = ReadingFactory(value=Decimal(99))
    for version, value in ((1, 95), (2, 96)):
        reading = actions.amend(
            reading=reading,
            by=owner,
            version=version,
            reason="Again",
            measure=Measure(Decimal(value)),
        )
    assert (reading.value, reading.reported_value) == (96, 99)


def test_the_first_figure_after_a_gap_is_no_amendment(owner):
    indicator = IndicatorFactory(reported_by="supplier")
    reading = ReadingFactory(indicator=indicator, value=None, not_reported_reason="No figures came")
    entry = actions.Entry(indicator.pk, OCTOBER, Decimal(98), reason="They came", version=1)
    actions.record_readings(entries=[entry], by=owner)
    reading.refresh_from_db()
    assert (reading.status, reading.reported_value) == ("reported", 98)


@pytest.mark.parametrize("act", ["challenge", "amend", "rate_otherwise", "decide_relief"])
def test_deciding_on_what_somebody_has_changed_is_refused(owner, act):
    reading = ReadingFactory(value=Decimal(90), version=2)
    more = {
        "challenge": {}, "amend": {"measure": Measure(Decimal(1))}, "rate_otherwise": {"rating": "good"},
        "decide_relief": {"granted": True},
    }  # fmt: skip
    with pytest.raises(locking.Conflict):
        getattr(actions, act)(reading=reading, by=owner, version=1, reason="x", **more[act])


# --- Rated otherwise ------------------------------------------------------------------------------


def test_another_rating_keeps_the_one_by_the_rule(owner):
    reading = actions.rate_otherwise(
        reading=ReadingFactory(value=Decimal(90)),
        by=owner,
        version=1,
        rating="other",
        reason="Site closed",
    )
    assert (reading.rating, reading.proposed_rating) == ("other", "inadequate")
    assert reading.rating_reason == "Site closed"
    assert Indicator.objects.get().latest_rating == "other"
    back = actions.rate_otherwise(
        reading=reading, by=owner, version=2, rating="inadequate", reason="It was not"
    )
    assert (back.rating, back.rating_reason) == ("inadequate", "")


def test_a_gap_has_no_rating_to_replace(owner):
    reading = ReadingFactory(value=None, not_reported_reason="No figures came")
    with pytest.raises(actions.NotPossible):
        actions.rate_otherwise(reading=reading, by=owner, version=1, rating="good", reason="x")


def test_amending_takes_another_rating_back(owner):
    reading = actions.rate_otherwise(
        reading=ReadingFactory(value=Decimal(90)), by=owner, version=1, rating="good", reason="x"
    )
    amended = actions.amend(
        reading=reading, by=owner, version=2, reason="y", measure=Measure(Decimal(97))
    )
    assert (amended.rating, amended.rating_reason) == ("requires_improvement", "")


# --- Excused --------------------------------------------------------------------------------------


def test_relief_excuses_and_stays_in_sight(owner):
    reading = actions.decide_relief(
        reading=ReadingFactory(value=Decimal(90)),
        by=owner,
        version=1,
        granted=True,
        reason="No access",
    )
    assert (reading.is_excused, reading.rating, reading.relief_reason) == (
        True,
        "inadequate",
        "No access",
    )


def test_only_a_miss_can_be_excused(owner):
    with pytest.raises(actions.NothingToExcuse):
        actions.decide_relief(
            reading=ReadingFactory(), by=owner, version=1, granted=True, reason="x"
        )


def test_a_figure_amended_to_good_needs_no_relief(owner):
    reading = actions.decide_relief(
        reading=ReadingFactory(value=Decimal(90)),
        by=owner,
        version=1,
        granted=True,
        reason="No access",
    )
    amended = actions.amend(
        reading=reading, by=owner, version=2, reason="y", measure=Measure(Decimal(99))
    )
    assert (amended.relief, amended.relief_reason) == ("", "")


# --- Events ---------------------------------------------------------------------------------------


def test_one_event_a_day(owner):
    indicator = IndicatorFactory(
        frequency="on_event", unit="hours", direction="lower", target=Decimal(4)
    )
    event = {"indicator": indicator, "by": owner, "on": date(2026, 10, 3)}
    reading = actions.record_event(measure=Measure(Decimal(6)), **event)
    assert (reading.period.label, reading.rating) == ("3 October 2026", "requires_improvement")
    with pytest.raises(actions.AlreadyMeasured):
        actions.record_event(measure=Measure(Decimal(1)), **event)


# --- What is always true --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"rating": "good", "proposed_rating": "inadequate"},
        {"status": "challenged"},
        {"relief": "granted"},
        {"numerator": 1, "denominator": 0},
        {"numerator": None, "denominator": 5},
    ],
)
def test_the_database_refuses_a_decision_without_its_reason(values):
    reading = ReadingFactory(value=Decimal(90))
    with pytest.raises(IntegrityError), transaction.atomic():
        Reading.objects.filter(pk=reading.pk).update(**values)


# --- Two people at once ---------------------------------------------------------------------------


def amend(reading, by):
    return actions.amend(
        reading=reading, by=by, version=1, reason="Slip", measure=Measure(Decimal(97))
    )


def validate(reading, by):
    return actions.validate_readings(readings=[(reading, 1)], by=by)


def attach(reading, by):
    document = a_document(reading.indicator.contract)
    return actions.attach_evidence(reading=reading, by=by, document=document)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("first", "second", "refused", "stands"),
    [
        (amend, validate, 1, (97, "amended")),
        (validate, amend, 1, (95, "validated")),
        (amend, attach, 0, (97, "amended")),
        (attach, amend, 0, (97, "amended")),
    ],
)
def test_whoever_comes_second_waits_and_overwrites_nothing(first, second, refused, stands):
    owner = UserFactory()
    indicator = IndicatorFactory(contract=ContractFactory(oco=owner), reported_by="supplier")
    reading = ReadingFactory(indicator=indicator, value=Decimal(95))
    conflicts = []

    def run():
        try:
            second(reading, owner)
        except locking.Conflict as conflict:
            conflicts.append(conflict)
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        first(reading, owner)
        other.start()
        other.join(0.5)
        waits = other.is_alive()
    other.join()
    reading.refresh_from_db()
    assert waits
    assert len(conflicts) == refused
    assert (reading.value, reading.status) == stands
