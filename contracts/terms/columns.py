"""The columns of the list of bank holidays, and how it is narrowed."""

import django_filters
from django.urls import reverse
from django.utils.html import format_html

from common.lists import Column, FilterForm, by_choice
from contracts.terms.clocks import in_words
from contracts.terms.models import BankHoliday, Nation

COLUMNS = (
    Column("name", "Bank holiday", "name", optional=False),
    Column(
        "on", "Day", "on", sort="on", optional=False, nowrap=True,
        show=lambda row: in_words(row["on"], weekday=True),
    ),
    Column(
        "nation", "Where", "nation", optional=False,
        show=lambda row: Nation(row["nation"]).label, export=by_choice(Nation.choices),
    ),
)  # fmt: skip


def _remove(row):
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">Remove'
        '<span class="govuk-visually-hidden"> {}, {}</span></a>',
        reverse("terms:holiday_remove", args=[row["pk"]]), row["name"], in_words(row["on"]),
    )  # fmt: skip


def columns_for(*, may_manage):
    """Who keeps the calendar sees a link to remove a day; nobody's export holds it."""
    if not may_manage:
        return COLUMNS
    return (
        *COLUMNS,
        Column("remove", "Change", "pk", show=_remove, export=lambda value: "", optional=False),
    )


class HolidayFilter(django_filters.FilterSet):
    nation = django_filters.ChoiceFilter(
        label="Where", choices=Nation.choices, empty_label="Everywhere"
    )
    year = django_filters.NumberFilter(
        label="Year", field_name="on", lookup_expr="year", min_value=1900, max_value=2199
    )

    class Meta:
        model = BankHoliday
        fields = ("nation", "year")
        form = FilterForm
