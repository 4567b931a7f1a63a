"""The parts of a supplier's page. Upper rooms add theirs from `hooks.py`: `sections.register(Section(...))`."""

from common.sections import Section, Sections

_sections = Sections("supplier")
register = _sections.register
tabs = _sections.tabs
summaries = _sections.summaries

__all__ = ["Section", "register", "summaries", "tabs"]
