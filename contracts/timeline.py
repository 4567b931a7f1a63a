"""What has changed a contract since its award, in the order in which it took effect.

Any room that changes what was agreed adds a source; the page "The contract as it stands" merges them.

    @timeline.source
    def change_notes(contract, user):
        for note in contract.change_notes.agreed():
            yield timeline.Entry(
                on=note.effective_on, title=f"Change note {note.number}: {note.title}",
                url=note.get_absolute_url(), value=note.value_after, ends_on=note.end_after,
            )

An entry that sets `value` or `ends_on` lets the page say what either was on any past day.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that took effect on a day. `value` and `ends_on` are those of the contract from then on,
    where this entry changed them."""

    on: date
    title: str
    detail: str = ""
    url: str = ""
    value: Decimal | None = None
    ends_on: date | None = None


Source = Callable[[Any, Any], Iterable[Entry]]

_sources: list[Source] = []


def source(function: Source) -> Source:
    """Add a function from (contract, reader) to entries, none of which this reader may not know."""
    _sources.append(function)
    return function


def of(contract: Any, user: Any) -> list[Entry]:
    """Every entry that this reader may know, the earliest first."""
    entries = [entry for source in _sources for entry in source(contract, user)]
    return sorted(entries, key=lambda entry: entry.on)
