"""Two suppliers that are one: nothing is lost, everything can be read, and nobody comes in between."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from simple_history.models import HistoricalChanges

from common import locking
from contracts import actions as contract_actions
from contracts import consequences
from contracts.imports.models import ImportSupplier, SupplierAlias
from contracts.models import Contract, ContractSupplier
from suppliers import actions, merging
from suppliers.actions import merge
from suppliers.intelligence import actions as intelligence
from suppliers.models import Supplier, SupplierContact, SupplierSpend
from suppliers.segmentation import actions as segmentation
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.imports.files import checked, csv_file, imported
from tests.risks.continuity.factories import ComplianceFactory, PlanFactory
from tests.risks.factories import RiskFactory
from tests.suppliers.factories import SupplierContactFactory, SupplierSpendFactory
from tests.suppliers.intelligence.factories import (
    AgencyFactory,
    CheckFactory,
    EventFactory,
    NoteFactory,
)
from tests.suppliers.segmentation.factories import PlacementFactory, TierFactory, points

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture
def procurement(client):
    person = person_with("procurement", name="Pat Rowe")
    client.force_login(person)
    return person


@pytest.fixture
def both():
    """(the one that stays, the one that goes)."""
    return (
        SupplierFactory(name="Acme Ltd", company_number="00445790"),
        SupplierFactory(name="ACME Home-Care"),
    )


def merged(both, by=None, **options):
    stays, goes = (Supplier.objects.get(pk=supplier.pk) for supplier in both)
    options = {"versions": (stays.version, goes.version), "reason": "Same house"} | options
    return merge(stays=stays, goes=goes, by=by or UserFactory(), **options)


TOLD = "ACME Home-Care (no. {1.pk}) merged into Acme Ltd (no. {0.pk}): Same house"


# --- nothing is left behind -----------------------------------------------------------------------


def pointing_at_suppliers():
    """(model, column) of every foreign key to a supplier, the hidden ones too; history stays as it was written."""
    return {
        (model, column.name)
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, HistoricalChanges)
        for column in model._meta.concrete_fields
        if column.is_relation and column.related_model is Supplier
    }


def test_everything_that_points_at_a_supplier_has_a_mover():
    known = {(mover.model, mover.column) for mover in merging.all_movers()}
    missing = pointing_at_suppliers() - known
    assert not missing, (
        "Say in the room's hooks.py how these move when two suppliers become one (see suppliers/merging.py): "
        + ", ".join(f"{model.__name__}.{column}" for model, column in missing)
    )
    assert known == pointing_at_suppliers()


def test_nothing_points_at_the_one_that_went(both, procurement):
    _, goes = both
    contract = ContractFactory(supplier=goes)
    ContractFactory().further_suppliers.create(supplier=goes)
    SupplierContactFactory(supplier=goes)
    SupplierSpendFactory(supplier=goes)
    SupplierFactory(parent=goes)
    for make in (PlacementFactory, TierFactory, NoteFactory, CheckFactory, EventFactory):
        make(supplier=goes)
    for make in (RiskFactory, PlanFactory, ComplianceFactory):
        make(contract=None, supplier=goes)
    merged((goes, SupplierFactory()))  # an earlier merge
    SupplierAlias.objects.create(key="acme homecare", supplier=goes)
    imported(
        csv_file(
            "Reference,Title,Supplier,Business unit", f"N-1,New,{goes.name},{contract.unit.name}"
        ),
        by=procurement,
    )
    assert all(
        mover.count(goes)
        for mover in merging.all_movers()
        if mover.model.__name__ != "DuplicateCandidate"
    )
    merged(both)
    left = {f"{m.model.__name__}.{m.column}": m.count(goes) for m in merging.all_movers()}
    left.pop("Supplier.merged_into")  # its own successors are pointed on; see below
    assert not any(left.values()), left
    assert not Supplier.objects.filter(merged_into=goes).exists()


def test_a_contract_moves_with_history_and_a_new_version(both):
    stays, goes = both
    contract, by = ContractFactory(supplier=goes), UserFactory()
    merged(both, by=by)
    contract.refresh_from_db()
    assert (contract.supplier, contract.version) == (stays, 2)
    latest = contract.history.first()
    assert (latest.history_user, latest.history_type, latest.supplier) == (by, "~", stays)
    assert latest.history_change_reason == TOLD.format(*both)


def test_inner_rooms_of_contracts_are_told(both, monkeypatch):
    contract, heard = ContractFactory(supplier=both[1]), []
    monkeypatch.setattr(
        consequences,
        "_followers",
        [(frozenset({"supplier"}), lambda contracts, by: heard.extend(contracts))],
    )
    merged(both)
    assert heard == [contract]


# --- where both are there already -------------------------------------------------------------------


def parts(contract):
    return list(
        contract.further_suppliers.order_by("pk").values_list("supplier", "part", "service")
    )


def test_who_leads_a_contract_is_not_named_beside_itself_and_the_history_says_as_what(both):
    stays, goes = both
    leads = ContractFactory(supplier=stays)
    leads.further_suppliers.create(supplier=goes, part="subcontractor", service="payroll")
    led = ContractFactory(supplier=goes)
    led.further_suppliers.create(supplier=stays)
    merged(both)
    assert parts(leads) == parts(led) == []
    assert Contract.objects.get(pk=led.pk).supplier == stays
    gone = ContractSupplier.history.filter(contract=leads, history_type="-").get()
    assert gone.history_change_reason == (
        TOLD.format(*both)
        + ". They lead this contract; they were named as named subcontractor for payroll"
    )


def test_two_parts_in_one_contract_become_one_with_both_services(both):
    stays, goes = both
    contract = ContractFactory()
    contract.further_suppliers.create(supplier=stays, service="catering")
    contract.further_suppliers.create(supplier=goes, service="payroll", part="subcontractor")
    alone = ContractFactory()
    alone.further_suppliers.create(supplier=goes, service="cleaning")
    merged(both)
    assert parts(contract) == [(stays.pk, "member", "catering; payroll")]
    assert parts(alone) == [(stays.pk, "member", "cleaning")]
    assert ContractSupplier.history.filter(contract=contract, history_type="-").count() == 1


def test_the_same_contact_of_both_moves_as_retired_and_others_as_they_are(both):
    stays, goes = both
    SupplierContactFactory(supplier=stays, name="Ann", email="ann@example.org")
    SupplierContactFactory(supplier=goes, name="ANN", email="Ann@example.org")
    SupplierContactFactory(supplier=goes, name="Bea", level="senior")
    merged(both)
    found = stays.contacts.order_by("pk").values_list("name", "is_active")
    assert list(found) == [("Ann", True), ("ANN", False), ("Bea", True)]
    assert SupplierContact.history.filter(name="Bea").first().supplier == stays


@pytest.mark.parametrize(
    ("mine", "theirs", "choice", "amount", "source"),
    [
        (70, 30, None, 100, "A; B"),
        (70, 70, None, 70, "A"),  # most likely recorded twice
        (70, 70, "add", 140, "A; B"),
        (70, 30, "stays", 70, "A"),
        (70, 30, "goes", 30, "B"),
    ],
)
def test_spend_of_one_year_becomes_what_was_chosen(both, mine, theirs, choice, amount, source):
    stays, goes = both
    SupplierSpendFactory(supplier=stays, year=2025, amount=mine, source="A")
    SupplierSpendFactory(supplier=goes, year=2025, amount=theirs, source="B")
    SupplierSpendFactory(supplier=goes, year=2024, amount=5)
    SupplierSpendFactory(supplier=goes, year=2025, amount=8, currency="EUR")
    merged(both, spend={(2025, "GBP"): choice} if choice else None)
    assert set(stays.spend.values_list("year", "currency", "amount")) == {
        (2025, "GBP", amount), (2024, "GBP", 5), (2025, "EUR", 8),
    }  # fmt: skip
    assert stays.spend.get(year=2025, currency="GBP").source == source
    gone = SupplierSpend.history.get(history_type="-")
    assert (gone.amount, gone.supplier) == (theirs, goes)


# --- groups -----------------------------------------------------------------------------------------


def test_companies_that_belonged_to_the_one_belong_to_the_other(both):
    stays, goes = both
    child = SupplierFactory(parent=goes)
    merged(both)
    assert child.history.first().parent == Supplier.objects.get(pk=child.pk).parent == stays


def test_a_company_that_swallows_its_parent_takes_its_place(both):
    stays, goes = both
    top = SupplierFactory()
    Supplier.objects.filter(pk=goes.pk).update(parent=top)
    Supplier.objects.filter(pk=stays.pk).update(parent=goes)
    merged(both)
    assert Supplier.objects.get(pk=stays.pk).parent == top


def test_a_company_that_swallows_its_daughter_keeps_its_own_parent(both):
    stays, goes = both
    Supplier.objects.filter(pk=goes.pk).update(parent=stays)
    merged(both, values={"parent": stays})
    assert Supplier.objects.get(pk=stays.pk).parent is None


def test_a_daughter_among_its_parents_does_not_cut_a_company_off(both):
    stays, goes = both
    top = SupplierFactory()
    Supplier.objects.filter(pk=stays.pk).update(parent=top)
    Supplier.objects.filter(pk=goes.pk).update(parent=stays)
    merged(both, values={"parent": stays})
    assert Supplier.objects.get(pk=stays.pk).parent == top


def test_a_company_that_swallows_the_parent_of_its_parent_takes_its_place(both):
    stays, goes = both
    top = SupplierFactory()
    middle = SupplierFactory(parent=goes)
    Supplier.objects.filter(pk=goes.pk).update(parent=top)
    Supplier.objects.filter(pk=stays.pk).update(parent=middle)
    merged(both)
    assert Supplier.objects.get(pk=stays.pk).parent == top
    assert Supplier.objects.get(pk=middle.pk).parent == stays


@pytest.mark.parametrize("daughter", [0, 1])
def test_of_a_company_and_its_daughter_no_parent_is_chosen(client, both, procurement, daughter):
    """One of the two parents offered would be the supplier itself, or the one that goes."""
    below, above = both[daughter], both[1 - daughter]
    Supplier.objects.filter(pk=above.pk).update(parent=SupplierFactory(name="Top plc"))
    Supplier.objects.filter(pk=below.pk).update(parent=SupplierFactory(parent=above))
    page = client.get(reverse("suppliers:merge", args=[supplier.pk for supplier in both]))
    assert "parent" not in page.context["form"].fields


def test_a_group_that_would_become_too_deep_stops_the_merge(both):
    stays, goes = both
    below = goes
    for _ in range(3):
        below = SupplierFactory(parent=below)
    Supplier.objects.filter(pk=stays.pk).update(parent=SupplierFactory())
    with pytest.raises(actions.Refused, match="4 levels"):
        merged(both)
    goes.refresh_from_db()
    assert goes.merged_into is None
    assert goes.subsidiaries.count() == 1


# --- what stays and what is hidden --------------------------------------------------------------------


def test_the_chosen_columns_stand_and_the_other_row_is_kept_as_it_was(both):
    stays, goes = both
    SupplierFactory(name="Bystander")
    Supplier.objects.filter(pk=goes.pk).update(company_number="07654321", ppon="PMPB-8772-VYWM")
    values = {"company_number": "07654321", "ppon": "PMPB-8772-VYWM", "name": goes.name}
    merged(both, values=values)
    stays.refresh_from_db()
    goes.refresh_from_db()
    assert (stays.name, stays.company_number, stays.version) == (goes.name, "07654321", 2)
    assert stays.normalised_name == "acme home care"
    assert (goes.merged_into, goes.company_number, goes.version) == (stays, "07654321", 2)
    for row in both:
        assert row.history.first().history_change_reason == TOLD.format(*both)


def test_the_one_that_went_is_in_no_list_search_or_lookup(client, both, procurement):
    _stays, goes = both
    merged(both)
    names = [line["name"] for line in client.get("/suppliers/").context["page"].lines]
    assert names == ["Acme Ltd"]
    assert not Supplier.objects.visible_to(procurement).contains(goes)
    assert not Supplier.objects.editable_by(procurement).contains(goes)
    assert not Supplier.objects.contacts_editable_by(procurement).contains(goes)
    form = client.get("/contracts/add/").content.decode()
    assert "Acme Ltd" in form
    assert "ACME Home-Care" not in form


def test_the_old_address_leads_to_the_one_that_stays_and_says_so(client, both, procurement):
    stays, goes = both
    merged(both)
    for address in (goes.get_absolute_url(), reverse("suppliers:history", args=[goes.pk])):
        response = client.get(address, follow=True)
        assert response.redirect_chain[-1][0] == stays.get_absolute_url()
        assert "ACME Home-Care was merged into Acme Ltd." in response.content.decode()


PAGES_OF_A_SUPPLIER = [
    "suppliers:edit", "suppliers:contacts", "suppliers:contact_add", "suppliers:spend", "suppliers:spend_record",
    "suppliers:merge_choose", "segmentation:supplier", "segmentation:place", "segmentation:tier",
    "intelligence:supplier", "intelligence:check_add", "intelligence:distress_add", "contracts:of_supplier",
    "obligations:of_supplier", "performance:of_supplier",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES_OF_A_SUPPLIER)
def test_every_page_of_the_one_that_went_leads_to_the_same_of_the_one_that_stays(
    client, both, procurement, name
):
    """Links in e-mails and pages that stand open name the old one."""
    stays, goes = both
    merged(both)
    now, told = reverse(name, args=[stays.pk]), "ACME Home-Care was merged into Acme Ltd."
    response = client.get(reverse(name, args=[goes.pk]), follow=True)
    assert response.redirect_chain == [(now, 302)]
    assert told in response.content.decode()
    pressed = client.post(reverse(name, args=[goes.pk]), {"name": "Typed"}, follow=True)
    if pressed.redirect_chain:  # a page that takes no forms goes on as for a reader
        assert pressed.redirect_chain == [(now, 302)]
        assert f"{told} Nothing was saved." in pressed.content.decode()
    assert client.get(reverse(name, args=[10**6])).status_code == 404


def test_a_merge_of_one_that_was_merged_meanwhile_says_so(client, both, procurement):
    stays, goes = both
    url = reverse("suppliers:merge", args=[stays.pk, goes.pk])
    merged(both)
    response = client.post(url, {"confirmed": "1"}, follow=True)
    assert response.redirect_chain == [(stays.get_absolute_url(), 302)]
    assert "was merged into Acme Ltd. Nothing was saved." in response.content.decode()


def test_a_chain_of_merges_leads_to_its_end(client, both, procurement):
    stays, goes = both
    last = SupplierFactory(name="Last plc")
    merged(both)
    merged((last, stays))
    assert client.get(goes.get_absolute_url()).url == last.get_absolute_url()
    told = client.get(reverse("suppliers:history", args=[last.pk])).content.decode()
    assert "ACME Home-Care" in told


def test_the_old_name_finds_the_one_that_stays(client, both, procurement):
    stays, goes = both
    contract = ContractFactory(supplier=goes, title="Meals")
    merged(both)
    found = client.get("/search/", {"q": "home-care"}).content.decode()
    assert f'href="{stays.get_absolute_url()}"' in found
    assert "Was also recorded as" in found
    listed = client.get("/suppliers/", {"q": "home-care", "sme": "unknown"})
    assert [line["name"] for line in listed.context["page"].lines] == ["Acme Ltd"]
    assert client.get("/suppliers/", {"q": "home-care", "sme": "yes"}).context["page"].count == 0
    assert Contract.objects.search("home-care").get() == contract
    url = reverse("contracts:edit", args=[ContractFactory(supplier=None).pk])
    form = client.get(url).context["form"]
    assert form.fields["supplier"].clean("acme home care") == stays


def test_history_of_both_is_told_on_one_page(client, both, procurement):
    stays, goes = both
    SupplierContactFactory(supplier=goes, name="Ann Ash")
    contract = ContractFactory()
    contract_actions.add_supplier(contract=contract, supplier=goes, part="member", by=procurement)
    actions.change(supplier=goes, by=procurement, version=1, notes="Was a sole trader")
    merged(both)
    url = reverse("suppliers:history", args=[stays.pk])
    told = client.get(url).content.decode()
    for words in ("Was a sole trader", "Ann Ash", "Merged into", "Same house", contract.reference):
        assert words in told
    client.force_login(person_with("viewer", ContractFactory().unit))
    assert contract.reference not in client.get(url).content.decode()


# --- imports --------------------------------------------------------------------------------------------


def test_imports_take_the_old_name_and_number_for_the_one_that_stays(both, procurement):
    stays, goes = both
    Supplier.objects.filter(pk=goes.pk).update(company_number="07654321")
    unit = ContractFactory().unit
    merged(both)
    file = csv_file(
        "Reference,Title,Supplier,Company number,Business unit",
        f"N-1,One,acme home care,,{unit.name}",
        f"N-2,Two,Something else,07654321,{unit.name}",
    )
    imported(file, by=procurement)
    found = Contract.objects.filter(reference__in=["N-1", "N-2"])
    assert set(found.values_list("supplier", flat=True)) == {stays.pk}


def test_a_name_that_a_third_supplier_has_too_is_asked_about_as_before(both):
    SupplierFactory(name="Acme home care")
    merged(both)
    assert not SupplierAlias.objects.exists()


def test_a_file_that_was_read_before_the_merge_means_the_one_that_stays(both, procurement):
    stays, goes = both
    unit = ContractFactory().unit
    run = checked(
        csv_file("Reference,Title,Supplier,Business unit", f"N-1,New,{goes.name},{unit.name}"),
        by=procurement,
    )
    merged(both)
    assert ImportSupplier.objects.get().supplier == stays
    from contracts.imports import actions as imports

    imports.confirm(run=run, by=procurement)
    assert Contract.objects.get(reference="N-1").supplier == stays


def test_taking_an_import_back_gives_contracts_to_the_one_that_stays(both, procurement):
    from contracts.imports import actions as imports

    stays, goes = both
    contract = ContractFactory(supplier=goes)
    run = imported(
        csv_file(
            "Reference,Title,Supplier", f"{contract.reference},{contract.title},Quite Another"
        ),
        by=procurement,
    )
    merged(both)
    imports.undo(run=run, by=procurement)
    contract.refresh_from_db()
    assert contract.supplier == stays


# --- refusals ---------------------------------------------------------------------------------------------


def test_nobody_merges_a_supplier_with_itself_or_one_that_was_merged(both):
    stays, goes = both
    with pytest.raises(actions.CannotBeMerged):
        merged((stays, stays))
    merged(both)
    other = SupplierFactory()
    for pair in ((other, goes), (goes, other)):
        with pytest.raises(actions.CannotBeMerged):
            merged(pair)


def test_what_somebody_changed_meanwhile_stops_the_merge(both, procurement):
    _stays, goes = both
    actions.change(supplier=goes, by=procurement, version=1, notes="New")
    with pytest.raises(locking.Conflict):
        merged(both, versions=(1, 1))
    goes.refresh_from_db()
    assert goes.merged_into is None


def test_a_contract_saved_at_the_same_moment_gets_the_one_that_stays(both, procurement):
    stays, goes = both
    merged(both)
    contract = ContractFactory(supplier=None)
    stale = Supplier.objects.get(pk=goes.pk)
    contract_actions.change(contract=contract, by=procurement, version=1, supplier=stale)
    added = contract_actions.add(
        by=procurement, reference="N-1", title="New", unit=contract.unit, supplier=stale
    )
    part = contract_actions.add_supplier(
        contract=ContractFactory(), supplier=stale, part="member", by=procurement
    )
    contract.refresh_from_db()
    assert contract.supplier == added.supplier == part.supplier == stays


def test_whatever_is_saved_at_the_same_moment_goes_to_the_one_that_stays(both, procurement):
    """The page was opened on a supplier that a colleague merges before the button is pressed."""
    stays, goes = both
    merged(both)
    stale = Supplier.objects.get(pk=goes.pk)
    day = {"by": procurement, "today": TODAY}
    agency, values = AgencyFactory(), {"kind": "supplier", "title": "T", "text": "T"}
    child = actions.add(by=procurement, name="Daughter Ltd", parent=stale)
    saved = [
        actions.add_contact(supplier=stale, by=procurement, name="Ann Ash"),
        intelligence.add_note(by=procurement, supplier=stale, noted_on=TODAY, **values),
        intelligence.change_note(note=NoteFactory(), by=procurement, supplier=stale),
        intelligence.record_distress(
            supplier=stale, sign="other", text="T", happened_on=TODAY, **day
        ),
        intelligence.record_check(
            supplier=stale, agency=agency, score=70, checked_on=TODAY, kind="credit", **day
        ),
        segmentation.place(
            supplier=stale, place=segmentation.place_of(points(4)), by=procurement, on=TODAY,
            reason="T", seen=0,
        ),
        segmentation.decide_tier(
            supplier=stale, tier="gold", by=procurement, on=TODAY, reason="T", seen=0
        ),
    ]  # fmt: skip
    assert {type(row).__name__: row.supplier for row in saved} == {
        type(row).__name__: stays for row in saved
    }
    assert child.parent == stays
    actions.change(supplier=child, by=procurement, version=1, parent=None)
    assert actions.change(supplier=child, by=procurement, version=2, parent=stale).parent == stays


def test_years_of_a_supplier_that_was_merged_meanwhile_are_not_recorded_unseen(
    client, both, procurement
):
    _stays, goes = both
    merged(both)
    with pytest.raises(actions.SpendChanged):
        actions.record_spend(
            supplier=Supplier.objects.get(pk=goes.pk), by=procurement,
            lines=[actions.YearOfSpend(2025, "GBP", Decimal(5))],
        )  # fmt: skip
    assert not SupplierSpend.objects.exists()


def test_a_merge_costs_the_same_for_few_contracts_and_for_many(django_assert_max_num_queries):
    counts = []
    for number in (2, 40):
        both = SupplierFactory(), SupplierFactory()
        ContractFactory.create_batch(number, supplier=both[1])
        for contract in ContractFactory.create_batch(number):
            contract.further_suppliers.create(supplier=both[1])
        by = UserFactory()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            merged(both, by=by)
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- the pages ------------------------------------------------------------------------------------------------


def test_the_other_is_chosen_by_name(client, both, procurement):
    stays, goes = both
    url = reverse("suppliers:merge_choose", args=[stays.pk])
    assert client.get(url).status_code == 200
    answer = client.get(url, {"other": "acme home care"})
    assert answer.url == reverse("suppliers:merge", args=[stays.pk, goes.pk])
    answer = client.get(url, {"other": "Acme Ltd"})
    assert "cannot be merged with itself" in str(answer.context["form"].errors["other"])
    assert "other" in client.get(url, {"other": ""}).context["form"].errors


def test_only_what_differs_is_asked_and_what_is_known_is_proposed(client, both, procurement):
    stays, goes = both
    Supplier.objects.filter(pk=stays.pk).update(notes="Mine", website="https://a.example")
    Supplier.objects.filter(pk=goes.pk).update(
        notes="Theirs", is_sme=True, website="https://a.example"
    )
    form = client.get(reverse("suppliers:merge", args=[stays.pk, goes.pk])).context["form"]
    assert form.different == ["name", "company_number", "is_sme", "notes"]
    proposed = {name: form[name].value() for name in form.different}
    assert proposed == {
        "name": "stays",
        "company_number": "stays",
        "is_sme": "goes",
        "notes": "both",
    }


def test_first_what_moves_is_shown_then_it_is_done(client, both, procurement):
    stays, goes = both
    ContractFactory.create_batch(2, supplier=goes)
    SupplierSpendFactory(supplier=stays, year=2025, amount=70)
    SupplierSpendFactory(supplier=goes, year=2025, amount=30)
    url = reverse("suppliers:merge", args=[stays.pk, goes.pk])
    form = client.get(url).context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields}
    wrong = client.post(url, chosen | {"reason": "", "name": "both"})
    assert set(wrong.context["form"].errors) == {"reason", "name"}
    chosen |= {"reason": "Same address", "name": "goes", "spend_2025_GBP": "goes"}
    shown = client.post(url, chosen)
    assert shown.context["moves"] == [
        (2, "contract it leads,contracts it leads"),
        (1, "year of spend,years of spend"),
    ]
    assert not Supplier.objects.exclude(merged_into=None).exists()
    carried = dict(shown.context["form"].hidden) | {"confirmed": "1"}
    response = client.post(url, carried, follow=True)
    assert response.redirect_chain[-1][0] == stays.get_absolute_url()
    assert "2 contracts it leads, 1 year of spend moved." in response.content.decode()
    stays.refresh_from_db()
    assert (stays.name, stays.spend.get().amount) == ("ACME Home-Care", Decimal(30))


def test_a_change_between_comparing_and_merging_is_shown_before_anything_happens(
    client, both, procurement
):
    stays, goes = both
    url = reverse("suppliers:merge", args=[stays.pk, goes.pk])
    form = client.get(url).context["form"]
    chosen = {name: form[name].value() or "" for name in form.fields} | {"reason": "x"}
    actions.change(supplier=goes, by=procurement, version=1, notes="New")
    response = client.post(url, chosen | {"confirmed": "1"})
    assert response.status_code == 409
    assert "Somebody has changed one of them meanwhile" in response.content.decode()
    assert not Supplier.objects.exclude(merged_into=None).exists()


def test_a_supplier_is_not_compared_with_itself(client, both, procurement):
    stays, _ = both
    assert client.get(reverse("suppliers:merge", args=[stays.pk, stays.pk])).status_code == 404


# --- what stands of both --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "stands"), [(date(2026, 11, 2), "gold"), (date(2026, 9, 1), "silver")]
)
def test_the_later_of_two_decisions_stands_and_both_are_kept(both, theirs, stands):
    stays, goes = both
    TierFactory(supplier=stays, decided="silver", decided_on=date(2026, 10, 5))
    TierFactory(supplier=goes, decided="gold", proposed="gold", decided_on=theirs)
    merged(both)
    assert stays.tiers.count() == 2
    assert stays.tiers.get(is_current=True).decided == stands


def test_the_one_place_on_the_board_goes_on_standing(both):
    stays, goes = both
    placement = PlacementFactory(supplier=goes)
    merged(both)
    assert stays.placements.get(is_current=True) == placement


def test_checks_of_different_agencies_stand_beside_each_other(both):
    stays, goes = both
    same = AgencyFactory()
    CheckFactory(supplier=stays, agency=same, checked_on=date(2026, 10, 5))
    CheckFactory(supplier=goes, agency=same, checked_on=date(2026, 11, 5))
    CheckFactory(supplier=goes)
    merged(both)
    standing = stays.financial_checks.filter(is_current=True)
    assert sorted(check.checked_on for check in standing.filter(agency=same)) == [date(2026, 11, 5)]
    assert standing.count() == 2
