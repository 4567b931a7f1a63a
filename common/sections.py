"""Parts of a page that other rooms add. A room that has such a page keeps one `Sections` registry."""

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS
from django.db.models import DateTimeField, DecimalField, JSONField, Model, QuerySet, Value
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone

from common import composed


@dataclass(frozen=True)
class Section:
    """A tab of something's page, at an address of its own.

    `url_name` takes the id of what the page is about. `summary_template`, if any, is shown on the
    overview with what `summary(subject, user)` gives; the number of queries must be small and constant.
    `shown(subject)` leaves the tab out of the pages of those it does not concern; it makes no query.

    A section that names `asked` makes no query of its own: `asked(pk, mode)` gives what it would ask about the
    subject of this id, as (queryset, columns) pairs; one query asks all sections together, and
    `summary(subject, user, rows)` gets the rows of its own, as dicts (dates and numbers as JSON writes them; see
    `revived`). The question is composed once a day for each mode, so it may depend on nothing but the id, the day
    and the mode, a hashable that `mode(subject, user)` gives: what this reader may know, for example.
    """

    key: str
    title: str
    url_name: str
    order: int = 50
    summary_template: str = ""
    summary: Callable[..., dict[str, Any]] | None = None
    asked: Callable[[int, Any], Iterable[tuple[QuerySet, dict[str, Any]]]] | None = None
    mode: Callable[[Any, Any], Hashable] | None = None
    shown: Callable[[Any], bool] | None = None

    def concerns(self, subject: Any) -> bool:
        return self.shown is None or self.shown(subject)


def columns_of(model: type[Model], **more: Any) -> dict[str, Any]:
    """Every column of a row, for `Section.asked`; `revived` makes the row again."""
    return {field.attname: field.attname for field in model._meta.concrete_fields} | more


def revived(model: type[Model], row: dict[str, Any]) -> Any:
    """The row of a model that came as JSON; columns that did not come are asked for when somebody wants them."""
    fields = [field for field in model._meta.concrete_fields if field.attname in row]
    values = [_as_python(field, row[field.attname]) for field in fields]
    return model.from_db(DEFAULT_DB_ALIAS, [field.attname for field in fields], values)


def _as_python(field: Any, value: Any) -> Any:
    if isinstance(field, JSONField):
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(field, DateTimeField) and value is not None:
        # SQLite keeps moments without their zone, which is UTC.
        at = datetime.fromisoformat(value)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    if isinstance(field, DecimalField) and value is not None:
        # SQLite writes no more places than it needs.
        return Decimal(value).quantize(Decimal(1).scaleb(-field.decimal_places))
    return field.to_python(value)


class Sections:
    def __init__(self, noun: str):
        self.noun = noun
        self._sections: dict[str, Section] = {}

    def register(self, section: Section) -> None:
        if section.key in self._sections:
            raise ImproperlyConfigured(f"Two {self.noun} sections are called {section.key!r}.")
        self._sections[section.key] = section

    def __iter__(self):
        return iter(sorted(self._sections.values(), key=lambda section: section.order))

    def tabs(self, subject: Any, current: str) -> list[dict[str, Any]]:
        return [
            {
                "label": section.title,
                "url": reverse(section.url_name, args=[subject.pk]),
                "current": section.key == current,
            }
            for section in self
            if section.key == current or section.concerns(subject)
        ]

    def summaries(self, subject: Any, user: Any) -> list[dict[str, Any]]:
        """What each section shows on the overview."""
        shown = [section for section in self if section.summary_template]
        rows = _rows_of(shown, subject, user)
        return [
            {
                "title": section.title,
                "url": reverse(section.url_name, args=[subject.pk]),
                "template": section.summary_template,
                "context": _summary(section, subject, user, rows),
            }
            for section in shown
        ]


def _summary(section, subject, user, rows):
    if section.summary is None:
        return {}
    if section.asked is None:
        return section.summary(subject, user)
    return section.summary(subject, user, rows[section.key])


def _rows_of(sections, subject, user):
    """What the sections ask, in one query: {key of the section: its rows}."""
    asked = tuple((s, s.mode(subject, user) if s.mode else None) for s in sections if s.asked)
    found = defaultdict(list)
    if asked:
        for key, row in _question(asked, timezone.localdate()).ask(subject.pk):
            found[key].append(json.loads(row, parse_float=Decimal))
    return found


@lru_cache(maxsize=64)
def _question(asked: tuple[tuple[Section, Hashable], ...], today: date) -> composed.Question:
    """`today` is no part of the question: a section may ask the clock, so each day composes its own."""
    return composed.Question.of(
        composed.joined(
            # `order_by()`: no member of a UNION may be sorted.
            queryset.order_by()
            .annotate(asked_by=Value(section.key))
            .values_list("asked_by", JSONObject(**columns))
            for section, mode in asked
            for queryset, columns in section.asked(composed.ANY, mode)
        )
    )
