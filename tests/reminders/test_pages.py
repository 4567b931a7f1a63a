"""The pages of reminders: who may open which, what they show, and that no address breaks them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import invitations
from common import deadlines
from reminders import actions, outbox
from reminders.models import Digest, Notice, ReminderRule
from tests.reminders.factories import (
    BusinessUnitFactory,
    OwnedContractFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db

MINE, ALL, E_MAILS = "/reminders/", "/reminders/all/", "/reminders/e-mails/"
RULES, MAIL = "/reminders/rules/", "/reminders/mail/"
HOSTILE = [
    "",
    "x",
    "-1",
    "0",
    "99999999999999999999",
    "\x00",
    "'",
    "<script>",
    "%",
    "é",
    "1e9",
    "a" * 3000,
]
PARAMETERS = ["page", "per_page", "sort", "columns", "export", "q", "kind", "state", "person"]


def today():
    return timezone.localdate()


def contract_that_ends_in(days=30, **about):
    return OwnedContractFactory(ends_on=today() + timedelta(days=days), **about)


def sign_in(client, person):
    client.force_login(person)
    return person


def shown(response):
    return [line["name"] for line in response.context["page"].lines]


@pytest.mark.parametrize(
    ("role", "open_to"),
    [
        ("nobody", {MINE}),
        ("viewer", {MINE}),
        ("unit_contact", {MINE}),
        ("auditor", {MINE, ALL, E_MAILS}),
        ("procurement", {MINE, ALL, E_MAILS, RULES}),
        ("administrator", {MINE, E_MAILS, RULES, MAIL}),
    ],
)
def test_pages_by_role(client, role, open_to):
    in_unit = role in ("viewer", "unit_contact")
    unit = BusinessUnitFactory() if in_unit else None
    sign_in(client, UserFactory() if role == "nobody" else person_with(role, unit))
    answers = {url: client.get(url).status_code for url in (MINE, ALL, E_MAILS, RULES, MAIL)}
    assert {url for url, status in answers.items() if status == 200} == open_to
    assert set(answers.values()) <= {200, 404}
    tabs = {tab["url"] for tab in client.get(MINE).context["tabs"]}
    assert tabs == open_to


def test_pages_ask_to_sign_in(client):
    for url in (MINE, ALL, E_MAILS, RULES, MAIL):
        assert client.get(url).status_code == 302


@pytest.mark.parametrize("url", [MINE, ALL, E_MAILS, RULES, MAIL])
def test_hostile_addresses_break_nothing(client, url):
    person = sign_in(client, person_with("procurement"))
    person.is_superuser = True
    person.save()
    contract_that_ends_in(oco=person)
    actions.send_due(today=today())
    for value in HOSTILE:
        assert client.get(url, dict.fromkeys(PARAMETERS, value)).status_code == 200
    for parameter in PARAMETERS:
        assert client.get(url, {parameter: ["\x00'", "-1"]}).status_code == 200


# --- notices ------------------------------------------------------------------------------------


def test_notices_mine_shows_only_what_was_sent_to_me(client):
    me = sign_in(client, UserFactory())
    contract = contract_that_ends_in(oco=me)
    contract_that_ends_in()
    actions.send_due(today=today())
    response = client.get(MINE)
    assert shown(response) == [str(contract)]
    assert "30 days before" in response.content.decode()


def test_notices_mine_hides_what_i_may_not_see_any_more(client):
    unit = BusinessUnitFactory()
    me = sign_in(client, person_with("unit_contact", unit))
    contract_that_ends_in(unit=unit, oco=None)
    actions.sweep(today=today())
    actions.compose(today=today())
    me.memberships.all().delete()
    outbox.send(today=today())
    assert shown(client.get(MINE)) == []


def test_notices_all_narrows_by_person_words_kind_and_state(client):
    sign_in(client, person_with("auditor"))
    waste = contract_that_ends_in(30, title="Waste", oco=UserFactory(name="Alex Shah"))
    roads = contract_that_ends_in(90, title="Roads", notice_period=60, notice_unit="days")
    actions.send_due(today=today())
    lights = contract_that_ends_in(7, title="Lights")
    actions.sweep(today=today())

    def found(**query):
        return sorted(set(shown(client.get(ALL, query))))

    assert found() == sorted(map(str, [waste, roads, lights]))
    assert found(person="shah") == [str(waste)]
    assert found(q="roa") == [str(roads)]
    assert found(kind="contract-notice") == [str(roads)]
    assert found(state="waiting") == [str(lights)]
    assert found(state="sent") == sorted(map(str, [waste, roads]))
    assert found(state="failed") == found(state="withdrawn") == []


def test_notices_export_is_what_is_filtered(client):
    sign_in(client, person_with("auditor"))
    contract_that_ends_in(title="Waste")
    contract_that_ends_in(title="=1+1")
    actions.send_due(today=today())
    text = client.get(ALL, {"export": "csv", "q": "waste"}).getvalue().decode("utf-8-sig")
    assert "Waste" in text
    assert "1+1" not in text
    response = client.get(ALL, {"export": "xlsx"})
    assert response.getvalue().startswith(b"PK")
    response.close()


def test_notices_all_costs_the_same_for_many(client):
    sign_in(client, person_with("auditor"))

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(ALL)
        return len(captured)

    contract_that_ends_in()
    actions.send_due(today=today())
    queries()
    one = queries()
    for _ in range(20):
        contract_that_ends_in()
    actions.send_due(today=today())
    assert queries() == one <= 8


def test_contract_section_shows_what_was_sent_and_what_is_to_come(client):
    contract = contract_that_ends_in(40, oco=UserFactory(name="Alex Shah"))
    sign_in(client, contract.oco)
    actions.send_due(today=today() + timedelta(days=10))
    page = client.get(f"/reminders/contract/{contract.pk}/").content.decode()
    assert "30 days before" in page
    # Said of Alex to whoever reads it, before and after the reminder goes out.
    assert page.count('Alex Shah <span class="app-table__sub">looks after it</span>') == 2


def test_whoever_has_no_name_is_called_by_their_address(client):
    contract = contract_that_ends_in(40, oco=UserFactory(name="", email="alex@example.org"))
    sign_in(client, person_with("auditor"))
    actions.send_due(today=today() + timedelta(days=10))
    page = client.get(f"/reminders/contract/{contract.pk}/").content.decode()
    assert page.count('alex@example.org <span class="app-table__sub">looks after it</span>') == 2
    asked = {"export": "csv", "columns": ["recipient", "email"]}
    export = client.get(f"/reminders/contract/{contract.pk}/", asked)
    assert "alex@example.org" in export.getvalue().decode("utf-8-sig")


def test_contract_section_names_whoever_would_be_told(client):
    unit = BusinessUnitFactory()
    person_with("procurement", name="Hannah Procurement")
    contract = contract_that_ends_in(
        40, unit=unit, oco=UserFactory(is_active=False), sro=UserFactory(name="Mia Overseer")
    )
    ReminderRule.objects.update(told=ReminderRule.Told.OWNER_AND_SRO)
    sign_in(client, person_with("auditor"))

    def would_be_told():
        (step,) = client.get(f"/reminders/contract/{contract.pk}/").context["coming"]
        return [(str(person), why.partition(";")[0]) for person, why in step["people"]]

    sro = ("Mia Overseer", "answers for it as SRO")
    assert would_be_told() == [("Hannah Procurement", "is in the Procurement Unit"), sro]
    person_with("unit_contact", unit, name="Una Contact")
    contact = ("Una Contact", "is the contact of its business unit")
    assert would_be_told() == [contact, sro]
    person_with("unit_contact", BusinessUnitFactory(), name="Other Contact")
    assert would_be_told() == [contact, sro]
    contract.deputy = UserFactory(name="Dee Deputy")
    contract.save()
    assert would_be_told()[0] == ("Dee Deputy", "stands in for its owner, who has left")


def test_contract_section_costs_the_same_however_many_people_there_are(client):
    contract = contract_that_ends_in(40)
    sign_in(client, person_with("auditor"))
    url = f"/reminders/contract/{contract.pk}/"
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    assert len(captured) <= len(deadlines.kinds()) + 8  # a question for each kind of date
    everybody = [q["sql"] for q in captured if 'FROM "accounts_user"' in q["sql"]]
    assert all('"accounts_user"."id"' in sql.partition("WHERE")[2] for sql in everybody)


def test_contract_section_is_found_only_by_those_who_see_the_contract(client):
    contract = contract_that_ends_in()
    sign_in(client, UserFactory())
    assert client.get(f"/reminders/contract/{contract.pk}/").status_code == 404
    client.force_login(contract.oco)
    for query in HOSTILE:
        assert client.get(f"/reminders/contract/{contract.pk}/", {"page": query}).status_code == 200


def test_contract_section_without_dates_says_why(client):
    contract = OwnedContractFactory()
    sign_in(client, contract.oco)
    page = client.get(f"/reminders/contract/{contract.pk}/").content.decode()
    assert "No reminder is to come" in page
    assert "Nobody has been reminded yet" in page


# --- e-mails ------------------------------------------------------------------------------------


def test_failed_e_mails_are_shown_and_can_be_queued_again(client):
    Digest.objects.create(
        recipient=UserFactory(), on=today(), state="failed", attempts=8, error="550 no such person"
    )
    sign_in(client, person_with("procurement"))
    page = client.get(E_MAILS).content.decode()
    assert "1 e-mail could not be sent" in page
    assert "550 no such person" in page
    assert client.get("/reminders/e-mails/send-again/").status_code == 405
    client.post("/reminders/e-mails/send-again/")
    assert Digest.objects.get().state == "queued"


def test_send_again_is_not_for_auditors(client):
    sign_in(client, person_with("auditor"))
    assert client.post("/reminders/e-mails/send-again/").status_code == 404


# --- rules --------------------------------------------------------------------------------------


def edit(client, rule, **changes):
    data = {"steps": rule.steps, "told": rule.told, "is_active": "on", "reason": ""}
    return client.post(f"/reminders/rules/{rule.pk}/", data | changes)


def test_rule_edit_keeps_a_history_in_words(client):
    sign_in(client, person_with("procurement", name="Pat Rowe"))
    rule = ReminderRule.objects.get(kind="contract-expiry")
    assert edit(client, rule, steps="90, 30", reason="Fewer").status_code == 302
    rule.refresh_from_db()
    assert rule.steps == "90,30"
    page = client.get(f"/reminders/rules/{rule.pk}/").content.decode()
    assert "Pat Rowe" in page
    assert "Fewer" in page


@pytest.mark.parametrize("steps", ["", "soon", "9999", "30;7", "\x00"])
def test_rule_edit_says_what_is_wrong_and_keeps_what_was_typed(client, steps):
    sign_in(client, person_with("procurement"))
    rule = ReminderRule.objects.get(kind="contract-expiry")
    response = edit(client, rule, steps=steps)
    assert response.status_code == 200
    assert response.context["form"].errors["steps"]
    assert "govuk-error-summary" in response.content.decode()
    rule.refresh_from_db()
    assert rule.steps == "365,180,90,30,7,0"


def test_rule_edit_unknown_rule(client):
    sign_in(client, person_with("procurement"))
    assert client.get("/reminders/rules/999999/").status_code == 404


# --- the mailbox --------------------------------------------------------------------------------


@pytest.fixture
def kept(settings, tmp_path, client):
    """Mail is kept in files, as in an installation without a mail server; an administrator reads it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    sign_in(client, person_with("administrator"))
    return tmp_path


def test_mailbox_is_empty_at_first(client, kept):
    assert "No messages are kept" in client.get(MAIL).content.decode()


def test_mailbox_shows_each_message_newest_first(client, kept):
    contract_that_ends_in(title="First <b>one</b>")
    actions.send_due(today=today())
    contract_that_ends_in(title="Second")
    actions.send_due(today=today())
    page = client.get(MAIL)
    found = list(page.context["mail_page"])
    assert ["Second" in message.subject for message in found] == [True, False]
    first = found[1]
    body = client.get(f"/reminders/mail/{first.file}/{first.number}/").content.decode()
    assert "First &lt;b&gt;one&lt;/b&gt; ends in 30 days" in body
    assert '<a href="http://localhost' in body


def test_mailbox_hides_the_links_that_sign_in_as_somebody_else(client, kept):
    person = UserFactory(email="root@example.org", is_superuser=True)
    invitations.send(person=person, by=person)
    Client().post("/account/password/reset/", {"email": "root@example.org"})
    found = list(client.get(MAIL).context["mail_page"])
    assert len(found) == 2
    for message in found:
        page = client.get(f"/reminders/mail/{message.file}/{message.number}/").text
        assert "(link hidden: it signs in as its reader)" in page
        assert "/reset/key/" not in page


def test_mailbox_opens_nothing_else(client, kept):
    contract_that_ends_in()
    actions.send_due(today=today())
    (kept / "secret.log").write_text("Subject: secret\n\nsecret")
    (kept / "mail" / "notes.txt").write_text("secret")
    (kept / "mail" / "20260101-000000-1.log").symlink_to(kept / "secret.log")
    for file in (
        "..%2Fsecret.log",
        "../secret.log",
        "notes.txt",
        "20260101-000000-1.log",
        "%00",
        "x",
    ):
        response = client.get(f"/reminders/mail/{file}/0/")
        assert response.status_code == 404
        assert b"secret\n" not in response.content
    name = client.get(MAIL).context["mail_page"][0].file
    assert client.get(f"/reminders/mail/{name}/7/").status_code == 404
    assert client.get(f"/reminders/mail/{name}/99999999999999999999/").status_code == 404


def test_mailbox_reads_any_rubbish(client, kept):
    folder = kept / "mail"
    folder.mkdir()
    (folder / "20260101-000000-1.log").write_bytes(
        b"\xff\xfe\x00 rubbish" + b"\n" + b"-" * 79 + b"\n"
        b"Subject: =?utf-8?q?odd?=\nDate: never\nContent-Type: text/plain; charset=nonsense\n\n\xe9\x00"
        + b"\n" + b"-" * 79 + b"\n"
    )  # fmt: skip
    (folder / "20260101-000000-2.log").write_bytes(b"")
    assert client.get(MAIL).context["mail_page"].paginator.count == 2
    for number in (0, 1):
        assert client.get(f"/reminders/mail/20260101-000000-1.log/{number}/").status_code == 200


# --- the command --------------------------------------------------------------------------------


def test_command_moves_the_clock(capsys, mailoutbox):
    from django.core.management import call_command

    contract = contract_that_ends_in(100)
    day = (contract.ends_on - timedelta(days=30)).isoformat()
    call_command("send_reminders", date=day, dry_run=True)
    out = capsys.readouterr().out
    assert contract.oco.email in out
    assert Notice.objects.count() == len(mailoutbox) == 0
    call_command("send_reminders", date=day)
    call_command("send_reminders", date=day)
    assert "0 new notices, 0 digests sent" in capsys.readouterr().out
    assert len(mailoutbox) == 1
    assert "ends in 30 days" in mailoutbox[0].subject


def test_command_refuses_what_is_no_date():
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match="not a date"):
        call_command("send_reminders", date="tomorrow")


def test_demo_leaves_a_past_without_sending_anything(mailoutbox):
    from reminders import demo

    for days in (5, 20, 28, 80, 400):
        contract_that_ends_in(days)
    demo.build(today())
    assert Notice.objects.filter(digest__state="sent").exists()
    assert not Notice.objects.exclude(digest__state="sent").exists()
    assert Digest.objects.filter(on__gte=today()).count() == len(mailoutbox) == 0
