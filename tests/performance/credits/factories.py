"""Dull valid regimes, charges, milestones and credits. Say in the test only what the test is about."""

from datetime import date
from decimal import Decimal

import factory

from performance.credits.models import Charge, Credit, KpiShare, Milestone, Regime
from tests.factories import ContractFactory, UserFactory
from tests.performance.factories import IndicatorFactory

# The bands of the worked example of the domain, beside a target of 99.
BANDS = "Minor, 1, 1\nSerious, 2, 2\nSevere, 3, 3\nThreshold, beyond, 4"


class PointsFactory(IndicatorFactory):
    """A monthly KPI with one decimal place and service points."""

    decimals = 1
    bands = BANDS


class RegimeFactory(factory.django.DjangoModelFactory):
    """Half a per cent for a point, doubled when repeated, without a cap, since January 2026; to be claimed in 30 days."""

    class Meta:
        model = Regime

    contract = factory.SubFactory(ContractFactory)
    from_on = date(2026, 1, 1)
    rate = Decimal("0.5")
    repeat = Decimal(2)
    claim_within = 30


class KpiShareFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KpiShare

    regime = factory.SubFactory(RegimeFactory)
    indicator = factory.SubFactory(
        IndicatorFactory, contract=factory.SelfAttribute("..regime.contract")
    )


class ChargeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Charge

    contract = factory.SubFactory(ContractFactory)
    month = date(2026, 1, 1)
    amount = Decimal(200_000)


class MilestoneFactory(factory.django.DjangoModelFactory):
    """Due on 2 March 2026 at £500 for each day that it is late."""

    class Meta:
        model = Milestone

    contract = factory.SubFactory(ContractFactory)
    name = factory.Sequence(lambda n: f"Milestone {n:03d}")
    due_on = date(2026, 3, 2)
    rate = Decimal(500)


class CreditFactory(factory.django.DjangoModelFactory):
    """£1,000 due for October 2026, to be claimed by the end of December."""

    class Meta:
        model = Credit

    contract = factory.SubFactory(ContractFactory)
    month = date(2026, 10, 1)
    amount = Decimal(1000)
    claim_by = date(2026, 12, 31)
    working = factory.LazyFunction(
        lambda: [{"kind": "result", "what": "Service credit", "how": "", "figure": "£1,000"}]
    )
    claimed_on = factory.LazyAttribute(
        lambda c: date(2026, 11, 5) if c.state in ("claimed", "credited") else None
    )
    invoice = factory.LazyAttribute(lambda c: "INV-1" if c.state == "credited" else "")
    credited_on = factory.LazyAttribute(
        lambda c: date(2026, 11, 20) if c.state == "credited" else None
    )
    waived_reason = factory.LazyAttribute(lambda c: "Agreed" if c.state == "waived" else "")
    waived_on = factory.LazyAttribute(lambda c: date(2026, 11, 6) if c.state == "waived" else None)
    waived_by = factory.LazyAttribute(lambda c: UserFactory() if c.state == "waived" else None)
    lapsed_on = factory.LazyAttribute(lambda c: date(2026, 11, 7) if c.state == "lapsed" else None)
    state = "due"
