"""How risks are scored and watched, at the edges."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risks import rules
from risks.rules import Band, Kind, Matrix

MATRIX = Matrix()
levels = st.integers(1, 5)


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (1, "low"), (5, "low"), (6, "medium"), (12, "medium"), (13, "high"), (19, "high"), (20, "critical"),
        (25, "critical"), (None, None),
    ],
)  # fmt: skip
def test_bands_begin_on_the_line(score, band):
    assert MATRIX.band(score) == band


@pytest.mark.parametrize(
    ("likelihood", "impact", "score"),
    [(1, 1, 1), (5, 5, 25), (4, 3, 12), (None, 5, None), (5, None, None), (None, None, None)],
)
def test_a_score_is_of_both_or_unknown(likelihood, impact, score):
    assert MATRIX.score(likelihood, impact) == score


def test_an_edited_cell_scores_what_it_says():
    scores = [list(row) for row in rules.PRODUCTS]
    scores[0][4] = 15  # rare but severe
    assert Matrix(scores=scores).score(1, 5) == 15


@given(levels, levels, levels, levels)
def test_what_is_more_likely_and_more_serious_never_scores_less(
    likelihood, impact, more_likely, more_serious
):
    here = MATRIX.score(likelihood, impact)
    assert MATRIX.score(max(likelihood, more_likely), max(impact, more_serious)) >= here


@given(st.integers(1, 25))
def test_the_range_of_a_band_holds_its_scores(score):
    begins, ends = MATRIX.range_of(MATRIX.band(score))
    assert begins <= score
    assert ends is None or score < ends


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"medium": 13}, ["critical"]),
        ({"medium": 0}, ["critical"]),
        ({"critical": 26}, ["critical"]),
        ({"scores": [[5, 1, 1, 1, 1], *rules.PRODUCTS[1:]]}, ["scores", "scores"]),
    ],
)
def test_a_matrix_that_makes_no_sense_says_where(values, fields):
    assert [field for field, _ in rules.matrix_problems(Matrix(**values))] == fields


@pytest.mark.parametrize(
    ("score", "appetite", "kind", "above"),
    [
        (10, 9, "risk", True), (9, 9, "risk", False), (8, 9, "risk", False), (25, None, "risk", False),
        (None, 9, "risk", False), (25, 1, "opportunity", False), (10, 9, "issue", True),
    ],
)  # fmt: skip
def test_what_is_above_appetite(score, appetite, kind, above):
    assert rules.is_above_appetite(score, appetite, kind=kind) is above


@pytest.mark.parametrize(("score", "months"), [(5, 6), (6, 3), (13, 1), (20, 1), (None, 1)])
def test_the_more_serious_the_sooner_it_is_reviewed(score, months):
    assert MATRIX.review_on(score, after=date(2026, 1, 31)) == rules.months_after(
        date(2026, 1, 31), months
    )


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)), (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
    ],
)  # fmt: skip
def test_months_end_on_the_last_day_of_a_shorter_month(day, months, then):
    assert rules.months_after(day, months) == then


@pytest.mark.parametrize(
    ("tier", "last", "due_on"),
    [
        ("platinum", date(2026, 11, 1), date(2026, 12, 1)), ("gold", date(2026, 8, 20), date(2026, 11, 20)),
        ("silver", date(2026, 8, 31), date(2027, 2, 28)), ("bronze", date(2026, 1, 1), date(2027, 1, 1)),
        ("gold", None, date(2026, 2, 1)), ("", date(2026, 1, 1), None),
    ],
)  # fmt: skip
def test_a_register_is_reviewed_by_the_tier_of_its_contract(tier, last, due_on):
    assert rules.register_due_on(tier, last=last, began=date(2026, 1, 1)) == due_on


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"kind": "risk", "likelihood": 3, "impact": 3}, []),
        ({"kind": "risk", "likelihood": 3}, ["impact"]),
        ({"kind": "risk", "target_impact": 3}, ["target_likelihood"]),
        ({"kind": "risk", "response": "take"}, ["response"]),
        ({"kind": "opportunity", "response": "take"}, []),
        ({"kind": "issue"}, ["happened_on"]),
        ({"kind": "issue", "happened_on": date(2026, 11, 28)}, ["happened_on"]),
        ({"kind": "issue", "happened_on": date(2026, 11, 27)}, []),
    ],
)
def test_what_is_wrong_with_an_entry(values, fields):
    assert [field for field, _ in rules.problems(values, today=date(2026, 11, 27))] == fields


@pytest.mark.parametrize(
    ("cause", "event", "effect", "sentence"),
    [
        ("", "bins stay full", "", "Bins stay full."),
        ("The index lags.", "prices rise", "we overspend.", "Because the index lags, prices rise, so that we overspend."),
        ("TUPE applies", "staff move", "", "Because TUPE applies, staff move."),
        ("a", "", "b", ""),
    ],
)  # fmt: skip
def test_cause_event_and_effect_make_a_sentence(cause, event, effect, sentence):
    assert rules.sentence(cause, event, effect) == sentence


def test_high_and_critical_are_red_and_need_a_contingency_plan():
    assert rules.RED == (Band.HIGH, Band.CRITICAL)
    assert Kind.ISSUE.label == "Issue"
