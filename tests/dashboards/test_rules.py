"""What comes first: tables of policy, tested at their edges."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from dashboards import rules
from dashboards.rules import Band, Position
from performance.rules import Standing

TODAY = date(2026, 11, 23)


# From the top of the list to its bottom.
WORST_FIRST = [
    Position(past_end=True, standing=Standing.INADEQUATE),
    Position(past_end=True, standing=Standing.GOOD, overdue=1),
    Position(past_end=True, standing=Standing.GOOD),
    Position(standing=Standing.INADEQUATE, overdue=2, tier="bronze"),
    Position(standing=Standing.INADEQUATE, overdue=1, tier="platinum"),
    Position(standing=Standing.INADEQUATE, overdue=1, tier="gold"),
    Position(standing=Standing.REQUIRES_IMPROVEMENT, tier="gold"),
    Position(standing=Standing.NOT_REPORTED, tier="gold"),
    Position(standing=Standing.APPROACHING, tier="gold"),
    Position(standing=Standing.NOT_TRACKED, tier="gold"),
    Position(standing=Standing.GOOD, overdue=1),
    Position(standing=Standing.GOOD, tier="platinum"),
    Position(standing=Standing.GOOD, tier="gold"),
    Position(standing=Standing.GOOD, tier="silver"),
    Position(standing=Standing.GOOD, tier="bronze", ends_on=TODAY),
    Position(standing=Standing.GOOD, tier="bronze"),
    Position(standing=Standing.GOOD, tier=""),
    Position(standing=Standing.OTHER, tier="platinum"),
]


def test_worst_first_is_this_order():
    upside_down = WORST_FIRST[::-1]
    assert sorted(upside_down, key=rules.worst_first) == WORST_FIRST


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, Band.OVERDUE),
        (0, Band.NEXT_30),
        (30, Band.NEXT_30),
        (31, Band.NEXT_90),
        (90, Band.NEXT_90),
        (91, None),
    ],
)
def test_bands(days, expected):
    assert rules.band(TODAY + timedelta(days=days), today=TODAY) == expected


@pytest.mark.parametrize(
    ("kind", "days_ago", "expected"),
    [
        ("contract-notice", 30, True),
        ("contract-notice", 31, False),
        ("contract-review", 300, True),
        ("a-kind-of-another-room", 300, True),
    ],
)
def test_a_missed_notice_date_is_shown_for_a_month_and_others_until_they_are_done(
    kind, days_ago, expected
):
    assert rules.still_owed(kind, TODAY - timedelta(days=days_ago), today=TODAY) is expected


@pytest.mark.parametrize(
    ("to_do", "expected"),
    [
        ({}, ""),
        ({"work": 0}, "work"),
        ({"work": 3, "overview": 2}, "work"),
        ({"work": 2, "overview": 3}, "overview"),
        ({"work": 0, "overview": 0}, "work"),
        ({"portfolio": 0, "work": 0, "overview": 0}, "portfolio"),
        ({"portfolio": 0, "work": 1}, "work"),
        ({"units": 0, "overview": 1}, "overview"),
        ({"units": 0, "setup": 0}, "units"),
        ({"setup": 0}, "setup"),
    ],
)
def test_first_page(to_do, expected):
    assert rules.first_page(to_do) == expected


def test_quarters_start_today_and_leave_no_day_out():
    found = rules.quarters(TODAY, 8)
    assert found[0].start == TODAY
    assert all(a.end + timedelta(days=1) == b.start for a, b in pairwise(found))
    assert (found[-1].end, found[-1].label) == (date(2028, 9, 30), "Jul-Sep 28")


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({}, "Nothing is overdue, and nothing is due within 30 days."),
        ({"soon": 1}, "Nothing is overdue. 1 date falls within 30 days."),
        ({"past_end": 2}, "2 contracts are past their end. Nothing else is due within 30 days."),
        (
            {"past_end": 1, "overdue": 2, "soon": 2},
            "1 contract is past its end and 2 dates are overdue. 2 more fall within 30 days.",
        ),
        (
            {"late_months": 3},
            "Readings of 3 months are overdue. Nothing else is due within 30 days.",
        ),
    ],
)
def test_summary(counts, expected):
    assert rules.summary(**counts) == expected


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([None, None], "Not reported in any of the last 2 months."),
        (["good", "good"], "Good in 2 of 2 months."),
        (
            ["good", None, "inadequate"],
            "Good in 1 of 3 months, Inadequate in 1, not reported in 1.",
        ),
    ],
)
def test_trend_in_words_says_what_was_not_reported(ratings, expected):
    assert rules.trend_words(ratings) == expected
