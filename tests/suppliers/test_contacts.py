"""Whom to ask at a supplier: by level, kept by those who work with them."""

import pytest
from django.urls import reverse

from common import locking
from suppliers import actions
from suppliers.models import Supplier, SupplierContact
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.factories import SupplierContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement")
    client.force_login(person)
    return person


def pages_of(contact):
    supplier = contact.supplier
    return {
        "contacts": reverse("suppliers:contacts", args=[supplier.pk]),
        "add": reverse("suppliers:contact_add", args=[supplier.pk]),
        "edit": reverse("suppliers:contact_edit", args=[contact.pk]),
        "retire": reverse("suppliers:contact_retire", args=[contact.pk]),
    }


# --- who keeps them -----------------------------------------------------------------------------


def keeps(user, supplier):
    return Supplier.objects.contacts_editable_by(user).contains(supplier)


@pytest.mark.parametrize(("part", "expected"), [("oco", True), ("deputy", True), ("sro", False)])
def test_who_manages_a_contract_keeps_its_suppliers_contacts(part, expected):
    person, named = UserFactory(), SupplierFactory()
    contract = ContractFactory(**{part: person})
    contract.further_suppliers.create(supplier=named)
    assert keeps(person, contract.supplier) is expected
    assert keeps(person, named) is expected
    assert not keeps(person, SupplierFactory())


def test_the_owner_of_a_contract_that_has_ended_keeps_nothing():
    person = UserFactory()
    contract = ContractFactory(oco=person, stage="ended")
    assert not keeps(person, contract.supplier)


def test_the_procurement_unit_keeps_all_and_somebody_who_left_none():
    supplier, person = SupplierFactory(), person_with("procurement")
    assert keeps(person, supplier)
    person.is_active = False
    assert not keeps(person, supplier)


def test_an_owner_keeps_contacts_and_a_viewer_only_reads(client):
    owner = UserFactory()
    contact = SupplierContactFactory(supplier=ContractFactory(oco=owner).supplier, name="Ann Ash")
    pages = pages_of(contact)
    client.force_login(owner)
    assert b"Add a senior contact" in client.get(pages["contacts"]).content
    assert all(client.get(url).status_code == 200 for url in pages.values())
    client.force_login(person_with("auditor"))
    page = client.get(pages.pop("contacts"))
    assert b"Ann Ash" in page.content
    assert b"Add a senior contact" not in page.content
    assert all(client.get(url).status_code == 404 for url in pages.values())


# --- how they change ----------------------------------------------------------------------------


def test_a_contact_is_added_at_its_level_and_shown_there(client, procurement):
    supplier = SupplierFactory()
    url = reverse("suppliers:contact_add", args=[supplier.pk])
    assert client.get(f"{url}?level=executive").context["form"]["level"].value() == "executive"
    assert client.get(f"{url}?level=junk").context["form"]["level"].value() == "operational"
    typed = {"level": "executive", "name": "Ann Ash", "email": "ann@example.org"}
    assert client.post(url, typed).url == reverse("suppliers:contacts", args=[supplier.pk])
    levels = client.get(reverse("suppliers:contacts", args=[supplier.pk])).context["levels"]
    assert [[str(c) for c in level["contacts"]] for level in levels] == [[], [], ["Ann Ash"]]
    contact = SupplierContact.objects.get()
    assert contact.history.get().history_user == procurement
    assert "Ann Ash" in client.get(supplier.get_absolute_url()).content.decode()


def test_somebody_without_a_name_needs_a_way_to_be_reached(client, procurement):
    url = reverse("suppliers:contact_add", args=[SupplierFactory().pk])
    answer = client.post(url, {"level": "senior", "job_title": "Director"})
    assert answer.context["form"].errors["name"] == [
        "Enter a name, an e-mail address or a telephone number"
    ]
    client.post(url, {"level": "senior", "telephone": "01632 960 001"})
    assert str(SupplierContact.objects.get()) == "01632 960 001"


def test_every_error_of_a_contact_is_told_at_once(client, procurement):
    url = reverse("suppliers:contact_add", args=[SupplierFactory().pk])
    typed = {"level": "boss", "name": "A" * 151, "email": "no address", "telephone": "1" * 41}
    assert list(client.post(url, typed).context["form"].errors) == list(typed)


def test_two_people_change_one_contact_and_neither_loses(client, procurement):
    contact = SupplierContactFactory(name="Ann", telephone="1")
    url = reverse("suppliers:contact_edit", args=[contact.pk])
    said = {
        "level": "operational",
        "name": "Ann",
        "email": contact.email,
        "telephone": "1",
        "version": 1,
    }
    client.post(url, said | {"name": "Ann Ash"})
    answer = client.post(url, said | {"telephone": "2"})
    assert answer.status_code == 409
    merged = answer.context["form"].data
    assert (merged["name"], merged["telephone"]) == ("Ann Ash", "2")
    with pytest.raises(locking.Conflict):
        actions.change_contact(contact=contact, by=procurement, version=1, name="Bea")


def test_nothing_changed_writes_no_history(procurement):
    contact = SupplierContactFactory(name="Ann")
    actions.change_contact(contact=contact, by=procurement, version=1, name="Ann")
    assert contact.history.count() == 1


def test_a_retired_contact_stays_and_can_come_back(client, procurement):
    contact = SupplierContactFactory(name="Ann")
    pages = pages_of(contact)
    client.post(pages["retire"], {"reason": "Left the firm"})
    client.post(pages["retire"], {"reason": "Left the firm"})  # pressed twice
    latest = contact.history.first()
    assert (latest.is_active, latest.history_change_reason) == (False, "Left the firm")
    assert contact.history.count() == 2
    page = client.get(pages["contacts"])
    assert [str(c) for c in page.context["retired"]] == ["Ann"]
    assert b"Bring back" in page.content
    assert "Ann" not in client.get(contact.supplier.get_absolute_url()).content.decode()
    client.post(reverse("suppliers:contact_bring_back", args=[contact.pk]))
    contact.refresh_from_db()
    assert contact.is_active


def test_a_new_supplier_comes_with_its_first_contact_or_without(client, procurement):
    client.post("/suppliers/add/", {"name": "Acme Ltd", "contact_email": "desk@acme.example"})
    client.post("/suppliers/add/", {"name": "Bolt Ltd"})
    assert list(SupplierContact.objects.values_list("supplier__name", "level", "email")) == [
        ("Acme Ltd", "operational", "desk@acme.example")
    ]


# --- in the list --------------------------------------------------------------------------------


def test_the_list_shows_and_exports_whom_to_ask_first(client, procurement):
    supplier = SupplierFactory(name="Acme Ltd")
    SupplierContactFactory(supplier=supplier, level="executive", name="Ada")
    SupplierContactFactory(supplier=supplier, name="Zoe", email="zoe@example.org")
    SupplierContactFactory(supplier=supplier, name="Bea", is_active=False)
    line = client.get("/suppliers/").context["page"].lines[0]
    assert {column.key: cell for column, cell in line["cells"]}["contact"] == "Zoe"
    asked = {"columns": ["contact", "contact_email"], "export": "csv"}
    rows = b"".join(client.get("/suppliers/", asked)).decode("utf-8-sig").splitlines()
    assert rows == ["Supplier,Contact,Contact e-mail", "Acme Ltd,Zoe,zoe@example.org"]


@pytest.mark.parametrize("number", [1, 30])
def test_the_contacts_cost_the_same_for_one_and_for_many(
    client, procurement, number, django_assert_num_queries
):
    supplier = SupplierFactory()
    SupplierContactFactory.create_batch(number, supplier=supplier)
    with django_assert_num_queries(8):
        client.get(reverse("suppliers:contacts", args=[supplier.pk]))
