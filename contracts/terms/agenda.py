"""The dates of a term in order: what each is, why, whether somebody must act, and what to press."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse

from contracts.terms import rules
from contracts.terms.clocks import Explained
from contracts.terms.models import BreakDate, ExtensionOption, NoticeClock

START, END, NOTICE, BREAK, RENEWAL, REVIEW = "start", "end", "notice", "break", "renewal", "review"
# Two dates on one day: what to do comes before what happens.
_ORDER = (START, NOTICE, BREAK, END, RENEWAL, REVIEW)


@dataclass(frozen=True)
class Event:
    """A date of the term. `to_do` when somebody must act by it, `late` when it has passed and nobody did,
    `state` a word for what became of it."""

    explained: Explained
    title: str
    kind: str
    to_do: bool = False
    late: bool = False
    state: str = ""
    row: Any = None
    by_post: bool = False
    number: int = 0

    @property
    def on(self) -> date:
        return self.explained.on

    @property
    def actions(self):
        """(words, address) of what can be recorded, the first the likeliest: once the day has passed, what followed."""
        if not self.to_do:
            return []
        if isinstance(self.row, ExtensionOption):
            taken, gone = (
                ("It was taken all the same", "Record that it lapsed")
                if self.late
                else (f"Take option {self.row.number}", "Decline it")
            )
            found = [
                (taken, "option_take"),
                (gone, "option_lapse" if self.late else "option_decline"),
            ]
        elif isinstance(self.row, BreakDate):
            used, left = (
                ("It was used", "Record that it was not used")
                if self.late
                else ("Use this break", "Do not use it")
            )
            found = [(used, "break_use"), (left, "break_leave")]
        else:
            words = "Record what followed" if self.late else "Record what was done"
            found = [(words, "clock_settle")]
        if self.late:
            found.reverse()
        return [(words, reverse(f"terms:{name}", args=[self.row.pk])) for words, name in found]


def events(sheet, *, today):
    """Every date of the sheet, in order and numbered; those without a date are left out."""
    found = [event for event in _all(sheet, today) if event.explained.on]
    found.sort(key=lambda event: (event.on, _ORDER.index(event.kind)))
    return [
        replace(event, number=number, late=event.to_do and event.on < today)
        for number, event in enumerate(found, start=1)
    ]


def next_to_act(found):
    """The earliest date by which somebody must act: a missed one first of all. None when there is none."""
    return next((event for event in found if event.to_do), None)


def _all(sheet, today):
    contract, dates = sheet.contract, sheet.dates
    if contract.commences_on:
        signed = ()
        if contract.signed_on and contract.signed_on != contract.commences_on:
            signed = ("The date signed does not count.",)
        why = ("Recorded as the commencement date.", *signed)
        yield Event(Explained(contract.commences_on, why), "Starts", START)
    if dates.initial.on and dates.initial.on != dates.current.on:
        yield Event(dates.initial, "End of the initial term", END)
    yield from _options(sheet)
    is_over = dates.current.on and dates.current.on < today
    yield Event(dates.current, "Ended" if is_over else "Ends now", END)
    yield from _breaks(sheet)
    yield from _notices(sheet)
    if renewal := sheet.renewal(today):
        yield Event(renewal, "End if it renews by itself", RENEWAL)
    if contract.review_on:
        why = Explained(contract.review_on, ("Recorded as the next review date.",))
        yield Event(why, "Next review", REVIEW)


def _options(sheet):
    for option in sheet.options:
        found = sheet.dates.of_option(option.number)
        if option.is_open:
            is_next = option == sheet.next_option
            yield Event(
                found.notice, f"Last day to take option {option.number}", NOTICE,
                to_do=is_next, row=option, by_post=_by_post(sheet.clock("extend")),
            )  # fmt: skip
            yield Event(found.end, f"End with option {option.number}", END)
        elif option.state == rules.TAKEN and found.end.on != sheet.dates.current.on:
            yield Event(found.end, f"End of option {option.number}, taken", END)


def _breaks(sheet):
    by_post = _by_post(sheet.clock("terminate", "breaks"))
    for day in sheet.breaks:
        state = "" if day.is_open else day.get_state_display()
        why = Explained(day.on, (f"Recorded as a break date. {day.get_who_display()} may use it.",))
        yield Event(why, "Break", BREAK, state=state, row=day)
        if day.is_open and day.is_ours:
            notice = sheet.break_notice(day)
            title = "Last day to give notice to break"
            yield Event(notice, title, NOTICE, to_do=True, row=day, by_post=by_post)


TITLES = {
    NoticeClock.Kind.TERMINATE: "Last day to give notice to end it",
    NoticeClock.Kind.STOP_RENEWAL: "Last day to stop the automatic renewal",
}


def _notices(sheet):
    for clock in sheet.notices:
        due = sheet.due(clock)
        settled = due.on is not None and clock.outcome_for_on == due.on
        if settled and clock.kind == NoticeClock.Kind.CLAIM:
            continue
        yield Event(
            due, title_of(clock.kind, clock.about), NOTICE,
            to_do=not settled, state=clock.get_outcome_display() if settled else "",
            row=clock, by_post=clock.by_post,
        )  # fmt: skip


def title_of(kind, about=""):
    """What a clock with a date of its own asks for."""
    if kind == NoticeClock.Kind.CLAIM:
        return f"Last day to claim: {about}" if about else "Last day to claim"
    return TITLES.get(kind, "")


def _by_post(clock):
    return bool(clock and clock.by_post)
