"""Dull valid notes, checks and events. Say in the test only what the test is about."""

from datetime import date
from decimal import Decimal

import factory

from suppliers.intelligence import rules
from suppliers.intelligence.models import Agency, DistressEvent, FinancialCheck, IntelligenceNote
from tests.factories import SupplierFactory, UserFactory


class NoteFactory(factory.django.DjangoModelFactory):
    """A note on a supplier that everybody may read."""

    class Meta:
        model = IntelligenceNote

    kind = "supplier"
    title = factory.Sequence(lambda n: f"Note {n:03d}")
    text = "What is known"
    supplier = factory.SubFactory(SupplierFactory)
    noted_on = date(2026, 10, 5)
    written_by = factory.SubFactory(UserFactory)


class AgencyFactory(factory.django.DjangoModelFactory):
    """A score from 0 to 100, bad below 50."""

    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Score {n:03d}")
    threshold = Decimal(50)
    bad_when = "below"


class CheckFactory(factory.django.DjangoModelFactory):
    """A check that met its threshold in October 2026 and is due again a year later."""

    class Meta:
        model = FinancialCheck

    supplier = factory.SubFactory(SupplierFactory)
    agency = factory.SubFactory(AgencyFactory)
    score = Decimal(70)
    threshold = Decimal(50)
    bad_when = "below"
    result = factory.LazyAttribute(
        lambda c: rules.judge(c.score, threshold=c.threshold, bad_when=c.bad_when).value
    )
    checked_on = date(2026, 10, 5)
    due_on = date(2027, 10, 5)
    checked_by = factory.SubFactory(UserFactory)


class EventFactory(factory.django.DjangoModelFactory):
    """An open event whose continuity plan is awaited."""

    class Meta:
        model = DistressEvent

    supplier = factory.SubFactory(SupplierFactory)
    sign = "profit_warning"
    text = "A profit warning"
    happened_on = date(2026, 11, 1)
    plan_due_on = date(2026, 12, 1)
    recorded_by = factory.SubFactory(UserFactory)
