from collections import defaultdict
from functools import cache
from itertools import groupby
from operator import attrgetter

from django.db.models import (
    Case,
    Count,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.lookups import IsNull

from accounts.permissions import Permission
from contracts.models import Contract
from contracts.sections import columns_of, revived
from performance import rules
from performance.rules import BAD, Standing


def _severity(rating="latest_rating"):
    return Case(
        *(When(**{rating: known}, then=Value(n)) for n, known in enumerate(rules.WORST_FIRST)),
        default=Value(len(rules.WORST_FIRST)),
    )


class IndicatorQuerySet(QuerySet):
    """Which KPIs: by who may see or log them, whether they are in use, and how they stand."""

    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(contract__in=Contract.objects.editable_by(user))

    def loggable_by(self, user):
        return self.filter(contract__in=Contract.objects.allowing(user, Permission.LOG_PERFORMANCE))

    def in_use(self):
        return self.filter(ended_on=None)

    def retired(self):
        return self.exclude(ended_on=None)

    def ending_in(self, month):
        """Indicators that expect a reading for a period which ends in this month."""
        last_day = rules.month_end(month)
        return self.filter(
            Q(ended_on=None)
            | Q(ended_on__gte=last_day)
            | Q(ended_on__gte=month, frequency=rules.Frequency.WEEKLY),
            frequency__in=rules.frequencies_ending_in(month),
            starts_on__lte=last_day,
        )

    def managed_by(self, user):
        """The indicators of the contracts in force that this user manages and may log for."""
        contracts = Contract.objects.in_force().managed_by(user)
        return self.filter(contract__in=contracts).loggable_by(user)

    def with_definitions(self):
        """Each with what counts for it by day, so that a list need not ask for each."""
        return self.prefetch_related("definitions")

    def on_event(self):
        """Those that are only measured when something happens."""
        return self.filter(frequency=rules.Frequency.ON_EVENT)

    def overdue(self, today):
        """Indicators whose latest reading that should be here is not.

        `latest_period` answers for nearly all of them; the readings are asked only where a later
        period was logged first.
        """
        from performance.models import Reading

        late = Q()
        for frequency in rules.REGULAR:
            period = rules.last_overdue(frequency, today)
            logged = Reading.objects.filter(indicator=OuterRef("pk"), period_start=period.start)
            # Not an Exists: within an OR the planner would rather read all readings there are into a hash than ask
            # for the one. The conditions stand in the order in which they are cheap to ask.
            missing = IsNull(Subquery(logged.order_by().values("pk")[:1]), True)
            unlogged = Q(latest_period=None) | Q(latest_period__lt=period.start)
            late |= (
                Q(frequency=frequency, starts_on__lte=period.end)
                & (Q(ended_on=None) | Q(ended_on__gte=period.end))
                & (unlogged | (Q(latest_period__gt=period.start) & Q(missing)))
            )
        return self.filter(late)

    def worst_first(self):
        return self.order_by(_severity(), "name", "pk")

    def with_recent(self, counts, today, *, whole=False):
        """Each with `recent`, its readings since `counts[frequency]` periods ago, oldest first: what a picture needs of
        them, or the whole of them. A contract may have thousands."""
        return self.with_definitions().prefetch_related(_recent(counts, today, whole=whole))

    def each_with_recent(self, counts, today):
        """One after another, with what `with_recent` calls `recent`, as rows of bare columns: for whoever looks at each once
        and keeps none of its readings. Three queries."""
        from performance.models import Reading

        readings = Reading.objects.filter(
            _since(counts, today), indicator__in=self.order_by().values("pk")
        )
        rows = readings.order_by("indicator", "period_start").values_list(*_PICTURED, named=True)
        by_id = groupby(rows.iterator(chunk_size=2000), key=attrgetter("indicator_id"))
        pk, recent = next(by_id, (None, ()))
        for indicator in self.with_definitions().order_by("pk"):
            if indicator.pk == pk:
                yield indicator, list(recent)
                pk, recent = next(by_id, (None, ()))
            else:
                yield indicator, []


# What a picture needs of a reading.
_PICTURED = ("id", "indicator_id", "period_start", "value", "rating")


def bring_recent(indicators, counts, today):
    """The same, each with `recent` (see `with_recent`). One query."""
    prefetch_related_objects(indicators, _recent(counts, today))
    return indicators


def _since(counts, today):
    recent = Q()
    for frequency, count in counts.items():
        first = rules.last_periods(frequency, today, count)[0]
        recent |= Q(indicator__frequency=frequency, period_start__gte=first.start)
    return recent


def _recent(counts, today, *, whole=False):
    from performance.models import Reading

    readings = Reading.objects.filter(_since(counts, today)).order_by("period_start")
    if not whole:
        readings = readings.only(*_PICTURED)
    return Prefetch("readings", readings, to_attr="recent")


INDICATOR, DEFINITION, READING = "indicator", "definition", "reading"


def asked_of_the_worst(contract_pk, number, counts, today):
    """What `with_recent` gives of the worst so many KPIs in use of a contract, for `Section.asked`: the page they are on
    has other things to ask."""
    from performance.models import Definition, Indicator, Reading

    in_use = Indicator.objects.in_use().filter(contract=contract_pk)
    # A member of a UNION may have no limit; what it chooses from may.
    chosen = in_use.worst_first().values("pk")[:number]
    readings = Reading.objects.filter(_since(counts, today), indicator__in=chosen)
    return (
        _told(Indicator.objects.filter(pk__in=chosen), INDICATOR, columns_of(Indicator)),
        _told(Definition.objects.filter(indicator__in=chosen), DEFINITION, columns_of(Definition)),
        _told(readings, READING, {name: name for name in _PICTURED}),
    )


def _told(queryset, what, columns):
    return queryset, columns | {"what": Value(what)}


def worst_from(rows):
    """The indicators of these rows, the worst first, each with its definitions and `recent`."""
    from performance.models import Definition, Indicator, Reading

    models = {INDICATOR: Indicator, DEFINITION: Definition, READING: Reading}
    found = defaultdict(list)
    for row in rows:
        found[row["what"]].append(revived(models[row["what"]], row))
    definitions, recent = defaultdict(list), defaultdict(list)
    for definition in sorted(found[DEFINITION], key=lambda d: (d.from_on, d.pk), reverse=True):
        definitions[definition.indicator_id].append(definition)
    for reading in sorted(found[READING], key=attrgetter("period_start")):
        recent[reading.indicator_id].append(reading)
    indicators = found[INDICATOR]
    for indicator in indicators:
        # As prefetch_related leaves them.
        known = indicator.definitions.all()
        known._result_cache, known._prefetch_done = definitions[indicator.pk], True
        indicator._prefetched_objects_cache = {"definitions": known}
        indicator.recent = recent[indicator.pk]
    return sorted(indicators, key=lambda i: (severity(i.latest_rating), i.name, i.pk))


def severity(rating):
    """As `worst_first` sorts by."""
    known = rules.WORST_FIRST
    return known.index(rating) if rating in known else len(known)


class DefinitionQuerySet(QuerySet):
    """Which definitions: by who may change their contract, and whether anything was rated by them."""

    def editable_by(self, user):
        return self.filter(indicator__contract__in=Contract.objects.editable_by(user))

    def unused(self):
        return self.filter(readings=None)


class ReadingQuerySet(QuerySet):
    """Which readings: by who may see or check them, and how far they have come."""

    def visible_to(self, user):
        return self.filter(indicator__contract__in=Contract.objects.visible_to(user))

    def allowing(self, user, permission):
        return self.filter(indicator__contract__in=Contract.objects.allowing(user, permission))

    def loggable_by(self, user):
        return self.allowing(user, Permission.LOG_PERFORMANCE)

    def to_check(self):
        """What was reported and waits for somebody to say that it is right."""
        return self.filter(status=rules.State.REPORTED, value__isnull=False)

    def unsettled(self):
        """What waits to be checked, and what is doubted."""
        unsettled = [rules.State.REPORTED, rules.State.CHALLENGED]
        return self.filter(status__in=unsettled, value__isnull=False)

    def checked_by(self, user, contract=None):
        """Those of a contract on which this user may log, or of all that they manage."""
        if contract is not None:
            return self.filter(indicator__contract=contract)
        return self.managed_by(user)

    def managed_by(self, user):
        """Of the contracts in force that this user manages and may log for."""
        contracts = Contract.objects.in_force().managed_by(user)
        return self.filter(indicator__contract__in=contracts).loggable_by(user)

    def for_periods(self, indicators, periods):
        """{(indicator id, first day): reading} of these indicators and periods."""
        found = self.filter(
            indicator__in=indicators, period_start__in={period.start for period in periods}
        ).select_related("recorded_by")
        return {(reading.indicator_id, reading.period_start): reading for reading in found}


def ratings_by_month(contract_ids, *, today, months=12):
    """{contract id: the worst rating of each of the last `months` complete months, oldest first}.

    A quarter's or a year's reading counts in the month in which its period ends. None is a month
    without a rated reading. One query, for a page of contracts.
    """
    from performance.models import Reading

    shown = rules.last_periods(rules.Frequency.MONTHLY, today, months)
    starts = {f: rules.period_of(f, shown[0].start).start for f in rules.Frequency}
    since = Q()
    for frequency, start in starts.items():
        since |= Q(indicator__frequency=frequency, period_start__gte=start)
    # Each rating once, however many KPIs have it.
    found = (
        Reading.objects.filter(since, indicator__contract__in=contract_ids)
        .exclude(rating="")
        .order_by()
        .values_list("indicator__contract", "indicator__frequency", "period_start", "rating")
        .distinct()
    )
    ratings = {}
    month_of = cache(lambda start, frequency: rules.Period(start, frequency).month)
    for contract, frequency, start, rating in found:
        ratings.setdefault((contract, month_of(start, frequency)), []).append(rating)
    named = [month.month for month in shown]
    return {
        contract: [rules.worst(ratings.get((contract, month), ())) for month in named]
        for contract in contract_ids
    }


# --- how KPIs stand, in SQL: the same answers as `rules.kpi_standing` ---------------------------------


def stale(today):
    """`rules.is_stale`, from the indicator's own row: a million readings are not touched."""
    older = Q(latest_period=None) & ~Q(frequency=rules.Frequency.ON_EVENT.value)
    for frequency in rules.REGULAR:
        start = rules.last_overdue(frequency, today).start
        older |= Q(frequency=frequency.value, latest_period__lt=start)
    return older


def kpi_severity(today):
    """How a KPI stands, as the severity of its standing: 0 is the worst."""
    rated = {s: When(latest_rating=s.value, then=Value(s.severity)) for s in Standing}
    return Case(
        *(rated[standing] for standing in BAD),
        When(Q(latest_rating="") | stale(today), then=Value(Standing.NOT_REPORTED.severity)),
        *(rated[standing] for standing in (Standing.APPROACHING, Standing.GOOD, Standing.OTHER)),
    )


def of_suppliers(user, supplier_ids, *, today):
    """{supplier: (worst standing, KPIs, of these with a reading overdue)} over the contracts in force that the
    user may see and the supplier leads. One query."""
    from performance.models import Indicator

    contracts = Contract.objects.visible_to(user).in_force().filter(supplier__in=supplier_ids)
    grouped = (
        Indicator.objects.in_use()
        .filter(contract__in=contracts)
        .order_by()
        .values("contract__supplier")
        .annotate(
            worst=Min(kpi_severity(today)),
            kpis=Count("pk"),
            late=Count("pk", filter=stale(today) & _expected(today)),
        )
    )
    standings = list(Standing)
    return {
        row["contract__supplier"]: (standings[row["worst"]], row["kpis"], row["late"])
        for row in grouped
    }


def _expected(today):
    """Measured since before the latest period that should be here ended."""
    begun = Q()
    for frequency in rules.REGULAR:
        last_day = rules.last_overdue(frequency, today).end
        begun |= Q(frequency=frequency.value, starts_on__lte=last_day)
    return begun
