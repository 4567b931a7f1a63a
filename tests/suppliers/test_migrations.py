"""What migrations make of suppliers that were kept before."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def migrate():
    """`migrate("0003_…")`: the models as they were then, in a database of that time."""

    def migrate(name):
        executor = MigrationExecutor(connection)
        executor.migrate([("suppliers", name)])
        return executor.loader.project_state([("suppliers", name)]).apps

    yield migrate
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_numbers_are_written_alike_and_a_ppon_finds_its_column(migrate):
    Supplier = migrate("0003_ppon_and_forms_of_numbers").get_model("suppliers", "Supplier")
    Supplier.objects.create(name="A", other_number="PPON pmpb 8772 vywm", vat_number="980 7806 84")
    Supplier.objects.create(name="B", other_number="PMPB-8772-VYWM", charity_number="applied for")

    apps = migrate("0004_write_numbers_alike")
    kept = apps.get_model("suppliers", "Supplier").objects.order_by("name")
    assert list(kept.values_list("ppon", "other_number", "vat_number", "charity_number")) == [
        ("PMPB-8772-VYWM", "", "GB980780684", ""),
        ("", "PMPB-8772-VYWM", "", "applied for"),  # it is the other's
    ]
    history = apps.get_model("suppliers", "HistoricalSupplier").objects
    assert list(history.values_list("name", "ppon", "history_type")) == [
        ("A", "PMPB-8772-VYWM", "~")
    ]

    Supplier = migrate("0003_ppon_and_forms_of_numbers").get_model("suppliers", "Supplier")
    assert Supplier.objects.get(name="A").other_number == "PPON PMPB-8772-VYWM"
