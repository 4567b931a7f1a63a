"""The sheet on which the spend of several years is recorded: typed, pasted, and saved at once."""

import re

from django import forms
from django.core.exceptions import ValidationError

from common.forms import Form, MoneyField, reason_field
from common.history import in_words
from suppliers import rules
from suppliers.actions import YearOfSpend
from suppliers.spending import POUNDS, YEARS_SHOWN

LONGEST_PASTE, MOST_PASTED_LINES = 10_000, 60
_CURRENCY = re.compile(r"[A-Z]{3}\Z")


def clean_currency(text):
    currency = text.strip().upper() or POUNDS
    if not _CURRENCY.match(currency):
        raise ValidationError("Currency must be three capital letters, such as GBP")
    return currency


class YearForm(Form):
    """One year in one currency. A box that is emptied takes the record away."""

    submit_label = ""

    amount = MoneyField(label="Amount", required=False)
    source = forms.CharField(label="Source", max_length=150, required=False)

    def __init__(self, data=None, *, year, currency, row=None):
        self.year, self.currency, self.row = year, currency, row
        shown = {"amount": row.amount, "source": row.source} if row else {}
        super().__init__(data, prefix=f"y{year}-{currency}", initial=shown)
        self.fields["amount"].currency = currency

    @property
    def label(self):
        return rules.year_label(self.year)

    @property
    def about(self):
        """What its boxes are for, read aloud after the name of each."""
        return self.label if self.currency == POUNDS else f"{self.label} in {self.currency}"

    heading = about

    @property
    def version(self):
        return self.row.version if self.row else 0

    @property
    def version_seen(self):
        """Of the record as the page showed it; 0 when it showed none."""
        text = self.data.get(f"{self.prefix}-version") or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0

    def overtaken(self):
        """Somebody recorded this year meanwhile: theirs is named, and the next save replaces it."""
        if self.row is None:
            return "While this page was open, somebody took the record of this year away"
        column = self.row._meta.get_field("amount")
        who = self.row.recorded_by or "somebody"
        return (
            f"While this page was open, {who} recorded {in_words(column, self.row.amount)}. "
            "To replace it, save again"
        )

    def clean(self):
        values = super().clean()
        if self.has_changed() and self.version_seen != self.version:
            self.add_error("amount", self.overtaken())
        elif values.get("source") and values.get("amount") is None and not self.errors:
            self.add_error("amount", "Enter the amount that comes from this source")
        return values

    @property
    def entry(self):
        return YearOfSpend(
            year=self.year,
            currency=self.currency,
            amount=self.cleaned_data["amount"],
            source=self.cleaned_data["source"],
            version=self.version_seen,
        )


class OtherYearForm(Form):
    """A year or a currency that has no line of its own."""

    submit_label = ""
    prefix = "other"

    year = forms.CharField(label="Financial year", max_length=12, required=False)
    currency = forms.CharField(max_length=12, required=False)
    amount = MoneyField(label="Amount", required=False)
    source = forms.CharField(label="Source", max_length=150, required=False)

    def __init__(self, data=None, *, today, taken):
        super().__init__(data, prefix=self.prefix, initial={"currency": POUNDS})
        self.today, self.taken = today, taken
        self.fields["amount"].widget.prefix = ""

    about, heading = "another year or currency", "Another year"

    def clean_year(self):
        text = self.cleaned_data["year"]
        try:
            return rules.read_year(text, today=self.today) if text else None
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def clean_currency(self):
        return clean_currency(self.cleaned_data["currency"])

    def clean(self):
        values = super().clean()
        if not self.errors and self.is_touched:
            if values["year"] is None:
                self.add_error("year", "Enter the financial year, such as 2025/26")
            elif (values["year"], values["currency"]) in self.taken:
                self.add_error("year", "This year has a line above")
            if values["amount"] is None:
                self.add_error("amount", "Enter the amount")
        return values

    @property
    def is_touched(self):
        typed = {name: self.data.get(f"{self.prefix}-{name}", "").strip() for name in self.fields}
        return any(text and (name, text) != ("currency", POUNDS) for name, text in typed.items())

    @property
    def entry(self):
        values = self.cleaned_data
        return YearOfSpend(values["year"], values["currency"], values["amount"], values["source"])


class SpendSheet(Form):
    """Every year's line, the box to paste into, and why."""

    submit_label = ""

    pasted = forms.CharField(
        label="Paste years from a spreadsheet", required=False, max_length=LONGEST_PASTE, strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="A year on each line: financial year, amount and, if you like, currency and source. "
        "What is pasted takes the place of what stands above for the same year.",
    )  # fmt: skip
    reason = reason_field("Why are you changing this?", help_text="Shown in the supplier's history")

    def __init__(self, data=None, *, supplier, today):
        super().__init__(data)
        self.today = today
        self.kept = {
            (row.year, row.currency): row for row in supplier.spend.select_related("recorded_by")
        }
        self.lines = [
            YearForm(data, year=year, currency=currency, row=self.kept.get((year, currency)))
            for year, currency in self._years()
        ]
        taken = {(line.year, line.currency) for line in self.lines}
        self.other = OtherYearForm(data, today=today, taken=taken)
        self.from_paste = []

    def _years(self):
        """The last six in pounds, and whatever is recorded beside them; the latest first."""
        this_year = rules.financial_year(self.today)
        usual = {(this_year - back, POUNDS) for back in range(YEARS_SHOWN)}
        return sorted(
            usual | self.kept.keys(), key=lambda pair: (-pair[0], pair[1] != POUNDS, pair[1])
        )

    # --- what was pasted ---------------------------------------------------------------------------

    def clean_pasted(self):
        found = rules.pasted_lines(self.cleaned_data["pasted"])
        if len(found) > MOST_PASTED_LINES:
            raise ValidationError(f"Paste {MOST_PASTED_LINES} lines at most")
        problems, read, seen = [], [], {}
        for line in found:
            try:
                entry = self._read(line)
            except ValidationError as problem:
                problems += [f"Line {line.number}: {sentence}" for sentence in problem.messages]
                continue
            key = entry.year, entry.currency
            if key in seen:
                problems.append(
                    f"Line {line.number}: {rules.year_label(entry.year)} is also on line {seen[key]}"
                )
            seen.setdefault(key, line.number)
            read.append(entry)
        if problems:
            raise ValidationError(problems)
        self.from_paste = read
        return self.cleaned_data["pasted"]

    def _read(self, line):
        problems, values = [], {}
        amount = MoneyField(label="Amount")
        source = forms.CharField(
            max_length=150, required=False,
            error_messages={"max_length": "Source must be 150 characters or fewer"},
        )  # fmt: skip
        for name, read in (
            ("year", lambda: _year(line.year, self.today)),
            ("currency", lambda: clean_currency(line.currency)),
            ("amount", lambda: amount.clean(line.amount)),
            ("source", lambda: source.clean(line.source)),
        ):
            try:
                values[name] = read()
            except ValidationError as problem:
                problems += problem.messages
        if problems:
            raise ValidationError(problems)
        row = self.kept.get((values["year"], values["currency"]))
        if row and not values["source"]:
            values["source"] = row.source
        seen = next(
            (o for o in self.lines if (o.year, o.currency) == (values["year"], values["currency"])),
            None,
        )
        return YearOfSpend(**values, version=seen.version_seen if seen else 0)

    # --- all of it ----------------------------------------------------------------------------------

    def is_valid(self):
        parts = [*self.lines, self.other]
        return all([super().is_valid(), *[part.is_valid() for part in parts]])

    @property
    def entries(self):
        """What to save, by year and currency; what was pasted goes over what was typed."""
        typed = [line.entry for line in self.lines if line.has_changed()]
        if self.other.is_touched:
            typed.append(self.other.entry)
        return list({(e.year, e.currency): e for e in [*typed, *self.from_paste]}.values())

    @property
    def error_list(self):
        """(anchor, sentence) of every error, for the summary above the sheet."""
        found = []
        for part in (*self.lines, self.other):
            for name, sentences in part.errors.items():
                about = part.heading
                found += [
                    (part[name].auto_id, f"{about}: {s[:1].lower()}{s[1:]}") for s in sentences
                ]
        for name, sentences in self.errors.items():
            found += [(self[name].auto_id, sentence) for sentence in sentences]
        return found


def _year(text, today):
    try:
        return rules.read_year(text, today=today)
    except ValueError as problem:
        raise ValidationError(str(problem)) from None
