"""What comes first: which contract, which date, which page. No database; today is a parameter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from performance.periods import Frequency, Period, period_of
from performance.rules import Standing

# --- Which contract comes first -------------------------------------------------------------------

TIERS = ("platinum", "gold", "silver", "bronze", "")


@dataclass(frozen=True, slots=True)
class Position:
    """What decides how high a contract stands in a list that is read from the top."""

    past_end: bool = False
    standing: Standing = Standing.GOOD
    overdue: int = 0
    tier: str = ""
    ends_on: date | None = None


def worst_first(position: Position) -> tuple[object, ...]:
    """To sort by: past its end, worst latest rating, most overdue, highest tier, nearest end.

    >>> worst_first(Position(past_end=True)) < worst_first(Position(standing=Standing.INADEQUATE))
    True
    """
    return (
        not position.past_end,
        position.standing.severity,
        -position.overdue,
        TIERS.index(position.tier),
        position.ends_on or date.max,
    )


# --- Which date comes first -----------------------------------------------------------------------

# How far back a date that was missed is looked for.
LOOKING_BACK = timedelta(days=365)

# A date that passes by itself is not owed for ever. House default: a missed notice date is shown
# for a month, so that somebody can record what follows from it.
DAYS_SHOWN_AFTER = {"contract-notice": 30}


class Band(StrEnum):
    """How soon something is due."""

    OVERDUE = "overdue"
    NEXT_30 = "next-30"
    NEXT_90 = "next-90"


def band(due_on: date, *, today: date) -> Band | None:
    """None when it is more than 90 days away. What is due today is still in time.

    >>> band(date(2026, 11, 23), today=date(2026, 11, 23)).value
    'next-30'
    """
    days = (due_on - today).days
    if days < 0:
        return Band.OVERDUE
    if days <= 30:
        return Band.NEXT_30
    return Band.NEXT_90 if days <= 90 else None


def still_owed(kind: str, due_on: date, *, today: date) -> bool:
    """Whether a date that has passed still asks for something.

    >>> still_owed("contract-notice", date(2026, 9, 1), today=date(2026, 11, 23))
    False
    """
    limit = DAYS_SHOWN_AFTER.get(kind)
    return limit is None or (today - due_on).days <= limit


# --- Which page comes first -----------------------------------------------------------------------

PERSONAL = ("work", "overview")
PAGES = ("portfolio", "work", "overview", "units", "setup")


def first_page(to_do: Mapping[str, int]) -> str:
    """Of the pages a person has, with how much waits on each: where they start. "" when they have none.

    What a person must do themselves comes before what they look after; of two, the fuller one.

    >>> first_page({"portfolio": 0, "work": 2, "overview": 5}), first_page({"work": 0, "portfolio": 0})
    ('overview', 'portfolio')
    """
    personal = [page for page in PERSONAL if to_do.get(page)]
    if personal:
        return max(personal, key=lambda page: to_do[page])
    return next((page for page in PAGES if page in to_do), "")


# --- Time -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """The days from start to end, both included, and what they are called."""

    start: date
    end: date
    label: str


def quarters(today: date, count: int) -> list[Span]:
    """The rest of this calendar quarter, from today, and those that follow.

    >>> [(str(q.start), str(q.end)) for q in quarters(date(2026, 11, 23), 2)]
    [('2026-11-23', '2026-12-31'), ('2027-01-01', '2027-03-31')]
    """
    period = period_of(Frequency.QUARTERLY, today)
    found = []
    for _ in range(count):
        found.append(Span(max(today, period.start), period.end, period.short_label))
        period = period.following
    return found


def months_before(today: date, count: int) -> list[Period]:
    """The last complete months, oldest first."""
    last = period_of(Frequency.MONTHLY, today).previous
    return [last.shifted(-back) for back in reversed(range(count))]


def trend_words(ratings: Sequence[str | None]) -> str:
    """A year in one sentence: the worst rating of each month, and the months nobody reported.

    >>> trend_words(["good", None, "inadequate"])
    'Good in 1 of 3 months, Inadequate in 1, not reported in 1.'
    """
    if not any(ratings):
        return f"Not reported in any of the last {len(ratings)} months."
    counted = [(s, sum(rating == s for rating in ratings)) for s in Standing]
    rated = sorted((pair for pair in counted if pair[1]), key=lambda pair: -pair[0].severity)
    parts = [f"{s.label} in {number}" for s, number in rated]
    parts[0] += f" of {len(ratings)} months"
    missing = sum(rating is None for rating in ratings)
    if missing:
        parts.append(f"not reported in {missing}")
    return ", ".join(parts) + "."


# --- What to do first, in a sentence ----------------------------------------------------------------


def summary(*, past_end: int = 0, overdue: int = 0, late_months: int = 0, soon: int = 0) -> str:
    """The first thing a person reads: what is late, then what is near.

    >>> summary(past_end=1, overdue=2, soon=3)
    '1 contract is past its end and 2 dates are overdue. 3 more fall within 30 days.'
    >>> summary()
    'Nothing is overdue, and nothing is due within 30 days.'
    """
    late = []
    if past_end:
        late.append(_some(past_end, "contract is past its end", "contracts are past their end"))
    if late_months:
        late.append(
            "readings of one month are overdue"
            if late_months == 1
            else f"readings of {late_months} months are overdue"
        )
    if overdue:
        late.append(_some(overdue, "date is overdue", "dates are overdue"))
    first = _listed(late) or "Nothing is overdue"
    if not soon:
        near = "nothing is due within 30 days" if not late else "Nothing else is due within 30 days"
        return f"{first}, and {near}." if not late else f"{_capital(first)}. {near}."
    if not late:
        return f"{first}. {_some(soon, 'date falls', 'dates fall')} within 30 days."
    return f"{_capital(first)}. {_some(soon, 'more falls', 'more fall')} within 30 days."


def _some(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
