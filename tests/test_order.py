"""In which order the tests run."""

from tests import apart
from tests.conftest import empties_the_database


def test_tests_that_empty_the_database_come_last(request):
    last = [empties_the_database(item) for item in request.session.items]
    assert last == sorted(last)


def test_no_group_holds_a_test_that_empties_the_database(request):
    """Groups are taken before all others."""
    grouped = [item for item in request.session.items if apart.group(item.nodeid)]
    assert not [item.nodeid for item in grouped if empties_the_database(item)]
