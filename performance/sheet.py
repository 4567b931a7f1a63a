"""The page on which a month is logged: what its address may ask, its lines, and all of them together."""

import datetime
import re
from dataclasses import dataclass, field

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property

from contracts.models import Contract
from performance import rules
from performance.actions import Entry
from performance.models import Reading

FIRST_YEAR, LAST_YEAR = 2000, 2150


# --- What the log page's address may ask ----------------------------------------------------------


class MonthField(forms.CharField):
    """`2026-10`, as the first day of the month."""

    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        found = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
        if (
            not found
            or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR
            or not 1 <= int(found[2]) <= 12
        ):
            raise ValidationError("Choose a month")
        return datetime.date(int(found[1]), int(found[2]), 1)


class LogQuestion(forms.Form):
    """The month and the contract asked for. What is not understood is left aside."""

    month = MonthField(max_length=7, required=False)
    contract = forms.IntegerField(min_value=1, required=False)
    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False)
    q = forms.CharField(max_length=200, required=False)
    all = forms.BooleanField(required=False)

    def __init__(self, data, *, today):
        super().__init__(data)
        self.today = today
        self.is_valid()

    @property
    def month_asked(self):
        """The month to log; the last one that is over, unless another was asked for."""
        last = rules.last_complete(rules.Frequency.MONTHLY, self.today).start
        return self.cleaned_data.get("month") or last

    @property
    def contract_asked(self):
        """The id of the one contract to log; 0, which no contract has, if it is not understood."""
        if not self.data.get("contract"):
            return None
        return self.cleaned_data.get("contract") or 0

    @property
    def page_asked(self):
        return self.cleaned_data.get("page") or 1

    @property
    def everything(self):
        """Asked for by somebody who manages contracts, but may log for others too."""
        return self.cleaned_data.get("all") or bool(self.text)

    @property
    def text(self):
        return self.cleaned_data.get("q") or ""


# --- The month's sheet ----------------------------------------------------------------------------

TYPED = ("value", "not_reported_reason", "comment")


def _text_field(label, *, max_length):
    return forms.CharField(
        label=label,
        required=False,
        max_length=max_length,
        error_messages={"max_length": f"{label} must be {max_length} characters or fewer"},
    )


class ReadingForm(forms.Form):
    """One line of the sheet: a value or why there is none. A blank line is left alone."""

    use_required_attribute = False

    value = _text_field("Value", max_length=40)
    not_reported_reason = _text_field("Why not reported", max_length=200)
    comment = _text_field("Comment", max_length=2000)
    reason = _text_field("Reason for the change", max_length=500)

    def __init__(self, data=None, *, indicator, period, reading=None, previous=None):
        self.indicator = indicator
        self.period = period
        self.reading = reading
        self.previous = previous
        prefix = f"kpi-{indicator.pk}"
        if indicator.frequency == rules.Frequency.WEEKLY:  # several periods end in a month
            prefix += f"-{period.start:%Y%m%d}"
        super().__init__(data, prefix=prefix, initial=_shown(reading, indicator))
        if reading is None:
            del self.fields["reason"]

    # --- what the person saw, and what they typed ---------------------------------------------

    @property
    def version(self):
        return self.reading.version if self.reading else 0

    @property
    def version_seen(self):
        """Of the reading as the page showed it; 0 when it showed none."""
        text = self.data.get(f"{self.prefix}-version") or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    @property
    def is_overtaken(self):
        """Somebody else logged this line after the page was opened."""
        return self.is_bound and self.version_seen != self.version

    @cached_property
    def is_touched(self):
        """Whether anything was typed here that the page did not show before."""
        if not self.is_bound:
            return False
        shown = _shown(self._seen(), self.indicator)
        typed = {n: (self.data.get(f"{self.prefix}-{n}") or "").strip() for n in TYPED}
        typed["value"] = _same_way(typed["value"], self.indicator)
        return any(typed[name] != shown[name] for name in TYPED)

    def _seen(self):
        if self.reading is None or not self.is_overtaken:
            return self.reading
        return self.reading.history.filter(version=self.version_seen).first()

    # --- checks --------------------------------------------------------------------------------

    def clean_value(self):
        text = self.cleaned_data["value"]
        if not text:
            return None
        try:
            return rules.read_measure(
                text, unit=self.indicator.unit, direction=self.indicator.direction
            )
        except ValueError as problem:
            raise ValidationError(f"Value {problem}") from None

    def clean(self):
        values = super().clean()
        if not self.is_touched:
            return values
        if self.is_overtaken:
            self.add_error("value", self._overtaken_in_words())
        elif not self.errors:
            self._check_together(values)
        return values

    def _check_together(self, values):
        measure, why_not = values["value"], values["not_reported_reason"]
        value = measure.value if measure else None
        if value is None and not why_not:
            self.add_error("value", "Enter a value, or say why it was not reported")
        elif value is not None and why_not:
            self.add_error(
                "not_reported_reason",
                "Give a value or a reason why there is none, not both",
            )
        if value is not None and not values["comment"] and self._is_a_slip(value):
            self.add_error(
                "value", "Value is below 0. If that is right, say in the comment how it comes about"
            )
        if self.reading and not values["reason"]:
            self.add_error("reason", "Say why the reading changes")

    def _is_a_slip(self, value):
        before = self.previous.value if self.previous else None
        known = [before, self.indicator.latest_value]
        standard = self.indicator.standard_on(self.period.start)
        return rules.is_below_what_can_be(value, standard, known=known)

    def _overtaken_in_words(self):
        who = self.reading.recorded_by if self.reading else None
        return (
            f"While this page was open, {who or 'somebody'} recorded {self.recorded_in_words}."
            " To replace it, save again with a reason"
        )

    # --- what the page shows -------------------------------------------------------------------

    @property
    def target_in_words(self):
        return self.indicator.target_in_words_on(self.period.start)

    @property
    def about(self):
        """What its boxes are for, read aloud after the name of each."""
        return f"{self.indicator.name}, {self.period.label}"

    @property
    def recorded_in_words(self):
        return self.indicator.in_words(self.reading.value) if self.reading else ""

    @property
    def previous_in_words(self):
        return self.indicator.in_words(self.previous.value) if self.previous else ""

    @property
    def previous_label(self):
        return self.period.previous.label

    @property
    def is_open(self):
        """Whether the boxes of a recorded reading are to be shown at once."""
        return self.is_touched

    @property
    def entry(self):
        values, measure = self.cleaned_data, self.cleaned_data["value"]
        return Entry(
            indicator_id=self.indicator.pk,
            period=self.period,
            value=measure and measure.value,
            numerator=measure and measure.numerator,
            denominator=measure and measure.denominator,
            not_reported_reason=values["not_reported_reason"],
            comment=values["comment"],
            reason=values.get("reason", ""),
            version=self.version_seen,
        )


def _shown(reading, indicator):
    """The boxes of a line as the page fills them."""
    if reading is None:
        return dict.fromkeys(TYPED, "")
    return {
        "value": as_typed(reading, indicator),
        "not_reported_reason": reading.not_reported_reason,
        "comment": reading.comment,
    }


def as_typed(measure, indicator):
    """The figure of a reading, or what was typed for one, as somebody would type it."""
    if measure.value is None:
        return ""
    if measure.denominator is not None:
        return f"{rules.plain(measure.numerator)}/{rules.plain(measure.denominator)}"
    return indicator.as_typed(measure.value)


def _same_way(text, indicator):
    """`97.40 %` as the page would show it, so that another way of writing is no change."""
    try:
        measure = rules.read_measure(text, unit=indicator.unit, direction=indicator.direction)
    except ValueError:
        return text
    return as_typed(measure, indicator)


@dataclass
class Group:
    """The lines of one contract."""

    contract: Contract
    lines: list[ReadingForm] = field(default_factory=list)

    @property
    def missing(self):
        return sum(line.reading is None for line in self.lines)


class Sheet:
    """The readings of one month, a line each, grouped by contract; all are saved or none."""

    def __init__(self, indicators, *, month, data=None):
        self.month = month
        self.indicators = list(indicators)
        self.is_checked = bool(data and data.get("checked") == "on")
        self.paste_error = ""
        self.lines = list(self._lines(data))

    def _lines(self, data):
        due = [(i, period) for i in self.indicators for period in self._periods(i)]
        both = {period for _, one in due for period in (one, one.previous)}
        stored = Reading.objects.for_periods({i.pk for i in self.indicators}, both)
        for indicator, period in due:
            about = {
                "indicator": indicator,
                "period": period,
                "reading": stored.get((indicator.pk, period.start)),
                "previous": stored.get((indicator.pk, period.previous.start)),
            }
            line = ReadingForm(data, **about)
            # Where only somebody else logged a reading, theirs is shown, not the blank it replaced.
            yield ReadingForm(**about) if line.is_overtaken and not line.is_touched else line

    def _periods(self, indicator):
        """Those that end in the month: one, or of an indicator by the week four or five."""
        return [p for p in rules.ending_in(self.month, indicator.frequency) if indicator.expects(p)]

    @property
    def groups(self):
        groups = {}
        for line in self.lines:
            contract = line.indicator.contract
            groups.setdefault(contract.pk, Group(contract)).lines.append(line)
        return list(groups.values())

    @property
    def missing(self):
        return sum(line.reading is None for line in self.lines)

    @property
    def from_suppliers(self):
        """Whether a supplier's figure may come in here, which somebody has to check."""
        supplier = rules.ReportedBy.SUPPLIER
        return any(
            line.indicator.reported_by == supplier and line.reading is None for line in self.lines
        )

    def is_valid(self):
        return not self.errors

    @property
    def entries(self):
        return [line.entry for line in self.lines if line.is_touched]

    @property
    def errors(self):
        """(anchor, sentence) of every error, for the summary above the sheet.

        Each sentence begins with a word of ours, never with a name, so that it can follow the KPI's.
        """
        of_paste = [("column", self.paste_error)] if self.paste_error else []
        return of_paste + [
            (line[name].auto_id, f"{self._name(line)}: {sentence[:1].lower()}{sentence[1:]}")
            for line in self.lines
            for name, sentences in line.errors.items()
            for sentence in sentences
        ]

    def _name(self, line):
        """Two contracts may have KPIs of the same name."""
        if len(self.groups) == 1:
            return line.indicator.name
        return f"{line.indicator.contract.title}, {line.indicator.name}"
