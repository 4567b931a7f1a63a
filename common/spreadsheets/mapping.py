"""What the headings of a file mean. Plain values in, plain values out."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

NOT_IMPORTED = ""


@dataclass(frozen=True)
class Target:
    """Something that a column of a file can fill. `synonyms` are headings, as `normalise` writes them."""

    key: str
    label: str
    group: str
    synonyms: tuple[str, ...] = ()


def target(key: str, label: str, group: str, synonyms: str = "") -> Target:
    """A target whose synonyms are written as one text, with commas between them."""
    return Target(key, label, group, tuple(synonyms.split(", ")) if synonyms else ())


def normalise(heading: str) -> str:
    """The form in which two spellings of one heading are equal.

    >>> normalise("ContractTitle"), normalise("CONTRACT_START_DATE"), normalise("Contract Value (ex VAT)")
    ('contract title', 'contract start date', 'contract value ex vat')
    """
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", heading)
    text = text.replace("'", "").replace("’", "")
    return " ".join(re.sub(r"[^a-z0-9]+", " ", text.lower()).split())


def meanings(targets: Iterable[Target]) -> dict[str, str]:
    """The key of a target for each normalised heading that stands for it, its own label among them."""
    targets = list(targets)
    found = {synonym: target.key for target in targets for synonym in target.synonyms}
    # Our own labels, as the empty workbook that we hand out has them.
    return found | {normalise(target.label.split(" (")[0]): target.key for target in targets}


def signature(headings: Sequence[str]) -> str:
    """What two files have in common when their columns are the same."""
    return hashlib.sha256("\n".join(map(normalise, headings)).encode()).hexdigest()


def propose(headings: Sequence[str], meaning: Mapping[str, str]) -> list[str]:
    """What each column probably means; NOT_IMPORTED where nothing fits. No target is given twice.

    >>> propose(["KPI", "Goal", "Name"], {"kpi": "name", "name": "name"})
    ['name', '', '']
    """
    taken: set[str] = set()
    proposed = []
    for heading in headings:
        key = meaning.get(normalise(heading), NOT_IMPORTED)
        proposed.append(NOT_IMPORTED if key in taken else key)
        taken.add(key)
    return proposed


def problems(
    headings: Sequence[str],
    mapping: Sequence[str],
    *,
    targets: Iterable[Target],
    required: Iterable[str],
    noun: str,
) -> list[tuple[int | None, str]]:
    """What is wrong with a choice of columns, as (position of the column or None, sentence)."""
    labels = {target.key: target.label.split(" (")[0] for target in targets}
    found: list[tuple[int | None, str]] = [
        (None, f"Say which column is “{labels[key]}”: no {noun} can do without it")
        for key in required
        if key not in mapping
    ]
    first: dict[str, int] = {}
    for position, key in enumerate(mapping):
        if key and key in first:
            other = headings[first[key]]
            found.append(
                (
                    position,
                    f"“{headings[position]}” and “{other}” are both {labels[key]}: choose one",
                )
            )
        first.setdefault(key, position)
    return found


def choices(targets: Iterable[Target]) -> list[tuple[str, object]]:
    """The targets as the choices of a select, in their groups."""
    grouped = groupby(targets, key=lambda target: target.group)
    return [
        (NOT_IMPORTED, "Do not import"),
        *((group, [(t.key, t.label) for t in members]) for group, members in grouped),
    ]
