"""The columns of the register: what the list shows, offers and exports."""

from dataclasses import replace
from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column, by_choice
from common.markup import quick_html, row_url
from common.templatetags import steward
from contracts import rules
from contracts.models import CapKind, Kind, Nature, Office, Regime, Stage, Tier, VatBasis

_OFFICES = dict(Office.choices)
_TIERS, _STAGES, _KINDS = dict(Tier.choices), dict(Stage.choices), dict(Kind.choices)


def title_link(row):
    return quick_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        row_url("contracts:contract", row["pk"]),
        row["title"],
        row["reference"],
    )


@cache
def _nothing(words):
    return format_html('<span class="app-muted">{}</span>', words)


@cache
def _tag(value, words):
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(value), words
    )


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


def _person(path):
    def show(row):
        name = row[f"{path}__name"] or row[f"{path}__email"]
        if not name:
            return _nothing("Nobody")
        if row[f"{path}__is_active"]:
            return name
        return format_html('{} <span class="app-tag app-tag--overdue">has left</span>', name)

    return show


def ends(row):
    """The end date, and how far off it is when that matters; loud when it has passed."""
    ends_on, stage = row["ends_on"], row["stage"]
    if ends_on is None:
        return _nothing("No end date")
    today = timezone.localdate()
    if rules.is_overdue(ends_on=ends_on, stage=stage, today=today):
        return format_html(
            '{} <span class="app-table__sub"><span class="app-tag app-tag--overdue">Past its end</span></span>',
            steward.day(ends_on),
        )
    if stage != "ended" and (ends_on - today).days <= 90:
        return format_html(
            '{} <span class="app-table__sub">{}</span>',
            steward.day(ends_on),
            steward.distance(ends_on),
        )
    return steward.day(ends_on)


def _whether_past_its_end():
    """What the tag in the table says, for a spreadsheet; the day is looked up once for all its rows."""
    today = timezone.localdate()

    def say(ends_on, stage):
        return "Yes" if rules.is_overdue(ends_on=ends_on, stage=stage, today=today) else "No"

    return say


PAST_END = Column(
    "past_end", "Past its end", "ends_on", sources=("stage",), export=_whether_past_its_end
)


def _money(path):
    return lambda row: steward.money(row[path], row["currency"])


def _current_value(row):
    """What it comes to now; a contract without changes says so instead of repeating its award."""
    if row["current_value"] is None:
        return _nothing("As awarded")
    return steward.money(row["current_value"], row["currency"])


COLUMNS = (
    Column("title", "Contract", "title", sort="title", show=title_link, sources=("reference",), optional=False),
    Column("reference", "Reference", "reference", sort="reference", default=False, nowrap=True),
    Column("supplier", "Supplier", "supplier__name", show=lambda row: row["supplier__name"] or _nothing("Not known")),
    Column("unit", "Business unit", "unit__name"),
    Column("oco", "Owner (OCO)", "oco__name", show=_person("oco"), sources=("oco__email", "oco__is_active")),
    Column("deputy", "Deputy", "deputy__name", show=_person("deputy"), sources=("deputy__email", "deputy__is_active"), default=False),
    Column("sro", "SRO", "sro__name", show=_person("sro"), sources=("sro__email", "sro__is_active"), default=False),
    Column("tier", "Tier", "tier", show=lambda row: _tag(row["tier"] or "not_tiered", _TIERS.get(row["tier"], "Not tiered")), export=by_choice(_TIERS)),
    Column("stage", "Stage", "stage", show=lambda row: _tag(row["stage"], _STAGES[row["stage"]]), export=by_choice(_STAGES), default=False),
    Column("kind", "Kind", "kind", show=lambda row: _KINDS[row["kind"]], export=by_choice(Kind.choices), default=False),
    Column("commences_on", "Commences", "commences_on", show=_day("commences_on"), nowrap=True, default=False),
    Column("ends_on", "Ends", "ends_on", sort="ends_on", show=ends, sources=("stage",), nowrap=True, beside=PAST_END),
    Column("notice_on", "Notice by", "notice_on", show=_day("notice_on"), nowrap=True, default=False),
    Column("review_on", "Review", "review_on", show=_day("review_on"), nowrap=True, default=False),
    Column("value", "Value", "value", sort="value", show=_money("value"), sources=("currency",), numeric=True),
    Column("current_value", "Current value", "current_value", show=_current_value, sources=("currency",), numeric=True, default=False),
    Column("annual_value", "Annual value", "annual_value", show=_money("annual_value"), sources=("currency",), numeric=True, default=False),
    Column("cap_kind", "What the value means", "cap_kind", show=lambda row: dict(CapKind.choices).get(row["cap_kind"], ""), export=by_choice(CapKind.choices), default=False),
    Column("currency", "Currency", "currency", default=False),
    Column("vat_basis", "VAT basis", "vat_basis", show=lambda row: dict(VatBasis.choices).get(row["vat_basis"], ""), export=by_choice(VatBasis.choices), default=False),
    Column("regime", "Regime", "regime", show=lambda row: dict(Regime.choices).get(row["regime"], ""), export=by_choice(Regime.choices), default=False),
    Column("procurement_route", "Procurement route", "procurement_route", default=False),
    Column("nature", "What is bought", "nature", show=lambda row: dict(Nature.choices).get(row["nature"], ""), export=by_choice(Nature.choices), default=False),
    Column("category", "Category", "category", default=False),
    Column("cpv_code", "CPV code", "cpv_code", default=False),
    Column("company_number", "Supplier's company number", "supplier__company_number", default=False),
    Column("finance_reference", "Finance system number", "finance_reference", default=False),
    Column("ocid", "OCID", "ocid", default=False),
)  # fmt: skip

# Only for those who see every contract: to others it would name one that they may not see.
PARENT = Column("parent", "Stands under", "parent__reference", default=False)


def _until(row):
    return steward.day(row["ends_on"]) if row["ends_on"] else "now"


def _since_with_link(row):
    return format_html(
        '{} <span class="app-table__sub"><a class="govuk-link govuk-link--no-visited-state" href="{}">'
        'Change<span class="govuk-visually-hidden"> the dates of {}, {}</span></a></span>',
        steward.day(row["starts_on"]),
        reverse("contracts:term", args=[row["contract_id"], row["pk"]]),
        row["person__name"] or row["person__email"], _OFFICES[row["part"]],
    )  # fmt: skip


_SINCE = Column(
    "starts_on", "Since", "starts_on", sort="starts_on", show=_day("starts_on"), nowrap=True
)
_SINCE_WITH_LINK = replace(
    _SINCE, show=_since_with_link, sources=("contract_id", "part", "person__name", "person__email")
)


def offices(*, may_change):
    """The columns of a contract's terms of office, with links for those who may put their dates right."""
    return (
        Column("person", "Person", "person__name", show=_person("person"), sources=("person__email", "person__is_active"), optional=False),
        Column("part", "Part", "part", show=lambda row: _OFFICES[row["part"]], export=by_choice(Office.choices)),
        _SINCE_WITH_LINK if may_change else _SINCE,
        Column("ends_on", "Until", "ends_on", show=_until, nowrap=True),
    )  # fmt: skip
