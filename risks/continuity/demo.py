"""How the services of the fictional council go on, and what shows that rules are kept."""

from datetime import timedelta

from common.demo import moment, save_as_of
from contracts.documents.models import Document
from contracts.models import Contract, Stage
from risks.continuity import rules
from risks.continuity.demo_table import CHECKS, PLANS
from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from risks.models import Risk

TIERS = ("platinum", "gold", "silver")
NOT_YET = 4  # every so many-th contract of these tiers has neither plan nor proof yet


def build(register, today, by, *, suppliers):
    """Plans and requirements of these contracts ({title: contract}) and suppliers ({key: supplier})."""
    subjects = {key: {"supplier": supplier} for key, supplier in suppliers.items()}
    subjects |= {title: {"contract": contract} for title, contract in register.items()}
    for story in PLANS:
        _plan(story, subjects[story.of], today, by)
    for story in CHECKS:
        _check(story, subjects[story.of], today, by)
    told = {story.of for story in (*PLANS, *CHECKS)}
    for place, contract in enumerate(register.values()):
        is_watched = contract.tier in TIERS and contract.stage in (Stage.LIVE, Stage.EXIT)
        if is_watched and contract.title not in told and place % NOT_YET:
            _common(contract, place, today, by)


def _day(today, days):
    return None if days is None else today + timedelta(days=days)


def _ago(today, days):
    return None if days is None else today - timedelta(days=days)


def _paper(title, contract):
    return Document.objects.filter(contract=contract, title=title).first() if title else None


def _plan(story, of, today, by):
    contract = of.get("contract")
    last = story.tests[-1] if story.tests else None
    plan = Plan(
        **of, kind=story.kind, whose=story.whose, title=story.title, scope=story.scope, url=story.url,
        document=_paper(story.paper, contract), rto=story.rto[0], rto_unit=story.rto[1],
        rpo=story.rpo[0], rpo_unit=story.rpo[1],
        owner=contract.oco if contract and not story.nobodys else None,
        agreed_on=_ago(today, story.agreed), review_on=_day(today, story.next_review),
    )  # fmt: skip
    first = max([story.agreed or 0, *(test[0] + 5 for test in story.tests), 30])
    save_as_of(plan, at=moment(today, first), by=by)
    for days, kind, result, reached, unit, findings in story.tests:
        test = PlanTest(
            plan=plan, on=_ago(today, days), kind=kind, result=result, reached=reached, reached_unit=unit,
            findings=findings, recorded_by=(contract.oco if contract else None) or by,
        )  # fmt: skip
        save_as_of(test, at=moment(today, max(days - 2, 0), hour=15), by=test.recorded_by)
    plan.tested_on, plan.test_result = (_ago(today, last[0]), last[2]) if last else (None, "")
    plan.test_due_on = _day(today, story.next_test)
    plan.version += 1
    save_as_of(plan, at=moment(today, last[0] - 2 if last else 29, hour=15, minute=5), by=by)
    if story.retired:
        days, reason = story.retired
        plan.retired_on, plan.retired_reason, plan.version = _ago(today, days), reason, 3
        save_as_of(plan, at=moment(today, days, hour=11), by=by, reason=reason)


def _check(story, of, today, by):
    contract = of.get("contract")
    checked_by = (contract.oco if contract else None) or by
    known = {"topic": story.topic, "topic_words": story.words, "requirement": story.requirement}
    first = None
    for checked, expired in story.earlier:
        earlier = ComplianceCheck(
            **of, **known, first=first, result="complies", evidence=story.evidence, checked_by=checked_by,
            checked_on=_ago(today, checked), expires_on=_ago(today, expired), due_on=_ago(today, expired), is_current=False,
        )  # fmt: skip
        save_as_of(earlier, at=moment(today, checked), by=checked_by)
        first = first or earlier
    expires_on, next_on = _day(today, story.expires), _day(today, story.again)
    check = ComplianceCheck(
        **of, **known, first=first, result=story.result, evidence=story.evidence, evidence_url=story.url,
        document=_paper(story.paper, contract), checked_on=_ago(today, story.checked),
        checked_by=checked_by if story.checked is not None else None, expires_on=expires_on, next_on=next_on,
        due_on=rules.due_on(expires_on=expires_on, next_on=next_on), action=story.action,
        risk=Risk.objects.filter(contract=contract, title=story.risk).first() if story.risk else None,
    )  # fmt: skip
    save_as_of(check, at=moment(today, story.checked or 20), by=checked_by)


def _common(contract, place, today, by):
    """What most contracts of some size have: a plan that was tried out at some time, and insurance."""
    tested = 40 + place * 37 % 420
    months = rules.MONTHS_BETWEEN_TESTS[contract.tier]
    test = PlanTest(
        on=_ago(today, tested), kind=("desk", "walk", "live")[place % 3], result="passed", recorded_by=contract.oco or by
    )  # fmt: skip
    plan = Plan(
        contract=contract, kind="continuity", title=f"Continuity plan: {contract.title}", owner=contract.oco,
        agreed_on=_ago(today, tested + 30), review_on=_day(today, 20 + place * 29 % 300),
        rto=(4, 1, 2)[place % 3], rto_unit=("hours", "days", "days")[place % 3],
        tested_on=test.on, test_result="passed", test_due_on=rules.months_after(test.on, months),
    )  # fmt: skip
    save_as_of(plan, at=moment(today, tested), by=by)
    test.plan = plan
    save_as_of(test, at=moment(today, tested, hour=15), by=by)
    for topic, requirement, year in (
        ("insurance", "Public liability insurance", 31),
        ("modern_slavery", "Modern slavery statement", 53),
    ):
        left = place * year % 365
        expires_on = _day(today, left)
        check = ComplianceCheck(
            contract=contract, topic=topic, requirement=requirement, result="complies", evidence="Seen and filed",
            checked_on=_ago(today, 365 - left), checked_by=contract.oco or by, expires_on=expires_on, due_on=expires_on,
        )  # fmt: skip
        save_as_of(check, at=moment(today, 365 - left), by=by)


def bulk_build(today, *, plans=10_000, checks=20_000):
    """So many plans and requirements of contracts that are live, in every state. No history: nobody typed these."""
    live = Contract.objects.filter(stage__in=[Stage.LIVE, Stage.EXIT]).order_by("pk")
    ids = list(live.values_list("pk", flat=True)[:plans])
    if not ids:
        return
    Plan.objects.bulk_create(
        (_bulk_plan(ids[n % len(ids)], n, today) for n in range(plans)), batch_size=1000
    )
    ComplianceCheck.objects.bulk_create(
        (_bulk_check(ids[n % len(ids)], n, today) for n in range(checks)), batch_size=1000
    )


def _bulk_plan(contract_id, n, today):
    is_tested = n % 7 > 0
    return Plan(
        contract_id=contract_id, kind=("continuity", "recovery")[n % 2], title=f"Plan {n:05d}",
        rto=4 if n % 3 else None, rto_unit="hours" if n % 3 else "",
        agreed_on=_ago(today, 100 + n % 900), review_on=_day(today, n % 700 - 60),
        tested_on=_ago(today, n % 800) if is_tested else None,
        test_result=("failed" if n % 23 == 1 else "passed") if is_tested else "",
        test_due_on=_day(today, n * 7 % 760 - 60),
    )  # fmt: skip


def _bulk_check(contract_id, n, today):
    topics = [topic.value for topic in rules.Topic if topic != rules.Topic.OTHER]
    expires_on, fails = _day(today, n * 11 % 800 - 70), n % 29 == 0
    return ComplianceCheck(
        contract_id=contract_id, topic=topics[n % len(topics)], requirement=f"Requirement {n:05d}",
        result="fails" if fails else "complies", evidence="Seen", action="Chased" if fails else "",
        checked_on=_ago(today, n % 400), expires_on=expires_on, due_on=expires_on,
    )  # fmt: skip
