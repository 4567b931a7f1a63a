"""What a cell means: text, a date, an amount of money, yes or no. Messages are for the person who typed it."""

import datetime as dt
import math
import re
from decimal import ROUND_HALF_UP, Decimal

from common.spreadsheets.writing import unguard


class NotUnderstood(ValueError):
    """The cell does not say what was asked for. The message is a sentence that says how to mend it."""


SPREADSHEET_ERRORS = frozenset({
    "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA",
})  # fmt: skip
_NOTHING = {
    "tbc", "tbd", "tba", "n/a", "na", "none", "nil", "unknown", "not known", "ongoing", "rolling", "open ended",
    "open-ended", "to be confirmed", "to be decided", "not applicable", "various", "-", "–", "—", "?",
}  # fmt: skip

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul",
         "august aug", "september sept sep", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TIME = r"(?:[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:am|pm)?\s*(?:z|utc|gmt|bst|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}", re.IGNORECASE)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_DAY_FIRST = re.compile(rf"(\d{{1,2}})[/.-](\d{{1,2}})[/.-](\d{{4}}|\d{{2}}){_TIME}", re.IGNORECASE)
_WORDS = re.compile(
    rf"(?:[a-z]+day,?\s+)?(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+([a-z]+)\.?,?[\s-]+(\d{{4}}|\d{{2}}){_TIME}",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,\s*(\d{4})", re.IGNORECASE)
_NO_DAY = re.compile(
    r"(?:([a-z]+)\.?[\s,/-]*'?(\d{2}|\d{4})|(\d{1,2})[/.-](\d{4})|(\d{4})(?:[/-]\d{2,4})?)",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 18_264, 109_575  # 1 January 1950, 1 January 2200
_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)

EXACT_DATE = "Write an exact date, such as 17/04/2025 or 17 April 2025"

_USUAL = re.compile(r"£?(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d\d)?")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_ABSURD = 10**18  # beyond what arithmetic to the penny can tell
_PLAIN = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?", re.IGNORECASE)
_SCALE = {
    "k": 3, "thousand": 3, "m": 6, "mn": 6, "mil": 6, "million": 6, "bn": 9, "b": 9, "billion": 9,
}  # fmt: skip
_SCALED = re.compile(r"(.*\d\.?)\s*([a-z]+)")

_YES = {"yes", "y", "true", "t", "1", "x", "✓", "✔"}
_NO = {"no", "n", "false", "f", "0"}


def text(cell) -> str:
    """What the cell shows, on one pattern whatever the kind of file it came from.

    >>> text(12345678.0), text(dt.datetime(2025, 4, 17)), text(" '=1+1 ")
    ('12345678', '2025-04-17', '=1+1')
    """
    if type(cell) is str:
        shown = cell.replace("\xa0", " ") if "\xa0" in cell else cell
        if "\x00" in shown:
            shown = shown.replace("\x00", "")  # no database and no person can do anything with it
        if "\r" in shown:
            shown = shown.replace("\r\n", "\n").replace("\r", "\n")
        return unguard(shown.strip(" \n\v\f\ufeff\u200b"))
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, float):
        return format(_decimal_of(cell).normalize(), "f")
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time.min
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="minutes")
    return str(cell)


def date(cell) -> dt.date | None:
    """The day that is written, never shifted by its time zone. None for a blank cell."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return _from_serial(cell, shown=text(cell))
    written = text(cell)
    if not written:
        return None
    if written.lower() in _NOTHING:
        raise NotUnderstood(f"“{written}” is not a date. {EXACT_DATE}, or leave the cell blank")
    return _date_written(written)


def _date_written(written):
    if found := _ISO.fullmatch(written) or _COMPACT.fullmatch(written):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(written):
        day, month, year = found.groups()
    elif (found := _WORDS.fullmatch(written)) and found[2].lower() in _MONTHS:
        day, month, year = found[1], _MONTHS[found[2].lower()], found[3]
    elif (found := _MONTH_FIRST.fullmatch(written)) and found[1].lower() in _MONTHS:
        day, month, year = found[2], _MONTHS[found[1].lower()], found[3]
    elif _SERIAL.fullmatch(written):
        return _from_serial(float(written), shown=written)
    elif (found := _NO_DAY.fullmatch(written)) and (not found[1] or found[1].lower() in _MONTHS):
        raise NotUnderstood(f"“{written}” does not say which day. {EXACT_DATE}")
    else:
        raise NotUnderstood(f"“{_short(written)}” is not a date we can read. {EXACT_DATE}")
    return _checked_date(written, _full_year(year), int(month), int(day))


def _full_year(year):
    """Two figures mean 1970 to 2069, as in Python and Excel's neighbours."""
    number = int(year)
    if len(str(year)) == 4:
        return number
    return number + (2000 if number < 70 else 1900)


def _checked_date(written, year, month, day):
    if not 1950 <= year <= 2200:
        raise NotUnderstood(f"“{written}” has the year {year}. Use a year between 1950 and 2200")
    if not 1 <= month <= 12:
        raise NotUnderstood(
            f"“{written}” has no month {month}. Write the day first, then the month, then the year"
        )
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise NotUnderstood(f"“{written}” is a day that does not exist. {EXACT_DATE}") from None


def _from_serial(number, *, shown):
    """Excel counts days; cells without a date format show the count."""
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        if _COMPACT.fullmatch(shown):
            return _date_written(shown)
        if 1900 <= number <= 2200:
            raise NotUnderstood(f"“{shown}” does not say which day. {EXACT_DATE}")
        raise NotUnderstood(f"“{shown}” is not a date we can read. {EXACT_DATE}")
    return _EXCEL_DAY_ZERO + dt.timedelta(days=int(number))


def money(cell) -> Decimal | None:
    """An amount. Signs, thousands commas, k and m, and brackets for a negative amount are understood."""
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, int) and not isinstance(cell, bool):
        _refuse_absurd(cell, shown=str(cell))
        return Decimal(cell)
    if isinstance(cell, float):
        _refuse_absurd(cell, shown=str(cell))
        # What Excel worked out carries noise behind the pence; what a person typed does not.
        return _decimal_of(cell).quantize(Decimal("0.01"), ROUND_HALF_UP)
    written = text(cell)
    if not written:
        return None
    if isinstance(cell, (dt.date, dt.time)):
        raise NotUnderstood(
            f"“{written}” is a date, not an amount. Write a number such as 1250000.00"
        )
    return _money_written(written)


def _money_written(written):
    if usual := _USUAL.fullmatch(written):
        return Decimal(f"{usual[1].replace(',', '')}{usual[2] or '.00'}")
    bare, negative = _without_sign(written.lower().replace("−", "-").replace("–", "-"))
    if any(symbol in bare for symbol in "$€") or bare.startswith(("usd", "eur")):
        raise NotUnderstood(
            f"“{_short(written)}” is not in pounds. Write the number alone, and the currency in its own column"
        )
    scale = 0
    if (found := _SCALED.fullmatch(bare)) and found[2] in _SCALE:
        bare, scale = found[1].strip(), _SCALE[found[2]]
    if _GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    elif not _PLAIN.fullmatch(bare):
        hint = "" if written.lower() not in _NOTHING else ", or leave the cell blank"
        raise NotUnderstood(
            f"“{_short(written)}” is not an amount. Write a number such as 1250000.00{hint}"
        )
    amount = Decimal(bare).scaleb(scale)
    _refuse_absurd(amount, shown=written)
    amount = (
        amount.quantize(Decimal("0.01")) if amount == amount.quantize(Decimal("0.01")) else amount
    )
    return -amount if negative else amount


def _refuse_absurd(amount, *, shown):
    """No contract is worth this; arithmetic to the penny would fail on it or tell nonsense."""
    if not math.isfinite(amount) or abs(amount) >= _ABSURD:
        raise NotUnderstood(f"“{_short(shown)}” is too large to be an amount. Check its figures")


def _without_sign(bare):
    """The amount without pound signs and brackets, and whether it was below zero.

    >>> _without_sign("(£500)"), _without_sign("£-5"), _without_sign("5 gbp")
    (('500', True), ('5', True), ('5', False))
    """
    bare = (
        bare.replace("£", "")
        .strip()
        .removeprefix("gbp")
        .removesuffix("gbp")
        .strip()
        .replace(" ", "")
    )
    if bare.startswith("(") and bare.endswith(")"):
        return bare[1:-1].strip(), True
    if bare.startswith("-"):
        return bare[1:].strip(), True
    if bare.endswith("-") and len(bare) > 1:
        return bare[:-1].strip(), True
    return bare.removeprefix("+"), False


def yes_or_no(cell) -> bool | None:
    """True, False, or None for a blank cell."""
    if isinstance(cell, bool):
        return cell
    written = text(cell)
    if not written:
        return None
    if written.lower() in _YES:
        return True
    if written.lower() in _NO:
        return False
    raise NotUnderstood(f"“{_short(written)}” is neither yes nor no. Write Yes or No")


def is_text(cell) -> bool:
    """Whether a cell reads as words rather than as a number, a date or nothing: what headings are made of."""
    written = text(cell)
    if not written or not isinstance(cell, str):
        return False
    for parse in (money, date):
        try:
            parse(written)
        except NotUnderstood:
            continue
        return False
    return True


def _decimal_of(number: float) -> Decimal:
    return Decimal(repr(number)) if math.isfinite(number) else Decimal(0)


def _short(written):
    return written if len(written) <= 60 else written[:57] + "…"
