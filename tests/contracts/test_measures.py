"""What rooms measure of a contract is found by whoever follows it, without knowing the room."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from contracts import measures
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
SINCE = date(2026, 1, 1)


@pytest.fixture
def kpi():
    return IndicatorFactory(name="Calls answered", reference="KPI 1", unit="%", decimals=2)


def keys(contract):
    return [measure.key for _, found in measures.of_contract(contract) for measure in found]


def test_kpis_of_the_contract_may_be_followed(kpi):
    IndicatorFactory()
    [(label, [measure])] = measures.of_contract(kpi.contract)
    assert (label, measure.label, measure.unit) == ("KPIs", "KPI 1 Calls answered", "%")
    assert (measure.key, measure.decimals, measure.frequency) == (f"kpi:{kpi.pk}", 2, "monthly")


@pytest.mark.parametrize(
    "values", [{"ended_on": date(2026, 6, 30)}, {"frequency": "on_event"}, {"direction": "yes_no"}], ids=str
)  # fmt: skip
def test_what_crosses_no_threshold_every_so_often_is_not_offered(kpi, values):
    other = IndicatorFactory(contract=kpi.contract, **values)
    assert f"kpi:{other.pk}" not in keys(kpi.contract)


def test_values_come_by_their_first_day_and_nothing_comes_for_what_was_not_reported(kpi):
    ReadingFactory(indicator=kpi, value=Decimal(97))
    ReadingFactory(indicator=kpi, value=Decimal(95), period_start=date(2025, 12, 1))
    ReadingFactory(
        indicator=kpi, value=None, not_reported_reason="Lost", period_start=date(2026, 9, 1)
    )
    assert measures.values([f"kpi:{kpi.pk}"], SINCE) == {f"kpi:{kpi.pk}": {date(2026, 10, 1): 97}}


def test_what_is_not_known_is_left_out(kpi):
    wanted = ["kpi:999999999", "kpi:x", "weather:1", "", f"kpi:{kpi.pk}"]
    assert measures.values(wanted, SINCE) == {f"kpi:{kpi.pk}": {}}


def test_many_cost_as_many_queries_as_one(kpi, django_assert_num_queries):
    others = [IndicatorFactory() for _ in range(4)]
    for wanted in ([kpi], [kpi, *others]):
        with django_assert_num_queries(2):
            measures.values([f"kpi:{one.pk}" for one in wanted], SINCE)


def test_a_source_has_its_key_for_itself():
    with pytest.raises(ImproperlyConfigured, match="kpi"):
        measures.register(measures.Source("kpi", "Others", list, dict))


def test_what_follows_is_told_after_the_commit(
    kpi, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(measures, "_followers", [told.append])
    with django_capture_on_commit_callbacks(execute=True):
        measures.changed("kpi", {kpi.pk})
        assert told == []
    assert told == [{f"kpi:{kpi.pk}"}]


@pytest.mark.django_db(transaction=True)
def test_the_fault_of_what_follows_is_nobody_elses(monkeypatch, caplog):
    told = []

    def fails(keys):
        raise RuntimeError("Away")

    monkeypatch.setattr(measures, "_followers", [fails, told.append])
    with transaction.atomic():
        measures.changed("kpi", {7})
    assert told == [{"kpi:7"}]
    assert "Away" in caplog.text
