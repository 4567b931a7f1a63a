"""What a page of the register costs: the same for one contract as for a hundred."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contracts.models import Contract
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db

MANY = 100
ALL_COLUMNS = "&".join(
    f"columns={key}"
    for key in ("supplier", "unit", "oco", "deputy", "sro", "tier", "stage", "ends_on", "value", "company_number")
)  # fmt: skip
PAGES = {
    "list": ("/contracts/", 8),
    "every column": (f"/contracts/?{ALL_COLUMNS}", 8),
    "last page": ("/contracts/?per_page=25&page=9999", 8),
    "search": ("/contracts/?q=waste", 9),
    "filter and sort": ("/contracts/?stage=live&tier=gold&ends=365&sort=-ends_on", 8),
    "export": (f"/contracts/?export=csv&{ALL_COLUMNS}", 5),
    "suppliers": ("/suppliers/", 9),
    "search everywhere": ("/search/?q=waste", 11),
}


@pytest.fixture
def cost(client):
    """The number of queries of a page, once the process remembers what it remembers."""
    client.force_login(person_with("procurement"))

    def read(path):
        response = client.get(path)
        assert response.status_code == 200
        return response.getvalue() if response.streaming else response.content

    def cost(path):
        read(path)
        with CaptureQueriesContext(connection) as captured:
            read(path)
        return len(captured)

    return cost


def register(number):
    people = UserFactory.create_batch(3)
    for n in range(number):
        ContractFactory(
            title=f"Waste {n}", tier="gold", ends_on="2099-01-01", oco=people[0], deputy=people[1], sro=people[2],
            supplier=SupplierFactory(name=f"Waste firm {n}"), unit=BusinessUnitFactory(),
        )  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_for_one_contract_and_for_a_hundred(cost, name):
    path, most = PAGES[name]
    register(1)
    one = cost(path)
    register(MANY - 1)
    assert cost(path) == one
    assert one <= most


def test_a_contract_costs_ten_queries_at_most(cost):
    register(1)
    contract = Contract.objects.get()
    contract.further_suppliers.create(supplier=SupplierFactory())  # asked for where there are any
    one = cost(contract.get_absolute_url())
    for n in range(20):
        contract.further_suppliers.create(supplier=SupplierFactory(name=f"Partner {n}"))
    assert cost(contract.get_absolute_url()) == one
    assert one <= 10
