"""The columns of the lists of notes, financial checks and distress events."""

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column
from common.templatetags import steward
from suppliers.intelligence import rules

KINDS, SIGNS = dict(rules.NoteKind.choices()), dict(rules.Sign.choices())
RESULTS, CHECK_KINDS = dict(rules.Result.choices()), dict(rules.CheckKind.choices())


def tag(value, words):
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(value), words
    )


def _link(url, words):
    return format_html('<a class="govuk-link app-row-link" href="{}">{}</a>', url, words)


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


def _supplier(row):
    if row["supplier_id"] is None:
        return ""
    return format_html(
        '<a class="govuk-link" href="{}">{}</a>',
        reverse("intelligence:supplier", args=[row["supplier_id"]]),
        row["supplier__name"],
    )


def kind_tag(row):
    words = KINDS[row["kind"]]
    if rules.is_confidential(row["kind"]):
        return format_html("{} {}", words, tag("confidential", "Confidential"))
    return words


def _valid(row):
    if row["ended_on"]:
        return tag("ended", "No longer counts")
    if row["valid_until"] is None:
        return ""
    if row["valid_until"] < timezone.localdate():
        return format_html("{} {}", steward.day(row["valid_until"]), tag("overdue", "Out of date"))
    return steward.day(row["valid_until"])


NOTES = (
    Column("title", "Note", "title", show=lambda r: _link(reverse("intelligence:note", args=[r["pk"]]), r["title"]), optional=False),
    Column("kind", "Kind", "kind", show=kind_tag, export=KINDS.get),
    Column("supplier", "Supplier", "supplier__name", show=_supplier, sources=("supplier_id",)),
    Column("category", "Category", "category"),
    Column("noted_on", "Date", "noted_on", sort="noted_on", show=_day("noted_on"), nowrap=True),
    Column("valid_until", "Valid until", "valid_until", sort="valid_until", show=_valid, sources=("ended_on",)),
    Column("source", "Source", "source", default=False),
    Column("text", "What is known", "text", default=False),
    Column("written_by", "Written by", "written_by__name", default=False),
)  # fmt: skip


NO_LONGER_USED = "Score no longer used"


def result_tag(value):
    colours = {"missed": "inadequate", "not_available": "not_reported", "met": "good"}
    return tag(colours[value], RESULTS[value])


def score(row):
    """The score beside its threshold."""
    if row["score"] is None:
        return ""
    side = "bad below" if row["bad_when"] == rules.BadWhen.BELOW else "bad above"
    return format_html(
        '{} <span class="app-table__sub">{} {}</span>',
        f"{row['score'].normalize():f}", side, f"{row['threshold'].normalize():f}",
    )  # fmt: skip


def _due(row):
    if row["due_on"] is None:
        return ""
    if not row["agency__is_used"]:
        return tag("ended", NO_LONGER_USED)
    urgency = steward.urgency(row["due_on"])
    if urgency == "overdue":
        return format_html("{} {}", steward.day(row["due_on"]), tag("overdue", "Overdue"))
    return steward.day(row["due_on"])


CHECKS = (
    Column("supplier", "Supplier", "supplier__name", show=lambda r: _link(reverse("intelligence:supplier", args=[r["supplier_id"]]), r["supplier__name"]), sources=("supplier_id",), optional=False),
    Column("result", "Result", "result", show=lambda r: result_tag(r["result"]), export=RESULTS.get),
    Column("agency", "What was scored", "agency__name"),
    Column("score", "Score", "score", show=score, sources=("threshold", "bad_when"), numeric=True),
    Column("threshold", "Threshold", "threshold", numeric=True, default=False),
    Column("kind", "What was looked at", "kind", show=lambda r: CHECK_KINDS[r["kind"]], export=CHECK_KINDS.get, default=False),
    Column("checked_on", "Checked on", "checked_on", sort="checked_on", show=_day("checked_on"), nowrap=True),
    Column("due_on", "Next check", "due_on", sort="due_on", show=_due, sources=("agency__is_used",)),
    Column("checked_by", "Checked by", "checked_by__name", default=False),
    Column("note", "What was found", "note", default=False),
)  # fmt: skip


def _plan(row):
    state = rules.plan_state(
        due_on=row["plan_due_on"], agreed_on=row["plan_agreed_on"], today=timezone.localdate()
    )
    if row["closed_on"] and state != rules.PlanState.AGREED:
        return ""
    on = row["plan_agreed_on"] or row["plan_due_on"]
    shown = {"overdue": "overdue", "due": "soon", "agreed": "good"}
    words = tag(shown.get(state, "ended"), state.label)
    return format_html("{} {}", words, steward.day(on)) if on else words


def _state(row):
    return tag("ended", "Ended") if row["closed_on"] else tag("overdue", "Open")


DISTRESS = (
    Column("sign", "What happened", "sign", show=lambda r: _link(reverse("intelligence:distress_edit", args=[r["pk"]]), SIGNS[r["sign"]]), export=SIGNS.get, optional=False),
    Column("supplier", "Supplier", "supplier__name", show=_supplier, sources=("supplier_id",)),
    Column("happened_on", "Happened on", "happened_on", sort="happened_on", show=_day("happened_on"), nowrap=True),
    Column("notified_on", "Supplier told us", "notified_on", show=lambda r: steward.day(r["notified_on"]) if r["notified_on"] else "Not told"),
    Column("plan", "Continuity plan", "plan_due_on", show=_plan, sources=("plan_agreed_on", "closed_on")),
    Column("plan_agreed_on", "Plan agreed on", "plan_agreed_on", show=_day("plan_agreed_on"), default=False),
    Column("state", "State", "closed_on", show=_state),
    Column("text", "Details", "text", default=False),
    Column("outcome", "How it ended", "outcome", default=False),
)  # fmt: skip


SUPPLIERS = (
    Column("name", "Supplier", "name", sort="name", show=lambda r: _link(reverse("intelligence:supplier", args=[r["pk"]]), r["name"]), optional=False),
    Column("company_number", "Company number", "company_number"),
)  # fmt: skip


def _record(row):
    return format_html(
        '<a class="govuk-link" href="{}">Record a check<span class="govuk-visually-hidden"> of {}</span></a>',
        reverse("intelligence:check_add", args=[row["pk"]]), row["name"],
    )  # fmt: skip


# For those who write: what there is to do stands one step nearer.
TO_CHECK = (
    *SUPPLIERS,
    Column("todo", "To do", "name", show=_record, export=lambda name: "Record a check"),
)
