"""What follows in inner rooms when contracts change: dates that hang on the end, terms of office, and the like.

The outer room says that contracts have changed, in the same transaction; it does not know who listens.
A consequence works on a queryset, so that an import of a hundred thousand costs a few statements.

    @consequences.of_change({"ends_on", "commences_on"})
    def work_out_clocks(contracts, by):
        for clock in NoticeClock.objects.filter(contract__in=contracts): ...
"""

from collections.abc import Callable, Collection
from typing import Any

Follow = Callable[[Any, Any], None]

_followers: list[tuple[frozenset[str], Follow]] = []
_made: dict[Any, str] = {}


def of_change(columns: Collection[str]) -> Callable[[Follow], Follow]:
    """Call the function with (contracts, by) after any of these columns was written."""

    def add(follow: Follow) -> Follow:
        _followers.append((frozenset(columns), follow))
        return follow

    return add


def follow(contracts: Any, *, columns: Collection[str] | None, by: Any) -> None:
    """Tell the inner rooms that these columns of these contracts were written; None means all, as for
    contracts that were added."""
    for wanted, follower in _followers:
        if columns is None or not wanted.isdisjoint(columns):
            follower(contracts, by)


def makes(model: Any, *, since: str) -> None:
    """Say that rows of this model (with a `contract` and a history) are made by consequences and go with the
    contract: they do not keep an import from being undone. What a person writes there later does, and `since`
    says what that is ("given other people")."""
    _made[model] = since


def made() -> dict[Any, str]:
    """{model: what a contract was when somebody has written there since}."""
    return dict(_made)
