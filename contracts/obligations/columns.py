"""The columns of the lists of obligations and of what falls due."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localdate

from common.lists import Column, ListPage, by_choice
from common.templatetags import steward
from contracts.obligations import rules
from contracts.obligations.models import Obligation, Occurrence
from contracts.obligations.rules import Kind, Party, Relief, Repeat, State

_PARTIES, _KINDS, _REPEATS = dict(Party.choices()), dict(Kind.choices()), dict(Repeat.choices())
_STATES, _RELIEFS = dict(State.choices()), dict(Relief.choices())
# In a list a word or two must do.
_SHORT_KINDS = _KINDS | {
    Kind.DEPENDENCY.value: "Dependency", Kind.ASSURANCE.value: "Certificate or test",
}  # fmt: skip


def state_tag(state):
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(state), _STATES[state]
    )


def _nothing(words):
    return format_html('<span class="app-muted">{}</span>', words)


def _link(url_name, pk, title, sub):
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse(url_name, args=[pk]), title, sub,
    )  # fmt: skip


def _numbered(number, clause):
    return f"{number} · {clause}" if clause else number


def _title(at, url_name):
    def show(row):
        sub = _numbered(row[f"{at}number"], row[f"{at}clause"])
        return _link(url_name, row["pk"], row[f"{at}title"], sub)

    return show


def _contract(at):
    def show(row):
        return format_html(
            '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a>'
            ' <span class="app-table__sub">{}</span>',
            reverse("obligations:contract", args=[row[f"{at}contract"]]),
            row[f"{at}contract__title"], row[f"{at}contract__reference"],
        )  # fmt: skip

    return show


def _responsible(at):
    name, email, here = (f"{at}responsible__{part}" for part in ("name", "email", "is_active"))

    def show(row):
        who = row[name] or row[email]
        if not who:
            return _nothing("Nobody")
        if row[here]:
            return who
        return format_html('{} <span class="app-tag app-tag--overdue">has left</span>', who)

    return show


def _words(path, words):
    return lambda row: words.get(row[path], "")


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


def _shared(at):
    """What both lists show of an obligation; `at` leads to it from the row."""
    return {
        "contract": Column("contract", "Contract", f"{at}contract__title", show=_contract(at), sources=(f"{at}contract", f"{at}contract__reference")),
        "reference": Column("reference", "Contract reference", f"{at}contract__reference", default=False, nowrap=True),
        "supplier": Column("supplier", "Lead supplier", f"{at}contract__supplier__name", default=False),
        "number": Column("number", "Number", f"{at}number", default=False),
        "clause": Column("clause", "Clause", f"{at}clause", default=False),
        "party": Column("party", "Who must do it", f"{at}party", show=_words(f"{at}party", _PARTIES), export=by_choice(_PARTIES)),
        "kind": Column("kind", "Kind", f"{at}kind", show=_words(f"{at}kind", _SHORT_KINDS), export=by_choice(_KINDS)),
        "responsible": Column("responsible", "Responsible", f"{at}responsible__name", show=_responsible(at), sources=(f"{at}responsible__email", f"{at}responsible__is_active")),
        "email": Column("email", "Responsible, e-mail", f"{at}responsible__email", default=False),
        "contact": Column("contact", "Contact at the supplier", f"{at}supplier_contact", default=False),
    }  # fmt: skip


def how_often(row):
    if row["repeat"] == Repeat.ONCE:
        return "Once"
    return rules.Rule(row["first_due"], row["repeat"], row["every"]).span_in_words.capitalize()


def next_due(row):
    if row["ended_on"]:
        return _nothing(f"Ended {steward.day(row['ended_on'])}")
    due_on = row["next_due"]
    if due_on is None:
        return _nothing("Nothing pending")
    urgency = steward.urgency(due_on)
    return format_html(
        '<span class="app-due {}">{} <span class="app-due__distance">{}</span></span>',
        f"app-due--{urgency}" if urgency else "", steward.day(due_on), steward.distance(due_on),
    )  # fmt: skip


_yes_or_no = {True: "Yes", False: "No"}.get
_O = _shared("")
OBLIGATIONS = (
    Column("title", "Obligation", "title", sort="title", show=_title("", "obligations:obligation"), sources=("number", "clause"), optional=False),
    _O["contract"], _O["reference"], _O["supplier"], _O["number"], _O["clause"], _O["party"], _O["kind"],
    _O["responsible"], _O["email"], _O["contact"],
    Column("repeat", "How often", "repeat", show=how_often, sources=("first_due", "every"), export=by_choice(_REPEATS)),
    Column("every", "Every how many", "every", default=False, numeric=True),
    Column("first_due", "Day first due", "first_due", show=_day("first_due"), default=False, nowrap=True),
    Column("last_day", "On the last day of the month", "last_day", show=lambda row: _yes_or_no(row["last_day"]), export=_yes_or_no, default=False),
    Column("until", "Goes on until", "until", show=_day("until"), default=False, nowrap=True),
    Column("times", "Number of times", "times", default=False, numeric=True),
    Column("followed_from", "Followed from", "followed_from", show=_day("followed_from"), default=False, nowrap=True),
    Column("next_due", "Next due", "next_due", show=next_due, sources=("ended_on",), nowrap=True),
    Column("ended_on", "Ended", "ended_on", show=_day("ended_on"), default=False, nowrap=True),
    Column("survives", "Goes on after the contract", "survives", show=lambda row: _yes_or_no(row["survives"]), export=_yes_or_no, default=False),
    Column("evidence_required", "Evidence required", "evidence_required", default=False),
    Column("consequence", "What follows if it is not done", "consequence", default=False),
    Column("text", "What the contract says", "text", default=False),
)  # fmt: skip


def due(row):
    """The day, and how far off it is while it can still be met."""
    if row["standing"] not in (State.OVERDUE, State.PENDING):
        return steward.day(row["due_on"])
    urgency = steward.urgency(row["due_on"])
    return format_html(
        '<span class="app-due {}">{} <span class="app-due__distance">{}</span></span>',
        f"app-due--{urgency}" if urgency else "", steward.day(row["due_on"]), steward.distance(row["due_on"]),
    )  # fmt: skip


def stands(row):
    tag = state_tag(row["standing"])
    if row["relief"] == Relief.OFFERED:
        return format_html('{} <span class="app-table__sub">Relief to be decided</span>', tag)
    return tag


_OF = _shared("obligation__")
OCCURRENCES = (
    Column("title", "Obligation", "obligation__title", show=_title("obligation__", "obligations:occurrence"), sources=("obligation__number", "obligation__clause"), optional=False),
    _OF["contract"], _OF["reference"], _OF["supplier"], _OF["number"], _OF["clause"],
    Column("due_on", "Due", "due_on", sort="due_on", show=due, sources=("standing",), nowrap=True),
    Column("standing", "How it stands", "standing", show=stands, sources=("relief",), export=by_choice(_STATES)),
    _OF["party"], _OF["kind"], _OF["responsible"], _OF["email"], _OF["contact"],
    Column("done_on", "Done on", "done_on", show=_day("done_on"), default=False, nowrap=True),
    Column("evidence", "Evidence", "evidence", default=False),
    Column("evidence_url", "Link to the evidence", "evidence_url", default=False),
    Column("reason", "Reason", "reason", default=False),
    Column("relief", "Relief", "relief", show=_words("relief", _RELIEFS), export=by_choice(_RELIEFS), default=False),
    Column("relief_reason", "Reason for the decision on relief", "relief_reason", default=False),
    Column("said_by", "Recorded by", "said_by__name", default=False),
)  # fmt: skip


class ObligationList(ListPage):
    """A list whose rows carry `next_due`."""

    def _bare_rows(self):
        return Obligation.objects.with_next_due()


class OccurrenceList(ListPage):
    """A list whose rows carry `standing`."""

    def _bare_rows(self):
        return Occurrence.objects.with_standing(localdate())

    @property
    def shown_ids(self):
        """The ids of the rows on this page."""
        return [row["pk"] for row in self._row_dicts]
