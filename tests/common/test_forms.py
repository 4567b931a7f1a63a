"""What forms do by themselves: they name their fields in every error and keep texts within bounds."""

from decimal import Decimal

import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.validators import MaxValueValidator

from common.forms import Form, MoneyField, reason_field


def problems(field, typed, label="Budget"):
    form = type("OneField", (Form,), {"field": field})({"field": typed})
    form.fields["field"].label = label
    form.is_valid()
    return form.errors.get("field", [])


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (forms.CharField(), "", "Enter the budget"),
        (forms.CharField(max_length=5), "123456", "Budget must be 5 characters or fewer"),
        (forms.CharField(min_length=5), "1", "Budget must be 5 characters or more"),
        (forms.CharField(), "a\0b", "Budget has a character in it that cannot be kept"),
        (forms.EmailField(), "x", "Budget must be an e-mail address, like name@example.org"),
        (forms.URLField(assume_scheme="https"), "http://x y",
         "Budget must be a web address, like https://www.example.org"),
        (forms.RegexField("^a$"), "b", "Budget is not written as it should be"),
        (forms.IntegerField(), "x", "Budget must be a whole number, like 30"),
        (forms.IntegerField(min_value=1000), "1", "Budget must be 1,000 or more"),
        (forms.IntegerField(max_value=1000), "1001", "Budget must be 1,000 or less"),
        (forms.DecimalField(), "x", "Budget must be a number, like 12.5"),
        (forms.DecimalField(max_digits=4, decimal_places=1), "12345",
         "Budget must have 4 figures or fewer"),
        (forms.DecimalField(max_digits=4, decimal_places=1), "1.23",
         "Budget must have 1 decimal place or fewer"),
        (forms.DecimalField(max_digits=4, decimal_places=2), "123",
         "Budget must have 2 figures or fewer before the decimal point"),
        (forms.DateField(), "x", "Budget must be a real date, like 27/03/2027"),
        (forms.ChoiceField(choices=[("a", "A")]), "b", "Budget must be one of the choices offered"),
        (forms.MultipleChoiceField(choices=[("a", "A")]), ["b"],
         "Budget must be one of the choices offered"),
    ],
)  # fmt: skip
def test_every_error_names_its_field(field, typed, sentence):
    assert problems(field, typed) == [sentence]


@pytest.mark.parametrize(
    ("label", "typed", "chosen"),
    [
        ("Kind of note", "Enter the kind of note", "Select the kind of note"),
        ("When it happened", "Enter when it happened", "Select when it happened"),
        ("What was looked at", "Enter what was looked at", "Select what was looked at"),
        ("Who leads?", "Answer “Who leads?”", "Answer “Who leads?”"),
        ("Takes effect on", "Fill in “Takes effect on”", "Select “Takes effect on”"),
        ("In one line", "Fill in “In one line”", "Select “In one line”"),
        ("The tier is at least", "Fill in “The tier is at least”", "Select “The tier is at least”"),
    ],
)
def test_what_is_left_empty_is_asked_for_in_english(label, typed, chosen):
    assert problems(forms.CharField(), "", label) == [typed]
    assert problems(forms.ChoiceField(), "", label) == [chosen]


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (forms.CharField(max_length=2, error_messages={"max_length": "Mine"}), "abc"),
        (forms.IntegerField(error_messages={"invalid": "Mine"}), "x"),
        (forms.IntegerField(validators=[MaxValueValidator(3, "Mine")]), "4"),
        (forms.RegexField("^a$", error_messages={"invalid": "Mine"}), "b"),
        (forms.DecimalField(max_digits=2, error_messages={"max_digits": "Mine"}), "123"),
        (forms.ChoiceField(choices=[], error_messages={"invalid_choice": "Mine"}), "b"),
        (forms.CharField(error_messages={"required": "Mine"}), ""),
    ],
)
def test_what_a_form_says_itself_stays(field, typed):
    assert problems(field, typed) == ["Mine"]


@pytest.mark.parametrize(
    ("field", "typed"),
    [(forms.CharField(max_length=2), "abc"), (forms.ChoiceField(choices=[]), "b"),
     (forms.DecimalField(max_digits=2), Decimal(123)), (forms.IntegerField(), "x")],
)  # fmt: skip
def test_a_label_with_a_per_cent_sign_does_no_harm(field, typed):
    assert problems(field, typed, label="Share in %")[0].startswith("Share in")


def test_a_long_text_ends_at_twenty_thousand_characters():
    text = forms.CharField(widget=forms.Textarea)
    assert problems(text, "x" * 20_000) == []
    assert problems(text, "x" * 20_001, "Description") == [
        "Description must be 20,000 characters or fewer"
    ]
    assert problems(forms.CharField(widget=forms.Textarea, max_length=9), "x" * 10) == [
        "Budget must be 9 characters or fewer"
    ]


def test_a_box_of_one_line_holds_one_line():
    class Contract(Form):
        reference = forms.CharField()
        email = forms.EmailField()
        notes = forms.CharField(widget=forms.Textarea)

        def clean_reference(self):
            assert self.cleaned_data["reference"] == "C 1 and more"
            return self.cleaned_data["reference"]

    typed = {"reference": "C\n1\u2028and\t  more ", "email": "a@example.org\n", "notes": "One\nTwo"}
    form = Contract(typed)
    assert form.is_valid()
    assert form.cleaned_data == {
        "reference": "C 1 and more",
        "email": "a@example.org",
        "notes": "One\nTwo",
    }
    assert 'value="C 1 and more"' in str(form["reference"])


def test_an_amount_shows_and_understands_the_sign_of_its_currency():
    class Budget(Form):
        value = MoneyField(label="Value", required=False)

    def drawn(currency, typed):
        form = Budget({"value": typed})
        form.fields["value"].currency = currency
        form.is_valid()
        return form, render_crispy_form(form)

    form, page = drawn("EUR", "€1,250,000")
    assert form.cleaned_data["value"] == 1_250_000
    assert '<div class="govuk-input__prefix" aria-hidden="true">€</div>' in page
    form, page = drawn("EUR", "£5")
    assert form.errors["value"] == ["Value must be an amount of money, like 1250000 or €1,250,000"]
    form, page = drawn("CHF", "-5")
    assert form.errors["value"] == ["Value must be CHF 0 or more"]
    assert drawn("", "£5")[0].cleaned_data["value"] == 5
    assert MoneyField(currency="USD").widget.prefix == "$"
    assert Budget().fields["value"].currency == "GBP"


def test_a_prefix_set_on_the_widget_is_understood_too():
    field = MoneyField(label="Value")
    field.widget.prefix = "€"
    assert field.clean("€ 5") == 5


def test_a_form_may_leave_out_the_word_optional():
    class Panel(Form):
        text = forms.CharField(required=False)
        kind = forms.ChoiceField(required=False, choices=[("a", "A")], widget=forms.RadioSelect)

    assert render_crispy_form(Panel()).count("(optional)") == 2
    Panel.hide_optional = True
    assert "(optional)" not in render_crispy_form(Panel())


def test_a_reason_is_asked_for_in_one_way():
    class Change(Form):
        reason = reason_field()
        other = reason_field("Why does it end?", required=True)

    form = Change({"reason": "x" * 501})
    assert form.errors == {
        "reason": ["The reason must be 500 characters or fewer"],
        "other": ["Enter the reason"],
    }
