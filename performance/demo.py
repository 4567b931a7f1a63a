"""Two years of readings for the fictional council: good and bad stories, always up to yesterday."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from typing import NamedTuple

from django.db.models import Max
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from common.bulk import insert_rows
from performance import rules
from performance.demo_table import BY_CATEGORY, COMMENTS, FURTHER, GENERAL, REPAIRS, STORIES
from performance.models import Definition, Indicator, Reading

SEED = 20261001
MONTHS_OF_READINGS = 24
SILENT_FOR = 4  # periods, in the story of a supplier who stopped reporting
MISSES_NEEDED = 8  # to have some of each kind to tell of
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
    indicators = [indicator for indicator, _, _ in told]
    agreed = {"default_user": by, "default_change_reason": "Agreed with the supplier"}
    bulk_create_with_history(indicators, Indicator, batch_size=500, **agreed)
    definitions = [
        definition
        for number, (indicator, kpi, _) in enumerate(told)
        for definition in _definitions_of(indicator, kpi, today, by, ramped=number % 7 == 3)
    ]
    bulk_create_with_history(definitions, Definition, batch_size=500, **agreed)
    known = Indicator.objects.with_definitions().in_bulk([i.pk for i in indicators])
    # By place and not by id, which says how often the database has been filled before.
    first = min((contract.pk for contract in contracts), default=0)
    readings = [
        reading
        for indicator, _, story in told
        for reading in _readings_of(
            known[indicator.pk],
            indicator,
            story,
            today,
            by,
            luck,
            place=indicator.contract_id - first + 1,
        )
    ]
    _doubt_some(readings, by)
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
    chosen = [(kpi, next(stories)) for kpi in [*suited[place:], *suited[:place]][:how_many]]
    further = next((k for name, k in FURTHER.items() if contract.category.startswith(name)), None)
    if further and contract.tier in ("platinum", "gold"):
        chosen.append((further, "cliff"))
    for number, (kpi, story) in enumerate(chosen, start=1):
        starts_on = max(contract.commences_on or first, first)
        if story == "new":
            starts_on = max(starts_on, rules.last_periods(kpi.frequency, today, 2)[0].start)
        indicator = Indicator(
            contract=contract, starts_on=starts_on, reference=f"KPI {number}",
            publishable=number <= 3 and contract.tier in ("platinum", "gold"),
            weight=3 if number == 1 else 1, **kpi.columns,
        )  # fmt: skip
        _told_by(indicator, contract.oco or by, starts_on, time(9, 40))
        yield indicator, kpi, story


def _definitions_of(indicator, kpi, today, by, *, ramped):
    """What counts from the start or, where the target was agreed to rise, from a year ago on; with a step to come
    after that."""
    bands = kpi.bands if indicator.contract.tier in ("platinum", "gold") else ""
    person = indicator.contract.oco or by
    steps = [(indicator.starts_on, D(0))]
    year_ago = date(today.year - 1, today.month, 1)
    if ramped and kpi.far and indicator.starts_on < year_ago:
        easier = D(kpi.far) / 2
        steps = [(indicator.starts_on, easier), (year_ago, D(0))]
    for from_on, easier in steps:
        defined = {**kpi.defined, "bands": bands}
        defined["target"] += easier if kpi.direction == rules.Direction.LOWER else -easier
        definition = Definition(indicator=indicator, from_on=from_on, **defined)
        _told_by(definition, person, indicator.starts_on, time(9, 41))
        yield definition


def _readings_of(known, indicator, story, today, by, luck, *, place):
    """`known` is the same KPI with its definitions."""
    if not known.is_regular:
        yield from _events_of(known, indicator, today, by, place)
        return
    days = {rules.Frequency.WEEKLY: 104}
    count = days.get(known.frequency) or MONTHS_OF_READINGS // rules.MONTHS_IN[known.frequency]
    periods = rules.last_periods(known.frequency, today, max(1, count))
    for number, period in enumerate(periods):
        if not known.expects(period):
            continue
        if story == "gaps" and number % 5 == 3:
            continue
        silent = (story == "gaps" and number % 5 == 1) or luck.random() < 0.01
        silent = silent or (story == "silent" and number >= len(periods) - SILENT_FOR)
        # Every fourth contract has not been logged for the latest period: there is something to do.
        if number == len(periods) - 1 and place % 4 == 0:
            continue
        how_good = _how_good(story, number, len(periods), period, luck)
        reading = _reading(known, indicator, period, None if silent else how_good, story, by)
        _check(reading, is_latest=number == len(periods) - 1, place=place)
        yield reading


def _events_of(known, indicator, today, by, place):
    for days_ago, how_good in ((310, 0.2), (190, -0.7), (64, 0.4), (17, -1.4)):
        period = known.period(today - timedelta(days=days_ago))
        if period.start >= known.starts_on:
            reading = _reading(known, indicator, period, how_good, "cliff", by)
            _check(reading, is_latest=days_ago == 17, place=place)
            yield reading


def _check(reading, *, is_latest, place):
    """The latest figures of every third contract wait to be checked; what we measure ourselves does not."""
    ours = reading.indicator.reported_by == rules.ReportedBy.AUTHORITY
    if reading.value is None or (is_latest and place % 3 == 0 and not ours):
        return
    reading.status = rules.State.VALIDATED
    reading.checked_by, reading.checked_at = reading.recorded_by, reading.recorded_at


def _doubt_some(readings, by):
    """One figure that is challenged, one that was amended, one rated otherwise and one excused."""
    missed = [
        r
        for r in readings
        if r.is_miss and r.status == rules.State.VALIDATED and r.indicator.contract.oco_id
    ]
    if len(missed) < MISSES_NEEDED:
        return
    challenged, amended, otherwise, excused = (missed[-n] for n in (1, 3, 5, 7))
    challenged.status = rules.State.CHALLENGED
    challenged.status_reason = "The supplier's log shows two more cases than its report counts"
    amended.status, amended.status_reason = (
        rules.State.AMENDED,
        "Cases of another site were counted",
    )
    width = amended.definition.tolerance_far or D(1)
    better = -width if amended.indicator.direction == rules.Direction.LOWER else width
    amended.reported_value = rules.rounded(amended.value + better, amended.indicator.decimals)
    otherwise.rating = rules.Rating.OTHER
    otherwise.rating_reason = "The building was closed for half of the period"
    excused.relief = rules.Relief.GRANTED
    excused.relief_reason = "We gave access to the site twelve days late"


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


def _reading(known, indicator, period, how_good, story, by):
    value = None
    definition = known.definition_on(period.start)
    standard = definition.standard_of(known)
    if how_good is not None:
        width = definition.tolerance_far or definition.target / 5
        move = D(str(round(how_good, 3))) * width
        value = definition.target + (move if known.direction == "higher" else -move)
        value = max(D(0), min(value, D(100)) if known.unit == "%" else value)
        value = rules.rounded(value, known.decimals)
        if known.direction == rules.Direction.YES_NO:
            value = D(how_good > -0.3)
    rating = rules.rate(value, standard) or ""
    bad = rating in (rules.Rating.INADEQUATE, rules.Rating.REQUIRES_IMPROVEMENT)
    reading = Reading(
        indicator=indicator,
        definition=definition,
        period_start=period.start,
        value=value,
        reported_value=value,
        not_reported_reason="" if value is not None else "The supplier sent no figures",
        proposed_rating=rating,
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


# How often what is measured to scale is measured, dealt out by contract: most by the month.
_BULK_FREQUENCIES = {3: rules.Frequency.WEEKLY, 5: rules.Frequency.QUARTERLY}
_BULK_RUNS = 40  # different runs of each KPI, dealt out
_BULK_INDICATOR = (
    "contract_id", "reference", "name", "kind", "quadrant", "unit", "decimals", "direction", "frequency",
    "reported_by", "source", "weight", "publishable", "over", "starts_on", "latest_period", "latest_value",
    "latest_rating", "version",
)  # fmt: skip
_BULK_DEFINITION = (
    "indicator_id", "from_on", "text", "target", "tolerance_near", "tolerance_far", "bands", "version",
)  # fmt: skip
_BULK_READING = (
    "indicator_id", "definition_id", "period_start", "value", "reported_value", "not_reported_reason",
    "proposed_rating", "rating", "status", "status_reason", "rating_reason", "relief", "relief_reason",
    "comment", "recorded_at", "version",
)  # fmt: skip


def bulk_build(
    contract_ids, today: date, *, kpis=2, months=MONTHS_OF_READINGS, wide=None, batch=1000
):
    """Many readings fast, for measuring: `kpis` for each contract, `wide` ({contract id: number}) for those with
    more, and a reading for each period, or that it was not reported.

    No history: nobody typed these, and nobody will ask who did.
    """
    dealer = _Dealer(today, months)
    contract_ids = list(contract_ids)
    for first in range(0, len(contract_ids), batch):
        share = contract_ids[first : first + batch]
        dealt = [
            kpi for pk in share for kpi in dealer.kpis_of(pk, (wide or {}).get(pk, kpis))
        ]  # fmt: skip
        _bulk_share(dealt, dealer)


def _bulk_share(dealt, dealer):
    indicator_ids = _inserted(Indicator, _BULK_INDICATOR, (one.indicator for one in dealt))
    defined = [
        (pk, *definition)
        for pk, one in zip(indicator_ids, dealt, strict=True)
        for definition in one.run.definitions
    ]
    definition_ids = iter(_inserted(Definition, _BULK_DEFINITION, defined))
    readings = []
    for pk, one in zip(indicator_ids, dealt, strict=True):
        counts = [next(definition_ids) for _ in one.run.definitions]
        outcomes = one.run.outcomes[:-1] if one.is_late else one.run.outcomes
        lines = [(pk, counts[place], *outcome) for place, *outcome in outcomes]
        status = "validated"
        readings += [(*line, status, *dealer.rest) for line in lines[:-1]]
        waits = one.awaits_check and lines[-1][3] is not None
        readings += [(*line, "reported" if waits else status, *dealer.rest) for line in lines[-1:]]
    insert_rows(Reading, _BULK_READING, readings)


def _inserted(model, names, rows):
    """The numbers of these rows, in their order."""
    newest = model.objects.aggregate(newest=Max("pk"))["newest"] or 0
    insert_rows(model, names, rows)
    return list(
        model.objects.filter(pk__gt=newest).order_by("pk").values_list("pk", flat=True)
    )  # fmt: skip


class _Run(NamedTuple):
    """What one KPI showed, as plain values: (which definition, period, value twice, reason, rating twice)."""

    definitions: list
    outcomes: list


class _Dealt(NamedTuple):
    indicator: tuple
    run: _Run
    is_late: bool
    awaits_check: bool


class _Dealer:
    """Deals runs out of a few that were rated by the rules once, so that a million readings take no million sums."""

    def __init__(self, today, months):
        self.today, self.luck = today, random.Random(SEED)  # noqa: S311 - invented figures, the same in every run
        monthly = rules.last_periods(rules.Frequency.MONTHLY, today, months)
        number = {rules.Frequency.WEEKLY: months * 52 // 12}
        self.periods = {
            f: rules.last_periods(f, today, number.get(f) or max(1, months // rules.MONTHS_IN[f]))
            for f in (rules.Frequency.MONTHLY, *_BULK_FREQUENCIES.values())
        }
        self.steps_on = monthly[len(monthly) // 2].start
        self.measured = [k for k in REPAIRS if k.frequency == rules.Frequency.MONTHLY]
        self.runs = {
            (kpi, frequency): [self._run(kpi, frequency, n) for n in range(_BULK_RUNS)]
            for kpi in self.measured
            for frequency in self.periods
        }
        # Nothing more is said of a reading: reasons, relief, comment, when, version.
        self.rest = ("", "", "", "", "", f"{today - timedelta(days=1)} 09:00:00", 1)

    def _run(self, kpi, frequency, number):
        periods, target, width = self.periods[frequency], D(kpi.target), D(kpi.far)
        steps = [(periods[0].start, D(0))]
        if number % 7 == 3 and periods[0].start < self.steps_on:
            steps = [(periods[0].start, width / 2), (self.steps_on, D(0))]
        definitions, standards = [], []
        for from_on, easier in steps:
            aim = target + easier if kpi.direction == rules.Direction.LOWER else target - easier
            bands = kpi.bands if number % 2 else ""
            definitions.append((from_on, kpi.definition, aim, kpi.near, kpi.far, bands, 1))
            standards.append(
                rules.Standard(aim, kpi.direction, kpi.decimals, D(kpi.near), D(kpi.far))
            )
        places = [sum(period.start >= on for on, _ in steps) - 1 for period in periods]
        outcomes = [
            (place, period.start, *self._outcome(kpi, target, width, standards[place]))
            for place, period in zip(places, periods, strict=True)
        ]
        return _Run(definitions, outcomes)

    def _outcome(self, kpi, target, width, standard):
        if self.luck.random() < 0.03:
            return None, None, "The supplier sent no figure", "", ""
        better = -1 if kpi.direction == rules.Direction.LOWER else 1
        move = better * width * D(self.luck.randint(-90, 120)) / 100
        value = rules.rounded(target + move, kpi.decimals)
        rating = rules.rate(value, standard).value
        return value, value, "", rating, rating

    def kpis_of(self, contract_id, number):
        for place in range(number):
            kpi = self.measured[(contract_id + place) % len(self.measured)]
            frequency = rules.Frequency.MONTHLY
            if place % 2:
                frequency = _BULK_FREQUENCIES.get((contract_id + place) % 8, frequency)
            again = place // len(self.measured)
            run = self.luck.choice(self.runs[kpi, frequency])
            fate = self.luck.random()
            is_late = fate < 0.04 and len(run.outcomes) > 1
            _, period, value, _, _, rating, _ = run.outcomes[-2 if is_late else -1]
            indicator = (
                contract_id, f"KPI {place + 1}", f"{kpi.name}, area {again + 1}" if again else kpi.name,
                "kpi", kpi.quadrant, kpi.unit, kpi.decimals, kpi.direction, frequency, kpi.reported_by, "",
                3 if place == 0 else 1, False, "worst", run.definitions[0][0], period, value, rating, 1,
            )  # fmt: skip
            yield _Dealt(indicator, run, is_late, 0.04 <= fate < 0.08)
