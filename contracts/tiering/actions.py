"""How a tier is proposed, decided and sent back, and how the questionnaire changes; and by whom."""

from dataclasses import dataclass
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Max, Value, When
from django.utils import timezone

from accounts.models import Organisation
from common import locking
from common.bulk import write_history
from common.history import delete_with_history, save_with_history
from contracts import actions as contract_actions
from contracts.models import Contract
from contracts.tiering import rules
from contracts.tiering.models import Answer, Assessment, HardRule, Question, Questionnaire
from contracts.tiering.querysets import Rescored

NUMBERS = (
    "platinum_from", "gold_from", "silver_from",
    "platinum_months", "gold_months", "silver_months", "bronze_months",
)  # fmt: skip


class Refused(Exception):
    """Nothing was written; `str()` says why, in a sentence for the person who asked."""


class Overtaken(Refused):
    """Somebody else was first."""


class NewVersion(Refused):
    """Another version of the questionnaire was published after the questions were shown."""


class ReasonMissing(Refused):
    """Another tier than the rules give, without saying why."""


class ManagesIt(Refused):
    """Whoever manages a contract does not decide its tier."""


# --- Assessments ----------------------------------------------------------------------------------


def total_value(contract):
    """What the rules of the value look at: the value with the changes made so far, or else as awarded."""
    amount = contract.value if contract.current_value is None else contract.current_value
    return rules.Value(amount, contract.currency)


def judge(questionnaire, answers, contract):
    """The verdict on a contract today."""
    platinum = Organisation.current().platinum_tier
    return rules.judge(questionnaire.rulebook, answers, total_value(contract), platinum=platinum)


@transaction.atomic
def propose(*, contract, questionnaire, answers, by, seen=None, comment=""):
    """Put the tier that follows from the answers before the Procurement Unit.

    `answers` are {key of the question: 0 to 4}, one for each. `seen` is the id of the proposal that was
    waiting when the questions were shown; it is replaced by this one.
    """
    contract = _locked(contract)
    _replace_waiting(contract, seen=seen, by=by)
    return _write(contract, questionnaire, answers, by=by, comment=comment)


@transaction.atomic
def assess_and_decide(
    *, contract, questionnaire, answers, tier, by, today, seen=None, comment="", reason=""
):
    """Answer and decide in one go, as the Procurement Unit may."""
    assessment = propose(
        contract=contract, questionnaire=questionnaire, answers=answers, by=by, seen=seen,
        comment=comment,
    )  # fmt: skip
    return decide(assessment=assessment, tier=tier, by=by, today=today, reason=reason)


def _locked(contract):
    # Two people can press the button at once; the lock lets the second one see what the first did.
    # Always the contract first, so that nobody waits for somebody who waits for them.
    return Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)


def _replace_waiting(contract, *, seen, by):
    waiting = contract.tier_assessments.waiting().select_related("proposed_by").first()
    if (waiting.pk if waiting else None) != seen:
        if waiting is None:
            raise Overtaken("The proposal that was waiting has been decided or sent back meanwhile")
        raise Overtaken(
            f"While this page was open, {waiting.proposed_by or 'somebody'} proposed"
            f" {waiting.get_proposed_tier_display()}. Look at it first"
        )
    if waiting:
        waiting.state = Assessment.State.REPLACED
        save_with_history(waiting, by=by, reason="Replaced by another proposal")


def _write(contract, questionnaire, answers, *, by, comment):
    current = Questionnaire.objects.current()
    if current is None or current.pk != questionnaire.pk:
        raise NewVersion("A new version of the questionnaire was published: look at your answers")
    verdict = judge(current, answers, contract)
    if verdict.score is None:
        raise Refused("The score cannot be computed until every question is answered")
    value = total_value(contract)
    assessment = save_with_history(
        Assessment(
            contract=contract, questionnaire=current, value=value.amount, currency=value.currency,
            score=verdict.score, proposed_tier=verdict.tier, reasons="\n".join(verdict.reasons),
            comment=comment, proposed_by=by,
        ),
        by=by,
    )  # fmt: skip
    # No history of their own: answers are written once, with their assessment.
    Answer.objects.bulk_create(
        Answer(assessment=assessment, question=question, value=answers[question.key])
        for question in current.questions.all()
    )
    return assessment


@transaction.atomic
def decide(*, assessment, tier, by, today, reason=""):
    """Decide the tier of a contract, as proposed or, with a reason, another. Both are kept."""
    contract = _locked(assessment.contract)
    assessment = _still_waiting(assessment)
    if rules.manages(by.pk, contract.managers):
        raise ManagesIt(
            "You manage this contract: somebody else of the Procurement Unit decides its tier"
        )
    if tier != assessment.proposed_tier and not reason:
        raise ReasonMissing(
            f"Say why it is not {rules.name(assessment.proposed_tier)}, as the rules give"
        )
    told = reason or f"Assessed: {assessment.sentences[0]}"
    contract.tier_assessments.in_effect().update(in_effect=False)  # what it said stays as it is
    assessment.state = Assessment.State.DECIDED
    assessment.decided_tier, assessment.decided_by, assessment.decided_on = tier, by, today
    assessment.reason = reason
    assessment.next_due_on = rules.next_due(today, tier, assessment.questionnaire.months)
    assessment.due_on, assessment.in_effect = assessment.next_due_on, True
    save_with_history(assessment, by=by, reason=reason)
    contract_actions.change(
        contract=contract, by=by, version=contract.version, reason=told, tier=tier
    )
    return assessment


@transaction.atomic
def send_back(*, assessment, by, today, reason):
    """Ask for other answers: the proposal stays readable, and another can be made."""
    _locked(assessment.contract)
    assessment = _still_waiting(assessment)
    assessment.state = Assessment.State.SENT_BACK
    assessment.decided_by, assessment.decided_on, assessment.reason = by, today, reason
    return save_with_history(assessment, by=by, reason=reason)


def _still_waiting(assessment):
    current = Assessment.objects.select_for_update(of=("self",)).get(pk=assessment.pk)
    if current.is_waiting:
        return current
    who = current.decided_by or "somebody"
    done = {
        Assessment.State.DECIDED: f"{who} decided {current.get_decided_tier_display()}",
        Assessment.State.SENT_BACK: f"{who} sent it back",
    }.get(current.state, "it was replaced by another proposal")
    raise Overtaken(f"While this page was open, {done}")


@dataclass(frozen=True, slots=True)
class Standing:
    """A proposal in a bulk decision: `why_not` is empty when it can be decided as proposed."""

    assessment: Assessment
    why_not: str = ""


def standings(assessments, *, by):
    """How each of these proposals stands today: whether the rules still give what was proposed.

    A number of queries that does not grow; for as many as fit on a page.
    """
    proposals = list(
        assessments.select_related("contract", "questionnaire", "proposed_by")
        .prefetch_related("answers__question")
        .order_by("proposed_at", "pk")
    )
    current = Questionnaire.objects.current()
    platinum = Organisation.current().platinum_tier
    theirs = _managed_among([proposal.contract for proposal in proposals], by)
    return [
        Standing(proposal, _why_not(proposal, current, platinum=platinum, theirs=theirs))
        for proposal in proposals
    ]


def _managed_among(contracts, person):
    """The ids of those that this person manages; a query only where one has further deputies."""
    theirs = {c.pk for c in contracts if rules.manages(person.pk, (c.oco_id, c.deputy_id))}
    if deputised := [c.pk for c in contracts if c.has_further_deputies]:
        found = Contract.objects.filter(pk__in=deputised).managed_by(person)
        theirs.update(found.order_by().values_list("pk", flat=True))
    return theirs


def _why_not(proposal, current, *, platinum, theirs):
    contract = proposal.contract
    if not proposal.is_waiting:
        return "It has been decided or sent back meanwhile"
    if contract.pk in theirs:
        return "You manage this contract: somebody else decides its tier"
    if current is None or proposal.questionnaire_id != current.pk:
        return f"It was answered under {str(proposal.questionnaire).lower()}, which is no longer in use"
    verdict = rules.judge(
        current.rulebook, proposal.given, total_value(contract), platinum=platinum
    )
    if verdict.tier != proposal.proposed_tier:
        return f"The rules now give {rules.name(verdict.tier)}: the contract or the settings have changed"
    return ""


@transaction.atomic
def decide_as_proposed(*, assessments, by, today):
    """Decide several proposals with which the rules agree; (decided, left waiting with the reason why)."""
    ids = list(assessments.values_list("contract", flat=True))
    list(Contract.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    decided, left = [], []
    for standing in standings(assessments, by=by):
        if standing.why_not:
            left.append(standing)
            continue
        proposal = standing.assessment
        decided.append(decide(assessment=proposal, tier=proposal.proposed_tier, by=by, today=today))
    return decided, left


# --- The questionnaire ----------------------------------------------------------------------------


class NoDraft(Refused):
    """The draft, or what of it was to be changed, is gone meanwhile."""


def _locked_draft(draft, version=None):
    """The draft, for one person at a time; `locking.Conflict` unless it is as they saw it."""
    current = Questionnaire.objects.select_for_update().filter(pk=draft.pk, state="draft").first()
    if current is None:
        raise NoDraft("The draft has been published or discarded meanwhile")
    if version is not None:
        locking.check(current, version)
    return current


def _touch(draft):
    """Whoever looks at what would change must see that the draft is another."""
    # No history: what changed says so itself.
    Questionnaire.objects.filter(pk=draft.pk).update(version=F("version") + 1)


@transaction.atomic
def start_draft(*, by):
    """Copy the current version into a draft; the draft that is there already, if there is one."""
    if draft := Questionnaire.objects.draft():
        return draft
    current = Questionnaire.objects.current()
    number = (Questionnaire.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    columns = (*NUMBERS, "notes")
    draft = Questionnaire(
        number=number, started_by=by, **{name: getattr(current, name) for name in columns}
    )
    try:
        with transaction.atomic():
            save_with_history(draft, by=by, reason=f"Copied from version {current.number}")
    except IntegrityError:  # somebody else pressed the button at the same moment
        return Questionnaire.objects.draft()
    _copy_into(draft, current, by=by)
    return draft


def _copy_into(draft, current, *, by):
    reason = f"Copied from version {current.number}"
    copies = {}
    for question in current.questions.all():
        copies[question.pk] = _copy(question, questionnaire=draft)
    Question.objects.bulk_create(copies.values())
    HardRule.objects.bulk_create(
        _copy(rule, questionnaire=draft, question=copies.get(rule.question_id))
        for rule in current.hard_rules.all()
    )
    for model in (Question, HardRule):
        write_history(model.objects.filter(questionnaire=draft), by=by, reason=reason, kind="+")


def _copy(row, **changed):
    left_out = {"id", *changed}
    values = {f.name: getattr(row, f.name) for f in row._meta.fields if f.name not in left_out}
    return type(row)(**values, **changed)


@transaction.atomic
def discard_draft(*, draft, by):
    """Throw the draft away; nothing hangs on it."""
    draft = _locked_draft(draft)
    for rule in draft.hard_rules.all():
        delete_with_history(rule, by=by, reason="Draft discarded")
    for question in draft.questions.all():
        delete_with_history(question, by=by, reason="Draft discarded")
    delete_with_history(draft, by=by, reason="Draft discarded")


@transaction.atomic
def change_numbers(*, draft, by, version, numbers, weights, notes):
    """Cut-offs, months and notes of the draft, and {key of a question: weight}."""
    draft = _locked_draft(draft, version)
    wanted = {**numbers, "notes": notes}
    changed = [name for name, value in wanted.items() if getattr(draft, name) != value]
    reweighted = [
        question
        for question in draft.questions.all()
        if question.weight != weights.get(question.key, question.weight)
    ]
    if not changed and not reweighted:
        return draft
    for question in reweighted:
        question.weight = weights[question.key]
        save_with_history(question, by=by)
    for name in changed:
        setattr(draft, name, wanted[name])
    draft.version += 1
    return save_with_history(draft, by=by)


@transaction.atomic
def add_question(*, draft, by, **values):
    """A new question, last and without weight until weights are shared out again."""
    draft = _locked_draft(draft)
    last = draft.questions.aggregate(last=Max("place"))["last"]
    question = Question(
        questionnaire=draft, key=f"q-{uuid4().hex[:12]}", place=0 if last is None else last + 1, **values
    )  # fmt: skip
    save_with_history(question, by=by)
    _touch(draft)
    return question


@transaction.atomic
def change_row(*, row, by, changes):
    """Change a question or a rule of the draft; only what this person changed."""
    draft = _locked_draft(row.questionnaire)
    current = type(row).objects.select_for_update().filter(pk=row.pk).first()
    if current is None:
        raise NoDraft("Somebody has taken it out of the draft meanwhile")
    changed = [name for name, value in changes.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, changes[name])
    save_with_history(current, by=by)
    _touch(draft)
    return current


@transaction.atomic
def add_rule(*, draft, by, **values):
    draft = _locked_draft(draft)
    rule = save_with_history(HardRule(questionnaire=draft, **values), by=by)
    _touch(draft)
    return rule


@transaction.atomic
def remove_row(*, row, by):
    """Take a question, with the rules that ask for it, or a rule out of the draft."""
    draft = _locked_draft(row.questionnaire)
    if isinstance(row, Question):
        for rule in row.hard_rules.all():
            delete_with_history(rule, by=by, reason="Its question is no longer asked")
    delete_with_history(row, by=by)
    _touch(draft)


@transaction.atomic
def publish(*, draft, by, version, reason, reassess_by):
    """Put the draft in use. No contract moves: those that would are marked to be assessed again by a day.

    Gives the number of those marked. `version` is the draft that the person saw.
    """
    draft = _locked_draft(draft, version)
    if found := rules.problems(draft.rulebook):
        raise Refused("; ".join(sentence for _, sentence in found))
    for current in Questionnaire.objects.select_for_update().filter(state="current"):
        current.state = Questionnaire.State.RETIRED
        save_with_history(current, by=by, reason=f"Replaced by version {draft.number}")
    draft.state = Questionnaire.State.CURRENT
    draft.published_by, draft.published_at = by, timezone.now()
    draft.reason, draft.reassess_by = reason, reassess_by
    draft.version += 1
    save_with_history(draft, by=by, reason=reason)
    return _mark(draft, by=by)


def _mark(questionnaire, *, by):
    """Mark the assessments whose tier would be another by this version, and take older marks away.

    All of it in SQL, history too: a few statements, whatever the size of the register.
    """
    number, day = questionnaire.number, questionnaire.reassess_by
    rescored = Rescored(questionnaire, platinum=Organisation.current().platinum_tier)
    sooner = Case(When(next_due_on__gt=day, then=Value(day)), default=F("next_due_on"))
    for tier in rules.TIERS:
        Assessment.objects.filter(pk__in=rescored.assessments(now=tier)).update(
            marked_by=questionnaire, marked_tier=tier, due_on=sooner
        )
    marked = Assessment.objects.in_effect().filter(marked_by=questionnaire)
    for tier in rules.TIERS:
        _tell(
            marked.filter(marked_tier=tier), by, f"Version {number} would give {rules.name(tier)}"
        )
    stale = Assessment.objects.in_effect().exclude(marked_by=None).exclude(marked_by=questionnaire)
    stale.update(marked_tier="", due_on=F("next_due_on"))
    _tell(stale, by, f"Version {number} gives the tier that it was assessed as")
    stale.update(marked_by=None)
    return marked.count()


def _tell(assessments, by, reason):
    write_history(assessments, by=by, reason=reason, kind="~")
