"""Who held a part of a contract, from when until when, and what a further deputy may do."""

from datetime import date, timedelta
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common.history import page_of_entries
from contracts import actions, offices, parts, rules
from contracts.imports import actions as imports
from contracts.models import Contract, Office, TermOfOffice
from reminders import outbox
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.imports.files import csv_file, imported

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2026, 3, 2), date(2026, 6, 1), date(2026, 11, 27)


def on(day):
    return time_machine.travel(f"{day} 10:00:00+00:00", tick=False)


def held(contract):
    """(name, part, from, until) of the terms of a contract, in order."""
    rows = TermOfOffice.objects.filter(contract=contract).order_by("starts_on", "part", "pk")
    return list(rows.values_list("person__name", "part", "starts_on", "ends_on"))


def change(contract, **people):
    contract.refresh_from_db()
    actions.change(contract=contract, by=UserFactory(), version=contract.version, **people)


@pytest.fixture
def alex():
    return UserFactory(name="Alex")


@pytest.fixture
def bea():
    return UserFactory(name="Bea")


@pytest.fixture
def cara():
    return UserFactory(name="Cara")


@pytest.fixture
def contract(alex, bea):
    """Alex's since March; Bea deputises."""
    with on(FIRST):
        return actions.add(
            by=alex,
            reference="C-1",
            title="Lifts",
            unit=BusinessUnitFactory(),
            oco=alex,
            deputy=bea,
        )


# --- terms follow the columns -------------------------------------------------------------------


def test_terms_follow_who_is_named(contract, alex, bea, cara):
    assert held(contract) == [("Bea", "deputy", FIRST, None), ("Alex", "oco", FIRST, None)]
    with on(SECOND):
        change(contract, oco=cara, sro=alex)
    with on(THIRD):
        change(contract, oco=None)
    assert held(contract) == [
        ("Bea", "deputy", FIRST, None), ("Alex", "oco", FIRST, SECOND), ("Cara", "oco", SECOND, THIRD),
        ("Alex", "sro", SECOND, None),
    ]  # fmt: skip


def test_a_slip_of_the_same_day_leaves_no_trace_but_in_history(contract, alex, cara):
    with on(SECOND):
        change(contract, oco=cara)
        change(contract, oco=alex)
    assert [row for row in held(contract) if row[1] == "oco"] == [("Alex", "oco", FIRST, None)]
    assert Contract.history.filter(id=contract.pk, oco=cara).count() == 1
    assert not TermOfOffice.history.exists()


def test_other_changes_touch_no_term(contract):
    with on(SECOND):
        change(contract, notes="Checked")
    assert held(contract) == [("Bea", "deputy", FIRST, None), ("Alex", "oco", FIRST, None)]


def test_several_contracts_at_once_keep_step(contract, alex, cara):
    with on(FIRST):
        other = actions.add(by=alex, reference="C-2", title="Gates", unit=contract.unit, oco=alex)
    with on(SECOND):
        both = Contract.objects.filter(pk__in=[contract.pk, other.pk])
        actions.assign(contracts=both, by=alex, oco=cara)
    for one in (contract, other):
        assert [row for row in held(one) if row[1] == "oco"] == [
            ("Alex", "oco", FIRST, SECOND), ("Cara", "oco", SECOND, None),
        ]  # fmt: skip


def test_keeping_step_costs_the_same_for_one_and_for_many(alex):
    def cost(number):
        contracts = ContractFactory.create_batch(number, oco=alex, sro=UserFactory())
        mine = Contract.objects.filter(pk__in=[c.pk for c in contracts])
        offices.keep_in_step(mine, today=FIRST)
        mine.update(oco=UserFactory())
        with CaptureQueriesContext(connection) as captured:
            offices.keep_in_step(mine, today=SECOND)
        assert TermOfOffice.objects.filter(contract__in=mine).count() == 3 * number
        return len(captured)

    assert cost(1) == cost(30)


def test_an_import_names_people_and_its_undoing_takes_them_back(contract, alex, bea, cara):
    procurement = person_with("procurement")
    lines = (
        "Reference,Title,Owner,SRO",
        f"C-1,Lifts,{cara.email},",
        f"C-9,Gates,{alex.email},{bea.email}",
    )
    with on(SECOND):
        run = imported(csv_file(*lines), by=procurement, default_unit=contract.unit_id)
        new = Contract.objects.get(reference="C-9")
        assert held(new) == [("Alex", "oco", SECOND, None), ("Bea", "sro", SECOND, None)]
        assert ("Cara", "oco", SECOND, None) in held(contract)
        imports.undo(run=run, by=procurement)
    assert held(contract) == [("Bea", "deputy", FIRST, None), ("Alex", "oco", FIRST, None)]
    assert TermOfOffice.objects.count() == 2


def test_an_import_whose_contract_was_given_a_further_deputy_is_not_undone(contract, cara):
    procurement = person_with("procurement")
    lines = (
        "Reference,Title,Owner,Deputy",
        f"C-9,Gates,{contract.oco.email},{contract.deputy.email}",
    )
    run = imported(csv_file(*lines), by=procurement, default_unit=contract.unit_id)
    new, today = Contract.objects.get(reference="C-9"), timezone.localdate()
    actions.add_deputy(contract=new, person=cara, by=procurement, starts_on=today, today=today)
    with pytest.raises(imports.undoing.Touched, match="given other people"):
        imports.undo(run=run, by=procurement)


@pytest.mark.parametrize("part", ["oco", "deputy", "sro"])
def test_the_database_lets_nobody_share_a_part(contract, cara, part):
    TermOfOffice.objects.get_or_create(
        contract=contract, part=part, defaults={"person": cara, "starts_on": FIRST}
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        TermOfOffice.objects.create(
            contract=contract, person=UserFactory(), part=part, starts_on=THIRD
        )


def test_nobody_is_a_further_deputy_twice_at_a_time(contract, cara):
    term = {"contract": contract, "person": cara, "part": "further", "starts_on": FIRST}
    TermOfOffice.objects.create(**term, ends_on=SECOND)
    TermOfOffice.objects.create(**term)
    TermOfOffice.objects.create(**term | {"person": UserFactory()})
    with pytest.raises(IntegrityError), transaction.atomic():
        TermOfOffice.objects.create(**term)


# --- contracts that were here before --------------------------------------------------------------


def test_terms_are_filled_from_the_history_of_the_contracts_that_are_here(
    contract, alex, bea, cara
):
    with on(SECOND):
        change(contract, oco=cara)
        change(contract, oco=alex)
        change(contract, oco=cara)
    with on(THIRD):
        change(contract, deputy=None)
        without = ContractFactory(oco=alex, created_at=timezone.now())
        Contract.history.filter(id=without.pk).delete()
    before = {contract: held(contract), without: [("Alex", "oco", THIRD, None)]}
    migration = import_module("contracts.migrations.0007_fill_terms_of_office")
    migration.empty(apps, None)
    assert not TermOfOffice.objects.exists()
    migration.fill(apps, None)
    assert {contract: held(contract), without: held(without)} == before
    assert before[contract] == [
        ("Bea", "deputy", FIRST, THIRD), ("Alex", "oco", FIRST, SECOND), ("Cara", "oco", SECOND, None),
    ]  # fmt: skip


# --- further deputies -----------------------------------------------------------------------------


@pytest.fixture
def deputised(contract, alex, cara):
    with on(SECOND):
        actions.add_deputy(contract=contract, person=cara, by=alex, starts_on=SECOND, today=SECOND)
    contract = Contract.objects.get(pk=contract.pk)
    assert contract.has_further_deputies
    return contract


def test_a_further_deputy_has_the_permissions_of_the_first(deputised, bea, cara):
    elsewhere = ContractFactory()
    for permission in Permission:
        first, further = (
            set(Contract.objects.allowing(User.objects.get(pk=p.pk), permission))
            for p in (bea, cara)
        )
        assert first == further
        assert deputised.allows(cara, permission) == (deputised in further)
        assert not elsewhere.allows(cara, permission)
    assert Contract.objects.editable_by(cara).get() == deputised
    for theirs in (Contract.objects.managed_by(cara), Contract.objects.of_person(cara)):
        assert theirs.get() == deputised
    assert parts.manages(User.objects.get(pk=cara.pk))


def test_what_a_further_deputy_may_ends_with_their_term(deputised, alex, cara):
    term = deputised.offices.get(part=Office.FURTHER)
    actions.change_term(term=term, by=alex, today=THIRD, starts_on=SECOND, ends_on=THIRD)
    deputised = Contract.objects.get(pk=deputised.pk)
    assert not deputised.has_further_deputies
    assert not Contract.objects.visible_to(cara).exists()
    assert not deputised.allows(cara, Permission.VIEW_CONTRACTS)
    assert not parts.manages(User.objects.get(pk=cara.pk))


def test_somebody_who_left_deputises_no_longer(deputised, cara):
    User.objects.filter(pk=cara.pk).update(is_active=False)
    left = User.objects.get(pk=cara.pk)
    assert not Contract.objects.visible_to(left).exists()
    assert not deputised.allows(left, Permission.VIEW_CONTRACTS)


@pytest.mark.parametrize("part", ["oco", "deputy"])
def test_a_further_deputy_who_takes_over_is_no_longer_a_further_one(deputised, cara, part):
    with on(THIRD):
        change(deputised, **{part: cara})
    assert ("Cara", "further", SECOND, THIRD) in held(deputised)
    assert ("Cara", part, THIRD, None) in held(deputised)
    assert not Contract.objects.get().has_further_deputies


def test_the_first_deputy_is_named_where_there_is_none(contract, alex, cara):
    change(contract, deputy=None)
    today = timezone.localdate()
    actions.add_deputy(contract=contract, person=cara, by=alex, starts_on=today, today=today)
    contract.refresh_from_db()
    assert (contract.deputy, contract.has_further_deputies) == (cara, False)


def test_the_first_deputy_begins_on_the_day_that_was_said(contract, alex, cara):
    with on(SECOND):
        change(contract, deputy=None)
    said = date(2026, 9, 1)
    with on(THIRD):
        actions.add_deputy(contract=contract, person=cara, by=alex, starts_on=said, today=THIRD)
    assert ("Cara", "deputy", said, None) in held(contract)
    with on(THIRD):
        change(contract, deputy=None)
        with pytest.raises(actions.Refused, match="Somebody else held it until 1 June"):
            actions.add_deputy(
                contract=contract, person=cara, by=alex, starts_on=FIRST, today=THIRD
            )
    assert Contract.objects.get().deputy is None


@pytest.mark.parametrize("who", ["alex", "bea", "cara"])
def test_nobody_deputises_twice_or_for_themselves(deputised, request, who):
    person = request.getfixturevalue(who)
    with pytest.raises(actions.Refused):
        actions.add_deputy(
            contract=deputised, person=person, by=person, starts_on=THIRD, today=THIRD
        )


def test_a_reminder_reaches_a_further_deputy_without_a_query_for_each_contract(deputised, cara):
    ContractFactory.create_batch(20, oco=cara)
    notices = [type("Notice", (), {"contract_id": c.pk})() for c in Contract.objects.all()]
    with CaptureQueriesContext(connection) as captured:
        found = outbox._contracts(notices)
        assert all(c.allows(cara, Permission.VIEW_CONTRACTS) for c in found.values())
    assert len(captured) <= 4


def test_a_further_deputy_is_found_by_name_in_the_list(client, deputised):
    client.force_login(person_with("procurement"))
    page = client.get("/contracts/", {"owner": "Cara"}).context["page"]
    assert [line["name"] for line in page.lines] == ["Lifts"]


# --- dates are put right --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "limits", "fields"),
    [
        (FIRST, None, {}, []),
        (None, None, {}, ["starts_on"]),
        (THIRD + timedelta(days=1), None, {}, ["starts_on"]),
        (FIRST, THIRD + timedelta(days=1), {}, ["ends_on"]),
        (SECOND, FIRST, {}, ["ends_on"]),
        (FIRST, FIRST, {}, []),
        (FIRST, None, {"earliest": FIRST}, []),
        (FIRST, None, {"earliest": SECOND}, ["starts_on"]),
        (FIRST, SECOND, {"latest": SECOND}, []),
        (FIRST, THIRD, {"latest": SECOND}, ["ends_on"]),
    ],
)
def test_what_is_wrong_with_the_days_of_a_term(starts_on, ends_on, limits, fields):
    found = rules.term_problems(starts_on, ends_on, today=THIRD, **limits)
    assert [field for field, _ in found] == fields


def test_who_held_it_before_moves_along_where_they_met(contract, alex, cara):
    with on(SECOND):
        change(contract, oco=cara)
    term = contract.offices.get(person=cara)
    moved = date(2026, 5, 18)
    actions.change_term(term=term, by=alex, today=THIRD, starts_on=moved, reason="Her letter")
    assert [row for row in held(contract) if row[1] == "oco"] == [
        ("Alex", "oco", FIRST, moved), ("Cara", "oco", moved, None),
    ]  # fmt: skip
    with pytest.raises(actions.Refused, match="Somebody else held it until 2 March"):
        actions.change_term(term=term, by=alex, today=THIRD, starts_on=date(2026, 1, 1))
    entries = page_of_entries([TermOfOffice.history.filter(contract_id=contract.pk)], page=1)[1]
    told = {(e.title, e.reason) for e in entries}
    assert ("Term of office “Cara, Operational Contract Owner (OCO)” changed", "Her letter") in told


# --- the pages ------------------------------------------------------------------------------------


def test_the_page_says_who_holds_what_since_when_and_who_held_it_before(client, contract, cara):
    with on(SECOND):
        change(contract, oco=cara)
    client.force_login(person_with("viewer", contract.unit))
    page = client.get(reverse("contracts:people", args=[contract.pk]))
    html = page.content.decode()
    for words in ("Alex", "2 March 2026", "1 June 2026", "now", "Since when, and who before"):
        assert words in html
    assert page.context["form"] is None
    assert "Add a deputy" not in html
    assert client.post(reverse("contracts:people", args=[contract.pk]), {}).status_code == 404


def test_a_deputy_is_added_and_ended_on_the_page(client, contract, alex):
    client.force_login(alex)
    UserFactory(name="Dan")
    url = reverse("contracts:deputy_add", args=[contract.pk])
    day = {"starts_on_day": 1, "starts_on_month": 6, "starts_on_year": 2026}
    wrong = client.post(url, day | {"person": "Alex"})
    assert "is the owner of this contract" in wrong.context["form"].errors["person"][0]
    assert client.post(url, day | {"person": "Dan", "reason": "Leave"}).status_code == 302
    assert "Deputies" in client.get(contract.get_absolute_url()).content.decode()
    history = client.get(reverse("contracts:history", args=[contract.pk])).content.decode()
    assert "Term of office “Dan, Further deputy” added" in history
    term = contract.offices.get(part=Office.FURTHER)
    url = reverse("contracts:term", args=[contract.pk, term.pk])
    end = {"ends_on_day": 2, "ends_on_month": 6, "ends_on_year": 2026}
    assert client.post(url, day | end).status_code == 302
    assert ("Dan", "further", SECOND, date(2026, 6, 2)) in held(contract)


def test_the_term_of_the_owner_has_no_end_to_type(client, contract, alex):
    client.force_login(alex)
    term = contract.offices.get(part="oco")
    url = reverse("contracts:term", args=[contract.pk, term.pk])
    assert list(client.get(url).context["form"].fields) == ["starts_on", "reason"]
    assert client.post(url, {"reason": "?"}).context["form"].errors["starts_on"] == [
        "Enter the day since when"
    ]
    other = ContractFactory(oco=alex)
    assert client.get(reverse("contracts:term", args=[other.pk, term.pk])).status_code == 404


def test_the_page_costs_the_same_for_one_holder_and_for_many(client, contract, alex):
    client.force_login(alex)
    url = reverse("contracts:people", args=[contract.pk])

    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            client.get(url)
        return len(captured)

    one = cost()
    for _ in range(20):
        contract.offices.create(person=UserFactory(), part="sro", starts_on=FIRST, ends_on=SECOND)
    assert cost() == one


def test_further_deputies_cost_the_overview_one_query_and_others_none(client, contract, alex, cara):
    client.force_login(alex)

    def cost():
        client.get(contract.get_absolute_url())
        with CaptureQueriesContext(connection) as captured:
            client.get(contract.get_absolute_url())
        return len(captured)

    none = cost()
    actions.add_deputy(contract=contract, person=cara, by=alex, starts_on=SECOND, today=THIRD)
    assert cost() <= none + 1
