import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from common.lists import FilterForm
from contracts.filters import ContractFilter
from contracts.models import Contract
from performance.scorecards import rules
from performance.scorecards.forms import QuarterField
from performance.scorecards.rules import Quadrant, Rag, Standing

QUARTERS_OFFERED = 12
SMALL_BOXES = {"class": "govuk-checkboxes--small"}


class QuarterQuestion(forms.Form):
    """The quarter that a list's address asks about; the one last due where it asks for none, or is not understood."""

    quarter = QuarterField(required=False, max_length=10)

    def __init__(self, data, *, today):
        super().__init__(data)
        self.today = today
        self.is_valid()

    @property
    def asked(self):
        return self.cleaned_data.get("quarter") or rules.quarter_of(self.today).previous


class ScorecardFilter(ContractFilter):
    """The filters of the register, and how a contract stands with the scorecard of the quarter."""

    # A scorecard is of a contract that is delivered; when that ends is asked elsewhere.
    stage = kind = ends = ends_from = ends_to = None
    quarter = filters.ChoiceFilter(
        label="Quarter", method="by_quarter", empty_label="The last one that is over"
    )
    stands = filters.MultipleChoiceFilter(
        label="How the scorecard stands", choices=Standing.choices(), method="by_standing",
        widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )  # fmt: skip
    quadrant = filters.MultipleChoiceFilter(
        label="A quadrant that is",
        choices=[(rag.value, rag.label) for rag in (Rag.RED, Rag.AMBER, Rag.NOT_TRACKED)],
        method="by_quadrant", widget=forms.CheckboxSelectMultiple(attrs=SMALL_BOXES),
    )  # fmt: skip

    class Meta:
        model = Contract
        fields = ()
        form = FilterForm

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        running = rules.quarter_of(timezone.localdate())
        offered = [running.shifted(-back) for back in range(QUARTERS_OFFERED)]
        self.form.fields["quarter"].choices = [(q.start.isoformat(), q.label) for q in offered]
        self.form.order_fields(["quarter", "stands", "quadrant"])

    def by_quarter(self, contracts, name, value):
        return contracts  # asked for before: the rows are of one quarter

    def by_standing(self, contracts, name, chosen):
        return contracts.filter(standing__in=chosen) if chosen else contracts

    def by_quadrant(self, contracts, name, chosen):
        if not chosen:
            return contracts
        any_of = Q()
        for quadrant in Quadrant:
            any_of |= Q(**{f"{quadrant}_rag__in": chosen})
        return contracts.filter(any_of)
