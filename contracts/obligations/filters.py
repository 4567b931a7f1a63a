import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from common.lists import FilterForm
from contracts.models import Contract
from contracts.obligations import rules
from contracts.obligations.forms import MonthField
from contracts.obligations.models import Obligation, Occurrence
from contracts.obligations.rules import Kind, Party, State
from contracts.querysets import MANY

# What the list of what falls due shows when nobody asked for anything else.
TO_DO = "Not done yet"
STANDS = (
    ("all", "Everything"),
    ("soon", "Due in the next 30 days"),
    *State.choices(),
    ("offered", "Relief to be decided"),
    ("counted", "Counts towards compliance"),
)


class HiddenId(filters.NumberFilter):
    """Narrowed by a link from another page, not typed."""

    def __init__(self, **options):
        super().__init__(
            widget=forms.HiddenInput, min_value=1, max_value=2**62, decimal_places=0, **options
        )


class MonthFilter(filters.Filter):
    field_class = MonthField


class _Narrowing(filters.FilterSet):
    """What may narrow both lists; `at` leads from a row to its obligation."""

    at = ""

    q = filters.CharFilter(
        label="Words in title, number or clause", method="by_words", max_length=200
    )
    contract = filters.CharFilter(
        label="Contract: title, reference or supplier", method="by_contract", max_length=200
    )
    party = filters.ChoiceFilter(
        label="Who must do it", choices=Party.choices(), method="by_column", empty_label="Both"
    )
    kind = filters.ChoiceFilter(
        label="Kind", choices=Kind.choices(), method="by_column", empty_label="Every kind"
    )
    responsible = filters.CharFilter(label="Responsible person", method="by_person", max_length=200)
    unit = filters.ChoiceFilter(label="Business unit", method="by_unit", empty_label="All units")
    contract_id = HiddenId(label="One contract", method="by_contract_id")
    supplier_id = HiddenId(label="One supplier", method="by_supplier_id")

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        user, units = request.user, BusinessUnit.objects.order_by("name")
        if not user.may(Permission.VIEW_CONTRACTS):
            theirs = Contract.objects.visible_to(user).order_by()
            units = units.filter(pk__in=theirs.values("unit"))
        self.form.fields["unit"].choices = [
            (str(pk), name) for pk, name in units.values_list("pk", "name")
        ]

    def _by(self, rows, **conditions):
        return rows.filter(**{f"{self.at}{name}": value for name, value in conditions.items()})

    def by_words(self, rows, name, value):
        found = Obligation.objects.order_by().search(value)
        return rows.filter(**{f"{self.at}pk__in" if self.at else "pk__in": found.values("pk")})

    def by_contract(self, rows, name, value):
        return self._by(rows, contract__in=Contract.objects.order_by().search(value).values("pk"))

    def by_column(self, rows, name, value):
        return self._by(rows, **{name: value})

    def by_person(self, rows, name, value):
        people = list(User.objects.matching(value).order_by().values_list("pk", flat=True)[:MANY])
        return self._by(rows, responsible__in=people)

    def by_unit(self, rows, name, value):
        return self._by(rows, contract__unit=value)

    def by_contract_id(self, rows, name, value):
        return self._by(rows, contract=int(value))

    def by_supplier_id(self, rows, name, value):
        # As in the register: as lead, or in any other part.
        contracts = Contract.objects.order_by().with_supplier(int(value))
        return self._by(rows, contract__in=contracts.values("pk"))


class ObligationFilter(_Narrowing):
    """What may narrow the list of obligations."""

    ended = filters.ChoiceFilter(
        label="In force",
        choices=[("all", "Also those that have ended"), ("ended", "Only those that have ended")],
        method="by_end",
        empty_label="In force",
    )
    nobody = filters.ChoiceFilter(
        label="Something missing", choices=[("responsible", "No responsible person")],
        method="by_gap", empty_label="Any",
    )  # fmt: skip

    class Meta:
        model = Obligation
        fields = ()
        form = FilterForm

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("ended"):
            queryset = queryset.active()
        return super().filter_queryset(queryset)

    def by_end(self, obligations, name, value):
        return obligations.ended() if value == "ended" else obligations

    def by_gap(self, obligations, name, value):
        return obligations.filter(Q(responsible=None) | Q(responsible__is_active=False))


class OccurrenceFilter(_Narrowing):
    """What may narrow the list of what falls due; what is done is left out until it is asked for."""

    at = "obligation__"

    stands = filters.ChoiceFilter(
        label="How it stands", choices=STANDS, method="by_standing", empty_label=TO_DO
    )
    month = MonthFilter(
        label="Month in which it is due", method="by_month", max_length=7,
        help_text="Such as 2026-11",
    )  # fmt: skip
    obligation_id = HiddenId(label="One obligation", field_name="obligation")

    class Meta:
        model = Occurrence
        fields = ()
        form = FilterForm

    def filter_queryset(self, queryset):
        if not self.form.cleaned_data.get("stands"):
            queryset = queryset.pending()
        return super().filter_queryset(queryset)

    def by_standing(self, occurrences, name, value):
        today = timezone.localdate()
        if value == "all":
            return occurrences
        if value == "soon":
            return occurrences.due_soon(today)
        if value == "offered":
            return occurrences.awaiting_relief()
        if value == "counted":
            return occurrences.counting(today)
        return occurrences.in_state(State(value), today)

    def by_month(self, occurrences, name, value):
        return occurrences.filter(due_on__range=(value, rules.month_end(value)))
