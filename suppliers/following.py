"""What follows in inner rooms when the contracts of suppliers change: how often one is checked, and the like.

The room of contracts says that they have changed, in the same transaction; it does not know who listens.

    @following.of_contracts
    def bring_checks_forward(suppliers, by):
        for check in FinancialCheck.objects.current().filter(supplier__in=suppliers): ...
"""

from collections.abc import Callable
from typing import Any

Follow = Callable[[Any, Any], None]

_followers: list[Follow] = []


def of_contracts(follow: Follow) -> Follow:
    """Call the function with (suppliers, by) after what is agreed with these suppliers has changed."""
    _followers.append(follow)
    return follow


def follow(suppliers: Any, *, by: Any) -> None:
    for follower in _followers:
        follower(suppliers, by)
