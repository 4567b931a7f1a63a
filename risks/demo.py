"""What may go wrong at the fictional council, what has gone wrong, and what is done about it."""

from datetime import timedelta
from decimal import Decimal

from common.demo import moment, save_as_of
from contracts.models import Stage
from risks.demo_table import COMMON, NOBODYS, PROPOSED, STORIES, STRATEGIC, SUPPLIER_RISK
from risks.models import (
    Category,
    ContingencyPlan,
    Matrix,
    Referral,
    RegisterReview,
    Risk,
    Scoring,
    Treatment,
)
from risks.rules import Cause, Kind, Proximity, Response, State

TIERS = ("platinum", "gold", "silver")
NOT_YET = 3  # every so many-th contract of these tiers has no register of risks yet


def build(register, today, by, *, colleague):
    """Risks of these contracts ({title: contract}), of a supplier and of the organisation. `colleague` puts one forward."""
    places = {category.name: category for category in Category.objects.all()}
    told = [_tell(story, register[story.contract], places, today) for story in STORIES]
    _propose(register, places, today, colleague)
    for place, contract in enumerate(register.values()):
        if (
            contract.stage in (Stage.LIVE, Stage.EXIT)
            and contract.tier in TIERS
            and place % NOT_YET
        ):
            _common(contract, place, places, today, by)
    _own(register, places, today, by)
    return told


def _day(today, days):
    return today + timedelta(days=days)


def _risk(
    places, today, scores, *, raised_by, category, review_in, inherent=None, target=None, **values
):
    """A row as people would have left it: with every score that it had."""
    matrix = Matrix.current()
    (first, *_), last = scores, scores[-1]
    risk = Risk(
        category=places[category], raised_by=raised_by, raised_on=_day(today, -first[0]),
        likelihood=last[1], impact=last[2], score=matrix.score(*last[1:]), scored_on=_day(today, -last[0]),
        review_on=_day(today, review_in), **values,
    )  # fmt: skip
    if len(scores) > 1:
        risk.score_before = matrix.score(*scores[-2][1:])
        risk.reviewed_on = risk.scored_on
    for prefix, levels in (("inherent", inherent), ("target", target)):
        if levels:
            setattr(risk, f"{prefix}_likelihood", levels[0])
            setattr(risk, f"{prefix}_impact", levels[1])
            setattr(risk, f"{prefix}_score", matrix.score(*levels))
    _save_through_its_past(risk, scores, matrix, today, raised_by)
    return risk


def _save_through_its_past(risk, scores, matrix, today, by):
    """The history of the row, one saving for each time that it was scored, and the scores themselves."""
    final = {
        name: getattr(risk, name) for name in ("kind", "happened_on", "score_before", "reviewed_on")
    }
    before = None
    for number, (days, likelihood, impact) in enumerate(scores):
        is_last = number == len(scores) - 1
        happens = is_last and final["kind"] == Kind.ISSUE
        if not happens and final["kind"] == Kind.ISSUE:
            risk.kind, risk.happened_on = Kind.RISK.value, None
        if is_last:
            for name, value in final.items():
                setattr(risk, name, value)
        risk.likelihood, risk.impact = likelihood, impact
        risk.score, risk.score_before = matrix.score(likelihood, impact), before
        cause = Cause.RAISED if not number else Cause.HAPPENED if happens else Cause.REVIEWED
        at = moment(today, days, hour=14, minute=5)
        risk.version = number + 1
        save_as_of(risk, at=at, by=by, reason="" if not number else cause.label)
        Scoring.objects.create(
            risk=risk, cause=cause.value, on=at.date(), at=at, by=by,
            likelihood=likelihood, impact=impact, score=risk.score,
        )  # fmt: skip
        before = risk.score


def _tell(story, contract, places, today):
    owner = contract.oco
    risk = _risk(
        places, today, story.scores, raised_by=owner, category=story.category, review_in=story.review_in,
        inherent=story.inherent, target=story.target, contract=contract, owner=owner, reference=story.reference,
        title=story.title, cause=story.cause, event=story.event, effect=story.effect, kind=str(story.kind),
        response=str(story.response), proximity=str(story.proximity), is_shared=story.shared,
        happened_on=None if story.happened is None else _day(today, -story.happened),
    )  # fmt: skip
    for what, due_in, cost, after, evidence in story.treatments:
        treatment = Treatment(
            risk=risk, title=what, owner=owner, due_on=_day(today, due_in), cost=cost and Decimal(cost),
            likelihood_after=after and after[0], impact_after=after and after[1], evidence=evidence,
        )  # fmt: skip
        if evidence:
            treatment.done_on, treatment.done_by = min(_day(today, due_in), today), owner
        save_as_of(treatment, at=moment(today, 150), by=owner)
    if story.contingency:
        trigger, remedy, tested, result, next_in = story.contingency
        plan = ContingencyPlan(
            risk=risk, trigger=trigger, remedy=remedy, owner=owner, test_result=result,
            tested_on=None if tested is None else _day(today, -tested),
            test_due_on=None if next_in is None else _day(today, next_in),
        )  # fmt: skip
        save_as_of(plan, at=moment(today, tested or 100), by=owner)
    _refer(risk, story, contract, today)
    return risk


def _refer(risk, story, contract, today):
    """Put before the SRO on the day that it first scored so high, and again when it rose after they had decided."""
    matrix = Matrix.current()
    high = [(days, matrix.score(*levels)) for days, *levels in story.scores]
    high = [(days, score) for days, score in high if matrix.goes_before_sro(score)]
    if not high or story.kind == Kind.OPPORTUNITY or contract.sro is None:
        return
    days, score = high[0] if story.answer else high[-1]
    referral = Referral(risk=risk, score=score, put_on=_day(today, -days))
    save_as_of(
        referral,
        at=moment(today, days, hour=14, minute=6),
        by=contract.oco,
        reason=f"It scores {score}",
    )
    if story.answer:
        ago, answer, words = story.answer
        referral.answer, referral.words = answer, words
        referral.answered_on, referral.answered_by = _day(today, -ago), contract.sro
        referral.version += 1
        save_as_of(referral, at=moment(today, ago, hour=17), by=contract.sro, reason=words)


def _propose(register, places, today, colleague):
    title, what, category, cause, event, effect = PROPOSED
    risk = Risk(
        contract=register[title], title=what, category=places[category], cause=cause, event=event, effect=effect,
        state=State.PROPOSED.value, raised_by=colleague, raised_on=_day(today, -4),
    )  # fmt: skip
    save_as_of(risk, at=moment(today, 4, hour=16), by=colleague)


def _common(contract, place, places, today, by):
    """What contracts share, a little different at each."""
    chosen = [
        COMMON[(place + step) % len(COMMON)]
        for step in range(2 if contract.tier == "silver" else 4)
    ]
    for number, (title, category, cause, event, effect, likelihood, impact, response) in enumerate(
        chosen
    ):
        if contract.risks.filter(title=title).exists():
            continue
        since = 90 + (place * 37 + number * 53) % 240
        moved = (place + number) % 4
        last = (since // 3, min(likelihood + (moved == 1), 5), max(impact - (moved == 2), 1))
        nobody = contract.title == NOBODYS and number == 0
        owner = None if nobody else contract.oco
        _risk(
            places, today, ((since, likelihood, impact), last), raised_by=contract.oco or by, category=category,
            review_in=20 + (place * 17 + number * 29) % 70 - (35 if (place + number) % 9 == 0 else 0),
            inherent=(min(likelihood + 1, 5), impact), target=(max(likelihood - 1, 1), impact), contract=contract,
            owner=owner, title=title, cause=cause, event=event, effect=effect, response=str(response),
            proximity=str(Proximity.YEAR), is_shared=(place + number) % 3 == 0,
        )  # fmt: skip
    if place % 4:
        on = _day(today, -30 - place % 50)
        review = RegisterReview(
            contract=contract, on=on, by=contract.oco, words="Gone through with the supplier"
        )
        save_as_of(review, at=moment(today, (today - on).days), by=contract.oco or by)


def _own(register, places, today, by):
    """Those that hang on no contract."""
    title, category, cause, event, effect, likelihood, impact = SUPPLIER_RISK
    supplier = register[STORIES[2].contract].supplier
    _risk(
        places, today, ((140, likelihood, impact), (50, likelihood, impact)), raised_by=by, category=category,
        review_in=40, inherent=(4, 4), target=(2, 4), supplier=supplier, owner=by, title=title, cause=cause,
        event=event, effect=effect, response=str(Response.TREAT), proximity=str(Proximity.YEAR),
    )  # fmt: skip
    for title, category, cause, event, effect, scores, target in STRATEGIC:
        _risk(
            places, today, scores, raised_by=by, category=category, review_in=12, target=target, owner=by,
            title=title, cause=cause, event=event, effect=effect, response=str(Response.TREAT),
            proximity=str(Proximity.LATER), inherent=(4, 5),
        )  # fmt: skip
