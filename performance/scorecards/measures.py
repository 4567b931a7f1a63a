"""What is measured of a contract in a quarter, by quadrant. Rooms add their measures and are not imported for it.

    measures.register(measures.Measure(
        "risks.open", Quadrant.RISK, "Open risks",
        lambda contract, quarter: measures.Value("2 open, none of them high", Rag.GREEN),
    ))

A measure that finds nothing to measure answers None, and is shown as not tracked. What should have been reported and was
not is said so (`is_missing`) and never counts as green. What a scorecard that is signed off says stays as it was then.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from performance.periods import Period
from performance.rules import NOT_REPORTED, NOT_TRACKED, Quadrant
from performance.scorecards import rules
from performance.scorecards.rules import Rag


@dataclass(frozen=True, slots=True)
class Value:
    """What a measure says: in words, with the word it suggests, if any, and the figure behind it. `details` are further
    lines. A value that suggests nothing is there to know, and makes no quadrant tracked."""

    words: str
    rag: Rag | None = None
    figure: Decimal | None = None
    details: tuple[str, ...] = ()
    is_missing: bool = False


@dataclass(frozen=True)
class Measure:
    """`ask(contract, quarter)` makes a small and constant number of queries."""

    key: str
    quadrant: Quadrant
    title: str
    ask: Callable[[Any, Period], Value | None]
    order: int = 50


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with what it said, live or as it was frozen."""

    key: str
    quadrant: str
    title: str
    words: str
    rag: str = ""
    figure: str = ""
    details: tuple[str, ...] = ()
    is_missing: bool = False

    @property
    def label(self) -> str:
        return Rag(self.rag).label if self.rag else ""

    @property
    def is_tracked(self) -> bool:
        return self.words != NOT_TRACKED

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__} | {
            "details": list(self.details)
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Measured":
        return cls(**{**stored, "details": tuple(stored["details"])})


_measures: dict[str, Measure] = {}


def register(measure: Measure) -> None:
    if measure.key in _measures:
        raise ImproperlyConfigured(f"Two measures of scorecards are called {measure.key!r}.")
    _measures[measure.key] = measure


def registered() -> list[Measure]:
    """By quadrant, each in its order."""
    sides = list(Quadrant)
    return sorted(_measures.values(), key=lambda m: (sides.index(m.quadrant), m.order, m.key))


def ask(contract: Any, quarter: Period) -> list[Measured]:
    """What every room has measured of this contract in this quarter."""
    return [_said(measure, measure.ask(contract, quarter)) for measure in registered()]


def _said(measure: Measure, value: Value | None) -> Measured:
    if value is None:
        return Measured(measure.key, measure.quadrant.value, measure.title, NOT_TRACKED)
    return Measured(
        key=measure.key,
        quadrant=measure.quadrant.value,
        title=measure.title,
        words=value.words or NOT_REPORTED,
        rag=str(value.rag or ""),
        figure="" if value.figure is None else str(value.figure),
        details=value.details,
        is_missing=value.is_missing,
    )


def proposals(measured: Iterable[Measured]) -> dict[str, Rag]:
    """{quadrant: the word its measures come to}."""
    found: dict[str, list[Measured]] = {}
    for one in measured:
        found.setdefault(one.quadrant, []).append(one)
    return {
        quadrant.value: rules.propose((m.rag, m.is_missing) for m in found.get(quadrant, ()))
        for quadrant in Quadrant
    }
