"""The trend of an indicator: the process behaviour chart, what it means, and the same as a table."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from common import charts
from performance.charts import LONG, outcomes
from performance.querysets import bring_recent
from performance.rules import (
    NOT_REPORTED,
    PERIOD_WORDS,
    Direction,
    Frequency,
    Outcome,
    Rating,
    Standing,
    last_periods,
    target_in_words,
    trend_words,
    with_unit,
)
from performance.trends import rules

# How far back is read: as far as a picture shows, and where that is no more than a year, the year before.
WINDOW = LONG | {Frequency.WEEKLY: 2 * rules.WEEKS_IN_A_YEAR}

LETTERS_BESIDE = 18  # beside the picture

# How each signal is called in the table, beside its shape in the key of the picture.
MARKS = {
    rules.Kind.OUTSIDE: "Outside the limits",
    rules.Kind.RUN: "Run of eight",
    rules.Kind.NEAR: "Two of three near a limit",
}
VERDICTS = {1: "better", -1: "worse"}


@dataclass
class Trend:
    """An indicator with what its periods showed, oldest first; `years` goes back further than the picture."""

    indicator: object
    years: list[Outcome]

    @cached_property
    def outcomes(self):
        return self.years[-LONG[self.indicator.frequency] :]

    @cached_property
    def standard(self):
        """What counts for the latest period that is shown."""
        latest = self.outcomes[-1].period.start if self.outcomes else None
        return self.indicator.standard_on(latest) if latest else self.indicator.standard

    @cached_property
    def behaviour(self):
        return rules.Behaviour(
            [outcome.value for outcome in self.outcomes],
            measured=self.indicator.direction != Direction.YES_NO,
        )

    @cached_property
    def wording(self):
        one, many = PERIOD_WORDS[self.indicator.frequency]
        return rules.Wording(
            labels=[outcome.period.named for outcome in self.outcomes],
            standard=self.standard,
            unit=self.indicator.unit,
            aim=target_in_words(self.standard, unit=self.indicator.unit),
            one=one,
            many=many,
            on_days=not self.indicator.is_regular,
            bounds=rules.bounds(self.behaviour.values, self.standard, unit=self.indicator.unit),
        )

    @cached_property
    def sentence(self):
        return rules.meaning(self.behaviour, self.wording)

    @cached_property
    def record(self):
        """How often the target was met, and the latest reading beside the one before."""
        return trend_words(self.outcomes, standard=self.standard, unit=self.indicator.unit)

    @cached_property
    def place(self):
        return rules.place(self.behaviour, self.standard)

    @property
    def order(self):
        """The worst signals first, then by name."""
        places = list(rules.Place)
        return places.index(self.place), self.indicator.name.casefold(), self.indicator.pk

    # --- what is expected -----------------------------------------------------------------------

    @cached_property
    def forecast(self):
        if not self.indicator.is_regular:
            return rules.Refusal.IRREGULAR
        later = [self.indicator.standard_on(period.start) for period in self._ahead]
        return rules.forecast(self.behaviour, self.standard, later=later)

    @cached_property
    def _ahead(self):
        """The periods to come, as far as the target may be looked for."""
        if not self.outcomes:
            return []
        number = max(rules.AHEAD, len(self.behaviour.known) // 2)
        return [self.outcomes[-1].period.shifted(n) for n in range(1, number + 1)]

    @cached_property
    def forecast_sentence(self):
        labels = [period.named for period in self._ahead]
        return rules.forecast_words(self.forecast, self.behaviour, self.wording, ahead=labels)

    @property
    def forecast_lines(self):
        """(period, from, expected, to) of the next periods; nothing without a forecast."""
        if isinstance(self.forecast, rules.Refusal):
            return []
        say = self.wording.value
        return [
            (period.label, say(step.low), say(step.middle), say(step.high))
            for period, step in zip(self._ahead, self.forecast.steps, strict=False)
        ]

    # --- the picture ----------------------------------------------------------------------------

    @cached_property
    def large(self):
        return self._drawn(charts.LARGE, ahead=self._cone)

    @cached_property
    def small(self):
        return self._drawn(charts.SMALL)

    def _drawn(self, frame, ahead=()):
        return charts.process(
            self._spots,
            title=self.indicator.name,
            sentence=self.sentence,
            guides=self._guides,
            ahead=ahead,
            target_text=self._beside("Target", self.standard.target),
            axis_text=self.indicator.axis_text,
            smallest_step=10.0**-self.indicator.decimals,
            frame=frame,
        )

    @cached_property
    def _defined(self):
        """What counted in each period, or None."""
        return [self.indicator.definition_on(outcome.period.start) for outcome in self.outcomes]

    @property
    def _spots(self):
        spots = []
        for place, (outcome, defined) in enumerate(zip(self.outcomes, self._defined, strict=True)):
            signal = self._signal_at(place)
            spots.append(
                charts.Spot(
                    label=outcome.period.label,
                    short_label=outcome.period.short_label,
                    value=outcome.value,
                    text=self.indicator.in_words(outcome.value),
                    target=defined.target if defined else None,
                    upper=defined.upper if defined else None,
                    mark=signal.kind.value if signal else "",
                    verdict=self._verdict(signal) if signal else 0,
                )
            )
        return spots

    @property
    def _guides(self):
        limits = self.behaviour.limits
        if limits is None:
            return []
        levels = [
            ("mean", limits.mean, "Mean"),
            ("limit", limits.lower, "Limit"),
            ("limit", limits.upper, "Limit"),
        ]
        shown = [(kind, self.wording.bounds.within(value), words) for kind, value, words in levels]
        return [
            charts.Guide(kind, value, self._beside(words, value)) for kind, value, words in shown
        ]

    def _beside(self, words, value):
        """The words of a level, which have little room: a long unit is left to the axis and the table."""
        if value is None:
            return ""
        text = f"{words} {self.indicator.in_words(value)}"
        if len(text) <= LETTERS_BESIDE:
            return text
        return f"{words} {with_unit(value, unit='', decimals=self.indicator.decimals)}"

    @property
    def _cone(self):
        if isinstance(self.forecast, rules.Refusal):
            return []
        within = self.wording.bounds.within
        steps = []
        for period, step in zip(self._ahead, self.forecast.steps, strict=False):
            defined = self.indicator.definition_on(period.start)
            steps.append(
                charts.Ahead(
                    period.short_label,
                    within(step.low),
                    within(step.middle),
                    within(step.high),
                    defined.target if defined else None,
                    defined.upper if defined else None,
                )
            )
        return steps

    def _signal_at(self, place):
        """Of several, the one that is drawn: a point outside before a run, a run before what is near."""
        found = self.behaviour.at(place)
        return min(found, key=lambda s: list(rules.Kind).index(s.kind), default=None)

    def _verdict(self, signal):
        return rules.better_or_worse(signal, self.behaviour, self.standard)

    # --- the same as tables ---------------------------------------------------------------------

    @property
    def rows(self):
        """A line for each period, newest first."""
        lines = []
        for place, (outcome, defined) in enumerate(zip(self.outcomes, self._defined, strict=True)):
            aim = defined.standard_of(self.indicator) if defined else None
            lines.append(
                {
                    "label": outcome.period.label,
                    "value": self.indicator.in_words(outcome.value),
                    "target": target_in_words(aim, unit=self.indicator.unit) if aim else "",
                    "rating": Rating(outcome.rating).label if outcome.rating else NOT_REPORTED,
                    "signals": [self._signal_words(s) for s in self.behaviour.at(place)],
                }
            )
        return lines[::-1]

    def _signal_words(self, signal):
        verdict = VERDICTS.get(self._verdict(signal))
        return f"{MARKS[signal.kind]} ({verdict})" if verdict else MARKS[signal.kind]

    @property
    def figures(self):
        """(name, value) of what the picture rests on, as it was worked out."""
        limits = self.behaviour.limits
        if limits is None:
            return []
        say = self.indicator.in_words
        return [
            ("Mean", say(limits.mean)),
            ("Lower natural limit", say(limits.lower)),
            ("Upper natural limit", say(limits.upper)),
            ("Average moving range", say(limits.moving_range)),
            ("Upper limit of a moving range", say(limits.range_limit)),
            ("Readings", str(len(self.behaviour.known))),
        ]

    # --- year on year ---------------------------------------------------------------------------

    @cached_property
    def year_pairs(self):
        return rules.year_pairs(self.years)

    @cached_property
    def year_sentence(self):
        return rules.year_words(self.year_pairs, self.standard, self.wording)

    @cached_property
    def year_ratings(self):
        """The rating of the last year and of the year before, by the indicator's own rule."""
        return rules.year_ratings(self.year_pairs, self.indicator.over)

    @property
    def years_beside(self):
        """The year before and the last year: its rating, and how much of it was reported where not all was."""
        found = []
        for year, rating in zip(("before", "now"), reversed(self.year_ratings), strict=True):
            shown = [getattr(pair, year) for pair in self.year_pairs]
            # Before it was measured nobody failed to report.
            is_tracked = rating or any(self.indicator.expects(one.period) for one in shown)
            found.append(
                {
                    "rating": rating if is_tracked else Standing.NOT_TRACKED.value,
                    "known": self._reported(shown),
                }
            )
        return found

    def _reported(self, outcomes):
        values = [outcome.value for outcome in outcomes]
        known = sum(value is not None for value in values)
        return "" if known in (0, len(values)) else f"{known} of {len(values)} reported"

    def _in_words(self, outcome):
        if outcome.value is None and not self.indicator.expects(outcome.period):
            return Standing.NOT_TRACKED.label
        return self.indicator.in_words(outcome.value)

    @property
    def year_lines(self):
        """A line for each period of the last year, newest first."""
        words = {1: "Better", -1: "Worse", 0: "Unchanged", None: "Cannot be compared"}
        say = self._in_words
        return [
            {
                "label": pair.now.period.label,
                "now": say(pair.now),
                "before": say(pair.before),
                "before_label": pair.before.period.label,
                "move": words[pair.move(self.standard)],
            }
            for pair in reversed(self.year_pairs)
        ]


def of(indicator, readings, *, today):
    return Trend(indicator, outcomes(indicator, readings, today=today, counts=WINDOW))


def of_one(indicator, *, today):
    """The trend of an indicator whose page has its `recent` readings at hand; those of weeks are read further
    back, in one query."""
    count = WINDOW[indicator.frequency]
    if count == LONG[indicator.frequency]:
        return of(indicator, indicator.recent, today=today)
    first = last_periods(indicator.frequency, today, count)[0]
    readings = indicator.readings.filter(period_start__gte=first.start).order_by("period_start")
    return of(indicator, list(readings), today=today)


@dataclass(frozen=True, slots=True)
class Placed:
    """An indicator and where its trend stands, which is all that is kept of those that a page does not show."""

    indicator: object
    place: rules.Place
    order: tuple


def placed(indicators, *, today):
    """Where each of these stands, the worst signals first. A contract may have hundreds, of which a page shows a dozen: a
    trend is let go of as soon as its place is known."""
    trends = (of(i, r, today=today) for i, r in indicators.each_with_recent(WINDOW, today))
    found = [Placed(trend.indicator, trend.place, trend.order) for trend in trends]
    return sorted(found, key=lambda one: one.order)


def of_placed(shown, *, today):
    """The trends of those that a page shows, in one query."""
    indicators = bring_recent([one.indicator for one in shown], WINDOW, today)
    return [of(indicator, indicator.recent, today=today) for indicator in indicators]


def count_places(found):
    """(place, how many stand there) of each place that is taken, the worst first."""
    counted = Counter(one.place for one in found)
    return [(place, counted[place]) for place in rules.Place if counted[place]]
