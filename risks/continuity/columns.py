"""The columns of the lists of plans and of compliance checks."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from contracts.models import Tier
from risks.continuity import rules
from risks.continuity.rules import (
    EvidenceState,
    Outcome,
    PlanKind,
    PlanState,
    Result,
    Topic,
    Whose,
)

_KINDS, _WHOSE, _OUTCOMES = dict(PlanKind.choices()), dict(Whose.choices()), dict(Outcome.choices())
_TOPICS, _RESULTS, _TIERS = dict(Topic.choices()), dict(Result.choices()), dict(Tier.choices)


class StandingList(ListPage):
    """A list whose rows carry how they stand and with whom they have to do."""

    def _bare_rows(self):
        return self.queryset.model.objects.with_standing(localdate()).with_supplier_name()


def _nothing(words):
    return format_html('<span class="app-muted">{}</span>', words)


def _standing(states):
    words = dict(states.choices())

    def show(row):
        return format_html(
            '<span class="app-tag app-tag--{}">{}</span>',
            steward.tag_class(row["standing"]), words[row["standing"]],
        )  # fmt: skip

    return Column("standing", "How it stands", "standing", show=show, export=by_choice(words))


def _titled(url_name, column, sub):
    def show(row):
        return format_html(
            '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
            reverse(url_name, args=[row["pk"]]), row[column], sub(row),
        )  # fmt: skip

    return show


def _contract(row):
    if row["contract"] is None:
        return format_html(
            '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a> <span class="app-table__sub">All contracts</span>',
            reverse("continuity:of_supplier", args=[row["supplier"]]), row["supplier_name"],
        )  # fmt: skip
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse("continuity:contract", args=[row["contract"]]),
        row["contract__title"], row["contract__reference"],
    )  # fmt: skip


def _due(row_is_over, path, words):
    """A day, and how far off it is while somebody must act on it."""

    def show(row):
        day = row[path]
        if day is None:
            return _nothing(words)
        if row_is_over(row):
            return steward.day(day)
        urgency = steward.urgency(day)
        return format_html(
            '<span class="app-due {}">{} <span class="app-due__distance">{}</span></span>',
            f"app-due--{urgency}" if urgency else "", steward.day(day), steward.distance(day),
        )  # fmt: skip

    return show


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


def _words(path, words):
    return lambda row: words.get(row[path], "")


def _person(row):
    who = row["owner__name"] or row["owner__email"]
    if not who:
        return _nothing("Nobody")
    if row["owner__is_active"]:
        return who
    return format_html('{} <span class="app-tag app-tag--overdue">has left</span>', who)


def _tested(row):
    if row["tested_on"] is None:
        return _nothing("Never")
    return format_html(
        '{} <span class="app-table__sub">{}</span>',
        steward.day(row["tested_on"]), _OUTCOMES[row["test_result"]],
    )  # fmt: skip


def _recovery(name):
    def show(row):
        said = rules.time_in_words(row[name], row[f"{name}_unit"])
        return said or _nothing("Not stated")

    return show


_SHARED = (
    Column("contract", "Contract", "contract__title", show=_contract, sources=("contract", "contract__reference", "supplier", "supplier_name")),
    Column("reference", "Contract reference", "contract__reference", default=False, nowrap=True),
    Column("supplier", "Supplier", "supplier_name", default=False),
    Column("unit", "Business unit", "contract__unit__name", default=False),
    Column("tier", "Tier", "contract__tier", show=_words("contract__tier", _TIERS), export=by_choice(_TIERS), default=False),
)  # fmt: skip


def _is_retired(row):
    return row["standing"] == PlanState.RETIRED


PLANS = (
    Column("title", "Plan", "title", sort="title", show=_titled("continuity:plan", "title", _words("kind", _KINDS)), sources=("kind",), optional=False),
    *_SHARED,
    _standing(PlanState),
    Column("kind", "Kind", "kind", show=_words("kind", _KINDS), export=by_choice(_KINDS), default=False),
    Column("whose", "Whose", "whose", show=_words("whose", _WHOSE), export=by_choice(_WHOSE), default=False),
    Column("tested_on", "Last tested", "tested_on", show=_tested, sources=("test_result",), nowrap=True),
    Column("test_result", "Result of the last test", "test_result", show=_words("test_result", _OUTCOMES), export=by_choice(_OUTCOMES), default=False),
    Column("test_due_on", "Next test", "test_due_on", sort="test_due_on", show=_due(_is_retired, "test_due_on", "None planned"), sources=("standing",), nowrap=True),
    Column("agreed_on", "Last agreed or updated", "agreed_on", show=_day("agreed_on"), default=False, nowrap=True),
    Column("review_on", "Next review", "review_on", sort="review_on", show=_due(_is_retired, "review_on", "None planned"), sources=("standing",), nowrap=True, default=False),
    Column("rto", "Recovery time objective", "rto", show=_recovery("rto"), sources=("rto_unit",), default=False),
    Column("rto_unit", "Recovery time is in", "rto_unit", default=False),
    Column("rpo", "Recovery point objective", "rpo", show=_recovery("rpo"), sources=("rpo_unit",), default=False),
    Column("rpo_unit", "Recovery point is in", "rpo_unit", default=False),
    Column("owner", "Owner", "owner__name", show=_person, sources=("owner__email", "owner__is_active")),
    Column("scope", "Services covered", "scope", default=False),
    Column("url", "Link", "url", default=False),
)  # fmt: skip


def _topic(row):
    return row["topic_words"] if row["topic"] == Topic.OTHER else _TOPICS[row["topic"]]


def _is_gone(row):
    return row["standing"] in (EvidenceState.REPLACED, EvidenceState.ENDED)


CHECKS = (
    Column("requirement", "What is required", "requirement", sort="requirement", show=_titled("continuity:check", "requirement", _topic), sources=("topic", "topic_words"), optional=False),
    *_SHARED,
    _standing(EvidenceState),
    Column("topic", "What it is about", "topic", show=_topic, sources=("topic_words",), export=by_choice(_TOPICS), default=False),
    Column("result", "What was found", "result", show=_words("result", _RESULTS), export=by_choice(_RESULTS), default=False),
    Column("checked_on", "Checked on", "checked_on", show=_day("checked_on"), nowrap=True),
    Column("expires_on", "Evidence expires on", "expires_on", show=_day("expires_on"), default=False, nowrap=True),
    Column("next_on", "Next check", "next_on", show=_day("next_on"), default=False, nowrap=True),
    Column("due_on", "To be renewed or checked by", "due_on", sort="due_on", show=_due(_is_gone, "due_on", "No day"), sources=("standing",), nowrap=True),
    Column("action", "What is done about it", "action", default=False),
    Column("evidence", "What shows it", "evidence", default=False),
    Column("evidence_url", "Link to the evidence", "evidence_url", default=False),
    Column("checked_by", "Checked by", "checked_by__name", default=False),
)  # fmt: skip
