"""How a supplier is recognised. Pure functions; no database."""

import re
import unicodedata

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


_PREFIXED = re.compile(r"\A[A-Z]{2}\d{6}\Z|\A[A-Z]{1,2}\d{5}[A-Z0-9]\Z")


def clean_company_number(text: str) -> str:
    """A Companies House number as the register writes it: eight characters.

    Spreadsheets drop leading zeros; they are put back. Raises ValueError with a sentence.

    >>> clean_company_number("445790"), clean_company_number("sc 123456")
    ('00445790', 'SC123456')
    """
    number = re.sub(r"[\s-]+", "", text or "").upper()
    if not number:
        return ""
    if re.fullmatch(r"\d{5,8}", number):
        return number.zfill(8)
    if _PREFIXED.match(number):
        return number
    raise ValueError("Company number must be 8 characters, such as 01234567 or SC123456")
