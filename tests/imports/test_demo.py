"""The demonstration has one import that is over, and it can be undone like any other."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.imports import actions, demo
from contracts.models import Contract
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(procurement, housing):
    contracts = ContractFactory.create_batch(5, unit=housing)
    Contract.history.update(history_date=timezone.now() - timedelta(days=300))
    return contracts


def test_a_past_import_gave_numbers_and_left_one_row_out(register, procurement):
    today = timezone.localdate()
    run = demo.build(today)
    assert (run.state, run.changed, run.wrong, run.new) == ("imported", 5, 1, 0)
    assert timezone.localdate(run.imported_at) == today - timedelta(days=demo.DAYS_AGO)
    first = register[0]
    first.refresh_from_db()
    assert first.ocid == "ocds-demo00-070400"
    assert [row.version for row in first.history.all()] == [2, 1]
    assert first.history.first().history_user == procurement
    assert actions.undo(run=run, by=procurement).state == "undone"


def test_an_empty_register_has_none(procurement):
    assert demo.build(timezone.localdate()) is None
