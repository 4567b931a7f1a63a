"""From answers to a score, from a score to a tier, and why. No database; today's date is a parameter."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta

# Lowest first: a tier's place in this row is its rank. Stored as contracts.models.Tier has them.
TIERS = ("bronze", "silver", "gold", "platinum")

# Every question is answered from 0 to 4; the weights of a questionnaire add up to 100, and so does
# the highest score. Both are facts of the method, not settings.
HIGHEST_ANSWER = 4
TOTAL_WEIGHT = 100

MOST_MONTHS = 60
MOST_QUESTIONS, MOST_HARD_RULES = 20, 10

ANSWER, VALUE = "answer", "value"
RAISED = "Raised to"  # how the sentence begins that tells of a rule


@dataclass(frozen=True, slots=True)
class Question:
    """`key` is what a question keeps from version to version, whatever it is called. `answers` are the
    five texts for 0 to 4; what `factor` and `help` say is for the reader."""

    key: str
    text: str
    weight: int
    answers: tuple[str, ...] = ("", "", "", "", "")
    factor: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class HardRule:
    """At least this tier, whatever the score: for an answer of `threshold` or higher, or for a total value
    of more than `threshold` pounds. `words` end the sentence "at least Gold because ..."."""

    subject: str
    threshold: Decimal
    at_least: str
    words: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class CutOffs:
    """The lowest score of each tier; below `silver` lies Bronze."""

    platinum: Decimal
    gold: Decimal
    silver: Decimal


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All that a version of the questionnaire says. `months` until the next assessment, by tier."""

    questions: tuple[Question, ...]
    hard_rules: tuple[HardRule, ...]
    cut_offs: CutOffs
    months: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Value:
    """What a contract is worth in total, as recorded; None when nobody recorded it. Whether VAT is in it
    is not looked at."""

    amount: Decimal | None = None
    currency: str = "GBP"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The score, the tier it gives by itself, the tier after the hard rules, and why, in sentences.

    Without an answer to every question there is no score and no tier: `missing` names the questions.
    """

    score: Decimal | None
    by_score: str
    tier: str
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()


# --- Score and tier -------------------------------------------------------------------------------


def missing(questions: Iterable[Question], answers: Mapping[str, int]) -> tuple[str, ...]:
    """The keys of the questions that nobody has answered."""
    return tuple(question.key for question in questions if question.key not in answers)


def points(questions: Iterable[Question], answers: Mapping[str, int]) -> int:
    """Weight times answer, added up: 0 to 400 whole points, so that SQL counts exactly what Python does."""
    return sum(question.weight * answers[question.key] for question in questions)


def score(questions: Sequence[Question], answers: Mapping[str, int]) -> Decimal | None:
    """0 to 100, exact; None while a question is open, because no answer is not the lowest answer.

    >>> score([Question("a", "A", 60), Question("b", "B", 40)], {"a": 3, "b": 1})
    Decimal('55')
    >>> score([Question("a", "A", 100)], {}) is None
    True
    """
    if missing(questions, answers):
        return None
    return Decimal(points(questions, answers)) / HIGHEST_ANSWER


def tier_for(scored: Decimal, cut_offs: CutOffs, *, platinum: bool) -> str:
    """On the line counts. Without a Platinum tier its scores are Gold.

    >>> [tier_for(Decimal(s), CutOffs(Decimal(75), Decimal(60), Decimal(35)), platinum=True) for s in
    ...  ("34.99", "35", "59.99", "60", "74.99", "75")]
    ['bronze', 'silver', 'silver', 'gold', 'gold', 'platinum']
    """
    if platinum and scored >= cut_offs.platinum:
        return "platinum"
    if scored >= cut_offs.gold:
        return "gold"
    return "silver" if scored >= cut_offs.silver else "bronze"


def rank(tier: str) -> int:
    """The place of a tier among the others, 1 for Bronze; 0 for none."""
    return TIERS.index(tier) + 1 if tier in TIERS else 0


def in_use(tier: str, *, platinum: bool) -> str:
    """The tier itself, or the highest there is where Platinum is switched off."""
    return "gold" if tier == "platinum" and not platinum else tier


def applies(rule: HardRule, answers: Mapping[str, int], value: Value) -> bool | None:
    """Whether a hard rule holds; None when it cannot be told. A threshold is in pounds, and a value that is
    not recorded is not 0."""
    if rule.subject == VALUE:
        if value.amount is None or value.currency != "GBP":
            return None
        return value.amount > rule.threshold
    return answers[rule.question] >= rule.threshold if rule.question in answers else None


def judge(
    rulebook: Rulebook, answers: Mapping[str, int], value: Value, *, platinum: bool
) -> Verdict:
    """The tier that the rules give, and why."""
    scored = score(rulebook.questions, answers)
    if scored is None:
        return Verdict(None, "", "", (), missing(rulebook.questions, answers))
    by_score = tier_for(scored, rulebook.cut_offs, platinum=platinum)
    band = band_in_words(by_score, rulebook.cut_offs, platinum=platinum)
    reasons = [f"Score {number(scored)} gives {name(by_score)} ({band})."]
    tier = by_score
    unknown = []
    # The strongest first, so that one rule raises and the others say that they would have.
    for rule in sorted(rulebook.hard_rules, key=lambda rule: -rank(rule.at_least)):
        holds = applies(rule, answers, value)
        least = in_use(rule.at_least, platinum=platinum)
        if holds is None:
            unknown.append(_cannot_tell(rule, least, value))
        elif holds and rank(least) > rank(tier):
            tier = least
            reasons.append(f"{RAISED} {name(least)} because {rule.words}.")
        elif holds:
            reasons.append(f"At least {name(least)} in any case, because {rule.words}.")
    return Verdict(scored, by_score, tier, (*reasons, *unknown))


def _cannot_tell(rule: HardRule, least: str, value: Value) -> str:
    if rule.subject == VALUE and value.amount is not None:
        why = f"the contract is in {value.currency}, not in pounds"
    elif rule.subject == VALUE:
        why = "the contract's value is not recorded"
    else:
        why = "its question was not asked"
    return f"One rule could not be applied, because {why}: at least {name(least)} if {condition(rule)}."


# --- In words -------------------------------------------------------------------------------------


def name(tier: str) -> str:
    """`Gold`; nothing is "Not tiered"."""
    return tier.capitalize() if tier else "Not tiered"


def number(value: Decimal) -> str:
    """`41`, `41.25`, `62.5`: no zeros that say nothing.

    >>> number(Decimal("41.00")), number(Decimal("62.50")), number(Decimal("100"))
    ('41', '62.5', '100')
    """
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def bands(cut_offs: CutOffs, *, platinum: bool) -> list[tuple[str, str]]:
    """(tier, its scores in words), highest first.

    >>> bands(CutOffs(Decimal(75), Decimal(60), Decimal(35)), platinum=False)
    [('gold', '60 or more'), ('silver', '35 or more, less than 60'), ('bronze', 'less than 35')]
    """
    lowest = [("platinum", cut_offs.platinum)] if platinum else []
    lowest += [("gold", cut_offs.gold), ("silver", cut_offs.silver)]
    found, above = [], ""
    for tier, least in lowest:
        found.append((tier, f"{number(least)} or more{above}"))
        above = f", less than {number(least)}"
    return [*found, ("bronze", above.removeprefix(", "))]


def band_in_words(tier: str, cut_offs: CutOffs, *, platinum: bool) -> str:
    return dict(bands(cut_offs, platinum=platinum))[tier]


def condition(rule: HardRule, questions: Iterable[Question] = ()) -> str:
    """What a hard rule asks, in words: `the total value is over £5,000,000`."""
    if rule.subject == VALUE:
        return f"the total value is over {pounds(rule.threshold)}"
    least = int(rule.threshold)
    asked = next((q for q in questions if q.key == rule.question), None)
    if asked is None:
        return rule.words
    higher = "" if least == HIGHEST_ANSWER else " or higher"
    return f"“{asked.text}” is answered {least}{higher}: {asked.answers[least]}"


def pounds(amount: Decimal) -> str:
    return f"£{amount:,.2f}".removesuffix(".00")


# --- Dates ----------------------------------------------------------------------------------------


def next_due(decided_on: date, tier: str, months: Mapping[str, int]) -> date:
    """When the tier is to be assessed again, by the tier that was decided.

    >>> next_due(date(2026, 8, 31), "platinum", {"platinum": 6})
    datetime.date(2027, 2, 28)
    """
    return decided_on + relativedelta(months=months[tier])


# --- Who may decide -------------------------------------------------------------------------------


def manages(person: int, people: Collection[int | None]) -> bool:
    """Whether somebody owns or deputises the contract whose tier is to be decided. Four eyes: whoever
    manages a contract does not decide how closely it is watched, not even from the Procurement Unit. The
    Procurement Unit may otherwise assess a contract and decide its tier in one go.

    >>> manages(7, [3, None]), manages(7, [7, None])
    (False, True)
    """
    return person in people


# --- A questionnaire that makes sense -------------------------------------------------------------


def problems(rulebook: Rulebook) -> list[tuple[str, str]]:
    """What is wrong with a questionnaire, as (field, sentence): all of it at once.

    A field is a cut-off ("gold_from"), months ("gold_months"), "weight:<key>", "question:<key>", "rule:<n>"
    or empty.
    """
    found = problems_of_numbers(
        {question.key: question.weight for question in rulebook.questions},
        rulebook.cut_offs,
        rulebook.months,
    )
    keys = {question.key for question in rulebook.questions}
    for question in rulebook.questions:
        if not question.text or not all(question.answers):
            named = f"“{question.text}”" if question.text else "A question"
            found.append((f"question:{question.key}", f"{named} needs all five answers"))
    for place, rule in enumerate(rulebook.hard_rules):
        if rule.subject == ANSWER and rule.question not in keys:
            found.append((f"rule:{place}", "A rule asks for a question that is not there"))
    return found


def problems_of_numbers(
    weights: Mapping[str, int], cut_offs: CutOffs, months: Mapping[str, int]
) -> list[tuple[str, str]]:
    """What is wrong with the weights, cut-offs and months of a questionnaire, as (field, sentence)."""
    found: list[tuple[str, str]] = []
    total = sum(weights.values())
    if not weights:
        found.append(("", "Ask at least one question"))
    elif total != TOTAL_WEIGHT:
        field = f"weight:{next(iter(weights))}"
        found.append((field, f"The weights add up to {total}: they must add up to {TOTAL_WEIGHT}"))
    if cut_offs.silver <= 0:
        found.append(("silver_from", "Silver must begin above 0, or nothing would be Bronze"))
    if cut_offs.gold <= cut_offs.silver:
        found.append(("gold_from", "Gold must begin at a higher score than Silver"))
    if cut_offs.platinum <= cut_offs.gold:
        found.append(("platinum_from", "Platinum must begin at a higher score than Gold"))
    if cut_offs.platinum > TOTAL_WEIGHT:
        found.append(("platinum_from", "Platinum must begin at 100 or less"))
    found += [
        (f"{tier}_months", f"{name(tier)}: months must be from 1 to {MOST_MONTHS}")
        for tier in reversed(TIERS)
        if not 1 <= months[tier] <= MOST_MONTHS
    ]
    return found


def differences(old: Rulebook, new: Rulebook) -> list[str]:
    """What one version says otherwise than another, in sentences; nothing when they say the same."""
    found = []
    for tier in ("platinum", "gold", "silver"):
        was, now = getattr(old.cut_offs, tier), getattr(new.cut_offs, tier)
        if was != now:
            found.append(f"{name(tier)} begins at {number(now)} instead of {number(was)}")
    before = {question.key: question for question in old.questions}
    after = {question.key: question for question in new.questions}
    for key, question in after.items():
        if key not in before:
            found.append(f"New question: “{question.text}”, which weighs {question.weight}")
            continue
        was_asked = before[key]
        if was_asked.weight != question.weight:
            found.append(
                f"“{question.text}” weighs {question.weight} instead of {was_asked.weight}"
            )
        if _worded(was_asked) != _worded(question):
            found.append(f"“{question.text}” is worded differently")
    found += [f"No longer asked: “{q.text}”" for key, q in before.items() if key not in after]
    found += [
        f"New rule: at least {name(rule.at_least)} if {condition(rule, new.questions)}"
        for rule in new.hard_rules
        if rule not in old.hard_rules
    ]
    found += [
        f"No longer a rule: at least {name(rule.at_least)} if {condition(rule, old.questions)}"
        for rule in old.hard_rules
        if rule not in new.hard_rules
    ]
    found += [
        f"{name(tier)} is assessed again after {_months(new.months[tier])} instead of {_months(old.months[tier])}"
        for tier in reversed(TIERS)
        if old.months[tier] != new.months[tier]
    ]
    return found


def _worded(question: Question) -> tuple[str, str, str, tuple[str, ...]]:
    return question.text, question.help, question.factor, question.answers


def _months(count: int) -> str:
    return "1 month" if count == 1 else f"{count} months"
