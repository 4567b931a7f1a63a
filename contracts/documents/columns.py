"""The columns of the documents of all contracts."""

from django.urls import reverse
from django.utils.html import format_html

from common.lists import Column, by_choice
from common.templatetags import steward
from contracts.documents import rules
from contracts.documents.models import Kind, Publication

_KINDS, _PUBLICATION = dict(Kind.choices), dict(Publication.choices)


def yes_or_no(value):
    return "Yes" if value else "No"


_GONE = {
    True: format_html(' <span class="app-tag app-tag--ended">{}</span>', "Disposed of"),
    False: format_html(' <span class="app-tag app-tag--ended">{}</span>', "Withdrawn"),
}


def _title(row):
    secret = (
        format_html(' <span class="app-tag app-tag--other">{}</span>', "Confidential")
        if row["confidential"]
        else ""
    )
    gone = _GONE[bool(row["disposed_on"])] if row["disposed_on"] or row["withdrawn_on"] else ""
    number = f" {row['number']}" if row["number"] else ""
    return format_html(
        '<a class="govuk-link app-row-link" href="{}">{}</a>{}{} <span class="app-table__sub">{}{}, version {}</span>',
        reverse("documents:document", args=[row["pk"]]),
        row["title"],
        secret,
        gone,
        _KINDS[row["kind"]],
        number,
        row["current__number"],
    )


def _contract(row):
    return format_html(
        '<a class="govuk-link govuk-link--no-visited-state" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        reverse("documents:contract", args=[row["contract"]]),
        row["contract__title"],
        row["contract__reference"],
    )


def _due(path):
    def show(row):
        date = row[path]
        if not date:
            return ""
        tag = (
            format_html(' <span class="app-tag app-tag--overdue">{}</span>', "Overdue")
            if steward.urgency(date) == "overdue"
            else steward.distance(date)
        )
        return format_html('{} <span class="app-table__sub">{}</span>', steward.day(date), tag)

    return show


def _day(path):
    return lambda row: steward.day(row[path]) if row[path] else ""


def _publication(row):
    words, note = _PUBLICATION[row["publication"]], row["publication_note"]
    return format_html('{} <span class="app-table__sub">{}</span>', words, note) if note else words


COLUMNS = (
    Column("title", "Document", "title", sort="title", show=_title, sources=("confidential", "kind", "number", "current__number", "withdrawn_on", "disposed_on"), optional=False),
    Column("contract", "Contract", "contract__title", show=_contract, sources=("contract", "contract__reference")),
    Column("reference", "Reference", "contract__reference", default=False, nowrap=True),
    Column("unit", "Business unit", "contract__unit__name", default=False),
    Column("kind", "Kind", "kind", show=lambda row: _KINDS[row["kind"]], export=by_choice(_KINDS), default=False),
    Column("number", "Number", "number", default=False, numeric=True),
    Column("version", "Current version", "current__number", numeric=True, default=False),
    Column("effective_on", "In effect from", "current__effective_on", show=lambda row: steward.day(row["current__effective_on"]), nowrap=True),
    Column("publication", "For the public", "publication", show=_publication, export=by_choice(_PUBLICATION), sources=("publication_note",)),
    Column("publication_note", "What is redacted", "publication_note", default=False),
    Column("review_on", "Review on", "review_on", sort="review_on", show=_due("review_on"), nowrap=True),
    Column("retain_until", "Keep until", "retain_until", sort="retain_until", show=_day("retain_until"), default=False),
    Column("withdrawn_on", "Withdrawn from", "withdrawn_on", show=_day("withdrawn_on"), default=False, nowrap=True),
    Column("disposed_on", "Disposed of on", "disposed_on", show=_day("disposed_on"), default=False, nowrap=True),
    Column("disposed_by", "Disposed of by", "disposed_by__name", default=False),
    Column("disposed_reason", "Why it was disposed of", "disposed_reason", default=False),
    Column("confidential", "Confidential", "confidential", show=lambda row: yes_or_no(row["confidential"]), export=yes_or_no, default=False),
    Column("file", "File name", "current__original_name", default=False),
    Column("type", "Kind of file", "current__content_type", show=lambda row: rules.label_of(row["current__content_type"]), export=rules.label_of, default=False),
    Column("size", "Size in bytes", "current__size", default=False, numeric=True),
    Column("sha256", "Checksum (SHA-256)", "current__sha256", default=False),
    Column("uploaded_at", "Added", "current__uploaded_at", show=lambda row: steward.day(row["current__uploaded_at"]), default=False, nowrap=True),
    Column("uploaded_by", "Added by", "current__uploaded_by__name", default=False),
)  # fmt: skip
