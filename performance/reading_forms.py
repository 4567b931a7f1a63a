"""What may be said about one reading: what happened, and each step that it takes."""

from django import forms
from django.core.exceptions import ValidationError

from common.forms import DateField, Form, reason_field
from common.widgets import AffixInput
from contracts.documents.models import Document
from contracts.obligations.models import Occurrence
from performance import rules
from performance.forms import OBLIGATIONS_OFFERED
from performance.sheet import as_typed


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
        shown = as_typed(reading, reading.indicator)
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
