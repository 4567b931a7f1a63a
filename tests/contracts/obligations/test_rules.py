import doctest
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.obligations import rules
from contracts.obligations.rules import Compliance, Rule, State

TODAY = date(2026, 11, 27)
FAR = date(2099, 12, 31)


def day(text):
    return date.fromisoformat(text)


def test_the_examples_in_the_rules_are_true():
    assert doctest.testmod(rules).failed == 0


# --- When it falls due ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(day("2026-04-01")), ["2026-04-01"]),
        (Rule(day("2026-01-31"), "months"),
         ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        (Rule(day("2028-01-31"), "months"), ["2028-01-31", "2028-02-29", "2028-03-31"]),
        (Rule(day("2026-01-30"), "months"), ["2026-01-30", "2026-02-28", "2026-03-30"]),
        (Rule(day("2028-02-29"), "years"),
         ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        (Rule(day("2026-11-30"), "quarters"),
         ["2026-11-30", "2027-02-28", "2027-05-30", "2027-08-30", "2027-11-30"]),
        (Rule(day("2026-04-30"), "months", last_day=True), ["2026-04-30", "2026-05-31", "2026-06-30"]),
        (Rule(day("2026-02-28"), "quarters", last_day=True), ["2026-02-28", "2026-05-31", "2026-08-31"]),
        (Rule(day("2026-12-28"), "weeks", every=2), ["2026-12-28", "2027-01-11", "2027-01-25"]),
        (Rule(day("2026-01-15"), "months", every=5), ["2026-01-15", "2026-06-15", "2026-11-15", "2027-04-15"]),
    ],
)  # fmt: skip
def test_dates_are_counted_from_the_first_and_do_not_drift(rule, expected):
    found = rule.between(rule.first, FAR)[: len(expected)]
    assert found == [day(text) for text in expected]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Rule(day("2026-01-10"), "months", until=day("2026-03-10")), 3),
        (Rule(day("2026-01-10"), "months", until=day("2026-03-09")), 2),
        (Rule(day("2026-01-10"), "months", times=5), 5),
        (Rule(day("2026-01-10"), "weeks", times=1), 1),
        (Rule(day("2026-01-10")), 1),
    ],
)
def test_a_rule_stops_after_its_last_day_or_its_last_time(rule, expected):
    assert len(rule.between(rule.first, FAR)) == expected


def test_times_are_counted_from_the_first_day_however_late_one_looks():
    rule = Rule(day("2026-01-10"), "months", times=12)
    assert rule.between(day("2026-11-01"), FAR) == [day("2026-11-10"), day("2026-12-10")]


def test_a_rule_at_the_end_of_the_calendar_stops_there():
    assert Rule(date(9999, 6, 1), "years", every=120).between(date(9999, 1, 1), date.max) == [
        date(9999, 6, 1)
    ]
    assert Rule(date(9999, 12, 30), "weeks", every=120).between(date.min, date.max) == [
        date(9999, 12, 30)
    ]


recurring = st.builds(
    Rule,
    first=st.dates(date(1990, 1, 1), date(2060, 12, 31)),
    repeat=st.sampled_from(["weeks", "months", "quarters", "years"]),
    every=st.integers(1, 30),
    last_day=st.just(False),
    until=st.none() | st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    times=st.none() | st.integers(1, 60),
)
at_month_ends = st.builds(
    lambda first, repeat, every: Rule(rules.month_end(first), repeat, every, last_day=True),
    st.dates(date(1990, 1, 1), date(2060, 12, 31)),
    st.sampled_from(["months", "quarters", "years"]),
    st.integers(1, 30),
)
days = st.dates(date(1985, 1, 1), date(2095, 12, 31))


@given(recurring | at_month_ends, days, days)
def test_dates_increase_within_the_span_and_the_rule(rule, one, other):
    start, end = sorted((one, other))
    found = rule.between(start, end)
    assert all(a < b for a, b in itertools.pairwise(found))
    assert all(max(start, rule.first) <= d <= end for d in found)
    assert rule.until is None or all(d <= rule.until for d in found)
    assert rule.times is None or len(found) <= rule.times


@given(recurring | at_month_ends, days, days, st.lists(days, max_size=4))
def test_dates_are_the_same_however_the_span_is_split(rule, one, other, cuts):
    start, end = sorted((one, other))
    whole = rule.between(start, end)
    inside = sorted(cut for cut in cuts if start <= cut < end)
    pieces, first = [], start
    for cut in [*inside, end]:
        pieces += rule.between(first, cut)
        first = cut + timedelta(days=1)
    assert pieces == whole
    assert rule.between(start, end) == whole


@given(recurring, st.integers(0, 40))
def test_months_keep_the_day_of_the_first_where_the_month_has_it(rule, number):
    found = Rule(rule.first, rule.repeat, rule.every).between(rule.first, date(2300, 1, 1))
    due_on = found[number % len(found)]
    if rule.repeat == "weeks":
        assert due_on.weekday() == rule.first.weekday()
    else:
        assert due_on.day == min(rule.first.day, rules.month_end(due_on).day)


@given(at_month_ends, st.integers(0, 40))
def test_the_last_day_stays_the_last_day(rule, number):
    found = rule.between(rule.first, date(2300, 1, 1))
    due_on = found[number % len(found)]
    assert due_on == rules.month_end(due_on)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (Rule(day("2026-04-01")), "Once, on 1 April 2026"),
        (Rule(day("2026-04-01"), "months", every=3), "Every 3 months from 1 April 2026"),
        (Rule(day("2026-04-01"), "weeks"), "Every week from 1 April 2026"),
        (Rule(day("2026-04-01"), "weeks", every=2, until=day("2027-03-31")),
         "Every 2 weeks from 1 April 2026, until 31 March 2027"),
        (Rule(day("2026-04-01"), "years", times=1), "Every year from 1 April 2026, 1 time"),
        (Rule(day("2026-04-01"), "quarters", every=8), "Every 2 years from 1 April 2026"),
        (Rule(day("2026-04-30"), "quarters", last_day=True),
         "On the last day of the month, every 3 months from 30 April 2026"),
    ],
)  # fmt: skip
def test_a_rule_in_words(rule, words):
    assert rule.in_words == words


MONTHLY = Rule(day("2026-01-31"), "months")


@pytest.mark.parametrize(
    ("rule", "facts", "last"),
    [
        (MONTHLY, {}, None),
        (MONTHLY, {"contract_ends_on": day("2027-03-31")}, day("2027-03-31")),
        # Past its end and not ended: it runs on, and so do its obligations.
        (MONTHLY, {"contract_ends_on": day("2026-11-26")}, None),
        (MONTHLY, {"contract_ends_on": TODAY}, TODAY),
        (MONTHLY, {"contract_ends_on": day("2027-03-31"), "survives": True}, None),
        (Rule(day("2026-01-31"), "months", until=day("2028-01-31")), {"contract_ends_on": day("2027-03-31")}, None),
        (Rule(day("2026-01-31"), "months", times=40), {"contract_ends_on": day("2027-03-31")}, None),
        (Rule(day("2027-06-30")), {"contract_ends_on": day("2027-03-31")}, None),
        (MONTHLY, {"contract_ends_on": day("2027-03-31"), "ended_on": day("2026-12-31")}, day("2026-12-31")),
        (MONTHLY, {"contract_ends_on": day("2026-12-01"), "ended_on": day("2026-12-31")}, day("2026-12-01")),
        (MONTHLY, {"ended_on": day("2026-12-31"), "survives": True}, day("2026-12-31")),
    ],
)  # fmt: skip
def test_what_an_obligation_ends_with(rule, facts, last):
    facts = {"contract_ends_on": None, "ended_on": None, "survives": False} | facts
    assert rules.runs_until(rule, today=TODAY, **facts) == last


def test_the_months_of_a_matrix():
    months = rules.months_from(rules.first_month_shown(TODAY))
    assert (months[0], months[-1], len(months)) == (day("2026-06-01"), day("2027-05-01"), 12)


# --- How an occurrence stands ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done_on", "status"),
    [("2026-11-26", "met"), ("2026-11-27", "met"), ("2026-11-28", "late")],
)
def test_done_on_the_day_is_in_time(done_on, status):
    assert rules.status_when_done(TODAY, day(done_on)) == status


# (status, days from today, relief) -> (state, whether it counts, whether it counts as met)
STANDINGS = [
    ("pending", -1, "", State.OVERDUE, True),
    ("pending", 0, "", State.PENDING, False),
    ("pending", 1, "", State.PENDING, False),
    ("pending", -1, "offered", State.OVERDUE, True),
    ("pending", -1, "refused", State.OVERDUE, True),
    ("pending", -1, "granted", State.RELIEVED, False),
    ("pending", 5, "granted", State.RELIEVED, False),
    ("met", -1, "", State.MET, True),
    ("met", 0, "", State.MET, True),
    ("met", 1, "", State.MET, False),
    ("met", -1, "granted", State.MET, True),
    ("late", -5, "", State.LATE, True),
    ("late", -5, "granted", State.RELIEVED, False),
    ("failed", -1, "", State.FAILED, True),
    ("failed", 0, "", State.FAILED, True),
    ("failed", 3, "", State.FAILED, False),
    ("failed", -1, "offered", State.FAILED, True),
    ("failed", -1, "granted", State.RELIEVED, False),
    ("waived", -1, "", State.WAIVED, False),
    ("not_applicable", -1, "", State.NOT_APPLICABLE, False),
]


@pytest.mark.parametrize(("status", "days", "relief", "shown", "counts"), STANDINGS)
def test_how_an_occurrence_stands_and_whether_it_counts(status, days, relief, shown, counts):
    facts = {
        "status": status, "due_on": TODAY + timedelta(days=days), "relief": relief, "today": TODAY,
    }  # fmt: skip
    assert rules.state(**facts) == shown
    assert rules.counts(**facts) == counts


@pytest.mark.parametrize(
    ("counted", "met", "words"),
    [(0, 0, "Not tracked yet"), (3, 3, "100%"), (3, 0, "0%"), (3, 2, "66%"), (200, 199, "99%"), (1000, 1, "1%")],
)  # fmt: skip
def test_compliance_is_neither_full_nor_nought_unless_it_is(counted, met, words):
    assert Compliance(counted, met).in_words == words


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_compliance_keeps_its_ends_for_all_and_for_none(one, other):
    met, counted = sorted((one, other))
    percent = Compliance(counted, met).percent
    assert (percent is None) == (counted == 0)
    if counted:
        assert (percent == 100) == (met == counted)
        assert (percent == 0) == (met == 0)


# --- What is said of it ---------------------------------------------------------------------------

SAID = {
    "status": "met", "done_on": TODAY, "reason": "", "evidence": "", "evidence_required": "",
    "is_correction": False, "today": TODAY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"done_on": None}, ["done_on"]),
        ({"done_on": TODAY + timedelta(days=1)}, ["done_on"]),
        ({"evidence_required": "Signed report"}, ["evidence"]),
        ({"evidence_required": "Signed report", "evidence": "In the folder"}, []),
        ({"evidence_required": "Signed report", "done_on": None}, ["done_on", "evidence"]),
        ({"status": "failed"}, ["reason"]),
        ({"status": "failed", "evidence_required": "Signed report", "reason": "No staff"}, []),
        ({"status": "waived"}, ["reason"]),
        ({"status": "not_applicable", "reason": "Schools are closed"}, []),
        ({"is_correction": True}, ["reason"]),
        ({"is_correction": True, "reason": "A slip"}, []),
        ({"status": "pending", "done_on": None, "is_correction": True}, ["reason"]),
    ],
)
def test_what_must_be_said_with_it(said, fields):
    assert [field for field, _ in rules.record_problems(**SAID | said)] == fields


# --- Relief ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "cause", "relievable"),
    [
        ("pending", False, True), ("met", False, False), ("late", True, True), ("failed", True, True),
        ("waived", False, False), ("not_applicable", False, False),
    ],
)  # fmt: skip
def test_who_gives_cause_and_who_may_be_relieved(status, cause, relievable):
    assert rules.gives_cause(status) == cause
    assert rules.may_be_relieved(status) == relievable


WEEKLY = [day("2026-06-01") + timedelta(weeks=number) for number in range(8)]


@pytest.mark.parametrize(
    ("missed", "following", "expected"),
    [
        ("2026-06-01", "2026-07-01", WEEKLY[:5]),
        ("2026-06-02", "2026-06-15", WEEKLY[1:2]),  # our next one is a new chance, also on the day
        ("2026-06-02", None, WEEKLY[1:2]),
        ("2026-09-01", None, []),
    ],
)
def test_what_a_missed_date_of_ours_touches(missed, following, expected):
    assert rules.affected(day(missed), following and day(following), WEEKLY[::-1]) == expected


# --- What may be typed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"party": "supplier", "kind": "dependency"}, ["party"]),
        ({"party": "authority", "kind": "dependency"}, []),
        ({"kind": "condition", "repeat": "months"}, ["repeat"]),
        ({"kind": "condition", "repeat": "once"}, []),
        ({"party": "authority", "depends_on": ["7"]}, ["depends_on"]),
        ({"party": "supplier", "depends_on": ["7"]}, []),
        ({"repeat": "once", "until": TODAY}, ["repeat"]),
        ({"repeat": "once", "times": 3}, ["repeat"]),
        ({"repeat": "months", "until": TODAY, "times": 3}, ["times"]),
        ({"repeat": "months", "first_due": TODAY, "until": TODAY - timedelta(days=1)}, ["until"]),
        ({"repeat": "months", "first_due": TODAY, "until": TODAY}, []),
        ({"repeat": "weeks", "first_due": TODAY, "last_day": True}, ["last_day"]),
        ({"repeat": "months", "first_due": TODAY, "last_day": True}, ["first_due"]),
        ({"repeat": "months", "first_due": day("2026-11-30"), "last_day": True}, []),
        (
            {
                "party": "supplier",
                "kind": "dependency",
                "repeat": "months",
                "times": 2,
                "until": TODAY,
            },
            ["times", "party"],
        ),
    ],
)
def test_every_problem_is_reported_at_once(values, fields):
    assert [field for field, _ in rules.problems(values)] == fields


@pytest.mark.parametrize(
    ("taken", "expected"),
    [([], "1"), (["1", "2", "10"], "11"), (["S1", "A2"], "1"), (["²", "3"], "4")],
)
def test_the_next_number_is_free(taken, expected):
    assert rules.next_number(taken) == expected
