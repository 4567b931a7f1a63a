"""Which contracts fail for long: asked in SQL, for a register of any size."""

from django.db.models import Case, Exists, OuterRef, Q, Subquery, When

from performance.models import Indicator, Reading
from performance.rules import Rating, Relief

# House default: a target missed in so many periods running is a persistent failure.
PERIODS_RUNNING = 3
MISSES = (Rating.APPROACHING, Rating.REQUIRES_IMPROVEMENT, Rating.INADEQUATE)
UNRATED = ("", Rating.OTHER)  # says neither that the target was met nor that it was missed


def failing_persistently(indicators):
    """Those of these KPIs in use whose last readings all missed the target.

    A period that was not reported does not end the run, because silence must not hide it; one that is excused
    does not count at all. Most KPIs drop out by their own row, and of the others no more readings are looked at
    than the first that was good.
    """
    rated = (
        Reading.objects.filter(indicator=OuterRef("pk"))
        .exclude(rating__in=UNRATED)
        .exclude(relief=Relief.GRANTED)
        .order_by("-period_start")
        .values("rating")
    )
    # The last one is left to the end: where it was no miss, the KPI's own row has mostly said so.
    back = {f"back_{n}": Subquery(rated[n : n + 1]) for n in (*range(1, PERIODS_RUNNING), 0)}
    missed = Q(*((f"{name}__in", MISSES) for name in back))
    return (
        indicators.in_use()
        .filter(
            Q(latest_rating__in=MISSES) | Q(latest_rating__in=UNRATED, latest_period__isnull=False)
        )
        .alias(**back)
        # One expression, because the planner would multiply three guesses and expect nothing to be left.
        .alias(fails=Case(When(missed, then=True), default=False))
        .filter(fails=True)
    )


def with_persistent_failure(contracts):
    """Contracts in force with such a KPI."""
    failing = failing_persistently(Indicator.objects.filter(contract=OuterRef("pk")).order_by())
    return contracts.in_force().filter(Exists(failing))
