"""The columns of the register of risks."""

from django.urls import reverse
from django.utils.html import format_html

from common.lists import Column, by_choice
from common.templatetags import steward
from contracts.models import Tier
from risks import rules
from risks.rules import Kind, Proximity, Response, State

_KINDS, _STATES = dict(Kind.choices()), dict(State.choices())
_RESPONSES = {response.value: response.word for response in Response}
_PROXIMITIES, _TIERS = dict(Proximity.choices()), dict(Tier.choices)


def tag(value, words):
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(value), words
    )


def _nothing(words):
    return format_html('<span class="app-muted">{}</span>', words)


def score_tag(score, matrix):
    """`High 15`; what is not scored says so."""
    band = matrix.band(score)
    if band is None:
        return tag("not-tracked", "Not scored")
    return tag(f"band-{band.value}", f"{band.label} {score}")


def _title(row):
    sub = row["reference"]
    if row["kind"] != Kind.RISK:
        sub = f"{sub} · {_KINDS[row['kind']]}" if sub else _KINDS[row["kind"]]
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse("risks:risk", args=[row["pk"]]), row["title"], sub,
    )  # fmt: skip


def _about(row):
    if row["contract"]:
        return format_html(
            '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a> <span class="app-table__sub">{}</span>',
            reverse("risks:contract", args=[row["contract"]]), row["contract__title"], row["contract__reference"],
        )  # fmt: skip
    if row["supplier"]:
        return format_html(
            '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a> <span class="app-table__sub">Supplier</span>',
            reverse("risks:of_supplier", args=[row["supplier"]]), row["supplier__name"],
        )  # fmt: skip
    return "The organisation"


def _owner(row):
    who = row["owner__name"] or row["owner__email"]
    if not who:
        return _nothing("Nobody")
    if row["owner__is_active"]:
        return who
    return format_html('{} <span class="app-tag app-tag--overdue">has left</span>', who)


def _movement(row):
    words = rules.movement_in_words(row["score"], row["score_before"])
    moved = rules.movement(row["score"], row["score_before"])
    sign = "▲ " if moved > 0 else "▼ " if moved < 0 else ""
    return (
        format_html('<span aria-hidden="true">{}</span>{}', sign, words)
        if sign
        else _nothing(words)
    )


def _review(row):
    if row["review_on"] is None or row["state"] != State.OPEN:
        return ""
    urgency = steward.urgency(row["review_on"])
    return format_html(
        '<span class="app-due {}">{} <span class="app-due__distance">{}</span></span>',
        f"app-due--{urgency}" if urgency else "", steward.day(row["review_on"]), steward.distance(row["review_on"]),
    )  # fmt: skip


def _score(matrix):
    def show(row):
        found = score_tag(row["score"], matrix)
        above = row["state"] == State.OPEN and rules.is_above_appetite(
            row["score"], row["category__appetite"], kind=row["kind"]
        )
        return (
            format_html('{} <span class="app-table__sub">Above appetite</span>', found)
            if above
            else found
        )

    return show


def _band(matrix):
    return lambda score: band.label if (band := matrix.band(score)) else ""


def _state(row):
    return tag(f"risk-{row['state']}", _STATES[row["state"]])


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


_yes_or_no = {True: "Yes", False: "No"}.get


def columns(matrix):
    """As the current matrix words and colours them."""
    return (
        Column("title", "Risk", "title", sort="title", show=_title, sources=("reference", "kind"), optional=False),
        Column("about", "What it is about", "contract__title", show=_about, sources=("contract", "contract__reference", "supplier", "supplier__name"), export=None),
        Column("score", "Score", "score", sort="score", show=_score(matrix), sources=("category__appetite", "state", "kind")),
        Column("movement", "Since its last review", "score_before", show=_movement, sources=("score",), default=True),
        Column("category", "Category", "category__name"),
        Column("owner", "Owner", "owner__name", show=_owner, sources=("owner__email", "owner__is_active")),
        Column("response", "Response", "response", show=lambda row: _RESPONSES.get(row["response"], ""), export=by_choice(_RESPONSES)),
        Column("review_on", "Next review", "review_on", sort="review_on", show=_review, sources=("state",), nowrap=True),
        Column("state", "How it stands", "state", show=_state, export=by_choice(_STATES), default=False),
        Column("kind", "Kind", "kind", show=lambda row: _KINDS[row["kind"]], export=by_choice(_KINDS), default=False),
        Column("contract", "Contract reference", "contract__reference", default=False, nowrap=True),
        Column("supplier", "Supplier", "supplier__name", default=False),
        Column("tier", "Tier", "contract__tier", show=lambda row: _TIERS.get(row["contract__tier"], ""), export=by_choice(_TIERS), default=False),
        Column("unit", "Business unit", "contract__unit__name", default=False),
        Column("reference", "Number", "reference", default=False, nowrap=True),
        Column("cause", "Cause", "cause", default=False),
        Column("event", "What may happen", "event", default=False),
        Column("effect", "Effect", "effect", default=False),
        Column("email", "Owner, e-mail", "owner__email", default=False),
        Column("likelihood", "Likelihood", "likelihood", default=False, numeric=True),
        Column("impact", "Impact", "impact", default=False, numeric=True),
        Column("band", "Band", "score", show=lambda row: _band(matrix)(row["score"]), export=_band(matrix), default=False),
        Column("inherent_likelihood", "Likelihood, with nothing done", "inherent_likelihood", default=False, numeric=True),
        Column("inherent_impact", "Impact, with nothing done", "inherent_impact", default=False, numeric=True),
        Column("target_likelihood", "Target likelihood", "target_likelihood", default=False, numeric=True),
        Column("target_impact", "Target impact", "target_impact", default=False, numeric=True),
        Column("proximity", "When it would happen", "proximity", show=lambda row: _PROXIMITIES.get(row["proximity"], ""), export=by_choice(_PROXIMITIES), default=False),
        Column("is_shared", "Shared with the supplier", "is_shared", show=lambda row: _yes_or_no(row["is_shared"]), export=_yes_or_no, default=False),
        Column("happened_on", "Happened on", "happened_on", show=_day("happened_on"), default=False, nowrap=True),
        Column("raised_on", "Entered on", "raised_on", show=_day("raised_on"), default=False, nowrap=True),
        Column("closed_on", "Closed on", "closed_on", show=_day("closed_on"), default=False, nowrap=True),
        Column("outcome", "How it ended", "outcome", default=False),
    )  # fmt: skip
