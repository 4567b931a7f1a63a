"""Who may know what: reputation, finances and distress leak in no list, count, export, history, date or notice."""

from datetime import date

import pytest
from django.urls import reverse

from common import deadlines
from common.deadlines import Scope
from contracts.models import Contract, ContractSupplier
from reminders import actions as reminders
from reminders import outbox
from reminders.models import Digest, Notice, ReminderRule
from suppliers import checks
from suppliers.intelligence import actions
from suppliers.intelligence.models import DistressEvent, FinancialCheck, IntelligenceNote
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.intelligence.factories import CheckFactory, EventFactory, NoteFactory
from tests.world import read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
SECRET = "The inspectorate has called"
KINDS = {"financial-check", "distress-plan", "intelligence-note"}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(
        supplier=SupplierFactory(name="Acme Ltd"), oco=UserFactory(), deputy=UserFactory(), sro=UserFactory(),
        tier="gold",
    )  # fmt: skip


@pytest.fixture
def secrets(contract):
    """Everything confidential that there can be about a supplier, and one open note."""
    supplier = contract.supplier
    NoteFactory(supplier=supplier, title="New depot")
    return {
        "note": NoteFactory(supplier=supplier, kind="reputation", title=SECRET, text=SECRET, valid_until=date(2026, 12, 1)),
        "financial": NoteFactory(supplier=supplier, kind="financial", title=f"{SECRET} twice"),
        "check": CheckFactory(supplier=supplier, score=10, note=SECRET, due_on=date(2026, 11, 1)),
        "event": EventFactory(supplier=supplier, text=SECRET, plan_due_on=date(2026, 11, 20)),
    }  # fmt: skip


def insiders(contract):
    return {"sro": contract.sro, "procurement": person_with("procurement")}


def outsiders(contract):
    return {
        "nobody": UserFactory(),
        "viewer": person_with("viewer", contract.unit),
        "contact": person_with("unit_contact", contract.unit),
        "oco": contract.oco,
        "deputy": contract.deputy,
        "auditor": person_with("auditor"),
        "administrator": person_with("administrator"),
        "SRO of another supplier": ContractFactory(sro=UserFactory()).sro,
    }


def pages(secrets):
    supplier = secrets["check"].supplier
    return [
        "/suppliers/intelligence/",
        "/suppliers/intelligence/?q=inspectorate&columns=text",
        "/suppliers/intelligence/?kind=reputation",
        "/suppliers/intelligence/?export=csv&columns=text&columns=kind",
        "/suppliers/intelligence/checks/",
        "/suppliers/intelligence/checks/?export=csv&columns=note",
        "/suppliers/intelligence/distress/",
        "/suppliers/intelligence/distress/?export=csv&columns=text",
        "/suppliers/intelligence/unchecked/",
        secrets["note"].get_absolute_url(),
        secrets["event"].get_absolute_url(),
        supplier.get_absolute_url(),
        reverse("intelligence:supplier", args=[supplier.pk]),
        reverse("suppliers:history", args=[supplier.pk]),
        reverse("contracts:contract", args=[supplier.contracts.get().pk]),
        reverse("contracts:history", args=[supplier.contracts.get().pk]),
        "/search/?q=inspectorate",
        "/work/", "/overview/", "/units/", "/portfolio/", "/reminders/", "/reminders/all/",
    ]  # fmt: skip


TELLING = (SECRET, "misses its threshold", "In financial distress", "Confidential<")
LISTS = (
    "/suppliers/intelligence/checks/",
    "/suppliers/intelligence/distress/",
    "/suppliers/intelligence/unchecked/",
)


def test_nothing_confidential_reaches_an_outsider(client, contract, secrets):
    for kind in KINDS:
        ReminderRule.objects.filter(kind=kind).update(steps="30,7,0,-30")
    person_with("procurement")
    reminders.sweep(today=TODAY)
    for name, person in outsiders(contract).items():
        client.force_login(person)
        for url in pages(secrets):
            response = client.get(url)
            text = read(response).decode()
            found = [words for words in TELLING if response.status_code == 200 and words in text]
            assert not found, f"{name} read {found} at {url}"


def test_the_confidential_lists_are_closed_to_outsiders_or_empty(client, contract, secrets):
    """Only somebody who answers for another supplier's contract finds a list, and nothing in it."""
    for name, person in outsiders(contract).items():
        client.force_login(person)
        for url in LISTS:
            response = client.get(url)
            if name == "SRO of another supplier":
                assert response.context["page"].count == 0
            else:
                assert response.status_code == 404, name


def test_insiders_read_all_of_it(client, contract, secrets):
    section = reverse("intelligence:supplier", args=[contract.supplier_id])
    for person in insiders(contract).values():
        client.force_login(person)
        text = client.get(section).content.decode()
        for words in (
            SECRET,
            f"{SECRET} twice",
            "Misses the threshold",
            "Profit warning",
            "New depot",
        ):
            assert words in text
        assert client.get(secrets["note"].get_absolute_url()).status_code == 200
        assert SECRET in client.get(secrets["event"].get_absolute_url()).content.decode()
        assert client.get("/suppliers/intelligence/?kind=reputation").context["page"].count == 1
        assert client.get("/suppliers/intelligence/checks/").context["page"].count == 1
        overview = client.get(contract.supplier.get_absolute_url()).content.decode()
        assert "In financial distress" in overview
        assert "misses its threshold" in overview


def test_an_open_note_is_everybodys(client, contract, secrets):
    for name, person in outsiders(contract).items():
        client.force_login(person)
        text = client.get("/suppliers/intelligence/").content.decode()
        assert "New depot" in text, name
        assert "1 note<" in text, name


def test_an_sro_reads_of_the_suppliers_of_their_own_contracts_only(contract, secrets):
    elsewhere = NoteFactory(kind="financial")
    CheckFactory()
    EventFactory()
    sro = contract.sro
    assert elsewhere not in IntelligenceNote.objects.visible_to(sro)
    assert FinancialCheck.objects.visible_to(sro).get() == secrets["check"]
    assert DistressEvent.objects.visible_to(sro).get() == secrets["event"]


def test_an_sro_reads_of_a_subcontractor_on_whom_the_contract_depends(contract):
    note = NoteFactory(kind="financial")
    assert note not in IntelligenceNote.objects.visible_to(contract.sro)
    ContractSupplier.objects.create(contract=contract, supplier=note.supplier, part="subcontractor")
    assert note in IntelligenceNote.objects.visible_to(contract.sro)


def test_somebody_who_left_reads_nothing(contract, secrets):
    contract.sro.is_active = False
    contract.sro.save()
    for model in (IntelligenceNote, FinancialCheck, DistressEvent):
        assert not model.objects.visible_to(contract.sro).exists()


def test_a_note_that_becomes_confidential_takes_its_history_along(client, contract):
    note = NoteFactory(supplier=contract.supplier, text="Harmless")
    pat = person_with("procurement")
    actions.change_note(note=note, by=pat, kind="reputation", text=SECRET, reason="Now we know")
    client.force_login(contract.oco)
    assert client.get(note.get_absolute_url()).status_code == 404
    with pytest.raises(actions.Refused):
        actions.change_note(note=note, by=pat, kind="supplier", text="Harmless")


def test_a_confidential_note_is_not_handed_to_those_who_answer_for_another_supplier(
    client, contract, secrets
):
    """Its history would tell them what was known of the first."""
    note, elsewhere = secrets["note"], ContractFactory(sro=UserFactory()).supplier
    pat = person_with("procurement")
    with pytest.raises(actions.Refused, match="stays with its supplier"):
        actions.change_note(note=note, by=pat, supplier=elsewhere, text="Harmless")
    client.force_login(pat)
    url = reverse("intelligence:note_edit", args=[note.pk])
    form = client.get(url).context["form"]
    data = {name: form[name].value() or "" for name in form.fields} | {
        "supplier": elsewhere.name, "noted_on_day": "1", "noted_on_month": "11", "noted_on_year": "2026",
    }  # fmt: skip
    assert "supplier" in client.post(url, data).context["form"].errors
    open_note = NoteFactory(supplier=contract.supplier)
    actions.change_note(note=open_note, by=pat, supplier=elsewhere)
    assert open_note.supplier_id != IntelligenceNote.objects.get(pk=open_note.pk).supplier_id


def test_an_sro_reads_nothing_more_once_the_contract_has_ended(contract, secrets):
    """What the supplier's bank says today is no business of who answered for a contract years ago."""
    Contract.objects.filter(pk=contract.pk).update(
        stage="ended", ended_as="expired", ended_on=date(2026, 10, 31)
    )
    for model in (FinancialCheck, DistressEvent):
        assert not model.objects.visible_to(contract.sro).exists()
    assert secrets["note"] not in IntelligenceNote.objects.visible_to(contract.sro)


# --- Dates and notices ----------------------------------------------------------------------------


def due(user=None, capacity="visible"):
    around = date(2025, 12, 1), date(2027, 1, 31)
    return {d.kind for d in deadlines.within(Scope(user, capacity), *around, only=KINDS)}


def test_dates_are_known_to_insiders_only(contract, secrets):
    assert due() == KINDS
    assert due(contract.sro) == KINDS
    for name, person in outsiders(contract).items():
        assert due(person) == set(), name


def test_dates_are_the_work_of_the_procurement_unit(contract, secrets):
    assert due(person_with("procurement"), "mine") == KINDS
    for person in (contract.oco, contract.sro, person_with("auditor")):
        assert due(person, "mine") == due(person, "overseen") == set()


def test_the_log_of_notices_hides_them_from_the_auditor(client, contract, secrets):
    for kind in KINDS:
        ReminderRule.objects.filter(kind=kind).update(steps="30,7,0,-30")
    pat = person_with("procurement")
    reminders.sweep(today=TODAY)
    secret = Notice.objects.filter(rule__kind__in=KINDS)
    assert {notice.recipient for notice in secret} == {pat}
    assert set(Notice.objects.visible_to(pat).filter(rule__kind__in=KINDS)) == set(secret)
    for name, person in outsiders(contract).items():
        assert not Notice.objects.visible_to(person).filter(rule__kind__in=KINDS).exists(), name


def test_whoever_has_left_the_procurement_unit_reads_no_old_notice_of_it(
    client, contract, secrets, mailoutbox
):
    ReminderRule.objects.filter(kind="distress-plan").update(steps="7,1,0,-7")
    pat = person_with("procurement")
    reminders.send_due(today=TODAY)
    client.force_login(pat)
    assert "Acme Ltd" in client.get("/reminders/").content.decode()
    pat.memberships.all().delete()
    client.force_login(pat)
    page = client.get("/reminders/")
    assert "Acme Ltd" not in page.content.decode()
    assert page.context["page"].count == 0


def test_a_digest_leaves_out_what_its_reader_may_not_know_any_more(contract, secrets, mailoutbox):
    ReminderRule.objects.filter(kind="distress-plan").update(steps="7,1,0,-7")
    pat = person_with("procurement")
    reminders.sweep(today=TODAY)
    reminders.compose(today=TODAY)
    pat.memberships.update(role="auditor")
    outbox.send(today=TODAY)
    assert not mailoutbox


def test_a_digest_names_nothing_confidential_to_whoever_else_reads_the_mail(
    client, contract, secrets, mailoutbox
):
    """A message stands on a locked telephone, and kept messages are read by Administrators."""
    for kind in KINDS:
        ReminderRule.objects.filter(kind=kind).update(steps="30,7,0,-30")
    pat = person_with("procurement")
    for kinds in (KINDS, {"distress-plan"}):  # a message about one date names it in its subject
        Notice.objects.all().delete()
        Digest.objects.all().delete()
        ReminderRule.objects.exclude(kind__in=kinds).update(is_active=False)
        reminders.send_due(today=TODAY)
    several, one = mailoutbox
    assert one.subject == (
        "A service continuity plan (sign in to see of whom), due 7 days ago, on 20 November 2026"
    )
    for message in (several, one):
        html, _ = message.alternatives[0]
        for text in (message.subject, message.body, html):
            for words in ("Acme", "rofit warning", SECRET):
                assert words not in text
    assert "A financial check (sign in to see of whom)" in several.body
    assert "An intelligence note (sign in to see which)" in several.body
    client.force_login(pat)
    assert "Acme Ltd" in client.get("/reminders/").content.decode()


def test_the_auditors_portfolio_counts_open_notes_only(contract, secrets):
    NoteFactory(valid_until=date(2026, 11, 1))
    NoteFactory(kind="financial", valid_until=date(2026, 11, 1))
    numbers = {
        name: {check["label"]: check["number"] for check in checks.counts(person_with(name), TODAY)}
        for name in ("auditor", "procurement")
    }
    assert numbers["auditor"]["Intelligence notes out of date"] == 1
    assert numbers["procurement"]["Intelligence notes out of date"] == 2
    assert "Financial checks that miss the threshold" not in numbers["auditor"]
    assert numbers["procurement"]["Financial checks that miss the threshold"] == 1
    assert numbers["procurement"]["Continuity plans overdue of suppliers in distress"] == 1
