"""Two years of readings for the fictional council: good and bad stories, always up to yesterday."""

import random
from datetime import date, datetime, time
from decimal import Decimal
from itertools import cycle

from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from performance import rules
from performance.demo_table import BY_CATEGORY, COMMENTS, GENERAL, REPAIRS, STORIES
from performance.models import Indicator, Reading

SEED = 20261001
MONTHS_OF_READINGS = 24
D = Decimal


def build(contracts, today: date, by):
    """KPIs and readings for these contracts. `by` is recorded where a contract has no owner."""
    luck = random.Random(SEED)  # noqa: S311 - invented figures, the same in every demo
    contracts = list(contracts)
    stories = cycle(STORIES)
    told = [
        told_kpi
        for contract in contracts
        for told_kpi in _kpis_of(contract, stories, today, by, luck)
    ]
    indicators = [indicator for indicator, _ in told]
    bulk_create_with_history(
        indicators,
        Indicator,
        batch_size=500,
        default_user=by,
        default_change_reason="Agreed with the supplier",
    )
    readings = [
        reading
        for indicator, story in told
        for reading in _readings_of(indicator, story, today, by, luck)
    ]
    bulk_create_with_history(readings, Reading, batch_size=1000, default_user=by)
    _carry_latest(indicators, readings)
    return indicators


def _kpis_of(contract, stories, today, by, luck):
    """Up to five KPIs that suit what is bought, each with the story that it will tell."""
    how_many = {"platinum": 5, "gold": 4, "silver": 3}.get(contract.tier, luck.choice((0, 1, 1)))
    first = rules.last_periods(rules.Frequency.MONTHLY, today, MONTHS_OF_READINGS)[0].start
    suited = next(
        (k for name, k in BY_CATEGORY.items() if contract.category.startswith(name)), GENERAL
    )
    place = luck.randrange(len(suited))
    for kpi in [*suited[place:], *suited[:place]][:how_many]:
        story = next(stories)
        starts_on = max(contract.commences_on or first, first)
        if story == "new":
            starts_on = max(starts_on, rules.last_periods(kpi.frequency, today, 2)[0].start)
        indicator = Indicator(contract=contract, starts_on=starts_on, **kpi.columns)
        _told_by(indicator, contract.oco or by, starts_on, time(9, 40))
        yield indicator, story


def _readings_of(indicator, story, today, by, luck):
    count = MONTHS_OF_READINGS // rules.MONTHS_IN[rules.Frequency(indicator.frequency)]
    periods = rules.last_periods(indicator.frequency, today, max(1, count))
    for number, period in enumerate(periods):
        if not indicator.expects(period):
            continue
        if story == "gaps" and number % 5 == 3:
            continue
        silent = (story == "gaps" and number % 5 == 1) or luck.random() < 0.01
        # Every fourth contract has not been logged for the latest period: there is something to do.
        if number == len(periods) - 1 and indicator.contract_id % 4 == 0:
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
    reading = Reading(
        indicator=indicator,
        period_start=period.start,
        value=value,
        not_reported_reason="" if value is not None else "The supplier sent no figures",
        rating=rating,
        comment=COMMENTS.get(story, "") if bad else "",
        recorded_by=indicator.contract.oco or by,
    )
    reading.recorded_at = _told_by(reading, reading.recorded_by, period.due_on, time(10, 12))
    return reading


def _told_by(row, person, day, hour):
    """Let simple-history say who wrote this row and when; never in the future."""
    at = min(timezone.make_aware(datetime.combine(day, hour)), timezone.now())
    row._history_user, row._history_date = person, at
    return at


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
    monthly = [kpi for kpi in REPAIRS if kpi.frequency == rules.Frequency.MONTHLY][:kpis]
    contract_ids = list(contract_ids)
    for first in range(0, len(contract_ids), batch):
        _bulk_share(contract_ids[first : first + batch], monthly, periods, luck)


def _bulk_share(contract_ids, kpis, periods, luck):
    indicators, values = [], []
    for contract_id in contract_ids:
        for kpi in kpis:
            indicator = Indicator(
                contract_id=contract_id, starts_on=periods[0].start, **kpi.columns
            )
            width = indicator.tolerance_far
            run = [
                rules.rounded(
                    indicator.target + width * D(luck.randint(-150, 100)) / 100, kpi.decimals
                )
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
