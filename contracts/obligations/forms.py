"""What may be typed about obligations, and about what became of them."""

import datetime
import re

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError

from accounts.lookups import PersonField
from accounts.permissions import Permission
from common.forms import DateField, Form, ModelForm, reason_field
from common.locking import VersionMixin
from common.lookups import KeepsLookups
from common.widgets import AffixInput
from contracts.forms import SHOWN_IN_HISTORY
from contracts.obligations import rules
from contracts.obligations.actions import Done
from contracts.obligations.models import Obligation
from contracts.obligations.rules import Party, Status

SMALL = {"class": "govuk-radios--small govuk-radios--inline"}
SMALL_BOXES = {"class": "govuk-checkboxes--small"}


class OursField(forms.ModelMultipleChoiceField):
    """The authority's obligations that one of the supplier's depends on."""

    widget = forms.CheckboxSelectMultiple(attrs=SMALL_BOXES)

    def __init__(self, **kwargs):
        super().__init__(Obligation.objects.none(), required=False, **kwargs)


class ObligationForm(KeepsLookups, VersionMixin, ModelForm):
    """An obligation. What is checked here is to be checked for imported rows too."""

    responsible = PersonField(
        label="Responsible person", required=False,
        help_text="Full name or e-mail address of a colleague who sees to it, or sees that the supplier does",
    )  # fmt: skip
    depends_on = OursField(
        label="It can only be met when we have done our part",
        help_text="Tick the obligations of ours that it depends on. When one of them fails, relief is offered here",
    )
    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    # As they stand on the page, so that errors are listed in the same order.
    field_order = (
        "title", "number", "clause", "text", "party", "kind",
        "repeat", "every", "first_due", "last_day", "until", "times", "followed_from", "survives",
        "responsible", "supplier_contact", "depends_on", "evidence_required", "consequence",
    )  # fmt: skip

    class Meta:
        model = Obligation
        fields = (
            "number", "clause", "title", "text", "party", "kind",
            "responsible", "supplier_contact",
            "repeat", "every", "first_due", "last_day", "until", "times", "followed_from", "survives",
            "evidence_required", "consequence",
        )  # fmt: skip
        widgets = {
            "number": AffixInput(width=10),
            "clause": AffixInput(width=20),
            "text": forms.Textarea(attrs={"rows": 4}),
            "party": forms.RadioSelect(attrs=SMALL),
            "repeat": forms.RadioSelect(attrs=SMALL),
            "every": AffixInput(width=2, attrs={"inputmode": "numeric"}),
            "times": AffixInput(width=4, attrs={"inputmode": "numeric"}),
            "consequence": forms.Textarea(attrs={"rows": 2}),
        }
        labels = {
            "every": "Every how many?",
            "evidence_required": "Evidence that is required",
            "followed_from": "Follow it from",
        }
        help_texts = {
            "until": "Leave empty to go on until the contract ends",
            "followed_from": "What recurs is asked for from this day on. An earlier day asks for what fell due since",
            "evidence_required": "Such as a signed report. It cannot be recorded as met without saying where that is",
            "consequence": "Such as a service credit, or a right to terminate",
            "survives": "Such as returning data, or confidentiality",
        }

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        for name in ("party", "repeat", "kind"):
            self.fields[name].choices = Obligation._meta.get_field(name).choices
        self._offer_ours()
        if self.instance.pk is None:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = self._layout()

    def _offer_ours(self):
        ours = self.contract.obligations.filter(party=Party.AUTHORITY).exclude(pk=self.instance.pk)
        kept = self.instance.pk and list(self.instance.dependencies.values_list("on", flat=True))
        offered = ours.filter(ended_on=None) | ours.filter(pk__in=kept or ())
        self.fields["depends_on"].queryset = offered.order_by("pk")
        self.initial.setdefault("depends_on", kept or [])
        # Asked once, not again for each time the boxes are drawn.
        self.has_ours = bool(self.fields["depends_on"].queryset)
        if not self.has_ours:
            del self.fields["depends_on"]

    def _layout(self):
        return Layout(
            "version",
            Fieldset("What was promised", "title", Div("number", "clause", css_class="app-side-by-side"),
                     "text", "party", "kind"),
            Fieldset("When it falls due", "repeat", "every", "first_due", "last_day", "until", "times",
                     "followed_from", "survives"),
            Fieldset("Who sees to it", "responsible", "supplier_contact",
                     *(["depends_on"] if self.has_ours else [])),
            Fieldset("How it is shown, and what if not", "evidence_required", "consequence"),
            *([Field("reason")] if "reason" in self.fields else []),
        )  # fmt: skip

    def clean_number(self):
        # The form does not know the constraint, because the contract is not one of its fields.
        number = self.cleaned_data["number"].strip()
        namesakes = self.contract.obligations.filter(number__iexact=number)
        if namesakes.exclude(pk=self.instance.pk).exists():
            raise ValidationError("This contract has an obligation with this number already")
        return number

    def clean_responsible(self):
        person = self.cleaned_data["responsible"]
        is_new = person and person.pk != self.instance.responsible_id
        if is_new and not self.contract.allows(person, Permission.VIEW_CONTRACTS):
            raise ValidationError(
                f"{person} cannot see this contract. "
                "Give them a part in it or a role in its unit first, or name somebody else"
            )
        return person

    def clean_party(self):
        party, obligation = self.cleaned_data["party"], self.instance
        if party == Party.SUPPLIER and obligation.pk and obligation.dependents.exists():
            raise ValidationError(
                "Obligations of the supplier depend on this one, so it stays ours"
            )
        return party

    def clean(self):
        values = super().clean()
        for field, sentence in rules.problems(values):
            if field in self.fields and field not in self.errors:
                self.add_error(field, sentence)
        return values

    @property
    def changes(self):
        """What the action is to write: the cleaned columns and what it depends on."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return values | {"depends_on": list(self.cleaned_data.get("depends_on") or ())}


class EndForm(Form):
    """From which day on an obligation no longer holds, and why."""

    submit_label = "End this obligation"

    on = DateField(label="Last day on which it holds")
    reason = reason_field("Why does it end?", required=True, help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, obligation, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.cancel_url = obligation.get_absolute_url()

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("The last day must be today or in the past")
        return on


# --- What became of an occurrence -----------------------------------------------------------------


class RecordForm(Form):
    """What somebody says of one occurrence; once it has been recorded, a correction with its reason."""

    status = forms.ChoiceField(
        label="What became of it?",
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        error_messages={"required": "Say what became of it"},
    )
    done_on = DateField(label="Day on which it was done", required=False)
    evidence = forms.CharField(
        label="Evidence", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )
    evidence_url = forms.URLField(label="Link to the evidence", required=False, max_length=500)
    reason = reason_field(
        "Reason", help_text="Needed when it failed, was waived or does not apply"
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, occurrence, today):
        self.occurrence, self.today = occurrence, today
        self.is_correction = occurrence.said_at is not None
        self.submit_label = "Save the correction" if self.is_correction else "Record"
        super().__init__(data, initial=self._known())
        self.fields["status"].choices = self._choices()
        self.fields["evidence"].help_text = (
            f"Required is: {occurrence.obligation.evidence_required}. Say where it is, or give a link"
            if occurrence.obligation.evidence_required
            else "Where it is, or what was seen"
        )
        self.fields[
            "done_on"
        ].help_text = (
            f"Needed when it was done. After {rules.in_words(occurrence.due_on)} it was met late"
        )
        if self.is_correction:
            self.fields["reason"].label = "Why do you correct this?"
            self.fields["reason"].help_text = SHOWN_IN_HISTORY

    @property
    def is_overtaken(self):
        """Somebody else recorded it after the page was opened."""
        return self.is_bound and self.data.get("version") != str(self.occurrence.version)

    def _choices(self):
        done = [(Status.MET.value, "Done")]
        others = [(s.value, s.label) for s in rules.NEED_A_REASON]
        pending = [(Status.PENDING.value, "Not yet: take the record back")]
        return [*done, *others, *(pending if self.is_correction else [])]

    def _known(self):
        occurrence = self.occurrence
        known = {"version": occurrence.version}
        if not self.is_correction:
            return known
        done = occurrence.status in rules.DONE
        return known | {
            "status": Status.MET.value if done else occurrence.status,
            "done_on": occurrence.done_on,
            "evidence": occurrence.evidence,
            "evidence_url": occurrence.evidence_url,
        }

    def clean(self):
        values = super().clean()
        if "status" in self.errors:
            return values
        said = rules.record_problems(
            status=values["status"], done_on=values.get("done_on"), reason=values.get("reason", ""),
            evidence=values.get("evidence") or values.get("evidence_url") or "",
            evidence_required=self.occurrence.obligation.evidence_required,
            is_correction=self.is_correction, today=self.today,
        )  # fmt: skip
        for field, sentence in said:
            if field not in self.errors:
                self.add_error(field, sentence)
        return values


class ReliefForm(Form):
    """Whether the supplier is excused."""

    submit_label = "Save the decision"

    decision = forms.ChoiceField(
        label="Is the supplier excused?",
        choices=[("grant", "Grant relief"), ("refuse", "Refuse relief")],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        error_messages={"required": "Say whether relief is granted"},
    )
    reason = reason_field("Why?", required=True, help_text=SHOWN_IN_HISTORY)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, occurrence):
        super().__init__(data, initial={"version": occurrence.version})
        self.cancel_url = occurrence.get_absolute_url()


class MetForm(Form):
    """Several occurrences recorded as done at once, with the evidence that each of them requires."""

    submit_label = "Record as met"

    when = forms.ChoiceField(
        label="When were they done?",
        choices=[("due", "Each on the day it was due"), ("day", "All on one day")],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--small"}),
        error_messages={"required": "Say when they were done"},
    )
    done_on = DateField(
        label="Day on which they were done", required=False,
        help_text="Needed when all were done on one day",
    )  # fmt: skip

    def __init__(self, data=None, *, occurrences, today, cancel_url):
        self.occurrences, self.today, self.cancel_url = list(occurrences), today, cancel_url
        super().__init__(data)
        for occurrence in self.occurrences:
            self.fields[f"version_{occurrence.pk}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=occurrence.version, required=False
            )
            if required := occurrence.obligation.evidence_required:
                self.fields[f"evidence_{occurrence.pk}"] = forms.CharField(
                    label=f"Evidence for {occurrence}",
                    help_text=f"Required is: {required}. Say where it is",
                    max_length=2000,
                    error_messages={"required": f"Say where the evidence for {occurrence} is"},
                )
        self.helper.form_tag = False
        self.helper.inputs = []

    def clean(self):
        values = super().clean()
        if "when" in self.errors or "done_on" in self.errors:
            return values
        if values["when"] == "day":
            for field, sentence in self._problems_of_the_day(values["done_on"]):
                self.add_error(field, sentence)
        elif early := [o for o in self.occurrences if o.due_on > self.today]:
            named = "; ".join(str(occurrence) for occurrence in early[:3])
            self.add_error(
                "when", f"Not all of them have fallen due: {named}. Give the day on which they were done"
            )  # fmt: skip
        return values

    def _problems_of_the_day(self, done_on):
        if done_on is None:
            yield "done_on", "Enter the day on which they were done"
        elif done_on > self.today:
            yield "done_on", "The day on which they were done must be today or in the past"

    @property
    def entries(self):
        values = self.cleaned_data
        return [
            Done(
                occurrence_id=occurrence.pk,
                version=values.get(f"version_{occurrence.pk}") or 0,
                done_on=occurrence.due_on if values["when"] == "due" else values["done_on"],
                evidence=values.get(f"evidence_{occurrence.pk}", ""),
            )
            for occurrence in self.occurrences
        ]


# --- What a matrix's address may ask --------------------------------------------------------------


class MonthField(forms.CharField):
    """`2026-10`, as the first day of the month."""

    def clean(self, value):
        text = super().clean(value)
        found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", text or "")
        if not text:
            return None
        if not found or not rules.EARLIEST.year < int(found[1]) < rules.LATEST.year:
            raise ValidationError("Choose a month")
        return datetime.date(int(found[1]), int(found[2]), 1)


def _choice(label, choices, everything):
    return forms.ChoiceField(
        label=label, choices=[("", everything), *choices], required=False
    )  # fmt: skip


class MatrixQuestion(forms.Form):
    """What narrows a contract's matrix, and the month it begins with. What is not understood is left aside."""

    party = _choice("Who must do it", Party.choices(), "Both")
    kind = _choice("Kind", rules.Kind.choices(), "Every kind")
    state = _choice("How it stands", rules.State.choices(), "Any way")
    responsible = forms.IntegerField(min_value=0, max_value=2**62, required=False)
    month = MonthField(max_length=7, required=False)
    start = MonthField(max_length=7, required=False)

    def __init__(self, data, *, today):
        super().__init__(data)
        self.today = today
        self.is_valid()

    def asked(self, name):
        return self.cleaned_data.get(name)

    @property
    def first_month(self):
        return self.asked("start") or rules.first_month_shown(self.today)

    @property
    def narrows(self):
        names = ("party", "kind", "state", "responsible", "month")
        return any(self.asked(name) not in (None, "") for name in names)
