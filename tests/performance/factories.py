"""Dull valid KPIs and readings. Say in the test only what the test is about."""

from datetime import date
from decimal import Decimal

import factory

from performance import rules
from performance.actions import DEFINED
from performance.models import Definition, Indicator, Reading
from tests.factories import ContractFactory, UserFactory

STANDARD = {"target": Decimal(99), "tolerance_near": Decimal(1), "tolerance_far": Decimal(3)}


class IndicatorFactory(factory.django.DjangoModelFactory):
    """A monthly percentage with the target 99, near 1 and far 3, measured by us since 2024.

    What is said of its target, tolerances, bands or text goes into its first definition.
    """

    class Meta:
        model = Indicator

    contract = factory.SubFactory(ContractFactory)
    name = factory.Sequence(lambda n: f"KPI {n:03d}")
    unit = "%"
    decimals = 2
    reported_by = "authority"
    starts_on = date(2024, 1, 1)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        defined = {**STANDARD, **{k: kwargs.pop(k) for k in DEFINED if k in kwargs}}
        indicator = super()._create(model_class, *args, **kwargs)
        DefinitionFactory(indicator=indicator, **defined)
        return indicator


class DefinitionFactory(factory.django.DjangoModelFactory):
    """What counts for a KPI from its first day on."""

    class Meta:
        model = Definition

    indicator = factory.SubFactory(IndicatorFactory)
    from_on = factory.SelfAttribute("indicator.starts_on")


def _rating(reading):
    return rules.rate(reading.value, reading.indicator.standard_on(reading.period_start)) or ""


class ReadingFactory(factory.django.DjangoModelFactory):
    """A good reading for October 2026, carried into its indicator as the action does it."""

    class Meta:
        model = Reading
        skip_postgeneration_save = True

    indicator = factory.SubFactory(IndicatorFactory)
    period_start = date(2026, 10, 1)
    value = Decimal(99)
    definition = factory.LazyAttribute(lambda r: r.indicator.definition_on(r.period_start))
    reported_value = factory.SelfAttribute("value")
    proposed_rating = factory.LazyAttribute(_rating)
    rating = factory.SelfAttribute("proposed_rating")
    recorded_by = factory.SubFactory(UserFactory)

    @factory.post_generation
    def carried(self, create, extracted):
        if create and (self.indicator.latest_period or date.min) <= self.period_start:
            self.indicator.latest_period = self.period_start
            self.indicator.latest_value = self.value
            self.indicator.latest_rating = self.rating
            self.indicator.save_without_historical_record()
