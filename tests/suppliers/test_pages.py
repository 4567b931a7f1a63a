import pytest
from django.urls import reverse

from common.history import Taken
from suppliers import actions
from suppliers.models import Supplier
from tests.factories import ContractFactory, SupplierFactory, person_with
from tests.suppliers.factories import SupplierContactFactory

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


def test_every_wrong_number_is_told_at_once_and_what_was_typed_stays(client, procurement):
    typed = {
        "name": "Acme Ltd", "company_number": "12", "charity_number": "12",
        "vat_number": "GB990077305", "ppon": "PMPB",
    }  # fmt: skip
    response = client.post("/suppliers/add/", typed)
    assert list(response.context["form"].errors) == list(typed)[1:]
    assert "does not add up" in response.content.decode()
    assert response.context["form"]["vat_number"].value() == "GB990077305"


def test_numbers_are_stored_as_their_registers_write_them(client, procurement):
    typed = {
        "name": "Acme Ltd", "charity_number": "sc 012345", "vat_number": "990 0773 04", "ppon": "pmpb 8772 vywm",
    }  # fmt: skip
    client.post("/suppliers/add/", typed)
    supplier = Supplier.objects.get()
    assert supplier.charity_number == "SC012345"
    assert supplier.vat_number == "GB990077304"
    assert supplier.ppon == "PMPB-8772-VYWM"


def test_two_suppliers_cannot_share_a_ppon(client, procurement):
    SupplierFactory(name="Acme Ltd", ppon="PMPB-8772-VYWM")
    response = client.post("/suppliers/add/", {"name": "Other Ltd", "ppon": "pmpb8772vywm"})
    assert response.context["form"].errors["ppon"] == ["Acme Ltd has this PPON already"]


def test_of_two_people_who_give_one_ppon_the_second_is_told(procurement):
    SupplierFactory(name="Acme Ltd", ppon="PMPB-8772-VYWM")
    with pytest.raises(Taken) as taken:
        actions.add(by=procurement, name="Other Ltd", ppon="PMPB-8772-VYWM")
    assert (taken.value.field, str(taken.value)) == (
        "ppon",
        "There is a supplier with this PPON already",
    )


def test_a_number_from_before_there_was_a_rule_stays_until_it_is_changed(client, procurement):
    supplier = SupplierFactory(name="Acme Ltd", vat_number="applied for")
    url = reverse("suppliers:edit", args=[supplier.pk])
    client.post(url, {"name": "Acme Ltd", "vat_number": "applied for", "notes": "x", "version": 1})
    supplier.refresh_from_db()
    assert (supplier.vat_number, supplier.notes) == ("applied for", "x")
    response = client.post(
        url, {"name": "Acme Ltd", "vat_number": "not yet", "version": supplier.version}
    )
    assert "vat_number" in response.context["form"].errors


@pytest.mark.parametrize(
    "text", ["00445790", "445790", "SC012345", "gb 990 077304", "pmpb8772vywm"]
)
def test_any_of_its_numbers_leads_straight_to_a_supplier(client, procurement, text):
    supplier = SupplierFactory(
        company_number="00445790",
        charity_number="SC012345",
        vat_number="GB990077304",
        ppon="PMPB-8772-VYWM",
    )
    assert client.get("/search/", {"q": text}).url == supplier.get_absolute_url()


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
        ({"sme": "yes"}, ["Acme Ltd"]),
        ({"sme": "unknown", "vcse": "no"}, ["Other Ltd"]),
        ({"gap": "company_number"}, ["Other Ltd"]),
        ({"gap": "number"}, []),
        ({"gap": "contact"}, ["Other Ltd"]),
        ({"contracts": "in_force"}, ["Acme Ltd"]),
        ({"contracts": "none"}, ["Other Ltd"]),
        ({"grouped": "group"}, []),
        ({"grouped": "alone"}, ["Acme Ltd", "Other Ltd"]),
        ({}, ["Acme Ltd", "Other Ltd"]),
    ],
)
def test_each_filter_finds(client, procurement, query, found):
    acme = SupplierFactory(name="Acme Ltd", company_number="00445790", is_sme=True)
    SupplierContactFactory(supplier=acme)
    SupplierFactory(name="Other Ltd", is_vcse=False, vat_number="GB990077304")
    ContractFactory(supplier=acme)
    assert shown(client.get("/suppliers/", query)) == found


def test_a_group_is_listed_from_any_of_its_companies(client, procurement):
    top = SupplierFactory(name="Top plc")
    middle = SupplierFactory(name="Middle Ltd", parent=top)
    low = SupplierFactory(name="Low Ltd", parent=middle)
    SupplierFactory(name="Other Ltd")
    for company in (top, middle, low):
        response = client.get("/suppliers/", {"group": company.pk})
        assert shown(response) == ["Low Ltd", "Middle Ltd", "Top plc"]
    assert shown(client.get("/suppliers/", {"grouped": "alone"})) == ["Other Ltd"]
    assert shown(client.get("/suppliers/", {"grouped": "group"})) == [
        "Low Ltd", "Middle Ltd", "Top plc",
    ]  # fmt: skip


def test_contracts_are_counted_within_what_the_reader_may_see(client):
    contract = ContractFactory()
    ContractFactory(supplier=contract.supplier)
    client.force_login(person_with("viewer", contract.unit))
    cells = client.get("/suppliers/").context["page"].lines[0]["cells"]
    assert {column.key: cell for column, cell in cells}["in_force"] == 1


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_one_and_for_many(
    client, procurement, number, django_assert_max_num_queries
):
    for _ in range(number):
        ContractFactory()
    with django_assert_max_num_queries(9):
        client.get("/suppliers/")


def test_an_owner_reads_suppliers_but_does_not_change_them(client):
    contract = ContractFactory(oco=(owner := person_with("viewer", ContractFactory().unit)))
    client.force_login(owner)
    assert client.get(contract.supplier.get_absolute_url()).status_code == 200
    assert client.get(reverse("suppliers:edit", args=[contract.supplier.pk])).status_code == 404
    assert client.get("/suppliers/add/").status_code == 404


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("name", ["Acme Ltd", "Bolt plc"]),
        ("-name", ["Bolt plc", "Acme Ltd"]),
        ("company_number", ["Bolt plc", "Acme Ltd"]),
        ("-created_at", ["Bolt plc", "Acme Ltd"]),
        ("contacts", ["Acme Ltd", "Bolt plc"]),  # not to be sorted by
    ],
)
def test_the_list_is_sorted_by_what_has_an_index(client, procurement, sort, order):
    SupplierFactory(name="Acme Ltd", company_number="00445790")
    SupplierFactory(name="Bolt plc", company_number="00000001")
    assert shown(client.get("/suppliers/", {"sort": sort})) == order


def test_every_column_of_the_list_is_shown_and_exported(client, procurement):
    supplier = ContractFactory().supplier
    every = [column.key for column in client.get("/suppliers/").context["page"].all_columns]
    line = client.get("/suppliers/", {"columns": every}).context["page"].lines[0]
    assert [column.key for column, _ in line["cells"]] == every
    for kind in ("csv", "xlsx"):
        response = client.get("/suppliers/", {"columns": every, "export": kind})
        assert b"".join(response)
    assert supplier.name in b"".join(
        client.get("/suppliers/", {"columns": every, "export": "csv"})
    ).decode("utf-8-sig")
