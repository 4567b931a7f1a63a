"""Taking an import back, as long as nobody has built on it."""

from collections import defaultdict

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.models import BusinessUnit
from common.bulk import write_history
from common.locking import WHOLE_REGISTER, take_turns
from contracts import consequences
from contracts.imports.importing import NoLongerWaiting
from contracts.imports.models import (
    ImportedContract,
    ImportRow,
    ImportRun,
    ImportSupplier,
    SupplierAlias,
)
from contracts.models import Contract, ContractSupplier
from contracts.rules import Place, structure_problems
from suppliers.models import DuplicateCandidate, Supplier

_NAMED_AT_MOST = 5
_OURS = {ImportRow, ImportedContract, ImportSupplier, SupplierAlias}


class Touched(Exception):
    """Something that the import wrote has been used since. `reasons` are sentences that name it."""

    def __init__(self, reasons):
        super().__init__("; ".join(reasons))
        self.reasons = reasons


def reasons_against(run):
    """Why the import cannot be undone any more; empty while it can."""
    reasons = []
    imported = run.imported.select_related("contract")
    changed = imported.exclude(contract__version=F("version"))
    reasons += _sentence(changed, "changed since the import")
    later = ContractSupplier.history.filter(
        contract_id=OuterRef("contract_id"),
        history_date__gt=run.imported_at + timezone.timedelta(0),
    )
    reasons += _sentence(imported.filter(Exists(later)), "given other suppliers since the import")
    for model, since in consequences.made().items():
        written = model.history.filter(
            contract_id=OuterRef("contract_id"), history_date__gt=run.imported_at
        )
        reasons += _sentence(imported.filter(Exists(written)), f"{since} since the import")
    for relation in Contract._meta.related_objects:
        model = relation.related_model
        if model in _OURS or model is ContractSupplier or model in consequences.made():
            continue
        hanging = model._base_manager.filter(**{relation.field.name: OuterRef("contract_id")})
        if model is Contract:
            # What the same file put there goes with it, or back to where it was.
            hanging = hanging.exclude(pk__in=run.imported.values("contract"))
        what = "contracts under it" if model is Contract else model._meta.verbose_name_plural
        reasons += _sentence(
            imported.filter(was_added=True).filter(Exists(hanging)), f"given {what}"
        )
    reasons += _sentence(
        imported.filter(pk__in=list(_with_children_out_of_place(run))), "given contracts under it"
    )
    return reasons


def _with_children_out_of_place(run):
    """Ids of rows that changed what a contract is, where it cannot be so again: other contracts stand under it."""
    here = Contract.objects.filter(parent=OuterRef("contract_id"))
    moved = run.imported.filter(Q(before__has_key="kind") | Q(before__has_key="parent"))
    for row in moved.filter(Exists(here), was_added=False).select_related("contract"):
        children = row.contract.children.exclude(pk__in=run.imported.values("contract"))
        kinds = set(children.order_by().values_list("kind", flat=True))
        kind = row.before.get("kind", row.contract.kind)
        parent = Place("framework") if row.before.get("parent", row.contract.parent_id) else None
        if any(column == "kind" for column, _ in structure_problems(kind, parent, kinds)):
            yield row.pk


def _sentence(imported, what):
    count = imported.count()
    if not count:
        return []
    named = [str(row.contract) for row in imported.order_by("row_number")[:_NAMED_AT_MOST]]
    more = f" and {count - len(named)} more" if count > len(named) else ""
    were = "was" if count == 1 else "were"
    return [f"{'; '.join(named)}{more} {were} {what}"]


@transaction.atomic
def undo(*, run, by):
    """Remove what the import added and give back what it changed, with history of both."""
    take_turns(WHOLE_REGISTER)
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state != ImportRun.State.IMPORTED:
        raise NoLongerWaiting
    # The rows stay as they are from here to the end: whoever edits one waits for its lock.
    list(
        Contract.objects.filter(imports__run=run)
        .select_for_update(of=("self",))
        .order_by("pk")
        .values_list("pk")
    )
    if reasons := reasons_against(run):
        raise Touched(reasons)
    reason = f"Import of {run.original_name} undone"
    _remove_parts(run, by, reason)
    _restore(run, by, reason)
    added = Contract.objects.filter(pk__in=run.imported.filter(was_added=True).values("contract"))
    write_history(added, by=by, reason=reason, kind="-")
    ids = list(added.order_by().values_list("pk", flat=True))
    run.imported.all()._raw_delete(run.imported.db)
    for model in consequences.made():
        _delete(model, ids, by_column="contract")
    _delete(Contract, ids)
    suppliers = list(run.suppliers.filter(was_added=True).values_list("supplier", flat=True))
    SupplierAlias.objects.filter(supplier__in=suppliers).delete()
    _remove_unused(Supplier, suppliers, by, reason)
    _remove_unused(BusinessUnit, run.options.get("units_created", []), by, reason)
    run.state, run.undone_by, run.undone_at = ImportRun.State.UNDONE, by, timezone.now()
    run.save()
    return run


def _delete(model, ids, *, by_column="pk"):
    for start in range(0, len(ids), 5_000):
        rows = model._base_manager.filter(**{f"{by_column}__in": ids[start : start + 5_000]})
        rows._raw_delete(rows.db)


def _remove_parts(run, by, reason):
    ids = [
        pk
        for added in run.imported.exclude(parts_added=[]).values_list("parts_added", flat=True)
        for pk in added
    ]
    for start in range(0, len(ids), 5_000):
        parts = ContractSupplier.objects.filter(pk__in=ids[start : start + 5_000])
        write_history(parts, by=by, reason=reason, kind="-")
        parts._raw_delete(parts.db)


def _restore(run, by, reason):
    """Give changed contracts their columns back; alike changes go together."""
    alike = defaultdict(list)
    for row in run.imported.filter(was_added=False).iterator():
        alike[tuple(sorted(row.before))].append(row)
    now = dict(Supplier.objects.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
    for names, rows in alike.items():
        columns = [Contract._meta.get_field(name) for name in names]
        contracts = []
        for row in rows:
            said = {c.attname: c.to_python(row.before[c.name]) for c in columns}
            if "supplier_id" in said:  # one that was merged since is another by now
                said["supplier_id"] = now.get(said["supplier_id"], said["supplier_id"])
            contracts.append(
                Contract(
                    pk=row.contract_id, version=row.version + 1, updated_at=timezone.now(), **said
                )
            )
        Contract.objects.bulk_update(contracts, [*names, "version", "updated_at"], batch_size=500)
    changed = Contract.objects.filter(
        pk__in=run.imported.filter(was_added=False).values("contract")
    )
    write_history(changed, by=by, reason=reason, kind="~")
    restored = {name for names in alike for name in names}
    consequences.follow(changed, columns=restored, by=by)


def _remove_unused(model, ids, by, reason):
    """What the import added on the way goes too, unless something else uses it by now."""
    unused = model.objects.filter(pk__in=ids)
    if any(field.name == "version" for field in model._meta.concrete_fields):
        unused = unused.filter(version=1)
    for relation in model._meta.related_objects:
        if relation.related_model in _OURS or relation.on_delete is models.SET_NULL:
            continue
        using = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        unused = unused.filter(~Exists(using))
    gone = list(unused.values_list("pk", flat=True))
    for start in range(0, len(gone), 5_000):
        write_history(
            model.objects.filter(pk__in=gone[start : start + 5_000]), by=by, reason=reason, kind="-"
        )
    if model is Supplier:
        ImportSupplier.objects.filter(supplier__in=gone).update(supplier=None)
        DuplicateCandidate.objects.filter(Q(one__in=gone) | Q(other__in=gone)).delete()
    _delete(model, gone)
