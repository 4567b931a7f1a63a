import pytest

from common.history import page_of_entries, save_with_history
from contracts.models import Contract
from suppliers.models import Supplier
from tests.factories import ContractFactory, SupplierFactory, UserFactory

pytestmark = pytest.mark.django_db


def told(*sources, page=1, per_page=20):
    return page_of_entries(sources, page=page, per_page=per_page)[1]


def test_one_save_carries_the_person_and_the_next_does_not():
    supplier, person = SupplierFactory(), UserFactory()
    save_with_history(supplier, by=person, reason="Renamed")
    supplier.save()
    assert [(row.history_user, row.history_change_reason) for row in supplier.history.all()][:2] == [
        (None, None), (person, "Renamed"),
    ]  # fmt: skip


def test_changes_are_told_in_words():
    person, supplier = UserFactory(name="Pat Rowe"), SupplierFactory(name="Acme Ltd")
    supplier.is_sme = True
    supplier.website = "https://acme.example"
    save_with_history(supplier, by=person, reason="From their website")
    entry = told(Supplier.history.filter(id=supplier.pk))[0]
    assert (entry.title, entry.by, entry.reason) == (
        "Supplier “Acme Ltd” changed",
        "Pat Rowe",
        "From their website",
    )
    assert [(c.field, c.old, c.new) for c in entry.changes] == [
        ("Small or medium-sized (under 250 people)", "", "Yes"),
        ("Website", "", "https://acme.example"),
    ]


def test_people_and_suppliers_are_named_even_in_old_rows():
    contract = ContractFactory(supplier=SupplierFactory(name="Old Ltd"))
    contract.supplier, contract.oco = SupplierFactory(name="New Ltd"), UserFactory(name="Alex Shah")
    contract.save()
    changes = {
        c.field: (c.old, c.new) for c in told(Contract.history.filter(id=contract.pk))[0].changes
    }
    assert changes == {
        "Lead supplier": ("Old Ltd", "New Ltd"),
        "Operational Contract Owner (OCO)": ("", "Alex Shah"),
    }


def test_several_kinds_of_thing_are_told_in_one_order_and_paged():
    contract, supplier = ContractFactory(), SupplierFactory()
    for n in range(5):
        contract.title = f"Title {n}"
        contract.save()
        supplier.notes = f"Note {n}"
        supplier.save()
    sources = Contract.history.filter(id=contract.pk), Supplier.history.filter(id=supplier.pk)
    pages = [told(*sources, page=n, per_page=5) for n in (1, 2, 3)]
    entries = [entry for page in pages for entry in page]
    assert len(entries) == 12
    assert [e.at for e in entries] == sorted((e.at for e in entries), reverse=True)
    assert {e.noun for e in pages[0]} == {"contract", "supplier"}


@pytest.mark.parametrize("changes", [1, 12])
def test_a_page_of_history_costs_the_same_however_long_it_is(changes, django_assert_num_queries):
    contract = ContractFactory(oco=UserFactory())
    for n in range(changes):
        contract.title = f"Title {n}"
        contract.save()
    with django_assert_num_queries(7):
        told(Contract.history.filter(id=contract.pk))
