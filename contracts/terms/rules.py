"""How long a contract runs: each end and option with the lines that say why it is that date.

Facts and bank holidays are parameters; nothing is read or written. Vectors: 3.12 of the domain notes.

* The last day of a term is the day before its anniversary. A month that is too short for the anniversary gives
  its last day; only the anniversary of 29 February is 1 March in a common year, so that a year is never
  shorter than 365 days. The date signed is not the start.
* What is recorded on the contract counts. Where it is not what was worked out, both are told, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

from contracts.terms.clocks import (
    DAY,
    Calendar,
    Explained,
    Notice,
    counted,
    in_words,
    last_day_to_give,
)

AVAILABLE, TAKEN, DECLINED, LAPSED = "available", "taken", "declined", "lapsed"
INITIAL_END, CURRENT_END = "initial_end", "current_end"


def anniversary(start: date, months: int) -> date:
    """The day on which so many months are over.

    >>> anniversary(date(2024, 2, 29), 12), anniversary(date(2025, 8, 31), 6)
    (datetime.date(2025, 3, 1), datetime.date(2026, 2, 28))
    """
    day = start + relativedelta(months=months)
    leap_day_lost = (start.month, start.day) == (2, 29) and (day.month, day.day) == (2, 28)
    return day + DAY if leap_day_lost else day


def end_of_term(start: date, months: int) -> date:
    """The last day: the day before the anniversary.

    >>> end_of_term(date(2024, 2, 29), 12), end_of_term(date(2025, 8, 31), 6)
    (datetime.date(2025, 2, 28), datetime.date(2026, 2, 27))
    """
    return anniversary(start, months) - DAY


def extended_end(ends_on: date, months: int, *, commences_on: date | None = None) -> date:
    """The last day after so many months more.

    Where the end lies a whole number of months after the commencement, it is counted from there, so that a
    short month on the way does not move every later end: from 31 August, six months and six months are a year.

    >>> extended_end(date(2026, 2, 27), 6, commences_on=date(2025, 8, 31))
    datetime.date(2026, 8, 30)
    """
    if commences_on is not None:
        between = (ends_on.year - commences_on.year) * 12 + ends_on.month - commences_on.month
        for so_far in (between, between + 1):
            if so_far > 0 and end_of_term(commences_on, so_far) == ends_on:
                return end_of_term(commences_on, so_far + months)
    return end_of_term(ends_on + DAY, months)


@dataclass(frozen=True, slots=True)
class Option:
    """A right to extend by so many months."""

    number: int
    months: int
    state: str = AVAILABLE
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """Why a recorded date stands although another was worked out. It holds for these two dates only."""

    recorded_on: date | None
    worked_out_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded about a contract's term. Options in their order; months are whole."""

    commences_on: date | None = None
    initial_months: int | None = None
    initial_end_on: date | None = None
    ends_on: date | None = None
    signed_on: date | None = None
    rolling: bool = False
    renews_for: int | None = None
    options: tuple[Option, ...] = ()
    broken_on: date | None = None
    overrides: Mapping[str, Override] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """A recorded date that is not what was worked out."""

    of: str
    recorded_on: date | None
    worked_out_on: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OptionDates:
    """Where one option leads: its first day, its last, and the last day to say that it is taken."""

    option: Option
    starts_on: date | None
    end: Explained
    notice: Explained


@dataclass(frozen=True, slots=True)
class Dates:
    """Everything that follows from the facts.

    What was worked out from the term stands beside what counts: the recorded date, or the one worked out while
    none is recorded. `worked_out` is the current end after the options taken and a break.
    """

    initial_worked_out: Explained
    initial: Explained
    worked_out: Explained
    current: Explained
    longest: Explained
    options: tuple[OptionDates, ...]
    differences: tuple[Difference, ...]

    @property
    def unexplained(self) -> tuple[Difference, ...]:
        return tuple(difference for difference in self.differences if not difference.reason)

    def of_option(self, number: int) -> OptionDates:
        return next(dates for dates in self.options if dates.option.number == number)


def work_out(facts: Facts, *, extend: Notice | None, calendar: Calendar) -> Dates:
    """All the dates of a term. `extend` is the notice that taking an option needs.

    >>> terms = Facts(date(2024, 4, 1), 24, options=(Option(1, 12), Option(2, 12)))
    >>> dates = work_out(terms, extend=None, calendar=Calendar("England and Wales"))
    >>> dates.current.on, dates.longest.on
    (datetime.date(2026, 3, 31), datetime.date(2028, 3, 31))
    """
    differences: list[Difference] = []
    worked_out = initial = _initial(facts)
    if facts.initial_end_on is not None:
        initial = _as_recorded(facts, INITIAL_END, facts.initial_end_on, worked_out, differences)
    taken = _taken(facts, initial)
    end = _renewed(
        facts, _broken(facts, taken[-1].end if taken else _unless_rolling(facts, initial))
    )
    current = _current(facts, end, differences)
    unexplained = any(d.of == CURRENT_END and not d.reason for d in differences)
    base = end if unexplained else current
    still_open = _still_open(facts, base, extend, calendar)
    dated = {dates.option.number: dates for dates in (*taken, *still_open)}
    return Dates(
        worked_out,
        initial,
        end,
        current,
        _longest(facts, base, still_open),
        tuple(dated.get(option.number) or _undated(option, facts) for option in facts.options),
        tuple(differences),
    )


def _initial(facts: Facts) -> Explained:
    if facts.commences_on is None or not facts.initial_months:
        missing = (
            "commencement date" if facts.commences_on is None else "length of the initial term"
        )
        return Explained(
            None, (f"The {missing} is not recorded, so the end cannot be worked out.",)
        )
    start = f"The term starts on {in_words(facts.commences_on)}, the commencement date."
    if facts.signed_on and facts.signed_on != facts.commences_on:
        start = f"{start[:-1]}; the date signed, {in_words(facts.signed_on)}, does not count."
    over = anniversary(facts.commences_on, facts.initial_months)
    line = f"The initial term is {counted(facts.initial_months, 'month')}. Its anniversary is {in_words(over)}"
    if over.day != facts.commences_on.day:
        line += f", as there is no {facts.commences_on.day} {(over - DAY):%B} that year"
    end = over - DAY
    return Explained(end, (start, f"{line}; the last day is the day before, {in_words(end)}."))


def _as_recorded(
    facts: Facts, of: str, recorded: date, worked_out: Explained, differences: list[Difference]
) -> Explained:
    """The recorded date, with what was worked out beside it where that is another."""
    name = "initial end" if of == INITIAL_END else "current end"
    if worked_out.on is None:
        return Explained(
            recorded, (f"The {name} is recorded as {in_words(recorded)}.", *worked_out.why)
        )
    if worked_out.on == recorded:
        return worked_out
    override = facts.overrides.get(of)
    holds = override and (override.recorded_on, override.worked_out_on) == (recorded, worked_out.on)
    reason = override.reason if override and holds else ""
    differences.append(Difference(of, recorded, worked_out.on, reason))
    said = f"Recorded is {in_words(recorded)} instead of {in_words(worked_out.on)}, and counts."
    why = f"The reason given: {reason}" if reason else "No reason for the difference is recorded."
    return Explained(recorded, (*worked_out.why, said, why))


def _unless_rolling(facts: Facts, end: Explained) -> Explained:
    if facts.rolling:
        return Explained(None, ("It rolls on without an end until notice is given.",))
    return end


def _taken(facts: Facts, initial: Explained) -> tuple[OptionDates, ...]:
    """The options taken so far; the last one's end is where the term has come to."""
    end, dated = initial, []
    for option in facts.options:
        if option.state != TAKEN or end.on is None or facts.rolling:
            continue
        moved = extended_end(end.on, option.months, commences_on=facts.commences_on)
        when = f" on {in_words(option.decided_on)}" if option.decided_on else ""
        length = counted(option.months, "month")
        line = f"Option {option.number} ({length}) was taken{when}: the end moves to {in_words(moved)}."
        start, end = end.on + DAY, Explained(moved, (*end.why, line))
        was_taken = Explained(None, (f"Option {option.number} was taken{when}.",))
        dated.append(OptionDates(option, start, end, was_taken))
    return tuple(dated)


def _broken(facts: Facts, end: Explained) -> Explained:
    if facts.broken_on is None or (end.on is not None and end.on <= facts.broken_on):
        return end
    return Explained(facts.broken_on, end.why).also(
        f"A break was used: the last day is {in_words(facts.broken_on)}."
    )


def _renewed(facts: Facts, end: Explained) -> Explained:
    """Renewals by itself that are recorded already, so that they are no difference."""
    if not facts.renews_for or end.on is None or facts.ends_on is None or facts.broken_on:
        return end
    moved, times = end.on, 0
    while moved < facts.ends_on:
        moved = extended_end(moved, facts.renews_for, commences_on=facts.commences_on)
        times += 1
    if not times or moved != facts.ends_on:
        return end
    return Explained(moved, end.why).also(
        f"It renewed by itself {counted(times, 'time')} for "
        f"{counted(facts.renews_for, 'month')}: the end moved to {in_words(moved)}."
    )


def _current(facts: Facts, worked_out: Explained, differences: list[Difference]) -> Explained:
    if facts.ends_on is not None:
        if facts.rolling and worked_out.on is None:
            return Explained(facts.ends_on, (
                f"It would roll on without an end, but an end is recorded: {in_words(facts.ends_on)}.",
            ))  # fmt: skip
        return _as_recorded(facts, CURRENT_END, facts.ends_on, worked_out, differences)
    if worked_out.on is not None:
        differences.append(Difference(CURRENT_END, None, worked_out.on))
        return worked_out.also("The contract itself has no current end recorded yet.")
    return worked_out


def _still_open(
    facts: Facts, base: Explained, extend: Notice | None, calendar: Calendar
) -> tuple[OptionDates, ...]:
    """The options that can still be taken, each after the one before it."""
    end, dated = base, []
    for option in facts.options:
        if option.state != AVAILABLE or end.on is None or facts.broken_on:
            continue
        notice = _option_notice(option, end.on, extend, calendar, first=end is base)
        start, until = (
            end.on + DAY,
            extended_end(end.on, option.months, commences_on=facts.commences_on),
        )
        length = counted(option.months, "month")
        line = f"Option {option.number} would run on for {length}, to {in_words(until)}."
        end = Explained(until, (*end.why, line))
        dated.append(OptionDates(option, start, end, notice))
    return tuple(dated)


def _longest(facts: Facts, base: Explained, still_open: tuple[OptionDates, ...]) -> Explained:
    """The end after every option that is still open."""
    if facts.renews_for and not facts.broken_on and base.on is not None:
        length = counted(facts.renews_for, "month")
        return Explained(None, (
            f"It renews by itself for {length} at each end until notice is given: it has no longest end.",
        ))  # fmt: skip
    if still_open:
        return still_open[-1].end
    return base if base.on is None else base.also("No option is open, so it cannot run longer.")


def _undated(option: Option, facts: Facts) -> OptionDates:
    if option.state != AVAILABLE:
        why = f"Option {option.number} is {option.state}."
    elif facts.broken_on:
        why = f"Option {option.number} cannot be taken any more: a break was used."
    else:
        why = f"The end before option {option.number} is not known."
    return OptionDates(option, None, Explained(None, (why,)), Explained(None, (why,)))


def _option_notice(
    option: Option, end: date, extend: Notice | None, calendar: Calendar, *, first: bool
) -> Explained:
    what = "the current end" if first else f"the end before option {option.number}"
    if extend is not None:
        return last_day_to_give(extend, before=end, what=what, calendar=calendar)
    return Explained(end, (
        ("No notice to extend is recorded, so the option must be taken before the term is over, "
        f"on {in_words(end)}."),
    ))  # fmt: skip


def next_renewal(facts: Facts, *, today: date) -> Explained | None:
    """Until when an automatic renewal has carried, or will carry, the contract; None when it does not renew.

    A contract past its recorded end has renewed as often as it took to reach today.

    >>> yearly = Facts(date(2023, 4, 1), 12, ends_on=date(2024, 3, 31), renews_for=12)
    >>> next_renewal(yearly, today=date(2026, 11, 27)).on
    datetime.date(2027, 3, 31)
    """
    if not facts.renews_for or facts.ends_on is None or facts.broken_on:
        return None
    length = counted(facts.renews_for, "month")
    until, lines = facts.ends_on, [f"The current end is {in_words(facts.ends_on)}."]
    while until == facts.ends_on or until < today:
        start = until + DAY
        until = extended_end(until, facts.renews_for, commences_on=facts.commences_on)
        lines.append(f"From {in_words(start)} it renews for {length}, to {in_words(until)}.")
    return Explained(
        until, tuple(lines if len(lines) < 8 else [*lines[:2], "And so on.", lines[-1]])
    )
