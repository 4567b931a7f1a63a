"""The numbers under a list: first, last, this page and its neighbours."""

from collections.abc import Callable


def page_links(number: int, last: int, url: Callable[[int], str]) -> list[dict]:
    """A number and its address for each page worth showing; `{}` is a gap."""
    near = {1, last, *range(number - 1, number + 2)}
    items, before = [], 0
    for n in sorted(n for n in near if 1 <= n <= last):
        if n - before > 1:
            items.append({})
        items.append({"number": n, "url": url(n)})
        before = n
    return items
