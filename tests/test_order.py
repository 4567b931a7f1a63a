"""In which order the tests run, and what one leaves to the next."""

import pytest

from accounts.models import User
from contracts.models import Contract
from tests import apart
from tests.conftest import empties_the_database
from tests.factories import ContractFactory, UserFactory


def test_tests_that_empty_the_database_come_last(request):
    last = [empties_the_database(item) for item in request.session.items]
    assert last == sorted(last)


def test_no_group_holds_a_test_that_empties_the_database(request):
    """Groups are taken before all others."""
    grouped = [item for item in request.session.items if apart.group(item.nodeid)]
    assert not [item.nodeid for item in grouped if empties_the_database(item)]


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_what_a_test_commits_is_gone_for_the_next(time):
    assert not Contract.objects.exists()
    assert not Contract.history.exists()
    assert not User.objects.exists()
    ContractFactory(oco=UserFactory())
