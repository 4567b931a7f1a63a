"""How contracts stand, in SQL: the same answers as `rules.standing`, for a register of any size."""

from django.db.models import Count, Min, OuterRef, Q, Subquery

from performance.models import Indicator
from performance.querysets import kpi_severity
from performance.rules import Standing

TRACKED = [standing for standing in Standing if standing != Standing.NOT_TRACKED]


def _tracked(today):
    """Contracts with KPIs in use, each with the severity of the worst."""
    indicators = Indicator.objects.in_use().order_by().values("contract")
    return indicators.annotate(severity=Min(kpi_severity(today)))


def standing_at(contracts, standings, today):
    """Those of the contracts that stand at one of these."""
    wanted = [Standing(value) for value in standings]
    severities = [s.severity for s in wanted if s != Standing.NOT_TRACKED]
    found = Q(pk__in=_tracked(today).filter(severity__in=severities).values("contract"))
    if Standing.NOT_TRACKED in wanted:
        found |= ~Q(pk__in=Indicator.objects.in_use().order_by().values("contract"))
    return contracts.filter(found)


def with_standing(contracts, today):
    """The contracts with `severity`: None when they are not tracked. For a page of them."""
    worst = (
        Indicator.objects.in_use()
        .filter(contract=OuterRef("pk"))
        .order_by()
        .values("contract")
        .annotate(worst=Min(kpi_severity(today)))
        .values("worst")
    )
    return contracts.annotate(severity=Subquery(worst))


def count_by_standing(contracts, today, *, number):
    """{standing: how many of these contracts, of which there are `number`}."""
    tracked = _tracked(today).filter(contract__in=contracts.order_by().values("pk"))
    counted = tracked.aggregate(
        **{s.name: Count("severity", filter=Q(severity=s.severity)) for s in TRACKED}
    )
    counts = {s: counted[s.name] for s in TRACKED}
    counts[Standing.NOT_TRACKED] = number - sum(counts.values())
    return {standing: counts[standing] for standing in Standing}
