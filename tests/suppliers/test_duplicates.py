"""Suppliers that were recorded twice: found by themselves, decided by a person, never asked twice."""

from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from suppliers import actions, duplicates, rules, tasks
from suppliers.models import DuplicateCandidate, DuplicateSearch, Supplier
from suppliers.rules import Body
from tests.factories import SupplierFactory, person_with
from tests.imports.files import csv_file, imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement", name="Pat Rowe")
    client.force_login(person)
    return person


# --- rules --------------------------------------------------------------------------------------


def why(one, other):
    return [reason.value for reason in rules.reasons_alike(one, other)]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("ACME Limited", "Acme Ltd.", "name"),
        ("Acme Ltd", "Acme plc", "form"),
        ("Acme Ltd", "Acme", "form"),
        ("The Acme Group (UK) Ltd", "Acme Ltd", "weak"),
        ("Hollinbrook Homecare Ltd", "Hollinbrook Home Care", "spelling"),
        ("Brightstair Cleaning Ltd", "Bright Stair Cleaning Limited", "spelling"),
        ("Quillstone Waste Services plc", "Quilstone Waste Services", "spelling"),
        ("Smith & Sons", "Smith and Son Ltd", "spelling"),
    ],
)
def test_names_of_one_supplier_are_seen_to_be_alike(one, other, reason):
    assert why(Body(1, one), Body(2, other)) == [reason]
    assert why(Body(2, other), Body(1, one)) == [reason]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Alderbank Care Ltd", "Alderbank Catering Ltd"),
        ("Alderbank Care Ltd", "Elderbank Care Ltd"),
        ("Depot 1 Ltd", "Depot 2 Ltd"),
        ("Acme Northern Ltd", "Acme Southern Ltd"),
        ("Group", "Holdings"),
    ],
)
def test_names_of_two_suppliers_are_left_alone(one, other):
    assert why(Body(1, one), Body(2, other)) == []


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        # Other numbers in the same register are other bodies, whatever the names.
        ({"company_number": "1"}, {"company_number": "2"}, []),
        ({"charity_number": "1"}, {"charity_number": "1-2"}, []),
        ({"company_number": "1"}, {"charity_number": "2"}, ["name"]),
        ({"company_number": "1"}, {}, ["name"]),
        # But one VAT number is worth a look: one of the company numbers may be a slip.
        (
            {"company_number": "1", "vat_number": "GB1"},
            {"company_number": "2", "vat_number": "GB1"},
            ["vat"],
        ),
        ({"charity_number": "1"}, {"charity_number": "1"}, ["charity", "name"]),
        ({"other_number": "DUNS 1"}, {"other_number": "DUNS 1"}, ["other", "name"]),
        ({"other_number": "12"}, {"other_number": "12"}, ["name"]),
        # Companies of one group are often called alike, and share a VAT number.
        ({"group": 7, "vat_number": "GB1"}, {"group": 7, "vat_number": "GB1"}, []),
        ({"group": 7}, {"group": 8}, ["name"]),
    ],
)
def test_numbers_speak_for_and_against(one, other, reasons):
    assert why(Body(1, "Acme", **one), Body(2, "Acme", **other)) == reasons


letters = st.frozensets(st.sampled_from("abcdefgh"), max_size=8)


@given(st.lists(letters, max_size=14), st.sampled_from([0.5, 0.7, 0.9, 1.0]))
def test_the_quick_join_finds_what_comparing_all_finds(sets, least):
    by_all = {
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if sets[one] & sets[other] and rules.likeness(sets[one], sets[other]) >= least
    }
    found = list(rules.similar_sets(sets, least))
    assert set(found) == by_all
    assert len(found) == len(by_all)


names = st.lists(
    st.sampled_from(["acme", "bolt", "care", "cares", "home", "homes", "group", "ltd", "plc", "1", "2"]),
    min_size=1, max_size=4,
).map(" ".join)  # fmt: skip


@given(st.lists(names, max_size=9))
def test_every_pair_with_a_reason_is_among_the_possible_ones(some):
    bodies = [Body(number, name) for number, name in enumerate(some, start=1)]
    possible = {frozenset((one.pk, other.pk)) for one, other in rules.possible_pairs(bodies)}
    for one, other in combinations(bodies, 2):
        if rules.reasons_alike(one, other):
            assert frozenset((one.pk, other.pk)) in possible


def test_a_thousand_namesakes_do_not_make_half_a_million_pairs():
    bodies = [Body(number, "Various") for number in range(1, 1001)]
    assert sum(1 for _ in rules.possible_pairs(bodies)) < 1000 * 2 * rules.MOST_NEXT_ONES


# --- the search ---------------------------------------------------------------------------------


def found():
    rows = DuplicateCandidate.objects.order_by("rank", "pk")
    return [(row.one.name, row.other.name, row.reasons, row.state) for row in rows]


def test_the_search_keeps_what_may_be_one(procurement):
    SupplierFactory(name="Hollinbrook Homecare Ltd", company_number="01234567")
    SupplierFactory(name="Hollinbrook Home Care")
    SupplierFactory(name="Acme Ltd", vat_number="GB990077304")
    SupplierFactory(name="Bolt plc", vat_number="GB990077304")
    SupplierFactory(name="Something else")
    duplicates.search()
    assert found() == [
        ("Acme Ltd", "Bolt plc", "vat", "open"),
        ("Hollinbrook Homecare Ltd", "Hollinbrook Home Care", "spelling", "open"),
    ]
    assert DuplicateSearch.objects.get().compared == 5


def test_companies_of_one_group_are_not_proposed():
    top = SupplierFactory(name="Acme plc")
    middle = SupplierFactory(name="Acme Ltd", parent=top)
    SupplierFactory(name="Acme LLP", parent=middle)
    duplicates.search()
    assert found() == []


def test_what_no_longer_holds_is_forgotten(procurement):
    SupplierFactory(name="Acme Ltd")
    other = SupplierFactory(name="ACME Limited")
    duplicates.search()
    actions.change(supplier=other, by=procurement, version=1, name="Bolt plc")
    duplicates.search()
    assert found() == []


def test_what_was_decided_is_not_asked_again_unless_they_come_to_share_a_number(procurement):
    SupplierFactory(name="Acme Ltd", vat_number="GB990077304")
    other = SupplierFactory(name="ACME Limited")
    duplicates.search()
    assert (
        duplicates.say_different(candidates=DuplicateCandidate.objects.all(), by=procurement) == 1
    )
    duplicates.search()
    assert [row[3] for row in found()] == ["different"]
    actions.change(supplier=other, by=procurement, version=1, name="Acme plc")
    duplicates.search()
    assert [row[2:] for row in found()] == [("form", "different")]  # weaker, not new
    actions.change(supplier=other, by=procurement, version=2, vat_number="GB990077304")
    duplicates.search()
    assert [row[2:] for row in found()] == [("vat form", "open")]


def test_the_search_works_only_when_something_has_changed(procurement):
    supplier = SupplierFactory(name="Acme Ltd")
    tasks.search_for_duplicates(if_needed=True)
    first = DuplicateSearch.objects.get().finished_at
    tasks.search_for_duplicates(if_needed=True)
    assert DuplicateSearch.objects.get().finished_at == first
    actions.change(supplier=supplier, by=procurement, version=1, notes="New")
    tasks.search_for_duplicates(if_needed=True)
    assert DuplicateSearch.objects.get().finished_at > first


def test_a_search_that_is_running_is_not_doubled_and_a_dead_one_does_not_stop_the_next(
    time_machine,
):
    time_machine.move_to("2026-11-27T10:00:00+00:00", tick=False)
    assert duplicates._claim(if_needed=False)
    assert duplicates._claim(if_needed=False) is None
    time_machine.shift(duplicates.STALE_AFTER.total_seconds() + 1)
    assert duplicates._claim(if_needed=False)


def test_a_placeholder_does_not_flood_the_list():
    for _ in range(30):
        SupplierFactory(name="Various")
    duplicates.search()
    assert DuplicateCandidate.objects.count() <= 30 * duplicates.MOST_PAIRS_OF_ONE / 2


def test_the_search_costs_the_same_queries_for_few_and_for_many():
    counts = []
    duplicates.search()
    for number in (2, 40):
        DuplicateCandidate.objects.all().delete()
        for n in range(number):
            SupplierFactory(name=f"Firm {number} {n} Ltd")
            SupplierFactory(name=f"Firm {number} {n} Limited")
        with CaptureQueriesContext(connection) as queries:
            duplicates.search()
        counts.append(len(queries))
    assert counts[0] == counts[1]


# --- merges and imports -------------------------------------------------------------------------


def test_a_merge_forgets_the_pair_and_hands_verdicts_on(procurement):
    stays, goes = SupplierFactory(name="Acme Ltd"), SupplierFactory(name="ACME Limited")
    third = SupplierFactory(name="Acme plc")
    duplicates.search()
    verdict = DuplicateCandidate.objects.filter(one=goes, other=third)
    duplicates.say_different(candidates=verdict, by=procurement)
    DuplicateCandidate.objects.filter(one=stays, other=third).delete()
    actions.merge(stays=stays, goes=goes, by=procurement, versions=(1, 1), reason="One")
    assert found() == [("Acme Ltd", "Acme plc", "form", "different")]
    duplicates.search()
    assert found() == [("Acme Ltd", "Acme plc", "form", "different")]


def test_an_import_is_taken_back_although_its_suppliers_were_proposed(procurement):
    SupplierFactory(name="Acme Ltd")
    from tests.factories import BusinessUnitFactory

    unit = BusinessUnitFactory()
    run = imported(
        csv_file("Reference,Title,Supplier,Business unit", f"N-1,New,Acme plc,{unit.name}"),
        by=procurement,
    )
    duplicates.search()
    assert len(found()) == 1
    from contracts.imports import actions as imports

    imports.undo(run=run, by=procurement)
    assert Supplier.objects.count() == 1
    assert found() == []


# --- the page -----------------------------------------------------------------------------------

PAGE = "/suppliers/duplicates/"


@pytest.fixture
def pair():
    one = SupplierFactory(name="Acme Ltd", company_number="00445790")
    other = SupplierFactory(name="ACME Limited")
    duplicates.search()
    return one, other


def shown(response):
    return [line["name"] for line in response.context["page"].lines]


def test_the_page_leads_from_a_pair_to_the_two_side_by_side(client, procurement, pair):
    one, other = pair
    page = client.get(PAGE)
    text = page.content.decode()
    assert shown(page) == ["Acme Ltd and ACME Limited"]
    assert reverse("suppliers:merge", args=[one.pk, other.pk]) in text
    assert "The names are the same" in text
    assert "2 suppliers compared on" in text
    for supplier, twin in (pair, pair[::-1]):
        assert (
            "This may be the same supplier as"
            in client.get(supplier.get_absolute_url()).content.decode()
        )
        assert client.get(supplier.get_absolute_url()).context["twins"] == [twin]


def test_who_may_not_merge_is_not_told_of_twins(client, pair):
    client.force_login(person_with("auditor"))
    assert client.get(pair[0].get_absolute_url()).context["twins"] == []


def test_ticked_pairs_are_set_aside_and_can_be_taken_back(client, procurement, pair):
    candidate = DuplicateCandidate.objects.get()
    decide = reverse("suppliers:duplicates_decide")
    assert (
        client.post(decide, {"pair": candidate.pk, "back": f"{PAGE}?q=acme"}).url
        == f"{PAGE}?q=acme"
    )
    candidate.refresh_from_db()
    assert (candidate.state, candidate.decided_by) == ("different", procurement)
    assert shown(client.get(PAGE)) == []
    aside = client.get(PAGE, {"state": "different"})
    assert shown(aside) == ["Acme Ltd and ACME Limited"]
    assert "Look at the ticked pairs again" in aside.content.decode()
    client.post(decide, {"pair": candidate.pk, "again": "1"})
    assert shown(client.get(PAGE, {"q": "limited"})) == ["Acme Ltd and ACME Limited"]
    assert (
        "Tick at least one pair" in client.post(decide, {"pair": "x"}, follow=True).content.decode()
    )


def test_few_suppliers_are_compared_at_once_and_many_by_the_worker(
    client, procurement, monkeypatch
):
    SupplierFactory(name="Acme Ltd")
    SupplierFactory(name="ACME Limited")
    search = reverse("suppliers:duplicates_search")
    assert "have been compared" in client.post(search, follow=True).content.decode()
    assert len(found()) == 1
    monkeypatch.setattr(duplicates, "FEW", 1)
    assert "are being compared" in client.post(search, follow=True).content.decode()


def test_the_list_of_pairs_is_exported_in_words(client, procurement, pair):
    rows = b"".join(client.get(PAGE, {"export": "csv"})).decode("utf-8-sig").splitlines()
    assert rows[1] == "Acme Ltd,ACME Limited,The names are the same,"


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_for_one_pair_and_for_many(
    client, procurement, number, django_assert_num_queries
):
    for n in range(number):
        SupplierFactory(name=f"Firm {n} Ltd")
        SupplierFactory(name=f"Firm {n} Limited")
    duplicates.search()
    with django_assert_num_queries(8):
        client.get(PAGE)
