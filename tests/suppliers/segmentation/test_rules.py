"""Scores, quadrants, reviews and proposals at their edges. No database."""

import doctest
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Tier as TierOfContract
from suppliers.segmentation import rules
from suppliers.segmentation.rules import Quadrant, Tier

D = Decimal
SCORES = st.decimals(0, 100, places=1)
ANSWERS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 100)), min_size=1, max_size=12)


def test_the_examples_in_the_rules_are_true():
    assert doctest.testmod(rules).failed == 0


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ([(0, 25)], D("0.0")),
        ([(4, 25)], D("100.0")),
        ([(2, 100)], D("50.0")),
        ([(4, 30), (4, 30), (0, 20), (0, 20)], D("60.0")),
        ([(4, 1), (0, 2)], D("33.3")),
        ([(1, 1), (0, 7)], D("3.1")),  # 3.125
        ([(3, 1), (0, 1), (0, 1), (0, 1), (0, 1), (0, 1)], D("12.5")),
        ([(1, 1)] + [(0, 1)] * 4, D("5.0")),
        ([(1, 3), (0, 5)], D("9.4")),  # 9.375, rounded half up
    ],
)
def test_a_score_is_the_weighted_mean(answers, score):
    assert rules.score(answers) == score


@pytest.mark.parametrize("answers", [[], [(3, 0)], [(5, 10)], [(-1, 10)], [(2, -1)]])
def test_nothing_to_go_by_is_no_score(answers):
    with pytest.raises(ValueError, match="."):
        rules.score(answers)


@given(ANSWERS)
def test_a_score_lies_between_0_and_100(answers):
    assert 0 <= rules.score(answers) <= 100


@given(ANSWERS, st.data())
def test_a_worse_answer_never_lowers_the_score(answers, data):
    number = data.draw(st.integers(0, len(answers) - 1))
    worse = list(answers)
    worse[number] = (min(4, worse[number][0] + 1), worse[number][1])
    assert rules.score(worse) >= rules.score(answers)


@given(ANSWERS, st.integers(2, 9))
def test_weights_count_beside_each_other_only(answers, times):
    assert rules.score(answers) == rules.score([(points, w * times) for points, w in answers])


@pytest.mark.parametrize(
    ("risk", "impact", "quadrant"),
    [
        ("100", "100", Quadrant.STRATEGIC),
        ("50", "50", Quadrant.STRATEGIC),  # the line counts as high
        ("50", "49.9", Quadrant.BOTTLENECK),
        ("49.9", "50", Quadrant.LEVERAGE),
        ("49.9", "49.9", Quadrant.NON_CRITICAL),
        ("0", "0", Quadrant.NON_CRITICAL),
    ],
)
def test_the_board_is_split_at_the_middle(risk, impact, quadrant):
    assert rules.quadrant(D(risk), D(impact)) == quadrant


@given(SCORES, SCORES, SCORES)
def test_more_risk_never_makes_a_supplier_matter_less(risk, more, impact):
    low, high = sorted((risk, more))
    order = list(Quadrant)
    assert order.index(rules.quadrant(high, impact)) <= order.index(rules.quadrant(low, impact))


@pytest.mark.parametrize(
    ("placed", "due"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 8, 30), date(2027, 2, 28)),
        (date(2026, 5, 27), date(2026, 11, 27)),
        (date(2026, 3, 31), date(2026, 9, 30)),
    ],
)
def test_a_placement_is_due_six_months_later(placed, due):
    assert rules.review_due(placed) == due


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_a_placement_of_184_days_is_always_due(placed):
    assert 181 <= (rules.review_due(placed) - placed).days <= 184


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (None, (75, 75), "First placement"),
        ((75, 75), (75, 75), "No change"),
        ((30, 60), (55, 60), "Leverage to strategic: supply risk up 25"),
        ((75, 75), ("70.5", 80), "Still strategic: supply risk down 4.5, business impact up 5"),
    ],
)
def test_movement_in_words(before, now, words):
    as_scores = lambda pair: pair and tuple(D(str(n)) for n in pair)
    assert rules.movement(as_scores(before), as_scores(now)) == words


# --- Proposals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contracts", "place", "platinum", "tier"),
    [
        (None, None, True, None),
        (None, Quadrant.NON_CRITICAL, True, Tier.BRONZE),
        (None, Quadrant.STRATEGIC, True, Tier.GOLD),
        (Tier.BRONZE, None, True, Tier.BRONZE),
        (Tier.BRONZE, Quadrant.STRATEGIC, True, Tier.GOLD),
        (Tier.BRONZE, Quadrant.BOTTLENECK, True, Tier.SILVER),
        (Tier.BRONZE, Quadrant.LEVERAGE, True, Tier.BRONZE),
        (Tier.GOLD, Quadrant.NON_CRITICAL, True, Tier.GOLD),
        (Tier.PLATINUM, Quadrant.BOTTLENECK, True, Tier.PLATINUM),
        (Tier.PLATINUM, Quadrant.BOTTLENECK, False, Tier.GOLD),
    ],
)
def test_the_higher_of_contracts_and_place_is_proposed(contracts, place, platinum, tier):
    assert rules.propose(contracts=contracts, place=place, platinum=platinum).tier == tier


def test_a_proposal_says_what_raised_it():
    raised = rules.propose(contracts=Tier.BRONZE, place=Quadrant.STRATEGIC, platinum=False)
    assert raised.because == (
        "The highest tier of its contracts in force is Bronze. "
        "Its place on the board is strategic, which asks for Gold at least."
    )
    capped = rules.propose(contracts=Tier.PLATINUM, place=None, platinum=False)
    assert "Platinum is not in use." in capped.because


@given(st.sampled_from([None, *Tier]), st.sampled_from([None, *Quadrant]), st.booleans())
def test_a_proposal_never_falls_below_either_ground(contracts, place, platinum):
    tier = rules.propose(contracts=contracts, place=place, platinum=platinum).tier
    if contracts and (platinum or contracts != Tier.PLATINUM):
        assert tier.rank >= contracts.rank
    if place:
        assert tier.rank >= rules.FLOORS[place].rank
    assert tier != Tier.PLATINUM or platinum


def test_suppliers_and_contracts_have_the_same_tiers():
    assert Tier.choices() == TierOfContract.choices
