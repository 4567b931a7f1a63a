"""What may be typed about KPIs, their definitions and their templates."""

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from common.forms import DateField, Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.widgets import AffixInput
from performance import rules
from performance.actions import DEFINED
from performance.models import Definition, Indicator, IndicatorTemplate

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
