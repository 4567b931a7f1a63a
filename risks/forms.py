"""What may be typed about risks, what is done about them, and what the SRO says."""

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.lookups import PersonField
from accounts.permissions import Permission
from common.forms import DateField, Form, ModelForm, MoneyField, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from common.widgets import AffixInput
from contracts.forms import SHOWN_IN_HISTORY
from risks import rules
from risks.models import Category, ContingencyPlan, Risk, Treatment
from risks.rules import Kind, Proximity, Response

SMALL = {"class": "govuk-radios--small govuk-radios--inline"}
SMALL_LINES = {"class": "govuk-radios--small"}
SHOWN = "Shown in the history"
# The pairs of levels, and which words of the matrix each takes.
LEVELS = {
    "likelihood": "likelihoods", "impact": "impacts",
    "inherent_likelihood": "likelihoods", "inherent_impact": "impacts",
    "target_likelihood": "likelihoods", "target_impact": "impacts",
    "likelihood_after": "likelihoods", "impact_after": "impacts",
}  # fmt: skip


def level_choices(words):
    """The levels of one side of the matrix, with their words: `4 Likely`."""
    return [(level, f"{level} {word}") for level, word in zip(rules.LEVELS, words, strict=True)]


def level_field(matrix, name, label, *, required, help_text=""):
    field = forms.TypedChoiceField(
        label=label, required=required, coerce=int, empty_value=None, help_text=help_text,
        choices=[("", "Choose" if required else "Not scored"), *level_choices(getattr(matrix, LEVELS[name]))],
    )  # fmt: skip
    what = "likely" if "likelihood" in name else "serious"
    field.error_messages["required"] = f"Choose how {what} it is"
    return field


def may_own(person, contract):
    """Whether this person can see what they would own."""
    if contract is not None:
        return contract.allows(person, Permission.VIEW_CONTRACTS)
    return person.may(Permission.MANAGE_RISKS)


def refuse_stranger(person, contract, kept):
    """The person who may be named, or an error; whoever is named already stays."""
    if person is None or person.pk == kept or may_own(person, contract):
        return person
    if contract is not None:
        raise ValidationError(
            f"{person} cannot see this contract. "
            "Give them a part in it or a role in its unit first, or name somebody else"
        )
    raise ValidationError(f"{person} does not keep the risks of suppliers and of the organisation")


class StepForm(Form):
    """A form with one button that changes one thing; it carries the version that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, subject, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today or timezone.localdate()
        self.initial.setdefault("version", subject.version)
        self.cancel_url = subject.get_absolute_url()

    def _not_later_than_today(self, name, what):
        day = self.cleaned_data[name]
        if day and day > self.today:
            raise ValidationError(f"{what} must be today or in the past")
        return day

    def _in_the_future(self, name, what):
        day = self.cleaned_data[name]
        if day and day <= self.today:
            raise ValidationError(f"{what} must be after today")
        return day


# --- An entry of the register ---------------------------------------------------------------------


class ProposalForm(ModelForm):
    """What anybody who works on a contract may put forward; the rest is for whoever takes it on."""

    hide_optional = False
    needs_score = False

    class Meta:
        model = Risk
        fields = (
            "kind",
            "title",
            "cause",
            "event",
            "effect",
            "category",
            "likelihood",
            "impact",
            "happened_on",
        )
        widgets = {
            "kind": forms.RadioSelect(attrs=SMALL),
            "cause": forms.Textarea(attrs={"rows": 2}),
            "event": forms.Textarea(attrs={"rows": 2}),
            "effect": forms.Textarea(attrs={"rows": 2}),
            "reference": AffixInput(width=10),
            "response": forms.RadioSelect(attrs=SMALL_LINES),
            "proximity": forms.RadioSelect(attrs=SMALL),
        }  # fmt: skip
        labels = {
            "title": "What is it, in one line?",
            "cause": "Because of what?",
            "event": "What may happen, or has happened?",
            "effect": "What would that mean?",
            "reference": "Number",
            "response": "What do we do about it?",
            "proximity": "When would it happen?",
            "is_shared": "The supplier knows it and works on it too",
            "happened_on": "Day on which it happened",
            "review_on": "Look at it again on",
        }
        help_texts = {
            "happened_on": "Only of an issue: a risk that has happened",
            "review_on": "Leave empty for the usual time, which depends on the score",
        }

    def __init__(self, *args, contract=None, matrix, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract, self.matrix = contract, matrix
        self.today = today or timezone.localdate()
        self._offer()
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = self._layout()

    def _offer(self):
        kept = self.instance.category_id
        offered = Category.objects.filter(is_used=True) | Category.objects.filter(pk=kept)
        self.fields["category"].queryset = offered.order_by("name")
        self.fields["category"].empty_label = "Choose"
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in self._kinds()]
        for name, label in (
            ("likelihood", "How likely is it now?"), ("impact", "How serious would it be?"),
            ("inherent_likelihood", "How likely, with nothing done?"), ("inherent_impact", "How serious, with nothing done?"),
            ("target_likelihood", "How likely do we want it to be?"), ("target_impact", "How serious do we want it to be?"),
        ):  # fmt: skip
            if name in self.fields:
                required = self.needs_score and name in ("likelihood", "impact")
                self.fields[name] = level_field(self.matrix, name, label, required=required)
        for name, choices in (("response", Response), ("proximity", Proximity)):
            if name in self.fields:
                self.fields[name].choices = [("", "Not decided yet"), *choices.choices()]

    def _kinds(self):
        """That a risk has happened is a step of its own, and what has happened is not undone by an edit."""
        if self.instance.pk is None or self.instance.is_proposed:
            return list(Kind)
        return [Kind.ISSUE] if self.instance.is_issue else [Kind.RISK, Kind.OPPORTUNITY]

    def _layout(self):
        return Layout(
            Fieldset("What it is", "kind", "title", "cause", "event", "effect", "category", "happened_on"),
            Fieldset("How serious it is", Div("likelihood", "impact", css_class="app-side-by-side")),
        )  # fmt: skip

    def clean(self):
        values = super().clean()
        for field, sentence in rules.problems(values, today=self.today):
            if field in self.fields and field not in self.errors:
                self.add_error(field, sentence)
        if values.get("kind") != Kind.ISSUE and values.get("happened_on"):
            self.add_error(
                "happened_on", "Only an issue has happened. Choose Issue, or leave the day empty"
            )
        return values

    @property
    def values(self):
        return {
            name: self.cleaned_data[name] for name in self.Meta.fields if name in self.cleaned_data
        }


class RiskForm(KeepsLookups, VersionMixin, ProposalForm):
    """An entry of the register. What is checked here is to be checked for imported rows too."""

    needs_score = True
    owner = PersonField(
        label="Risk owner", required=False,
        help_text="Full name or e-mail address of the colleague who watches it",
    )  # fmt: skip
    reason = reason_field(help_text=SHOWN)

    field_order = (
        "kind", "title", "cause", "event", "effect", "category", "happened_on", "reference",
        "inherent_likelihood", "inherent_impact", "likelihood", "impact", "target_likelihood", "target_impact",
        "response", "proximity", "owner", "is_shared", "review_on",
    )  # fmt: skip

    class Meta(ProposalForm.Meta):
        fields = (
            *ProposalForm.Meta.fields, "reference", "owner",
            "inherent_likelihood", "inherent_impact", "target_likelihood", "target_impact",
            "response", "proximity", "is_shared", "review_on",
        )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["reason"]

    def _layout(self):
        side = "app-side-by-side"
        return Layout(
            "version",
            Fieldset("What it is", "kind", "title", "cause", "event", "effect", "category", "happened_on", "reference"),
            Fieldset(
                "How serious it is",
                Div("likelihood", "impact", css_class=side),
                Div("inherent_likelihood", "inherent_impact", css_class=side),
                Div("target_likelihood", "target_impact", css_class=side),
                "proximity",
            ),
            Fieldset("What we do about it", "response", "owner", "is_shared", "review_on"),
            *([Field("reason")] if self.instance.pk else []),
        )  # fmt: skip

    def clean_reference(self):
        # The form does not know the constraint, because the contract is not one of its fields.
        reference = self.cleaned_data["reference"].strip()
        if reference and self.contract is not None:
            namesakes = self.contract.risks.filter(reference__iexact=reference)
            if namesakes.exclude(pk=self.instance.pk).exists():
                raise ValidationError("This contract has a risk with this number already")
        return reference

    def clean_owner(self):
        return refuse_stranger(self.cleaned_data["owner"], self.contract, self.instance.owner_id)

    def clean_review_on(self):
        day = self.cleaned_data["review_on"]
        if day is None and self.instance.pk and self.instance.is_open:
            return self.instance.review_on
        if day and day != self.instance.review_on and day < self.today:
            raise ValidationError("The next review must be today or later")
        return day

    def _post_clean(self):
        """The row is written by the action; the form's own copy stays as it was read, to be compared with."""


# --- What becomes of it ---------------------------------------------------------------------------


class DeclineForm(StepForm):
    submit_label = "Do not take it on"

    reason = reason_field(
        "Why is it not taken on?", required=True, help_text="Whoever put it forward reads this"
    )


class ReviewForm(StepForm):
    """How it stands now, and when it is looked at again."""

    submit_label = "Close this review"

    likelihood = forms.TypedChoiceField()
    impact = forms.TypedChoiceField()
    words = forms.CharField(
        label="What has changed since the last review?", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=SHOWN,
    )  # fmt: skip
    review_on = DateField(
        label="Look at it again on", required=False,
        help_text="Leave empty for the usual time, which depends on the score",
    )  # fmt: skip

    def __init__(self, *args, subject, matrix, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        self.fields["likelihood"] = level_field(
            matrix, "likelihood", "How likely is it now?", required=True
        )
        self.fields["impact"] = level_field(
            matrix, "impact", "How serious would it be?", required=True
        )
        self.initial.setdefault("likelihood", subject.likelihood)
        self.initial.setdefault("impact", subject.impact)
        self.order_fields(["version", "likelihood", "impact", "words", "review_on"])

    def clean_review_on(self):
        return self._in_the_future("review_on", "The next review")


class HappenedForm(StepForm):
    """The risk has happened."""

    submit_label = "Make it an issue"

    happened_on = DateField(label="When did it happen?")
    impact = forms.TypedChoiceField()
    words = forms.CharField(
        label="What happened?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=SHOWN,
    )

    def __init__(self, *args, subject, matrix, **kwargs):
        super().__init__(*args, subject=subject, **kwargs)
        self.fields["impact"] = level_field(matrix, "impact", "How serious is it?", required=True)
        self.initial.setdefault("impact", subject.impact)
        self.initial.setdefault("happened_on", self.today)
        self.order_fields(["version", "happened_on", "impact", "words"])

    def clean_happened_on(self):
        return self._not_later_than_today("happened_on", "The day on which it happened")


class CloseForm(StepForm):
    submit_label = "Close it"

    on = DateField(label="Since when is it over?")
    outcome = forms.CharField(
        label="How did it end?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Such as: the transfer is complete. It stays readable, with its past",
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("on", self.today)

    def clean_on(self):
        return self._not_later_than_today("on", "The day")


class ReopenForm(StepForm):
    submit_label = "Open it again"

    reason = reason_field("Why is it open again?", required=True, help_text=SHOWN)


class AnswerForm(StepForm):
    """What the SRO says."""

    submit_label = "Record the decision"

    answer = forms.ChoiceField(
        label="What do you decide?", choices=[(a.value, a.label) for a in rules.DECISIONS], widget=forms.RadioSelect(attrs=SMALL_LINES),
        error_messages={"required": "Choose what you decide"},
    )  # fmt: skip
    words = forms.CharField(
        label="Why?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The risk owner reads this",
    )  # fmt: skip


# --- Treatments and contingency -------------------------------------------------------------------


class TreatmentForm(KeepsLookups, VersionMixin, ModelForm):
    """What is done about a risk."""

    owner = PersonField(label="Who does it?", required=False)
    cost = MoneyField(
        label="Cost", required=False, help_text="Without VAT. Leave empty when it is not known"
    )
    reason = reason_field(help_text=SHOWN)

    class Meta:
        model = Treatment
        fields = ("title", "owner", "due_on", "cost", "likelihood_after", "impact_after")
        labels = {"title": "What is done?", "due_on": "Until when?"}

    def __init__(self, *args, risk, matrix, **kwargs):
        super().__init__(*args, **kwargs)
        self.risk = risk
        for name, label in (
            ("likelihood_after", "How likely is it afterwards?"),
            ("impact_after", "How serious is it afterwards?"),
        ):
            self.fields[name] = level_field(matrix, name, label, required=False)
            self.fields[name].choices = [("", "Not said"), *self.fields[name].choices[1:]]
        if risk.contract_id and risk.contract.currency:
            self.fields["cost"].currency = risk.contract.currency
        if self.instance.pk is None:
            del self.fields["reason"]
        self.submit_label = "Save treatment" if self.instance.pk else "Add treatment"
        self.cancel_url = f"{risk.get_absolute_url()}#treatments"
        self.helper.layout = Layout(
            "version", "title", "owner", "due_on", "cost",
            Fieldset("What it is meant to bring", Div("likelihood_after", "impact_after", css_class="app-side-by-side")),
            *([Field("reason")] if self.instance.pk else []),
        )  # fmt: skip

    def clean_owner(self):
        return refuse_stranger(
            self.cleaned_data["owner"], self.risk.contract, self.instance.owner_id
        )

    def clean(self):
        values = super().clean()
        likelihood, impact = values.get("likelihood_after"), values.get("impact_after")
        if (likelihood is None) != (impact is None):
            missing = "impact_after" if impact is None else "likelihood_after"
            if missing not in self.errors:
                self.add_error(
                    missing, "Say both how likely and how serious it is afterwards, or neither"
                )
        return values

    def _post_clean(self):
        """The row is written by the action."""

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class DoneForm(StepForm):
    """A treatment was done, and this shows it."""

    submit_label = "Record it as done"

    done_on = DateField(label="When was it done?")
    evidence = forms.CharField(
        label="What shows it?", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as: signed letter in the contract file. Or give a link",
    )  # fmt: skip
    evidence_url = forms.URLField(label="Link to the evidence", required=False, max_length=500)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.setdefault("done_on", self.today)

    def clean_done_on(self):
        return self._not_later_than_today("done_on", "The day on which it was done")

    def clean(self):
        values = super().clean()
        if not self.errors and not values.get("evidence") and not values.get("evidence_url"):
            self.add_error("evidence", "Say what shows that it was done, or give a link")
        return values


class DropForm(StepForm):
    submit_label = "Give it up"

    reason = reason_field("Why is it not done?", required=True, help_text=SHOWN)


class ContingencyForm(KeepsLookups, VersionMixin, ModelForm):
    """What we would do if it happened all the same."""

    owner = PersonField(label="Who starts it?", required=False)
    reason = reason_field(help_text=SHOWN)
    submit_label = "Save the contingency plan"

    class Meta:
        model = ContingencyPlan
        fields = ("trigger", "remedy", "owner", "test_due_on")
        widgets = {
            "trigger": forms.Textarea(attrs={"rows": 2}),
            "remedy": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {
            "trigger": "What sets it off?",
            "remedy": "What would we do?",
            "test_due_on": "Try it out until",
        }
        help_texts = {
            "trigger": "Such as: two weeks of missed collections, or notice of insolvency",
            "remedy": "The proposed remedy: who takes over, with what, how fast",
            "test_due_on": "Leave empty when it cannot be tried out",
        }  # fmt: skip

    def __init__(self, *args, risk, **kwargs):
        super().__init__(*args, **kwargs)
        self.risk = risk
        if self.instance.pk is None:
            del self.fields["reason"]
        self.cancel_url = f"{risk.get_absolute_url()}#contingency"

    def clean_owner(self):
        return refuse_stranger(
            self.cleaned_data["owner"], self.risk.contract, self.instance.owner_id
        )

    def _post_clean(self):
        """The row is written by the action."""

    @property
    def values(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class TestedForm(StepForm):
    """A contingency plan was tried out."""

    submit_label = "Record the test"

    tested_on = DateField(label="When was it tested?")
    test_result = forms.CharField(
        label="What did the test show?", max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    test_due_on = DateField(label="Test it again until", required=False)

    def clean_tested_on(self):
        return self._not_later_than_today("tested_on", "The day of the test")

    def clean_test_due_on(self):
        return self._in_the_future("test_due_on", "The next test")


class RegisterReviewForm(Form):
    """Somebody has gone through a contract's whole register."""

    submit_label = "Record the review"

    on = DateField(label="When did you go through it?")
    words = forms.CharField(
        label="What came out of it?", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Such as: nothing new. {SHOWN_IN_HISTORY}",
    )  # fmt: skip

    def __init__(self, *args, contract, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("on", today)
        self.cancel_url = ""

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("The day must be today or in the past")
        return on
