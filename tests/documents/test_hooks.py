"""What documents add to others' pages, and what each page costs."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import deadlines
from contracts import checks, sections, timeline
from contracts.documents import actions
from contracts.models import Contract
from tests.documents.conftest import TODAY
from tests.documents.factories import a_document, a_version
from tests.factories import ContractFactory, UserFactory
from tests.world import read

pytestmark = pytest.mark.django_db
YEAR = (TODAY - timedelta(days=365), TODAY + timedelta(days=365))


def due(**scope):
    found = deadlines.within(deadlines.Scope(**scope), *YEAR)
    return sorted((d for d in found if d.kind.startswith("document-")), key=lambda d: d.key)


# --- Dates --------------------------------------------------------------------------------------------


def test_a_review_and_a_retention_date_are_owed_by_the_owner_and_the_deputy(contract, people):
    document = a_document(
        contract, review_on=TODAY + timedelta(days=9), retain_until=TODAY - timedelta(days=9)
    )
    retention, review = due()
    assert (review.title, review.due_on) == ("Review “Pricing”", document.review_on)
    assert (retention.title, retention.due_on) == ("Decide whether to keep “Pricing”", document.retain_until)  # fmt: skip
    for found in (review, retention):
        assert found.responsible == (people["oco"].pk, people["deputy"].pk)
        assert (found.contract_id, found.unit_id) == (contract.pk, contract.unit_id)
        assert found.subject == "C-2026-0042 Waste collection"
        assert found.url == document.get_absolute_url()


def test_what_is_withdrawn_is_not_reviewed_but_its_file_is_still_kept_until_its_date(
    contract, owner
):
    document = a_document(contract, review_on=TODAY, retain_until=TODAY)
    actions.withdraw(document=document, by=owner, on=TODAY, reason="Void", seen=1)
    assert [d.kind for d in due()] == ["document-retention"]


def test_the_papers_of_a_contract_that_has_ended_are_kept_in_mind_but_not_reviewed(contract):
    a_document(contract, review_on=TODAY, retain_until=TODAY)
    contract.stage = "ended"
    contract.save()
    assert [d.kind for d in due()] == ["document-retention"]


def test_a_sweep_looks_only_at_its_share(contract):
    a_document(contract, review_on=TODAY)
    assert due(share=(contract.pk, contract.pk))
    assert not due(share=(contract.pk + 1, contract.pk + 99))


# --- Gaps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "stage", "asked"),
    [
        ("platinum", "live", True), ("gold", "exit", True), ("silver", "mobilisation", True),
        ("bronze", "live", False), ("", "live", False), ("gold", "draft", False), ("gold", "ended", False),
    ],
)  # fmt: skip
def test_a_signed_contract_is_asked_for_from_silver_upwards_while_it_is_in_force(
    tier, stage, asked
):
    ContractFactory(tier=tier, stage=stage)
    assert checks.get("no_signed_contract").failing(Contract.objects.all()).exists() is asked


def test_a_schedule_is_no_signed_contract_and_a_withdrawn_one_is_none(contract, owner):
    failing = checks.get("no_signed_contract").failing
    a_document(contract, kind="schedule")
    assert failing(Contract.objects.all()).exists()
    signed = a_document(contract, kind="contract", title="Signed contract")
    assert not failing(Contract.objects.all()).exists()
    actions.withdraw(document=signed, by=owner, on=TODAY, reason="Wrong contract", seen=1)
    assert failing(Contract.objects.all()).exists()


def test_a_gap_leads_to_where_it_is_mended(client, contract, owner):
    a_document(contract, review_on=TODAY - timedelta(days=1))
    client.force_login(owner)
    page = client.get(contract.get_absolute_url()).content.decode()
    assert f"{reverse('documents:add', args=[contract.pk])}?kind=contract" in page
    assert "Review the documents whose date has passed" in page


@pytest.mark.parametrize(("days", "late"), [(-1, True), (0, False), (1, False)])
def test_a_review_is_overdue_after_its_day(contract, days, late):
    a_document(contract, review_on=TODAY + timedelta(days=days))
    failing = checks.get("document_review_overdue").failing(Contract.objects.all())
    assert failing.exists() is late


# --- The timeline that other rooms add to ---------------------------------------------------------------


@pytest.fixture
def a_change_note(monkeypatch):
    """A source as the room of changes will add it."""
    monkeypatch.setattr(timeline, "_sources", [*timeline._sources])

    @timeline.source
    def notes(contract, user):
        yield timeline.Entry(
            on=date(2026, 6, 1), title="Change note 7: Two more sites", detail="Agreed in May",
            value=1_250_000, ends_on=date(2030, 3, 31),
        )  # fmt: skip


def test_another_room_adds_what_it_knows_and_a_past_day_shows_what_held_then(
    client, contract, owner, a_change_note
):
    Contract.objects.filter(pk=contract.pk).update(
        value=1_000_000, current_value=1_250_000, initial_end_on=date(2028, 3, 31), ends_on=date(2030, 3, 31),
    )  # fmt: skip
    client.force_login(owner)
    address = reverse("documents:as_it_stands", args=[contract.pk])
    standing = client.get(address, {"on": "2026-05-31"}).context["standing"]
    assert (standing.value.value, standing.ends_on.value) == (1_000_000, date(2028, 3, 31))
    standing = client.get(address, {"on": "2026-06-01"}).context["standing"]
    assert (standing.value.value, standing.ends_on.value) == (1_250_000, date(2030, 3, 31))
    page = client.get(address).content.decode()
    assert "Change note 7: Two more sites" in page
    assert "Value from then on: £1,250,000" in page


def test_entries_of_all_sources_stand_in_the_order_in_which_they_took_effect(
    contract, owner, a_change_note
):
    document = a_document(contract, effective_on=date(2026, 1, 1))
    a_version(document, effective_on=date(2026, 9, 1))
    titles = [entry.title for entry in timeline.of(contract, owner)]
    assert titles == ["Pricing", "Change note 7: Two more sites", "Pricing, version 2"]


# --- History --------------------------------------------------------------------------------------------


def test_the_history_of_the_contract_tells_of_its_documents_in_words(client, contract, owner):
    document = a_document(contract, reason="From the contract file")
    a_version(document, reason="Indexed")
    client.force_login(owner)
    entries = client.get(reverse("contracts:history", args=[contract.pk])).context["entries"]
    told = [(entry.title, entry.by, entry.reason) for entry in entries if entry.noun != "contract"]
    assert told == [
        ("Document “Pricing” changed", "Olive Owner", "Indexed"),
        ("Document version “Pricing, version 2” added", "Olive Owner", "Indexed"),
        ("Document “Pricing” added", "Olive Owner", "From the contract file"),
    ]
    changes = {c.field: (c.old, c.new) for c in entries[0].changes}
    assert changes == {"Current version": ("Version 1", "Version 2")}


# --- What a page costs ----------------------------------------------------------------------------------


@pytest.fixture
def cost(client):
    def cost(person, address):
        client.force_login(person)
        read(client.get(address))  # what the process remembers, it remembers now
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    return cost


def grow(contract, number):
    for n in range(number):
        kind = ("contract", "schedule", "change_note", "plan")[n % 4]
        document = a_document(contract, title=f"Paper {n}", kind=kind, by=UserFactory())
        for _ in range(3):
            a_version(document, by=UserFactory())
        a_document(ContractFactory(oco=contract.oco), title=f"Elsewhere {n}")


PAGES = {
    "documents:contract": 9,
    "documents:as_it_stands": 11,
    "documents:list": 9,
    "contracts:contract": 10,
    "contracts:history": 16,
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["oco", "procurement", "viewer"])
def test_a_page_costs_the_same_for_one_document_and_for_many(cost, contract, people, name, who):
    address = reverse(name, args=[] if name == "documents:list" else [contract.pk])
    grow(contract, 4)
    few = cost(people[who], address)
    grow(contract, 6)
    assert cost(people[who], address) == few
    assert few <= PAGES[name]


def test_a_document_costs_the_same_for_one_version_and_for_many(cost, contract, owner):
    document = a_document(contract)
    a_version(document)
    few = cost(owner, document.get_absolute_url())
    for _ in range(12):
        a_version(document, by=UserFactory())
    assert cost(owner, document.get_absolute_url()) == few
    assert few <= 15


def test_the_summary_on_the_overview_costs_no_query_of_its_own(contract, owner):
    """One query asks all sections."""
    grow(contract, 3)
    assert owner.roles_held is not None
    with CaptureQueriesContext(connection) as captured:
        shown = sections.summaries(contract, owner)
        (papers,) = [s["context"]["documents"] for s in shown if "documents" in s["context"]]
        assert [paper.current.number for paper in papers]
    assert len(captured) == 1


def test_the_dates_of_many_documents_cost_two_queries(contract, owner):
    for n in range(10):
        a_document(contract, title=f"Paper {n}", review_on=TODAY, retain_until=TODAY)
    only = {"document-review", "document-retention"}
    for scope in (deadlines.Scope(), deadlines.Scope(user=owner, capacity="mine")):
        assert owner.roles_held is not None
        with CaptureQueriesContext(connection) as captured:
            assert len(list(deadlines.within(scope, *YEAR, only=only))) == 20
        assert len(captured) == 2
