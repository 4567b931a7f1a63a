"""A row's cells become a contract's columns, by the fields of the form that a person would type into.

One `Cleaner` serves a whole file: what a cell means is worked out once and remembered, and nothing
here asks the database for each row.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import BusinessUnit, Organisation, User
from common.spreadsheets import values
from common.spreadsheets.mapping import normalise
from contracts.forms import ContractForm
from contracts.imports import rules
from contracts.models import Contract
from suppliers.models import Supplier
from suppliers.rules import CLEAN_NUMBER

DATES = {"signed_on", "effective_on", "commences_on", "initial_end_on", "ends_on", "review_on"}
MONEY = {"value", "value_net", "value_gross", "current_value", "annual_value"}
CHOICES = {"kind", "tier", "stage", "regime", "nature", "cap_kind", "vat_basis"}
PEOPLE = {"oco", "deputy", "sro"}
# Columns that are found in dictionaries, not cleaned one by one; and the form's own fields.
_LOOKED_UP = {"supplier", "parent", "unit", "version", "reason", "add_supplier", *PEOPLE}
_FORGET_AFTER = 20_000
_NO_NUMBER = {"", "n/a", "na", "none", "not applicable", "unknown", "tbc", "-", "0"}
_CHOICE_SYNONYMS = {
    "vat_basis": {"ex vat": "net", "exc vat": "net", "excl vat": "net", "exclusive": "net", "excluded": "net",
                  "inc vat": "gross", "incl vat": "gross", "inclusive": "gross", "included": "gross"},
    "kind": {"framework": "framework", "calloff": "call_off", "call off": "call_off", "call off contract": "call_off",
             "call-off contract": "call_off", "spot": "spot", "spot purchase": "spot", "stand-alone": "contract",
             "standalone": "contract", "one-off": "contract",
             # The words of the Local Government Transparency Code's template.
             "single award contract": "contract", "multiple award contract": "contract",
             "grant agreement": "contract", "other": "contract", "dynamic purchasing system": "framework"},
    "cap_kind": {"maximum": "maximum", "max": "maximum", "ceiling": "maximum", "cap": "maximum", "estimate": "estimated",
                 "fixed": "fixed", "lump sum": "fixed"},
    "stage": {"active": "live", "current": "live", "in progress": "live", "closed": "ended", "complete": "ended",
              "completed": "ended", "mobilising": "mobilisation", "expired": "ended expired",
              "terminated": "ended terminated", "novated": "ended novated"},
    "nature": {"service": "services", "good": "goods", "work": "works", "supplies": "goods"},
    "regime": {"pa 2023": "pa23", "pcr 2015": "pcr15", "procurement act": "pa23", "pcr": "pcr15"},
}  # fmt: skip


@dataclass(slots=True)
class Cleaned:
    """What one row says: columns of the contract, its suppliers, and everything that is wrong with it."""

    columns: dict = field(default_factory=dict)
    suppliers: list = field(default_factory=list)
    company_number: str = ""
    supplier_details: dict = field(default_factory=dict)
    # (heading, sentence)
    errors: list = field(default_factory=list)


class Cleaner:
    def __init__(self, *, headings, mapping, options):
        self.headings = headings
        self.columns = [
            (position, key, self._reader(key), {})
            for position, key in enumerate(mapping)
            if key and key != "notes"
        ]
        self.note_positions = [p for p, key in enumerate(mapping) if key == "notes"]
        # A column that is called "Notes" needs no name in front of what it says.
        self.bare_note = len(self.note_positions) == 1 and normalise(
            headings[self.note_positions[0]]
        ) in {"notes", "note", "comments"}
        self.width = len(headings)
        self.organisation = Organisation.current()
        self.fields = ContractForm(user=None, organisation=self.organisation).fields
        self._rules = {key: self._rules_of(key) for key in self.fields if key not in _LOOKED_UP}
        self.units = _units_by_name(options)
        self.default_unit = options.get("default_unit")
        self.people = _people_by_name()
        self.no_longer_here = _no_longer_here()
        self.choices = {key: self._words_of(key) for key in CHOICES}
        self.headings_of = {key: headings[p] for p, key in enumerate(mapping) if key}

    def _rules_of(self, key):
        """How the form's field cleans a value that is not blank, and what the column checks beyond it."""
        field = self.fields[key]
        further = [v for v in Contract._meta.get_field(key).validators if v not in field.validators]
        if type(field) is forms.CharField:
            # What its clean() does, without asking each time whether the text is blank.
            return field.to_python, [*field.validators, *further]
        if key in MONEY:
            # An amount is one already; only whether it may stand here is left to ask.
            return _as_it_is, [field.run_validators, *further]
        return field.clean, further

    def _reader(self, key):
        if key in DATES:
            return self._date
        if key in MONEY:
            return self._money
        if key in CHOICES:
            return self._choice
        if key in PEOPLE:
            return self._person
        return getattr(self, f"_{key}", self._text)

    def clean(self, cells) -> Cleaned:
        """Everything the row says and all that is wrong with it."""
        cleaned = Cleaned()
        found, errors = cleaned.columns, cleaned.errors
        if len(cells) > self.width:
            self._report_extra_cells(cells, errors)
        for position, key, read, remembered in self.columns:
            cell = cells[position] if position < len(cells) else None
            if cell is None or cell == "":
                continue
            try:
                meaning = remembered[cell]
            except KeyError:
                meaning = self._meaning(read, key, cell)
                if len(remembered) >= _FORGET_AFTER:
                    remembered.clear()
                remembered[cell] = meaning
            value, sentence = meaning
            if sentence:
                errors.append([self.headings[position], sentence])
            elif value is not None:
                found[key] = value
        self._settle(cleaned, cells)
        return cleaned

    def _meaning(self, read, key, cell):
        try:
            if isinstance(cell, str) and cell.strip() in values.SPREADSHEET_ERRORS:
                return (
                    None,
                    f"The cell holds the spreadsheet error {cell.strip()}. Mend its formula",
                )
            return read(key, cell), ""
        except values.NotUnderstood as problem:
            return None, str(problem)
        except ValidationError as problem:
            return None, ". ".join(map(_in_words, problem.error_list))

    def _settle(self, cleaned, cells):
        """Targets that are not columns of a contract find their places."""
        found = cleaned.columns
        for key, basis in (("value_net", "net"), ("value_gross", "gross")):
            if key in found:
                found["value"] = found.pop(key)
                found.setdefault("vat_basis", basis)
        if "notice_period" in found:
            found["notice_period"], found["notice_unit"] = found["notice_period"]
        if " " in found.get("stage", ""):
            found["stage"], found["ended_as"] = found["stage"].split()
        for key in [key for key in found if key.startswith("supplier_")]:
            cleaned.supplier_details[key.removeprefix("supplier_")] = found.pop(key)
        cleaned.company_number = cleaned.supplier_details.pop("company_number", "")
        cleaned.suppliers = found.pop("supplier", [])
        if self.note_positions:
            self._gather_notes(cells, cleaned)

    def _gather_notes(self, cells, cleaned):
        parts = []
        for position in self.note_positions:
            said = values.text(cells[position]) if position < len(cells) else ""
            if said:
                parts.append(said if self.bare_note else f"{self.headings[position]}: {said}")
        if parts:
            value, sentence = self._meaning(self._text, "notes", "\n".join(parts))
            if sentence:
                cleaned.errors.append([self.headings[self.note_positions[0]], sentence])
            else:
                cleaned.columns["notes"] = value

    def _report_extra_cells(self, cells, errors):
        extra = [values.text(cell) for cell in cells[self.width :]]
        if any(extra):
            shown = next(text for text in extra if text)[:40]
            sentence = (
                f"The row has {len(cells)} cells but there are {self.width} headings; the first too many "
                f"is “{shown}”. A text with a comma in it may need quotation marks"
            )
            errors.append(["", sentence])

    # --- what one cell means ---------------------------------------------------------------------

    def _by_the_form(self, key, value):
        """The form's field says whether a person could type this; the column, whether it can be kept."""
        if value is None or value == "":
            return None
        clean, validators = self._rules[key]
        value = clean(value)
        for validate in validators:
            validate(value)
        return value

    def _text(self, key, cell):
        return self._by_the_form(key, values.text(cell))

    def _date(self, key, cell):
        return self._by_the_form(key, values.date(cell))

    def _money(self, key, cell):
        key = "value" if key in rules.VALUES else key
        return self._by_the_form(key, values.money(cell))

    def _currency(self, key, cell):
        return self._by_the_form(key, values.text(cell).upper())

    def _cpv_code(self, key, cell):
        code = values.text(cell)
        # Excel takes the leading zero of a code that looks like a number.
        return self._by_the_form(key, code.zfill(8) if code.isdigit() and len(code) == 7 else code)

    def _words_of(self, key):
        words = dict(_CHOICE_SYNONYMS.get(key, {}))
        for value, label in self.fields[key].choices:
            if value:
                words |= {str(value).casefold(): value, str(label).casefold(): value}
        return words

    def _choice(self, key, cell):
        said = values.text(cell)
        if not said:
            return None
        value = self.choices[key].get(" ".join(said.casefold().split()))
        if value is None:
            labels = [str(label) for value, label in self.fields[key].choices if value]
            raise values.NotUnderstood(
                f"“{said[:60]}” is not known here. Write one of: {', '.join(labels)}"
            )
        return value

    def _notice_period(self, key, cell):
        said = values.text(cell)
        if not said:
            return None
        period = rules.notice_period(said)
        if period is None:
            raise values.NotUnderstood(
                f"“{said[:60]}” is not a notice period. Write it like 3 months or 90 days"
            )
        number, unit = period
        return self._by_the_form(key, number) if number else 0, unit

    def _initial_term_months(self, key, cell):
        said = values.text(cell)
        if not said:
            return None
        number = rules.months(said)
        if number is None:
            raise values.NotUnderstood(
                f"“{said[:60]}” is not a length in months. Write it like 36 months or 3 years"
            )
        return self._by_the_form(key, number)

    def _parent(self, key, cell):
        """The reference as it is written; whether there is such a contract is asked for all rows at once."""
        return Contract._meta.get_field("reference").clean(values.text(cell), None) or None

    def _unit(self, key, cell):
        said = values.text(cell)
        if not said:
            return None
        unit = self.units.get(said.casefold())
        if unit is None:
            raise values.NotUnderstood(f"There is no business unit called “{said[:60]}”")
        return unit

    def _person(self, key, cell):
        said = values.text(cell)
        if not said:
            return None
        found = self.people.get(" ".join(said.casefold().split()), ())
        if len(found) == 1:
            return found[0]
        if found:
            raise values.NotUnderstood(
                f"{len(found)} people are called “{said[:60]}”. Write the e-mail address instead"
            )
        raise values.NotUnderstood(
            f"“{said[:60]}” is nobody we know. Write the full name or e-mail address of somebody who can sign in"
        )

    def _supplier(self, key, cell):
        names = rules.split_suppliers(values.text(cell))
        for name in names:
            Supplier._meta.get_field("name").clean(name, None)
        return names or None

    def _number_of_supplier(self, key, cell):
        said = values.text(cell)
        if said.casefold() in _NO_NUMBER:
            return None
        try:
            return CLEAN_NUMBER[key.removeprefix("supplier_")](said) or None
        except ValueError as problem:
            raise values.NotUnderstood(f"“{said[:60]}”: {problem}") from None

    _supplier_company_number = _supplier_charity_number = _number_of_supplier
    _supplier_vat_number = _supplier_ppon = _number_of_supplier

    def _supplier_other_number(self, key, cell):
        said = values.text(cell)
        return Supplier._meta.get_field("other_number").clean(said, None) if said else None

    def _supplier_is_sme(self, key, cell):
        return values.yes_or_no(cell)

    _supplier_is_vcse = _supplier_is_sme


def _as_it_is(value):
    return value


def _units_by_name(options):
    """Ids of business units by name and code, and what was answered for names we do not have."""
    found = {}
    for pk, name, code in BusinessUnit.objects.values_list("pk", "name", "code"):
        if code:
            found.setdefault(code.casefold(), pk)
        found[name.casefold()] = pk
    for name, answer in options.get("units", {}).items():
        found.setdefault(name, f"new:{name}" if answer == "create" else answer)
    return found


def _people_by_name():
    """Ids of people by name and e-mail address; those who have left only where nobody else is meant."""
    found = {}
    rows = User.objects.order_by("-is_active").values_list("pk", "name", "email", "is_active")
    for pk, name, email, is_active in rows:
        namesakes = found.setdefault(" ".join(name.casefold().split()), [])
        if is_active or not namesakes:
            namesakes.append(pk)
        found[email.casefold()] = [pk]
    return found


def _no_longer_here():
    """Ids that stay where they are in the register, but are not given anything new."""
    units = BusinessUnit.objects.filter(is_active=False).values_list("pk", flat=True)
    left = frozenset(User.objects.filter(is_active=False).values_list("pk", flat=True))
    return {"unit": frozenset(units), **dict.fromkeys(PEOPLE, left)}


def as_json(value):
    """A cleaned value as it is kept until the import is confirmed."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _in_words(error):
    if error.code == "max_length":
        return "The text has {show_value:,} characters; the most is {limit_value:,}".format(
            **error.params
        )
    return ". ".join(error.messages)
