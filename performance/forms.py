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
from contracts.documents.models import Document
from contracts.models import Contract
from contracts.obligations.models import Occurrence
from performance import rules
from performance.actions import DEFINED, Entry
from performance.models import Definition, Indicator, IndicatorTemplate, Reading

FIRST_YEAR, LAST_YEAR = 2000, 2150
OBLIGATIONS_OFFERED = 40


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


def _small_radios(*names):
    return {name: forms.RadioSelect(attrs={"class": "govuk-radios--small"}) for name in names}


class DefinitionFields(forms.Form):
    """What is good enough: shared by the form of a new KPI and that of a new definition."""

    text = forms.CharField(
        label="Definition", required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What is counted, what is left out, and how it is worked out",
    )  # fmt: skip
    target = _measure_field(
        "Target",
        help_text="The lower end, if it is a range; 1 if it is yes or no. Leave empty to follow a figure "
        "without a target; it is then rated Other",
    )
    upper = _measure_field("Upper end of the range", help_text="Only if it is a range")
    tolerance_near = _measure_field(
        "Approaching target: how far from the target?", lowest=0,
        help_text="An amount in the same unit, such as 1. Leave empty if there is no such band",
    )  # fmt: skip
    tolerance_far = _measure_field(
        "Requires improvement: how far from the target?", lowest=0,
        help_text="Beyond this a reading is Inadequate. Leave empty if nothing is",
    )  # fmt: skip
    bands = forms.CharField(
        label="Service points", required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Only if missing the target costs service points. A band in each line: its name, up to how far "
        "from the target, its points. For example: Minor, 1.0, 1. The last may say beyond: Severe, beyond, 4",
    )  # fmt: skip

    def clean_bands(self):
        try:
            return rules.write_bands(rules.read_bands(self.cleaned_data["bands"]))
        except ValueError as problem:
            raise ValidationError(f"Service points: {_lowered(str(problem))}") from None

    def _check_definition(self, values, *, direction):
        if {"target", "upper", "bands"} & set(self.errors):
            return
        for name, sentence in rules.standard_problems(
            target=values.get("target"),
            near=values.get("tolerance_near"),
            far=values.get("tolerance_far"),
            direction=direction,
            upper=values.get("upper"),
            bands=rules.read_bands(values.get("bands", "")),
        ):
            if name not in self.errors:
                self.add_error(name, sentence)

    @property
    def defined(self):
        return {name: self.cleaned_data[name] for name in DEFINED}


def _lowered(sentence):
    return sentence[:1].lower() + sentence[1:]


_GOOD_ENOUGH = ("text", "target", "upper", "tolerance_near", "tolerance_far", "bands")


class IndicatorForm(DefinitionFields, VersionMixin, ModelForm):
    """A KPI, with its first definition; one that is there keeps its definitions on a page of their own.

    `with_definition` is for a spreadsheet, whose rows may change both at once.
    """

    reason = reason_field()

    class Meta:
        model = Indicator
        fields = (
            "reference", "name", "kind", "quadrant", "unit", "decimals", "direction", "frequency",
            "reported_by", "source", "weight", "over", "publishable", "starts_on", "depends_on",
        )  # fmt: skip
        widgets = {
            "reference": AffixInput(width=5),
            **_small_radios("kind", "quadrant", "direction", "frequency", "reported_by", "over"),
            "unit": AffixInput(width=5),
            "decimals": AffixInput(width=2),
            "weight": AffixInput(width=2),
            "depends_on": forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
        }
        labels = {
            "depends_on": "What must we do ourselves so that the supplier can reach the target?"
        }
        help_texts = {
            "starts_on": "The first reading is asked for the period in which this day lies",
            "decimals": "Readings are rounded to this before they are rated and shown",
            "depends_on": "If we are late with one of these, a failure in the same period may be excused",
        }

    def __init__(self, *args, contract, with_definition=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        is_new = self.instance.pk is None
        self.with_definition = is_new if with_definition is None else with_definition
        for name in ("kind", "quadrant", "direction", "frequency", "reported_by", "over"):
            self.fields[name].choices = Indicator._meta.get_field(name).choices
        self._offer_dependencies()
        if is_new:
            del self.fields["reason"]
        elif self.instance.readings.exists():
            self._fix("unit", "decimals", "direction", "frequency")
        if not self.with_definition:
            for name in DEFINED:
                del self.fields[name]
        elif not is_new:
            self.initial |= self.further_values
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = self._layout()

    def _offer_dependencies(self):
        ours = self.contract.obligations.filter(party="authority", ended_on=None)
        offered = ours.order_by("number", "pk")[:OBLIGATIONS_OFFERED]
        chosen = self.instance.depends_on.all() if self.instance.pk else ours.none()
        self.fields["depends_on"].queryset = ours.model.objects.filter(
            pk__in=[o.pk for o in (*offered, *chosen)]
        ).order_by("number", "pk")
        if not self.fields["depends_on"].queryset.exists():
            del self.fields["depends_on"]

    def _fix(self, *names):
        for name in names:
            self.fields[name].disabled = True
        self.fields["frequency"].help_text = (
            "Readings are there already. To measure in another way or at another pace, retire this KPI and add a "
            "new one"
        )

    # --- the definition that counts now, for a spreadsheet that may change it -------------------------

    @property
    def further_columns(self):
        return {f.name: f for f in Definition._meta.concrete_fields if f.name in DEFINED}

    @property
    def further_values(self):
        current = self.instance.definition if self.instance.pk else None
        return {name: getattr(current, name) for name in DEFINED} if current else {}

    def _layout(self):
        def there(*names):
            return [name for name in names if name in self.fields]

        return Layout(
            "version",
            Fieldset(
                "What is measured", "reference", "name", *there("text"), "kind", "quadrant",
                Div("unit", "decimals", css_class="app-side-by-side"),
                "direction",
            ),
            *([Fieldset("What is good enough", *_GOOD_ENOUGH[1:])] if self.with_definition else []),
            Fieldset("When, and by whom", "frequency", "starts_on", "reported_by", "source"),
            Fieldset("How it counts", "weight", "over", "publishable", *there("depends_on")),
            *there("reason"),
        )  # fmt: skip

    def clean_name(self):
        # The form does not know the constraint, because the contract is not one of its fields.
        name = self.cleaned_data["name"]
        namesakes = self.contract.indicators.in_use().filter(name__iexact=name)
        if self.instance.ended_on is None and namesakes.exclude(pk=self.instance.pk).exists():
            raise ValidationError("This contract has a KPI with this name already")
        return name

    def clean_reference(self):
        reference = self.cleaned_data["reference"]
        namesakes = self.contract.indicators.in_use().filter(reference__iexact=reference)
        is_in_use = reference and self.instance.ended_on is None
        if is_in_use and namesakes.exclude(pk=self.instance.pk).exists():
            raise ValidationError("This contract has a KPI with this reference already")
        return reference

    def clean_starts_on(self):
        starts_on, ended_on = self.cleaned_data["starts_on"], self.instance.ended_on
        if ended_on and starts_on > ended_on:
            raise ValidationError(
                "Measured from must not be after the day on which the KPI was retired"
            )
        return starts_on

    def clean(self):
        values = super().clean()
        if self.with_definition and "direction" not in self.errors:
            self._check_definition(
                values, direction=values.get("direction", self.instance.direction)
            )
        return values

    @property
    def changes(self):
        """What the action is to write of the KPI itself."""
        names = [name for name in self.Meta.fields if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}


class DefinitionForm(DefinitionFields, VersionMixin, ModelForm):
    """What counts for the periods of a KPI from a day on."""

    from_on = DateField(
        label="Counts from",
        help_text="For the periods that begin on this day or later. Ratings that were given stay as they are",
    )
    reason = reason_field("Why does it change?", required=True)

    class Meta:
        model = Definition
        fields = ("from_on",)

    def __init__(self, *args, indicator, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        for name in DEFINED:
            self.initial.setdefault(name, getattr(self.instance, name))
        if self.instance.pk:
            self.fields["from_on"].disabled = True
        if indicator.direction != rules.Direction.RANGE:
            self.fields["upper"].widget = forms.HiddenInput()
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout("version", "from_on", *_GOOD_ENOUGH, "reason")

    def clean(self):
        values = super().clean()
        self._check_definition(values, direction=self.indicator.direction)
        return values


class TemplateForm(DefinitionFields, VersionMixin, ModelForm):
    """What contracts of a category may take over."""

    class Meta:
        model = IndicatorTemplate
        fields = (
            "category", "name", "kind", "quadrant", "unit", "decimals", "direction", "frequency", "reported_by",
            *DEFINED,
        )  # fmt: skip
        widgets = {
            "unit": AffixInput(width=5),
            "decimals": AffixInput(width=2),
            **_small_radios("kind", "quadrant", "direction", "frequency", "reported_by"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("kind", "quadrant", "direction", "frequency", "reported_by"):
            self.fields[name].choices = IndicatorTemplate._meta.get_field(name).choices
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset("What is measured", "category", "name", "text", "kind", "quadrant",
                     Div("unit", "decimals", css_class="app-side-by-side"), "direction"),
            Fieldset("What is good enough", *_GOOD_ENOUGH[1:]),
            Fieldset("When, and by whom", "frequency", "reported_by"),
        )  # fmt: skip

    def clean(self):
        values = super().clean()
        if "direction" not in self.errors:
            self._check_definition(values, direction=values["direction"])
        return values

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class RemoveTemplateForm(Form):
    submit_label = "Remove this template"

    reason = reason_field("Reason", required=True)


class FromTemplatesForm(Form):
    """Which templates a contract takes over, and from when it is measured."""

    submit_label = "Add these KPIs"

    templates = forms.ModelMultipleChoiceField(
        None, label="Templates", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one template"},
    )  # fmt: skip
    starts_on = DateField(label="Measured from")

    def __init__(self, *args, offered, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["templates"].queryset = offered


class RemoveDefinitionForm(Form):
    """Why a definition that is still to come is taken back."""

    submit_label = "Take it back"

    reason = reason_field("Reason", required=True)


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


# --- One reading ----------------------------------------------------------------------------------


class MeasureField(forms.CharField):
    """A figure as it is typed: `97.5`, `47/50`, `yes`."""

    def __init__(self, *, indicator, **options):
        super().__init__(
            max_length=40, widget=AffixInput(width=10, suffix=_suffix(indicator)), **options
        )
        self.indicator = indicator

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return rules.read_measure(
                text, unit=self.indicator.unit, direction=self.indicator.direction
            )
        except ValueError as problem:
            raise ValidationError(f"{self.label} {problem}") from None


def _suffix(indicator):
    return "" if indicator.unit in rules.SIGNS else indicator.unit


MEASURE_HINT = "A number, or two of which one is divided by the other, like 47/50"
YES_NO_HINT = "Yes or no"


def _hint(indicator):
    return YES_NO_HINT if indicator.direction == rules.Direction.YES_NO else MEASURE_HINT


class EventForm(Form):
    """What happened, and when."""

    submit_label = "Record"

    on = DateField(label="Day on which it happened")
    comment = forms.CharField(
        label="What happened?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, indicator, today, **kwargs):
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.indicator, self.today = indicator, today
        self.fields["measure"] = MeasureField(
            indicator=indicator, label="Value", help_text=_hint(indicator)
        )
        self.order_fields(["on", "measure", "comment"])
        self.cancel_url = indicator.get_absolute_url()

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("The day must be today or in the past")
        if on < self.indicator.starts_on:
            raise ValidationError("The day must not be before the KPI is measured from")
        return on

    @property
    def entry(self):
        return self.cleaned_data


class ReadingStepForm(Form):
    """One question about a reading, which the person has seen in a certain version."""

    submit_label = "Save"

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, reading, user, **initial):
        super().__init__(data, initial={"version": reading.version, **initial})
        self.reading = reading
        self.cancel_url = reading.get_absolute_url()

    def clean_version(self):
        return self.cleaned_data["version"] or 0  # which no reading has

    @property
    def not_possible(self):
        """Why the question cannot be asked of this reading; empty if it can."""
        return ""

    @property
    def answers(self):
        return self.cleaned_data


class ChallengeForm(ReadingStepForm):
    submit_label = "Challenge"

    reason = reason_field("Why is it doubted?", required=True)

    @property
    def not_possible(self):
        if self.reading.value is None:
            return "There is no figure to challenge."
        if not self.reading.may_become(rules.State.CHALLENGED):
            return "This reading is challenged already."
        return ""


class AmendForm(ReadingStepForm):
    submit_label = "Amend"

    reason = reason_field("Why does it change?", required=True)

    def __init__(self, data=None, *, reading, user):
        shown = _as_typed(reading, reading.indicator)
        super().__init__(data, reading=reading, user=user, measure=shown)
        indicator = reading.indicator
        self.fields["measure"] = MeasureField(
            indicator=indicator, label="Value", help_text=_hint(indicator)
        )
        self.order_fields(["version", "measure", "reason"])

    def clean_measure(self):
        measure = self.cleaned_data["measure"]
        if measure and measure.value == self.reading.value:
            raise ValidationError("Value is the same as before: enter another, or cancel")
        return measure


class RateForm(ReadingStepForm):
    rating = forms.ChoiceField(label="Rating", widget=forms.RadioSelect)
    reason = reason_field("Why?", required=True)

    def __init__(self, data=None, *, reading, user):
        super().__init__(data, reading=reading, user=user, rating=reading.rating)
        self.fields["rating"].choices = [
            (r.value, f"{r.label} (by the rule)" if r == reading.proposed_rating else r.label)
            for r in rules.Rating
        ]

    @property
    def not_possible(self):
        return "A period without a figure has no rating." if self.reading.value is None else ""


class ExcuseForm(ReadingStepForm):
    submit_label = "Save the decision"

    decision = forms.ChoiceField(
        label="Is the failure excused?",
        choices=[("grant", "Excuse it: no service points"), ("refuse", "Do not excuse it")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether the failure is excused"},
    )
    because_of = forms.ModelChoiceField(
        None, label="Which of our own obligations was late or failed?", required=False,
        empty_label="None of those recorded",
    )  # fmt: skip
    reason = reason_field("Why?", required=True)

    def __init__(self, data=None, *, reading, user):
        super().__init__(data, reading=reading, user=user, because_of=reading.relief_from_id)
        failed = Occurrence.objects.filter(
            obligation__contract=reading.indicator.contract_id, obligation__party="authority",
            status__in=["late", "failed"], due_on__lte=reading.period.end,
        )  # fmt: skip
        recent = failed.order_by("-due_on", "-pk").values("pk")[:OBLIGATIONS_OFFERED]
        self.fields["because_of"].queryset = (
            Occurrence.objects.filter(pk__in=[row["pk"] for row in recent])
            .select_related("obligation")
            .order_by("-due_on", "-pk")
        )

    @property
    def not_possible(self):
        return (
            "" if self.reading.is_miss else "Only a reading that missed its target can be excused."
        )

    @property
    def answers(self):
        values = {name: self.cleaned_data[name] for name in ("version", "reason", "because_of")}
        return {**values, "granted": self.cleaned_data["decision"] == "grant"}


class EvidenceForm(ReadingStepForm):
    submit_label = "Attach"

    document = forms.ModelChoiceField(None, label="Document", empty_label="Choose a document")

    def __init__(self, data=None, *, reading, user):
        super().__init__(data, reading=reading, user=user)
        readable = Document.objects.of(reading.indicator.contract, user).in_use()
        attached = reading.evidence.values("document")
        self.fields["document"].queryset = readable.exclude(pk__in=attached).order_by("title", "pk")

    @property
    def answers(self):
        return {"document": self.cleaned_data["document"]}


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
        prefix = f"kpi-{indicator.pk}"
        if indicator.frequency == rules.Frequency.WEEKLY:  # several periods end in a month
            prefix += f"-{period.start:%Y%m%d}"
        super().__init__(data, prefix=prefix, initial=_shown(reading, indicator))
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
        shown = _shown(self._seen(), self.indicator)
        typed = {n: (self.data.get(f"{self.prefix}-{n}") or "").strip() for n in TYPED}
        typed["value"] = _same_way(typed["value"], self.indicator)
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
            return rules.read_measure(
                text, unit=self.indicator.unit, direction=self.indicator.direction
            )
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
        measure, why_not = values["value"], values["not_reported_reason"]
        value = measure.value if measure else None
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
        standard = self.indicator.standard_on(self.period.start)
        return rules.is_below_what_can_be(value, standard, known=known)

    def _overtaken_in_words(self):
        who = self.reading.recorded_by if self.reading else None
        return (
            f"While this page was open, {who or 'somebody'} recorded {self.recorded_in_words}."
            " To replace it, save again with a reason"
        )

    # --- what the page shows -------------------------------------------------------------------

    @property
    def target_in_words(self):
        return self.indicator.target_in_words_on(self.period.start)

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
        values, measure = self.cleaned_data, self.cleaned_data["value"]
        return Entry(
            indicator_id=self.indicator.pk,
            period=self.period,
            value=measure and measure.value,
            numerator=measure and measure.numerator,
            denominator=measure and measure.denominator,
            not_reported_reason=values["not_reported_reason"],
            comment=values["comment"],
            reason=values.get("reason", ""),
            version=self.version_seen,
        )


def _shown(reading, indicator):
    """The boxes of a line as the page fills them."""
    if reading is None:
        return dict.fromkeys(TYPED, "")
    return {
        "value": _as_typed(reading, indicator),
        "not_reported_reason": reading.not_reported_reason,
        "comment": reading.comment,
    }


def _as_typed(measure, indicator):
    """The figure of a reading, or what was typed for one, as somebody would type it."""
    if measure.value is None:
        return ""
    if measure.denominator is not None:
        return f"{rules.plain(measure.numerator)}/{rules.plain(measure.denominator)}"
    return indicator.as_typed(measure.value)


def _same_way(text, indicator):
    """`97.40 %` as the page would show it, so that another way of writing is no change."""
    try:
        measure = rules.read_measure(text, unit=indicator.unit, direction=indicator.direction)
    except ValueError:
        return text
    return _as_typed(measure, indicator)


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
        self.is_checked = bool(data and data.get("checked") == "on")
        self.paste_error = ""
        self.lines = list(self._lines(data))

    def _lines(self, data):
        due = [(i, period) for i in self.indicators for period in self._periods(i)]
        both = {period for _, one in due for period in (one, one.previous)}
        stored = Reading.objects.for_periods({i.pk for i in self.indicators}, both)
        for indicator, period in due:
            about = {
                "indicator": indicator,
                "period": period,
                "reading": stored.get((indicator.pk, period.start)),
                "previous": stored.get((indicator.pk, period.previous.start)),
            }
            line = ReadingForm(data, **about)
            # Where only somebody else logged a reading, theirs is shown, not the blank it replaced.
            yield ReadingForm(**about) if line.is_overtaken and not line.is_touched else line

    def _periods(self, indicator):
        """Those that end in the month: one, or of an indicator by the week four or five."""
        return [p for p in rules.ending_in(self.month, indicator.frequency) if indicator.expects(p)]

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

    @property
    def from_suppliers(self):
        """Whether a supplier's figure may come in here, which somebody has to check."""
        supplier = rules.ReportedBy.SUPPLIER
        return any(
            line.indicator.reported_by == supplier and line.reading is None for line in self.lines
        )

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
        of_paste = [("column", self.paste_error)] if self.paste_error else []
        return of_paste + [
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
