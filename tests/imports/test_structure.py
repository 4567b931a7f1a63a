"""Frameworks, call-offs and spot contracts from a file, in whatever order they stand there."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from contracts import actions as contract_actions
from contracts.imports import actions, undoing
from contracts.models import Contract, ContractSupplier
from contracts.terms import actions as term_actions
from contracts.terms.models import Term
from contracts.terms.shapes import read_term
from tests.factories import ContractFactory, SupplierFactory, UserFactory
from tests.imports.files import checked, counts, csv_file, errors, imported

pytestmark = pytest.mark.django_db

HEADS = "Reference,Title,Kind,Parent"


def placed():
    rows = Contract.objects.order_by("reference").values_list(
        "reference", "kind", "parent__reference"
    )
    return list(rows)


def test_a_call_off_may_stand_before_its_framework(procurement, housing):
    file = csv_file(
        HEADS,
        "C-2,Lots of lifts,call-off,f-1",
        "F-1,Lifts,Framework agreement,",
        "C-3,A lift,Spot,F-1",
    )
    run = imported(file, by=procurement, default_unit=housing.pk)
    assert counts(run)["new"] == 3
    assert placed() == [
        ("C-2", "call_off", "F-1"), ("C-3", "spot", "F-1"), ("F-1", "framework", None),
    ]  # fmt: skip
    assert Contract.history.get(reference="C-2").parent.reference == "F-1"


def test_what_only_names_its_parent_is_a_call_off(procurement, housing):
    ContractFactory(reference="F-1", kind="framework", unit=housing)
    imported(csv_file(HEADS, "C-2,Lifts,,F-1"), by=procurement, default_unit=housing.pk)
    assert placed()[0] == ("C-2", "call_off", "F-1")


def test_the_same_file_again_changes_nothing(procurement, housing):
    lines = (HEADS, "C-2,Lifts,call-off,F-1", "F-1,All lifts,framework,")
    imported(csv_file(*lines), by=procurement, default_unit=housing.pk)
    assert counts(checked(csv_file(*lines), by=procurement))["same"] == 2


@pytest.mark.parametrize(
    ("lines", "row", "sentence"),
    [
        (["C-2,Lifts,call-off,F-9"], 2, "There is no contract with the reference “F-9”"),
        (["C-2,Lifts,spot,"], 2, "Name the contract or framework"),
        (["C-2,Lifts,contract,F-1"], 2, "Only a call-off or a spot contract"),
        (["C-2,Lifts,call-off,OLD"], 2, "A call-off stands under a framework"),
        (["C-2,Lifts,call-off,F-1", "C-3,Lift,spot,C-2"], 3, "stands under another itself"),
        (["C-2,Lifts,call-off,X", "X,,framework,"], 2, "here or in the rows that can be imported"),
        (["C-2,Lifts,call-off,C-2"], 2, "stands under another itself"),
        (["F-1,Framework,call-off,F-2", "F-2,Other,framework,"], 2, "Other contracts stand under this one"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_is_said_beside_its_row(procurement, housing, lines, row, sentence):
    framework = ContractFactory(reference="F-1", title="Framework", kind="framework", unit=housing)
    ContractFactory(reference="OLD", unit=housing)
    ContractFactory(reference="HERE", kind="call_off", parent=framework, unit=housing)
    run = checked(csv_file(HEADS, *lines), by=procurement, default_unit=housing.pk)
    assert any(sentence in said for _, said in errors(run)[row])


def test_contracts_that_are_here_are_put_under_a_framework(procurement, housing):
    ContractFactory(reference="C-2", title="Lifts", unit=housing)
    file = csv_file(HEADS, "C-2,Lifts,call-off,F-1", "F-1,All lifts,framework,")
    run = imported(file, by=procurement, default_unit=housing.pk)
    assert run.rows.get(number=2).changes == [
        ["Kind of agreement", "Contract", "Call-off"],
        ["Framework or contract it stands under", "", "F-1"],
    ]
    assert placed() == [("C-2", "call_off", "F-1"), ("F-1", "framework", None)]
    actions.undo(run=run, by=procurement)
    assert placed() == [("C-2", "contract", None)]


def test_a_framework_and_its_call_offs_are_undone_together_but_not_from_under_others(
    procurement, housing
):
    lines = (HEADS, "C-2,Lifts,call-off,F-1", "F-1,All lifts,framework,")
    run = imported(csv_file(*lines), by=procurement, default_unit=housing.pk)
    actions.undo(run=run, by=procurement)
    assert placed() == []
    run = imported(csv_file(*lines), by=procurement, default_unit=housing.pk)
    framework = Contract.objects.get(reference="F-1")
    ContractFactory(kind="spot", parent=framework)
    with pytest.raises(actions.undoing.Touched, match="given contracts under it"):
        actions.undo(run=run, by=procurement)


def test_a_contract_that_became_a_framework_stays_one_while_call_offs_stand_under_it(
    procurement, housing
):
    ContractFactory(reference="F-1", title="Lifts", unit=housing)
    lines = ("Reference,Title,Kind", "F-1,Lifts,framework")
    run = imported(csv_file(*lines), by=procurement, default_unit=housing.pk)
    framework = Contract.objects.get()
    spot = ContractFactory(kind="spot", parent=framework)
    call_off = ContractFactory(kind="call_off", parent=framework)
    with pytest.raises(actions.undoing.Touched, match="given contracts under it"):
        actions.undo(run=run, by=procurement)
    Contract.objects.filter(pk=call_off.pk).update(parent=None)
    actions.undo(run=run, by=procurement)
    framework.refresh_from_db()
    assert (framework.kind, spot.parent) == ("contract", framework)


def test_nothing_is_written_when_what_rows_stand_under_has_moved(procurement, housing):
    framework = ContractFactory(reference="F-1", kind="framework", unit=housing)
    run = checked(csv_file(HEADS, "C-2,Lifts,spot,F-1"), by=procurement, default_unit=housing.pk)
    other = ContractFactory(kind="framework")
    Contract.objects.filter(pk=framework.pk).update(kind="call_off", parent=other)
    run = actions.confirm(run=run, by=procurement)
    assert (run.state, "register has changed" in run.problem) == ("checked", True)


def test_nobody_leads_a_contract_that_they_are_named_on_beside_the_lead(procurement, housing):
    contract = ContractFactory(
        reference="C-1", unit=housing, supplier=SupplierFactory(name="Acme Ltd")
    )
    ContractSupplier.objects.create(contract=contract, supplier=SupplierFactory(name="Bolt Ltd"))
    run = checked(csv_file("Reference,Supplier", "C-1,Bolt Ltd"), by=procurement)
    (said,) = errors(run)[2]
    assert "“Bolt Ltd” is named on this contract as a further supplier" in said[1]
    run = checked(csv_file("Reference,Supplier", "C-1,Acme Ltd; Bolt Ltd"), by=procurement)
    assert counts(run)["same"] == 1


@pytest.mark.parametrize(("said", "months"), [("36", 36), ("3 years", 36), ("18 months", 18)])
def test_an_initial_term_is_read_in_months(procurement, housing, said, months):
    imported(
        csv_file("Reference,Title,Initial term", f"C-1,Lifts,{said}"),
        by=procurement,
        default_unit=housing.pk,
    )
    assert Contract.objects.get().initial_term_months == months


def test_an_import_with_an_initial_term_is_undone(procurement, housing):
    file = csv_file("Reference,Title,Start date,Initial term", "C-1,Lifts,01/04/2024,24")
    run = imported(file, by=procurement, default_unit=housing.pk)
    assert Term.objects.get().works_out_on == date(2026, 3, 31)
    actions.undo(run=run, by=procurement)
    assert (Contract.objects.count(), Term.objects.count()) == (0, 0)


def test_a_term_that_somebody_has_changed_since_keeps_the_import(procurement, housing):
    file = csv_file("Reference,Title,Start date,Initial term", "C-1,Lifts,01/04/2024,24")
    run = imported(file, by=procurement, default_unit=housing.pk)
    term_actions.set_term(
        contract=Contract.objects.get(), by=procurement, version=1, term_version=1,
        commences_on=date(2024, 4, 1), shape=read_term("2"), rolling=False, renews_for_months=None,
        nation="scotland", clause="",
    )  # fmt: skip
    Contract.objects.update(version=1)  # so that the term alone stands in the way
    with pytest.raises(actions.undoing.Touched, match="given another term"):
        actions.undo(run=run, by=procurement)


def test_days_are_no_term_in_months(procurement, housing):
    run = checked(
        csv_file("Reference,Title,Initial term", "C-1,Lifts,90 days"),
        by=procurement,
        default_unit=housing.pk,
    )
    assert "Write it like 36 months or 3 years" in errors(run)[2][0][1]


# --- spot contracts keep the people of the contract above ------------------------------------------

PEOPLE_HEADS = "Reference,Title,OCO"


@pytest.fixture
def lifts(housing):
    """A framework of Cara's with a spot contract of hers and one of somebody else's."""
    cara = UserFactory(name="Cara Quill", email="cara@northmere.example")
    framework = ContractFactory(
        reference="F-1", title="Lifts", kind="framework", unit=housing, oco=cara
    )
    spot = {"kind": "spot", "parent": framework, "unit": housing}
    ContractFactory(reference="S-1", title="A lift", oco=cara, **spot)
    ContractFactory(
        reference="S-2", title="Another lift", oco=UserFactory(name="Own Person"), **spot
    )
    UserFactory(name="Dev Moss", email="dev@northmere.example")
    return framework


def owners():
    return dict(Contract.objects.order_by("reference").values_list("reference", "oco__name"))


def test_an_import_that_changes_an_owner_moves_the_spot_contracts_below(procurement, lifts):
    imported(csv_file(PEOPLE_HEADS, "F-1,Lifts,Dev Moss"), by=procurement)
    assert owners() == {"F-1": "Dev Moss", "S-1": "Dev Moss", "S-2": "Own Person"}
    moved = Contract.objects.get(reference="S-1")
    told = moved.history.first()
    assert (told.history_user, told.oco, told.version) == (procurement, moved.oco, 2)
    assert told.history_change_reason == "As on the contract that it stands under"
    assert moved.offices.current().get(part="oco").person == moved.oco


def test_a_spot_contract_in_the_file_is_as_the_file_says(procurement, lifts):
    file = csv_file(PEOPLE_HEADS, "F-1,Lifts,Dev Moss", "S-1,A lift,Cara Quill")
    imported(file, by=procurement)
    assert owners()["S-1"] == "Cara Quill"


def test_spot_contracts_that_moved_with_an_import_go_back_with_it(procurement, lifts):
    before = owners()
    run = imported(csv_file(PEOPLE_HEADS, "F-1,Lifts,Dev Moss"), by=procurement)
    actions.undo(run=run, by=procurement)
    assert owners() == before


def test_an_import_is_not_undone_over_a_spot_contract_that_was_changed_since(procurement, lifts):
    run = imported(csv_file(PEOPLE_HEADS, "F-1,Lifts,Dev Moss"), by=procurement)
    spot = Contract.objects.get(reference="S-1")
    contract_actions.change(contract=spot, by=procurement, version=spot.version, title="The lift")
    with pytest.raises(undoing.Touched):
        actions.undo(run=run, by=procurement)


def test_moving_costs_the_same_for_one_spot_contract_and_for_many(procurement, lifts):
    people = [lifts.oco, User.objects.get(name="Dev Moss")]

    def cost(number):
        for _ in range(number):
            ContractFactory(kind="spot", parent=lifts, unit=lifts.unit, oco=people[0])
        people.reverse()
        with CaptureQueriesContext(connection) as captured:
            imported(csv_file(PEOPLE_HEADS, f"F-1,Lifts,{people[0].name}"), by=procurement)
        assert lifts.children.filter(oco=people[0]).count() > number
        return len(captured)

    cost(0)  # what is asked once only
    assert cost(1) == cost(20)


def test_the_page_of_the_import_names_the_spot_contracts_that_moved_with_it(
    client, procurement, lifts
):
    run = imported(csv_file(PEOPLE_HEADS, "F-1,Lifts,Dev Moss"), by=procurement)
    client.force_login(procurement)
    shown = client.get(run.get_absolute_url()).context["page"].object_list
    assert [(row.contract.reference, row.followed) for row in shown] == [
        ("F-1", False),
        ("S-1", True),
    ]
