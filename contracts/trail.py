"""Whose history is told on a contract's page: the contract's own, and what other rooms add."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list

Tell = Callable[..., Any]


@dataclass(frozen=True)
class _Source:
    tell: Tell
    routine: str
    for_reader: bool


_sources: list[_Source] = []


def source(*, routine: str = "", for_reader: bool = False) -> Callable[[Tell], Tell]:
    """Add a function from a contract to a queryset of historical rows that belong to it.

    What is written every month would bury what was decided. Such a source says what it is in a
    plural word (`routine="readings"`) and is told only when it is asked for. A source with something
    that not every reader of the contract may know is `for_reader` and is given the reader too:
    `function(contract, user)`.
    """

    def add(function: Tell) -> Tell:
        _sources.append(_Source(function, routine, for_reader))
        return function

    return add


def of(contract: Any, user: Any, *, with_routine: bool = False) -> list[Any]:
    """What this reader may know of the contract's history."""
    return [
        source.tell(contract, user) if source.for_reader else source.tell(contract)
        for source in _sources
        if with_routine or not source.routine
    ]


def routine_words() -> str:
    """What is left out until it is asked for: "readings and obligations met"."""
    return get_text_list([source.routine for source in _sources if source.routine], "and")
