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
from django.db.models import Value
from django.utils import timezone

from accounts.permissions import Permission
from common import composed


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


def failed_by(*contract_ids: int) -> dict[int, list[Check]]:
    """{contract id: the checks that it fails, in order}, in one query."""
    asked = all_checks()
    failed: dict[int, list[Check]] = {pk: [] for pk in contract_ids}
    if asked:
        answers = _question(tuple(asked), timezone.localdate()).ask(*contract_ids)
        for pk, number in sorted(answers, key=lambda answer: answer[1]):
            failed[pk].append(asked[number])
    return failed


@lru_cache(maxsize=4)
def _question(asked: tuple[Check, ...], today: date) -> composed.Question:
    """Every question about a contract. Some depend on the date, so it is kept for the day."""
    one = apps.get_model("contracts.Contract").objects.filter(pk=composed.ANY)
    # `order_by()`: no member of a UNION may be sorted.
    parts = [
        check.failing(one).order_by().values_list("pk", Value(number))
        for number, check in enumerate(asked)
    ]
    return composed.Question.of(composed.joined(parts))
