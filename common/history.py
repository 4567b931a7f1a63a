"""History: writing it with a name and a reason, and telling it in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery, Value
from django.utils import timezone
from django.utils.formats import number_format

from common.templatetags.steward import money

# Columns that say nothing to a person who asks what changed.
SILENT = {"id", "version", "notice_on"}


def save_with_history(instance, *, by, reason="", update_fields=None):
    """Save one row, and put the person and the reason on this one save.

    simple-history leaves both attributes on the instance, where they would mark later saves too.
    """
    instance._history_user = by
    instance._change_reason = reason
    try:
        instance.save(update_fields=update_fields)
    finally:
        del instance._history_user, instance._change_reason
    return instance


class Taken(Exception):
    """Somebody else saved the same thing a moment before; `str()` says which field must differ."""

    def __init__(self, field, sentence):
        super().__init__(sentence)
        self.field = field


def save_unless_taken(instance, *, by, field, sentence, reason="", update_fields=None):
    """Save a row whose `field` must be unlike all others, or raise `Taken`.

    The form has looked already; this is for two people who press the button at the same moment.
    """
    try:
        with transaction.atomic():
            return save_with_history(instance, by=by, reason=reason, update_fields=update_fields)
    except IntegrityError as error:
        raise Taken(field, sentence) from error


def delete_with_history(instance, *, by, reason=""):
    instance._history_user = by
    instance._change_reason = reason
    instance.delete()


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one change, in words; an empty value is an empty string."""

    field: str
    old: str
    new: str


@dataclass(slots=True)
class Entry:
    """Something that somebody did: "Alex Shah changed KPI Calls answered on 3 May: Target 90 to 95"."""

    at: datetime
    by: str
    reason: str
    verb: str
    noun: str
    subject: str
    changes: list[Change] = dataclass_field(default_factory=list)

    @property
    def title(self):
        what = f"{self.noun} “{self.subject}”" if self.subject else self.noun
        return f"{what[:1].upper()}{what[1:]} {self.verb}"


_VERBS = {"+": "added", "~": "changed", "-": "removed"}


def page_of_entries(
    sources: Sequence[Any], *, page: int, per_page: int = 20, among: Mapping[Any, Any] | None = None
) -> tuple[Page, list[Entry]]:
    """One page of the joined history of several kinds of thing, newest first.

    `sources` are querysets of historical rows. One query finds which rows are on the page, then
    two a source and one for each kind of thing they point at, however long the history is.
    `among` gives for a model the queryset of what the reader may see: the rest is not named.
    """
    keys = [
        source.order_by().values_list("history_date", "history_id", Value(number))
        for number, source in enumerate(sources)
    ]
    joined = keys[0].union(*keys[1:], all=True) if keys[1:] else keys[0]
    paginator = Paginator(joined.order_by("-history_date", "-history_id"), per_page)
    on_page = paginator.get_page(page)
    wanted = defaultdict(list)
    for _, history_id, number in on_page:
        wanted[number].append(history_id)
    entries = {}
    for number, ids in wanted.items():
        for history_id, entry in _entries(sources[number].model, ids, among or {}).items():
            entries[number, history_id] = entry
    return on_page, [entries[number, history_id] for _, history_id, number in on_page]


def _entries(historical, ids: Sequence[int], among: Mapping[Any, Any]) -> dict[int, Entry]:
    before = (
        historical.objects.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        .order_by("-history_id")
        .values("history_id")[:1]
    )
    rows = list(
        historical.objects.filter(history_id__in=ids)
        .annotate(before=Subquery(before))
        .select_related("history_user")
    )
    earlier = historical.objects.in_bulk({row.before for row in rows if row.before})
    fields = [f for f in historical.tracked_fields if f.name not in SILENT]
    names = _names_of_related(fields, [*rows, *earlier.values()], among)
    noun = historical.instance_type._meta.verbose_name
    return {
        row.history_id: Entry(
            at=row.history_date,
            by=str(row.history_user) if row.history_user else "Steward",
            reason=row.history_change_reason or "",
            verb=_VERBS[row.history_type],
            noun=noun,
            subject=_subject(row, names),
            changes=_changes(fields, earlier.get(row.before), row, names),
        )
        for row in rows
    }


def _subject(row, names) -> str:
    """What the row was called; one without a name may word itself from the names of its related rows."""
    if hasattr(row, "in_words"):
        return row.in_words(names)
    for name in ("name", "title", "label"):
        if text := getattr(row, name, ""):
            return str(text)
    return ""


def _changes(fields, old, new, names) -> list[Change]:
    if new.history_type == "-":
        return []
    changes = []
    for f in fields:
        was = in_words(f, getattr(old, f.attname), names, currency=currency_of(old)) if old else ""
        now = in_words(f, getattr(new, f.attname), names, currency=currency_of(new))
        # For a new row its defaults are not news, but what was filled in is.
        if was != now and (old or now):
            changes.append(Change(f.verbose_name[:1].upper() + f.verbose_name[1:], was, now))
    return changes


def _names_of_related(fields, rows: Iterable[Any], among) -> dict[Any, dict[int, str]]:
    ids = defaultdict(set)
    for f in fields:
        if f.is_relation:
            ids[f.related_model].update(getattr(row, f.attname) for row in rows)
    return {
        model: _names(model, wanted - {None}, among)
        for model, wanted in ids.items()
        if wanted - {None}
    }


def _names(model, ids: set[int], among) -> dict[int, str]:
    if model not in among:
        return {pk: str(found) for pk, found in model._base_manager.in_bulk(ids).items()}
    hidden = dict.fromkeys(ids, f"a {model._meta.verbose_name} you cannot see")
    return hidden | {found.pk: str(found) for found in among[model].filter(pk__in=ids)}


def currency_of(row) -> str:
    """The currency of a row's amounts; empty for a kind of row that has none."""
    return getattr(row, "currency", "")


def in_words(f, value, names=None, *, currency="") -> str:
    """A field's value as a person would write it. In a row with a currency an amount of two decimal
    places is money."""
    if value is None or value == "":
        return ""
    if f.is_relation:
        return (names or {}).get(f.related_model, {}).get(value, f"(removed, number {value})")
    if f.choices:
        return str(dict(f.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{local.day} {local:%B %Y, %H:%M}"
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, Decimal):
        if currency and f.decimal_places == 2:
            return money(value, currency)
        return number_format(
            value.normalize() if value != value.to_integral() else value.quantize(Decimal(1)),
            use_l10n=True,
            force_grouping=True,
        )
    return str(value)


def latest_editor(instance):
    """Who last changed this row, and when; (None, None) if nobody is recorded."""
    told = instance.history.select_related("history_user").only("history_user", "history_date")
    row = told.order_by("-history_id").first()
    return (row.history_user, row.history_date) if row else (None, None)
