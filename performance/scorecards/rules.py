"""What the measured values propose, when a scorecard is due, and what it lacks. No database; today is a parameter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from common.labelled import Labelled
from performance.periods import Frequency, Period, period_of
from performance.rules import Quadrant, Rating


class Rag(Labelled):
    """How a side of a contract stands, best first. Not tracked is none of the others, and never green."""

    GREEN = "green", "Green"
    AMBER = "amber", "Amber"
    RED = "red", "Red"
    NOT_TRACKED = "not_tracked", "Not tracked"


class Decision(Labelled):
    """What follows from a side of a contract that nobody measures."""

    CHANGE = "change", "Raise it with the supplier as a contract change"
    NEXT = "next_contract", "Take it into the next contract"
    ACCEPT = "accept", "Accept that it is not tracked"


class State(Labelled):
    """How far a scorecard has come."""

    DRAFT = "draft", "Draft"
    SIGNED = "signed_off", "Signed off"
    SEEN = "seen", "Seen by the SRO"


class Kind(Labelled):
    """What the people who use a contract have told us."""

    SURVEY = "survey", "Survey"
    COMPLAINT = "complaint", "Complaint"
    COMPLIMENT = "compliment", "Compliment"


class Trend(Labelled):
    """A side of a contract beside the scorecard before."""

    BETTER = "better", "Better"
    WORSE = "worse", "Worse"
    SAME = "same", "Unchanged"
    TRACKED_NOW = "tracked_now", "Tracked now"
    NO_LONGER = "no_longer_tracked", "No longer tracked"
    NONE = "none", "Nothing to compare with"


class Standing(Labelled):
    """How a contract stands with the scorecard of a quarter, in the order in which a reader must see it."""

    OVERDUE = "overdue", "Overdue"
    WAITS = "waits", "Waits for the SRO"
    DRAFT = "draft", "Draft"
    DUE = "due", "Due"
    SIGNED = "signed_off", "Signed off, no SRO to see it"
    SEEN = "seen", "Seen by the SRO"


# House default 7.1: months between two scorecards, by tier; a Bronze contract needs none.
MONTHS_BETWEEN: Mapping[str, int] = {"platinum": 3, "gold": 3, "silver": 12}
# House defaults: a month after the quarter to sign off, and then a fortnight for the SRO.
DAYS_TO_SIGN, DAYS_TO_SEE = 30, 14
# So many quarters back a scorecard may still be started.
QUARTERS_BACK = 8

ARROWS: Mapping[Trend, str] = {Trend.BETTER: "↑", Trend.WORSE: "↓", Trend.SAME: "→"}
_BADNESS: Mapping[str, int] = {Rag.GREEN: 0, Rag.AMBER: 1, Rag.RED: 2}


# --- Quarters -------------------------------------------------------------------------------------


def quarter_of(day: date) -> Period:
    """The calendar quarter in which a day lies.

    >>> quarter_of(date(2026, 8, 31)).label
    'July to September 2026'
    """
    return period_of(Frequency.QUARTERLY, day)


def quarters(tier: str) -> int:
    """How many quarters one scorecard serves; 0 where none is asked for."""
    return MONTHS_BETWEEN.get(tier, 0) // 3


def due_on(quarter: Period) -> date:
    """The last day on which its scorecard is signed off in time."""
    return quarter.end + timedelta(days=DAYS_TO_SIGN)


def see_by(signed_on: date) -> date:
    """The last day on which the SRO looks at it in time."""
    return signed_on + timedelta(days=DAYS_TO_SEE)


def last_due(today: date) -> Period:
    """The latest quarter whose scorecard should be signed off by now. The day itself is still in time.

    >>> last_due(date(2026, 10, 30)).label, last_due(date(2026, 10, 31)).label
    ('April to June 2026', 'July to September 2026')
    """
    quarter = quarter_of(today).previous
    return quarter if today > due_on(quarter) else quarter.previous


def owed(tier: str, *, last: date | None, began: date, today: date) -> Period | None:
    """The quarter for which the next scorecard is owed; None for a tier that needs none.

    `last` is the start of the latest quarter that was signed off. The one in which the contract `began`
    counts as done. Old gaps are not asked for: of several missed, the latest is owed.

    >>> owed("gold", last=date(2026, 4, 1), began=date(2024, 1, 1), today=date(2026, 11, 27)).label
    'July to September 2026'
    """
    step = quarters(tier)
    if not step:
        return None
    following = quarter_of(max(last or began, began)).shifted(step)
    return max(following, last_due(today), key=lambda quarter: quarter.start)


def standing(
    *, state: str, due_on: date, has_sro: bool, today: date,
) -> Standing:  # fmt: skip
    """`state` is the scorecard's; empty while there is none. An SRO who signed it off is none to see it."""
    if state == State.SEEN:
        return Standing.SEEN
    if state == State.SIGNED:
        return Standing.WAITS if has_sro else Standing.SIGNED
    if today > due_on:
        return Standing.OVERDUE
    return Standing.DRAFT if state == State.DRAFT else Standing.DUE


def may_start(quarter: Period, *, began: date | None, today: date) -> bool:
    """The running quarter and those of two years before, since the contract began."""
    running = quarter_of(today)
    if began and quarter.end < began:
        return False
    return running.shifted(-QUARTERS_BACK).start <= quarter.start <= running.start


# --- What the measured values propose --------------------------------------------------------------


def worst(rags: Iterable[str]) -> Rag | None:
    """The worst of those that say something; None when none does.

    >>> worst(["green", "not_tracked", "amber"]).label
    'Amber'
    """
    known = [Rag(rag) for rag in rags if rag in _BADNESS]
    return max(known, key=lambda rag: _BADNESS[rag], default=None)


def propose(measured: Iterable[tuple[str, bool]]) -> Rag:
    """What (suggested word, whether something was not reported) of a quadrant's measures come to.

    The worst counts. What should have been reported and was not makes it amber at least (house default):
    silence is never green. With no measure that suggests anything, the quadrant is not tracked.

    >>> propose([("green", False), ("", True)]).label, propose([("", False)]).label
    ('Amber', 'Not tracked')
    """
    rags: list[str] = []
    for rag, is_missing in measured:
        rags += [rag] if rag else []
        rags += [Rag.AMBER] if is_missing else []
    return worst(rags) or Rag.NOT_TRACKED


@dataclass(frozen=True, slots=True)
class Kpi:
    """How one KPI did in a quarter. Without a rating it was not reported at all; `is_missing` says that one of
    its periods was not."""

    rating: str = ""
    weight: Decimal = Decimal(1)
    is_missing: bool = False


def of_kpis(kpis: Sequence[Kpi]) -> Rag | None:
    """House default. Red when one is Inadequate. Amber when one requires improvement or was not reported, or
    when those that only approach their target weigh half or more. Other, which is rated against nothing, says
    nothing.

    >>> of_kpis([Kpi("good"), Kpi("approaching_target")]).label, of_kpis([Kpi("good"), Kpi()]).label
    ('Amber', 'Amber')
    """
    rated = [kpi for kpi in kpis if kpi.rating != Rating.OTHER or kpi.is_missing]
    if not rated:
        return None
    ratings = {kpi.rating for kpi in rated}
    if Rating.INADEQUATE in ratings:
        return Rag.RED
    missing = any(kpi.is_missing or not kpi.rating for kpi in rated)
    if missing or Rating.REQUIRES_IMPROVEMENT in ratings:
        return Rag.AMBER
    near = sum((kpi.weight for kpi in rated if kpi.rating == Rating.APPROACHING), Decimal(0))
    total = sum((kpi.weight for kpi in rated), Decimal(0))
    return Rag.AMBER if near and near * 2 >= total else Rag.GREEN


# House defaults, in per cent of what fell due, of the highest score, and of the award.
MET_WELL, MET_NOT_YET_BADLY = 90, 75
SATISFIED, NOT_YET_DISSATISFIED = 80, 60
PROMOTED, NOT_YET_OPPOSED = 30, 0
GROWN, GROWN_MUCH = 10, 50
# More than so many overdue obligations, or a complaint open for longer than so many days, is red.
OVERDUE_MANY, COMPLAINT_DAYS = 2, 30


def _at_least(value: Decimal | int, good: int, fair: int) -> Rag:
    return Rag.GREEN if value >= good else Rag.AMBER if value >= fair else Rag.RED


def of_compliance(met: int, counted: int) -> Rag | None:
    """How much of what fell due was met in time; None when nothing did.

    >>> [of_compliance(met, 100).label for met in (90, 89, 75, 74)], of_compliance(0, 0)
    (['Green', 'Amber', 'Amber', 'Red'], None)
    """
    return _at_least(met * 100 // counted, MET_WELL, MET_NOT_YET_BADLY) if counted else None


def of_overdue(number: int) -> Rag:
    """
    >>> [of_overdue(number).label for number in (0, 1, 2, 3)]
    ['Green', 'Amber', 'Amber', 'Red']
    """
    return Rag.RED if number > OVERDUE_MANY else Rag.AMBER if number else Rag.GREEN


def growth(award: Decimal | None, now: Decimal | None) -> Decimal | None:
    """By how much per cent the value has grown since the award; None while that cannot be said."""
    if not award or now is None:
        return None
    return ((now - award) * 100 / award).quantize(Decimal("0.1"), ROUND_HALF_UP)


def of_growth(percent: Decimal | None) -> Rag | None:
    """A value that has grown is a warning. One that has not says nothing of what was paid, so never green.

    >>> of_growth(Decimal(10)), of_growth(Decimal("10.1")).label, of_growth(Decimal("50.1")).label
    (None, 'Amber', 'Red')
    """
    if percent is None or percent <= GROWN:
        return None
    return Rag.RED if percent > GROWN_MUCH else Rag.AMBER


# --- What the people who use it say ------------------------------------------------------------------


def _mean(values: Sequence[tuple[Decimal, int | None]]) -> Decimal | None:
    """The mean, weighted by how many answered; a survey that does not say counts as one answer."""
    if not values:
        return None
    total = sum(sample or 1 for _, sample in values)
    weighted = sum((value * (sample or 1) for value, sample in values), Decimal(0))
    return (weighted / total).quantize(Decimal("0.1"), ROUND_HALF_UP)


def satisfaction(surveys: Iterable[tuple[Decimal, Decimal, int | None]]) -> Decimal | None:
    """(score, highest score, how many answered) of each survey, as per cent of the highest score; None without any.

    >>> satisfaction([(Decimal("4.2"), Decimal(5), 300), (Decimal(6), Decimal(10), 100)])
    Decimal('78.0')
    """
    return _mean([(score * 100 / scale, sample) for score, scale, sample in surveys])


def promoters(surveys: Iterable[tuple[int, int | None]]) -> Decimal | None:
    """(net promoter score, how many answered) of each survey; None without any."""
    return _mean([(Decimal(score), sample) for score, sample in surveys])


def of_satisfaction(percent: Decimal | None) -> Rag | None:
    """
    >>> [of_satisfaction(Decimal(n)).label for n in ("80", "79.9", "60", "59.9")], of_satisfaction(None)
    (['Green', 'Amber', 'Amber', 'Red'], None)
    """
    return None if percent is None else _at_least(percent, SATISFIED, NOT_YET_DISSATISFIED)


def of_promoters(score: Decimal | None) -> Rag | None:
    return None if score is None else _at_least(score, PROMOTED, NOT_YET_OPPOSED)


def of_complaints(received: Sequence[tuple[date, date | None]], *, today: date) -> Rag | None:
    """(received on, resolved on) of each complaint, as they stand on a day; None where there is none.

    Nobody complaining is no measure of content: a quadrant with nothing else is not tracked.
    """
    if not received:
        return None
    still_open = [(today - came).days for came, gone in received if gone is None or gone > today]
    if any(days > COMPLAINT_DAYS for days in still_open):
        return Rag.RED
    return Rag.AMBER if still_open else Rag.GREEN


def short(number: Decimal) -> str:
    """
    >>> short(Decimal("4.20")), short(Decimal("100.00"))
    ('4.2', '100')
    """
    return f"{number:f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"


def feedback_problems(values: Mapping[str, Any], *, today: date) -> list[tuple[str, str]]:
    """What is wrong with a piece of feedback taken together, as (field, sentence)."""
    found = []
    kind, score, scale = values.get("kind"), values.get("score"), values.get("scale")
    came = values.get("received_on")
    if came and came > today:
        found.append(
            ("received_on", "The day on which it was received must be today or in the past")
        )
    if score is not None and scale is None:
        found.append(("scale", "Enter the highest score that could be given"))
    if scale is not None and score is None:
        found.append(("score", "Enter the score, or clear the highest score"))
    if score is not None and scale is not None and score > scale:
        found.append(("score", f"The score must be {short(scale)} or less, the highest score"))
    says_something = score is not None or values.get("nps") is not None or values.get("comments")
    if kind == Kind.SURVEY and not says_something:
        found.append(("score", "Enter a score, a net promoter score or what was said"))
    if kind in (Kind.COMPLAINT, Kind.COMPLIMENT) and not values.get("comments"):
        found.append(("comments", f"Say what the {Kind(str(kind)).label.lower()} was about"))
    if kind != Kind.SURVEY:
        for field, named in (("score", "score"), ("nps", "net promoter score")):
            if values.get(field) is not None:
                found.append((field, f"Only a survey has a {named}: clear it, or choose Survey"))
    return found


def resolving_problems(
    *, resolved_on: date | None, received_on: date, outcome: str, today: date
) -> list[tuple[str, str]]:
    """What is wrong with how a complaint ended, as (field, sentence)."""
    found = []
    if resolved_on is None:
        found.append(("resolved_on", "Enter the day on which it was resolved"))
    elif resolved_on > today:
        found.append(
            ("resolved_on", "The day on which it was resolved must be today or in the past")
        )
    elif resolved_on < received_on:
        found.append(("resolved_on", "It cannot be resolved before it was received"))
    if not outcome:
        found.append(("outcome", "Say what came of it"))
    return found


# --- What somebody decides ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody has said of a quadrant. Empty words are not decided yet."""

    quadrant: str
    rag: str = ""
    proposed: str = Rag.NOT_TRACKED
    reason: str = ""
    narrative: str = ""
    decision: str = ""
    decision_note: str = ""


def line_problems(line: Line) -> list[tuple[str, str]]:
    """What a quadrant lacks before the scorecard can be signed off, as (field, sentence).

    >>> line_problems(Line("cost", "green", "green")), line_problems(Line("cost"))
    ([], [('rag', 'Cost: choose Green, Amber, Red or Not tracked')])
    """
    named = Quadrant(line.quadrant).label
    if not line.rag:
        return [("rag", f"{named}: choose Green, Amber, Red or Not tracked")]
    rag, proposed = Rag(line.rag), Rag(line.proposed)
    found = []
    if rag != proposed and not line.reason:
        say = (
            "nothing is measured"
            if proposed == Rag.NOT_TRACKED
            else f"{proposed.label} is proposed"
        )
        found.append(("reason", f"{named}: say why it is {_in_sentence(rag)}, where {say}"))
    if rag in (Rag.AMBER, Rag.RED) and not line.narrative:
        found.append(("narrative", f"{named}: say what happened and what is being done"))
    if rag == Rag.NOT_TRACKED and not line.decision:
        found.append(("decision", f"{named}: decide what follows, as it is not tracked"))
    if rag == Rag.NOT_TRACKED and line.decision == Decision.ACCEPT and not line.decision_note:
        found.append(("decision_note", f"{named}: say why it is acceptable that it is not tracked"))
    return found


def _in_sentence(rag: Rag) -> str:
    return "not tracked" if rag == Rag.NOT_TRACKED else rag.label


def is_over(quarter: Period, *, contract_has_ended: bool, today: date) -> bool:
    """Whether all that can happen in the quarter has happened."""
    return today > quarter.end or contract_has_ended


def signing_problems(
    lines: Iterable[Line], *, quarter: Period, contract_has_ended: bool, today: date
) -> list[str]:
    """What keeps a scorecard from being signed off, in sentences."""
    found = []
    if not is_over(quarter, contract_has_ended=contract_has_ended, today=today):
        found.append(
            f"The quarter is not over: it can be signed off from {_day(quarter.following.start)}"
        )
    by_quadrant = {line.quadrant: line for line in lines}
    for quadrant in Quadrant:
        line = by_quadrant.get(quadrant, Line(quadrant))
        found += [sentence for _, sentence in line_problems(line)]
    return found


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def may_see(*, sro: int | None, signed_by: int | None, person: int) -> bool:
    """The SRO of the contract, but nobody for what they signed off themselves."""
    return sro is not None and person == sro and person != signed_by


# --- Trend ----------------------------------------------------------------------------------------


def trend(before: str | None, now: str) -> Trend:
    """How a quadrant moved since the scorecard before, whose word is `before`; None where there is none.

    >>> trend("amber", "green").label, trend("green", "not_tracked").label, trend(None, "red").label
    ('Better', 'No longer tracked', 'Nothing to compare with')
    """
    if not before or not now:
        return Trend.NONE
    if before == now:
        return Trend.SAME
    if before == Rag.NOT_TRACKED:
        return Trend.TRACKED_NOW
    if now == Rag.NOT_TRACKED:
        return Trend.NO_LONGER
    return Trend.BETTER if _BADNESS[now] < _BADNESS[before] else Trend.WORSE


def trend_words(trend: Trend, *, before: str | None, quarter_before: Period | None) -> str:
    """`Better than April to June 2026 (Amber)`.

    >>> trend_words(Trend.WORSE, before="green", quarter_before=quarter_of(date(2026, 5, 1)))
    'Worse than April to June 2026 (Green)'
    """
    if trend == Trend.NONE or not before or quarter_before is None:
        return "No earlier scorecard to compare with"
    label, word = quarter_before.label, Rag(before).label
    if trend == Trend.SAME:
        return f"Unchanged since {label} ({word})"
    if trend == Trend.TRACKED_NOW:
        return f"Tracked now, and not in {label}"
    if trend == Trend.NO_LONGER:
        return f"No longer tracked: {word} in {label}"
    return f"{trend.label} than {label} ({word})"
