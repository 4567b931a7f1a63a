"""The pages about performance as a whole, and the links between them. Inner rooms add theirs from `hooks.py`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse


@dataclass(frozen=True)
class Page:
    """`shown` says who can open it."""

    key: str
    label: str
    url_name: str
    order: int = 50
    shown: Callable[[Any], bool] = lambda user: True


_pages: dict[str, Page] = {}


def register(page: Page) -> None:
    if page.key in _pages:
        raise ImproperlyConfigured(f"Two pages about performance are called {page.key!r}.")
    _pages[page.key] = page


def tabs(user: Any, current: str) -> list[dict[str, Any]]:
    """Links between the pages that this person can open; none where there is only one."""
    shown = [
        {"label": page.label, "url": reverse(page.url_name), "current": page.key == current}
        for page in sorted(_pages.values(), key=lambda page: page.order)
        if page.shown(user)
    ]
    return shown if len(shown) > 1 else []
