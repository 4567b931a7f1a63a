from datetime import timedelta

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils import timezone

from common.forms import WRITTEN_DATE_FORMATS
from common.lists import FilterForm
from suppliers import facts
from suppliers.models import Supplier
from suppliers.segmentation import rules
from suppliers.segmentation.models import KraljicPlacement
from suppliers.segmentation.querysets import differing, key_suppliers, to_decide, undecided

DUE = (("overdue", "Overdue"), ("30", "Within 30 days"), ("90", "Within 90 days"))
SIGNS = (
    ("no_sro", "Strategic, SRO missing"),
    ("moved", "In another quadrant than last time"),
)
STATES = (
    ("open", "To be decided: differs, or never was"),
    ("differs", "Differs from the proposal"),
    ("undecided", "Proposed, never decided"),
    ("against", "Decided against the proposal"),
    ("same", "As proposed"),
)
NOT_PLACED = ("none", "Not placed")
NOT_DECIDED = ("none", "Not decided")


def _span(value, today):
    """(start, end) of the days that an answer of the filter "review due" means."""
    if value == "overdue":
        return None, today - timedelta(days=1)
    return today, today + timedelta(days=int(value))


def _day(**options):
    """Narrowed by a link from another page, not typed."""
    return filters.DateFilter(
        widget=forms.HiddenInput, input_formats=WRITTEN_DATE_FORMATS, **options
    )


def _boxes():
    return forms.CheckboxSelectMultiple(attrs={"class": "govuk-checkboxes--small"})


class BoardFilter(filters.FilterSet):
    """What may narrow the Kraljic board, its picture and its table."""

    q = filters.CharFilter(label="Words in name or number", method="by_words", max_length=200)
    place = filters.MultipleChoiceFilter(
        label="Place", field_name="quadrant", choices=rules.Quadrant.choices(), distinct=False, widget=_boxes()
    )  # fmt: skip
    due = filters.ChoiceFilter(
        label="Review due", choices=DUE, method="by_due", empty_label="Any time"
    )
    sign = filters.ChoiceFilter(
        label="What to look at", choices=SIGNS, method="by_sign", empty_label="All"
    )
    due_on = _day(label="Review due on one day", method="by_day")

    class Meta:
        model = KraljicPlacement
        fields = ()
        form = FilterForm

    def by_words(self, placements, name, value):
        return placements.filter(supplier__in=Supplier.objects.search(value))

    def by_due(self, placements, name, value):
        start, end = _span(value, timezone.localdate())
        return placements.to_review(self.request.user, start=start, end=end)

    def by_day(self, placements, name, value):
        return placements.to_review(self.request.user, start=value, end=value)

    def by_sign(self, placements, name, value):
        if value == "no_sro":
            return placements.without_sro(self.request.user)
        return placements.filter(follows__isnull=False).exclude(quadrant=F("follows__quadrant"))


class TierFilter(filters.FilterSet):
    """What may narrow the list of suppliers' tiers. It wants suppliers `with_proposal`."""

    q = filters.CharFilter(label="Words in name or number", method="by_words", max_length=200)
    state = filters.ChoiceFilter(
        label="Decision and proposal", choices=STATES, method="by_state", empty_label="All"
    )
    due = filters.ChoiceFilter(
        label="Review due", choices=DUE, method="by_due", empty_label="Any time"
    )
    tier = filters.MultipleChoiceFilter(
        label="Tier decided", choices=[*rules.Tier.choices(), NOT_DECIDED], method="by_tier", widget=_boxes()
    )  # fmt: skip
    place = filters.MultipleChoiceFilter(
        label="Place on the board", choices=[*rules.Quadrant.choices(), NOT_PLACED], method="by_place", widget=_boxes()
    )  # fmt: skip
    key = filters.ChoiceFilter(
        label="Gold or Silver, not placed", choices=[("unplaced", "Yes")], method="by_key",
        widget=forms.HiddenInput,
    )  # fmt: skip
    due_on = _day(label="Review due on one day", method="by_day")

    class Meta:
        model = Supplier
        fields = ()
        form = FilterForm

    def by_words(self, suppliers, name, value):
        return suppliers.search(value)

    def by_state(self, suppliers, name, value):
        if value == "open":
            return to_decide(suppliers)
        if value == "differs":
            return differing(suppliers)
        if value == "undecided":
            return undecided(suppliers)
        if value == "same":
            return suppliers.filter(decided=F("proposed"))
        return suppliers.filter(decided__isnull=False).exclude(decided=F("was_proposed"))

    def _due_between(self, suppliers, start, end):
        found = suppliers.filter(facts.having("contract_in_force", user=self.request.user))
        if start:
            found = found.filter(standing__due_on__gte=start)
        return found.filter(standing__due_on__lte=end)

    def by_due(self, suppliers, name, value):
        return self._due_between(suppliers, *_span(value, timezone.localdate()))

    def by_day(self, suppliers, name, value):
        return self._due_between(suppliers, value, value)

    def by_tier(self, suppliers, name, chosen):
        return suppliers.filter(_one_of("decided", chosen)) if chosen else suppliers

    def by_place(self, suppliers, name, chosen):
        return suppliers.filter(_one_of("quadrant", chosen)) if chosen else suppliers

    def by_key(self, suppliers, name, value):
        return suppliers.filter(key_suppliers(self.request.user), quadrant=None)


def _one_of(path, chosen):
    wanted = Q(**{f"{path}__in": [value for value in chosen if value != "none"]})
    return wanted | Q(**{path: None}) if "none" in chosen else wanted
