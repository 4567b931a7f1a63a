"""The pages about all suppliers, and the tabs between them. Inner rooms add theirs from `hooks.py`."""

from common.subpages import Page, Pages

_pages = Pages("pages about suppliers")
register, tabs = _pages.register, _pages.tabs

__all__ = ["Page", "register", "tabs"]
