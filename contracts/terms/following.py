"""What will follow from a decision, in sentences that are shown before it is saved."""

from contracts.terms import agenda
from contracts.terms.clocks import in_words

NO_END = "no end date"


def sentences(before, after, *, today):
    """How the second sheet differs from the first: the end, how far it may run, the next date, other dates."""
    old, new = before.contract.ends_on, after.contract.ends_on
    if old == new:
        yield f"The current end stays {_day(new)}."
    else:
        yield f"The current end moves from {_day(old)} to {_day(new)}."
    yield _longest(after)
    yield _next(after, today)
    yield from _moved(before, after)


def _day(day):
    return in_words(day) if day else NO_END


def _longest(sheet):
    if sheet.longest.on is None:
        return sheet.longest.why[-1] if sheet.longest.why else "There is no longest end."
    left = len(sheet.open_options) if not sheet.used_break else 0
    if not left:
        return f"No option is left: it cannot run beyond {in_words(sheet.longest.on)}."
    options = "1 option is" if left == 1 else f"{left} options are"
    return f"{options} left: it may run until {in_words(sheet.longest.on)}."


def _next(sheet, today):
    event = agenda.next_to_act(agenda.events(sheet, today=today))
    if event is None:
        return "No further date to act is recorded."
    title = f"{event.title[:1].lower()}{event.title[1:]}"
    return f"The next date to act is the {title}: {in_words(event.on)}."


def _moved(before, after):
    """Notices that are counted from the end move with it."""
    for old, new in zip(before.notices, after.notices, strict=True):
        was, will_be = before.due(old).on, after.due(new).on
        title = agenda.title_of(old.kind, old.about)
        if was and will_be and was != will_be:
            yield f"{title}: moves from {in_words(was)} to {in_words(will_be)}."
        elif was and not will_be:
            yield f"{title}: is no longer needed."
