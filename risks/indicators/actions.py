"""How key risk indicators change, and what follows when one crosses its threshold."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from common import locking
from common.history import delete_with_history, save_unless_taken, save_with_history
from contracts import measures
from risks import actions as risk_actions
from risks.indicators import rules
from risks.indicators.models import KeyRiskIndicator, KriReading
from risks.indicators.rules import Source
from risks.models import Risk
from risks.rules import Kind

NAME_TAKEN = "This contract has a key risk indicator with this name already"
# What its readings were counted by stays while there are any.
FIXED = ("unit", "decimals", "direction", "frequency", "measure")
FOLLOWED_AT_ONCE = 500
# How far back what another room measures is looked at again: corrections come late, but not years late.
DAYS_LOOKED_BACK = 400


class Refused(Exception):
    """Nothing was written; `str()` says why in a sentence."""


# --- Indicators -------------------------------------------------------------------------------------


@transaction.atomic
def add(*, contract, by, today, reason="", **values):
    """Measure something from now on. One that follows another room reads at once what is there already."""
    indicator = KeyRiskIndicator(contract=contract, **values)
    _save(indicator, by=by, reason=reason)
    if indicator.is_followed:
        follow(indicators=KeyRiskIndicator.objects.filter(pk=indicator.pk), today=today)
    return KeyRiskIndicator.objects.get(pk=indicator.pk)


def _save(indicator, *, by, reason=""):
    return save_unless_taken(
        indicator, by=by, reason=reason, field="name", sentence=NAME_TAKEN
    )  # fmt: skip


def _locked(indicator, version=None):
    """Whoever records, corrects or changes waits here for the other, and sees what they did."""
    current = KeyRiskIndicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    if version is not None:
        locking.check(current, version)
    return current


@transaction.atomic
def change(*, indicator, by, today, version, reason="", **values):
    """Change what it is. Other thresholds hold for the latest reading too, and may be crossed by it."""
    current = _locked(indicator, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    if current.latest_period and set(changed) & set(FIXED):
        raise Refused(
            "A reading has been recorded meanwhile: how it is measured can no longer change"
        )
    for name in changed:
        setattr(current, name, values[name])
    current.version += 1
    _save(current, by=by, reason=reason)
    # Another risk hears of a warning that stands already.
    _settle(current, today=today, anew="risk" in changed)
    return current


@transaction.atomic
def retire(*, indicator, by, on, reason):
    """It is measured no longer, and warns of nothing any more. Its readings stay."""
    current = _locked(indicator)
    if current.ended_on:
        raise Refused("It is retired already")
    if current.latest_period and current.latest_period > on:
        raise Refused("There is a reading for a later period: choose a later day")
    current.ended_on = on
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


# --- Readings ---------------------------------------------------------------------------------------


@transaction.atomic
def record(*, indicator, by, today, period_start, value, note=""):
    """What was measured in a period that has no reading yet."""
    current = _locked(indicator)
    if current.is_followed:
        raise Refused("Its readings are taken over from where it is measured")
    if current.ended_on and current.ended_on < period_start:
        raise Refused("It is not measured in this period any more")
    if current.readings.filter(period_start=period_start).exists():
        period = current.period(period_start)
        raise Refused(f"There is a reading for {period.named} already: correct that one")
    reading = KriReading(
        indicator=current, period_start=period_start, value=value, note=note, recorded_by=by
    )
    save_with_history(reading, by=by)
    _settle(current, today=today)
    return reading


@transaction.atomic
def correct(*, reading, by, today, version, value, note, reason):
    """Put another figure in the place of one that was wrong. History keeps both."""
    indicator = _locked(reading.indicator)
    current = KriReading.objects.select_related("indicator").get(pk=reading.pk)
    locking.check(current, version)
    if not current.is_own:
        raise Refused("It is corrected where it is measured")
    if (current.value, current.note) == (value, note):
        return current
    current.value, current.note = value, note
    current.recorded_by, current.recorded_at = by, timezone.now()
    current.version += 1
    save_with_history(current, by=by, reason=reason)
    _settle(indicator, today=today)
    return current


def _settle(indicator, *, today, anew=False):
    """Carry the latest reading into the indicator's own row; where that is worse than before, the risk hears of it."""
    readings = list(
        indicator.readings.order_by("-period_start").values_list("period_start", "value")
    )
    latest, value = readings[0] if readings else (None, None)
    before, now = indicator.latest_status, timezone.now()
    status = indicator.thresholds.status(value)
    indicator.latest_period, indicator.latest_value = latest, value
    indicator.latest_status = status.value
    indicator.since = rules.since(readings, indicator.thresholds)
    if status != before:
        indicator.moved_at = now
    before = rules.Status.NOT_MEASURED if anew else before
    if indicator.ended_on is None and rules.is_crossing(status, before):
        indicator.crossed_at, indicator.crossed_status = now, status.value
        _warn(indicator, status, today=today)
    # No history: this repeats what the readings' own history says.
    indicator.save_without_historical_record()


# --- Crossing a threshold ---------------------------------------------------------------------------


def _warn(indicator, status, *, today):
    """Score the risk anew, by rule; where there is none that is running, raise it. Its owner is to look at it today."""
    words = rules.crossing_in_words(
        indicator.name, status=status.value, value=indicator.latest_in_words,
        line=indicator.in_words(indicator.thresholds.line_of(status)),
        period=indicator.period(indicator.latest_period).named,
    )  # fmt: skip
    risk = indicator.risk_id and Risk.objects.select_for_update(of=("self",)).get(
        pk=indicator.risk_id
    )
    if not risk or risk.is_over:
        _raise(indicator, status, risk, words=words, today=today)
        return
    likelihood, impact = rules.scored(indicator.levels, status, risk.likelihood, risk.impact)
    scored = risk_actions.rescore(
        risk=risk, today=today, likelihood=likelihood, impact=impact, words=words
    )
    if scored is None:
        risk_actions.bring_forward(risk=risk, today=today, words=words)


def _raise(indicator, status, earlier, *, words, today):
    """A risk in its own right. It is scored, so it is open: nobody has to take on what was measured."""
    likelihood, impact = rules.scored(indicator.levels, status, None, earlier and earlier.impact)
    risk = risk_actions.raise_risk(
        by=None, today=today, contract=indicator.contract, accepted=True, words=words, reason=words,
        kind=Kind.RISK.value,
        title=earlier.title if earlier else f"What {indicator.name} warns of"[:200],
        event=earlier.event if earlier else words,
        category_id=earlier.category_id if earlier else indicator.category_id,
        owner_id=_owner(indicator, earlier),
        likelihood=likelihood, impact=impact, review_on=today,
    )  # fmt: skip
    indicator.risk = risk
    indicator.version += 1
    save_with_history(indicator, by=None, reason=words)


def _owner(indicator, earlier):
    if earlier and earlier.owner_id:
        return earlier.owner_id
    return indicator.responsible_id or indicator.contract.oco_id


# --- Following what another room measures -----------------------------------------------------------


def follow(*, indicators, today):
    """Read what these follow; gives how many readings were written. What has not changed costs three queries for some
    hundreds of them, and is recognised once however often this runs."""
    since = rules.period_of(rules.Frequency.YEARLY, today - timedelta(days=DAYS_LOOKED_BACK)).start
    written = 0
    for chunk in _some_at_once(indicators.followed().in_use()):
        measured = measures.values({indicator.measure for indicator in chunk}, since)
        stored = _stored(chunk, since)
        for indicator in chunk:
            # One whose room is not there, or whose measure is gone, keeps what it had.
            if indicator.measure not in measured:
                continue
            wanted = _wanted(indicator, measured[indicator.measure])
            if wanted != stored.get(indicator.pk, {}):
                written += _take_over(indicator, wanted, since, today=today)
    return written


def _some_at_once(indicators):
    last = 0
    while chunk := list(indicators.filter(pk__gt=last).order_by("pk")[:FOLLOWED_AT_ONCE]):
        yield chunk
        last = chunk[-1].pk


def _wanted(indicator, values):
    first = rules.period_of(indicator.frequency, indicator.starts_on).start
    return {start: value for start, value in values.items() if start >= first}


def _stored(indicators, since):
    rows = KriReading.objects.filter(
        indicator__in=[i.pk for i in indicators], period_start__gte=since
    )
    found = {}
    for pk, start, value in rows.order_by().values_list("indicator", "period_start", "value"):
        found.setdefault(pk, {})[start] = value
    return found


@transaction.atomic
def _take_over(indicator, wanted, since, *, today):
    """Write, correct and take away until the readings are what is measured; then see once what follows."""
    current = _locked(indicator)
    there = {r.period_start: r for r in current.readings.filter(period_start__gte=since)}
    written = 0
    for start, value in sorted(wanted.items()):
        reading = there.get(start)
        if reading is not None and reading.value == value:
            continue
        reason = "Corrected where it is measured" if reading else ""
        if reading is None:
            reading = KriReading(indicator=current, period_start=start)
        else:
            reading.version += 1
        reading.value, reading.source = value, Source.MEASURE.value
        reading.recorded_by, reading.recorded_at = None, timezone.now()
        save_with_history(reading, by=None, reason=reason)
        written += 1
    for start in there.keys() - wanted.keys():
        delete_with_history(there[start], by=None, reason="No longer reported where it is measured")
        written += 1
    _settle(current, today=today)
    return written


def follow_all(*, today):
    return follow(indicators=KeyRiskIndicator.objects.all(), today=today)
