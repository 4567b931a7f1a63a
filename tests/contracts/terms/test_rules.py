"""The date engine, at its edges. Vectors: table 3.12 of the domain notes."""

import doctest
from datetime import date as D
from datetime import timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import assume, given
from hypothesis import strategies as st

from contracts.terms import clocks, rules, shapes
from contracts.terms.bank_holidays import listed
from contracts.terms.clocks import Calendar, Notice
from contracts.terms.rules import AVAILABLE, DECLINED, LAPSED, TAKEN, Facts, Option, Override

CALENDARS = {
    nation: Calendar(name, {on: what for where, on, what in listed() if where == nation})
    for nation, name in (
        ("england_wales", "England and Wales"),
        ("scotland", "Scotland"),
        ("northern_ireland", "Northern Ireland"),
    )
}
ENGLAND, SCOTLAND, IRELAND = CALENDARS.values()
BY_POST = {"by_post": True, "service_days": 2}


def last_day(before, notice, calendar=ENGLAND):
    return clocks.last_day_to_give(notice, before=before, what="the current end", calendar=calendar)


def dates(facts, extend=None):
    return rules.work_out(facts, extend=extend, calendar=ENGLAND)


def said(explained):
    return " ".join(explained.why)


@pytest.mark.parametrize("module", [clocks, rules, shapes])
def test_the_examples_in_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


# --- The table --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (D(2024, 4, 1), 24, D(2026, 3, 31)),
        (D(2024, 2, 29), 12, D(2025, 2, 28)),
        (D(2025, 8, 31), 6, D(2026, 2, 27)),
        (D(2024, 2, 29), 48, D(2028, 2, 28)),
        (D(2024, 2, 29), 6, D(2024, 8, 28)),
        (D(2023, 8, 31), 6, D(2024, 2, 28)),
        (D(2025, 1, 30), 1, D(2025, 2, 27)),
        (D(2025, 1, 1), 12, D(2025, 12, 31)),
        (D(2025, 3, 1), 12, D(2026, 2, 28)),
        (D(2023, 3, 1), 12, D(2024, 2, 29)),
    ],
)
def test_a_term_ends_on_the_day_before_its_anniversary(start, months, end):
    assert rules.end_of_term(start, months) == end
    assert dates(Facts(start, months)).initial.on == end


def test_two_plus_one_plus_one():
    found = dates(Facts(D(2024, 4, 1), 24, options=(Option(1, 12), Option(2, 12))))
    assert found.initial.on == found.current.on == D(2026, 3, 31)
    assert found.longest.on == D(2028, 3, 31)
    assert [option.end.on for option in found.options] == [D(2027, 3, 31), D(2028, 3, 31)]


@pytest.mark.parametrize(
    ("end", "notice", "expected"),
    [
        (D(2026, 3, 31), Notice(3), D(2025, 12, 31)),
        (D(2026, 5, 31), Notice(3), D(2026, 2, 28)),
        (D(2026, 5, 31), Notice(3, **BY_POST), D(2026, 2, 25)),
        (D(2026, 3, 31), Notice(90, "days"), D(2025, 12, 31)),
        (D(2026, 6, 30), Notice(90, "days"), D(2026, 4, 1)),
        (D(2026, 6, 30), Notice(3), D(2026, 3, 30)),
        # Easter 2026: Good Friday on 3 April, Monday on 6 April.
        (D(2026, 4, 8), Notice(3, "working_days"), D(2026, 4, 1)),
        # On a day when nobody works, the last working day before it counts.
        (D(2026, 4, 6), Notice(1, "working_days"), D(2026, 4, 1)),
        (D(2026, 7, 6), Notice(3, **BY_POST), D(2026, 3, 31)),
    ],
)
def test_the_last_day_to_give_notice(end, notice, expected):
    assert last_day(end, notice).on == expected


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        # A letter that must be served by 7 August 2026, five working days after posting.
        (ENGLAND, D(2026, 7, 31)),
        (SCOTLAND, D(2026, 7, 30)),  # 3 August is the summer holiday there
    ],
)
def test_each_nation_counts_its_own_bank_holidays(calendar, expected):
    notice = Notice(3, by_post=True, service_days=5)
    assert last_day(D(2026, 11, 7), notice, calendar).on == expected


def test_the_twelfth_of_july_counts_in_northern_ireland_only():
    assert clocks.working_days_before(D(2026, 7, 14), 1, IRELAND) == D(2026, 7, 10)
    assert clocks.working_days_before(D(2026, 7, 14), 1, ENGLAND) == D(2026, 7, 13)


def test_an_option_taken_moves_the_end_and_the_next_notice():
    open_ = Facts(D(2024, 4, 1), 24, ends_on=D(2026, 3, 31), options=(Option(1, 12), Option(2, 12)))
    before = dates(open_, extend=Notice(3))
    assert before.of_option(1).notice.on == D(2025, 12, 31)
    taken = (Option(1, 12, TAKEN, D(2025, 12, 1)), Option(2, 12))
    after = dates(Facts(D(2024, 4, 1), 24, ends_on=D(2027, 3, 31), options=taken), extend=Notice(3))
    assert after.current.on == after.worked_out.on == D(2027, 3, 31)
    assert after.of_option(2).notice.on == D(2026, 12, 31)
    assert after.longest.on == before.longest.on == D(2028, 3, 31)
    assert "Option 1 (12 months) was taken on 1 December 2025" in said(after.current)


def test_a_rolling_contract_has_no_end_and_nothing_breaks():
    found = dates(Facts(D(2024, 4, 1), rolling=True))
    assert found.current.on is found.longest.on is found.worked_out.on is None
    assert "rolls on without an end" in said(found.current)
    assert found.differences == ()


def test_nothing_recorded_is_no_date_and_says_what_is_missing():
    found = dates(Facts(options=(Option(1, 12),)), extend=Notice(3))
    assert found.current.on is found.initial.on is found.longest.on is None
    assert "The commencement date is not recorded" in said(found.current)
    assert found.of_option(1).notice.on is None
    assert "length of the initial term" in said(dates(Facts(D(2024, 4, 1))).initial)


# --- Terms ------------------------------------------------------------------------------------------


def test_short_months_do_not_move_later_ends():
    options = (Option(1, 6, TAKEN), Option(2, 6))
    found = dates(Facts(D(2025, 8, 31), 6, ends_on=D(2026, 8, 30), options=options))
    assert found.current.on == D(2026, 8, 30)
    assert found.longest.on == D(2027, 2, 27)
    leap = dates(Facts(D(2024, 2, 29), 12, options=tuple(Option(n, 12) for n in (1, 2, 3))))
    assert [option.end.on for option in leap.options] == [
        D(2026, 2, 28), D(2027, 2, 28), D(2028, 2, 28)
    ]  # fmt: skip


def test_the_date_signed_is_not_the_start():
    found = dates(Facts(D(2024, 4, 1), 24, signed_on=D(2024, 2, 12)))
    assert found.initial.on == D(2026, 3, 31)
    assert "the date signed, 12 February 2024, does not count" in said(found.initial)


def test_a_recorded_end_counts_and_both_dates_are_told():
    facts = Facts(D(2024, 4, 1), 24, ends_on=D(2026, 6, 30), options=(Option(1, 12),))
    found = dates(facts)
    assert (found.current.on, found.worked_out.on) == (D(2026, 6, 30), D(2026, 3, 31))
    (difference,) = found.unexplained
    assert (difference.recorded_on, difference.worked_out_on) == (D(2026, 6, 30), D(2026, 3, 31))
    assert "No reason for the difference is recorded" in said(found.current)
    # Until it is said which end counts, options run on from what was worked out.
    assert found.of_option(1).end.on == D(2027, 3, 31)


def test_a_reason_holds_for_its_two_dates_only():
    override = Override(D(2026, 6, 30), D(2026, 3, 31), "Varied by deed")
    facts = {"overrides": {"current_end": override}, "options": (Option(1, 3),)}
    found = dates(Facts(D(2024, 4, 1), 24, ends_on=D(2026, 6, 30), **facts))
    assert found.unexplained == ()
    assert "Varied by deed" in said(found.current)
    assert found.of_option(1).end.on == D(2026, 9, 30)
    for moved in (
        Facts(D(2024, 4, 1), 24, ends_on=D(2026, 7, 31), **facts),
        Facts(D(2024, 4, 1), 27, ends_on=D(2026, 7, 31), **facts),
    ):
        assert dates(moved).unexplained


def test_a_recorded_initial_end_counts_for_what_comes_after_it():
    facts = Facts(
        D(2024, 4, 1), 24, initial_end_on=D(2026, 5, 31), ends_on=D(2027, 5, 31),
        options=(Option(1, 12, TAKEN),),
    )  # fmt: skip
    found = dates(facts)
    assert found.initial_worked_out.on == D(2026, 3, 31)
    assert [d.of for d in found.unexplained] == ["initial_end"]
    assert found.worked_out.on == found.current.on == D(2027, 5, 31)


def test_an_end_that_is_not_recorded_is_a_difference_too():
    (difference,) = dates(Facts(D(2024, 4, 1), 24)).unexplained
    assert difference.recorded_on is None


@pytest.mark.parametrize("state", [DECLINED, LAPSED])
def test_an_option_that_is_gone_extends_nothing(state):
    options = (Option(1, 12, state), Option(2, 12))
    found = dates(Facts(D(2024, 4, 1), 24, ends_on=D(2026, 3, 31), options=options))
    assert found.longest.on == D(2027, 3, 31)
    assert found.of_option(1).end.on is None


def test_a_break_ends_the_term_and_no_option_can_follow():
    facts = Facts(
        D(2024, 4, 1), 48, ends_on=D(2026, 3, 31), broken_on=D(2026, 3, 31), options=(Option(1, 12),)
    )  # fmt: skip
    found = dates(facts)
    assert found.worked_out.on == found.current.on == found.longest.on == D(2026, 3, 31)
    assert "a break was used" in said(found.of_option(1).end)
    assert dates(Facts(rolling=True, broken_on=D(2026, 3, 31))).worked_out.on == D(2026, 3, 31)


def test_renewals_that_are_recorded_are_no_difference():
    facts = Facts(D(2023, 4, 1), 12, ends_on=D(2026, 3, 31), renews_for=12)
    found = dates(facts)
    assert found.differences == ()
    assert "It renewed by itself 2 times" in said(found.current)
    assert found.longest.on is None
    assert dates(Facts(D(2023, 4, 1), 12, ends_on=D(2026, 4, 30), renews_for=12)).unexplained


@pytest.mark.parametrize(
    ("today", "until"),
    [
        (D(2026, 1, 1), D(2027, 3, 31)),
        (D(2026, 3, 31), D(2027, 3, 31)),
        (D(2026, 4, 1), D(2027, 3, 31)),
        (D(2028, 4, 1), D(2029, 3, 31)),
    ],
)
def test_a_contract_renews_until_it_reaches_today(today, until):
    facts = Facts(D(2023, 4, 1), 12, ends_on=D(2026, 3, 31), renews_for=12)
    assert rules.next_renewal(facts, today=today).on == until


def test_what_does_not_renew_has_no_renewal():
    assert rules.next_renewal(Facts(ends_on=D(2026, 3, 31)), today=D(2026, 1, 1)) is None
    assert rules.next_renewal(Facts(renews_for=12), today=D(2026, 1, 1)) is None


def test_without_a_notice_an_option_must_be_taken_before_the_term_is_over():
    found = dates(Facts(D(2024, 4, 1), 24, options=(Option(1, 12),)))
    assert found.of_option(1).notice.on == D(2026, 3, 31)
    assert "before the term is over" in said(found.of_option(1).notice)


# --- Clocks -----------------------------------------------------------------------------------------


def test_every_step_of_a_postal_notice_is_told():
    found = last_day(D(2026, 5, 31), Notice(3, **BY_POST))
    assert found.why == (
        "Counted back from the current end, 31 May 2026.",
        "3 months before that is 28 February 2026, its last day: February 2026 has no day 31.",
        "28 February 2026 is a Saturday, so a letter must count as served by Friday 27 February 2026.",
        (
            "It must go by post, and counts as served 2 working days after posting: "
            "the last day to post it is Wednesday 25 February 2026."
        ),
    )  # fmt: skip


def test_bank_holidays_on_the_way_are_named():
    found = last_day(D(2026, 4, 8), Notice(3, "working_days"))
    assert "Good Friday (3 April 2026), Easter Monday (6 April 2026)" in said(found)


def test_a_weekend_is_warned_of_where_the_date_stands():
    assert "let notice arrive by Friday 27 February 2026" in said(
        last_day(D(2026, 5, 31), Notice(3))
    )


@pytest.mark.parametrize(
    ("end", "line"),
    [
        (D(2029, 6, 1), "The bank holidays after 2028 are not known yet"),
        (D(2017, 6, 1), "The bank holidays before 2018 are not recorded"),
        (D(2026, 6, 1), None),
    ],
)
def test_it_is_said_where_bank_holidays_are_not_known(end, line):
    for notice in (Notice(5, "working_days"), Notice(1, "days", **BY_POST)):
        text = said(last_day(end, notice))
        assert (line in text) if line else ("bank holidays after" not in text)
    claim = clocks.last_day_to_claim(
        Notice(5, "working_days"), after=end, what="it", calendar=ENGLAND
    )
    assert (line in said(claim)) if line else ("bank holidays after" not in said(claim))


def test_a_year_with_a_few_holidays_has_not_been_entered_yet():
    begun = Calendar("England and Wales", {**ENGLAND.holidays, D(2029, 1, 1): "New Year’s Day"})
    assert max(begun.known_years) == 2028
    assert "No bank holidays are recorded" in said(
        last_day(D(2026, 6, 1), Notice(5, "working_days"), Calendar("Nowhere"))
    )


@pytest.mark.parametrize(
    ("notice", "after", "expected"),
    [
        (Notice(30, "days"), D(2026, 3, 31), D(2026, 4, 30)),
        (Notice(1), D(2026, 1, 31), D(2026, 2, 28)),
        (Notice(10, "working_days"), D(2026, 3, 31), D(2026, 4, 16)),
        (Notice(30, "days", **BY_POST), D(2026, 3, 31), D(2026, 4, 28)),
        # No letter could be served in time: it is not asked for before the time begins.
        (Notice(1, "days", by_post=True, service_days=5), D(2026, 3, 31), D(2026, 3, 31)),
    ],
)
def test_a_claim_is_counted_forward(notice, after, expected):
    found = clocks.last_day_to_claim(notice, after=after, what="the event", calendar=ENGLAND)
    assert found.on == expected


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (Notice(3), D(2027, 2, 27)),
        (Notice(90, "days"), D(2027, 2, 25)),
        (Notice(3, **BY_POST), D(2027, 3, 1)),
        (Notice(5, "working_days"), D(2026, 12, 4)),
    ],
)
def test_when_it_ends_if_notice_is_given_today(notice, expected):
    found = clocks.ends_if_given(notice, today=D(2026, 11, 27), calendar=ENGLAND)
    assert found.on == expected


# --- "2+1+1" ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "initial", "options"),
    [
        ("2+1+1", 24, (12, 12)),
        (" 2 + 1 +1 ", 24, (12, 12)),
        ("4", 48, ()),
        ("24+12+12", 24, (12, 12)),
        ("24+12+12 months", 24, (12, 12)),
        ("18 months + 6 months", 18, (6,)),
        ("2 years + 1 year + 1 year", 24, (12, 12)),
        ("3y+1y", 36, (12,)),
        ("3 years + 1 + 1", 36, (12, 12)),
        ("3 (+1+1)", 36, (12, 12)),
        ("2 years plus 6 months", 24, (6,)),
        ("2 + 2 x 1", 24, (12, 12)),
        ("18 months + 2 × 6 months", 18, (6, 6)),
        ("1.5 + 0.5", 18, (6,)),
        ("60 months and 24 months", 60, (24,)),
    ],
)
def test_terms_are_read_as_people_write_them(text, initial, options):
    assert shapes.read_term(text) == shapes.Shape(initial, options)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "Enter the initial term"),
        ("+", "Enter the initial term"),
        ("two plus one", "is no length of time"),
        ("2+", None),
        ("0+1", "between 1 and 1,200 months"),
        ("101 years", "between 1 and 1,200 months"),
        ("1.05", "no whole number of months"),
        ("2 years + 18", "in years or in months"),
        ("1+30x1", "20 options at most"),
        ("9" * 500, "is no length of time"),
        ("١+٢", None),
        ("-2+1", "is no length of time"),
    ],
)
def test_what_cannot_be_read_is_said_in_plain_words(text, problem):
    if problem is None:
        shapes.read_term(text)
        return
    with pytest.raises(ValueError, match=problem):
        shapes.read_term(text)


@given(st.integers(1, 1200), st.lists(st.integers(1, 1200), max_size=20))
def test_a_term_that_was_written_reads_the_same(initial, options):
    shape = shapes.Shape(initial, tuple(options))
    assert shapes.read_term(shape.short) == shape


# --- What is always so ------------------------------------------------------------------------------

DAYS = st.dates(D(1950, 1, 1), D(2150, 12, 31))
MONTHS = st.integers(1, 240)
NATIONS = st.sampled_from(list(CALENDARS.values()))
NOTICES = st.builds(
    Notice, st.integers(1, 400), st.sampled_from(["days", "months", "working_days"])
)
OPTIONS = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from([AVAILABLE, TAKEN, DECLINED, LAPSED])), max_size=6
).map(lambda found: tuple(Option(n, *option) for n, option in enumerate(found, start=1)))


def posted(notice, days=2):
    return Notice(notice.amount, notice.unit, by_post=True, service_days=days)


@given(DAYS, MONTHS)
def test_a_term_never_ends_before_it_starts(start, months):
    end = rules.end_of_term(start, months)
    assert end >= start
    assert end < rules.end_of_term(start, months + 1)
    # One month is 28 days at least, a year 365.
    assert (end - start).days + 1 >= (365 * months // 12) - 3


@given(DAYS, MONTHS, MONTHS)
def test_extending_goes_on_from_the_commencement(start, first, more):
    end = rules.end_of_term(start, first)
    extended = rules.extended_end(end, more, commences_on=start)
    assert extended == rules.end_of_term(start, first + more)


@given(DAYS, MONTHS, st.one_of(st.none(), DAYS))
def test_an_extended_end_is_always_later(end, months, start):
    assert rules.extended_end(end, months, commences_on=start) > end


@given(DAYS, MONTHS, OPTIONS, st.one_of(st.none(), DAYS), st.booleans())
def test_taking_the_next_option_never_shortens(start, months, options, recorded, explained):
    assume(recorded is None or recorded >= start)
    facts = Facts(start, months, ends_on=recorded, options=options)
    found = dates(facts, extend=Notice(3))
    if explained and found.differences and recorded:
        reason = Override(recorded, found.worked_out.on, "Agreed")
        facts = Facts(
            start, months, ends_on=recorded, options=options, overrides={"current_end": reason}
        )
        found = dates(facts, extend=Notice(3))
    assert found.current.on >= start
    for option in found.options:
        if option.option.state == AVAILABLE:
            assert option.end.on >= option.starts_on
            assert option.notice.on < option.starts_on
    if not found.unexplained:
        ends = [o.end.on for o in found.options if o.option.state == AVAILABLE]
        assert [found.current.on, *ends] == sorted({found.current.on, *ends})
        assert found.longest.on == ([found.current.on, *ends])[-1]


@given(DAYS, MONTHS, OPTIONS)
def test_each_end_and_option_is_explained(start, months, options):
    found = dates(Facts(start, months, options=options), extend=Notice(3))
    for explained in (
        found.initial, found.current, found.longest,
        *(option.end for option in found.options), *(option.notice for option in found.options),
    ):  # fmt: skip
        assert explained.why
        if explained.on:
            assert any(clocks.in_words(explained.on) in line for line in explained.why)


@given(DAYS, NOTICES, NATIONS)
def test_notice_never_falls_after_the_end_it_is_counted_from(end, notice, calendar):
    assert last_day(end, notice, calendar).on < end
    assert clocks.in_words(last_day(end, notice, calendar).on) in said(
        last_day(end, notice, calendar)
    )


@given(DAYS, NOTICES, NATIONS, st.integers(1, 10))
def test_post_is_never_later_and_leaves_on_a_working_day(end, notice, calendar, service):
    by_hand = last_day(end, notice, calendar).on
    by_post = last_day(end, posted(notice, service), calendar).on
    assert by_post < by_hand
    assert calendar.is_working(by_post)
    assert clocks.working_days_after(by_post, service, calendar) <= by_hand
    assert last_day(end, posted(notice, service + 1), calendar).on < by_post


@given(DAYS, NOTICES, NATIONS, st.integers(1, 30), st.booleans())
def test_more_notice_is_never_later(end, notice, calendar, more, by_post):
    longer = Notice(notice.amount + more, notice.unit)
    if by_post:
        notice, longer = posted(notice), posted(longer)
    assert last_day(end, longer, calendar).on <= last_day(end, notice, calendar).on


@given(DAYS, st.integers(1, 50), NATIONS, st.booleans())
def test_a_later_end_never_brings_notice_forward(end, days, calendar, by_post):
    for unit in ("days", "months", "working_days"):
        notice = Notice(30, unit, by_post=by_post, service_days=2 if by_post else 0)
        later = last_day(end + timedelta(days=days), notice, calendar).on
        assert later >= last_day(end, notice, calendar).on


@given(DAYS, NOTICES, NATIONS, st.booleans())
def test_notice_on_its_last_day_has_run_out_by_the_end(end, notice, calendar, by_post):
    notice = posted(notice) if by_post else notice
    given_on = last_day(end, notice, calendar).on
    assert clocks.ends_if_given(notice, today=given_on, calendar=calendar).on <= end


@given(DAYS, NOTICES, NATIONS, st.booleans())
def test_a_claim_is_never_due_before_what_gives_rise_to_it(day, notice, calendar, by_post):
    by_hand = clocks.last_day_to_claim(notice, after=day, what="it", calendar=calendar).on
    assert by_hand > day
    by_post = clocks.last_day_to_claim(posted(notice), after=day, what="it", calendar=calendar).on
    assert day <= by_post <= by_hand


@given(DAYS, st.integers(1, 60), st.integers(0, 3000))
def test_a_renewal_reaches_today_and_not_much_further(end, months, days):
    today = end + timedelta(days=days)
    facts = Facts(end - timedelta(days=364), 12, ends_on=end, renews_for=months)
    until = rules.next_renewal(facts, today=today).on
    assert until > end
    assert until >= today
    assert until <= max(today, end) + relativedelta(months=months, days=1)
