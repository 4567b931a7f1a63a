"""How KPIs stand across contracts: weighted, each figure with its list, and what is not known as itself."""

import re
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse

from performance.rules import Standing
from performance.trends import rollups
from performance.trends.rollups import BY_QUADRANT, BY_SUPPLIER, BY_TIER, BY_UNIT, Rollup
from tests.factories import BusinessUnitFactory, ContractFactory, SupplierFactory, person_with
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
PORTFOLIO = "/performance/trends/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def procurement():
    return person_with("procurement")


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def rated(contract, value, **values):
    """A KPI with a reading for October: 99 is Good, 90 is Inadequate, None was not reported."""
    indicator = IndicatorFactory(contract=contract, **values)
    ReadingFactory(
        indicator=indicator, value=None if value is None else Decimal(value),
        not_reported_reason="" if value is not None else "No figures came",
    )  # fmt: skip
    return indicator


def rollup(user, axis):
    return Rollup(rollups.scope_of(user), axis, today=TODAY)


@pytest.fixture
def register():
    """Gold: a good KPI of weight 3, a bad one, a silent one and an overdue one; silver: not tracked."""
    unit = BusinessUnitFactory(name="Housing")
    gold = ContractFactory(tier="gold", unit=unit, supplier=SupplierFactory(name="Alder Ltd"))
    rated(gold, 99, weight=3, quadrant="cost", name="Good one")
    rated(gold, 90, name="Bad one")
    rated(gold, None, quadrant="user", name="Silent one")
    IndicatorFactory(contract=gold, name="Overdue one")
    silver = ContractFactory(tier="silver", unit=unit, supplier=SupplierFactory(name="Birch Ltd"))
    return gold, silver


# --- What is counted ------------------------------------------------------------------------------


def test_each_kpi_counts_with_its_weight_and_what_is_not_known_stays_itself(register, procurement):
    gold, silver = rollup(procurement, BY_TIER).rows
    assert (gold.label, silver.label) == ("Gold", "Silver")
    assert gold.numbers == {
        Standing.GOOD: 1, Standing.INADEQUATE: 1, Standing.NOT_REPORTED: 2,
    }  # fmt: skip
    assert gold.weights == {
        Standing.GOOD: 3, Standing.INADEQUATE: 1, Standing.NOT_REPORTED: 2,
    }  # fmt: skip
    assert gold.words == "Good 50%, Inadequate 17%, Not reported 33%"
    assert gold.in_short == "50% Good, 33% not reported"
    assert (silver.kpis, silver.untracked, silver.in_short) == (0, 1, "Not tracked")
    assert silver.share(Standing.GOOD) is None
    assert silver.bar == ""


def test_silence_is_neither_zero_nor_good(procurement):
    rated(ContractFactory(tier="gold"), None)
    (row,) = rollup(procurement, BY_TIER).rows
    assert row.in_short == "Not reported"
    assert row.share(Standing.GOOD) == 0
    assert "app-shared--not-reported" in row.bar
    assert "app-shared--good" not in row.bar


def test_by_quadrant_a_contract_without_a_kpi_about_it_is_not_tracked(register, procurement):
    rows = {row.label: row for row in rollup(procurement, BY_QUADRANT).rows}
    assert {label: row.untracked for label, row in rows.items()} == {
        "Cost": 1, "Performance": 1, "Risk": 2, "User": 1,
    }  # fmt: skip
    total = rollup(procurement, BY_QUADRANT).total
    assert (total.kpis, total.untracked) == (4, 1)


def test_suppliers_come_the_worst_first_and_the_unknown_before_the_good(register, procurement):
    rated(ContractFactory(supplier=SupplierFactory(name="Cedar Ltd")), 99)
    rated(ContractFactory(supplier=SupplierFactory(name="Dogwood Ltd")), 90)
    rated(ContractFactory(supplier=None), None)
    labels = [row.label for row in rollup(procurement, BY_SUPPLIER).rows]
    assert labels == ["Dogwood Ltd", "Alder Ltd", "No lead supplier", "Birch Ltd", "Cedar Ltd"]


def test_what_is_not_in_force_or_retired_does_not_count(procurement):
    rated(ContractFactory(stage="ended", ended_on=date(2026, 1, 1), ended_as="expired"), 90)
    retired = rated(ContractFactory(tier="gold"), 90)
    retired.ended_on = date(2026, 10, 31)
    retired.save_without_historical_record()
    (row,) = rollup(procurement, BY_TIER).rows
    assert (row.label, row.kpis, row.untracked) == ("Gold", 0, 1)


def test_nobody_counts_what_they_may_not_see(register):
    gold, _ = register
    viewer = person_with("viewer", gold.unit)
    stranger = person_with("viewer", BusinessUnitFactory())
    assert [row.kpis for row in rollup(viewer, BY_UNIT).rows] == [4]
    assert rollup(stranger, BY_UNIT).rows == []


@pytest.mark.parametrize("axis", rollups.AXES.values(), ids=lambda axis: axis.key)
def test_a_rollup_costs_the_same_for_one_group_and_for_many(
    axis, procurement, django_assert_max_num_queries
):
    def cost():
        with django_assert_max_num_queries(4) as asked:
            one = rollup(procurement, axis)
            assert one.rows
            assert [list(row.cells) for row in [*one.rows, one.total]]
        return len(asked)

    rated(ContractFactory(tier="gold"), 99)
    cost()  # what is looked up once for a person
    once = cost()
    for tier in ("gold", "silver", "bronze", ""):
        rated(ContractFactory(tier=tier), 90, quadrant="risk")
        ContractFactory(tier=tier)
    assert cost() == once


# --- Every figure leads to the list behind it -----------------------------------------------------


@pytest.mark.parametrize("axis", rollups.AXES.values(), ids=lambda axis: axis.key)
def test_every_figure_is_the_length_of_its_list(axis, client, register, procurement):
    rated(ContractFactory(supplier=None, tier=""), 98)
    ContractFactory(supplier=None, tier="")
    client.force_login(procurement)
    found = rollup(procurement, axis)
    figures = [
        (number, url) for row in [*found.rows, found.total] for _, number, url in row.cells
    ]  # fmt: skip
    assert sum(number for number, _ in figures) > 10
    for number, url in figures:
        assert client.get(url).context["page"].count == number, url


def test_the_page_names_the_groups_and_links_their_figures(client, register, procurement):
    client.force_login(procurement)
    for key, words in (
        ("tier", "Gold"), ("unit", "Housing"), ("supplier", "Alder Ltd"), ("quadrant", "Cost"), ("x", "Gold"),
    ):  # fmt: skip
        response = client.get(PORTFOLIO, {"by": key})
        assert words in text_of(response)
        addresses = re.findall(
            r'href="(/performance/trends/indicators/[^"]*)"', response.content.decode()
        )
        asked = [QueryDict(urlsplit(a.replace("&amp;", "&")).query) for a in addresses]
        assert any(question.get("rating") == "inadequate" for question in asked)


def test_many_suppliers_are_paged(client, procurement, monkeypatch):
    monkeypatch.setattr("performance.trends.views.GROUPS_ON_A_PAGE", 2)
    for number in range(3):
        ContractFactory(supplier=SupplierFactory(name=f"Supplier {number}"))
    client.force_login(procurement)
    pages = [client.get(PORTFOLIO, {"by": "supplier", "page": page}) for page in (1, 2)]
    labels = [row.label for response in pages for row in response.context["page"]]
    assert labels == ["Supplier 0", "Supplier 1", "Supplier 2"]


# --- The lists ------------------------------------------------------------------------------------


def names(client, **asked):
    response = client.get(reverse("trends:indicators"), asked)
    return {line["name"] for line in response.context["page"].lines}


def test_the_list_of_kpis_is_narrowed_by_what_it_is_asked(client, register, procurement):
    gold, silver = register
    client.force_login(procurement)
    assert len(names(client)) == 4
    assert names(client, rating="not_reported") == {"Silent one", "Overdue one"}
    assert names(client, rating=["good", "inadequate"]) == {"Good one", "Bad one"}
    assert names(client, quadrant="user") == {"Silent one"}
    assert names(client, tier="silver") == set()
    assert names(client, unit=gold.unit_id, q="good") == {"Good one"}
    assert names(client, supplier_id=silver.supplier_id) == set()
    assert len(names(client, supplier_id=gold.supplier_id, contract="Alder")) == 4


def test_the_list_costs_the_same_for_one_kpi_and_for_many(
    client, procurement, django_assert_num_queries
):
    client.force_login(procurement)
    rated(ContractFactory(), 99)
    address = reverse("trends:indicators")
    client.get(address)
    with django_assert_num_queries(6) as one:
        client.get(address)
    for value in (99, 98, 90, None):
        rated(ContractFactory(tier="gold"), value)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_the_lists_are_exported_as_they_are_filtered(client, register, procurement):
    client.force_login(procurement)
    asked = {"rating": "inadequate", "export": "csv"}
    kpis = b"".join(client.get(reverse("trends:indicators"), asked).streaming_content).decode()
    assert "Bad one" in kpis
    assert "Inadequate" in kpis
    assert "Good one" not in kpis
    response = client.get(reverse("trends:untracked"), {"export": "csv"})
    contracts = b"".join(response.streaming_content).decode()
    assert register[1].title in contracts
    assert register[0].title not in contracts


# --- A supplier -----------------------------------------------------------------------------------


def test_a_suppliers_page_shows_quadrants_and_contracts(client, register, procurement):
    gold, silver = register
    further = ContractFactory(supplier=gold.supplier, title="Lifts")
    client.force_login(procurement)
    response = client.get(reverse("trends:of_supplier", args=[gold.supplier_id]))
    shown = text_of(response)
    assert gold.title in shown
    assert silver.title not in shown
    by_contract = {row.label: row for row in response.context["by_contract"].rows}
    assert by_contract[f"{further.title} ({further.reference})"].untracked == 1
    for row in [*by_contract.values(), *response.context["by_quadrant"].rows]:
        for _, number, url in row.cells:
            assert client.get(url).context["page"].count == number, url


def test_a_supplier_without_contracts_in_reach_says_so(client, register):
    gold, _ = register
    client.force_login(person_with("viewer", BusinessUnitFactory()))
    response = client.get(reverse("trends:of_supplier", args=[gold.supplier_id]))
    assert "No contracts in force" in text_of(response)
    assert gold.title not in text_of(response)
