"""How scorecards and feedback change, and by whom."""

from django.db import transaction
from django.utils import timezone

from common import locking
from common.history import delete_with_history, save_unless_taken, save_with_history
from performance.scorecards import measures, rules
from performance.scorecards.models import Feedback, Line, Scorecard, SignOff
from performance.scorecards.querysets import DELIVERED, began_on
from performance.scorecards.rules import Kind, Quadrant, Rag, State

TAKEN = "There is a scorecard for this quarter already"


class NotNow(Exception):
    """The scorecard is no longer in the state in which this can be done: somebody was faster."""


class NotTheirs(Exception):
    """This is for somebody else: the owner signs off, the SRO sees."""


class Refused(Exception):
    """`problems` says in sentences, or as (field, sentence), what is wrong."""

    def __init__(self, problems):
        super().__init__(str(problems))
        self.problems = problems


def owed(contract, today):
    """The quarter for which this contract owes its next scorecard, or None."""
    if contract.is_spot or contract.stage not in DELIVERED:
        return None
    latest = contract.scorecards.signed_off().order_by("-quarter_start").first()
    quarter = rules.owed(
        contract.tier, last=latest and latest.quarter_start,
        began=began_on(contract.commences_on, contract.created_at), today=today,
    )  # fmt: skip
    ends_before = quarter and contract.ends_on and contract.ends_on < quarter.start
    return None if ends_before else quarter


# --- Scorecards -----------------------------------------------------------------------------------


@transaction.atomic
def start(*, contract, by, quarter, today):
    """Begin the scorecard of a quarter. What was decided on a quadrant that was not tracked is carried over."""
    if not rules.may_start(quarter, began=contract.commences_on, today=today):
        raise Refused([("quarter", "Choose one of the quarters offered")])
    scorecard = save_unless_taken(
        Scorecard(contract=contract, quarter_start=quarter.start),
        by=by, field="quarter", sentence=TAKEN,
    )  # fmt: skip
    before = Scorecard.objects.before(scorecard)
    carried = {line.quadrant: line for line in before.lines.all()} if before else {}
    proposed = measures.proposals(measures.ask(contract, quarter))
    for quadrant in Quadrant:
        line = Line(scorecard=scorecard, quadrant=quadrant.value, proposed=proposed[quadrant])
        earlier = carried.get(quadrant)
        if earlier and earlier.rag == Rag.NOT_TRACKED:
            line.decision, line.decision_note = earlier.decision, earlier.decision_note
        save_with_history(line, by=by)
    return scorecard


def _lock(scorecard):
    # Two people can press the button at once; the lock lets the second one see it.
    rows = Scorecard.objects.select_for_update(of=("self",)).select_related("contract", "signed")
    return rows.get(pk=scorecard.pk)


def _lock_as_seen(scorecard, version):
    current = _lock(scorecard)
    locking.check(current, version)
    return current


def _moved(scorecard):
    """Whoever signs off what they read must be told that it has changed. No history: the rows that changed
    have theirs."""
    scorecard.version += 1
    Scorecard.objects.filter(pk=scorecard.pk).update(version=scorecard.version)


@transaction.atomic
def fill(*, scorecard, by, lines):
    """Save what is said of the quadrants: `lines` is {quadrant: (version that the person saw, values)}.

    All of them or, if somebody else has saved one meanwhile, none: `locking.Conflict`. Gives those that changed.
    """
    current = _lock(scorecard)
    if not current.is_draft:
        raise NotNow
    kept = {line.quadrant: line for line in current.lines.select_for_update()}
    proposed = measures.proposals(measures.ask(current.contract, current.quarter))
    changed = []
    for quadrant, (version, values) in lines.items():
        line = kept[quadrant]
        said = _settled(values)
        if all(getattr(line, name) == value for name, value in said.items()):
            continue
        locking.check(line, version)
        for name, value in said.items():
            setattr(line, name, value)
        line.proposed = proposed[quadrant].value
        line.version += 1
        changed.append(save_with_history(line, by=by))
    if changed:
        _moved(current)
    return changed


def _settled(values):
    """A decision belongs to a quadrant that is not tracked; a reason to a word that was chosen."""
    said = dict(values)
    if said["rag"] not in ("", Rag.NOT_TRACKED):
        said |= {"decision": "", "decision_note": ""}
    return said


@transaction.atomic
def sign_off(*, scorecard, by, version, today):
    """The owner answers for it: what is measured and what was decided is frozen.

    `Refused` with sentences when something is lacking; a proposal that has changed since wants its reason too.
    """
    current = _lock_as_seen(scorecard, version)
    if not current.is_draft:
        raise NotNow
    # The owner, and the deputies who stand in.
    if by.pk not in current.contract.managers:
        raise NotTheirs
    measured = measures.ask(current.contract, current.quarter)
    proposed = measures.proposals(measured)
    lines = list(current.lines.select_for_update())
    for line in lines:
        line.proposed = proposed[line.quadrant].value
    lacking = signing_problems(current, lines, today)
    if lacking:
        raise Refused(lacking)
    # No history: what was proposed at the end is kept with the sign-off.
    Line.objects.bulk_update(lines, ["proposed"])
    signed = SignOff(
        scorecard=current, by=by, at=timezone.now(), frozen=_frozen(lines, measured)
    )  # fmt: skip
    save_with_history(signed, by=by)
    return _now(current, State.SIGNED, by=by, signed=signed)


def signing_problems(scorecard, lines, today):
    return rules.signing_problems(
        [line.plain for line in lines], quarter=scorecard.quarter,
        contract_has_ended=scorecard.contract.stage == "ended", today=today,
    )  # fmt: skip


def _frozen(lines, measured):
    said = ("rag", "proposed", "reason", "narrative", "decision", "decision_note")
    return {
        "lines": {line.quadrant: {name: getattr(line, name) for name in said} for line in lines},
        "measures": [one.as_json() for one in measured],
    }


def _now(scorecard, state, *, by, signed, reason=""):
    scorecard.state, scorecard.signed = state.value, signed
    scorecard.version += 1
    return save_with_history(scorecard, by=by, reason=reason)


@transaction.atomic
def see(*, scorecard, by, version, question=""):
    """The SRO has seen it, and may ask something."""
    current = _lock_as_seen(scorecard, version)
    if current.state != State.SIGNED:
        raise NotNow
    signed = current.signed
    if not rules.may_see(sro=current.contract.sro_id, signed_by=signed.by_id, person=by.pk):
        raise NotTheirs
    signed.seen_by, signed.seen_at, signed.question = by, timezone.now(), question
    save_with_history(signed, by=by)
    return _now(current, State.SEEN, by=by, signed=signed)


@transaction.atomic
def answer(*, scorecard, by, version, words):
    """What the owner answers to the SRO's question."""
    current = _lock_as_seen(scorecard, version)
    signed = current.signed
    if signed is None or not signed.awaits_answer:
        raise NotNow
    signed.answer, signed.answered_by, signed.answered_at = words, by, timezone.now()
    save_with_history(signed, by=by)
    _moved(current)
    return current


@transaction.atomic
def reopen(*, scorecard, by, version, reason):
    """Take a sign-off back, to put something right. It stays, with the reason, and what it froze."""
    current = _lock_as_seen(scorecard, version)
    if current.is_draft:
        raise NotNow
    signed = current.signed
    signed.reopened_by, signed.reopened_at, signed.reopened_reason = by, timezone.now(), reason
    save_with_history(signed, by=by, reason=reason)
    return _now(current, State.DRAFT, by=by, signed=None, reason=reason)


@transaction.atomic
def discard(*, scorecard, by, version, reason):
    """Take away a draft that was begun by mistake. What was ever signed off stays."""
    current = _lock_as_seen(scorecard, version)
    if not current.is_draft or current.sign_offs.exists():
        raise NotNow
    for line in current.lines.all():
        delete_with_history(line, by=by, reason=reason)
    delete_with_history(current, by=by, reason=reason)


# --- Feedback -------------------------------------------------------------------------------------


@transaction.atomic
def add_feedback(*, contract, by, today, **values):
    _refuse(rules.feedback_problems(values, today=today))
    return save_with_history(Feedback(contract=contract, recorded_by=by, **values), by=by)


@transaction.atomic
def change_feedback(*, feedback, by, today, version, reason="", **values):
    """Correct what was recorded; `locking.Conflict` if somebody has saved since the person saw it."""
    current = Feedback.objects.select_for_update().get(pk=feedback.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    problems = rules.feedback_problems(values, today=today)
    if current.resolved_on:
        problems += _problems_of_resolved(current, values)
    _refuse(problems)
    for name in changed:
        setattr(current, name, values[name])
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


def _problems_of_resolved(feedback, values):
    if values["kind"] != Kind.COMPLAINT:
        return [("kind", "This complaint has been resolved, so it stays a complaint")]
    if values["received_on"] and values["received_on"] > feedback.resolved_on:
        return [("received_on", "It cannot be received after it was resolved")]
    return []


@transaction.atomic
def resolve(*, feedback, by, today, version, resolved_on, outcome):
    """Say how a complaint ended, or correct that."""
    current = Feedback.objects.select_for_update().get(pk=feedback.pk)
    locking.check(current, version)
    if not current.is_complaint:
        raise NotNow
    _refuse(
        rules.resolving_problems(
            resolved_on=resolved_on, received_on=current.received_on, outcome=outcome, today=today
        )
    )
    current.resolved_on, current.outcome = resolved_on, outcome
    current.version += 1
    return save_with_history(current, by=by)


def _refuse(problems):
    if problems:
        raise Refused(problems)
