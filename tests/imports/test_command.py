"""`manage.py import_register`: the same import, for people with a terminal."""

import io

import pytest
from django.core.management import CommandError, call_command

from contracts.imports.models import ImportRun
from contracts.models import Contract
from tests.factories import SupplierFactory, person_with
from tests.imports.files import real_data

pytestmark = pytest.mark.django_db


def run(path, *options):
    out, err = io.StringIO(), io.StringIO()
    call_command("import_register", str(path), *options, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def register(tmp_path):
    def write(*lines):
        path = tmp_path / "register.csv"
        path.write_text("\n".join(lines))
        return path

    return write


def test_real_awards(procurement, housing):
    path = real_data("contracts-finder/awards_flat.csv")
    said, _ = run(path, "--by", procurement.email, "--unit", "Housing", "--suppliers-differ")
    assert "147 new" in said
    assert Contract.objects.count() == 147
    assert Contract.history.first().history_user == procurement
    assert "nothing to import" in run(path, "--unit", "Housing")[0]


def test_nobody_named_means_nobody_in_the_history(register, housing):
    run(register("Reference,Title", "C-1,Lifts"), "--unit", "housing")
    assert Contract.history.get().history_user is None


def test_dry_run_writes_nothing(register, housing):
    said, _ = run(register("Reference,Title", "C-1,Lifts"), "--unit", "Housing", "--dry-run")
    assert "1 new" in said
    assert not Contract.objects.exists()
    assert ImportRun.objects.get().state == "discarded"


def test_wrong_rows_stop_it_with_row_and_column(register, housing):
    path = register("Reference,Title,Value", "C-1,Lifts,5", "C-2,Doors,TBC")
    with pytest.raises(CommandError, match="--good-rows"):
        run(path, "--unit", "Housing")
    assert not Contract.objects.exists()
    _, told = run(path, "--unit", "Housing", "--good-rows")
    assert "Row 3, Value: “TBC” is not an amount" in told
    assert Contract.objects.count() == 1


def test_units_are_added_only_when_told(register):
    path = register("Reference,Title,Unit", "C-1,Lifts,Parks")
    with pytest.raises(CommandError, match="--create-units"):
        run(path)
    run(path, "--create-units")
    assert Contract.objects.get().unit.name == "Parks"


def test_near_suppliers_stop_it_with_both_names(register, housing):
    SupplierFactory(name="Acme Ltd")
    with pytest.raises(CommandError, match="Acme: Acme Ltd"):
        run(register("Reference,Title,Supplier", "C-1,Lifts,Acme"), "--unit", "Housing")


def test_mapping_by_hand(register, housing):
    path = register("Reference,Thing,Value", "C-1,Lifts,TBC")
    with pytest.raises(CommandError, match="which column holds the title"):
        run(path)
    run(path, "--unit", "Housing", "--mapping", "thing=title", "--mapping", "Value=")
    assert Contract.objects.get().title == "Lifts"
    with pytest.raises(CommandError, match="no such heading"):
        run(path, "--mapping", "Nothing=title")


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_only_those_who_may_import_can_be_named(register, housing, role):
    person = person_with(role, housing if role == "viewer" else None)
    with pytest.raises(CommandError, match="nobody who may import"):
        run(register("Reference,Title", "C-1,Lifts"), "--by", person.email)


def test_a_file_that_is_not_there(tmp_path, db):
    with pytest.raises(CommandError, match="cannot be opened"):
        run(tmp_path / "nothing.csv")
