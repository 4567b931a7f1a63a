"""The rules of performance at their edges; the vectors are those of the domain notes, 3.3."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance import rules
from performance.rules import Outcome, Period, Rating, Standard, Standing

HIGHER = Standard(Decimal(99), "higher", 2, Decimal(1), Decimal(3))
LOWER = Standard(Decimal(10), "lower", 2, Decimal(1), Decimal(3))

amounts = st.decimals(min_value=-10_000, max_value=10_000, places=4, allow_nan=False)
tolerances = st.none() | st.decimals(min_value=0, max_value=500, places=2)
days = st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 12, 31))
frequencies = st.sampled_from(list(rules.Frequency))


@st.composite
def standards(draw):
    near, far = draw(tolerances), draw(tolerances)
    if near is not None and far is not None:
        near, far = sorted((near, far))
    target = draw(st.decimals(min_value=-1000, max_value=1000, places=2))
    return Standard(
        target, draw(st.sampled_from(["higher", "lower"])), draw(st.integers(0, 4)), near, far
    )


# --- Rating -------------------------------------------------------------------------------------


def test_the_rating_words_are_those_of_the_regulations():
    assert [rating.label for rating in Rating] == [
        "Good",
        "Approaching target",
        "Requires improvement",
        "Inadequate",
        "Other",
    ]


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        ("100", Rating.GOOD),
        ("99.0", Rating.GOOD),
        ("98.99", Rating.APPROACHING),
        ("98.0", Rating.APPROACHING),
        ("97.99", Rating.REQUIRES_IMPROVEMENT),
        ("96.0", Rating.REQUIRES_IMPROVEMENT),
        ("95.99", Rating.INADEQUATE),
        ("0", Rating.INADEQUATE),
    ],
)
def test_higher_is_better(value, rating):
    assert rules.rate(Decimal(value), HIGHER) == rating


@pytest.mark.parametrize(
    ("value", "rating"),
    [
        ("0", Rating.GOOD),
        ("10", Rating.GOOD),
        ("10.01", Rating.APPROACHING),
        ("11", Rating.APPROACHING),
        ("11.01", Rating.REQUIRES_IMPROVEMENT),
        ("13", Rating.REQUIRES_IMPROVEMENT),
        ("13.01", Rating.INADEQUATE),
    ],
)
def test_lower_is_better_mirrors(value, rating):
    assert rules.rate(Decimal(value), LOWER) == rating


@pytest.mark.parametrize(
    ("near", "far", "value", "rating"),
    [
        (None, None, 98, Rating.REQUIRES_IMPROVEMENT),
        (None, None, 0, Rating.REQUIRES_IMPROVEMENT),
        (1, None, 98, Rating.APPROACHING),
        (1, None, 0, Rating.REQUIRES_IMPROVEMENT),
        (None, 3, 98, Rating.REQUIRES_IMPROVEMENT),
        (None, 3, 95, Rating.INADEQUATE),
        (0, 0, 98, Rating.INADEQUATE),
    ],
)
def test_a_band_without_a_tolerance_does_not_exist(near, far, value, rating):
    standard = Standard(Decimal(99), near=near and Decimal(near), far=far and Decimal(far))
    if near == 0:
        standard = Standard(Decimal(99), near=Decimal(0), far=Decimal(0))
    assert rules.rate(Decimal(value), standard) == rating


@pytest.mark.parametrize(
    ("value", "decimals", "rating"),
    [
        ("98.95", 1, Rating.GOOD),  # shown as 99.0
        ("98.949", 1, Rating.APPROACHING),  # shown as 98.9
        ("98.5", 0, Rating.GOOD),
        ("98.4999", 0, Rating.APPROACHING),
        ("98.9999", 4, Rating.APPROACHING),
    ],
)
def test_what_is_shown_is_what_is_rated(value, decimals, rating):
    standard = Standard(Decimal(99), decimals=decimals, near=Decimal(1))
    assert rules.rate(Decimal(value), standard) == rating


def test_a_value_without_a_target_is_other():
    assert rules.rate(Decimal(5), Standard(None)) == Rating.OTHER


@given(standards())
def test_a_missing_value_has_no_rating(standard):
    assert rules.rate(None, standard) is None


@given(amounts, amounts, standards())
def test_a_better_value_is_never_rated_worse(one, other, standard):
    better, worse = max(one, other), min(one, other)
    if standard.direction == "lower":
        better, worse = worse, better
    order = list(Rating)
    assert order.index(rules.rate(better, standard)) <= order.index(rules.rate(worse, standard))


@given(amounts, standards())
def test_the_bands_in_words_agree_with_the_rating(value, standard):
    """The last line whose bound the shown value passes is its rating."""
    rating = rules.rate(value, standard)
    assert rating in {band for band, _ in rules.rating_bands(standard, unit="")}


@pytest.mark.parametrize(
    ("ratings", "found"),
    [
        ([], None),
        ([None, ""], None),
        (["good", None], Rating.GOOD),
        (["good", "inadequate", "requires_improvement"], Rating.INADEQUATE),
        (["good", "other"], Rating.GOOD),
        (["other"], Rating.OTHER),
    ],
)
def test_worst_leaves_out_what_was_not_reported(ratings, found):
    assert rules.worst(ratings) == found


@pytest.mark.parametrize(
    ("target", "near", "far", "fields"),
    [
        (99, 1, 3, []),
        (99, 1, 1, []),
        (99, 3, 1, ["tolerance_far"]),
        (None, 1, 3, ["tolerance_near"]),
        (None, None, 3, ["tolerance_far"]),
        (None, None, None, []),
    ],
)
def test_tolerances_must_fit_each_other_and_a_target(target, near, far, fields):
    found = rules.standard_problems(target=target, near=near, far=far)
    assert [field for field, _ in found] == fields


# --- Periods ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("frequency", "day", "start", "end", "label"),
    [
        ("monthly", date(2026, 10, 31), date(2026, 10, 1), date(2026, 10, 31), "October 2026"),
        ("monthly", date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), "February 2028"),
        ("quarterly", date(2026, 7, 1), date(2026, 7, 1), date(2026, 9, 30), "July to September 2026"),
        ("quarterly", date(2026, 12, 31), date(2026, 10, 1), date(2026, 12, 31), "October to December 2026"),
        ("yearly", date(2026, 6, 5), date(2026, 1, 1), date(2026, 12, 31), "2026"),
    ],
)  # fmt: skip
def test_a_day_lies_in_its_period(frequency, day, start, end, label):
    period = rules.period_of(frequency, day)
    assert (period.start, period.end, period.label) == (start, end, label)


@pytest.mark.parametrize(
    ("value", "standard", "known", "is_below"),
    [
        (-1, Standard(Decimal(20)), [], True),
        (-1, Standard(None), [None], True),
        (0, Standard(Decimal(20)), [], False),
        (250, Standard(Decimal(100)), [], False),
        (-1, Standard(Decimal(-2)), [], False),
        (-1, Standard(Decimal(2), far=Decimal(5)), [], False),  # the KPI foresees -3
        (-1, Standard(Decimal(0), "lower", near=Decimal(2)), [], True),
        (-1, Standard(Decimal(20)), [None, Decimal("-0.5")], False),
    ],
)
def test_a_value_below_zero_is_a_slip_unless_the_kpi_foresees_it(value, standard, known, is_below):
    assert rules.is_below_what_can_be(Decimal(value), standard, known=known) is is_below


@given(frequencies, days)
def test_periods_follow_each_other_without_a_gap(frequency, day):
    period = rules.period_of(frequency, day)
    assert period.start <= day <= period.end
    assert period.following.start == period.end + timedelta(days=1)
    assert period.following.previous == period
    assert rules.period_of(frequency, period.end) == period


@given(frequencies, days, st.integers(1, 30))
def test_last_periods_end_with_the_last_complete_one(frequency, today, count):
    found = rules.last_periods(frequency, today, count)
    assert len(found) == count
    assert found[-1].end < today <= found[-1].following.end


@pytest.mark.parametrize(
    ("today", "overdue", "last_overdue"),
    [
        (date(2026, 11, 1), False, "September 2026"),
        (date(2026, 11, 3), False, "September 2026"),
        (date(2026, 11, 4), True, "October 2026"),
    ],
)
def test_a_reading_is_due_three_days_after_its_period(today, overdue, last_overdue):
    october = Period(date(2026, 10, 1))
    assert october.due_on == date(2026, 11, 3)
    assert rules.is_overdue(october, today) is overdue
    assert rules.last_overdue("monthly", today).label == last_overdue


@pytest.mark.parametrize(
    ("starts_on", "ended_on", "expected"),
    [
        (date(2026, 10, 31), None, True),
        (date(2026, 11, 1), None, False),
        (date(2024, 1, 1), date(2026, 10, 31), True),
        (date(2024, 1, 1), date(2026, 10, 30), False),
    ],
)
def test_a_reading_is_expected_of_an_indicator_in_use_at_the_end(starts_on, ended_on, expected):
    assert (
        rules.expects(Period(date(2026, 10, 1)), starts_on=starts_on, ended_on=ended_on) is expected
    )


@pytest.mark.parametrize(
    ("month", "frequencies"),
    [
        (10, ["weekly", "monthly"]),
        (9, ["weekly", "monthly", "quarterly"]),
        (12, ["weekly", "monthly", "quarterly", "half_yearly", "yearly"]),
    ],
)
def test_quarters_and_years_end_in_their_last_month(month, frequencies):
    assert rules.frequencies_ending_in(date(2026, month, 1)) == frequencies


# --- Words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "words"),
    [
        ("97.45", "%", 1, "97.5%"),
        ("-0.5", "", 0, "-1"),
        ("1234567.891", "£", 2, "£1,234,567.89"),
        ("-5", "£", 0, "-£5"),
        ("3", "days", 0, "3 days"),
    ],
)
def test_a_value_is_written_with_its_unit(value, unit, decimals, words):
    assert rules.with_unit(Decimal(value), unit=unit, decimals=decimals) == words


def test_a_missing_value_is_never_written_as_zero():
    assert rules.with_unit(None, unit="%", decimals=1) == "Not reported"


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("97.4", "%", "97.4"),
        (" 97.40 % ", "%", "97.4"),
        ("£1,250.50", "£", "1250.5"),
        ("-£5", "£", "-5"),
        ("1,250", "", "1250"),
        ("3 days", "days", "3"),
        ("3 working days", "working days", "3"),
        ("\u22122", "", "-2"),
        (".5", "", "0.5"),
        ("0", "%", "0"),
        ("0.00005", "", "0.0001"),
    ],
)
def test_numbers_are_read_as_people_type_and_paste_them(text, unit, number):
    assert rules.read_number(text, unit=unit) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    ["", "-", ".", "n/a", "97,4", "12,34", "1e5", "NaN", "Infinity", "1.2.3", "97%x", "½", "٣", "5."],
)  # fmt: skip
def test_what_is_no_number_is_said_to_be_none(text):
    with pytest.raises(ValueError, match="must be a number"):
        rules.read_number(text, unit="%")


def test_an_absurd_number_is_refused():
    with pytest.raises(ValueError, match="must be below 1,000,000,000"):
        rules.read_number("07700900123456", unit="")


def run(*values, standard=HIGHER):
    """Outcomes for as many months up to October 2026."""
    periods = rules.last_periods("monthly", date(2026, 11, 15), len(values))
    return [
        Outcome(period, value, rules.rate(value, standard) or "")
        for period, value in zip(
            periods, (v if v is None else Decimal(v) for v in values), strict=True
        )
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], "No reading yet."),
        ([None, None], "No reading yet."),
        (["99"], "Target met in 1 of 1 month reported. Latest: 99.00% in October 2026."),
        (["99", None], "Target met in 1 of 1 month reported. Not reported in 1 month. Latest: 99.00% in September 2026."),
        (["99", "98"], "Target met in 1 of 2 months reported. Latest: 98.00% in October 2026, worse than 99.00% in September 2026."),
        (["98", "99"], "Target met in 1 of 2 months reported. Latest: 99.00% in October 2026, better than 98.00% in September 2026."),
        (["99", "99.001"], "Target met in 2 of 2 months reported. Latest: 99.00% in October 2026, unchanged."),
        (["99", "98", "97", "96"], "Target met in 1 of 4 months reported. Latest: 96.00% in October 2026, worse than 97.00% in September 2026, and worse for 3 readings running."),
    ],
)  # fmt: skip
def test_a_trend_is_told_in_plain_words(values, words):
    assert rules.trend_words(run(*values), standard=HIGHER, unit="%") == words


def test_a_trend_without_a_target_does_not_speak_of_meeting_one():
    standard = Standard(None)
    words = rules.trend_words(run("3", "4", standard=standard), standard=standard, unit="")
    assert words == (
        "2 months reported, without a target. Latest: 4 in October 2026, better than 3 in September 2026."
    )


# --- How a contract stands ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latest", "stale", "expected"),
    [
        ("good", False, Standing.GOOD),
        ("good", True, Standing.NOT_REPORTED),
        ("approaching_target", True, Standing.NOT_REPORTED),
        ("requires_improvement", True, Standing.REQUIRES_IMPROVEMENT),
        ("inadequate", True, Standing.INADEQUATE),
        ("inadequate", False, Standing.INADEQUATE),
        ("other", False, Standing.OTHER),
        ("", False, Standing.NOT_REPORTED),
        ("", True, Standing.NOT_REPORTED),
    ],
)
def test_silence_makes_a_good_rating_unknown_and_leaves_a_bad_one(latest, stale, expected):
    assert rules.kpi_standing(latest, stale=stale) == expected


@pytest.mark.parametrize(
    ("frequency", "latest", "today", "expected"),
    [
        ("monthly", date(2026, 10, 1), date(2026, 11, 23), False),
        ("monthly", date(2026, 9, 1), date(2026, 11, 23), True),
        # October is asked for by 3 November, and late from the 4th.
        ("monthly", date(2026, 9, 1), date(2026, 11, 3), False),
        ("monthly", date(2026, 9, 1), date(2026, 11, 4), True),
        ("quarterly", date(2026, 7, 1), date(2026, 12, 31), False),
        ("quarterly", date(2026, 4, 1), date(2026, 10, 4), True),
        ("yearly", date(2025, 1, 1), date(2026, 12, 31), False),
        ("monthly", None, date(2026, 11, 23), True),
    ],
)
def test_a_reading_is_stale_once_a_later_one_is_overdue(frequency, latest, today, expected):
    assert rules.is_stale(latest, frequency, today=today) is expected


@given(st.lists(st.sampled_from(list(Standing)), min_size=1))
def test_a_contract_with_anything_not_reported_is_never_good(kpis):
    found = rules.standing([*kpis, Standing.NOT_REPORTED])
    assert found in (Standing.INADEQUATE, Standing.REQUIRES_IMPROVEMENT, Standing.NOT_REPORTED)


def test_a_contract_without_kpis_is_not_tracked():
    assert rules.standing([]) == Standing.NOT_TRACKED
