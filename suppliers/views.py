from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require
from accounts.permissions import Permission
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import page_number, ticked_ids, url_of_list
from common.templatetags.steward import count_of
from suppliers import actions, contacts, duplicates, facts, merging, pages, sections, tasks, trail
from suppliers.columns import COLUMNS, PAIR_COLUMNS, PairPage, SupplierPage, fact_columns
from suppliers.filters import PairFilter, SupplierFilter
from suppliers.forms import ContactForm, LevelAsked, RetireContactForm, SupplierForm
from suppliers.groups import Group
from suppliers.merge_forms import ChooseOtherForm, MergeForm
from suppliers.models import DuplicateCandidate, DuplicateSearch, Supplier, SupplierContact
from suppliers.querysets import PATHS_UP
from suppliers.sheets import SpendSheet
from suppliers.spending import Spending


def supplier_list(request):
    page = SupplierPage(
        request,
        queryset=Supplier.objects.visible_to(request.user),
        columns=[*COLUMNS, *fact_columns()],
        filterset=SupplierFilter,
        sort="name",
        name="suppliers",
    )
    if page.export:
        return page.export_response()
    may_add = request.user.may(Permission.EDIT_SUPPLIERS)
    context = {"page": page, "may_add": may_add, "tabs": pages.tabs(request.user, "list")}
    return render(request, "suppliers/supplier_list.html", context)


def supplier_page(request, supplier, section, template, context=None):
    """Answer with one section of a supplier's page. Other rooms' sections use it too."""
    request.navigation_path = supplier.get_absolute_url()
    may_edit = request.user.may(Permission.EDIT_SUPPLIERS)
    tabs = sections.tabs(supplier, section)
    return render(
        request,
        template,
        {"supplier": supplier, "tabs": tabs, "may_edit": may_edit, **(context or {})},
    )


def leads_on(view):
    """Of a supplier that was merged, to the same page of the one that it is now; links in e-mails and open
    pages still name the old one. Other rooms' pages of a supplier use it too."""

    @wraps(view)
    def answer(request, supplier_pk, **further):
        try:
            return view(request, supplier_pk, **further)
        except Http404:
            merged = _merged(request, supplier_pk)
            if merged is None:
                raise
        _say_what_it_is_now(request, merged)
        name = request.resolver_match.view_name
        return redirect(name, **(further | {"supplier_pk": merged.merged_into_id}))

    return answer


def supplier_overview(request, supplier_pk):
    visible = Supplier.objects.visible_to(request.user).select_related(*PATHS_UP)
    supplier = visible.filter(pk=supplier_pk).first()
    if supplier is None:
        return now_part_of(request, supplier_pk)
    group = Group(supplier)
    shown = facts.on_page()
    known = facts.ask(request.user, group.ids, shown)
    own = {fact: known[fact.key][supplier.pk] for fact in shown}
    edited_by, edited_at = latest_editor(supplier)
    return supplier_page(
        request, supplier, "overview", "suppliers/supplier_overview.html",
        {
            "figures": [
                fact.figure(supplier, value)
                for fact, value in own.items()
                if not fact.alarm and (value or fact.always)
            ],
            "alarms": [
                {"sentence": fact.alarm(value), "url": fact.url(supplier) if fact.url else ""}
                for fact, value in own.items()
                if fact.alarm and value
            ],
            "twins": _twins(request.user, supplier),
            "group": group.table(known) if len(group.ids) > 1 else None,
            "summaries": sections.summaries(supplier, request.user),
            "edited_by": edited_by,
            "edited_at": edited_at,
        },
    )  # fmt: skip


def _twins(user, supplier):
    """Suppliers that may be the same as this one, for those who can do something about it."""
    if not user.may(Permission.EDIT_SUPPLIERS):
        return []
    pairs = DuplicateCandidate.objects.open().of(supplier.pk).select_related("one", "other")
    return [
        pair.other if pair.one_id == supplier.pk else pair.one
        for pair in pairs.order_by("rank")[:3]
    ]


def supplier_history(request, supplier_pk):
    """What became of the supplier, of those merged into it, and of what rooms add (see `suppliers.trail`)."""
    supplier = Supplier.objects.visible_to(request.user).filter(pk=supplier_pk).first()
    if supplier is None:
        return now_part_of(request, supplier_pk)
    merged = list(supplier.merged.order_by("name", "pk"))
    page, entries = page_of_entries(
        trail.of([supplier.pk, *(other.pk for other in merged)], request.user),
        page=page_number(request),
    )
    return supplier_page(
        request, supplier, "history", "suppliers/supplier_history.html",
        {"history_page": page, "entries": entries, "merged": merged},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def supplier_add(request):
    if not request.user.may(Permission.EDIT_SUPPLIERS):
        raise Http404
    form = SupplierForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            supplier = actions.add(by=request.user, contact=form.first_contact, **form.changes)
        except (Taken, actions.Refused) as problem:
            form.add_error(problem.field, str(problem))
        else:
            messages.success(request, f"{supplier.name} added.")
            return redirect(supplier)
    return render(request, "suppliers/supplier_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
@leads_on
def supplier_edit(request, supplier_pk):
    supplier = get_object_or_404(
        Supplier.objects.editable_by(request.user).select_related("parent"), pk=supplier_pk
    )
    form = SupplierForm(request.POST or None, instance=supplier)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                supplier=supplier, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _supplier_conflict(request, supplier_pk, form)
        except (Taken, actions.Refused) as problem:
            form.add_error(problem.field, str(problem))
            return render(
                request, "suppliers/supplier_form.html", {"form": form, "supplier": supplier}
            )
        messages.success(
            request, "Supplier saved." if form.has_changed() else "Nothing was changed."
        )
        return redirect(supplier)
    return render(request, "suppliers/supplier_form.html", {"form": form, "supplier": supplier})


def _supplier_conflict(request, supplier_pk, form):
    current = Supplier.objects.get(pk=supplier_pk)
    if current.merged_into_id:
        return now_part_of(request, supplier_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": SupplierForm(data, instance=current),
        "supplier": current,
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, "suppliers/supplier_form.html", context, status=409)


# --- Contacts -----------------------------------------------------------------------------------


@leads_on
def supplier_contacts(request, supplier_pk):
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    keeps = Supplier.objects.contacts_editable_by(request.user).filter(pk=supplier.pk)
    everybody = list(supplier.contacts.all())
    return supplier_page(
        request, supplier, "contacts", "suppliers/supplier_contacts.html",
        {
            "levels": contacts.by_level(c for c in everybody if c.is_active),
            "retired": [contact for contact in everybody if not contact.is_active],
            "may_keep": keeps.exists(),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@leads_on
def contact_add(request, supplier_pk):
    supplier = get_object_or_404(
        Supplier.objects.contacts_editable_by(request.user), pk=supplier_pk
    )
    form = ContactForm(request.POST or None, initial={"level": LevelAsked(request.GET).chosen})
    if request.method == "POST" and form.is_valid():
        contact = actions.add_contact(supplier=supplier, by=request.user, **form.changes)
        messages.success(request, f"{contact} added.")
        return redirect(contact)
    return render(request, "suppliers/contact_form.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "POST"])
def contact_edit(request, contact_pk):
    contact = _contact(request, contact_pk)
    form = ContactForm(request.POST or None, instance=contact)
    context = {"form": form, "contact": contact, "supplier": contact.supplier}
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_contact(
                contact=contact, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            current = _contact(request, contact_pk)
            data, differences = locking.merge(form, current, request.POST)
            edited_by, edited_at = latest_editor(current)
            context |= {
                "form": ContactForm(data, instance=current),
                "differences": differences,
                "edited_by": edited_by,
                "edited_at": edited_at,
            }
            return render(request, "suppliers/contact_form.html", context, status=409)
        messages.success(
            request, "Contact saved." if form.has_changed() else "Nothing was changed."
        )
        return redirect(contact)
    return render(request, "suppliers/contact_form.html", context)


def _contact(request, contact_pk):
    contacts_kept = SupplierContact.objects.editable_by(request.user).select_related("supplier")
    return get_object_or_404(contacts_kept, pk=contact_pk)


@require_http_methods(["GET", "POST"])
def contact_retire(request, contact_pk):
    contact = _contact(request, contact_pk)
    form = RetireContactForm(request.POST or None, contact=contact)
    if request.method == "POST" and form.is_valid():
        actions.retire_contact(contact=contact, by=request.user, **form.cleaned_data)
        messages.success(request, f"{contact} is no longer a contact. The history keeps them.")
        return redirect(contact)
    return render(
        request,
        "suppliers/contact_retire.html",
        {"form": form, "contact": contact, "supplier": contact.supplier},
    )


@require_POST
def contact_bring_back(request, contact_pk):
    contact = _contact(request, contact_pk)
    actions.bring_contact_back(contact=contact, by=request.user)
    messages.success(request, f"{contact} is a contact again.")
    return redirect(contact)


# --- Spend --------------------------------------------------------------------------------------


@leads_on
def supplier_spend(request, supplier_pk):
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    spending = Spending(supplier, request.user, today=timezone.localdate())
    return supplier_page(
        request, supplier, "spend", "suppliers/supplier_spend.html", {"spending": spending}
    )


@require_http_methods(["GET", "POST"])
@leads_on
def spend_record(request, supplier_pk):
    """Several years in one save; every error is told at once."""
    supplier = get_object_or_404(Supplier.objects.editable_by(request.user), pk=supplier_pk)
    today = timezone.localdate()
    posted = request.POST if request.method == "POST" else None
    sheet = SpendSheet(posted, supplier=supplier, today=today)
    if posted is not None and sheet.is_valid():
        try:
            changed = actions.record_spend(
                supplier=supplier, lines=sheet.entries, by=request.user,
                reason=sheet.cleaned_data["reason"],
            )  # fmt: skip
        except actions.SpendChanged:  # in the moment since the sheet was made
            if _merged(request, supplier_pk):
                return now_part_of(request, supplier_pk)
            sheet = SpendSheet(posted, supplier=supplier, today=today)
            sheet.is_valid()
        else:
            messages.success(
                request,
                f"{count_of(changed, 'year')} recorded." if changed else "Nothing was changed.",
            )
            return redirect("suppliers:spend", supplier.pk)
    return render(request, "suppliers/spend_form.html", {"sheet": sheet, "supplier": supplier})


# --- Suppliers that may be one ---------------------------------------------------------------------


def duplicate_list(request):
    require(request.user, Permission.EDIT_SUPPLIERS)
    page = PairPage(
        request,
        queryset=DuplicateCandidate.objects.decided_by(request.user),
        columns=PAIR_COLUMNS,
        filterset=PairFilter,
        sort="why",
        name="suppliers-recorded-twice",
    )
    if page.export:
        return page.export_response()
    return render(
        request,
        "suppliers/duplicate_list.html",
        {
            "page": page,
            "last": DuplicateSearch.objects.filter(pk=1).first(),
            "different": page.filterset.form.cleaned_data.get("state") == "different",
        },
    )


@require_POST
def duplicates_decide(request):
    """The ticked pairs are not the same or, taken back, are to be looked at again."""
    require(request.user, Permission.EDIT_SUPPLIERS)
    ticked = DuplicateCandidate.objects.decided_by(request.user).filter(
        pk__in=ticked_ids(request, "pair")
    )
    if "again" in request.POST:
        number = duplicates.look_again(candidates=ticked, by=request.user)
        told = f"{count_of(number, 'pair')} to be looked at again."
    else:
        number = duplicates.say_different(candidates=ticked, by=request.user)
        told = f"{count_of(number, 'pair')} will not be proposed again."
    if number:
        messages.success(request, told)
    else:
        messages.warning(request, "Tick at least one pair.")
    return redirect(url_of_list(request, default=reverse("suppliers:duplicates")))


@require_POST
def duplicates_search(request):
    """Compare all suppliers now; where they are many, by Celery."""
    require(request.user, Permission.EDIT_SUPPLIERS)
    if Supplier.objects.current().count() <= duplicates.FEW:
        duplicates.search()
        messages.success(request, "All suppliers have been compared.")
    else:
        tasks.search_for_duplicates.delay()
        messages.info(request, "Suppliers are being compared. Open this page again in a minute.")
    return redirect("suppliers:duplicates")


# --- Two that are one -----------------------------------------------------------------------------


@leads_on
def merge_choose(request, supplier_pk):
    """Which supplier is the same? The answer leads to the two side by side."""
    supplier = get_object_or_404(Supplier.objects.editable_by(request.user), pk=supplier_pk)
    asked = request.GET if "other" in request.GET else None
    form = ChooseOtherForm(asked, supplier=supplier)
    if asked is not None and form.is_valid():
        return redirect("suppliers:merge", supplier.pk, form.cleaned_data["other"].pk)
    return render(request, "suppliers/merge_choose.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "POST"])
def supplier_merge(request, supplier_pk, other_pk):
    """Compare two suppliers and choose what stays; see what moves; merge."""
    if supplier_pk == other_pk:
        raise Http404
    both = Supplier.objects.editable_by(request.user).select_related("parent")
    found = both.in_bulk([supplier_pk, other_pk])
    for pk in (supplier_pk, other_pk):
        if pk not in found:  # a colleague may have merged it
            return now_part_of(request, pk)
    stays, goes = found[supplier_pk], found[other_pk]
    form = MergeForm(request.POST if request.method == "POST" else None, stays=stays, goes=goes)
    context = {"form": form, "stays": stays, "goes": goes}
    is_valid = request.method == "POST" and form.is_valid()
    if form.is_overtaken:
        return _merge_again(request, stays, goes)
    if not is_valid:
        return render(request, "suppliers/merge.html", context)
    if "confirmed" not in request.POST:
        moves = merging.what_moves(goes)
        return render(request, "suppliers/merge_confirm.html", context | {"moves": moves})
    try:
        stays = actions.merge(
            stays=stays, goes=goes, by=request.user, versions=form.versions, values=form.values,
            spend=form.spend, reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except (locking.Conflict, actions.CannotBeMerged):  # in the moment since they were looked at
        messages.warning(
            request, "Somebody has changed one of the two meanwhile. Nothing was merged."
        )
        return redirect(stays)
    except (actions.Refused, Taken) as problem:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem))
        return render(request, "suppliers/merge.html", context)
    moved = ", ".join(count_of(number, noun) for number, noun in stays.moved)
    told = f" {moved[:1].upper()}{moved[1:]} moved." if moved else ""
    messages.success(request, f"{goes.name} is now part of {stays.name}.{told}")
    return redirect(stays)


def _merge_again(request, stays, goes):
    """Somebody has changed one of them meanwhile: the two as they are now."""
    form = MergeForm(stays=stays, goes=goes)
    context = {"form": form, "stays": stays, "goes": goes, "changed_meanwhile": True}
    return render(request, "suppliers/merge.html", context, status=409)


def now_part_of(request, supplier_pk):
    """To the supplier that one was merged into; not found when it never was."""
    merged = _merged(request, supplier_pk)
    if merged is None:
        raise Http404
    _say_what_it_is_now(request, merged)
    return redirect(merged.merged_into)


def _merged(request, supplier_pk):
    known = Supplier.objects.known_to(request.user).filter(merged_into__isnull=False)
    return known.select_related("merged_into").filter(pk=supplier_pk).first()


def _say_what_it_is_now(request, merged):
    told = f"{merged.name} was merged into {merged.merged_into.name}."
    if request.method == "POST":
        messages.warning(request, f"{told} Nothing was saved.")
    else:
        messages.info(request, told)
