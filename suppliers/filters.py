from functools import partial

import django_filters as filters
from django import forms
from django.db.models import Q

from common.lists import FilterForm
from suppliers import narrowing
from suppliers.models import DuplicateCandidate, Supplier

MANY = 500  # of a word that so many fit, the rest of the old names is left out
YES_NO = (("yes", "Yes"), ("no", "No"), ("unknown", "Not known"))
GROUPS = (("group", "Part of a group"), ("alone", "Not part of a group"))
GAPS = (
    ("company_number", "No company number"),
    ("number", "No number of any kind"),
    ("contact", "No contact"),
)


def _yes_no(label, field_name):
    return filters.ChoiceFilter(
        label=label, choices=YES_NO, method="by_answer", field_name=field_name, empty_label="Any"
    )


class SupplierFilter(filters.FilterSet):
    """What may narrow the list of suppliers; other rooms add choices (see `suppliers.narrowing`)."""

    q = filters.CharFilter(label="Words in name or number", method="by_words", max_length=200)
    sme = _yes_no("Small or medium-sized", "is_sme")
    vcse = _yes_no("Voluntary or community", "is_vcse")
    grouped = filters.ChoiceFilter(
        label="Group", choices=GROUPS, method="by_grouping", empty_label="Any"
    )
    gap = filters.ChoiceFilter(
        label="Something missing", choices=GAPS, method="by_gap", empty_label="Any"
    )
    # Narrowed by a link from a supplier's page, not typed.
    group = filters.NumberFilter(
        label="One group", widget=forms.HiddenInput, min_value=1, max_value=2**62,
        decimal_places=0, method="by_group",
    )  # fmt: skip

    class Meta:
        model = Supplier
        fields = ()
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        for added in narrowing.all_narrowings():
            found = filters.ChoiceFilter(
                field_name=added.key,
                label=added.label,
                choices=added.choices,
                empty_label=added.empty,
                method=partial(_narrowed, added, request.user),
            )
            found.parent, found.model = self, self.queryset.model
            self.filters[added.key] = found

    def by_words(self, suppliers, name, value):
        """By what they are called, or were called before they were merged. The few of those are looked up first: an OR
        over a condition and a short list can use the indexes."""
        found = suppliers.search(value)
        merged = Supplier.objects.filter(merged_into__isnull=False).search(value).order_by()
        now = list(merged.values_list("merged_into", flat=True)[:MANY])
        return found | suppliers.filter(pk__in=now) if now else found

    def by_answer(self, suppliers, name, value):
        return suppliers.filter(**{name: {"yes": True, "no": False, "unknown": None}[value]})

    def by_grouping(self, suppliers, name, value):
        return suppliers.in_groups() if value == "group" else suppliers.not_in_groups()

    def by_group(self, suppliers, name, value):
        return suppliers.group_of(int(value))

    def by_gap(self, suppliers, name, value):
        if value == "company_number":
            return suppliers.filter(company_number="")
        if value == "number":
            return suppliers.filter(
                company_number="", charity_number="", vat_number="", ppon="", other_number=""
            )
        return suppliers.without_contact()


def _narrowed(added, user, suppliers, name, value):
    return added.narrow(suppliers, value, user)


class PairFilter(filters.FilterSet):
    """Pairs to be looked at; on demand, those that somebody said are not the same."""

    q = filters.CharFilter(label="Words in either name", method="by_words", max_length=200)
    state = filters.ChoiceFilter(
        label="Show", choices=(("different", "Not the same"),), empty_label="To be looked at"
    )

    class Meta:
        model = DuplicateCandidate
        fields = ()
        form = FilterForm

    def filter_queryset(self, pairs):
        pairs = super().filter_queryset(pairs)
        return pairs if self.form.cleaned_data.get("state") else pairs.open()

    def by_words(self, pairs, name, value):
        named = Supplier.objects.current().search(value).order_by().values("pk")
        return pairs.filter(Q(one__in=named) | Q(other__in=named))
