"""The parts of a contract's page. Upper rooms add theirs from `hooks.py`: `sections.register(Section(...))`."""

from common.sections import Section, Sections, columns_of, revived

_sections = Sections("contract")
register = _sections.register
tabs = _sections.tabs
summaries = _sections.summaries

__all__ = ["Section", "columns_of", "register", "revived", "summaries", "tabs"]
