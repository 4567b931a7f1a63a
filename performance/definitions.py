"""The definitions of a KPI as its page lists them: from when to when each counts, and what it says."""

from dataclasses import dataclass
from datetime import date, timedelta

from performance import rules
from performance.models import Definition


@dataclass(frozen=True, slots=True)
class Line:
    """One definition, with the last day on which a period that it counts for may begin."""

    definition: Definition
    until: date | None
    target: str
    is_current: bool
    is_to_come: bool


def of(indicator, *, today: date) -> list[Line]:
    """The latest first. The definitions were fetched with the KPI."""
    found, until = [], None
    current = indicator.definition_on(today)
    for definition in indicator.definitions.all():
        standard = definition.standard_of(indicator)
        found.append(
            Line(
                definition, until, rules.target_in_words(standard, unit=indicator.unit),
                is_current=definition == current, is_to_come=definition.from_on > today,
            )
        )  # fmt: skip
        until = definition.from_on - timedelta(days=1)
    return found
