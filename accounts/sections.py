"""The parts of a person's page. Upper rooms add theirs from `hooks.py`: `sections.register(Section(...))`.

A section's page takes the person's id, needs the permission to manage people, and shows no more of
other rooms' things than its reader may see.
"""

from common.sections import Section, Sections

_sections = Sections("person")
register = _sections.register
tabs = _sections.tabs
summaries = _sections.summaries

__all__ = ["Section", "register", "summaries", "tabs"]
