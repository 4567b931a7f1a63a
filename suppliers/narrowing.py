"""What may narrow the list of suppliers beside their own columns. Upper and inner rooms add theirs from `hooks.py`.

narrowing.register(narrowing.Narrowing(
    "contracts", "Contracts", choices=(("in_force", "With contracts in force"),), narrow=by_contracts,
))
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Narrowing:
    """A choice in the filter panel. `narrow(suppliers, value, user)` gives those of the suppliers that fit; by
    what the user may not see, nobody is found."""

    key: str
    label: str
    choices: Sequence[tuple[str, str]]
    narrow: Callable[[Any, str, Any], Any]
    order: int = 50
    empty: str = "Any"


_narrowings: dict[str, Narrowing] = {}


def register(narrowing: Narrowing) -> None:
    if narrowing.key in _narrowings:
        raise ImproperlyConfigured(f"Two filters of suppliers are called {narrowing.key!r}.")
    _narrowings[narrowing.key] = narrowing


def all_narrowings() -> list[Narrowing]:
    return sorted(_narrowings.values(), key=lambda narrowing: narrowing.order)
