"""Who keeps the contacts of suppliers up to date beside the Procurement Unit. Upper rooms say whom they work with.

@keepers.source
def of_their_contracts(user):
    yield Contract.objects.editable_by(user).values("supplier")
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

Source = Callable[[Any], Iterable[Any]]

_sources: list[Source] = []


def source(function: Source) -> Source:
    """Add a function from a user to querysets of the ids of suppliers that they work with."""
    _sources.append(function)
    return function


def supplier_ids(user: Any) -> Iterator[Any]:
    for function in _sources:
        yield from function(user)
