"""The pages about performance as a whole, and the links between them. Inner rooms add theirs from `hooks.py`."""

from common.subpages import Page, Pages

_pages = Pages("pages about performance")
register, tabs = _pages.register, _pages.tabs

__all__ = ["Page", "register", "tabs"]
