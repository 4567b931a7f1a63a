"""A supplier's page: who they are, what rests on them, and what is overdue, as far as the reader may see."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from performance.querysets import of_suppliers
from performance.rules import Standing
from suppliers import facts, merging, narrowing
from suppliers.facts import Fact
from suppliers.models import Supplier
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.performance.factories import IndicatorFactory
from tests.suppliers.factories import SupplierContactFactory, SupplierSpendFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def supplier():
    return SupplierFactory(name="Acme Ltd")


def page(client, user, supplier):
    client.force_login(user)
    return client.get(supplier.get_absolute_url())


def figures(response):
    return {figure["label"]: figure for figure in response.context["figures"]}


def test_what_rests_on_a_supplier_is_seen_at_once(client, supplier):
    ContractFactory(supplier=supplier, tier="gold", value=Decimal(2_000_000))
    ContractFactory(
        supplier=supplier, tier="gold", value=Decimal(1), current_value=Decimal(400_000)
    )
    ContractFactory(supplier=supplier, tier="silver")
    ContractFactory(supplier=supplier, stage="ended", value=Decimal(9_000_000))
    ContractFactory(supplier=supplier, stage="draft", value=Decimal(9_000_000))
    ContractFactory().further_suppliers.create(supplier=supplier)
    shown = figures(page(client, person_with("procurement"), supplier))
    assert {label: str(f["number"]) for label, f in shown.items()} == {
        "Contracts in force": "3",
        "Contracted value": "£2.4m",
        "Spend last year": "Not recorded",
        "Tiers of its contracts": "2 Gold, 1 Silver",
        "Worst performance": "Not tracked",
        "Named beside the lead": "1",
    }
    assert shown["Contracted value"]["hint"] == "1 contract without a value"
    assert shown["Spend last year"]["words"]


def test_a_number_leads_to_the_list_behind_it(client, supplier):
    ContractFactory.create_batch(2, supplier=supplier)
    ContractFactory(supplier=supplier, stage="ended")
    ContractFactory().further_suppliers.create(supplier=supplier)
    figure = figures(page(client, person_with("procurement"), supplier))["Contracts in force"]
    assert client.get(figure["url"]).context["page"].count == figure["number"] == 2


def test_a_supplier_without_contracts_says_so_and_links_nowhere(client, supplier):
    shown = figures(page(client, person_with("procurement"), supplier))
    assert (shown["Contracts in force"]["number"], shown["Contracts in force"]["url"]) == (0, "")
    assert shown["Contracted value"]["number"] == "None"
    assert "Named beside the lead" not in shown


def test_what_the_reader_may_not_see_is_not_counted(client, supplier):
    seen = ContractFactory(supplier=supplier, value=Decimal(5), tier="gold")
    hidden = ContractFactory(
        supplier=supplier, value=Decimal(70), tier="platinum", ends_on=date(2026, 1, 1)
    )
    IndicatorFactory(contract=hidden)
    hidden.further_suppliers.create(supplier=SupplierFactory())
    response = page(client, person_with("viewer", seen.unit), supplier)
    shown = figures(response)
    assert shown["Contracts in force"]["number"] == 1
    assert shown["Contracted value"]["number"] == "£5"
    assert shown["Tiers of its contracts"]["number"] == "1 Gold"
    assert shown["Worst performance"]["number"] == "Not tracked"
    assert response.context["alarms"] == []


def test_what_is_overdue_is_said_with_the_list_behind_it(client, supplier):
    ContractFactory(supplier=supplier, ends_on=date(2026, 11, 26))
    IndicatorFactory(contract=ContractFactory(supplier=supplier), starts_on=date(2026, 1, 1))
    response = page(client, person_with("procurement"), supplier)
    past_end, late = response.context["alarms"]
    assert past_end["sentence"] == "1 contract is past the end and not closed"
    assert client.get(past_end["url"]).context["page"].count == 1
    assert late["sentence"] == "1 KPI has a reading overdue"
    assert late["url"] == reverse("performance:of_supplier", args=[supplier.pk])
    assert "What is overdue" in response.content.decode()


# --- performance --------------------------------------------------------------------------------


def rated(contract, rating, *, period=date(2026, 10, 1), **columns):
    columns = {"starts_on": date(2026, 1, 1)} | columns
    return IndicatorFactory(
        contract=contract, latest_period=period, latest_rating=rating, latest_value=1, **columns
    )


@pytest.mark.parametrize(
    ("ratings", "worst"),
    [
        (["good"], Standing.GOOD),
        (["good", "inadequate"], Standing.INADEQUATE),
        (["good", "approaching_target"], Standing.APPROACHING),
        (["good", ""], Standing.NOT_REPORTED),
    ],
)
def test_a_supplier_performs_as_its_worst_kpi(supplier, ratings, worst):
    for rating in ratings:
        rated(ContractFactory(supplier=supplier), rating)
    found = of_suppliers(person_with("procurement"), [supplier.pk], today=TODAY)
    assert found[supplier.pk][:2] == (worst, len(ratings))


def test_a_good_rating_that_is_old_does_not_stay_good(supplier):
    rated(ContractFactory(supplier=supplier), "good", period=date(2026, 8, 1))
    assert of_suppliers(person_with("procurement"), [supplier.pk], today=TODAY)[supplier.pk] == (
        Standing.NOT_REPORTED, 1, 1,
    )  # fmt: skip


def test_a_kpi_that_has_just_begun_is_not_late(supplier):
    IndicatorFactory(contract=ContractFactory(supplier=supplier), starts_on=date(2026, 11, 1))
    assert of_suppliers(person_with("procurement"), [supplier.pk], today=TODAY)[supplier.pk][2] == 0


def test_retired_kpis_and_contracts_that_ended_say_nothing(supplier):
    rated(ContractFactory(supplier=supplier), "inadequate", ended_on=date(2026, 10, 31))
    rated(ContractFactory(supplier=supplier, stage="ended"), "inadequate")
    assert of_suppliers(person_with("procurement"), [supplier.pk], today=TODAY) == {}


def test_the_performance_section_lists_kpis_worst_first_and_names_the_unmeasured(client, supplier):
    seen = ContractFactory(supplier=supplier, title="Meals")
    rated(seen, "good", name="Hot meals")
    rated(seen, "inadequate", name="Late meals")
    ContractFactory(supplier=supplier, unit=seen.unit, title="Cleaning")
    hidden = ContractFactory(supplier=supplier, title="Secret")
    rated(hidden, "inadequate", name="Hidden")
    client.force_login(person_with("viewer", seen.unit))
    response = client.get(reverse("performance:of_supplier", args=[supplier.pk]))
    assert [row["indicator"].name for row in response.context["rows"]] == [
        "Late meals",
        "Hot meals",
    ]
    assert [contract.title for contract in response.context["unmeasured"]] == ["Cleaning"]
    text = response.content.decode()
    assert "Hidden" not in text
    assert "Secret" not in text


def test_a_supplier_that_nobody_measures_is_not_tracked(client, supplier):
    client.force_login(person_with("procurement"))
    text = client.get(reverse("performance:of_supplier", args=[supplier.pk])).content.decode()
    assert "Not tracked" in text


# --- what it costs ------------------------------------------------------------------------------


def fill(supplier, number):
    for n in range(number):
        contract = ContractFactory(supplier=supplier, ends_on=date(2026, 1, 1), tier="gold")
        rated(contract, "good", name=f"KPI {n}")
        contract.further_suppliers.create(supplier=SupplierFactory(parent=supplier))
        SupplierContactFactory(supplier=supplier)
        SupplierSpendFactory(supplier=supplier, year=2026 - n)


PAGES = (
    "suppliers:supplier", "suppliers:history", "suppliers:contacts", "suppliers:spend", "performance:of_supplier",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_each_page_costs_no_more_for_much_than_for_little(client, name):
    client.force_login(person_with("procurement"))
    client.get("/suppliers/")  # what is remembered of the reader
    counts = []
    for number in (2, 15):
        supplier = SupplierFactory(parent=SupplierFactory())
        fill(supplier, number)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name, args=[supplier.pk])).status_code == 200
        counts.append(len(queries))
    # A page of history is full before it has met every kind of thing.
    assert counts[1] == counts[0] or (name.endswith("history") and counts[1] < counts[0])


@pytest.mark.parametrize("role", ["procurement", "owner", "auditor"])
def test_the_overview_stays_within_its_queries(client, role, django_assert_max_num_queries):
    """The registries' facts and summaries, and what every page costs."""
    supplier = SupplierFactory()
    fill(supplier, 3)
    if role == "owner":
        user = UserFactory()
        ContractFactory(supplier=supplier, oco=user)
    else:
        user = person_with(role)
    client.force_login(user)
    with django_assert_max_num_queries(19):
        client.get(supplier.get_absolute_url())


# --- registries ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "register",
    [
        lambda: facts.register(Fact("in_force", "Again", lambda user, ids: {})),
        lambda: narrowing.register(
            narrowing.Narrowing("contracts", "Again", (), lambda s, v, u: s)
        ),
        lambda: merging.register(merging.Mover(Supplier, "parent")),
    ],
)
def test_two_rooms_cannot_register_the_same(register):
    with pytest.raises(ImproperlyConfigured):
        register()
