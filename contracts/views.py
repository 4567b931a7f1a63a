from dataclasses import replace
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.models import Organisation, User
from accounts.permissions import Permission
from accounts.views import person_page
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import ListPage, page_number, ticked_ids, url_of_list
from common.templatetags.steward import money
from contracts import actions, checks, sections, trail
from contracts.columns import COLUMNS
from contracts.filters import ContractFilter
from contracts.forms import (
    AssignForm,
    ContractForm,
    FurtherSupplierForm,
    OutcomeForm,
    PeopleForm,
)
from contracts.models import Contract, ContractSupplier
from suppliers.models import Supplier
from suppliers.views import supplier_page

NOTHING_FITS = (
    "Take a filter away, or look for fewer words. "
    "Contracts of units and people you do not work with are not shown."
)
NOTHING_HERE = (
    "You see the contracts of your units, and those you own, deputise or answer for. "
    "The Procurement Unit adds contracts one by one, or imports the register it has."
)
DETAIL = ("supplier", "unit", "oco", "deputy", "sro")
TOLD_BY = (Contract, ContractSupplier, Supplier, User)


def contract_list(request):
    page = ListPage(
        request,
        queryset=Contract.objects.visible_to(request.user),
        columns=COLUMNS,
        filterset=ContractFilter,
        sort="title",
        name="contracts",
        told_by=TOLD_BY,
    )
    if page.export:
        return page.export_response()
    narrowed = bool(page.selected)
    return render(
        request,
        "contracts/contract_list.html",
        {
            "page": page,
            "empty_title": "No contracts fit" if narrowed else "No contracts yet",
            "empty_text": NOTHING_FITS if narrowed else NOTHING_HERE,
            "may_add": request.user.may(Permission.ADD_CONTRACTS),
            "may_import": request.user.may(Permission.IMPORT_REGISTER),
            "may_assign": request.user.may(Permission.ASSIGN_PEOPLE)
            or bool(request.user.units_allowing(Permission.ASSIGN_PEOPLE)),
        },
    )


def contract_page(request, contract, section, template, context=None):
    """Answer with one section of a contract's page. Other rooms' sections use it too."""
    user = request.user
    request.navigation_path = contract.get_absolute_url()
    return render(
        request,
        template,
        {
            "contract": contract,
            "tabs": sections.tabs(contract, section),
            "may_edit": contract.allows(user, Permission.EDIT_CONTRACTS),
            "may_assign": contract.allows(user, Permission.ASSIGN_PEOPLE),
            "may_log": contract.allows(user, Permission.LOG_PERFORMANCE),
            **(context or {}),
        },
    )


def contract_overview(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related(*DETAIL), pk=contract_pk
    )
    edited_by, edited_at = latest_editor(contract)
    gaps = [check.gap(contract, request.user) for check in checks.failed_by(contract.pk)]
    return contract_page(
        request, contract, "overview", "contracts/contract_overview.html",
        {
            "further_suppliers": contract.further_suppliers.select_related("supplier"),
            "summaries": sections.summaries(contract, request.user),
            "gaps": gaps,
            "award_value": _with_vat_basis(contract),
            "edited_by": edited_by,
            "edited_at": edited_at,
        },
    )  # fmt: skip


def _with_vat_basis(contract):
    amount = money(contract.value, contract.currency)
    basis = contract.get_vat_basis_display().lower().replace("vat", "VAT")
    return f"{amount} {basis}" if contract.value is not None and basis else amount


def contract_history(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    everything = request.GET.get("show") == "everything"
    page, entries = page_of_entries(
        trail.of(contract, with_routine=everything), page=page_number(request)
    )
    return contract_page(
        request, contract, "history", "contracts/contract_history.html",
        {
            "history_page": page,
            "entries": entries,
            "everything": everything,
            "routine": trail.routine_words(),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contract_add(request):
    require(request.user, Permission.ADD_CONTRACTS)
    suggested = {"reference": actions.next_reference(today=timezone.localdate())}
    form = ContractForm(
        request.POST or None,
        initial=suggested,
        user=request.user,
        organisation=Organisation.current(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            contract = actions.add(by=request.user, **form.changes)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(request, f"{contract.reference} added to the register.")
            return redirect(contract)
    return render(request, "contracts/contract_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def contract_edit(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.editable_by(request.user).select_related(*DETAIL), pk=contract_pk
    )
    organisation = Organisation.current()
    form_for = partial(ContractForm, user=request.user, organisation=organisation)
    form = form_for(request.POST or None, instance=contract)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                contract=contract, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _conflict(request, contract_pk, form, form_for, "contracts/contract_form.html")
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(
                request, "Contract saved." if form.has_changed() else "Nothing was changed."
            )
            return _back_to(request, contract_pk)
    return render(request, "contracts/contract_form.html", {"form": form, "contract": contract})


@require_http_methods(["GET", "POST"])
def contract_outcome(request, contract_pk):
    """What follows a date that has come, without the whole form."""
    contract = get_object_or_404(Contract.objects.editable_by(request.user), pk=contract_pk)
    form = OutcomeForm(request.POST or None, instance=contract)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                contract=contract, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _conflict(request, contract_pk, form, OutcomeForm, "contracts/outcome_form.html")
        messages.success(request, "Saved.")
        return _back_to(request, contract_pk)
    return render(request, "contracts/outcome_form.html", {"form": form, "contract": contract})


def _back_to(request, contract_pk):
    """To the contract; to the first page for somebody who has just handed it over."""
    contract = Contract.objects.visible_to(request.user).filter(pk=contract_pk).first()
    return redirect(contract or settings.LOGIN_REDIRECT_URL)


def _conflict(request, contract_pk, form, form_for, template):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = Contract.objects.select_related(*DETAIL).get(pk=contract_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": form_for(data, instance=current),
        "contract": current,
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, template, context, status=409)


@require_http_methods(["GET", "POST"])
def contract_people(request, contract_pk):
    """Who owns, deputises and answers for the contract: for unit contacts too, who edit nothing else."""
    contract = get_object_or_404(
        Contract.objects.allowing(request.user, Permission.ASSIGN_PEOPLE).select_related(*DETAIL),
        pk=contract_pk,
    )
    form_for = partial(PeopleForm, organisation=Organisation.current())
    form = form_for(request.POST or None, instance=contract)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(contract=contract, by=request.user, **form.cleaned_data)
        except locking.Conflict:
            return _conflict(request, contract_pk, form, form_for, "contracts/people_form.html")
        messages.success(request, "People saved.")
        return _back_to(request, contract_pk)
    return render(request, "contracts/people_form.html", {"form": form, "contract": contract})


@require_POST
def contracts_assign(request):
    """Name the people of the contracts that were ticked in the list, on one page with their names."""
    chosen = Contract.objects.allowing(request.user, Permission.ASSIGN_PEOPLE).filter(
        pk__in=ticked_ids(request, "contract")
    )
    back = url_of_list(request, default=reverse("contracts:list"))
    contracts = list(chosen.select_related("supplier", "oco").order_by("title", "pk"))
    if not contracts:
        messages.warning(request, "Tick at least one contract that you may choose people for.")
        return redirect(back)
    form = AssignForm(
        request.POST if "save" in request.POST else None, organisation=Organisation.current()
    )
    if form.is_bound and form.is_valid():
        try:
            changed = actions.assign(contracts=chosen, by=request.user, **form.cleaned_data)
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        else:
            messages.success(
                request, f"People saved for {len(changed)} of {len(contracts)} contracts."
            )
            return redirect(back)
    return render(
        request, "contracts/assign.html", {"form": form, "contracts": contracts, "back": back}
    )


@require_http_methods(["GET", "POST"])
def contract_suppliers(request, contract_pk):
    """The further suppliers of a contract: consortium members and named subcontractors."""
    contract = get_object_or_404(
        Contract.objects.editable_by(request.user).select_related("supplier"), pk=contract_pk
    )
    if request.method == "POST" and "remove" in request.POST:
        part = get_object_or_404(contract.further_suppliers, pk__in=ticked_ids(request, "remove"))
        actions.remove_supplier(part=part, by=request.user)
        messages.success(request, f"{part.supplier} is no longer named on this contract.")
        return redirect("contracts:suppliers", contract.pk)
    adding = request.method == "POST"
    form = FurtherSupplierForm(request.POST if adding else None, contract=contract)
    if adding and form.is_valid():
        try:
            part = actions.add_supplier(contract=contract, by=request.user, **form.cleaned_data)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(request, f"{part.supplier} added.")
            return redirect("contracts:suppliers", contract.pk)
    parts = contract.further_suppliers.select_related("supplier")
    return render(
        request, "contracts/suppliers.html", {"form": form, "contract": contract, "parts": parts}
    )


def contracts_of_supplier(request, supplier_pk):
    """The contracts section of a supplier's page."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    page = ListPage(
        request,
        queryset=Contract.objects.visible_to(request.user).with_supplier(supplier),
        columns=[column for column in COLUMNS if column.key != "supplier"],
        sort="ends_on",
        name="contracts",
    )
    if page.export:
        return page.export_response()
    return supplier_page(
        request, supplier, "contracts", "contracts/of_supplier.html", {"page": page}
    )


def contracts_of_person(request, person_pk):
    """The contracts section of a person's page: what would be orphaned if they left."""
    require(request.user, Permission.MANAGE_PEOPLE)
    person = get_object_or_404(User, pk=person_pk)
    page = ListPage(
        request,
        queryset=Contract.objects.visible_to(request.user).of_person(person),
        columns=[replace(c, default=c.default or c.key in {"deputy", "sro"}) for c in COLUMNS],
        sort="title",
        name="contracts",
    )
    if page.export:
        return page.export_response()
    return person_page(
        request, person, "contracts", "contracts/of_person.html",
        {"page": page, "may_assign": request.user.may(Permission.ASSIGN_PEOPLE)},
    )  # fmt: skip
