"""How a contract changes, and by whom."""

from django.db import transaction
from django.db.models.functions import Length
from django.utils import timezone

from accounts.permissions import Permission
from common import locking
from common.history import delete_with_history, save_unless_taken, save_with_history
from contracts import consequences, offices, rules, spots
from contracts.models import (
    PEOPLE,
    Contract,
    ContractSupplier,
    Ending,
    Kind,
    Office,
    Stage,
    TermOfOffice,
)
from suppliers import actions as supplier_actions


@transaction.atomic
def add(*, by, new_supplier="", reason="Added to the register", **values):
    """Add a contract; with `new_supplier`, a name, its lead supplier too."""
    contract = Contract(**values)
    above = Contract.objects.select_for_update(of=("self",)).filter(pk=contract.parent_id)
    _take_its_place(contract, above.get() if contract.parent_id else None)
    if new_supplier:
        contract.supplier = supplier_actions.add(by=by, name=new_supplier)
    contract.supplier = supplier_actions.settled(contract.supplier)
    contract.derive()
    _save(contract, by=by, reason=reason)
    _follow(contract, columns=None, by=by)
    return contract


def _take_its_place(contract, parent):
    """Stand under the parent, which is locked: two contracts put under each other at once must not both be."""
    contract.parent = parent
    place = parent.place if parent else None
    problems = rules.structure_problems(contract.kind, place, contract.kinds_of_children())
    if problems:
        raise Refused([(contract, field, sentence) for field, sentence in problems])


# What a spot contract takes over from the one it stands under.
FROM_PARENT = (
    "unit", "oco", "deputy", "sro", "regime", "procurement_route", "nature", "category", "cpv_code",
    "currency", "vat_basis",
)  # fmt: skip


@transaction.atomic
def add_spot(*, parent, by, today, **values):
    """Add a light contract under another, whose unit, people and regime it takes over. Later it follows the
    people (`contracts.spots`).

    Its stage follows from its dates: it may be recorded when it is over already.
    """
    parent = Contract.objects.get(pk=parent.pk)
    taken_over = {name: getattr(parent, name) for name in FROM_PARENT}
    dates = {name: values.get(name) for name in ("commences_on", "ends_on")}
    stage = rules.stage_from_dates(**dates, today=today)
    if stage == Stage.ENDED:
        values |= {"ended_as": Ending.EXPIRED, "ended_on": values["ends_on"]}
    return add(
        by=by, reason="Added as a spot contract",
        kind=Kind.SPOT, parent=parent, stage=stage, **taken_over, **values,
    )  # fmt: skip


def _follow(contract, *, columns, by):
    consequences.follow(Contract.objects.filter(pk=contract.pk), columns=columns, by=by)


# A contract moves from stage to stage through its gate: `contracts.stages.actions.move` is the one way.
GUARDED = frozenset({"stage", "ended_as", "ended_on"})


def change(*, contract, by, version, reason="", new_supplier="", **values):
    """Change some columns of a contract, but not its stage.

    `version` is the one that the person saw; `locking.Conflict` if somebody has saved since.
    Nothing is written, and no history made, when nothing is different.
    """
    if not GUARDED.isdisjoint(values):
        raise ValueError("A stage changes by contracts.stages.actions.move, and in no other way.")
    return _write(
        contract, by=by, version=version, reason=reason, new_supplier=new_supplier, values=values
    )


def set_stage(*, contract, by, version, stage, ended_as="", ended_on=None, reason="", **values):
    """Write a move whose gate was asked, with columns that change in the same breath.

    Called by contracts.stages.actions, and by nobody else.
    """
    values |= {"stage": stage, "ended_as": ended_as, "ended_on": ended_on}
    return _write(contract, by=by, version=version, reason=reason, values=values)


@transaction.atomic
def _write(contract, *, by, version, reason, values, new_supplier=""):
    if "supplier" in values and getattr(values["supplier"], "pk", None) != contract.supplier_id:
        # Before the contract's own lock, in the order in which a merge of suppliers takes them.
        values["supplier"] = supplier_actions.settled(values["supplier"])
    # Two people can press the button at once; the lock lets the second one see it.
    current, parent = _locked(contract, values.get("parent"))
    locking.check(current, version)
    if new_supplier:
        values["supplier"] = supplier_actions.add(by=by, name=new_supplier)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    was = {name: getattr(current, f"{name}_id") for name in changed if name in PEOPLE}
    for name in changed:
        setattr(current, name, values[name])
    if "sro" in changed and (sentence := _self_appointed(current.sro_id, by)):
        raise Refused([(current, "sro", sentence)])
    if not {"kind", "parent"}.isdisjoint(changed):
        _take_its_place(current, parent if "parent" in values else current.parent)
    current.derive()
    current.version += 1
    current.updated_at = timezone.now()
    _save(current, by=by, reason=reason)
    _follow(current, columns=changed, by=by)
    if was:
        spots.follow(current, was=was, by=by)
    return current


def _locked(contract, parent):
    """The contract and its parent to be, as they are now: always the lower id first, so that two people
    who put each under the other wait instead of blocking each other."""
    ids = [contract.pk, *([parent.pk] if parent else [])]
    rows = Contract.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[contract.pk], found[parent.pk] if parent else None


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


def _self_appointed(sro_id, by):
    """Why this person may not name this SRO; an empty text when they may.

    An SRO reads what is confidential about suppliers and lets contracts through their gates: as with every other role, nobody
    takes that for themselves. Whoever chooses people for the whole organisation has it already.
    """
    if by is None or sro_id != by.pk or by.may(Permission.ASSIGN_PEOPLE):
        return ""
    return "Nobody can name themselves SRO. Ask somebody else who may choose people"


@transaction.atomic
def assign(*, contracts, by, reason="", **people):
    """Name the people of several contracts at once; a person left out or None stays as they are.

    Gives the contracts that changed. `Refused` if two parts of one contract would fall to one person.
    """
    named = {name: person for name, person in people.items() if name in PEOPLE and person}
    changed, problems = [], []
    was = {}
    for contract in contracts.select_for_update(of=("self",)).order_by("pk"):
        different = {n: p for n, p in named.items() if getattr(contract, f"{n}_id") != p.pk}
        if not different:
            continue
        was[contract.pk] = {name: getattr(contract, f"{name}_id") for name in different}
        for name, person in different.items():
            setattr(contract, name, person)
        parts = {name: getattr(contract, f"{name}_id") for name in PEOPLE}
        problems += [(contract, field, sentence) for field, sentence in rules.problems(parts)]
        if "sro" in different and (sentence := _self_appointed(contract.sro_id, by)):
            problems.append((contract, "sro", sentence))
        if problems:
            continue
        contract.version += 1
        contract.updated_at = timezone.now()
        changed.append(save_with_history(contract, by=by, reason=reason))
    if problems:
        raise Refused(problems)
    ids = [contract.pk for contract in changed]
    consequences.follow(Contract.objects.filter(pk__in=ids), columns=named, by=by)
    for contract in changed:
        if contract.kind not in rules.UNDER_ANOTHER:
            spots.follow(contract, was=was[contract.pk], by=by)
    return changed


@transaction.atomic
def add_deputy(*, contract, person, by, starts_on, today, reason=""):
    """Name a further deputy; the first one where there is none yet."""
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    problems = rules.term_problems(starts_on, None, today=today)
    if person.pk == contract.oco_id:
        problems.append(("person", f"{person} is the owner of this contract"))
    elif person.pk == contract.deputy_id or person in contract.further_deputies:
        problems.append(("person", f"{person} deputises on this contract already"))
    if problems:
        raise Refused([(contract, field, sentence) for field, sentence in problems])
    if contract.deputy_id is None:
        change(contract=contract, by=by, version=contract.version, reason=reason, deputy=person)
        term = contract.offices.current().get(part=Office.DEPUTY)
        return change_term(term=term, by=by, today=today, starts_on=starts_on, reason=reason)
    term = TermOfOffice(contract=contract, person=person, part=Office.FURTHER, starts_on=starts_on)
    save_with_history(term, by=by, reason=reason)
    _note_further_deputies(contract)
    return term


@transaction.atomic
def change_term(*, term, by, today, starts_on, ends_on=None, reason=""):
    """Put the days of a term of office right, or end a further deputy's.

    Whoever held the part before or after moves along, where they met on one day.
    """
    Contract.objects.select_for_update().get(pk=term.contract_id)
    term = TermOfOffice.objects.get(pk=term.pk)
    before, after = _neighbours(term)
    meets = before is not None and before.ends_on == term.starts_on
    met = after is not None and after.starts_on == term.ends_on
    problems = rules.term_problems(
        starts_on, ends_on, today=today,
        earliest=before and (before.starts_on if meets else before.ends_on),
        latest=after and ((after.ends_on or today) if met else after.starts_on),
    )  # fmt: skip
    if term.ends_on and ends_on is None:
        problems.append(("ends_on", "Enter the day until when"))
    if problems:
        raise Refused([(term.contract, field, sentence) for field, sentence in problems])
    if (starts_on, ends_on) == (term.starts_on, term.ends_on):
        return term
    moved = [(before, "ends_on", starts_on)] if meets else []
    moved += [(after, "starts_on", ends_on)] if met else []
    for neighbour, column, day in moved:
        if getattr(neighbour, column) != day:
            setattr(neighbour, column, day)
            save_with_history(neighbour, by=by, reason=reason)
    term.starts_on, term.ends_on = starts_on, ends_on
    save_with_history(term, by=by, reason=reason)
    _note_further_deputies(term.contract)
    return term


def _neighbours(term):
    """Who held the same part before and after; nobody for a further deputy, of whom there may be several."""
    others = TermOfOffice.objects.filter(contract=term.contract_id, part=term.part).exclude(
        pk=term.pk
    )
    if term.part == Office.FURTHER:
        others = others.none()
    earlier = others.filter(ends_on__lte=term.starts_on).order_by("-starts_on", "-pk").first()
    later = others.filter(starts_on__gte=term.ends_on) if term.ends_on else others.none()
    return earlier, later.order_by("starts_on", "pk").first()


def _note_further_deputies(contract):
    offices.note_further_deputies(Contract.objects.filter(pk=contract.pk))


@transaction.atomic
def add_supplier(*, contract, supplier, part, by, reason="", **details):
    """Name a further supplier on a contract; `details` are what they do, how critical it is and when."""
    supplier = supplier_actions.settled(supplier)
    named = ContractSupplier(contract=contract, supplier=supplier, part=part, **details)
    return save_unless_taken(
        named, by=by, reason=reason,
        field="supplier", sentence="This supplier is named on the contract already",
    )  # fmt: skip


@transaction.atomic
def change_supplier(*, part, by, reason="", **changes):
    """Change what a further supplier does; columns that are not named stay as a colleague left them."""
    part = ContractSupplier.objects.select_for_update().get(pk=part.pk)
    changed = {name: value for name, value in changes.items() if getattr(part, name) != value}
    if not changed:
        return part
    for name, value in changed.items():
        setattr(part, name, value)
    return save_with_history(part, by=by, reason=reason, update_fields=[*changed])


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
