"""The periods that readings cover, and when a reading is due. No database; today is a parameter."""

import re
from calendar import month_abbr, month_name, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from common.labelled import Labelled


class Frequency(Labelled):
    """How often an indicator is measured. On event: a reading for each day on which something happened."""

    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"
    HALF_YEARLY = "half_yearly", "Every half-year"
    YEARLY = "yearly", "Every year"
    ON_EVENT = "on_event", "When it happens"


MONTHS_IN: dict[str, int] = {
    Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6, Frequency.YEARLY: 12,
}  # fmt: skip
DAYS_IN: dict[str, int] = {Frequency.WEEKLY: 7, Frequency.ON_EVENT: 1}
PERIOD_WORDS: dict[str, tuple[str, str]] = {
    Frequency.WEEKLY: ("week", "weeks"),
    Frequency.MONTHLY: ("month", "months"),
    Frequency.QUARTERLY: ("quarter", "quarters"),
    Frequency.HALF_YEARLY: ("half-year", "half-years"),
    Frequency.YEARLY: ("year", "years"),
    Frequency.ON_EVENT: ("event", "events"),
}

# What happens when it happens is asked for on no day, and is never overdue.
REGULAR = tuple(frequency for frequency in Frequency if frequency != Frequency.ON_EVENT)

# House default: a supplier's figures are asked for within three days of the end of the period.
DAYS_TO_REPORT = 3


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar week, month, quarter, half-year or year that one reading covers, or the day of an event.

    Weeks begin on Monday.
    """

    start: date
    frequency: str = Frequency.MONTHLY

    @property
    def end(self) -> date:
        return self.following.start - timedelta(days=1)

    @property
    def due_on(self) -> date:
        return self.end + timedelta(days=DAYS_TO_REPORT)

    @property
    def following(self) -> "Period":
        return self.shifted(1)

    @property
    def previous(self) -> "Period":
        return self.shifted(-1)

    def shifted(self, count: int) -> "Period":
        """The period `count` later, or earlier if it is negative."""
        if days := DAYS_IN.get(self.frequency):
            return Period(self.start + timedelta(days=count * days), self.frequency)
        months = self.start.year * 12 + self.start.month - 1
        months += count * MONTHS_IN[self.frequency]
        return Period(date(months // 12, months % 12 + 1, 1), self.frequency)

    @property
    def label(self) -> str:
        """`Week to 11 October 2026`, `October 2026`, `July to September 2026`, `2026` or `3 October 2026`."""
        match self.frequency:
            case Frequency.YEARLY:
                return str(self.start.year)
            case Frequency.QUARTERLY | Frequency.HALF_YEARLY:
                return f"{self.start:%B} to {self.end:%B %Y}"
            case Frequency.WEEKLY:
                return f"Week to {self.end.day} {self.end:%B %Y}"
            case Frequency.ON_EVENT:
                return f"{self.start.day} {self.start:%B %Y}"
        return f"{self.start:%B %Y}"

    @property
    def named(self) -> str:
        """As it stands in a sentence: `the week to 11 October 2026`, `October 2026`."""
        return f"the w{self.label[1:]}" if self.frequency == Frequency.WEEKLY else self.label

    @property
    def when(self) -> str:
        """`in the week to 11 October 2026`, `in October 2026`, `on 3 October 2026`."""
        return f"{'on' if self.frequency == Frequency.ON_EVENT else 'in'} {self.named}"

    @property
    def short_label(self) -> str:
        """For the axis of a chart: `11 Oct`, `Oct 26`, `Jul-Sep 26` or `2026`."""
        match self.frequency:
            case Frequency.YEARLY:
                return str(self.start.year)
            case Frequency.QUARTERLY | Frequency.HALF_YEARLY:
                return f"{self.start:%b}-{self.end:%b %y}"
            case Frequency.WEEKLY | Frequency.ON_EVENT:
                return f"{self.end.day} {self.end:%b}"
        return f"{self.start:%b %y}"

    @property
    def month(self) -> str:
        """The month in which the period ends, as the log page's address names it: `2026-10`."""
        return f"{self.end:%Y-%m}"


def period_of(frequency: str, day: date) -> Period:
    """The period in which a day lies.

    >>> period_of("quarterly", date(2026, 8, 31)).label
    'July to September 2026'
    >>> period_of("weekly", date(2026, 10, 11)).label
    'Week to 11 October 2026'
    """
    if frequency == Frequency.ON_EVENT:
        return Period(day, frequency)
    if frequency == Frequency.WEEKLY:
        return Period(day - timedelta(days=day.weekday()), frequency)
    length = MONTHS_IN[frequency]
    return Period(date(day.year, (day.month - 1) // length * length + 1, 1), frequency)


def last_periods(frequency: str, today: date, count: int) -> list[Period]:
    """The `count` periods up to the last complete one, oldest first."""
    last = last_complete(frequency, today)
    return [last.shifted(-back) for back in reversed(range(count))]


def last_complete(frequency: str, today: date) -> Period:
    """The latest period that is over."""
    return period_of(frequency, today).previous


@lru_cache(maxsize=64)
def last_overdue(frequency: str, today: date) -> Period:
    """The latest period whose reading should be here by now."""
    period = last_complete(frequency, today)
    return period if is_overdue(period, today) else period.previous


def is_overdue(period: Period, today: date) -> bool:
    """The day on which it is due is still in time."""
    return today > period.due_on


def expects(period: Period, *, starts_on: date, ended_on: date | None) -> bool:
    """Whether a reading is expected: the indicator was in use on the last day of the period, and is not one
    that is only measured when something happens."""
    if period.frequency == Frequency.ON_EVENT:
        return False
    return starts_on <= period.end and (ended_on is None or ended_on >= period.end)


def ending_in(month: date, frequency: str) -> list[Period]:
    """The periods that end in this month, oldest first; none for what is only measured when it happens.

    >>> [period.label for period in ending_in(date(2026, 9, 1), "quarterly")]
    ['July to September 2026']
    >>> len(ending_in(date(2026, 8, 1), "weekly"))
    5
    """
    return list(_ending_in(month, frequency)) if frequency in REGULAR else []


def _ending_in(month: date, frequency: str) -> Iterator[Period]:
    last_day = month_end(month)
    period = period_of(frequency, month.replace(day=1))
    while period.end <= last_day:
        yield period
        period = period.following


def frequencies_ending_in(month: date) -> list[Frequency]:
    """Which kinds of period end in this month.

    >>> [str(f) for f in frequencies_ending_in(date(2026, 9, 1))]
    ['weekly', 'monthly', 'quarterly']
    """
    return [frequency for frequency in REGULAR if ending_in(month, frequency)]


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


# --- As people write periods ------------------------------------------------------------------------

_MONTHS = {
    name.lower(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name
} | {"sept": 9}  # fmt: skip
_NAMED = re.compile(r"(?:[a-z]+(?:\s+to\s+|\s*[-–/]\s*))?([a-z]+)\.?[\s,'/-]*((?:19|20)?[0-9]{2})")
_NUMBERED = re.compile(r"((?:19|20)[0-9]{2})[-/.]([0-9]{1,2})|([0-9]{1,2})[-/.]((?:19|20)[0-9]{2})")
_QUARTER = re.compile(r"q([1-4])[\s,/-]*((?:19|20)[0-9]{2})|((?:19|20)[0-9]{2})[\s,/-]*q([1-4])")
_YEAR = re.compile(r"((?:19|20)[0-9]{2})")


def read_period(text: str) -> date | None:
    """A day of the period that a text names; None for one that names a day, or none that can be told.

    A quarter is one of the calendar year. Of several months the last one counts.

    >>> [read_period(t) for t in ("Oct 2026", "2026-10", "July to September 2026")]
    [datetime.date(2026, 10, 1), datetime.date(2026, 10, 1), datetime.date(2026, 9, 1)]
    >>> read_period("Q3 2026"), read_period("2026"), read_period("17/04/2026")
    (datetime.date(2026, 9, 1), datetime.date(2026, 12, 1), None)
    """
    written = " ".join(text.lower().split())
    if found := _NAMED.fullmatch(written):
        month = _MONTHS.get(found[1])
        year = found[2] if len(found[2]) == 4 else f"20{found[2]}"
        return date(int(year), month, 1) if month else None
    if found := _NUMBERED.fullmatch(written):
        year, number = (found[1], found[2]) if found[1] else (found[4], found[3])
        return date(int(year), int(number), 1) if 1 <= int(number) <= 12 else None
    if found := _QUARTER.fullmatch(written):
        number, year = (found[1], found[2]) if found[1] else (found[4], found[3])
        return date(int(year), int(number) * 3, 1)
    if found := _YEAR.fullmatch(written):
        return date(int(found[1]), 12, 1)
    return None
