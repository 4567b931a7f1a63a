"""Two people edit the same thing: the second is shown both values, and neither is lost.

A form carries the version it was opened with. Saving raises `Conflict` when the row has moved on;
`merge` then fills the form again: what only the other changed is taken over, what I changed stays,
and every field in which we differ is listed with both values.
"""

from dataclasses import dataclass
from functools import partial

from django import forms
from django.db import connection

from common.history import currency_of, in_words

# What only one transaction at a time may work on. Any numbers that nothing else in the database uses.
WHOLE_REGISTER = 7_340_021  # imports, taking them back, and merging suppliers
GROUPS_OF_SUPPLIERS = 7_340_022
RISK_MATRIX = 7_340_023


def take_turns(what):
    """Whoever comes second waits here until the first one's transaction is over.

    On SQLite every transaction that writes does so anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [what])


class Conflict(Exception):
    """Somebody else saved this row after the form was opened."""


class VersionMixin(forms.ModelForm):
    """Carries the version that the person saw when the form was opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen_version = self.instance.version
        self.initial["version"] = self.instance.version


def check(current, version):
    """Raise Conflict unless this locked row is still the one that the form was opened with."""
    if current.version != version:
        raise Conflict


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that somebody else changed meanwhile; `clash` when I changed it too."""

    name: str
    label: str
    before: str
    theirs: str
    mine: str
    clash: bool


def merge(form, current, data):
    """Fill the form's data with both people's work: (data to show again, differences)."""
    base = current.history.filter(version=data.get("version") or 0).order_by("history_id").last()
    merged, differences = data.copy(), []
    tracked = {f.name: f for f in current._meta.fields}
    for name, field in form.fields.items():
        if name not in tracked or name == "version":
            continue
        column = tracked[name]
        theirs = getattr(current, column.attname)
        before = getattr(base, column.attname) if base else theirs
        mine = form.cleaned_data.get(name) if name in form.cleaned_data else before
        mine = getattr(mine, "pk", mine)
        if theirs in (before, mine):
            continue
        clash = mine != before
        if not clash:
            fill(merged, form, name, field, theirs)
        names = _names(column, (before, theirs, mine))
        say = partial(in_words, column, names=names, currency=currency_of(current))
        differences.append(
            Difference(
                name,
                str(field.label or column.verbose_name),
                say(before),
                say(theirs),
                say(mine),
                clash,
            )
        )
    merged["version"] = str(current.version)
    return merged, differences


def fill(merged, form, name, field, value):
    """Put a value into a form's data, in the boxes in which a person would type it."""
    key = form.add_prefix(name)
    if isinstance(field.widget, forms.MultiWidget):
        parts = field.widget.decompress(value)
        for suffix, part in zip(field.widget.widgets_names, parts, strict=False):
            merged[key + suffix] = "" if part is None else str(part)
    elif isinstance(field, forms.BooleanField):
        merged.pop(key, None)
        if value:
            merged[key] = "on"
    elif isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        merged.setlist(key, [str(getattr(one, "pk", one)) for one in value or ()])
    else:
        merged[key] = "" if value is None else str(field.prepare_value(value))


def _names(column, values):
    if not column.is_relation:
        return None
    ids = {value for value in values if value is not None}
    return {
        column.related_model: {
            pk: str(found) for pk, found in column.related_model._base_manager.in_bulk(ids).items()
        }
    }
