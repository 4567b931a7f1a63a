"""What the organisation has agreed to spend with a supplier, year by year. The rooms that know of agreements say so.

    @commitments.source
    def annual_value(user, supplier, years):
        return commitments.Agreed({2025: Amounts({"GBP": Decimal(120_000)}, missing=1)})

What the reader may not see is not counted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from suppliers.rules import Amounts


@dataclass(frozen=True, slots=True)
class Agreed:
    """By financial year what was agreed; `left_out` are sentences about what could not be counted, `is_whole` says
    whether the reader may see all there is. To compare a part with what was paid in all would mislead."""

    by_year: Mapping[int, Amounts] = field(default_factory=dict)
    left_out: Sequence[str] = ()
    is_whole: bool = True


Source = Callable[[Any, Any, Sequence[int]], Agreed]

_sources: list[Source] = []


def source(function: Source) -> Source:
    """Add a function of (user, supplier, years) that makes a constant number of queries."""
    _sources.append(function)
    return function


def of(user: Any, supplier: Any, years: Sequence[int]) -> Agreed:
    agreed = [function(user, supplier, years) for function in _sources]
    return Agreed(
        {year: sum((a.by_year.get(year, Amounts()) for a in agreed), Amounts()) for year in years},
        [sentence for a in agreed for sentence in a.left_out],
        all(a.is_whole for a in agreed),
    )
