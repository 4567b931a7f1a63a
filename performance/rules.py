"""How a reading is rated, when it is due, and what a run of readings says. No database; today is a parameter."""

import re
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from common.labelled import Labelled


class Rating(Labelled):
    """The five words of regulation 39(5) of the Procurement Regulations 2024, best first."""

    GOOD = "good", "Good"
    APPROACHING = "approaching_target", "Approaching target"
    REQUIRES_IMPROVEMENT = "requires_improvement", "Requires improvement"
    INADEQUATE = "inadequate", "Inadequate"
    OTHER = "other", "Other"


# What a page says where there is no rating. Neither is one, and neither ever counts as good.
NOT_REPORTED = "Not reported"  # nobody said, or somebody said that there is no value
NOT_TRACKED = "Not tracked"  # there is nothing to report against

# "Other" describes what cannot be placed on the scale, so it is neither better nor worse than the rest.
WORST_FIRST = (
    Rating.INADEQUATE,
    Rating.REQUIRES_IMPROVEMENT,
    Rating.APPROACHING,
    Rating.GOOD,
    Rating.OTHER,
)


class Direction(Labelled):
    HIGHER = "higher", "Higher is better"
    LOWER = "lower", "Lower is better"


class Frequency(Labelled):
    MONTHLY = "monthly", "Every month"
    QUARTERLY = "quarterly", "Every quarter"
    YEARLY = "yearly", "Every year"


MONTHS_IN: dict[str, int] = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.YEARLY: 12}
PERIOD_WORDS: dict[str, tuple[str, str]] = {
    Frequency.MONTHLY: ("month", "months"),
    Frequency.QUARTERLY: ("quarter", "quarters"),
    Frequency.YEARLY: ("year", "years"),
}

# House default: a supplier's figures are asked for within three days of the end of the period.
DAYS_TO_REPORT = 3

# House default: no measure of a public contract has come near it; a telephone number has.
LARGEST_VALUE = Decimal(1_000_000_000)
STORED_DECIMALS = 4
SIGNS = {"£", "$", "€"}  # written before the figures
_NUMBER = re.compile(r"[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]+)?(?<=[0-9])")


# --- Rating -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standard:
    """What a value is held against. `near` and `far` are amounts beside the target, not percentages."""

    target: Decimal | None
    direction: str = Direction.HIGHER
    decimals: int = 0
    near: Decimal | None = None
    far: Decimal | None = None


def rounded(value: Decimal, decimals: int) -> Decimal:
    """As people round: a half goes away from zero.

    >>> rounded(Decimal("98.995"), 2), rounded(Decimal("0.5"), 0)
    (Decimal('99.00'), Decimal('1'))
    """
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def rate(value: Decimal | None, standard: Standard) -> Rating | None:
    """The rating that a value earns; None when there is no value, which is not a rating.

    The value is rounded to the indicator's decimals first, so that what is shown is what is rated. On the
    line counts as met. Short of the target by up to `near`: Approaching target; by up to `far`:
    Requires improvement; by more: Inadequate.

    House defaults: with neither tolerance a missed target is Requires improvement, because nobody
    has said how much is too much; with `near` alone nothing is Inadequate; with `far` alone nothing
    is Approaching target. Without a target the value cannot be placed: Other.

    >>> calls = Standard(Decimal(99), decimals=2, near=Decimal(1), far=Decimal(3))
    >>> [rate(Decimal(v), calls).label for v in ("99.00", "98.00", "97.99", "96.00", "95.99")]
    ['Good', 'Approaching target', 'Requires improvement', 'Requires improvement', 'Inadequate']
    """
    if value is None:
        return None
    if standard.target is None:
        return Rating.OTHER
    shown = rounded(value, standard.decimals)
    lower_is_better = standard.direction == Direction.LOWER
    shortfall = shown - standard.target if lower_is_better else standard.target - shown
    if shortfall <= 0:
        return Rating.GOOD
    if standard.near is not None and shortfall <= standard.near:
        return Rating.APPROACHING
    if standard.far is not None and shortfall > standard.far:
        return Rating.INADEQUATE
    return Rating.REQUIRES_IMPROVEMENT


def is_below_what_can_be(
    value: Decimal, standard: Standard, *, known: Sequence[Decimal | None]
) -> bool:
    """Whether a value below 0 is more likely a slip than a reading. `known` are readings from before.

    House default: what is counted or measured starts at 0, unless its target, one of its tolerances'
    lines or an earlier reading lies below. There is no upper end: a percentage may pass 100.

    >>> is_below_what_can_be(Decimal(-5), Standard(Decimal(20)), known=[])
    True
    """
    if value >= 0 or any(before is not None and before < 0 for before in known):
        return False
    return all(line >= 0 for _, line in lines(standard))


def lines(standard: Standard) -> list[tuple[Rating, Decimal]]:
    """The last value that still earns each rating, best first; nothing without a target."""
    if standard.target is None:
        return []
    away = -1 if standard.direction == Direction.HIGHER else 1
    found = [(Rating.GOOD, standard.target)]
    if standard.near is not None:
        found.append((Rating.APPROACHING, standard.target + away * standard.near))
    if standard.far is not None:
        found.append((Rating.REQUIRES_IMPROVEMENT, standard.target + away * standard.far))
    return found


def bands(standard: Standard, *, unit: str) -> list[tuple[Rating, str]]:
    """Where each rating lies, in words, best first; nothing without a target.

    >>> bands(Standard(Decimal(99), near=Decimal(1)), unit="%")[1][1]
    '98% or more'
    """
    found = lines(standard)
    if not found:
        return []
    up = standard.direction == Direction.HIGHER
    within, beyond = ("or more", "less than") if up else ("or less", "more than")
    last = Rating.INADEQUATE if standard.far is not None else Rating.REQUIRES_IMPROVEMENT
    shown = [with_unit(line, unit=unit, decimals=standard.decimals) for _, line in found]
    words = [(rating, f"{text} {within}") for (rating, _), text in zip(found, shown, strict=True)]
    return [*words, (last, f"{beyond} {shown[-1]}")]


def worst(ratings: Sequence[str | None]) -> Rating | None:
    """The worst rating among those given; what was not reported is left out, never made good.

    >>> worst(["good", None, "approaching_target"]).label
    'Approaching target'
    """
    return next((rating for rating in WORST_FIRST if rating in ratings), None)


def standard_problems(
    *,
    target: Decimal | None,
    near: Decimal | None,
    far: Decimal | None,
) -> list[tuple[str, str]]:
    """What is wrong with a target and its tolerances taken together, as (field, sentence)."""
    if target is None and (near is not None or far is not None):
        field = "tolerance_near" if near is not None else "tolerance_far"
        return [(field, "A tolerance needs a target to be measured from")]
    if near is not None and far is not None and near > far:
        return [
            (
                "tolerance_far",
                "The tolerance for Requires improvement must be at least the one for Approaching target",
            )
        ]
    return []


# --- Periods ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar month, quarter or year that one reading covers."""

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
        months = self.start.year * 12 + self.start.month - 1
        months += count * MONTHS_IN[self.frequency]
        return Period(date(months // 12, months % 12 + 1, 1), self.frequency)

    @property
    def label(self) -> str:
        """`October 2026`, `July to September 2026` or `2026`."""
        if self.frequency == Frequency.YEARLY:
            return str(self.start.year)
        if self.frequency == Frequency.QUARTERLY:
            return f"{self.start:%B} to {self.end:%B %Y}"
        return f"{self.start:%B %Y}"

    @property
    def short_label(self) -> str:
        """For the axis of a chart: `Oct 26`, `Jul-Sep 26` or `2026`."""
        if self.frequency == Frequency.YEARLY:
            return str(self.start.year)
        if self.frequency == Frequency.QUARTERLY:
            return f"{self.start:%b}-{self.end:%b %y}"
        return f"{self.start:%b %y}"

    @property
    def month(self) -> str:
        """The month in which the period ends, as the log page's address names it: `2026-10`."""
        return f"{self.end:%Y-%m}"


def period_of(frequency: str, day: date) -> Period:
    """The period in which a day lies.

    >>> period_of("quarterly", date(2026, 8, 31)).label
    'July to September 2026'
    """
    length = MONTHS_IN[frequency]
    return Period(date(day.year, (day.month - 1) // length * length + 1, 1), frequency)


def last_periods(frequency: str, today: date, count: int) -> list[Period]:
    """The `count` periods up to the last complete one, oldest first."""
    last = last_complete(frequency, today)
    return [last.shifted(-back) for back in reversed(range(count))]


def last_complete(frequency: str, today: date) -> Period:
    """The latest period that is over."""
    return period_of(frequency, today).previous


def last_overdue(frequency: str, today: date) -> Period:
    """The latest period whose reading should be here by now."""
    period = last_complete(frequency, today)
    return period if is_overdue(period, today) else period.previous


def is_overdue(period: Period, today: date) -> bool:
    """The day on which it is due is still in time."""
    return today > period.due_on


def expects(period: Period, *, starts_on: date, ended_on: date | None) -> bool:
    """Whether a reading is expected: the indicator was in use on the last day of the period."""
    return starts_on <= period.end and (ended_on is None or ended_on >= period.end)


def frequencies_ending_in(month: date) -> list[Frequency]:
    """Which kinds of period end in this month.

    >>> [str(f) for f in frequencies_ending_in(date(2026, 9, 1))]
    ['monthly', 'quarterly']
    """
    return [frequency for frequency in Frequency if month.month % MONTHS_IN[frequency] == 0]


def month_end(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


# --- How a contract stands ----------------------------------------------------------------------


class Standing(Labelled):
    """How a contract goes, by the latest readings of its KPIs. The order is the one to read in: worst first.

    Nothing known is no rating and never good: a KPI that was not reported stands above those that
    approach their target, and a contract without KPIs above those known to be good.
    """

    INADEQUATE = Rating.INADEQUATE.value, Rating.INADEQUATE.label
    REQUIRES_IMPROVEMENT = Rating.REQUIRES_IMPROVEMENT.value, Rating.REQUIRES_IMPROVEMENT.label
    NOT_REPORTED = "not_reported", NOT_REPORTED
    APPROACHING = Rating.APPROACHING.value, Rating.APPROACHING.label
    NOT_TRACKED = "not_tracked", NOT_TRACKED
    GOOD = Rating.GOOD.value, Rating.GOOD.label
    OTHER = Rating.OTHER.value, Rating.OTHER.label

    @property
    def severity(self) -> int:
        """0 is the worst."""
        return list(Standing).index(self)


STANDINGS = {str(standing): standing for standing in Standing}

# A rating that is bad stays in force until a better one is logged: silence must not hide it.
BAD = (Standing.INADEQUATE, Standing.REQUIRES_IMPROVEMENT)


def is_stale(latest_period: date | None, frequency: str, *, today: date) -> bool:
    """Whether a KPI's latest reading is older than one that should be here by now.

    >>> is_stale(date(2026, 9, 1), "monthly", today=date(2026, 11, 23))
    True
    """
    return latest_period is None or latest_period < last_overdue(frequency, today).start


def kpi_standing(latest_rating: str, *, stale: bool) -> Standing:
    """How one KPI stands: by its latest rating, unless that is stale.

    >>> kpi_standing("good", stale=True).label, kpi_standing("inadequate", stale=True).label
    ('Not reported', 'Inadequate')
    """
    if not latest_rating:
        return Standing.NOT_REPORTED
    rated = STANDINGS[latest_rating]
    return rated if rated in BAD or not stale else Standing.NOT_REPORTED


def standing(kpis: Iterable[Standing]) -> Standing:
    """How a contract stands: as the worst of its KPIs; not tracked when it has none.

    >>> standing([Standing.GOOD, Standing.NOT_REPORTED]).label
    'Not reported'
    """
    return min(kpis, key=lambda kpi: kpi.severity, default=Standing.NOT_TRACKED)


# --- Words --------------------------------------------------------------------------------------


def with_unit(value: Decimal | None, *, unit: str, decimals: int) -> str:
    """A value as a person writes it.

    >>> with_unit(Decimal("1250.5"), unit="£", decimals=2), with_unit(Decimal(3), unit="days", decimals=0)
    ('£1,250.50', '3 days')
    """
    if value is None:
        return NOT_REPORTED
    shown = rounded(value, decimals)
    sign = "-" if shown < 0 else ""
    figures = f"{abs(shown):,}"
    if unit in SIGNS:
        return f"{sign}{unit}{figures}"
    if unit == "%" or not unit:
        return f"{sign}{figures}{unit}"
    return f"{sign}{figures} {unit}"


def read_number(text: str, *, unit: str) -> Decimal:
    """A value as people type and paste it, with or without its unit; ValueError says what is wrong.

    A comma only parts thousands: `97,4` could be meant either way and is not guessed.

    >>> read_number("97.40%", unit="%"), read_number("£1,250", unit="£")
    (Decimal('97.4000'), Decimal('1250.0000'))
    """
    figures = "".join(text.split()).replace("\u2212", "-")
    sign = "".join(unit.split())
    if sign:
        figures = figures.removesuffix(sign).removeprefix(sign).replace(f"-{sign}", "-", 1)
    if not _NUMBER.fullmatch(figures):
        raise ValueError("must be a number, like 97.5")
    number = Decimal(figures.replace(",", ""))
    if abs(number) >= LARGEST_VALUE:
        raise ValueError(f"must be below {LARGEST_VALUE:,}")
    return rounded(number, STORED_DECIMALS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One period of an indicator: its value and rating as they were stored, both empty if not reported."""

    period: Period
    value: Decimal | None = None
    rating: str = ""


def trend_words(outcomes: Sequence[Outcome], *, standard: Standard, unit: str) -> str:
    """A run of periods, oldest first, in two or three plain sentences.

    A missing value is said to be missing: it is neither a miss nor a success.
    """
    known = [outcome for outcome in outcomes if outcome.value is not None]
    if not known:
        return "No reading yet."
    one, many = PERIOD_WORDS[outcomes[0].period.frequency]
    missing = len(outcomes) - len(known)
    sentences = []
    if any(outcome.rating not in ("", Rating.OTHER) for outcome in known):
        good = sum(outcome.rating == Rating.GOOD for outcome in known)
        sentences.append(f"Target met in {good} of {_count(len(known), one, many)} reported.")
    else:
        sentences.append(
            f"{_count(len(known), one, many).capitalize()} reported, without a target."
        )
    if missing:
        sentences.append(f"Not reported in {_count(missing, one, many)}.")
    sentences.append(_latest_words(known, standard=standard, unit=unit, one=one))
    return " ".join(sentences)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _latest_words(known: Sequence[Outcome], *, standard: Standard, unit: str, one: str) -> str:
    latest = known[-1]
    sentence = (
        f"Latest: {with_unit(latest.value, unit=unit, decimals=standard.decimals)}"
        f" in {latest.period.label}"
    )
    if len(known) == 1:
        return f"{sentence}."
    before = known[-2]
    move = movement(before.value, latest.value, standard=standard)
    shown = with_unit(before.value, unit=unit, decimals=standard.decimals)
    if move == 0:
        return f"{sentence}, unchanged."
    words = f"{sentence}, {'better' if move > 0 else 'worse'} than {shown} in {before.period.label}"
    run = worsening_run(known, standard=standard)
    if run >= 3:
        words += f", and worse for {run} readings running"
    return f"{words}."


def movement(before: Decimal | None, after: Decimal | None, *, standard: Standard) -> int:
    """1 if it got better, -1 if worse, 0 if the same as shown or not known."""
    if before is None or after is None:
        return 0
    difference = rounded(after, standard.decimals) - rounded(before, standard.decimals)
    if standard.direction == Direction.LOWER:
        difference = -difference
    return (difference > 0) - (difference < 0)


def worsening_run(outcomes: Sequence[Outcome], *, standard: Standard) -> int:
    """How many of the latest known values, one after another, were each worse than the one before."""
    known = [outcome.value for outcome in outcomes if outcome.value is not None]
    run = 0
    for before, after in zip(reversed(known[:-1]), reversed(known), strict=False):
        if movement(before, after, standard=standard) >= 0:
            break
        run += 1
    return run
