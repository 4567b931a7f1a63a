"""The columns of the list of scorecards."""

from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from contracts.models import Tier
from performance.scorecards.querysets import with_standing
from performance.scorecards.rules import Quadrant, Rag, Standing

_STANDINGS, _RAGS = dict(Standing.choices()), dict(Rag.choices())
_TIERS = dict(Tier.choices)


def _tag(value, words):
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(value), words
    )


def _title(row):
    name = "scorecards:scorecard" if row["scorecard"] else "scorecards:contract"
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse(name, args=[row["scorecard"] or row["pk"]]), row["title"], row["reference"],
    )  # fmt: skip


def _rag(path, row):
    value = row[path]
    if value is None:
        return ""
    return _tag(value, _RAGS[value]) if value else _tag("undecided", "Not decided")


def _stands(row):
    tag = _tag(row["standing"], _STANDINGS[row["standing"]])
    if row["standing"] == Standing.OVERDUE and row["scorecard"]:
        return format_html('{} <span class="app-table__sub">Draft begun</span>', tag)
    return tag


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


def _local_day(at):
    return timezone.localtime(at).date() if at else None


COLUMNS = (
    Column("title", "Contract", "title", sort="title", show=_title, sources=("reference", "scorecard"), optional=False),
    Column("reference", "Reference", "reference", default=False, nowrap=True),
    Column("tier", "Tier", "tier", show=lambda row: _TIERS.get(row["tier"], ""), export=by_choice(_TIERS)),
    Column("standing", "How it stands", "standing", show=_stands, sources=("scorecard",), export=by_choice(_STANDINGS)),
    *(
        Column(quadrant.value, quadrant.label, f"{quadrant}_rag", show=partial(_rag, f"{quadrant}_rag"), export=by_choice(_RAGS))
        for quadrant in Quadrant
    ),
    Column("oco", "Owner", "oco__name"),
    Column("sro", "SRO", "sro__name", default=False),
    Column("unit", "Business unit", "unit__name", default=False),
    Column("supplier", "Lead supplier", "supplier__name", default=False),
    Column("signed_at", "Signed off", "signed_at", default=False, show=_day("signed_at"), export=_local_day, nowrap=True),
    Column("signed_by", "Signed off by", "signed_by", default=False),
    Column("seen_at", "Seen", "seen_at", show=_day("seen_at"), export=_local_day, default=False, nowrap=True),
)  # fmt: skip


class ScorecardList(ListPage):
    """Contracts with how each stands with the scorecard of one quarter."""

    def __init__(self, request, *, quarter, **options):
        self.quarter = quarter
        super().__init__(request, **options)

    def _bare_rows(self):
        return with_standing(super()._bare_rows(), self.quarter, timezone.localdate())
