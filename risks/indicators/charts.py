"""The pictures of a key risk indicator, each with the sentence that says the same."""

from common import charts
from risks.indicators import rules
from risks.indicators.rules import Frequency, Status

# How many periods each picture looks back.
SHORT = {
    Frequency.WEEKLY: 26, Frequency.MONTHLY: 12, Frequency.QUARTERLY: 8, Frequency.HALF_YEARLY: 6,
    Frequency.YEARLY: 5,
}  # fmt: skip
LONG = {
    Frequency.WEEKLY: 52, Frequency.MONTHLY: 24, Frequency.QUARTERLY: 12, Frequency.HALF_YEARLY: 10,
    Frequency.YEARLY: 10,
}  # fmt: skip
# Amber and red are seen by their shape too.
MARKS = {Status.AMBER: "near", Status.RED: "outside"}


def periods(indicator, *, today, counts=LONG):
    """(period, reading or None), oldest first: those that are over and were measured, or should have been."""
    by_start = {reading.period_start: reading for reading in indicator.recent}
    last = rules.last_complete(indicator.frequency, today)
    shown = [last.shifted(-back) for back in reversed(range(counts[indicator.frequency]))]
    running = last.following
    if running.start in by_start:
        shown = [*shown[1:], running]
    return [
        (period, reading)
        for period in shown
        if (reading := by_start.get(period.start)) or _is_asked(indicator, period)
    ]


def _is_asked(indicator, period):
    ended_on = indicator.ended_on
    return indicator.starts_on <= period.end and (ended_on is None or ended_on >= period.end)


def sentence(indicator, shown):
    measured = [(period.named, reading.in_words) for period, reading in shown if reading]
    return rules.trend_in_words(
        indicator.name, measured, amber=indicator.amber_in_words, red=indicator.red_in_words,
        status=indicator.latest_status,
    )  # fmt: skip


def row(indicator, *, today):
    """An indicator in a table: itself, and its small picture, whose line is where amber begins."""
    shown = periods(indicator, today=today, counts=SHORT)
    return {
        "indicator": indicator,
        "sparkline": charts.sparkline(
            [reading and reading.value for _, reading in shown], target=indicator.amber,
            label=sentence(indicator, shown),
        ),
    }  # fmt: skip


def large(indicator, shown):
    """Values with the two lines that they must not reach."""
    spots = [
        charts.Spot(
            label=period.label, short_label=period.short_label,
            value=reading and reading.value,
            text=f"{reading.in_words}, {reading.status.label.lower()}" if reading else Status.NOT_MEASURED.label,
            mark=MARKS.get(reading.status, "") if reading else "", verdict=-1,
        )
        for period, reading in shown
    ]  # fmt: skip
    return charts.process(
        spots, title=indicator.name, sentence=sentence(indicator, shown),
        guides=[
            charts.Guide("amber", indicator.amber, f"Amber {_axis_text(indicator, indicator.amber)}"),
            charts.Guide("red", indicator.red, f"Red {_axis_text(indicator, indicator.red)}"),
        ],
        axis_text=lambda tick: _axis_text(indicator, tick),
        smallest_step=10.0**-indicator.decimals,
    )  # fmt: skip


def _axis_text(indicator, tick):
    """A round figure, without decimals that say nothing and without a long unit."""
    text = f"{tick:,.{indicator.decimals}f}" if tick % 1 else f"{tick:,.0f}"
    if indicator.unit in rules.SIGNS:
        return f"{indicator.unit}{text}"
    return f"{text}%" if indicator.unit == "%" else text
