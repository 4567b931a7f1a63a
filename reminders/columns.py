"""The columns of the lists of notices and of digests."""

from django.utils.html import format_html

from common import deadlines
from common.lists import Column, by_choice
from common.templatetags import steward
from reminders import rules
from reminders.models import Digest, Notice

_STATES = dict(Digest.State.choices)
_REASONS = dict(Notice.Withdrawn.choices)
_TAGS = {"sent": "good", "failed": "overdue", "dropped": "ended", "withdrawn": "ended"}


def _tag(word, state):
    return format_html(
        '<strong class="app-tag app-tag--{}">{}</strong>', _TAGS.get(state, "soon"), word
    )


def subject_link(row):
    return format_html(
        '<a class="govuk-link" href="{}">{}</a> <span class="app-table__sub">{}</span>',
        row["url"],
        row["subject"],
        row["title"],
    )


def progress(row):
    """How far a notice has come, and why if it went no further."""
    if row["withdrawn"]:
        return format_html(
            '{} <span class="app-table__sub">{}</span>',
            _tag("Not sent", "withdrawn"), _REASONS[row["withdrawn"]],
        )  # fmt: skip
    state = row["digest__state"] or Digest.State.QUEUED
    if state == Digest.State.SENT:
        return format_html(
            '{} <span class="app-table__sub">{}</span>',
            _tag("Sent", state), steward.moment(row["digest__sent_at"]),
        )  # fmt: skip
    return _tag(_STATES[state], state)


def recipient(row):
    return format_html(
        '{} <span class="app-table__sub">{}</span>',
        row["recipient__name"] or row["recipient__email"], rules.Teller(row["why"]).of_another,
    )  # fmt: skip


SUBJECT = Column(
    "subject", "Reminder", "subject", show=subject_link, sources=("url", "title"), optional=False
)
KIND = Column(
    "kind", "Kind", "rule__kind", show=lambda row: deadlines.label(row["rule__kind"]),
    export=deadlines.label, default=False,
)  # fmt: skip
TITLE = Column("title", "What", "title", optional=False)
DUE = Column(
    "due", "Date", "due_on", sort="due_on", show=lambda row: steward.day(row["due_on"]), nowrap=True
)
STEP = Column(
    "step", "When", "step", show=lambda row: rules.step_in_words(row["step"]).capitalize(),
    export=rules.step_in_words, nowrap=True,
)  # fmt: skip
RECIPIENT = Column(
    "recipient", "Who was told", "recipient__name", show=recipient, sources=("why", "recipient__email")
)  # fmt: skip
EMAIL = Column("email", "E-mail address", "recipient__email", default=False)
NOTICED = Column(
    "noticed", "Noticed", "created_at", sort="created_at",
    show=lambda row: steward.moment(row["created_at"]), nowrap=True, default=False,
)  # fmt: skip
STATE = Column(
    "state", "What happened", "digest__state", show=progress, sources=("withdrawn", "digest__sent_at"),
    export=by_choice(_STATES, empty=_STATES["queued"]),
)  # fmt: skip
SENT = Column(
    "sent",
    "Sent at",
    "digest__sent_at",
    show=lambda row: row["digest__sent_at"] and steward.moment(row["digest__sent_at"]),
    default=False,
)
WITHDRAWN = Column(
    "withdrawn", "Why it was not sent", "withdrawn",
    show=lambda row: _REASONS.get(row["withdrawn"], ""), export=by_choice(_REASONS), default=False,
)  # fmt: skip

ALL = (SUBJECT, KIND, DUE, STEP, RECIPIENT, EMAIL, STATE, NOTICED, SENT, WITHDRAWN)
MINE = (SUBJECT, KIND, DUE, STEP, STATE, NOTICED, SENT, WITHDRAWN)
OF_CONTRACT = (TITLE, DUE, STEP, RECIPIENT, EMAIL, STATE, NOTICED)


def trouble(row):
    tag = _tag(_STATES[row["state"]], row["state"])
    if not row["error"]:
        return tag
    return format_html('{} <span class="app-table__sub">{}</span>', tag, row["error"])


DIGESTS = (
    Column("person", "Person", "recipient__name", sources=("recipient__email",), optional=False, show=lambda row: format_html(
        '{} <span class="app-table__sub">{}</span>', row["recipient__name"] or "No name", row["recipient__email"])),
    Column("on", "Day", "on", sort="on", show=lambda row: steward.day(row["on"]), nowrap=True),
    Column("state", "State", "state", show=trouble, sources=("error",), export=by_choice(_STATES)),
    Column("attempts", "Attempts", "attempts", numeric=True),
    Column("sent", "Sent at", "sent_at", show=lambda row: steward.moment(row["sent_at"]) if row["sent_at"] else "", nowrap=True),
    Column("error", "Trouble", "error", default=False),
)  # fmt: skip
