"""Pages that belong together and parts of a page, to which inner rooms add theirs. A room keeps one registry of each
that it needs: `pages = Pages("performance")`, and an inner room registers in its `hooks.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse


class _Registry:
    """Things by key, in their order. `what` says in a complaint what two of them would be."""

    def __init__(self, what: str):
        self._what = what
        self._known: dict[str, Any] = {}

    def register(self, thing: Any) -> None:
        if thing.key in self._known:
            raise ImproperlyConfigured(f"Two {self._what} are called {thing.key!r}.")
        self._known[thing.key] = thing

    def registered(self) -> list[Any]:
        """In the order in which they are shown."""
        return sorted(self._known.values(), key=lambda thing: thing.order)


@dataclass(frozen=True)
class Page:
    """A page about a subject as a whole. `shown` says who can open it."""

    key: str
    label: str
    url_name: str
    order: int = 50
    shown: Callable[[Any], bool] = lambda user: True


class Pages(_Registry):
    """The pages about a subject as a whole, and the links between them."""

    def tabs(self, user: Any, current: str) -> list[dict[str, Any]]:
        """Links between the pages that this person can open, for components/tabs.html; none where there is only one."""
        shown = [
            {"label": page.label, "url": reverse(page.url_name), "current": page.key == current}
            for page in self.registered()
            if page.shown(user)
        ]
        return shown if len(shown) > 1 else []


@dataclass(frozen=True)
class Tab:
    """A page about one thing; `url_name` takes its id."""

    key: str
    title: str
    url_name: str
    order: int


class Tabs(_Registry):
    """The pages about one thing, such as a contract's performance."""

    def of(self, subject: Any, current: str) -> list[dict[str, Any]]:
        """As components/tabs.html wants them."""
        return [
            {
                "label": tab.title,
                "url": reverse(tab.url_name, args=[subject.pk]),
                "current": tab.key == current,
            }
            for tab in self.registered()
        ]


@dataclass(frozen=True)
class Panel:
    """A part of a page. `template` is included with `panel`, which is what `context(subject, user, today)` gives, and with
    what the page has; a panel without context (None) is left out."""

    key: str
    title: str
    template: str
    context: Callable[[Any, Any, date], dict[str, Any] | None]
    order: int


class Panels(_Registry):
    """The parts of a page that inner rooms add below its own."""

    def of(self, subject: Any, user: Any, today: date) -> list[dict[str, Any]]:
        """What the page of this subject shows, in order."""
        shown = []
        for panel in self.registered():
            context = panel.context(subject, user, today)
            if context is not None:
                shown.append({"title": panel.title, "template": panel.template, "context": context})
        return shown
