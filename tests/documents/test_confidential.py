"""A confidential document is for the OCO, the SRO and the Procurement Unit; for others it is not there at all."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from common import deadlines
from contracts import checks, timeline
from contracts.documents import actions
from contracts.documents.models import Document, Version
from contracts.models import Contract
from dashboards.agenda import Agenda
from tests.documents.conftest import TODAY
from tests.documents.factories import a_document, a_version
from tests.documents.files import upload
from tests.factories import ContractFactory
from tests.world import read

pytestmark = pytest.mark.django_db

MAY = ("oco", "sro", "procurement")
MAY_NOT = ("deputy", "viewer", "unit_contact", "auditor")
NOTHING_OF_IT = ("stranger", "administrator")
SECRET = "Zebrafish"  # a word that stands nowhere else


@pytest.fixture
def secret(contract, people):
    """A contract paper with two versions, a review and a retention date, all of them confidential."""
    document = a_document(
        contract, kind="contract", title=f"{SECRET} settlement", confidential=True,
        review_on=TODAY - timedelta(days=3), retain_until=TODAY + timedelta(days=3),
        note=f"{SECRET} note", file=upload(name=f"{SECRET}.pdf"), reason=f"{SECRET} reason",
    )  # fmt: skip
    a_version(document, note=f"{SECRET} second", file=upload(name=f"{SECRET}-2.pdf"))
    document.refresh_from_db()
    return document


def addresses(contract):
    """Every page on which a document of a contract might be told of."""
    return [
        contract.get_absolute_url(),
        reverse("contracts:history", args=[contract.pk]),
        f"{reverse('contracts:history', args=[contract.pk])}?show=everything",
        reverse("documents:contract", args=[contract.pk]),
        reverse("documents:as_it_stands", args=[contract.pk]),
        f"{reverse('documents:as_it_stands', args=[contract.pk])}?on=2026-02-01",
        reverse("reminders:contract", args=[contract.pk]),
        reverse("documents:list"),
        f"{reverse('documents:list')}?q={SECRET}",
        f"{reverse('documents:list')}?export=csv&columns=file&columns=publication_note",
        f"{reverse('common:search')}?q={SECRET.lower()}+settlement",
        reverse("dashboards:work"),
        reverse("dashboards:overview"),
        "/",
    ]


def own_pages(document):
    return [
        document.get_absolute_url(),
        *(version.get_absolute_url() for version in document.versions.all()),
    ]


def forms_of(document):
    version = document.versions.get(number=1)
    return [
        *(reverse(f"documents:{name}", args=[document.pk]) for name in ("edit", "add_version", "withdraw", "bring_back")),
        *(reverse(f"documents:{name}", args=[version.pk]) for name in ("edit_version", "make_current", "withdraw_version")),
    ]  # fmt: skip


@pytest.mark.parametrize("who", MAY)
def test_those_who_may_read_it_find_it(client, contract, people, secret, who):
    client.force_login(people[who])
    told = [SECRET in read(client.get(address, follow=True)).decode() for address in addresses(contract)]  # fmt: skip
    assert sum(told) >= 8
    for address in own_pages(secret):
        response = client.get(address)
        read(response)
        assert response.status_code == 200


@pytest.mark.parametrize("who", [*MAY_NOT, *NOTHING_OF_IT])
def test_for_others_it_is_nowhere(client, contract, people, secret, who):
    client.force_login(people[who])
    for address in addresses(contract):
        page = read(client.get(address, follow=True)).decode().replace(f"q={SECRET}", "")
        page = page.replace(f'value="{SECRET}"', "").replace(SECRET.lower(), "")
        page = page.replace(f": {SECRET}", "")  # the filter in words, as they typed it
        assert SECRET not in page, address
    for address in [*own_pages(secret), *forms_of(secret)]:
        assert client.get(address).status_code == 404, address
        assert client.post(address).status_code == 404, address


@pytest.mark.parametrize("who", MAY_NOT)
def test_a_contract_with_nothing_else_looks_to_others_as_if_it_had_no_documents(
    client, contract, people, secret, who
):
    empty = ContractFactory(
        title=contract.title, unit=contract.unit, supplier=contract.supplier, tier="gold",
        oco=contract.oco, deputy=contract.deputy, sro=contract.sro,
    )  # fmt: skip
    client.force_login(people[who])
    for name in ("contracts:contract", "documents:contract", "documents:as_it_stands"):
        pages = [client.get(reverse(name, args=[c.pk])).content.decode() for c in (contract, empty)]
        pages = [re.sub(r"/\d+/|C-[\d-]+", "N", page) for page in pages]
        assert _without_tokens(pages[0]) == _without_tokens(pages[1]), name


def _without_tokens(page):
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "Last changed" not in line]  # fmt: skip


def test_counts_and_pages_of_the_list_leave_it_out(client, contract, people, secret):
    a_document(contract, title="Open paper")
    for who, number in (("auditor", 1), ("deputy", 1), ("oco", 2), ("procurement", 2)):
        client.force_login(people[who])
        assert client.get(reverse("documents:list")).context["page"].count == number, who


@pytest.mark.parametrize("who", [*MAY, *MAY_NOT, *NOTHING_OF_IT])
def test_the_querysets_agree_with_the_row(contract, people, secret, who):
    open_paper = a_document(contract, title="Open paper")
    person = people[who]
    sees_contract, may = who not in NOTHING_OF_IT, who in MAY
    seen = {open_paper, secret} if may else {open_paper} if sees_contract else set()
    assert set(Document.objects.visible_to(person)) == seen
    assert {v.document for v in Version.objects.visible_to(person)} == seen
    if sees_contract:
        assert set(Document.objects.of(contract, person)) == seen
    edits = {"oco", "procurement", "deputy"}
    assert set(Document.objects.editable_by(person)) == (seen if who in edits else set())
    assert {v.document for v in Version.objects.editable_by(person)} == (
        seen if who in edits else set()
    )


def test_an_sro_elsewhere_reads_only_what_is_confidential_there(contract, people, secret):
    elsewhere = ContractFactory(oco=people["deputy"], unit=contract.unit)
    theirs = a_document(elsewhere, title="Theirs", confidential=True)
    assert set(Document.objects.visible_to(people["deputy"])) == {theirs}


# --- Dates, gaps and reminders ----------------------------------------------------------------------


def test_a_sweep_is_told_of_no_confidential_document(contract, secret):
    far = (TODAY - timedelta(days=400), TODAY + timedelta(days=400))
    keys = {d.key for d in deadlines.within(deadlines.Scope(), *far)}
    assert not [key for key in keys if key.startswith("document-")]


@pytest.mark.parametrize(
    ("who", "capacity"), [("oco", "mine"), ("sro", "overseen"), ("procurement", "visible")]
)
def test_those_who_may_read_it_are_told_of_its_dates(contract, people, secret, who, capacity):
    scope = deadlines.Scope(user=people[who], capacity=capacity)
    found = {d.kind: d for d in Agenda(scope, today=TODAY).deadlines}
    assert found["document-review"].title == f"Review “{SECRET} settlement”"
    assert found["document-review"].responsible == (people["oco"].pk, people["sro"].pk)
    assert "document-retention" in found


def test_the_deputy_who_manages_the_contract_is_not(contract, people, secret):
    scope = deadlines.Scope(user=people["deputy"], capacity="mine")
    assert not [d for d in Agenda(scope, today=TODAY).deadlines if d.kind.startswith("document-")]


def test_a_gap_neither_closes_nor_opens_because_of_it(contract, secret):
    """Who sees that a gap is not there would know that something is."""
    contracts = Contract.objects.all()
    assert list(checks.get("no_signed_contract").failing(contracts)) == [contract]
    assert not checks.get("document_review_overdue").failing(contracts).exists()


def test_the_timeline_leaves_it_out(contract, people, secret):
    assert timeline.of(contract, people["viewer"]) == []
    assert len(timeline.of(contract, people["sro"])) == 2


# --- Becoming confidential, and open again ----------------------------------------------------------


def history_of(client, contract, person):
    client.force_login(person)
    return client.get(reverse("contracts:history", args=[contract.pk])).content.decode()


def test_what_becomes_confidential_leaves_the_history_of_others(client, contract, people, owner):
    document = a_document(contract, title=SECRET)
    assert SECRET in history_of(client, contract, people["viewer"])
    actions.change(document=document, by=owner, version=1, confidential=True)
    assert SECRET not in history_of(client, contract, people["viewer"])
    assert SECRET in history_of(client, contract, people["sro"])


def test_what_is_opened_does_not_tell_others_what_it_was_called(client, contract, people, owner):
    document = a_document(contract, title=SECRET, confidential=True, note=SECRET)
    actions.change(
        document=document, by=owner, version=1, confidential=False, title="Settlement, open version"
    )
    assert SECRET not in history_of(client, contract, people["viewer"])
    page = client.get(document.get_absolute_url()).content.decode()
    assert "Settlement, open version" in page
    assert "History of this document" not in page
    assert SECRET in history_of(client, contract, people["oco"])


def test_a_deputy_who_had_the_form_open_is_shut_out(client, contract, people, owner):
    document = a_document(contract, title=SECRET, effective_on=date(2026, 1, 1))
    client.force_login(people["deputy"])
    address = reverse("documents:edit", args=[document.pk])
    assert client.get(address).status_code == 200
    actions.change(document=document, by=owner, version=1, confidential=True)
    sent = {"version": 1, "kind": "plan", "title": "Mine", "publication": "no"}
    assert client.post(address, sent).status_code == 404
    document.refresh_from_db()
    assert document.title == SECRET
