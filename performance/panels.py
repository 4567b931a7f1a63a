"""Parts of a KPI's page that inner rooms add below its facts.

panels.register(panels.Panel("trend", "Trend", "trends/_panel.html", of_indicator, order=10))
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Panel:
    """`template` is included with `panel`, which is what `context(indicator, user, today)` gives, and with what
    every page of a contract has; a panel without context (None) is left out."""

    key: str
    title: str
    template: str
    context: Callable[[Any, Any, date], dict[str, Any] | None]
    order: int


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    if panel.key in _panels:
        raise ImproperlyConfigured(f"Two panels of a KPI's page are called {panel.key!r}.")
    _panels[panel.key] = panel


def of(indicator: Any, user: Any, today: date) -> list[dict[str, Any]]:
    """What the page of this indicator shows, in order."""
    shown = []
    for panel in sorted(_panels.values(), key=lambda panel: panel.order):
        context = panel.context(indicator, user, today)
        if context is not None:
            shown.append({"title": panel.title, "template": panel.template, "context": context})
    return shown
