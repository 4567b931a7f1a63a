"""Every list: filtered, sorted and paged in SQL; columns chosen by the reader; exported as filtered.

A room describes its columns once, and gets the table, the sort links, the column picker and both
exports from them:

    COLUMNS = (
        Column("title", "Title", "title", sort="title", show=titled_link, sources=("pk",)),
        Column("ends_on", "Ends", "ends_on", sort="ends_on", show=shown.day),
    )
    page = ListPage(request, queryset=Contract.objects.visible_to(user), columns=COLUMNS, ...)

Rows are dicts of the columns' sources (`.values()`), so showing a cell can make no query.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

import django_filters as filters
from django import forms
from django.db.models import F
from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme

from common.forms import Form, word_errors
from common.lately import Lately
from common.pages import page_links
from common.spreadsheets.writing import write_csv, write_xlsx
from common.widgets import QuickSelect

PER_PAGE = (25, 50, 100)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """One column of a list.

    `source` is the ORM path of its value, `sources` further paths that `show` reads. `show(row)`
    gives safe HTML or plain text for the table; `export(value)` what stands in the spreadsheet.
    `sort` is the ORM path to order by; leave it out where no index can serve the order.
    `beside` is a column that a spreadsheet has next to it, for what a tag says in the table; its
    `export` is called once for a spreadsheet, and what it gives for each row with its source and sources.
    """

    key: str
    label: str
    source: str
    sort: str = ""
    show: Callable[[dict[str, Any]], Any] | None = None
    export: Callable[[Any], Any] | None = None
    sources: tuple[str, ...] = ()
    numeric: bool = False
    optional: bool = True  # the reader may hide it
    default: bool = True  # shown until the reader chooses
    nowrap: bool = False
    beside: "Column | None" = None

    def cell(self, row):
        value = self.show(row) if self.show else row[self.source]
        return "" if value is None else value

    @cached_property
    def opening(self):
        """The tag before each of its cells."""
        classes = ["govuk-table__cell"]
        if self.numeric:
            classes.append("govuk-table__cell--numeric")
        if self.nowrap:
            classes.append("app-nowrap")
        return format_html('<td class="{}" data-label="{}">', " ".join(classes), self.label)


class Question(forms.Form):
    """What a list's address may ask beside its filters. Whatever is not understood is left aside."""

    page = forms.IntegerField(min_value=1, max_value=10_000_000, required=False)
    per_page = forms.TypedChoiceField(
        choices=[(n, n) for n in PER_PAGE], coerce=int, empty_value=None, required=False
    )
    sort = forms.CharField(max_length=60, required=False)
    export = forms.ChoiceField(choices=[("csv", "CSV"), ("xlsx", "Excel")], required=False)
    columns = forms.MultipleChoiceField(required=False)

    def __init__(self, data, columns):
        super().__init__(data)
        self.fields["columns"].choices = [(c.key, c.label) for c in columns]
        self.is_valid()

    def answer(self, name):
        return self.cleaned_data.get(name)


class ListPage:
    """One page of a list, its counts, links and exports. `sort` is a column's key, "-" for descending.

    A long list names in `told_by` the models whose history tells of every change that could alter it: it
    then counts anew only after a change, or after some seconds (see common.lately).
    """

    def __init__(
        self, request, *, queryset, columns: Sequence[Column], filterset=None, sort="", name="list", told_by=()
    ):  # fmt: skip
        self.request = request
        self.all_columns = columns
        self.name = name
        self.question = Question(request.GET, columns)
        self.filterset = (
            filterset(request.GET, queryset=queryset, request=request) if filterset else None
        )
        self.queryset = self._filtered(queryset)
        self.told_by = told_by
        self.sort = self._sort_asked_for() or sort
        self.per_page = self.question.answer("per_page") or PER_PAGE[0]

    def _filtered(self, queryset):
        if self.filterset is None:
            return queryset
        # A filter that is not understood is reported beside its field; the others still count.
        self.filterset.form.is_valid()
        return self.filterset.filter_queryset(queryset)

    def _sort_asked_for(self):
        asked = self.question.answer("sort") or ""
        sortable = {c.key for c in self.all_columns if c.sort}
        return asked if asked.removeprefix("-") in sortable else ""

    # --- columns -----------------------------------------------------------------------------

    @cached_property
    def columns(self):
        chosen = self.question.answer("columns")
        if not chosen:
            return [c for c in self.all_columns if c.default or not c.optional]
        return [c for c in self.all_columns if c.key in chosen or not c.optional]

    @property
    def headings(self):
        for column in self.columns:
            direction = ""
            if column.key == self.sort.removeprefix("-"):
                direction = "descending" if self.sort.startswith("-") else "ascending"
            flipped = f"-{column.key}" if direction == "ascending" else column.key
            yield {
                "column": column,
                "direction": direction,
                "url": self.url(sort=flipped, page=None) if column.sort else "",
            }

    @property
    def column_choices(self):
        shown = {c.key for c in self.columns}
        return [
            {"key": c.key, "label": c.label, "chosen": c.key in shown}
            for c in self.all_columns
            if c.optional
        ]

    # --- rows --------------------------------------------------------------------------------

    @cached_property
    def _lately(self):
        return Lately(self.queryset, self.told_by)

    @cached_property
    def count(self):
        return self._lately.count

    @cached_property
    def num_pages(self):
        return max(1, -(-self.count // self.per_page))

    @cached_property
    def number(self):
        return min(self.question.answer("page") or 1, self.num_pages)

    def _ordering(self, *, backwards=False):
        column = next((c for c in self.all_columns if c.key == self.sort.removeprefix("-")), None)
        descending = self.sort.startswith("-")
        paths = [column.sort] if column else []
        order = [
            F(path).desc(nulls_last=self._nulls_last(path))
            if descending
            else F(path).asc(nulls_last=self._nulls_last(path))
            for path in paths
        ]
        order.append(F("pk").desc() if descending else F("pk").asc())
        if backwards:
            for part in order:
                part.reverse_ordering()
        return order

    def _nulls_last(self, path):
        """What is not known comes last in both directions; a column that is never empty is left
        alone, so that a plain index serves it."""
        field = self.queryset.model._meta.get_field(path.split("__")[0])
        return True if field.null else None

    @cached_property
    def _ids(self):
        """The ids of this page's rows, as a subquery in no order. The far half is read from the end, so
        that the last page costs what the first does; only ids are skipped over, so that an index alone
        can serve it."""
        first = (self.number - 1) * self.per_page
        last = min(first + self.per_page, self.count)
        backwards = first > self.count // 2
        ordered = self.queryset.order_by(*self._ordering(backwards=backwards)).values("pk")
        return ordered[self.count - last : self.count - first] if backwards else ordered[first:last]

    def _bare_rows(self):
        """Rows without the filters: these have done their work, and their joins would cost again."""
        return self.queryset.model._base_manager.all()

    @cached_property
    def _row_dicts(self):
        if not self.count:
            return []
        ordering = self._ordering()
        page = f"{self.number} by {self.per_page} in {ordering}"
        known = self._lately.recall(page)
        # What is known is read within the filters again: no row shows that has left the reader's scope.
        rows = (
            self._bare_rows().filter(pk__in=self._ids)
            if known is None
            else self.queryset.filter(pk__in=known)
        )
        found = list(rows.order_by(*ordering).values("pk", *self._sources(self.columns)))
        if known is None:
            self._lately.keep(page, [row["pk"] for row in found])
        return found

    @staticmethod
    def _sources(columns):
        return {source for c in columns for source in (c.source, *c.sources) if source != "pk"}

    @property
    def lines(self):
        """For the template: the cells of each row beside their columns."""
        first = self.columns[0]
        return [
            {
                "pk": row["pk"],
                "name": row[first.source],
                "cells": [(column, column.cell(row)) for column in self.columns],
            }
            for row in self._row_dicts
        ]

    @property
    def first_number(self):
        return (self.number - 1) * self.per_page + 1 if self.count else 0

    @property
    def last_number(self):
        return min(self.number * self.per_page, self.count)

    # --- addresses ---------------------------------------------------------------------------

    def url(self, **changes):
        asked = {
            key: values
            for key, values in self.request.GET.lists()
            if key != "export" and key not in changes
        }
        asked |= {key: value for key, value in changes.items() if value is not None}
        return f"?{urlencode(asked, doseq=True)}" if asked else self.request.path

    @property
    def links(self):
        """Numbers and links for the pagination: first, last, and the neighbours; {} is a gap."""
        return page_links(self.number, self.num_pages, lambda n: self.url(page=n))

    @property
    def previous_url(self):
        return self.url(page=self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self):
        return self.url(page=self.number + 1) if self.number < self.num_pages else ""

    @property
    def per_page_choices(self):
        return [
            {"number": n, "url": self.url(per_page=n, page=None), "current": n == self.per_page}
            for n in PER_PAGE
        ]

    @property
    def csv_url(self):
        return self.url(export="csv", page=None)

    @property
    def xlsx_url(self):
        return self.url(export="xlsx", page=None)

    def _carried(self, fits):
        """What a form on this page must carry along as hidden inputs."""
        return [
            (key, value)
            for key, values in self.request.GET.lists()
            if key not in {"page", "export"} and fits(key)
            for value in values
        ]

    @property
    def keep(self):
        """For the filter panel: what is no filter."""
        return self._carried({"sort", "per_page", "columns"}.__contains__)

    @property
    def keep_for_columns(self):
        return self._carried(lambda key: key != "columns")

    @property
    def clear_url(self):
        return (
            self.url(page=None, **dict.fromkeys(self.filterset.form.fields))
            if self.filterset
            else ""
        )

    @cached_property
    def selected(self):
        """The filters in use, each in words with the address that takes it away."""
        tags = []
        form = self.filterset.form if self.filterset else None
        for name in form.cleaned_data if form else ():
            if form.cleaned_data[name] in (None, "", []):
                continue
            field = form.fields[name]
            for value in dict.fromkeys(self.request.GET.getlist(name)):
                if value:
                    rest = [v for v in self.request.GET.getlist(name) if v != value]
                    words = _filter_words(field, value)
                    tags.append(
                        {"label": words, "url": self.url(page=None, **{name: rest or None})}
                    )
        return tags

    # --- export ------------------------------------------------------------------------------

    @property
    def may_export(self):
        return getattr(getattr(self.request, "user", None), "may_export", False)

    @property
    def export(self):
        """What to export to, if anything: a filter that was not understood must not export everything. For whom
        no export is meant there is none."""
        if self.question.answer("export") and not self.may_export:
            raise Http404
        if self.filterset and self.filterset.form.errors:
            return ""
        return self.question.answer("export") or ""

    @property
    def export_headings(self):
        return [c.label for column in self.columns for c in (column, column.beside) if c]

    def _export_rows(self):
        columns = self.columns
        beside = [(i, c.beside) for i, c in enumerate(columns, start=1) if c.beside]
        further = list(self._sources([c for _, c in beside]))
        paths = [*(c.source for c in columns), *further]
        rows = self.queryset.order_by(*self._ordering()).values_list(*paths)
        converters = [(i, c.export) for i, c in enumerate(columns) if c.export]
        # From the right, so that the places of the others stay what they are.
        number = len(columns)
        inserted = [
            (i, column.export(), self._picker(column, further, number))
            for i, column in reversed(beside)
        ]
        for row in rows.iterator(chunk_size=2000):
            cells = list(row[:number])
            for i, convert in converters:
                cells[i] = convert(cells[i])
            for i, say, known in inserted:
                cells.insert(i, say(*known(row)))
            yield cells

    @staticmethod
    def _picker(column, further, number):
        """Gives of a row of an export the values that a column beside another is told of."""
        places = [number + further.index(path) for path in (column.source, *column.sources)]
        pick = itemgetter(*places)
        return pick if len(places) > 1 else lambda row: (pick(row),)

    def export_response(self):
        """Exactly what is filtered, all pages of it, in the columns that are shown."""
        headings = self.export_headings
        filename = f"{self.name}-{timezone.localdate():%Y-%m-%d}.{self.export}"
        if self.export == "csv":
            response = StreamingHttpResponse(
                write_csv(headings, self._export_rows()), content_type="text/csv; charset=utf-8"
            )
            response["Content-Disposition"] = f'attachment; filename="{filename}"'
            return response
        file = write_xlsx(headings, self._export_rows(), sheet=self.name)
        return FileResponse(file, as_attachment=True, filename=filename, content_type=XLSX_TYPE)


def _filter_words(field, value):
    """`Tier: Gold`, or the label alone of a link's hidden filter."""
    if field.widget.is_hidden:
        return field.label
    if isinstance(field, forms.ModelChoiceField):
        shown = next((str(label) for key, label in field.choices if str(key) == value), value)
    else:
        shown = dict(getattr(field, "choices", ())).get(value, value)
    return f"{field.label}: {shown}"


class FilterForm(Form):
    """The form of a filter panel, which brings its own form tag and button."""

    submit_label = ""
    hide_optional = True  # every filter is

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        for field in self.fields.values():
            if type(field.widget) is forms.Select:
                field.widget = QuickSelect(attrs=field.widget.attrs)
                field.widget.choices = field.choices


class ListFilter(filters.FilterSet):
    """What may narrow a list. Its form class is made once, and every reader gets a form of their own: what
    depends on the reader, such as choices, is set on `self.form.fields` in `__init__`."""

    _form_classes: dict[type, type] = {}

    def get_form_class(self):
        made = self._form_classes.get(type(self))
        if made is None:
            made = self._form_classes[type(self)] = super().get_form_class()
            for field in made.base_fields.values():
                word_errors(field)
        return made


def by_choice(choices, empty="") -> Callable[[Any], str]:
    """An export that writes the word for a stored choice."""
    words = dict(choices)
    return lambda value: words.get(value, value) if value else empty


def page_number(request) -> int:
    """The page asked for by a list that has no columns; 1 when it is not understood."""
    return Question(request.GET, ()).answer("page") or 1


def ticked_ids(request, name: str, *, most: int = 100) -> list[int]:
    """The ids of the rows that were ticked in a list; what is no id is left aside."""
    sent = request.POST.getlist(name)[:most]
    return [
        int(value) for value in sent if value.isascii() and value.isdecimal() and len(value) < 18
    ]


def url_of_list(request, *, default: str) -> str:
    """Where to go back to after something was done with ticked rows: the list as it was filtered."""
    asked = request.POST.get("back", "")
    safe = url_has_allowed_host_and_scheme(asked, allowed_hosts=None) and asked.startswith("/")
    return asked if safe else default
