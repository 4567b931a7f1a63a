"""In which order the tests run."""

from tests.conftest import empties_the_database


def test_tests_that_empty_the_database_come_last(request):
    last = [empties_the_database(item) for item in request.session.items]
    assert last == sorted(last)
