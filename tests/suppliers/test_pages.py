import pytest
from django.urls import reverse

from suppliers.models import Supplier
from tests.factories import ContractFactory, SupplierFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement", name="Pat Rowe")
    client.force_login(person)
    return person


def shown(response):
    return [line["name"] for line in response.context["page"].lines]


def test_adding_a_supplier_cleans_its_number(client, procurement):
    response = client.post(
        "/suppliers/add/", {"name": "Acme Ltd", "company_number": "445790", "is_sme": "true"}
    )
    supplier = Supplier.objects.get()
    assert response.url == supplier.get_absolute_url()
    assert (supplier.company_number, supplier.is_sme, supplier.is_vcse) == ("00445790", True, None)


def test_two_suppliers_cannot_share_a_number(client, procurement):
    SupplierFactory(name="Acme Ltd", company_number="00445790")
    response = client.post("/suppliers/add/", {"name": "Other Ltd", "company_number": "445790"})
    assert response.context["form"].errors["company_number"] == [
        "Acme Ltd has this company number already"
    ]


def test_two_people_edit_one_supplier_and_neither_loses(client, procurement):
    supplier = SupplierFactory(name="Acme Ltd")
    url = reverse("suppliers:edit", args=[supplier.pk])
    client.post(url, {"name": "Acme Group Ltd", "version": 1})
    response = client.post(url, {"name": "Acme Ltd", "notes": "Mine", "version": 1})
    assert response.status_code == 409
    merged = response.context["form"].data
    assert (merged["name"], merged["notes"]) == ("Acme Group Ltd", "Mine")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "acme"}, ["Acme Ltd"]),
        ({"q": "00445790"}, ["Acme Ltd"]),
        ({"kind": "sme"}, ["Acme Ltd"]),
        ({"gap": "number"}, ["Other Ltd"]),
        ({}, ["Acme Ltd", "Other Ltd"]),
    ],
)
def test_each_filter_finds(client, procurement, query, found):
    SupplierFactory(name="Acme Ltd", company_number="00445790", is_sme=True)
    SupplierFactory(name="Other Ltd")
    assert shown(client.get("/suppliers/", query)) == found


def test_contracts_are_counted_within_what_the_reader_may_see(client):
    contract = ContractFactory()
    ContractFactory(supplier=contract.supplier)
    client.force_login(person_with("viewer", contract.unit))
    cells = client.get("/suppliers/").context["page"].lines[0]["cells"]
    assert cells[-1][1] == 1


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_many(
    client, procurement, number, django_assert_max_num_queries
):
    for _ in range(number):
        ContractFactory()
    with django_assert_max_num_queries(8):
        client.get("/suppliers/")


def test_an_owner_reads_suppliers_but_does_not_change_them(client):
    contract = ContractFactory(oco=(owner := person_with("viewer", ContractFactory().unit)))
    client.force_login(owner)
    assert client.get(contract.supplier.get_absolute_url()).status_code == 200
    assert client.get(reverse("suppliers:edit", args=[contract.supplier.pk])).status_code == 404
    assert client.get("/suppliers/add/").status_code == 404
