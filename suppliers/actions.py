"""How a supplier changes, and by whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from common import locking
from common.history import Taken, delete_with_history, save_unless_taken, save_with_history
from suppliers import merging, rules
from suppliers.models import Supplier, SupplierContact, SupplierSpend


class SpendChanged(Exception):
    """Somebody else recorded some of the same years; `years` are their (year, currency)."""

    def __init__(self, years):
        super().__init__()
        self.years = years


@dataclass(frozen=True, slots=True)
class YearOfSpend:
    """One line of the sheet of spend. Without an amount the year is not recorded (any more). `version` is
    of the row that the person saw, 0 if there was none."""

    year: int
    currency: str
    amount: Decimal | None
    source: str = ""
    version: int = 0


class Refused(Exception):
    """Nothing was written; `str()` says why, `field` where to put it right."""

    def __init__(self, field, sentence):
        super().__init__(sentence)
        self.field = field


@transaction.atomic
def add(*, by, reason="Added to the register", contact=None, **values):
    """Add a supplier; with `contact`, columns of its first contact, if any of them is filled in."""
    supplier = Supplier(**values)
    supplier.parent = settled(supplier.parent)
    _check_parent(supplier, supplier.parent)
    supplier.derive()
    _save(supplier, by=by, reason=reason)
    if contact and any(contact.values()):
        add_contact(supplier=supplier, by=by, reason=reason, **contact)
    return supplier


@transaction.atomic
def change(*, supplier, by, version, reason="", **values):
    """Change some columns of a supplier; `locking.Conflict` if somebody has saved since `version`."""
    if "parent" in values:
        # Two people might tie a circle from both ends; before the row's lock, so that neither holds one.
        locking.take_turns(locking.GROUPS_OF_SUPPLIERS)
        # No merge is under way now, and none begins: the parent needs no lock of its own.
        values["parent"] = _followed(values["parent"], Supplier.objects.order_by())
    current = Supplier.objects.select_for_update().get(pk=supplier.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    if "parent" in changed:
        _check_parent(current, values["parent"])
    for name in changed:
        setattr(current, name, values[name])
    current.derive()
    current.version += 1
    return _save(current, by=by, reason=reason)


def _check_parent(supplier, parent):
    sentence = parent and Supplier.objects.problem_with_parent(supplier.pk, parent.pk)
    if sentence:
        raise Refused("parent", sentence)


# The numbers that no two suppliers share, and what the second of two people is told.
TAKEN = {
    "company_number": "There is a supplier with this company number already",
    "ppon": "There is a supplier with this PPON already",
}


def _save(supplier, *, by, reason):
    field = "company_number"
    try:
        return save_unless_taken(supplier, by=by, reason=reason, field=field, sentence=TAKEN[field])
    except Taken as taken:
        others = Supplier.objects.current().exclude(pk=supplier.pk)
        field = "ppon" if supplier.ppon and others.filter(ppon=supplier.ppon).exists() else field
        raise Taken(field, TAKEN[field]) from taken


# --- contacts -----------------------------------------------------------------------------------


@transaction.atomic
def add_contact(*, supplier, by, reason="", **values):
    supplier = settled(supplier)
    return save_with_history(SupplierContact(supplier=supplier, **values), by=by, reason=reason)


@transaction.atomic
def change_contact(*, contact, by, version, reason="", **values):
    """Change some columns of a contact; `locking.Conflict` if somebody has saved since `version`."""
    current = SupplierContact.objects.select_for_update().get(pk=contact.pk)
    locking.check(current, version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    current.version += 1
    return save_with_history(current, by=by, reason=reason)


@transaction.atomic
def retire_contact(*, contact, by, reason=""):
    """They are no longer the one to ask. The row stays, and so does its history; pressing twice does nothing."""
    return _set_active(contact, False, by=by, reason=reason)


@transaction.atomic
def bring_contact_back(*, contact, by, reason=""):
    return _set_active(contact, True, by=by, reason=reason)


def _set_active(contact, is_active, *, by, reason):
    current = SupplierContact.objects.select_for_update().get(pk=contact.pk)
    if current.is_active != is_active:
        current.is_active = is_active
        current.version += 1
        save_with_history(current, by=by, reason=reason)
    return current


# --- spend --------------------------------------------------------------------------------------


@transaction.atomic
def record_spend(*, supplier, lines: Sequence[YearOfSpend], by, reason=""):
    """Record several years at once: all of them or, if one cannot be, none. Gives how many were changed."""
    # The lock on the supplier lets two people record the same year one after the other.
    if settled(supplier) != supplier:  # the years that the person saw have moved
        raise SpendChanged([(line.year, line.currency) for line in lines])
    kept = {(row.year, row.currency): row for row in supplier.spend.all()}
    changed = [
        line
        for line in lines
        if getattr(kept.get((line.year, line.currency)), "version", 0) != line.version
    ]
    if changed:
        raise SpendChanged([(line.year, line.currency) for line in changed])
    return sum(
        _record_year(supplier, kept.get((line.year, line.currency)), line, by, reason)
        for line in lines
    )


def _record_year(supplier, row, line, by, reason):
    """Whether the line changed anything."""
    if line.amount is None:
        if row is not None:
            delete_with_history(row, by=by, reason=reason)
        return row is not None
    if row is None:
        row = SupplierSpend(supplier=supplier, year=line.year, currency=line.currency)
    elif (row.amount, row.source) == (line.amount, line.source):
        return False
    else:
        row.version += 1
    row.amount, row.source = line.amount, line.source
    row.recorded_by, row.recorded_at = by, timezone.now()
    save_with_history(row, by=by, reason=reason)
    return True


# --- two that are one -----------------------------------------------------------------------------


class CannotBeMerged(Exception):
    """One of the two is no supplier of its own (any more)."""


def settled(supplier):
    """The supplier that this one is now, held until the transaction ends: whoever points a row at a supplier asks
    first, because a colleague may be merging it at the same moment."""
    return _followed(supplier, Supplier.objects.select_for_update(no_key=True).order_by())


def _followed(supplier, suppliers):
    """What a supplier has become, by the way of its merges."""
    if supplier is None:
        return None
    current = suppliers.get(pk=supplier.pk)
    while current.merged_into_id:
        current = suppliers.get(pk=current.merged_into_id)
    return current


@transaction.atomic
def merge(*, stays, goes, by, versions, reason, values=None, spend=None):
    """Make one supplier of two. Everything that points at `goes` moves; its row stays, marked, for the history.

    `values` are the columns as the person chose them, `versions` those of (stays, goes) that the person saw,
    `spend` what becomes of years that both have. Gives the supplier that stays, with what moved as `moved`.
    """
    # The same order of locks as everybody: the register's, the groups', then rows by their numbers.
    locking.take_turns(locking.WHOLE_REGISTER)
    locking.take_turns(locking.GROUPS_OF_SUPPLIERS)
    rows = Supplier.objects.select_for_update().filter(pk__in=[stays.pk, goes.pk]).order_by("pk")
    held = {row.pk: row for row in rows}
    if len(held) < 2 or any(row.merged_into_id for row in held.values()):
        raise CannotBeMerged
    stays, goes = held[stays.pk], held[goes.pk]
    for row, version in zip((stays, goes), versions, strict=True):
        locking.check(row, version)
    told = f"{goes.name} (no. {goes.pk}) merged into {stays.name} (no. {stays.pk}): {reason}"
    # First, because no two suppliers may have one number, and those that were merged do not count.
    goes.merged_into = stays
    goes.version += 1
    save_with_history(goes, by=by, reason=told)
    asked = merging.Merge(stays, goes, by, told, spend or {})
    moved = [(mover.carry_out(asked), mover.noun) for mover in merging.all_movers()]
    # Only now, when everybody who belonged to the one belongs to the other.
    stays.refresh_from_db()
    values = dict(values or {})
    if values.get("parent") in (stays, goes):  # nobody belongs to themselves
        del values["parent"]
    for name, value in values.items():
        setattr(stays, name, value)
    _check_parent(stays, stays.parent)
    stays.derive()
    stays.version += 1
    _save(stays, by=by, reason=told)
    stays.moved = [(number, noun) for number, noun in moved if number and noun]
    return stays


def move_companies(asked):
    """Companies that belonged to the one that goes belong to the one that stays. If that is one of them itself, or below
    one of them, it takes the place of the one that goes."""
    below = Supplier.objects.filter(parent=asked.goes)
    if asked.goes.pk in Supplier.objects.above(asked.stays.pk):
        # Told by the save of the one that stays.
        Supplier.objects.filter(pk=asked.stays.pk).update(parent=asked.goes.parent)
    return merging.move_rows(below.exclude(pk=asked.stays.pk), "parent", asked)


def move_contacts(asked):
    """Contacts move; one that the other has too, word for word, moves as retired."""
    same = asked.stays.contacts.active().filter(
        level=OuterRef("level"), name__iexact=OuterRef("name"), email__iexact=OuterRef("email"),
        telephone=OuterRef("telephone"),
    )  # fmt: skip
    doubles = list(
        asked.goes.contacts.active().filter(Exists(same)).order_by().values_list("pk", flat=True)
    )
    SupplierContact.objects.filter(pk__in=doubles).update(is_active=False)  # told by the move
    return merging.move_rows(asked.goes.contacts.all(), "supplier", asked)


def move_spend(asked):
    """Years that only one has move. Of a year that both have, one row stays, with what was chosen."""
    theirs = {(row.year, row.currency): row for row in asked.goes.spend.all()}
    both = [row for row in asked.stays.spend.all() if (row.year, row.currency) in theirs]
    for row in both:
        other = theirs[row.year, row.currency]
        usual = rules.usual_for_spend(row.amount, other.amount)
        choice = asked.spend.get((row.year, row.currency), usual)
        row.amount = rules.spend_of_both(row.amount, other.amount, choice)
        row.source = _sources(row.source, other.source, choice)
        row.version += 1
        row.recorded_by, row.recorded_at = asked.by, timezone.now()
        save_with_history(row, by=asked.by, reason=asked.reason)
        delete_with_history(other, by=asked.by, reason=asked.reason)
    return len(both) + merging.move_rows(asked.goes.spend.all(), "supplier", asked)


def _sources(stays, goes, choice):
    if choice == rules.SPEND_ADDED and stays != goes:
        return "; ".join(filter(None, (stays, goes)))[:150]
    return goes if choice == rules.SPEND_OF_GOES else stays
