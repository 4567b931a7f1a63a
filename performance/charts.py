"""The pictures of an indicator, each with the sentence that says the same."""

from datetime import date

from common import charts
from performance import rules

# How far back each picture looks: a year for the small one, two for the large one, and long enough
# to see a movement where readings are rare.
# Of what is measured when it happens, a year and two years in days.
_F = rules.Frequency
SHORT = {
    _F.WEEKLY: 26,
    _F.MONTHLY: 12,
    _F.QUARTERLY: 8,
    _F.HALF_YEARLY: 6,
    _F.YEARLY: 5,
    _F.ON_EVENT: 365,
}
LONG = {
    _F.WEEKLY: 52,
    _F.MONTHLY: 24,
    _F.QUARTERLY: 12,
    _F.HALF_YEARLY: 10,
    _F.YEARLY: 10,
    _F.ON_EVENT: 730,
}


def outcomes(indicator, readings, *, today: date, counts=SHORT) -> list[rules.Outcome]:
    """What each period showed, oldest first: those in which the indicator was in use or was logged."""
    by_start = {reading.period_start: reading for reading in readings}
    if not indicator.is_regular:
        return [
            rules.Outcome(indicator.period(r.period_start), r.value, r.rating) for r in readings
        ]
    periods = rules.last_periods(indicator.frequency, today, counts[indicator.frequency])
    running = rules.period_of(indicator.frequency, today)
    if running.start in by_start:
        periods = [*periods[1:], running]
    return [
        rules.Outcome(period, reading.value, reading.rating) if reading else rules.Outcome(period)
        for period in periods
        if (reading := by_start.get(period.start)) or indicator.expects(period)
    ]


def sparkline(indicator, readings, *, today):
    shown = outcomes(indicator, readings, today=today)
    words = rules.trend_words(shown, standard=indicator.standard, unit=indicator.unit)
    return charts.sparkline(
        [outcome.value for outcome in shown],
        target=indicator.target,
        label=f"{indicator.name}. {words}",
    )


# --- Lines of tables ------------------------------------------------------------------------------


def row(indicator, *, today):
    """An indicator in a table: itself, its picture, and the period that is overdue, if any."""
    return {
        "indicator": indicator,
        "sparkline": sparkline(indicator, indicator.recent, today=today),
        "overdue": overdue_period(indicator, today=today),
    }


def overdue_period(indicator, *, today):
    """The latest period that should be here and is not, for an indicator with `recent` readings."""
    if not indicator.is_regular:
        return None
    period = rules.last_overdue(indicator.frequency, today)
    logged = any(reading.period_start == period.start for reading in indicator.recent)
    return period if indicator.expects(period) and not logged else None


def lines(indicator, *, today):
    """Period and reading, newest first; a period without a reading has None."""
    by_start = {reading.period_start: reading for reading in indicator.recent}
    shown = outcomes(indicator, indicator.recent, today=today, counts=LONG)
    return [(outcome.period, by_start.get(outcome.period.start)) for outcome in reversed(shown)]
