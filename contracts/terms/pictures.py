"""A term as a line of time: its parts as bars, its dates as numbers that lead to the table below it."""

from dataclasses import dataclass
from datetime import timedelta

from common.charts import Band, Mark, time_line
from contracts.terms import agenda, rules
from contracts.terms.clocks import counted, in_words

YEAR = timedelta(days=365)


KEY = (("initial", "initial term"), ("taken", "extended"), ("open", "still open"))


@dataclass(frozen=True)
class Picture:
    """The drawing with the kinds of bar that are in it, (kind, words), for its key."""

    svg: str
    key: tuple


def picture(sheet, events, *, today):
    """Nothing while it is not known where the term begins."""
    start = sheet.contract.commences_on
    if start is None:
        return None
    end = max([*(event.on for event in events), sheet.longest.on or start, today])
    if sheet.dates.current.on is None:
        end = max(end, today + YEAR)
    bands = list(_bands(sheet, end))
    # The first day needs no mark: the bar begins there.
    marks = [
        Mark(event.on, str(event.number), event.title, event.kind)
        for event in events
        if event.kind != agenda.START
    ]
    label = sentence(sheet, today=today)
    svg = time_line(bands, marks, start=start, end=end, today=today, label=label)
    kinds = {band.kind for band in bands}
    return Picture(svg, tuple((kind, words) for kind, words in KEY if kind in kinds))


def _bands(sheet, end):
    contract, dates = sheet.contract, sheet.dates
    start, until = contract.commences_on, dates.current.on
    if until is None:
        yield Band(start, end, "Rolls on without an end", "rolling")
        return
    first = min(dates.initial.on or until, until)
    months = contract.initial_term_months
    length = f", {counted(months, 'month')}" if months else ""
    yield Band(start, first, f"Initial term{length}", "initial")
    reached = first
    for option in sheet.options:
        found = dates.of_option(option.number)
        if option.state == rules.TAKEN and found.end.on and reached < found.end.on:
            last = min(found.end.on, until)
            if reached < last:
                yield Band(reached, last, f"Option {option.number}, taken", "taken")
                reached = last
    if reached < until:
        yield Band(reached, until, "To the current end", "taken")
        reached = until
    for option in sheet.open_options:
        found = dates.of_option(option.number)
        if found.end.on and found.end.on > reached:
            yield Band(reached, found.end.on, f"Option {option.number}", "open")
            reached = found.end.on
    if sheet.renews_for and not sheet.renewal_is_stopped and not sheet.used_break and end > reached:
        yield Band(reached, end, "Renews by itself", "open")


def sentence(sheet, *, today):
    """The same in words."""
    start, current, longest = sheet.contract.commences_on, sheet.dates.current.on, sheet.longest.on
    words = [f"Starts on {in_words(start)}"] if start else []
    if current:
        words.append(f"{'ended' if current < today else 'ends'} on {in_words(current)}")
    else:
        words.append("has no end date")
    if longest and longest != current:
        words.append(f"may run until {in_words(longest)}")
    text = ", ".join(words)
    return f"{text[:1].upper()}{text[1:]}."
