"""What a list remembers for some seconds: never past a change, and never for another reader."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import lately
from common.bulk import write_history
from common.history import delete_with_history, save_with_history
from common.lately import Lately
from contracts.models import Contract, ContractSupplier
from suppliers.models import Supplier
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db

TOLD_BY = (Contract, ContractSupplier, Supplier)


def count(contracts):
    return Lately(contracts, TOLD_BY).count


def titles(client, **query):
    page = client.get("/contracts/", query).context["page"]
    return page.count, [line["name"] for line in page.lines]


def test_rows_are_counted_once_while_nothing_happens():
    ContractFactory.create_batch(3)
    assert count(Contract.objects.all()) == 3
    with CaptureQueriesContext(connection) as asked:
        assert count(Contract.objects.all()) == 3
    assert "COUNT" not in asked[0]["sql"]
    assert len(asked) == 1


def test_what_is_added_changed_or_removed_is_counted_at_once():
    by = UserFactory()
    contract = ContractFactory(stage="live")
    live = Contract.objects.filter(stage="live")
    assert count(live) == 1
    ContractFactory(stage="live")
    assert count(live) == 2
    contract.stage = "draft"
    save_with_history(contract, by=by)
    assert count(live) == 1
    delete_with_history(live.get(), by=by)
    assert count(live) == 0


def test_rows_written_in_bulk_with_their_history_are_counted_at_once():
    contract = ContractFactory(stage="live")
    live = Contract.objects.filter(stage="live")
    assert count(live) == 1
    Contract.objects.filter(pk=contract.pk).update(stage="exit")
    write_history(Contract.objects.all(), by=None, reason="", kind="~")
    assert count(live) == 0


def test_a_supplier_renamed_is_looked_for_at_once():
    supplier = SupplierFactory(name="Greenholt")
    ContractFactory(supplier=supplier)
    named = Contract.objects.filter(supplier__name="Greenholt")
    assert count(named) == 1
    supplier.name = "Brightwater"
    save_with_history(supplier, by=None)
    assert count(named) == 0


def test_what_left_no_history_is_found_out_within_seconds():
    ContractFactory(stage="live")
    live = Contract.objects.filter(stage="live")
    with time_machine.travel(dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC), tick=False) as clock:
        assert count(live) == 1
        live.update(stage="exit")
        assert count(live) == 1
        clock.shift(lately.SECONDS + 1)
        assert count(live) == 0


def test_a_statement_that_reads_what_nobody_named_is_asked_every_time():
    contract, owner = ContractFactory(), UserFactory()
    of_active_owners = Contract.objects.filter(oco__is_active=True)
    assert count(of_active_owners) == 0
    Contract.objects.filter(pk=contract.pk).update(oco=owner)
    assert count(of_active_owners) == 1


def test_an_empty_question_is_answered():
    assert count(Contract.objects.none()) == 0


def test_readers_of_different_units_are_told_of_their_own(client):
    ours, theirs = BusinessUnitFactory(), BusinessUnitFactory()
    ContractFactory(title="Ours", unit=ours)
    ContractFactory(title="Theirs", unit=theirs)
    for who, expected in (
        (person_with("procurement"), (2, ["Ours", "Theirs"])),
        (person_with("viewer", ours), (1, ["Ours"])),
        (person_with("viewer", theirs), (1, ["Theirs"])),
    ):
        client.force_login(who)
        assert titles(client) == titles(client) == expected


def test_a_role_taken_away_counts_at_once(client):
    unit = BusinessUnitFactory()
    ContractFactory(title="Ours", unit=unit)
    reader = person_with("viewer", unit)
    client.force_login(reader)
    assert titles(client) == (1, ["Ours"])
    reader.memberships.all().delete()
    assert titles(client) == (0, [])


def test_a_row_that_left_the_readers_scope_is_not_shown_even_without_history(client):
    unit = BusinessUnitFactory()
    ContractFactory(title="Stays", unit=unit)
    gone = ContractFactory(title="Goes", unit=unit)
    client.force_login(person_with("viewer", unit))
    assert titles(client) == (2, ["Goes", "Stays"])
    Contract.objects.filter(pk=gone.pk).update(unit=BusinessUnitFactory())
    assert titles(client)[1] == ["Stays"]


def test_each_order_and_each_page_is_remembered_by_itself(client):
    for number in range(30):
        ContractFactory(title=f"Contract {number:02}", value=30 - number)
    client.force_login(person_with("procurement"))
    first = [f"Contract {number:02}" for number in range(25)]
    for _ in range(2):
        assert titles(client)[1] == first
        assert titles(client, page=2)[1] == [f"Contract {number}" for number in range(25, 30)]
        assert titles(client, sort="value")[1][0] == "Contract 29"
        assert titles(client, sort="-title")[1][0] == "Contract 29"
        assert len(titles(client, per_page=50)[1]) == 30


def test_saving_a_contract_shows_in_the_list_that_was_just_looked_at(client):
    procurement = person_with("procurement")
    contract = ContractFactory(title="Before", stage="live")
    client.force_login(procurement)
    assert titles(client, stage="live") == (1, ["Before"])
    contract.stage = "ended"
    save_with_history(contract, by=procurement)
    assert titles(client, stage="live") == (0, [])
