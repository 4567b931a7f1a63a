"""Dull valid placements and decisions. Say in the test only what the test is about."""

from datetime import date
from decimal import Decimal

import factory

from suppliers.segmentation import rules
from suppliers.segmentation.models import KraljicPlacement, KraljicQuestion, SupplierTier
from tests.factories import SupplierFactory, UserFactory


class PlacementFactory(factory.django.DjangoModelFactory):
    """A strategic supplier, placed by somebody in October 2026."""

    class Meta:
        model = KraljicPlacement

    supplier = factory.SubFactory(SupplierFactory)
    supply_risk = Decimal("75.0")
    business_impact = Decimal("75.0")
    quadrant = factory.LazyAttribute(
        lambda p: rules.quadrant(p.supply_risk, p.business_impact).value
    )
    reason = "As it stands"
    placed_on = date(2026, 10, 5)
    placed_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyAttribute(lambda p: rules.review_due(p.placed_on))


class TierFactory(factory.django.DjangoModelFactory):
    """A supplier that is Silver as proposed, decided in October 2026."""

    class Meta:
        model = SupplierTier

    supplier = factory.SubFactory(SupplierFactory)
    proposed = "silver"
    decided = "silver"
    grounds = "The highest tier of its contracts in force is Silver."
    decided_on = date(2026, 10, 5)
    decided_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyAttribute(lambda t: rules.tier_review_due(t.decided_on))


def points(number):
    """Every question of today answered with so many points."""
    return [(question, number) for question in KraljicQuestion.objects.asked()]
