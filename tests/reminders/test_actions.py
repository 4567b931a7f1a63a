"""From a date in the register to a notice and a digest: once, for the right person, never lost."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import deadlines
from contracts.actions import add_deputy
from reminders import actions
from reminders.models import Digest, Notice, ReminderRule
from tests.reminders.factories import (
    BusinessUnitFactory,
    OwnedContractFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def in_days(number):
    return TODAY + timedelta(days=number)


def told(**about):
    return sorted(Notice.objects.filter(**about).values_list("step", flat=True), reverse=True)


def test_house_rules_are_there():
    rules = dict(ReminderRule.objects.values_list("kind", "steps"))
    assert rules["contract-expiry"] == rules["contract-notice"] == "365,180,90,30,7,0"
    assert rules["reading-due"] == "0,-7"


def test_every_kind_of_date_has_a_rule():
    """A room with a new kind of date says how early people are told of it."""
    assert {kind.key for kind in deadlines.kinds()} == set(
        ReminderRule.objects.values_list("kind", flat=True)
    )


# --- sweep --------------------------------------------------------------------------------------


def test_sweep_notices_a_contract_that_ends_in_30_days():
    contract = OwnedContractFactory(ends_on=in_days(30))
    assert actions.sweep(today=TODAY) == 1
    notice = Notice.objects.get()
    assert (notice.recipient, notice.contract, notice.step) == (contract.oco, contract, 30)
    assert (notice.due_on, notice.why, notice.digest) == (in_days(30), "responsible", None)
    assert notice.subject == f"{contract.reference} {contract.title}"


def test_sweep_notices_the_last_day_to_give_notice():
    OwnedContractFactory(ends_on=in_days(120), notice_period=30, notice_unit="days")
    actions.sweep(today=TODAY)
    assert told(rule__kind="contract-notice") == [90]


def test_sweep_twice_writes_nothing_new():
    OwnedContractFactory.create_batch(3, ends_on=in_days(30))
    assert [actions.sweep(today=TODAY) for _ in range(10)] == [3] + [0] * 9


def test_sweep_daily_tells_each_step_once():
    ReminderRule.objects.filter(kind="contract-expiry").update(steps="20,7,1,0,-5")
    OwnedContractFactory(ends_on=in_days(25))
    for number in range(65):
        actions.sweep(today=in_days(number))
    assert told() == [20, 7, 1, 0, -5]


def test_sweep_makes_good_missed_days_with_the_latest_step_only():
    OwnedContractFactory(ends_on=in_days(40))
    actions.sweep(today=TODAY)
    actions.sweep(today=in_days(36))  # the machine was off while 30 and then 7 days were left
    assert told() == [7]


def test_sweep_makes_good_the_last_day_when_it_was_missed():
    OwnedContractFactory(ends_on=in_days(-20))
    OwnedContractFactory(ends_on=in_days(-31))
    actions.sweep(today=TODAY)
    assert told() == [0]


@pytest.mark.parametrize("dates", [{}, {"stage": "ended", "ends_on": date(2026, 12, 23)}])
def test_sweep_is_silent_without_an_end_and_after_it(dates):
    OwnedContractFactory(**dates)
    assert actions.sweep(today=TODAY) == 0


def test_sweep_of_an_empty_register():
    assert actions.sweep(today=TODAY) == 0


def test_sweep_again_when_the_date_has_changed():
    contract = OwnedContractFactory(ends_on=in_days(30))
    actions.sweep(today=TODAY)
    contract.ends_on = in_days(90)
    contract.save()
    actions.sweep(today=TODAY)
    assert sorted(Notice.objects.values_list("due_on", "step")) == [
        (in_days(30), 30), (in_days(90), 90),
    ]  # fmt: skip


def test_sweep_passes_over_a_rule_that_is_switched_off():
    OwnedContractFactory(ends_on=in_days(30))
    ReminderRule.objects.filter(kind="contract-expiry").update(is_active=False)
    assert actions.sweep(today=TODAY) == 0


def test_sweep_tells_the_sro_too_when_the_rule_says_so():
    contract = OwnedContractFactory(ends_on=in_days(30), sro=UserFactory())
    ReminderRule.objects.filter(kind="contract-expiry").update(told="owner_and_sro")
    actions.sweep(today=TODAY)
    assert dict(Notice.objects.values_list("recipient", "why")) == {
        contract.oco_id: "responsible", contract.sro_id: "overseer",
    }  # fmt: skip


def test_sweep_falls_back_from_owner_to_deputies_to_unit_to_procurement():
    unit = BusinessUnitFactory()
    owner, deputy = UserFactory(), UserFactory()
    contact, procurement = person_with("unit_contact", unit), person_with("procurement")
    person_with("unit_contact", BusinessUnitFactory())
    contract = OwnedContractFactory(unit=unit, oco=owner, deputy=deputy, ends_on=in_days(30))
    further = UserFactory()
    add_deputy(contract=contract, person=further, by=owner, starts_on=TODAY, today=TODAY)

    def next_told(leaver):
        leaver.is_active = False
        leaver.save()
        before = set(Notice.objects.values_list("pk", flat=True))
        actions.sweep(today=TODAY)
        return [(n.recipient, n.why) for n in Notice.objects.exclude(pk__in=before)]

    assert next_told(UserFactory()) == [(owner, "responsible")]
    assert next_told(owner) == [(deputy, "stand_in")]
    assert next_told(deputy) == [(further, "stand_in")]
    assert next_told(further) == [(contact, "contact_owner_left")]
    assert next_told(contact) == [(procurement, "procurement_owner_left")]
    assert next_told(procurement) == []


def test_sweep_without_an_owner_tells_every_contact_of_the_unit():
    unit = BusinessUnitFactory()
    contacts = {person_with("unit_contact", unit), person_with("unit_contact", unit)}
    OwnedContractFactory(unit=unit, oco=None, ends_on=in_days(30))
    actions.sweep(today=TODAY)
    assert {notice.recipient for notice in Notice.objects.all()} == contacts
    assert set(Notice.objects.values_list("why", flat=True)) == {"contact_no_owner"}


def test_sweep_survives_odd_titles():
    OwnedContractFactory(title="Line\r\nBcc: thief@example.com\x07", ends_on=in_days(30))
    OwnedContractFactory(title="x" * 255, reference="r" * 60, ends_on=in_days(30))
    actions.sweep(today=TODAY)
    assert all(
        subject.isprintable() for subject in Notice.objects.values_list("subject", flat=True)
    )


def test_sweep_goes_through_the_register_in_shares(monkeypatch):
    monkeypatch.setattr(actions, "SHARE", 2)
    monkeypatch.setattr(actions, "BATCH", 3)
    OwnedContractFactory.create_batch(7, ends_on=in_days(30))
    assert actions.sweep(today=TODAY) == 7


@pytest.mark.parametrize("told_to", ["owner", "owner_and_sro"])
def test_sweep_asks_the_same_number_of_questions_for_one_and_for_many(told_to):
    ReminderRule.objects.update(told=told_to)

    def queries():
        Notice.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            actions.sweep(today=TODAY)
        return len(captured)

    OwnedContractFactory(ends_on=in_days(30))
    one = queries()
    OwnedContractFactory.create_batch(30, ends_on=in_days(30), sro=UserFactory())
    assert queries() == one


# --- compose ------------------------------------------------------------------------------------


def test_compose_makes_one_digest_for_three_contracts():
    owner = UserFactory()
    OwnedContractFactory.create_batch(3, oco=owner, ends_on=in_days(30))
    actions.sweep(today=TODAY)
    actions.compose(today=TODAY)
    digest = Digest.objects.get()
    assert (digest.recipient, digest.on, digest.notices.count()) == (owner, TODAY, 3)


def test_compose_twice_changes_nothing():
    OwnedContractFactory(ends_on=in_days(30))
    actions.sweep(today=TODAY)
    for _ in range(3):
        actions.compose(today=TODAY)
    assert Digest.objects.count() == 1


@pytest.mark.parametrize(
    ("state", "attempts", "joined"), [("queued", 0, 2), ("sending", 1, 0), ("queued", 1, 0)]
)
def test_compose_adds_to_todays_digest_until_a_sender_takes_it(state, attempts, joined):
    owner = UserFactory()
    OwnedContractFactory.create_batch(2, oco=owner, ends_on=in_days(30))
    digest = Digest.objects.create(recipient=owner, on=TODAY, state=state, attempts=attempts)
    actions.sweep(today=TODAY)
    actions.compose(today=TODAY)
    assert digest.notices.count() == joined


def test_compose_waits_for_tomorrow_when_todays_digest_has_gone():
    contract = OwnedContractFactory(ends_on=in_days(30))
    actions.send_due(today=TODAY)
    OwnedContractFactory(oco=contract.oco, ends_on=in_days(7))
    actions.send_due(today=TODAY)
    assert Digest.objects.count() == 1
    actions.send_due(today=in_days(1))
    assert [d.notices.count() for d in Digest.objects.order_by("on")] == [1, 1]


def test_compose_folds_what_never_left_into_todays_digest():
    OwnedContractFactory(ends_on=in_days(30))
    actions.sweep(today=TODAY)
    actions.compose(today=TODAY)
    actions.compose(today=in_days(2))
    digest = Digest.objects.get()
    assert (digest.on, digest.notices.count()) == (in_days(2), 1)


def test_compose_keeps_a_digest_that_a_sender_has_had_in_hand():
    """It may have arrived: its Message-ID must not change."""
    OwnedContractFactory(ends_on=in_days(30))
    actions.sweep(today=TODAY)
    actions.compose(today=TODAY)
    Digest.objects.update(attempts=1)
    actions.compose(today=in_days(2))
    assert Digest.objects.get().on == TODAY


def test_compose_tells_only_the_latest_step():
    """Nothing left for weeks: two steps of one date wait for the same person."""
    OwnedContractFactory(ends_on=in_days(30))
    actions.sweep(today=TODAY)
    actions.sweep(today=in_days(23))
    actions.compose(today=in_days(23))
    assert told(withdrawn="", digest__isnull=False) == [7]
    assert told(withdrawn="overtaken", digest=None) == [30]


# --- rules --------------------------------------------------------------------------------------


def test_change_rule_records_who_and_why():
    rule, by = ReminderRule.objects.get(kind="contract-expiry"), UserFactory()
    actions.change_rule(rule=rule, by=by, reason="Too many", steps="30,0", told="owner")
    latest = rule.history.first()
    assert (latest.steps, latest.history_user, latest.history_change_reason) == (
        "30,0",
        by,
        "Too many",
    )


def test_change_rule_without_a_change_leaves_no_history():
    rule = ReminderRule.objects.get(kind="contract-expiry")
    actions.change_rule(rule=rule, by=UserFactory(), steps=rule.steps)
    assert rule.history.count() == 0
