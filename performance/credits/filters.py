import django_filters as filters
from django.db.models import Q

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from common.lists import FilterForm, ListFilter
from contracts.models import Contract
from contracts.obligations.filters import HiddenId
from performance.credits.models import Credit
from performance.credits.rules import State
from suppliers.models import Supplier

LEFT = "On the table: due or lapsed"
STATES = (("all", "Everything"), *State.choices(), ("unknown", "Cannot be computed"))


class _OfUnits(ListFilter):
    """The units that the reader may see something of; `at` leads from a row to its contract."""

    at = ""

    unit = filters.ChoiceFilter(label="Business unit", method="by_unit", empty_label="All units")

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        if "unit" not in self.form.fields:
            return
        user, units = request.user, BusinessUnit.objects.order_by("name")
        if not user.may(Permission.VIEW_CONTRACTS):
            theirs = Contract.objects.visible_to(user).order_by()
            units = units.filter(pk__in=theirs.values("unit"))
        self.form.fields["unit"].choices = [
            ("", "All units"), *((str(pk), name) for pk, name in units.values_list("pk", "name")),
        ]  # fmt: skip

    def by_unit(self, rows, name, value):
        return rows.filter(**{f"{self.at}unit": value})


class CreditFilter(_OfUnits):
    """What may narrow the ledger. Without a state it shows what is left on the table."""

    at = "contract__"

    state = filters.ChoiceFilter(label="State", choices=STATES, method="by_state", empty_label=LEFT)
    contract = filters.CharFilter(
        label="Contract: title, reference or supplier", method="by_contract", max_length=200
    )
    kind = filters.ChoiceFilter(
        label="What for", method="by_kind", empty_label="Both",
        choices=[("month", "Service credits"), ("milestone", "Liquidated damages")],
    )  # fmt: skip
    contract_id = HiddenId(label="One contract", method="by_contract_id")
    supplier_id = HiddenId(label="One supplier", method="by_supplier_id")

    class Meta:
        model = Credit
        fields = ()
        form = FilterForm

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.on_the_table()
        return super().filter_queryset(queryset)

    def by_state(self, rows, name, value):
        if value == "all":
            return rows
        return rows.not_computed() if value == "unknown" else rows.filter(state=value)

    def by_contract(self, rows, name, value):
        found = Contract.objects.order_by().search(value)
        return rows.filter(contract__in=found.values("pk"))

    def by_kind(self, rows, name, value):
        return rows.filter(milestone__isnull=value == "month")

    def by_contract_id(self, rows, name, value):
        return rows.filter(contract=int(value))

    def by_supplier_id(self, rows, name, value):
        return rows.filter(contract__supplier=int(value))


class ContractFilter(_OfUnits):
    contract = filters.CharFilter(
        label="Contract: title, reference or supplier", method="by_contract", max_length=200
    )

    class Meta:
        model = Contract
        fields = ()
        form = FilterForm

    def by_contract(self, contracts, name, value):
        found = Contract.objects.order_by().search(value)
        return contracts.filter(pk__in=found.values("pk"))


class SupplierFilter(ListFilter):
    supplier = filters.CharFilter(label="Name or number", method="by_text", max_length=200)

    class Meta:
        model = Supplier
        fields = ()
        form = FilterForm

    def by_text(self, suppliers, name, value):
        return suppliers.filter(Q(name__icontains=value) | Q(company_number__iexact=value))
