from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from common.forms import WRITTEN_DATE_FORMATS
from common.lists import FilterForm, ListFilter
from contracts import checks
from contracts.models import Contract, Kind, Stage, Tier
from contracts.querysets import MANY, deputised_by, with_any_of
from suppliers.models import Supplier

ENDS_WITHIN = (
    ("30", "30 days"),
    ("90", "90 days"),
    ("180", "6 months"),
    ("365", "12 months"),
    ("past", "Past its end, not closed"),
    ("none", "No end date"),
)


class TierFilter(filters.MultipleChoiceFilter):
    """Tiers, with "not tiered" among them."""

    def filter(self, contracts, chosen):
        return (
            contracts.filter(tier__in=["" if c == "none" else c for c in chosen])
            if chosen
            else contracts
        )


def _day(**options):
    return filters.DateFilter(
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        input_formats=WRITTEN_DATE_FORMATS, help_text="For example 31/3/2027", **options,
    )  # fmt: skip


def _id(**options):
    return filters.NumberFilter(
        widget=forms.HiddenInput, min_value=1, max_value=2**62, decimal_places=0, **options
    )


class ContractFilter(ListFilter):
    """What may narrow the register; links from other pages use the same names."""

    q = filters.CharFilter(
        label="Words in title, reference or supplier", method="by_words", max_length=200
    )
    supplier = filters.CharFilter(label="Supplier", method="by_supplier", max_length=200)
    owner = filters.CharFilter(label="Owner, deputy or SRO", method="by_person", max_length=200)
    unit = filters.ChoiceFilter(label="Business unit", field_name="unit", empty_label="All units")
    tier = TierFilter(
        label="Tier",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    stage = filters.MultipleChoiceFilter(
        label="Stage",
        choices=Stage,
        distinct=False,  # a column of the contract itself repeats no row
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    kind = filters.MultipleChoiceFilter(
        label="Kind of agreement",
        choices=Kind,
        distinct=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"}),
    )
    ends = filters.ChoiceFilter(
        label="Ends within", choices=ENDS_WITHIN, method="by_end", empty_label="Any time"
    )
    ends_from = _day(label="Ends on or after", field_name="ends_on", lookup_expr="gte")
    ends_to = _day(label="Ends on or before", field_name="ends_on", lookup_expr="lte")
    gap = filters.ChoiceFilter(label="Something missing", method="by_gap", empty_label="Any")
    # Narrowed by a link from another page, not typed.
    supplier_id = _id(label="One supplier", method="by_supplier_id")
    lead_id = _id(label="One lead supplier", field_name="supplier")
    person_id = _id(label="One person", method="by_person_id")

    class Meta:
        model = Contract
        fields = ()
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, request=None, organisation=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        fields = self.form.fields
        user = request.user
        units = BusinessUnit.objects.order_by("name")
        if not user.may(Permission.VIEW_CONTRACTS):
            units = units.filter(pk__in=queryset.order_by().values("unit"))
        fields["unit"].choices = [(str(pk), name) for pk, name in units.values_list("pk", "name")]
        tiers = [(t.value, t.label) for t in Tier]
        fields["tier"].choices = [*tiers, ("none", "Not tiered")]
        fields["gap"].choices = [(check.key, check.label) for check in checks.all_checks()]

    def by_words(self, contracts, name, value):
        return contracts.search(value)

    def by_supplier(self, contracts, name, value):
        return contracts.filter(with_any_of(Supplier.objects.search(value)))

    def by_person(self, contracts, name, value):
        people = list(User.objects.matching(value).order_by().values_list("pk", flat=True)[:MANY])
        held = Q(oco__in=people) | Q(deputy__in=people) | Q(sro__in=people)
        return contracts.filter(held | deputised_by(*people))

    def by_end(self, contracts, name, value):
        today = timezone.localdate()
        if value == "past":
            return contracts.past_their_end(today)
        if value == "none":
            return contracts.filter(ends_on=None)
        return contracts.not_ended().filter(
            ends_on__range=(today, today + timedelta(days=int(value)))
        )

    def by_gap(self, contracts, name, value):
        return checks.get(value).failing(contracts)

    def by_supplier_id(self, contracts, name, value):
        return contracts.with_supplier(int(value))

    def by_person_id(self, contracts, name, value):
        return contracts.of_person(int(value))
