"""A persistent failure is found by its readings, whoever kept silent in between."""

from datetime import date
from decimal import Decimal

import pytest

from contracts import checks
from contracts.models import Contract
from performance.trends.querysets import with_persistent_failure
from tests.factories import ContractFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
GOOD, NEAR, LOW, BAD = 99, Decimal("98.5"), 97, 90
SILENT = "silent"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 20))


def log(indicator, *values, excused=()):
    """The readings of the months up to October 2026; None is a month that nobody logged."""
    first = 11 - len(values)
    for number, value in enumerate(values):
        if value is not None:
            ReadingFactory(
                indicator=indicator,
                period_start=date(2026, first + number, 1),
                value=None if value == SILENT else Decimal(value),
                not_reported_reason="No figures came" if value == SILENT else "",
                relief="granted" if number in excused else "",
                relief_reason="We closed the site" if number in excused else "",
            )


def fails(*values, excused=(), **columns):
    contract = ContractFactory(**columns)
    log(IndicatorFactory(contract=contract), *values, excused=excused)
    return with_persistent_failure(Contract.objects.all()).filter(pk=contract.pk).exists()


@pytest.mark.parametrize(
    ("values", "failing"),
    [
        ((), False),
        ((BAD, BAD), False),
        ((GOOD, BAD, BAD), False),
        ((BAD, BAD, BAD), True),
        ((NEAR, LOW, BAD), True),
        ((GOOD, GOOD, LOW, LOW, LOW), True),
        ((LOW, LOW, LOW, GOOD), False),
        ((LOW, LOW, GOOD, LOW), False),
        ((LOW, LOW, SILENT, LOW), True),
        ((LOW, None, LOW, None, LOW), True),
        ((LOW, LOW, LOW, SILENT, SILENT), True),
        ((GOOD, LOW, LOW, SILENT), False),
        ((SILENT, SILENT, SILENT), False),
        ((GOOD, GOOD, GOOD), False),
    ],
)
def test_three_misses_running_are_a_persistent_failure(values, failing):
    assert fails(*values) == failing


def test_a_failure_that_is_excused_does_not_count():
    assert not fails(LOW, LOW, LOW, excused=[1])
    assert fails(LOW, LOW, LOW, LOW, excused=[1])


def test_only_kpis_in_use_of_contracts_in_force_count():
    assert not fails(LOW, LOW, LOW, stage="ended", ended_on=date(2026, 11, 1), ended_as="expired")
    contract = ContractFactory()
    indicator = IndicatorFactory(contract=contract)
    log(indicator, LOW, LOW, LOW)
    indicator.ended_on = date(2026, 10, 31)
    indicator.save_without_historical_record()
    assert not with_persistent_failure(Contract.objects.all()).exists()


def test_the_check_names_the_contract_and_leads_to_its_trends(django_assert_num_queries):
    contract = ContractFactory()
    for _ in range(3):
        log(IndicatorFactory(contract=contract), LOW, LOW, LOW)
    check = checks.get("persistent_failure")
    with django_assert_num_queries(1):
        assert [c.pk for c in check.failing(Contract.objects.all())] == [contract.pk]
    assert check in checks.failed_by(contract.pk)[contract.pk]
    assert check.mend(contract) == f"/performance/trends/contract/{contract.pk}/"
    assert check.sentence == "Escalate: the target of a KPI was missed in 3 periods running"
