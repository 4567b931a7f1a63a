"""What is proposed, when a scorecard is due, and what it lacks."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from performance.rules import Rating
from performance.scorecards import rules
from performance.scorecards.rules import Decision, Kpi, Line, Quadrant, Rag, Standing, State, Trend

D = date.fromisoformat
TODAY = D("2026-11-27")
BADNESS = {None: -1, Rag.GREEN: 0, Rag.AMBER: 1, Rag.RED: 2}


# --- When a scorecard is due ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "last", "began", "today", "owed"),
    [
        ("bronze", None, "2020-01-01", "2026-11-27", None),
        ("", None, "2020-01-01", "2026-11-27", None),
        # Every quarter for Gold and Platinum.
        ("gold", "2026-04-01", "2020-01-01", "2026-11-27", "2026-07-01"),
        ("gold", "2026-07-01", "2020-01-01", "2026-11-27", "2026-10-01"),
        ("platinum", "2026-07-01", "2020-01-01", "2026-11-27", "2026-10-01"),
        # Every year for Silver.
        ("silver", "2026-07-01", "2020-01-01", "2026-11-27", "2027-07-01"),
        ("silver", "2025-07-01", "2020-01-01", "2026-11-27", "2026-07-01"),
        # A gap is not asked for again: the latest that should be here is.
        ("gold", "2024-01-01", "2020-01-01", "2026-11-27", "2026-07-01"),
        ("gold", "2024-01-01", "2020-01-01", "2026-10-30", "2026-04-01"),
        # Without any, the quarter in which it began counts as done.
        ("gold", None, "2026-11-05", "2026-11-27", "2027-01-01"),
        ("gold", None, "2026-07-01", "2026-11-27", "2026-10-01"),
        ("gold", "2026-01-01", "2026-07-01", "2026-11-27", "2026-10-01"),
        ("silver", None, "2026-02-01", "2026-11-27", "2027-01-01"),
        ("gold", None, "2020-01-01", "2026-11-27", "2026-07-01"),
    ],
)
def test_which_scorecard_is_owed(tier, last, began, today, owed):
    quarter = rules.owed(tier, last=last and D(last), began=D(began), today=D(today))
    assert (quarter and quarter.start) == (owed and D(owed))


@given(
    tier=st.sampled_from(list(rules.MONTHS_BETWEEN)),
    last=st.none() | st.dates(D("2015-01-01"), D("2027-01-01")),
    began=st.dates(D("2010-01-01"), D("2027-01-01")),
    today=st.dates(D("2016-01-01"), D("2030-01-01")),
)
def test_what_is_owed_never_goes_back(tier, last, began, today):
    """A day later the same scorecard is owed, or a later one."""
    last = last and rules.quarter_of(last).start
    known = {"last": last, "began": began}
    now = rules.owed(tier, today=today, **known)
    later = rules.owed(tier, today=today + timedelta(days=1), **known)
    assert later.start >= now.start
    assert now.start > max(last or began, rules.quarter_of(began).start)


@pytest.mark.parametrize(
    ("state", "has_sro", "today", "expected"),
    [
        ("", True, "2026-10-30", Standing.DUE),
        ("", True, "2026-10-31", Standing.OVERDUE),
        (State.DRAFT, True, "2026-10-30", Standing.DRAFT),
        (State.DRAFT, True, "2026-10-31", Standing.OVERDUE),
        (State.SIGNED, True, "2027-10-31", Standing.WAITS),
        (State.SIGNED, False, "2027-10-31", Standing.SIGNED),
        (State.SEEN, True, "2027-10-31", Standing.SEEN),
    ],
)
def test_how_a_contract_stands_with_a_quarter(state, has_sro, today, expected):
    due_on = rules.due_on(rules.quarter_of(D("2026-09-30")))
    assert due_on == D("2026-10-30")
    found = rules.standing(state=state, due_on=due_on, has_sro=has_sro, today=D(today))
    assert found == expected


@pytest.mark.parametrize(
    ("start", "began", "may"),
    [
        ("2026-10-01", None, True),  # the running one
        ("2027-01-01", None, False),
        ("2024-10-01", None, True),
        ("2024-07-01", None, False),
        ("2026-07-01", "2026-09-30", True),
        ("2026-07-01", "2026-10-01", False),
    ],
)
def test_which_quarters_may_be_started(start, began, may):
    quarter = rules.quarter_of(D(start))
    assert rules.may_start(quarter, began=began and D(began), today=TODAY) is may


# --- What is proposed -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("measured", "expected"),
    [
        ([], Rag.NOT_TRACKED),
        ([("", False)], Rag.NOT_TRACKED),
        ([("green", False)], Rag.GREEN),
        ([("green", False), ("", False)], Rag.GREEN),
        ([("green", False), ("amber", False)], Rag.AMBER),
        ([("green", False), ("red", False)], Rag.RED),
        ([("green", True)], Rag.AMBER),
        ([("", True)], Rag.AMBER),
        ([("red", True)], Rag.RED),
    ],
)
def test_a_quadrant_is_as_bad_as_its_worst_measure(measured, expected):
    assert rules.propose(measured) == expected


@given(st.lists(st.tuples(st.sampled_from(["", "green", "amber", "red"]), st.booleans())))
def test_green_is_proposed_only_when_something_is_green_and_nothing_is_missing(measured):
    if rules.propose(measured) == Rag.GREEN:
        assert not any(missing for _, missing in measured)
        assert {rag for rag, _ in measured} <= {"green", ""}
        assert any(rag == "green" for rag, _ in measured)


def kpis(*ratings):
    return [Kpi(rating) for rating in ratings]


NEAR, BELOW, BAD = "approaching_target", "requires_improvement", "inadequate"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([], None),
        (kpis("other"), None),
        (kpis("good"), Rag.GREEN),
        (kpis("good", "other"), Rag.GREEN),
        (kpis("good", "good", NEAR), Rag.GREEN),
        (kpis("good", NEAR), Rag.AMBER),
        ([Kpi("good", Decimal(3)), Kpi(NEAR, Decimal(2))], Rag.GREEN),
        ([Kpi("good", Decimal(2)), Kpi(NEAR, Decimal(3))], Rag.AMBER),
        (kpis("good", "good", BELOW), Rag.AMBER),
        (kpis("good", ""), Rag.AMBER),
        (kpis("", ""), Rag.AMBER),
        ([Kpi("good", is_missing=True)], Rag.AMBER),
        ([Kpi("other", is_missing=True)], Rag.AMBER),
        (kpis("good", "good", "good", BAD), Rag.RED),
        (kpis("", BAD), Rag.RED),
    ],
)
def test_kpis_of_a_quarter(found, expected):
    assert rules.of_kpis(found) == expected


ORDER = ["good", NEAR, BELOW, BAD]


@given(
    st.lists(st.sampled_from(ORDER), min_size=1, max_size=8),
    st.integers(0, 7), st.sampled_from(ORDER),
)  # fmt: skip
def test_a_worse_rating_never_makes_a_better_word(ratings, place, other):
    place %= len(ratings)
    if ORDER.index(other) <= ORDER.index(ratings[place]):
        return
    worse = [*ratings[:place], other, *ratings[place + 1 :]]
    assert BADNESS[rules.of_kpis(kpis(*worse))] >= BADNESS[rules.of_kpis(kpis(*ratings))]


def test_every_rating_has_a_place():
    assert {*ORDER, "other"} == {rating.value for rating in Rating}


@pytest.mark.parametrize(
    ("award", "now", "percent", "rag"),
    [
        (None, 100, None, None),
        (0, 100, None, None),
        (100, None, None, None),
        (100, 100, "0.0", None),
        (100, 80, "-20.0", None),
        (100, 110, "10.0", None),
        (100, Decimal("110.1"), "10.1", Rag.AMBER),
        (100, 150, "50.0", Rag.AMBER),
        (100, 151, "51.0", Rag.RED),
    ],
)
def test_a_value_that_has_grown_warns_and_never_comforts(award, now, percent, rag):
    found = rules.growth(
        None if award is None else Decimal(award), None if now is None else Decimal(now)
    )
    assert (found is None and percent is None) or found == Decimal(percent)
    assert rules.of_growth(found) == rag


# --- What users say ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("surveys", "percent"),
    [
        ([], None),
        ([("4.2", 5, 300)], "84.0"),
        ([("4.2", 5, 300), (6, 10, 100)], "78.0"),  # (84 x 300 + 60 x 100) / 400
        ([(5, 5, None), (0, 10, 3)], "25.0"),  # not known how many: one answer
    ],
)
def test_satisfaction_is_weighted_by_how_many_answered(surveys, percent):
    found = rules.satisfaction([(Decimal(a), Decimal(b), n) for a, b, n in surveys])
    assert found == (percent and Decimal(percent))


def test_promoters_are_weighted_too():
    assert rules.promoters([(50, 100), (-10, 300)]) == Decimal("5.0")
    words = [rules.of_promoters(n and Decimal(n)) for n in (None, "30", "29.9", "0.0", "-0.1")]
    assert words == [None, Rag.GREEN, Rag.AMBER, Rag.AMBER, Rag.RED]


@given(
    st.lists(
        st.tuples(
            st.decimals(0, 10, places=1), st.just(Decimal(10)), st.none() | st.integers(1, 5000)
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_satisfaction_lies_between_the_lowest_and_the_highest(surveys):
    shares = [score * 10 for score, _, _ in surveys]
    half = Decimal("0.05")
    assert min(shares) - half <= rules.satisfaction(surveys) <= max(shares) + half


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ([], None),
        ([("2026-11-01", "2026-11-20")], Rag.GREEN),
        ([("2026-11-01", None)], Rag.AMBER),
        ([("2026-10-28", None)], Rag.AMBER),  # 30 days
        ([("2026-10-27", None)], Rag.RED),
        ([("2026-11-01", "2026-12-01")], Rag.AMBER),  # resolved after the day that is looked at
    ],
)
def test_complaints_as_they_stood_on_a_day(received, expected):
    said = [(D(came), gone and D(gone)) for came, gone in received]
    assert rules.of_complaints(said, today=TODAY) == expected


SURVEY = {
    "kind": "survey", "received_on": TODAY, "score": Decimal(4), "scale": Decimal(5),
    "nps": None, "comments": "",
}  # fmt: skip
NO_SCORE = {"score": None, "scale": None}


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"received_on": D("2026-11-28")}, ["received_on"]),
        ({"scale": None}, ["scale"]),
        ({"score": None}, ["score", "score"]),
        ({"score": Decimal("5.1")}, ["score"]),
        ({"score": Decimal(5)}, []),
        (NO_SCORE, ["score"]),
        ({**NO_SCORE, "nps": 0}, []),
        ({**NO_SCORE, "comments": "Cold"}, []),
        ({**NO_SCORE, "kind": "complaint"}, ["comments"]),
        ({**NO_SCORE, "kind": "complaint", "comments": "Late"}, []),
        ({"kind": "complaint", "comments": "Late"}, ["score"]),
        ({**NO_SCORE, "kind": "compliment", "comments": "Warm", "nps": 3}, ["nps"]),
    ],
)
def test_what_is_wrong_with_feedback(values, fields):
    found = rules.feedback_problems({**SURVEY, **values}, today=TODAY)
    assert [field for field, _ in found] == fields


@pytest.mark.parametrize(
    ("resolved_on", "outcome", "fields"),
    [
        ("2026-11-20", "Put right", []),
        ("2026-11-01", "Put right", []),
        ("2026-10-31", "Put right", ["resolved_on"]),
        ("2026-11-28", "Put right", ["resolved_on"]),
        (None, "", ["resolved_on", "outcome"]),
    ],
)
def test_what_is_wrong_with_how_a_complaint_ended(resolved_on, outcome, fields):
    found = rules.resolving_problems(
        resolved_on=resolved_on and D(resolved_on), received_on=D("2026-11-01"), outcome=outcome, today=TODAY
    )  # fmt: skip
    assert [field for field, _ in found] == fields


# --- What somebody decides ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, ["rag"]),
        ({"rag": "green", "proposed": "green"}, []),
        ({"rag": "green", "proposed": "amber"}, ["reason"]),
        ({"rag": "green", "proposed": "amber", "reason": "Put right"}, []),
        ({"rag": "green", "proposed": "not_tracked"}, ["reason"]),
        ({"rag": "amber", "proposed": "amber"}, ["narrative"]),
        ({"rag": "red", "proposed": "green"}, ["reason", "narrative"]),
        ({"rag": "red", "proposed": "red", "narrative": "A plan"}, []),
        ({"rag": "not_tracked"}, ["decision"]),
        ({"rag": "not_tracked", "proposed": "red"}, ["reason", "decision"]),
        ({"rag": "not_tracked", "decision": "change"}, []),
        ({"rag": "not_tracked", "decision": "next_contract"}, []),
        ({"rag": "not_tracked", "decision": "accept"}, ["decision_note"]),
        ({"rag": "not_tracked", "decision": "accept", "decision_note": "Small"}, []),
    ],
)
def test_what_a_quadrant_lacks(said, fields):
    found = rules.line_problems(Line("user", **said))
    assert [field for field, _ in found] == fields
    assert all(sentence.startswith("User: ") for _, sentence in found)


def test_a_scorecard_is_signed_off_when_its_quarter_is_over_and_nothing_lacks():
    fine = [Line(quadrant, "green", "green") for quadrant in Quadrant]
    quarter = rules.quarter_of(D("2026-11-01"))

    def problems(lines, today, *, ended=False):
        return rules.signing_problems(
            lines, quarter=quarter, contract_has_ended=ended, today=D(today)
        )

    assert problems(fine, "2027-01-01") == []
    assert problems(fine, "2026-12-31") == [
        "The quarter is not over: it can be signed off from 1 January 2027"
    ]
    assert problems(fine, "2026-12-01", ended=True) == []
    assert problems(fine[1:], "2027-01-01") == ["Cost: choose Green, Amber, Red or Not tracked"]


@pytest.mark.parametrize(
    ("sro", "signed_by", "person", "may"),
    [(1, 2, 1, True), (1, 2, 2, False), (1, 1, 1, False), (None, 2, 1, False)],
)
def test_who_has_seen_it_is_the_sro_and_not_who_signed(sro, signed_by, person, may):
    assert rules.may_see(sro=sro, signed_by=signed_by, person=person) is may


# --- Trend ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "now", "trend", "words"),
    [
        (None, "green", Trend.NONE, "No earlier scorecard to compare with"),
        ("green", "", Trend.NONE, "No earlier scorecard to compare with"),
        ("red", "amber", Trend.BETTER, "Better than April to June 2026 (Red)"),
        ("green", "red", Trend.WORSE, "Worse than April to June 2026 (Green)"),
        ("amber", "amber", Trend.SAME, "Unchanged since April to June 2026 (Amber)"),
        ("not_tracked", "red", Trend.TRACKED_NOW, "Tracked now, and not in April to June 2026"),
        ("red", "not_tracked", Trend.NO_LONGER, "No longer tracked: Red in April to June 2026"),
    ],
)
def test_trend_since_the_scorecard_before(before, now, trend, words):
    assert rules.trend(before, now) == trend
    quarter = rules.quarter_of(D("2026-04-01"))
    assert rules.trend_words(trend, before=before, quarter_before=quarter) == words


@given(st.sampled_from(["green", "amber", "red"]), st.sampled_from(["green", "amber", "red"]))
def test_better_one_way_is_worse_the_other(one, other):
    opposite = {Trend.BETTER: Trend.WORSE, Trend.WORSE: Trend.BETTER, Trend.SAME: Trend.SAME}
    assert rules.trend(other, one) == opposite[rules.trend(one, other)]


def test_every_decision_of_the_source_is_there():
    assert [d.value for d in Decision] == ["change", "next_contract", "accept"]
