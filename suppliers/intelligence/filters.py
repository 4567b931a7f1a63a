from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from common.forms import WRITTEN_DATE_FORMATS
from common.lists import FilterForm
from suppliers.intelligence import rules
from suppliers.intelligence.models import Agency, DistressEvent, FinancialCheck, IntelligenceNote
from suppliers.models import Supplier

NOTE_STATES = (("counts", "Still counts"), ("old", "Out of date"), ("ended", "No longer counts"))
CHECK_STATES = (("current", "Latest of each score"), ("all", "All that were ever made"))
EVENT_STATES = (("open", "Open"), ("plan", "Plan overdue"), ("ended", "Ended"))
DUE = (("overdue", "Overdue"), ("30", "Within 30 days"), ("90", "Within 90 days"))


def _day(**options):
    """Narrowed by a link from another page, not typed."""
    return filters.DateFilter(
        widget=forms.HiddenInput, input_formats=WRITTEN_DATE_FORMATS, **options
    )


def _boxes():
    return forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"})


class NoteFilter(filters.FilterSet):
    """What may narrow the list of notes."""

    q = filters.CharFilter(
        label="Words in note, supplier or category", method="by_words", max_length=200
    )
    kind = filters.MultipleChoiceFilter(
        label="Kind", choices=rules.NoteKind.choices(), distinct=False, widget=_boxes()
    )
    state = filters.ChoiceFilter(
        label="Does it still count?", choices=NOTE_STATES, method="by_state", empty_label="All"
    )
    valid_until = _day(label="Valid until one day", method="by_day")

    class Meta:
        model = IntelligenceNote
        fields = ()
        form = FilterForm

    def by_words(self, notes, name, value):
        for word in value.split()[:8]:
            notes = notes.filter(
                Q(title__icontains=word)
                | Q(text__icontains=word)
                | Q(category__icontains=word)
                | Q(supplier__in=Supplier.objects.filter(name__icontains=word))
            )
        return notes

    def by_state(self, notes, name, value):
        if value == "ended":
            return notes.filter(ended_on__isnull=False)
        return notes.that_count() if value == "counts" else notes.out_of_date(timezone.localdate())

    def by_day(self, notes, name, value):
        return notes.that_count().filter(valid_until=value)


class CheckFilter(filters.FilterSet):
    """What may narrow the list of financial checks."""

    q = filters.CharFilter(label="Words in name or number", method="by_words", max_length=200)
    result = filters.MultipleChoiceFilter(
        label="Result", choices=rules.Result.choices(), distinct=False, widget=_boxes()
    )
    agency = filters.ModelChoiceFilter(
        label="What was scored", queryset=Agency.objects.all(), empty_label="All"
    )
    due = filters.ChoiceFilter(
        label="Next check", choices=DUE, method="by_due", empty_label="Any time"
    )
    which = filters.ChoiceFilter(
        label="Which checks", choices=CHECK_STATES, method="by_which", empty_label=None
    )
    due_on = _day(label="Next check on one day", method="by_day")

    class Meta:
        model = FinancialCheck
        fields = ()
        form = FilterForm

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("which") == "all" else found.current()

    def by_words(self, checks, name, value):
        return checks.filter(supplier__in=Supplier.objects.search(value))

    def by_due(self, checks, name, value):
        today = timezone.localdate()
        if value == "overdue":
            return checks.to_repeat(self.request.user, end=today - timedelta(days=1))
        return checks.to_repeat(
            self.request.user, start=today, end=today + timedelta(days=int(value))
        )

    def by_day(self, checks, name, value):
        return checks.to_repeat(self.request.user, start=value, end=value)

    def by_which(self, checks, name, value):
        return checks  # see filter_queryset: without an answer only those that stand are listed


class DistressFilter(filters.FilterSet):
    """What may narrow the list of distress events."""

    q = filters.CharFilter(label="Words in name or number", method="by_words", max_length=200)
    state = filters.ChoiceFilter(
        label="State", choices=EVENT_STATES, method="by_state", empty_label="All"
    )
    sign = filters.MultipleChoiceFilter(
        label="What happened", choices=rules.Sign.choices(), distinct=False, widget=_boxes()
    )

    class Meta:
        model = DistressEvent
        fields = ()
        form = FilterForm

    def by_words(self, events, name, value):
        return events.filter(supplier__in=Supplier.objects.search(value))

    def by_state(self, events, name, value):
        if value == "open":
            return events.open()
        if value == "plan":
            return events.awaiting_plan().filter(plan_due_on__lt=timezone.localdate())
        return events.filter(closed_on__isnull=False)
