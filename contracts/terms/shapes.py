"""How people write a term and its options, "2+1+1", and what it means in months. Pure, as rules.py."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from contracts.terms.clocks import counted

LONGEST_TERM = 1200  # months, as in the register
MOST_OPTIONS = 20


@dataclass(frozen=True, slots=True)
class Shape:
    """An initial term and the options after it, in months."""

    initial: int
    options: tuple[int, ...] = ()

    @property
    def in_words(self) -> str:
        """
        >>> read_term("2+1+1").in_words
        '24 months, then options of 12 and 12 months'
        """
        text = counted(self.initial, "month")
        if len(self.options) == 1:
            return f"{text}, then an option of {counted(self.options[0], 'month')}"
        if self.options:
            *others, last = map(str, self.options)
            return f"{text}, then options of {', '.join(others)} and {last} months"
        return f"{text}, no options"

    @property
    def short(self) -> str:
        """As people write it: in years where it comes out even, else in months.

        >>> Shape(24, (12, 12)).short, Shape(18, (6,)).short
        ('2+1+1', '18+6 months')
        """
        parts = (self.initial, *self.options)
        if all(part % 12 == 0 and part <= 120 for part in parts):
            return "+".join(str(part // 12) for part in parts)
        return f"{'+'.join(map(str, parts))} months"


_PART = re.compile(
    r"(?:(?P<times>\d{1,2})\s*[x×]\s*)?(?P<number>\d{1,4}(?:\.\d{1,2})?)\s*"
    r"(?P<unit>years?|yrs?|y|months?|mths?|mos?|m)?"
)


def read_term(text: str) -> Shape:
    """What "2+1+1" or "18 months + 2 x 6 months" means. ValueError says in plain words what is wrong.

    Numbers without a unit are years, unless one of them is above 10: then they are months. A unit at one
    part holds for those beside it.

    >>> read_term("24+12+12"), read_term("3 years + 1")
    (Shape(initial=24, options=(12, 12)), Shape(initial=36, options=(12,)))
    """
    plain = re.sub(r"[()\[\]]", " ", text.lower()).replace(" plus ", "+").replace("and", "+")
    pieces = [piece.strip() for piece in re.split(r"\++(?:\s*\+)*", plain) if piece.strip()]
    if not pieces:
        raise ValueError("Enter the initial term and its options, such as 2+1+1")
    found = [_PART.fullmatch(piece) for piece in pieces]
    for piece, match in zip(pieces, found, strict=True):
        if match is None:
            raise ValueError(
                f"“{piece[:30]}” is no length of time. Write the term like 2+1+1 or 18 months + 6 months"
            )
    matches = [match for match in found if match is not None]
    months = [
        part
        for match, unit in zip(matches, _units(matches), strict=True)
        for part in [_months(match["number"], unit)] * int(match["times"] or 1)
    ]
    if len(months) > MOST_OPTIONS + 1:
        raise ValueError(f"There can be {MOST_OPTIONS} options at most")
    if not all(0 < part <= LONGEST_TERM for part in months):
        raise ValueError(f"Each part must be between 1 and {LONGEST_TERM:,} months")
    return Shape(months[0], tuple(months[1:]))


def _units(matches: Sequence[re.Match[str]]) -> list[str]:
    """`y` or `m` for each part."""
    said = [match["unit"][0] if match["unit"] else "" for match in matches]
    if not any(said):
        large = any(Fraction(match["number"]) > 10 for match in matches)
        return ["m" if large else "y"] * len(matches)
    units = []
    for place, match in enumerate(matches):
        before = [unit for unit in said[: place + 1] if unit]
        unit = before[-1] if before else next(unit for unit in said[place:] if unit)
        if not said[place] and unit == "y" and Fraction(match["number"]) > 10:
            raise ValueError("Say for each part whether it is in years or in months")
        units.append(unit)
    return units


def _months(number: str, unit: str) -> int:
    months = Fraction(number) * (12 if unit == "y" else 1)
    if months.denominator != 1:
        raise ValueError(
            f"{number} {'years' if unit == 'y' else 'months'} is no whole number of months"
        )
    return int(months)
