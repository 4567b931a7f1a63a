"""Ranges, yes or no, service points, quotients, weeks and years: the rules at their edges."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance import periods, rules
from performance.rules import Band, Rating, Standard

RANGE = Standard(Decimal(18), "range", 1, Decimal(1), Decimal(3), upper=Decimal(22))
# The bands of the worked example in the domain notes, 3.6.
BANDS = (
    Band("Minor", Decimal("1.0"), 1), Band("Serious", Decimal("2.0"), 2), Band("Severe", Decimal("3.0"), 3),
    Band("KPI Service Threshold", None, 4),
)  # fmt: skip
POINTS = Standard(Decimal(99), decimals=1, bands=BANDS)
amounts = st.decimals(min_value=-1000, max_value=1000, places=2)


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        ("18", Rating.GOOD),
        ("22.0", Rating.GOOD),
        ("20", Rating.GOOD),
        ("17.9", Rating.APPROACHING),
        ("17", Rating.APPROACHING),
        ("23", Rating.APPROACHING),
        ("23.1", Rating.REQUIRES_IMPROVEMENT),
        ("15", Rating.REQUIRES_IMPROVEMENT),
        ("14.9", Rating.INADEQUATE),
        ("25.1", Rating.INADEQUATE),
    ],
)
def test_both_ends_of_a_range_count(value, rating):
    assert rules.rate(Decimal(value), RANGE) == rating


def test_a_range_is_worded_with_both_ends():
    assert [words for _, words in rules.rating_bands(RANGE, unit="°C")] == [
        "from 18.0 °C to 22.0 °C",
        "from 17.0 °C to 23.0 °C",
        "from 15.0 °C to 25.0 °C",
        "less than 15.0 °C or more than 25.0 °C",
    ]


@pytest.mark.parametrize(("value", "rating"), [(1, "Good"), (0, "Requires improvement")])
def test_yes_is_good(value, rating):
    standard = Standard(Decimal(1), "yes_no")
    assert rules.rate(Decimal(value), standard).label == rating
    assert rules.target_in_words(standard, unit="") == "Yes"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("99.0", None),
        ("98.95", None),  # shown as 99.0
        ("98.9", "Minor"),
        ("98.0", "Minor"),
        ("97.9", "Serious"),
        ("97.0", "Serious"),
        ("96.9", "Severe"),
        ("96.0", "Severe"),
        ("95.9", "KPI Service Threshold"),
        ("0", "KPI Service Threshold"),
    ],
)
def test_a_miss_falls_into_its_band(value, name):
    found = rules.band(Decimal(value), POINTS)
    assert (found.name if found else None) == name


def test_a_miss_beyond_the_last_limit_falls_into_the_last_band():
    standard = Standard(Decimal(99), decimals=1, bands=BANDS[:2])
    assert rules.band(Decimal(50), standard).name == "Serious"


def test_without_a_target_or_bands_nothing_costs_points():
    assert rules.band(Decimal(5), Standard(None, bands=BANDS)) is None
    assert rules.band(Decimal(5), Standard(Decimal(99))) is None


@given(amounts, amounts)
def test_a_worse_value_never_costs_fewer_points(one, other):
    def points(value):
        found = rules.band(value, POINTS)
        return found.points if found else 0

    assert points(min(one, other)) >= points(max(one, other))


@pytest.mark.parametrize("parted", [", ", "; ", "\t"])
def test_bands_are_read_as_they_are_pasted(parted):
    rows = [("Minor", "1.0", "1"), ("Serious", "2.0", "2"), ("Severe", "3.0", "3")]
    text = "\n".join(parted.join(row) for row in [*rows, ("KPI Service Threshold", "beyond", "4")])
    assert rules.read_bands(text) == BANDS
    assert rules.read_bands(rules.write_bands(BANDS)) == BANDS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Minor, 1", "Line 1 must be a name, a limit and points"),
        ("Minor, 1, 1\n, 2, 2", "Line 2 must be a name"),
        ("Minor, 1, one", "Line 1: points must be a whole number"),
        ("Minor, about 1, 1", "Line 1: the limit must be an amount"),
        ("Minor, 2, 1\nSerious, 1, 2", "Line 2: the limit must be more than the one before"),
        ("Minor, 0, 1", "Line 1: the limit must be more"),
        ("Minor, beyond, 1\nSerious, 2, 2", "Line 2 comes after a band without a limit"),
        ("Minor, 1, 3\nSerious, 2, 2", "Line 2: a worse band cannot have fewer points"),
        ("\n".join(f"B{n}, {n}, {n}" for n in range(1, 12)), "at most 10 bands"),
    ],
)
def test_bands_that_make_no_sense_are_refused_with_their_line(text, words):
    with pytest.raises(ValueError, match=words):
        rules.read_bands(text)


@pytest.mark.parametrize(
    ("text", "unit", "direction", "value"),
    [
        ("47/50", "%", "higher", "94"),
        ("1 / 3", "%", "higher", "33.3333"),
        ("150/60", "hours", "lower", "2.5"),
        ("0/50", "%", "higher", "0"),
        ("Yes", "", "yes_no", "1"),
        ("n", "", "yes_no", "0"),
        ("97.4%", "%", "higher", "97.4"),
    ],
)
def test_a_measure_is_read_as_it_is_typed(text, unit, direction, value):
    assert rules.read_measure(text, unit=unit, direction=direction).value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "direction", "words"),
    [
        ("47/0", "higher", "must be more than 0"),
        ("47/-5", "higher", "must be more than 0"),
        ("1/2/3", "higher", "or two, like 47/50"),
        ("/50", "higher", "must be a number"),
        ("9999999999999/0.0001", "higher", "must be below"),
        ("perhaps", "yes_no", "must be yes or no"),
        ("0.5", "yes_no", "must be yes or no"),
    ],
)
def test_a_measure_that_makes_no_sense_is_refused(text, direction, words):
    with pytest.raises(ValueError, match=words):
        rules.read_measure(text, unit="%", direction=direction)


G, A, R, I, O = (r.value for r in Rating)


@pytest.mark.parametrize(
    ("ratings", "worst", "mean", "last"),
    [
        ([G, G, I], I, A, I),
        ([G, A], A, A, A),
        ([G, G, G, A], A, G, A),
        ([I, I, G], I, R, G),
        ([G, "", None, R], R, A, R),
        ([G, O], G, G, G),
        ([O, O], O, O, O),
        (["", None], None, None, None),
        ([], None, None, None),
    ],
)
def test_a_year_has_one_rating(ratings, worst, mean, last):
    found = [rules.rating_over(ratings, how) for how in ("worst", "mean", "last")]
    assert found == [worst, mean, last]


@given(st.lists(st.sampled_from([G, A, R, I]), min_size=1), st.sampled_from(list(rules.Over)))
def test_a_year_is_never_better_than_its_best_nor_worse_than_its_worst(ratings, how):
    order = [G, A, R, I]
    found = order.index(rules.rating_over(ratings, how))
    places = [order.index(rating) for rating in ratings]
    assert min(places) <= found <= max(places)


# --- Weeks, half-years, events ------------------------------------------------------------------


def test_a_week_begins_on_monday_and_counts_in_the_month_in_which_it_ends():
    weeks = periods.ending_in(date(2026, 11, 1), "weekly")
    assert [week.end for week in weeks] == [date(2026, 11, day) for day in (1, 8, 15, 22, 29)]
    assert weeks[0].start == date(2026, 10, 26)


@given(st.dates(date(2001, 1, 1), date(2099, 12, 1)))
def test_every_week_ends_in_exactly_one_month(day):
    week = periods.period_of("weekly", day)
    assert week in periods.ending_in(week.end.replace(day=1), "weekly")


def test_what_is_measured_when_it_happens_is_asked_for_on_no_day():
    day = periods.period_of("on_event", date(2026, 10, 3))
    assert (day.start, day.end, day.label) == (
        date(2026, 10, 3),
        date(2026, 10, 3),
        "3 October 2026",
    )
    assert not periods.expects(day, starts_on=date(2026, 1, 1), ended_on=None)
    assert periods.ending_in(date(2026, 10, 1), "on_event") == []
    assert not rules.is_stale(None, "on_event", today=date(2026, 10, 3))
