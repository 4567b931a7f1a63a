"""The list of KPIs across contracts: what it shows, offers and exports."""

from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from contracts.models import Tier
from performance.models import Indicator
from performance.querysets import kpi_severity
from performance.rules import Frequency, Kind, Period, Quadrant, Rating, Standing, with_unit

_TIERS, _KINDS, _QUADRANTS = dict(Tier.choices), dict(Kind.choices()), dict(Quadrant.choices())
_FREQUENCIES, _RATINGS = dict(Frequency.choices()), dict(Rating.choices())
_BY_SEVERITY = {standing.severity: standing for standing in Standing}


@cache
def _tag(severity):
    standing = _BY_SEVERITY[severity]
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>',
        steward.tag_class(standing.value), standing.label,
    )  # fmt: skip


def _name(row):
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse("performance:indicator", args=[row["pk"]]), row["name"], row["reference"],
    )  # fmt: skip


def _contract(row):
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>'
        ' <span class="app-table__sub">{}</span>',
        reverse("trends:contract", args=[row["contract"]]),
        row["contract__title"], row["contract__reference"],
    )  # fmt: skip


def _latest(row):
    """The latest value with its period; that there is none."""
    if row["latest_period"] is None:
        return format_html('<span class="app-muted">{}</span>', "None yet")
    if row["direction"] == "yes_no" and row["latest_value"] is not None:
        value = "Yes" if row["latest_value"] else "No"
    else:
        value = with_unit(row["latest_value"], unit=row["unit"], decimals=row["decimals"])
    period = Period(row["latest_period"], row["frequency"]).label
    return format_html('{} <span class="app-table__sub">{}</span>', value, period)


def _words(path, words):
    return lambda row: words.get(row[path], "")


COLUMNS = (
    Column("name", "KPI", "name", sort="name", show=_name, sources=("reference",), optional=False),
    Column("number", "Number in the contract", "reference", default=False),
    Column("rating", "Stands at", "severity", show=lambda row: _tag(row["severity"]), export=lambda severity: _BY_SEVERITY[severity].label),
    Column("contract", "Contract", "contract__title", show=_contract, sources=("contract", "contract__reference")),
    Column("contract_reference", "Contract reference", "contract__reference", default=False, nowrap=True),
    Column("supplier", "Lead supplier", "contract__supplier__name"),
    Column("unit", "Business unit", "contract__unit__name"),
    Column("tier", "Tier", "contract__tier", show=lambda row: _TIERS.get(row["contract__tier"], "Not tiered"), export=by_choice(_TIERS, "Not tiered")),
    Column("kind", "Kind", "kind", show=_words("kind", _KINDS), export=by_choice(_KINDS), default=False),
    Column("quadrant", "About", "quadrant", show=_words("quadrant", _QUADRANTS), export=by_choice(_QUADRANTS)),
    Column("weight", "Weight", "weight", numeric=True),
    Column("latest", "Latest reading", "latest_value", show=_latest, sources=("latest_period", "unit", "decimals", "frequency", "direction")),
    Column("latest_period", "Period from", "latest_period", show=lambda row: steward.day(row["latest_period"]) if row["latest_period"] else "", default=False, nowrap=True),
    Column("latest_rating", "Latest rating", "latest_rating", show=_words("latest_rating", _RATINGS), export=by_choice(_RATINGS, "Not reported"), default=False),
    Column("measured_in", "Unit of measure", "unit", default=False),
    Column("frequency", "How often", "frequency", show=_words("frequency", _FREQUENCIES), export=by_choice(_FREQUENCIES), default=False),
)  # fmt: skip


def with_severity(indicators):
    return indicators.annotate(severity=kpi_severity(timezone.localdate()))


class IndicatorList(ListPage):
    """A list whose rows carry `severity`."""

    def _bare_rows(self):
        return with_severity(Indicator.objects.all())
