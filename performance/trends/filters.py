"""What may narrow the lists behind the figures of a roll-up."""

import django_filters as filters
from django import forms
from django.utils import timezone

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from common.lists import FilterForm, ListFilter
from contracts.filters import ContractFilter
from contracts.models import Contract, Tier
from performance.models import Indicator
from performance.querysets import kpi_severity
from performance.rules import Quadrant, Standing
from performance.trends.rollups import TRACKED, untracked

_SMALL = {"class": "govuk-checkboxes--small"}


class HiddenId(filters.NumberFilter):
    """Narrowed by a link from another page, not typed; 0 asks for those that have none."""

    def __init__(self, **options):
        super().__init__(
            widget=forms.HiddenInput, min_value=0, max_value=2**62, decimal_places=0, **options
        )

    def filter(self, rows, value):
        if value is None:
            return rows
        return rows.filter(**{self.field_name: int(value) or None})


class IndicatorFilter(ListFilter):
    q = filters.CharFilter(label="Words in the KPI's name", method="by_words", max_length=200)
    contract = filters.CharFilter(
        label="Contract: title, reference or supplier", method="by_contract", max_length=200
    )
    rating = filters.MultipleChoiceFilter(
        label="Stands at",
        choices=[(standing.value, standing.label) for standing in TRACKED],
        widget=forms.CheckboxSelectMultiple(attrs=_SMALL),
        method="by_rating",
    )
    unit = filters.ChoiceFilter(
        label="Business unit", field_name="contract__unit", empty_label="All units"
    )
    tier = filters.MultipleChoiceFilter(
        label="Tier",
        choices=[*Tier.choices, ("none", "Not tiered")],
        widget=forms.CheckboxSelectMultiple(attrs=_SMALL),
        method="by_tier",
    )
    quadrant = filters.MultipleChoiceFilter(
        label="What it is about",
        choices=Quadrant.choices(),
        widget=forms.CheckboxSelectMultiple(attrs=_SMALL),
        distinct=False,
    )
    supplier_id = HiddenId(label="One lead supplier", field_name="contract__supplier")
    contract_id = HiddenId(label="One contract", field_name="contract")

    class Meta:
        model = Indicator
        fields = ()
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        user, units = request.user, BusinessUnit.objects.order_by("name")
        if not user.may(Permission.VIEW_CONTRACTS):
            theirs = Contract.objects.visible_to(user).order_by()
            units = units.filter(pk__in=theirs.values("unit"))
        self.form.fields["unit"].choices = [
            (str(pk), name) for pk, name in units.values_list("pk", "name")
        ]

    def by_words(self, indicators, name, value):
        for word in value.split():
            indicators = indicators.filter(name__icontains=word)
        return indicators

    def by_contract(self, indicators, name, value):
        found = Contract.objects.order_by().search(value)
        return indicators.filter(contract__in=found.values("pk"))

    def by_rating(self, indicators, name, chosen):
        if not chosen:
            return indicators
        severities = [Standing(value).severity for value in chosen]
        stands = kpi_severity(timezone.localdate())
        return indicators.alias(stands=stands).filter(stands__in=severities)

    def by_tier(self, indicators, name, chosen):
        if not chosen:
            return indicators
        return indicators.filter(contract__tier__in=["" if c == "none" else c for c in chosen])


class UntrackedFilter(ContractFilter):
    """The filters of the register; with a quadrant, those that have no KPI about it."""

    quadrant = filters.ChoiceFilter(
        label="No KPI about", choices=Quadrant.choices(), method="by_quadrant",
        empty_label="Anything",
    )  # fmt: skip
    # As a roll-up asks for them: by lead supplier, where 0 is none, and by contract.
    supplier_id = HiddenId(label="One lead supplier", field_name="supplier")
    contract_id = HiddenId(label="One contract", field_name="pk")

    class Meta:
        model = Contract
        fields = ()
        form = FilterForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.order_fields(["q", "quadrant"])

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data.get("quadrant") or ""
        return super().filter_queryset(untracked(queryset, asked))

    def by_quadrant(self, contracts, name, value):
        return contracts  # asked above, where it takes the place of "any KPI"
