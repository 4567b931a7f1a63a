from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from contracts import rules

D = date


@pytest.mark.parametrize(
    ("ends_on", "amount", "unit", "expected"),
    [
        (D(2026, 3, 31), 3, "months", D(2025, 12, 31)),
        (D(2026, 5, 31), 3, "months", D(2026, 2, 28)),
        (D(2026, 3, 31), 90, "days", D(2025, 12, 31)),
        (D(2026, 6, 30), 90, "days", D(2026, 4, 1)),
        (D(2026, 6, 30), 3, "months", D(2026, 3, 30)),
        (D(2028, 2, 29), 12, "months", D(2027, 2, 28)),
        (None, 3, "months", None),
        (D(2026, 3, 31), None, "months", None),
        (D(2026, 3, 31), 0, "months", None),
        (D(1950, 1, 1), 1200 * 24, "months", None),
    ],
)
def test_last_day_to_give_notice(ends_on, amount, unit, expected):
    assert rules.notice_deadline(ends_on, amount=amount, unit=unit) == expected


@given(
    ends_on=st.dates(D(1960, 1, 1), D(2150, 12, 31)),
    amount=st.integers(1, 600),
    unit=st.sampled_from(["days", "months"]),
)
def test_notice_given_on_its_last_day_has_run_out_by_the_end(ends_on, amount, unit):
    notice_on = rules.notice_deadline(ends_on, amount=amount, unit=unit)
    assert notice_on < ends_on
    assert notice_on + relativedelta(**{unit: amount}) <= ends_on


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"commences_on": D(2026, 4, 1), "ends_on": D(2026, 4, 1)}, []),
        ({"commences_on": D(2026, 4, 1), "ends_on": D(2026, 3, 31)}, ["ends_on"]),
        ({"commences_on": D(2026, 4, 1), "initial_end_on": D(2026, 3, 31)}, ["initial_end_on"]),
        ({"ends_on": D(2026, 3, 31)}, []),
        ({"oco": 1, "deputy": 1, "sro": 2}, ["deputy"]),
        ({"oco": 1, "deputy": 2, "sro": 1}, ["sro"]),
        ({"oco": None, "deputy": None, "sro": None}, []),
        (
            {"commences_on": D(2026, 4, 1), "ends_on": D(2025, 1, 1), "oco": 1, "sro": 1},
            ["ends_on", "sro"],
        ),
    ],
)
def test_every_problem_is_reported_at_once(values, fields):
    assert [field for field, _ in rules.problems(values)] == fields


TODAY = D(2026, 11, 23)


@pytest.mark.parametrize(
    ("commences_on", "ends_on", "stage"),
    [
        (D(2020, 1, 1), TODAY - timedelta(days=1), "ended"),
        (D(2020, 1, 1), TODAY, "live"),
        (TODAY + timedelta(days=1), D(2030, 1, 1), "mobilisation"),
        (TODAY, None, "live"),
        (None, None, "live"),
    ],
)
def test_stage_is_supposed_from_the_dates(commences_on, ends_on, stage):
    assert rules.stage_from_dates(commences_on=commences_on, ends_on=ends_on, today=TODAY) == stage


@pytest.mark.parametrize(
    ("days", "stage", "overdue"),
    [
        (-1, "live", True),
        (0, "live", False),
        (-1, "exit", True),
        (-1, "ended", False),
        (-1, "draft", False),
    ],
)
def test_past_its_end_and_not_closed(days, stage, overdue):
    ends_on = TODAY + timedelta(days=days)
    assert rules.is_overdue(ends_on=ends_on, stage=stage, today=TODAY) is overdue


def test_a_contract_without_end_is_never_past_it():
    assert not rules.is_overdue(ends_on=None, stage="live", today=TODAY)
