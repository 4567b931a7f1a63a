"""When an obligation falls due, how an occurrence stands, what a run of them says. No database; today is a parameter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from common.labelled import Labelled


class Party(Labelled):
    """Who has promised it."""

    SUPPLIER = "supplier", "Supplier"
    AUTHORITY = "authority", "Authority"


class Kind(Labelled):
    """What sort of promise it is."""

    OBLIGATION = "obligation", "Obligation"
    DELIVERABLE = "deliverable", "Deliverable"
    REPORTING = "reporting", "Report or return"
    OPEN_BOOK = "open_book", "Open-book report"
    ASSURANCE = "assurance", "Certificate, test or insurance"
    PAYMENT = "payment", "Payment"
    DEPENDENCY = "dependency", "Dependency: the supplier needs it from us"
    CONDITION = "condition", "Condition precedent"


class Repeat(Labelled):
    ONCE = "once", "Once"
    WEEKS = "weeks", "Weekly"
    MONTHS = "months", "Monthly"
    QUARTERS = "quarters", "Quarterly"
    YEARS = "years", "Yearly"


class Status(Labelled):
    """What somebody has said of an occurrence; pending until then."""

    PENDING = "pending", "Pending"
    MET = "met", "Met"
    LATE = "late", "Met late"
    FAILED = "failed", "Failed"
    WAIVED = "waived", "Waived"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Relief(Labelled):
    """Whether a supplier is excused because the authority did not do its part."""

    NONE = "", "None"
    OFFERED = "offered", "To be decided"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"


class State(Labelled):
    """How an occurrence stands on a day, in the order in which a reader must see it."""

    OVERDUE = "overdue", "Overdue"
    FAILED = "failed", "Failed"
    LATE = "late", "Met late"
    PENDING = "pending", "Pending"
    MET = "met", "Met"
    RELIEVED = "relieved", "Relief granted"
    WAIVED = "waived", "Waived"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


DONE = (Status.MET, Status.LATE)
# What one of these says needs a reason; what was done needs a day.
NEED_A_REASON = (Status.FAILED, Status.WAIVED, Status.NOT_APPLICABLE)
# A condition precedent that stands like this keeps the contract from going live no longer.
SETTLED = (Status.MET, Status.LATE, Status.WAIVED, Status.NOT_APPLICABLE)

# House defaults: occurrences are made a year ahead, and compliance looks back a year.
MONTHS_AHEAD = 12
MONTHS_COUNTED = 12
MONTHS_SHOWN = 12
MONTHS_SHOWN_BEFORE = 5
DUE_SOON = timedelta(days=30)
NOT_TRACKED = "Not tracked yet"
# No rule says more than this; a larger number is a slip of the keyboard.
MOST_EVERY, MOST_TIMES = 120, 1000
EARLIEST, LATEST = date(1950, 1, 1), date(2150, 12, 31)


# --- When it falls due ----------------------------------------------------------------------------

_MONTHS_IN: dict[str, int] = {Repeat.MONTHS: 1, Repeat.QUARTERS: 3, Repeat.YEARS: 12}


@dataclass(frozen=True, slots=True)
class Rule:
    """Once on `first`, or every so many weeks, months, quarters or years from it.

    Each date is counted from `first`, never from the one before, so that 31 January gives 28 February and
    then 31 March. `last_day` keeps to the end of each month, also from 30 April on. `until` is the last day
    on which one may fall due; `times` how many there are in all.
    """

    first: date
    repeat: str = Repeat.ONCE
    every: int = 1
    last_day: bool = False
    until: date | None = None
    times: int | None = None

    def _nth(self, number: int) -> date | None:
        """The date after `number` steps; None beyond the calendar."""
        try:
            if self.repeat == Repeat.WEEKS:
                return self.first + timedelta(weeks=self.every * number)
            months = self.every * number * _MONTHS_IN[self.repeat]
            step = relativedelta(months=months, day=31 if self.last_day else None)
            return self.first + step
        except (OverflowError, ValueError):
            return None

    def _steps_before(self, day: date) -> int:
        """A number of steps that lies before this day, and not far before it."""
        if self.repeat == Repeat.WEEKS:
            steps = (day - self.first).days // (7 * self.every)
        else:
            months = (day.year - self.first.year) * 12 + day.month - self.first.month
            steps = months // (self.every * _MONTHS_IN[self.repeat])
        return max(0, steps - 1)

    def between(self, start: date, end: date) -> list[date]:
        """Every date from start to end, both included.

        >>> Rule(date(2026, 1, 31), "months").between(date(2026, 1, 1), date(2026, 3, 31))
        [datetime.date(2026, 1, 31), datetime.date(2026, 2, 28), datetime.date(2026, 3, 31)]
        """
        if self.repeat == Repeat.ONCE:
            return [self.first] if start <= self.first <= end else []
        last = min(end, self.until) if self.until else end
        dates: list[date] = []
        number = self._steps_before(start)
        while self.times is None or number < self.times:
            due_on = self._nth(number)
            if due_on is None or due_on > last:
                break
            if due_on >= start:
                dates.append(due_on)
            number += 1
        return dates

    @property
    def in_words(self) -> str:
        """
        >>> Rule(date(2026, 4, 1), "quarters").in_words
        'Every 3 months from 1 April 2026'
        >>> Rule(date(2026, 1, 31), "months", last_day=True, times=6).in_words
        'On the last day of every month from 31 January 2026, 6 times'
        """
        if self.repeat == Repeat.ONCE:
            return f"Once, on {in_words(self.first)}"
        span = self.span_in_words
        words = f"On the last day of the month, {span}" if self.last_day else span.capitalize()
        if self.last_day and span == "every month":
            words = "On the last day of every month"
        words += f" from {in_words(self.first)}"
        if self.until:
            words += f", until {in_words(self.until)}"
        if self.times:
            words += f", {self.times} time{'' if self.times == 1 else 's'}"
        return words

    @property
    def span_in_words(self) -> str:
        """`every 3 months`."""
        if self.repeat == Repeat.WEEKS:
            return "every week" if self.every == 1 else f"every {self.every} weeks"
        months = self.every * _MONTHS_IN[self.repeat]
        if months % 12 == 0:
            return "every year" if months == 12 else f"every {months // 12} years"
        return "every month" if months == 1 else f"every {months} months"


def in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def runs_until(
    rule: Rule, *, contract_ends_on: date | None, ended_on: date | None, survives: bool, today: date
) -> date | None:
    """The last day on which the obligation can fall due, beside what its rule says; None is no such day.

    A rule that says itself when it stops is taken at its word, and so is a single date. Any other stops
    with the contract, unless it survives the contract, or the contract has passed its end and runs on.
    """
    bound_to_the_contract = (
        rule.repeat != Repeat.ONCE and rule.until is None and rule.times is None and not survives
    )
    last = contract_ends_on if bound_to_the_contract else None
    if last is not None and last < today:
        last = None
    if ended_on is not None:
        return min(ended_on, last) if last else ended_on
    return last


def horizon(today: date) -> date:
    """The day up to which occurrences are made: the end of the month that lies twelve months ahead.

    >>> horizon(date(2026, 11, 27))
    datetime.date(2027, 11, 30)
    """
    return today + relativedelta(months=MONTHS_AHEAD, day=31)


def months_from(start: date, count: int = MONTHS_SHOWN) -> list[date]:
    """The first days of so many months."""
    return [start.replace(day=1) + relativedelta(months=number) for number in range(count)]


def first_month_shown(today: date) -> date:
    """Where a matrix begins when nobody chose: what was, as far as it still matters, and what comes."""
    return today.replace(day=1) - relativedelta(months=MONTHS_SHOWN_BEFORE)


def month_end(month: date) -> date:
    return month + relativedelta(day=31)


def month_after(month: date, count: int) -> date:
    """So many months later, or earlier when the number is below 0."""
    return month + relativedelta(months=count)


# --- How an occurrence stands ---------------------------------------------------------------------


def status_when_done(due_on: date, done_on: date) -> Status:
    """Done on the day itself is in time."""
    return Status.MET if done_on <= due_on else Status.LATE


def state(*, status: str, due_on: date, relief: str, today: date) -> State:
    """What a page says of an occurrence. The day on which it is due is not over yet.

    >>> state(status="pending", due_on=date(2026, 11, 26), relief="", today=date(2026, 11, 27)).label
    'Overdue'
    """
    if relief == Relief.GRANTED and may_be_relieved(status):
        return State.RELIEVED
    if status == Status.PENDING and due_on < today:
        return State.OVERDUE
    return State(status)


def record_problems(
    *, status: str, done_on: date | None, reason: str, evidence: str, evidence_required: str,
    is_correction: bool, today: date,
) -> list[tuple[str, str]]:  # fmt: skip
    """What is wrong with what somebody says of an occurrence, as (field, sentence)."""
    found = []
    if status in DONE:
        if done_on is None:
            found.append(("done_on", "Enter the day on which it was done"))
        elif done_on > today:
            found.append(("done_on", "The day on which it was done must be today or in the past"))
        if evidence_required and not evidence:
            found.append(
                ("evidence", f"Say where the evidence is. Required is: {evidence_required}")
            )
    elif status in NEED_A_REASON and not reason:
        found.append(("reason", f"Say why it is {Status(status).label.lower()}"))
    if is_correction and not reason and not found:
        found.append(("reason", "Say why this is corrected"))
    return found


# --- Compliance -----------------------------------------------------------------------------------


def counts(*, status: str, due_on: date, relief: str, today: date) -> bool:
    """Whether an occurrence counts towards compliance: it has fallen due, and nobody has excused it.

    What is due today and still pending has the rest of the day.
    """
    if status in (Status.WAIVED, Status.NOT_APPLICABLE):
        return False
    if relief == Relief.GRANTED and may_be_relieved(status):
        return False
    return due_on < today or (due_on == today and status != Status.PENDING)


@dataclass(frozen=True, slots=True)
class Compliance:
    """Of `counted` occurrences that fell due, `met` were met in time. Late is not in time (house default)."""

    counted: int
    met: int

    @property
    def percent(self) -> int | None:
        """None when nothing fell due. 100 only when all were met, and 0 only when none was.

        >>> Compliance(200, 199).percent, Compliance(1000, 1).percent, Compliance(0, 0).percent
        (99, 1, None)
        """
        if not self.counted:
            return None
        return max(self.met * 100 // self.counted, 1 if self.met else 0)

    @property
    def in_words(self) -> str:
        return NOT_TRACKED if self.percent is None else f"{self.percent}%"

    @property
    def short(self) -> str:
        """For a figure, beside its `detail`."""
        return "Not yet" if self.percent is None else self.in_words

    @property
    def detail(self) -> str:
        """`41 of 50 in the last 12 months`."""
        if not self.counted:
            return f"{NOT_TRACKED}: nothing has fallen due"
        return f"{self.met:,} of {self.counted:,} in the last 12 months"


# House defaults: nine in ten is well, three in four is not yet bad.
WELL, NOT_YET_BAD = 90, 75


def colour(compliance: Compliance) -> str:
    """The colour beside the number; grey while nothing has fallen due, which is neither good nor bad.

    >>> [colour(Compliance(100, met)) for met in (90, 89, 74)], colour(Compliance(0, 0))
    (['green', 'yellow', 'red'], 'grey')
    """
    percent = compliance.percent
    if percent is None:
        return "grey"
    return "green" if percent >= WELL else "yellow" if percent >= NOT_YET_BAD else "red"


def counted_since(today: date) -> date:
    """The first day that compliance looks at."""
    return today - relativedelta(months=MONTHS_COUNTED)


# --- Relief ---------------------------------------------------------------------------------------


def gives_cause(status: str) -> bool:
    """Whether the authority's occurrence gives the supplier cause for relief: it was not done, or late."""
    return status in (Status.FAILED, Status.LATE)


def may_be_relieved(status: str) -> bool:
    """What was met in time, waived or not applicable needs no relief."""
    return status in (Status.PENDING, Status.LATE, Status.FAILED)


def affected(missed_on: date, next_on: date | None, due_dates: Iterable[date]) -> list[date]:
    """The dates of a dependent obligation that a missed date of ours touches.

    Those from the missed date up to our next one, which is a new chance. Where there is no next one, the
    first: how far a single missed act reaches is for people to judge (house default).

    >>> june = [date(2026, 6, day) for day in (1, 10, 30)]
    >>> affected(date(2026, 6, 5), date(2026, 7, 5), june)
    [datetime.date(2026, 6, 10), datetime.date(2026, 6, 30)]
    >>> affected(date(2026, 6, 5), None, june)
    [datetime.date(2026, 6, 10)]
    """
    touched = sorted(day for day in due_dates if day >= missed_on)
    if next_on is None:
        return touched[:1]
    return [day for day in touched if day < next_on]


# --- What may be typed ----------------------------------------------------------------------------


def problems(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with an obligation's values taken together, as (field, sentence).

    The same for an obligation typed into the form and for a row of an import. `depends_on` holds whatever
    stands for the obligations it depends on; only whether there are any matters here.
    """
    found = _problems_of_the_rule(values)
    party, kind = values.get("party"), values.get("kind")
    if kind == Kind.DEPENDENCY and party == Party.SUPPLIER:
        found.append(
            ("party", "A dependency is something the supplier needs from us: choose Authority")
        )
    if kind == Kind.CONDITION and values.get("repeat") not in (None, "", Repeat.ONCE):
        found.append(("repeat", "A condition precedent is met once: choose Once"))
    if values.get("depends_on") and party == Party.AUTHORITY:
        found.append(("depends_on", "Only an obligation of the supplier can depend on one of ours"))
    return found  # fmt: skip


def _problems_of_the_rule(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    first, until, times = values.get("first_due"), values.get("until"), values.get("times")
    repeat = values.get("repeat") or Repeat.ONCE
    found = []
    if repeat == Repeat.ONCE:
        if until or times:
            found.append(
                ("repeat", "Something due once has no end: choose how often, or clear both")
            )
        return found  # fmt: skip
    if until and times:
        found.append(("times", "Give a last day or a number of times, not both"))
    if first and until and until < first:
        found.append(
            ("until", f"Goes on until must be on or after the day first due, {in_words(first)}")
        )
    if values.get("last_day"):
        if repeat == Repeat.WEEKS:
            found.append(("last_day", "Only what is due by the month can be due on its last day"))
        elif first and first != month_end(first):
            found.append(
                ("first_due", "Day first due must be the last day of a month, as all others are")
            )
    return found


def next_number(taken: Sequence[str]) -> str:
    """A number for the next obligation of a contract: one more than the highest in the house's series.

    >>> next_number(["1", "2", "Sch 2.1", "10"]), next_number([])
    ('11', '1')
    """
    numbers = [int(text) for text in taken if text.isascii() and text.isdecimal()]
    return str(max(numbers, default=0) + 1)
