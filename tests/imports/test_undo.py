"""An import is taken back whole, as long as nobody has built on it."""

from datetime import date

import pytest

from accounts.models import BusinessUnit
from contracts import actions as contract_actions
from contracts.imports import actions, undoing
from contracts.models import Contract, ContractSupplier
from suppliers.models import Supplier
from tests.factories import ContractFactory, SupplierFactory
from tests.imports.files import checked, csv_file, imported
from tests.performance.factories import IndicatorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(procurement, housing):
    """One contract added with a new supplier, one changed in title, end and suppliers."""
    ContractFactory(
        reference="C-9", title="Gates", unit=housing, ends_on=date(2027, 3, 31),
        supplier=SupplierFactory(name="Old Ltd"),
    )  # fmt: skip
    file = csv_file(
        "Reference,Title,Supplier,End date,Value",
        "C-1,Lifts,Acme Ltd; Bolt Ltd,,5",
        "C-9,Iron gates,New Ltd; Crown Ltd,31/03/2028,7",
    )
    return imported(file, by=procurement, default_unit=housing.pk)


def test_undo_puts_everything_back_and_says_so_in_history(run, procurement):
    assert Contract.objects.count() == 2

    run = actions.undo(run=run, by=procurement)

    gates = Contract.objects.get()
    assert (gates.title, gates.ends_on, gates.value) == ("Gates", date(2027, 3, 31), None)
    assert (gates.supplier.name, gates.version) == ("Old Ltd", 3)
    assert not ContractSupplier.objects.exists()
    assert [s.name for s in Supplier.objects.all()] == ["Old Ltd"]
    assert (run.state, run.undone_by) == ("undone", procurement)
    removed = Contract.history.filter(history_type="-").get()
    assert (removed.reference, removed.history_user) == ("C-1", procurement)
    assert removed.history_change_reason == "Import of register.csv undone"
    assert gates.history.first().history_change_reason == "Import of register.csv undone"


def test_the_same_file_can_be_imported_again_after_undoing(run, procurement, housing):
    actions.undo(run=run, by=procurement)
    file = csv_file("Reference,Title,Supplier", "C-1,Lifts,Acme Ltd; Bolt Ltd")
    assert checked(file, by=procurement, default_unit=housing.pk).new == 1


def test_an_edited_contract_refuses_and_is_named(run, procurement):
    lifts = Contract.objects.get(reference="C-1")
    contract_actions.change(contract=lifts, by=procurement, version=lifts.version, title="Stairs")

    with pytest.raises(undoing.Touched) as refused:
        actions.undo(run=run, by=procurement)

    assert refused.value.reasons == ["C-1 Stairs was changed since the import"]
    assert Contract.objects.count() == 2


def test_a_contract_with_a_kpi_refuses(run, procurement):
    IndicatorFactory(contract=Contract.objects.get(reference="C-1"))
    with pytest.raises(undoing.Touched) as refused:
        actions.undo(run=run, by=procurement)
    assert refused.value.reasons[0].startswith("C-1 Lifts was given ")


def test_a_contract_with_another_supplier_refuses(run, procurement):
    contract_actions.add_supplier(
        contract=Contract.objects.get(reference="C-1"),
        supplier=SupplierFactory(),
        part="member",
        by=procurement,
    )
    with pytest.raises(undoing.Touched, match="C-1 Lifts was "):
        actions.undo(run=run, by=procurement)


def test_a_later_import_over_it_refuses(run, procurement):
    imported(csv_file("Reference,Title", "C-1,Hoists"), by=procurement)
    with pytest.raises(undoing.Touched):
        actions.undo(run=run, by=procurement)


def test_a_supplier_that_is_used_by_now_stays(run, procurement):
    ContractFactory(supplier=Supplier.objects.get(name="Acme Ltd"))
    actions.undo(run=run, by=procurement)
    assert {s.name for s in Supplier.objects.all()} == {"Old Ltd", "Acme Ltd"}


def test_units_that_came_with_the_import_go_with_it(procurement):
    run = checked(csv_file("Reference,Title,Unit", "C-1,Lifts,Parks"), by=procurement)
    run = actions.answer(run=run, by=procurement, options={"units": {"parks": "create"}})
    run = actions.confirm(run=run, by=procurement)
    actions.undo(run=run, by=procurement)
    assert not BusinessUnit.objects.exists()


def test_undoing_twice_is_refused(run, procurement):
    actions.undo(run=run, by=procurement)
    with pytest.raises(actions.NoLongerWaiting):
        actions.undo(run=run, by=procurement)
