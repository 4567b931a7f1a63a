"""What a run of readings says, and what it does not. No database; readings are oldest first, None is missing.

The chart is the process behaviour chart (XmR) of Shewhart and Wheeler: a mean, limits worked out from how
much one reading differs from the next, and signals where a reading is more than routine variation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import pairwise

from common.labelled import Labelled
from performance.periods import MONTHS_IN, Frequency
from performance.rules import (
    Direction,
    Outcome,
    Rating,
    Standard,
    movement,
    rate,
    rating_over,
    with_unit,
)

Values = Sequence[Decimal | None]

# The constants for moving ranges of two: 3 / d2 and D4.
TO_LIMIT = Decimal("2.66")
TO_RANGE_LIMIT = Decimal("3.268")
D2 = Decimal("1.128")  # from the mean moving range to a standard deviation

# House defaults. Limits from fewer than 6 readings in a row say nothing; from fewer than 10 they still move a lot.
# They rest on the differences between neighbours, so readings with gaps between them need to be more.
PROVISIONAL, ENOUGH = 6, 10
RUN = 8
SILENCE = 3  # periods without a reading, after which nobody can say how it goes now
NEAR_A_LIMIT = Decimal(2) / 3  # of the way from the mean: two standard deviations
PLACES = Decimal("1E-8")  # what is worked out is kept to; readings have four decimals


def _even(number: Decimal) -> Decimal:
    """Without the last digits of a division, so that a reading on a limit is on it."""
    return number.quantize(PLACES)


# --- Limits -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """The mean, and between what routine variation moves. `range_limit` is for one step to the next (URL)."""

    mean: Decimal
    moving_range: Decimal
    ranges: int  # how many differences they rest on

    @property
    def lower(self) -> Decimal:
        return _even(self.mean - TO_LIMIT * self.moving_range)

    @property
    def upper(self) -> Decimal:
        return _even(self.mean + TO_LIMIT * self.moving_range)

    @property
    def range_limit(self) -> Decimal:
        return _even(TO_RANGE_LIMIT * self.moving_range)

    @property
    def is_provisional(self) -> bool:
        return self.ranges < ENOUGH - 1

    def line(self, side: int, part: Decimal) -> Decimal:
        """So much of the way from the mean to the upper (1) or lower (-1) limit."""
        return _even(self.mean + side * part * TO_LIMIT * self.moving_range)


def moving_ranges(values: Values) -> list[Decimal | None]:
    """How far each reading is from the one before; None for the first and on both sides of a gap.

    >>> moving_ranges([Decimal(5), Decimal(3), None, Decimal(4)])
    [None, Decimal('2'), None, None]
    """
    steps = [
        None if before is None or after is None else abs(after - before)
        for before, after in pairwise(values)
    ]
    return [None, *steps][: len(values)]


def limits(values: Values) -> Limits | None:
    """None when there are too few readings that follow one another."""
    known = [value for value in values if value is not None]
    steps = [step for step in moving_ranges(values) if step is not None]
    if len(steps) < PROVISIONAL - 1:
        return None
    return Limits(
        mean=_even(sum(known, Decimal(0)) / len(known)),
        moving_range=_even(sum(steps, Decimal(0)) / len(steps)),
        ranges=len(steps),
    )


# --- Signals ------------------------------------------------------------------------------------


class Kind(Labelled):
    OUTSIDE = "outside", "Outside the limits"
    RUN = "run", "Run of eight or more on one side of the mean"
    NEAR = "near", "Two of three near a limit"


@dataclass(frozen=True, slots=True)
class Signal:
    """More than routine variation. `points` are places in the readings; `side` is 1 above the mean, -1 below."""

    kind: Kind
    side: int
    points: tuple[int, ...]

    @property
    def start(self) -> int:
        return self.points[0]

    @property
    def end(self) -> int:
        return self.points[-1]


def signals(values: Values, found: Limits) -> list[Signal]:
    """Every signal, in the order in which they begin. A missing reading ends a run: nobody knows what it was."""
    outside = [
        Signal(Kind.OUTSIDE, side, points)
        for side in (1, -1)
        for points in _stretches(values, _beyond(found.line(side, Decimal(1)), side))
    ]
    runs = [
        Signal(Kind.RUN, side, points)
        for side in (1, -1)
        for points in _stretches(values, _beyond(found.mean, side))
        if len(points) >= RUN
    ]
    told = {point for signal in outside for point in signal.points}
    near = [
        Signal(Kind.NEAR, side, points)
        for side in (1, -1)
        for points in _pairs(values, _beyond(found.line(side, NEAR_A_LIMIT), side))
        if not told.issuperset(points)
    ]
    return sorted([*outside, *runs, *near], key=lambda s: (s.start, list(Kind).index(s.kind)))


def _beyond(line: Decimal, side: int) -> Callable[[Decimal], bool]:
    return lambda value: (value - line) * side > 0


def _stretches(values: Values, fits: Callable[[Decimal], bool]) -> list[tuple[int, ...]]:
    """The places of neighbours that all fit."""
    found: list[tuple[int, ...]] = []
    for place, value in enumerate(values):
        if value is not None and fits(value):
            joins = found and found[-1][-1] == place - 1
            found[-1:] = [(*found[-1], place)] if joins else [*found[-1:], (place,)]
    return found


def _pairs(values: Values, fits: Callable[[Decimal], bool]) -> list[tuple[int, ...]]:
    """The places of those that fit where two of three neighbours do; pairs that share a reading are one."""
    places = [p for p, value in enumerate(values) if value is not None and fits(value)]
    found: list[tuple[int, ...]] = []
    for first, second in pairwise(places):
        if second - first > 2 or any(values[p] is None for p in range(first, second)):
            continue
        joins = found and found[-1][-1] == first
        found[-1:] = [(*found[-1], second)] if joins else [*found[-1:], (first, second)]
    return found


@dataclass(frozen=True)
class Behaviour:
    """A run of readings with its limits, if they can be worked out, and its signals. What is only yes or no has
    neither: it is not `measured`."""

    values: Values
    measured: bool = True

    @cached_property
    def known(self) -> list[Decimal]:
        return [value for value in self.values if value is not None]

    @cached_property
    def limits(self) -> Limits | None:
        return limits(self.values) if self.measured else None

    @cached_property
    def signals(self) -> list[Signal]:
        return signals(self.values, self.limits) if self.limits else []

    @cached_property
    def last_known(self) -> int:
        """The place of the latest reading; -1 when there is none."""
        return max((p for p, v in enumerate(self.values) if v is not None), default=-1)

    @property
    def is_silent(self) -> bool:
        """Whether nothing was reported for so long that nobody can say how it goes now."""
        return len(self.values) - 1 - self.last_known >= SILENCE

    def goes_on(self, signal: Signal) -> bool:
        return signal.end == self.last_known

    @property
    def main_signal(self) -> Signal | None:
        """The one to tell of first: it goes on or was the last to end, and of such the longest."""
        return max(self.signals, key=lambda s: (s.end, len(s.points)), default=None)

    def at(self, place: int) -> list[Signal]:
        return [signal for signal in self.signals if place in signal.points]

    def chain(self, signal: Signal) -> tuple[int, ...]:
        """The readings up to the end of a signal, one after another, that are all part of a signal on its side:
        when it began, where a gap or another kind of signal hides that. They lie on one side of the mean."""
        found: list[int] = []
        for place in range(signal.end, -1, -1):
            if self.values[place] is None:
                continue
            if not any(other.side == signal.side for other in self.at(place)):
                break
            found.append(place)
        return tuple(reversed(found))


def better_or_worse(signal: Signal, behaviour: Behaviour, standard: Standard) -> int:
    """1 if what the signal shows is better than the mean, -1 if worse, 0 where nobody can say."""
    if standard.direction == Direction.LOWER:
        return -signal.side
    if standard.direction != Direction.RANGE:
        return signal.side
    if behaviour.limits is None:
        return 0
    shown = [value for p in signal.points if (value := behaviour.values[p]) is not None]
    mean = sum(shown, Decimal(0)) / len(shown)
    return movement(behaviour.limits.mean, mean, standard=standard)


# --- What may be expected -----------------------------------------------------------------------


class Met(Labelled):
    ALWAYS = "always", "will always be met"
    SOMETIMES = "sometimes", "will be met in some {many} and missed in others"
    NEVER = "never", "will never be met"


def meets(value: Decimal, standard: Standard) -> bool:
    return rate(value, standard) == Rating.GOOD


def target_met(found: Limits, standard: Standard) -> Met | None:
    """How often the target is met as long as nothing changes; None without a target."""
    if standard.target is None:
        return None
    ends = [meets(found.lower, standard), meets(found.upper, standard)]
    if all(ends):
        return Met.ALWAYS
    lies_within = found.lower <= standard.target <= found.upper
    return Met.SOMETIMES if any(ends) or lies_within else Met.NEVER


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between what a measure can lie at all, for what is drawn and said; nothing is worked out with it."""

    low: Decimal | None = None
    high: Decimal | None = None

    def within(self, value: Decimal) -> Decimal:
        if self.low is not None and value < self.low:
            return self.low
        return self.high if self.high is not None and value > self.high else value


def bounds(values: Values, standard: Standard, *, unit: str) -> Bounds:
    """What is counted or measured starts at 0, and a percentage ends at 100, unless a reading or the target has
    shown otherwise.

    >>> bounds([Decimal(97)], Standard(Decimal(95)), unit="%")
    Bounds(low=Decimal('0'), high=Decimal('100'))
    """
    seen = [value for value in [*values, standard.target] if value is not None]
    return Bounds(
        low=Decimal(0) if all(value >= 0 for value in seen) else None,
        high=Decimal(100) if unit == "%" and all(value <= 100 for value in seen) else None,
    )


# --- Forecast -----------------------------------------------------------------------------------

AHEAD = 3  # periods, house default
# House default: a slope counts when it is three standard errors away from none, as a limit is from the mean.
SLOPE_COUNTS = Decimal(3)


class Refusal(Labelled):
    """Why there is no forecast."""

    TOO_LITTLE = "too_little", "Too little data for a forecast"
    SILENT = "silent", "No forecast: nothing was reported lately"
    IRREGULAR = "irregular", "No forecast: it is only measured when it happens"
    NOT_MEASURED = "not_measured", "No forecast: yes or no has no average"
    UNSTABLE = "unstable", "No forecast: the readings have not been stable"


@dataclass(frozen=True, slots=True)
class Expected:
    low: Decimal
    middle: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Forecast:
    """What to expect of the next periods. `slope` is 0 for a level; `crosses_in` is after how many periods the
    target is expected to be reached or missed, where a line that has been seen long enough says so."""

    steps: tuple[Expected, ...]
    slope: Decimal
    crosses_in: int | None = None

    @property
    def is_level(self) -> bool:
        return self.slope == 0


@dataclass(frozen=True, slots=True)
class Line:
    """The straight line that lies closest to the readings (least squares)."""

    start: Decimal  # at place 0
    slope: Decimal
    middle: Decimal  # mean of the places
    spread: Decimal  # sum of squares of the places about it
    count: int

    @classmethod
    def through(cls, values: Values) -> "Line":
        spots = [(Decimal(p), value) for p, value in enumerate(values) if value is not None]
        count = len(spots)
        middle = sum((p for p, _ in spots), Decimal(0)) / count
        mean = sum((v for _, v in spots), Decimal(0)) / count
        spread = sum(((p - middle) ** 2 for p, _ in spots), Decimal(0))
        together = sum(((p - middle) * (v - mean) for p, v in spots), Decimal(0))
        slope = together / spread if spread else Decimal(0)
        return cls(mean - slope * middle, slope, middle, spread, count)

    def at(self, place: int) -> Decimal:
        return _even(self.start + self.slope * place)

    def rest(self, values: Values) -> Values:
        """What the line leaves over of each reading."""
        return [None if v is None else _even(v - self.at(p)) for p, v in enumerate(values)]

    def wider(self, place: int) -> Decimal:
        """How much wider than the readings the line itself is uncertain at a place."""
        off = (place - self.middle) ** 2 / self.spread
        return (1 + Decimal(1) / self.count + off).sqrt()


def forecast(
    seen: Behaviour, standard: Standard, *, later: Sequence[Standard] = ()
) -> Forecast | Refusal:
    """A level or a straight line, whichever the readings are stable about; or why there is none.

    Both have to be firm: as many readings as limits want, and no signal about the line in question. `later` are
    the standards of the periods to come, where they are to change.
    """
    if not seen.measured:
        return Refusal.NOT_MEASURED
    if seen.limits is None or seen.limits.is_provisional:
        return Refusal.TOO_LITTLE
    if seen.is_silent:
        return Refusal.SILENT
    line = Line.through(seen.values)
    rest = Behaviour(line.rest(seen.values))
    if rest.limits and _slopes(line, rest.limits) and not rest.signals:
        return _along(line, rest.limits, len(seen.values), standard, later)
    if seen.signals:
        return Refusal.UNSTABLE
    level = Expected(seen.limits.lower, seen.limits.mean, seen.limits.upper)
    return Forecast((level,) * AHEAD, Decimal(0))


def _slopes(line: Line, about: Limits) -> bool:
    error = about.moving_range / D2 / line.spread.sqrt()
    return abs(line.slope) > SLOPE_COUNTS * error


def _along(
    line: Line, about: Limits, length: int, standard: Standard, later: Sequence[Standard]
) -> Forecast:
    places = range(length, length + AHEAD)
    half = TO_LIMIT * about.moving_range
    steps = tuple(
        Expected(
            _even(line.at(place) - half * line.wider(place)),
            line.at(place),
            _even(line.at(place) + half * line.wider(place)),
        )
        for place in places
    )
    return Forecast(steps, _even(line.slope), _crossing(line, length, standard, later))


def _crossing(line: Line, length: int, standard: Standard, later: Sequence[Standard]) -> int | None:
    """After how many periods the line comes to the other side of the target. It is followed half as far as it
    has been seen, and no further."""
    if standard.target is None:
        return None
    now = meets(line.at(length - 1), standard)
    for ahead in range(1, line.count // 2 + 1):
        held = later[ahead - 1] if ahead <= len(later) else standard
        if meets(line.at(length - 1 + ahead), held) != now:
            return ahead
    return None


# --- Which to read first -------------------------------------------------------------------------


class Place(Labelled):
    """Where a trend stands among others; the order is the one to read in."""

    WORSE = "worse", "Something changed for the worse"
    CHANGED = "changed", "Something changed"
    NEVER = "never", "The target will never be met"
    UNKNOWN = "unknown", "Too little is known"
    WAS_DIFFERENT = "was_different", "Something was different"
    SOMETIMES = "sometimes", "The target is met now and then"
    ROUTINE = "routine", "Routine variation"
    BETTER = "better", "Something changed for the better"


def place(behaviour: Behaviour, standard: Standard) -> Place:
    """Silence stands above what goes as it always has: nothing known is never good news."""
    signal = behaviour.main_signal
    if not behaviour.measured and behaviour.known and not behaviour.is_silent:
        met = all(meets(value, standard) for value in behaviour.known)
        return Place.ROUTINE if met or standard.target is None else Place.SOMETIMES
    if behaviour.limits is None or behaviour.is_silent:
        return Place.UNKNOWN
    if signal and behaviour.goes_on(signal):
        verdict = better_or_worse(signal, behaviour, standard)
        return {-1: Place.WORSE, 0: Place.CHANGED, 1: Place.BETTER}[verdict]
    expected = target_met(behaviour.limits, standard)
    if expected == Met.NEVER:
        return Place.NEVER
    if signal:
        return Place.WAS_DIFFERENT
    return Place.SOMETIMES if expected == Met.SOMETIMES else Place.ROUTINE


# --- In words -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wording:
    """How a measure is spoken of: its unit, the names of its periods, and what is aimed at (`95% or more`)."""

    labels: Sequence[str]  # of the periods of the readings, as they stand in a sentence
    standard: Standard
    unit: str = ""
    aim: str = ""
    one: str = "month"
    many: str = "months"
    bounds: Bounds = Bounds()
    on_days: bool = False  # whether a label names a day, as that of an event does

    def when(self, place: int) -> str:
        """`in March 2026`, `on 3 October 2026`."""
        return f"{'on' if self.on_days else 'in'} {self.labels[place]}"

    def span(self, first: int, last: int) -> str:
        """`in March 2026`, or `from March 2026 to June 2026`."""
        if first == last:
            return self.when(first)
        return f"from {self.labels[first]} to {self.labels[last]}"

    def value(self, value: Decimal) -> str:
        shown = self.bounds.within(value)
        return with_unit(shown, unit=self.unit, decimals=self.standard.decimals)

    def between(self, low: Decimal, high: Decimal) -> str:
        """`between 94% and 98%`, or `about 95%` where both look the same."""
        first, second = self.value(low), self.value(high)
        return f"about {first}" if first == second else f"between {first} and {second}"

    def count(self, number: int) -> str:
        return f"{number} {self.one if number == 1 else self.many}"


def meaning(behaviour: Behaviour, wording: Wording) -> str:
    """What a chart says, in a few plain sentences."""
    if not behaviour.known:
        return "No reading yet."
    if not behaviour.measured:
        yes = sum(value != 0 for value in behaviour.known)
        return f"Yes in {yes} of {wording.count(len(behaviour.known))}. What is only yes or no has no limits."
    if behaviour.limits is None:
        return _too_little(behaviour)
    signal = behaviour.main_signal
    if signal is None:
        routine = f"Routine variation: no single {wording.one} tells anything."
        sentences = [routine, "To change the average, change how the work is done."]
    else:
        sentences = [_changed(signal, behaviour, wording)]
    if signal is None or not behaviour.goes_on(signal):
        sentences.append(_expectation(behaviour.limits, wording))
    if behaviour.limits.is_provisional:
        sentences.append(
            f"The limits are provisional: they rest on {_readings(len(behaviour.known))}."
        )
    return " ".join(sentences)


def _readings(number: int) -> str:
    return f"{number} reading{'' if number == 1 else 's'}"


def _too_little(behaviour: Behaviour) -> str:
    number = len(behaviour.known)
    if number >= PROVISIONAL:
        return (
            f"Too many gaps to tell a change from routine variation: {_readings(number)}, of which too few"
            " follow one another."
        )
    return (
        f"Too little data to tell a change from routine variation: {_readings(number)},"
        f" and limits need at least {PROVISIONAL}."
    )


def _changed(signal: Signal, behaviour: Behaviour, wording: Wording) -> str:
    chain = behaviour.chain(signal)
    verdict = better_or_worse(signal, behaviour, wording.standard)
    word = {1: ", which is better", -1: ", which is worse", 0: ""}[verdict]
    what = f"{_what(signal, chain, behaviour)}{word}"
    if behaviour.goes_on(signal):
        return f"Something changed {wording.when(chain[0])}: {what}."
    span = wording.span(chain[0], chain[-1])
    return f"Something was different {span}: {what}. Since then it is routine variation."


def _what(signal: Signal, chain: tuple[int, ...], behaviour: Behaviour) -> str:
    number, side = len(chain), "above" if signal.side > 0 else "below"
    limit = "upper limit" if signal.side > 0 else "lower limit"
    if len(chain) > len(signal.points):
        beyond = sum(
            any(other.kind == Kind.OUTSIDE for other in behaviour.at(place)) for place in chain
        )
        outside = f", {beyond} of them {side} the {limit}" if beyond else ""
        return f"{number} readings lie {side} the mean{outside}"
    if signal.kind == Kind.RUN:
        return f"{number} readings in a row lie {side} the mean"
    if signal.kind == Kind.OUTSIDE:
        if number == 1:
            return f"a reading lies {side} the {limit}"
        return f"{number} readings in a row lie {side} the {limit}"
    if number == 2:
        return f"two of three readings lie close to the {limit}"
    return f"{number} readings lie close to the {limit} or beyond"


def _expectation(found: Limits, wording: Wording) -> str:
    sentence = f"If nothing changes, expect {wording.between(found.lower, found.upper)}"
    met = target_met(found, wording.standard)
    if met is None:
        return f"{sentence}."
    return f"{sentence}; the target ({wording.aim}) {met.label.format(many=wording.many)}."


def forecast_words(
    found: Forecast | Refusal, behaviour: Behaviour, wording: Wording, *, ahead: Sequence[str]
) -> str:
    """`ahead` names the periods to come, as far as the target may be looked for."""
    if isinstance(found, Refusal):
        return f"{found.label}{_why(found, behaviour, wording)}."
    last = found.steps[-1]
    if found.is_level:
        return (
            f"Level: {wording.between(last.low, last.high)} in each of the next {wording.count(len(found.steps))},"
            " as long as nothing changes."
        )
    slope = abs(found.slope)
    step = with_unit(slope, unit=wording.unit, decimals=wording.standard.decimals + 1)
    sentence = (
        f"{'Rising' if found.slope > 0 else 'Falling'} by about {step} a {wording.one}:"
        f" {wording.between(last.low, last.high)} in {ahead[len(found.steps) - 1]}, if this goes on."
    )
    return f"{sentence} {_crossing_words(found, behaviour, wording, ahead)}".rstrip()


def _why(found: Refusal, behaviour: Behaviour, wording: Wording) -> str:
    if found == Refusal.TOO_LITTLE:
        return f": {_readings(len(behaviour.known))}, and it needs {ENOUGH} that follow one another"
    if found == Refusal.SILENT:
        missing = len(behaviour.values) - 1 - behaviour.last_known
        return f", {wording.count(missing)} running"
    if found == Refusal.UNSTABLE:
        return ", so a level or a straight line would only be a guess"
    return ""


def _crossing_words(
    found: Forecast, behaviour: Behaviour, wording: Wording, ahead: Sequence[str]
) -> str:
    if wording.standard.target is None:
        return ""
    now = Line.through(behaviour.values).at(len(behaviour.values) - 1)
    met = meets(now, wording.standard)
    aim = f"The target ({wording.aim})"
    if found.crosses_in is None:
        kept = "still be met" if met else "still be missed"
        return f"{aim} is expected to {kept} as far ahead as this can be followed."
    return (
        f"{aim} is expected to be {'missed' if met else 'met'} from {ahead[found.crosses_in - 1]}."
    )


# --- Year on year -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """A period beside the same one a year before. `move` is 1 if it got better, -1 if worse, 0 if neither;
    None where one of the two is missing, so that nothing can be said."""

    now: Outcome
    before: Outcome

    def move(self, standard: Standard) -> int | None:
        if self.now.value is None or self.before.value is None:
            return None
        return movement(self.before.value, self.now.value, standard=standard)


WEEKS_IN_A_YEAR = 52


def in_a_year(frequency: str) -> int:
    """How many periods make a year; 0 for what has none."""
    if frequency == Frequency.WEEKLY:
        return WEEKS_IN_A_YEAR
    return 12 // MONTHS_IN[frequency] if frequency in MONTHS_IN else 0


def year_pairs(outcomes: Sequence[Outcome]) -> list[Pair]:
    """The periods of the last year, oldest first, each beside the one a year before."""
    number = in_a_year(outcomes[-1].period.frequency) if outcomes else 0
    if not number:
        return []
    by_period = {outcome.period: outcome for outcome in outcomes}
    first = outcomes[-1].period.shifted(1 - number)
    return [
        Pair(outcome, by_period.get(before) or Outcome(before))
        for outcome in outcomes
        if outcome.period >= first
        for before in [outcome.period.shifted(-number)]
    ]


def year_ratings(pairs: Sequence[Pair], how: str) -> tuple[Rating | None, Rating | None]:
    """One rating of the last year and one of the year before, as the indicator's rule says (worst, mean or last)."""
    now, before = ([getattr(pair, year).rating for pair in pairs] for year in ("now", "before"))
    return rating_over(now, how), rating_over(before, how)


def year_words(pairs: Sequence[Pair], standard: Standard, wording: Wording) -> str:
    """`Better than a year before in 7 of 11 months, worse in 3. 1 month cannot be compared.`"""
    moves = [pair.move(standard) for pair in pairs]
    compared = [move for move in moves if move is not None]
    if not pairs:
        return "Nothing to compare with."
    if not compared:
        return "No reading of the year before to compare with."
    better, worse = compared.count(1), compared.count(-1)
    sentence = (
        f"Better than a year before in {better} of {wording.count(len(compared))}, worse in {worse}"
    )
    missing = len(moves) - len(compared)
    if not missing:
        return f"{sentence}."
    return f"{sentence}. {wording.count(missing).capitalize()} cannot be compared."
