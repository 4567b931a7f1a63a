"""What rooms measure of a contract, for rooms beside them that follow it without knowing them.

    measures.register(measures.Source("kpi", "KPIs", of_contract=kpis_of, values=values_of))

A measure is known by `kpi:17`: the key of its source, and its number there. What was not reported has no value: it is
missing, and never zero.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import transaction


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured of a contract every so often: `weekly`, `monthly`, `quarterly`, `half_yearly` or
    `yearly`, by calendar periods."""

    key: str
    label: str
    unit: str
    decimals: int
    frequency: str


@dataclass(frozen=True)
class Source:
    """`of_contract(contract)` gives what may be followed, `values(numbers, since)` for each number that is known the values
    of the periods that begin on that day or later, by their first day. Each makes a constant number of queries."""

    key: str
    label: str
    of_contract: Callable[[Any], Iterable[Measure]]
    values: Callable[[Collection[int], date], Mapping[int, Mapping[date, Decimal]]]


Follower = Callable[[Collection[str]], None]

_sources: dict[str, Source] = {}
_followers: list[Follower] = []


def register(source: Source) -> None:
    if source.key in _sources:
        raise ImproperlyConfigured(f"Two sources of measures are called {source.key!r}.")
    _sources[source.key] = source


def key_of(source: str, number: int) -> str:
    """

    >>> key_of("kpi", 17)
    'kpi:17'
    """
    return f"{source}:{number}"


def of_contract(contract: Any) -> list[tuple[str, list[Measure]]]:
    """What may be followed of a contract, by the source's label; a source that measures nothing of it is left out."""
    found = [(source.label, list(source.of_contract(contract))) for source in _sources.values()]
    return [(label, measured) for label, measured in found if measured]


def values(keys: Iterable[str], since: date) -> dict[str, Mapping[date, Decimal]]:
    """{key: {first day of a period: value}} of the measures that are known; one whose room or row is gone is left out."""
    numbers: dict[str, set[int]] = {}
    for key in keys:
        source, _, number = key.partition(":")
        if source in _sources and number.isdecimal():
            numbers.setdefault(source, set()).add(int(number))
    return {
        key_of(source, number): by_period
        for source, wanted in numbers.items()
        for number, by_period in _sources[source].values(wanted, since).items()
    }


def follower(tell: Follower) -> Follower:
    """Add somebody who is told, once it is committed, for which measures values were written."""
    _followers.append(tell)
    return tell


def changed(source: str, numbers: Iterable[int]) -> None:
    """Values of these were written. What follows is no part of that: if it fails it is logged, and made good by the
    daily task."""
    keys = {key_of(source, number) for number in numbers}
    for tell in _followers if keys else ():
        transaction.on_commit(_later(tell, keys), robust=True)


def _later(tell: Follower, keys: Collection[str]) -> Callable[[], None]:
    """A function with a name, by which Django logs its fault: a partial has none."""

    def told() -> None:
        tell(keys)

    return told
