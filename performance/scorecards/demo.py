"""Scorecards and feedback of the demonstration: one that gets better, one that waits, one that is late.

What is measured is what the other rooms' parts of the demonstration have made; what is decided follows from it.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db.models import (
    Case,
    DateField,
    DateTimeField,
    Exists,
    F,
    JSONField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from common.bulk import insert_select
from common.demo import moment, save_as_of
from contracts.models import Contract, Stage
from performance.scorecards import measures, rules
from performance.scorecards.demo_table import (
    BETTER,
    FEEDBACK,
    LATE,
    LATE_DRAFT,
    MISSING,
    NOT_TRACKED,
    QUESTION,
    REOPENED,
    SAID,
    STEPS,
    WAITING,
    WHY_NOT,
)
from performance.scorecards.models import Feedback, Line, Scorecard, SignOff
from performance.scorecards.rules import Quadrant, Rag, State


def build(register, today, by):
    """`register` is {title: contract}; `by` is recorded where a contract has no owner."""
    last = rules.last_due(today)
    _feedback(register, today, last, by)
    for place, (title, contract) in enumerate(register.items()):
        if not _is_asked(contract, last) or title in LATE:
            continue
        if title == LATE_DRAFT:
            _draft(contract, last, today, by)
        elif title == BETTER:
            for back, step in enumerate(reversed(STEPS)):
                _signed(contract, last.shifted(-back), today, by, said=step, seen=True)
        else:
            waits = title == WAITING
            _signed(contract, last, today, by, seen=not waits, late=waits, place=place)
            if contract.tier in ("gold", "platinum") and place % 2:
                _signed(contract, last.previous, today, by, seen=True, place=place)
    _ask(register[QUESTION], last)
    _reopen(register[REOPENED], last, today)


def _is_asked(contract, quarter):
    delivered = contract.stage in (Stage.LIVE, Stage.EXIT) and not contract.is_spot
    begun = contract.commences_on is None or contract.commences_on <= quarter.start
    return delivered and begun and rules.quarters(contract.tier) > 0


# --- Scorecards -----------------------------------------------------------------------------------


def _signed(contract, quarter, today, by, *, said=None, seen, late=False, place=0):
    """A scorecard that was signed off in the last days of its time; `late` is a few days ago."""
    owner = contract.oco or by
    days_before = 3 if late else (today - rules.due_on(quarter)).days + 2 + place % 9
    begun_at = moment(today, days_before + 6, hour=9, minute=15)
    signed_at = moment(today, days_before, hour=15, minute=40)
    scorecard = _started(contract, quarter, begun_at, owner)
    measured = measures.ask(contract, quarter)
    lines = _lines(scorecard, measured, said or {}, place)
    _write(lines, owner, begun_at)
    signed = save_as_of(
        SignOff(scorecard=scorecard, by=owner, at=signed_at, frozen=_frozen(lines, measured)),
        at=signed_at, by=owner,
    )  # fmt: skip
    _move(scorecard, State.SIGNED, signed, owner, signed_at)
    if seen and contract.sro_id not in (None, owner.pk):
        seen_at = min(signed_at + timedelta(days=4, hours=1), timezone.now())
        signed.seen_by, signed.seen_at = contract.sro, seen_at
        save_as_of(signed, at=seen_at, by=contract.sro)
        _move(scorecard, State.SEEN, signed, contract.sro, seen_at)
    return scorecard


def _draft(contract, quarter, today, by):
    """Begun, and left: one quadrant is not tracked, and nobody has decided what follows."""
    owner = contract.oco or by
    at = moment(today, 12, hour=16, minute=5)
    scorecard = _started(contract, quarter, at, owner)
    lines = [Line(scorecard=scorecard, quadrant=quadrant.value) for quadrant in Quadrant]
    lines[0].rag = Rag.NOT_TRACKED.value
    _write(lines, owner, at)


def _started(contract, quarter, at, owner):
    scorecard = Scorecard(contract=contract, quarter_start=quarter.start)
    return save_as_of(scorecard, at=at, by=owner)


def _move(scorecard, state, signed, person, at):
    scorecard.state, scorecard.signed = state.value, signed
    scorecard.version += 1
    save_as_of(scorecard, at=at, by=person)


def _lines(scorecard, measured, said, place):
    """What is decided: the word that is proposed, or the one that the story tells, with its reason."""
    proposed = measures.proposals(measured)
    lines = []
    for number, quadrant in enumerate(Quadrant):
        told = said.get(quadrant.value, {})
        rag = Rag(told.get("rag", proposed[quadrant]))
        line = Line(
            scorecard=scorecard, quadrant=quadrant.value, rag=rag.value,
            proposed=proposed[quadrant].value, narrative=told.get("narrative") or _narrative(quadrant, rag, measured),
        )  # fmt: skip
        if rag != proposed[quadrant]:
            line.reason = told.get("reason") or WHY_NOT
        if rag == Rag.NOT_TRACKED:
            decided = NOT_TRACKED[(place + number) % len(NOT_TRACKED)]
            line.decision, line.decision_note = told.get("decided") or decided
        lines.append(line)
    return lines


def _narrative(quadrant, rag, measured):
    missing = any(one.is_missing for one in measured if one.quadrant == quadrant)
    return MISSING if missing and rag == Rag.AMBER else SAID[quadrant][rag]


def _write(lines, owner, at):
    for line in lines:
        line._history_date = at
    bulk_create_with_history(lines, Line, default_user=owner, default_date=at)


def _frozen(lines, measured):
    said = ("rag", "proposed", "reason", "narrative", "decision", "decision_note")
    return {
        "lines": {line.quadrant: {name: getattr(line, name) for name in said} for line in lines},
        "measures": [one.as_json() for one in measured],
    }


def _ask(contract, quarter):
    """The SRO asked something, and was answered."""
    scorecard = contract.scorecards.select_related("signed").get(quarter_start=quarter.start)
    signed = scorecard.signed
    signed.question = (
        "Three rounds a week are finished by overtime. What does that cost us, and until when?"
    )
    save_as_of(signed, at=signed.seen_at, by=contract.sro)
    signed.answer = (
        "Nothing: overtime is the contractor's. The two new vehicles take over from next month."
    )
    signed.answered_by = contract.oco
    signed.answered_at = min(signed.seen_at + timedelta(days=2), timezone.now())
    save_as_of(signed, at=signed.answered_at, by=contract.oco)


def _reopen(contract, quarter, today):
    """Signed off, taken back because a figure was wrong, and signed off once more."""
    scorecard = contract.scorecards.select_related("signed").get(quarter_start=quarter.start)
    first = scorecard.signed
    again = SignOff(
        scorecard=scorecard, by=first.by, at=min(first.at + timedelta(days=8), timezone.now()),
        frozen=first.frozen,
    )  # fmt: skip
    back_at = first.at + timedelta(days=7)
    first.reopened_by, first.reopened_at = first.by, min(back_at, timezone.now())
    first.reopened_reason = "The register of risks was reviewed after we had signed off"
    save_as_of(first, at=first.reopened_at, by=first.by, reason=first.reopened_reason)
    scorecard.state, scorecard.signed = State.DRAFT.value, None
    scorecard.version += 1
    save_as_of(scorecard, at=first.reopened_at, by=first.by, reason=first.reopened_reason)
    save_as_of(again, at=again.at, by=again.by)
    _move(scorecard, State.SIGNED, again, again.by, again.at)
    again.seen_by, again.seen_at = contract.sro, min(again.at + timedelta(days=1), timezone.now())
    save_as_of(again, at=again.seen_at, by=contract.sro)
    _move(scorecard, State.SEEN, again, contract.sro, again.seen_at)


# --- Feedback -------------------------------------------------------------------------------------


def _feedback(register, today, last, by):
    for title, back, day, kind, source, told in FEEDBACK:
        contract = register[title]
        told = dict(told)
        quarter = last.shifted(-back)
        received_on = min(quarter.start + timedelta(days=day), today)
        after = told.pop("resolved_after", None)
        scores = {n: Decimal(told.pop(n)) for n in ("score", "scale") if n in told}
        feedback = Feedback(
            contract=contract, kind=kind, received_on=received_on, source=source,
            recorded_by=contract.oco or by, **scores, **told,
        )  # fmt: skip
        if after is not None:
            feedback.resolved_on = min(received_on + timedelta(days=after), today)
        at = moment(today, (today - received_on).days, hour=11, minute=20)
        save_as_of(feedback, at=at, by=contract.oco or by)


# --- A register of any size, for measuring --------------------------------------------------------


def bulk_build(today, *, quarters=4):
    """Scorecards of the last quarters for contracts that are asked for them: most seen, some that wait, some late.

    Made by the database itself. No history: nobody typed these, and nobody will ask who did.
    """
    last = rules.last_due(today)
    for back in reversed(range(quarters)):
        quarter = last.shifted(-back)
        asked = Contract.objects.filter(
            stage__in=[Stage.LIVE, Stage.EXIT], tier__in=rules.MONTHS_BETWEEN, oco__isnull=False
        ).without_spots()
        if back == 0:  # every fifth is late
            asked = asked.alias(fifth=F("pk") % 5).exclude(fifth=0)
        _bulk_quarter(asked, quarter, waits=back == 0)


def _bulk_quarter(contracts, quarter, *, waits):
    start = Value(quarter.start, output_field=DateField())
    made = {
        "contract_id": F("pk"),
        "quarter_start": start,
        "state": Value("draft"),
        "version": Value(1),
    }
    insert_select(Scorecard, made, contracts)
    here = Scorecard.objects.filter(quarter_start=quarter.start)
    said = [_bulk_line(quadrant) for quadrant in Quadrant]
    for line in said:
        words = {name: Value(getattr(line, name)) for name in _LINE_COLUMNS}
        insert_select(Line, {"scorecard_id": F("pk"), "version": Value(1), **words}, here)
    at = timezone.make_aware(datetime.combine(rules.due_on(quarter), time(15, 40)))
    others = Q(contract__sro__isnull=False) & ~Q(contract__sro=F("contract__oco"))
    seen = others & ~Q(luck=0) if waits else others
    insert_select(
        SignOff,
        {
            "scorecard_id": F("pk"), "by_id": F("contract__oco"), "at": Value(at),
            "frozen": Value(_frozen(said, []), JSONField()),
            "seen_by_id": Case(When(seen, then=F("contract__sro")), default=None),
            "seen_at": Case(When(seen, then=Value(at)), default=None, output_field=DateTimeField()),
            "question": Value(""), "answer": Value(""), "reopened_reason": Value(""),
        },
        here.alias(luck=F("contract") % 3),
    )  # fmt: skip
    signed = SignOff.objects.filter(scorecard=OuterRef("pk")).order_by()
    here.update(
        signed=Subquery(signed.values("pk")[:1]),
        state=Case(
            When(Exists(signed.filter(seen_at__isnull=False)), then=Value(State.SEEN.value)),
            default=Value(State.SIGNED.value),
        ),
    )


_LINE_COLUMNS = ("quadrant", "proposed", "rag", "reason", "narrative", "decision", "decision_note")


def _bulk_line(quadrant):
    rag = Rag.NOT_TRACKED if quadrant == Quadrant.USER else Rag.GREEN
    decided = NOT_TRACKED[0] if rag == Rag.NOT_TRACKED else ("", "")
    return Line(
        quadrant=quadrant.value, proposed=rag.value, rag=rag.value, narrative=SAID[quadrant][rag],
        decision=decided[0], decision_note=decided[1],
    )  # fmt: skip
