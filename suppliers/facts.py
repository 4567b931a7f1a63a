"""What upper rooms know about suppliers.

A fact is a column of the supplier list and a line of a supplier's page. A trait is something that is true of some
suppliers; inner rooms narrow their lists by it and base proposals on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Exists, OuterRef, Q


@dataclass(frozen=True)
class Fact:
    """`values(user, supplier_ids)` gives {supplier id: value} in one query; what the user may not
    see is not counted."""

    key: str
    label: str
    values: Callable[[Any, Sequence[int]], dict[int, Any]]
    default: Any = 0
    numeric: bool = True
    order: int = 50


_facts: dict[str, Fact] = {}


def register(fact: Fact) -> None:
    if fact.key in _facts:
        raise ImproperlyConfigured(f"Two facts about suppliers are called {fact.key!r}.")
    _facts[fact.key] = fact


def all_facts() -> list[Fact]:
    return sorted(_facts.values(), key=lambda fact: fact.order)


# --- Traits ---------------------------------------------------------------------------------------

Evidence = Callable[[Any], Sequence[Any]]
_traits: dict[str, Evidence] = {}


def trait(key: str) -> Callable[[Evidence], Evidence]:
    """Declare a trait: a function from a user to querysets of rows whose column `supplier` has it.

    With a user, only rows that they may see count. Without one all rows do, for a sweep or a decision; what comes
    of that is shown only to those who may see every contract.
    """

    def add(evidence: Evidence) -> Evidence:
        if key in _traits:
            raise ImproperlyConfigured(f"Two traits of suppliers are called {key!r}.")
        _traits[key] = evidence
        return evidence

    return add


def having(key: str, *, user: Any, path: str = "pk") -> Q:
    """The condition that a supplier has a trait. `path` leads to the supplier's id, from a queryset of something else.

    Each row is looked up by its index where there are few, and the database may read all at once where there are many.
    """
    evidence = _traits[key](user) if key in _traits else ()
    conditions = [Q(Exists(rows.filter(supplier=OuterRef(path)))) for rows in evidence]
    return reduce(or_, conditions) if conditions else Q(pk__in=())
