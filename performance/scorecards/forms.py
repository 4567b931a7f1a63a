"""What may be typed about scorecards and feedback."""

from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from common import locking
from common.forms import DateField, Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.widgets import AffixInput
from contracts.forms import SHOWN_IN_HISTORY
from performance.scorecards import rules
from performance.scorecards.models import Feedback, Line
from performance.scorecards.rules import Decision, Kind, Quadrant, Rag

SMALL = {"class": "govuk-radios--small govuk-radios--inline"}
NOT_YET = ("", "Not decided yet")
# About people who use a service: what is kept here is read by everybody who sees the contract.
NO_NAMES = "Leave out names and whatever tells who somebody is"

# Most quadrants are tracked, so what follows when one is not is folded away.
DECISION = """<details class="govuk-details"{% if form.asks_for_decision %} open{% endif %}>
<summary class="govuk-details__summary"><span class="govuk-details__summary-text">If it is not tracked<span class="govuk-visually-hidden">: {{ form.quadrant.label }}</span></span></summary>
<div class="govuk-details__text">"""


def version_field():
    return forms.IntegerField(widget=forms.HiddenInput, required=False)


# --- Scorecards -----------------------------------------------------------------------------------


class StartForm(Form):
    """For which quarter."""

    submit_label = "Start the scorecard"

    quarter = forms.TypedChoiceField(
        label="Which quarter is it for?", widget=forms.RadioSelect,
        error_messages={"required": "Choose a quarter"},
    )  # fmt: skip

    def __init__(self, *args, quarters, cancel_url, **kwargs):
        super().__init__(*args, **kwargs)
        self.cancel_url = cancel_url
        by_start = {quarter.start.isoformat(): quarter for quarter in quarters}
        self.fields["quarter"].choices = [(start, q.label) for start, q in by_start.items()]
        self.fields["quarter"].coerce = by_start.__getitem__


class LineForm(VersionMixin, ModelForm):
    """What is said of one quadrant. A draft may leave things open; `strict` asks for all that a sign-off needs."""

    submit_label = ""
    hide_optional = True  # a draft may leave everything open

    class Meta:
        model = Line
        fields = ("rag", "reason", "narrative", "decision", "decision_note")
        widgets = {
            "rag": forms.RadioSelect(attrs=SMALL),
            "reason": forms.Textarea(attrs={"rows": 2}),
            "narrative": forms.Textarea(attrs={"rows": 4}),
            "decision": forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
            "decision_note": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "rag": "How does it stand?",
            "reason": "Why is it not what is proposed?",
            "narrative": "What happened, and what is being done?",
            "decision": "What follows if it is not tracked?",
            "decision_note": "More about that decision",
        }
        help_texts = {
            "reason": "Needed when you choose another word than the one proposed",
            "narrative": "Needed when it is Amber or Red. The SRO reads this first",
            "decision_note": "Needed when you accept it. Otherwise such as the change request or the schedule",
        }

    def __init__(self, data=None, *, instance, proposed=None, strict=False):
        super().__init__(data, instance=instance, prefix=instance.quadrant)
        self.quadrant, self.proposed, self.strict = Quadrant(instance.quadrant), proposed, strict
        self.fields["rag"].choices = [NOT_YET, *Rag.choices()]
        self.fields["decision"].choices = [NOT_YET, *Decision.choices()]
        for field in self.fields.values():
            limit = field.max_length if isinstance(field, forms.CharField) else None
            if limit:
                field.error_messages["max_length"] = (
                    f"{self.quadrant.label}: {str(field.label).lower().rstrip('?')} must be {limit:,} characters or fewer"
                )
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "version", "rag", "reason", "narrative", HTML(DECISION), "decision", "decision_note",
            HTML("</div></details>"),
        )  # fmt: skip

    @property
    def asks_for_decision(self):
        """Whether what follows from not being tracked stands open: it may be needed, or is filled in already."""
        rag = self["rag"].value() or self.proposed
        given = self["decision"].value() or self["decision_note"].value()
        wrong = {"decision", "decision_note"}.intersection(self.errors)
        return bool(rag == Rag.NOT_TRACKED or given or wrong)

    def clean(self):
        values = super().clean()
        if self.strict:
            said = {name: values.get(name, "") for name in self.Meta.fields}
            line = rules.Line(self.quadrant, proposed=self.proposed, **said)
            for field, sentence in rules.line_problems(line):
                if field not in self.errors:
                    self.add_error(field, sentence)
        return values

    def _post_clean(self):
        """The row is written by the action; the form's own copy stays as it was read, to be compared with."""

    @property
    def said(self):
        """(the version that the person saw, what they said)."""
        return self.cleaned_data["version"], {n: self.cleaned_data[n] for n in self.Meta.fields}


class Sheet:
    """The four quadrants on one page: all are saved or none."""

    def __init__(self, lines, *, proposals, data=None, strict=False):
        self.forms = [
            LineForm(data, instance=line, proposed=proposals[line.quadrant], strict=strict)
            for line in lines
        ]

    def is_valid(self):
        return all(form.is_bound for form in self.forms) and not self.has_errors

    @property
    def has_errors(self):
        # Each is asked, the others too once one is wrong: all errors are shown at once.
        return sum(bool(form.errors) for form in self.forms) > 0

    @property
    def lines(self):
        return {form.quadrant.value: form.said for form in self.forms}

    def merged(self, current_lines, data):
        """Fill the page's data with both people's work: (data to show again, differences)."""
        current = {line.quadrant: line for line in current_lines}
        differences = []
        for form in self.forms:
            key = form.add_prefix("version")
            data = data.copy()
            data["version"] = data.get(key)
            data, found = locking.merge(form, current[form.quadrant], data)
            data[key] = data.pop("version")[-1]
            differences += [_of_quadrant(form.quadrant, difference) for difference in found]
        return data, differences


def _of_quadrant(quadrant, found):
    return locking.Difference(
        found.name,
        f"{quadrant.label}: {found.label}",
        found.before,
        found.theirs,
        found.mine,
        found.clash,
    )


class SignForm(Form):
    submit_label = "Sign off"

    confirm = forms.BooleanField(
        label="I have read what is said of all four quadrants, and answer for it",
        error_messages={"required": "Confirm that you have read it and answer for it"},
    )
    version = version_field()


class SeenForm(Form):
    submit_label = "Mark as seen"

    question = forms.CharField(
        label="Question or challenge", required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The owner is asked to answer it here. Leave empty if you have none",
    )  # fmt: skip
    version = version_field()


class AnswerForm(Form):
    submit_label = "Save the answer"

    words = forms.CharField(
        label="Answer", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter the answer"},
    )  # fmt: skip
    version = version_field()


class ReopenForm(Form):
    submit_label = "Open it again"

    reason = reason_field("What is to be put right?", required=True, help_text=SHOWN_IN_HISTORY)
    version = version_field()


class DiscardForm(ReopenForm):
    submit_label = "Discard the draft"

    reason = reason_field("Why is it discarded?", required=True, help_text=SHOWN_IN_HISTORY)


# --- Feedback -------------------------------------------------------------------------------------


class FeedbackForm(VersionMixin, ModelForm):
    """A survey, a complaint or a compliment."""

    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Feedback
        fields = ("kind", "received_on", "source", "score", "scale", "nps", "sample", "comments")
        widgets = {
            "kind": forms.RadioSelect(attrs=SMALL),
            "score": AffixInput(width=5, numeric=True),
            "scale": AffixInput(width=5, numeric=True),
            "nps": AffixInput(width=5, numeric=True),
            "sample": AffixInput(width=5, numeric=True),
            "comments": forms.Textarea(attrs={"rows": 4}),
        }
        labels = {
            "scale": "Highest score that could be given",
            "sample": "How many people answered?",
            "comments": "What was said?",
            "source": "Where does it come from?",
        }
        help_texts = {
            "score": "Such as 4.2",
            "scale": "Such as 5",
            "nps": "From -100 to 100, if the survey asked for it",
            "sample": "A survey counts by the number of people who answered",
            "comments": f"In short. {NO_NAMES}",
        }

    def __init__(self, *args, contract, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract, self.today = contract, today
        self.fields["kind"].choices = Kind.choices()
        if self.instance.pk is None:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset("What came in", "kind", "received_on", "source", "comments"),
            Fieldset(
                "Scores of a survey",
                Div("score", "scale", css_class="app-side-by-side"), "nps", "sample",
            ),
            *(["reason"] if "reason" in self.fields else []),
        )  # fmt: skip

    def clean(self):
        values = super().clean()
        for field, sentence in rules.feedback_problems(values, today=self.today):
            if field not in self.errors:
                self.add_error(field, sentence)
        if self.instance.resolved_on:
            self._keep_to_the_end(values)
        return values

    def _keep_to_the_end(self, values):
        if values.get("kind") != Kind.COMPLAINT:
            self.add_error("kind", "This complaint has been resolved, so it stays a complaint")
        received_on = values.get("received_on")
        if received_on and received_on > self.instance.resolved_on:
            self.add_error("received_on", "It cannot be received after it was resolved")

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ResolveForm(Form):
    """How a complaint ended."""

    submit_label = "Save"

    resolved_on = DateField(label="Day on which it was resolved")
    outcome = forms.CharField(
        label="What came of it?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"What was put right, and what follows from it. {NO_NAMES}",
        error_messages={"required": "Say what came of it"},
    )  # fmt: skip
    version = version_field()

    def __init__(self, *args, feedback, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.feedback, self.today = feedback, today
        self.cancel_url = feedback.get_absolute_url()

    def clean(self):
        values = super().clean()
        if self.errors:
            return values
        for field, sentence in rules.resolving_problems(
            resolved_on=values["resolved_on"], received_on=self.feedback.received_on,
            outcome=values["outcome"], today=self.today,
        ):  # fmt: skip
            self.add_error(field, sentence)
        return values


class QuarterField(forms.CharField):
    """`2026-07-01`, the first day of a quarter."""

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            day = forms.DateField(input_formats=["%Y-%m-%d"]).clean(text)
        except ValidationError:
            raise ValidationError("Choose a quarter") from None
        quarter = rules.quarter_of(day)
        if quarter.start != day or not 2000 <= day.year <= 2150:
            raise ValidationError("Choose a quarter")
        return quarter
