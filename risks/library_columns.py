"""The columns of the list of common risks, for reading it and for adding from it to a contract."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from common.lists import Column, by_choice
from risks import rules
from risks.columns import score_tag
from risks.rules import Kind, Response

_yes_or_no = {True: "Yes", False: "No"}.get
_KINDS = dict(Kind.choices())
_RESPONSES = {response.value: response.word for response in Response}
_ADD = (
    '<button class="govuk-button govuk-button--secondary app-library__add" form="template-form" name="only" '
    'value="{}">Add<span class="govuk-visually-hidden"> {}</span></button>'
)
_OUT_OF_USE = mark_safe('<span class="app-tag app-tag--ended">Out of use</span>')


def _words(words):
    return lambda level: words[level - 1] if level else ""


def _guess(matrix):
    def show(row):
        likelihood, impact = row["likelihood"], row["impact"]
        if likelihood is None or impact is None:
            return format_html('<span class="app-muted">{}</span>', "None")
        return format_html(
            '{} <span class="app-table__sub">{}, {}</span>', score_tag(matrix.score(likelihood, impact), matrix),
            matrix.likelihoods[likelihood - 1], matrix.impacts[impact - 1].lower(),
        )  # fmt: skip

    return show


def _title(*, linked, there=frozenset()):
    def show(row):
        title = row["title"]
        if linked:
            title = format_html(
                '<a class="govuk-link app-row-link" href="{}">{}</a>',
                reverse("risks:template_edit", args=[row["pk"]]), title,
            )  # fmt: skip
        elif row["title"].casefold() in there:
            title = format_html(
                '{} <span class="app-tag app-tag--live">There already</span>', title
            )
        if not row["is_used"]:
            title = format_html("{} {}", title, _OUT_OF_USE)
        sub = rules.sentence(row["cause"], row["event"], row["effect"])
        return format_html('{} <span class="app-table__sub">{}</span>', title, sub)

    return show


def _add(there):
    def show(row):
        if row["title"].casefold() in there:
            return ""
        return format_html(_ADD, row["pk"], row["title"])

    return show


def _shared(matrix, title):
    return (
        Column("title", "Risk", "title", sort="title", show=title, sources=("cause", "event", "effect", "is_used"), optional=False),
        Column("topic", "Topic", "topic", sort="topic"),
        Column("kind", "Kind", "kind", show=lambda row: _KINDS[row["kind"]], export=by_choice(_KINDS), default=False),
        Column("category", "Category", "category__name", default=False),
        Column(
            "likelihood", "First guess", "likelihood", show=_guess(matrix), sources=("impact",), nowrap=True,
            export=_words(matrix.likelihoods),
            beside=Column(
                "impact", "First guess, how serious", "impact", export=lambda: _words(matrix.impacts)
            ),
        ),
        Column("response", "Response", "response", show=lambda row: _RESPONSES.get(row["response"], ""), export=by_choice(_RESPONSES), default=False),
        Column("treatment", "Often done about it", "treatment"),
        Column("cause", "Cause", "cause", default=False),
        Column("event", "What may happen", "event", default=False),
        Column("effect", "Effect", "effect", default=False),
    )  # fmt: skip


def for_readers(matrix, *, keeper):
    """The library itself; who keeps it sees what is out of use, and is led to each."""
    shown = _shared(matrix, _title(linked=keeper))
    if not keeper:
        return shown
    return (
        *shown,
        Column("is_used", "Offered", "is_used", show=lambda row: _yes_or_no(row["is_used"]), export=_yes_or_no, default=False),
    )  # fmt: skip


def for_contract(matrix, there):
    """What a contract may take over, with a button in each row; `there` are the titles that it has."""
    *shown, cause, event, effect = _shared(matrix, _title(linked=False, there=there))
    return (
        *shown,
        Column("add", "Add", "pk", show=_add(there), optional=False),
        cause, event, effect,
    )  # fmt: skip
