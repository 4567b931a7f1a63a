"""How a plan and a piece of evidence stand, and when each is to be looked at again. No database; today is a parameter."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from common.labelled import Labelled

EARLIEST, LATEST = date(1950, 1, 1), date(2150, 12, 31)
SOON_DAYS = 60

# --- Plans ------------------------------------------------------------------------------------------


class PlanKind(Labelled):
    """What a plan is for."""

    CONTINUITY = "continuity", "Business continuity plan"
    RECOVERY = "recovery", "Disaster recovery plan"


class Whose(Labelled):
    """Who keeps the plan."""

    SUPPLIER = "supplier", "The supplier’s"
    OURS = "ours", "Ours"


class Unit(Labelled):
    """In what a time to recover is counted."""

    HOURS = "hours", "Hours"
    DAYS = "days", "Days"


class Trial(Labelled):
    """How a plan was tried out, the weakest proof first."""

    DESK = "desk", "Desk-top exercise"
    WALK = "walk", "Walk-through"
    LIVE = "live", "Live test"


class Outcome(Labelled):
    """What a test showed."""

    PASSED = "passed", "Passed"
    FINDINGS = "findings", "Passed with findings"
    FAILED = "failed", "Failed"


class PlanState(Labelled):
    """How a plan stands, the worst first. What was never tested, or is not to be tested again, is never in order."""

    FAILED = "failed", "Failed its last test"
    OVERDUE = "test_overdue", "Test overdue"
    NEVER = "never_tested", "Never tested"
    NO_DATE = "no_next_test", "No next test planned"
    DUE = "test_due", "Test due soon"
    IN_TIME = "in_time", "Tested in time"
    RETIRED = "retired", "Retired"


# House default 7.1: months between two pieces of evidence that a plan works, by the tier of the contract.
MONTHS_BETWEEN_TESTS = {"platinum": 12, "gold": 12, "silver": 24}
# House defaults: after how many months a new plan is tested first, and one that failed again.
FIRST_TEST_MONTHS = 3
RETEST_MONTHS = 3
NEED_A_PLAN = ("platinum", "gold")
TIERS = ("platinum", "gold", "silver", "bronze")


def plan_state(
    *,
    tested_on: date | None,
    result: str,
    due_on: date | None,
    retired_on: date | None = None,
    today: date,
) -> PlanState:
    """How a plan stands. What is due today is still in time.

    >>> plan_state(tested_on=None, result="", due_on=None, today=date(2026, 11, 27)).label
    'Never tested'
    """
    if retired_on:
        return PlanState.RETIRED
    if result == Outcome.FAILED:
        return PlanState.FAILED
    if tested_on is None:
        return PlanState.NEVER
    if due_on is None:
        return PlanState.NO_DATE
    if due_on < today:
        return PlanState.OVERDUE
    return PlanState.DUE if due_on <= soon(today) else PlanState.IN_TIME


def soon(today: date) -> date:
    """The last day that is soon."""
    return today + timedelta(days=SOON_DAYS)


def highest(tiers: Collection[str]) -> str:
    """The highest of these tiers; "" for none.

    >>> highest({"bronze", "gold", ""}), highest([])
    ('gold', '')
    """
    return next((tier for tier in TIERS if tier in tiers), "")


def next_test(tested_on: date, result: str, tier: str) -> date | None:
    """The last day by which a plan is tested again; None where nobody asks for it.

    >>> next_test(date(2026, 8, 31), "passed", "gold"), next_test(date(2026, 11, 30), "failed", "bronze")
    (datetime.date(2027, 8, 31), datetime.date(2027, 2, 28))
    """
    if result == Outcome.FAILED:
        return months_after(tested_on, RETEST_MONTHS)
    months = MONTHS_BETWEEN_TESTS.get(tier)
    return months_after(tested_on, months) if months else None


def first_test(added_on: date, tier: str) -> date | None:
    """The day by which a new plan is tested, where its tier asks for tests at all.

    >>> first_test(date(2026, 11, 27), "silver"), first_test(date(2026, 11, 27), "bronze")
    (datetime.date(2027, 2, 27), None)
    """
    return months_after(added_on, FIRST_TEST_MONTHS) if tier in MONTHS_BETWEEN_TESTS else None


def next_review(agreed_on: date | None, tier: str, *, today: date) -> date | None:
    """The day to read a plan again; of one that nobody has agreed yet, and of one long past it, counted from today.

    >>> next_review(date(2026, 8, 31), "gold", today=date(2026, 11, 27))
    datetime.date(2027, 8, 31)
    """
    months = MONTHS_BETWEEN_TESTS.get(tier)
    if not months:
        return None
    found = months_after(agreed_on or today, months)
    return found if found > today else months_after(today, months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month.

    >>> months_after(date(2026, 11, 30), 3)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def hours(number: int | None, unit: str) -> int | None:
    """
    >>> hours(2, "days"), hours(4, "hours"), hours(None, "")
    (48, 4, None)
    """
    if number is None:
        return None
    return number * 24 if unit == Unit.DAYS else number


def time_in_words(number: int | None, unit: str) -> str:
    """A time to recover. One that nobody has stated is not zero.

    >>> time_in_words(4, "hours"), time_in_words(1, "days"), time_in_words(None, "")
    ('4 hours', '1 day', '')
    """
    if number is None:
        return ""
    word = Unit(unit).label.lower()
    return f"{number} {word[:-1] if number == 1 else word}"


def took_too_long(*, reached: int | None, objective: int | None) -> bool:
    """Whether recovering took longer than the plan allows, both in hours; where one is not known, nobody can say so.

    >>> took_too_long(reached=6, objective=4), took_too_long(reached=4, objective=4), took_too_long(reached=6, objective=None)
    (True, False, False)
    """
    return reached is not None and objective is not None and reached > objective


def problems_of_plan(values: Mapping[str, Any], *, today: date) -> list[tuple[str, str]]:
    """What is wrong with a plan's values together, as (field, sentence).

    >>> problems_of_plan({"rto": 4, "rto_unit": ""}, today=date(2026, 11, 27))
    [('rto_unit', 'Choose hours or days')]
    """
    found = []
    for name, words in (("rto", "recovery time"), ("rpo", "recovery point")):
        number, unit = values.get(name), values.get(f"{name}_unit")
        if number is not None and not unit:
            found.append((f"{name}_unit", "Choose hours or days"))
        if number is None and unit:
            found.append((name, f"Enter the {words} as a number, or leave hours and days unchosen"))
    agreed_on, review_on = values.get("agreed_on"), values.get("review_on")
    if agreed_on and agreed_on > today:
        found.append(
            ("agreed_on", "The day on which it was agreed or updated must be today or in the past")
        )
    if agreed_on and review_on and review_on <= agreed_on:
        found.append(("review_on", "The next review must be after it was last agreed or updated"))
    return found


def problems_of_test(
    values: Mapping[str, Any], *, objective: int | None, tier: str, today: date
) -> list[tuple[str, str]]:
    """What is wrong with a test's values together. `objective` is the plan's recovery time in hours.

    >>> problems_of_test({"result": "failed", "findings": ""}, objective=None, tier="", today=date(2026, 11, 27))
    [('findings', 'Enter what the test showed')]
    """
    found = []
    on, result, due_on = values.get("on"), values.get("result"), values.get("test_due_on")
    number, unit = values.get("reached"), values.get("reached_unit") or ""
    if on and on > today:
        found.append(("on", "The day of the test must be today or in the past"))
    if number is not None and not unit:
        found.append(("reached_unit", "Choose hours or days"))
    if number is None and unit:
        found.append(("reached", "Enter the time as a number, or leave hours and days unchosen"))
    if result in (Outcome.FINDINGS, Outcome.FAILED) and not values.get("findings"):
        found.append(("findings", "Enter what the test showed"))
    if result == Outcome.PASSED and took_too_long(
        reached=hours(number, unit) if unit else None, objective=objective
    ):
        found.append(
            ("result", "It took longer than the plan allows, so it has not passed without findings")
        )
    if on and due_on and due_on <= on:
        found.append(("test_due_on", "The next test must be after this one"))
    latest = next_test(on, result, tier) if on and result else None
    if on and latest and due_on and due_on > latest:
        why = (
            "A plan that failed"
            if result == Outcome.FAILED
            else f"A plan of {tier.capitalize()} contracts"
        )
        found.append(("test_due_on", f"{why} is tested again by {day_in_words(latest)}"))
    return found


def day_in_words(day: date) -> str:
    """
    >>> day_in_words(date(2026, 11, 7))
    '7 November 2026'
    """
    return f"{day.day} {day:%B} {day.year}"


def gaps(tier: str, kinds: Collection[str], *, of_supplier: Collection[str] = ()) -> list[str]:
    """What a contract of a tier is to have and does not: `kinds` are those of its own plans, `of_supplier` those of plans
    that its supplier has for all its contracts.

    >>> gaps("gold", ["recovery"])
    ['A Gold contract needs a business continuity plan, and none is recorded.']
    >>> gaps("gold", [], of_supplier=["continuity"]), gaps("silver", ["recovery"]), gaps("bronze", [])
    ([], [], [])
    """
    there = {*kinds, *of_supplier}
    if tier in NEED_A_PLAN and PlanKind.CONTINUITY not in there:
        return [
            f"A {tier.capitalize()} contract needs a business continuity plan, and none is recorded."
        ]
    if tier == "silver" and not there:
        return [
            "A Silver contract needs proof every 24 months that the service can go on, and no plan is recorded."
        ]
    return []


# --- Compliance checks --------------------------------------------------------------------------------


class Topic(Labelled):
    """What a requirement is about."""

    DATA_SECURITY = "data_security", "Data security"
    ANTI_FRAUD = "anti_fraud", "Anti-fraud measures"
    SUPPLY_CHAIN = "supply_chain", "Supply-chain sustainability"
    MODERN_SLAVERY = "modern_slavery", "Modern slavery"
    INSURANCE = "insurance", "Insurance"
    ACCREDITATION = "accreditation", "Accreditation"
    ETHICS = "ethics", "Ethics"
    OTHER = "other", "Something else"


class Result(Labelled):
    """What somebody found who looked."""

    COMPLIES = "complies", "Complies"
    PARTLY = "partly", "Complies in part"
    FAILS = "fails", "Does not comply"
    NOT_CHECKED = "not_checked", "Not yet checked"


class EvidenceState(Labelled):
    """How a requirement stands, the worst first. Where nothing shows that it is met it is never in order."""

    FAILS = "not_compliant", "Does not comply"
    EXPIRED = "expired", "Evidence expired"
    MISSING = "missing", "Evidence missing"
    OVERDUE = "check_overdue", "Check overdue"
    PARTLY = "partly", "Complies in part"
    SOON = "expires_soon", "Expires soon"
    VALID = "valid", "In order"
    REPLACED = "replaced", "Replaced by a later one"
    ENDED = "no_longer_required", "No longer required"


GONE = (EvidenceState.REPLACED, EvidenceState.ENDED)


def evidence_state(
    *, result: str, is_shown: bool, expires_on: date | None, next_on: date | None, today: date
) -> EvidenceState:
    """How a requirement that counts stands. `is_shown` says whether there is any evidence: words, a link or a document.
    What expires today is good today.

    >>> evidence_state(result="complies", is_shown=True, expires_on=date(2026, 11, 26), next_on=None, today=date(2026, 11, 27)).label
    'Evidence expired'
    """
    if result == Result.FAILS:
        return EvidenceState.FAILS
    if expires_on and expires_on < today:
        return EvidenceState.EXPIRED
    if result == Result.NOT_CHECKED or not is_shown:
        return EvidenceState.MISSING
    if next_on and next_on < today:
        return EvidenceState.OVERDUE
    if result == Result.PARTLY:
        return EvidenceState.PARTLY
    return EvidenceState.SOON if expires_on and expires_on <= soon(today) else EvidenceState.VALID


def due_on(*, expires_on: date | None, next_on: date | None) -> date | None:
    """By when somebody must act: before the evidence expires, or when it is checked again.

    >>> due_on(expires_on=date(2027, 3, 1), next_on=None)
    datetime.date(2027, 3, 1)
    """
    return min((day for day in (expires_on, next_on) if day), default=None)


def problems_of_check(
    values: Mapping[str, Any], *, is_shown: bool, today: date
) -> list[tuple[str, str]]:
    """What is wrong with a check's values together.

    >>> problems_of_check({"result": "complies", "checked_on": date(2026, 11, 1)}, is_shown=False, today=date(2026, 11, 27))
    [('evidence', 'Say what shows it: in words, by a link or by a document')]
    """
    found = []
    result, checked_on = values.get("result"), values.get("checked_on")
    expires_on, next_on = values.get("expires_on"), values.get("next_on")
    if values.get("topic") == Topic.OTHER and not values.get("topic_words"):
        found.append(("topic_words", "Say in a word or two what it is about"))
    if result == Result.COMPLIES and not is_shown:
        found.append(("evidence", "Say what shows it: in words, by a link or by a document"))
    if result and result != Result.NOT_CHECKED and checked_on is None:
        found.append(("checked_on", "Enter the day on which it was checked"))
    if checked_on and checked_on > today:
        found.append(("checked_on", "The day of the check must be today or in the past"))
    if result in (Result.PARTLY, Result.FAILS) and not values.get("action"):
        found.append(("action", "Enter what is done about it"))
    if result and result != Result.COMPLIES and next_on is None:
        found.append(("next_on", "Enter the day by which it is to be checked"))
    if checked_on and next_on and next_on <= checked_on:
        found.append(("next_on", "The next check must be after this one"))
    if checked_on and expires_on and expires_on < checked_on and result == Result.COMPLIES:
        found.append(
            (
                "expires_on",
                "The evidence had expired when it was checked, so it shows no compliance",
            )
        )
    return found
