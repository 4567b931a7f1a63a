"""Questions about how a contract is managed.

A check answers with the contracts that fail, as a queryset: a dashboard counts it, the register
filters by it, a contract's page explains it, all in SQL and by one definition.

    checks.register(checks.Check(
        "no_owner", "No owner", "Choose an Operational Contract Owner",
        failing=lambda contracts: contracts.not_ended().filter(oco=None),
        mend=lambda contract: reverse("contracts:edit", args=[contract.pk]) + "#id_oco",
    ))
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Value

from accounts.permissions import Permission


@dataclass(frozen=True)
class Check:
    """`label` names the gap in a list, `sentence` tells the owner what to do, `mend` says where,
    `permission` who may do it there."""

    key: str
    label: str
    sentence: str
    failing: Callable[[Any], Any]
    mend: Callable[[Any], str]
    permission: Permission = Permission.EDIT_CONTRACTS
    order: int = 50

    def gap(self, contract: Any, user: Any) -> dict[str, str]:
        """What is missing and where to mend it; no address for those who may not."""
        url = self.mend(contract) if contract.allows(user, self.permission) else ""
        return {"sentence": self.sentence, "url": url}


_checks: dict[str, Check] = {}


def register(check: Check) -> None:
    if check.key in _checks:
        raise ImproperlyConfigured(f"Two checks are called {check.key!r}.")
    _checks[check.key] = check


def all_checks() -> list[Check]:
    return sorted(_checks.values(), key=lambda check: check.order)


def get(key: str) -> Check | None:
    return _checks.get(key)


def failed_by(contracts: Any, contract_id: int) -> list[Check]:
    """The checks that one contract fails, in one query."""
    checks = all_checks()
    if not checks:
        return []
    one = contracts.filter(pk=contract_id)
    # `order_by()`: no member of a UNION may be sorted.
    parts = [
        check.failing(one).order_by().values_list(Value(number), flat=True)
        for number, check in enumerate(checks)
    ]
    found = set(parts[0].union(*parts[1:], all=True)) if parts[1:] else set(parts[0])
    return [check for number, check in enumerate(checks) if number in found]
