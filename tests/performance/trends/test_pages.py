"""What people see of trends: a contract's small charts, and a KPI's large one."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(oco=UserFactory(), title="Waste collection")


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def log(indicator, *values):
    """The readings of the months up to October 2026; None was not reported."""
    last = 2026 * 12 + 9
    for back, value in enumerate(reversed(values)):
        month = last - back
        ReadingFactory(
            indicator=indicator,
            period_start=date(month // 12, month % 12 + 1, 1),
            value=None if value is None else Decimal(str(value)),
            not_reported_reason="" if value is not None else "No figures came",
        )
    return indicator


def steady(contract, **values):
    return log(IndicatorFactory(contract=contract, **values), *[99.6, 99.7] * 8)


def fallen(contract, **values):
    return log(IndicatorFactory(contract=contract, **values), *[99.2, 99.4] * 8, *[97, 97.2] * 4)


# --- A contract's trends --------------------------------------------------------------------------


def test_the_worst_signal_stands_first_each_with_its_sentence(client, contract):
    steady(contract, name="A steady one")
    IndicatorFactory(contract=contract, name="B silent one")
    fallen(contract, name="Z fallen one")
    client.force_login(contract.oco)
    response = client.get(reverse("trends:contract", args=[contract.pk]))
    shown = text_of(response)
    assert shown.index("Z fallen one") < shown.index("B silent one") < shown.index("A steady one")
    assert (
        "Something changed in March 2026: 8 readings in a row lie below the lower limit, which is worse."
        in shown
    )
    assert "Routine variation: no single month tells anything." in shown
    assert "No reading yet." in shown
    assert "1 Something changed for the worse 1 Too little is known 1 Routine variation" in shown


def test_many_kpis_are_paged_and_none_is_repeated(client, contract):
    for number in range(14):
        IndicatorFactory(contract=contract, name=f"KPI {number:02d}")
    client.force_login(contract.oco)
    address = reverse("trends:contract", args=[contract.pk])
    pages = [client.get(address, {"page": page}).context["page"] for page in (1, 2)]
    names = [trend.indicator.name for page in pages for trend in page]
    assert names == [f"KPI {number:02d}" for number in range(14)]


def test_the_page_costs_the_same_for_one_kpi_and_for_many(
    client, contract, django_assert_num_queries
):
    client.force_login(contract.oco)
    address = reverse("trends:contract", args=[contract.pk])
    steady(contract)
    client.get(address)  # what is looked up once for a process
    with django_assert_num_queries(8) as one:
        client.get(address)
    for _ in range(6):
        fallen(contract)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_a_contract_without_kpis_is_not_tracked(client, contract):
    client.force_login(contract.oco)
    shown = text_of(client.get(reverse("trends:contract", args=[contract.pk])))
    assert "performance of this contract is Not tracked" in shown


def test_a_contract_out_of_reach_is_not_found(client, contract):
    client.force_login(person_with("viewer", ContractFactory().unit))
    assert client.get(reverse("trends:contract", args=[contract.pk])).status_code == 404


# --- A KPI's trend --------------------------------------------------------------------------------


def panel(client, indicator):
    client.force_login(indicator.contract.oco)
    return client.get(indicator.get_absolute_url())


def test_a_kpis_page_says_what_its_readings_mean_and_shows_them_as_a_table(client, contract):
    response = panel(client, fallen(contract))
    shown = text_of(response)
    assert "Something changed in March 2026" in shown
    assert "No forecast: the readings have not been stable" in shown
    assert shown.count("Run of eight (worse)") == 8
    assert "Upper natural limit" in shown
    assert response.content.decode().count('class="app-process__outside app-process--worse"') == 8


def test_a_missing_reading_is_a_gap_and_never_a_zero(client, contract):
    indicator = IndicatorFactory(contract=contract, starts_on=date(2026, 1, 1))
    log(indicator, 99, 98, 99, None, 98, 99, 98, 99, 98, 99)
    response = panel(client, indicator)
    page = response.content.decode()
    assert page.count('class="app-chart__gap"') == 1
    assert page.count('class="app-process__routine"') == 9
    assert "April 2026 Not reported" in text_of(response)


def test_a_level_that_holds_is_expected_to_go_on(client, contract):
    shown = text_of(panel(client, steady(contract)))
    assert "Forecast. Level: between 99.38% and 99.92% in each of the next 3 months" in shown
    assert "January 2027" in shown


def test_a_year_is_compared_with_the_one_before_where_both_are_known(client, contract):
    indicator = log(
        IndicatorFactory(contract=contract), *[98] * 6, None, *[98] * 5, *[99] * 10, 97, 98
    )
    shown = text_of(panel(client, indicator))
    assert (
        "Better than a year before in 9 of 11 months, worse in 1. 1 month cannot be compared."
        in shown
    )


def test_a_year_in_which_a_kpi_was_not_measured_yet_is_not_tracked(client, contract):
    indicator = IndicatorFactory(contract=contract, name="New", starts_on=date(2026, 7, 1))
    ReadingFactory(indicator=indicator, value=Decimal(99))
    client.force_login(contract.oco)
    page = client.get(reverse("trends:contract", args=[contract.pk]))
    (trend,) = page.context["trends"]
    assert [year["rating"] for year in trend.years_beside] == ["not_tracked", "good"]
    assert {line["before"] for line in trend.year_lines} == {"Not tracked"}
    assert "New The worst reading counts Not tracked Good" in text_of(page)


def test_a_kpi_without_a_reading_has_a_sentence_and_no_picture(client, contract):
    response = panel(client, IndicatorFactory(contract=contract))
    assert "No reading yet." in text_of(response)
    assert "app-process" not in response.content.decode()
