"""What follows in the rooms above when our own obligations are recorded: what we missed may excuse the supplier.

This room does not know who listens. It tells of all that were recorded, so that whoever had offered something
because of one can take that back where it was met after all.

    @misses.follower
    def propose_relief(occurrences, by): ...
"""

from collections.abc import Callable, Sequence
from typing import Any

Follow = Callable[[Sequence[Any], Any], object]

_followers: list[Follow] = []


def follower(follow: Follow) -> Follow:
    """Call the function with (occurrences of ours, by), in the transaction in which they were recorded."""
    _followers.append(follow)
    return follow


def tell(occurrences: Sequence[Any], by: Any) -> None:
    for follow in _followers:
        follow(occurrences, by)
