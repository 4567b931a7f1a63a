"""Parts of a page that other rooms add. A room that has such a page keeps one `Sections` registry."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse


@dataclass(frozen=True)
class Section:
    """A tab of something's page, at an address of its own.

    `url_name` takes the id of what the page is about. `summary_template`, if any, is shown on the
    overview with what `summary(subject, user)` gives; the number of queries must be small and constant.
    `shown(subject)` leaves the tab out of the pages of those it does not concern; it makes no query.
    """

    key: str
    title: str
    url_name: str
    order: int = 50
    summary_template: str = ""
    summary: Callable[[Any, Any], dict[str, Any]] | None = None
    shown: Callable[[Any], bool] | None = None

    def concerns(self, subject: Any) -> bool:
        return self.shown is None or self.shown(subject)


class Sections:
    def __init__(self, noun: str):
        self.noun = noun
        self._sections: dict[str, Section] = {}

    def register(self, section: Section) -> None:
        if section.key in self._sections:
            raise ImproperlyConfigured(f"Two {self.noun} sections are called {section.key!r}.")
        self._sections[section.key] = section

    def __iter__(self):
        return iter(sorted(self._sections.values(), key=lambda section: section.order))

    def tabs(self, subject: Any, current: str) -> list[dict[str, Any]]:
        return [
            {
                "label": section.title,
                "url": reverse(section.url_name, args=[subject.pk]),
                "current": section.key == current,
            }
            for section in self
            if section.key == current or section.concerns(subject)
        ]

    def summaries(self, subject: Any, user: Any) -> list[dict[str, Any]]:
        """What each section shows on the overview."""
        return [
            {
                "title": section.title,
                "url": reverse(section.url_name, args=[subject.pk]),
                "template": section.summary_template,
                "context": section.summary(subject, user) if section.summary else {},
            }
            for section in self
            if section.summary_template and section.concerns(subject)
        ]
