"""Dull valid key risk indicators. Say in the test only what the test is about."""

from datetime import date
from decimal import Decimal

import factory

from risks import actions as risk_actions
from risks.indicators import actions
from risks.indicators.models import KeyRiskIndicator
from risks.models import Category
from tests.factories import ContractFactory

TODAY = date(2026, 11, 27)


def a_category(name="Operations"):
    """One of the house's; where a test has emptied the tables, one with its name."""
    return Category.objects.get_or_create(name=name)[0]


def a_risk(contract, **values):
    """An open risk, unlikely and moderate, to be looked at in the new year."""
    known = {
        "title": "Rounds are not finished", "category": a_category(),
        "likelihood": 2, "impact": 3, "review_on": date(2027, 1, 31), "accepted": True,
    }  # fmt: skip
    return risk_actions.raise_risk(
        by=contract.oco, today=TODAY, contract=contract, **(known | values)
    )


class KriFactory(factory.django.DjangoModelFactory):
    """A monthly percentage that is amber from 5 and red from 10, measured since January, without a risk."""

    class Meta:
        model = KeyRiskIndicator

    contract = factory.SubFactory(ContractFactory)
    name = factory.Sequence(lambda n: f"Vehicles off the road {n:03d}")
    category = factory.LazyFunction(a_category)
    unit = "%"
    amber, red = Decimal(5), Decimal(10)
    starts_on = date(2026, 1, 1)


def record(indicator, value, start="2026-10-01", *, by=None, today=TODAY):
    """Log a value as a person does it; gives the indicator as it stands afterwards."""
    actions.record(
        indicator=indicator, by=by or indicator.contract.oco, today=today,
        period_start=date.fromisoformat(start), value=Decimal(value),
    )  # fmt: skip
    return KeyRiskIndicator.objects.get(pk=indicator.pk)
