"""What migrations make of suppliers that were kept before."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.migrating import OneByOne

AT = datetime(2026, 5, 1, 9, tzinfo=UTC)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def migrate():
    """`migrate("0003_…")`: the models as they were then, in a database of that time."""

    def one_by_one():
        executor = MigrationExecutor(connection)
        executor.loader = OneByOne(connection)
        return executor

    def migrate(name):
        executor = one_by_one()
        executor.migrate([("suppliers", name)])
        return executor.loader.project_state([("suppliers", name)]).apps

    yield migrate
    executor = one_by_one()
    executor.migrate(executor.loader.graph.leaf_nodes())


def test_numbers_are_written_alike_and_a_ppon_finds_its_column(migrate):
    Supplier = migrate("0003_ppon_and_forms_of_numbers").get_model("suppliers", "Supplier")
    Supplier.objects.create(name="A", other_number="PPON pmpb 8772 vywm", vat_number="990 0773 04")
    Supplier.objects.create(name="B", other_number="PMPB-8772-VYWM", charity_number="applied for")

    apps = migrate("0004_write_numbers_alike")
    kept = apps.get_model("suppliers", "Supplier").objects.order_by("name")
    assert list(kept.values_list("ppon", "other_number", "vat_number", "charity_number")) == [
        ("PMPB-8772-VYWM", "", "GB990077304", ""),
        ("", "PMPB-8772-VYWM", "", "applied for"),  # it is the other's
    ]
    history = apps.get_model("suppliers", "HistoricalSupplier").objects
    assert list(history.values_list("name", "ppon", "history_type")) == [
        ("A", "PMPB-8772-VYWM", "~")
    ]

    Supplier = migrate("0003_ppon_and_forms_of_numbers").get_model("suppliers", "Supplier")
    assert Supplier.objects.get(name="A").other_number == "PPON PMPB-8772-VYWM"


def test_the_contact_in_columns_becomes_a_contact_with_its_history(migrate):
    old = migrate("0006_contacts")
    Supplier = old.get_model("suppliers", "Supplier")
    Historical = old.get_model("suppliers", "HistoricalSupplier")
    User = get_user_model()
    writer = User.objects.create(email="w@example.org", name="Wren")
    named = Supplier.objects.create(name="A", contact_name="Ann", contact_email="a@example.org")
    unwritten = Supplier.objects.create(name="B", contact_telephone="01632 960 001")
    Supplier.objects.create(name="C")
    told = [("+", "Bob", "Added"), ("~", "Bob", "SME"), ("~", "Ann", "Bob has left")]
    for day, (kind, name, reason) in enumerate(told, start=1):
        Historical.objects.create(
            id=named.pk, name="A", contact_name=name, contact_email="a@example.org",
            history_date=AT.replace(day=day), history_type=kind, history_user_id=writer.pk,
            history_change_reason=reason,
        )  # fmt: skip

    apps = migrate("0007_move_contacts")
    contacts = apps.get_model("suppliers", "SupplierContact").objects.order_by("supplier")
    assert list(contacts.values_list("supplier", "level", "name", "email", "telephone")) == [
        (named.pk, "operational", "Ann", "a@example.org", ""),
        (unwritten.pk, "operational", "", "", "01632 960 001"),
    ]
    history = apps.get_model("suppliers", "HistoricalSupplierContact").objects.order_by(
        "history_id"
    )
    assert list(
        history.values_list("history_type", "name", "history_change_reason", "history_user")
    ) == [
        ("+", "Bob", "Added", writer.pk),
        ("~", "Ann", "Bob has left", writer.pk),
        ("+", "", "Moved from the supplier's own columns", None),
    ]

    Contact = apps.get_model("suppliers", "SupplierContact")
    Contact.objects.create(supplier_id=named.pk, level="senior", name="Cleo")
    Supplier = migrate("0006_contacts").get_model("suppliers", "Supplier")
    assert list(Supplier.objects.order_by("name").values_list("contact_name", "contact_telephone")) == [
        ("Ann", ""), ("", "01632 960 001"), ("", ""),
    ]  # fmt: skip
