"""What may be asked of the pages here. Whatever is not understood is left aside."""

import django_filters as filters
from django import forms
from django.utils import timezone

from common.lists import FilterForm
from contracts.filters import ContractFilter
from contracts.models import Contract
from dashboards.querysets import standing_at
from performance.rules import Standing


class ShownForm(forms.Form):
    """Which of the figures at the top narrows the list beneath it."""

    show = forms.ChoiceField(required=False)

    def __init__(self, data, figures):
        super().__init__(data)
        self.fields["show"].choices = [(figure.key, figure.label) for figure in figures]
        self.is_valid()

    @property
    def chosen(self):
        return self.cleaned_data.get("show") or ""


class RatedFilter(ContractFilter):
    """The filters of the register, and how the contract stands."""

    rating = filters.MultipleChoiceFilter(
        label="Latest rating",
        choices=[(standing.value, standing.label) for standing in Standing],
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
        method="by_rating",
    )

    class Meta:
        model = Contract
        fields = ()
        form = FilterForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.order_fields(["rating"])

    def by_rating(self, contracts, name, chosen):
        return standing_at(contracts, chosen, timezone.localdate()) if chosen else contracts
