"""What comes first: tables of policy, tested at their edges."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import rules
from dashboards.rules import Band, Position, Standing

TODAY = date(2026, 11, 23)


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
