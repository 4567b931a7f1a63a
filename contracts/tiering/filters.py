"""What may narrow the lists of tiering."""

from datetime import timedelta

import django_filters as filters
from django.db.models import F
from django.utils import timezone

from accounts.models import BusinessUnit
from common.lists import FilterForm
from contracts.models import Contract, Tier

TIERS = [*Tier.choices, ("none", "Not tiered")]
DUE = (("overdue", "Overdue"), ("90", "In 90 days"), ("365", "In 12 months"))
ABOUT = (
    ("against", "Decided against the rules"),
    ("marked", "Would move by a new version"),
)


class OfContracts(filters.FilterSet):
    """By words, unit and tier of the contract, for a list of contracts."""

    q = filters.CharFilter(
        label="Words in title, reference or supplier", method="by_words", max_length=200
    )
    unit = filters.ChoiceFilter(label="Business unit", method="by_unit", empty_label="All units")
    tier = filters.ChoiceFilter(
        label="Tier now", choices=TIERS, method="by_tier", empty_label="All tiers"
    )

    class Meta:
        model = Contract
        fields = ()
        form = FilterForm

    def __init__(self, data=None, queryset=None, *, request=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        units = BusinessUnit.objects.order_by("name").values_list("pk", "name")
        self.form.fields["unit"].choices = [(str(pk), name) for pk, name in units]

    def narrow(self, found, contracts):
        return found.filter(pk__in=contracts.order_by().values("pk"))

    def by_words(self, found, name, value):
        return self.narrow(found, Contract.objects.search(value))

    def by_unit(self, found, name, value):
        return self.narrow(found, Contract.objects.filter(unit=value))

    def by_tier(self, found, name, value):
        return self.narrow(found, Contract.objects.filter(tier="" if value == "none" else value))


class OfAssessments(OfContracts):
    """The same for a list of assessments."""

    def narrow(self, found, contracts):
        return found.filter(contract__in=contracts.order_by().values("pk"))


class Assessed(OfAssessments):
    """And by when they are due, and what is of note about them."""

    due = filters.ChoiceFilter(
        label="Due again", choices=DUE, method="by_due", empty_label="Any time"
    )
    about = filters.ChoiceFilter(
        label="Of note", choices=ABOUT, method="by_what_is_of_note", empty_label="All"
    )

    def by_due(self, found, name, value):
        today = timezone.localdate()
        if value == "overdue":
            return found.filter(due_on__lt=today)
        return found.filter(due_on__range=(today, today + timedelta(days=int(value))))

    def by_what_is_of_note(self, found, name, value):
        if value == "marked":
            return found.exclude(marked_tier="")
        return found.exclude(decided_tier=F("proposed_tier"))
