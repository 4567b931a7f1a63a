"""A register with every state that a first page tells apart, dated from one day."""

from datetime import date, timedelta
from decimal import Decimal

import time_machine

from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory

TODAY = date(2026, 11, 23)
LAST_MONTH = date(2026, 10, 1)
# The rate of the factory's KPI (target 99, near 1, far 3) for each rating.
VALUES = {"good": 99, "approaching_target": 98, "requires_improvement": 96, "inadequate": 90}


def time_stands_still():
    return time_machine.travel("2026-11-23 09:00:00+00:00", tick=False)


def days(number):
    return TODAY + timedelta(days=number)


def rated(contract, *ratings, period_start=LAST_MONTH):
    """A KPI for each of these ratings, with a reading that earned it; None is a KPI without a reading."""
    for rating in ratings:
        indicator = IndicatorFactory(contract=contract)
        if rating:
            ReadingFactory(
                indicator=indicator, value=Decimal(VALUES[rating]), period_start=period_start
            )
    return contract


def register(*, units=None, **people):
    """Twelve contracts in two units: {what is special about it: contract}."""
    adults, roads = units or (BusinessUnitFactory(name="Adults"), BusinessUnitFactory(name="Roads"))
    owned = {"oco": UserFactory(), "value": 1000, "tier": "silver", **people}
    return {
        "past": ContractFactory(unit=adults, ends_on=days(-41), **owned),
        "inadequate": rated(
            ContractFactory(unit=adults, ends_on=days(400), **owned), "inadequate", "good"
        ),
        "improvement": rated(
            ContractFactory(unit=adults, ends_on=days(400), **owned), "requires_improvement"
        ),
        "silent": rated(ContractFactory(unit=roads, ends_on=days(200), **owned), None),
        "stale": rated(
            ContractFactory(unit=roads, ends_on=days(500), **owned),
            "good",
            period_start=date(2026, 6, 1),
        ),
        "stale_bad": rated(
            ContractFactory(unit=roads, ends_on=days(500), **owned),
            "inadequate",
            period_start=date(2026, 6, 1),
        ),
        "approaching": rated(
            ContractFactory(unit=roads, ends_on=days(20), **owned), "approaching_target", "good"
        ),
        "good": rated(ContractFactory(unit=roads, ends_on=days(90), **owned), "good"),
        "untracked": ContractFactory(unit=adults, ends_on=days(91), **owned),
        "unowned": ContractFactory(unit=adults, **{**owned, "oco": None, "tier": "gold"}),
        "draft": ContractFactory(unit=adults, stage="draft", **{**owned, "tier": ""}),
        "ended": ContractFactory(unit=roads, stage="ended", ends_on=days(-400), **owned),
    }
