"""Inputs in the GOV.UK manner: text boxes with a prefix or suffix, and a date as day, month and year."""

import datetime

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


class AffixInput(forms.TextInput):
    """A text box with a sign in front of it or a unit behind it: `AffixInput(suffix="%", width=5)`."""

    def __init__(self, attrs=None, *, prefix="", suffix="", width=None, numeric=False):
        attrs = dict(attrs or {})
        if width:
            attrs["class"] = f"govuk-input--width-{width} {attrs.get('class', '')}".strip()
        if numeric:
            attrs.setdefault("inputmode", "decimal")
        super().__init__(attrs)
        self.prefix = prefix
        self.suffix = suffix


class MoneyInput(AffixInput):
    """A box for an amount; what is stored is shown with commas, what was typed is shown as typed."""

    def __init__(self, attrs=None, *, prefix=SIGNS["GBP"], suffix="", width=10):
        super().__init__(attrs, prefix=prefix, suffix=suffix, width=width, numeric=True)

    def format_value(self, value):
        if value is None or isinstance(value, str):
            return value
        return f"{value:,.2f}".removesuffix(".00")


class DateInput(forms.MultiWidget):
    """Three boxes. Their names end in `_day`, `_month` and `_year`."""

    template_name = "govuk/widgets/date.html"
    use_fieldset = True

    def __init__(self, attrs=None):
        parts = {name: forms.TextInput() for name in ("day", "month", "year")}
        super().__init__(parts, attrs)

    def decompress(self, value):
        if isinstance(value, str):
            try:
                value = datetime.date.fromisoformat(value)
            except ValueError:
                return [value, None, None]
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name, value, attrs):
        attrs = dict(attrs or {})
        every_part = {0, 1, 2} if attrs.get("aria-invalid") else set()
        wrong_parts = attrs.pop("wrong_parts", every_part)
        context = super().get_context(name, value, attrs)
        for number, box in enumerate(context["widget"]["subwidgets"]):
            box["label"] = ("Day", "Month", "Year")[number]
            box["width"] = (2, 3, 4)[number]
            box["wrong"] = number in wrong_parts
        return context

    def id_for_label(self, id_):
        return f"{id_}_0" if id_ else id_


class QuickSelect(forms.Select):
    """A choice without groups, written in Python: a list page draws dozens of options, and by template
    they take longer than its table."""

    def render(self, name, value, attrs=None, renderer=None):
        chosen = set(self.format_value(value))
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SELECTED if str(key) in chosen else "", label)
                for key, label in ((("" if k is None else k), label) for k, label in self.choices)
            ),
        )
        attributes = flatatt({"name": name} | self.build_attrs(self.attrs, attrs))
        return format_html("<select{}>{}</select>", attributes, options)


SELECTED = mark_safe(" selected")
