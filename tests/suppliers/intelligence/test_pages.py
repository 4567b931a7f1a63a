"""Notes, checks and distress: written, followed up, filtered, and found again."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from common import deadlines
from common.deadlines import Scope
from suppliers import checks
from suppliers.intelligence import actions
from suppliers.intelligence.models import Agency, DistressEvent, FinancialCheck, IntelligenceNote
from suppliers.models import Supplier
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.intelligence.factories import (
    AgencyFactory,
    CheckFactory,
    EventFactory,
    NoteFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


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


def day(name, on):
    return {f"{name}_{part}": str(getattr(on, part)) for part in ("day", "month", "year")}


# --- Notes ----------------------------------------------------------------------------------------


def sent(**values):
    return {
        "kind": "market", "title": "Fees rise", "text": "From April", "supplier": "", "category": "Waste",
        "source": "", **day("noted_on", TODAY),
    } | values  # fmt: skip


def test_a_market_note_is_written_and_everybody_finds_it(client, pat):
    response = client.post("/suppliers/intelligence/add/", sent())
    note = IntelligenceNote.objects.get()
    assert response.url == note.get_absolute_url()
    assert (note.written_by, note.category, note.supplier) == (pat, "Waste", None)
    client.force_login(UserFactory())
    assert names(client.get("/suppliers/intelligence/", {"q": "april waste"})) == ["Fees rise"]


def test_a_note_on_a_supplier_begins_with_the_supplier(client, pat):
    supplier = SupplierFactory(name="Acme Ltd")
    form = client.get(f"/suppliers/intelligence/add/?supplier={supplier.pk}").context["form"]
    assert form["supplier"].value() in (supplier, "Acme Ltd")
    client.post(
        "/suppliers/intelligence/add/", sent(kind="reputation", supplier="Acme Ltd", category="")
    )
    assert IntelligenceNote.objects.get().supplier == supplier


@pytest.mark.parametrize("asked", ["x", "0", "9" * 30, "-1", "²"])
def test_a_supplier_that_is_none_is_left_aside(client, pat, asked):
    assert client.get("/suppliers/intelligence/add/", {"supplier": asked}).status_code == 200


def test_every_gap_of_a_note_is_named_at_once(client, pat):
    response = client.post("/suppliers/intelligence/add/", {"kind": "financial"})
    assert {"title", "text", "noted_on", "supplier"} <= set(response.context["form"].errors)


def test_two_people_edit_one_note_and_neither_loses(client, pat):
    note = NoteFactory(title="Old title", source="Old source")
    url = reverse("intelligence:note_edit", args=[note.pk])
    opened = {
        "kind": "supplier", "title": "Old title", "text": note.text, "supplier": note.supplier.name, "category": "",
        "source": "Old source", **day("noted_on", note.noted_on),
    }  # fmt: skip
    before = {f"initial-{k}": v for k, v in opened.items()}
    client.post(url, {**opened, **before, "source": "New source"})
    client.post(url, {**opened, **before, "title": "New title", "reason": "Clearer"})
    note.refresh_from_db()
    assert (note.title, note.source) == ("New title", "New source")
    assert "Clearer" in client.get(note.get_absolute_url()).content.decode()


def test_a_confidential_note_cannot_be_opened_by_its_form(client, pat):
    note = NoteFactory(kind="reputation")
    response = client.post(
        reverse("intelligence:note_edit", args=[note.pk]),
        sent(kind="supplier", supplier=note.supplier.name),
    )
    assert "stays confidential" in response.context["form"].errors["kind"][0]
    note.refresh_from_db()
    assert note.kind == "reputation"


def test_an_ended_note_stays_readable_and_reminds_nobody(client, pat):
    note = NoteFactory(title="Old news", valid_until=date(2026, 12, 1))
    url = reverse("intelligence:note_end", args=[note.pk])
    assert "reason" in client.post(url, {"save": "1"}).context["form"].errors
    assert client.post(url, {"reason": "It came otherwise"}).url == note.get_absolute_url()
    assert client.post(url, {"reason": "Again"}).status_code == 404
    text = client.get(note.get_absolute_url()).content.decode()
    assert "No longer counts since 27 November 2026" in text
    assert "It came otherwise" in text
    assert due("intelligence-note") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Fresh", "Stale", "Over"]),
        ({"state": "counts"}, ["Fresh", "Stale"]),
        ({"state": "old"}, ["Stale"]),
        ({"state": "ended"}, ["Over"]),
        ({"kind": ["financial"]}, ["Stale"]),
        ({"valid_until": "2026-11-01"}, ["Stale"]),
        ({"q": "acme"}, ["Fresh"]),
    ],
)
def test_each_filter_of_the_notes_finds(client, pat, query, found):
    NoteFactory(
        title="Fresh", noted_on=date(2026, 10, 9), supplier=SupplierFactory(name="Acme Ltd")
    )
    NoteFactory(
        title="Stale", noted_on=date(2026, 10, 8), kind="financial", valid_until=date(2026, 11, 1)
    )
    NoteFactory(
        title="Over", noted_on=date(2026, 10, 7), ended_on=TODAY, valid_until=date(2026, 11, 2)
    )
    assert names(client.get("/suppliers/intelligence/", query)) == found


def test_the_database_refuses_a_note_about_nothing():
    for wrong in (
        {"supplier": None, "category": ""},
        {"supplier": None, "category": "Energy", "kind": "financial"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            NoteFactory(**wrong)


# --- Financial checks -----------------------------------------------------------------------------


def record(supplier, pat, score=70, *, agency=None, on=TODAY, **more):
    return actions.record_check(
        supplier=supplier, agency=agency or AgencyFactory(), score=score and Decimal(score),
        checked_on=on, by=pat, today=TODAY, kind="credit", **more,
    )  # fmt: skip


def test_a_check_is_judged_and_due_again_within_a_year_of_a_key_supplier(client, pat):
    supplier = ContractFactory(tier="gold").supplier
    url = reverse("intelligence:check_add", args=[supplier.pk])
    response = client.post(
        url,
        {
            "agency": AgencyFactory().pk,
            "kind": "credit",
            "score": "49.5",
            **day("checked_on", TODAY),
        },
    )
    assert response.url == reverse("intelligence:supplier", args=[supplier.pk])
    check = FinancialCheck.objects.get()
    assert (check.result, check.threshold, check.due_on) == ("missed", 50, date(2027, 11, 27))
    assert (check.checked_by, check.is_current) == (pat, True)


def test_a_later_next_check_than_the_rule_allows_is_refused_in_words(client, pat):
    supplier = ContractFactory(tier="platinum").supplier
    response = client.post(
        reverse("intelligence:check_add", args=[supplier.pk]),
        {"agency": AgencyFactory().pk, "kind": "credit", "score": "70", **day("checked_on", TODAY), **day("due_on", date(2027, 11, 1))},
    )  # fmt: skip
    assert response.context["form"].errors["due_on"] == [
        "A supplier of Platinum contracts is checked again by 27 May 2027"
    ]
    assert not FinancialCheck.objects.exists()


def test_what_could_not_be_had_is_not_available_and_never_good(pat):
    assert record(SupplierFactory(), pat, None).result == "not_available"
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckFactory(score=None, result="met")


def test_the_latest_check_of_each_score_stands(pat):
    supplier, credit, other = SupplierFactory(), AgencyFactory(), AgencyFactory()
    first = record(supplier, pat, 30, agency=credit, on=date(2026, 1, 5))
    record(supplier, pat, 70, agency=other)
    second = record(supplier, pat, 60, agency=credit)
    found_later = record(supplier, pat, 10, agency=credit, on=date(2025, 6, 1))
    first.refresh_from_db()
    assert (first.is_current, second.is_current, found_later.is_current) == (False, True, False)
    assert FinancialCheck.objects.current().count() == 2


def test_a_new_threshold_rewrites_no_result(client, pat):
    agency = AgencyFactory()
    check = record(SupplierFactory(), pat, 60, agency=agency)
    url = reverse("intelligence:agency_edit", args=[agency.pk])
    client.post(
        url,
        {
            "name": agency.name,
            "threshold": "65",
            "bad_when": "below",
            "is_used": "on",
            "reason": "Stricter",
        },
    )
    check.refresh_from_db()
    assert (Agency.objects.get(pk=agency.pk).threshold, check.threshold, check.result) == (
        65,
        50,
        "met",
    )
    assert record(check.supplier, pat, 60, agency=agency).result == "missed"
    assert "Stricter" in client.get("/suppliers/intelligence/scores/").content.decode()


def test_a_score_of_the_same_name_is_refused(client, pat):
    AgencyFactory(name="Credit")
    response = client.post(
        "/suppliers/intelligence/scores/add/",
        {"name": "Credit", "threshold": "1", "bad_when": "below"},
    )
    assert "name" in response.context["form"].errors


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Bad Ltd", "Good Ltd"]),
        ({"result": ["missed"]}, ["Bad Ltd"]),
        ({"due": "overdue"}, ["Bad Ltd"]),
        ({"due_on": "2026-11-01"}, ["Bad Ltd"]),
        ({"which": "all"}, ["Bad Ltd", "Bad Ltd", "Good Ltd"]),
        ({"q": "good"}, ["Good Ltd"]),
    ],
)
def test_each_filter_of_the_checks_finds(client, pat, query, found):
    bad, good = (
        ContractFactory(supplier=SupplierFactory(name=n)).supplier for n in ("Bad Ltd", "Good Ltd")
    )
    agency = AgencyFactory()
    CheckFactory(supplier=bad, agency=agency, is_current=False, due_on=date(2026, 10, 1))
    CheckFactory(supplier=bad, agency=agency, score=10, due_on=date(2026, 11, 1))
    CheckFactory(supplier=good)
    assert names(client.get("/suppliers/intelligence/checks/", query)) == found


def test_key_suppliers_that_nobody_checks_are_listed_and_counted(client, pat):
    ContractFactory(tier="silver", supplier=SupplierFactory(name="Unwatched Ltd"))
    watched = ContractFactory(tier="gold").supplier
    CheckFactory(supplier=watched)
    ContractFactory(tier="bronze")
    page = client.get("/suppliers/intelligence/unchecked/")
    assert names(page) == ["Unwatched Ltd"]
    unwatched = Supplier.objects.get(name="Unwatched Ltd")
    assert reverse("intelligence:check_add", args=[unwatched.pk]) in page.content.decode()
    shown = {check["label"]: check for check in checks.counts(pat, TODAY)}
    counted = shown["Suppliers of Gold and Silver contracts without a financial check"]
    assert (counted["number"], counted["url"]) == (1, "/suppliers/intelligence/unchecked/")


def test_a_score_that_is_no_longer_used_demands_nothing_more(client, pat):
    """Nobody could take it again; the supplier is listed as one without a check instead."""
    supplier = ContractFactory(tier="gold", supplier=SupplierFactory(name="Acme Ltd")).supplier
    check = CheckFactory(supplier=supplier, due_on=date(2026, 11, 1))
    every, late = "/suppliers/intelligence/checks/", "/suppliers/intelligence/checks/?due=overdue"
    unchecked = "/suppliers/intelligence/unchecked/"
    assert (names(client.get(late)), names(client.get(unchecked))) == (["Acme Ltd"], [])
    actions.change_agency(agency=check.agency, by=pat, is_used=False)
    assert (names(client.get(late)), names(client.get(unchecked))) == ([], ["Acme Ltd"])
    around = date(2025, 12, 1), date(2027, 1, 31)
    assert not list(deadlines.within(Scope(), *around, only={"financial-check"}))
    for url in (every, reverse("intelligence:supplier", args=[supplier.pk])):
        text = client.get(url).content.decode()
        assert "no longer used" in text
        assert ">Overdue</span>" not in text


def test_every_number_of_the_portfolio_leads_to_the_rows_it_counts(client, pat):
    supplier = ContractFactory(tier="gold").supplier
    CheckFactory(supplier=supplier, score=10, due_on=date(2026, 11, 1))
    EventFactory(plan_due_on=date(2026, 11, 1))
    NoteFactory(valid_until=date(2026, 11, 1))
    ContractFactory(tier="silver")
    for check in checks.counts(pat, TODAY):
        assert client.get(check["url"]).context["page"].count == check["number"], check["label"]


# --- Distress -------------------------------------------------------------------------------------


def event_sent(**values):
    return {
        "sign": "rating_fall",
        "text": "Fell by 20",
        **day("happened_on", date(2026, 11, 20)),
    } | values


def test_a_sign_of_distress_is_recorded_and_followed_to_its_end(client, pat):
    supplier = SupplierFactory()
    section = reverse("intelligence:supplier", args=[supplier.pk])
    client.post(
        reverse("intelligence:distress_add", args=[supplier.pk]),
        event_sent(**day("plan_due_on", date(2026, 12, 4))),
    )
    event = DistressEvent.objects.get()
    (plan,) = due("distress-plan")
    assert (plan.due_on, plan.url, plan.contract_id) == (
        date(2026, 12, 4),
        event.get_absolute_url(),
        None,
    )
    follow_up = event_sent(
        **day("plan_due_on", date(2026, 12, 4)), **day("plan_agreed_on", TODAY), version="1", reason="Met them",
    )  # fmt: skip
    assert client.post(event.get_absolute_url(), follow_up).url == section
    assert due("distress-plan") == []
    closing = {**follow_up, **day("closed_on", TODAY), "version": "2"}
    response = client.post(event.get_absolute_url(), closing)
    assert response.context["form"].errors["outcome"] == ["Enter how it ended"]
    client.post(event.get_absolute_url(), {**closing, "outcome": "Bank agreed"})
    event.refresh_from_db()
    assert (event.closed_on, event.outcome, event.version) == (TODAY, "Bank agreed", 3)
    assert "Met them" in client.get(event.get_absolute_url()).content.decode()


def test_two_people_follow_up_one_event_and_neither_loses(client, pat):
    event = EventFactory()
    url = event.get_absolute_url()
    same = {
        "sign": event.sign,
        **day("happened_on", event.happened_on),
        **day("plan_due_on", event.plan_due_on),
    }
    client.post(url, {**same, "text": "Theirs", "version": "1"})
    response = client.post(
        url, {**same, "text": event.text, **day("notified_on", TODAY), "version": "1"}
    )
    assert response.status_code == 409
    merged = response.context["form"].data
    assert (merged["text"], merged["notified_on_day"]) == ("Theirs", "27")


def test_an_sro_reads_an_event_and_changes_none(client):
    event = EventFactory()
    contract = ContractFactory(supplier=event.supplier, sro=UserFactory())
    client.force_login(contract.sro)
    text = client.get(event.get_absolute_url()).content.decode()
    assert "A profit warning" in text
    assert "<textarea" not in text
    assert client.post(event.get_absolute_url(), event_sent(version="1")).status_code == 404


# --- Dates and queries ----------------------------------------------------------------------------


def due(kind):
    return list(deadlines.within(Scope(), date(2025, 12, 1), date(2027, 1, 31), only={kind}))


def test_checks_due_on_one_day_are_one_line_with_the_list_behind_it(client, pat):
    for _ in range(3):
        check = CheckFactory(due_on=date(2026, 12, 1))
        ContractFactory(supplier=check.supplier)
    CheckFactory(due_on=date(2026, 12, 1))  # nothing is bought from this one
    (line,) = due("financial-check")
    assert line.title == "Repeat 3 financial checks"
    assert client.get(line.url).context["page"].count == 3


def test_a_note_is_looked_at_when_its_time_is_over():
    note = NoteFactory(
        kind="market", supplier=None, category="Energy", valid_until=date(2026, 12, 1)
    )
    (line,) = due("intelligence-note")
    assert (line.due_on, line.subject, line.url) == (
        date(2026, 12, 1),
        "Energy",
        note.get_absolute_url(),
    )


@pytest.mark.parametrize("kind", ["financial-check", "distress-plan", "intelligence-note"])
@pytest.mark.parametrize("number", [1, 12])
def test_dates_cost_one_query_however_many(kind, number, django_assert_num_queries):
    for n in range(number):
        on = date(2026, 12, n + 1)
        ContractFactory(supplier=CheckFactory(due_on=on).supplier)
        EventFactory(plan_due_on=on)
        NoteFactory(valid_until=on)
    with django_assert_num_queries(1):
        assert len(due(kind)) == number


@pytest.mark.parametrize("number", [1, 15])
def test_lists_and_section_cost_the_same_for_one_and_for_many(
    client, pat, number, django_assert_num_queries
):
    supplier = ContractFactory(tier="gold").supplier
    for _ in range(number):
        NoteFactory(supplier=supplier)
        CheckFactory(supplier=supplier)
        EventFactory(supplier=supplier)
    client.get("/suppliers/intelligence/")
    for url in ("/suppliers/intelligence/", "/suppliers/intelligence/distress/"):
        with django_assert_num_queries(5):
            client.get(url)
    with django_assert_num_queries(7):
        client.get("/suppliers/intelligence/checks/")
    with django_assert_num_queries(9):
        client.get(reverse("intelligence:supplier", args=[supplier.pk]))
