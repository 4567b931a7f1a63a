"""Where a supplier stands on the Kraljic board, when that is looked at again, and the tier that follows.

Scores run from 0 to 100, with one decimal. Today's date is a parameter; there is no database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

from common.labelled import Labelled

MOST_POINTS = 4  # an answer is worth 0 to 4 points
MIDDLE = Decimal(50)
HIGHEST = Decimal(100)
ONE_DECIMAL = Decimal("0.1")

REVIEW_MONTHS = 6  # of a placement: the policy's own rule
TIER_REVIEW_MONTHS = 12  # of a supplier's tier: house default
DUE_SOON_DAYS = 30


class Axis(Labelled):
    """What the board is drawn by: supply risk from left to right, business impact upwards."""

    SUPPLY_RISK = "supply_risk", "Supply risk"
    BUSINESS_IMPACT = "business_impact", "Business impact"


class Quadrant(Labelled):
    """The four corners of the board, the one that needs most care first."""

    STRATEGIC = "strategic", "Strategic"
    BOTTLENECK = "bottleneck", "Bottleneck"
    LEVERAGE = "leverage", "Leverage"
    NON_CRITICAL = "non_critical", "Non-critical"


# What a quadrant means, in a few words for those who have not read the book.
MEANINGS = {
    Quadrant.STRATEGIC: "High impact, high risk: work together, and name an SRO for each contract",
    Quadrant.BOTTLENECK: "Low impact, high risk: secure the supply and look for others",
    Quadrant.LEVERAGE: "High impact, low risk: use the market",
    Quadrant.NON_CRITICAL: "Low impact, low risk: keep it simple",
}


class Tier(Labelled):
    """How closely a supplier must be managed, the highest first: the words of contracts."""

    PLATINUM = "platinum", "Platinum"
    GOLD = "gold", "Gold"
    SILVER = "silver", "Silver"
    BRONZE = "bronze", "Bronze"

    @property
    def rank(self) -> int:
        """The higher the tier, the larger."""
        return len(Tier) - list(Tier).index(self)


# --- Scores and quadrants -------------------------------------------------------------------------


def score(answers: Iterable[tuple[int, int]]) -> Decimal:
    """The (points, weight) of the answers on one axis as a score: their weighted mean, from 0 to 100.

    Weights need not add up to anything. ValueError when there is nothing to go by.

    >>> score([(4, 30), (2, 30)]), score([(1, 1), (1, 1), (0, 1)])
    (Decimal('75.0'), Decimal('16.7'))
    """
    pairs = list(answers)
    if any(not 0 <= points <= MOST_POINTS or weight < 0 for points, weight in pairs):
        raise ValueError(
            f"An answer is worth 0 to {MOST_POINTS} points, and a weight is not below 0"
        )
    total = sum(weight for _, weight in pairs)
    if not total:
        raise ValueError("No question with a weight was answered")
    reached = Decimal(sum(points * weight for points, weight in pairs))
    return (reached * HIGHEST / (total * MOST_POINTS)).quantize(ONE_DECIMAL, ROUND_HALF_UP)


def quadrant(supply_risk: Decimal, business_impact: Decimal) -> Quadrant:
    """The corner in which two scores lie. A score of exactly 50 counts as high.

    House default: on the line we would rather look too closely than not closely enough.

    >>> quadrant(Decimal(50), Decimal(50)).label, quadrant(Decimal("49.9"), Decimal(50)).label
    ('Strategic', 'Leverage')
    """
    risky, weighty = supply_risk >= MIDDLE, business_impact >= MIDDLE
    if weighty:
        return Quadrant.STRATEGIC if risky else Quadrant.LEVERAGE
    return Quadrant.BOTTLENECK if risky else Quadrant.NON_CRITICAL


def movement(
    before: tuple[Decimal, Decimal] | None, now: tuple[Decimal, Decimal]
) -> str:  # fmt: skip
    """How a supplier has moved since its last placement, in words. Pairs are (supply risk, business impact).

    >>> movement((Decimal(30), Decimal(60)), (Decimal(55), Decimal(60)))
    'Leverage to strategic: supply risk up 25'
    """
    if before is None:
        return "First placement"
    steps = [
        f"{axis.label.lower()} {'up' if new > old else 'down'} {plain(abs(new - old))}"
        for axis, old, new in zip(Axis, before, now, strict=True)
        if old != new
    ]
    was, is_now = quadrant(*before), quadrant(*now)
    if not steps:
        return "No change"
    corner = (
        f"{was.label} to {is_now.label.lower()}"
        if was != is_now
        else f"Still {is_now.label.lower()}"
    )
    return f"{corner}: {', '.join(steps)}"


def plain(number: Decimal) -> str:
    """A score as people write it.

    >>> plain(Decimal("25.0")), plain(Decimal("12.5"))
    ('25', '12.5')
    """
    return f"{number:.1f}".removesuffix(".0")


# --- Reviews --------------------------------------------------------------------------------------


def review_due(placed_on: date) -> date:
    """Six months after a placement; at the end of a shorter month, its last day.

    >>> review_due(date(2026, 8, 31))
    datetime.date(2027, 2, 28)
    """
    return placed_on + relativedelta(months=REVIEW_MONTHS)


def tier_review_due(decided_on: date) -> date:
    """A year after a tier was decided.

    >>> tier_review_due(date(2028, 2, 29))
    datetime.date(2029, 2, 28)
    """
    return decided_on + relativedelta(months=TIER_REVIEW_MONTHS)


# --- The tier that follows ------------------------------------------------------------------------

# House default: a strategic supplier is managed at least as a Gold one, a bottleneck at least as Silver.
FLOORS = {
    Quadrant.STRATEGIC: Tier.GOLD,
    Quadrant.BOTTLENECK: Tier.SILVER,
    Quadrant.LEVERAGE: Tier.BRONZE,
    Quadrant.NON_CRITICAL: Tier.BRONZE,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tier with its grounds in words; no tier when there is nothing to go by."""

    tier: Tier | None
    because: str


def propose(*, contracts: Tier | None, place: Quadrant | None, platinum: bool) -> Proposal:
    """The tier that a supplier's contracts and its place ask for: the higher of the two.

    `contracts` is the highest tier of its contracts in force, `platinum` whether the house uses that tier.

    >>> propose(contracts=Tier.BRONZE, place=Quadrant.STRATEGIC, platinum=False).tier.label
    'Gold'
    """
    asked = [_from_contracts(contracts, platinum=platinum), FLOORS[place] if place else None]
    known = [tier for tier in asked if tier is not None]
    if not known:
        return Proposal(
            None, "No contract in force has a tier, and the supplier has no place on the board."
        )
    return Proposal(
        max(known, key=lambda tier: tier.rank), " ".join(_grounds(contracts, place, asked))
    )


def _from_contracts(contracts: Tier | None, *, platinum: bool) -> Tier | None:
    return Tier.GOLD if contracts == Tier.PLATINUM and not platinum else contracts


def _grounds(
    contracts: Tier | None, place: Quadrant | None, asked: Sequence[Tier | None]
) -> Iterable[str]:
    of_contracts, of_place = asked
    if contracts is None:
        yield "No contract in force has a tier."
    else:
        yield f"The highest tier of its contracts in force is {contracts.label}."
        if of_contracts != contracts:
            yield "Platinum is not in use."
    if place is None or of_place is None:
        yield "It has no place on the board yet."
    elif of_contracts is None or of_place.rank > of_contracts.rank:
        yield f"Its place on the board is {place.label.lower()}, which asks for {of_place.label} at least."
    else:
        yield f"Its place on the board is {place.label.lower()}, which asks for no more."
