"""The columns of the lists of tiering: contracts that were never assessed, and assessments."""

from dataclasses import replace
from functools import partial

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from contracts.columns import COLUMNS as OF_CONTRACTS
from contracts.models import Tier
from contracts.tiering import rules

TIERS = dict(Tier.choices)
tier_word = by_choice(Tier.choices, "Not tiered")


def tier_tag(value):
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>',
        steward.tag_class(value or "not_tiered"), TIERS.get(value, "Not tiered"),
    )  # fmt: skip


def _contract(row, page="assessment"):
    """Leads to the assessment; its contract is one step further."""
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse(f"tiering:{page}", args=[row["pk"]]),
        row["contract__title"], row["contract__reference"],
    )  # fmt: skip


def _person(path):
    return lambda row: row[f"{path}__name"] or row[f"{path}__email"] or steward.UNKNOWN


def _day(path):
    return lambda row: steward.day(row[path])


def _due(row):
    """When it is due; past dates loud, and a new questionnaire named as the reason."""
    due_on = row["due_on"]
    late = due_on < timezone.localdate()
    marked = row["marked_tier"]
    return format_html(
        '<span class="app-due{}">{} <span class="app-due__distance">{}</span></span>{}',
        " app-due--overdue" if late else "",
        steward.day(due_on),
        steward.distance(due_on),
        format_html('<span class="app-table__sub">A new version would give {}</span>', TIERS[marked])
        if marked
        else "",
    )  # fmt: skip


def _decided(row):
    """The tier decided, and the rules' own where it is another."""
    tag = tier_tag(row["decided_tier"])
    if row["decided_tier"] == row["proposed_tier"]:
        return tag
    return format_html(
        '{} <span class="app-table__sub">The rules gave {}</span>',
        tag,
        TIERS.get(row["proposed_tier"], ""),
    )


CONTRACT = Column("title", "Contract", "contract__title", show=_contract, sources=("contract__reference",), optional=False)  # fmt: skip
REFERENCE = Column("reference", "Reference", "contract__reference", default=False, nowrap=True)
UNIT = Column("unit", "Business unit", "contract__unit__name")
OWNER = Column("oco", "Owner (OCO)", "contract__oco__name", show=lambda row: row["contract__oco__name"] or "Nobody")  # fmt: skip
TIER_NOW = Column("tier", "Tier now", "contract__tier", show=lambda row: tier_tag(row["contract__tier"]), export=tier_word)  # fmt: skip
SCORE = Column("score", "Score", "score", show=lambda row: rules.number(row["score"]), numeric=True)
BY_THE_RULES = Column("proposed_tier", "By the rules", "proposed_tier", show=lambda row: tier_tag(row["proposed_tier"]), export=tier_word)  # fmt: skip
VERSION = Column("questionnaire", "Version", "questionnaire__number", numeric=True, default=False)

WAITING = (
    CONTRACT, REFERENCE, UNIT, TIER_NOW,
    Column("proposed_tier", "Proposed", "proposed_tier", show=lambda row: tier_tag(row["proposed_tier"]), export=tier_word),
    SCORE,
    Column("proposed_by", "Proposed by", "proposed_by__name", show=_person("proposed_by"), sources=("proposed_by__email",)),
    Column("proposed_at", "Proposed on", "proposed_at", sort="proposed_at", show=_day("proposed_at"), nowrap=True),
    Column("comment", "Comment", "comment", default=False),
    VERSION,
)  # fmt: skip

ASSESSED = (
    CONTRACT, REFERENCE, UNIT, OWNER,
    Column("decided_tier", "Decided", "decided_tier", show=_decided, sources=("proposed_tier",), export=tier_word),
    SCORE, replace(BY_THE_RULES, default=False),
    Column("decided_on", "Decided on", "decided_on", show=_day("decided_on"), nowrap=True),
    Column("decided_by", "Decided by", "decided_by__name", show=_person("decided_by"), sources=("decided_by__email",), default=False),
    Column("reason", "Why another tier", "reason", default=False),
    Column("due_on", "Due again", "due_on", sort="due_on", show=_due, sources=("marked_tier",), nowrap=True),
    VERSION,
)  # fmt: skip

MOVING = (
    CONTRACT, REFERENCE, UNIT, OWNER, TIER_NOW, SCORE, BY_THE_RULES,
    Column("would_be", "Would be", "would_be", show=lambda row: tier_tag(row["would_be"]) if row["would_be"] else "Cannot be computed", export=by_choice(Tier.choices, "Cannot be computed")),
    Column("decided_tier", "Decided", "decided_tier", show=_decided, sources=("proposed_tier",), export=tier_word, default=False),
    VERSION,
)  # fmt: skip


def _assess(contract, title):
    return lambda row: format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">Assess<span class="govuk-visually-hidden"> {}</span></a>',
        reverse("tiering:assess", args=[row[contract]]), row[title],
    )  # fmt: skip


_SHOWN = ("title", "reference", "supplier", "unit", "oco", "tier", "stage", "value", "ends_on")
NEVER = tuple(column for column in OF_CONTRACTS if column.key in _SHOWN)

# For those who may decide: what there is to do in each list stands one step nearer.
TO_DECIDE = (replace(CONTRACT, show=partial(_contract, page="decide")), *WAITING[1:])
TO_ASSESS = (*NEVER, Column("assess", "To do", "reference", show=_assess("pk", "title"), export=lambda value: "Assess", sources=("title",)))  # fmt: skip
TO_ASSESS_AGAIN = (
    *ASSESSED,
    Column("assess", "To do", "contract__reference", show=_assess("contract", "contract__title"), export=lambda value: "Assess", sources=("contract", "contract__title")),
)  # fmt: skip


class MovingList(ListPage):
    """The assessments of a cell of the matrix, or all that would move. Rows carry `would_be`."""

    def __init__(self, request, *, matrix, **kwargs):
        super().__init__(request, **kwargs)
        self.rescored = matrix.rescored
        self.count = (
            matrix.number_shown
        )  # counted already: scoring all of them again is the dear part

    def _bare_rows(self):
        return self.rescored.annotate(super()._bare_rows())
