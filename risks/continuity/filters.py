import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from common.forms import WRITTEN_DATE_FORMATS
from common.lists import FilterForm, ListFilter
from contracts.models import Contract, Tier
from contracts.obligations.filters import HiddenId
from risks.continuity.models import ComplianceCheck, Plan
from risks.continuity.rules import EvidenceState, PlanKind, PlanState, Topic, Whose
from suppliers.models import Supplier

IN_USE = "In use"
NOT_PROVEN = "Not proven: failed, overdue or never tested"


class HiddenDay(filters.DateFilter):
    """Narrowed by a link from another page, not typed."""

    def __init__(self, **options):
        super().__init__(
            widget=forms.HiddenInput, input_formats=WRITTEN_DATE_FORMATS, **options
        )  # fmt: skip


class _Narrowing(ListFilter):
    """What may narrow both lists."""

    q = filters.CharFilter(label="Words", method="by_words", max_length=200)
    contract = filters.CharFilter(
        label="Contract: title, reference or supplier", method="by_contract", max_length=200
    )
    unit = filters.ChoiceFilter(label="Business unit", method="by_unit", empty_label="All units")
    tier = filters.ChoiceFilter(
        label="Tier of the contract", choices=Tier.choices, field_name="contract__tier", empty_label="All tiers"
    )  # fmt: skip
    contract_id = HiddenId(label="One contract", field_name="contract")
    supplier_id = HiddenId(label="One supplier", method="by_supplier_id")

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        user, units = request.user, BusinessUnit.objects.order_by("name")
        if not user.may(Permission.VIEW_CONTRACTS):
            theirs = Contract.objects.visible_to(user).order_by()
            units = units.filter(pk__in=theirs.values("unit"))
        self.form.fields["unit"].choices = [
            ("", "All units"), *((str(pk), name) for pk, name in units.values_list("pk", "name")),
        ]  # fmt: skip

    def by_words(self, rows, name, value):
        return rows.search(value)

    def by_contract(self, rows, name, value):
        contracts = Contract.objects.order_by().search(value).values("pk")
        suppliers = Supplier.objects.order_by().search(value).values("pk")
        return rows.filter(Q(contract__in=contracts) | Q(supplier__in=suppliers))

    def by_unit(self, rows, name, value):
        return rows.filter(contract__unit=value)

    def by_supplier_id(self, rows, name, value):
        return rows.of_supplier(int(value))


class PlanFilter(_Narrowing):
    """What may narrow the list of plans; those that are retired are left out until they are asked for."""

    state = filters.ChoiceFilter(
        label="How it stands", method="by_state", empty_label=IN_USE,
        choices=[("not_proven", NOT_PROVEN), *PlanState.choices(), ("all", "All, also retired ones")],
    )  # fmt: skip
    kind = filters.ChoiceFilter(label="Kind", choices=PlanKind.choices(), empty_label="Both kinds")
    whose = filters.ChoiceFilter(label="Whose plan", choices=Whose.choices(), empty_label="Anybody’s")  # fmt: skip
    review_on = HiddenDay(label="Review on one day")
    test_due_on = HiddenDay(label="Test on one day")

    class Meta:
        model = Plan
        fields = ()
        form = FilterForm

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.in_use()
        return super().filter_queryset(queryset)

    def by_state(self, plans, name, value):
        today = timezone.localdate()
        if value == "all":
            return plans
        return (
            plans.not_proven(today) if value == "not_proven" else plans.in_state(value, today)
        )  # fmt: skip


class CheckFilter(_Narrowing):
    """What may narrow the list of checks; what was replaced or is no longer required is left out until it is asked for."""

    state = filters.ChoiceFilter(
        label="How it stands", method="by_state", empty_label="Required now",
        choices=[*EvidenceState.choices(), ("all", "All that were ever made")],
    )  # fmt: skip
    topic = filters.ChoiceFilter(label="What it is about", choices=Topic.choices(), empty_label="Everything")  # fmt: skip
    due_on = HiddenDay(label="To be renewed or checked by one day")

    class Meta:
        model = ComplianceCheck
        fields = ()
        form = FilterForm

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.current()
        return super().filter_queryset(queryset)

    def by_state(self, checks, name, value):
        return checks if value == "all" else checks.in_state(value, timezone.localdate())
