"""KPIs from a spreadsheet: what its columns may be, and the form and actions that its rows go through."""

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from common import locking
from common.intake import kinds
from common.spreadsheets.mapping import target
from contracts.models import Contract
from performance import actions
from performance.forms import IndicatorForm

TARGETS = (
    target("reference", "Reference", "What is measured",
           "reference, ref, number, no, kpi no, kpi number, kpi ref, id"),
    target("name", "Name", "What is measured",
           "name, kpi, kpi name, indicator, measure, service level, sla, title"),
    target("text", "Definition", "What is measured",
           "definition, description, what is measured, how measured, calculation, method"),
    target("kind", "KPI or service level", "What is measured", "kind, type, kpi or sla, kpi type"),
    target("quadrant", "What it is about", "What is measured",
           "what it is about, quadrant, scorecard quadrant, perspective, category"),
    target("unit", "Unit", "What is measured", "unit, unit of measure, units, uom"),
    target("decimals", "Decimal places", "What is measured", "decimal places, decimals, rounding"),
    target("direction", "Which way is better", "What is good enough",
           "which way is better, direction, better, polarity"),
    target("target", "Target", "What is good enough", "target, target value, threshold, goal, required level"),
    target("upper", "Upper end of the range", "What is good enough", "upper end of the range, upper, maximum, to"),
    target("tolerance_near", "Tolerance for Approaching target", "What is good enough",
           "tolerance for approaching target, near tolerance, approaching target"),
    target("tolerance_far", "Tolerance for Requires improvement", "What is good enough",
           "tolerance for requires improvement, far tolerance, requires improvement"),
    target("bands", "Service points", "What is good enough", "service points, points, bands, service point bands"),
    target("reported_by", "Who measures it", "When", "who measures it, reported by, measured by, responsibility"),
    target("source", "Where the figure comes from", "When", "where the figure comes from, source, data source"),
    target("weight", "Weight", "How it counts", "weight, weighting"),
    target("over", "Rating of a year", "How it counts", "rating of a year, annual rating, aggregation"),
    target("publishable", "Ratings may be published", "How it counts", "its ratings may be published, publish, published, publishable"),
    target("frequency", "How often", "When", "how often, frequency, reporting frequency, reported, cadence"),
    target("starts_on", "Measured from", "When", "measured from, start date, starts, from, effective from"),
)  # fmt: skip


def find(user, contract_pk):
    return get_object_or_404(Contract.objects.editable_by(user), pk=contract_pk)


def save(form, contract, by, reason):
    if form.instance.pk is None:
        return actions.add_indicator(
            contract=contract, by=by, reason=reason, **form.changes, **form.defined
        )
    try:
        indicator = actions.change_indicator(
            indicator=form.instance, by=by, reason=reason,
            version=form.cleaned_data["version"], **form.changes,
        )  # fmt: skip
        actions.redefine(
            indicator=indicator, by=by, reason=reason, from_on=timezone.localdate(), **form.defined
        )
        return indicator
    except (locking.Conflict, actions.FrequencyIsFixed) as problem:
        raise ValueError("Somebody has changed this KPI meanwhile") from problem


def back(contract):
    return reverse("performance:contract", args=[contract.pk])


kinds.register(kinds.Kind(
    key="kpis", noun="KPI", nouns="KPIs", targets=TARGETS, required=("name",), identity=("reference", "name"),
    find=find,
    there=lambda contract: contract.indicators.in_use().with_definitions(),
    form=lambda contract, user, data=None, instance=None: IndicatorForm(
        data, instance=instance, contract=contract, with_definition=True
    ),
    save=save,
    back=back,
    crumbs=lambda contract: (
        ("Contracts", reverse("contracts:list")),
        (contract.reference, contract.get_absolute_url()),
        ("Performance", back(contract)),
    ),
))  # fmt: skip
