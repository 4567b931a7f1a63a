"""How KPIs and readings change, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from common import locking
from common.history import save_with_history
from performance import rules
from performance.models import Indicator, Reading


class FrequencyIsFixed(Exception):
    """Readings exist: their periods would no longer fit. Retire this KPI and add another."""


class AlreadyRetired(Exception):
    """The KPI was retired before."""


class StillMeasured(Exception):
    """There are readings for periods after the day on which the KPI is to be retired."""


class ReasonMissing(Exception):
    """A reading that is already there changes only with a reason."""


class ReadingsChanged(Exception):
    """Somebody else logged some of the same readings; `readings` has theirs by indicator id."""

    def __init__(self, readings):
        super().__init__()
        self.readings = readings


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log page. `version` is the reading's that the person saw, 0 if there was none."""

    indicator_id: int
    period: rules.Period
    value: Decimal | None = None
    not_reported_reason: str = ""
    comment: str = ""
    reason: str = ""
    version: int = 0


@transaction.atomic
def add_indicator(*, contract, by, reason="", **values):
    return save_with_history(Indicator(contract=contract, **values), by=by, reason=reason)


@transaction.atomic
def change_indicator(*, indicator, by, version, reason="", **values):
    """Change what is measured or aimed at. Ratings that were given stay as they were given.

    `version` is the one that the person saw; `locking.Conflict` if somebody has saved since.
    """
    current = Indicator.objects.select_for_update().get(pk=indicator.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    if "frequency" in changed and current.readings.exists():
        raise FrequencyIsFixed
    for name in changed:
        setattr(current, name, values[name])
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


@transaction.atomic
def retire_indicator(*, indicator, by, on, reason):
    """Stop asking for readings after this day; what was logged stays."""
    current = Indicator.objects.select_for_update().get(pk=indicator.pk)
    if current.ended_on:
        raise AlreadyRetired
    if current.readings.filter(period_start__gt=on).exists():
        raise StillMeasured
    current.ended_on = on
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


@transaction.atomic
def record_readings(*, entries: Sequence[Entry], by) -> list[Reading]:
    """Log new readings and amend those that are there: all of them or, if one cannot be, none.

    Gives the readings that were written; an entry that changes nothing is passed over.
    """
    # The lock on the indicators lets two people log the same month one after the other.
    locked = Indicator.objects.select_for_update().order_by("pk")
    indicators = {i.pk: i for i in locked.filter(pk__in={e.indicator_id for e in entries})}
    kept = Reading.objects.for_periods(indicators, {entry.period for entry in entries})
    _refuse_if_changed(entries, kept)
    new, amended = [], []
    for entry in entries:
        indicator = indicators[entry.indicator_id]
        reading = kept.get((entry.indicator_id, entry.period.start))
        if reading is None:
            reading = Reading(indicator=indicator, period_start=entry.period.start)
            new.append(_filled(reading, entry, indicator, by))
        elif _differs(reading, entry):
            if not entry.reason:
                raise ReasonMissing
            reading.version += 1
            amended.append((_filled(reading, entry, indicator, by), entry.reason))
    bulk_create_with_history(new, Reading, batch_size=500, default_user=by)
    for reading, reason in amended:
        save_with_history(reading, by=by, reason=reason)
    written = new + [reading for reading, _ in amended]
    _keep_latest(written)
    return written


def _refuse_if_changed(entries, kept):
    theirs = {}
    for entry in entries:
        reading = kept.get((entry.indicator_id, entry.period.start))
        if (reading.version if reading else 0) != entry.version:
            theirs[entry.indicator_id] = reading
    if theirs:
        raise ReadingsChanged(theirs)


def _differs(reading, entry):
    return (reading.value, reading.not_reported_reason, reading.comment) != (
        entry.value,
        entry.not_reported_reason,
        entry.comment,
    )


def _filled(reading, entry, indicator, by):
    reading.indicator = indicator
    reading.value = entry.value
    reading.not_reported_reason = entry.not_reported_reason
    reading.rating = rules.rate(entry.value, indicator.standard) or ""
    reading.comment = entry.comment
    reading.recorded_by = by
    reading.recorded_at = timezone.now()
    return reading


def _keep_latest(readings):
    """Carry the latest period of each indicator into its own row."""
    moved = {}
    for reading in readings:
        indicator = moved.get(reading.indicator_id, reading.indicator)
        if indicator.latest_period is None or indicator.latest_period <= reading.period_start:
            indicator.latest_period = reading.period_start
            indicator.latest_value = reading.value
            indicator.latest_rating = reading.rating
            moved[indicator.pk] = indicator
    # No history: this repeats what the readings' own history says.
    Indicator.objects.bulk_update(
        moved.values(), ["latest_period", "latest_value", "latest_rating"], batch_size=500
    )
