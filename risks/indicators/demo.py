"""Key risk indicators of the demonstration: one that crosses its red threshold today, one that follows a KPI, one that
nobody has measured, and some that are as they should be."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, DateField, F, OuterRef, Q, Subquery, Value, When
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from common.bulk import insert_select
from common.demo import moment, save_as_of
from contracts import measures
from contracts.models import Contract
from risks.indicators import actions, rules
from risks.indicators.models import KeyRiskIndicator, KriReading
from risks.indicators.rules import Direction, Frequency, Status
from risks.models import Category

HOME_CARE, WASTE, CASES = (
    "Home care, north and coast", "Household waste and recycling collection", "Social care case management system",
)  # fmt: skip
MEALS, REPAIRS, TRANSPORT = (
    "School meals in primary and special schools", "Responsive repairs and empty homes",
    "Home to school transport for pupils with special needs",
)  # fmt: skip


class Line(NamedTuple):
    """An indicator; `values` are those of the last complete periods, oldest first. `risk` begins the title of its risk."""

    contract: str
    risk: str
    name: str
    text: str
    unit: str
    amber: str
    red: str
    values: tuple = ()
    direction: str = Direction.HIGHER
    frequency: str = Frequency.MONTHLY
    decimals: int = 0
    category: str = ""
    red_likelihood: int = 5
    notes: tuple = ()  # of the latest values, the last of them last
    follows: str = ""


LINES = (
    # It crosses today: its risk is scored anew by rule, and put before the SRO.
    Line(HOME_CARE, "Visit records show", "Visit records opened without a need", "Records opened by somebody who had no visit to that person, from the log of the app.", "", "3", "8",
         (1, 0, 2, 1, 2, 4, 3, 5, 2, 2, 3, 9), red_likelihood=4, notes=("Two of them by one member of staff", "Seven of the nine on shared telephones at the coast depot")),
    # It crossed some days ago, and its owner has reviewed the risk since.
    Line(HOME_CARE, "Supplier leaves", "Hours of care handed back", "Hours that the supplier says it cannot staff, of all hours ordered.", "%", "3", "6",
         ("1.2", "1.6", "1.4", "2.1", "2.4", "2.2", "2.8", "3.1", "3.4", "3.9", "5.2", "6.4"), decimals=1, red_likelihood=4),
    # A KPI is the measure.
    Line(WASTE, "Too few drivers", "Missed collections", "More missed collections come some weeks before a round is given up.", "", "90", "140", follows="Missed collections per 100,000"),
    Line(WASTE, "Too few drivers", "Drivers’ posts vacant", "Posts without a driver on the first day of the month, of all drivers’ posts.", "%", "8", "15",
         (17, 16, 14, 15, 12, 11, 9, 9, 8, 7, 7, 6)),
    # Nobody has measured it.
    Line(CASES, "Data move", "Records that fail the check a day", "Mean of the month. From the supplier’s migration report.", "", "20", "50"),
    Line(MEALS, "Food prices", "Food prices above the index", "Wholesale basket of 40 goods, against the index of the contract.", "%", "3", "6",
         ("0.4", "1.1", "2.6", "1.9", "2.2", "1.7"), decimals=1, frequency=Frequency.QUARTERLY),
    Line(REPAIRS, "Damp and mould", "Reports of damp older than ten days", "Open reports that nobody has inspected ten working days after they came in.", "", "10", "25",
         (4, 6, 9, 8, 12, 14, 19, 13, 11, 12, 14, 12), red_likelihood=5),
    Line(TRANSPORT, "Escorts without", "Escorts whose check runs out within 60 days", "Of all escorts on the road.", "%", "12", "20",
         (22, 19, 15, 14, 11, 9, 10, 8, 9, 7, 8, 6)),
    # It warns of no risk yet: one is raised when it crosses.
    Line(TRANSPORT, "", "Drivers over 60", "Of all drivers of the contract: who retires must be followed by somebody.", "%", "35", "45",
         ("28", "29", "31", "33"), frequency=Frequency.HALF_YEARLY, category="People"),
)  # fmt: skip


def build(register, today, by):
    """After the risks: each warns of one of theirs. `by` acts where a contract has no owner."""
    for line in LINES:
        contract = register[line.contract]
        owner = contract.oco or by
        indicator = _indicator(line, contract, today, owner)
        if line.follows:
            actions.follow(indicators=KeyRiskIndicator.objects.filter(pk=indicator.pk), today=today)
        elif line.values:
            _measured(line, indicator, today, owner)


def _indicator(line, contract, today, owner):
    months = len(line.values) or (12 if line.follows else 4)
    first = rules.last_complete(line.frequency, today).shifted(1 - months)
    risk = contract.risks.filter(title__startswith=line.risk).first() if line.risk else None
    indicator = KeyRiskIndicator(
        contract=contract, risk=risk, category=Category.objects.filter(name=line.category).first(),
        name=line.name, text=line.text, unit=line.unit, decimals=line.decimals, direction=line.direction,
        amber=Decimal(line.amber), red=Decimal(line.red), frequency=line.frequency, responsible=owner,
        red_likelihood=line.red_likelihood, starts_on=first.start,
    )  # fmt: skip
    if line.follows:
        kpis = [m for _, found in measures.of_contract(contract) for m in found]
        kpi = next(m for m in kpis if m.label.endswith(line.follows))
        indicator.measure, indicator.measure_label = kpi.key, kpi.label
        indicator.unit, indicator.decimals = kpi.unit, kpi.decimals
        indicator.frequency = kpi.frequency
    at = moment(today, min((today - first.end).days, 900), hour=11, minute=30)
    return save_as_of(indicator, at=at, by=owner)


def _measured(line, indicator, today, owner):
    """As people recorded it month by month; the last of a line that ends in red is recorded today, with what follows."""
    last = rules.last_complete(line.frequency, today)
    values = [Decimal(value) for value in line.values]
    periods = [last.shifted(-back) for back in reversed(range(len(values)))]
    notes = ("",) * (len(values) - len(line.notes)) + line.notes
    rows = list(zip(periods, values, notes, strict=True))
    crosses_today = line is LINES[0]
    earlier = rows[:-1] if crosses_today else rows
    _write(indicator, earlier, today, owner)
    _carry(indicator, earlier, today)
    if crosses_today:
        period, value, note = rows[-1]
        actions.record(
            indicator=indicator,
            by=owner,
            today=today,
            period_start=period.start,
            value=value,
            note=note,
        )


def _write(indicator, rows, today, owner):
    readings = []
    for period, value, note in rows:
        at = _recorded_at(period, today)
        reading = KriReading(
            indicator=indicator,
            period_start=period.start,
            value=value,
            note=note,
            recorded_by=owner,
            recorded_at=at,
        )
        reading._history_date = at
        readings.append(reading)
    bulk_create_with_history(readings, KriReading, default_user=owner)


def _recorded_at(period, today):
    return moment(today, max((today - period.end).days - 4, 0), hour=9, minute=50)


def _carry(indicator, rows, today):
    """What the rule would have kept. What crossed then was looked at since: the risks of the stories tell that."""
    thresholds = indicator.thresholds
    newest_first = [(period.start, value) for period, value, _ in reversed(rows)]
    status = thresholds.status(newest_first[0][1])
    indicator.latest_period, indicator.latest_value = newest_first[0]
    indicator.latest_status = status.value
    indicator.since = rules.since(newest_first, thresholds)
    began = next(period for period, _, _ in rows if period.start == indicator.since)
    indicator.moved_at = _recorded_at(began, today)
    if status in (Status.AMBER, Status.RED):
        indicator.crossed_at, indicator.crossed_status = indicator.moved_at, status.value
    indicator.save_without_historical_record()


# --- A register of any size, for measuring --------------------------------------------------------

BULK = 5000
MONTHS_OF_READINGS = 12


def bulk_build(today, *, number=BULK, months=MONTHS_OF_READINGS):
    """One indicator for so many contracts in force, with a reading a month: most green, some that warn, some that are late.

    Made by the database itself. No history: nobody typed these, and nobody will ask who did.
    """
    category = Category.objects.get(name="Operations").pk
    last = rules.last_complete(Frequency.MONTHLY, today)
    first = last.shifted(1 - months)
    chosen = Contract.objects.in_force().order_by("pk").values("pk")[:number]
    insert_select(
        KeyRiskIndicator,
        {
            "contract_id": F("pk"), "category_id": Value(category), "responsible_id": F("oco"),
            "name": Value("Posts vacant"), "text": Value(""), "unit": Value("%"), "decimals": Value(0),
            "direction": Value(Direction.HIGHER.value), "amber": Value(Decimal(10)), "red": Value(Decimal(15)),
            "frequency": Value(Frequency.MONTHLY.value), "measure": Value(""), "measure_label": Value(""),
            "amber_likelihood": Value(3), "red_likelihood": Value(5), "starts_on": _day(first.start),
            "latest_status": Value(Status.NOT_MEASURED.value), "crossed_status": Value(""), "version": Value(1),
        },
        Contract.objects.filter(pk__in=list(chosen.values_list("pk", flat=True))),
    )  # fmt: skip
    made = KeyRiskIndicator.objects.filter(name="Posts vacant", latest_period=None)
    for back in reversed(range(months)):
        _bulk_period(made, last.shifted(-back), is_last=back == 0)
    _bulk_carry(made)


def _day(day):
    return Value(day, output_field=DateField())


def _bulk_period(indicators, period, *, is_last):
    """A value between 0 and 16 that differs by indicator and month; every twentieth has not recorded the last month."""
    if is_last:
        indicators = indicators.alias(twentieth=F("pk") % 20).exclude(twentieth=0)
    at = timezone.make_aware(datetime.combine(period.end + timedelta(days=4), time(10)))
    insert_select(
        KriReading,
        {
            "indicator_id": F("pk"), "period_start": _day(period.start),
            "value": (F("pk") * 7 + Value(period.start.month * 5)) % 17,
            "note": Value(""), "source": Value(rules.Source.OWN.value), "recorded_at": Value(at), "version": Value(1),
        },
        indicators,
    )  # fmt: skip


def _bulk_carry(indicators):
    latest = KriReading.objects.filter(indicator=OuterRef("pk")).order_by("-period_start")
    indicators.update(
        latest_period=Subquery(latest.values("period_start")[:1]),
        since=Subquery(latest.values("period_start")[:1]),
        latest_value=Subquery(latest.values("value")[:1]),
        latest_status=Subquery(
            latest.annotate(
                shown=Case(
                    When(Q(value__gte=15), then=Value(Status.RED.value)),
                    When(Q(value__gte=10), then=Value(Status.AMBER.value)),
                    default=Value(Status.GREEN.value),
                )
            ).values("shown")[:1]
        ),
    )  # fmt: skip
