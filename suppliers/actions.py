"""How a supplier changes, and by whom."""

from django.db import transaction

from common import locking
from common.history import save_unless_taken
from suppliers.models import Supplier


@transaction.atomic
def add(*, by, reason="Added to the register", **values):
    supplier = Supplier(**values)
    supplier.derive()
    return _save(supplier, by=by, reason=reason)


@transaction.atomic
def change(*, supplier, by, version, reason="", **values):
    """Change some columns of a supplier; `locking.Conflict` if somebody has saved since `version`."""
    current = Supplier.objects.select_for_update().get(pk=supplier.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    current.derive()
    current.version += 1
    return _save(current, by=by, reason=reason)


def _save(supplier, *, by, reason):
    return save_unless_taken(
        supplier, by=by, reason=reason,
        field="company_number", sentence="There is a supplier with this company number already",
    )  # fmt: skip
