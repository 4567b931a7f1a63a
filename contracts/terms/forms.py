"""What may be typed about a contract's term."""

from crispy_forms.layout import Column, Layout, Row
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from common.forms import ChangeForm, DateField, Form, reason_field
from common.widgets import AffixInput
from contracts.models import Contract
from contracts.terms import actions, shapes
from contracts.terms.clocks import in_words
from contracts.terms.models import (
    BankHoliday,
    BreakDate,
    Nation,
    NoticeClock,
    Outcome,
)
from contracts.terms.rules import INITIAL_END

FIXED, RENEWS, ROLLS = "fixed", "renews", "rolls"
SHOWN_IN_HISTORY = "Shown in the contract's history"
ENDS = (
    (actions.WORK_OUT, "The end that was worked out"),
    (actions.KEEP, "The end that is recorded: say why below"),
)
ASKED = "asked_ends"  # sent along once the page has asked which end is right


def _seen(sheet):
    """What tells whether somebody has changed the contract or its term since the page was opened."""
    return {"version": sheet.contract.version, "term_version": sheet.term_version}


def _first_choice_of(ends):
    """Which of two ends counts, as radios."""
    return [
        (actions.WORK_OUT, f"Take {in_words(ends.worked_out_on)}, as worked out"),
        (actions.KEEP, f"Keep {in_words(ends.recorded_on)}, as recorded, and say why"),
    ]


class VersionField(forms.IntegerField):
    """What the person saw: a number that is not understood is that of nobody's page."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False)

    def clean(self, value):
        try:
            return super().clean(value) or 0
        except ValidationError:
            return -1


class SeenDay(forms.DateField):
    """The day that the person saw; none when it is not understood."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False)

    def clean(self, value):
        try:
            return super().clean(value)
        except ValidationError:
            return None


class TermForm(Form):
    """How long a contract runs and how it goes on after that."""

    version = VersionField()
    term_version = VersionField()
    runs = forms.ChoiceField(
        label="What happens at the end?",
        error_messages={"required": "Select what happens at the end"},
        choices=[
            (FIXED, "It ends, unless an option to extend is taken"),
            (RENEWS, "It renews by itself, unless notice is given"),
            (ROLLS, "It has no end: it rolls on until notice is given"),
        ],
        widget=forms.RadioSelect,
    )
    commences_on = DateField(
        label="Commencement date",
        required=False,
        help_text="The first day of the term. The date signed does not count",
    )
    shape = forms.CharField(
        label="Initial term and options",
        required=False,
        max_length=200,
        help_text="As people write it: 2+1+1 is two years and two options of one year. "
        "Or 18 months + 6 months. Leave empty if it rolls on",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    renews_for_months = forms.IntegerField(
        label="Renews each time for",
        required=False,
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(1200, "Enter 1200 or less"),
        ],
        help_text="Only if it renews by itself",
        widget=AffixInput(suffix="months", width=4),
    )
    nation = forms.ChoiceField(
        label="Whose bank holidays count?",
        choices=Nation.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select whose bank holidays count"},
    )
    clause = forms.CharField(
        label="Where the contract says so",
        required=False,
        max_length=120,
        help_text="Such as clause 3",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    ends = forms.ChoiceField(label="Which end is right?", required=False, widget=forms.RadioSelect)
    reason = reason_field("Why?", help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, sheet, **kwargs):
        self.sheet = sheet
        kwargs["initial"] = self._recorded(sheet) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if not (self.is_bound and self.data.get(ASKED)):
            del self.fields["ends"]
        else:
            self.fields["ends"].choices = ENDS
        self.helper.form_tag = False
        self.helper.inputs = []

    @staticmethod
    def _recorded(sheet):
        contract, term = sheet.contract, sheet.term
        months = contract.initial_term_months
        shape = ""
        if months:
            shape = shapes.Shape(months, tuple(o.months for o in sheet.options)).short
        runs = FIXED
        if term:
            runs = ROLLS if term.rolling else RENEWS if term.renews_for_months else FIXED
        return {
            **_seen(sheet),
            "runs": runs,
            "commences_on": contract.commences_on,
            "shape": shape,
            "renews_for_months": term.renews_for_months if term else None,
            "nation": sheet.nation,
            "clause": term.clause if term else "",
        }

    def ask_for_ends(self, differences):
        """The recorded end is another: the form is shown again, with the question which one is right."""
        sentence = self._about_ends(differences)
        if "ends" not in self.fields:
            self.fields["ends"] = forms.ChoiceField(
                label="Which end is right?", choices=ENDS, required=False, widget=forms.RadioSelect
            )
        self.fields["ends"].help_text = sentence
        if not differences:
            self.fields["ends"].choices = [(actions.WORK_OUT, "No end: take it out"), ENDS[1]]
        self.add_error("ends", f"{sentence}. Choose which is right")

    def _about_ends(self, differences):
        if not differences:
            ends_on = in_words(self.sheet.contract.ends_on)
            return f"An end is recorded, {ends_on}, and a contract that rolls on has none"
        return "; ".join(
            f"The {'initial' if d.of == INITIAL_END else 'current'} end is recorded as "
            f"{in_words(d.recorded_on)}, and the term works out to {in_words(d.worked_out_on)}"
            for d in differences
        )

    @property
    def asks_for_ends(self):
        return "ends" in self.fields

    def clean_shape(self):
        text = self.cleaned_data["shape"]
        if not text:
            return None
        try:
            return shapes.read_term(text)
        except ValueError as problem:
            raise ValidationError(str(problem)) from None

    def clean(self):
        values = super().clean()
        runs, shape = values.get("runs"), values.get("shape")
        if runs == FIXED and shape is None and "shape" not in self.errors:
            self.add_error("shape", "Enter the initial term, such as 2+1+1 or 36 months")
        if runs == ROLLS and shape is not None:
            self.add_error("shape", "Leave the term empty: a contract that rolls on has none")
        if (
            runs == RENEWS
            and not values.get("renews_for_months")
            and "renews_for_months" not in self.errors
        ):
            self.add_error("renews_for_months", "Enter for how many months it renews each time")
        if runs != RENEWS and values.get("renews_for_months"):
            self.add_error(
                "renews_for_months", "Leave this empty, or choose that it renews by itself"
            )
        if shape and not values.get("commences_on") and "commences_on" not in self.errors:
            self.add_error(
                "commences_on", "Enter the commencement date: the term is counted from it"
            )
        for validator in Contract._meta.get_field("commences_on").validators:
            self._check_day(validator, values.get("commences_on"))
        if values.get("ends") == actions.KEEP and not values.get("reason"):
            self.add_error("reason", "Say why the recorded end counts")
        return values

    def _check_day(self, validator, day):
        try:
            if day:
                validator(day)
        except ValidationError as error:
            self.add_error("commences_on", error)

    @property
    def term(self):
        """What actions.set_term is to write."""
        values = self.cleaned_data
        return {
            "version": values["version"],
            "term_version": values["term_version"],
            "commences_on": values["commences_on"],
            "shape": values["shape"],
            "rolling": values["runs"] == ROLLS,
            "renews_for_months": values["renews_for_months"] if values["runs"] == RENEWS else None,
            "nation": values["nation"],
            "clause": values["clause"],
            "ends": values.get("ends") or None,
            "reason": values["reason"],
        }


class EndForm(Form):
    """Which of two ends counts."""

    submit_label = "Save"
    version = VersionField()
    term_version = VersionField()
    ends = forms.ChoiceField(
        label="Which end is right?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select which end is right"},
    )
    reason = reason_field("Why?", required=True, help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, sheet, difference, **kwargs):
        kwargs["initial"] = _seen(sheet)
        super().__init__(*args, **kwargs)
        self.fields["ends"].choices = (
            _first_choice_of(difference)
            if difference.recorded_on
            else [(actions.WORK_OUT, f"Record {in_words(difference.worked_out_on)}")]
        )
        if difference.recorded_on is None:
            self.initial["ends"] = actions.WORK_OUT


class DecisionForm(Form):
    """A decision with its day and its reason, on a page that says what will follow."""

    version = VersionField()
    term_version = VersionField()
    on = DateField(label="Decided on", error_messages={"required": "Enter the day of the decision"})
    reason = reason_field("Why?", required=True, help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, sheet, today, label, **kwargs):
        self.submit_label = label
        self.today = today
        kwargs["initial"] = _seen(sheet) | {"on": today} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("Decided on must be today or in the past")
        return on


class LetGoForm(DecisionForm):
    """An option that is let go, with those that usually fall with it."""

    later_fall = forms.BooleanField(required=False)

    def __init__(self, *args, later, **kwargs):
        kwargs["initial"] = {"later_fall": True}
        super().__init__(*args, **kwargs)
        if later:
            numbers = " and ".join(str(option.number) for option in later)
            noun = "option" if len(later) == 1 else "options"
            self.fields[
                "later_fall"
            ].label = f"The later {noun} ({numbers}) can then not be taken either"
        else:
            del self.fields["later_fall"]
        self.order_fields(["version", "term_version", "on", "later_fall", "reason"])


class ReasonForm(Form):
    """Something that is taken back, removed or recorded, with its reason."""

    version = VersionField()
    term_version = VersionField()
    reason = reason_field("Why?", required=True, help_text=SHOWN_IN_HISTORY)

    def __init__(self, *args, sheet, label="Save", **kwargs):
        self.submit_label = label
        kwargs["initial"] = _seen(sheet)
        super().__init__(*args, **kwargs)


# --- Notices --------------------------------------------------------------------------------------

_END, _BREAKS, _ANY, _DAY = NoticeClock.CountsFrom
_EXTEND, _TERMINATE, _STOP, _CLAIM = NoticeClock.Kind
USES = (
    (_EXTEND, _END, "To extend", "before the end, for each option"),
    (_TERMINATE, _END, "To terminate at the end", "before the current end"),
    (_TERMINATE, _BREAKS, "To use a break", "before each break date"),
    (_TERMINATE, _ANY, "To terminate at any time", "counted from the day on which it is given"),
    (_STOP, _END, "To stop the automatic renewal", "before the current end"),
    (_CLAIM, _DAY, "To claim", "after the day that gives rise to it"),
)


def use_of(clock):
    """What a notice is for, in words: (label, how it is counted)."""
    return next(
        (label, how)
        for kind, counts, label, how in USES
        if (kind, counts) == (clock.kind, clock.counts_from)
    )


class ClockForm(ChangeForm):
    """How much notice one step needs. What it is for does not change: another step is another notice."""

    use = forms.ChoiceField(
        label="What is it for?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what it is for"},
    )
    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = NoticeClock
        fields = ("amount", "unit", "by_post", "service_days", "about", "from_on", "clause")
        labels = {
            "amount": "Length of the notice",
            "unit": "In",
            "about": "For a claim: what is claimed?",
            "from_on": "For a claim: the day it is counted from",
            "service_days": "If by post: working days from posting until it counts as served",
        }
        help_texts = {
            "by_post": "An e-mail would then not count",
            "from_on": "Such as the end of the month in which the target was missed",
        }
        widgets = {
            "amount": AffixInput(width=4),
            "service_days": AffixInput(width=3, suffix="working days"),
            "clause": forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        }

    def __init__(self, *args, sheet, **kwargs):
        super().__init__(*args, **kwargs)
        self.sheet = sheet
        clock = self.instance
        self.fields["use"].choices = [
            (f"{kind}:{counts}", f"{label}: {how}") for kind, counts, label, how in USES
        ]
        self.fields["service_days"].required = False
        if clock.pk:
            del self.fields["use"]
            if clock.kind != _CLAIM:
                del self.fields["about"], self.fields["from_on"]
        else:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        parts = [
            *(["use"] if not clock.pk else []),
            Row(Column("amount"), Column("unit")),
            "by_post",
            "service_days",
            *(name for name in ("from_on", "about") if name in self.fields),
            "clause",
            *(["reason"] if clock.pk else []),
        ]
        self.helper.layout = Layout(*parts)

    @property
    def _use(self):
        if self.instance.pk:
            return self.instance.kind, self.instance.counts_from
        kind, _, counts_from = (self.cleaned_data.get("use") or "").partition(":")
        return kind, counts_from

    def clean_service_days(self):
        return self.cleaned_data["service_days"] or 0

    def clean(self):
        values = super().clean()
        self._check_post(values)
        kind, counts_from = self._use
        if kind == _CLAIM:
            if not values.get("from_on") and "from_on" not in self.errors:
                self.add_error(
                    "from_on", "Enter the day from which the time for the claim is counted"
                )
        elif values.get("from_on") and "use" in self.fields:
            self.add_error("from_on", "Leave the day empty: only a claim is counted from one")
        elif values.get("about"):
            self.add_error("about", "Leave this empty: only a claim has it")
        if kind and kind != _CLAIM and not self.instance.pk and self.sheet.clock(kind, counts_from):
            self.add_error("use", "This notice is recorded already: change it instead")
        return values

    def _check_post(self, values):
        by_post, days = values.get("by_post"), values.get("service_days")
        if by_post and days == 0:
            self.add_error(
                "service_days", "Enter after how many working days a letter counts as served"
            )
        if days and not by_post:
            self.add_error(
                "by_post", "Tick this if it must be sent by post, or leave the days empty"
            )

    @property
    def changes(self):
        values = super().changes
        if not self.instance.pk:
            values["kind"], values["counts_from"] = self._use
        return values


class SettleForm(Form):
    """What became of a last day."""

    submit_label = "Save"
    for_on = SeenDay()
    outcome = forms.ChoiceField(
        label="What became of it?",
        widget=forms.RadioSelect,
        error_messages={"required": "Select what became of it"},
    )
    on = DateField(label="Day", help_text="On which this was done or decided")
    consequence = forms.CharField(
        label="What followed, or why?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Shown on the contract's page and in its history. Needed if it was missed",
    )

    def __init__(self, *args, clock, due_on, today, **kwargs):
        kwargs["initial"] = {"for_on": due_on, "on": today}
        super().__init__(*args, **kwargs)
        self.today, self.due_on = today, due_on
        words = {Outcome.NOT_NEEDED: "Not needed: it was decided to carry on"}
        if clock.kind == _CLAIM:
            words = {
                Outcome.GIVEN: "The claim was made in time",
                Outcome.NOT_NEEDED: "It was decided not to claim",
            }
        else:
            words[Outcome.GIVEN] = "Notice was given in time"
        words[Outcome.MISSED] = "It was missed"
        late = due_on is not None and due_on < today
        self.fields["outcome"].choices = [
            (outcome, words[outcome]) for outcome in Outcome if outcome != Outcome.MISSED or late
        ]

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("Day must be today or in the past")
        return on

    def clean(self):
        values = super().clean()
        outcome = values.get("outcome")
        if outcome == Outcome.MISSED and not values.get("consequence"):
            self.add_error("consequence", "Say what followed from the missed date")
        on = values.get("on")
        if outcome == Outcome.GIVEN and on and self.due_on and on > self.due_on:
            self.add_error(
                "on", f"That is after the last day, {in_words(self.due_on)}: it was missed"
            )
        return values


# --- Breaks and bank holidays ---------------------------------------------------------------------


class BreakForm(ChangeForm):
    """A day on which the contract may be ended early."""

    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = BreakDate
        fields = ("on", "who")
        widgets = {"who": forms.RadioSelect}
        help_texts = {"on": "The last day of the contract, if the break is used"}

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.submit_label = "Save break date" if self.instance.pk else "Add break date"
        self.helper.inputs[0].value = self.submit_label
        if not self.instance.pk:
            del self.fields["reason"]

    def clean_on(self):
        on, starts_on = self.cleaned_data["on"], self.contract.commences_on
        if starts_on and on < starts_on:
            raise ValidationError(
                f"Break date must be on or after the commencement date, {in_words(starts_on)}"
            )
        others = self.contract.break_dates.filter(on=on).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("This break date is recorded already")
        return on


class HolidayForm(Form):
    """A bank holiday to add."""

    submit_label = "Add bank holiday"
    on = DateField(label="Day")
    name = forms.CharField(max_length=100, help_text="Such as Coronation of King Charles III")
    nations = forms.MultipleChoiceField(
        label="Where?",
        choices=Nation.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select where it is a bank holiday"},
    )
    reason = reason_field("Where is it announced?", help_text="Shown in the history")

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on.weekday() > 4:
            raise ValidationError(
                f"{in_words(on)} is a {on:%A}, when nobody works anyway: enter its substitute day"
            )
        return on

    def clean(self):
        values = super().clean()
        there = BankHoliday.objects.filter(
            on=values.get("on"), nation__in=values.get("nations") or ()
        )
        for holiday in there:
            self.add_error(
                "nations", f"{holiday.get_nation_display()} has {holiday.name} on this day already"
            )
        return values


class RemoveHolidayForm(Form):
    submit_label = "Remove bank holiday"
    reason = reason_field("Why?", required=True, help_text="Shown in the history")
