"""The board, the tiers and a supplier's section: who sees what, and what two people at once do to each other."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from contracts.models import Contract
from suppliers.segmentation import actions
from suppliers.segmentation.models import KraljicPlacement, KraljicQuestion, SupplierTier
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.segmentation.factories import PlacementFactory, TierFactory
from tests.world import read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
BOARD, TIERS = "/suppliers/kraljic/", "/suppliers/tiers/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def pat(client):
    person = person_with("procurement", name="Pat Rowe")
    client.force_login(person)
    return person


def names(response):
    return [line["name"] for line in response.context["page"].lines]


def section(supplier):
    return reverse("segmentation:supplier", args=[supplier.pk])


def in_use(name, **values):
    """A placed supplier with a contract in force that has an SRO."""
    placement = PlacementFactory(supplier=SupplierFactory(name=name), **values)
    ContractFactory(supplier=placement.supplier, sro=UserFactory(), tier="gold")
    return placement


# --- The board ------------------------------------------------------------------------------------


@pytest.fixture
def placed():
    return {
        "late": in_use("Late Ltd", placed_on=date(2026, 5, 1)),
        "soon": in_use("Soon Ltd", placed_on=date(2026, 6, 10), supply_risk=Decimal(10)),
        "fresh": in_use("Fresh Ltd", business_impact=Decimal(10)),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Late Ltd", "Soon Ltd", "Fresh Ltd"]),
        ({"due": "overdue"}, ["Late Ltd"]),
        ({"due": "30"}, ["Soon Ltd"]),
        ({"due_on": "2026-12-10"}, ["Soon Ltd"]),
        ({"place": ["bottleneck", "leverage"]}, ["Soon Ltd", "Fresh Ltd"]),
        ({"q": "fresh"}, ["Fresh Ltd"]),
        ({"sign": "no_sro"}, []),
        ({"sort": "-supply_risk"}, ["Fresh Ltd", "Late Ltd", "Soon Ltd"]),
    ],
)
def test_each_filter_finds_in_the_table_and_in_the_picture(client, pat, placed, query, found):
    response = client.get(BOARD, query)
    assert names(response) == found
    assert all(
        (f">{name}<" in response.context["picture"]) == (name in found)
        for name in ("Late Ltd", "Soon Ltd", "Fresh Ltd")
    )


def test_a_strategic_supplier_without_sro_is_red_in_picture_table_and_figures(client, pat, placed):
    ContractFactory(supplier=placed["late"].supplier, sro=None)
    response = client.get(BOARD, {"sign": "no_sro"})
    assert names(response) == ["Late Ltd"]
    assert "app-board__point--no-sro" in response.context["picture"]
    assert ">SRO missing</span>" in response.content.decode()
    figures = {figure["url"]: figure for figure in response.context["figures"]}
    assert (figures["?sign=no_sro"]["number"], figures["?sign=no_sro"]["colour"]) == ("1", "red")


def test_nobody_must_review_a_supplier_from_whom_nothing_is_bought(client, pat, placed):
    placed["late"].supplier.contracts.update(stage="ended")
    assert names(client.get(BOARD, {"due": "overdue"})) == []
    assert "No contract in force" in client.get(BOARD).content.decode()


def test_the_pages_of_such_a_supplier_ask_for_no_review_either(client, pat):
    supplier = PlacementFactory(due_on=date(2026, 1, 1)).supplier
    TierFactory(supplier=supplier, due_on=date(2026, 1, 1))
    assert "Next review" not in client.get(supplier.get_absolute_url()).content.decode()
    told = client.get(section(supplier)).content.decode()
    assert told.count("Not needed: no contract in force") == 2
    supplier.placements.all().delete()
    told = client.get(section(supplier)).content.decode()
    assert told.count("Not needed: no contract in force") == 1


def test_the_answers_are_read_by_those_who_may_know_how_steady_the_supplier_is(client, pat):
    """What would be confidential as a note must not stand in the open as an answer."""
    placement = in_use("Acme Ltd", answers=[
        {"axis": "supply_risk", "question": "How steady?", "answer": "May fail", "points": 4, "weight": 1}
    ])  # fmt: skip
    contract = placement.supplier.contracts.get()
    sro = UserFactory()
    Contract.objects.filter(pk=contract.pk).update(sro=sro)
    for person, reads in (
        (pat, True), (sro, True), (person_with("viewer", contract.unit), False), (person_with("auditor"), False),
    ):  # fmt: skip
        client.force_login(person)
        told = client.get(section(placement.supplier)).content.decode()
        assert ("May fail" in told) == reads, person
        assert "Strategic" in told


def test_moved_suppliers_are_found_by_where_they_were(client, pat, placed):
    before = PlacementFactory(
        supplier=placed["late"].supplier, is_current=False, supply_risk=Decimal(10)
    )
    KraljicPlacement.objects.filter(pk=placed["late"].pk).update(follows=before)
    response = client.get(BOARD, {"sign": "moved"})
    assert names(response) == ["Late Ltd"]
    assert "From leverage" in response.content.decode()
    assert "app-board__arrow" in response.context["picture"]


def test_a_viewer_sees_the_suppliers_of_their_contracts_only(client, placed):
    contract = placed["late"].supplier.contracts.get()
    client.force_login(person_with("viewer", contract.unit))
    response = client.get(BOARD)
    assert names(response) == ["Late Ltd"]
    assert "Soon Ltd" not in response.content.decode()
    exported = read(client.get(BOARD, {"export": "csv"})).decode()
    assert "Late Ltd" in exported
    assert "Soon Ltd" not in exported


def test_a_reader_is_told_of_missing_sros_among_the_contracts_they_see(client, placed):
    """That some other contract has no SRO is not theirs to know."""
    contract = placed["late"].supplier.contracts.get()
    ContractFactory(supplier=contract.supplier, sro=None)
    client.force_login(person_with("viewer", contract.unit))
    response = client.get(BOARD)
    assert "SRO missing" not in response.content.decode().split('id="table"')[1]
    assert names(client.get(BOARD, {"sign": "no_sro"})) == []


def test_whoever_sees_no_contract_sees_an_empty_board_that_says_why(client, placed):
    client.force_login(UserFactory())
    response = client.get(BOARD)
    assert names(response) == []
    assert "You see the suppliers of the contracts that you see" in response.content.decode()


def test_the_picture_shows_the_most_important_and_says_so(client, pat, monkeypatch, placed):
    monkeypatch.setattr("suppliers.segmentation.views.DRAWN", 2)
    response = client.get(BOARD)
    assert response.context["drawn"] == 2
    assert "2 most important of 3 suppliers" in response.content.decode()
    assert ">Fresh Ltd<" not in response.context["picture"]


def test_the_board_is_exported_as_it_is_filtered(client, pat, placed):
    rows = list(
        csv.reader(
            io.StringIO(
                read(client.get(BOARD, {"export": "csv", "place": "strategic"})).decode("utf-8-sig")
            )
        )
    )
    assert rows[0][:2] == ["Supplier", "Place"]
    assert [row[:4] for row in rows[1:]] == [["Late Ltd", "Strategic", "75.0", "75.0"]]


@pytest.mark.parametrize("number", [1, 30])
def test_board_and_tiers_cost_the_same_for_one_and_for_many(
    client, pat, number, django_assert_num_queries
):
    for n in range(number):
        placement = in_use(f"Supplier {n}")
        TierFactory(supplier=placement.supplier)
    client.get(BOARD)  # what is remembered is remembered
    with django_assert_num_queries(7):
        client.get(BOARD)
    with django_assert_num_queries(6):
        client.get(TIERS)


# --- One supplier ---------------------------------------------------------------------------------


def answers(number=4, **more):
    return {
        **{f"question-{q.pk}": str(number) for q in KraljicQuestion.objects.asked()},
        "reason": "Nobody else is left",
        "seen": "0",
    } | more


def test_a_place_is_looked_at_before_it_is_saved(client, pat):
    supplier = SupplierFactory(name="Acme Ltd")
    url = reverse("segmentation:place", args=[supplier.pk])
    check = client.post(url, answers())
    assert "Check the place before it is saved" in check.content.decode()
    assert not supplier.placements.exists()
    saved = client.post(url, answers(save="1", checked=check.context["checked"]))
    assert saved.url == section(supplier)
    placement = supplier.placements.get()
    assert (placement.quadrant, placement.placed_by, placement.placed_on) == (
        "strategic",
        pat,
        TODAY,
    )


def test_answers_can_be_changed_from_the_check_page_and_are_kept(client, pat):
    supplier = SupplierFactory()
    response = client.post(
        reverse("segmentation:place", args=[supplier.pk]), answers(3, change="1")
    )
    assert response.content.decode().count('value="3"') >= 8
    assert response.content.decode().count("checked") >= 8
    assert "Nobody else is left" in response.content.decode()


def test_every_question_that_is_left_open_is_named_at_once(client, pat):
    supplier = SupplierFactory()
    response = client.post(reverse("segmentation:place", args=[supplier.pk]), {"seen": "0"})
    assert len(response.context["form"].errors) == 9
    assert "Answer the question: How many others could supply this?" in response.content.decode()


def test_without_questions_nobody_is_placed(client, pat):
    KraljicQuestion.objects.filter(axis="supply_risk").delete()
    url = reverse("segmentation:place", args=[SupplierFactory().pk])
    for response in (client.get(url), client.post(url, {"reason": "Because"})):
        assert response.url == "/suppliers/kraljic/questions/"


def test_what_was_not_looked_at_is_not_saved(client, pat):
    """Weights changed between the check and the button: the new place is shown first."""
    supplier = SupplierFactory()
    url = reverse("segmentation:place", args=[supplier.pk])
    response = client.post(url, answers(save="1", checked="12.0/99.9"))
    assert "Check the place before it is saved" in response.content.decode()
    assert not supplier.placements.exists()


def test_two_people_place_one_supplier_and_neither_loses(client, pat):
    supplier = SupplierFactory()
    url = reverse("segmentation:place", args=[supplier.pk])
    checked = client.post(url, answers()).context["checked"]
    theirs = PlacementFactory(supplier=supplier, placed_by=UserFactory(name="Olive"), reason="Mine")
    response = client.post(url, answers(save="1", checked=checked))
    assert "Olive placed this supplier while this page was open" in response.content.decode()
    again = client.post(url, answers(save="1", checked=checked, seen=str(response.context["seen"])))
    assert again.status_code == 302
    latest = supplier.placements.current().get()
    assert (latest.placed_by, latest.follows) == (pat, theirs)


def test_the_next_review_begins_with_the_answers_of_the_last(client, pat):
    supplier = SupplierFactory()
    url = reverse("segmentation:place", args=[supplier.pk])
    client.post(url, answers(3, save="1", checked="75.0/75.0"))
    form = client.get(url).context["form"]
    assert {form.initial[f"question-{q.pk}"] for q in KraljicQuestion.objects.asked()} == {3}


def test_a_tier_against_the_proposal_asks_why(client, pat):
    supplier = ContractFactory(tier="silver").supplier
    url = reverse("segmentation:tier", args=[supplier.pk])
    response = client.post(url, {"tier": "gold", "seen": "0"})
    assert response.context["form"].errors["reason"] == [
        "Silver is proposed: enter the reason for another tier"
    ]
    assert client.post(url, {"tier": "gold", "reason": "Only one", "seen": "0"}).url == section(
        supplier
    )
    assert (
        "Against the proposal (Silver): Only one" in client.get(section(supplier)).content.decode()
    )


def test_a_tier_decided_meanwhile_is_shown_before_it_is_replaced(client, pat):
    supplier = ContractFactory(tier="silver").supplier
    url = reverse("segmentation:tier", args=[supplier.pk])
    TierFactory(supplier=supplier, decided_by=UserFactory(name="Olive"))
    response = client.post(url, {"tier": "silver", "seen": "0"})
    assert "Olive decided Silver while this page was open" in response.content.decode()
    again = client.post(url, {"tier": "silver", "seen": str(response.context["seen"])})
    assert again.status_code == 302
    assert supplier.tiers.count() == 2


def test_platinum_is_offered_only_where_it_is_in_use(client, pat):
    supplier = SupplierFactory()
    form = client.get(reverse("segmentation:tier", args=[supplier.pk])).context["form"]
    assert [value for value, _ in form.fields["tier"].choices] == ["gold", "silver", "bronze"]


def test_the_section_shows_tier_place_and_both_histories(client, pat):
    placement = in_use("Acme Ltd", reason="Nobody else")
    TierFactory(supplier=placement.supplier, reason="Yearly")
    text = client.get(section(placement.supplier)).content.decode()
    for words in ("Proposed today", "Nobody else", "Yearly", "Supply risk", "First placement"):
        assert words in text


def test_who_sees_one_contract_sees_the_place_but_not_what_others_contracts_propose(client):
    placement = in_use("Acme Ltd")
    TierFactory(supplier=placement.supplier, grounds="Its highest contract is Platinum")
    contract = placement.supplier.contracts.get()
    client.force_login(person_with("viewer", contract.unit))
    text = client.get(section(placement.supplier)).content.decode()
    assert "Strategic" in text
    assert "Proposed today" not in text
    assert "Its highest contract is Platinum" not in text


def test_who_sees_no_contract_of_a_supplier_is_shown_nothing_of_it(client):
    placement = in_use("Acme Ltd", reason="A secret reason")
    client.force_login(person_with("viewer", ContractFactory().unit))
    for url in (section(placement.supplier), placement.supplier.get_absolute_url()):
        text = client.get(url).content.decode()
        assert "Strategic" not in text
        assert "A secret reason" not in text
    assert "Nothing to show you here" in client.get(section(placement.supplier)).content.decode()


@pytest.mark.parametrize("number", [1, 8])
def test_a_suppliers_section_costs_the_same_for_one_placement_and_for_many(
    client, pat, number, django_assert_max_num_queries
):
    placement = in_use("Acme Ltd")
    for n in range(number):
        PlacementFactory(
            supplier=placement.supplier, is_current=False, placed_on=date(2025, 1, n + 1)
        )
        TierFactory(supplier=placement.supplier, is_current=False)
    with django_assert_max_num_queries(13):
        client.get(section(placement.supplier))


# --- The tiers of all -----------------------------------------------------------------------------


@pytest.fixture
def tiered():
    """A supplier for each state: as proposed, differing, undecided, nothing proposed."""
    same, differs, never = (
        ContractFactory(tier="silver", supplier=SupplierFactory(name=name)).supplier
        for name in ("Same Ltd", "Differs Ltd", "Undecided Ltd")
    )
    TierFactory(supplier=same)
    TierFactory(supplier=differs, decided="gold", reason="Only one", decided_on=date(2025, 10, 1))
    return same, differs, never, SupplierFactory(name="Without Ltd")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Differs Ltd", "Same Ltd", "Undecided Ltd", "Without Ltd"]),
        ({"state": "differs"}, ["Differs Ltd"]),
        ({"state": "undecided"}, ["Undecided Ltd"]),
        ({"state": "open"}, ["Differs Ltd", "Undecided Ltd"]),
        ({"state": "same"}, ["Same Ltd"]),
        ({"state": "against"}, ["Differs Ltd"]),
        ({"due": "overdue"}, ["Differs Ltd"]),
        ({"tier": ["silver"]}, ["Same Ltd"]),
        ({"tier": ["silver", "none"]}, ["Same Ltd", "Undecided Ltd", "Without Ltd"]),
        ({"place": ["none"], "q": "same"}, ["Same Ltd"]),
        ({"key": "unplaced"}, ["Differs Ltd", "Same Ltd", "Undecided Ltd"]),
    ],
)
def test_each_filter_of_the_tiers_finds(client, pat, tiered, query, found):
    assert names(client.get(TIERS, query)) == found


def test_ticked_proposals_are_accepted_with_one_reason(client, pat, tiered):
    same, differs, never, without = tiered
    ticked = {"supplier": [s.pk for s in tiered], "back": TIERS}
    page = client.post(f"{TIERS}accept/", ticked)
    assert [s for s, _, _ in page.context["lines"]] == [differs, same, never]
    assert page.context["skipped"] == [without]
    assert "against the proposal: Only one" in page.content.decode()
    seen = {f"proposed-{s.pk}": "silver" for s in tiered}
    seen |= {f"decision-{s.pk}": s.tiers.get().pk for s in (same, differs)}
    missing = client.post(f"{TIERS}accept/", {**ticked, **seen, "save": "1"})
    assert missing.context["form"].errors["reason"] == ["Enter the reason"]
    done = client.post(
        f"{TIERS}accept/", {**ticked, **seen, "save": "1", "reason": "Yearly review"}
    )
    assert done.url == TIERS
    current = SupplierTier.objects.current()
    assert set(current.values_list("supplier", "decided")) == {
        (s.pk, "silver") for s in (same, differs, never)
    }
    assert set(current.values_list("reason", flat=True)) == {"Yearly review"}


def test_a_proposal_that_moved_on_is_shown_again_and_nothing_is_saved(client, pat, tiered):
    never = tiered[2]
    data = {
        "supplier": [never.pk],
        f"proposed-{never.pk}": "bronze",
        "save": "1",
        "reason": "Yearly",
    }
    response = client.post(f"{TIERS}accept/", data)
    assert response.context["changed"]
    assert not never.tiers.exists()


def test_a_tier_that_was_decided_meanwhile_is_shown_and_nothing_is_saved(client, pat, tiered):
    never = tiered[2]
    TierFactory(supplier=never, decided="bronze", reason="Leaves in May")
    data = {
        "supplier": [never.pk],
        f"proposed-{never.pk}": "silver",
        "save": "1",
        "reason": "Yearly",
    }
    response = client.post(f"{TIERS}accept/", data)
    assert response.context["changed"]
    assert "Leaves in May" in response.content.decode()
    assert never.tiers.current().get().decided == "bronze"


def test_an_auditor_reads_the_tiers_and_decides_none(client, tiered):
    client.force_login(person_with("auditor"))
    text = client.get(TIERS).content.decode()
    assert "Differs Ltd" in text
    assert "Accept the proposals" not in text
    assert client.post(f"{TIERS}accept/", {"supplier": [tiered[0].pk]}).status_code == 404


# --- The questions --------------------------------------------------------------------------------


def test_questions_are_changed_with_a_reason_that_the_history_tells(client, pat):
    question = KraljicQuestion.objects.get(weight=40)
    url = reverse("segmentation:question_edit", args=[question.pk])
    values = {
        f: getattr(question, f)
        for f in client.get(url).context["form"]._meta.fields
        if f != "is_asked"
    }
    response = client.post(
        url, {**values, "is_asked": "on", "weight": "55", "reason": "Harm counts more"}
    )
    assert response.status_code == 302
    text = client.get("/suppliers/kraljic/questions/").content.decode()
    assert "Harm counts more" in text
    assert "55" in text


def test_the_last_question_of_an_axis_cannot_be_taken_away(client, pat):
    *others, last = KraljicQuestion.objects.filter(axis="supply_risk")
    for question in others:
        actions.change_question(question=question, by=pat, is_asked=False)
    values = {
        f: getattr(last, f)
        for f in ("axis", "text", "weight", "order", *(f"answer_{n}" for n in range(5)))
    }
    response = client.post(reverse("segmentation:question_edit", args=[last.pk]), values)
    assert "last question of its kind" in response.context["form"].errors["is_asked"][0]


def test_a_question_without_an_answer_is_refused(client, pat):
    response = client.post(
        "/suppliers/kraljic/questions/add/",
        {"axis": "supply_risk", "text": "What?", "weight": "0", "order": "5"},
    )
    errors = response.context["form"].errors
    assert {"weight", "answer_0", "answer_4"} <= set(errors)
