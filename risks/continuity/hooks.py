"""What this room adds to others' pages: pages and sections, history, dates, questions, and how suppliers are merged."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from common import deadlines
from contracts import checks, parts, trail
from contracts.models import Contract
from risks import pages, panels, tabs
from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from risks.continuity.querysets import sees_supplier, without_continuity_plan
from risks.continuity.rules import Result
from suppliers import merging, reviews
from suppliers import sections as supplier_sections
from suppliers import trail as supplier_trail

SHOWN = 50

pages.register(
    pages.Page(
        "plans", "Continuity plans", "continuity:plans", order=40, shown=parts.sees_contracts
    )
)
pages.register(
    pages.Page("compliance", "Compliance", "continuity:checks", order=50, shown=parts.sees_contracts)
)  # fmt: skip
tabs.register(tabs.Tab("continuity", "Continuity and compliance", "continuity:contract", order=40))
supplier_sections.register(
    supplier_sections.Section(
        "continuity", "Continuity and compliance", "continuity:of_supplier", order=36
    )
)


def of_risk(risk, user, today):
    """What belongs to a risk and must be complied with: whoever sees the risk sees it."""
    found = list(risk.compliance_checks.current().worst_first(today)[:SHOWN])
    return {"checks": found} if found else None


panels.register(
    panels.Panel("compliance", "Compliance", "continuity/_of_risk.html", of_risk, order=40)
)

# --- history ----------------------------------------------------------------------------------------


@trail.source()
def of_its_plans(contract):
    return Plan.history.filter(contract_id=contract.pk)


@trail.source()
def of_their_tests(contract):
    return PlanTest.history.filter(plan__in=contract.continuity_plans.order_by().values("pk"))


@trail.source()
def of_its_compliance(contract):
    return ComplianceCheck.history.filter(contract_id=contract.pk)


@supplier_trail.source
def of_a_suppliers_plans(supplier_ids, user):
    seen = sees_supplier(user, supplier_ids)
    return Plan.history.filter(supplier_id__in=seen)


@supplier_trail.source
def of_the_tests_of_these(supplier_ids, user):
    plans = Plan.objects.filter(supplier__in=sees_supplier(user, supplier_ids))
    return PlanTest.history.filter(plan__in=plans.order_by().values("pk"))


@supplier_trail.source
def of_a_suppliers_compliance(supplier_ids, user):
    seen = sees_supplier(user, supplier_ids)
    return ComplianceCheck.history.filter(supplier_id__in=seen)


# --- dates somebody must meet ---------------------------------------------------------------------

_OF_CONTRACT = (
    "contract", "contract__reference", "contract__title", "contract__unit", "contract__oco", "contract__deputy",
)  # fmt: skip


def _within(rows, scope, *, owned=False):
    """Those of contracts of the scope; of somebody's own, also the plans that they own in other contracts."""
    rows = rows.of_contracts_in_force()
    if scope == deadlines.Scope():
        return rows
    found = Q(contract__in=Contract.objects.within(scope).order_by().values("pk"))
    if owned and scope.user is not None and scope.capacity == "mine":
        seen = Contract.objects.visible_to(scope.user).order_by().values("pk")
        found |= Q(owner=scope.user.pk, contract__in=seen)
    return rows.filter(found)


def _rows(asked, scope, start, end):
    # What is somebody's own may lie in contracts of others: that question is theirs alone.
    if scope.capacity == "mine":
        return deadlines.rows(asked(scope, start, end), scope)
    return deadlines.kept_rows(asked, scope, start, end)


def _asking(column):
    def asked(scope, start, end):
        due = Plan.objects.in_use().filter(**{f"{column}__range": (start, end)})
        found = _within(due, scope, owned=True).order_by()
        return found.values_list("pk", column, "title", "owner", *_OF_CONTRACT)

    return asked


_reviews, _tests = _asking("review_on"), _asking("test_due_on")


def _of_plans(key, words, asked, scope, start, end):
    for row in _rows(asked, scope, start, end):
        pk, due_on, what, owner, contract, reference, title, unit, oco, deputy = row
        people = dict.fromkeys(person for person in (owner, oco, deputy) if person)
        yield deadlines.Deadline(
            key=f"{key}:{pk}", due_on=due_on, title=f"{words}: {what}", subject=f"{reference} {title}",
            url=reverse("continuity:plan", args=[pk]), responsible=tuple(people),
            contract_id=contract, unit_id=unit,
        )  # fmt: skip


@deadlines.source("plan-review", "Review of a continuity or recovery plan")
def plan_reviews(scope, start, end):
    return _of_plans("plan-review", "Review the plan", _reviews, scope, start, end)


@deadlines.source("plan-test", "Test of a continuity or recovery plan")
def plan_tests(scope, start, end):
    return _of_plans("plan-test", "Test the plan", _tests, scope, start, end)


_EVIDENCE = ("pk", "due_on", "expires_on", "requirement", *_OF_CONTRACT)


def _evidence(scope, start, end):
    due = ComplianceCheck.objects.current().filter(due_on__range=(start, end))
    return _within(due, scope).order_by().values_list(*_EVIDENCE)


def _page_of_contract(contract_id):
    return reverse("continuity:contract", args=[contract_id])


@deadlines.source(
    "compliance-evidence", "Evidence of compliance to be renewed or checked",
    many="pieces of evidence to renew or check", many_url=_page_of_contract, asked=_evidence,
)  # fmt: skip
def evidence(scope, start, end):
    for row in deadlines.kept_rows(_evidence, scope, start, end):
        pk, due_on, expires_on, what, contract, reference, title, unit, *people = row
        verb = "Renew the evidence" if due_on == expires_on else "Check again"
        yield deadlines.Deadline(
            key=f"compliance-evidence:{pk}", due_on=due_on, title=f"{verb}: {what}",
            subject=f"{reference} {title}", url=reverse("continuity:check", args=[pk]),
            responsible=tuple(person for person in people if person),
            contract_id=contract, unit_id=unit,
        )  # fmt: skip


# Of suppliers: the work of who keeps what hangs on them, one date for each day.


def _of_suppliers(rows, scope):
    if scope.user is not None and (
        scope.capacity == "overseen" or not scope.user.may(Permission.MANAGE_RISKS)
    ):
        return rows.none()
    return rows.filter(contract=None)


def _plan(pk):
    return reverse("continuity:plan", args=[pk])


@deadlines.source(
    "supplier-plan-review", "Review of a supplier’s continuity or recovery plan", needs=Permission.MANAGE_RISKS
)  # fmt: skip
def supplier_plan_reviews(scope, start, end):
    due = Plan.objects.in_use().filter(review_on__range=(start, end))
    return reviews.by_day(
        _of_suppliers(due, scope), kind="supplier-plan-review", column="review_on", one="Review the plan",
        many="Review {number} plans of suppliers", subject="pk", name="title", url_of_one=_plan,
        url_of_all="continuity:plans",
    )  # fmt: skip


@deadlines.source(
    "supplier-plan-test", "Test of a supplier’s continuity or recovery plan", needs=Permission.MANAGE_RISKS
)  # fmt: skip
def supplier_plan_tests(scope, start, end):
    due = Plan.objects.in_use().filter(test_due_on__range=(start, end))
    return reviews.by_day(
        _of_suppliers(due, scope), kind="supplier-plan-test", column="test_due_on", one="Test the plan",
        many="Test {number} plans of suppliers", subject="pk", name="title", url_of_one=_plan,
        url_of_all="continuity:plans",
    )  # fmt: skip


@deadlines.source(
    "supplier-evidence", "Evidence of a supplier’s compliance to be renewed or checked", needs=Permission.MANAGE_RISKS
)  # fmt: skip
def supplier_evidence(scope, start, end):
    due = ComplianceCheck.objects.current().filter(due_on__range=(start, end))
    return reviews.by_day(
        _of_suppliers(due, scope), kind="supplier-evidence", column="due_on",
        one="Renew or check what a supplier complies with", many="Renew or check {number} requirements of suppliers",
        subject="pk", name="requirement",
        url_of_one=lambda pk: reverse("continuity:check", args=[pk]), url_of_all="continuity:checks",
    )  # fmt: skip


# --- how the contract is managed ------------------------------------------------------------------


def _having(contracts, rows):
    return contracts.in_force().filter(
        Exists(rows.filter(contract=OuterRef("pk")).order_by())
    )  # fmt: skip


def with_plan_not_proven(contracts):
    return _having(contracts, Plan.objects.not_proven(timezone.localdate()))


def with_evidence_expired(contracts):
    expired = ComplianceCheck.objects.current().filter(expires_on__lt=timezone.localdate())
    return _having(contracts, expired)


def not_compliant(contracts):
    return _having(contracts, ComplianceCheck.objects.current().filter(result=Result.FAILS))


def _listed(name, state):
    return lambda contract: f"{reverse(name)}?contract_id={contract.pk}&state={state}"


checks.register(checks.Check(
    "no_continuity_plan", "No business continuity plan", "Record the business continuity plan: a Gold or Platinum contract needs one",
    failing=without_continuity_plan, mend=lambda contract: reverse("continuity:plan_add", args=[contract.pk]), order=104,
))  # fmt: skip
checks.register(checks.Check(
    "plan_not_proven", "Plan failed, not tested in time or never tested", "Test the continuity and recovery plans that nothing proves",
    failing=with_plan_not_proven, mend=_listed("continuity:plans", "not_proven"), order=105,
))  # fmt: skip
checks.register(checks.Check(
    "evidence_expired", "Evidence of compliance expired", "Renew the evidence of compliance that has expired",
    failing=with_evidence_expired, mend=_listed("continuity:checks", "expired"), order=106,
))  # fmt: skip
checks.register(checks.Check(
    "not_compliant", "Requirement that is not complied with", "Follow up what is not complied with until it is",
    failing=not_compliant, mend=_listed("continuity:checks", "not_compliant"), order=107,
))  # fmt: skip


# --- two suppliers that are one -----------------------------------------------------------------------

for mover in (
    merging.Mover(Plan, "supplier", "continuity plan", order=75),
    merging.Mover(ComplianceCheck, "supplier", "compliance check", order=76),
):
    merging.register(mover)
