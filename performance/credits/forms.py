"""What may be typed about regimes, charges, milestones, and what becomes of a credit."""

from dataclasses import dataclass

from crispy_forms.layout import Div, Field, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from common.forms import DateField, Form, ModelForm, MoneyField, reason_field
from common.locking import VersionMixin
from common.widgets import AffixInput
from contracts.forms import SHOWN_IN_HISTORY
from performance.credits import rules
from performance.credits.actions import ChargeEntry, ShareEntry
from performance.credits.models import Charge, KpiShare, Milestone, Regime
from performance.credits.rules import Variant
from performance.sheet import MonthField

SMALL = {"class": "govuk-radios--small"}
MONTHS_IN_A_GRID = 12
FIRST_MONTH_YEARS_BACK = 10


class NumberInput(AffixInput):
    """A box for a number that is stored with more decimal places than people write."""

    def format_value(self, value):
        return value if value is None or isinstance(value, str) else rules.plain(value)


def _percent_input(width=5):
    return NumberInput(suffix="%", width=width, numeric=True)


# --- Regimes --------------------------------------------------------------------------------------


class RegimeForm(VersionMixin, ModelForm):
    """The rules of a regime. What single KPIs count stands in `Shares`, beneath it on the page."""

    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Regime
        fields = (
            "from_on", "clause", "variant", "rate", "repeat", "at_risk", "cap", "cap_percent",
            "cap_amount", "estimate", "claim_within", "claim_unit", "exclusive",
        )  # fmt: skip
        field_classes = {"cap_amount": MoneyField, "estimate": MoneyField}
        widgets = {
            "variant": forms.RadioSelect(attrs=SMALL),
            "cap": forms.RadioSelect(attrs=SMALL),
            "claim_unit": forms.RadioSelect(
                attrs={"class": "govuk-radios--small govuk-radios--inline"}
            ),
            "rate": _percent_input(),
            "repeat": NumberInput(width=5, numeric=True),
            "at_risk": _percent_input(),
            "cap_percent": _percent_input(),
            "claim_within": AffixInput(width=4, attrs={"inputmode": "numeric"}),
        }
        help_texts = {
            "rate": "Per cent of the month’s charge. Needed for service points",
            "at_risk": "Per cent of the month’s charge, for all KPIs together. Needed for an amount at risk",
            "cap_percent": "Needed for a cap that is a percentage",
            "cap_amount": "Needed for a cap that is an amount",
            "exclusive": "Leave this open where other remedies remain, as most contracts have it",
        }

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        for name in ("variant", "cap", "claim_unit"):
            self.fields[name].choices = Regime._meta.get_field(name).choices
        for name in ("cap_amount", "estimate"):
            self.fields[name].currency = contract.currency
        if self.instance.pk is None:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset("From when, and where it is written", "from_on", "clause"),
            Fieldset("How failures become money", "variant", "rate", "at_risk", "repeat"),
            Fieldset("No more than", "cap", "cap_percent", "cap_amount", "estimate"),
            Fieldset("Claiming", "claim_within", "claim_unit", "exclusive"),
            *([Field("reason")] if "reason" in self.fields else []),
        )

    def clean_from_on(self):
        # The form does not know the constraint, because the contract is not one of its fields.
        from_on = self.cleaned_data["from_on"]
        others = self.contract.credit_regimes.filter(from_on=from_on).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError("This contract has a regime from this day already")
        return from_on

    def clean(self):
        values = super().clean()
        for name, sentence in rules.regime_problems(values):
            if name not in self.errors:
                self.add_error(name, sentence)
        return values

    @property
    def changes(self):
        """What the action is to write."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ShareForm(ModelForm):
    """What one KPI counts. A line left empty means that it does not."""

    class Meta:
        model = KpiShare
        fields = ("pool", "credit", "amount", "percent", "step")
        field_classes = {"amount": MoneyField}
        widgets = {
            name: NumberInput(width=5, numeric=True)
            for name in ("pool", "credit", "percent", "step")
        }

    counts = forms.BooleanField(label="Counts", required=False)

    def __init__(self, data=None, *, indicator, share, contract):
        self.indicator = indicator
        super().__init__(
            data, instance=share or KpiShare(indicator=indicator), prefix=f"kpi-{indicator.pk}",
            initial={"counts": share is not None},
        )  # fmt: skip
        self.fields["amount"].currency = contract.currency

    def clean(self):
        values = super().clean()
        if values.get("amount") is not None and values.get("percent") is not None:
            self.add_error("percent", "Enter an amount or a percentage, not both")
        return values

    @property
    def given(self):
        return {
            name: self.cleaned_data.get(name)
            for name in self._meta.fields
            if self.cleaned_data.get(name) is not None
        }

    def check(self, variant):
        """What the variant asks of this line."""
        if self.errors:
            return
        given = self.given
        counts = self.cleaned_data.get("counts")
        if variant == Variant.DIFFERENCE and counts and self.indicator.unit != "%":
            self.add_error(
                "counts", "Only a KPI in per cent can cost as many per cent as it was missed by"
            )
        if variant == Variant.AT_RISK and given:
            for name, what in (
                ("pool", "share of the amount at risk"),
                ("credit", "part that a failure takes"),
            ):
                if name not in given:
                    self.add_error(name, f"Enter the {what}")
        if variant == Variant.FIXED and "step" in given:
            if not given["step"]:
                self.add_error("step", "Enter a number above 0, or leave it empty")
            if "amount" not in given and "percent" not in given:
                self.add_error("amount", "Enter the amount or the percentage for each step")

    @property
    def about(self):
        return self.indicator.name

    def entry(self, variant):
        wanted = {
            Variant.DIFFERENCE: (), Variant.AT_RISK: ("pool", "credit"),
            Variant.FIXED: ("amount", "percent", "step"),
        }.get(Variant(variant))  # fmt: skip
        given = self.given
        counts = (
            bool(self.cleaned_data.get("counts"))
            if wanted == ()
            else wanted is not None and any(name in given for name in wanted)
        )
        if not counts:
            return ShareEntry(self.indicator.pk)
        kept = {name: given.get(name) if name in wanted else None for name in self._meta.fields}
        return ShareEntry(self.indicator.pk, kept)


class Shares:
    """A line for each KPI of the contract. Without service points they say what each counts."""

    def __init__(self, contract, regime, data=None):
        kept = {share.indicator_id: share for share in regime.shares.all()} if regime else {}
        indicators = contract.indicators.in_use() | contract.indicators.filter(pk__in=kept)
        self.lines = [
            ShareForm(data, indicator=indicator, share=kept.get(indicator.pk), contract=contract)
            for indicator in indicators.order_by("name", "pk")
        ]

    @property
    def are_open(self):
        """Whether the page shows the lines at once: where one is filled in, or wrong."""
        return any(line.instance.pk or line.errors or line.has_changed() for line in self.lines)

    def is_valid(self, variant):
        for line in self.lines:
            if line.is_valid():
                line.check(variant)
        return not self.errors

    @property
    def errors(self):
        """(anchor, sentence) of every error, for the summary above the form."""
        return [
            (line[name].auto_id, f"{line.indicator.name}: {sentence[:1].lower()}{sentence[1:]}")
            for line in self.lines
            for name, sentences in line.errors.items()
            for sentence in sentences
        ]

    def entries(self, variant):
        return [line.entry(variant) for line in self.lines]


# --- Charges --------------------------------------------------------------------------------------


class GridQuestion(forms.Form):
    """The first of the twelve months asked for. What is not understood is left aside."""

    start = MonthField(max_length=7, required=False)

    def __init__(self, data, *, today):
        super().__init__(data)
        self.today = today
        self.is_valid()

    @property
    def first_month(self):
        usual = rules.month_after(rules.month_of(self.today), 1 - MONTHS_IN_A_GRID)
        return self.cleaned_data.get("start") or usual


class ChargeLine(Form):
    """The charge of one month. A line left empty is left alone."""

    submit_label = ""

    amount = MoneyField(label="Charge", required=False)
    source = forms.CharField(label="Source", required=False, max_length=120)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # What the page showed: a month that only somebody else changed keeps what they wrote.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, month, charge, currency):
        self.month, self.charge = month, charge
        super().__init__(
            data, prefix=f"m-{month:%Y-%m}",
            initial={
                "amount": charge.amount if charge else None,
                "source": charge.source if charge else "",
                "version": charge.version if charge else 0,
                "seen": _as_seen(charge.amount, charge.source) if charge else "",
            },
        )  # fmt: skip
        self.fields["amount"].currency = currency

    @property
    def label(self):
        return rules.month_in_words(self.month)

    @property
    def about(self):
        return self.label

    @property
    def version_seen(self):
        return self.cleaned_data.get("version") or 0

    @property
    def _typed(self):
        return _as_seen(self.cleaned_data.get("amount"), self.cleaned_data.get("source") or "")

    @property
    def is_touched(self):
        return self._typed != self.cleaned_data.get("seen", "").strip()

    @property
    def is_overtaken(self):
        return self.version_seen != (self.charge.version if self.charge else 0)

    def clean(self):
        values = super().clean()
        if "amount" in self.errors or "source" in self.errors or not self.is_touched:
            return values
        if self.is_overtaken:
            self.add_error("amount", self._overtaken())
        elif values["amount"] is None and self.charge:
            self.add_error(
                "amount",
                "A charge that is recorded cannot be taken out. Enter what is right, also 0",
            )
        elif values["amount"] is None:
            self.add_error("amount", "Enter the charge")
        return values

    def _overtaken(self):
        return f"While this page was open, somebody recorded {self.in_words}. Look at it, and save again to replace it"

    @property
    def in_words(self):
        sign = self.fields["amount"].sign
        return rules.money(self.charge.amount, sign) if self.charge else "nothing"

    @property
    def is_filled_in(self):
        return self.is_touched and self.cleaned_data.get("amount") is not None

    @property
    def corrects(self):
        """Whether it changes an amount that is recorded."""
        return bool(
            self.is_filled_in and self.charge and self.charge.amount != self.cleaned_data["amount"]
        )

    @property
    def entry(self):
        return ChargeEntry(
            self.month, self.cleaned_data["amount"], self.cleaned_data["source"], self.version_seen
        )


def _as_seen(amount, source):
    """What a line says, as one text to compare with what it said before."""
    return " ".join(filter(None, ["" if amount is None else f"{amount:.2f}", source]))


class ReasonForm(Form):
    submit_label = ""

    reason = reason_field(
        "Why do you change what is recorded?",
        help_text="Needed only when an amount that is recorded changes",
    )

    def __init__(self, data=None):
        super().__init__(data)
        self.helper.form_tag = False  # it stands within the form of the grid


@dataclass
class Grid:
    """Twelve months of a contract's charges, saved together or not at all."""

    contract: object
    first: object
    data: object = None

    @cached_property
    def months(self):
        last = rules.month_after(self.first, MONTHS_IN_A_GRID - 1)
        return rules.months_between(self.first, last)

    @cached_property
    def lines(self):
        kept = Charge.objects.by_month(self.contract, self.months)
        lines = []
        for month in self.months:
            about = {"month": month, "charge": kept.get(month), "currency": self.contract.currency}
            line = ChargeLine(self.data, **about)
            lines.append(line)
        return lines

    @cached_property
    def why(self):
        return ReasonForm(self.data)

    def is_valid(self):
        valid = [line.is_valid() for line in self.lines]
        if self.why.is_valid() and all(valid):
            corrected = any(line.corrects for line in self.lines)
            if corrected and not self.why.cleaned_data["reason"]:
                self.why.add_error("reason", "Enter the reason")
        return not self.errors

    def freshen(self):
        """With its errors the page carries the versions that are there now, so that the next save is a decision."""
        data = self.data.copy()
        for line in self.lines:
            data[line.add_prefix("version")] = str(line.charge.version if line.charge else 0)
            line.data = data

    @property
    def errors(self):
        """(anchor, sentence) of every error, for the summary above the grid."""
        found = [
            (line[name].auto_id, f"{line.label}: {sentence[:1].lower()}{sentence[1:]}")
            for line in self.lines
            for name, sentences in line.errors.items()
            for sentence in sentences
        ]
        return found + [
            (self.why["reason"].auto_id, sentence)
            for sentences in self.why.errors.values()
            for sentence in sentences
        ]

    @property
    def entries(self):
        return [line.entry for line in self.lines if line.is_filled_in]

    @property
    def reason(self):
        return self.why.cleaned_data["reason"]


class ChargeForm(VersionMixin, ModelForm):
    """The charge of a month as a row of a spreadsheet says it."""

    month = DateField(label="Month", help_text="Any day of it")
    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Charge
        fields = ("month", "amount", "source")
        field_classes = {"amount": MoneyField}

    def __init__(self, *args, contract, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract = contract
        self.fields["amount"].currency = contract.currency
        if self.instance.pk is None:
            del self.fields["reason"]

    def clean_month(self):
        month = rules.month_of(self.cleaned_data["month"])
        others = self.contract.charges.filter(month=month).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(
                f"The charge for {rules.month_in_words(month)} is recorded. Write the month as its first day to change it"
            )
        return month


# --- Milestones -------------------------------------------------------------------------------------


class MilestoneForm(VersionMixin, ModelForm):
    reason = reason_field(help_text=SHOWN_IN_HISTORY)

    class Meta:
        model = Milestone
        fields = (
            "name", "clause", "due_on", "achieved_on", "rate", "per", "limit",
            "excused_days", "excused_reason", "claim_by",
        )  # fmt: skip
        field_classes = {"rate": MoneyField, "limit": MoneyField}
        widgets = {
            "per": forms.RadioSelect(attrs=SMALL),
            "excused_days": AffixInput(width=4, attrs={"inputmode": "numeric"}),
        }

    def __init__(self, *args, contract, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.contract, self.today = contract, today
        self.fields["per"].choices = Milestone._meta.get_field("per").choices
        for name in ("rate", "limit"):
            self.fields[name].currency = contract.currency
        if self.instance.pk is None:
            del self.fields["reason"]
        self.helper.form_tag = False
        self.helper.inputs = []
        self.helper.layout = Layout(
            "version",
            Fieldset("The milestone", "name", "clause", "due_on", "achieved_on"),
            Fieldset(
                "What a delay costs",
                Div("rate", "limit", css_class="app-side-by-side"),
                "per",
                "claim_by",
            ),
            Fieldset(
                "Delay for which the supplier does not answer", "excused_days", "excused_reason"
            ),
            *([Field("reason")] if "reason" in self.fields else []),
        )

    def clean_rate(self):
        rate = self.cleaned_data["rate"]
        if rate > rules.LARGEST_RATE:
            sign = self.fields["rate"].sign
            raise ValidationError(
                f"Liquidated damages must be {rules.money(rules.LARGEST_RATE, sign)} or less"
            )
        return rate

    def clean_achieved_on(self):
        achieved_on = self.cleaned_data["achieved_on"]
        if achieved_on and achieved_on > self.today:
            raise ValidationError("The day on which it was achieved must be today or in the past")
        return achieved_on

    def clean(self):
        values = super().clean()
        if values.get("excused_days") and not values.get("excused_reason"):
            self.add_error("excused_reason", "Say why these days are excused")
        due_on, claim_by = values.get("due_on"), values.get("claim_by")
        if due_on and claim_by and claim_by < due_on:
            self.add_error(
                "claim_by", "The last day to claim must not be before the milestone is due"
            )
        return values

    @property
    def changes(self):
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


# --- What becomes of a credit -----------------------------------------------------------------------


class StepForm(Form):
    """A step of one credit. It carries the version of the credit that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, *, credit, today):
        self.credit, self.today = credit, today
        self.cancel_url = credit.get_absolute_url()
        super().__init__(data, initial={"version": credit.version, "on": today})

    def clean_version(self):
        return self.cleaned_data.get("version") or 0

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("The day must be today or in the past")
        return on


class ClaimForm(StepForm):
    submit_label = "Record the claim"

    on = DateField(label="Day on which it was claimed")
    reason = reason_field(
        "Remark", help_text="Such as the number of your letter. Shown in the history"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.credit.state == rules.State.LAPSED:
            self.fields["reason"].label = "Why can it still be claimed?"
            self.fields[
                "reason"
            ].help_text = (
                "It has lapsed. Such as: the supplier agreed on 3 March. Shown in the history"
            )
            self.fields["reason"].required = True

    def clean_on(self):
        on = super().clean_on()
        first = self.credit.month or self.credit.milestone.due_on
        if on < first:
            raise ValidationError(f"The day must not be before {rules.in_words(first)}")
        return on


class CreditedForm(StepForm):
    submit_label = "Record it as credited"

    invoice = forms.CharField(
        label="Invoice or credit note", max_length=120,
        help_text="The number of the one on which the amount was taken off",
    )  # fmt: skip
    on = DateField(label="Date of the invoice or credit note")


class WaiveForm(StepForm):
    submit_label = "Waive it"

    reason = forms.CharField(
        label="Why is it waived?", widget=forms.Textarea(attrs={"rows": 4}), max_length=500,
        help_text="Shown on its page and in the history",
        error_messages={"required": "Enter the reason"},
    )  # fmt: skip


class TakeBackForm(StepForm):
    submit_label = "Take it back"

    reason = reason_field("Why?", required=True, help_text=SHOWN_IN_HISTORY)
