"""How a contract changes, and by whom."""

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from common import locking
from common.history import delete_with_history, save_unless_taken, save_with_history
from contracts import consequences, rules
from contracts.models import PEOPLE, Contract, ContractSupplier
from suppliers import actions as supplier_actions


@transaction.atomic
def add(*, by, new_supplier="", reason="Added to the register", **values):
    """Add a contract; with `new_supplier`, a name, its lead supplier too."""
    contract = Contract(**values)
    if new_supplier:
        contract.supplier = supplier_actions.add(by=by, name=new_supplier)
    contract.supplier = supplier_actions.settled(contract.supplier)
    contract.derive()
    _save(contract, by=by, reason=reason)
    _follow(contract, columns=None, by=by)
    return contract


def _follow(contract, *, columns, by):
    consequences.follow(Contract.objects.filter(pk=contract.pk), columns=columns, by=by)


@transaction.atomic
def change(*, contract, by, version, reason="", new_supplier="", **values):
    """Change some columns of a contract.

    `version` is the one that the person saw; `locking.Conflict` if somebody has saved since.
    Nothing is written, and no history made, when nothing is different.
    """
    if "supplier" in values and getattr(values["supplier"], "pk", None) != contract.supplier_id:
        # Before the contract's own lock, in the order in which a merge of suppliers takes them.
        values["supplier"] = supplier_actions.settled(values["supplier"])
    # Two people can press the button at once; the lock lets the second one see it.
    current = Contract.objects.select_for_update().get(pk=contract.pk)
    locking.check(current, version)
    if new_supplier:
        values["supplier"] = supplier_actions.add(by=by, name=new_supplier)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    current.derive()
    current.version += 1
    current.updated_at = timezone.now()
    _save(current, by=by, reason=reason)
    _follow(current, columns=changed, by=by)
    return current


def _save(contract, *, by, reason):
    return save_unless_taken(
        contract, by=by, reason=reason,
        field="reference", sentence="There is a contract with this reference already",
    )  # fmt: skip


class Refused(Exception):
    """Nothing was written. `problems` says which contract, which field and why."""

    def __init__(self, problems):
        super().__init__("; ".join(f"{c.reference}: {sentence}" for c, _, sentence in problems))
        self.problems = problems


@transaction.atomic
def assign(*, contracts, by, reason="", **people):
    """Name the people of several contracts at once; a person left out or None stays as they are.

    Gives the contracts that changed. `Refused` if two parts of one contract would fall to one person.
    """
    named = {name: person for name, person in people.items() if name in PEOPLE and person}
    changed, problems = [], []
    for contract in contracts.select_for_update(of=("self",)).order_by("pk"):
        different = {n: p for n, p in named.items() if getattr(contract, f"{n}_id") != p.pk}
        if not different:
            continue
        for name, person in different.items():
            setattr(contract, name, person)
        parts = {name: getattr(contract, f"{name}_id") for name in PEOPLE}
        problems += [(contract, field, sentence) for field, sentence in rules.problems(parts)]
        if problems:
            continue
        contract.version += 1
        contract.updated_at = timezone.now()
        changed.append(save_with_history(contract, by=by, reason=reason))
    if problems:
        raise Refused(problems)
    ids = [contract.pk for contract in changed]
    consequences.follow(Contract.objects.filter(pk__in=ids), columns=named, by=by)
    return changed


@transaction.atomic
def add_supplier(*, contract, supplier, part, by, reason=""):
    """Name a further supplier on a contract."""
    supplier = supplier_actions.settled(supplier)
    named = ContractSupplier(contract=contract, supplier=supplier, part=part)
    return save_unless_taken(
        named, by=by, reason=reason,
        field="supplier", sentence="This supplier is named on the contract already",
    )  # fmt: skip


@transaction.atomic
def remove_supplier(*, part, by, reason=""):
    delete_with_history(part, by=by, reason=reason)


def next_reference(*, today):
    """A reference that is free, in the house's own series: C-2026-0042."""
    series = f"C-{today.year}-"
    # The longest is the highest: C-2026-10000 comes after C-2026-9999.
    taken = Contract.objects.filter(
        reference__startswith=series, reference__regex=rf"^{series}\d{{4,9}}$"
    )
    last = taken.order_by(Length("reference").desc(), "-reference").first()
    return f"{series}{int(last.reference.removeprefix(series)) + 1 if last else 1:04d}"
