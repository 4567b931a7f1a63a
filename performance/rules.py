"""How a reading is rated, and what a run of readings says. No database; today is a parameter."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from common.labelled import Labelled
from performance.periods import (  # noqa: F401 - rules of periods are rules of performance to others
    DAYS_TO_REPORT,
    MONTHS_IN,
    PERIOD_WORDS,
    REGULAR,
    Frequency,
    Period,
    ending_in,
    expects,
    frequencies_ending_in,
    is_overdue,
    last_complete,
    last_overdue,
    last_periods,
    month_end,
    period_of,
    read_period,
)


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
    RANGE = "range", "Within a range is better"
    YES_NO = "yes_no", "Yes or no, and yes is better"


class Kind(Labelled):
    KPI = "kpi", "KPI"
    SLA = "sla", "Service level (SLA)"


class Quadrant(Labelled):
    """The four aspects of a balanced scorecard."""

    COST = "cost", "Cost"
    PERFORMANCE = "performance", "Performance"
    RISK = "risk", "Risk"
    USER = "user", "User"


class ReportedBy(Labelled):
    SUPPLIER = "supplier", "The supplier"
    AUTHORITY = "authority", "Us"


class Over(Labelled):
    """How the readings of a year become one rating."""

    WORST = "worst", "The worst reading counts"
    MEAN = "mean", "The mean of the readings counts"
    LAST = "last", "The last reading counts"


class State(Labelled):
    """How far a reading has come. What is reported waits for somebody to check it."""

    REPORTED = "reported", "Reported"
    VALIDATED = "validated", "Validated"
    CHALLENGED = "challenged", "Challenged"
    AMENDED = "amended", "Amended"


# From each state, the states that a person may bring a reading to. A figure that is put right is amended
# whatever it was before; who doubts it afterwards challenges it again.
MOVES: dict[str, tuple[State, ...]] = {
    State.REPORTED: (State.VALIDATED, State.CHALLENGED, State.AMENDED),
    State.VALIDATED: (State.CHALLENGED, State.AMENDED),
    State.CHALLENGED: (State.VALIDATED, State.AMENDED),
    State.AMENDED: (State.CHALLENGED, State.AMENDED),
}


class Relief(Labelled):
    """Whether a failure is excused because the authority did not do its own part."""

    NONE = "", "None"
    PROPOSED = "proposed", "Proposed"
    GRANTED = "granted", "Granted"
    REFUSED = "refused", "Refused"


# House default: no measure of a public contract has come near it; a telephone number has.
LARGEST_VALUE = Decimal(1_000_000_000)
STORED_DECIMALS = 4
MOST_BANDS = 10
SIGNS = {"£", "$", "€"}  # written before the figures
_NUMBER = re.compile(r"[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?(\.[0-9]+)?(?<=[0-9])")


# --- Rating -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Band:
    """Service points for missing the target by up to `up_to`; by any amount that is more if it is None."""

    name: str
    up_to: Decimal | None
    points: int


@dataclass(frozen=True, slots=True)
class Standard:
    """What a value is held against. `near`, `far` and the bands' limits are amounts beside the target, not
    percentages of it. `upper` is the far end of a range, whose near end is the target."""

    target: Decimal | None
    direction: str = Direction.HIGHER
    decimals: int = 0
    near: Decimal | None = None
    far: Decimal | None = None
    upper: Decimal | None = None
    bands: tuple[Band, ...] = ()


def rounded(value: Decimal, decimals: int) -> Decimal:
    """As people round: a half goes away from zero.

    >>> rounded(Decimal("98.995"), 2), rounded(Decimal("0.5"), 0)
    (Decimal('99.00'), Decimal('1'))
    """
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def shortfall(value: Decimal, standard: Standard) -> Decimal | None:
    """By how much a value misses its target, 0 or less if it does not; None when nothing is aimed at.

    The value is rounded to the indicator's decimals first, so that what is shown is what is rated.

    >>> shortfall(Decimal("98.4"), Standard(Decimal(99), decimals=1))
    Decimal('0.6')
    >>> shortfall(Decimal(25), Standard(Decimal(18), Direction.RANGE, upper=Decimal(22)))
    Decimal('3')
    """
    if standard.target is None:
        return None
    shown = rounded(value, standard.decimals)
    below = standard.target - shown
    if standard.direction == Direction.LOWER:
        return -below
    if standard.direction == Direction.RANGE and standard.upper is not None:
        return max(below, shown - standard.upper)
    return below


def rate(value: Decimal | None, standard: Standard) -> Rating | None:
    """The rating that a value earns; None when there is no value, which is not a rating.

    On the line counts as met. Short of the target by up to `near`: Approaching target; by up to `far`:
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
    missed_by = shortfall(value, standard)
    if missed_by is None:
        return Rating.OTHER
    if missed_by <= 0:
        return Rating.GOOD
    if standard.near is not None and missed_by <= standard.near:
        return Rating.APPROACHING
    if standard.far is not None and missed_by > standard.far:
        return Rating.INADEQUATE
    return Rating.REQUIRES_IMPROVEMENT


def band(value: Decimal, standard: Standard) -> Band | None:
    """The band of service points into which a value falls; None when it meets the target, or none is agreed.

    The bands stand in order. A miss beyond the last of them, where none is without a limit, falls into the last.

    >>> minor, serious = Band("Minor", Decimal("1.0"), 1), Band("Serious", None, 2)
    >>> calls = Standard(Decimal(99), decimals=1, bands=(minor, serious))
    >>> [found and found.name for v in ("99.0", "98.0", "97.9") for found in [band(Decimal(v), calls)]]
    [None, 'Minor', 'Serious']
    """
    missed_by = shortfall(value, standard)
    if missed_by is None or missed_by <= 0 or not standard.bands:
        return None
    within = (b for b in standard.bands if b.up_to is None or missed_by <= b.up_to)
    return next(within, standard.bands[-1])


def is_miss(rating: str) -> bool:
    """Whether a rating says that the target was missed.

    >>> is_miss("approaching_target"), is_miss("good"), is_miss("other"), is_miss("")
    (True, False, False, False)
    """
    return rating not in ("", Rating.GOOD, Rating.OTHER)


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
    return all(low >= 0 for _, low, _ in lines(standard))


def looks_like_a_share(value: Decimal, standard: Standard, *, unit: str) -> bool:
    """Whether a percentage is more likely the share that a spreadsheet keeps behind it: 0.97 for 97%.

    House default: up to 1, where ten times as much would still be far from what is aimed at.

    >>> calls = Standard(Decimal(99), decimals=1)
    >>> [looks_like_a_share(Decimal(v), calls, unit="%") for v in ("0.97", "1", "0", "97")]
    [True, True, False, False]
    """
    if unit != "%" or standard.target is None or not 0 < value <= 1:
        return False
    return standard.target > 10


def lines(standard: Standard) -> list[tuple[Rating, Decimal, Decimal]]:
    """The lowest and the highest value that mark each rating, best first; nothing without a target.

    Both are the same unless the indicator is to stay within a range.
    """
    if standard.target is None:
        return []
    low = standard.target
    high = standard.upper if standard.upper is not None else low
    found = [(Rating.GOOD, low, high)]
    for rating, away in (
        (Rating.APPROACHING, standard.near),
        (Rating.REQUIRES_IMPROVEMENT, standard.far),
    ):
        if away is not None:
            found.append((rating, *_moved(standard.direction, low, high, away)))
    return found


def _moved(direction: str, low: Decimal, high: Decimal, away: Decimal) -> tuple[Decimal, Decimal]:
    if direction == Direction.RANGE:
        return low - away, high + away
    line = low + away if direction == Direction.LOWER else low - away
    return line, line


def rating_bands(standard: Standard, *, unit: str) -> list[tuple[Rating, str]]:
    """Where each rating lies, in words, best first; nothing without a target.

    >>> rating_bands(Standard(Decimal(99), near=Decimal(1)), unit="%")[1][1]
    '98% or more'
    """
    found = lines(standard)
    if not found:
        return []
    last = Rating.INADEQUATE if standard.far is not None else Rating.REQUIRES_IMPROVEMENT
    if standard.direction == Direction.YES_NO:
        return [(Rating.GOOD, "Yes"), (rate(Decimal(0), standard) or last, "No")]
    words = [(rating, _within(standard, low, high, unit=unit)) for rating, low, high in found]
    return [*words, (last, _beyond(standard, *found[-1][1:], unit=unit))]


def _within(standard: Standard, low: Decimal, high: Decimal, *, unit: str) -> str:
    from_, to = (with_unit(v, unit=unit, decimals=standard.decimals) for v in (low, high))
    if standard.direction == Direction.RANGE:
        return f"from {from_} to {to}"
    return f"{from_} or {'less' if standard.direction == Direction.LOWER else 'more'}"


def _beyond(standard: Standard, low: Decimal, high: Decimal, *, unit: str) -> str:
    from_, to = (with_unit(v, unit=unit, decimals=standard.decimals) for v in (low, high))
    if standard.direction == Direction.RANGE:
        return f"less than {from_} or more than {to}"
    return f"{'more' if standard.direction == Direction.LOWER else 'less'} than {from_}"


def target_in_words(standard: Standard, *, unit: str) -> str:
    """`99.0% or more`, `from 18 to 22`, `Yes`; empty when nothing is aimed at."""
    found = rating_bands(standard, unit=unit)
    return found[0][1] if found else ""


def points_in_words(standard: Standard, *, unit: str) -> list[tuple[Band, str]]:
    """Each band of service points with the values that fall into it.

    >>> bands = (Band("Minor", Decimal(1), 1), Band("Serious", None, 2))
    >>> [words for _, words in points_in_words(Standard(Decimal(99), decimals=1, bands=bands), unit="%")]
    ['below 99.0%, down to 98.0%', 'below 98.0%']
    """
    if standard.target is None:
        return []
    start, said = Decimal(0), []
    for one in standard.bands:
        said.append((one, _band_in_words(standard, start, one.up_to, unit=unit)))
        start = one.up_to if one.up_to is not None else start
    return said


def _band_in_words(standard: Standard, start: Decimal, end: Decimal | None, *, unit: str) -> str:
    def shown(value: Decimal) -> str:
        return with_unit(value, unit=unit, decimals=standard.decimals)

    if standard.direction == Direction.YES_NO:
        return "No"
    if standard.direction == Direction.RANGE:
        return f"outside the range by more than {shown(start)}" + (
            f", up to {shown(end)}" if end is not None else ""
        )
    target = standard.target or Decimal(0)
    lower = standard.direction == Direction.LOWER
    way, further, away = ("above", "up to", 1) if lower else ("below", "down to", -1)
    words = f"{way} {shown(target + away * start)}"
    return words if end is None else f"{words}, {further} {shown(target + away * end)}"


# What the rows of a contract's schedule look like when they are typed or pasted: name, limit, points.
_BEYOND = {"", "-", "beyond", "more", "over", "any", "rest"}


def read_bands(text: str) -> tuple[Band, ...]:
    """Service-point bands as people type or paste them, a band in each line: name, up to, points.

    Columns are parted by a comma, a semicolon or a tab. ValueError names the line and what is wrong.

    >>> read_bands("Minor, 1.0, 1\\nThreshold, beyond, 4")[1]
    Band(name='Threshold', up_to=None, points=4)
    """
    rows = [row.strip() for row in text.splitlines()]
    found: list[Band] = []
    for number, row in enumerate(rows, start=1):
        if row:
            found.append(_read_band(row, number, found[-1] if found else None))
    if len(found) > MOST_BANDS:
        raise ValueError(f"There can be at most {MOST_BANDS} bands")
    return tuple(found)


def _read_band(row: str, number: int, before: Band | None) -> Band:
    cells = [cell.strip() for cell in re.split(r"[\t;,]", row)]
    if len(cells) != 3 or not cells[0]:
        raise ValueError(f"Line {number} must be a name, a limit and points, like Minor, 1.0, 1")
    name, limit, points = cells
    if not re.fullmatch(r"[0-9]{1,4}", points):
        raise ValueError(f"Line {number}: points must be a whole number from 0 to 9,999")
    try:
        up_to = None if limit.lower() in _BEYOND else read_number(limit, unit="")
    except ValueError:
        raise ValueError(
            f"Line {number}: the limit must be an amount beside the target, like 1.0, or the word beyond"
        ) from None
    if before is not None and before.up_to is None:
        raise ValueError(f"Line {number} comes after a band without a limit: nothing falls into it")
    if up_to is not None and up_to <= (before.up_to if before and before.up_to else 0):
        raise ValueError(
            f"Line {number}: the limit must be more than the one before it, and more than 0"
        )
    if before is not None and int(points) < before.points:
        raise ValueError(
            f"Line {number}: a worse band cannot have fewer points than the one before it"
        )
    return Band(name[:60], up_to, int(points))


def write_bands(bands: Iterable[Band]) -> str:
    """The text that `read_bands` reads.

    >>> write_bands([Band("Minor", Decimal("1.0000"), 1), Band("Severe", None, 4)])
    'Minor, 1, 1\\nSevere, beyond, 4'
    """
    return "\n".join(
        f"{b.name}, {'beyond' if b.up_to is None else plain(b.up_to)}, {b.points}" for b in bands
    )


def _range_problems(
    *, target: Decimal | None, direction: str, upper: Decimal | None
) -> list[tuple[str, str]]:
    if direction != Direction.RANGE:
        if upper is not None:
            return [("upper", "Only a range has an upper end: leave this empty")]
        return []
    if (target is None) != (upper is None):
        missing = "target" if target is None else "upper"
        return [(missing, "Enter both ends of the range")]
    if target is not None and upper is not None and upper <= target:
        return [("upper", "The upper end of the range must be above its lower end")]
    return []


def worst(ratings: Sequence[str | None]) -> Rating | None:
    """The worst rating among those given; what was not reported is left out, never made good.

    >>> worst(["good", None, "approaching_target"]).label
    'Approaching target'
    """
    return next((rating for rating in WORST_FIRST if rating in ratings), None)


# How many steps from the best, for the mean of a year.
_STEPS = {
    Rating.GOOD: 0,
    Rating.APPROACHING: 1,
    Rating.REQUIRES_IMPROVEMENT: 2,
    Rating.INADEQUATE: 3,
}


def rating_over(ratings: Sequence[str | None], how: str) -> Rating | None:
    """One rating for a run of periods, oldest first; None when none of them was rated.

    What was not reported, and Other, are left out: neither is a step on the scale. House default: a mean
    that lies between two ratings goes to the worse.

    >>> rating_over(["good", None, "requires_improvement"], "mean").label
    'Approaching target'
    >>> rating_over(["good", "approaching_target"], "mean").label
    'Approaching target'
    """
    known = [Rating(rating) for rating in ratings if rating and rating != Rating.OTHER]
    if not known:
        return Rating.OTHER if Rating.OTHER in ratings else None
    if how == Over.LAST:
        return known[-1]
    if how == Over.WORST:
        return worst(known)
    mean = Decimal(sum(_STEPS[rating] for rating in known)) / len(known)
    step = int(rounded(mean, 0))
    return next(rating for rating, number in _STEPS.items() if number == step)


def standard_problems(
    *,
    target: Decimal | None,
    near: Decimal | None,
    far: Decimal | None,
    direction: str = Direction.HIGHER,
    upper: Decimal | None = None,
    bands: Sequence[Band] = (),
) -> list[tuple[str, str]]:
    """What is wrong with a target, its tolerances and its bands taken together, as (field, sentence)."""
    problems = _range_problems(target=target, direction=direction, upper=upper)
    if problems:
        return problems
    if target is None and bands:
        return [("bands", "Service points need a target to be missed")]
    if direction == Direction.YES_NO and target is not None and target != 1:
        return [("target", "For yes or no, enter 1 as the target, or leave it empty")]
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
        return _SEVERITIES[self]


_SEVERITIES = {standing: severity for severity, standing in enumerate(Standing)}
STANDINGS = {str(standing): standing for standing in Standing}

# A rating that is bad stays in force until a better one is logged: silence must not hide it.
BAD = (Standing.INADEQUATE, Standing.REQUIRES_IMPROVEMENT)


def is_stale(latest_period: date | None, frequency: str, *, today: date) -> bool:
    """Whether a KPI's latest reading is older than one that should be here by now.

    >>> is_stale(date(2026, 9, 1), "monthly", today=date(2026, 11, 23))
    True
    """
    if frequency not in REGULAR:
        return False
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
class Measure:
    """What was typed for a period: a value, and the two figures that it was worked out from, if given."""

    value: Decimal
    numerator: Decimal | None = None
    denominator: Decimal | None = None


YES, NO = {"yes", "y", "true", "1"}, {"no", "n", "false", "0"}


def read_measure(text: str, *, unit: str, direction: str = Direction.HIGHER) -> Measure:
    """A value as it is typed or pasted: a number, `47/50`, or yes or no; ValueError says what is wrong.

    `47/50` of a percentage is 94%; of anything else it is the quotient. Both figures are kept.

    >>> read_measure("47/50", unit="%").value, read_measure("yes", unit="", direction="yes_no").value
    (Decimal('94.0000'), Decimal('1'))
    """
    if direction == Direction.YES_NO:
        word = text.strip().lower()
        if word not in YES | NO:
            raise ValueError("must be yes or no")
        return Measure(Decimal(word in YES))
    if "/" not in text:
        return Measure(read_number(text, unit=unit))
    parts = text.split("/")
    if len(parts) != 2:
        raise ValueError("must be a number, like 97.5, or two, like 47/50")
    numerator, denominator = (read_number(part, unit="") for part in parts)
    if denominator <= 0:
        raise ValueError("cannot be worked out: the second figure must be more than 0")
    quotient = numerator / denominator * (100 if unit == "%" else 1)
    if abs(quotient) >= LARGEST_VALUE:
        raise ValueError(f"must be below {LARGEST_VALUE:,}")
    return Measure(rounded(quotient, STORED_DECIMALS), numerator, denominator)


def plain(number: Decimal) -> str:
    """Without zeros that say nothing, as people type it.

    >>> plain(Decimal("98.5000")), plain(Decimal("100.0000"))
    ('98.5', '100')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


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
    sentence = f"Latest: {_said(latest, standard, unit=unit)} {latest.period.when}"
    if len(known) == 1:
        return f"{sentence}."
    before = known[-2]
    move = movement(before.value, latest.value, standard=standard)
    if move == 0:
        return f"{sentence}, unchanged."
    shown = _said(before, standard, unit=unit)
    words = f"{sentence}, {'better' if move > 0 else 'worse'} than {shown} {before.period.when}"
    run = worsening_run(known, standard=standard)
    if run >= 3:
        words += f", and worse for {run} readings running"
    return f"{words}."


def _said(outcome: Outcome, standard: Standard, *, unit: str) -> str:
    if standard.direction == Direction.YES_NO:
        return "Yes" if outcome.value else "No"
    return with_unit(outcome.value, unit=unit, decimals=standard.decimals)


def movement(before: Decimal | None, after: Decimal | None, *, standard: Standard) -> int:
    """1 if it got better, -1 if worse, 0 if the same as shown or not known.

    Of what is to stay within a range, better is nearer to it; within it nothing is.

    >>> temperature = Standard(Decimal(18), Direction.RANGE, upper=Decimal(22))
    >>> movement(Decimal(25), Decimal(23), standard=temperature), movement(Decimal(19), Decimal(21), standard=temperature)
    (1, 0)
    """
    if before is None or after is None:
        return 0
    if standard.direction == Direction.RANGE:
        first, second = (max(shortfall(v, standard) or 0, 0) for v in (before, after))
        return (second < first) - (second > first)
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
