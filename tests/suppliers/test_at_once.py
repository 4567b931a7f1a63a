"""Two people at the same moment: one of them waits, and sees what the other has done."""

import threading
from datetime import date

import pytest
from django.db import connection

from contracts import actions as contract_actions
from contracts.models import Contract
from suppliers import actions
from suppliers.intelligence import actions as intelligence
from suppliers.intelligence.models import DistressEvent
from suppliers.models import Supplier
from tests.factories import ContractFactory, SupplierFactory, person_with

TODAY = date(2026, 11, 27)
# A test's SQLite lies in memory, where threads lock each other out.
pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*jobs):
    """What each job gave, or the exception that stopped it."""
    together, answers = threading.Barrier(len(jobs)), {}

    def run(number, job):
        together.wait()
        try:
            answers[number] = job()
        except Exception as problem:  # noqa: BLE001 - looked at by the test
            answers[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(jobs))]


def test_of_two_who_merge_a_pair_in_both_directions_one_is_refused():
    by, one, other = person_with("procurement"), SupplierFactory(), SupplierFactory()

    def merging(stays, goes):
        return lambda: actions.merge(
            stays=stays, goes=goes, by=by, versions=(1, 1), reason="Same house"
        )

    answers = at_once(merging(one, other), merging(other, one))
    assert sum(isinstance(answer, Supplier) for answer in answers) == 1
    assert sum(isinstance(answer, actions.CannotBeMerged) for answer in answers) == 1
    assert Supplier.objects.current().count() == 1


def test_a_contract_that_is_saved_while_its_supplier_is_merged_is_not_left_behind():
    by, stays = person_with("procurement"), SupplierFactory()
    for _ in range(5):
        goes = SupplierFactory()
        led = ContractFactory(supplier=goes)
        new = ContractFactory(supplier=None)
        version = Supplier.objects.get(pk=stays.pk).version
        answers = at_once(
            lambda goes=goes, version=version: actions.merge(
                stays=stays, goes=goes, by=by, versions=(version, 1), reason="Same house"
            ),
            lambda goes=goes, new=new: contract_actions.change(
                contract=new, by=by, version=1, supplier=goes
            ),
            lambda goes=goes, led=led: contract_actions.change(
                contract=led, by=by, version=1, title="Changed"
            ),
        )
        assert isinstance(answers[0], Supplier), answers
        assert isinstance(answers[1], Contract), answers
        assert not Contract.objects.filter(supplier=goes).exists()


def test_a_note_that_is_saved_while_its_supplier_is_merged_is_not_left_behind():
    by, stays = person_with("procurement"), SupplierFactory()
    for number in range(5):
        goes = SupplierFactory()
        answers = at_once(
            lambda goes=goes, version=number + 1: actions.merge(
                stays=stays, goes=goes, by=by, versions=(version, 1), reason="Same house"
            ),
            lambda goes=goes: intelligence.record_distress(
                supplier=goes, sign="other", text="T", happened_on=TODAY, by=by, today=TODAY
            ),
            lambda goes=goes: actions.add_contact(supplier=goes, by=by, name="Ann Ash"),
        )
        assert isinstance(answers[0], Supplier), answers
        assert DistressEvent.objects.filter(supplier=stays).count() == number + 1, answers
        assert not goes.contacts.exists()


def test_a_circle_cannot_be_tied_from_both_ends():
    by = person_with("procurement")
    for _ in range(5):
        one, other = SupplierFactory(), SupplierFactory()
        answers = at_once(
            lambda one=one, other=other: actions.change(
                supplier=one, by=by, version=1, parent=other
            ),
            lambda one=one, other=other: actions.change(
                supplier=other, by=by, version=1, parent=one
            ),
        )
        assert sum(isinstance(answer, actions.Refused) for answer in answers) == 1, answers
