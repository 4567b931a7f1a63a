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
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models import Value
from django.utils import timezone

from accounts.permissions import Permission


@dataclass(frozen=True)
class Check:
    """`label` names the gap in a list, `sentence` tells the owner what to do, `mend` says where,
    `permission` who may do it there. A spot contract is asked only what `of_spots` says, since most
    of it is managed with its parent."""

    key: str
    label: str
    sentence: str
    failing: Callable[[Any], Any]
    mend: Callable[[Any], str]
    permission: Permission = Permission.EDIT_CONTRACTS
    order: int = 50
    of_spots: bool = False

    def gap(self, contract: Any, user: Any) -> dict[str, str]:
        """What is missing and where to mend it; no address for those who may not."""
        url = self.mend(contract) if contract.allows(user, self.permission) else ""
        return {"sentence": self.sentence, "url": url}


_checks: dict[str, Check] = {}


def register(check: Check) -> None:
    if check.key in _checks:
        raise ImproperlyConfigured(f"Two checks are called {check.key!r}.")
    if not check.of_spots:
        failing = check.failing
        check = replace(check, failing=lambda contracts: failing(contracts.without_spots()))
    _checks[check.key] = check


def all_checks() -> list[Check]:
    return sorted(_checks.values(), key=lambda check: check.order)


def get(key: str) -> Check | None:
    return _checks.get(key)


def failed_by(contract_id: int) -> list[Check]:
    """The checks that one contract fails, in one query."""
    asked = all_checks()
    if not asked:
        return []
    sql, params = _question(tuple(asked), connection.vendor, timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute(sql, [contract_id if param == ANY_CONTRACT else param for param in params])
        found = {number for (number,) in cursor.fetchall()}
    return [check for number, check in enumerate(asked) if number in found]


# Stands for the contract in the question, which is the same for all; no id is below zero.
ANY_CONTRACT = -9_182_736_455


@lru_cache(maxsize=4)
def _question(asked: tuple[Check, ...], vendor: str, today: date) -> tuple[str, tuple[Any, ...]]:
    """The SQL that asks one contract every question. Composing it costs more than asking it, so it is
    kept for the day; some questions depend on the date."""
    one = apps.get_model("contracts.Contract").objects.filter(pk=ANY_CONTRACT)
    # `order_by()`: no member of a UNION may be sorted.
    parts = [
        check.failing(one).order_by().values_list(Value(number), flat=True)
        for number, check in enumerate(asked)
    ]
    joined = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    sql, params = joined.query.sql_with_params()
    return sql, tuple(params)
