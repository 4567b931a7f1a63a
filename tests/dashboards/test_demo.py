"""The demonstration is never in the way of somebody's own register, and comes in any size. Its story: `tests/demo`."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import BusinessUnit, User
from contracts import rules
from contracts.models import (
    Contract,
    TermOfOffice,
)
from performance.models import Reading
from suppliers.models import Supplier

pytestmark = pytest.mark.django_db


def run(*arguments):
    printed = io.StringIO()
    call_command("demo", *arguments, stdout=printed)
    return printed.getvalue()


def test_a_register_in_use_is_left_alone():
    BusinessUnit.objects.create(name="Ours")
    assert "nothing was changed" in run()
    assert not Contract.objects.exists()


def test_production_asks_to_be_sure(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="--force"):
        run()
    assert not User.objects.exists()


def test_without_it_there_is_nobody_to_sign_in_as():
    assert "not loaded" in run("--sign-ins")


def test_a_register_of_any_size():
    run("--scale", "300", "--readings")
    assert (Contract.objects.count(), Supplier.objects.count()) == (300, 30)
    assert Contract.history.filter(history_type="+").count() == 300
    owned = Contract.objects.exclude(oco=None).count()
    assert TermOfOffice.objects.current().filter(part="oco").count() == owned
    assert (BusinessUnit.objects.count(), User.objects.count()) == (40, 200)
    assert Reading.objects.exists()
    for contract in Contract.objects.all():
        stored = contract.notice_on
        contract.derive()
        assert contract.notice_on == stored
        assert (
            rules.problems({f.name: getattr(contract, f.attname) for f in contract._meta.fields})
            == []
        )
