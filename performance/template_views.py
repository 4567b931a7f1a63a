"""The library of KPI templates, and taking over from it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.permissions import Permission
from common import locking
from common.history import page_of_entries
from common.lists import page_number
from contracts.models import Contract
from performance import actions, rules
from performance.forms import FromTemplatesForm, RemoveTemplateForm, TemplateForm
from performance.models import IndicatorTemplate

ON_A_PAGE = 50
OFFERED = 200


def template_list(request):
    require(request.user, Permission.MANAGE_KPI_TEMPLATES)
    category = _category(request)
    found = IndicatorTemplate.objects.all()
    if category:
        found = found.filter(category__iexact=category)
    context = {
        "page": Paginator(found, ON_A_PAGE).get_page(page_number(request)),
        "categories": _categories(),
        "category": category,
    }
    return render(request, "performance/template_list.html", context)


def _category(request):
    """The category asked for in the address; no database can look for a null character."""
    return request.GET.get("category", "").replace("\0", "")[:80]


def _categories():
    return list(
        IndicatorTemplate.objects.order_by("category").values_list("category", flat=True).distinct()
    )


@require_http_methods(["GET", "POST"])
def template_add(request):
    require(request.user, Permission.MANAGE_KPI_TEMPLATES)
    form = TemplateForm(request.POST or None, initial={"category": _category(request)})
    if request.method == "POST" and form.is_valid():
        template = actions.add_template(by=request.user, **form.changes)
        messages.success(request, f"Template added: {template.name}.")
        return redirect("performance:templates")
    return render(request, "performance/template_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def template_edit(request, template_pk):
    require(request.user, Permission.MANAGE_KPI_TEMPLATES)
    template = get_object_or_404(IndicatorTemplate, pk=template_pk)
    form = TemplateForm(request.POST or None, instance=template)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_template(
                template=template,
                by=request.user,
                version=form.cleaned_data["version"],
                **form.changes,
            )
        except locking.Conflict:
            form.add_error(
                None, "Somebody else has changed this template meanwhile. Open it again to see it"
            )
        else:
            messages.success(request, "Template saved.")
            return redirect("performance:templates")
    history_page, entries = page_of_entries(
        [IndicatorTemplate.history.filter(id=template_pk)], page=page_number(request)
    )
    context = {
        "form": form, "template": IndicatorTemplate.objects.get(pk=template_pk), "history_page": history_page,
        "entries": entries,
    }  # fmt: skip
    return render(request, "performance/template_form.html", context)


@require_http_methods(["GET", "POST"])
def template_remove(request, template_pk):
    require(request.user, Permission.MANAGE_KPI_TEMPLATES)
    template = get_object_or_404(IndicatorTemplate, pk=template_pk)
    form = RemoveTemplateForm(request.POST or None)
    form.cancel_url = template.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        actions.remove_template(template=template, by=request.user, **form.cleaned_data)
        messages.success(request, "The template is removed. KPIs that were made from it stay.")
        return redirect("performance:templates")
    return render(request, "performance/template_remove.html", {"form": form, "template": template})


@require_http_methods(["GET", "POST"])
def from_templates(request, contract_pk):
    """Tick what suits this contract; targets can be changed afterwards."""
    contract = get_object_or_404(Contract.objects.editable_by(request.user), pk=contract_pk)
    category = _category(request)
    offered = IndicatorTemplate.objects.all()
    if category:
        offered = offered.filter(category__iexact=category)
    offered = offered.filter(pk__in=[template.pk for template in offered[:OFFERED]])
    start = rules.last_complete(rules.Frequency.MONTHLY, timezone.localdate()).start
    form = FromTemplatesForm(request.POST or None, offered=offered, initial={"starts_on": start})
    if request.method == "POST" and form.is_valid():
        added, passed = actions.add_from_templates(
            contract=contract, by=request.user, **form.cleaned_data
        )
        messages.success(request, _in_words(added, passed))
        return redirect("performance:contract", contract.pk)
    context = {
        "form": form,
        "contract": contract,
        "offered": offered,
        "ticked": set(request.POST.getlist("templates")),
        "there": {
            name.casefold() for name in contract.indicators.in_use().values_list("name", flat=True)
        },
        "categories": _categories(),
        "category": category,
    }
    return render(request, "performance/from_templates.html", context)


def _in_words(added, passed):
    words = f"{len(added)} KPI{'' if len(added) == 1 else 's'} added."
    if passed:
        words += f" {len(passed)} passed over, because the contract has one of that name: {', '.join(passed)[:300]}."
    return words
