"""Working days, and the four clocks of a contract: to extend, to terminate or break, to stop a renewal, to claim.

Pure, as rules.py: bank holidays and today's date are parameters. Each date comes with the lines that say why it is
that date, and a page shows those lines, so that page and engine cannot disagree.

* Notice is counted back from the end date itself, in days, months or working days; a claim is counted forward.
* A letter counts as served so many working days after it was posted. A last day for service that is no working
  day moves back, and the last day to post lies before it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

from dateutil.relativedelta import relativedelta

from contracts.rules import notice_deadline

DAY = timedelta(days=1)
# House rule: every calendar has had at least eight bank holidays a year since 1978. A year with fewer
# recorded has not been entered yet.
HOLIDAYS_IN_A_YEAR = 8


@dataclass(frozen=True, slots=True)
class Explained:
    """A date and why it is that date. Without a date, the lines say what keeps it from being known."""

    on: date | None
    why: tuple[str, ...]

    def also(self, *lines: str) -> "Explained":
        return replace(self, why=(*self.why, *lines))


# --- Working days ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Calendar:
    """The working days of a part of the United Kingdom: weekdays without its bank holidays, by date and name."""

    name: str
    holidays: Mapping[date, str] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.holidays

    def why_not(self, day: date) -> str:
        """`a Saturday`, `a bank holiday (Good Friday)`."""
        return f"a bank holiday ({self.holidays[day]})" if day in self.holidays else f"a {day:%A}"

    @cached_property
    def known_years(self) -> frozenset[int]:
        """The years whose bank holidays are all here, as far as can be told."""
        counts = Counter(day.year for day in self.holidays)
        return frozenset(year for year, count in counts.items() if count >= HOLIDAYS_IN_A_YEAR)

    def limits(self, first: date, last: date) -> tuple[str, ...]:
        """What is not known of the bank holidays between these days, as a line; none when all are known."""
        if not self.known_years:
            return (f"No bank holidays are recorded for {self.name}: only weekends are left out.",)
        lines = []
        if first.year < min(self.known_years):
            lines.append(
                f"The bank holidays before {min(self.known_years)} are not recorded: "
                "only weekends are left out there."
            )
        if last.year > max(self.known_years):
            lines.append(
                f"The bank holidays after {max(self.known_years)} are not known yet: "
                "only weekends are left out there."
            )
        return tuple(lines)

    def left_out(self, first: date, last: date) -> tuple[str, ...]:
        """The bank holidays on weekdays between these days, both included, as a line."""
        found = [
            f"{name} ({in_words(day)})"
            for day, name in sorted(self.holidays.items())
            if first <= day <= last and day.weekday() < 5
        ]
        if not found:
            return ()
        noun = "Bank holiday" if len(found) == 1 else "Bank holidays"
        return (f"{noun} in {self.name} left out: {', '.join(found)}.",)


def working_days_before(day: date, number: int, calendar: Calendar) -> date:
    """So many working days earlier; the day itself is not counted.

    >>> working_days_before(date(2026, 2, 27), 2, Calendar("England and Wales"))
    datetime.date(2026, 2, 25)
    """
    return _stepped(day, number, calendar, -DAY)


def working_days_after(day: date, number: int, calendar: Calendar) -> date:
    return _stepped(day, number, calendar, DAY)


def _stepped(day: date, number: int, calendar: Calendar, step: timedelta) -> date:
    while number > 0:
        day += step
        number -= calendar.is_working(day)
    return day


def working_day_until(day: date, calendar: Calendar) -> date:
    """This day, or the last working day before it."""
    while not calendar.is_working(day):
        day -= DAY
    return day


# --- The four clocks ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """How long a notice, or the time for a claim, must be, and how it must be served."""

    amount: int
    unit: str = "months"
    by_post: bool = False
    service_days: int = 0

    @property
    def length(self) -> str:
        """
        >>> Notice(1).length, Notice(10, "working_days").length
        ('1 month', '10 working days')
        """
        unit = self.unit.replace("_", " ")
        return f"{self.amount:,} {unit.removesuffix('s') if self.amount == 1 else unit}"

    @property
    def served(self) -> str:
        if not self.by_post:
            return ""
        return f"by post, served {counted(self.service_days, 'working day')} after posting"

    @property
    def needs_holidays(self) -> bool:
        return self.by_post or self.unit == "working_days"


def last_day_to_give(notice: Notice, *, before: date, what: str, calendar: Calendar) -> Explained:
    """The last day to give notice (to post it, where it must go by post) so that it has run out by a date.

    >>> post = Notice(3, by_post=True, service_days=2)
    >>> last_day_to_give(
    ...     post, before=date(2026, 5, 31), what="the current end", calendar=Calendar("England and Wales")
    ... ).on
    datetime.date(2026, 2, 25)
    """
    lines = [f"Counted back from {what}, {in_words(before)}."]
    if notice.unit == "working_days":
        on = _working_days_back(notice, before, calendar, lines)
    else:
        found = notice_deadline(before, amount=notice.amount, unit=notice.unit)
        if found is None:
            return Explained(None, (*lines, f"{notice.length} before that cannot be counted."))
        on = found
        lines.append(
            f"{notice.length} before that is {in_words(on)}{_shortened(before, on, notice)}."
        )
    if notice.by_post:
        return _posted(notice, on, calendar, lines)
    if not calendar.is_working(on) and notice.unit != "working_days":
        safe = working_day_until(on, calendar)
        lines.append(
            f"That is {calendar.why_not(on)}. The date stands; to be safe, "
            f"let notice arrive by {in_words(safe, weekday=True)}."
        )
    return Explained(on, tuple(lines))


def _working_days_back(notice: Notice, before: date, calendar: Calendar, lines: list[str]) -> date:
    """So that the last of the days falls on the end or, where nobody works then, before it."""
    last = working_day_until(before, calendar)
    if last != before:
        lines.append(
            f"That is {calendar.why_not(before)}, so the last working day that counts is "
            f"{in_words(last, weekday=True)}."
        )
    on = working_days_before(last, notice.amount, calendar)
    lines.append(
        f"{notice.length} before that is {in_words(on, weekday=True)}; "
        "weekends and bank holidays do not count."
    )
    lines += [*calendar.left_out(on, last - DAY), *calendar.limits(on, before)]
    return on


def _shortened(start: date, reached: date, notice: Notice) -> str:
    if notice.unit != "months" or start.day == reached.day:
        return ""
    return f", its last day: {reached:%B %Y} has no day {start.day}"


def _posted(
    notice: Notice,
    last_day: date,
    calendar: Calendar,
    lines: list[str],
    not_before: date | None = None,
) -> Explained:
    """By when a letter must be posted so that it is served by a day."""
    served = working_day_until(last_day, calendar)
    if served != last_day:
        lines.append(
            f"{in_words(last_day)} is {calendar.why_not(last_day)}, so a letter must count as "
            f"served by {in_words(served, weekday=True)}."
        )
    posted = working_days_before(served, notice.service_days, calendar)
    lines.append(
        f"It must go by post, and counts as served {counted(notice.service_days, 'working day')} "
        f"after posting: the last day to post it is {in_words(posted, weekday=True)}."
    )
    lines += [*calendar.left_out(posted, served), *calendar.limits(posted, last_day)]
    if not_before and posted < not_before:
        lines.append(
            f"That is before the time begins, on {in_words(not_before)}: a letter cannot be served in "
            "time. Post it that day, and agree another way to deliver it."
        )
        posted = not_before
    return Explained(posted, tuple(dict.fromkeys(lines)))


def last_day_to_claim(notice: Notice, *, after: date, what: str, calendar: Calendar) -> Explained:
    """The last day to make (or to post) a claim, counted forward from what gives rise to it.

    >>> last_day_to_claim(
    ...     Notice(30, "days"), after=date(2026, 3, 31), what="the event", calendar=Calendar("Scotland")
    ... ).on
    datetime.date(2026, 4, 30)
    """
    on = _counted_on(after, notice, calendar)
    lines = [
        f"Counted from {what}, {in_words(after)}.",
        (
            f"{notice.length} after that is {in_words(on, weekday=notice.needs_holidays)}"
            f"{_shortened(after, on, notice)}."
        ),
    ]
    if notice.unit == "working_days":
        lines += [*calendar.left_out(after + DAY, on), *calendar.limits(after, on)]
    if notice.by_post:
        return _posted(notice, on, calendar, lines, not_before=after)
    return Explained(on, tuple(lines))


def ends_if_given(notice: Notice, *, today: date, calendar: Calendar) -> Explained:
    """When a contract ends that may be terminated at any time, if notice is given (or posted) today."""
    served = today
    lines = [f"Notice given today, {in_words(today)}."]
    if notice.by_post:
        served = working_days_after(today, notice.service_days, calendar)
        lines = [
            (
                f"A letter posted today, {in_words(today)}, counts as served "
                f"{counted(notice.service_days, 'working day')} later, on {in_words(served, weekday=True)}."
            ),
            *calendar.limits(today, served),
        ]
    on = _counted_on(served, notice, calendar)
    lines.append(f"{notice.length} after that is {in_words(on)}{_shortened(served, on, notice)}.")
    if notice.unit == "working_days":
        lines += calendar.limits(served, on)
    return Explained(on, tuple(dict.fromkeys(lines)))


def _counted_on(start: date, notice: Notice, calendar: Calendar) -> date:
    if notice.unit == "working_days":
        return working_days_after(start, notice.amount, calendar)
    if notice.unit == "days":
        return start + notice.amount * DAY
    return start + relativedelta(months=notice.amount)


# --- Words ----------------------------------------------------------------------------------------


def in_words(day: date, *, weekday: bool = False) -> str:
    """
    >>> in_words(date(2026, 2, 25)), in_words(date(2026, 2, 25), weekday=True)
    ('25 February 2026', 'Wednesday 25 February 2026')
    """
    return f"{f'{day:%A} ' if weekday else ''}{day.day} {day:%B} {day.year}"


def counted(number: int, noun: str) -> str:
    """
    >>> counted(1, "month"), counted(12, "month")
    ('1 month', '12 months')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
