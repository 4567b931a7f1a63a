"""Readings from a spreadsheet, such as the supplier's own report: they come in as reported, and wait to be checked."""

import datetime

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from common.forms import ModelForm, reason_field
from common.intake import kinds
from common.locking import VersionMixin
from common.spreadsheets import values
from common.spreadsheets.mapping import target
from contracts.models import Contract
from performance import actions, rules
from performance.models import Reading

TARGETS = (
    target("kpi", "KPI", "Which reading", "kpi, kpi name, name, indicator, measure, reference, ref, kpi ref, kpi no"),
    target("period", "Period", "Which reading", "period, month, quarter, reporting period, for, date"),
    target("value", "Value", "What it shows", "value, reading, actual, result, figure, performance, score"),
    target("not_reported_reason", "Why not reported", "What it shows",
           "why not reported, not reported because, reason not reported, no value because"),
    target("comment", "Comment", "What it shows", "comment, comments, note, notes, narrative, commentary"),
)  # fmt: skip


class KpiField(forms.ChoiceField):
    """A KPI of the contract, as a cell names it: by its name or its reference."""

    def __init__(self, indicators, **options):
        super().__init__(choices=[(str(i.pk), i.called) for i in indicators], **options)
        self.by_name = {}
        for indicator in indicators:
            for name in (indicator.reference, indicator.name, indicator.called):
                if name:
                    self.by_name.setdefault(_key(name), str(indicator.pk))

    def read_cell(self, cell):
        text = values.text(cell)
        found = self.by_name.get(_key(text))
        if found is None:
            names = ", ".join(label for _, label in self.choices[:8]) or "this contract has no KPIs"
            raise values.NotUnderstood(
                f"“{text[:60]}” is no KPI of this contract. Write one of: {names}"
            )
        return found


class PeriodField(forms.DateField):
    """The period of a reading, as a cell names it: `Oct 2026`, `Q3 2026`, or a day that lies in it."""

    def read_cell(self, cell):
        if isinstance(cell, str) and (day := rules.read_period(cell)):
            return day.isoformat()
        written = values.text(cell).lower()
        for prefix in ("week to ", "week ending ", "w/e "):
            if written.startswith(prefix):
                cell = written.removeprefix(prefix)
        return values.date(cell).isoformat()


class ReadingRowForm(VersionMixin, ModelForm):
    """One row of the file."""

    kpi = KpiField((), label="KPI")
    period = PeriodField(label="Period", input_formats=["%Y-%m-%d"])
    value = forms.CharField(label="Value", required=False, max_length=40)
    reason = reason_field()

    class Meta:
        model = Reading
        fields = ("not_reported_reason", "comment")

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, **kwargs)
        self.about = about
        self.fields["kpi"] = KpiField(about.indicators, label="KPI")
        self.measure = None
        if self.instance.pk is None:
            del self.fields["reason"]
        else:
            self.initial |= {
                "kpi": str(self.instance.indicator_id), "period": self.instance.period_start.isoformat(),
                "value": self._as_typed(),
            }  # fmt: skip

    def _as_typed(self):
        if self.instance.value is None:
            return ""
        return self.about.by_pk[self.instance.indicator_id].as_typed(self.instance.value)

    @property
    def indicator(self):
        return self.about.by_pk.get(int(self.cleaned_data.get("kpi") or 0))

    def clean(self):
        found = super().clean()
        indicator, day = self.indicator, found.get("period")
        if indicator is None or day is None:
            return found
        period = rules.period_of(indicator.frequency, day)
        self.about.refuse(self, period, indicator)
        value, why_not = self._measured(indicator, period), found.get("not_reported_reason")
        found["value"] = value
        if value is None and not why_not and "value" not in self.errors:
            self.add_error("value", "Value is missing: give it, or say why it was not reported")
        elif value is not None and why_not:
            self.add_error(
                "not_reported_reason", "Give a value or a reason why there is none, not both"
            )
        return found

    def _measured(self, indicator, period):
        text = self.cleaned_data.get("value") or ""
        if not text:
            return None
        try:
            self.measure = rules.read_measure(
                text, unit=indicator.unit, direction=indicator.direction
            )
        except ValueError as problem:
            self.add_error("value", f"Value {problem}")
            return None
        self._refuse_a_share(indicator, period)
        return self.measure.value

    def _refuse_a_share(self, indicator, period):
        """A cell that shows 97% keeps 0.97."""
        value, standard = self.measure.value, indicator.standard_on(period.start)
        if self.measure.denominator is None and rules.looks_like_a_share(
            value, standard, unit=indicator.unit
        ):
            meant = rules.with_unit(value * 100, unit="%", decimals=indicator.decimals)
            self.add_error(
                "value",
                f"Value {rules.plain(value)} would be {rules.plain(value)}%. If {meant} is meant, write it in a cell that "
                "has no per cent format. If not, log it on the page of its month",
            )

    def _post_clean(self):
        """The action writes the row: nothing of it is put together here."""

    @property
    def entry(self):
        indicator, found, measure = self.indicator, self.cleaned_data, self.measure
        return actions.Entry(
            indicator_id=indicator.pk,
            period=rules.period_of(indicator.frequency, found["period"]),
            value=measure and measure.value,
            numerator=measure and measure.numerator,
            denominator=measure and measure.denominator,
            not_reported_reason=found["not_reported_reason"],
            comment=found["comment"],
            reason=found.get("reason", ""),
            version=self.instance.version if self.instance.pk else 0,
        )


class About:
    """A contract with its KPIs, looked up once for all rows of a file."""

    def __init__(self, contract, today):
        self.contract, self.today = contract, today
        self.indicators = list(
            contract.indicators.in_use().with_definitions().order_by("name", "pk")
        )
        self.by_pk = {indicator.pk: indicator for indicator in self.indicators}

    def refuse(self, form, period, indicator):
        if period.start > self.today:
            form.add_error("period", f"Period: {period.label} has not begun")
        elif period.end < indicator.starts_on:
            form.add_error("period", f"Period: {period.label} lies before the KPI is measured")

    def __str__(self):
        return str(self.contract)


def _key(text):
    return " ".join(str(text).casefold().split())


def find(user, contract_pk):
    contract = get_object_or_404(
        Contract.objects.allowing(user, Permission.LOG_PERFORMANCE), pk=contract_pk
    )
    return About(contract, timezone.localdate())


def name(about, texts):
    """`<KPI's id> <first day of the period>`; empty where the row names no period of a KPI."""
    indicator = about.by_pk.get(int(texts.get("kpi") or 0))
    if indicator is None or not texts.get("period"):
        return ""
    day = datetime.date.fromisoformat(texts["period"])
    return f"{indicator.pk} {rules.period_of(indicator.frequency, day).start}"


def known(about):
    return {f"{reading.indicator_id} {reading.period_start}": reading for reading in there(about)}


def there(about):
    return Reading.objects.filter(indicator__in=about.by_pk).select_related("indicator")


def shown(about, texts):
    indicator = about.by_pk.get(int(texts.get("kpi") or 0))
    if indicator is None:
        return ""
    if not texts.get("period"):
        return indicator.called
    day = datetime.date.fromisoformat(texts["period"])
    return f"{indicator.called}, {rules.period_of(indicator.frequency, day).label}"


def save(form, about, by, reason):
    try:
        return actions.record_readings(entries=[form.entry], by=by)
    except (actions.ReadingsChanged, actions.ReasonMissing) as problem:
        raise ValueError("Somebody has logged this reading meanwhile") from problem


def back(about):
    return reverse("performance:contract", args=[about.contract.pk])


kinds.register(kinds.Kind(
    key="readings", noun="reading", nouns="readings", targets=TARGETS, required=("kpi", "period"),
    identity=("kpi", "period"), by=kinds.By(name, known, shown),
    find=find, there=there,
    form=lambda about, user, data=None, instance=None: ReadingRowForm(data, instance=instance, about=about),
    save=save, back=back,
    crumbs=lambda about: (
        ("Contracts", reverse("contracts:list")),
        (about.contract.reference, about.contract.get_absolute_url()),
        ("Performance", back(about)),
    ),
))  # fmt: skip
