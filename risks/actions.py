"""How entries of the register change, and by whom: raised, taken on, scored, reviewed, treated, happened, closed."""

from collections import defaultdict

from django.db import transaction

from common import locking
from common.history import save_unless_taken, save_with_history
from contracts.models import Contract
from risks import rules
from risks.models import (
    Category,
    ContingencyPlan,
    Matrix,
    Referral,
    RegisterReview,
    Risk,
    RiskTemplate,
    Scoring,
    Treatment,
)
from risks.rules import Answer, Cause, Kind, Response, State

PREFIXES = ("", "inherent_", "target_")
NUMBER_TAKEN = "This contract has a risk with this number already"


class Refused(Exception):
    """Nothing was written; `str()` says why in a sentence."""


# --- Raising, taking on, changing -------------------------------------------------------------------


@transaction.atomic
def raise_risk(*, by, today, contract=None, supplier=None, accepted, reason="", words="", **values):
    """Enter something in the register: open when it is `accepted`, otherwise put forward for the owner to take on.

    `by` is None when a rule raises it, and `words` then say why.
    """
    if contract is not None:
        # Whoever ends the contract or moves it waits, and then finds this risk.
        Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    risk = Risk(contract=contract, supplier=supplier, raised_by=by, raised_on=today, **values)
    risk.state = (State.OPEN if accepted else State.PROPOSED).value
    matrix = Matrix.current()
    _work_out(risk, matrix)
    if risk.score is not None:
        risk.scored_on = today
    if accepted and risk.review_on is None:
        risk.review_on = matrix.review_on(risk.score, after=today)
    _save(risk, by=by, reason=reason)
    if risk.score is not None:
        _keep_score(risk, Cause.RAISED, by=by, today=today, words=words)
    _put_before_sro(risk, matrix, by=by, today=today)
    return risk


def _save(risk, *, by, reason=""):
    return save_unless_taken(risk, by=by, reason=reason, field="reference", sentence=NUMBER_TAKEN)


def _work_out(risk, matrix):
    """The scores, from how likely and how serious."""
    for prefix in PREFIXES:
        levels = (getattr(risk, f"{prefix}likelihood"), getattr(risk, f"{prefix}impact"))
        setattr(risk, f"{prefix}score", matrix.score(*levels))
    risk.matrix_version = matrix.version


def _at_last_review(risk):
    """What it scored when somebody last looked at it, by the matrix of today."""
    causes = [cause.value for cause in rules.LOOKED_AT]
    last = risk.scorings.filter(cause__in=causes).order_by("pk").last()
    return last and last.score


def _keep_score(risk, cause, *, by, today, words=""):
    return Scoring.objects.create(
        risk=risk, cause=cause.value, on=today, by=by, words=words,
        likelihood=risk.likelihood, impact=risk.impact, score=risk.score,
    )  # fmt: skip


def _put_before_sro(risk, matrix, *, by, today, before=None):
    """The SRO of a contract is asked about a score that is high, once, and again when it has risen since: above what was
    decided on, or above the line from below it, where it was `before`. What needs no decision any more is taken back."""
    concerned = risk.contract_id and risk.is_open and risk.kind != Kind.OPPORTUNITY
    last = risk.referrals.first()
    waits = last is not None and last.answered_on is None
    if not concerned or not matrix.goes_before_sro(risk.score):
        if waits:
            _take_back(last, by=by, today=today)
        return
    if waits:
        if risk.score != last.score:
            last.score = risk.score
            last.version += 1
            save_with_history(last, by=by, reason=f"It scores {risk.score} now")
        return
    settled = last is not None and last.answer != Answer.WITHDRAWN
    if settled and risk.score <= last.score and matrix.goes_before_sro(before):
        return
    save_with_history(
        Referral(risk=risk, score=risk.score, put_on=today), by=by, reason=f"It scores {risk.score}"
    )


def _take_back(referral, *, by, today):
    referral.answer, referral.answered_on = Answer.WITHDRAWN.value, today
    referral.version += 1
    save_with_history(referral, by=by, reason=Answer.WITHDRAWN.label)


def _locked(risk, version=None):
    """The risk as it is now; `locking.Conflict` when somebody has saved since the person saw it."""
    current = Risk.objects.select_for_update(of=("self",)).get(pk=risk.pk)
    if version is not None:
        locking.check(current, version)
    return current


def _moved(risk, **values):
    for name, value in values.items():
        setattr(risk, name, value)
    risk.version += 1


@transaction.atomic
def accept(*, risk, by, today, version, reason="", **values):
    """Take on what somebody has put forward: from now on it is watched. `values` are columns that are put right."""
    current = _locked(risk, version)
    if current.state != State.PROPOSED:
        raise Refused("It has been decided already")
    matrix = Matrix.current()
    was_scored, levels = current.score is not None, (current.likelihood, current.impact)
    _moved(current, state=State.OPEN.value, **values)
    _work_out(current, matrix)
    if current.score is None:
        raise Refused("Say how likely and how serious it is before you take it on")
    current.scored_on = current.scored_on or today
    current.review_on = current.review_on or matrix.review_on(current.score, after=today)
    _save(current, by=by, reason=reason or "Taken on")
    if (current.likelihood, current.impact) != levels:
        current.score_before = _at_last_review(current)
        current.save_without_historical_record()
        _keep_score(current, Cause.CHANGED if was_scored else Cause.RAISED, by=by, today=today)
    _put_before_sro(current, matrix, by=by, today=today)
    return current


@transaction.atomic
def decline(*, risk, by, today, version, reason):
    """Do not take on what somebody has put forward; it stays readable, with the reason."""
    current = _locked(risk, version)
    if current.state != State.PROPOSED:
        raise Refused("It has been decided already")
    _moved(current, state=State.DECLINED.value, closed_on=today, outcome=reason)
    return save_with_history(current, by=by, reason=reason)


@transaction.atomic
def change(*, risk, by, today, version, reason="", **values):
    """Change what stands in the register. Another likelihood or impact is a scoring of its own."""
    current = _locked(risk, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    before, score = (current.likelihood, current.impact), current.score
    _moved(current, **{name: values[name] for name in changed})
    matrix = Matrix.current()
    _rescored(current, matrix, before, Cause.CHANGED, by=by, today=today, words=reason)
    _save(current, by=by, reason=reason)
    _put_before_sro(current, matrix, by=by, today=today, before=score)
    return current


def _rescored(risk, matrix, before, cause, *, by, today, words=""):
    """Work the scores out anew; when likelihood or impact moved, keep what it was."""
    _work_out(risk, matrix)
    if (risk.likelihood, risk.impact) == before or risk.score is None:
        return
    risk.score_before, risk.scored_on = _at_last_review(risk), today
    _keep_score(risk, cause, by=by, today=today, words=words)


# --- Reviewing ------------------------------------------------------------------------------------


@transaction.atomic
def review(*, risk, by, on, version, likelihood, impact, review_on=None, words=""):
    """Look at it again. What it scores now is kept, also when it is the same; and it is looked at again at the day that
    is given, or at the one that the matrix says."""
    current = _locked(risk, version)
    if not current.is_open:
        raise Refused("Only what is open is reviewed")
    matrix = Matrix.current()
    before = current.score
    _moved(current, likelihood=likelihood, impact=impact, reviewed_on=on)
    _work_out(current, matrix)
    current.score_before, current.scored_on = _at_last_review(current), on
    current.review_on = review_on or matrix.review_on(current.score, after=on)
    _save(current, by=by, reason=words or "Reviewed")
    _keep_score(current, Cause.REVIEWED, by=by, today=on, words=words)
    _put_before_sro(current, matrix, by=by, today=on, before=before)
    return current


@transaction.atomic
def rescore(*, risk, today, likelihood, impact, words, by=None, cause=Cause.INDICATOR):
    """Score a running risk because something was measured, and have its owner look at it today.

    Without a person when a rule does it. Gives the risk, or None when it is over or scores so already.
    """
    current = _locked(risk)
    if current.is_over or (current.likelihood, current.impact) == (likelihood, impact):
        return None
    before, score = (current.likelihood, current.impact), current.score
    matrix = Matrix.current()
    _moved(current, likelihood=likelihood, impact=impact)
    _rescored(current, matrix, before, cause, by=by, today=today, words=words)
    if current.is_open:
        current.review_on = today
    save_with_history(current, by=by, reason=words)
    _put_before_sro(current, matrix, by=by, today=today, before=score)
    return current


@transaction.atomic
def bring_forward(*, risk, today, words, by=None):
    """Have its owner look at an open risk today, although it scores what it scored. Gives the risk, or None when that is
    so already."""
    current = _locked(risk)
    if not current.is_open or current.review_on <= today:
        return None
    _moved(current, review_on=today)
    return save_with_history(current, by=by, reason=words)


@transaction.atomic
def review_register(*, contract, by, on, words=""):
    """Somebody has gone through the whole register of a contract."""
    return save_with_history(RegisterReview(contract=contract, on=on, by=by, words=words), by=by)


# --- Happening, closing -----------------------------------------------------------------------------


@transaction.atomic
def becomes_issue(*, risk, by, today, version, happened_on, impact, words):
    """It has happened. The same entry is an issue from now on: certain, as serious as it turned out, with its past."""
    current = _locked(risk, version)
    if not current.is_open or current.kind != Kind.RISK:
        raise Refused("Only an open risk becomes an issue")
    matrix = Matrix.current()
    old = current.score
    _moved(
        current, kind=Kind.ISSUE.value, happened_on=happened_on,
        likelihood=rules.CERTAIN, impact=impact,
    )  # fmt: skip
    _work_out(current, matrix)
    current.score_before, current.scored_on = _at_last_review(current), today
    current.review_on = matrix.review_on(current.score, after=today)
    save_with_history(current, by=by, reason=words)
    _keep_score(current, Cause.HAPPENED, by=by, today=today, words=words)
    _put_before_sro(current, matrix, by=by, today=today, before=old)
    return current


@transaction.atomic
def close(*, risk, by, on, version, outcome):
    """It is over: it can no longer happen, was dealt with, or was taken."""
    current = _locked(risk, version)
    if not current.is_open:
        raise Refused("Only what is open is closed")
    _moved(current, state=State.CLOSED.value, closed_on=on, outcome=outcome)
    save_with_history(current, by=by, reason=outcome)
    _put_before_sro(current, Matrix.current(), by=by, today=on)
    return current


@transaction.atomic
def reopen(*, risk, by, today, version, reason):
    """It is not over after all, or is taken on after all: it is looked at today."""
    current = _locked(risk, version)
    if not current.is_over:
        raise Refused("It is not over")
    _moved(current, closed_on=None, outcome="", review_on=today)
    # What was never scored cannot be open.
    current.state = (State.OPEN if current.score is not None else State.PROPOSED).value
    save_with_history(current, by=by, reason=reason)
    _put_before_sro(current, Matrix.current(), by=by, today=today)
    return current


@transaction.atomic
def answer(*, referral, by, today, version, answer, words):
    """What the SRO says to a risk that was put before them. To do more about it brings its review forward."""
    # The risk first: whoever closes or scores it holds it while they take its referral back.
    risk = _locked(referral.risk)
    current = Referral.objects.select_for_update(of=("self",)).get(pk=referral.pk)
    if current.answer == Answer.WITHDRAWN:
        raise Refused("It needs no decision any more")
    if current.answered_on:
        raise Refused("It has been decided already")
    locking.check(current, version)
    current.answer, current.words = answer, words
    current.answered_on, current.answered_by = today, by
    current.version += 1
    save_with_history(current, by=by, reason=words)
    if answer == Answer.TREAT and risk.is_open:
        _moved(risk, response=Response.TREAT.value, review_on=today)
        save_with_history(risk, by=by, reason="The SRO asks to do more about it")
    return current


# --- Treatments -----------------------------------------------------------------------------------


@transaction.atomic
def add_treatment(*, risk, by, reason="", **values):
    if _locked(risk).is_over:
        raise Refused("Nothing is done any more about what is over")
    return save_with_history(Treatment(risk=risk, **values), by=by, reason=reason)


def _locked_treatment(treatment, version):
    current = Treatment.objects.select_for_update(of=("self",)).get(pk=treatment.pk)
    locking.check(current, version)
    return current


@transaction.atomic
def change_treatment(*, treatment, by, version, reason="", **values):
    current = _locked_treatment(treatment, version)
    if not current.is_to_do:
        raise Refused("It has been settled already")
    if any(getattr(current, name) != value for name, value in values.items()):
        _moved(current, **values)
        save_with_history(current, by=by, reason=reason)
    return current


@transaction.atomic
def finish_treatment(*, treatment, by, version, done_on, evidence="", evidence_url=""):
    """It was done, and this shows it. What it was meant to bring is for the next review to say."""
    current = _locked_treatment(treatment, version)
    if not current.is_to_do:
        raise Refused("It has been settled already")
    _moved(
        current, done_on=done_on, done_by=by, evidence=evidence, evidence_url=evidence_url
    )  # fmt: skip
    return save_with_history(current, by=by, reason="Done")


@transaction.atomic
def drop_treatment(*, treatment, by, today, version, reason):
    current = _locked_treatment(treatment, version)
    if not current.is_to_do:
        raise Refused("It has been settled already")
    _moved(current, dropped_on=today)
    return save_with_history(current, by=by, reason=reason)


# --- Contingency ----------------------------------------------------------------------------------


@transaction.atomic
def plan_contingency(*, risk, by, version, reason="", **values):
    """Write down what is done when it happens, or change it. `version` is 0 when the person saw no plan."""
    risk = _locked(risk)
    plan = ContingencyPlan.objects.filter(risk=risk).first()
    locking.check(plan or ContingencyPlan(version=0), version)
    plan = plan or ContingencyPlan(risk=risk, version=0)
    _moved(plan, **values)
    return save_with_history(plan, by=by, reason=reason)


@transaction.atomic
def record_test(*, plan, by, version, tested_on, test_result, test_due_on=None):
    current = ContingencyPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
    locking.check(current, version)
    _moved(current, tested_on=tested_on, test_result=test_result, test_due_on=test_due_on)
    return save_with_history(current, by=by, reason="Tested")


# --- Matrix, categories, library --------------------------------------------------------------------


@transaction.atomic
def set_matrix(*, by, version, reason, **values):
    """Change how risks are scored. All are scored anew by the task, some thousands at a time."""
    # There is one matrix, and before the first change there is no row that the second person could wait for.
    locking.take_turns(locking.RISK_MATRIX)
    current = Matrix.objects.select_for_update().order_by("pk").first() or Matrix(version=0)
    locking.check(current, version)
    _moved(current, **values)
    return save_with_history(current, by=by, reason=reason)


RESCORED_AT_ONCE = 2000


@transaction.atomic
def score_anew(*, most=RESCORED_AT_ONCE):
    """Score some of the risks that were scored by an earlier matrix; gives how many were. The rows' history does not
    tell it: what people said of them stayed the same, and the matrix tells its own."""
    matrix = Matrix.current()
    stale = Risk.objects.exclude(matrix_version=matrix.version).order_by("pk")
    rows = list(stale.select_for_update(of=("self",))[:most])
    past = defaultdict(list)
    for scoring in Scoring.objects.filter(risk__in=rows).order_by("pk"):
        scoring.score = matrix.score(scoring.likelihood, scoring.impact)
        past[scoring.risk_id].append(scoring)
    for risk in rows:
        _work_out(risk, matrix)
        # Before and after are of one matrix, or a risk that nobody touched would seem to have moved.
        looked_at = [s.score for s in past[risk.pk][:-1] if s.cause in rules.LOOKED_AT]
        risk.score_before = looked_at[-1] if looked_at else None
    Risk.objects.bulk_update(
        rows, ["score", "inherent_score", "target_score", "score_before", "matrix_version"], batch_size=500
    )  # fmt: skip
    Scoring.objects.bulk_update(
        [s for those in past.values() for s in those], ["score"], batch_size=500
    )
    return len(rows)


@transaction.atomic
def save_category(*, category, by, version, reason="", **values):
    """Add a category (one that has no id yet) or change it."""
    return _save_kept(Category, category, by=by, version=version, reason=reason, values=values,
                      field="name", sentence="There is a category with this name already")  # fmt: skip


@transaction.atomic
def save_template(*, template, by, version, reason="", **values):
    """Add a risk to the library (one that has no id yet) or change it; risks that came from it stay as they are."""
    return _save_kept(RiskTemplate, template, by=by, version=version, reason=reason, values=values,
                      field="title", sentence="The library has a risk with this title already")  # fmt: skip


def _save_kept(model, row, *, by, version, reason, values, field, sentence):
    if row.pk:
        row = model.objects.select_for_update(of=("self",)).get(pk=row.pk)
        locking.check(row, version)
        if all(getattr(row, name) == value for name, value in values.items()):
            return row
        row.version += 1
    for name, value in values.items():
        setattr(row, name, value)
    return save_unless_taken(row, by=by, reason=reason, field=field, sentence=sentence)


@transaction.atomic
def raise_many(*, by, today, contract, entries, accepted):
    """Enter several at once, as in a workshop or from the library: all or none."""
    return [
        raise_risk(contract=contract, by=by, today=today, accepted=accepted, **values)
        for values in entries
    ]
