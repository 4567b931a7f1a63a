"""The score, the tier, the rules that raise it, and the words for all three."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.tiering import rules
from contracts.tiering.rules import CutOffs, HardRule, Question, Rulebook, Value

house = import_module("contracts.tiering.migrations.0002_house_default")
D = Decimal
CUT_OFFS = CutOffs(D(75), D(60), D(35))
MONTHS = {"platinum": 6, "gold": 12, "silver": 12, "bronze": 24}
QUESTIONS = tuple(
    Question(key, text, weight, answers, factor)
    for key, factor, weight, text, _, answers in house.QUESTIONS
)
HARD_RULES = tuple(
    HardRule(subject, threshold, at_least, words, key)
    for subject, key, threshold, at_least, words in house.HARD_RULES
)
HOUSE = Rulebook(QUESTIONS, HARD_RULES, CUT_OFFS, MONTHS)
SMALL = Value(D(40_000))


def answers(value=2, **changes):
    return {question.key: value for question in QUESTIONS} | changes


def judge(given, value=SMALL, *, platinum=True, rulebook=HOUSE):
    return rules.judge(rulebook, given, value, platinum=platinum)


def test_the_house_default_is_eight_questions_whose_weights_add_up_to_100():
    assert [question.weight for question in QUESTIONS] == [25, 5, 15, 5, 15, 15, 10, 10]
    assert rules.problems(HOUSE) == []


# --- Score ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_answers", "expected"),
    [
        (answers(0), "0"),
        (answers(1), "25"),
        (answers(4), "100"),
        (answers(2, impact=3), "56.25"),
        (answers(0, reputation=1), "1.25"),
        (answers(0, impact=4), "25"),
    ],
)
def test_the_score_is_exact(given_answers, expected):
    assert rules.score(QUESTIONS, given_answers) == D(expected)


def test_a_question_without_an_answer_is_not_the_lowest_answer():
    open_ = answers(4)
    del open_["data"]
    verdict = judge(open_)
    assert (verdict.score, verdict.tier, verdict.missing) == (None, "", ("data",))
    assert rules.score(QUESTIONS, {}) is None


# --- Tier -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scored", "platinum", "expected"),
    [
        ("0", True, "bronze"),
        ("34.99", True, "bronze"),
        ("35", True, "silver"),
        ("59.99", True, "silver"),
        ("60", True, "gold"),
        ("74.99", True, "gold"),
        ("75", True, "platinum"),
        ("100", True, "platinum"),
        ("74.99", False, "gold"),
        ("75", False, "gold"),
        ("100", False, "gold"),
    ],
)
def test_a_tier_begins_on_its_line(scored, platinum, expected):
    assert rules.tier_for(D(scored), CUT_OFFS, platinum=platinum) == expected


@pytest.mark.parametrize(
    ("given_answers", "value", "tier", "words"),
    [
        (answers(1), SMALL, "bronze", []),
        (answers(1, impact=2), SMALL, "bronze", []),
        (answers(1, impact=3), SMALL, "gold", ["Raised to Gold because a service that the law"]),
        (answers(0, impact=4), SMALL, "gold", ["Raised to Gold because"]),
        (answers(1), Value(D(5_000_000)), "bronze", []),
        (answers(1), Value(D("5000000.01")), "silver", ["Raised to Silver because its total"]),
        (answers(2), Value(D(6_000_000)), "silver", ["At least Silver in any case"]),
        (answers(1, impact=3), Value(D(6_000_000)), "gold", ["Raised to Gold", "At least Silver"]),
        (answers(4), Value(D(6_000_000)), "platinum", ["At least Gold", "At least Silver"]),
    ],
)
def test_hard_rules_raise_and_say_so(given_answers, value, tier, words):
    verdict = judge(given_answers, value)
    assert verdict.tier == tier
    assert len(verdict.reasons) == 1 + len(words)
    for sentence, beginning in zip(verdict.reasons[1:], words, strict=True):
        assert sentence.startswith(beginning)


def test_the_reasons_read_as_sentences():
    verdict = judge(answers(1, impact=3, continuity=2))
    assert verdict.reasons == (
        "Score 41.25 gives Silver (35 or more, less than 60).",
        "Raised to Gold because a service that the law requires would stop, or lives would be at risk.",
    )


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (Value(None), "the contract's value is not recorded"),
        (Value(D(9_000_000), "EUR"), "the contract is in EUR, not in pounds"),
    ],
)
def test_a_value_that_cannot_be_compared_is_told_and_never_counts_as_small(value, why):
    verdict = judge(answers(1), value)
    assert verdict.tier == "bronze"
    assert verdict.reasons[1] == (
        f"One rule could not be applied, because {why}: "
        "at least Silver if the total value is over £5,000,000."
    )


def test_a_rule_for_platinum_gives_gold_where_platinum_is_off():
    strict = replace(HOUSE, hard_rules=(HardRule("value", D(1), "platinum", "it is large"),))
    assert judge(answers(0), platinum=True, rulebook=strict).tier == "platinum"
    assert judge(answers(0), platinum=False, rulebook=strict).tier == "gold"


# --- What is true of every answer -----------------------------------------------------------------

ANSWERS = st.fixed_dictionaries({q.key: st.integers(0, 4) for q in QUESTIONS})
VALUES = st.one_of(
    st.just(Value(None)),
    st.builds(Value, st.decimals(0, 10**9, places=2), st.sampled_from(["GBP", "EUR"])),
)


@given(ANSWERS, st.sampled_from(QUESTIONS), VALUES, st.booleans())
def test_a_higher_answer_never_lowers_the_score_or_the_tier(given_answers, question, value, on):
    higher = given_answers | {question.key: min(4, given_answers[question.key] + 1)}
    before, after = (judge(a, value, platinum=on) for a in (given_answers, higher))
    assert after.score >= before.score
    assert rules.rank(after.tier) >= rules.rank(before.tier)


@given(ANSWERS, VALUES, st.booleans())
def test_hard_rules_only_raise(given_answers, value, on):
    verdict = judge(given_answers, value, platinum=on)
    assert rules.rank(verdict.tier) >= rules.rank(verdict.by_score) > 0
    assert D(0) <= verdict.score <= D(100)
    assert on or verdict.tier != "platinum"


@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2), st.booleans())
def test_a_higher_score_is_never_a_lower_tier(one, other, on):
    low, high = sorted((one, other))
    ranks = [rules.rank(rules.tier_for(s, CUT_OFFS, platinum=on)) for s in (low, high)]
    assert ranks == sorted(ranks)


# --- Dates, words, and questionnaires that make no sense ------------------------------------------


@pytest.mark.parametrize(
    ("decided_on", "tier", "expected"),
    [
        (date(2026, 11, 27), "gold", date(2027, 11, 27)),
        (date(2026, 8, 31), "platinum", date(2027, 2, 28)),
        (date(2024, 2, 29), "bronze", date(2026, 2, 28)),
    ],
)
def test_the_next_assessment_follows_the_tier_that_was_decided(decided_on, tier, expected):
    assert rules.next_due(decided_on, tier, MONTHS) == expected


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"cut_offs": CutOffs(D(75), D(35), D(35))}, "gold_from", "higher score than Silver"),
        ({"cut_offs": CutOffs(D(60), D(60), D(35))}, "platinum_from", "higher score than Gold"),
        ({"cut_offs": CutOffs(D(75), D(60), D(0))}, "silver_from", "above 0"),
        ({"cut_offs": CutOffs(D("100.5"), D(60), D(35))}, "platinum_from", "100 or less"),
        ({"months": MONTHS | {"gold": 0}}, "gold_months", "from 1 to 60"),
        ({"questions": QUESTIONS[1:]}, "weight:reputation", "add up to 75"),
        ({"questions": ()}, "", "at least one question"),
        ({"questions": (replace(QUESTIONS[0], weight=30), *QUESTIONS[1:])}, "weight:impact", "105"),
        ({"questions": (replace(QUESTIONS[0], answers=("", "", "", "", "")), *QUESTIONS[1:])}, "question:impact", "all five answers"),
        ({"questions": QUESTIONS[1:]}, "rule:0", "not there"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_questionnaire_is_named(changes, field, words):
    found = dict(rules.problems(replace(HOUSE, **changes)))
    assert words in found[field]


def test_all_that_is_wrong_is_told_at_once():
    wrong = replace(
        HOUSE, questions=QUESTIONS[1:], cut_offs=CutOffs(D(10), D(10), D(10)), months=MONTHS | {"gold": 99}
    )  # fmt: skip
    assert len(rules.problems(wrong)) == 5


def test_differences_between_two_versions_are_sentences():
    other = replace(
        HOUSE,
        questions=(replace(QUESTIONS[0], weight=20), *QUESTIONS[2:], Question("new", "Is it new?", 10)),
        hard_rules=HARD_RULES[:1],
        cut_offs=CutOffs(D(75), D("55.5"), D(35)),
        months=MONTHS | {"bronze": 12},
    )  # fmt: skip
    assert rules.differences(HOUSE, other) == [
        "Gold begins at 55.5 instead of 60",
        "“If the service failed, what would happen to people?” weighs 20 instead of 25",
        "New question: “Is it new?”, which weighs 10",
        "No longer asked: “How closely do the public, the press or politicians watch it?”",
        "No longer a rule: at least Silver if the total value is over £5,000,000",
        "Bronze is assessed again after 12 months instead of 24 months",
    ]
    assert rules.differences(HOUSE, HOUSE) == []
