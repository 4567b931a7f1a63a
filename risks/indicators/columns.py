"""The list of key risk indicators across contracts: what it shows and exports."""

from decimal import Decimal

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from contracts.models import Tier
from risks.indicators.models import KeyRiskIndicator
from risks.indicators.rules import Direction, Frequency, Period, Status, with_unit

_STATUSES, _DIRECTIONS = dict(Status.choices()), dict(Direction.choices())
_FREQUENCIES, _TIERS = dict(Frequency.choices()), dict(Tier.choices)


def _name(row):
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a>',
        reverse("indicators:indicator", args=[row["pk"]]), row["name"],
    )  # fmt: skip


def _stands(row):
    tag = format_html(
        '<span class="app-tag app-tag--{}">{}</span>',
        steward.tag_class(row["stands"]), _STATUSES[row["stands"]],
    )  # fmt: skip
    if row["is_late"]:
        return format_html(
            '{} <span class="app-table__sub app-due--overdue">Reading overdue</span>', tag
        )
    return tag


def _latest(row):
    if row["latest_period"] is None:
        return format_html('<span class="app-muted">{}</span>', "None yet")
    value = with_unit(row["latest_value"], unit=row["unit"], decimals=row["decimals"])
    period = Period(row["latest_period"], row["frequency"]).label
    return format_html('{} <span class="app-table__sub">{}</span>', value, period)


def _plain(value):
    """Without the zeros of the column."""
    return None if value is None else Decimal(f"{value.normalize():f}")


def _since(row):
    return Period(row["since"], row["frequency"]).label if row["since"] else ""


def _thresholds(row):
    amber, red = (
        with_unit(row[name], unit=row["unit"], decimals=row["decimals"])
        for name in ("amber", "red")
    )
    return format_html('{} <span class="app-table__sub">Red from {}</span>', amber, red)


def _contract(row):
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse("indicators:contract", args=[row["contract"]]), row["contract__title"], row["contract__reference"],
    )  # fmt: skip


def _risk(row):
    if not row["risk"]:
        return format_html('<span class="app-muted">{}</span>', "None yet")
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>',
        reverse("risks:risk", args=[row["risk"]]), row["risk__title"],
    )  # fmt: skip


def _words(path, words):
    return lambda row: words.get(row[path], "")


COLUMNS = (
    Column("name", "Key risk indicator", "name", sort="name", show=_name, optional=False),
    Column("status", "Stands at", "stands", show=_stands, sources=("is_late",), export=by_choice(_STATUSES)),
    Column("late", "Reading overdue", "is_late", show=lambda row: "Yes" if row["is_late"] else "", export=lambda late: "Yes" if late else "No", default=False),
    Column("latest", "Latest reading", "latest_value", show=_latest, sources=("latest_period", "unit", "decimals", "frequency"), export=_plain),
    Column("since", "So since", "since", show=_since, sources=("frequency",)),
    Column("contract", "Contract", "contract__title", show=_contract, sources=("contract", "contract__reference")),
    Column("risk", "Risk", "risk__title", show=_risk, sources=("risk",)),
    Column("tier", "Tier", "contract__tier", show=lambda row: _TIERS.get(row["contract__tier"], "Not tiered"), export=by_choice(_TIERS, "Not tiered"), default=False),
    Column("amber", "Amber from", "amber", show=_thresholds, nowrap=True, sources=("red", "unit", "decimals"), export=_plain),
    Column("red", "Red from", "red", default=False, show=lambda row: with_unit(row["red"], unit=row["unit"], decimals=row["decimals"]), sources=("unit", "decimals"), export=_plain),
    Column("responsible", "Responsible", "responsible__name", default=False),
    Column("contract_reference", "Contract reference", "contract__reference", default=False, nowrap=True),
    Column("unit", "Business unit", "contract__unit__name", default=False),
    Column("measured_in", "Unit of measure", "unit", default=False),
    Column("direction", "Which way is worse", "direction", show=_words("direction", _DIRECTIONS), export=by_choice(_DIRECTIONS), default=False),
    Column("frequency", "How often", "frequency", show=_words("frequency", _FREQUENCIES), export=by_choice(_FREQUENCIES), default=False),
    Column("follows", "Follows", "measure_label", default=False),
    Column("latest_period", "Latest period from", "latest_period", show=lambda row: steward.day(row["latest_period"]) if row["latest_period"] else "", default=False, nowrap=True),
)  # fmt: skip


class KriList(ListPage):
    """A list whose rows carry how they stand today."""

    def _bare_rows(self):
        return KeyRiskIndicator.objects.with_standing(timezone.localdate())
