"""Thresholds, dates and what belongs together, at their edges. No database."""

import doctest
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.intelligence import rules
from suppliers.intelligence.rules import NoteKind, PlanState, Result

D = Decimal
TODAY = date(2026, 11, 27)


def test_the_examples_in_the_rules_are_true():
    assert doctest.testmod(rules).failed == 0


@pytest.mark.parametrize(
    ("score", "bad_when", "result"),
    [
        ("50", "below", Result.MET),  # on the threshold is good enough
        ("49.99", "below", Result.MISSED),
        ("50", "above", Result.MET),
        ("50.01", "above", Result.MISSED),
        ("0", "below", Result.MISSED),  # a score of nothing is a score
        (None, "below", Result.NOT_AVAILABLE),
        (None, "above", Result.NOT_AVAILABLE),
    ],
)
def test_a_score_is_judged_by_its_threshold(score, bad_when, result):
    score = None if score is None else D(score)
    assert rules.judge(score, threshold=D(50), bad_when=bad_when) == result


@given(st.sampled_from(rules.BadWhen), st.decimals(-1000, 1000, places=2))
def test_what_is_missing_is_never_good(bad_when, threshold):
    assert rules.judge(None, threshold=threshold, bad_when=bad_when) != Result.MET


@pytest.mark.parametrize(
    ("tier", "due"),
    [
        ("platinum", date(2027, 2, 28)),
        ("gold", date(2027, 8, 31)),
        ("silver", date(2027, 8, 31)),
        ("bronze", None),
        ("", None),
    ],
)
def test_key_suppliers_are_checked_at_least_once_a_year(tier, due):
    assert rules.next_check(date(2026, 8, 31), tier) == due


def fields(problems):
    return [field for field, _ in problems]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"kind": "market", "category": "Energy"}, []),
        ({"kind": "market", "supplier": 1}, ["category"]),
        ({"kind": "supplier", "category": "Energy"}, ["supplier"]),
        ({"kind": "reputation", "category": "Energy"}, ["supplier"]),
        ({"kind": "financial", "supplier": 1}, []),
        ({"kind": "opportunity"}, ["supplier"]),
        ({"kind": "opportunity", "category": "Energy"}, []),
        ({"kind": "supplier", "supplier": 1, "noted_on": TODAY, "valid_until": date(2026, 11, 26)}, ["valid_until"]),
    ],
)  # fmt: skip
def test_a_note_is_about_what_its_kind_says(values, wrong):
    assert fields(rules.problems_of_note(values)) == wrong


@pytest.mark.parametrize("was", NoteKind)
@pytest.mark.parametrize("kind", NoteKind)
def test_a_confidential_note_never_becomes_open(was, kind):
    values = {"kind": kind, "supplier": 1, "category": "Energy"}
    refused = "kind" in fields(rules.problems_of_note(values, was=was))
    assert refused == (rules.is_confidential(was) and not rules.is_confidential(kind))


@pytest.mark.parametrize(
    ("values", "tier", "wrong"),
    [
        ({"checked_on": TODAY}, "gold", []),
        ({"checked_on": date(2026, 11, 28)}, "", ["checked_on"]),
        ({"checked_on": TODAY, "due_on": TODAY}, "", ["due_on"]),
        ({"checked_on": TODAY, "due_on": date(2027, 11, 27)}, "gold", []),
        ({"checked_on": TODAY, "due_on": date(2027, 11, 28)}, "gold", ["due_on"]),
        ({"checked_on": TODAY, "due_on": date(2027, 6, 1)}, "platinum", ["due_on"]),
        ({"checked_on": TODAY, "due_on": date(2030, 1, 1)}, "bronze", []),
    ],
)
def test_the_next_check_comes_soon_enough(values, tier, wrong):
    assert fields(rules.problems_of_check(values, tier=tier, today=TODAY)) == wrong


@pytest.mark.parametrize(
    ("due_on", "agreed_on", "state"),
    [
        (None, None, PlanState.NONE_DUE),
        (TODAY, None, PlanState.DUE),
        (date(2026, 11, 26), None, PlanState.OVERDUE),
        (date(2026, 11, 1), date(2026, 11, 20), PlanState.AGREED),
    ],
)
def test_where_the_continuity_plan_stands(due_on, agreed_on, state):
    assert rules.plan_state(due_on=due_on, agreed_on=agreed_on, today=TODAY) == state


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"happened_on": date(2026, 11, 28)}, ["happened_on"]),
        ({"happened_on": TODAY, "notified_on": date(2026, 11, 26)}, ["notified_on"]),
        ({"happened_on": TODAY, "plan_due_on": date(2026, 11, 26)}, ["plan_due_on"]),
        (
            {"happened_on": date(2026, 11, 1), "plan_agreed_on": date(2026, 12, 1)},
            ["plan_agreed_on"],
        ),
        ({"happened_on": date(2026, 11, 1), "closed_on": TODAY}, ["outcome"]),
        ({"happened_on": date(2026, 11, 1), "outcome": "Paid"}, ["closed_on"]),
        ({"happened_on": date(2026, 11, 1), "closed_on": TODAY, "outcome": "Paid"}, []),
    ],
)
def test_the_dates_of_an_event_follow_each_other(values, wrong):
    assert fields(rules.problems_of_event(values, today=TODAY)) == wrong
