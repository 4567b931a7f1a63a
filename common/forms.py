"""Form fields that say in plain words what is wrong, and the base of every form.

`Form` and `ModelForm` here use them for dates and amounts, word their errors with the field's own label
and give `{% crispy form %}` a helper.
"""

import copy
import datetime
import re
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.core import validators
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import pretty_name

from common.widgets import SIGNS, DateInput, MoneyInput

MONTHS = {
    datetime.date(2000, number, 1).strftime(form).lower(): number
    for number in range(1, 13)
    for form in ("%B", "%b")
} | {"sept": 9}
WRITTEN_DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
FIRST_YEAR, LAST_YEAR = 1900, 2199
LONGEST_TEXT = 20_000


class DateField(forms.DateField):
    """A date typed in three boxes, or written in one of the ways people write dates in a spreadsheet."""

    widget = DateInput

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", WRITTEN_DATE_FORMATS)
        super().__init__(**kwargs)

    @property
    def _name(self):
        return self.label or "Date"

    def to_python(self, value):
        if isinstance(value, list | tuple):
            return self._date_of([str(part or "").strip() for part in value])
        try:
            date = super().to_python(value)
        except ValidationError as error:
            raise ValidationError(
                f"{self._name} must be a real date, like 27/03/2027", code="invalid"
            ) from error
        return self._within_reason(date) if date else None

    def _date_of(self, parts):
        if not any(parts):
            return None
        missing = [
            name for name, part in zip(("day", "month", "year"), parts, strict=True) if not part
        ]
        if missing:
            raise ValidationError(
                f"{self._name} must include a {' and '.join(missing)}", code=missing[0]
            )
        day, month, year = parts
        if not re.fullmatch(r"[0-9]{4}", year):
            raise ValidationError(f"{self._name}: year must include 4 numbers", code="year")
        month = MONTHS.get(month.lower().rstrip("."), month)
        try:
            return self._within_reason(datetime.date(int(year), int(month), int(day)))
        except (ValueError, OverflowError) as error:
            raise ValidationError(f"{self._name} must be a real date", code="invalid") from error

    def _within_reason(self, date):
        if not FIRST_YEAR <= date.year <= LAST_YEAR:
            raise ValidationError(
                f"{self._name}: year must be between {FIRST_YEAR} and {LAST_YEAR}", code="year"
            )
        return date

    def has_changed(self, initial, data):
        """Three boxes that spell the old date are no change, whether the month is 3, 03 or March."""
        if self.disabled:
            return False
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class MoneyField(forms.DecimalField):
    """An amount of money. `£1,250,000`, `1250000.5` and `1 250 000` are all understood.

    Its sign is the widget's prefix: `MoneyField(currency="EUR")`, or `field.currency = "EUR"` later.
    """

    widget = MoneyInput

    def __init__(self, *, currency="GBP", max_digits=14, decimal_places=2, min_value=0, **kwargs):
        super().__init__(
            max_digits=max_digits, decimal_places=decimal_places, min_value=min_value, **kwargs
        )
        if currency != "GBP":
            self.currency = currency

    @property
    def sign(self):
        return getattr(self.widget, "prefix", "") or SIGNS["GBP"]

    @property
    def currency(self):
        return next((code for code, sign in SIGNS.items() if sign == self.sign), self.sign)

    @currency.setter
    def currency(self, code):
        code = code or "GBP"
        self.widget.prefix = SIGNS.get(code, code)

    def _in_words(self, number):
        between = " " if self.sign.isalpha() else ""
        return f"{self.sign}{between}{number:,}"

    def to_python(self, value):
        if isinstance(value, str):
            value = self._digits_of(value)
        return super().to_python(value)

    def _digits_of(self, text):
        name = self.label or "Amount"
        digits = re.sub(rf"^(-?)\s*{re.escape(self.sign)}\s*", r"\1", text.strip())
        digits = re.sub(r"(?<=\d)[\s\u00a0\u2009\u202f](?=\d{3}\b)", "", digits)
        if not digits:
            return ""
        if not re.fullmatch(r"[-+]?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?", digits) or not re.search(
            r"\d", digits
        ):
            raise ValidationError(
                f"{name} must be an amount of money, like 1250000 or {self._in_words(1_250_000)}",
                code="invalid",
            )
        return digits.replace(",", "")

    def run_validators(self, value):
        name = self.label or "Amount"
        if value in self.empty_values:
            return
        if self.min_value is not None and value < self.min_value:
            raise ValidationError(
                f"{name} must be {self._in_words(self.min_value)} or more", code="min_value"
            )
        if self.max_value is not None and value > self.max_value:
            raise ValidationError(
                f"{name} must be {self._in_words(self.max_value)} or less", code="max_value"
            )
        if -value.as_tuple().exponent > self.decimal_places:
            raise ValidationError(
                f"{name} must have two figures after the point at most, like 1250.50",
                code="max_decimals",
            )
        limit = Decimal(10) ** (self.max_digits - self.decimal_places)
        if abs(value) >= limit:
            raise ValidationError(
                f"{name} must be less than {self._in_words(limit)}", code="max_digits"
            )
        super().run_validators(value)


def reason_field(
    label="Why are you changing this?", *, required=False, help_text="Shown in the history"
):
    """Why somebody changes something: what the history says beside the change."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=500,
        help_text=help_text,
        # The label is a question, and no sentence begins with one.
        error_messages={
            "required": "Enter the reason",
            "max_length": "The reason must be 500 characters or fewer",
        },
    )


def plain_formfield(db_field, **kwargs):
    """What a ModelForm uses for a column: our date field for a date, Django's choice for the rest."""
    if isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
        kwargs.setdefault("form_class", DateField)
    return db_field.formfield(**kwargs)


# Labels that are no nouns, told by their first or last word: "When it happened", "Takes effect on".
_CLAUSES = {"what", "when", "where", "which", "who", "whose", "why", "how"}
_NO_NOUN = {"at", "by", "for", "from", "if", "in", "least", "on", "since", "the", "until"}


def required_message(field, label):
    """`Enter the title`, `Select the tier`, `Choose the file`; `Enter when it happened`; `Answer “Who leads?”`;
    `Fill in “Takes effect on”`."""
    name = label if label[1:2].isupper() else label[:1].lower() + label[1:]
    words = name.lower().split() or [""]
    is_choice = isinstance(field, forms.BooleanField | forms.ChoiceField | forms.ModelChoiceField)
    if name.endswith("?"):
        return f"Answer “{label}”"
    if words[0] not in _CLAUSES:
        if not _NO_NOUN.isdisjoint((words[0], words[-1])):
            return f"{'Select' if is_choice else 'Fill in'} “{label}”"
        name = f"the {name}"
    if isinstance(field, forms.FileField):
        return f"Choose {name}"
    return f"Select {name}" if is_choice else f"Enter {name}"


class Sentence(str):
    """An error in our words, which may be worded again when the field's label has changed since."""


# What Django's fields say without the field's name, by kind of field and code; the first that fits counts.
FIELD_WORDS = (
    (forms.IntegerField, "invalid", "{label} must be a whole number, like 30"),
    (forms.DecimalField, "invalid", "{label} must be a number, like 12.5"),
    (forms.FloatField, "invalid", "{label} must be a number, like 12.5"),
    (forms.DateField, "invalid", "{label} must be a real date, like 27/03/2027"),
    (forms.DateTimeField, "invalid", "{label} must be a real date and time"),
    (forms.URLField, "invalid", "{label} must be a web address, like https://www.example.org"),
    (forms.Field, "invalid_choice", "{label} must be one of the choices offered"),
    (forms.Field, "invalid_list", "{label} must be one of the choices offered"),
    (forms.Field, "invalid_pk_value", "{label} must be one of the choices offered"),
    (forms.FileField, "empty", "{label} must not be an empty file"),
    (forms.Field, "required", None),
)  # fmt: skip
# The same for what stands behind the fields. DecimalValidator words its three limits in a table of its own.
VALIDATOR_WORDS = (
    (validators.MaxLengthValidator, "{label} must be {limit:,} characters or fewer"),
    (validators.MinLengthValidator, "{label} must be {limit:,} characters or more"),
    (validators.MinValueValidator, "{label} must be {limit:,} or more"),
    (validators.MaxValueValidator, "{label} must be {limit:,} or less"),
    (validators.EmailValidator, "{label} must be an e-mail address, like name@example.org"),
    (validators.URLValidator, "{label} must be a web address, like https://www.example.org"),
    (validators.ProhibitNullCharactersValidator, "{label} has a character in it that cannot be kept"),
    (validators.RegexValidator, "{label} is not written as it should be"),
)  # fmt: skip


def word_errors(field):
    """Let a field name itself in its errors. What a form states in words of its own stays."""
    label = str(field.label)
    # Forms ask again before they clean; a copy of a field remembers with it.
    if getattr(field, "worded_as", None) == (label, field.validators):
        return
    for kind, code, words in FIELD_WORDS:
        if isinstance(field, kind) and _is_standard(field, code):
            # Some of these sentences pass through Django's % formatting, some do not; none needs it.
            said = words and words.format(label=label).replace("%", "per cent")
            field.error_messages[code] = Sentence(said or required_message(field, label))
    field.validators = [_worded(validator, label) for validator in field.validators]
    field.worded_as = (label, list(field.validators))


def _is_standard(field, code):
    message = field.error_messages.get(code)
    return isinstance(message, Sentence) or any(
        message is kind.__dict__["default_error_messages"].get(code, ...)
        for kind in type(field).__mro__
        if "default_error_messages" in kind.__dict__ and kind.__module__.startswith("django.")
    )


def _worded(validator, label):
    """The validator in our words; itself where it speaks in words of its own."""
    label = label.replace("%", "%%")
    if isinstance(validator, validators.DecimalValidator):
        validator = copy.copy(validator)
        validator.messages = validator.messages | _decimal_words(validator, label)
        return validator
    for kind, words in VALIDATOR_WORDS:
        if isinstance(validator, kind):
            if (
                not isinstance(validator.message, Sentence)
                and validator.message is not kind.message
            ):
                return validator
            limit = getattr(validator, "limit_value", None)
            validator = copy.copy(validator)
            validator.message = Sentence(words.format(label=label, limit=limit))
            return validator
    return validator


def _decimal_words(validator, label):
    words = {}
    if validator.max_digits is not None:
        words["max_digits"] = f"{label} must have {validator.max_digits} figures or fewer"
    if validator.decimal_places is not None:
        places = validator.decimal_places
        unit = "place" if places == 1 else "places"
        words["max_decimal_places"] = f"{label} must have {places} decimal {unit} or fewer"
        if validator.max_digits is not None:
            whole = validator.max_digits - places
            words["max_whole_digits"] = (
                f"{label} must have {whole} figures or fewer before the decimal point"
            )
    return words


class PlainWords:
    """Errors that name their field, no browser validation, and a crispy helper with one button.

    `submit_label` names the button (none when empty), which is red where it `is_dangerous`; `cancel_url` adds a
    link beside it.
    """

    use_required_attribute = False
    submit_label = "Save"
    cancel_url = ""
    is_dangerous = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._prepare_fields()
        self.helper = FormHelper()
        self.helper.attrs = {"novalidate": ""}
        if self.submit_label:
            style = "govuk-button--warning" if self.is_dangerous else ""
            self.helper.add_input(Submit("save", self.submit_label, css_class=style))

    def _prepare_fields(self):
        for name, field in self.fields.items():
            if field.label is None:
                field.label = pretty_name(name)
            _limit(field)
            word_errors(field)

    def _widget_data_value(self, widget, html_name):
        """What was pasted into a box of one line becomes one line, also where the page shows it again."""
        value = super()._widget_data_value(widget, html_name)
        is_one_line = isinstance(widget, forms.TextInput) and isinstance(value, str)
        return " ".join(value.split()) if is_one_line else value

    def full_clean(self):
        # Once more, for fields and labels that a form's own __init__ came with.
        self._prepare_fields()
        super().full_clean()


def _limit(field):
    """A text of several lines ends somewhere: here, where the form or the column names no end."""
    is_long_text = isinstance(field, forms.CharField) and isinstance(field.widget, forms.Textarea)
    if is_long_text and field.max_length is None:
        field.max_length = LONGEST_TEXT
        field.validators.append(validators.MaxLengthValidator(LONGEST_TEXT))


class Form(PlainWords, forms.Form):
    pass


class ModelForm(PlainWords, forms.ModelForm):
    def __init_subclass__(cls, **kwargs):
        # Runs before Django reads Meta, so that no form has to name the callback itself.
        super().__init_subclass__(**kwargs)
        meta = getattr(cls, "Meta", None)
        if meta and not hasattr(meta, "formfield_callback"):
            meta.formfield_callback = staticmethod(plain_formfield)


class ChangeForm(ModelForm):
    """Changes a row and leaves alone what a colleague saves in other fields meanwhile.

    The page carries what each field said when it was opened, and only what differs from that is in
    `changes`. A page that does not carry it is compared with the row as it is now.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self._meta.fields if self.instance.pk else ():
            carried = self.add_initial_prefix(name) in self.data
            self.fields[name].show_hidden_initial = carried or not self.is_bound

    @property
    def changes(self):
        """What the action is to write: every field of a new row, of another what this person changed."""
        return {
            name: self.cleaned_data[name]
            for name in self._meta.fields
            if name in self.fields and (not self.instance.pk or name in self.changed_data)
        }
