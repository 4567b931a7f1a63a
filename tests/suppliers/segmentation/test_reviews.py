"""Reviews as dates: whose they are, who is told of them, and who never hears of them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from common import deadlines
from common.deadlines import Scope
from dashboards.agenda import Agenda
from reminders import actions as reminders
from reminders import outbox
from reminders.models import Digest, Notice, ReminderRule
from suppliers import checks
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.segmentation.factories import PlacementFactory, TierFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
KINDS = {"kraljic-review", "supplier-tier-review"}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


def placed(days_ago, *, name="Acme Ltd", **more):
    """A supplier with a contract in force that was placed so long ago."""
    placement = PlacementFactory(
        supplier=SupplierFactory(name=name), placed_on=TODAY - timedelta(days=days_ago), **more
    )
    ContractFactory(supplier=placement.supplier)
    return placement


def due(scope=None, kinds=KINDS):
    around = TODAY - timedelta(days=365), TODAY + timedelta(days=90)
    return sorted(
        deadlines.within(scope or Scope(), *around, only=kinds), key=lambda d: (d.due_on, d.kind)
    )


# --- What is due ----------------------------------------------------------------------------------


def test_a_placement_of_184_days_is_due():
    placement = placed(184)
    (review,) = due()
    assert review.due_on == placement.due_on <= TODAY
    assert (review.title, review.subject) == ("Review the place on the Kraljic board", "Acme Ltd")
    assert review.url == reverse("segmentation:supplier", args=[placement.supplier_id])
    assert (review.contract_id, review.responsible) == (None, ())


def test_what_is_due_on_one_day_is_one_line_with_the_list_behind_it(client):
    for name in ("Beta Ltd", "Acme Ltd", "Gamma Ltd"):
        placed(190, name=name)
    (review,) = due()
    assert review.title == "Review 3 places on the Kraljic board"
    assert review.subject == "Acme Ltd and 2 others"
    client.force_login(person_with("procurement"))
    assert client.get(review.url).context["page"].count == 3


def test_a_tier_is_reviewed_after_a_year(client):
    tiers = [TierFactory(decided_on=date(2025, 11, 20)) for _ in range(2)]
    for tier in tiers:
        ContractFactory(supplier=tier.supplier)
    (review,) = due()
    assert (review.kind, review.due_on) == ("supplier-tier-review", date(2026, 11, 20))
    client.force_login(person_with("procurement"))
    assert client.get(review.url).context["page"].count == 2


def test_what_was_replaced_and_whom_nothing_is_bought_from_is_not_due():
    placed(190, is_current=False)
    PlacementFactory(placed_on=date(2026, 1, 1))
    over = placed(190)
    over.supplier.contracts.update(stage="ended")
    assert due() == []


@pytest.mark.parametrize("number", [1, 20])
def test_reviews_cost_one_query_however_many(number, django_assert_num_queries):
    for n in range(number):
        placed(100 + n)
    with django_assert_num_queries(1):
        assert len(due(kinds={"kraljic-review"})) == number


# --- Whose they are -------------------------------------------------------------------------------


def test_reviews_are_the_work_of_those_who_segment_suppliers():
    placement = placed(190)
    oco = placement.supplier.contracts.get().oco = UserFactory()
    placement.supplier.contracts.update(oco=oco, sro=oco)
    assert due(Scope(person_with("procurement"), "mine"))
    for person in (oco, person_with("auditor"), UserFactory()):
        assert due(Scope(person, "mine")) == []
        assert due(Scope(person, "overseen")) == []


def test_whoever_sees_no_contract_of_the_supplier_sees_no_review():
    placement = placed(190)
    contract = placement.supplier.contracts.get()
    assert due(Scope(person_with("viewer", contract.unit)))
    assert due(Scope(person_with("auditor")))
    assert due(Scope(person_with("viewer", ContractFactory().unit))) == []


def test_a_share_of_contracts_has_no_dates_of_suppliers():
    placed(190)
    assert due(Scope(share=(1, 10**9))) == []


def test_my_work_of_the_procurement_unit_shows_them(client):
    placed(190)
    pat = person_with("procurement")
    ContractFactory(oco=pat)
    client.force_login(pat)
    text = client.get("/work/").content.decode()
    assert "Review the place on the Kraljic board" in text
    assert [d.kind for d in Agenda(Scope(pat, "mine"), today=TODAY).overdue] == ["kraljic-review"]


def test_a_contracts_own_reminders_know_nothing_of_suppliers(client):
    ReminderRule.objects.filter(kind="kraljic-review").update(steps="30,14,0")
    placement = placed(150)
    client.force_login(person_with("procurement"))
    contract = placement.supplier.contracts.get()
    text = client.get(reverse("reminders:contract", args=[contract.pk])).content.decode()
    assert "Kraljic" not in text


# --- Who is told ----------------------------------------------------------------------------------


@pytest.fixture
def rule():
    return ReminderRule.objects.update_or_create(
        kind="kraljic-review", defaults={"steps": "30,14,0"}
    )[0]


def swept():
    reminders.sweep(today=TODAY)
    return Notice.objects.filter(rule__kind="kraljic-review")


def test_a_review_falls_to_the_procurement_unit_once(rule, monkeypatch):
    """However many shares the register has, and also when it holds no contract at all."""
    monkeypatch.setattr(reminders, "SHARE", 1)
    pat, priya = person_with("procurement"), person_with("procurement")
    person_with("auditor")
    placed(181 - 14)
    ContractFactory()
    notices = swept()
    assert {notice.recipient for notice in notices} == {pat, priya}
    assert len(notices) == 2
    assert {notice.why_in_words for notice in notices} == {"you are in the Procurement Unit"}


def test_a_review_reaches_the_digest(rule, mailoutbox):
    pat = person_with("procurement")
    placed(190)
    reminders.send_due(today=TODAY)
    (message,) = mailoutbox
    assert message.to == [pat.email]
    assert "Acme Ltd: Review the place on the Kraljic board" in message.body
    assert "you are in the Procurement Unit" in message.body


def test_a_review_that_was_done_meanwhile_is_left_out_of_the_digest(rule, mailoutbox):
    person_with("procurement")
    placement = placed(190)
    swept()
    reminders.compose(today=TODAY)
    placement.is_current = False
    placement.save()
    outbox.send(today=TODAY)
    assert not mailoutbox
    assert Notice.objects.get().withdrawn == "moved"


def test_whoever_left_the_procurement_unit_is_told_nothing_more(rule, mailoutbox):
    pat = person_with("procurement")
    placed(190)
    swept()
    reminders.compose(today=TODAY)
    Membership.objects.filter(user=pat).delete()
    outbox.send(today=TODAY)
    assert not mailoutbox
    assert Notice.objects.get().withdrawn == "hidden"
    assert Digest.objects.get().state == "dropped"


def test_dates_of_contracts_and_of_suppliers_share_a_digest(rule, mailoutbox):
    pat = person_with("procurement")
    placed(190)
    ContractFactory(title="Waste", oco=pat, ends_on=TODAY + timedelta(days=7))
    reminders.send_due(today=TODAY)
    (message,) = mailoutbox
    assert "Waste" in message.body
    assert "Acme Ltd" in message.body


# --- The portfolio --------------------------------------------------------------------------------


def test_the_portfolio_counts_what_is_to_be_looked_at_and_leads_there(client):
    placement = placed(190)
    ContractFactory(supplier=placement.supplier, tier="gold")
    unplaced = ContractFactory(tier="silver").supplier
    TierFactory(supplier=unplaced, proposed="gold", decided="gold", decided_on=date(2025, 1, 1))
    client.force_login(person_with("auditor"))
    shown = client.get("/portfolio/").context["of_suppliers"]
    numbers = {check["label"]: check["number"] for check in shown}
    assert (
        numbers
        | {
            "Strategic suppliers with a contract without an SRO": 1,
            "Kraljic reviews overdue": 1,
            "Suppliers of Gold and Silver contracts without a place on the board": 1,
            "Supplier tiers to decide, or other than proposed": 2,
            "Supplier tier reviews overdue": 1,
        }
        == numbers
    )
    for check in shown:
        assert client.get(check["url"]).context["page"].count == check["number"], check["label"]


def test_whoever_sees_no_portfolio_is_told_nothing(django_assert_num_queries):
    viewer = person_with("viewer", ContractFactory().unit)
    assert checks.counts(viewer, TODAY) == []


@pytest.mark.parametrize("number", [1, 12])
def test_the_checks_cost_the_same_however_many_fail(number, django_assert_max_num_queries):
    pat = person_with("procurement")
    for _ in range(number):
        placed(190)
    with django_assert_max_num_queries(3):
        checks.counts(pat, TODAY)
