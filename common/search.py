"""What the box in the header looks through. A room adds a source; the page groups the answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Source:
    """`exact` gives the URL of the one thing with this very reference, or None; `find` gives up to
    `limit` hits; `all_url` is the list that shows every hit."""

    key: str
    label: str
    find: Callable[[Any, str, int], Sequence[Hit]]
    all_url: Callable[[str], str]
    exact: Callable[[Any, str], str | None] = lambda user, text: None
    order: int = 50


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    if source.key in _sources:
        raise ImproperlyConfigured(f"Two search sources are called {source.key!r}.")
    _sources[source.key] = source


def sources() -> list[Source]:
    return sorted(_sources.values(), key=lambda source: source.order)
