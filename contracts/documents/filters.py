from datetime import timedelta

import django_filters as filters
from django import forms
from django.utils import timezone

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from common.lists import FilterForm
from contracts.documents.models import Document, Kind, Publication

DUE = (("overdue", "Overdue"), ("30", "Within 30 days"), ("90", "Within 90 days"))
STATES = (
    ("withdrawn", "Withdrawn"), ("disposed_of", "Disposed of"), ("all", "Everything there ever was"),
)  # fmt: skip
_SMALL = {"class": "govuk-checkboxes--small"}


class DocumentFilter(filters.FilterSet):
    """What may narrow the documents of all contracts; links from other pages use the same names."""

    q = filters.CharFilter(label="Words in the title", method="by_words", max_length=200)
    kind = filters.MultipleChoiceFilter(
        label="Kind",
        choices=Kind,
        distinct=False,
        widget=forms.CheckboxSelectMultiple(attrs=_SMALL),
    )
    unit = filters.ChoiceFilter(
        label="Business unit", field_name="contract__unit", empty_label="All units"
    )
    publication = filters.MultipleChoiceFilter(
        label="For the public",
        choices=Publication,
        distinct=False,
        widget=forms.CheckboxSelectMultiple(attrs=_SMALL),
    )
    review = filters.ChoiceFilter(
        label="Review", choices=DUE, method="by_review", empty_label="Any time"
    )
    retention = filters.ChoiceFilter(
        label="Keep until",
        choices=(("reached", "Reached"), ("none", "No date")),
        method="by_retention",
        empty_label="Any time",
    )

    state = filters.ChoiceFilter(
        label="In use", choices=STATES, method="by_state", empty_label="In use"
    )

    class Meta:
        model = Document
        fields = ()
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        units = BusinessUnit.objects.order_by("name")
        if not request.user.may(Permission.VIEW_CONTRACTS):
            units = units.filter(pk__in=queryset.order_by().values("contract__unit"))
        choices = [(str(pk), name) for pk, name in units.values_list("pk", "name")]
        self.form.fields["unit"].choices = choices

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        if not asked.get("state"):
            # A file is kept, or not, whether its document is in use or was withdrawn.
            past = asked.get("retention") == "reached"
            queryset = queryset.kept() if past else queryset.in_use()
        return super().filter_queryset(queryset)

    def by_state(self, documents, name, value):
        if value == "all":
            return documents
        return documents.withdrawn() if value == "withdrawn" else documents.disposed_of()

    def by_words(self, documents, name, value):
        return documents.search(value)

    def by_review(self, documents, name, value):
        today = timezone.localdate()
        if value == "overdue":
            return documents.filter(review_on__lt=today)
        return documents.filter(review_on__range=(today, today + timedelta(days=int(value))))

    def by_retention(self, documents, name, value):
        if value == "none":
            return documents.filter(retain_until=None)
        return documents.filter(retain_until__lte=timezone.localdate())
