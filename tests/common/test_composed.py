"""Questions that are kept: the same answer as the queryset gives, for any row, on any connection."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection

from common import composed
from contracts.models import Contract
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db


def titles_of(pk):
    return Contract.objects.filter(pk=pk).values_list("title", flat=True)


def test_a_question_is_answered_for_each_row():
    lifts = ContractFactory(title="Lifts: 100% of 'them' $1")
    roofs = ContractFactory(title="Roofs")
    asked = composed.Question.of(titles_of(composed.ANY))
    for _ in range(7):  # PostgreSQL plans anew five times before it keeps a plan.
        assert asked.ask(lifts.pk) == [(lifts.title,)]
        assert asked.ask(roofs.pk) == [("Roofs",)]
    assert asked.ask(10**12) == []


def test_a_question_is_asked_of_many_rows_at_once(django_assert_num_queries):
    """Whether it was composed for one row or for a list of them."""
    one, two, _ = ContractFactory(title="One"), ContractFactory(title="Two"), ContractFactory()
    of_a_list = Contract.objects.filter(pk__in=[composed.ANY]).values_list("title", flat=True)
    for found in (titles_of(composed.ANY), of_a_list):
        asked = composed.Question.of(found)
        assert sorted(asked.ask(one.pk, two.pk)) == [("One",), ("Two",)]
        assert asked.ask(two.pk) == [("Two",)]
        with django_assert_num_queries(0):
            assert asked.ask() == []


def test_what_else_the_question_says_is_kept_as_it_is():
    """Words with the signs of parameters, and the name of a row that is like the placeholder's."""
    odd = ContractFactory(title="50% of %s is $1, said 'Ann'")
    asked = composed.Question.of(titles_of(composed.ANY).filter(title=odd.title))
    assert asked.ask(odd.pk) == [(odd.title,)]


def test_several_questions_are_asked_as_one():
    one, two = ContractFactory(title="One"), ContractFactory(title="Two")
    both = composed.joined(
        [titles_of(composed.ANY).filter(title=title).order_by() for title in ("One", "Two")]
    )
    asked = composed.Question.of(both)
    assert asked.ask(one.pk) == [("One",)]
    assert asked.ask(two.pk) == [("Two",)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_is_told_the_question_again():
    lifts = ContractFactory(title="Lifts")
    asked = composed.Question.of(titles_of(composed.ANY))
    assert asked.ask(lifts.pk) == [("Lifts",)]
    connection.close()
    assert asked.ask(lifts.pk) == [("Lifts",)]


def test_nothing_is_kept_on_the_server_behind_a_pooler(monkeypatch, django_assert_num_queries):
    lifts = ContractFactory(title="Lifts")
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    asked = composed.Question.of(titles_of(composed.ANY))
    with django_assert_num_queries(1):
        assert asked.ask(lifts.pk) == [("Lifts",)]


@pytest.mark.postgres
def test_a_bundle_gives_each_question_its_rows_as_the_queryset_would(django_assert_num_queries):
    lifts = ContractFactory(
        title="Lifts: 100% of 'them'", value=Decimal("1250000.50"), ends_on=date(2027, 3, 31)
    )
    roofs = ContractFactory(title="Roofs", value=None, ends_on=None, has_further_deputies=True)
    ContractFactory(title="Somebody else's")
    columns = ("title", "value", "ends_on", "updated_at", "unit", "has_further_deputies")
    asked = [
        Contract.objects.filter(pk__in=[composed.ANY]).order_by().values_list(*columns),
        titles_of(composed.ANY).filter(title="Roofs").order_by(),
        titles_of(composed.ANY).filter(title="Nothing").order_by(),
    ]
    bundle = composed.Bundle.of(asked)
    assert bundle.ask() == [[], [], []]
    with django_assert_num_queries(1):
        everything, titles, nothing = bundle.ask(lifts.pk, roofs.pk)
    of_both = Contract.objects.filter(pk__in=[lifts.pk, roofs.pk]).order_by()
    assert sorted(everything) == sorted(of_both.values_list(*columns))
    assert (titles, nothing) == ([("Roofs",)], [])
