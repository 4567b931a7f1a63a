"""The pages of a contract's performance: this room's own and those that inner rooms add.

An inner room registers one in its `hooks.py`; its view answers with `contract_page(request, contract,
"performance", template, {"tab": "credits", ...})`, and its template includes `performance/_tabs.html`.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse


@dataclass(frozen=True)
class Tab:
    key: str
    title: str
    url_name: str  # takes the contract's id
    order: int


_tabs: dict[str, Tab] = {}


def register(tab: Tab) -> None:
    if tab.key in _tabs:
        raise ImproperlyConfigured(f"Two tabs of performance are called {tab.key!r}.")
    _tabs[tab.key] = tab


def registered() -> list[Tab]:
    """In the order in which they are shown."""
    return sorted(_tabs.values(), key=lambda tab: tab.order)


def of_contract(contract: Any, current: str) -> list[dict[str, Any]]:
    """As components/tabs.html wants them."""
    return [
        {
            "label": tab.title,
            "url": reverse(tab.url_name, args=[contract.pk]),
            "current": tab.key == current,
        }
        for tab in registered()
    ]
