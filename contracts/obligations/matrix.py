"""A contract's obligations by party and month: what was promised, and how each day of it stands."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.urls import reverse
from django.utils.html import format_html_join

from common.templatetags import steward
from contracts.obligations import rules
from contracts.obligations.figures import due_url
from contracts.obligations.models import Obligation, Occurrence
from contracts.obligations.rules import Party, Relief, State

HEADINGS = {
    Party.SUPPLIER: "What the supplier must do",
    Party.AUTHORITY: "What we must do",
}
_ORDER = list(State)


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands in a cell: a word, what it is about for those who do not see where it stands, a link."""

    state: State
    words: str
    about: str
    url: str


@dataclass(frozen=True, slots=True)
class Cell:
    month: date
    marks: list[Mark]
    is_now: bool


@dataclass(frozen=True, slots=True)
class Row:
    """An obligation and its twelve cells."""

    obligation: Obligation
    cells: list[Cell]

    @property
    def drawn(self):
        """The cells as HTML: a template that loops over a thousand of them is most of the page. An empty
        cell is empty altogether, so that a card on a phone leaves it out."""
        return format_html_join(
            "", '<td class="{}" data-label="{}">{}</td>', map(_drawn, self.cells)
        )


def _drawn(cell):
    now = " app-matrix__now" if cell.is_now else ""
    marks = (
        (mark.url, steward.tag_class(mark.state), mark.about, mark.words) for mark in cell.marks
    )
    return (
        f"govuk-table__cell app-matrix__cell{now}",
        f"{cell.month:%b} {cell.month.year}",
        format_html_join(
            "",
            '<a class="app-tag app-tag--{1} app-mark" href="{0}">'
            '<span class="govuk-visually-hidden">{2}: </span>{3}</a>',
            marks,
        ),
    )


@dataclass(slots=True)
class Group:
    """One party's part of the matrix."""

    party: Party
    compliance: rules.Compliance
    counted_url: str
    rows: list[Row] = field(default_factory=list)

    @property
    def heading(self):
        return HEADINGS[self.party]


class Matrix:
    """The occurrences of some obligations in twelve months. One query, however many they are."""

    def __init__(self, obligations, *, first_month, today):
        self.today = today
        self.months = rules.months_from(first_month)
        self.obligations = list(obligations)
        self._by_cell = self._read()

    def _read(self):
        found = Occurrence.objects.filter(
            obligation__in=[obligation.pk for obligation in self.obligations],
            due_on__range=(self.months[0], rules.month_end(self.months[-1])),
        )
        cells = defaultdict(lambda: defaultdict(list))
        rows = found.order_by("due_on").values_list(
            "pk", "obligation", "due_on", "status", "relief"
        )
        for pk, obligation, due_on, status, relief in rows:
            state = rules.state(status=status, due_on=due_on, relief=relief, today=self.today)
            cells[obligation, due_on.replace(day=1)][state].append((pk, due_on, relief))
        return cells

    @property
    def headings(self):
        return [(month, f"{month:%b}", month.year, self._is_now(month)) for month in self.months]

    def _is_now(self, month):
        return month == self.today.replace(day=1)

    def groups(self, compliance, contract):
        """The parties that have obligations here, the supplier first."""
        groups = {}
        for obligation in self.obligations:
            party = Party(obligation.party)
            if party not in groups:
                url = due_url(contract_id=contract.pk, party=party.value, stands="counted")
                groups[party] = Group(party, compliance[party.value], url)
            groups[party].rows.append(Row(obligation, self._cells(obligation)))
        return list(groups.values())

    def _cells(self, obligation):
        return [
            Cell(month, self._marks(obligation, month), self._is_now(month))
            for month in self.months
        ]

    def _marks(self, obligation, month):
        by_state = self._by_cell.get((obligation.pk, month), {})
        return [
            self._mark(obligation, month, state, by_state[state])
            for state in sorted(by_state, key=_ORDER.index)
        ]

    def _mark(self, obligation, month, state, occurrences):
        if len(occurrences) == 1:
            ((pk, due_on, relief),) = occurrences
            words = f"Due {due_on.day}" if state == State.PENDING else state.label
            if relief == Relief.OFFERED:
                words += ", relief to decide"
            about = f"{obligation.title}, due {rules.in_words(due_on)}"
            return Mark(state, words, about, reverse("obligations:occurrence", args=[pk]))
        words = f"{len(occurrences)} {'due' if state == State.PENDING else state.label.lower()}"
        url = due_url(
            obligation_id=obligation.pk, month=f"{month:%Y-%m}", stands=state.value
        )  # fmt: skip
        return Mark(state, words, f"{obligation.title}, {month:%B} {month.year}", url)


def narrowed(obligations, question, *, today):
    """The obligations that a question asks for: by their own columns, or by what became of them."""
    if party := question.asked("party"):
        obligations = obligations.filter(party=party)
    if kind := question.asked("kind"):
        obligations = obligations.filter(kind=kind)
    responsible = question.asked("responsible")
    if responsible is not None:
        obligations = obligations.filter(responsible=responsible or None)
    state, month = question.asked("state"), question.asked("month")
    if state or month:
        occurrences = Occurrence.objects.order_by()
        if state:
            occurrences = occurrences.in_state(State(state), today)
        if month:
            occurrences = occurrences.filter(due_on__range=(month, rules.month_end(month)))
        obligations = obligations.filter(pk__in=occurrences.values("obligation"))
    return obligations


@dataclass(frozen=True, slots=True)
class Choice:
    """A box of the filter: its name, its words, what there is to choose, and what is chosen."""

    name: str
    label: str
    options: list[tuple[str, str]]
    value: str


def choices(question, people):
    """The boxes above the matrix."""
    chosen = [question.first_month, *([question.asked("month")] if question.asked("month") else [])]
    months = [
        (_value(month), f"{month:%B} {month.year}") for month in _months(question.today, chosen)
    ]
    responsible = [("", "Anybody"), *people, ("0", "Nobody")]
    fields = question.fields
    return [
        Choice("start", "Twelve months from", months, _value(question.first_month)),
        *(
            Choice(name, fields[name].label, fields[name].choices, question.asked(name) or "")
            for name in ("party", "kind", "state")
        ),
        Choice("responsible", "Responsible", responsible, _text(question.asked("responsible"))),
        Choice("month", "Something due in", [("", "Any month"), *months], _value(question.asked("month"))),
    ]  # fmt: skip


def _months(today, chosen):
    """Two and a half years back and a good year ahead, and what was chosen beyond."""
    first = rules.month_after(rules.first_month_shown(today), -24)
    return sorted({*rules.months_from(first, 48), *chosen})


def _value(month):
    return f"{month:%Y-%m}" if month else ""


def _text(number):
    return "" if number is None else str(number)
