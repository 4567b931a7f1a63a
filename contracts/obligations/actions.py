"""How obligations and what became of them change, and by whom; and how occurrences are made ahead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from common import locking
from common.bulk import insert_rows
from common.history import delete_with_history, save_unless_taken, save_with_history
from contracts.models import Contract
from contracts.obligations import misses, rules
from contracts.obligations.models import Dependency, Obligation, Occurrence
from contracts.obligations.rules import Party, Relief, Repeat, Status

BATCH = 1000
# So many obligations are made ahead while somebody waits; more are left to the next round of the task.
AT_ONCE = 500
RULE = ("repeat", "every", "first_due", "last_day", "until", "times", "followed_from", "survives")


class AlreadyEnded(Exception):
    """The obligation was ended before."""


class AlreadyRecorded(Exception):
    """What is due once has been recorded, so it is not due on another day."""


class Refused(Exception):
    """Nothing was written. `problems` are (field, sentence)."""

    def __init__(self, problems):
        super().__init__("; ".join(sentence for _, sentence in problems))
        self.problems = problems


class Overtaken(Exception):
    """Somebody else recorded some of the same occurrences; `occurrences` are as they stand now."""

    def __init__(self, occurrences):
        super().__init__()
        self.occurrences = occurrences


# --- Obligations ----------------------------------------------------------------------------------


@transaction.atomic
def add(*, contract, by, today, depends_on=(), reason="", **values):
    """Write an obligation down, and make what falls due within the next twelve months."""
    # Whoever ends the contract or moves its end waits, and then finds this obligation.
    Contract.objects.select_for_update().get(pk=contract.pk)
    obligation = Obligation(contract=contract, **values)
    _save(obligation, by=by, reason=reason)
    _depend(obligation, depends_on, by=by, reason=reason)
    _make(Obligation.objects.filter(pk=obligation.pk), today)
    _offer_for_what_failed(obligation, by=by)
    obligation.refresh_from_db(fields=["made_to"])
    return obligation


def _save(obligation, *, by, reason):
    return save_unless_taken(
        obligation, by=by, reason=reason,
        field="number", sentence="This contract has an obligation with this number already",
    )  # fmt: skip


@transaction.atomic
def change(*, obligation, by, today, version, depends_on=None, reason="", **values):
    """Change an obligation. A new rule replaces what is pending and not past; what was recorded stays.

    `version` is the one that the person saw; `locking.Conflict` if somebody has saved since.
    """
    # The lock keeps the task from making occurrences by the old rule meanwhile.
    current = Obligation.objects.select_for_update().get(pk=obligation.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    depends = depends_on is not None and _depends_otherwise(current, depends_on)
    if not changed and not depends:
        return current
    replaced = bool(set(changed) & set(RULE))
    if (
        "first_due" in changed
        and current.repeat == values.get("repeat", Repeat.ONCE) == Repeat.ONCE
    ):
        _refuse_if_recorded(current)
    if replaced:
        # By the rule as it was; a date that stands alone is moved, also when it has passed.
        _unmake(current, today, moved=current.repeat == Repeat.ONCE)
    for name in changed:
        setattr(current, name, values[name])
    if replaced:
        _unmake_before(current)
        current.made_to = _made_before(current, today, asked_for_past="followed_from" in changed)
    current.version += 1
    _save(current, by=by, reason=reason)
    if depends:
        _depend(current, depends_on, by=by, reason=reason)
    _make(Obligation.objects.filter(pk=current.pk), today)
    _offer_for_what_failed(current, by=by)
    return current


def _refuse_if_recorded(obligation):
    if obligation.occurrences.exclude(status=Status.PENDING).exists():
        raise AlreadyRecorded


def _made_before(obligation, today, *, asked_for_past):
    """The day up to which nothing is to be made: a new rule asks for nothing that is past."""
    if obligation.repeat == Repeat.ONCE or asked_for_past:
        return None
    return today - timedelta(days=1)


def _unmake(obligation, today, *, moved):
    """Take away what nobody has said anything about. No history: nobody answers for a date to come."""
    gone = obligation.occurrences.untouched()
    if not moved:
        gone = gone.filter(due_on__gte=today)
    gone._raw_delete(gone.db)


def _unmake_before(obligation):
    early = obligation.occurrences.untouched().filter(due_on__lt=obligation.followed_from)
    early = early.filter(relief=Relief.NONE)
    if obligation.repeat != Repeat.ONCE:
        early._raw_delete(early.db)


def _depends_otherwise(obligation, depends_on):
    now = set(obligation.dependencies.values_list("on", flat=True))
    return now != {other.pk for other in depends_on}


def _depend(obligation, depends_on, *, by, reason):
    kept = {dependency.on_id: dependency for dependency in obligation.dependencies.all()}
    for other in depends_on:
        if other.pk not in kept:
            save_with_history(Dependency(obligation=obligation, on=other), by=by, reason=reason)
    wanted = {other.pk for other in depends_on}
    for pk, dependency in kept.items():
        if pk not in wanted:
            delete_with_history(dependency, by=by, reason=reason)


@transaction.atomic
def end(*, obligation, by, on, reason):
    """From the day after this one nothing falls due any more; what was recorded stays."""
    current = Obligation.objects.select_for_update().get(pk=obligation.pk)
    if current.ended_on:
        raise AlreadyEnded
    current.ended_on = on
    current.version += 1
    save_with_history(current, by=by, reason=reason)
    gone = current.occurrences.untouched().filter(due_on__gt=on)
    gone._raw_delete(gone.db)
    return current


# --- What became of an occurrence -----------------------------------------------------------------


@transaction.atomic
def record(
    *, occurrence, by, today, version, status,
    done_on=None, evidence="", evidence_url="", reason="",
):  # fmt: skip
    """Say what became of an occurrence, or correct what was said; the history keeps both.

    Whether something was done in time follows from the day. `locking.Conflict` if somebody has
    recorded it since the person saw it.
    """
    current = _lock(occurrence)
    locking.check(current, version)
    said = rules.record_problems(
        status=status, done_on=done_on, reason=reason, evidence=evidence or evidence_url,
        evidence_required=current.obligation.evidence_required,
        is_correction=current.said_at is not None, today=today,
    )  # fmt: skip
    if said:
        raise Refused(said)
    _say(
        current, status, by=by, reason=reason,
        done_on=done_on, evidence=evidence, evidence_url=evidence_url,
    )  # fmt: skip
    _settle_relief([current], by=by)
    return current


@dataclass(frozen=True, slots=True)
class Done:
    """One line of the page on which several are recorded at once. `version` is the one the person saw."""

    occurrence_id: int
    version: int
    done_on: date
    evidence: str = ""


@transaction.atomic
def record_done(*, entries: Sequence[Done], by, today) -> list[Occurrence]:
    """Record several as done: all of them or, if one cannot be, none."""
    current = _locked([entry.occurrence_id for entry in entries])
    overtaken, found = [], []
    if len(current) < len(entries):  # a new rule has taken some of them away
        raise Overtaken([])
    for entry in entries:
        occurrence = current[entry.occurrence_id]
        if occurrence.version != entry.version or not occurrence.is_pending:
            overtaken.append(occurrence)
        found += rules.record_problems(
            status=Status.MET, done_on=entry.done_on, reason="", evidence=entry.evidence,
            evidence_required=occurrence.obligation.evidence_required,
            is_correction=False, today=today,
        )  # fmt: skip
    if overtaken:
        raise Overtaken(overtaken)
    if found:
        raise Refused(found)
    for entry in entries:
        occurrence = current[entry.occurrence_id]
        _say(occurrence, Status.MET, by=by, done_on=entry.done_on, evidence=entry.evidence)
    _settle_relief(list(current.values()), by=by)
    return list(current.values())


def _lock(occurrence):
    # Two people can press the button at once; the lock lets the second one see it.
    rows = Occurrence.objects.select_for_update(of=("self",)).select_related("obligation")
    return rows.get(pk=occurrence.pk)


def _locked(ids):
    # In one order everywhere, so that two who record the same ones wait for each other, not forever.
    rows = Occurrence.objects.select_for_update(of=("self",)).order_by("pk").filter(pk__in=ids)
    return {row.pk: row for row in rows.select_related("obligation")}


def _say(occurrence, status, *, by, reason="", done_on=None, evidence="", evidence_url=""):
    done = status in rules.DONE
    occurrence.status = (
        rules.status_when_done(occurrence.due_on, done_on) if done else Status(status)
    )
    occurrence.done_on = done_on if done else None
    occurrence.evidence, occurrence.evidence_url = evidence, evidence_url
    # Why something was not done is kept with it; why a record was corrected is a matter of history.
    occurrence.reason = reason if status in rules.NEED_A_REASON else ""
    # What was taken back is as if nobody had said anything; the history knows who did.
    taken_back = status == Status.PENDING
    occurrence.said_by, occurrence.said_at = (None, None) if taken_back else (by, timezone.now())
    occurrence.version += 1
    save_with_history(occurrence, by=by, reason=reason)


# --- Relief ---------------------------------------------------------------------------------------


class NothingToDecide(Exception):
    """No relief has been offered, or the offer has been taken back."""


@transaction.atomic
def decide_relief(*, occurrence, by, version, granted, reason):
    """Excuse the supplier because we did not do our part, or refuse to; a later decision replaces it."""
    current = _lock(occurrence)
    locking.check(current, version)
    if not current.relief:
        raise NothingToDecide
    current.relief = Relief.GRANTED if granted else Relief.REFUSED
    current.relief_reason = reason
    current.relief_by, current.relief_at = by, timezone.now()
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


def _settle_relief(occurrences, *, by):
    """After ours were recorded: offer relief for those that were missed, take offers back for the others."""
    ours = [o for o in occurrences if o.obligation.party == Party.AUTHORITY]
    for occurrence in ours:
        if rules.gives_cause(occurrence.status):
            _offer(occurrence, by=by)
        else:
            _withdraw(occurrence, by=by)
    if ours:
        misses.tell(ours, by)


def _offer(missed, *, by, dependents=None):
    """Offer relief on what the missed one touches: a person decides. Nobody is relieved of what was met."""
    following = missed.obligation.occurrences.filter(due_on__gt=missed.due_on).order_by("due_on")
    next_on = following.values_list("due_on", flat=True).first()
    candidates = (
        Occurrence.objects.select_for_update(of=("self",))
        .filter(obligation__dependencies__on=missed.obligation_id, due_on__gte=missed.due_on)
        .select_related("obligation")
        .order_by("pk")
    )
    if dependents is not None:
        candidates = candidates.filter(obligation__in=dependents)
    if next_on:
        candidates = candidates.filter(due_on__lt=next_on)
    by_obligation = {}
    for candidate in candidates:
        by_obligation.setdefault(candidate.obligation_id, []).append(candidate)
    reason = (
        f"Our obligation {missed.obligation.number}, due {rules.in_words(missed.due_on)},"
        f" {'was late' if missed.status == Status.LATE else 'failed'}"
    )
    for touched in by_obligation.values():
        days = rules.affected(missed.due_on, next_on, [o.due_on for o in touched])
        for occurrence in touched:
            open_to_it = not occurrence.relief and rules.may_be_relieved(occurrence.status)
            if occurrence.due_on in days and open_to_it:
                occurrence.relief, occurrence.relief_from = Relief.OFFERED, missed
                occurrence.version += 1
                save_with_history(occurrence, by=by, reason=reason)


def _withdraw(mended, *, by):
    """Ours was not missed after all. What was granted stays until somebody decides otherwise, and an offer
    stands where another of ours was missed as well."""
    offered = mended.reliefs.select_for_update(of=("self",)).order_by("pk").awaiting_relief()
    reason = f"Our obligation {mended.obligation.number}, due {rules.in_words(mended.due_on)}, was not missed"
    touched = {}
    for occurrence in offered.select_related("obligation"):
        occurrence.relief, occurrence.relief_from = Relief.NONE, None
        occurrence.version += 1
        save_with_history(occurrence, by=by, reason=reason)
        touched[occurrence.obligation_id] = occurrence.obligation
    for obligation in touched.values():
        _offer_for_what_failed(obligation, by=by)


def _offer_for_what_failed(obligation, *, by):
    """A dependency that is written down later counts for what was missed before."""
    missed = Occurrence.objects.filter(
        obligation__dependents__obligation=obligation, status__in=[Status.FAILED, Status.LATE]
    ).select_related("obligation")
    for occurrence in missed.order_by("due_on"):
        _offer(occurrence, by=by, dependents=[obligation.pk])


# --- Making ahead ---------------------------------------------------------------------------------


def make_ahead(*, today):
    """Make every occurrence that falls due within the next twelve months and is not there yet.

    Safe to repeat and to run twice at once: how far an obligation was made is written in the same
    transaction, and one occurrence of a day is all that the database takes. Gives the number of obligations
    that were gone through.
    """
    done, after = 0, 0
    while ids := _next_batch(today, after):
        done += _make(Obligation.objects.filter(pk__in=ids), today)
        after = ids[-1]
    return done


def _next_batch(today, after):
    waiting = (
        Obligation.objects.going_on(today)
        .filter(_to_be_made(today), pk__gt=after)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return list(waiting[:BATCH])


def _to_be_made(today):
    return Q(made_to=None) | Q(made_to__lt=rules.horizon(today))


@transaction.atomic
def _make(obligations, today):
    """Make what is missing of these. Who changes one of them waits, and so does another worker."""
    locked = obligations.select_for_update(
        of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
    )
    ids = list(locked.order_by("pk").values_list("pk", flat=True))
    # Read once the locks are held: whoever ended a contract or changed a rule before has been heard.
    current = list(
        Obligation.objects.going_on(today)
        .filter(_to_be_made(today), pk__in=ids)
        .select_related("contract")
        .only("made_to", "ended_on", "contract__ends_on", *RULE)
        .order_by("pk")
    )
    horizon = rules.horizon(today)
    due, moved = [], []
    for obligation in current:
        start, end = _span(obligation, today, horizon)
        days = obligation.rule.between(start, end) if start <= end else ()
        due += [(obligation.pk, day) for day in days]
        if obligation.made_to is None or obligation.made_to < end:
            obligation.made_to = end
            moved.append(obligation)
    _insert(due)
    _keep_made_to(moved, horizon)
    return len(current)


def _insert(due):
    """Occurrences of these (obligation, day), as far as they are not there. Whoever inserts holds the locks
    of their obligations, so that nobody else can insert the same meanwhile."""
    if not due:
        return
    days = [day for _, day in due]
    there = Occurrence.objects.filter(
        obligation__in={pk for pk, _ in due}, due_on__range=(min(days), max(days))
    )
    known = set(there.order_by().values_list("obligation", "due_on"))
    # No history: that something falls due follows from the rule, and the rule has a history.
    insert_rows(
        Occurrence,
        ("obligation_id", "due_on", *_BLANK),
        [(pk, day.isoformat(), *_BLANK.values()) for pk, day in due if (pk, day) not in known],
    )


# What nobody has said anything about.
_BLANK = {
    "status": Status.PENDING.value, "evidence": "", "evidence_url": "", "reason": "",
    "relief": Relief.NONE.value, "relief_reason": "", "version": 1,
}  # fmt: skip


def _keep_made_to(obligations, horizon):
    """Most have been made up to the horizon: one plain statement, which costs a tenth of a bulk update."""
    at_horizon = [obligation.pk for obligation in obligations if obligation.made_to == horizon]
    Obligation.objects.filter(pk__in=at_horizon).update(made_to=horizon)
    others = [obligation for obligation in obligations if obligation.made_to != horizon]
    Obligation.objects.bulk_update(others, ["made_to"], batch_size=BATCH)


def _span(obligation, today, horizon):
    """The first and the last day for which occurrences are still to be made."""
    if obligation.repeat == Repeat.ONCE:
        start = obligation.first_due  # asked for, however long ago, and however far off
        end = max(horizon, obligation.first_due)
    else:
        start, end = max(obligation.first_due, obligation.followed_from), horizon
    last = rules.runs_until(
        obligation.rule, contract_ends_on=obligation.contract.ends_on, ended_on=obligation.ended_on,
        survives=obligation.survives, today=today,
    )  # fmt: skip
    if last is not None:
        end = min(end, last)
    if obligation.made_to is not None:
        start = max(start, obligation.made_to + timedelta(days=1))
    return start, end


def follow_contracts(contracts, *, today):
    """The stage or the end of these contracts was written: what lies after the end goes, what a later end
    makes room for comes. A few statements, however many contracts they are; the task makes the rest."""
    theirs = Obligation.objects.filter(contract__in=contracts.order_by().values("pk"))
    # Locked first: whoever is changing one of them makes what it needs before, or waits.
    ids = list(theirs.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    if not ids:
        return
    gone = Occurrence.objects.filter(obligation__in=theirs.order_by().values("pk"))
    gone = gone.untouched().after_the_end(today)
    doomed = Occurrence.objects.filter(pk__in=gone.order_by().values("pk"))
    doomed._raw_delete(doomed.db)
    # From today on, not from the beginning: nothing that is past is asked for again.
    again = theirs.active().filter(made_to__gte=today)
    again.exclude(repeat=Repeat.ONCE).update(made_to=today - timedelta(days=1))
    again.filter(repeat=Repeat.ONCE).update(made_to=None)
    if len(ids) <= AT_ONCE:
        _make(Obligation.objects.filter(pk__in=ids), today)
