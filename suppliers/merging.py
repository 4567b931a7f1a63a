"""Two suppliers turn out to be one: how what points at the one that goes moves to the one that stays.

Each room says how its own rows move, for every foreign key to a supplier that it has:

    merging.register(merging.Mover(Contract, "supplier", "contract", move=move_leads))

Without a `move` of its own, rows are moved as they are and history is written; that is right where a supplier may have
any number of such rows. A test fails for a foreign key without a mover.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import F
from django.utils import timezone

from common.bulk import write_history

AT_ONCE = 5_000


@dataclass(frozen=True)
class Merge:
    """`goes` becomes `stays`. `reason` is told in the history of everything that moves; `spend` says, for each
    (year, currency) that both have, what becomes of it (see `suppliers.rules.spend_of_both`)."""

    stays: Any
    goes: Any
    by: Any
    reason: str
    spend: Mapping[tuple[int, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Mover:
    """How the rows of a model that point at a supplier by `column` move. `noun` is what one of them is called
    on the page that asks before a merge ("contract", "reply,replies"), `order` where it stands there; what has no
    noun is not mentioned. `move(merge)` gives how many rows moved, `count(supplier)` how many would."""

    model: Any
    column: str
    noun: str = ""
    move: Callable[[Merge], int] | None = None
    order: int = 50

    def rows(self, supplier: Any) -> Any:
        return self.model._base_manager.filter(**{self.column: supplier})

    def count(self, supplier: Any) -> int:
        return self.rows(supplier).count()

    def carry_out(self, merge: Merge) -> int:
        return (
            self.move(merge) if self.move else move_rows(self.rows(merge.goes), self.column, merge)
        )


_movers: dict[tuple[Any, str], Mover] = {}


def register(mover: Mover) -> None:
    key = (mover.model, mover.column)
    if key in _movers:
        raise ImproperlyConfigured(f"Two movers for {mover.model.__name__}.{mover.column}.")
    _movers[key] = mover


def all_movers() -> list[Mover]:
    return sorted(_movers.values(), key=lambda mover: mover.order)


def what_moves(supplier: Any) -> list[tuple[int, str]]:
    """How many of what point at a supplier, for the page that asks."""
    counts = [(mover.count(supplier), mover.noun) for mover in all_movers() if mover.noun]
    return [(number, noun) for number, noun in counts if number]


# --- for movers of one's own ------------------------------------------------------------------------


def move_rows(rows: Any, column: str, merge: Merge) -> int:
    """Point these rows at the supplier that stays, with history where the model keeps one. A few statements
    for each five thousand."""
    ids = list(rows.order_by().values_list("pk", flat=True))
    model, names = rows.model, {f.name for f in rows.model._meta.concrete_fields}
    changes: dict[str, Any] = {column: merge.stays}
    if "version" in names:
        changes["version"] = F("version") + 1
    if "updated_at" in names:
        changes["updated_at"] = timezone.now()
    for moved in _portions(ids):
        model._base_manager.filter(pk__in=moved).update(**changes)
        if hasattr(model, "history"):
            write_history(
                model._base_manager.filter(pk__in=moved), by=merge.by, reason=merge.reason, kind="~"
            )
    return len(ids)


def move_latest(model: Any, *, on: str, keys: Sequence[str] = ()) -> Callable[[Merge], int]:
    """A `move` for rows of which the latest one stands, by `is_current`. Where both suppliers have one (with the same
    `keys`), the later by its day `on` goes on standing."""

    def move(merge: Merge) -> int:
        both = model._base_manager.filter(
            supplier__in=(merge.stays.pk, merge.goes.pk), is_current=True
        )
        standing = defaultdict(list)
        for row in both:
            standing[tuple(getattr(row, key) for key in keys)].append(row)
        overtaken = [
            min(rows, key=lambda row: (getattr(row, on), row.supplier_id == merge.stays.pk)).pk
            for rows in standing.values()
            if len(rows) > 1
        ]
        # No history: which of them stands follows from their days, and nobody decided it.
        model._base_manager.filter(pk__in=overtaken).update(is_current=False)
        return move_rows(model._base_manager.filter(supplier=merge.goes), "supplier", merge)

    return move


def remove_rows(rows: Any, merge: Merge, *, reason: str = "") -> int:
    """Remove rows that say nothing beside what stays; history keeps them."""
    ids = list(rows.order_by().values_list("pk", flat=True))
    for gone in _portions(ids):
        found = rows.model._base_manager.filter(pk__in=gone)
        if hasattr(rows.model, "history"):
            write_history(found, by=merge.by, reason=reason or merge.reason, kind="-")
        found._raw_delete(found.db)
    return len(ids)


def _portions(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
