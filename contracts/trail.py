"""Whose history is told on a contract's page: the contract's own, and what other rooms add."""

from collections.abc import Callable
from typing import Any

_sources: list[Callable[[Any], Any]] = []


def source(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Add a function from a contract to a queryset of historical rows that belong to it."""
    _sources.append(function)
    return function


def of(contract: Any) -> list[Any]:
    return [function(contract) for function in _sources]
