"""When a key risk indicator warns, what follows for its risk, and when it is measured. No database; today is a
parameter. The figures are house defaults."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from common.labelled import Labelled


class Status(Labelled):
    """How an indicator stands. Not measured is none of the others, and never green."""

    GREEN = "green", "Green"
    AMBER = "amber", "Amber"
    RED = "red", "Red"
    NOT_MEASURED = "not_measured", "Not measured"


class Direction(Labelled):
    HIGHER = "higher", "Higher is worse"
    LOWER = "lower", "Lower is worse"


class Source(Labelled):
    """Where a reading comes from."""

    OWN = "own", "Recorded here"
    MEASURE = "measure", "Taken over from where it is measured"


class Frequency(Labelled):
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"
    HALF_YEARLY = "half_yearly", "Every half-year"
    YEARLY = "yearly", "Every year"


# House defaults: how likely a risk is once its indicator is amber or red, how serious one is that is raised by rule, and how
# many days after its period a reading is due.
AMBER_LIKELIHOOD, RED_LIKELIHOOD = 3, 5
RAISED_IMPACT = 3
DAYS_TO_RECORD = 7
STORED_DECIMALS = 4
LARGEST_VALUE = Decimal(10) ** 12
SIGNS = ("£", "€", "$")

_MONTHS_IN: dict[str, int] = {
    Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.HALF_YEARLY: 6, Frequency.YEARLY: 12,
}  # fmt: skip
_SEVERITY: dict[str, int] = {Status.GREEN: 0, Status.AMBER: 1, Status.RED: 2}


# --- Periods ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar week from Monday, month, quarter, half-year or year that one reading covers."""

    start: date
    frequency: str = Frequency.MONTHLY

    @property
    def end(self) -> date:
        return self.following.start - timedelta(days=1)

    @property
    def due_on(self) -> date:
        return self.end + timedelta(days=DAYS_TO_RECORD)

    @property
    def following(self) -> "Period":
        return self.shifted(1)

    @property
    def previous(self) -> "Period":
        return self.shifted(-1)

    def shifted(self, count: int) -> "Period":
        if self.frequency == Frequency.WEEKLY:
            return Period(self.start + timedelta(days=7 * count), self.frequency)
        months = self.start.year * 12 + self.start.month - 1 + count * _MONTHS_IN[self.frequency]
        return Period(date(months // 12, months % 12 + 1, 1), self.frequency)

    @property
    def label(self) -> str:
        """`Week to 11 October 2026`, `October 2026`, `July to September 2026` or `2026`."""
        match self.frequency:
            case Frequency.YEARLY:
                return str(self.start.year)
            case Frequency.QUARTERLY | Frequency.HALF_YEARLY:
                return f"{self.start:%B} to {self.end:%B %Y}"
            case Frequency.WEEKLY:
                return f"Week to {self.end.day} {self.end:%B %Y}"
        return f"{self.start:%B %Y}"

    @property
    def named(self) -> str:
        """As it stands in a sentence: `the week to 11 October 2026`, `October 2026`."""
        return f"the w{self.label[1:]}" if self.frequency == Frequency.WEEKLY else self.label

    @property
    def short_label(self) -> str:
        match self.frequency:
            case Frequency.YEARLY:
                return str(self.start.year)
            case Frequency.QUARTERLY | Frequency.HALF_YEARLY:
                return f"{self.start:%b}-{self.end:%b %y}"
            case Frequency.WEEKLY:
                return f"{self.end.day} {self.end:%b}"
        return f"{self.start:%b %y}"


def period_of(frequency: str, day: date) -> Period:
    """The period in which a day lies.

    >>> period_of("quarterly", date(2026, 8, 31)).label, period_of("weekly", date(2026, 10, 11)).label
    ('July to September 2026', 'Week to 11 October 2026')
    """
    if frequency == Frequency.WEEKLY:
        return Period(day - timedelta(days=day.weekday()), frequency)
    length = _MONTHS_IN[frequency]
    return Period(date(day.year, (day.month - 1) // length * length + 1, 1), frequency)


def last_complete(frequency: str, today: date) -> Period:
    """The latest period that is over."""
    return period_of(frequency, today).previous


def last_overdue(frequency: str, today: date) -> Period:
    """The latest period whose reading should be here by now. The day on which it is due is still in time."""
    period = last_complete(frequency, today)
    return period if today > period.due_on else period.previous


def next_due(frequency: str, *, latest: date | None, starts_on: date) -> Period:
    """The period whose reading is asked for next: the one after the latest, or the first.

    >>> next_due("monthly", latest=date(2026, 10, 1), starts_on=date(2026, 1, 1)).due_on
    datetime.date(2026, 12, 7)
    """
    if latest is None:
        return period_of(frequency, starts_on)
    return Period(latest, frequency).following


# --- Status -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which value on it warns. What is shown decides: a value is rounded as it is shown, and on the line counts as
    crossed."""

    amber: Decimal
    red: Decimal
    direction: str = Direction.HIGHER
    decimals: int = 0

    def status(self, value: Decimal | None) -> Status:
        """

        >>> [Thresholds(Decimal(5), Decimal(10)).status(Decimal(n)).label for n in (4, 5, 10)]
        ['Green', 'Amber', 'Red']
        """
        if value is None:
            return Status.NOT_MEASURED
        shown = rounded(value, self.decimals)
        if self._reaches(shown, self.red):
            return Status.RED
        return Status.AMBER if self._reaches(shown, self.amber) else Status.GREEN

    def _reaches(self, value: Decimal, line: Decimal) -> bool:
        return value <= line if self.direction == Direction.LOWER else value >= line

    def line_of(self, status: str) -> Decimal:
        return self.red if status == Status.RED else self.amber


def threshold_problem(amber: Decimal, red: Decimal, direction: str) -> str:
    """What is wrong with the two together; empty when red lies beyond amber."""
    if direction == Direction.LOWER and not red < amber:
        return "Red must be below amber, because lower is worse"
    if direction == Direction.HIGHER and not red > amber:
        return "Red must be above amber, because higher is worse"
    return ""


def standing(status: str, *, is_late: bool) -> Status:
    """How it stands today: a green reading says nothing any more once a later one is missing. A warning stays one.

    >>> standing("green", is_late=True).label, standing("red", is_late=True).label
    ('Not measured', 'Red')
    """
    return Status.NOT_MEASURED if is_late and status == Status.GREEN else Status(status)


def is_crossing(status: str, before: str) -> bool:
    """Whether it has become worse. The first reading crosses what it reaches; a missing one crosses nothing."""
    return _SEVERITY.get(status, 0) > _SEVERITY.get(before, 0)


def since(values: Iterable[tuple[date, Decimal | None]], thresholds: Thresholds) -> date | None:
    """The first day of the oldest period of the run that ends with the latest one and has its status; the values come
    newest first."""
    found, status = None, None
    for start, value in values:
        shown = thresholds.status(value)
        if status is not None and shown != status:
            break
        found, status = start, shown
    return found


# --- What follows for the risk ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Levels:
    """How likely the risk is at least once the indicator is amber or red, and how serious; None leaves that as it is."""

    amber_likelihood: int = AMBER_LIKELIHOOD
    red_likelihood: int = RED_LIKELIHOOD
    amber_impact: int | None = None
    red_impact: int | None = None

    def at(self, status: str) -> tuple[int, int | None]:
        if status == Status.RED:
            return self.red_likelihood, self.red_impact
        return self.amber_likelihood, self.amber_impact


def scored(
    levels: Levels, status: str, likelihood: int | None, impact: int | None
) -> tuple[int, int]:
    """How likely and how serious a risk is after its indicator has crossed: a rule never lowers what a person said.

    >>> scored(Levels(), "amber", 4, 2), scored(Levels(), "red", 2, None)
    ((4, 2), (5, 3))
    """
    at_least, at_least_impact = levels.at(status)
    serious = impact if at_least_impact is None else max(impact or 0, at_least_impact)
    return max(likelihood or 0, at_least), serious or RAISED_IMPACT


# --- Words ------------------------------------------------------------------------------------------


def rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def with_unit(value: Decimal | None, *, unit: str, decimals: int) -> str:
    """A value as a person writes it.

    >>> with_unit(Decimal("1250.5"), unit="£", decimals=2), with_unit(Decimal(3), unit="days", decimals=0)
    ('£1,250.50', '3 days')
    """
    if value is None:
        return Status.NOT_MEASURED.label
    shown = rounded(value, decimals)
    sign, figures = "-" if shown < 0 else "", f"{abs(shown):,}"
    if unit in SIGNS:
        return f"{sign}{unit}{figures}"
    return f"{sign}{figures}{unit if unit == '%' or not unit else f' {unit}'}"


def crossing_in_words(name: str, *, status: str, value: str, line: str, period: str) -> str:
    """

    >>> crossing_in_words("Vehicles off the road", status="red", value="12%", line="10%", period="October 2026")
    'Vehicles off the road was 12% in October 2026 and reached its red threshold of 10%'
    """
    return f"{name} was {value} in {period} and reached its {status} threshold of {line}"


def trend_in_words(
    name: str, values: Sequence[tuple[str, str]], *, amber: str, red: str, status: str
) -> str:
    """What a picture of an indicator says, in a sentence; the values are (period, value), oldest first."""
    if not values:
        return f"{name} has not been measured yet. Amber from {amber}, red from {red}."
    (first, was), (last, now) = values[0], values[-1]
    course = f"{now} in {last}" if len(values) == 1 else f"{was} in {first}, {now} in {last}"
    return f"{name}: {course}. Amber from {amber}, red from {red}. It is {Status(status).label.lower()}."
