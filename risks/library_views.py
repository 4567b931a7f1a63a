"""The library of common risks, and taking over from it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.permissions import Permission
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import ListPage, page_number, ticked_ids, url_of_list
from common.templatetags.steward import count_of
from contracts import parts
from contracts.models import Contract
from risks import actions, batches, library_columns
from risks.library_forms import LibraryFilter, TemplateForm
from risks.models import Matrix, RiskTemplate


def library(request):
    """Risks that many contracts share, for everybody who sees contracts."""
    if not parts.sees_contracts(request.user):
        raise Http404
    if contract := _contract_asked_for(request):
        return redirect("risks:from_library", contract.pk)
    keeper = request.user.may(Permission.MANAGE_RISKS)
    columns = library_columns.for_readers(Matrix.current(), keeper=keeper)
    templates = RiskTemplate.objects.all() if keeper else RiskTemplate.objects.filter(is_used=True)
    page = _list(request, templates, columns, name="common-risks")
    if not keeper:
        del page.filterset.form.fields["use"]
    if page.export:
        return page.export_response()
    return render(request, "risks/library.html", {"page": page, "keeper": keeper})


def _list(request, templates, columns, *, name):
    return ListPage(
        request, queryset=templates, columns=columns, filterset=LibraryFilter,
        sort="topic", name=name,
    )  # fmt: skip


def _contract_asked_for(request):
    """The contract from whose page the library was opened, if risks may be added to it."""
    text = request.GET.get("contract", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        return None
    return _may_raise(request.user).filter(pk=text).first()


def _may_raise(user):
    return Contract.objects.allowing(user, Permission.RAISE_RISKS)


@require_http_methods(["GET", "POST"])
def from_library(request, contract_pk):
    """Tick what suits this contract, or add one with its button; each is then the contract's own."""
    contract = get_object_or_404(
        _may_raise(request.user).select_related("supplier", "oco"), pk=contract_pk
    )
    accepted = contract.allows(request.user, Permission.EDIT_CONTRACTS)
    offered = RiskTemplate.objects.filter(is_used=True)
    if request.method == "POST":
        return _add(request, contract, offered, accepted=accepted)
    columns = library_columns.for_contract(Matrix.current(), batches.titles_there(contract))
    page = _list(request, offered, columns, name="common-risks")
    del page.filterset.form.fields["use"]
    if page.export:
        return page.export_response()
    context = {"page": page, "contract": contract, "accepted": accepted}
    return render(request, "risks/library_for_contract.html", context)


def _add(request, contract, offered, *, accepted):
    here = reverse("risks:from_library", args=[contract.pk])
    only = ticked_ids(request, "only", most=1)
    templates = offered.filter(pk__in=only or ticked_ids(request, "template"))
    templates = list(templates.select_related("category"))
    if not templates:
        messages.warning(request, "Nothing was added: tick at least one risk.")
        return redirect(url_of_list(request, default=here))
    added, passed = batches.add_from_library(
        contract=contract, templates=templates, by=request.user, today=timezone.localdate(),
        accepted=accepted, planned=accepted and request.POST.get("planned") == "on",
    )  # fmt: skip
    told = messages.success if added else messages.warning
    told(request, _in_words(added, passed, accepted=accepted))
    if only:
        return redirect(url_of_list(request, default=here))
    return redirect("risks:contract", contract.pk)


def _in_words(added, passed, *, accepted):
    done = "added" if accepted else "put forward: the owner takes them on or not"
    words = f"{count_of(len(added), 'risk')} {done}." if added else "Nothing was added."
    if passed:
        titles = ", ".join(passed)[:300]
        words += f" {count_of(len(passed), 'risk')} passed over, because the contract has it already: {titles}."
    return words


# --- Keeping it -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def template_add(request):
    require(request.user, Permission.MANAGE_RISKS)
    form = TemplateForm(request.POST or None, matrix=Matrix.current())
    if request.method == "POST" and form.is_valid() and _save(request, form):
        return redirect("risks:library")
    return render(request, "risks/library_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def template_edit(request, template_pk):
    require(request.user, Permission.MANAGE_RISKS)
    template = get_object_or_404(RiskTemplate, pk=template_pk)
    form = TemplateForm(request.POST or None, instance=template, matrix=Matrix.current())
    if request.method == "POST" and form.is_valid():
        try:
            if _save(request, form, reason=form.cleaned_data["reason"]):
                return redirect("risks:library")
        except locking.Conflict:
            return _conflict(request, template_pk, form)
    return _form_page(request, form, template_pk)


def _save(request, form, *, reason=""):
    """Whether it could be saved; if not, the form says why."""
    try:
        actions.save_template(
            template=form.instance, by=request.user, version=form.cleaned_data["version"],
            reason=reason, **form.changes,
        )  # fmt: skip
    except Taken as problem:
        form.add_error(problem.field, str(problem))
        return False
    messages.success(request, f"Saved in the library: {form.cleaned_data['title']}.")
    return True


def _conflict(request, template_pk, form):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = RiskTemplate.objects.get(pk=template_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    merged = TemplateForm(data, instance=current, matrix=Matrix.current())
    return _form_page(
        request, merged, template_pk, status=409,
        differences=differences, edited_by=edited_by, edited_at=edited_at,
    )  # fmt: skip


def _form_page(request, form, template_pk, *, status=200, **context):
    history_page, entries = page_of_entries(
        [RiskTemplate.history.filter(id=template_pk)], page=page_number(request)
    )
    context |= {
        "form": form, "template": RiskTemplate.objects.get(pk=template_pk),
        "history_page": history_page, "entries": entries,
    }  # fmt: skip
    return render(request, "risks/library_form.html", context, status=status)
