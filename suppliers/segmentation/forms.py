from crispy_forms.layout import Fieldset, Layout
from django import forms

from common.forms import ChangeForm, Form, reason_field
from suppliers.segmentation import rules
from suppliers.segmentation.models import KraljicQuestion

SMALL = {"class": "govuk-radios--small"}


class PlacementForm(Form):
    """The questions that are asked today, each with its five answers, and why the supplier stands there."""

    reason = forms.CharField(
        label="Why here, and what has changed?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the placement, and read by everybody who sees one of the supplier's contracts. "
        "The answers above are read by the Procurement Unit and the SROs of its contracts",
        error_messages={"required": "Enter why the supplier stands here"},
    )

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        groups = {axis: [] for axis in rules.Axis}
        for question in questions:
            name = f"question-{question.pk}"
            groups[rules.Axis(question.axis)].append(name)
            self.fields[name] = _answers(question)
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            *(Fieldset(axis.label, *names) for axis, names in groups.items()),
            Fieldset("In words", "reason"),
        )

    @property
    def points(self):
        """(question, points) pairs."""
        return [(q, self.cleaned_data[f"question-{q.pk}"]) for q in self.questions]

    @property
    def answers_as_sent(self):
        """(name, value) of every field, for the page that asks whether the place is right."""
        return [(field.html_name, field.value()) for field in self]


def _answers(question):
    return forms.TypedChoiceField(
        label=question.text, coerce=int, choices=list(enumerate(question.answers)),
        widget=forms.RadioSelect(attrs=SMALL),
        error_messages={"required": f"Answer the question: {question.text}"},
    )  # fmt: skip


def same_answers_as(placement, questions):
    """The answers of an earlier placement, for the questions that were asked then and are asked now."""
    given = {answer["question"]: answer["points"] for answer in placement.answers}
    return {f"question-{q.pk}": given[q.text] for q in questions if q.text in given}


class TierForm(Form):
    """The tier of one supplier; a reason where it is not the one proposed."""

    tier = forms.ChoiceField(label="Tier of this supplier", widget=forms.RadioSelect)
    reason = reason_field(
        "Why this tier?", help_text="Needed when it is not the one proposed. Shown in the history"
    )

    def __init__(self, *args, proposal, platinum, current=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        offered = [t for t in rules.Tier if platinum or t != rules.Tier.PLATINUM or t == current]
        self.fields["tier"].choices = [(tier.value, tier.label) for tier in offered]
        self.helper.form_tag = False
        self.helper.inputs = []

    def clean(self):
        values = super().clean()
        if "tier" in values and not self.errors.get("reason"):
            self.ask_for_reason(self.proposal)
        return values

    def ask_for_reason(self, proposal):
        """A tier other than the one proposed must say why."""
        if self.cleaned_data.get("reason") or self.cleaned_data["tier"] == (proposal.tier or ""):
            return
        words = f"{proposal.tier.label} is proposed" if proposal.tier else "Nothing is proposed"
        self.add_error("reason", f"{words}: enter the reason for another tier")


class AcceptForm(Form):
    """One reason for many decisions."""

    reason = reason_field(
        "Why are these proposals accepted?", required=True, help_text="Kept with each decision"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.inputs = []


class QuestionForm(ChangeForm):
    reason = reason_field("Why are you changing this?", help_text="Shown in the history")

    class Meta:
        model = KraljicQuestion
        fields = (
            "axis", "text", "weight", "answer_0", "answer_1", "answer_2", "answer_3", "answer_4",
            "order", "is_asked",
        )  # fmt: skip
        widgets = {
            "axis": forms.RadioSelect(attrs=SMALL),
            "weight": forms.TextInput(
                attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}
            ),
            "order": forms.TextInput(
                attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}
            ),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            del self.fields["reason"], self.fields["is_asked"]
        # The empty choice of a column without a default is nothing to choose.
        self.fields["axis"].choices = rules.Axis.choices()
        self.helper.form_tag = False
        self.helper.inputs = []
        last = ["is_asked", "reason"] if self.instance.pk else []
        self.helper.layout = Layout(
            Fieldset("The question", "axis", "text", "weight", "order"),
            Fieldset("Its answers", "answer_0", "answer_1", "answer_2", "answer_3", "answer_4"),
            *([Fieldset("Change", *last)] if last else []),
        )
