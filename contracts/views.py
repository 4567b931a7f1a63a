from dataclasses import replace
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404
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
from contracts.columns import COLUMNS, PARENT
from contracts.columns import offices as columns_of_offices
from contracts.filters import ContractFilter
from contracts.forms import (
    AssignForm,
    ContractForm,
    DeputyForm,
    FurtherSupplierForm,
    PartForm,
    PeopleForm,
    SpotForm,
    TermForm,
)
from contracts.models import CapKind, Contract, ContractSupplier, Kind, TermOfOffice
from contracts.rules import UNDER_ANOTHER
from suppliers.models import Supplier
from suppliers.views import leads_on, supplier_page

NOTHING_FITS = (
    "Take a filter away, or look for fewer words. "
    "Contracts of units and people you do not work with are not shown."
)
NOTHING_HERE = (
    "You see the contracts of your units, and those you own, deputise or answer for. "
    "The Procurement Unit adds contracts one by one, or imports the register it has."
)
# Unit and owner are mostly those of the contract above.
SHOWN_UNDER_ANOTHER = {"title", "supplier", "kind", "tier", "stage", "ends_on", "value"}
VIEW = Permission.VIEW_CONTRACTS
PARTIES = ("supplier", "unit", "oco", "deputy", "sro")
DETAIL = (*PARTIES, "parent")
TOLD_BY = (Contract, ContractSupplier, TermOfOffice, Supplier, User)


def contract_list(request):
    sees_all = request.user.may(Permission.VIEW_CONTRACTS)
    page = ListPage(
        request,
        queryset=Contract.objects.visible_to(request.user),
        columns=(*COLUMNS, PARENT) if sees_all else COLUMNS,
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
    visible = Contract.objects.visible_to(request.user)
    # Few have further suppliers or stand under another: those are asked for where they are.
    further = ContractSupplier.objects.filter(contract=OuterRef("pk"))
    contract = get_object_or_404(
        visible.select_related(*PARTIES).annotate(
            number_under_it=visible.number_under(OuterRef("pk")), has_parts=Exists(further)
        ),
        pk=contract_pk,
    )
    parent = contract.parent
    edited_by, edited_at = latest_editor(contract)
    gaps = [
        check.gap(contract, request.user) for check in checks.failed_by(contract.pk)[contract.pk]
    ]
    summaries = sections.summaries(contract, request.user)
    return contract_page(
        request, contract, "overview", "contracts/contract_overview.html",
        {
            "parts": _parts_of(contract) if contract.has_parts else [],
            "parent": parent if parent and parent.allows(request.user, VIEW) else None,
            "summaries": summaries,
            # A section that counts notice by finer rules shows it; two dates for one thing would puzzle.
            "notice_is_counted": any(s["context"].get("counts_notice") for s in summaries),
            "gaps": gaps,
            "values": _values(contract),
            "edited_by": edited_by,
            "edited_at": edited_at,
        },
    )  # fmt: skip


def _values(contract):
    """(label, words) of each amount: the current value beside the award where they differ."""

    def say(amount):
        return money(amount, contract.currency)

    basis = contract.get_vat_basis_display().lower().replace("vat", "VAT")
    amount, award = contract.value_now, contract.value
    known = say(amount) if amount is not None else None
    if known and basis:
        known = f"{known} {basis}"
    if known and award != amount:
        known += f" (award {say(award)})" if award is not None else " (award not known)"
    label = "Award value" if award == amount else "Current value"
    rows = [(label, known)]
    if contract.cap_kind:
        rows.append(("What the value means", contract.get_cap_kind_display()))
    annual = say(contract.annual_value) if contract.annual_value is not None else None
    return [*rows, ("Annual value", annual)]


def contract_history(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    everything = request.GET.get("show") == "everything"
    page, entries = page_of_entries(
        trail.of(contract, request.user, with_routine=everything),
        page=page_number(request),
        among={Contract: Contract.objects.visible_to(request.user)},
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
        initial=suggested | _from_framework(request),
        user=request.user,
        organisation=Organisation.current(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            contract = actions.add(by=request.user, **form.changes)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        else:
            messages.success(request, f"{contract.reference} added to the register.")
            return redirect(contract)
    return render(request, "contracts/contract_form.html", {"form": form})


def _from_framework(request):
    """What a new call-off begins with, when it is added from the page of its framework (`?under=5`)."""
    asked = request.GET.get("under", "")
    is_an_id = asked.isascii() and asked.isdecimal() and len(asked) < 18
    frameworks = Contract.objects.visible_to(request.user).filter(kind=Kind.FRAMEWORK)
    parent = frameworks.filter(pk=int(asked)).first() if is_an_id else None
    if parent is None:
        return {}
    taken_over = {name: getattr(parent, name) for name in actions.FROM_PARENT}
    return taken_over | {"parent": parent, "kind": Kind.CALL_OFF}


@require_http_methods(["GET", "POST"])
def contract_spot_add(request, contract_pk):
    """Add a light contract under one that this person looks after."""
    parent = get_object_or_404(
        Contract.objects.editable_by(request.user).filter(parent=None), pk=contract_pk
    )
    today = timezone.localdate()
    suggested = {"reference": actions.next_reference(today=today)}
    form = SpotForm(
        request.POST or None,
        initial=suggested,
        instance=Contract(kind=Kind.SPOT, parent=parent, currency=parent.currency),
        user=request.user,
    )
    if request.method == "POST" and form.is_valid():
        try:
            contract = actions.add_spot(parent=parent, by=request.user, today=today, **form.changes)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        else:
            messages.success(request, f"{contract.reference} added under {parent.reference}.")
            return redirect("contracts:children", parent.pk)
    return render(request, "contracts/spot_form.html", {"form": form, "parent": parent})


def contract_children(request, contract_pk):
    """The call-offs and spot contracts under a contract, and what they come to."""
    user = request.user
    visible = Contract.objects.visible_to(user)
    contract = get_object_or_404(visible.select_related("supplier"), pk=contract_pk)
    if contract.kind in UNDER_ANOTHER:
        return redirect(contract)
    children = visible.filter(parent=contract)
    page = ListPage(
        request,
        queryset=children,
        columns=[replace(c, default=c.key in SHOWN_UNDER_ANOTHER) for c in COLUMNS],
        sort="title",
        name="call-offs",
    )
    if page.export:
        return page.export_response()
    worth = children.worth()
    tabs = sections.tabs(contract, "children")
    if contract.kind != Kind.FRAMEWORK:
        next(tab for tab in tabs if tab["current"])["label"] = "Spot contracts"
    return contract_page(
        request, contract, "children", "contracts/children.html",
        {
            "page": page,
            "tabs": tabs,
            "worth": worth,
            "above_its_maximum": _above_its_maximum(contract, worth),
            "may_add": user.may(Permission.ADD_CONTRACTS) and contract.kind == Kind.FRAMEWORK,
        },
    )  # fmt: skip


def _above_its_maximum(contract, worth):
    """Whether what stands under a contract comes to more than its maximum, in its own currency."""
    together = sum(row["value"] for row in worth if row["currency"] == contract.currency)
    capped = contract.cap_kind == CapKind.MAXIMUM and contract.value_now is not None
    return capped and together > contract.value_now


@require_http_methods(["GET", "POST"])
def contract_edit(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.editable_by(request.user).select_related(*DETAIL), pk=contract_pk
    )
    short = contract.is_spot and request.GET.get("form") != "long"
    if short:
        form_for = partial(SpotForm, user=request.user)
    else:
        form_for = partial(ContractForm, user=request.user, organisation=Organisation.current())
    form = form_for(request.POST or None, instance=contract)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                contract=contract, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return conflict(request, contract_pk, form, form_for, "contracts/contract_form.html")
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        else:
            messages.success(
                request, "Contract saved." if form.has_changed() else "Nothing was changed."
            )
            return back_to(request, contract_pk)
    return render(
        request,
        "contracts/contract_form.html",
        {"form": form, "contract": contract, "short": short},
    )


def back_to(request, contract_pk):
    """To the contract; to the first page for somebody who has just handed it over."""
    contract = Contract.objects.visible_to(request.user).filter(pk=contract_pk).first()
    return redirect(contract or settings.LOGIN_REDIRECT_URL)


def conflict(request, contract_pk, form, form_for, template, further=None):
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
        **(further or {}),
    }
    return render(request, template, context, status=409)


@require_http_methods(["GET", "POST"])
def contract_people(request, contract_pk):
    """Who holds which part since when, and who held it before. Whoever may choose people does so here: unit
    contacts too, who edit nothing else."""
    user = request.user
    contract = get_object_or_404(
        Contract.objects.visible_to(user).select_related(*DETAIL), pk=contract_pk
    )
    may_assign = contract.allows(user, Permission.ASSIGN_PEOPLE)
    if request.method == "POST" and not may_assign:
        raise Http404
    terms = ListPage(
        request,
        queryset=contract.offices.all(),
        columns=columns_of_offices(may_change=may_assign),
        sort="-starts_on",
        name="people",
    )
    if terms.export:
        return terms.export_response()
    form_for = partial(PeopleForm, organisation=Organisation.current())
    form = form_for(request.POST or None, instance=contract) if may_assign else None
    context = {"page": terms, "may_assign": may_assign}
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(contract=contract, by=user, **form.cleaned_data)
        except locking.Conflict:
            return conflict(
                request, contract_pk, form, form_for, "contracts/people_form.html", context
            )
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        else:
            messages.success(request, "People saved.")
            return back_to(request, contract_pk)
    context |= {"form": form, "contract": contract}
    return render(request, "contracts/people_form.html", context)


def _of_assignable(request, contract_pk):
    contracts = Contract.objects.allowing(request.user, Permission.ASSIGN_PEOPLE)
    return get_object_or_404(contracts.select_related("oco", "deputy"), pk=contract_pk)


@require_http_methods(["GET", "POST"])
def contract_deputy_add(request, contract_pk):
    """A further deputy, beside the first."""
    contract, today = _of_assignable(request, contract_pk), timezone.localdate()
    form = DeputyForm(request.POST or None, initial={"starts_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            term = actions.add_deputy(
                contract=contract, by=request.user, today=today, **form.cleaned_data
            )
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        else:
            messages.success(request, f"{term.person} deputises now.")
            return redirect("contracts:people", contract.pk)
    context = {"form": form, "contract": contract, "title": "Add a deputy"}
    return render(request, "contracts/term_form.html", context)


@require_http_methods(["GET", "POST"])
def contract_term(request, contract_pk, term_pk):
    """Since when and until when somebody held a part."""
    contract, today = _of_assignable(request, contract_pk), timezone.localdate()
    term = get_object_or_404(contract.offices.select_related("person"), pk=term_pk)
    form = TermForm(request.POST or None, instance=term)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_term(term=term, by=request.user, today=today, **form.cleaned_data)
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        else:
            messages.success(request, "Dates saved.")
            return redirect("contracts:people", contract.pk)
    title = f"{term.person}: {term.get_part_display()}"
    context = {"form": form, "contract": contract, "title": title}
    return render(request, "contracts/term_form.html", context)


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
        wanted = ticked_ids(request, "remove")[:1]
        part = get_object_or_404(contract.further_suppliers, pk__in=wanted)
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
    context = {"form": form, "contract": contract, "parts": _parts_of(contract)}
    return render(request, "contracts/suppliers.html", context)


def _parts_of(contract):
    """The further suppliers of a contract, those on whom most hangs first."""
    parts = contract.further_suppliers.select_related("supplier")
    return sorted(parts, key=lambda part: part.weight)


@require_http_methods(["GET", "POST"])
def contract_supplier(request, contract_pk, part_pk):
    """What one further supplier does for the contract."""
    contract = get_object_or_404(Contract.objects.editable_by(request.user), pk=contract_pk)
    part = get_object_or_404(contract.further_suppliers.select_related("supplier"), pk=part_pk)
    form = PartForm(request.POST or None, instance=part)
    if request.method == "POST" and form.is_valid():
        actions.change_supplier(
            part=part, by=request.user, reason=form.cleaned_data["reason"], **form.changes
        )
        messages.success(request, f"{part.supplier} saved.")
        return redirect("contracts:suppliers", contract.pk)
    return render(
        request, "contracts/supplier_form.html", {"form": form, "contract": contract, "part": part}
    )


@leads_on
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
