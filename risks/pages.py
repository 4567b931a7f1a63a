"""The pages about risks as a whole, and the links between them. Inner rooms add theirs from `hooks.py`."""

from common.subpages import Page, Pages

_pages = Pages("pages about risks")
register, tabs = _pages.register, _pages.tabs

__all__ = ["Page", "register", "tabs"]
