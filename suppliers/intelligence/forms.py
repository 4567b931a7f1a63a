from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.utils import timezone

from common.forms import ChangeForm, Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from suppliers.intelligence import rules
from suppliers.intelligence.actions import EVENT_COLUMNS
from suppliers.intelligence.models import Agency, DistressEvent, FinancialCheck, IntelligenceNote
from suppliers.lookups import SupplierField

SMALL = {"class": "govuk-radios--small"}


class SaysWhatIsWrong:
    """A form whose values are also looked at together, by a rule."""

    def add_problems(self, problems):
        for field, sentence in problems:
            if field in self.fields and field not in self.errors:
                self.add_error(field, sentence)


class NoteForm(SaysWhatIsWrong, KeepsLookups, ChangeForm):
    supplier = SupplierField(required=False)
    reason = reason_field()

    class Meta:
        model = IntelligenceNote
        fields = (
            "kind",
            "title",
            "text",
            "supplier",
            "category",
            "source",
            "noted_on",
            "valid_until",
        )
        widgets = {
            "kind": forms.RadioSelect(attrs=SMALL),
            "text": forms.Textarea(attrs={"rows": 6}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            (
                kind.value,
                f"{kind.label} (confidential)" if rules.is_confidential(kind) else kind.label,
            )
            for kind in rules.NoteKind
        ]
        self.fields[
            "kind"
        ].help_text = "Confidential notes are read by the Procurement Unit, and by the SROs of this supplier's contracts"
        self.was, self.was_about = self.instance.kind, self.instance.supplier
        last = ["reason"] if self.instance.pk else []
        if not self.instance.pk:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            Fieldset("What is it about?", "kind", "supplier", "category"),
            Fieldset("What is known?", "title", "text", "source", "noted_on", "valid_until", *last),
        )

    def clean(self):
        values = super().clean()
        self.add_problems(rules.problems_of_note(values, was=self.was, was_about=self.was_about))
        return values


class EndNoteForm(Form):
    reason = reason_field("Why does it no longer count?", required=True)
    submit_label = "End this note"


class FinancialCheckForm(SaysWhatIsWrong, ModelForm):
    class Meta:
        model = FinancialCheck
        fields = ("agency", "kind", "score", "checked_on", "due_on", "note")
        widgets = {
            "kind": forms.RadioSelect(attrs=SMALL),
            "note": forms.Textarea(attrs={"rows": 4}),
            "score": forms.TextInput(
                attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}
            ),
        }

    def __init__(self, *args, tier, **kwargs):
        super().__init__(*args, **kwargs)
        self.tier = tier
        self.fields["agency"].queryset = Agency.objects.filter(is_used=True)
        self.fields["agency"].label_from_instance = in_words
        self.fields["agency"].label = "What was scored"  # beside the score itself
        self.fields["agency"].empty_label = "Choose a score"
        self.fields[
            "score"
        ].help_text = "Leave empty when it could not be had: that is recorded as not available"
        self.fields["due_on"].help_text = self._when_due()
        self.helper.form_tag = False
        self.helper.inputs = []

    def _when_due(self):
        months = rules.MONTHS_BETWEEN_CHECKS.get(self.tier)
        if not months:
            return "Leave empty when the supplier need not be checked again"
        pace = "a year" if months == 12 else f"{months} months"
        return f"Its highest contract is {self.tier.capitalize()}: {pace} later at most, also when left empty"

    def clean(self):
        values = super().clean()
        self.add_problems(
            rules.problems_of_check(values, tier=self.tier, today=timezone.localdate())
        )
        return values


def in_words(agency):
    """`Credit score: bad below 50`."""
    side = "below" if agency.bad_when == rules.BadWhen.BELOW else "above"
    return f"{agency.name}: bad {side} {agency.threshold.normalize():f}"


class DistressForm(SaysWhatIsWrong, VersionMixin, ModelForm):
    reason = reason_field()

    class Meta:
        model = DistressEvent
        fields = EVENT_COLUMNS
        widgets = {
            "sign": forms.RadioSelect(attrs=SMALL),
            "text": forms.Textarea(attrs={"rows": 4}),
            "outcome": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sign"].choices = rules.Sign.choices()
        follow_up = ["closed_on", "outcome", "reason"] if self.instance.pk else []
        if not self.instance.pk:
            del self.fields["reason"], self.fields["closed_on"], self.fields["outcome"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset("The sign", "sign", "text", "happened_on", "notified_on"),
            Fieldset("How does the service go on?", "plan_due_on", "plan_agreed_on"),
            *([Fieldset("How did it end?", *follow_up)] if follow_up else []),
        )

    def clean(self):
        values = super().clean()
        self.add_problems(rules.problems_of_event(values, today=timezone.localdate()))
        return values

    @property
    def changes(self):
        return {
            name: self.cleaned_data[name] for name in EVENT_COLUMNS if name in self.cleaned_data
        }


class AgencyForm(ChangeForm):
    reason = reason_field()

    class Meta:
        model = Agency
        fields = ("name", "threshold", "bad_when", "is_used")
        widgets = {
            "bad_when": forms.RadioSelect(attrs=SMALL),
            "threshold": forms.TextInput(
                attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["bad_when"].choices = rules.BadWhen.choices()
        if not self.instance.pk:
            del self.fields["reason"], self.fields["is_used"]
        self.helper.form_tag = False
        self.helper.inputs = []
