"""What the fictional council and its suppliers have promised each other, and how they have kept it."""

import random
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import Case, DateField, F, Value, When
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from common.bulk import insert_select
from common.demo import moment
from contracts.models import Contract, Stage
from contracts.obligations import actions, rules
from contracts.obligations.demo_table import (
    AT_ONCE,
    BY_CATEGORY,
    CONDITIONS,
    EVIDENCE,
    GENERAL,
    GOLD,
    NOBODY,
    NONE_YET,
    REASONS,
)
from contracts.obligations.models import Dependency, Obligation, Occurrence
from contracts.obligations.rules import Kind, Party, Relief, Repeat, Status

SEED = 20261127
MONTHS_TOLD = 14
RARE = ("no_august", "waived")  # told wherever they fit


def build(register, today: date, by):
    """Obligations of these contracts ({title: contract}) with a year and more of what became of them."""
    luck = random.Random(SEED)  # noqa: S311 - invented figures, the same in every demo
    told = [
        promised
        for place, contract in enumerate(register.values())
        for promised in _promises_of(contract, place, today, by, luck)
    ]
    conditions = list(_conditions(register, today, by))
    obligations = [obligation for obligation, *_ in (*told, *conditions)]
    bulk_create_with_history(
        obligations, Obligation, batch_size=500, default_user=by,
        default_change_reason="Read out of the contract",
    )  # fmt: skip
    _depend(register, by)
    occurrences = [
        occurrence
        for obligation, story in told
        for occurrence in _occurrences_of(obligation, story, today, by, luck)
    ]
    occurrences += [_condition_met(*condition, today, by) for condition in conditions]
    _write(occurrences)
    _relieve(register, today)
    return obligations


def _write(occurrences):
    Occurrence.objects.bulk_create(occurrences, batch_size=1000)
    said = [occurrence for occurrence in occurrences if occurrence.said_at]
    Occurrence.history.bulk_history_create(said, batch_size=1000, update=True)


# --- What was promised ----------------------------------------------------------------------------


def _promises_of(contract, place, today, by, luck):
    """What suits the contract, each with its story: more of it the more closely the contract is managed."""
    if contract.stage not in (Stage.LIVE, Stage.EXIT) or contract.title in NONE_YET:
        return
    promises = [*GENERAL] if contract.tier in ("platinum", "gold", "silver") else []
    if contract.tier in ("platinum", "gold"):
        promises += GOLD
    if contract.tier != "bronze" or place % 3 == 0:
        promises += BY_CATEGORY.get(contract.category, ())
    for number, promise in enumerate(promises):
        # A story that were told everywhere would be no story.
        is_told = promise.story in RARE or (place + number) % 3 == 0
        story = promise.story if is_told else "good"
        yield _obligation(contract, promise, number, today, by, luck), story


def _obligation(contract, promise, number, today, by, luck):
    followed_from = max(
        contract.commences_on, today.replace(day=1) - relativedelta(months=MONTHS_TOLD)
    )
    first_due, last_day = _first_due(promise, followed_from, luck)
    people = [contract.oco, contract.oco, contract.deputy or contract.oco]
    nobody = contract.title in NOBODY and number % 3 == 1
    obligation = Obligation(
        contract=contract, number=promise.number, title=promise.title, clause=promise.clause,
        text=promise.text, party=str(promise.party), kind=str(promise.kind),
        responsible=None if nobody else people[number % 3],
        supplier_contact="Contract manager" if promise.party == Party.SUPPLIER else "",
        repeat=str(promise.repeat), every=promise.every, first_due=first_due, last_day=last_day,
        followed_from=followed_from, evidence_required=promise.evidence, consequence=promise.consequence,
    )  # fmt: skip
    obligation.made_to = _made_to(obligation, today)
    _told(obligation, contract.oco or by, followed_from, time(9, 20))
    return obligation


def _first_due(promise, followed_from, luck):
    """The first day that fits, spread over the year where it comes but once or four times in it."""
    if promise.repeat == Repeat.WEEKS:
        return followed_from + timedelta(days=7 - followed_from.weekday()), False
    spread = {Repeat.QUARTERS: 3, Repeat.YEARS: 12}.get(promise.repeat, 1)
    month = followed_from.replace(day=1) + relativedelta(months=1 + luck.randrange(spread))
    return month + relativedelta(day=promise.day), promise.day == 31


def _made_to(obligation, today):
    last = rules.runs_until(
        obligation.rule, contract_ends_on=obligation.contract.ends_on, ended_on=None,
        survives=False, today=today,
    )  # fmt: skip
    return min(rules.horizon(today), last) if last else rules.horizon(today)


def _conditions(register, today, by):
    for title, lines in CONDITIONS.items():
        contract = register[title]
        for number, what, party, days, clause, evidence, stands in lines:
            first_due = today + timedelta(days=days)
            condition = Obligation(
                contract=contract, number=number, title=what, clause=clause, party=str(party),
                kind=Kind.CONDITION.value, responsible=contract.oco, repeat=Repeat.ONCE.value,
                first_due=first_due, followed_from=first_due, evidence_required=evidence,
                consequence="The contract does not come into force",
                made_to=max(first_due, rules.horizon(today)),
            )  # fmt: skip
            _told(condition, contract.oco or by, today - timedelta(days=45), time(14, 5))
            yield condition, stands


def _depend(register, by):
    """What cannot do without which of ours, by the numbers in the table."""
    needs = {
        promise.title: promise.needs
        for promises in BY_CATEGORY.values() for promise in promises if promise.needs
    }  # fmt: skip
    found = list(Obligation.objects.filter(contract__in=[c.pk for c in register.values()]))
    by_number = {(o.contract_id, o.number): o for o in found}
    dependencies = [
        Dependency(
            obligation=obligation, on=by_number[obligation.contract_id, needs[obligation.title]]
        )
        for obligation in found
        if obligation.title in needs
    ]
    for dependency in dependencies:
        obligation = dependency.obligation
        _told(dependency, obligation.responsible or by, obligation.followed_from, time(9, 45))
    bulk_create_with_history(
        dependencies, Dependency, default_user=by, default_change_reason="Read out of the contract"
    )


# --- What became of it ----------------------------------------------------------------------------


def _occurrences_of(obligation, story, today, by, luck):
    days = obligation.rule.between(obligation.followed_from, obligation.made_to)
    past = [day for day in days if day < today]
    for number, day in enumerate(days):
        occurrence = Occurrence(obligation=obligation, due_on=day)
        if day < today:
            back = len(past) - number  # 1 is the latest that fell due
            _tell(occurrence, _outcome(story, back, day, obligation, luck), today, by, luck)
        yield occurrence


def _outcome(story, back, day, obligation, luck):
    """(status, days from the day it was due) of one that fell due `back` times ago."""
    in_time = (Status.MET, -luck.randrange(4))
    if obligation.contract.title == AT_ONCE and back == 1 and obligation.is_ours is False:
        return Status.PENDING, 0
    if story == "slack":
        return (Status.LATE, 2 + luck.randrange(8)) if back % 3 == 2 else in_time
    if story == "fading":
        if back == 1:
            return Status.PENDING, 0
        return (Status.LATE, 4 + luck.randrange(10)) if back <= 3 else in_time
    if story == "silent":
        return (Status.PENDING, 0) if back == 1 else in_time
    if story == "failed":
        return (Status.FAILED, 3) if back % 5 == 2 else in_time
    if story == "waived":
        return (Status.WAIVED, -2) if back in (4, 7) else in_time
    if story == "no_august" and day.month == 8:
        return Status.NOT_APPLICABLE, -5
    return in_time


def _tell(occurrence, outcome, today, by, luck):
    status, days = outcome
    if status == Status.PENDING:
        return
    obligation = occurrence.obligation
    on = min(occurrence.due_on + timedelta(days=days), today)
    if status in rules.DONE:
        occurrence.done_on = on
        status = rules.status_when_done(occurrence.due_on, on)
        occurrence.evidence = luck.choice(EVIDENCE) if obligation.evidence_required else ""
    else:
        occurrence.reason = REASONS.get(
            {Status.NOT_APPLICABLE: "no_august", Status.WAIVED: "waived"}.get(status, "failed"), ""
        )
    _say(occurrence, status, obligation.responsible or by, on)


def _say(occurrence, status, person, day, at=time(10, 25)):
    occurrence.status = str(status)
    occurrence.version = 2
    occurrence.said_by = person
    occurrence.said_at = _told(occurrence, person, day, at)


def _told(row, person, day, at):
    """Let simple-history say who wrote this row and when; never in the future."""
    moment = min(timezone.make_aware(datetime.combine(day, at)), timezone.now())
    row._history_user, row._history_date = person, moment
    return moment


def _condition_met(condition, stands, today, by):
    occurrence = Occurrence(obligation=condition, due_on=condition.first_due)
    if stands in ("met", "late"):
        late = stands == "late"
        occurrence.done_on = condition.first_due + timedelta(days=4 if late else -1)
        occurrence.evidence = "In the deed box" if condition.evidence_required else ""
        _say(
            occurrence, Status.LATE if late else Status.MET, condition.responsible or by,
            occurrence.done_on,
        )  # fmt: skip
    elif stands == "waived":
        occurrence.reason = "The pound is owned by the council after all"
        _say(occurrence, Status.WAIVED, condition.responsible or by, today - timedelta(days=31))
    return occurrence


# --- Relief ---------------------------------------------------------------------------------------


def _relieve(register, today):
    """Ours that were missed, as people would have recorded them: one offer is open, one was granted."""
    transport = register["Home to school transport for pupils with special needs"]
    waste = register["Household waste and recycling collection"]
    _miss(
        transport, today, back=1, why="The admissions team sent the list after the term had begun"
    )
    missed = _miss(waste, today, back=2, why="Two closures were made known on the day itself")
    for occurrence in missed.reliefs.exclude(status=Status.PENDING):
        actions.decide_relief(
            occurrence=occurrence, by=waste.oco, version=occurrence.version, granted=True,
            reason="Two rounds met closures that we had not told them of: agreed at the review",
        )  # fmt: skip
        _at(occurrence, moment(today, 5, hour=14, minute=40), "relief_at")


def _miss(contract, today, *, back, why):
    """One of ours is recorded as missed, and what depended on it failed too."""
    ours = Occurrence.objects.filter(
        obligation__contract=contract, obligation__number="A10", due_on__lt=today
    ).order_by("-due_on")[back - 1]
    dependent = Occurrence.objects.filter(
        obligation__dependencies__on=ours.obligation, due_on__gte=ours.due_on, due_on__lt=today
    ).order_by("due_on").first()  # fmt: skip
    people = {"by": contract.oco, "today": today}
    if dependent:
        actions.record(
            occurrence=dependent, version=dependent.version, status=Status.FAILED,
            reason="Could not be done without what we owed", **people,
        )  # fmt: skip
        _at(dependent, moment(today, 7, hour=10, minute=12), "said_at")
    missed = actions.record(
        occurrence=ours, version=ours.version, status=Status.FAILED, reason=why, **people
    )
    then = moment(today, 6, hour=11, minute=35)
    _at(missed, then, "said_at")
    for offered in missed.reliefs.all():
        _at(offered, then)
    return missed


def _at(occurrence, at, column=""):
    """What was done just now by an action, told of the day on which it is meant to have been done."""
    if column:
        Occurrence.objects.filter(pk=occurrence.pk).update(**{column: at})
    last = occurrence.history.order_by("history_id").last()
    occurrence.history.filter(history_id=last.history_id).update(history_date=at)


# --- A register of any size, for measuring --------------------------------------------------------

BULK = (("S1", "Monthly performance report", Party.SUPPLIER), ("S2", "Safety records", Party.SUPPLIER),
        ("A1", "Invoices paid", Party.AUTHORITY), ("A2", "Forecast of demand", Party.AUTHORITY))  # fmt: skip


def bulk_build(today: date):
    """Four monthly obligations for every tenth contract in force, with twelve months of occurrences each.

    Made by the database itself. No history: nobody typed these, and nobody will ask who did.
    """
    first = today.replace(day=1) - relativedelta(months=6)
    contracts = Contract.objects.in_force().annotate(tenth=F("pk") % 10).filter(tenth=0)
    for number, title, party in BULK:
        insert_select(
            Obligation,
            {
                "contract_id": F("pk"), "responsible_id": F("oco_id"), "number": Value(number),
                "title": Value(title), "party": Value(party.value), "kind": Value("obligation"),
                "repeat": Value("months"), "every": Value(1), "version": Value(1),
                "first_due": _day(first + timedelta(days=9)), "followed_from": _day(first),
                "made_to": _day(first + relativedelta(months=11, day=31)),
                "last_day": Value(False), "survives": Value(False),
                **dict.fromkeys(
                    ("clause", "text", "supplier_contact", "evidence_required", "consequence"),
                    Value(""),
                ),
            },
            contracts,
        )  # fmt: skip
    for month in rules.months_from(first):
        _bulk_month(month + timedelta(days=9), today)


def _bulk_month(due_on, today):
    """One occurrence of each obligation: of the past ones nine in ten were met, one in twenty is overdue."""
    obligations = Obligation.objects.annotate(luck=(F("pk") * 7 + due_on.month * 3) % 20)
    met = due_on < today
    fell = {
        "status": Case(
            When(luck=0, then=Value("pending")), When(luck=1, then=Value("failed")),
            default=Value("met"),
        ),
        "done_on": Case(
            When(luck__lte=1, then=Value(None, output_field=DateField())), default=_day(due_on)
        ),
        "reason": Case(When(luck=1, then=Value("No report came")), default=Value("")),
    }  # fmt: skip
    to_come = {"status": Value("pending"), "reason": Value("")}
    insert_select(
        Occurrence,
        {
            "obligation_id": F("pk"), "due_on": _day(due_on), "version": Value(1),
            "evidence": Value(""), "evidence_url": Value(""), "relief": Value(Relief.NONE.value),
            "relief_reason": Value(""), **(fell if met else to_come),
        },
        obligations,
    )  # fmt: skip


def _day(day):
    return Value(day, output_field=DateField())
