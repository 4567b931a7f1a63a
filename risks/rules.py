"""How risks are scored and watched: HM Treasury's Orange Book (five by five, three scores, four responses and a fifth
for opportunities), with figures that are house defaults and that people may change."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from common.labelled import Labelled

LEVELS = (1, 2, 3, 4, 5)
CERTAIN = LEVELS[-1]
EARLIEST, LATEST = date(1950, 1, 1), date(2150, 12, 31)


class Kind(Labelled):
    """What is in the register. An issue is a risk that has happened."""

    RISK = "risk", "Risk"
    ISSUE = "issue", "Issue"
    OPPORTUNITY = "opportunity", "Opportunity"


class State(Labelled):
    """How it stands. Anybody who works on a contract may put one forward; its owner takes it on or does not."""

    PROPOSED = "proposed", "Put forward"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Not taken on"


RUNNING = (State.PROPOSED, State.OPEN)
OVER = (State.CLOSED, State.DECLINED)


class Response(Labelled):
    """What we decided to do about it."""

    TOLERATE = "tolerate", "Tolerate: live with it and watch it"
    TREAT = "treat", "Treat: make it less likely or less serious"
    TRANSFER = "transfer", "Transfer: let somebody else carry it"
    TERMINATE = "terminate", "Terminate: stop what brings it about"
    TAKE = "take", "Take: pursue the opportunity"

    @property
    def word(self) -> str:
        """The first word of the label.

        >>> Response.TREAT.word
        'Treat'
        """
        return self.label.partition(":")[0]


class Proximity(Labelled):
    """When it would happen."""

    NOW = "now", "Within a month"
    SOON = "soon", "In one to three months"
    YEAR = "year", "In three to twelve months"
    LATER = "later", "In more than a year"


class Band(Labelled):
    """How serious a score is."""

    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"
    CRITICAL = "critical", "Critical"


# A risk of these bands is called red: it needs a contingency plan.
RED = (Band.HIGH, Band.CRITICAL)
# House default 7.1: months between two reviews of a contract's whole register, by its tier.
MONTHS_BETWEEN_REVIEWS = {"platinum": 1, "gold": 3, "silver": 6, "bronze": 12}
# House default: months after which a risk of a band is looked at again.
MONTHS = {Band.LOW: 6, Band.MEDIUM: 3, Band.HIGH: 1, Band.CRITICAL: 1}
LIKELIHOODS = ("Rare", "Unlikely", "Possible", "Likely", "Almost certain")
IMPACTS = ("Negligible", "Minor", "Moderate", "Major", "Severe")
PRODUCTS = tuple(tuple(likelihood * impact for impact in LEVELS) for likelihood in LEVELS)


# --- The matrix -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Matrix:
    """What each likelihood and impact score, from which score each band begins, from which score the SRO is asked, and
    how often a risk of each band is looked at. `scores[likelihood - 1][impact - 1]`."""

    scores: Sequence[Sequence[int]] = PRODUCTS
    medium: int = 6
    high: int = 13
    critical: int = 20
    before_sro: int = 13
    months: Mapping[str, int] = field(
        default_factory=lambda: {str(b): m for b, m in MONTHS.items()}
    )
    likelihoods: Sequence[str] = LIKELIHOODS
    impacts: Sequence[str] = IMPACTS
    version: int = 0

    def score(self, likelihood: int | None, impact: int | None) -> int | None:
        """What the two make together; None where one is not known, which is never a low score.

        >>> Matrix().score(4, 5), Matrix().score(4, None)
        (20, None)
        """
        if likelihood is None or impact is None:
            return None
        return self.scores[likelihood - 1][impact - 1]

    def band(self, score: int | None) -> Band | None:
        """A score on the line belongs to the higher band.

        >>> [Matrix().band(score) for score in (5, 6, 13, 20, None)]
        [<Band.LOW: 'low'>, <Band.MEDIUM: 'medium'>, <Band.HIGH: 'high'>, <Band.CRITICAL: 'critical'>, None]
        """
        if score is None:
            return None
        if score >= self.critical:
            return Band.CRITICAL
        if score >= self.high:
            return Band.HIGH
        return Band.MEDIUM if score >= self.medium else Band.LOW

    def range_of(self, band: str) -> tuple[int, int | None]:
        """The scores of a band: from, and below (None: no end).

        >>> Matrix().range_of(Band.HIGH)
        (13, 20)
        """
        begins = {
            Band.LOW: 0,
            Band.MEDIUM: self.medium,
            Band.HIGH: self.high,
            Band.CRITICAL: self.critical,
        }
        ends = {
            Band.LOW: self.medium,
            Band.MEDIUM: self.high,
            Band.HIGH: self.critical,
            Band.CRITICAL: None,
        }
        return begins[Band(band)], ends[Band(band)]

    def review_on(self, score: int | None, *, after: date) -> date:
        """The day to look at it again, counted from the day it was looked at; what is not scored is looked at soonest."""
        found = self.band(score) or Band.CRITICAL
        return months_after(after, self.months[found])

    def goes_before_sro(self, score: int | None) -> bool:
        return score is not None and score >= self.before_sro


def matrix_problems(matrix: Matrix) -> list[tuple[str, str]]:
    """What is wrong with a matrix that somebody typed, as (field, sentence).

    More likely or more serious never scores less, and each band begins above the one before.
    """
    found = []
    rows = matrix.scores
    for number in LEVELS[1:]:
        below, here = rows[number - 2], rows[number - 1]
        if any(a > b for a, b in zip(below, here, strict=True)):
            found.append(
                ("scores", f"What is more likely must not score less: look at row {number}")
            )
        if any(row[number - 2] > row[number - 1] for row in rows):
            found.append(
                ("scores", f"What is more serious must not score less: look at column {number}")
            )
    if not 0 < matrix.medium < matrix.high < matrix.critical:
        found.append(("critical", "Each band must begin above the one before it"))
    if matrix.critical > rows[-1][-1]:
        found.append(("critical", "No score reaches the highest band"))
    return found


def is_above_appetite(score: int | None, appetite: int | None, *, kind: str = Kind.RISK) -> bool:
    """Whether we carry more of it than we said we would. Of an opportunity, or where nobody has said how much, never.

    >>> is_above_appetite(12, 9), is_above_appetite(9, 9), is_above_appetite(None, 9)
    (True, False, False)
    """
    if kind == Kind.OPPORTUNITY or score is None or appetite is None:
        return False
    return score > appetite


def movement(score: int | None, before: int | None) -> int:
    """How far a score moved, up or down; 0 where there is nothing to compare with.

    >>> movement(12, 16), movement(12, None)
    (-4, 0)
    """
    return 0 if score is None or before is None else score - before


def movement_in_words(score: int | None, before: int | None) -> str:
    """

    >>> movement_in_words(12, 16), movement_in_words(12, 12), movement_in_words(12, None)
    ('Down from 16', 'Unchanged', 'Scored for the first time')
    """
    if score is None:
        return "Not scored"
    if before is None:
        return "Scored for the first time"
    moved = score - before
    if not moved:
        return "Unchanged"
    return f"{'Up' if moved > 0 else 'Down'} from {before}"


# --- Dates ----------------------------------------------------------------------------------------


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month.

    >>> months_after(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def began_on(commences_on: date | None, entered_on: date) -> date:
    """From when on a register of risks can be asked for: nobody is late for the years before this register was kept.

    >>> began_on(date(2024, 4, 1), date(2026, 11, 2))
    datetime.date(2026, 11, 2)
    """
    return max(commences_on or entered_on, entered_on)


def register_due_on(tier: str, *, last: date | None, began: date) -> date | None:
    """When a contract's whole register is to be looked at again: the first time a month after it began.

    >>> register_due_on("gold", last=date(2026, 8, 20), began=date(2025, 1, 1))
    datetime.date(2026, 11, 20)
    """
    if tier not in MONTHS_BETWEEN_REVIEWS:
        return None
    if last is None:
        return months_after(began, 1)
    return months_after(last, MONTHS_BETWEEN_REVIEWS[tier])


class Cause(Labelled):
    """Why a risk was scored, as the score's history says."""

    RAISED = "raised", "Entered"
    REVIEWED = "reviewed", "Reviewed"
    CHANGED = "changed", "Scored anew"
    HAPPENED = "happened", "It happened"
    INDICATOR = "indicator", "A key risk indicator crossed its threshold"


class Answer(Labelled):
    """What the SRO says to a risk that was put before them."""

    CARRY = "carry", "We carry it as it is"
    TREAT = "treat", "Do more about it"
    # Nobody's decision: it fell below the line, or is over, while it waited.
    WITHDRAWN = "withdrawn", "Taken back, because it needs no decision any more"


DECISIONS = (Answer.CARRY, Answer.TREAT)
# What a risk was last looked at for; a change in between is measured from there.
LOOKED_AT = (Cause.RAISED, Cause.REVIEWED, Cause.HAPPENED)
# House default: how long an SRO has for it.
ANSWER_WITHIN = timedelta(days=14)


def answer_by(put_on: date) -> date:
    """

    >>> answer_by(date(2026, 11, 20))
    datetime.date(2026, 12, 4)
    """
    return put_on + ANSWER_WITHIN


# --- What may be typed ----------------------------------------------------------------------------


def problems(values: Mapping[str, Any], *, today: date) -> list[tuple[str, str]]:
    """What is wrong with an entry of the register taken together, as (field, sentence)."""
    found = []
    for name, words in (
        ("", "it is now"),
        ("inherent_", "it would be with nothing done"),
        ("target_", "you aim at"),
    ):
        likelihood, impact = values.get(f"{name}likelihood"), values.get(f"{name}impact")
        if (likelihood is None) != (impact is None):
            missing = "impact" if impact is None else "likelihood"
            found.append((f"{name}{missing}", f"Choose the {missing} too, as {words}"))
    kind, response = values.get("kind"), values.get("response")
    if response == Response.TAKE and kind != Kind.OPPORTUNITY:
        found.append(
            ("response", "Only an opportunity is taken. Choose what you do about the risk")
        )
    happened_on = values.get("happened_on")
    if kind == Kind.ISSUE and happened_on is None:
        found.append(("happened_on", "Enter the day on which it happened"))
    if happened_on and happened_on > today:
        found.append(("happened_on", "The day on which it happened must be today or in the past"))
    return found


def sentence(cause: str, event: str, effect: str) -> str:
    """The three parts in one sentence.

    >>> sentence("The supplier is short of drivers.", "collections are missed", "complaints rise")
    'Because the supplier is short of drivers, collections are missed, so that complaints rise.'
    """
    cause, event, effect = (_inside(part) for part in (cause, event, effect))
    if not event:
        return ""
    words = f"because {cause}, {event}" if cause else event
    if effect:
        words = f"{words}, so that {effect}"
    return f"{words[:1].upper()}{words[1:]}."


def _inside(part: str) -> str:
    part = part.strip().rstrip(".")
    # A name or an abbreviation keeps its capitals: only "The supplier" begins small inside a sentence.
    first, _, rest = part.partition(" ")
    if first in ("The", "A", "An", "Our", "Its", "Their", "We", "No", "It", "There"):
        return f"{first.lower()} {rest}"
    return part
