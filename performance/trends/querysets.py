"""Which contracts fail for long: asked in SQL, for a register of any size."""

from django.db.models import Exists, OuterRef, Q, Subquery

from performance.models import Indicator, Reading
from performance.rules import Rating, Relief

# House default: a target missed in so many periods running is a persistent failure.
PERIODS_RUNNING = 3
MISSES = (Rating.APPROACHING, Rating.REQUIRES_IMPROVEMENT, Rating.INADEQUATE)
UNRATED = ("", Rating.OTHER)  # says neither that the target was met nor that it was missed


def failing_persistently(indicators):
    """Those of these KPIs in use whose last readings all missed the target.

    A period that was not reported does not end the run, because silence must not hide it; one that is excused
    does not count at all. Most KPIs drop out by their own row, before a reading is looked at.
    """
    counting = Reading.objects.filter(indicator=OuterRef("pk")).exclude(relief=Relief.GRANTED)
    missed = counting.filter(rating__in=MISSES).order_by("-period_start")
    met_since = counting.filter(rating=Rating.GOOD, period_start__gt=OuterRef("missed_from"))
    return (
        indicators.in_use()
        .filter(
            Q(latest_rating__in=MISSES) | Q(latest_rating__in=UNRATED, latest_period__isnull=False)
        )
        .annotate(
            missed_from=Subquery(
                missed.values("period_start")[PERIODS_RUNNING - 1 : PERIODS_RUNNING]
            )
        )
        .filter(~Exists(met_since), missed_from__isnull=False)
    )


def with_persistent_failure(contracts):
    """Contracts in force with such a KPI."""
    failing = failing_persistently(Indicator.objects.filter(contract=OuterRef("pk")).order_by())
    return contracts.in_force().filter(Exists(failing))
