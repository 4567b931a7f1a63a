"""What may be typed about plans, their tests, and compliance checks."""

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from accounts.lookups import PersonField
from common.forms import DateField, Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from common.widgets import AffixInput
from contracts.documents.models import Document
from contracts.forms import SHOWN_IN_HISTORY
from risks.continuity import rules
from risks.continuity.actions import CHECK_COLUMNS, PLAN_COLUMNS, TEST_COLUMNS
from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from risks.continuity.rules import MONTHS_BETWEEN_TESTS
from risks.models import Risk

SMALL = {"class": "govuk-radios--small"}
SIDE_BY_SIDE = {"class": "govuk-radios--small govuk-radios--inline"}


def _number():
    return AffixInput(width=3, attrs={"inputmode": "numeric"})


def _text(rows):
    return forms.Textarea(attrs={"rows": rows})


class PapersField(forms.ModelChoiceField):
    """One of the contract's documents that the person may know of."""

    def __init__(self, **kwargs):
        super().__init__(
            Document.objects.none(), required=False, empty_label="None of its documents", **kwargs
        )

    def label_from_instance(self, document):
        return document.name


class SaysWhatIsWrong:
    """A form whose values are also looked at together, by a rule."""

    def add_problems(self, problems):
        for field, sentence in problems:
            if field in self.fields and field not in self.errors:
                self.add_error(field, sentence)
            elif field not in self.fields:
                self.add_error(None, sentence)


class OfSubject(SaysWhatIsWrong, VersionMixin, ModelForm):
    """Something of a contract or of a supplier. Its document is no column of the form: the history of the row leaves it
    out, and who may not know of the one that is named neither sees nor changes it."""

    papers = PapersField(label="Or one of the contract’s documents")
    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, subject, user, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.subject, self.today = subject, today
        self._offer_papers(user)
        if self.instance.pk is None:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []

    def _offer_papers(self, user):
        field, kept = self.fields["papers"], self.instance.document_id
        field.queryset = self.subject.documents(user)
        if kept:
            field.queryset = field.queryset | Document.objects.visible_to(user).filter(pk=kept)
        self.initial.setdefault("papers", kept)
        is_hidden = kept and not field.queryset.filter(pk=kept).exists()
        if is_hidden or not field.queryset.exists():
            del self.fields["papers"]
        else:
            field.show_hidden_initial = bool(self.instance.pk)

    @property
    def _papers(self):
        return ["papers"] if "papers" in self.fields else []

    @property
    def _last(self):
        return [Field("reason")] if "reason" in self.fields else []

    @property
    def changes(self):
        """What the action is to write."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields if name in self.fields}
        if "papers" in self.fields:
            values["document"] = self.cleaned_data["papers"]
        return values

    def keep_papers(self, data, current):
        """After a conflict: a document that only the other one chose is taken over."""
        if "papers" in self.fields and "papers" not in self.changed_data:
            data["papers"] = data["initial-papers"] = str(current.document_id or "")
        return data


class PlanForm(KeepsLookups, OfSubject):
    owner = PersonField(
        label="Plan owner", required=False,
        help_text="Full name or e-mail address of a colleague who sees that it is kept up to date and tested",
    )  # fmt: skip

    field_order = (
        "kind", "whose", "title", "scope", "url", "papers", "rto", "rto_unit", "rpo", "rpo_unit",
        "owner", "agreed_on", "review_on", "test_due_on",
    )  # fmt: skip

    class Meta:
        model = Plan
        fields = PLAN_COLUMNS
        widgets = {
            "kind": forms.RadioSelect(attrs=SMALL),
            "whose": forms.RadioSelect(attrs=SIDE_BY_SIDE),
            "scope": _text(3),
            "rto": _number(),
            "rpo": _number(),
            "rto_unit": forms.RadioSelect(attrs=SIDE_BY_SIDE),
            "rpo_unit": forms.RadioSelect(attrs=SIDE_BY_SIDE),
        }
        help_texts = {"scope": "Such as kerbside collections and the call centre"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("kind", "whose", "rto_unit", "rpo_unit"):
            self.fields[name].choices = Plan._meta.get_field(name).choices
        self._say_what_follows()
        self.helper.layout = Layout(
            "version",
            Fieldset("The plan", "kind", "whose", "title", "scope"),
            Fieldset("Where it is", "url", *self._papers),
            Fieldset("How soon the service is to be back", "rto", "rto_unit", "rpo", "rpo_unit"),
            Fieldset("Who keeps it alive", "owner", "agreed_on", "review_on", "test_due_on"),
            *self._last,
        )

    def _say_what_follows(self):
        tier = self.subject.tier
        months = MONTHS_BETWEEN_TESTS.get(tier)
        if self.instance.pk is not None or not months:
            return
        self.fields[
            "review_on"
        ].help_text = (
            f"Left empty, {months} months after it was agreed, as for {tier.capitalize()} contracts"
        )
        self.fields["test_due_on"].help_text = f"Left empty, in {rules.FIRST_TEST_MONTHS} months"

    def clean_owner(self):
        person = self.cleaned_data["owner"]
        is_new = person and person.pk != self.instance.owner_id
        if is_new and not self.subject.may_be_kept_by(person):
            raise ValidationError(
                f"{person} cannot see this contract. Give them a part in it or a role in its unit first, or name"
                " somebody else"
                if self.subject.contract
                else f"{person} does not keep the plans of suppliers. Name somebody of the Procurement Unit"
            )
        return person

    def clean(self):
        values = super().clean()
        self.add_problems(rules.problems_of_plan(values, today=self.today))
        return values


class RetireForm(Form):
    """Why a plan no longer counts."""

    submit_label = "Retire this plan"

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = reason_field("Why does it no longer count?", required=True, help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, row, **kwargs):
        super().__init__(*args, **kwargs)
        self.cancel_url = row.get_absolute_url()
        self.initial["version"] = row.version

    def clean_version(self):
        return self.cleaned_data.get("version") or 0


class EndForm(RetireForm):
    """Why something is no longer required."""

    submit_label = "It is no longer required"

    reason = reason_field(
        "Why is it no longer required?", required=True, help_text=SHOWN_IN_HISTORY
    )


class TestForm(SaysWhatIsWrong, VersionMixin, ModelForm):
    """What a test showed. A new one carries the version of its plan, a correction that of the test."""

    test_due_on = DateField(label="Next test due", required=False)
    reason = reason_field("Why do you correct this?", required=True, help_text=SHOWN_IN_HISTORY)

    field_order = (*TEST_COLUMNS, "test_due_on")

    class Meta:
        model = PlanTest
        fields = TEST_COLUMNS
        widgets = {
            "kind": forms.RadioSelect(attrs=SMALL),
            "result": forms.RadioSelect(attrs=SMALL),
            "reached": _number(),
            "reached_unit": forms.RadioSelect(attrs=SIDE_BY_SIDE),
            "findings": _text(4),
        }

    def __init__(self, *args, plan, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.today, self.tier = plan, today, plan.subject.tier
        for name in ("kind", "result", "reached_unit"):
            self.fields[name].choices = PlanTest._meta.get_field(name).choices
        if self.instance.pk is None:
            self.initial["version"] = plan.version
            del self.fields["reason"]
            self.fields["test_due_on"].help_text = self._when_due()
        else:
            del self.fields["test_due_on"]
        objective = plan.rto_in_words
        self.fields["reached"].help_text = (
            f"The plan allows {objective}. Leave empty if it was not measured"
            if objective
            else "The plan states no recovery time. Leave empty if it was not measured"
        )
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset("The test", "on", "kind", "result"),
            Fieldset("What it showed", Div("reached"), "reached_unit", "findings"),
            *[name for name in ("test_due_on", "reason") if name in self.fields],
        )

    def _when_due(self):
        months = MONTHS_BETWEEN_TESTS.get(self.tier)
        failed = f"After a test that failed, {rules.RETEST_MONTHS} months later at most"
        if not months:
            return failed
        return f"Left empty, {months} months after this one, as for {self.tier.capitalize()} contracts. {failed}"

    def clean(self):
        values = super().clean()
        objective = rules.hours(self.plan.rto, self.plan.rto_unit)
        self.add_problems(
            rules.problems_of_test(values, objective=objective, tier=self.tier, today=self.today)
        )
        return values

    @property
    def changes(self):
        values = {name: self.cleaned_data[name] for name in TEST_COLUMNS}
        if "test_due_on" in self.fields:
            values["test_due_on"] = self.cleaned_data["test_due_on"]
        return values


class CheckForm(OfSubject):
    """A requirement and what shows that it is met; `renews` is the check whose place it takes."""

    risk = forms.ModelChoiceField(
        Risk.objects.none(), label="Risk in the register", required=False, empty_label="None",
        help_text="Where the register has a risk that this belongs to",
    )  # fmt: skip

    field_order = (
        "topic", "topic_words", "requirement", "result", "checked_on", "evidence", "evidence_url", "papers",
        "expires_on", "next_on", "action", "risk",
    )  # fmt: skip

    class Meta:
        model = ComplianceCheck
        fields = CHECK_COLUMNS
        widgets = {
            "topic": forms.RadioSelect(attrs=SMALL),
            "result": forms.RadioSelect(attrs=SMALL),
            "evidence": _text(3),
            "action": _text(3),
        }
        help_texts = {
            "evidence": "What was seen, or where it is",
            "next_on": "When somebody looks again. Needed unless it complies",
            "action": "Needed when it complies in part or not at all",
        }

    def __init__(self, *args, renews=None, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("topic", "result"):
            self.fields[name].choices = ComplianceCheck._meta.get_field(name).choices
        if renews is not None:
            self.initial["version"] = renews.version
        self._offer_risks()
        self.helper.layout = Layout(
            "version",
            Fieldset("The requirement", "topic", "topic_words", "requirement"),
            Fieldset("The check", "result", "checked_on"),
            Fieldset("The evidence", "evidence", "evidence_url", *self._papers, "expires_on"),
            Fieldset(
                "What follows",
                "next_on",
                "action",
                *(["risk"] if "risk" in self.fields else []),
            ),
            *self._last,
        )

    def _offer_risks(self):
        field, kept = self.fields["risk"], self.instance.risk_id
        field.queryset = self.subject.risks(kept)
        if not field.queryset:
            del self.fields["risk"]

    def clean(self):
        values = super().clean()
        self.add_problems(
            rules.problems_of_check(values, is_shown=self._is_shown(values), today=self.today)
        )
        return values

    def _is_shown(self, values):
        papers = (
            values.get("papers") if "papers" in self.fields else self.instance.document_id
        )  # fmt: skip
        return bool(values.get("evidence") or values.get("evidence_url") or papers)
