from datetime import date
from decimal import Decimal

import pytest

from common.locking import Conflict
from contracts import actions
from contracts.models import Contract
from tests.factories import ContractFactory, SupplierFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_adding_records_who_and_why():
    person = UserFactory()
    contract = actions.add(
        by=person,
        reference="C-1",
        title="Waste",
        unit=ContractFactory().unit,
        value=Decimal("10.50"),
    )
    first = contract.history.get()
    assert (first.history_type, first.history_user, first.history_change_reason) == (
        "+", person, "Added to the register",
    )  # fmt: skip


def test_changing_records_who_when_and_why_and_moves_the_notice_date():
    person = UserFactory()
    contract = ContractFactory(ends_on=date(2026, 3, 31), notice_period=3)
    changed = actions.change(
        contract=contract, by=person, version=1, reason="Extended", ends_on=date(2026, 5, 31)
    )
    latest = changed.history.first()
    assert changed.notice_on == date(2026, 2, 28)
    assert (latest.history_user, latest.history_change_reason, latest.version) == (
        person,
        "Extended",
        2,
    )


def test_changing_nothing_leaves_no_history():
    contract = ContractFactory(title="Waste")
    actions.change(contract=contract, by=UserFactory(), version=1, title="Waste")
    assert contract.history.count() == 1
    assert Contract.objects.get().version == 1


def test_a_change_to_an_old_version_is_refused_and_writes_nothing():
    contract = ContractFactory(title="Waste")
    actions.change(contract=contract, by=UserFactory(), version=1, title="Waste collection")
    with pytest.raises(Conflict):
        actions.change(contract=contract, by=UserFactory(), version=1, title="Refuse")
    assert Contract.objects.get().title == "Waste collection"


def test_a_new_supplier_is_added_with_its_contract_or_not_at_all():
    unit = ContractFactory().unit
    contract = actions.add(
        by=UserFactory(), reference="C-9", title="T", unit=unit, new_supplier="New Firm Ltd"
    )
    assert contract.supplier.name == "New Firm Ltd"
    assert contract.supplier.normalised_name == "new firm ltd"


def test_assigning_several_changes_only_what_differs():
    owner, sro, by = UserFactory(), UserFactory(), UserFactory()
    already = ContractFactory(oco=owner, sro=sro)
    without = ContractFactory()
    changed = actions.assign(
        contracts=Contract.objects.all(), by=by, reason="New team", oco=owner, sro=sro, deputy=None
    )
    assert changed == [without]
    without.refresh_from_db()
    assert (without.oco, without.sro, without.deputy) == (owner, sro, None)
    assert (already.history.count(), without.history.count()) == (1, 2)


def test_further_suppliers_leave_a_trail_when_named_and_when_removed():
    person, contract, supplier = UserFactory(), ContractFactory(), SupplierFactory()
    part = actions.add_supplier(contract=contract, supplier=supplier, part="member", by=person)
    actions.remove_supplier(part=part, by=person)
    trail = type(part).history.filter(contract_id=contract.pk)
    assert [(row.history_type, row.history_user) for row in trail] == [("-", person), ("+", person)]


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([], "C-2026-0001"),
        (["C-2026-0041"], "C-2026-0042"),
        (["C-2026-9", "C-2025-0007"], "C-2026-0001"),
    ],
)
def test_the_next_reference_is_free(taken, expected):
    for reference in taken:
        ContractFactory(reference=reference)
    assert actions.next_reference(today=date(2026, 11, 23)) == expected
