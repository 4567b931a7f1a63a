"""Digests leave the outbox: each once, with the right words, to people who may still read them."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Membership
from reminders import actions, outbox, rules
from reminders.models import Digest, Notice, ReminderRule
from tests.reminders.factories import (
    BusinessUnitFactory,
    OwnedContractFactory,
    UserFactory,
    person_with,
)
from tests.reminders.smtp_sink import Sink

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def in_days(number):
    return TODAY + timedelta(days=number)


def queue(**contract):
    """A contract whose digest is ready to go."""
    contract = OwnedContractFactory(**{"ends_on": in_days(30), **contract})
    actions.sweep(today=TODAY)
    actions.compose(today=TODAY)
    return contract


@pytest.fixture
def smtp(settings):
    """A real SMTP listener that Django's SMTP backend talks to."""
    with Sink() as sink:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = sink.address
        yield sink


@pytest.fixture
def broken(monkeypatch):
    """`broken(error)`: from now on the mail server answers every message with this error."""

    def broken(error):
        def send_messages(self, messages):
            if error:
                raise error

        monkeypatch.setattr(
            "django.core.mail.backends.locmem.EmailBackend.send_messages", send_messages
        )

    return broken


# --- what arrives -------------------------------------------------------------------------------


def test_send_due_sends_exactly_one_message_for_three_contracts():
    owner = UserFactory(name="Alex Shah")
    for title, days in (("Waste collection", 30), ("Cleaning", 7), ("Roads", 365)):
        OwnedContractFactory(title=title, oco=owner, ends_on=in_days(days))
    assert actions.send_due(today=TODAY) == (3, 1)
    assert actions.send_due(today=TODAY) == (0, 0)
    [message] = mail.outbox
    assert message.to == [owner.email]
    assert message.subject == "3 dates to meet, the first in 7 days, on 30 November 2026"
    body = message.body
    assert body.index("Cleaning") < body.index("Waste collection") < body.index("Roads")
    assert "ends in 30 days, on 23 December 2026" in body
    assert "You get this because you look after it." in body


def test_message_carries_its_headers_links_and_both_bodies(settings):
    settings.SITE_URL = "https://register.council.example"
    contract = queue(title="Waste & <b>more</b>")
    outbox.send(today=TODAY)
    digest, [message] = Digest.objects.get(), mail.outbox
    assert message.extra_headers["Message-ID"] == digest.message_id
    assert digest.message_id.endswith("@register.council.example>")
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    link = f"https://register.council.example{contract.get_absolute_url()}"
    [(html, kind)] = message.alternatives
    assert kind == "text/html"
    assert link in message.body
    assert link in html
    assert "Waste & <b>more</b>" in message.body
    assert "Waste &amp; &lt;b&gt;more&lt;/b&gt;" in html


def test_message_groups_lines_by_kind_the_most_urgent_first():
    owner = UserFactory()
    OwnedContractFactory(oco=owner, ends_on=in_days(30), title="First")
    OwnedContractFactory(
        oco=owner, ends_on=in_days(100), notice_period=93, notice_unit="days", title="Second"
    )
    actions.send_due(today=TODAY)
    body = mail.outbox[0].body
    assert body.index("LAST DAY TO GIVE NOTICE") < body.index("CONTRACT ENDS")
    assert body.count("CONTRACT ENDS") == 1


def test_title_cannot_write_headers():
    queue(title="Waste\r\nBcc: thief@example.com\r\n\r\nHello")
    outbox.send(today=TODAY)
    raw = mail.outbox[0].message()
    assert "Bcc" not in raw
    assert raw["Subject"].startswith("C-")
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].recipients() == mail.outbox[0].to


# --- what is still true when it leaves ----------------------------------------------------------


def test_send_leaves_out_a_date_that_has_changed_and_the_new_one_counts():
    contract = queue()
    contract.ends_on = in_days(90)
    contract.save()
    actions.send_due(today=TODAY)
    assert "ends in 90 days" in mail.outbox[0].body
    assert "23 December 2026" not in mail.outbox[0].body
    assert Notice.objects.get(due_on=in_days(30)).withdrawn == "moved"


@pytest.mark.parametrize("change", ["ended", "no end", "rule off"])
def test_send_drops_a_digest_with_nothing_left_to_say(change):
    contract = queue()
    if change == "rule off":
        ReminderRule.objects.update(is_active=False)
    else:
        contract.stage, contract.ends_on = (
            ("ended", contract.ends_on) if change == "ended" else ("live", None)
        )
        contract.save()
    assert outbox.send(today=TODAY) == 0
    assert mail.outbox == []
    assert Digest.objects.get().state == "dropped"
    assert Notice.objects.get().withdrawn == "moved"


@pytest.mark.parametrize("loss", ["role", "left"])
def test_send_tells_nobody_what_they_may_not_see_any_more(loss):
    unit = BusinessUnitFactory()
    contact = person_with("unit_contact", unit)
    queue(unit=unit, oco=None)
    if loss == "role":
        Membership.objects.filter(user=contact).delete()
    else:
        contact.is_active = False
        contact.save()
    assert outbox.send(today=TODAY) == 0
    assert Notice.objects.get().withdrawn == "hidden"


def test_send_shows_a_person_only_the_contracts_they_may_see():
    unit, other = BusinessUnitFactory(), BusinessUnitFactory()
    contact = person_with("unit_contact", unit)
    Membership.objects.create(user=contact, unit=other, role="unit_contact")
    OwnedContractFactory(unit=unit, oco=None, ends_on=in_days(30), title="Seen")
    OwnedContractFactory(unit=other, oco=None, ends_on=in_days(30), title="Hidden")
    actions.sweep(today=TODAY)
    actions.compose(today=TODAY)
    Membership.objects.filter(unit=other).delete()
    outbox.send(today=TODAY)
    assert "Seen" in mail.outbox[0].body
    assert "Hidden" not in mail.outbox[0].body


# --- trouble ------------------------------------------------------------------------------------


def test_send_tries_again_after_a_failure(broken):
    queue()
    broken(OSError("the line is broken"))
    assert outbox.send(today=TODAY) == 0
    digest = Digest.objects.get()
    assert (digest.state, digest.attempts) == ("queued", 1)
    assert "the line is broken" in digest.error
    assert digest.free_at > timezone.now() + timedelta(minutes=4)
    broken(None)
    assert outbox.send(today=TODAY) == 0  # not before the pause is over
    Digest.objects.update(free_at=timezone.now())
    assert outbox.send(today=TODAY) == 1
    assert Digest.objects.get().state == "sent"


def test_send_gives_up_in_the_end_and_says_so(broken):
    queue()
    broken(OSError("no"))
    for _ in range(rules.MOST_ATTEMPTS + 3):
        Digest.objects.update(free_at=timezone.now())
        outbox.send(today=TODAY)
    digest = Digest.objects.get()
    assert (digest.state, digest.attempts) == ("failed", rules.MOST_ATTEMPTS)
    assert outbox.send_failed_again(by=UserFactory()) == 1
    broken(None)
    assert outbox.send(today=TODAY) == 1


def test_send_goes_on_when_a_sender_has_died():
    queue()
    assert len(outbox._claim(outbox.LEASE)) == 1  # and then the power goes
    assert outbox.send(today=TODAY) == 0
    Digest.objects.update(free_at=timezone.now())  # the lease has run out
    assert outbox.send(today=TODAY) == 1


def test_send_stops_taking_what_kills_every_sender():
    queue()
    Digest.objects.update(state="sending", attempts=rules.MOST_ATTEMPTS)
    assert outbox.send(today=TODAY) == 0
    assert Digest.objects.get().state == "failed"


def test_senders_that_die_use_up_no_attempt_of_what_they_never_touched():
    queue()
    for _ in range(rules.MOST_ATTEMPTS):
        outbox._claim(timedelta(0))  # and then the power goes
    assert outbox.send(today=TODAY) == 1


def test_send_gives_back_what_it_has_no_time_for():
    for _ in range(3):
        queue()
    sending = outbox._send_batch(outbox._claim(outbox.LEASE), get_connection(), TODAY, timedelta(0))
    assert len(list(sending)) == 1
    assert sorted(Digest.objects.values_list("state", "attempts")) == [
        ("queued", 0), ("queued", 0), ("sent", 1),
    ]  # fmt: skip


def test_send_while_the_server_is_away_uses_up_no_attempt(smtp):
    queue()
    smtp.stop()
    for _ in range(rules.MOST_ATTEMPTS + 1):
        assert outbox.send(today=TODAY) == 0
    assert list(Digest.objects.values_list("state", "attempts")) == [("queued", 0)]
    smtp.start()
    assert outbox.send(today=TODAY) == 1
    assert len(smtp.messages) == 1


def test_send_goes_over_one_connection(smtp):
    for _ in range(5):
        queue()
    assert outbox.send(today=TODAY) == 5
    assert (len(set(smtp.ids)), smtp.connections) == (5, 1)


def test_send_goes_on_after_one_address_is_refused(smtp):
    contracts = [queue() for _ in range(3)]
    refused = contracts[1].oco
    smtp.refused.add(refused.email)
    assert outbox.send(today=TODAY) == 2
    assert "no such person" in Digest.objects.get(recipient=refused).error
    assert refused.email not in {message["To"] for message in smtp.messages}


def test_send_costs_the_same_few_questions_for_each_message():
    def queries():
        with CaptureQueriesContext(connection) as captured:
            outbox.send(today=TODAY)
        return len(captured)

    queue()
    one = queries()
    for _ in range(10):
        queue()
    ten = queries()
    OwnedContractFactory.create_batch(20, oco=UserFactory(), ends_on=in_days(7))
    actions.sweep(today=TODAY)
    actions.compose(today=TODAY)
    assert queries() == one  # twenty lines in one message cost what one line costs
    assert (ten - one) / 9 <= 2  # taking it in hand, and marking it as sent
