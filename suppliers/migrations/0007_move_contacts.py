"""The one contact that a supplier had in columns of its own becomes its first operational contact.

Who wrote what, and when, moves along. A contact that was given and taken away again has no row, and so no history.
"""

from django.db import migrations
from django.utils import timezone

COLUMNS = {"contact_name": "name", "contact_email": "email", "contact_telephone": "telephone"}
REASON = "Moved from the supplier's own columns"
BATCH = 1_000


def move(apps, schema_editor):
    Supplier = apps.get_model("suppliers", "Supplier")
    Contact = apps.get_model("suppliers", "SupplierContact")
    named = Supplier.objects.exclude(contact_name="", contact_email="", contact_telephone="")
    contacts = {}
    for supplier in named.order_by("pk").values("pk", *COLUMNS).iterator():
        pk = supplier.pop("pk")
        contacts[pk] = Contact(supplier_id=pk, **_columns(supplier))
    Contact.objects.bulk_create(contacts.values(), batch_size=BATCH)
    _tell(apps, contacts)


def _columns(row):
    return {new: row[old] for old, new in COLUMNS.items()}


def _tell(apps, contacts):
    """History of the contacts, from that of their suppliers."""
    HistoricalSupplier = apps.get_model("suppliers", "HistoricalSupplier")
    HistoricalContact = apps.get_model("suppliers", "HistoricalSupplierContact")
    told, history = {}, []
    rows = HistoricalSupplier.objects.filter(id__in=contacts.keys()) if len(contacts) < BATCH else (
        HistoricalSupplier.objects.all()
    )  # fmt: skip
    for row in rows.order_by("id", "history_id").iterator():
        contact, said = (
            contacts.get(row.id),
            {new: getattr(row, old) for old, new in COLUMNS.items()},
        )
        if contact is None or said == told.get(row.id) or not any(said.values()):
            continue
        history.append(_row(HistoricalContact, contact, said, is_first=row.id not in told, of=row))
        told[row.id] = said
    for supplier, contact in contacts.items():
        now = {name: getattr(contact, name) for name in COLUMNS.values()}
        if told.get(supplier) != now:
            history.append(_row(HistoricalContact, contact, now, is_first=supplier not in told))
    HistoricalContact.objects.bulk_create(history, batch_size=BATCH)


def _row(model, contact, said, *, is_first, of=None):
    return model(
        id=contact.pk,
        supplier_id=contact.supplier_id,
        **said,
        history_type="+" if is_first else "~",
        history_date=of.history_date if of else timezone.now(),
        history_user_id=of.history_user_id if of else None,
        history_change_reason=of.history_change_reason if of else REASON,
    )


def move_back(apps, schema_editor):
    """The first operational contact that is still there goes back into the columns; the others are lost with their table."""
    Supplier = apps.get_model("suppliers", "Supplier")
    Contact = apps.get_model("suppliers", "SupplierContact")
    first = {}
    active = Contact.objects.filter(level="operational", is_active=True).order_by("pk")
    for contact in active.iterator():
        first.setdefault(contact.supplier_id, contact)
    suppliers = list(
        Supplier.objects.filter(pk__in=first) if len(first) < BATCH else Supplier.objects.all()
    )
    for supplier in suppliers:
        if contact := first.get(supplier.pk):
            for old, new in COLUMNS.items():
                setattr(supplier, old, getattr(contact, new))
    Supplier.objects.bulk_update(suppliers, list(COLUMNS), batch_size=500)
    apps.get_model("suppliers", "HistoricalSupplierContact").objects.all().delete()
    Contact.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = (("suppliers", "0006_contacts"),)
    operations = (migrations.RunPython(move, move_back, elidable=True),)
