"""Limits, signals, forecasts and what is said of them: vectors worked out by hand, and what always holds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.periods import Frequency, Period, last_periods
from performance.rules import Direction, Outcome, Standard
from performance.trends import rules
from performance.trends.rules import Behaviour, Bounds, Forecast, Kind, Met, Refusal, Wording

D = Decimal
HIGHER = Standard(D(95), Direction.HIGHER, decimals=1)
LOWER = Standard(D(5), Direction.LOWER, decimals=1)
RANGE = Standard(D(18), Direction.RANGE, decimals=1, upper=D(22))
YES_NO = Standard(D(1), Direction.YES_NO)
TWELVE = (39, 41, 41, 41, 43, 44, 41, 42, 40, 41, 44, 40)


def run(*values):
    return [None if value is None else D(str(value)) for value in values]


def found(values):
    return [(s.kind, s.side, s.points) for s in Behaviour(values).signals]


def wording(values, standard=HIGHER, **more):
    labels = [f"period {number}" for number in range(1, len(values) + 1)]
    return Wording(labels, standard, **({"unit": "%", "aim": "95.0% or more"} | more))


# --- Limits -------------------------------------------------------------------------------------


def test_twelve_readings_give_the_limits_that_were_worked_out_by_hand():
    """Sum 497, so the mean is 41.4167. Steps 2 0 0 2 1 3 1 2 1 3 4: 19 / 11 = 1.7273; x 2.66 = 4.5945."""
    limits = rules.limits(run(*TWELVE))
    assert round(limits.mean, 4) == D("41.4167")
    assert round(limits.moving_range, 4) == D("1.7273")
    assert (round(limits.lower, 2), round(limits.upper, 2)) == (D("36.82"), D("46.01"))
    assert round(limits.range_limit, 2) == D("5.64")
    assert not limits.is_provisional
    assert found(run(*TWELVE)) == []


def test_a_gap_breaks_two_ranges_and_is_no_zero():
    """Mean of 10 12 11 13 12 14 12 = 12; steps 2 1 | 1 2 2, as that from 11 over the gap to 13 is none."""
    values = run(10, 12, 11, None, 13, 12, 14, 12)
    assert rules.moving_ranges(values) == run(None, 2, 1, None, None, 1, 2, 2)
    limits = rules.limits(values)
    assert (limits.mean, limits.moving_range) == (12, D("1.6"))
    assert (limits.lower, limits.upper) == (D("7.744"), D("16.256"))


@pytest.mark.parametrize(
    ("values", "ranges", "provisional"),
    [
        (run(), None, None),
        (run(1, 2, 1, 2, 1), None, None),
        (run(1, 2, 1, 2, 1, 2), 5, True),
        (run(1, 2, 1, None, 2, 1, 2), None, None),
        (run(1, 2, 1, None, 2, 1, 2, 1), 5, True),
        (run(*[1, 2] * 4, 1), 8, True),
        (run(*[1, 2] * 5), 9, False),
        (run(*[1, None] * 12), None, None),
    ],
)
def test_limits_need_six_readings_in_a_row_and_are_provisional_below_ten(
    values, ranges, provisional
):
    limits = rules.limits(values)
    assert (limits and limits.ranges) == ranges
    assert (limits and limits.is_provisional) == provisional


# --- Signals ------------------------------------------------------------------------------------


def test_a_point_beyond_a_limit_is_a_signal_and_one_on_it_is_none():
    # 50 51 in turns with one fall: 11 steps of 1 and two of 10 / 11 (from 51 to 40 and back to 51).
    values = run(*[50, 51] * 5, 40, 51, 50, 51)
    assert (Kind.OUTSIDE, -1, (10,)) in found(values)
    limits = rules.Limits(mean=D(10), moving_range=D(1), ranges=20)
    on_it = run(10, "12.66", 10, "7.34", 10)
    assert rules.signals(on_it, limits) == []
    beyond = rules.signals(run(10, "12.67", "12.67", 10), limits)
    assert [(s.kind, s.side, s.points) for s in beyond] == [(Kind.OUTSIDE, 1, (1, 2))]


LIMITS = rules.Limits(mean=D(10), moving_range=D(3), ranges=20)  # 2.02 to 17.98; near from 15.32


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (run(*[11] * 7), []),
        (run(*[11] * 8), [(Kind.RUN, 1, tuple(range(8)))]),
        (run(9, *[11] * 9), [(Kind.RUN, 1, tuple(range(1, 10)))]),
        (run(*[9] * 8), [(Kind.RUN, -1, tuple(range(8)))]),
        (run(*[11] * 4, 10, *[11] * 4), []),  # on the mean is on neither side
        (run(*[11] * 7, None, 11), []),  # nobody knows what the missing one was
        (run(*[11] * 7, 9, 11), []),
    ],
)
def test_a_run_is_eight_neighbours_on_one_side_of_the_mean(values, expected):
    assert [(s.kind, s.side, s.points) for s in rules.signals(values, LIMITS)] == expected


@pytest.mark.parametrize(
    ("values", "points"),
    [
        (run(10, 16, 9, 16, 10), (1, 3)),
        (run(10, 16, 16, 9), (1, 2)),
        (run(16, 9, 9, 16), None),
        (run(16, None, 16), None),
        (run("15.32", 9, 16), None),  # on two thirds is not beyond
        (run("15.33", 9, 16), (0, 2)),
        (run(16, 9, 4), None),  # one near each limit
        (run(16, 9, 16, 9, 16), (0, 2, 4)),
        (run(4, 9, 4), (0, 2)),
        (run(16, 19), (0, 1)),  # one outside and one near it
    ],
)
def test_two_of_three_neighbours_near_one_limit_are_a_signal(values, points):
    near = [s.points for s in rules.signals(values, LIMITS) if s.kind == Kind.NEAR]
    assert near == ([points] if points else [])


def test_what_lies_outside_is_not_told_again_as_near():
    kinds = [s.kind for s in rules.signals(run(10, 18, 18, 10), LIMITS)]
    assert kinds == [Kind.OUTSIDE]


# --- What it means ------------------------------------------------------------------------------


def said(values, standard=HIGHER, **more):
    return rules.meaning(Behaviour(values), wording(values, standard, **more))


def test_routine_variation_says_what_to_expect_and_whether_the_target_is_met():
    values = run(*[96, 97] * 6)
    assert said(values) == (
        "Routine variation: no single month tells anything. To change the average, change how the work is done."
        " If nothing changes, expect between 93.8% and 99.2%; the target (95.0% or more) will be met in some"
        " months and missed in others."
    )


@pytest.mark.parametrize(
    ("low", "high", "standard", "met"),
    [
        (98, 99, HIGHER, Met.ALWAYS),
        (95, 96, HIGHER, Met.SOMETIMES),
        (80, 81, HIGHER, Met.NEVER),
        (1, 2, LOWER, Met.ALWAYS),
        (4, 5, LOWER, Met.SOMETIMES),
        (9, 10, LOWER, Met.NEVER),
        (9, 10, Standard(None), None),
        (20, "20.5", RANGE, Met.ALWAYS),
        (18, 19, RANGE, Met.SOMETIMES),
        (10, 30, RANGE, Met.SOMETIMES),
        (24, "24.5", RANGE, Met.NEVER),
    ],
)
def test_a_target_is_met_always_sometimes_or_never(low, high, standard, met):
    assert rules.target_met(rules.limits(run(*[low, high] * 6)), standard) == met


@pytest.mark.parametrize(
    ("values", "word"),
    [
        (run(*[25, 26] * 6, *[20, 21] * 4), "which is better"),
        (run(*[20, 21] * 6, *[25, 26] * 4), "which is worse"),
        (run(*[19, "19.2"] * 6, *["20.8", 21] * 4), "readings in a row lie above"),
    ],
)
def test_in_a_range_better_is_nearer_to_it_on_either_side(values, word):
    text = said(values, RANGE)
    assert word in text
    assert ("which is" in word) == ("which is" in text)


def test_what_is_only_yes_or_no_is_counted_and_has_no_limits():
    values = run(*[1, 0] * 6, 1, None)
    behaviour = Behaviour(values, measured=False)
    assert (behaviour.limits, behaviour.signals) == (None, [])
    assert rules.meaning(behaviour, wording(values, YES_NO)).startswith("Yes in 7 of 13 months.")
    assert rules.forecast(behaviour, YES_NO) == Refusal.NOT_MEASURED
    assert rules.place(behaviour, YES_NO) == "sometimes"
    assert rules.place(Behaviour(run(1, 1), measured=False), YES_NO) == "routine"
    assert rules.place(Behaviour(run(1, None, None, None), measured=False), YES_NO) == "unknown"


@pytest.mark.parametrize(("standard", "word"), [(HIGHER, "worse"), (LOWER, "better")])
def test_a_change_names_when_it_began_and_whether_it_is_better(standard, word):
    values = run(*[90, 91] * 6, *[84, 85] * 4)
    text = said(values, standard)
    assert text == (
        f"Something changed in period 13: 8 readings in a row lie below the mean, which is {word}."
    )


def test_a_signal_that_has_passed_is_told_as_past():
    values = run(*[50, 51] * 5, 40, 51, 50, 51)
    text = said(values)
    assert text.startswith(
        "Something was different in period 11: a reading lies below the lower limit, which is worse."
        " Since then it is routine variation. If nothing changes, expect between"
    )


def test_periods_are_named_as_people_say_them():
    week, event = (Period(date(2026, 10, 5), f) for f in (Frequency.WEEKLY, Frequency.ON_EVENT))
    assert week.when == "in the week to 11 October 2026"
    assert event.when == "on 5 October 2026"
    assert Period(date(2026, 10, 1)).when == "in October 2026"
    labels = [week.named, week.following.named]
    assert Wording(labels, HIGHER).when(0) == week.when
    assert Wording([event.named], HIGHER, on_days=True).span(0, 0) == event.when
    assert Wording(labels, HIGHER).span(0, 1) == (
        "from the week to 11 October 2026 to the week to 18 October 2026"
    )


def test_a_change_began_where_its_first_signal_began_whatever_lies_between():
    values = run(*[10, 11] * 5, *[14, 15] * 4, None, 22, 22)
    assert said(values, LOWER) == (
        "Something changed in period 11: 10 readings lie above the mean, 2 of them above the upper limit,"
        " which is worse."
    )


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (run(), "No reading yet."),
        (run(None, None), "No reading yet."),
        (run(1), "Too little data to tell a change from routine variation: 1 reading, and limits need at least 6."),
        (run(*[1, None] * 7), "Too many gaps to tell a change from routine variation: 7 readings, of which too few follow one another."),
    ],
)  # fmt: skip
def test_too_little_is_said_to_be_too_little(values, text):
    assert said(values) == text


def test_provisional_limits_are_called_provisional():
    text = said(run(96, 97, 96, 97, 96, 97, 96))
    assert text.endswith("The limits are provisional: they rest on 7 readings.")


def test_what_cannot_be_is_not_promised():
    values = run(*[99, 100] * 6)
    bounds = rules.bounds(values, HIGHER, unit="%")
    assert bounds == Bounds(D(0), D(100))
    assert "expect between 96.8% and 100.0%" in said(values, bounds=bounds)
    assert rules.bounds(run(101), HIGHER, unit="%").high is None
    assert rules.bounds(values, LOWER, unit="days") == Bounds(D(0), None)
    assert rules.bounds(run(-1), LOWER, unit="days") == Bounds()
    assert rules.limits(values).upper > 100  # nothing is worked out with it


# --- Forecast -----------------------------------------------------------------------------------


def test_a_stable_level_is_expected_to_go_on():
    values = run(*[96, 97] * 6)
    limits, forecast = rules.limits(values), rules.forecast(Behaviour(values), HIGHER)
    assert forecast.is_level
    assert forecast.steps[0] == rules.Expected(limits.lower, limits.mean, limits.upper)
    words = rules.forecast_words(
        forecast, Behaviour(values), wording(values), ahead=["a", "b", "c"]
    )
    assert words == (
        "Level: between 93.8% and 99.2% in each of the next 3 months, as long as nothing changes."
    )  # fmt: skip


def test_a_straight_line_is_followed_and_says_when_it_crosses_the_target():
    values = run(*(80 + n + (n % 2) * D("0.5") for n in range(12)))
    forecast = rules.forecast(Behaviour(values), HIGHER)
    assert isinstance(forecast, Forecast)
    assert round(forecast.slope, 2) == D("1.01")
    assert forecast.steps[0].low < 92 < forecast.steps[0].high
    assert forecast.steps[0].high - forecast.steps[0].low < (
        forecast.steps[2].high - forecast.steps[2].low
    )
    # The line is at 91.3 now, so it comes to 95 (94.95, as it is shown) in the fourth period.
    assert forecast.crosses_in == 4
    words = rules.forecast_words(
        forecast, Behaviour(values), wording(values), ahead=["a", "b", "c", "d", "e", "f"]
    )
    assert words.startswith("Rising by about 1.01% a month: between")
    assert words.endswith("The target (95.0% or more) is expected to be met from d.")


def test_a_target_that_is_to_change_is_what_the_line_is_held_against():
    values = run(*(80 + n + (n % 2) * D("0.5") for n in range(12)))
    easier = Standard(D(93), Direction.HIGHER, decimals=1)
    later = [HIGHER, easier, easier]
    assert rules.forecast(Behaviour(values), HIGHER, later=later).crosses_in == 2


def test_a_crossing_too_far_ahead_is_not_named():
    values = run(*(60 + n + (n % 2) * D("0.5") for n in range(12)))
    forecast = rules.forecast(Behaviour(values), HIGHER)
    assert forecast.crosses_in is None
    words = rules.forecast_words(
        forecast, Behaviour(values), wording(values), ahead=["a", "b", "c"]
    )
    assert words.endswith("expected to still be missed as far ahead as this can be followed.")


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        (run(), Refusal.TOO_LITTLE),
        (run(*[96, 97] * 4), Refusal.TOO_LITTLE),
        (run(*[96, 97] * 6, None, None), None),
        (run(*[96, 97] * 6, None, None, None), Refusal.SILENT),
        (run(*[96, 97] * 6, *[70, 71] * 6), Refusal.UNSTABLE),
        (run(*[96, 97] * 5, 60, *[96, 97] * 3), Refusal.UNSTABLE),
    ],
)
def test_a_forecast_is_refused_where_it_would_be_a_guess(values, refusal):
    forecast = rules.forecast(Behaviour(values), HIGHER)
    assert (forecast if isinstance(forecast, Refusal) else None) == refusal


def test_a_refusal_says_why():
    few = run(96, 97, 96, 97)
    words = rules.forecast_words(
        rules.forecast(Behaviour(few), HIGHER), Behaviour(few), wording(few), ahead=[]
    )
    assert words == (
        "Too little data for a forecast: 4 readings, and it needs 10 that follow one another."
    )


# --- Year on year -------------------------------------------------------------------------------


def logged(frequency, *values, rating=""):
    periods = last_periods(frequency, date(2026, 11, 20), len(values))
    return [
        Outcome(period, value, rating if value is not None else "")
        for period, value in zip(periods, run(*values), strict=True)
    ]


@pytest.mark.parametrize(
    ("frequency", "count"),
    [
        (Frequency.WEEKLY, 52),
        (Frequency.MONTHLY, 12),
        (Frequency.QUARTERLY, 4),
        (Frequency.HALF_YEARLY, 2),
        (Frequency.YEARLY, 1),
    ],
)
def test_each_period_of_a_year_stands_beside_the_same_one_before(frequency, count):
    pairs = rules.year_pairs(logged(frequency, *range(2 * count)))
    assert len(pairs) == count
    assert all(pair.now.value - pair.before.value == count for pair in pairs)
    if frequency != Frequency.WEEKLY:
        assert all(
            pair.now.period.start.replace(year=pair.now.period.start.year - 1)
            == pair.before.period.start
            for pair in pairs
        )


def test_what_only_happens_now_and_then_is_not_compared():
    event = Outcome(Period(date(2026, 3, 4), Frequency.ON_EVENT), D(3))
    assert rules.year_pairs([event]) == rules.year_pairs([]) == []
    assert rules.year_words([], HIGHER, wording([])) == "Nothing to compare with."


def test_a_missing_reading_makes_a_pair_that_cannot_be_compared():
    values = [90] * 12 + [91] * 5 + [None] + [90] * 3 + [89] * 3
    pairs = rules.year_pairs(logged(Frequency.MONTHLY, *values))
    assert [pair.move(HIGHER) for pair in pairs] == [1] * 5 + [None] + [0] * 3 + [-1] * 3
    assert [pair.move(LOWER) for pair in pairs] == [-1] * 5 + [None] + [0] * 3 + [1] * 3
    assert rules.year_words(pairs, HIGHER, wording(values)) == (
        "Better than a year before in 5 of 11 months, worse in 3. 1 month cannot be compared."
    )


@pytest.mark.parametrize(
    ("how", "now", "before"),
    [("worst", "inadequate", "good"), ("last", "good", "good"), ("mean", "approaching_target", "good")],
)  # fmt: skip
def test_a_year_is_rated_by_the_rule_of_the_kpi(how, now, before):
    outcomes = logged(Frequency.MONTHLY, *[90] * 12, rating="good")
    this = ["inadequate"] * 3 + [""] + ["good"] * 8
    periods = last_periods(Frequency.MONTHLY, date(2027, 11, 20), 12)
    outcomes += [Outcome(p, D(90) if r else None, r) for p, r in zip(periods, this, strict=True)]
    assert rules.year_ratings(rules.year_pairs(outcomes), how) == (now, before)


# --- What always holds --------------------------------------------------------------------------

READINGS = st.lists(
    st.none() | st.decimals(min_value=0, max_value=1000, places=2), min_size=0, max_size=40
)


@given(READINGS)
def test_the_mean_lies_in_the_middle_of_the_limits_and_among_the_readings(values):
    limits = rules.limits(values)
    if limits is not None:
        known = [value for value in values if value is not None]
        assert limits.upper - limits.mean == limits.mean - limits.lower >= 0
        assert min(known) <= limits.mean <= max(known)


@given(READINGS, st.integers(0, 5), st.integers(0, 5))
def test_missing_readings_before_and_after_change_nothing_but_the_places(values, before, after):
    padded = [None] * before + values + [None] * after
    assert rules.limits(padded) == rules.limits(values)
    moved = [
        (s.kind, s.side, tuple(p - before for p in s.points)) for s in Behaviour(padded).signals
    ]
    assert moved == found(values)  # fmt: skip


@given(READINGS)
def test_a_mirror_turns_every_signal_to_the_other_side(values):
    mirrored = [None if value is None else 1000 - value for value in values]
    turned = sorted((kind, -side, points) for kind, side, points in found(mirrored))
    assert turned == sorted(found(values))


@given(READINGS)
def test_no_signal_rests_on_a_reading_that_is_missing(values):
    for signal in Behaviour(values).signals:
        assert all(values[point] is not None for point in signal.points)


@given(READINGS)
def test_something_can_be_said_of_every_run(values):
    standard = Standard(D(500), decimals=2)
    words = wording(values, standard)
    behaviour = Behaviour(values)
    assert rules.meaning(behaviour, words).endswith(".")
    forecast = rules.forecast(behaviour, standard)
    ahead = [str(n) for n in range(1, len(values) + rules.AHEAD + 1)]
    assert rules.forecast_words(forecast, behaviour, words, ahead=ahead).endswith(".")
    if isinstance(forecast, Forecast):
        assert all(step.low <= step.middle <= step.high for step in forecast.steps)
        assert len(behaviour.known) >= rules.ENOUGH


# --- Which to read first ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "place"),
    [
        (run(*[97, 98] * 6, *[84, 85] * 4), "worse"),
        (run(*[80, 81] * 6), "never"),
        (run(), "unknown"),
        (run(99, 99, 99), "unknown"),
        (run(*[98, 99] * 6, None, None, None), "unknown"),
        (run(*[98, 99] * 5, 90, *[98, 99] * 3), "was_different"),
        (run(*[95, 96] * 6), "sometimes"),
        (run(*[98, 99] * 6), "routine"),
        (run(*[84, 85] * 6, *[97, 98] * 4), "better"),
    ],
)
def test_what_got_worse_is_read_first_and_silence_before_routine(values, place):
    assert rules.place(Behaviour(values), HIGHER) == place
