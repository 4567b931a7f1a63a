"""What upper rooms know about suppliers, as columns of the supplier list and lines of a supplier's page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured


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
