"""The columns of a contract's moves."""

from django.utils.html import format_html, format_html_join

from common.lists import Column, by_choice
from common.templatetags import steward
from contracts.models import Ending, Stage

_STAGES, _ENDINGS = dict(Stage.choices), dict(Ending.choices)


def _to(row):
    words = _STAGES[row["to_stage"]]
    if row["ended_as"]:
        words = f"{words}: {_ENDINGS[row['ended_as']].lower()}"
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>', steward.tag_class(row["to_stage"]), words
    )


def _why(row):
    if not row["missing"]:
        return row["reason"]
    missing = format_html_join("", "<li>{}</li>", ((line,) for line in row["missing"].splitlines()))
    return format_html(
        '{} <span class="app-table__sub"><span class="app-tag app-tag--overdue">Moved on all the same</span> '
        'although this was missing:</span><ul class="govuk-list govuk-list--bullet app-table__sub">{}</ul>',
        row["reason"], missing,
    )  # fmt: skip


COLUMNS = (
    Column("moved_on", "Day", "moved_on", sort="moved_on", show=lambda row: steward.day(row["moved_on"]), nowrap=True, optional=False),
    Column("from_stage", "From", "from_stage", show=lambda row: _STAGES[row["from_stage"]], export=by_choice(Stage.choices)),
    Column("to_stage", "To", "to_stage", show=_to, export=by_choice(Stage.choices), sources=("ended_as",)),
    Column("by", "Recorded by", "by__name"),
    Column("reason", "Why", "reason", show=_why, sources=("missing",)),
    Column("missing", "Missing at the time", "missing", default=False),
)  # fmt: skip
