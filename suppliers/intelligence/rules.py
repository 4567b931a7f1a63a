"""What is confidential, when a check is due again, and what a score says. No database; today is a parameter."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from common.labelled import Labelled


class NoteKind(Labelled):
    """What a note is about."""

    MARKET = "market", "Market"
    CATEGORY = "category", "Category"
    SUPPLIER = "supplier", "Supplier"
    OPPORTUNITY = "opportunity", "Opportunity"
    REPUTATION = "reputation", "Reputation"
    FINANCIAL = "financial", "Financial"


CONFIDENTIAL = frozenset({NoteKind.REPUTATION, NoteKind.FINANCIAL})
OF_A_SUPPLIER = frozenset({NoteKind.SUPPLIER, *CONFIDENTIAL})
OF_A_CATEGORY = frozenset({NoteKind.MARKET, NoteKind.CATEGORY})


class BadWhen(Labelled):
    """On which side of its threshold a score is bad. At the threshold it is still good enough."""

    BELOW = "below", "A lower score is worse"
    ABOVE = "above", "A higher score is worse"


class Result(Labelled):
    """What a check has shown, the worst first. "Not available" is never a good result."""

    MISSED = "missed", "Misses the threshold"
    NOT_AVAILABLE = "not_available", "Not available"
    MET = "met", "Meets the threshold"


class CheckKind(Labelled):
    """What was looked at."""

    CREDIT = "credit", "Credit report"
    ACCOUNTS = "accounts", "Published accounts"
    PAYMENT = "payment", "Payment practice"
    OTHER = "other", "Something else"


class Sign(Labelled):
    """Signs of financial distress, as the guidance on corporate financial distress lists them."""

    ADVANCE_PAYMENT = "advance_payment", "Asked to be paid in advance"
    PARTNERS_REFUSE = "partners_refuse", "Key partners refuse to trade"
    LATE_ACCOUNTS = "late_accounts", "Accounts filed late"
    PROFIT_WARNING = "profit_warning", "Profit warning"
    RATING_FALL = "rating_fall", "Credit rating fell"
    COVENANT_BREACH = "covenant_breach", "Breach of a banking covenant"
    UNPAID_SUBCONTRACTORS = "unpaid_subcontractors", "Subcontractors paid late"
    INSOLVENCY = "insolvency", "Insolvency proceedings"
    OTHER = "other", "Another sign"


class PlanState(Labelled):
    """Where the plan stands that says how the service goes on in spite of the distress."""

    OVERDUE = "overdue", "Plan overdue"
    DUE = "due", "Plan due"
    NONE_DUE = "none_due", "No plan asked for"
    AGREED = "agreed", "Plan agreed"


# --- Notes ----------------------------------------------------------------------------------------


def is_confidential(kind: str) -> bool:
    """
    >>> is_confidential("reputation"), is_confidential("market")
    (True, False)
    """
    return kind in CONFIDENTIAL


def problems_of_note(
    values: Mapping[str, Any], *, was: str = "", was_about: Any = None
) -> list[tuple[str, str]]:
    """What is wrong with a note's values together, as (field, sentence). `was` is the kind it had before, `was_about`
    the supplier.

    A note that was confidential stays so, and with its supplier: its earlier texts stand in its history, and who
    answers for another supplier's contracts must not read them.

    >>> problems_of_note({"kind": "market", "supplier": None, "category": ""})
    [('category', 'Enter the category that the market is about')]
    """
    kind, found = values.get("kind"), []
    if kind in OF_A_SUPPLIER and not values.get("supplier"):
        found.append(("supplier", "Enter the supplier that the note is about"))
    if kind in OF_A_CATEGORY and not values.get("category"):
        found.append(("category", f"Enter the category that the {kind} is about"))
    if kind == NoteKind.OPPORTUNITY and not values.get("supplier") and not values.get("category"):
        found.append(("supplier", "Enter a supplier or a category"))
    if was and is_confidential(was) and kind and not is_confidential(kind):
        found.append(
            (
                "kind",
                "A confidential note stays confidential. End it, and write another for everybody",
            )
        )
    about = values.get("supplier")
    if was and is_confidential(was) and was_about and about and about != was_about:
        found.append(
            (
                "supplier",
                "A confidential note stays with its supplier. End it, and write another about this one",
            )
        )
    noted_on, valid_until = values.get("noted_on"), values.get("valid_until")
    if noted_on and valid_until and valid_until < noted_on:
        found.append(("valid_until", "Valid until must be on or after the date of the note"))
    return found


# --- Financial checks -----------------------------------------------------------------------------


def judge(score: Decimal | None, *, threshold: Decimal, bad_when: str) -> Result:
    """What a score says. At the threshold it meets it; without a score there is no result.

    >>> judge(Decimal(49), threshold=Decimal(50), bad_when="below").label
    'Misses the threshold'
    >>> judge(None, threshold=Decimal(50), bad_when="below").label
    'Not available'
    """
    if score is None:
        return Result.NOT_AVAILABLE
    bad = score < threshold if bad_when == BadWhen.BELOW else score > threshold
    return Result.MISSED if bad else Result.MET


# House default, in months. Guidance asks for a review of key suppliers, those of Gold and Silver contracts, at least
# once a year, and more often of critical ones.
MONTHS_BETWEEN_CHECKS = {"platinum": 6, "gold": 12, "silver": 12}


def next_check(checked_on: date, tier: str) -> date | None:
    """The last day by which the supplier must be checked again; None where nobody asks for it.

    `tier` is the highest of the supplier's contracts in force, "" for none.

    >>> next_check(date(2026, 8, 31), "platinum"), next_check(date(2026, 8, 31), "bronze")
    (datetime.date(2027, 2, 28), None)
    """
    months = MONTHS_BETWEEN_CHECKS.get(tier)
    return checked_on + relativedelta(months=months) if months else None


def problems_of_check(
    values: Mapping[str, Any], *, tier: str, today: date
) -> list[tuple[str, str]]:
    """What is wrong with a check's values together.

    >>> problems_of_check({"checked_on": date(2026, 12, 1)}, tier="", today=date(2026, 11, 27))
    [('checked_on', 'The date of the check must not lie in the future')]
    """
    checked_on, due_on, found = values.get("checked_on"), values.get("due_on"), []
    if checked_on and checked_on > today:
        found.append(("checked_on", "The date of the check must not lie in the future"))
    if checked_on and due_on and due_on <= checked_on:
        found.append(("due_on", "The next check must be after this one"))
    latest = next_check(checked_on, tier) if checked_on else None
    if latest and due_on and due_on > latest:
        words = f"{latest.day} {latest:%B} {latest.year}"
        found.append(
            ("due_on", f"A supplier of {tier.capitalize()} contracts is checked again by {words}")
        )
    return found


# --- Distress -------------------------------------------------------------------------------------


def plan_state(*, due_on: date | None, agreed_on: date | None, today: date) -> PlanState:
    """Where the service continuity plan stands. What is due today is still in time.

    >>> plan_state(due_on=date(2026, 11, 1), agreed_on=None, today=date(2026, 11, 27)).label
    'Plan overdue'
    """
    if agreed_on:
        return PlanState.AGREED
    if due_on is None:
        return PlanState.NONE_DUE
    return PlanState.OVERDUE if due_on < today else PlanState.DUE


def problems_of_event(values: Mapping[str, Any], *, today: date) -> list[tuple[str, str]]:
    """What is wrong with a distress event's values together.

    >>> problems_of_event({"closed_on": date(2026, 11, 1), "outcome": ""}, today=date(2026, 11, 27))
    [('outcome', 'Enter how it ended')]
    """
    happened_on, found = values.get("happened_on"), []
    if happened_on and happened_on > today:
        found.append(("happened_on", "The date on which it happened must not lie in the future"))
    later = (
        ("notified_on", "The supplier cannot have told us before it happened"),
        ("plan_due_on", "The plan must be due on or after the day it happened"),
        ("plan_agreed_on", "The plan cannot have been agreed before it happened"),
        ("closed_on", "It cannot have ended before it happened"),
    )
    for field, sentence in later:
        if happened_on and values.get(field) and values[field] < happened_on:
            found.append((field, sentence))
    for field, words in (
        ("notified_on", "day they told us"),
        ("plan_agreed_on", "day of agreement"),
        ("closed_on", "day it ended"),
    ):
        if values.get(field) and values[field] > today:
            found.append((field, f"The {words} must not lie in the future"))
    if values.get("closed_on") and not values.get("outcome"):
        found.append(("outcome", "Enter how it ended"))
    if values.get("outcome") and not values.get("closed_on"):
        found.append(("closed_on", "Enter when it ended, or leave the outcome empty"))
    return found
