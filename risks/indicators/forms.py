"""What may be typed about key risk indicators and their readings."""

from decimal import Decimal

from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.lookups import PersonField
from accounts.permissions import Permission
from common.forms import DateField, Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from common.widgets import AffixInput
from contracts import measures
from contracts.forms import SHOWN_IN_HISTORY
from risks.indicators import rules
from risks.indicators.actions import FIXED
from risks.indicators.models import KeyRiskIndicator
from risks.indicators.rules import Direction, Frequency
from risks.models import Category
from risks.rules import LEVELS, Kind

SMALL = {"class": "govuk-radios--small govuk-radios--inline"}
RISKS_OFFERED = 200
PERIODS_OFFERED = 12
OWN = "own"


def _level_field(label, words, *, required, initial=None):
    nothing = "Choose" if required else "Leave it as it is"
    return forms.TypedChoiceField(
        label=label, required=required, coerce=int, empty_value=None, initial=initial,
        choices=[("", nothing), *((n, f"{n} {word}") for n, word in zip(LEVELS, words, strict=True))],
    )  # fmt: skip


class PlainDecimalField(forms.DecimalField):
    """A figure without the zeros of its column."""

    def prepare_value(self, value):
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


class KriForm(KeepsLookups, VersionMixin, ModelForm):
    """A key risk indicator. How it is measured is fixed once there are readings."""

    hide_optional = False

    follows = forms.ChoiceField(
        label="Where does the figure come from?",
        help_text="What is measured already can serve: its readings are then taken over, with its unit and its pace",
    )  # fmt: skip
    responsible = PersonField(
        label="Responsible person", required=False,
        help_text="Full name or e-mail address of who records the readings and is told when one is due",
    )  # fmt: skip
    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    field_order = (
        "name", "text", "follows", "unit", "decimals", "frequency", "starts_on", "direction", "amber", "red",
        "risk", "category", "amber_likelihood", "amber_impact", "red_likelihood", "red_impact", "responsible",
    )  # fmt: skip

    class Meta:
        model = KeyRiskIndicator
        fields = (
            "name", "text", "unit", "decimals", "frequency", "starts_on", "direction", "amber", "red",
            "risk", "category", "amber_likelihood", "amber_impact", "red_likelihood", "red_impact", "responsible",
        )  # fmt: skip
        field_classes = {"amber": PlainDecimalField, "red": PlainDecimalField}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2}),
            "unit": AffixInput(width=5),
            "decimals": AffixInput(width=2, attrs={"inputmode": "numeric"}),
            "direction": forms.RadioSelect(attrs=SMALL),
            "frequency": forms.RadioSelect(attrs=SMALL),
            "amber": AffixInput(width=5, numeric=True),
            "red": AffixInput(width=5, numeric=True),
        }
        labels = {"risk": "Which risk does it warn of?"}
        help_texts = {
            "starts_on": "The first reading is asked for the period in which this day lies",
            "decimals": "A reading is rounded to this before it is held against the thresholds",
            "direction": "Red lies beyond amber. A reading on the line has crossed it",
            "risk": "Where it warns of none yet, one is raised when it crosses a threshold",
            "category": "Only if there is no risk yet: of what kind is the one that would be raised?",
        }

    def __init__(self, *args, contract, matrix, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract, self.matrix = contract, matrix
        self.sources = measures.of_contract(contract)
        self.measured = [measure for _, found in self.sources for measure in found]
        self._offer()
        if self.instance.pk is None:
            del self.fields["reason"]
        elif self.instance.latest_period:
            self._fix()
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = self._layout()

    def _offer(self):
        risks = self.contract.risks.running().exclude(kind=Kind.OPPORTUNITY).worst_first()
        offered = [*risks.values_list("pk", flat=True)[:RISKS_OFFERED], self.instance.risk_id]
        self.fields["risk"].queryset = risks.model.objects.filter(
            pk__in=[pk for pk in offered if pk]
        )
        self.fields["risk"].empty_label = "None yet: raise one when it crosses"
        categories = Category.objects.filter(is_used=True)
        kept = Category.objects.filter(pk=self.instance.category_id)
        self.fields["category"].queryset = (categories | kept).order_by("name")
        self.fields["category"].empty_label = "Choose"
        self.fields["direction"].choices = Direction.choices()
        self.fields["frequency"].choices = Frequency.choices()
        self._offer_levels()
        self._offer_measures()

    def _offer_levels(self):
        for status in ("amber", "red"):
            self.fields[f"{status}_likelihood"] = _level_field(
                f"When it is {status}, how likely is the risk at least?",
                self.matrix.likelihoods,
                required=True,
                initial=KeyRiskIndicator._meta.get_field(f"{status}_likelihood").default,
            )
            self.fields[f"{status}_impact"] = _level_field(
                f"When it is {status}, how serious is it at least?",
                self.matrix.impacts,
                required=False,
            )
        self.order_fields(self.field_order)

    def _offer_measures(self):
        offered = [(label, [(m.key, m.label) for m in found]) for label, found in self.sources]
        kept = self.instance.measure
        if kept and kept not in {m.key for m in self.measured}:
            offered.append(("Followed so far", [(kept, self.instance.measure_label)]))
        self.fields["follows"].choices = [(OWN, "We record it here"), *offered]
        self.initial["follows"] = kept or OWN
        if not offered:
            del self.fields["follows"]
        elif self.is_bound and self.data.get(self.add_prefix("follows"), OWN) != OWN:
            # What is followed brings them.
            for name in ("decimals", "frequency"):
                self.fields[name].required = False

    def _fix(self):
        for name in ("follows", *FIXED):
            if name in self.fields:
                self.fields[name].disabled = True
        self.fields["frequency"].help_text = (
            "Readings are there already. To measure in another way or at another pace, retire this indicator and add "
            "a new one"
        )

    def _layout(self):
        def there(*names):
            return [name for name in names if name in self.fields]

        return Layout(
            "version",
            Fieldset("What is measured", "name", "text", *there("follows"),
                     Div("unit", "decimals", css_class="app-side-by-side"), "frequency", "starts_on"),
            Fieldset("From when does it warn?", "direction", Div("amber", "red", css_class="app-side-by-side")),
            Fieldset("What it warns of", "risk", "category",
                     Div("amber_likelihood", "amber_impact", css_class="app-side-by-side"),
                     Div("red_likelihood", "red_impact", css_class="app-side-by-side")),
            Fieldset("Who sees to it", "responsible"),
            *there("reason"),
        )  # fmt: skip

    def clean_name(self):
        # The form does not know the constraint, because the contract is not one of its fields.
        name = self.cleaned_data["name"]
        namesakes = self.contract.key_risk_indicators.in_use().filter(name__iexact=name)
        if self.instance.ended_on is None and namesakes.exclude(pk=self.instance.pk).exists():
            raise ValidationError("This contract has a key risk indicator with this name already")
        return name

    def clean_responsible(self):
        person = self.cleaned_data["responsible"]
        is_new = person and person.pk != self.instance.responsible_id
        if is_new and not self.contract.allows(person, Permission.VIEW_CONTRACTS):
            raise ValidationError(
                f"{person} cannot see this contract. "
                "Give them a part in it or a role in its unit first, or name somebody else"
            )
        return person

    def clean(self):
        values = super().clean()
        self._take_from_the_measure(values)
        amber, red, direction = (values.get(name) for name in ("amber", "red", "direction"))
        known = amber is not None and red is not None and direction
        if known and (problem := rules.threshold_problem(amber, red, direction)):
            self.add_error("red", problem)
        if (
            not values.get("risk")
            and not values.get("category")
            and not self.errors.keys() & {"risk", "category"}
        ):
            self.add_error(
                "category",
                "Choose the risk that it warns of, or the category of the one that is raised",
            )
        return values

    def _take_from_the_measure(self, values):
        """What another room measures brings its unit, its decimal places and its pace."""
        followed = next((m for m in self.measured if m.key == values.get("follows")), None)
        if followed is not None and not self.fields["follows"].disabled:
            values |= {
                "unit": followed.unit[:20],
                "decimals": followed.decimals,
                "frequency": followed.frequency,
            }

    @property
    def changes(self):
        """What the action is to write."""
        found = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if "follows" in self.fields and not self.fields["follows"].disabled:
            key = self.cleaned_data["follows"].removeprefix(OWN)
            labels = {m.key: m.label for m in self.measured} | {
                self.instance.measure: self.instance.measure_label
            }
            found |= {"measure": key, "measure_label": labels.get(key, "")[:200] if key else ""}
        return found


# --- Readings ---------------------------------------------------------------------------------------


def _value_field(indicator, **options):
    sign = indicator.unit in rules.SIGNS
    return PlainDecimalField(
        label="Value", max_digits=16, decimal_places=rules.STORED_DECIMALS,
        validators=[
            MinValueValidator(-rules.LARGEST_VALUE), MaxValueValidator(rules.LARGEST_VALUE),
        ],
        widget=AffixInput(
            width=10, numeric=True, prefix=indicator.unit if sign else "", suffix="" if sign else indicator.unit
        ),
        help_text=f"Amber from {indicator.amber_in_words}, red from {indicator.red_in_words}", **options,
    )  # fmt: skip


def _note_field():
    return forms.CharField(
        label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class RecordForm(Form):
    """What was measured in a period that has no reading yet."""

    submit_label = "Record"
    hide_optional = False

    period = forms.ChoiceField(label="Period")

    def __init__(self, *args, indicator, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        offered = self._open_periods(today)
        self.fields["period"].choices = [
            (p.start.isoformat(), self._words(p, today)) for p in offered
        ]
        over = [p for p in offered if p.end < today]
        if over or offered:
            self.initial.setdefault("period", (over or offered)[0].start.isoformat())
        self.fields["value"] = _value_field(indicator)
        self.fields["note"] = _note_field()
        self.cancel_url = indicator.get_absolute_url()
        self.periods = {p.start.isoformat(): p.start for p in offered}

    def _open_periods(self, today):
        """The latest first: those that are over, then the one that runs; without those that have a reading."""
        indicator = self.indicator
        running = rules.period_of(indicator.frequency, today)
        back = [running.shifted(-n) for n in range(1, PERIODS_OFFERED + 1)]
        there = set(
            indicator.readings.filter(period_start__gte=back[-1].start).values_list(
                "period_start", flat=True
            )
        )
        return [
            period
            for period in [*back, running]
            if period.start not in there
            and indicator.starts_on <= period.end
            and (indicator.ended_on is None or indicator.ended_on >= period.start)
        ]

    @staticmethod
    def _words(period, today):
        return period.label if period.end < today else f"{period.label} (not over yet)"

    @property
    def values(self):
        found = self.cleaned_data
        return {
            "period_start": self.periods[found["period"]],
            "value": found["value"],
            "note": found["note"],
        }


class CorrectForm(Form):
    """Another figure for a period; history keeps both."""

    submit_label = "Correct"
    hide_optional = False

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, reading):
        super().__init__(
            data, initial={"version": reading.version, "value": reading.value, "note": reading.note}
        )
        self.fields["value"] = _value_field(reading.indicator)
        self.fields["note"] = _note_field()
        self.fields["reason"] = reason_field("Why is it corrected?", required=True)
        self.cancel_url = reading.indicator.get_absolute_url()

    @property
    def values(self):
        return {**self.cleaned_data, "version": self.cleaned_data["version"] or 0}


class RetireForm(Form):
    """From which day on it is no longer measured, and why."""

    submit_label = "Retire this indicator"

    on = DateField(label="Last day on which it is measured")
    reason = reason_field("Reason", required=True, help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, indicator, today, **kwargs):
        super().__init__(*args, initial={"on": today}, **kwargs)
        self.indicator, self.today = indicator, today
        self.cancel_url = indicator.get_absolute_url()

    def clean_on(self):
        on, starts_on = self.cleaned_data["on"], self.indicator.starts_on
        if on > self.today:
            raise ValidationError("The last day must be today or in the past")
        if on < starts_on:
            raise ValidationError(
                f"The last day must not be before it was first measured, {starts_on.day} {starts_on:%B %Y}"
            )
        return on
