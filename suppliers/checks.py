"""Questions about how suppliers are managed, for the whole organisation.

As the checks of contracts do, each answers with a queryset of what fails: the portfolio counts it, and the address leads to
the list that shows the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Count, Value

from accounts.permissions import Permission


@dataclass(frozen=True)
class Check:
    """`failing(user, today)` gives the rows that fail, within what the user may see; `url()` the list of them.

    It is shown to those who hold `permission` for the whole organisation.
    """

    key: str
    label: str
    failing: Callable[[Any, date], Any]
    url: Callable[[], str]
    permission: Permission = Permission.VIEW_PORTFOLIO
    order: int = 50


_checks: dict[str, Check] = {}


def register(check: Check) -> None:
    if check.key in _checks:
        raise ImproperlyConfigured(f"Two checks of suppliers are called {check.key!r}.")
    _checks[check.key] = check


def counts(user: Any, today: date) -> list[dict[str, Any]]:
    """Each check that this person is shown, with its number and the list behind it. One query for all."""
    asked = sorted(
        (check for check in _checks.values() if user.may(check.permission)),
        key=lambda check: check.order,
    )
    if not asked:
        return []
    parts = [
        check.failing(user, today)
        .order_by()
        .values(check=Value(number))
        .annotate(number=Count("pk"))
        .values_list("check", "number")
        for number, check in enumerate(asked)
    ]
    numbers = dict(parts[0].union(*parts[1:], all=True))
    return [
        {"label": check.label, "number": numbers.get(number, 0), "url": check.url()}
        for number, check in enumerate(asked)
    ]
