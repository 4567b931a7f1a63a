"""When somebody is reminded, who that is, and in which words. Today's date is a parameter."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

# House default: a step that was missed, because the machine was off or the contract was not there
# yet, is made good for this long. Later it would be noise; the next step says it better.
GRACE_DAYS = 30
MOST_STEPS = 20
EARLIEST_STEP, LATEST_STEP = 1825, -365  # days before; a negative step lies after the date
MOST_ATTEMPTS = 8  # with the pauses between them, most of a working day

# How a line goes on after the contract's name, before its date and after it. For other kinds the line
# says what is to be done, and that it is due.
WORDING = {
    "contract-expiry": ("ends", "is past its end and not closed: it ended"),
    "contract-notice": (
        "reaches its last day to give notice",
        "reached its last day to give notice",
    ),
    "contract-review": ("is to be reviewed", "was to be reviewed"),
}


class Teller(StrEnum):
    """Why this person is told: in words to themselves, that follow "You get this because", and of another,
    that follow a name."""

    RESPONSIBLE = "responsible", "you look after it", "looks after it"
    STAND_IN = (
        "stand_in",
        "you stand in for its owner, who has left",
        "stands in for its owner, who has left",
    )
    OVERSEER = "overseer", "you answer for it as SRO", "answers for it as SRO"
    CONTACT_NO_OWNER = (
        "contact_no_owner",
        "no owner is recorded and you are the contact of its business unit",
        "is the contact of its business unit; no owner is recorded",
    )
    CONTACT_OWNER_LEFT = (
        "contact_owner_left",
        "its owner has left and you are the contact of its business unit",
        "is the contact of its business unit; its owner has left",
    )
    PROCUREMENT_NO_OWNER = (
        "procurement_no_owner",
        "no owner is recorded and its business unit has no contact",
        "is in the Procurement Unit; no owner is recorded and its business unit has no contact",
    )
    PROCUREMENT_OWNER_LEFT = (
        "procurement_owner_left",
        "its owner has left and its business unit has no contact",
        "is in the Procurement Unit; its owner has left and its business unit has no contact",
    )

    PROCUREMENT = (
        "procurement",
        "you are in the Procurement Unit",
        "is in the Procurement Unit",
    )

    reason: str
    of_another: str

    def __new__(cls, value: str, reason: str, of_another: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.reason = reason
        member.of_another = of_another
        return member


def read_steps(text: str) -> list[int]:
    """The steps that somebody typed, largest first. ValueError says what is wrong in plain words.

    >>> read_steps("7, 30,0,-7")
    [30, 7, 0, -7]
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    steps = set()
    for part in parts:
        if not part.removeprefix("-").isascii() or not part.removeprefix("-").isdigit():
            raise ValueError(f"“{part}” is not a whole number of days")
        step = int(part[:10])
        if not LATEST_STEP <= step <= EARLIEST_STEP:
            raise ValueError(f"{part} must lie between {LATEST_STEP} and {EARLIEST_STEP} days")
        steps.add(step)
    if not steps:
        raise ValueError("Enter at least one number of days")
    if len(steps) > MOST_STEPS:
        raise ValueError(f"Enter {MOST_STEPS} numbers of days at most")
    return sorted(steps, reverse=True)


def step_for(
    due_on: date, today: date, steps: Iterable[int], grace: int = GRACE_DAYS
) -> int | None:
    """The step that is to be told today: the latest one reached, unless it lies too far back.

    >>> step_for(date(2026, 12, 22), date(2026, 11, 23), [90, 30, 7])
    30
    """
    days_left = (due_on - today).days
    reached = [step for step in steps if days_left <= step]
    if not reached or min(reached) - days_left > grace:
        return None
    return min(reached)


def next_step(due_on: date, today: date, steps: Iterable[int]) -> tuple[int, date] | None:
    """The next step after today, and its day."""
    coming = [(due_on - timedelta(days=step), step) for step in steps]
    later = [(day, step) for day, step in coming if day > today]
    return (min(later)[1], min(later)[0]) if later else None


def windows(today: date, steps: Iterable[int], grace: int = GRACE_DAYS) -> list[tuple[date, date]]:
    """The spans of due dates for which `step_for` has an answer today, earliest first, never touching.

    >>> windows(date(2026, 6, 30), [90, 0], grace=2)
    [(datetime.date(2026, 6, 28), datetime.date(2026, 6, 30)), \
(datetime.date(2026, 9, 26), datetime.date(2026, 9, 28))]
    """
    spans: list[tuple[int, int]] = []
    for step in sorted(steps):
        first, last = step - grace, step
        if spans and first <= spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return [(_moved(today, first), _moved(today, last)) for first, last in spans]


def _moved(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def tell(
    responsible: Sequence[int], *, active: Collection[int], contacts: Sequence[int],
    procurement: Sequence[int], overseer: int | None = None, of_contract: bool = True,
) -> list[tuple[int, Teller]]:  # fmt: skip
    """Who is told, and why: the first responsible person who is still here, else the unit's
    contacts, else the Procurement Unit; and the overseer, if one is given. A date that hangs on no contract,
    such as a review of a supplier, is the Procurement Unit's without anything being amiss.

    >>> tell([1, 2], active={2, 3}, contacts=[3], procurement=[4])
    [(2, <Teller.STAND_IN: 'stand_in'>)]
    """
    told = _responsible(responsible, active) or (
        _fallback(responsible, contacts, procurement)
        if of_contract
        else [(person, Teller.PROCUREMENT) for person in procurement]
    )
    if (
        overseer is not None
        and overseer in active
        and overseer not in [person for person, _ in told]
    ):
        told.append((overseer, Teller.OVERSEER))
    return told


def _responsible(responsible: Sequence[int], active: Collection[int]) -> list[tuple[int, Teller]]:
    for place, person in enumerate(responsible):
        if person in active:
            return [(person, Teller.STAND_IN if place else Teller.RESPONSIBLE)]
    return []


def _fallback(
    responsible: Sequence[int], contacts: Sequence[int], procurement: Sequence[int]
) -> list[tuple[int, Teller]]:
    if contacts:
        why = Teller.CONTACT_OWNER_LEFT if responsible else Teller.CONTACT_NO_OWNER
        return [(person, why) for person in contacts]
    why = Teller.PROCUREMENT_OWNER_LEFT if responsible else Teller.PROCUREMENT_NO_OWNER
    return [(person, why) for person in procurement]


def sentence(kind: str, due_on: date, today: date) -> str:
    """What is the matter, as it follows the name of the thing.

    >>> sentence("contract-expiry", date(2026, 12, 23), date(2026, 11, 23))
    'ends in 30 days, on 23 December 2026'
    """
    ahead, behind = WORDING.get(kind, ("due", "due"))
    return f"{ahead if due_on >= today else behind} {distance(due_on, today)}"


def distance(due_on: date, today: date) -> str:
    """How far off a date is, and which date it is.

    >>> distance(date(2026, 11, 22), date(2026, 11, 23))
    '1 day ago, on 22 November 2026'
    """
    days = (due_on - today).days
    if days == 0:
        return f"today, {_written(due_on)}"
    number = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return f"{f'in {number}' if days > 0 else f'{number} ago'}, on {_written(due_on)}"


def step_in_words(step: int) -> str:
    """
    >>> step_in_words(30), step_in_words(0), step_in_words(-1)
    ('30 days before', 'on the day', '1 day after')
    """
    if step == 0:
        return "on the day"
    return f"{abs(step)} day{'' if abs(step) == 1 else 's'} {'before' if step > 0 else 'after'}"


def steps_in_words(steps: Iterable[int]) -> str:
    """
    >>> steps_in_words([90, 30, 0, -7])
    '90 and 30 days before, on the day, 7 days after'
    """
    ordered = sorted(steps, reverse=True)
    return ", ".join(
        [
            *_together([step for step in ordered if step > 0]),
            *(["on the day"] if 0 in ordered else []),
            *_together([step for step in ordered if step < 0]),
        ]
    )


def _together(steps: list[int]) -> list[str]:
    """Steps on one side of the date, with "days before" said once."""
    if not steps:
        return []
    *others, last = steps
    listed = ", ".join(str(abs(step)) for step in others)
    return [f"{listed} and {step_in_words(last)}" if others else step_in_words(last)]


def thing(kind: str, title: str, subject: str) -> str:
    """What a line is about: the contract itself, or something of the contract."""
    return on_one_line(subject if kind in WORDING else f"{subject}: {title}")


def digest_subject(
    dates: Sequence[tuple[str, str, date]], today: date, *, longest: int = 150
) -> str:
    """The subject of a digest. `dates` are (kind, name of the thing, due on), the most urgent first.

    >>> digest_subject([("contract-expiry", "Waste", date(2026, 12, 23))], date(2026, 11, 23))
    'Waste ends in 30 days, on 23 December 2026'
    """
    kind, name, due_on = dates[0]
    if len(dates) > 1:
        return f"{len(dates)} dates to meet, the first {distance(due_on, today)}"
    what = sentence(kind, due_on, today)
    joint = " " if kind in WORDING else ", "
    return f"{shortened(on_one_line(name), longest - len(joint) - len(what))}{joint}{what}"


def on_one_line(text: str) -> str:
    """Text without line breaks or other control characters, which a mail header must not hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def shortened(text: str, room: int) -> str:
    return text if len(text) <= room else f"{text[: max(room - 1, 1)].rstrip()}…"


def pause_after(attempts: int) -> timedelta:
    """How long a failed digest waits: 5, 10, 20 minutes and so on, 4 hours at most.

    >>> pause_after(1), pause_after(3)
    (datetime.timedelta(seconds=300), datetime.timedelta(seconds=1200))
    """
    return min(timedelta(minutes=5) * 2 ** (min(attempts, 20) - 1), timedelta(hours=4))


def _written(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
