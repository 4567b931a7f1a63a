"""When, who and in which words: at the edges, and over many dates at once."""

import doctest
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders import rules
from reminders.rules import Teller

TODAY = date(2026, 11, 23)
STEPS = [365, 180, 90, 30, 7, 0]

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
step_lists = st.lists(
    st.integers(min_value=-60, max_value=400), min_size=1, max_size=8, unique=True
)


def in_days(number):
    return TODAY + timedelta(days=number)


def test_examples_in_the_docstrings():
    assert doctest.testmod(rules).failed == 0


@pytest.mark.parametrize(
    ("days_left", "step"),
    [
        (400, None), (366, None), (365, 365), (336, 365), (335, 365), (334, None),
        (181, None), (180, 180), (31, None), (30, 30), (29, 30), (8, 30), (7, 7), (1, 7),
        (0, 0), (-1, 0), (-30, 0), (-31, None), (-400, None),
    ],
)  # fmt: skip
def test_step_for(days_left, step):
    """The last step that was passed counts, unless it was passed too long ago."""
    # Between 90 and 30 days lies more than the grace: 60 days left is nobody's step.
    assert rules.step_for(in_days(days_left), TODAY, STEPS) == step


@pytest.mark.parametrize(
    ("days_left", "step"), [(1, None), (0, 0), (-6, 0), (-7, -7), (-37, -7), (-38, None)]
)
def test_step_for_steps_after_the_date(days_left, step):
    assert rules.step_for(in_days(days_left), TODAY, [0, -7]) == step


def test_step_for_no_steps():
    assert rules.step_for(TODAY, TODAY, []) is None


@given(due_on=days, steps=step_lists)
def test_every_step_is_reached_when_run_daily_and_only_once(due_on, steps):
    """Each step fires on its own day first; a later day never goes back to an earlier step."""
    first_day = due_on - timedelta(days=max(steps) + 1)
    span = max(steps) - min(steps) + rules.GRACE_DAYS + 3
    told = [
        step
        for day in (first_day + timedelta(days=n) for n in range(span))
        if (step := rules.step_for(due_on, day, steps)) is not None
    ]
    assert list(dict.fromkeys(told)) == sorted(steps, reverse=True)
    assert told == sorted(told, reverse=True)


@given(due_on=days, steps=step_lists, away=st.integers(min_value=0, max_value=rules.GRACE_DAYS))
def test_a_step_missed_is_made_good(due_on, steps, away):
    """However long the machine was off within the grace, the latest step passed is still told."""
    step = max(steps)
    back_on = due_on - timedelta(days=step) + timedelta(days=away)
    passed = [s for s in steps if due_on - timedelta(days=s) <= back_on]
    assert rules.step_for(due_on, back_on, steps) == min(passed)


@given(today=days, steps=step_lists, offset=st.integers(min_value=-500, max_value=900))
def test_windows_are_exactly_the_days_with_a_step(today, steps, offset):
    due_on = today + timedelta(days=offset)
    spans = rules.windows(today, steps)
    inside = any(start <= due_on <= end for start, end in spans)
    assert inside == (rules.step_for(due_on, today, steps) is not None)
    assert all(a[1] + timedelta(days=1) < b[0] for a, b in itertools.pairwise(spans))


def test_windows_at_the_end_of_time():
    assert rules.windows(date.max, [30])[0][1] == date.max


@given(due_on=days, today=days, steps=step_lists)
def test_next_step_is_after_today(due_on, today, steps):
    coming = rules.next_step(due_on, today, steps)
    later = [due_on - timedelta(days=s) for s in steps if due_on - timedelta(days=s) > today]
    assert coming == ((due_on - min(later)).days, min(later)) if later else coming is None


@pytest.mark.parametrize(
    ("text", "steps"),
    [("365,180", [365, 180]), (" 0 , 7 ,7,", [7, 0]), ("0,-7", [0, -7]), ("007", [7])],
)
def test_read_steps(text, steps):
    assert rules.read_steps(text) == steps


@pytest.mark.parametrize(
    "text", ["", ",", "a", "1.5", "--7", "9999", "-366", "1 2", "٣", "²", "1" * 400,
             ",".join(map(str, range(30)))],
)  # fmt: skip
def test_read_steps_refuses(text):
    with pytest.raises(ValueError, match="."):
        rules.read_steps(text)


@given(st.text(max_size=60))
def test_read_steps_never_breaks(text):
    try:
        steps = rules.read_steps(text)
    except ValueError:
        return
    assert steps == sorted(set(steps), reverse=True)


OCO, DEPUTY, SRO, CONTACT, PROCUREMENT = 1, 2, 3, 4, 5


@pytest.mark.parametrize(
    ("responsible", "active", "contacts", "told"),
    [
        ((OCO, DEPUTY), {OCO, DEPUTY}, [CONTACT], [(OCO, Teller.RESPONSIBLE)]),
        ((OCO, DEPUTY), {DEPUTY}, [CONTACT], [(DEPUTY, Teller.STAND_IN)]),
        ((DEPUTY,), {DEPUTY}, [CONTACT], [(DEPUTY, Teller.RESPONSIBLE)]),
        ((OCO, DEPUTY), set(), [CONTACT], [(CONTACT, Teller.CONTACT_OWNER_LEFT)]),
        (
            (),
            set(),
            [CONTACT, 9],
            [(CONTACT, Teller.CONTACT_NO_OWNER), (9, Teller.CONTACT_NO_OWNER)],
        ),
        ((), set(), [], [(PROCUREMENT, Teller.PROCUREMENT_NO_OWNER)]),
        ((OCO,), set(), [], [(PROCUREMENT, Teller.PROCUREMENT_OWNER_LEFT)]),
    ],
)
def test_tell(responsible, active, contacts, told):
    found = rules.tell(responsible, active=active, contacts=contacts, procurement=[PROCUREMENT])
    assert found == told


def test_tell_overseer_too_but_nobody_twice():
    def told(overseer):
        return rules.tell(
            (OCO,), active={OCO, SRO}, contacts=[], procurement=[PROCUREMENT], overseer=overseer
        )

    assert told(SRO) == [(OCO, Teller.RESPONSIBLE), (SRO, Teller.OVERSEER)]
    assert told(OCO) == told(None) == told(99) == [(OCO, Teller.RESPONSIBLE)]


@pytest.mark.parametrize(
    ("kind", "days_left", "words"),
    [
        ("contract-expiry", 30, "ends in 30 days, on 23 December 2026"),
        ("contract-expiry", 1, "ends in 1 day, on 24 November 2026"),
        ("contract-expiry", 0, "ends today, 23 November 2026"),
        (
            "contract-expiry",
            -2,
            "is past its end and not closed: it ended 2 days ago, on 21 November 2026",
        ),
        (
            "contract-notice",
            7,
            "reaches its last day to give notice in 7 days, on 30 November 2026",
        ),
        ("reading-due", -7, "due 7 days ago, on 16 November 2026"),
        ("anything", 1500, "due in 1,500 days, on 1 January 2031"),
    ],
)
def test_sentence(kind, days_left, words):
    assert rules.sentence(kind, in_days(days_left), TODAY) == words


def test_digest_subject_of_something_to_do():
    line = ("reading-due", "C-1 Waste: Log 3 readings for October 2026", TODAY)
    assert rules.digest_subject([line], TODAY).endswith("October 2026, due today, 23 November 2026")


def test_digest_subject_of_several():
    dates = [("contract-expiry", "A", in_days(0)), ("reading-due", "B", in_days(5))]
    assert (
        rules.digest_subject(dates, TODAY) == "2 dates to meet, the first today, 23 November 2026"
    )


@given(st.text(max_size=400), days)
def test_digest_subject_is_one_line_of_bounded_length(name, due_on):
    subject = rules.digest_subject([("contract-expiry", name, due_on)], TODAY)
    assert subject.isprintable()
    assert len(subject) <= 150


def test_pause_grows_to_four_hours():
    pauses = [rules.pause_after(n) for n in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=4)
    assert rules.pause_after(10**6) == timedelta(hours=4)
