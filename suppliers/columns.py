"""The list of suppliers: its columns, and what rooms know of those on a page."""

from itertools import islice

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column, ListPage
from common.templatetags.steward import day, money, money_short
from suppliers import facts
from suppliers.rules import Alike

EXPORTED_AT_ONCE = 1000
YES_NO = {True: "Yes", False: "No", None: "Not known"}


def name_link(row):
    return format_html(
        '<a class="govuk-link" href="{}">{}</a>',
        reverse("suppliers:supplier", args=[row["pk"]]),
        row["name"],
    )


def _known(path):
    return lambda row: YES_NO[row[path]]


def _date_alone(moment):
    return timezone.localtime(moment).date()


def amounts(value):
    """`£1,250,000 and €40,000`: exact, no currency added to another, and what is missing said to be."""
    words = value.in_words(money)
    return f"{words} ({value.missing} not recorded)" if value.sums and value.missing else words


def amounts_in_short(value):
    return value.in_words(money_short)


def amounts_in_brief(value):
    words = amounts_in_short(value)
    if not (value.sums and value.missing):
        return words
    return format_html(
        '{} <span class="app-table__sub">{} not recorded</span>', words, value.missing
    )


COLUMNS = (
    Column("name", "Supplier", "name", sort="name", show=name_link, optional=False),
    Column("company_number", "Company number", "company_number", sort="company_number", nowrap=True),
    Column("charity_number", "Charity number", "charity_number", default=False),
    Column("vat_number", "VAT number", "vat_number", default=False),
    Column("ppon", "PPON", "ppon", nowrap=True, default=False),
    Column("other_number", "Other identifier", "other_number", default=False),
    Column("parent", "Parent company", "parent__name", default=False),
    Column("is_sme", "Small or medium-sized", "is_sme", show=_known("is_sme"), export=YES_NO.get),
    Column("is_vcse", "Voluntary or community", "is_vcse", show=_known("is_vcse"), export=YES_NO.get, default=False),
    Column("created_at", "Added", "created_at", sort="created_at", show=lambda row: day(row["created_at"]), export=_date_alone, nowrap=True, default=False),
)  # fmt: skip


def _fact_column(fact):
    def show(row):
        return fact.show(row[fact.key])

    def export(value):
        return (fact.text or fact.show)(value)

    return Column(
        fact.key, fact.label, "pk", show=show, export=export, numeric=fact.numeric, default=fact.in_list
    )  # fmt: skip


def fact_columns():
    """A column for each fact; asked for only where it is shown."""
    return [_fact_column(fact) for fact in facts.all_facts()]


def batched(rows, size):
    rows = iter(rows)
    while batch := list(islice(rows, size)):
        yield batch


class SupplierPage(ListPage):
    """The list of suppliers, with what rooms know about those on this page."""

    @property
    def facts(self):
        shown = {column.key for column in self.columns}
        return [fact for fact in facts.all_facts() if fact.key in shown]

    @property
    def lines(self):
        known = facts.ask(self.request.user, [row["pk"] for row in self._row_dicts], self.facts)
        for row in self._row_dicts:
            row.update({key: values[row["pk"]] for key, values in known.items()})
        return super().lines

    def _export_rows(self):
        names = [fact.key for fact in self.facts]
        columns = [column for column in self.columns if column.key not in names]
        added = [column for column in self.columns if column.key in names]
        rows = self.queryset.order_by(*self._ordering())
        rows = rows.values_list("pk", *(column.source for column in columns))
        for batch in batched(rows.iterator(chunk_size=EXPORTED_AT_ONCE), EXPORTED_AT_ONCE):
            known = facts.ask(self.request.user, [row[0] for row in batch], self.facts)
            for pk, *values in batch:
                cells = [
                    c.export(v) if c.export else v for c, v in zip(columns, values, strict=True)
                ]
                yield [*cells, *(column.export(known[column.key][pk]) for column in added)]


# --- pairs that may be one ------------------------------------------------------------------------


def _one_of_pair(path):
    def show(row):
        number = row[f"{path}__company_number"]
        return format_html(
            '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a> <span class="app-table__sub">{}</span>',
            reverse("suppliers:supplier", args=[row[path]]),
            row[f"{path}__name"],
            f"Company number {number}" if number else "No company number",
        )

    return show


def _why(reasons):
    return ". ".join(Alike(reason).sentence for reason in reasons.split())


def _compare(row):
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state app-nowrap" href="{}">Compare<span class="govuk-visually-hidden"> {} and {}</span></a>',
        reverse("suppliers:merge", args=[row["one"], row["other"]]),
        row["one__name"],
        row["other__name"],
    )


def _pair(path, label, **options):
    return Column(
        path, label, f"{path}__name", show=_one_of_pair(path),
        sources=(path, f"{path}__company_number"), optional=False, **options,
    )  # fmt: skip


PAIR_COLUMNS = (
    _pair("one", "Recorded first"),
    _pair("other", "Recorded later"),
    Column("why", "Why they may be one", "reasons", sort="rank", show=lambda row: _why(row["reasons"]), export=_why, optional=False),
    Column("compare", "Next", "pk", show=_compare, export=lambda pk: "", sources=("one", "other", "one__name", "other__name"), optional=False),
)  # fmt: skip


class PairPage(ListPage):
    """Pairs of suppliers that may be one."""

    @property
    def lines(self):
        for line, row in zip(super().lines, self._row_dicts, strict=True):
            yield line | {"name": f"{row['one__name']} and {row['other__name']}"}
