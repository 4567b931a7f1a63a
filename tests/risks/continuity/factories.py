"""Dull valid plans, tests and checks. Say in the test only what the test is about."""

from datetime import date

import factory

from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from tests.factories import ContractFactory, SupplierFactory


class PlanFactory(factory.django.DjangoModelFactory):
    """The supplier's continuity plan for a contract, agreed and never tested."""

    class Meta:
        model = Plan

    contract = factory.SubFactory(ContractFactory)
    kind = "continuity"
    title = factory.Sequence(lambda n: f"Plan {n:03d}")
    agreed_on = date(2026, 1, 5)


class ProvenPlanFactory(PlanFactory):
    """One that passed a test in time."""

    tested_on = date(2026, 6, 1)
    test_result = "passed"
    test_due_on = date(2027, 6, 1)


class SupplierPlanFactory(PlanFactory):
    """One that a supplier has for all its contracts."""

    contract = None
    supplier = factory.SubFactory(SupplierFactory)


class PlanTestFactory(factory.django.DjangoModelFactory):
    """A desk-top exercise that passed."""

    class Meta:
        model = PlanTest

    plan = factory.SubFactory(ProvenPlanFactory)
    on = date(2026, 6, 1)
    kind = "desk"
    result = "passed"


class ComplianceFactory(factory.django.DjangoModelFactory):
    """Insurance of a contract, shown to be in order until next June."""

    class Meta:
        model = ComplianceCheck

    contract = factory.SubFactory(ContractFactory)
    topic = "insurance"
    requirement = factory.Sequence(lambda n: f"Cover {n:03d}")
    result = "complies"
    evidence = "Certificate seen"
    checked_on = date(2026, 6, 1)
    expires_on = date(2027, 6, 1)
    due_on = factory.LazyAttribute(
        lambda c: min((d for d in (c.expires_on, getattr(c, "next_on", None)) if d), default=None)
    )


class SupplierComplianceFactory(ComplianceFactory):
    contract = None
    supplier = factory.SubFactory(SupplierFactory)
