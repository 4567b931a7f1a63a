"""Whose history is told on a supplier's page: the supplier's own, that of those merged into it, and what rooms add.

@trail.source
def of_their_notes(supplier_ids, user):
    return Note.history.filter(supplier_id__in=supplier_ids)
"""

from collections.abc import Callable, Sequence
from typing import Any

Source = Callable[[Sequence[int], Any], Any]

_sources: list[Source] = []


def source(function: Source) -> Source:
    """Add a function from ids of suppliers, and the reader, to historical rows that belong to them and that
    the reader may see."""
    _sources.append(function)
    return function


def of(supplier_ids: Sequence[int], user: Any) -> list[Any]:
    return [function(supplier_ids, user) for function in _sources]
