"""How a supplier is recognised. Pure functions; no database."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

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


_PREFIXED = re.compile(r"\A[A-Z]{2}[0-9]{6}\Z|\A[A-Z]{1,2}[0-9]{5}[A-Z0-9]\Z")


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

    >>> clean_charity_number("1103951-2"), clean_charity_number("sc 012345"), clean_charity_number("NIC 100123")
    ('1103951-2', 'SC012345', 'NIC100123')
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

    >>> clean_vat_number("980 7806 84"), clean_vat_number("de 811 115 368")
    ('GB980780684', 'DE811115368')
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
        "VAT number must be GB or XI and 9 figures (12 for a branch), such as GB980780684, or one of "
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

    >>> as_stored("vat_number", "gb 980 780684"), as_stored("vat_number", "applied for")
    ('GB980780684', 'applied for')
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
    lines = []
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
