"""KPIs as measures that other rooms may follow (see contracts.measures)."""

from contracts import measures
from performance.models import Indicator, Reading
from performance.rules import REGULAR, Direction

KEY = "kpi"


def kpis_of(contract):
    """Those in use that are counted, every so often. Yes or no crosses no threshold."""
    found = contract.indicators.in_use().filter(frequency__in=REGULAR)
    for kpi in found.exclude(direction=Direction.YES_NO).order_by("name", "pk"):
        yield measures.Measure(
            key=measures.key_of(KEY, kpi.pk), label=kpi.called,
            unit=kpi.unit, decimals=kpi.decimals, frequency=kpi.frequency,
        )  # fmt: skip


def values_of(numbers, since):
    """Two queries."""
    known = Indicator.objects.filter(pk__in=numbers).order_by().values_list("pk", flat=True)
    found = {pk: {} for pk in known}
    readings = Reading.objects.filter(
        indicator__in=found, period_start__gte=since, value__isnull=False
    )
    for pk, start, value in readings.order_by().values_list("indicator", "period_start", "value"):
        found[pk][start] = value
    return found


measures.register(measures.Source(KEY, "KPIs", of_contract=kpis_of, values=values_of))
