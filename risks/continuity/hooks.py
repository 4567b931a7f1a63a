"""What this room adds to others' pages: history, and how its rows move when two suppliers turn out to be one."""

from contracts import trail
from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from risks.continuity.querysets import sees_supplier
from suppliers import merging
from suppliers import trail as supplier_trail

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


# --- two suppliers that are one -----------------------------------------------------------------------

for mover in (
    merging.Mover(Plan, "supplier", "continuity plan", order=75),
    merging.Mover(ComplianceCheck, "supplier", "compliance check", order=76),
):
    merging.register(mover)
