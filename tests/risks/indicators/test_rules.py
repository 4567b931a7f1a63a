"""When an indicator warns and what follows, at the edges."""

import doctest
from datetime import date
from decimal import Decimal

import pytest

from risks.indicators import rules
from risks.indicators.rules import Frequency, Levels, Period, Status, Thresholds

D = date.fromisoformat
HIGHER = Thresholds(Decimal(5), Decimal(10), "higher", 0)
LOWER = Thresholds(Decimal(90), Decimal(80), "lower", 1)


def test_the_examples_hold():
    assert doctest.testmod(rules).failed == 0


@pytest.mark.parametrize(
    ("thresholds", "value", "status"),
    [
        (HIGHER, "4", "green"), (HIGHER, "5", "amber"), (HIGHER, "9", "amber"), (HIGHER, "10", "red"), (HIGHER, "-3", "green"),
        (LOWER, "90.1", "green"), (LOWER, "90", "amber"), (LOWER, "80.1", "amber"), (LOWER, "80", "red"), (LOWER, "0", "red"),
        # What is shown decides: 4.6 is shown as 5, and 90.04 as 90.0.
        (HIGHER, "4.6", "amber"), (HIGHER, "4.4", "green"), (LOWER, "90.04", "amber"), (LOWER, "90.06", "green"),
    ],
)  # fmt: skip
def test_a_value_on_the_line_has_crossed_it(thresholds, value, status):
    assert thresholds.status(Decimal(value)) == status


def test_what_is_missing_is_never_green():
    assert HIGHER.status(None) == Status.NOT_MEASURED
    assert rules.standing("not_measured", is_late=False) == Status.NOT_MEASURED


@pytest.mark.parametrize(
    ("status", "is_late", "stands"),
    [
        ("green", False, "green"), ("green", True, "not_measured"), ("amber", True, "amber"), ("red", True, "red"),
        ("not_measured", True, "not_measured"),
    ],
)  # fmt: skip
def test_a_warning_stands_until_it_is_measured_again(status, is_late, stands):
    assert rules.standing(status, is_late=is_late) == stands


@pytest.mark.parametrize(
    ("before", "status", "crosses"),
    [
        ("green", "amber", True), ("green", "red", True), ("amber", "red", True),
        ("not_measured", "amber", True), ("not_measured", "red", True), ("not_measured", "green", False),
        ("green", "green", False), ("amber", "amber", False), ("red", "red", False),
        ("red", "amber", False), ("red", "green", False), ("amber", "green", False), ("red", "not_measured", False),
    ],
)  # fmt: skip
def test_only_what_becomes_worse_crosses(before, status, crosses):
    assert rules.is_crossing(status, before) is crosses


@pytest.mark.parametrize(
    ("levels", "status", "now", "scored"),
    [
        (Levels(), "amber", (1, 4), (3, 4)), (Levels(), "red", (1, 4), (5, 4)),
        (Levels(), "amber", (4, 1), (4, 1)),  # never lowered by a rule
        (Levels(), "red", (None, None), (5, 3)),  # never scored before
        (Levels(2, 4, red_impact=5), "red", (1, 2), (4, 5)),
        (Levels(2, 4, red_impact=2), "red", (5, 5), (5, 5)),
        (Levels(2, 4, red_impact=5), "amber", (1, 2), (2, 2)),
    ],
)  # fmt: skip
def test_what_a_risk_scores_after_a_crossing(levels, status, now, scored):
    assert rules.scored(levels, status, *now) == scored


@pytest.mark.parametrize(
    ("amber", "red", "direction", "is_wrong"),
    [(5, 10, "higher", False), (5, 5, "higher", True), (10, 5, "higher", True),
     (90, 80, "lower", False), (80, 80, "lower", True), (80, 90, "lower", True)],
)  # fmt: skip
def test_red_lies_beyond_amber(amber, red, direction, is_wrong):
    assert bool(rules.threshold_problem(Decimal(amber), Decimal(red), direction)) is is_wrong


@pytest.mark.parametrize(
    ("frequency", "today", "overdue"),
    [
        # October is due on 7 November, and that day is still in time.
        ("monthly", "2026-11-07", "2026-09-01"), ("monthly", "2026-11-08", "2026-10-01"),
        ("weekly", "2026-11-29", "2026-11-09"), ("weekly", "2026-11-30", "2026-11-16"),
        ("quarterly", "2026-10-07", "2026-04-01"), ("quarterly", "2026-10-08", "2026-07-01"),
        ("half_yearly", "2027-01-08", "2026-07-01"), ("yearly", "2027-01-08", "2026-01-01"),
    ],
)  # fmt: skip
def test_a_reading_is_overdue_a_week_after_its_period(frequency, today, overdue):
    assert rules.last_overdue(frequency, D(today)) == Period(D(overdue), Frequency(frequency))


def test_the_next_reading_follows_the_latest_one():
    first = rules.next_due("quarterly", latest=None, starts_on=D("2026-05-12"))
    assert (first.start, first.due_on) == (D("2026-04-01"), D("2026-07-07"))
    assert rules.next_due("weekly", latest=D("2026-11-09"), starts_on=D("2026-01-01")).start == D(
        "2026-11-16"
    )


@pytest.mark.parametrize(
    ("values", "start"),
    [
        ((), None), (((11, 12),), "2026-11-01"),
        (((11, 12), (10, 14), (9, 7), (8, 12)), "2026-10-01"), (((11, 1), (10, 6)), "2026-11-01"),
    ],
)  # fmt: skip
def test_since_when_it_stands_so(values, start):
    newest_first = [(date(2026, month, 1), Decimal(value)) for month, value in values]
    assert rules.since(newest_first, HIGHER) == (start and D(start))
