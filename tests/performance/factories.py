"""Dull valid KPIs and readings. Say in the test only what the test is about."""

from datetime import date
from decimal import Decimal

import factory

from performance import rules
from performance.models import Indicator, Reading
from tests.factories import ContractFactory, UserFactory


class IndicatorFactory(factory.django.DjangoModelFactory):
    """A monthly percentage with the target 99, near 1 and far 3, measured since 2024."""

    class Meta:
        model = Indicator

    contract = factory.SubFactory(ContractFactory)
    name = factory.Sequence(lambda n: f"KPI {n:03d}")
    unit = "%"
    decimals = 2
    target = Decimal(99)
    tolerance_near = Decimal(1)
    tolerance_far = Decimal(3)
    starts_on = date(2024, 1, 1)


class ReadingFactory(factory.django.DjangoModelFactory):
    """A good reading for October 2026, carried into its indicator as the action does it."""

    class Meta:
        model = Reading
        skip_postgeneration_save = True

    indicator = factory.SubFactory(IndicatorFactory)
    period_start = date(2026, 10, 1)
    value = Decimal(99)
    rating = factory.LazyAttribute(lambda r: rules.rate(r.value, r.indicator.standard) or "")
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def carried(self, create, extracted):
        if create and (self.indicator.latest_period or date.min) <= self.period_start:
            self.indicator.latest_period = self.period_start
            self.indicator.latest_value = self.value
            self.indicator.latest_rating = self.rating
            self.indicator.save_without_historical_record()
