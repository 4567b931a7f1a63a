"""What is true of dates, money and tiers of a contract. Pure functions; today's date is a parameter."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

# House default: larger sums are nearly always a slip of the keyboard (pounds typed as pence, a
# telephone number in the wrong column). No UK public contract has come near it.
LARGEST_VALUE = Decimal(100000000000)
EARLIEST_DATE = date(1950, 1, 1)
LATEST_DATE = date(2150, 12, 31)


def notice_deadline(
    ends_on: date | None, *, amount: int | None, unit: str = "months"
) -> date | None:
    """The last day on which notice can be given so that it has run out by the end.

    Counted back from the end date; a month that is too short gives its last day.
    None when the contract has no end or no notice period.

    >>> notice_deadline(date(2026, 5, 31), amount=3)
    datetime.date(2026, 2, 28)
    >>> notice_deadline(date(2026, 6, 30), amount=90, unit="days")
    datetime.date(2026, 4, 1)
    """
    if ends_on is None or not amount:
        return None
    try:
        return ends_on - relativedelta(**{unit: amount})
    except (OverflowError, ValueError):  # before the year 1
        return None


def problems(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a contract's values taken together, as (field, sentence).

    The same for a contract typed into the form and for a row of an import.

    >>> problems({"commences_on": date(2026, 4, 1), "ends_on": date(2026, 3, 31)})
    [('ends_on', 'Current end date must be on or after the commencement date, 1 April 2026')]
    """
    found: list[tuple[str, str]] = []
    commences_on, ends_on = values.get("commences_on"), values.get("ends_on")
    initial_end_on = values.get("initial_end_on")
    if commences_on and ends_on and ends_on < commences_on:
        found.append((
            "ends_on",
            f"Current end date must be on or after the commencement date, {_words(commences_on)}",
        ))  # fmt: skip
    if commences_on and initial_end_on and initial_end_on < commences_on:
        found.append((
            "initial_end_on",
            f"Initial end date must be on or after the commencement date, {_words(commences_on)}",
        ))  # fmt: skip
    people = {
        "deputy": ("oco", "The deputy must be somebody other than the contract owner"),
        "sro": ("oco", "The SRO must be somebody other than the contract owner"),
    }
    for field, (other, sentence) in people.items():
        if values.get(field) and values.get(field) == values.get(other):
            found.append((field, sentence))
    return found


def term_problems(
    starts_on: date | None,
    ends_on: date | None,
    *,
    today: date,
    earliest: date | None = None,
    latest: date | None = None,
) -> list[tuple[str, str]]:
    """What is wrong with the days of a term of office, as (field, sentence).

    `earliest` is where the one before may not be pushed past, `latest` the same for the one after.

    >>> term_problems(date(2026, 4, 1), date(2026, 3, 1), today=date(2026, 11, 27))
    [('ends_on', 'Until must be on or after the day on which it began')]
    """
    found: list[tuple[str, str]] = []
    if starts_on is None:
        found.append(("starts_on", "Enter the day since when"))
    elif starts_on > today:
        found.append(("starts_on", "Since must be today or in the past"))
    elif earliest and starts_on < earliest:
        found.append(("starts_on", f"Somebody else held it until {_words(earliest)}"))
    if ends_on is None or starts_on is None:
        return found
    if ends_on > today:
        found.append(("ends_on", "Until must be today or in the past"))
    elif ends_on < starts_on:
        found.append(("ends_on", "Until must be on or after the day on which it began"))
    elif latest and ends_on > latest:
        found.append(("ends_on", f"Somebody else held it from {_words(latest)}"))
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """What a contract is that others may stand under: its kind, and whether it stands under another."""

    kind: str
    is_under_another: bool = False


UNDER_ANOTHER = ("call_off", "spot")


def structure_problems(
    kind: str, parent: Place | None, children: Collection[str] = ()
) -> list[tuple[str, str]]:
    """What is wrong with a contract's place among others, as (field, sentence).

    House rule: two levels at most, so that nothing can stand under itself. A call-off stands under a
    framework, or under one that is not in this register; a spot contract under a framework or a
    contract. `children` are the kinds of what stands under it already.

    >>> structure_problems("spot", None)
    [('parent', 'Name the contract or framework that this spot contract stands under')]
    >>> structure_problems("call_off", Place("framework"))
    []
    """
    found: list[tuple[str, str]] = []
    if children and (parent is not None or kind in UNDER_ANOTHER):
        found.append(
            ("kind", "Other contracts stand under this one, so it cannot stand under another")
        )
    elif "call_off" in children and kind != "framework":
        found.append(("kind", "Call-offs stand under this framework agreement, so it stays one"))
    if parent is None:
        if kind == "spot":
            found.append(
                ("parent", "Name the contract or framework that this spot contract stands under")
            )
        return found
    if kind not in UNDER_ANOTHER:
        found.append((
            "parent",
            "Only a call-off or a spot contract stands under another: choose one of them, or leave this empty",
        ))  # fmt: skip
    elif parent.is_under_another or parent.kind in UNDER_ANOTHER:
        found.append(
            ("parent", "That contract stands under another itself: name the one at the top")
        )
    elif kind == "call_off" and parent.kind != "framework":
        found.append(("parent", "A call-off stands under a framework agreement, and that is none"))
    return found


def stage_from_dates(*, commences_on: date | None, ends_on: date | None, today: date) -> str:
    """The stage to suppose for an imported row that does not say: a guess from its dates alone.

    >>> stage_from_dates(commences_on=date(2020, 1, 1), ends_on=date(2021, 1, 1), today=date(2026, 1, 1))
    'ended'
    """
    if ends_on and ends_on < today:
        return "ended"
    if commences_on and commences_on > today:
        return "mobilisation"
    return "live"


def is_overdue(*, ends_on: date | None, stage: str, today: date) -> bool:
    """Past its end and not recorded as ended: it says so loudly, everywhere."""
    return ends_on is not None and ends_on < today and stage in ("live", "exit", "mobilisation")


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
