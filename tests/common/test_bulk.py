"""Many rows at once, whatever they hold, with history that says who and why."""

import pytest

from accounts.models import BusinessUnit
from common.bulk import insert_rows, insert_select, write_history
from tests.factories import BusinessUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

NASTY = [
    "plain",
    "tab\there",
    "line\nbreak",
    "return\r",
    "back\\slash",
    "\\N",
    "\\.",
    "quote'\"",
    "é😀",
    "",
]


def test_rows_arrive_as_they_were_given():
    insert_rows(
        BusinessUnit,
        ("name", "code", "is_active"),
        ((f"{n} {text}", "", "1") for n, text in enumerate(NASTY)),
    )
    names = BusinessUnit.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == [f"{n} {text}" for n, text in enumerate(NASTY)]


def test_history_is_written_by_one_statement(django_assert_num_queries):
    by = UserFactory()
    units = BusinessUnitFactory.create_batch(3)
    BusinessUnit.history.all().delete()
    with django_assert_num_queries(1):
        written = write_history(BusinessUnit.objects.all(), by=by, reason="Tidied up", kind="~")
    assert written == 3
    latest = units[0].history.get()
    assert (latest.history_type, latest.history_user, latest.history_change_reason) == (
        "~",
        by,
        "Tidied up",
    )
    assert latest.name == units[0].name


def test_history_may_be_nobodys():
    unit = BusinessUnitFactory()
    write_history(BusinessUnit.objects.all(), by=None, reason="", kind="-")
    assert unit.history.first().history_user is None


def test_nothing_selected_is_nothing_inserted():
    assert insert_select(BusinessUnit.history.model, {}, BusinessUnit.objects.none()) == 0
