"""Two pages that show every kind of field and every component, for the tests of their look."""

from datetime import timedelta
from decimal import Decimal

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

from common.forms import DateField, Form, MoneyField
from common.widgets import AffixInput

TIERS = [("gold", "Gold"), ("silver", "Silver")]
PEOPLE = [("sro", "SRO"), ("oco", "OCO")]


class EveryField(Form):
    submit_label = "Save contract"
    cancel_url = "/"

    title = forms.CharField(help_text="In a few words")
    supplier = forms.ChoiceField(choices=[("", "Choose a supplier"), ("1", "Brightwater")])
    tier = forms.ChoiceField(choices=TIERS, widget=forms.RadioSelect)
    told = forms.MultipleChoiceField(
        label="Who is told?", choices=PEOPLE, required=False, widget=forms.CheckboxSelectMultiple
    )
    end_date = DateField(help_text="For example, 27 3 2027")
    review_date = DateField(required=False)
    value = MoneyField()
    target = forms.DecimalField(widget=AffixInput(suffix="%", width=5, numeric=True))
    months = forms.IntegerField(label="Notice in months", required=False)
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)
    evidence = forms.FileField(required=False)
    published = forms.BooleanField(label="Publish this contract", required=False)
    password = forms.CharField(widget=forms.PasswordInput, required=False)
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Fieldset("What is it?", "title", Row(Column("supplier"), Column("tier")), "told"),
            Fieldset("When and how much?", "end_date", "review_date", "value", "target", "months"),
            Fieldset("More", "notes", "evidence", "published", "password", "version"),
        )


FORM_PAGE = """
{% extends "base.html" %}{% load crispy_forms_tags steward %}
{% block title %}Edit contract{% endblock %}{% block width %}app-narrow{% endblock %}
{% block content %}{% error_summary form %}<h1 class="govuk-heading-l">Edit contract</h1>{% crispy form %}{% endblock %}
"""

COMPONENTS_PAGE = """
{% extends "base.html" %}{% load steward %}
{% block title %}Components{% endblock %}
{% block before %}{% breadcrumbs "Contracts" "/contracts/" here="C-1" %}{% endblock %}
{% block content %}
{% page_header title="Total facilities management" caption="C-1 · Eastfield" %}<a class="govuk-button" href="/">Log performance</a>{% endpage_header %}
{% include "components/tabs.html" with tabs=tabs only %}
{% notice kind="warning" title="Past its end and still live" %}<p class="govuk-body">Say what happened.</p>{% endnotice %}
{% include "components/notice.html" with kind="problem" text="Two readings are overdue." only %}
<p>{% for rating in ratings %}{% include "components/rating_tag.html" with rating=rating only %} {% endfor %}
{% for tier in tiers %}{% include "components/tier_tag.html" with tier=tier only %} {% endfor %}
{% for stage in stages %}{% include "components/stage_tag.html" with stage=stage only %} {% endfor %}</p>
<ul class="app-figures">{% include "components/figure.html" with number="8" label="Inadequate" url="/" colour="red" only %}{% include "components/figure.html" with number="4" label="not reported" hint="2 are overdue" only %}</ul>
<dl class="govuk-summary-list">{% include "components/summary_row.html" with label="Value" value=None url="/" only %}{% include "components/summary_row.html" with label="OCO" value="P. Okafor" only %}</dl>
<div class="app-list">
  {% include "components/filter_panel.html" with form=filters selected=trail clear_url="/" only %}
  <div class="app-list__results">
    <table class="govuk-table app-table app-table--cards">
      <caption class="govuk-visually-hidden">Contracts</caption>
      <thead class="govuk-table__head"><tr class="govuk-table__row">
        {% include "components/sort_header.html" with label="Contract" url="/?sort=title" only %}
        {% include "components/sort_header.html" with label="Ends" url="/?sort=-end" direction="ascending" only %}
      </tr></thead>
      <tbody class="govuk-table__body">{% for date in dates %}<tr class="govuk-table__row">
        <th scope="row" class="govuk-table__header"><a class="govuk-link" href="/">Household waste</a></th>
        <td class="govuk-table__cell" data-label="Ends">{% include "components/due.html" with date=date only %}</td>
      </tr>{% endfor %}</tbody>
    </table>
    {% pagination page %}
  </div>
</div>
<h2 class="govuk-heading-m">History</h2>
<div class="moj-timeline app-timeline">{% include "components/timeline_entry.html" with title="Contract changed" by="P. Okafor" at=now reason="Agreed at the board" changes=changes only %}</div>
{% include "components/empty.html" with title="No risks yet" text="Nothing has been recorded." action=trail.0 only %}
{% endblock %}
"""


class Filters(Form):
    submit_label = ""
    words = forms.CharField(required=False)
    tier = forms.MultipleChoiceField(
        choices=TIERS, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


def draw(request, source, **context):
    return HttpResponse(engines["django"].from_string(source).render(context, request))


@login_not_required
def form_page(request):
    stored = {"end_date": timezone.localdate(), "value": Decimal("1250000.00")}
    return draw(request, FORM_PAGE, form=EveryField(request.POST or None, initial=stored))


@login_not_required
def components_page(request):
    messages.success(request, "Reading saved.")
    messages.warning(request, "Two contracts have no owner.")
    messages.error(request, "The file was not read.")
    link = {"label": "Contracts", "url": "/contracts/"}
    page = {
        "number": 2,
        "num_pages": 9,
        "previous_url": "?page=1",
        "next_url": "?page=3",
        "links": [{"number": 1, "url": "?page=1"}, {"number": 2, "url": "?page=2"}, {}],
    }
    return draw(
        request,
        COMPONENTS_PAGE,
        trail=[link],
        tabs=[{"label": "Overview", "url": "/", "current": True}, link | {"count": 3}],
        ratings=["good", "approaching_target", "requires_improvement", "inadequate"]
        + ["other", "not_reported", "not_tracked"],
        tiers=["platinum", "gold", "silver", "bronze", "not_tiered"],
        stages=["pipeline", "procurement", "live", "exit", "ended", "terminated"],
        filters=Filters(),
        dates=[timezone.localdate() + timedelta(days) for days in (-12, 3, 400)],
        page=page,
        now=timezone.now(),
        changes=[{"field": "Current end", "old": "12 November 2026", "new": "12 November 2027"}],
    )


urlpatterns = [path("form/", form_page), path("components/", components_page)]
