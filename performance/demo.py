"""Two years of readings for the fictional council: good and bad stories, always up to yesterday."""

import random
from datetime import date, datetime, time
from decimal import Decimal
from itertools import cycle

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from performance import rules
from performance.models import Indicator, Reading

SEED = 20261001
MONTHS_OF_READINGS = 24
D = Decimal

# name, definition, unit, decimals, direction, target, near, far, frequency
KPIS = (
    ("Reactive jobs completed on time", "Jobs finished within their priority's time, of all jobs closed in the month.",
     "%", 1, "higher", D(95), D(2), D(5), "monthly"),
    ("Calls answered within 20 seconds", "Calls taken by a person within 20 seconds, of all calls offered.",
     "%", 1, "higher", D(90), D(3), D(8), "monthly"),
    ("Invoice accuracy", "Invoices paid without a query, of all invoices received.",
     "%", 1, "higher", D(98), D(1), D(3), "monthly"),
    ("Missed collections per 100,000", "Collections reported as missed and not put right by the next day.",
     "", 0, "lower", D(40), D(10), D(30), "monthly"),
    ("Average days to repair", "Working days from report to repair, mean of the month.",
     "days", 1, "lower", D(5), D(1), D(3), "monthly"),
    ("System availability", "Minutes available of the agreed service hours.",
     "%", 2, "higher", D("99.50"), D("0.30"), D("1.00"), "monthly"),
    ("Customer satisfaction", "People who were satisfied or very satisfied, of those who answered the survey.",
     "%", 0, "higher", D(85), D(5), D(10), "quarterly"),
    ("Local spend", "Spend with suppliers in the county, of all spend with subcontractors.",
     "%", 0, "higher", D(30), None, None, "quarterly"),
    ("Apprentices employed", "Apprentices on the contract on 31 December.",
     "", 0, "higher", D(4), D(1), D(2), "yearly"),
    ("Complaints upheld", "Complaints found justified in the month.",
     "", 0, "lower", D(2), D(1), D(4), "monthly"),
)  # fmt: skip

# Eleven, so that they meet the ten KPIs in ever new pairs.
STORIES = (
    "steady", "decline", "steady", "cliff", "seasonal", "steady", "chronic", "gaps", "new", "steady",
    "steady",
)  # fmt: skip

COMMENTS = {
    "cliff": "Depot moved; the supplier's recovery plan runs until spring",
    "decline": "Vacancies again; raised at the review meeting",
    "chronic": "Same cause as last month",
}


def build(contracts, today: date, by):
    """KPIs and readings for these contracts. `by` is recorded where a contract has no owner."""
    luck = random.Random(SEED)  # noqa: S311 - invented figures, the same in every demo
    contracts = list(contracts)
    stories = cycle(STORIES)
    told = [
        told_kpi
        for number, contract in enumerate(contracts)
        for told_kpi in _kpis_of(contract, number, stories, today, luck)
    ]
    indicators = [indicator for indicator, _ in told]
    bulk_create_with_history(
        indicators, Indicator, batch_size=500, default_user=by, default_change_reason="Demo data"
    )
    readings = [
        reading
        for indicator, story in told
        for reading in _readings_of(indicator, story, today, by, luck)
    ]
    bulk_create_with_history(readings, Reading, batch_size=1000, default_user=by)
    _carry_latest(indicators, readings)
    return indicators


def _kpis_of(contract, number, stories, today, luck):
    how_many = {"platinum": 5, "gold": 4, "silver": 3}.get(contract.tier, luck.choice((0, 1, 1)))
    first = rules.last_periods(rules.Frequency.MONTHLY, today, MONTHS_OF_READINGS)[0].start
    for place in range(how_many):
        kpi = KPIS[(number * 3 + place) % len(KPIS)]
        story = next(stories)
        starts_on = max(contract.commences_on or first, first)
        if story == "new":
            starts_on = max(
                starts_on, rules.last_periods(kpi[-1], today, 2)[0].start
            )  # fmt: skip
        yield _indicator(contract, kpi, starts_on), story


def _indicator(contract, kpi, starts_on):
    name, definition, unit, decimals, direction, target, near, far, frequency = kpi
    return Indicator(
        contract=contract, name=name, definition=definition, unit=unit, decimals=decimals,
        direction=direction, target=target, tolerance_near=near, tolerance_far=far,
        frequency=frequency, starts_on=starts_on,
    )  # fmt: skip


def _readings_of(indicator, story, today, by, luck):
    count = MONTHS_OF_READINGS // rules.MONTHS_IN[rules.Frequency(indicator.frequency)]
    periods = rules.last_periods(indicator.frequency, today, max(1, count))
    for number, period in enumerate(periods):
        if not indicator.expects(period):
            continue
        if story == "gaps" and number % 5 == 3:
            continue
        silent = (story == "gaps" and number % 5 == 1) or luck.random() < 0.01
        # The latest month is only half logged, so that there is something to do.
        if number == len(periods) - 1 and luck.random() < 0.4:
            continue
        how_good = _how_good(story, number, len(periods), period, luck)
        yield _reading(indicator, period, None if silent else how_good, story, by)


def _how_good(story, number, count, period, luck):
    """How far from the target, in widths of the far tolerance; above 0 is better than the target."""
    noise = luck.gauss(0, 0.12)
    part = number / max(1, count - 1)
    if story == "decline":
        return 0.6 - 1.9 * part + noise
    if story == "cliff":
        fallen = count - number
        return (-1.6 + 0.45 * (7 - fallen) if 3 <= fallen <= 7 else 0.4) + noise
    if story == "seasonal":
        return (-0.55 if period.start.month in (12, 1, 2) else 0.5) + noise
    if story == "chronic":
        return -0.7 + noise
    return 0.45 + noise


def _reading(indicator, period, how_good, story, by):
    value = None
    if how_good is not None:
        width = indicator.tolerance_far or indicator.target / 5
        move = D(str(round(how_good, 3))) * width
        value = indicator.target + (move if indicator.direction == "higher" else -move)
        value = max(D(0), min(value, D(100)) if indicator.unit == "%" else value)
        value = rules.rounded(value, indicator.decimals)
    rating = rules.rate(value, indicator.standard) or ""
    bad = rating in (rules.Rating.INADEQUATE, rules.Rating.REQUIRES_IMPROVEMENT)
    logged = timezone.make_aware(datetime.combine(period.due_on, time(10, 12)))
    reading = Reading(
        indicator=indicator,
        period_start=period.start,
        value=value,
        not_reported_reason="" if value is not None else "The supplier sent no figures",
        rating=rating,
        comment=COMMENTS.get(story, "") if bad else "",
        recorded_by=indicator.contract.oco or by,
        recorded_at=min(logged, timezone.now()),
    )
    # simple-history takes these over, so that the history tells the same story as the readings.
    reading._history_user, reading._history_date = reading.recorded_by, reading.recorded_at
    return reading


def _carry_latest(indicators, readings):
    latest = {
        reading.indicator_id: reading for reading in readings
    }  # oldest first, so the last stays
    for indicator in indicators:
        if reading := latest.get(indicator.pk):
            indicator.latest_period = reading.period_start
            indicator.latest_value = reading.value
            indicator.latest_rating = reading.rating
    # No history: this repeats what the readings' own history says.
    Indicator.objects.bulk_update(
        indicators, ["latest_period", "latest_value", "latest_rating"], batch_size=500
    )


def bulk_build(contract_ids, today: date, *, kpis=3, months=MONTHS_OF_READINGS, batch=1000):
    """Many readings fast, for measuring: `kpis` for each contract, a reading for each month.

    No history: nobody typed these, and nobody will ask who did.
    """
    luck = random.Random(SEED)  # noqa: S311 - invented figures, the same in every run
    periods = rules.last_periods(rules.Frequency.MONTHLY, today, months)
    monthly = [kpi for kpi in KPIS if kpi[-1] == rules.Frequency.MONTHLY][:kpis]
    contract_ids = list(contract_ids)
    for first in range(0, len(contract_ids), batch):
        _bulk_share(contract_ids[first : first + batch], monthly, periods, luck)


def _bulk_share(contract_ids, kpis, periods, luck):
    indicators, values = [], []
    for contract_id in contract_ids:
        for kpi in kpis:
            indicator = _indicator(None, kpi, periods[0].start)
            indicator.contract_id = contract_id
            width = indicator.tolerance_far
            run = [
                rules.rounded(indicator.target + width * D(luck.randint(-150, 100)) / 100, kpi[3])
                for _ in periods
            ]
            indicator.latest_period = periods[-1].start
            indicator.latest_value = run[-1]
            indicator.latest_rating = rules.rate(run[-1], indicator.standard)
            indicators.append(indicator)
            values.append(run)
    indicators = Indicator.objects.bulk_create(indicators, batch_size=1000)
    Reading.objects.bulk_create(
        (
            Reading(
                indicator_id=indicator.pk,
                period_start=period.start,
                value=value,
                rating=rules.rate(value, indicator.standard),
            )
            for indicator, run in zip(indicators, values, strict=True)
            for period, value in zip(periods, run, strict=True)
        ),
        batch_size=2000,
    )
