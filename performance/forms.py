"""What may be typed about KPIs, and the page on which a month is logged."""

import datetime
import re
from dataclasses import dataclass, field

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.functional import cached_property

from common.forms import DateField, Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.widgets import AffixInput
from contracts.models import Contract
from performance import rules
from performance.actions import Entry
from performance.models import Indicator, Reading

FIRST_YEAR, LAST_YEAR = 2000, 2150


# --- KPIs ---------------------------------------------------------------------------------------


def _measure_field(label, *, lowest=None, **options):
    validators = [
        MaxValueValidator(rules.LARGEST_VALUE, f"{label} must be below {rules.LARGEST_VALUE:,}")
    ]
    if lowest is not None:
        validators.append(MinValueValidator(lowest, f"{label} must be {lowest} or more"))
    else:
        validators.append(
            MinValueValidator(
                -rules.LARGEST_VALUE, f"{label} must be above -{rules.LARGEST_VALUE:,}"
            )
        )
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=16,
        decimal_places=4,
        validators=validators,
        widget=AffixInput(width=5, numeric=True),
        **options,
    )


class IndicatorForm(VersionMixin, ModelForm):
    """A KPI. Ratings that were given stay: a new target counts from the next reading on."""

    target = _measure_field(
        "Target",
        help_text="Leave empty to follow a figure without a target; it is then rated Other",
    )
    tolerance_near = _measure_field(
        "Approaching target: how far from the target?", lowest=0,
        help_text="An amount in the same unit, such as 1. Leave empty if there is no such band",
    )  # fmt: skip
    tolerance_far = _measure_field(
        "Requires improvement: how far from the target?", lowest=0,
        help_text="Beyond this a reading is Inadequate. Leave empty if nothing is",
    )  # fmt: skip
    reason = reason_field()

    class Meta:
        model = Indicator
        fields = (
            "name", "definition", "unit", "decimals", "direction", "target",
            "tolerance_near", "tolerance_far", "frequency", "starts_on",
        )  # fmt: skip
        widgets = {
            "definition": forms.Textarea(attrs={"rows": 3}),
            "unit": AffixInput(width=5),
            "decimals": AffixInput(width=2),
            "direction": forms.RadioSelect,
            "frequency": forms.RadioSelect,
        }
        help_texts = {
            "starts_on": "The first reading is asked for the period in which this day lies",
            "decimals": "Readings are rounded to this before they are rated and shown",
        }

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        for name in ("direction", "frequency"):
            self.fields[name].choices = Indicator._meta.get_field(name).choices
        if self.instance.pk is None:
            del self.fields["reason"]
        elif self.instance.readings.exists():
            self.fields["frequency"].disabled = True
            self.fields[
                "frequency"
            ].help_text = "Readings are there already. To measure at another pace, retire this KPI and add a new one"
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = self._layout()

    def _layout(self):
        return Layout(
            "version",
            Fieldset("What is measured", "name", "definition", Div("unit", "decimals", css_class="app-side-by-side")),
            Fieldset("What is good enough", "direction", "target", "tolerance_near", "tolerance_far"),
            Fieldset("When", "frequency", "starts_on"),
            *(["reason"] if "reason" in self.fields else []),
        )  # fmt: skip

    def clean_name(self):
        # The form does not know the constraint, because the contract is not one of its fields.
        name = self.cleaned_data["name"]
        namesakes = self.contract.indicators.in_use().filter(name__iexact=name)
        if self.instance.ended_on is None and namesakes.exclude(pk=self.instance.pk).exists():
            raise ValidationError("This contract has a KPI with this name already")
        return name

    def clean_starts_on(self):
        starts_on, ended_on = self.cleaned_data["starts_on"], self.instance.ended_on
        if ended_on and starts_on > ended_on:
            raise ValidationError(
                "Measured from must not be after the day on which the KPI was retired"
            )
        return starts_on

    def clean(self):
        values = super().clean()
        for name, sentence in rules.standard_problems(
            target=values.get("target"),
            near=values.get("tolerance_near"),
            far=values.get("tolerance_far"),
        ):
            if name not in self.errors and "target" not in self.errors:
                self.add_error(name, sentence)
        return values

    @property
    def changes(self):
        """What the action is to write."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RetireForm(Form):
    """From which day on a KPI is no longer measured, and why."""

    submit_label = "Retire this KPI"

    on = DateField(label="Last day on which it is measured")
    reason = reason_field("Reason", required=True, help_text="Shown in the contract's history")

    def __init__(self, *args, indicator, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        self.today = today
        self.cancel_url = indicator.get_absolute_url()

    def clean_on(self):
        on, starts_on = self.cleaned_data["on"], self.indicator.starts_on
        if on < starts_on:
            raise ValidationError(
                f"The last day must not be before the KPI started, {starts_on.day} {starts_on:%B %Y}"
            )
        if on > self.today:
            raise ValidationError("The last day must be today or in the past")
        return on


# --- What the log page's address may ask ----------------------------------------------------------


class MonthField(forms.CharField):
    """`2026-10`, as the first day of the month."""

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
        if (
            not found
            or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR
            or not 1 <= int(found[2]) <= 12
        ):
            raise ValidationError("Choose a month")
        return datetime.date(int(found[1]), int(found[2]), 1)


class LogQuestion(forms.Form):
    """The month and the contract asked for. What is not understood is left aside."""

    month = MonthField(max_length=7, required=False)
    contract = forms.IntegerField(min_value=1, required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    q = forms.CharField(max_length=200, required=False)
    all = forms.BooleanField(required=False)

    def __init__(self, data, *, today):
        super().__init__(data)
        self.today = today
        self.is_valid()

    @property
    def month_asked(self):
        """The month to log; the last one that is over, unless another was asked for."""
        last = rules.last_complete(rules.Frequency.MONTHLY, self.today).start
        return self.cleaned_data.get("month") or last

    @property
    def contract_asked(self):
        """The id of the one contract to log; 0, which no contract has, if it is not understood."""
        if not self.data.get("contract"):
            return None
        return self.cleaned_data.get("contract") or 0

    @property
    def page_asked(self):
        return self.cleaned_data.get("page") or 1

    @property
    def everything(self):
        """Asked for by somebody who manages contracts, but may log for others too."""
        return self.cleaned_data.get("all") or bool(self.text)

    @property
    def text(self):
        return self.cleaned_data.get("q") or ""


# --- The month's sheet ----------------------------------------------------------------------------

TYPED = ("value", "not_reported_reason", "comment")


def _text_field(label, *, max_length):
    return forms.CharField(
        label=label,
        required=False,
        max_length=max_length,
        error_messages={"max_length": f"{label} must be {max_length} characters or fewer"},
    )


class ReadingForm(forms.Form):
    """One line of the sheet: a value or why there is none. A blank line is left alone."""

    use_required_attribute = False

    value = _text_field("Value", max_length=40)
    not_reported_reason = _text_field("Why not reported", max_length=200)
    comment = _text_field("Comment", max_length=2000)
    reason = _text_field("Reason for the change", max_length=500)

    def __init__(self, data=None, *, indicator, period, reading=None, previous=None):
        self.indicator = indicator
        self.period = period
        self.reading = reading
        self.previous = previous
        super().__init__(data, prefix=f"kpi-{indicator.pk}", initial=_shown(reading))
        if reading is None:
            del self.fields["reason"]

    # --- what the person saw, and what they typed ---------------------------------------------

    @property
    def version(self):
        return self.reading.version if self.reading else 0

    @property
    def version_seen(self):
        """Of the reading as the page showed it; 0 when it showed none."""
        text = self.data.get(f"{self.prefix}-version") or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    @property
    def is_overtaken(self):
        """Somebody else logged this line after the page was opened."""
        return self.is_bound and self.version_seen != self.version

    @cached_property
    def is_touched(self):
        """Whether anything was typed here that the page did not show before."""
        if not self.is_bound:
            return False
        shown = _shown(self._seen())
        typed = {n: (self.data.get(f"{self.prefix}-{n}") or "").strip() for n in TYPED}
        typed["value"] = _same_way(typed["value"], self.indicator.unit)
        return any(typed[name] != shown[name] for name in TYPED)

    def _seen(self):
        if self.reading is None or not self.is_overtaken:
            return self.reading
        return self.reading.history.filter(version=self.version_seen).first()

    # --- checks --------------------------------------------------------------------------------

    def clean_value(self):
        text = self.cleaned_data["value"]
        if not text:
            return None
        try:
            return rules.read_number(text, unit=self.indicator.unit)
        except ValueError as problem:
            raise ValidationError(f"Value {problem}") from None

    def clean(self):
        values = super().clean()
        if not self.is_touched:
            return values
        if self.is_overtaken:
            self.add_error("value", self._overtaken_in_words())
        elif not self.errors:
            self._check_together(values)
        return values

    def _check_together(self, values):
        value, why_not = values["value"], values["not_reported_reason"]
        if value is None and not why_not:
            self.add_error("value", "Enter a value, or say why it was not reported")
        elif value is not None and why_not:
            self.add_error(
                "not_reported_reason",
                "Give a value or a reason why there is none, not both",
            )
        if value is not None and not values["comment"] and self._is_a_slip(value):
            self.add_error(
                "value", "Value is below 0. If that is right, say in the comment how it comes about"
            )
        if self.reading and not values["reason"]:
            self.add_error("reason", "Say why the reading changes")

    def _is_a_slip(self, value):
        before = self.previous.value if self.previous else None
        known = [before, self.indicator.latest_value]
        return rules.is_below_what_can_be(value, self.indicator.standard, known=known)

    def _overtaken_in_words(self):
        who = self.reading.recorded_by if self.reading else None
        return (
            f"While this page was open, {who or 'somebody'} recorded {self.recorded_in_words}."
            " To replace it, save again with a reason"
        )

    # --- what the page shows -------------------------------------------------------------------

    @property
    def about(self):
        """What its boxes are for, read aloud after the name of each."""
        return f"{self.indicator.name}, {self.period.label}"

    @property
    def recorded_in_words(self):
        return self.indicator.in_words(self.reading.value) if self.reading else ""

    @property
    def previous_in_words(self):
        return self.indicator.in_words(self.previous.value) if self.previous else ""

    @property
    def previous_label(self):
        return self.period.previous.label

    @property
    def is_open(self):
        """Whether the boxes of a recorded reading are to be shown at once."""
        return self.is_touched

    @property
    def entry(self):
        values = self.cleaned_data
        return Entry(
            indicator_id=self.indicator.pk,
            period=self.period,
            value=values["value"],
            not_reported_reason=values["not_reported_reason"],
            comment=values["comment"],
            reason=values.get("reason", ""),
            version=self.version_seen,
        )


def _shown(reading):
    """The boxes of a line as the page fills them."""
    if reading is None:
        return dict.fromkeys(TYPED, "")
    return {
        "value": "" if reading.value is None else _plain(reading.value),
        "not_reported_reason": reading.not_reported_reason,
        "comment": reading.comment,
    }


def _plain(number):
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _same_way(text, unit):
    """`97.40 %` as the page would show it, so that another way of writing is no change."""
    try:
        return _plain(rules.read_number(text, unit=unit))
    except ValueError:
        return text


@dataclass
class Group:
    """The lines of one contract."""

    contract: Contract
    lines: list[ReadingForm] = field(default_factory=list)

    @property
    def missing(self):
        return sum(line.reading is None for line in self.lines)


class Sheet:
    """The readings of one month, a line each, grouped by contract; all are saved or none."""

    def __init__(self, indicators, *, month, data=None):
        self.month = month
        self.indicators = list(indicators)
        self.lines = list(self._lines(data))

    def _lines(self, data):
        periods = {i.pk: rules.period_of(i.frequency, self.month) for i in self.indicators}
        both = {*periods.values(), *(period.previous for period in periods.values())}
        stored = Reading.objects.for_periods(periods, both)
        for indicator in self.indicators:
            period = periods[indicator.pk]
            about = {
                "indicator": indicator,
                "period": period,
                "reading": stored.get((indicator.pk, period.start)),
                "previous": stored.get((indicator.pk, period.previous.start)),
            }
            line = ReadingForm(data, **about)
            # Where only somebody else logged a reading, theirs is shown, not the blank it replaced.
            yield ReadingForm(**about) if line.is_overtaken and not line.is_touched else line

    @property
    def groups(self):
        groups = {}
        for line in self.lines:
            contract = line.indicator.contract
            groups.setdefault(contract.pk, Group(contract)).lines.append(line)
        return list(groups.values())

    @property
    def missing(self):
        return sum(line.reading is None for line in self.lines)

    def is_valid(self):
        return not self.errors

    @property
    def entries(self):
        return [line.entry for line in self.lines if line.is_touched]

    @property
    def errors(self):
        """(anchor, sentence) of every error, for the summary above the sheet.

        Each sentence begins with a word of ours, never with a name, so that it can follow the KPI's.
        """
        return [
            (line[name].auto_id, f"{self._name(line)}: {sentence[:1].lower()}{sentence[1:]}")
            for line in self.lines
            for name, sentences in line.errors.items()
            for sentence in sentences
        ]

    def _name(self, line):
        """Two contracts may have KPIs of the same name."""
        if len(self.groups) == 1:
            return line.indicator.name
        return f"{line.indicator.contract.title}, {line.indicator.name}"
