"""What must be there before a contract moves on to another stage.

An inner room adds its requirement; the room of stages asks them all, lists what is missing with links to
mend it, and refuses the move.

    @gates.requirement("conditions_met", stages={Stage.LIVE})
    def conditions_are_met(contract):
        for condition in contract.conditions.open():
            yield gates.Missing(f"Condition precedent “{condition.title}” is open", condition.get_absolute_url())
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from accounts.permissions import Permission


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that keeps a contract from a stage, in words, where it is mended, and who may do that."""

    sentence: str
    url: str = ""
    permission: Permission = Permission.EDIT_CONTRACTS

    def shown_to(self, user: Any, contract: Any) -> dict[str, str]:
        """What is missing, with its address for those who may mend it there."""
        url = self.url if self.url and contract.allows(user, self.permission) else ""
        return {"sentence": self.sentence, "url": url}


Ask = Callable[[Any], Iterable[Missing]]


@dataclass(frozen=True)
class Requirement:
    """`ask(contract)` gives what is missing; nothing when the requirement is met."""

    key: str
    stages: frozenset[str]
    ask: Ask


_requirements: dict[str, Requirement] = {}


def requirement(key: str, *, stages: Collection[str]) -> Callable[[Ask], Ask]:
    """Declare what a contract must have before it moves on to any of these stages."""

    def add(ask: Ask) -> Ask:
        if key in _requirements:
            raise ImproperlyConfigured(f"Two requirements are called {key!r}.")
        _requirements[key] = Requirement(key, frozenset(stages), ask)
        return ask

    return add


def missing(contract: Any, stage: str) -> list[Missing]:
    """Everything that keeps this contract from this stage."""
    return [
        found
        for requirement in _requirements.values()
        if stage in requirement.stages
        for found in requirement.ask(contract)
    ]
