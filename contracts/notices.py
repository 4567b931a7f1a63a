"""Who counts the notice of a contract: its own notice period or, where an inner room has recorded more, that room.

The register's `notice_on` stays in every list. What people are told of must not come twice: an inner room that
tells of the same date by a finer rule says for which contracts it does.

    @notices.counted_finer
    def with_clocks():
        return NoticeClock.objects.values("contract")
"""

from collections.abc import Callable
from typing import Any

_finer: list[Callable[[], Any]] = []


def counted_finer(function: Callable[[], Any]) -> Callable[[], Any]:
    """Declare a queryset of the ids of contracts whose notice is told of elsewhere."""
    _finer.append(function)
    return function


def told_by_the_register(contracts: Any) -> Any:
    """Of these contracts those whose own notice period is all that is known."""
    for function in _finer:
        contracts = contracts.exclude(pk__in=function())
    return contracts
