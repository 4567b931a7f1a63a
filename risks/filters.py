import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from common.lists import FilterForm, ListFilter
from contracts.models import Contract, Tier
from contracts.querysets import MANY, with_any_of
from risks.models import Category, Matrix, Risk
from risks.rules import Band, Kind, State
from suppliers.models import Supplier

SMALL_BOXES = {"class": "govuk-checkboxes--small"}
GAPS = (
    ("owner", "No owner"),
    ("review", "Review overdue"),
    ("contingency", "Red without a contingency plan"),
    ("unscored", "Not scored"),
)
ABOUT = (
    ("contract", "A contract"),
    ("supplier", "A supplier"),
    ("organisation", "The organisation as a whole"),
    ("none", "A supplier or the organisation"),
)
THREATS = "threats"  # risks and issues together


class HiddenId(filters.NumberFilter):
    """Narrowed by a link from another page, not typed."""

    def __init__(self, **options):
        options = {"min_value": 1, "max_value": 2**62, **options}
        super().__init__(widget=forms.HiddenInput, decimal_places=0, **options)


class RiskFilter(ListFilter):
    """What may narrow the register; what is over is left out until it is asked for."""

    q = filters.CharFilter(
        label="Words in title, event or number", method="by_words", max_length=200
    )
    band = filters.MultipleChoiceFilter(
        label="How serious", choices=[(b.value, b.label) for b in reversed(Band)], method="by_band",
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )  # fmt: skip
    above = filters.ChoiceFilter(
        label="Appetite",
        choices=[("appetite", "Above appetite")],
        method="by_appetite",
        empty_label="Any",
    )
    gap = filters.ChoiceFilter(
        label="Something missing", choices=GAPS, method="by_gap", empty_label="Any"
    )
    kind = filters.ChoiceFilter(
        label="Kind", choices=[(THREATS, "Risks and issues"), *Kind.choices()], method="by_kind",
        empty_label="Every kind",
    )  # fmt: skip
    state = filters.ChoiceFilter(
        label="How it stands", choices=[("all", "Everything"), *State.choices()], method="by_state",
        empty_label="Open or put forward",
    )  # fmt: skip
    category = filters.ChoiceFilter(
        label="Category", method="by_column", empty_label="Every category"
    )
    owner = filters.CharFilter(label="Risk owner", method="by_owner", max_length=200)
    contract = filters.CharFilter(
        label="Contract: title, reference or supplier", method="by_contract", max_length=200
    )
    supplier = filters.CharFilter(label="Supplier", method="by_supplier", max_length=200)
    about = filters.ChoiceFilter(
        label="What it is about", choices=ABOUT, method="by_subject", empty_label="Anything"
    )
    unit = filters.ChoiceFilter(label="Business unit", method="by_unit", empty_label="All units")
    tier = filters.ChoiceFilter(
        label="Tier of the contract",
        choices=[*Tier.choices, ("none", "Not tiered")],
        method="by_tier",
        empty_label="Every tier",
    )
    shared = filters.ChoiceFilter(
        label="Shared with the supplier", choices=[("yes", "Shared"), ("no", "Internal")], method="by_sharing",
        empty_label="Either",
    )  # fmt: skip
    likelihood = HiddenId(label="One likelihood", method="by_level", max_value=5)
    impact = HiddenId(label="One impact", method="by_level", max_value=5)
    # Which of the three scores the likelihood and the impact are of, where it is not the present one.
    scored = filters.ChoiceFilter(
        label="With nothing done, or what we aim at", method="by_score", widget=forms.HiddenInput,
        choices=[("inherent", "With nothing done"), ("target", "What we aim at")],
    )  # fmt: skip
    contract_id = HiddenId(label="One contract", method="by_contract_id")
    supplier_id = HiddenId(label="One supplier", method="by_supplier_id")
    lead_id = HiddenId(
        label="One supplier, or contracts that it leads", method="by_lead", min_value=0
    )

    class Meta:
        model = Risk
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
        categories = Category.objects.order_by("name").values_list("pk", "name")
        self.form.fields["category"].choices = [(str(pk), name) for pk, name in categories]

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.running()
        return super().filter_queryset(queryset)

    def by_words(self, risks, name, value):
        return risks.search(value)

    def by_band(self, risks, name, chosen):
        return risks.in_band(Matrix.current(), *chosen) if chosen else risks

    def by_appetite(self, risks, name, value):
        return risks.above_appetite()

    def by_gap(self, risks, name, value):
        if value == "owner":
            return risks.without_owner()
        if value == "review":
            return risks.review_overdue(timezone.localdate())
        if value == "contingency":
            return risks.open().threats().red().without_contingency()
        return risks.filter(score=None)

    def by_state(self, risks, name, value):
        return risks if value == "all" else risks.filter(state=value)

    def by_column(self, risks, name, value):
        return risks.filter(**{name: value})

    def by_level(self, risks, name, value):
        scored = self.form.cleaned_data.get("scored")
        return risks.filter(**{f"{scored}_{name}" if scored else name: value})

    def by_score(self, risks, name, value):
        return risks  # `by_level` asks which

    def by_kind(self, risks, name, value):
        return risks.threats() if value == THREATS else risks.filter(kind=value)

    def by_owner(self, risks, name, value):
        people = list(User.objects.matching(value).order_by().values_list("pk", flat=True)[:MANY])
        return risks.filter(owner__in=people)

    def by_contract(self, risks, name, value):
        return risks.filter(contract__in=Contract.objects.order_by().search(value).values("pk"))

    def by_supplier(self, risks, name, value):
        found = Supplier.objects.search(value)
        contracts = Contract.objects.order_by().filter(with_any_of(found))
        return risks.filter(
            Q(supplier__in=found.order_by().values("pk")) | Q(contract__in=contracts.values("pk"))
        )

    def by_subject(self, risks, name, value):
        if value == "organisation":
            return risks.strategic()
        if value == "none":
            return risks.filter(contract=None)
        return risks.filter(**{f"{value}__isnull": False})

    def by_unit(self, risks, name, value):
        return risks.filter(contract__unit=value)

    def by_tier(self, risks, name, value):
        return risks.filter(contract__tier="" if value == "none" else value)

    def by_sharing(self, risks, name, value):
        return risks.filter(is_shared=value == "yes")

    def by_contract_id(self, risks, name, value):
        return risks.filter(contract=int(value))

    def by_supplier_id(self, risks, name, value):
        return risks.of_supplier(int(value))

    def by_lead(self, risks, name, value):
        """As the heat map groups by supplier; 0 asks for those that have none."""
        supplier = int(value) or None
        if supplier is None:
            return risks.filter(contract__supplier=None, supplier=None)
        return risks.of_lead(supplier)
