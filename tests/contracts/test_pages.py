"""The register in the browser's words: lists, forms, conflicts and refusals."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from contracts.models import Contract, ContractSupplier
from suppliers.models import Supplier
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement", name="Pat Rowe", email="pat@example.org")
    client.force_login(person)
    return person


def shown(response):
    return [line["name"] for line in response.context["page"].lines]


LIST = "/contracts/"


def form_data(contract=None, **changes):
    """What the form would send for this contract, with some boxes changed."""
    data = {
        "reference": "C-1", "title": "Waste", "unit": "", "kind": "contract", "stage": "live", "notice_unit": "months",
        "currency": "GBP", "tier": "", "regime": "", "vat_basis": "", "nature": "",
    }  # fmt: skip
    if contract:
        data |= {
            "reference": contract.reference, "title": contract.title, "unit": contract.unit_id,
            "version": contract.version, "supplier": contract.supplier.name,
        }  # fmt: skip
    return data | changes


# --- the list -----------------------------------------------------------------------------------


def test_the_list_counts_pages_and_sorts(client, procurement):
    for n in range(30):
        ContractFactory(title=f"Contract {n:02d}", value=n)
    first = client.get(LIST, {"sort": "-value"})
    assert first.context["page"].count == 30
    assert shown(first)[0] == "Contract 29"
    last = client.get(LIST, {"sort": "-value", "page": 2})
    assert shown(last) == [f"Contract {n:02d}" for n in (4, 3, 2, 1, 0)]
    assert shown(client.get(LIST, {"page": 999}))[-1] == "Contract 29"


@pytest.mark.parametrize("sort", ["ends_on", "-ends_on"])
def test_what_has_no_date_comes_last_in_both_directions_and_every_row_once(
    client, procurement, sort
):
    today = timezone.localdate()
    for n in range(60):
        ContractFactory(title=f"{n:02d}", ends_on=None if n % 3 else today + timedelta(days=n))
    everything = [
        name for n in (1, 2, 3) for name in shown(client.get(LIST, {"sort": sort, "page": n}))
    ]
    dated = [f"{n:02d}" for n in range(0, 60, 3)]
    assert everything[:20] == (dated if sort == "ends_on" else dated[::-1])
    assert sorted(everything) == [f"{n:02d}" for n in range(60)]


def test_filters_narrow_together_and_can_be_taken_away(client, procurement):
    today = timezone.localdate()
    soon = ContractFactory(title="Soon", tier="gold", ends_on=today + timedelta(days=20))
    ContractFactory(title="Later", tier="gold", ends_on=today + timedelta(days=200))
    ContractFactory(title="Silver", tier="silver", ends_on=today + timedelta(days=20))
    response = client.get(LIST, {"tier": "gold", "ends": "30"})
    assert shown(response) == ["Soon"]
    tags = {tag["label"]: tag["url"] for tag in response.context["page"].selected}
    assert tags == {"Tier: Gold": "?ends=30", "Ends within: 30 days": "?tier=gold"}
    assert shown(client.get(LIST, {"supplier_id": soon.supplier_id})) == ["Soon"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "waste"}, ["Waste collection"]),
        ({"q": "collection greenholt"}, ["Waste collection"]),
        ({"q": "C-77"}, ["Waste collection"]),
        ({"q": "nothing"}, []),
        ({"supplier": "greenholt"}, ["Waste collection"]),
        ({"owner": "shah"}, ["Waste collection"]),
        ({"tier": "none"}, ["Managed print"]),
        ({"ends": "none"}, ["Managed print"]),
        ({"ends": "past"}, ["Waste collection"]),
        ({"gap": "no_owner"}, ["Managed print"]),
        ({"gap": "no_supplier_number"}, ["Managed print", "Waste collection"]),
        ({"stage": "draft"}, []),
    ],
)
def test_each_filter_finds(client, procurement, query, found):
    ContractFactory(
        title="Waste collection", reference="C-77", tier="gold", supplier=SupplierFactory(name="Greenholt"),
        oco=UserFactory(name="Alex Shah"), ends_on=timezone.localdate() - timedelta(days=1),
    )  # fmt: skip
    ContractFactory(title="Managed print")
    assert shown(client.get(LIST, query)) == found


def test_columns_are_chosen_by_the_reader_and_exported(client, procurement):
    ContractFactory(title="Waste", reference="C-5", value=Decimal("1250000.50"), tier="gold")
    response = client.get(LIST, {"columns": ["tier", "value"], "export": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(response).decode("utf-8-sig"))))
    assert rows == [["Contract", "Tier", "Value"], ["Waste", "Gold", "1250000.50"]]


def test_exports_hold_exactly_what_is_filtered_on_all_pages(client, procurement):
    for n in range(60):
        ContractFactory(title=f"Contract {n:02d}", tier="gold" if n % 2 else "")
    response = client.get(LIST, {"tier": "gold", "page": 2, "export": "xlsx"})
    rows = list(load_workbook(io.BytesIO(b"".join(response))).active.values)
    assert len(rows) == 31
    assert rows[1][0] == "Contract 01"


def test_formulas_are_made_harmless_on_export(client, procurement):
    ContractFactory(title="=cmd|' /C calc'!A0", supplier=SupplierFactory(name="+44 Ltd"))
    text = b"".join(client.get(LIST, {"export": "csv"})).decode("utf-8-sig")
    assert "'=cmd" in text
    assert "'+44 Ltd" in text


def test_a_filter_that_is_not_understood_is_said_beside_its_field(client, procurement):
    ContractFactory(title="Waste")
    response = client.get(LIST, {"ends_from": "yesterday", "page": "two"})
    assert response.status_code == 200
    assert "ends_from" in response.context["page"].filterset.form.errors
    assert shown(response) == ["Waste"]


@pytest.mark.parametrize(("number", "expected"), [(1, None), (40, None)])
def test_the_list_costs_the_same_for_one_and_for_many(
    client, procurement, number, expected, django_assert_max_num_queries
):
    ContractFactory.create_batch(number, oco=procurement)
    with django_assert_max_num_queries(8):
        client.get(LIST)


def test_nobody_sees_counts_or_exports_of_other_units(client):
    unit = BusinessUnitFactory()
    ContractFactory(title="Ours", unit=unit)
    ContractFactory(title="Theirs")
    client.force_login(person_with("viewer", unit))
    response = client.get(LIST)
    assert (response.context["page"].count, shown(response)) == (1, ["Ours"])
    assert "Theirs" not in b"".join(client.get(LIST, {"export": "csv"})).decode()
    assert "Theirs" not in client.get("/search/", {"q": "Theirs"}).content.decode().replace(
        'value="Theirs"', ""
    ).replace("Search for Theirs", "")


# --- adding and editing -------------------------------------------------------------------------


def test_adding_says_every_error_at_once_and_keeps_what_was_typed(client, procurement):
    response = client.post("/contracts/add/", form_data(
        reference="", title="", value="minus one", supplier="Nobody Ltd", oco="Who",
        ends_on_day="31", ends_on_month="2", ends_on_year="2027", notes="Keep me",
    ))  # fmt: skip
    assert set(response.context["form"].errors) == {
        "reference", "title", "unit", "value", "supplier", "oco", "ends_on",
    }  # fmt: skip
    page = response.content.decode()
    assert 'href="#id_reference"' in page
    assert "Keep me" in page
    assert "minus one" in page
    assert not Contract.objects.exists()


def test_a_new_supplier_is_offered_and_added_with_the_contract(client, procurement):
    unit = BusinessUnitFactory()
    data = form_data(unit=unit.pk, supplier="Brand New Ltd")
    offered = client.post("/contracts/add/", data)
    assert 'type="checkbox" name="add_supplier"' in offered.content.decode()
    response = client.post("/contracts/add/", data | {"add_supplier": "on"})
    assert response.status_code == 302
    assert Contract.objects.get().supplier.name == "Brand New Ltd"


def test_a_supplier_is_never_guessed_among_namesakes(client, procurement):
    SupplierFactory(name="Acme Ltd", company_number="00000001")
    SupplierFactory(name="ACME Limited", company_number="00000002")
    unit = BusinessUnitFactory()
    response = client.post("/contracts/add/", form_data(unit=unit.pk, supplier="acme ltd"))
    assert "More than one supplier" in response.context["form"].errors["supplier"][0]
    client.post("/contracts/add/", form_data(unit=unit.pk, supplier="Acme Ltd (00000002)"))
    assert Contract.objects.get().supplier.name == "ACME Limited"


def test_references_are_unique_whatever_their_case(client, procurement):
    contract = ContractFactory(reference="C-2026-0001")
    response = client.post(
        "/contracts/add/", form_data(reference="c-2026-0001", unit=contract.unit_id)
    )
    assert response.context["form"].errors["reference"] == [
        "There is a contract with this reference already"
    ]


def test_two_people_edit_the_same_contract_and_neither_loses(client, procurement):
    contract = ContractFactory(title="Waste", notes="")
    stale = form_data(contract, title="Refuse", notes="Mine")
    client.post(
        reverse("contracts:edit", args=[contract.pk]),
        form_data(contract, title="Rubbish", category="Waste"),
    )
    response = client.post(reverse("contracts:edit", args=[contract.pk]), stale)
    assert response.status_code == 409
    differences = {
        d.name: (d.before, d.theirs, d.mine, d.clash) for d in response.context["differences"]
    }
    assert differences == {
        "title": ("Waste", "Rubbish", "Refuse", True),
        "category": ("", "Waste", "", False),
    }
    merged = response.context["form"].data
    assert (merged["title"], merged["notes"], merged["category"]) == ("Refuse", "Mine", "Waste")
    assert Contract.objects.get().title == "Rubbish"
    again = client.post(
        reverse("contracts:edit", args=[contract.pk]),
        {k: v for k, v in merged.items() if v is not None},
    )
    assert again.status_code == 302
    saved = Contract.objects.get()
    assert (saved.title, saved.notes, saved.category) == ("Refuse", "Mine", "Waste")


def test_an_owner_edits_but_does_not_decide_the_tier_or_the_unit(client):
    owner = UserFactory()
    contract = ContractFactory(oco=owner, tier="silver", title="Waste")
    other = BusinessUnitFactory()
    client.force_login(owner)
    client.post(
        reverse("contracts:edit", args=[contract.pk]),
        form_data(
            contract,
            title="Refuse",
            tier="gold",
            unit=other.pk,
            oco=f"{owner.name} ({owner.email})",
        ),
    )
    contract.refresh_from_db()
    assert (contract.title, contract.tier, contract.unit_id != other.pk) == (
        "Refuse",
        "silver",
        True,
    )


def test_a_unit_contact_chooses_people_and_nothing_else(client):
    unit = BusinessUnitFactory()
    contact, owner = person_with("unit_contact", unit), UserFactory(name="Alex Shah")
    contract = ContractFactory(unit=unit)
    client.force_login(contact)
    assert client.get(reverse("contracts:edit", args=[contract.pk])).status_code == 404
    response = client.post(
        reverse("contracts:people", args=[contract.pk]),
        {"oco": "Alex Shah", "reason": "Back from leave", "version": 1},
    )
    assert response.status_code == 302
    contract.refresh_from_db()
    assert contract.oco == owner
    assert contract.history.first().history_change_reason == "Back from leave"


def test_several_contracts_are_given_an_owner_at_once(client, procurement):
    owner = UserFactory(name="Alex Shah")
    contracts = ContractFactory.create_batch(3)
    ids = [str(c.pk) for c in contracts[:2]]
    asked = client.post("/contracts/assign/", {"contract": ids})
    assert asked.status_code == 200
    client.post("/contracts/assign/", {"contract": ids, "save": "1", "oco": "Alex Shah"})
    assert Contract.objects.filter(oco=owner).count() == 2


def test_assigning_refuses_when_two_parts_would_fall_to_one_person(client, procurement):
    owner = UserFactory(name="Alex Shah")
    contract = ContractFactory(sro=owner, reference="C-5")
    response = client.post(
        "/contracts/assign/", {"contract": [contract.pk], "save": "1", "oco": "Alex Shah"}
    )
    assert "C-5: The SRO must be somebody other" in response.content.decode()
    contract.refresh_from_db()
    assert contract.oco is None


def test_further_suppliers_are_named_once(client, procurement):
    contract, supplier = ContractFactory(), SupplierFactory(name="Second Ltd")
    url = reverse("contracts:suppliers", args=[contract.pk])
    client.post(url, {"supplier": "Second Ltd", "part": "member"})
    again = client.post(url, {"supplier": "Second Ltd", "part": "member"})
    assert "named on the contract already" in again.content.decode()
    lead = client.post(url, {"supplier": contract.supplier.name, "part": "member"})
    assert "lead supplier of the contract already" in lead.content.decode()
    part = ContractSupplier.objects.get()
    assert part.supplier == supplier
    assert "Second Ltd" in client.get(contract.get_absolute_url()).content.decode()
    client.post(url, {"remove": part.pk})
    assert not ContractSupplier.objects.exists()


# --- one contract -------------------------------------------------------------------------------


def test_the_overview_says_what_is_missing_and_where_to_mend_it(client, procurement):
    contract = ContractFactory(tier="gold")
    page = client.get(contract.get_absolute_url()).content.decode()
    assert "Choose an Operational Contract Owner" in page
    assert f"/contracts/{contract.pk}/people/#id_oco" in page


def test_what_is_missing_leads_only_where_its_reader_may_mend_it(client):
    owner = UserFactory()
    contract = ContractFactory(oco=owner)
    client.force_login(owner)
    page = client.get(contract.get_absolute_url())
    urls = {gap["sentence"]: gap["url"] for gap in page.context["gaps"]}
    assert urls["Give the supplier's company number"] == ""
    assert urls["Give the award value"].endswith("#id_value")


def test_a_contract_past_its_end_says_so_loudly(client, procurement):
    contract = ContractFactory(ends_on=timezone.localdate() - timedelta(days=3))
    assert "passed its end" in client.get(contract.get_absolute_url()).content.decode()
    assert "Past its end" in client.get(LIST).content.decode()


def test_history_is_told_in_words(client, procurement):
    contract = ContractFactory(title="Waste", unit=BusinessUnitFactory(name="Highways"))
    owner = UserFactory(name="Alex Shah")
    client.post(
        reverse("contracts:edit", args=[contract.pk]),
        form_data(contract, tier="", oco="Alex Shah", value="£1,250,000", reason="Yearly review"),
    )
    page = client.get(reverse("contracts:history", args=[contract.pk])).content.decode()
    for words in ("Yearly review", "Pat Rowe", owner.name, "£1,250,000"):
        assert words in page


def test_searching_by_exact_reference_goes_straight_to_the_contract(client, procurement):
    contract = ContractFactory(reference="C-2026-0042")
    assert client.get("/search/", {"q": "c-2026-0042"}).url == contract.get_absolute_url()
    words = client.get("/search/", {"q": contract.title}).content.decode()
    assert "<mark>" in words


def test_searching_does_not_reveal_that_a_contract_exists(client):
    ContractFactory(reference="C-2026-0042")
    client.force_login(person_with("viewer", BusinessUnitFactory()))
    response = client.get("/search/", {"q": "C-2026-0042"})
    assert response.status_code == 200
    assert "Nothing was found" in response.content.decode()


def test_a_suppliers_page_shows_the_contracts_it_leads_and_takes_part_in(client, procurement):
    supplier = SupplierFactory()
    ContractFactory(title="Led", supplier=supplier)
    ContractSupplier.objects.create(contract=ContractFactory(title="Joined"), supplier=supplier)
    response = client.get(reverse("contracts:of_supplier", args=[supplier.pk]))
    assert sorted(shown(response)) == ["Joined", "Led"]
    assert Supplier.objects.count() == 2


def test_a_persons_page_shows_the_contracts_they_hold_any_part_in(client, procurement):
    leaver = UserFactory(is_active=False, name="Sam Gone")
    ContractFactory(title="Owned", oco=leaver)
    ContractFactory(title="Answered for", sro=leaver)
    ContractFactory(title="Somebody else's")
    response = client.get(reverse("contracts:of_person", args=[leaver.pk]))
    assert shown(response) == ["Answered for", "Owned"]
    assert "choose who takes them over" in response.content.decode()


@pytest.mark.parametrize(
    "section",
    ["contracts:contract", "performance:contract", "reminders:contract", "tiering:contract"],
)
def test_every_section_of_a_contract_lights_contracts_in_the_menu(client, procurement, section):
    response = client.get(reverse(section, args=[ContractFactory().pk]))
    assert [i["label"] for i in response.context["navigation"] if i["current"]] == ["Contracts"]


@pytest.mark.parametrize("role", ["auditor", "procurement", None])
def test_the_overview_takes_ten_queries_for_everybody(client, django_assert_max_num_queries, role):
    owner, reader = UserFactory(), person_with(role) if role else UserFactory()
    contract = ContractFactory(oco=owner, sro=None if role else reader)
    client.force_login(reader)
    client.get(contract.get_absolute_url())  # the header remembers what its reader holds
    with django_assert_max_num_queries(10):
        client.get(contract.get_absolute_url())
