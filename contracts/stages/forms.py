from django import forms

from common.forms import DateField, Form, reason_field
from common.forms import ModelForm as PlainModelForm
from common.locking import VersionMixin
from contracts.forms import SHOWN_IN_HISTORY, report_problems
from contracts.models import Contract, Ending, Stage
from contracts.stages import rules


class Problems:
    """For a form whose action refuses: each sentence beside its field."""

    def add_problems(self, problems):
        for _, field, sentence in problems:
            self.add_error(field if field in self.fields else None, sentence)


class MoveForm(Problems, Form):
    """On which day a contract moved, and why. `although` is asked only where something is missing."""

    moved_on = DateField(label="On which day?", required=False)
    ended_as = forms.ChoiceField(
        label="How did it end?", choices=Ending, required=False, widget=forms.RadioSelect
    )
    reason = reason_field(help_text=SHOWN_IN_HISTORY)
    although = forms.BooleanField(
        label="Move it on although this is missing",
        error_messages={"required": "Tick that you move it on although something is missing"},
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    hide_optional = True

    def __init__(self, *args, contract, to, missing, **kwargs):
        super().__init__(*args, **kwargs)
        is_back = rules.is_back(contract.stage, to)
        if to != Stage.ENDED:
            del self.fields["ended_as"]
        else:
            self.fields["moved_on"].label = "On which day did it end?"
            self.fields["moved_on"].help_text = "The last day on which it was in force"
        self.fields["reason"].label = "Why?" if missing or is_back else "Anything to add?"
        if missing:
            self.fields["reason"].required = True
        else:
            del self.fields["although"]
        order = ["ended_as", "moved_on", "although", "reason", "seen"]
        self.order_fields(order)
        self.helper.form_tag = False
        self.helper.inputs = []


class OutcomeForm(Problems, VersionMixin, PlainModelForm):
    """What follows a date that has come: extended, closing, ended, or reviewed."""

    submit_label = "Save"
    stage = forms.ChoiceField(label="Where does that leave it?", widget=forms.RadioSelect)
    ended_as = forms.ChoiceField(
        label="If it has ended: how?",
        choices=[("", "It has not ended"), *Ending.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    moved_on = DateField(
        label="On which day did it move on, or end?",
        required=False,
        help_text="Leave empty for today, or when the stage stays as it is",
    )
    reason = reason_field("What was decided, and why?", required=True, help_text=SHOWN_IN_HISTORY)
    hide_optional = True

    class Meta:
        model = Contract
        fields = ("ends_on", "review_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        here = self.instance.stage
        possible = [
            *rules.onward(here),
            *([Stage.LIVE] if here in (Stage.EXIT, Stage.ENDED) else []),
        ]
        self.fields["stage"].choices = [
            (here, f"It stays: {Stage(here).label}"),
            *((stage, Stage(stage).label) for stage in possible),
        ]
        self.initial["stage"] = here
        if here == Stage.ENDED:
            del self.fields["ended_as"]
        self.order_fields(["ends_on", "review_on", "stage", "ended_as", "moved_on", "reason"])

    def clean(self):
        values = super().clean()
        if values.get("ended_as") and values.get("stage") != Stage.ENDED:
            self.add_error("stage", "Select Ended if it has ended")
        report_problems(self, {"commences_on": self.instance.commences_on, **values})
        return values

    @property
    def to(self):
        """The stage it moves to; nothing when it stays."""
        stage = self.cleaned_data["stage"]
        return "" if stage == self.instance.stage else stage

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}
