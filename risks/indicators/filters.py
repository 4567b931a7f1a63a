"""What may narrow the list of key risk indicators; a roll-up's links use the same names."""

import django_filters as filters
from django import forms
from django.utils import timezone

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from common.lists import FilterForm, ListFilter
from contracts.models import Contract, Tier
from contracts.querysets import MANY
from risks.indicators.models import KeyRiskIndicator
from risks.indicators.rules import Status

_SMALL = {"class": "govuk-checkboxes--small"}


class KriFilter(ListFilter):
    q = filters.CharFilter(label="Words in the name", method="by_words", max_length=150)
    status = filters.MultipleChoiceFilter(
        label="Stands at", choices=[(s.value, s.label) for s in (Status.RED, Status.AMBER, Status.NOT_MEASURED, Status.GREEN)],
        widget=forms.CheckboxSelectMultiple(attrs=_SMALL), method="by_status",
    )  # fmt: skip
    waits = filters.ChoiceFilter(
        label="What is missing", method="by_what_waits", empty_label="Anything",
        choices=[("reading", "A reading is overdue"), ("review", "Its risk was not reviewed since it crossed")],
    )  # fmt: skip
    contract = filters.CharFilter(
        label="Contract: title, reference or supplier", method="by_contract", max_length=200
    )
    person = filters.CharFilter(label="Responsible person", method="by_person", max_length=200)
    unit = filters.ChoiceFilter(
        label="Business unit", field_name="contract__unit", empty_label="All units"
    )
    tier = filters.MultipleChoiceFilter(
        label="Tier", choices=[*Tier.choices, ("none", "Not tiered")],
        widget=forms.CheckboxSelectMultiple(attrs=_SMALL), method="by_tier",
    )  # fmt: skip
    contract_id = filters.NumberFilter(
        label="One contract", field_name="contract", widget=forms.HiddenInput,
        min_value=1, max_value=2**62, decimal_places=0,
    )  # fmt: skip

    class Meta:
        model = KeyRiskIndicator
        fields = ()
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        self.today = timezone.localdate()
        user, units = request.user, BusinessUnit.objects.order_by("name")
        if not user.may(Permission.VIEW_CONTRACTS):
            theirs = Contract.objects.visible_to(user).order_by()
            units = units.filter(pk__in=theirs.values("unit"))
        self.form.fields["unit"].choices = [
            (str(pk), name) for pk, name in units.values_list("pk", "name")
        ]

    def by_words(self, indicators, name, value):
        for word in value.split()[:8]:
            indicators = indicators.filter(name__icontains=word)
        return indicators

    def by_status(self, indicators, name, chosen):
        return indicators.filter(stands__in=chosen) if chosen else indicators

    def by_what_waits(self, indicators, name, value):
        return indicators.late(self.today) if value == "reading" else indicators.unanswered()

    def by_contract(self, indicators, name, value):
        return indicators.filter(
            contract__in=Contract.objects.order_by().search(value).values("pk")
        )

    def by_person(self, indicators, name, value):
        people = User.objects.matching(value).order_by().values_list("pk", flat=True)[:MANY]
        return indicators.filter(responsible__in=list(people))

    def by_tier(self, indicators, name, chosen):
        if not chosen:
            return indicators
        return indicators.filter(contract__tier__in=["" if c == "none" else c for c in chosen])
