"""Numbers that are there already are written as the rules write them; a PPON among the other identifiers moves."""

from django.db import migrations
from django.utils import timezone

from suppliers import rules

REASON = "Numbers are written alike everywhere"
NUMBERS = ("charity_number", "vat_number", "ppon", "other_number")


def write_alike(apps, schema_editor):
    Supplier = apps.get_model("suppliers", "Supplier")
    taken, changed = set(), []
    for supplier in Supplier.objects.order_by("pk").iterator():
        before = {name: getattr(supplier, name) for name in NUMBERS}
        supplier.charity_number = rules.as_stored("charity_number", supplier.charity_number)
        supplier.vat_number = rules.as_stored("vat_number", supplier.vat_number)
        ppon = _ppon_among_others(supplier)
        if ppon and ppon not in taken:
            taken.add(ppon)
            supplier.ppon, supplier.other_number = ppon, ""
        if any(getattr(supplier, name) != value for name, value in before.items()):
            changed.append(supplier)
    _save(apps, changed)


def _ppon_among_others(supplier):
    try:
        return rules.clean_ppon(supplier.other_number)
    except ValueError:
        return ""


def put_ppon_back(apps, schema_editor):
    """The other numbers keep the better writing."""
    Supplier = apps.get_model("suppliers", "Supplier")
    changed = []
    for supplier in Supplier.objects.exclude(ppon="").order_by("pk").iterator():
        both = "; ".join(filter(None, (supplier.other_number, f"PPON {supplier.ppon}")))
        supplier.other_number, supplier.ppon = both[:60], ""
        changed.append(supplier)
    _save(apps, changed)


def _save(apps, changed):
    """With history, so that nobody who saves next is told to have changed the numbers."""
    Supplier = apps.get_model("suppliers", "Supplier")
    Historical = apps.get_model("suppliers", "HistoricalSupplier")
    columns = [f.attname for f in Supplier._meta.concrete_fields]
    kept = {f.attname for f in Historical._meta.concrete_fields}
    now, history = timezone.now(), []
    for supplier in changed:
        supplier.version += 1
        values = {name: getattr(supplier, name) for name in columns if name in kept}
        history.append(
            Historical(**values, history_date=now, history_type="~", history_change_reason=REASON)
        )
    Supplier.objects.bulk_update(changed, [*NUMBERS, "version"], batch_size=500)
    Historical.objects.bulk_create(history, batch_size=500)


class Migration(migrations.Migration):
    dependencies = (("suppliers", "0003_ppon_and_forms_of_numbers"),)
    operations = (migrations.RunPython(write_alike, put_ppon_back, elidable=True),)
