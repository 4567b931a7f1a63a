"""The links in the header. A room adds its own; each is shown to those who can follow it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse


@dataclass(frozen=True)
class Item:
    """`prefixes` are the beginnings of addresses at which the item counts as current. One that is `further` stands in the
    menu "More" for whoever has more links than the header has room for."""

    key: str
    label: str
    url_name: str
    order: int = 50
    shown: Callable[[Any], bool] = lambda user: True
    prefixes: tuple[str, ...] = ()
    further: bool = False


MOST_IN_A_ROW = 7

_items: dict[str, Item] = {}


def register(item: Item) -> None:
    if item.key in _items:
        raise ImproperlyConfigured(f"Two navigation items are called {item.key!r}.")
    _items[item.key] = item


def items_for(user: Any, path: str) -> list[dict[str, Any]]:
    links = []
    for item in sorted(_items.values(), key=lambda item: item.order):
        if item.shown(user):
            url = reverse(item.url_name)
            prefixes = item.prefixes or (url,)
            links.append({
                "label": item.label, "url": url, "prefixes": prefixes, "current": False,
                "further": item.further,
            })  # fmt: skip
    if len(links) <= MOST_IN_A_ROW:
        for link in links:
            link["further"] = False
    # The longest address that fits is current, so that "/contracts/import/" does not light two.
    fitting = [
        (len(p), link)
        for link in links
        for p in link["prefixes"]
        if p != "/" and path.startswith(p)
    ]
    if fitting:
        max(fitting, key=lambda pair: pair[0])[1]["current"] = True
    else:
        for link in links:
            link["current"] = path == link["url"]
    return links
