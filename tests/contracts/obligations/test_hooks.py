"""What obligations tell the rest of the house: dates, questions about a contract, and the menu."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from common import deadlines
from contracts import checks
from contracts.models import Contract
from contracts.obligations.models import Occurrence
from tests.contracts.obligations.factories import ObligationFactory, OccurrenceFactory
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
YEAR = timedelta(days=365)
KINDS = {"obligation-due", "condition-precedent"}
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(oco=UserFactory(), deputy=UserFactory(), title="Waste", reference="C-7")


def due(scope=None, **options):
    scope = scope or deadlines.Scope(**options)
    return list(deadlines.within(scope, TODAY - YEAR, TODAY + YEAR, only=KINDS))


def occurrence(contract, days=5, **values):
    return OccurrenceFactory(
        due_on=TODAY + timedelta(days=days), obligation__contract=contract, **values
    )


# --- Dates ----------------------------------------------------------------------------------------


def test_what_is_pending_is_a_date_of_the_responsible_person_then_of_the_owner(contract):
    colleague = UserFactory()
    expected = occurrence(
        contract, obligation__responsible=colleague, obligation__title="Monthly report"
    )
    (found,) = due()
    assert (found.key, found.due_on, found.kind) == (
        f"obligation-due:{expected.pk}", expected.due_on, "obligation-due",
    )  # fmt: skip
    assert (found.title, found.subject) == ("Obligation: Monthly report", "C-7 Waste")
    assert found.url == expected.get_absolute_url()
    assert found.responsible == (colleague.pk, contract.oco_id, contract.deputy_id)
    assert (found.contract_id, found.unit_id) == (contract.pk, contract.unit_id)


@pytest.mark.parametrize(
    ("party", "days", "first"),
    [("supplier", -1, "oco"), ("supplier", 1, "colleague"), ("authority", -1, "colleague")],
)
def test_what_the_supplier_owes_belongs_to_the_owner(contract, party, days, first):
    colleague = UserFactory()
    occurrence(contract, days, obligation__party=party, obligation__responsible=colleague)
    (found,) = due()
    assert found.responsible[0] == {"oco": contract.oco_id, "colleague": colleague.pk}[first]
    assert set(found.responsible) == {colleague.pk, contract.oco_id, contract.deputy_id}


def test_nobody_is_named_twice(contract):
    occurrence(contract, obligation__responsible=contract.oco)
    (found,) = due()
    assert found.responsible == (contract.oco_id, contract.deputy_id)


@pytest.mark.parametrize(
    ("values", "is_due"),
    [
        ({}, True),
        ({"obligation__contract__stage": "draft"}, False),
        ({"obligation__contract__stage": "awaiting_conditions"}, True),
        ({"obligation__contract__stage": "ended"}, False),
        ({"obligation__contract__stage": "ended", "obligation__survives": True}, True),
        ({"status": "met"}, False),
        ({"status": "failed"}, False),
        ({"status": "waived"}, False),
    ],
)
def test_only_what_is_still_to_be_done_is_a_date(values, is_due):
    OccurrenceFactory(**values)
    assert bool(due()) == is_due


def test_what_the_supplier_was_relieved_of_is_asked_for_no_longer(contract):
    missed = occurrence(contract, -9, status="failed", obligation__party="authority")
    relieved = {"relief": "granted", "relief_from": missed, "relief_reason": "Our fault"}
    occurrence(contract, -1, **relieved)
    assert due() == []
    assert not Occurrence.objects.overdue(TODAY).exists()


def test_a_condition_precedent_is_a_date_of_its_own_kind_in_a_draft_too(contract):
    occurrence(contract, obligation__kind="condition", obligation__repeat="once")
    Contract.objects.update(stage="draft")
    (found,) = due()
    assert (found.kind, found.title.partition(":")[0]) == (
        "condition-precedent", "Condition precedent",
    )  # fmt: skip


def test_each_scope_finds_its_own(contract):
    expected = occurrence(contract)
    OccurrenceFactory()
    ids = {f"obligation-due:{expected.pk}"}
    share = (contract.pk, contract.pk)
    assert {d.key for d in due(share=share)} == ids
    assert {d.key for d in due(user=contract.oco)} == ids
    assert {d.key for d in due(user=contract.oco, capacity="mine")} == ids
    assert due(user=contract.oco, capacity="overseen") == []
    assert len(due()) == 2


def test_a_responsible_person_finds_theirs_among_their_own_dates(contract):
    colleague = person_with("viewer", contract.unit)
    mine = occurrence(contract, obligation__responsible=colleague)
    occurrence(contract)
    found = due(user=colleague, capacity="mine")
    assert [d.key for d in found] == [f"obligation-due:{mine.pk}"]


def test_who_can_no_longer_see_the_contract_is_not_shown_its_dates(contract):
    gone = person_with("viewer", BusinessUnitFactory())
    occurrence(contract, obligation__responsible=gone)
    assert due(user=gone, capacity="mine") == []


def test_dates_cost_one_query_however_many_there_are(contract, django_assert_num_queries):
    for number in range(10):
        occurrence(contract, number)
    with django_assert_num_queries(2):
        assert len(due()) == 10


def test_many_of_a_contract_are_one_line_of_my_work(client, contract):
    for number in range(3):
        occurrence(contract, number + 1)
    occurrence(contract, 2, obligation__kind="condition", obligation__repeat="once")
    client.force_login(contract.oco)
    agenda = client.get("/work/").context["agenda"]
    ((_, _, number, tasks),) = agenda.bands
    assert (number, [task.title.partition(":")[0] for task in tasks]) == (
        4, ["3 obligations due", "Condition precedent"],
    )  # fmt: skip
    assert client.get(tasks[0].url).context["page"].count == 4
    # What comes every month is no contract's next date.
    assert agenda.next_by_contract[contract.pk].kind == "condition-precedent"


# --- Questions about a contract -------------------------------------------------------------------


def failing(key):
    return set(checks.get(key).failing(Contract.objects.all()))


@pytest.mark.parametrize(
    ("values", "fails"),
    [
        ({"tier": "silver"}, True), ({"tier": "platinum", "stage": "mobilisation"}, True), ({"tier": "bronze"}, False),
        ({"tier": ""}, False), ({"tier": "gold", "stage": "draft"}, False), ({"tier": "gold", "stage": "ended"}, False),
    ],
)  # fmt: skip
def test_from_silver_upwards_obligations_are_written_down(values, fails):
    contract = ContractFactory(**values)
    assert (contract in failing("no_obligations")) == fails
    ObligationFactory(contract=contract)
    assert contract not in failing("no_obligations")


def test_ended_obligations_are_as_good_as_none():
    contract = ObligationFactory(contract__tier="gold", ended_on=D("2026-05-01")).contract
    assert contract in failing("no_obligations")


def test_every_obligation_has_somebody_who_is_here():
    lacking = ObligationFactory().contract
    left = ObligationFactory(responsible=UserFactory(is_active=False)).contract
    ObligationFactory(responsible=UserFactory())
    ObligationFactory(ended_on=D("2026-05-01"))
    ObligationFactory(contract__stage="ended")
    assert failing("obligation_nobody") == {lacking, left}


def test_what_is_overdue_is_a_gap_of_its_contract():
    late = OccurrenceFactory().obligation.contract
    OccurrenceFactory(due_on=TODAY)
    OccurrenceFactory(status="failed")
    OccurrenceFactory(obligation__contract__stage="ended")
    assert failing("obligation_overdue") == {late}


def test_a_condition_past_its_date_is_a_gap_until_it_is_settled_or_the_contract_ends():
    condition = {"obligation__kind": "condition", "obligation__repeat": "once"}
    waiting = {"obligation__contract__stage": "awaiting_conditions"}
    late = OccurrenceFactory(**condition, **waiting).obligation.contract
    OccurrenceFactory(**condition, **waiting, due_on=TODAY)
    OccurrenceFactory(**condition, **waiting, status="waived")
    moved_on = OccurrenceFactory(**condition, obligation__contract__stage="live").obligation
    OccurrenceFactory(**condition, obligation__contract__stage="ended")
    assert failing("condition_late") == {late, moved_on.contract}
    assert late not in failing("obligation_overdue")


def test_each_gap_leads_to_where_it_is_mended(client, contract):
    OccurrenceFactory(obligation__contract=contract)
    client.force_login(contract.oco)
    for check in checks.all_checks():
        if "obligation" in check.key or "condition" in check.key:
            address = check.mend(contract).partition("#")[0]
            assert client.get(address).status_code == 200, check.key


# --- The menu -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "shown"), [("procurement", True), ("auditor", True), ("administrator", False)]
)
def test_the_menu_leads_there_for_those_who_see_contracts(client, role, shown):
    client.force_login(person_with(role))
    page = client.get("/search/").content.decode()
    assert (f'href="{reverse("obligations:due")}"' in page) == shown
