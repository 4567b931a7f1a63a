"""How a supplier is recognised. Pure functions; no database."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import product
from math import ceil
from typing import Self

# Legal forms are written in many ways but mean different bodies: "Acme plc" is not "Acme Ltd".
_LEGAL_FORMS = {
    "limited": "ltd",
    "public limited company": "plc",
    "limited liability partnership": "llp",
    "community interest company": "cic",
    "incorporated": "inc",
    "company": "co",
}
_FORM = re.compile(r"\b(" + "|".join(sorted(_LEGAL_FORMS, key=len, reverse=True)) + r")\b")
_KNOWN_FORM = re.compile(r"\s+(ltd|plc|llp|cic|inc|co)\Z")


def normalise_name(name: str) -> str:
    """The form in which two spellings of one supplier's name are equal.

    >>> normalise_name("ACME & Sons (Holdings) Limited.")
    'acme and sons holdings ltd'
    >>> normalise_name("Acme plc") == normalise_name("Acme Ltd")
    False
    """
    text = unicodedata.normalize("NFKD", name or "").casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = text.replace("&", " and ").replace("'", "").replace("’", "")
    text = re.sub(r"\bt/a\b", " trading as ", text)
    text = " ".join(re.sub(r"[^\w]+", " ", text).replace("_", " ").split())
    return _FORM.sub(lambda match: _LEGAL_FORMS[match[1]], text)


def bare_name(name: str) -> str:
    """The normalised name without its legal form: equal bare names are near matches, to be asked about.

    >>> bare_name("Acme Limited") == bare_name("Acme")
    True
    """
    return _KNOWN_FORM.sub("", normalise_name(name))


# Registered societies (IP, SP, RS) have letters among their figures, Northern Ireland's old numbers begin with R0.
_PREFIXED = re.compile(
    r"\A([A-Z]{2}[0-9]{5}[A-Z0-9]|R0[0-9]{6}|(IP|SP|RS)(?=[A-Z]*[0-9])[A-Z0-9]{6})\Z"
)


def clean_company_number(text: str) -> str:
    """A Companies House number as the register writes it: eight characters.

    Spreadsheets drop leading zeros; they are put back. Raises ValueError with a sentence.

    >>> clean_company_number("445790"), clean_company_number("sc 123456")
    ('00445790', 'SC123456')
    """
    number = re.sub(r"[\s-]+", "", text or "").upper()
    if not number:
        return ""
    if re.fullmatch(r"[0-9]{5,8}", number):
        return number.zfill(8)
    if _PREFIXED.match(number):
        return number
    raise ValueError("Company number must be 8 characters, such as 01234567 or SC123456")


_CHARITY = re.compile(r"\A([0-9]{6,7}(-[0-9]{1,3})?|(SC|NIC)[0-9]{6})\Z")


def clean_charity_number(text: str) -> str:
    """A charity number as one of the three registers writes it; a linked charity has a suffix.

    England and Wales: 6 or 7 figures. Scotland: SC and 6. Northern Ireland: NIC and 6. Raises
    ValueError with a sentence.

    >>> clean_charity_number("9901286-2"), clean_charity_number("sc 012345"), clean_charity_number("NIC 100123")
    ('9901286-2', 'SC012345', 'NIC100123')
    """
    number = re.sub(r"\s+", "", text or "").upper()
    if not number or _CHARITY.match(number):
        return number
    raise ValueError(
        "Charity number must be 6 or 7 figures (England and Wales), SC and 6 figures (Scotland) or "
        "NIC and 6 figures (Northern Ireland)"
    )


_VAT = re.compile(r"\A(GB|XI)?([0-9]{9})([0-9]{3})?\Z")
# Government departments and health authorities are registered by three figures.
_VAT_OF_GOVERNMENT = re.compile(r"\A(GB|XI)?(GD[0-4][0-9]{2}|HA[5-9][0-9]{2})\Z")
_VAT_ABROAD = re.compile(r"\A(?!GB|XI)[A-Z]{2}(?=[A-Z]*[0-9])[A-Z0-9]{2,13}\Z")
_VAT_WEIGHTS = (8, 7, 6, 5, 4, 3, 2)


def clean_vat_number(text: str) -> str:
    """A VAT number with its country in front and nothing in between.

    Of a British number (GB, or XI in Northern Ireland) the two check figures must fit the seven before
    them. Those of other countries are not checked beyond their form. Raises ValueError with a sentence.

    >>> clean_vat_number("990 0773 04"), clean_vat_number("de 999 999 999")
    ('GB990077304', 'DE999999999')
    """
    number = re.sub(r"[\s.-]+", "", text or "").upper()
    if not number:
        return ""
    if found := _VAT.match(number):
        if not _vat_figures_fit(found[2]):
            raise ValueError(
                "VAT number does not add up: its last figures do not fit those before them. "
                "Look for a figure that is wrong or has changed places"
            )
        return f"{found[1] or 'GB'}{found[2]}{found[3] or ''}"
    if found := _VAT_OF_GOVERNMENT.match(number):
        return f"{found[1] or 'GB'}{found[2]}"
    if _VAT_ABROAD.match(number):
        return number
    raise ValueError(
        "VAT number must be GB or XI and 9 figures (12 for a branch), such as GB990077304, or one of "
        "another country with its two letters in front"
    )


def _vat_figures_fit(figures: str) -> bool:
    """The weighted sum leaves nothing over 97; numbers given out since 2009 have 55 added to it."""
    weighted = sum(
        int(figure) * weight for figure, weight in zip(figures, _VAT_WEIGHTS, strict=False)
    )
    total = weighted + int(figures[7:])
    return weighted > 0 and (total % 97 == 0 or (total + 55) % 97 == 0)


# As open data write it, with the name of the register in front.
_PPON = re.compile(r"\A(?:(?:GB)?PPON)?([A-Z]{4})([0-9]{4})([A-Z]{4})\Z")


def clean_ppon(text: str) -> str:
    """A PPON, the number that the central digital platform gives a supplier. Raises ValueError with a sentence.

    >>> clean_ppon("pmpb8772vywm"), clean_ppon("GB-PPON-PMPB-8772-VYWM")
    ('PMPB-8772-VYWM', 'PMPB-8772-VYWM')
    """
    number = re.sub(r"[\s-]+", "", text or "").upper()
    if not number:
        return ""
    if found := _PPON.match(number):
        return "-".join(found.groups())
    raise ValueError(
        "PPON must be four letters, four figures and four letters, such as PMPB-8772-VYWM"
    )


# How each number that identifies a supplier is written, by the column that keeps it.
CLEAN_NUMBER: dict[str, Callable[[str], str]] = {
    "company_number": clean_company_number,
    "charity_number": clean_charity_number,
    "vat_number": clean_vat_number,
    "ppon": clean_ppon,
}


def as_stored(column: str, text: str) -> str:
    """The number as it is written here; what was kept before there was a rule stays as it is.

    >>> as_stored("vat_number", "gb 990 077304"), as_stored("vat_number", "applied for")
    ('GB990077304', 'applied for')
    """
    try:
        return CLEAN_NUMBER[column](text)
    except ValueError:
        return text


# House default: an ultimate parent, two holding companies between, and the firm that is contracted.
MOST_LEVELS = 4


def problem_with_parent(supplier: int | None, *, above: Sequence[int], levels_below: int) -> str:
    """Why a supplier cannot belong to this parent, as a sentence; empty when it can.

    `above` are the ids of the parent and of its own parents; `levels_below` says how many levels of
    companies belong to the supplier already.

    >>> problem_with_parent(3, above=[7, 3], levels_below=1)
    'This company belongs to the supplier itself, so it cannot be its parent'
    """
    if supplier is not None and supplier in above[:1]:
        return "A supplier cannot be its own parent"
    if supplier is not None and supplier in above:
        return "This company belongs to the supplier itself, so it cannot be its parent"
    if len(above) + 1 + levels_below > MOST_LEVELS:
        return (
            f"A group can have {MOST_LEVELS} levels of companies at most; this would be one more. "
            "Name the company at the top instead"
        )
    return ""


# --- Money ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money in one or more currencies, which are never added to each other, and how many amounts are missing.

    >>> both = Amounts({"GBP": Decimal(5)}) + Amounts({"GBP": Decimal(2), "EUR": Decimal(3)}, missing=1)
    >>> both.in_words(lambda amount, currency: f"{currency} {amount}"), both.missing
    ('GBP 7 and EUR 3', 1)
    """

    sums: Mapping[str, Decimal] = field(default_factory=dict)
    missing: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        sums = dict(self.sums)
        for currency, amount in other.sums.items():
            sums[currency] = sums.get(currency, Decimal(0)) + amount
        return Amounts(sums, self.missing + other.missing)

    def __bool__(self) -> bool:
        return bool(self.sums) or self.missing > 0

    def in_words(self, write: Callable[[Decimal, str], str], *, nothing: str = "None") -> str:
        """The largest first; `nothing` where there is nothing to add, and that it is not known where all is missing."""
        if not self.sums:
            return "Not recorded" if self.missing else nothing
        parts = [
            write(amount, currency)
            for currency, amount in sorted(self.sums.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def add_up(amounts: Iterable[Amounts]) -> Amounts:
    return sum(amounts, Amounts())


# --- Financial years ------------------------------------------------------------------------------

FIRST_YEAR = 2000  # house default: what was spent before says nothing about today's supplier


def financial_year(day: date) -> int:
    """The year from April to March in which a day lies, by the year in which it begins.

    >>> financial_year(date(2026, 3, 31)), financial_year(date(2026, 4, 1))
    (2025, 2026)
    """
    return day.year if day.month >= 4 else day.year - 1


def last_complete_year(today: date) -> int:
    return financial_year(today) - 1


def first_day(year: int) -> date:
    return date(year, 4, 1)


def last_day(year: int) -> date:
    return date(year + 1, 3, 31)


def year_label(year: int) -> str:
    """How the year from April to March is written.

    >>> year_label(2025), year_label(1999)
    ('2025/26', '1999/00')
    """
    return f"{year}/{(year + 1) % 100:02d}"


_YEAR = re.compile(
    r"(?:fy)?\s*'?([0-9]{2}|[0-9]{4})(?:\s*[/\u2013-]\s*([0-9]{2}|[0-9]{4}))?", re.IGNORECASE
)


def read_year(text: str, *, today: date) -> int:
    """A financial year as people write it, by the year in which it begins. ValueError says what is wrong.

    >>> [read_year(text, today=date(2026, 11, 27)) for text in ("2025/26", "2025-2026", "FY25/26", "2025")]
    [2025, 2025, 2025, 2025]
    """
    found = _YEAR.fullmatch(text.strip())
    if not found:
        raise ValueError("Year must be a financial year, such as 2025/26")
    first = _in_full(found[1])
    if found[2] and _in_full(found[2]) != first + 1:
        raise ValueError(
            f"Year must be one financial year, from April to March, such as {year_label(first)}"
        )
    if not FIRST_YEAR <= first <= financial_year(today):
        raise ValueError(
            f"Year must be between {year_label(FIRST_YEAR)} and {year_label(financial_year(today))}"
        )
    return first


def _in_full(year: str) -> int:
    return int(year) + 2000 if len(year) == 2 else int(year)


@dataclass(frozen=True, slots=True)
class PastedLine:
    """A line as it was pasted: year, amount, currency and source, none of them checked."""

    number: int
    year: str
    amount: str
    currency: str = ""
    source: str = ""


def pasted_lines(text: str) -> list[PastedLine]:
    """The lines of a table pasted from a spreadsheet: columns parted by tabs, or by semicolons; of a line
    without either, the year is the first word. A line of headings at the top is left out.

    >>> [(line.year, line.amount) for line in pasted_lines("Year\\tSpend\\n2025/26\\t1,250,000\\n2024/25 900000")]
    [('2025/26', '1,250,000'), ('2024/25', '900000')]
    """
    lines: list[PastedLine] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        separator = "\t" if "\t" in line else ";" if ";" in line else None
        parts = [
            part.strip() for part in (line.split(separator) if separator else line.split(None, 1))
        ]
        parts += [""] * 4
        if lines or any(figure.isdigit() for figure in "".join(parts[:2])):
            lines.append(PastedLine(number, *parts[:4]))
    return lines


# --- Two suppliers that are one -----------------------------------------------------------------------

# What becomes of a year of spend that both have recorded. Two accounts of one firm in the ledger add up;
# a figure that was recorded twice does not.
SPEND_ADDED, SPEND_OF_STAYS, SPEND_OF_GOES = "add", "stays", "goes"


def usual_for_spend(stays: Decimal, goes: Decimal) -> str:
    """What is proposed: equal figures were most likely recorded twice.

    >>> usual_for_spend(Decimal(5), Decimal(5)), usual_for_spend(Decimal(5), Decimal(6))
    ('stays', 'add')
    """
    return SPEND_OF_STAYS if stays == goes else SPEND_ADDED


def spend_of_both(stays: Decimal, goes: Decimal, choice: str) -> Decimal:
    return {SPEND_ADDED: stays + goes, SPEND_OF_STAYS: stays, SPEND_OF_GOES: goes}[choice]


# --- Suppliers that may be one ------------------------------------------------------------------------


class Alike(StrEnum):
    """Why two suppliers may be one, the strongest reason first."""

    sentence: str

    def __new__(cls, value: str, sentence: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.sentence = sentence
        return member

    PPON = "ppon", "They have the same PPON"
    CHARITY = "charity", "They have the same charity number"
    VAT = "vat", "They have the same VAT number, which companies of one group may share"
    OTHER = "other", "They have the same other identifier"
    NAME = "name", "The names are the same"
    FORM = "form", "The names differ only in “Ltd”, “plc” or the like"
    WEAK = "weak", "The names differ only in words such as “UK” or “Group”"
    SPELLING = "spelling", "The names are spelled almost alike"


# What two bodies do not share by chance; new evidence of this kind brings back a pair that was set aside.
SAME_NUMBER = {
    Alike.PPON: "ppon",
    Alike.CHARITY: "charity_number",
    Alike.VAT: "vat_number",
    Alike.OTHER: "other_number",
}
SHORTEST_OTHER = 5  # "12" among the other identifiers is nobody's number

# House default: of the groups of three letters in either name, seven in ten are in both.
ALIKE_ENOUGH = 0.7
_WEAK = {"the", "uk", "gb", "group", "holdings", "holding"}


@dataclass(frozen=True, slots=True)
class Body:
    """What is compared of one supplier. `group` is the id of the company at the top."""

    pk: int
    name: str
    company_number: str = ""
    charity_number: str = ""
    vat_number: str = ""
    ppon: str = ""
    other_number: str = ""
    group: int = 0


def core_name(name: str) -> str:
    """The bare name without words that are put in or left out as people please.

    >>> core_name("The Acme Group (UK) Limited")
    'acme'
    """
    bare = bare_name(name)
    kept = [word for word in bare.split() if word not in _WEAK]
    return " ".join(kept) or bare


def trigrams(text: str) -> frozenset[str]:
    """The groups of three letters in each word, as PostgreSQL's pg_trgm makes them: two spaces before, one behind.

    >>> sorted(trigrams("ann"))
    ['  a', ' an', 'ann', 'nn ']
    """
    return frozenset(
        padded[place : place + 3]
        for word in text.split()
        for padded in (f"  {word} ",)
        for place in range(len(padded) - 2)
    )


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two names have in common: from 0, nothing, to 1, everything."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


def are_two_bodies(one: Body, other: Body) -> bool:
    """Whether it is known that they are not one, whatever their names: other numbers in the same register, or two
    companies of one group, which often are called alike."""
    for mine, theirs in (
        (one.company_number, other.company_number),
        (one.charity_number, other.charity_number),
    ):
        if mine and theirs and mine != theirs:
            return True
    return one.group == other.group != 0


def reasons_alike(one: Body, other: Body) -> list[Alike]:
    """Why two suppliers may be one, the strongest reason first; nothing when there is no reason.

    >>> [r.value for r in reasons_alike(Body(1, "Acme Ltd"), Body(2, "ACME plc"))]
    ['form']
    """
    found = [
        alike
        for alike, column in SAME_NUMBER.items()
        if (number := getattr(one, column))
        and number == getattr(other, column)
        and (alike != Alike.OTHER or len(number) >= SHORTEST_OTHER)
    ]
    if one.group and one.group == other.group:
        found = [alike for alike in found if alike in (Alike.PPON, Alike.CHARITY)]
    if not are_two_bodies(one, other) and (by_name := _alike_by_name(one.name, other.name)):
        found.append(by_name)
    return found


def _alike_by_name(one: str, other: str) -> Alike | None:
    if normalise_name(one) == normalise_name(other):
        return Alike.NAME
    mine, theirs = bare_name(one), bare_name(other)
    if mine == theirs:
        return Alike.FORM
    if core_name(one) == core_name(other):
        return Alike.WEAK
    if _numbers_in(mine) != _numbers_in(theirs):
        return None  # "Depot 1" and "Depot 2"
    alike = likeness(trigrams(mine), trigrams(theirs)) >= ALIKE_ENOUGH
    return Alike.SPELLING if alike else None


def _numbers_in(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", text))


def possible_pairs(bodies: Sequence[Body]) -> Iterator[tuple[Body, Body]]:
    """Pairs worth asking `reasons_alike` about, each once or more often; every pair that has a reason is among them,
    unless very many share one number or name: then each is compared with its next ones.

    Ten thousand names do not make fifty million comparisons: names are joined by their rarest groups of letters.
    """
    keys: dict[tuple[str, str], list[Body]] = {}
    for body in bodies:
        for column in SAME_NUMBER.values():
            if number := getattr(body, column):
                keys.setdefault((column, number), []).append(body)
        keys.setdefault(("core", core_name(body.name)), []).append(body)
    for alike in keys.values():
        for place, one in enumerate(alike):
            for other in alike[place + 1 : place + 1 + MOST_NEXT_ONES]:
                yield one, other
    yield from _spelled_alike(bodies)


MOST_NEXT_ONES = 10
TINY = 1e-9  # 0.7 is not quite seven tenths to a computer


def _spelled_alike(bodies: Sequence[Body]) -> Iterator[tuple[Body, Body]]:
    by_name: dict[str, list[Body]] = {}
    for body in bodies:
        namesakes = by_name.setdefault(bare_name(body.name), [])
        if len(namesakes) < MOST_NEXT_ONES:
            namesakes.append(body)
    by_numbers: dict[tuple[str, ...], list[str]] = {}
    for name in by_name:
        by_numbers.setdefault(_numbers_in(name), []).append(name)
    for names in by_numbers.values():
        for one, other in similar_sets([trigrams(name) for name in names], ALIKE_ENOUGH):
            yield from product(by_name[names[one]], by_name[names[other]])


def similar_sets(sets: Sequence[frozenset[str]], least: float) -> Iterator[tuple[int, int]]:
    """The places of every two sets whose likeness is at least this.

    Two sets so alike share one of their rarest members: it is enough to look each set's rarest up. How many of them
    follows from the size: more than the largest part that may differ. As sets that meet are many, they are compared
    as numbers with a bit for each member, ten times as fast as sets.
    """
    seen: Counter[str] = Counter(member for one in sets for member in one)
    ranks = {member: rank for rank, member in enumerate(sorted(seen, key=lambda m: (seen[m], m)))}
    ranked = [sorted(ranks[member] for member in one) for one in sets]
    bits = [sum(1 << rank for rank in one) for one in ranked]
    holders: dict[int, list[int]] = {}
    # The shortest first, so that whoever is met is no longer: too short to be alike is then soon said.
    for place in sorted(range(len(sets)), key=lambda place: (len(ranked[place]), place)):
        mine, size = bits[place], len(ranked[place])
        met: set[int] = set()
        for rank in ranked[place][: size - ceil(size * least - TINY) + 1]:
            met.update(holders.get(rank, ()))
            holders.setdefault(rank, []).append(place)
        for other in met:
            shared = (mine & bits[other]).bit_count()
            if shared and shared >= (size + len(ranked[other]) - shared) * least - TINY:
                yield min(place, other), max(place, other)
