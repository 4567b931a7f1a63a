"""Roles that are held outside of this room: on contracts. A room to the right says who holds what there.

@holding.source
def on_contracts(user, permission):
    return Contract.objects.allowing(user, permission).exists()
"""

from collections.abc import Callable
from typing import Any

from accounts.permissions import Permission

Ask = Callable[[Any, Permission], bool]

_sources: list[Ask] = []


def source(ask: Ask) -> Ask:
    _sources.append(ask)
    return ask


def held(user: Any, permission: Permission) -> bool:
    """Whether a role that this person holds somewhere outside of this room carries the permission."""
    return any(ask(user, permission) for ask in _sources)
