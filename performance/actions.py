"""How KPIs and readings change, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from common import locking
from common.history import delete_with_history, save_with_history
from contracts import measures
from contracts.models import Contract
from contracts.obligations.models import Occurrence
from performance import measured, rules
from performance.models import Definition, Evidence, Indicator, IndicatorTemplate, Reading

# A reading of a year begins no longer before a day that lies in it.
LONGEST_PERIOD = timedelta(days=366)


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


class UnitIsFixed(FrequencyIsFixed):
    """Readings exist: they would no longer mean what they meant. Retire this KPI and add another."""


class AlreadyRated(Exception):
    """Readings were rated by this definition: it stays, and a new one may follow it."""


class OnlyDefinition(Exception):
    """A KPI cannot be left without any definition."""


class NotPossible(Exception):
    """The reading cannot go from its status to the one asked for; `status` is the one it has."""

    def __init__(self, status):
        super().__init__()
        self.status = status


class NothingToExcuse(Exception):
    """Only a reading that missed its target can be excused."""


class AlreadyMeasured(Exception):
    """There is a reading for this day already."""


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
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def key(self):
        return self.indicator_id, self.period.start


# --- KPIs and their definitions -------------------------------------------------------------------

# What of a KPI says what counts, and may change from a day on.
DEFINED = ("text", "target", "upper", "tolerance_near", "tolerance_far", "bands")


@transaction.atomic
def add_indicator(*, contract, by, reason="", depends_on=(), **values):
    """Add a KPI with its first definition, which counts from the day on which measuring starts."""
    defined = {name: values.pop(name) for name in DEFINED if name in values}
    indicator = save_with_history(Indicator(contract=contract, **values), by=by, reason=reason)
    indicator.depends_on.set(depends_on)
    first = Definition(indicator=indicator, from_on=indicator.starts_on, **defined)
    save_with_history(first, by=by, reason=reason)
    return indicator


@transaction.atomic
def change_indicator(*, indicator, by, version, reason="", depends_on=None, **values):
    """Change what a KPI is called and how it is counted. Ratings that were given stay as they were given.

    `version` is the one that the person saw; `locking.Conflict` if somebody has saved since.
    """
    current = Indicator.objects.select_for_update().get(pk=indicator.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    depends = _new_dependencies(current, depends_on)
    if not changed and depends is None:
        return current
    if current.readings.exists():
        if "frequency" in changed:
            raise FrequencyIsFixed
        if {"unit", "decimals", "direction"} & set(changed):
            raise UnitIsFixed
    for name in changed:
        setattr(current, name, values[name])
    if "starts_on" in changed:
        _start_with_it(current, by=by, reason=reason)
    if depends is not None:
        current.depends_on.set(depends)
        reason = _with_dependencies(depends, reason)
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


def _start_with_it(indicator, *, by, reason):
    """The first definition counts from the first day on, whichever that is."""
    first = indicator.definitions.order_by("from_on").first()
    later = indicator.definitions.filter(from_on__lte=indicator.starts_on)
    if first and first.from_on != indicator.starts_on and not later.exclude(pk=first.pk).exists():
        first.from_on = indicator.starts_on
        first.version += 1
        save_with_history(first, by=by, reason=reason)


def _new_dependencies(indicator, depends_on):
    """What the KPI is to depend on; None where that stays."""
    if depends_on is None or set(indicator.depends_on.all()) == set(depends_on):
        return None
    return depends_on


def _with_dependencies(depends_on, reason):
    """The reason, with words for what the KPI depends on: a link has no history of its own."""
    named = ", ".join(sorted(str(obligation) for obligation in depends_on)) or "nothing"
    return f"{reason}{'. ' if reason else ''}Depends on {named}"[:500]


def _touch(indicator_pk):
    """Whoever has the KPI open, or an import that has looked at it, learns that it has changed."""
    Indicator.objects.filter(pk=indicator_pk).update(version=F("version") + 1)


@transaction.atomic
def add_definition(*, indicator, by, reason, from_on, **values):
    """Let another definition count for the periods that begin on `from_on` or later.

    What was rated stays rated as it was. Raises `AlreadyRated` if one counts from this day and was used.
    """
    _touch(indicator.pk)
    there = indicator.definitions.filter(from_on=from_on).first()
    if there is None:
        return save_with_history(
            Definition(indicator=indicator, from_on=from_on, **values), by=by, reason=reason
        )
    return change_definition(
        definition=there, by=by, version=there.version, reason=reason, **values
    )


@transaction.atomic
def change_definition(*, definition, by, version, reason, **values):
    """Put right a definition by which nothing was rated yet."""
    _lock_indicators([definition.indicator_id])  # nobody rates by it meanwhile
    current = Definition.objects.select_for_update(of=("self",)).get(pk=definition.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    if set(changed) != {"text"} and current.readings.exists():
        raise AlreadyRated
    _touch(current.indicator_id)
    for name in changed:
        setattr(current, name, values[name])
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


@transaction.atomic
def redefine(*, indicator, by, reason, from_on, **values):
    """Let what is given count from now on: by a new definition from `from_on` or, where nothing was rated by
    the one that counts, by that one. Gives None if it says the same already."""
    current = indicator.definition_on(from_on)
    if current and all(getattr(current, name) == value for name, value in values.items()):
        return None
    if current and (current.from_on == from_on or not current.readings.exists()):
        return change_definition(
            definition=current, by=by, version=current.version, reason=reason, **values
        )
    return add_definition(indicator=indicator, by=by, reason=reason, from_on=from_on, **values)


@transaction.atomic
def remove_definition(*, definition, by, reason):
    """Take back a definition by which nothing was rated yet."""
    _lock_indicators([definition.indicator_id])
    current = Definition.objects.select_for_update(of=("self",)).get(pk=definition.pk)
    if current.readings.exists():
        raise AlreadyRated
    if (
        not Definition.objects.filter(indicator=current.indicator_id)
        .exclude(pk=current.pk)
        .exists()
    ):
        raise OnlyDefinition
    _touch(current.indicator_id)
    delete_with_history(current, by=by, reason=reason)


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


# --- Readings -------------------------------------------------------------------------------------


@transaction.atomic
def record_readings(*, entries: Sequence[Entry], by, checked=False) -> list[Reading]:
    """Log new readings and amend those that are there: all of them or, if one cannot be, none.

    A supplier's figures wait to be checked, unless the person says that they have been; what we measure
    ourselves does not. Gives the readings that were written; an entry that changes nothing is passed over.
    """
    # The lock on the indicators lets two people log the same month one after the other.
    locked = Indicator.objects.select_for_update().order_by("pk").with_definitions()
    indicators = {i.pk: i for i in locked.filter(pk__in={e.indicator_id for e in entries})}
    kept = Reading.objects.for_periods(indicators, {entry.period for entry in entries})
    _refuse_if_changed(entries, kept)
    new, amended = [], []
    for entry in entries:
        indicator = indicators[entry.indicator_id]
        reading = kept.get(entry.key)
        if reading is None:
            reading = Reading(indicator=indicator, period_start=entry.period.start)
            new.append(_filled(reading, entry, indicator, by, checked))
        elif _differs(reading, entry):
            if not entry.reason:
                raise ReasonMissing
            reading.version += 1
            amended.append((_amended(reading, entry, indicator, by), entry.reason))
    offers = _offers(new + [reading for reading, _ in amended])
    for reading in new + [reading for reading, _ in amended]:
        _offer_relief(reading, offers)
    bulk_create_with_history(new, Reading, batch_size=500, default_user=by)
    for reading, reason in amended:
        save_with_history(reading, by=by, reason=reason)
    written = new + [reading for reading, _ in amended]
    _keep_latest(written)
    return written


def _refuse_if_changed(entries, kept):
    theirs = {}
    for entry in entries:
        reading = kept.get(entry.key)
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


def _filled(reading, entry, indicator, by, checked):
    _take_over(reading, entry, indicator)
    reading.recorded_by = by
    reading.recorded_at = timezone.now()
    _first_figure(reading, by, checked)
    return reading


def _first_figure(reading, by, checked):
    """What came in first. We need not check what we measure ourselves."""
    reading.reported_value = reading.value
    ours = reading.indicator.reported_by == rules.ReportedBy.AUTHORITY
    if reading.value is not None and (checked or ours):
        reading.status = rules.State.VALIDATED
        reading.checked_by, reading.checked_at = by, reading.recorded_at


def _amended(reading, entry, indicator, by):
    """Another figure, or the first one after a gap; what came in first is kept beside it."""
    same, is_first = reading.value == entry.value, reading.reported_value is None
    _take_over(reading, entry, indicator)
    reading.recorded_by = by
    reading.recorded_at = timezone.now()
    if is_first:
        _first_figure(reading, by, checked=False)
    elif not same:
        reading.status, reading.status_reason = rules.State.AMENDED, entry.reason
        reading.checked_by, reading.checked_at = by, reading.recorded_at
    return reading


def _take_over(reading, entry, indicator):
    reading.indicator = indicator
    same = reading.pk and reading.value == entry.value
    reading.value = entry.value
    reading.numerator, reading.denominator = entry.numerator, entry.denominator
    reading.not_reported_reason = entry.not_reported_reason
    reading.comment = entry.comment
    if not same:
        _rate(reading, indicator)


def _rate(reading, indicator):
    """By what counts for its period. Whoever had rated it otherwise did so for another figure."""
    reading.definition = indicator.definition_on(reading.period_start)
    reading.proposed_rating = (
        rules.rate(reading.value, indicator.standard_on(reading.period_start)) or ""
    )
    reading.rating, reading.rating_reason = reading.proposed_rating, ""
    if not rules.is_miss(reading.rating):
        reading.relief, reading.relief_from, reading.relief_reason = rules.Relief.NONE, None, ""


def _offers(readings):
    """{indicator id: [what of ours it depends on and was late or failed]} of the readings that missed. One query."""
    missed = {reading.indicator_id for reading in readings if reading.is_miss}
    if not missed:
        return {}
    found = {}
    failed = Occurrence.objects.filter(
        status__in=["late", "failed"],
        obligation__party="authority",
        obligation__indicators__in=missed,
    )
    for occurrence in failed.annotate(indicator=F("obligation__indicators")).order_by(
        "due_on", "pk"
    ):
        found.setdefault(occurrence.indicator, []).append(occurrence)
    return found


def _offer_relief(reading, offers):
    """Where we were late with our own part in the period: a person decides."""
    if not reading.is_miss or reading.relief:
        return
    for occurrence in offers.get(reading.indicator_id, ()):
        if reading.period.start <= occurrence.due_on <= reading.period.end:
            reading.relief, reading.relief_from = rules.Relief.PROPOSED, occurrence


@transaction.atomic
def settle_relief(*, occurrences, by):
    """After obligations of ours were recorded: propose relief for the readings that missed in the period of one we
    missed, and take a proposal back where it was met after all. What was decided stays."""
    found = {occurrence.pk: occurrence for occurrence in occurrences}
    concerned = Indicator.objects.filter(
        depends_on__in={occurrence.obligation_id for occurrence in occurrences}
    )
    ids = set(concerned.order_by().values_list("pk", flat=True))
    if not ids:
        return []
    _lock_indicators(ids)
    open_to_it = Q(relief=rules.Relief.NONE, period_start__lte=max(o.due_on for o in occurrences))
    open_to_it &= Q(period_start__gt=min(o.due_on for o in occurrences) - LONGEST_PERIOD)
    proposed = Q(relief=rules.Relief.PROPOSED, relief_from__in=found)
    readings = list(
        Reading.objects.filter(open_to_it | proposed, indicator__in=ids)
        .select_related("indicator")
        .order_by("pk")
    )
    offers, changed = _offers(readings), []
    for reading in readings:
        before = reading.relief_from_id
        reading.relief, reading.relief_from = rules.Relief.NONE, None
        _offer_relief(reading, offers)
        if reading.relief_from_id != before:
            reason = (
                "We were late with our own part" if reading.relief else "We were not late after all"
            )
            changed.append(_save(reading, by=by, reason=reason))
    return changed


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
    measures.changed(measured.KEY, {reading.indicator_id for reading in readings})


# --- What becomes of a reading ----------------------------------------------------------------------


def _lock_indicators(ids):
    """Whoever writes a reading or a definition of these waits here; all lock in one order."""
    return list(Indicator.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _locked(reading, version):
    """The reading, with its indicator; `locking.Conflict` if somebody has saved since it was seen."""
    _lock_indicators([reading.indicator_id])
    current = Reading.objects.select_related("indicator").get(pk=reading.pk)
    locking.check(current, version)
    return current


def _move(reading, status):
    if not reading.may_become(status):
        raise NotPossible(reading.status)
    reading.status = status


def _save(reading, *, by, reason):
    reading.version += 1
    save_with_history(reading, by=by, reason=reason)
    _keep_latest([reading])
    return reading


@transaction.atomic
def validate_readings(*, readings, by):
    """Say of each of these (reading, version seen) that its figure was checked and its rating is right.

    All or none: `locking.Conflict` if somebody has changed one since, `NotPossible` if one is not to be checked.
    """
    seen = {reading.pk: version for reading, version in readings}
    # As everywhere: the indicators are locked, in one order, so that two people cannot wait for each other.
    _lock_indicators({reading.indicator_id for reading, _ in readings})
    found = list(Reading.objects.filter(pk__in=seen).select_related("indicator").order_by("pk"))
    now = timezone.now()
    for reading in found:
        locking.check(reading, seen[reading.pk])
        _move(reading, rules.State.VALIDATED)
        reading.status_reason = ""
        reading.checked_by, reading.checked_at = by, now
        reading.version += 1
    bulk_update_with_history(
        found, Reading, ["status", "status_reason", "checked_by", "checked_at", "version"],
        batch_size=500, default_user=by, default_change_reason="Checked",
    )  # fmt: skip
    return found


@transaction.atomic
def challenge(*, reading, by, version, reason):
    """Say that a figure is doubted, and why. It counts until it is put right."""
    current = _locked(reading, version)
    _move(current, rules.State.CHALLENGED)
    current.status_reason = reason
    current.checked_by, current.checked_at = by, timezone.now()
    return _save(current, by=by, reason=reason)


@transaction.atomic
def amend(*, reading, by, version, reason, measure):
    """Put another figure in the place of the one that was reported; both are kept."""
    current = _locked(reading, version)
    entry = Entry(
        current.indicator_id, current.period, measure.value, "", current.comment, reason, current.version,
        measure.numerator, measure.denominator,
    )  # fmt: skip
    if current.value == measure.value:
        return current
    record_readings(entries=[entry], by=by)
    return Reading.objects.get(pk=current.pk)


@transaction.atomic
def rate_otherwise(*, reading, by, version, rating, reason):
    """Give a reading another rating than its rule does, or, with that one, take such a rating back."""
    current = _locked(reading, version)
    if current.value is None:
        raise NotPossible(current.status)
    current.rating = rating
    current.rating_reason = reason if current.is_rated_otherwise else ""
    return _save(current, by=by, reason=reason)


@transaction.atomic
def decide_relief(*, reading, by, version, granted, reason, because_of=None):
    """Excuse a failure, or refuse to. The rating stays, and the reading costs no points once it is excused."""
    current = _locked(reading, version)
    if not current.is_miss:
        raise NothingToExcuse
    current.relief = rules.Relief.GRANTED if granted else rules.Relief.REFUSED
    current.relief_from = because_of or current.relief_from
    current.relief_reason = reason
    return _save(current, by=by, reason=reason)


@transaction.atomic
def record_event(*, indicator, by, on, measure, comment=""):
    """Log what happened on a day, for a KPI that is only measured then."""
    entry = Entry(
        indicator.pk, indicator.period(on), measure.value, "", comment, "", 0,
        measure.numerator, measure.denominator,
    )  # fmt: skip
    try:
        return record_readings(entries=[entry], by=by)[0]
    except ReadingsChanged as problem:
        raise AlreadyMeasured from problem


@transaction.atomic
def attach_evidence(*, reading, by, document):
    """Name a document of the contract that shows how the reading came about.

    History says only that it was attached: it is read by people who may not know of a confidential document.
    """
    _lock_indicators([reading.indicator_id])
    evidence, is_new = Evidence.objects.get_or_create(
        reading=reading, document=document, defaults={"added_by": by}
    )
    if is_new:
        save_with_history(Reading.objects.get(pk=reading.pk), by=by, reason="Evidence attached")
    return evidence


# --- Templates --------------------------------------------------------------------------------------

# What a contract's KPI takes over from a template; the rest it has by default.
TAKEN_OVER = (
    "name", "kind", "quadrant", "unit", "decimals", "direction", "frequency", "reported_by", *DEFINED,
)  # fmt: skip


@transaction.atomic
def add_template(*, by, reason="", **values):
    return save_with_history(IndicatorTemplate(**values), by=by, reason=reason)


@transaction.atomic
def change_template(*, template, by, version, reason="", **values):
    """Change what the next contract takes over. KPIs that were made from it stay as they are."""
    current = IndicatorTemplate.objects.select_for_update().get(pk=template.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


@transaction.atomic
def remove_template(*, template, by, reason):
    delete_with_history(template, by=by, reason=reason)


@transaction.atomic
def add_from_templates(*, contract, templates, by, starts_on):
    """A KPI for each template whose name the contract does not have yet. Gives (added, names passed over)."""
    # Two people who tick the same one at once add it once.
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    there = {
        name.casefold() for name in contract.indicators.in_use().values_list("name", flat=True)
    }
    added, passed = [], []
    for template in templates:
        if template.name.casefold() in there:
            passed.append(template.name)
            continue
        there.add(template.name.casefold())
        values = {name: getattr(template, name) for name in TAKEN_OVER}
        added.append(
            add_indicator(
                contract=contract, by=by, reason=f"From the template {template.name}"[:500],
                starts_on=starts_on, **values,
            )
        )  # fmt: skip
    return added, passed
