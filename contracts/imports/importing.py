"""The moment of writing: one transaction in which the database itself makes the rows that were judged."""

from collections import defaultdict

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    Exists,
    F,
    JSONField,
    OuterRef,
    Subquery,
    Value,
    When,
)  # fmt: skip
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Now, Upper
from django.db.models.lookups import Exact
from django.utils import timezone

from accounts.models import BusinessUnit
from common.bulk import insert_select, write_history
from common.locking import WHOLE_REGISTER, take_turns
from contracts import consequences, spots
from contracts.imports.models import (
    ImportedContract,
    ImportRow,
    ImportRun,
    SupplierAlias,
)  # fmt: skip
from contracts.imports.naming import Book
from contracts.models import PEOPLE, Contract, ContractSupplier, Kind
from suppliers.models import Supplier

NEW, CHANGED = ImportRow.Outcome.NEW, ImportRow.Outcome.CHANGED
# No column of a file fills these; a new contract has them as a new one has.
_NOT_FROM_FILES = {"ended_on", "has_further_deputies"}
_FILLED_OTHERWISE = {"id", "reference", "supplier", "unit", "version", "created_at", "updated_at"}


class RegisterChanged(Exception):
    """Somebody changed the register after the file was checked; what was shown is no longer so."""


class NoLongerWaiting(Exception):
    """Somebody else confirmed, undid or discarded this import first."""


@transaction.atomic
def write(*, run, by):
    """Write everything the run would do, or nothing."""
    take_turns(WHOLE_REGISTER)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != ImportRun.State.IMPORTING:
        raise NoLongerWaiting
    if moved_on(run):
        raise RegisterChanged
    reason = f"Imported from {run.original_name}"
    units = _add_units(run, by, reason)
    _add_suppliers(run, by, reason)
    _add_contracts(run, by, reason, units)
    _change_contracts(run, by, reason, units)
    _add_further_suppliers(run, by, reason)
    _move_spots(run, by)
    _remember_answers(run, by)
    run.state, run.imported_by, run.imported_at = ImportRun.State.IMPORTED, by, timezone.now()
    run.units_added, run.problem = len(units), ""
    run.suppliers_added = run.suppliers.filter(was_added=True).count()
    run.save()
    return run


def moved_on(run):
    """Whether the register is no longer what the rows were judged by. A few queries, whatever the size."""
    rows = run.rows.exclude(outcome=ImportRow.Outcome.WRONG)
    same_contract = Contract.objects.filter(
        pk=OuterRef("contract_id"), version=OuterRef("contract_version")
    )
    same_reference = Contract.objects.alias(upper=Upper("reference")).filter(
        upper=Upper(OuterRef("reference"))
    )
    return (
        rows.filter(contract__isnull=False).filter(~Exists(same_contract)).exists()
        or rows.filter(outcome=NEW).filter(Exists(same_reference)).exists()
        or (_lacks_references(run) and _typed_meanwhile(run))
        or ("parent" in run.mapping and _parent_gone(run))
        or _supplier_typed_meanwhile(run)
        or BusinessUnit.objects.filter(name__in=_units_to_create(run).values()).exists()
    )


def _parent_gone(run):
    """Whether what a row stands under is no longer there, or stands under another itself by now."""
    under = _saying(run.rows.filter(outcome__in=(NEW, CHANGED), values__has_key="parent"))
    ours = Contract.objects.alias(upper=Upper("reference")).filter(
        upper=OuterRef("parent_said"), parent=None
    )
    in_file = run.rows.alias(upper=Upper("reference")).filter(
        upper=OuterRef("parent_said"), outcome__in=(NEW, CHANGED)
    )
    return under.filter(~Exists(ours), ~Exists(in_file)).exists()


def _lacks_references(run):
    return "reference" not in run.mapping


def _typed_meanwhile(run):
    titles = run.rows.filter(outcome=NEW).values("title")
    return Contract.objects.filter(created_at__gt=run.checked_at, title__in=titles).exists()


def _supplier_typed_meanwhile(run):
    added = Supplier.objects.filter(created_at__gt=run.checked_at)
    known = set(added.values_list("normalised_name", flat=True))
    numbers = set(added.values_list("company_number", flat=True)) - {""}
    new = _to_be_added(run) if known else ()
    return any(
        row.normalised_name in known or row.company_number in numbers for row in new
    ) or _ppon_given_meanwhile(run)


def _ppon_given_meanwhile(run):
    with_ppon = _to_be_added(run).filter(details__has_key="ppon")
    ppons = [details["ppon"] for details in with_ppon.values_list("details", flat=True)]
    return any(
        Supplier.objects.current().filter(ppon__in=ppons[start : start + 5_000]).exists()
        for start in range(0, len(ppons), 5_000)
    )


# --- what contracts point at ----------------------------------------------------------------------


def _units_to_create(run):
    names = run.options.get("unknown_units", {})
    return {
        key: names[key]
        for key, answer in run.options.get("units", {}).items()
        if answer == "create" and key in names
    }


def _add_units(run, by, reason):
    """Ids of new business units by the key that rows name them with."""
    wanted = _units_to_create(run)
    units = BusinessUnit.objects.bulk_create([BusinessUnit(name=name) for name in wanted.values()])
    if units:
        write_history(
            BusinessUnit.objects.filter(pk__in=[u.pk for u in units]),
            by=by,
            reason=reason,
            kind="+",
        )
    run.options["units_created"] = [unit.pk for unit in units]
    return {key: unit.pk for key, unit in zip(wanted, units, strict=True)}


def _to_be_added(run):
    return run.suppliers.filter(supplier=None).exclude(answer__startswith="file:")


def _add_suppliers(run, by, reason):
    """Suppliers that only rows to be written name; a new supplier of a wrong row is not added."""
    used, now = _suppliers_used(run), timezone.now()
    new = [pk for pk in _to_be_added(run).values_list("pk", flat=True) if pk in used]
    for start in range(0, len(new), 5_000):
        run.suppliers.filter(pk__in=new[start : start + 5_000]).update(was_added=True)
    insert_select(Supplier, _supplier_columns(now), run.suppliers.filter(was_added=True))
    added = Supplier.objects.filter(created_at=now)
    same = added.filter(
        normalised_name=OuterRef("normalised_name"), company_number=OuterRef("company_number")
    )
    run.suppliers.filter(was_added=True).update(supplier=Subquery(same.values("pk")[:1]))
    write_history(added, by=by, reason=reason, kind="+")


def _supplier_columns(now):
    columns = {}
    for column in Supplier._meta.concrete_fields:
        said = KT(f"details__{column.name}")
        if column.name in ("is_sme", "is_vcse"):
            # Not a cast: SQLite has no truth in the word "true".
            words = Cast(said, CharField())
            columns[column.attname] = Case(
                When(Exact(words, Value("true")), then=Value(True)),
                When(Exact(words, Value("false")), then=Value(False)),
                output_field=BooleanField(),
            )
        elif not column.null and column.name != "id":
            columns[column.attname] = Coalesce(
                said, Value(column.get_default()), output_field=CharField()
            )
    taken = ("name", "normalised_name", "company_number")
    return (
        columns
        | {name: F(name) for name in taken}
        | {
            "version": Value(1),
            "created_at": Value(now, output_field=DateTimeField()),
            "updated_at": Value(now, output_field=DateTimeField()),
        }
    )


def _suppliers_used(run):
    rows = run.rows.filter(outcome__in=(NEW, CHANGED))
    used = set(rows.exclude(lead=None).order_by().values_list("lead", flat=True).distinct())
    for further in rows.exclude(further=[]).values_list("further", flat=True).iterator():
        used.update(further)
    return used


# --- contracts ------------------------------------------------------------------------------------


def _value(column, units):
    """What a row says for a column of the contract, in the type that the column has."""
    said = KT(f"values__{column.name}")
    if column.name == "parent":
        return _by_reference()
    if column.name == "unit":
        named_new = [
            When(unit_said=Value(f"new:{key}"), then=Value(pk)) for key, pk in units.items()
        ]
        plain = Cast(KT("values__unit"), BigIntegerField())
        return (
            Case(*named_new, default=plain, output_field=BigIntegerField()) if named_new else plain
        )
    if column.is_relation or column.get_internal_type().endswith("IntegerField"):
        return Cast(said, BigIntegerField())
    if isinstance(column, DateField):
        return Cast(said, DateField())
    if isinstance(column, DecimalField):
        return Cast(
            said, DecimalField(max_digits=column.max_digits, decimal_places=column.decimal_places)
        )
    return said


def _by_reference():
    """The contract that has the reference of a row's parent by now, whoever added it."""
    meant = Contract.objects.alias(upper=Upper("reference")).filter(upper=OuterRef("parent_said"))
    return Subquery(meant.values("pk")[:1])


def _saying(rows):
    """The rows with what they say of a unit and a parent, for `_value`."""
    return rows.alias(
        unit_said=Cast(KT("values__unit"), CharField()),
        parent_said=Upper(Cast(KT("values__parent"), CharField())),
    )


def _add_contracts(run, by, reason, units):
    rows = _saying(run.rows.filter(outcome=NEW))
    has_parents = "parent" in run.mapping
    columns = {}
    for column in Contract._meta.concrete_fields:
        if column.name in _FILLED_OTHERWISE:
            continue
        if column.name in _NOT_FROM_FILES:
            if not column.null:
                columns[column.attname] = Value(column.get_default())
            continue
        if column.name == "parent" and not has_parents:
            continue
        value = _value(column, units)
        if not column.null:
            value = Coalesce(value, Value(column.get_default()), output_field=CharField())
        columns[column.attname] = value
    columns |= {
        "reference": F("reference"),
        "supplier_id": F("lead__supplier_id"),
        "unit_id": _value(Contract._meta.get_field("unit"), units),
        "version": Value(1),
        "created_at": Now(),
        "updated_at": Now(),
    }
    if has_parents:
        # Those under others come last: what they stand under may be in the same file.
        under = rows.filter(values__has_key="parent")
        above = rows.exclude(values__has_key="parent")
        number = insert_select(Contract, columns, above) + insert_select(Contract, columns, under)
    else:
        number = insert_select(Contract, columns, rows)
    if not number:
        return
    added = Contract.objects.alias(upper=Upper("reference")).filter(
        upper=Upper(OuterRef("reference"))
    )
    insert_select(
        ImportedContract,
        {
            "run_id": F("run_id"),
            "contract_id": Subquery(added.values("pk")[:1]),
            "row_number": F("number"),
            "was_added": Value(True),
            "version": Value(1),
            "before": F("before"),
            "parts_added": Value([], output_field=JSONField()),
        },
        run.rows.filter(outcome=NEW),
    )
    new = Contract.objects.filter(imports__run=run, imports__was_added=True)
    write_history(new, by=by, reason=reason, kind="+")
    consequences.follow(new, columns=None, by=by)


def _change_contracts(run, by, reason, units):
    rows = run.rows.filter(outcome=CHANGED)
    touched = Contract.objects.filter(pk__in=rows.values("contract"))
    changed = _columns_changed(rows)
    for together in _columns_to_write(changed):
        names = [column.name for column in together]
        changing = rows.filter(values__has_any_keys=names)
        said = _saying(changing.filter(contract=OuterRef("pk")))
        values = {
            column.attname: Subquery(said.annotate(said=_value(column, units)).values("said")[:1])
            for column in together
        }
        if len(together) > 1:
            values = {name: Coalesce(value, F(name)) for name, value in values.items()}
        Contract.objects.filter(pk__in=changing.values("contract")).update(**values)
    leads = rows.exclude(lead=None)
    lead = leads.filter(contract=OuterRef("pk")).values("lead__supplier_id")[:1]
    Contract.objects.filter(pk__in=leads.values("contract")).update(supplier_id=Subquery(lead))
    if not touched.update(version=F("version") + 1, updated_at=timezone.now()):
        return
    insert_select(
        ImportedContract,
        {
            "run_id": F("run_id"),
            "contract_id": F("contract_id"),
            "row_number": F("number"),
            "was_added": Value(False),
            "version": F("contract_version") + 1,
            "before": F("before"),
            "parts_added": Value([], output_field=JSONField()),
        },
        rows,
    )
    write_history(touched, by=by, reason=reason, kind="~")
    consequences.follow(touched, columns={column.name for column in changed}, by=by)


def _columns_to_write(changed):
    """The columns one by one, but a contract's kind with its parent: neither may stand without the other."""
    place = [column for column in changed if column.name in ("kind", "parent")]
    return [[column] for column in changed if column not in place] + ([place] if place else [])


def _columns_changed(rows):
    names = set()
    for values in rows.order_by().values_list("values", flat=True).iterator():
        names |= values.keys()
    return [column for column in Contract._meta.concrete_fields if column.name in names]


def _add_further_suppliers(run, by, reason):
    """Consortium members and the like: few enough to pass through Python."""
    rows = run.rows.filter(outcome__in=(NEW, CHANGED)).exclude(further=[])
    further = dict(rows.values_list("number", "further"))
    suppliers = dict(run.suppliers.values_list("pk", "supplier_id"))
    imported = list(
        run.imported.filter(row_number__in=rows.values("number")).select_related("contract")
    )
    named = defaultdict(set)
    of_these = ContractSupplier.objects.filter(contract__imports__in=imported)
    for contract, supplier in of_these.values_list("contract_id", "supplier_id"):
        named[contract].add(supplier)
    parts, of_import = [], []
    for row in imported:
        taken = named[row.contract_id] | {row.contract.supplier_id}
        for supplier in dict.fromkeys(suppliers[pk] for pk in further[row.row_number]):
            if supplier not in taken:
                parts.append(ContractSupplier(contract_id=row.contract_id, supplier_id=supplier))
                of_import.append(row)
    parts = ContractSupplier.objects.bulk_create(parts, batch_size=2_000)
    for row, part in zip(of_import, parts, strict=True):
        row.parts_added.append(part.pk)
    ImportedContract.objects.bulk_update(imported, ["parts_added"], batch_size=500)
    ContractSupplier.history.bulk_history_create(
        parts, batch_size=2_000, default_user=by, default_change_reason=reason
    )


def _move_spots(run, by):
    """Spot contracts keep the people of the contract above (`contracts.spots`), but those that stand in the file
    too are as it says. What moves belongs to the import, and is taken back with it."""
    above = Contract.objects.filter(parent=OuterRef("contract"), kind=Kind.SPOT)
    rows = run.rows.filter(outcome=CHANGED, before__has_any_keys=PEOPLE).filter(Exists(above))
    was, row_of = {}, {}
    for contract, number, before in rows.values_list("contract", "number", "before"):
        was[contract] = {part: _id(before[part]) for part in PEOPLE if part in before}
        row_of[contract] = number
    if not was:
        return
    in_file = run.rows.exclude(contract=None).values("contract")
    moved = spots.follow_all(was, by=by, apart_from=in_file)
    ImportedContract.objects.bulk_create(
        (
            ImportedContract(
                run=run, contract_id=spot.pk, row_number=row_of[spot.parent], was_added=False,
                version=spot.version + 1, before={part: spot.people[part] for part in was[spot.parent]},
            )
            for spot in moved.values()
        ),
        batch_size=2_000,
    )  # fmt: skip


def _id(said):
    return None if said in (None, "") else int(said)


def _remember_answers(run, by):
    """What was answered about a name once is not asked again."""
    answered = list(run.suppliers.exclude(answer=""))
    book = Book(run) if answered else None
    aliases = []
    for row in answered:
        supplier = book.settled(row).supplier_id
        if supplier:
            aliases.append(SupplierAlias(key=row.key, supplier_id=supplier, answered_by=by))
    SupplierAlias.objects.bulk_create(
        aliases,
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["supplier", "answered_by"],
    )
