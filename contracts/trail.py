"""Whose history is told on a contract's page: the contract's own, and what other rooms add."""

from collections.abc import Callable
from typing import Any

_sources: list[tuple[Callable[[Any], Any], str]] = []


def source(*, routine: str = "") -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]]:
    """Add a function from a contract to a queryset of historical rows that belong to it.

    What is written every month would bury what was decided. Such a source says what it is in a
    plural word (`routine="readings"`) and is told only when it is asked for.
    """

    def add(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        _sources.append((function, routine))
        return function

    return add


def of(contract: Any, *, with_routine: bool = False) -> list[Any]:
    return [function(contract) for function, routine in _sources if with_routine or not routine]


def routine_words() -> str:
    """What is left out until it is asked for: "readings"."""
    return ", ".join(routine for _, routine in _sources if routine)
