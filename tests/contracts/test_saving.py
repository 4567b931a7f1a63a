"""What must stay possible, and what must not, when a contract is saved."""

import threading
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from contracts import actions
from contracts.models import Contract, ContractSupplier, Stage
from suppliers.models import Supplier
from tests.contracts.test_pages import form_data
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db


def edit(client, contract, **changes):
    contract = Contract.objects.select_related("supplier", "oco", "deputy", "sro").get(
        pk=contract.pk
    )
    people = {
        name: f"{person} ({person.email})"
        for name in ("oco", "deputy", "sro")
        if (person := getattr(contract, name))
    }
    data = form_data(contract, **(people | changes))
    return client.post(reverse("contracts:edit", args=[contract.pk]), data)


def errors(response):
    return dict(response.context["form"].errors) if response.status_code == 200 else {}


def test_a_deputy_saves_what_a_deputy_may_change(client):
    deputy = UserFactory()
    contract = ContractFactory(oco=UserFactory(), deputy=deputy, sro=UserFactory(), tier="gold")
    client.force_login(deputy)
    assert errors(edit(client, contract, notes="Checked")) == {}
    contract.refresh_from_db()
    assert (contract.notes, contract.deputy, contract.tier) == ("Checked", deputy, "gold")


def test_somebody_who_has_left_stays_until_somebody_else_is_named(client):
    owner, leaver = UserFactory(), UserFactory(name="Sam Gone")
    contract = ContractFactory(oco=owner, sro=leaver)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    client.force_login(owner)
    assert errors(edit(client, contract, notes="Checked")) == {}
    other = ContractFactory(oco=owner)
    refused = edit(client, other, sro="Sam Gone")
    assert errors(refused)["sro"] == ["Sam Gone has left, and is given nothing new"]


def test_a_supplier_with_namesakes_stays(client):
    owner = UserFactory()
    contract = ContractFactory(oco=owner, supplier=SupplierFactory(name="Twin Ltd"))
    SupplierFactory(name="Twin Limited", company_number="01234567")
    client.force_login(owner)
    assert errors(edit(client, contract, notes="Checked")) == {}


def test_namesakes_without_a_number_can_be_told_apart(client):
    client.force_login(person_with("procurement"))
    first, second = SupplierFactory(name="Twin Trust"), SupplierFactory(name="Twin Trust")
    contract = ContractFactory()
    asked = errors(edit(client, contract, supplier="Twin Trust"))["supplier"][0]
    assert f"Twin Trust (no. {first.pk}); Twin Trust (no. {second.pk})" in asked
    assert errors(edit(client, contract, supplier=f"Twin Trust (no. {second.pk})")) == {}
    contract.refresh_from_db()
    assert contract.supplier == second


def test_a_contract_stays_in_a_unit_that_is_out_of_use(client):
    owner, unit = UserFactory(), BusinessUnitFactory(is_active=False)
    contract = ContractFactory(oco=owner, unit=unit)
    client.force_login(owner)
    assert errors(edit(client, contract, notes="Checked")) == {}
    client.force_login(person_with("procurement"))
    assert errors(edit(client, ContractFactory(), unit=unit.pk)).keys() == {"unit"}


def test_a_lead_supplier_is_not_named_as_a_further_one_too(client):
    client.force_login(person_with("procurement"))
    contract, second = ContractFactory(), SupplierFactory(name="Second Ltd")
    ContractSupplier.objects.create(contract=contract, supplier=second)
    assert (
        "remove it there first"
        in errors(edit(client, contract, supplier="Second Ltd"))["supplier"][0]
    )


def test_whoever_hands_a_contract_over_is_not_left_at_a_missing_page(client):
    owner = UserFactory()
    successor = UserFactory(name="Bea Okafor")
    contract = ContractFactory(oco=owner)
    client.force_login(owner)
    response = edit(client, contract, oco="Bea Okafor")
    assert response.url == "/"
    contract.refresh_from_db()
    assert contract.oco == successor


# --- who may name whom ------------------------------------------------------------------------------


@pytest.fixture
def owned():
    """A contract whose owner may choose its people, and whose SRO somebody else must be."""
    return ContractFactory(oco=UserFactory(name="Olive Grant"), deputy=UserFactory())


SELF_APPOINTED = ["Nobody can name themselves SRO. Ask somebody else who may choose people"]


def test_an_owner_who_hands_over_cannot_take_the_sros_part(client, owned):
    """It would open what is confidential about the supplier, and the gates of the contract."""
    successor = UserFactory(name="Bea Okafor")
    client.force_login(owned.oco)
    took = {"oco": "Bea Okafor", "sro": "Olive Grant"}
    assert errors(edit(client, owned, **took))["sro"] == SELF_APPOINTED
    people = client.post(reverse("contracts:people", args=[owned.pk]), took | {"version": 1})
    assert errors(people)["sro"] == SELF_APPOINTED
    ticked = {"contract": [owned.pk], "save": "1", **took}
    refused = client.post("/contracts/assign/", ticked)
    assert errors(refused)["sro"] == [f"{owned.reference}: {SELF_APPOINTED[0]}"]
    owned.refresh_from_db()
    assert (owned.oco.name, owned.sro, owned.version) == ("Olive Grant", None, 1)
    other = edit(client, owned, sro="Bea Okafor")
    assert errors(other) == {}
    owned.refresh_from_db()
    assert owned.sro == successor


def test_a_unit_contact_names_an_sro_but_not_themselves(client, owned):
    contact = person_with("unit_contact", owned.unit, name="Cara Lind")
    client.force_login(contact)
    url = reverse("contracts:people", args=[owned.pk])
    people = {"oco": "Olive Grant", "deputy": str(owned.deputy), "version": 1}
    assert errors(client.post(url, people | {"sro": "Cara Lind"}))["sro"] == SELF_APPOINTED
    UserFactory(name="Bea Okafor")
    assert client.post(url, people | {"sro": "Bea Okafor"}).status_code == 302


def test_the_procurement_unit_chooses_people_for_all_and_may_name_itself(owned):
    pat = person_with("procurement")
    actions.change(contract=owned, by=pat, version=1, sro=pat)
    owned.refresh_from_db()
    assert owned.sro == pat


def test_two_people_who_choose_people_at_once_see_both_choices(client):
    client.force_login(person_with("procurement"))
    contract = ContractFactory()
    UserFactory(name="Alex Shah"), UserFactory(name="Bea Okafor")
    url = reverse("contracts:people", args=[contract.pk])
    client.post(url, {"oco": "Alex Shah", "version": 1})
    response = client.post(url, {"oco": "Bea Okafor", "version": 1})
    assert response.status_code == 409
    assert [(d.theirs, d.mine) for d in response.context["differences"]] == [
        ("Alex Shah", "Bea Okafor")
    ]
    assert (
        client.post(url, {"oco": "Bea Okafor"}).status_code == 409
    )  # no version is an old version


def test_what_follows_is_recorded_with_its_reason(client):
    owner = UserFactory()
    contract = ContractFactory(oco=owner, ends_on=date(2026, 3, 31), notice_period=3)
    client.force_login(owner)
    url = reverse("stages:outcome", args=[contract.pk])
    data = {
        "stage": "live",
        "version": 1,
        "ends_on_day": "31",
        "ends_on_month": "3",
        "ends_on_year": "2028",
    }
    assert "reason" in client.post(url, data).context["form"].errors
    client.post(url, data | {"reason": "Extended by letter"})
    contract.refresh_from_db()
    assert (contract.ends_on, contract.notice_on, contract.stage) == (
        date(2028, 3, 31), date(2027, 12, 31), Stage.LIVE,
    )  # fmt: skip
    assert contract.history.first().history_change_reason == "Extended by letter"


def test_a_filter_that_is_not_understood_exports_nothing(client):
    client.force_login(person_with("procurement"))
    response = client.get("/contracts/", {"ends_from": "tomorrow", "export": "csv"})
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("name", ["supplier_id", "person_id"])
@pytest.mark.parametrize("value", ["9" * 25, "-1", "1.5", "NaN", "Infinity", "x"])
def test_hidden_filters_take_only_ids(client, name, value):
    client.force_login(person_with("procurement"))
    assert client.get("/contracts/", {name: value}).status_code == 200


def test_further_suppliers_are_found_by_words_too(client):
    client.force_login(person_with("procurement"))
    contract = ContractFactory(title="Joined")
    ContractSupplier.objects.create(contract=contract, supplier=SupplierFactory(name="Consort Ltd"))
    for query in ({"q": "consort"}, {"supplier": "consort"}):
        page = client.get("/contracts/", query).context["page"]
        assert [line["name"] for line in page.lines] == ["Joined"]


def test_an_owner_filters_by_the_units_of_their_contracts(client):
    owner = UserFactory()
    contract = ContractFactory(oco=owner, unit=BusinessUnitFactory(name="Highways"))
    BusinessUnitFactory(name="Elsewhere")
    client.force_login(owner)
    form = client.get("/contracts/", {"unit": contract.unit_id}).context["page"].filterset.form
    assert form.errors == {}
    assert [label for _, label in form.fields["unit"].choices] == ["All units", "Highways"]


def test_the_list_says_that_an_owner_has_left(client):
    client.force_login(person_with("procurement"))
    ContractFactory(oco=UserFactory(name="Sam Gone", is_active=False))
    assert "has left" in client.get("/contracts/").content.decode()


def test_references_count_on_past_9999():
    for number in ("9999", "10000"):
        ContractFactory(reference=f"C-2026-{number}")
    assert actions.next_reference(today=date(2026, 11, 23)) == "C-2026-10001"


def test_a_second_supplier_of_the_same_name_is_asked_about(client):
    client.force_login(person_with("procurement"))
    SupplierFactory(name="Acme Ltd")
    asked = client.post("/suppliers/add/", {"name": "ACME Limited"})
    assert "is here already" in asked.content.decode()
    assert (
        client.post("/suppliers/add/", {"name": "ACME Limited", "another": "on"}).status_code == 302
    )
    assert Supplier.objects.count() == 2


def test_the_export_of_suppliers_has_the_columns_of_the_screen(client):
    client.force_login(person_with("procurement"))
    contract = ContractFactory()
    ContractFactory(supplier=contract.supplier)
    asked = {"export": "csv", "columns": ["contact", "contracts", "tiers", "performance"]}
    rows = b"".join(client.get("/suppliers/", asked)).decode("utf-8-sig").splitlines()
    assert rows[0] == "Supplier,Contact,Contracts as lead,Tiers of its contracts,Worst performance"
    assert rows[1] == f"{contract.supplier.name},,2,2 not tiered,Not tracked"


def test_doing_something_with_ticked_rows_leads_back_to_the_list_as_it_was(client):
    client.force_login(person_with("procurement"))
    contract = ContractFactory()
    UserFactory(name="Alex Shah")
    data = {"contract": contract.pk, "save": "1", "oco": "Alex Shah"}
    assert (
        client.post("/contracts/assign/", data | {"back": "/contracts/?gap=no_owner"}).url
        == "/contracts/?gap=no_owner"
    )
    for elsewhere in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert client.post("/contracts/assign/", data | {"back": elsewhere}).url == "/contracts/"


@pytest.mark.slow
@pytest.mark.postgres  # a test's SQLite lies in memory, where threads lock each other out
@pytest.mark.django_db(transaction=True)
def test_one_reference_is_given_once_however_many_press_the_button():
    person, unit = person_with("procurement"), BusinessUnitFactory()
    together, answers = threading.Barrier(4), []

    def press():
        client = Client()
        client.force_login(person)
        together.wait()
        answers.append(client.post("/contracts/add/", form_data(unit=unit.pk)).status_code)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 200, 200, 302]
    assert Contract.objects.count() == 1
