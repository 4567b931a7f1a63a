from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.permissions import Permission
from common import locking
from common.history import latest_editor, page_of_entries
from common.lists import ListPage, page_number
from suppliers import pages
from suppliers.intelligence import actions
from suppliers.intelligence.columns import CHECKS, DISTRESS, NOTES, SUPPLIERS, TO_CHECK
from suppliers.intelligence.filters import CheckFilter, DistressFilter, NoteFilter
from suppliers.intelligence.forms import (
    AgencyForm,
    DistressForm,
    EndNoteForm,
    FinancialCheckForm,
    NoteForm,
)
from suppliers.intelligence.models import Agency, DistressEvent, FinancialCheck, IntelligenceNote
from suppliers.intelligence.querysets import CONFIDE, in_confidence, may_confide, unchecked
from suppliers.models import Supplier
from suppliers.views import leads_on, supplier_page

NOTES_ON_A_PAGE = 20
CHECKS_SHOWN, EVENTS_SHOWN = 20, 20


def may_write(user):
    """Whoever looks after suppliers and may read everything about them."""
    return user.may(Permission.EDIT_SUPPLIERS) and user.may(CONFIDE)


def _require_writer(user):
    require(user, Permission.EDIT_SUPPLIERS)
    require(user, CONFIDE)


# --- Lists ----------------------------------------------------------------------------------------


def _lists(user, current):
    """The links between the three lists; two of them for those who may read what is confidential."""
    if not may_confide(user):
        return []
    found = (
        ("notes", "Notes", "intelligence:list"),
        ("checks", "Financial checks", "intelligence:checks"),
        ("unchecked", "Without a check", "intelligence:unchecked"),
        ("distress", "Financial distress", "intelligence:distress"),
    )
    return [
        {"label": label, "url": reverse(url), "current": key == current}
        for key, label, url in found
    ]


def _list(request, key, template, page, **context):
    if page.export:
        return page.export_response()
    return render(
        request,
        template,
        {
            "tabs": pages.tabs(request.user, "intelligence"),
            "lists": _lists(request.user, key),
            "page": page,
            "may_write": may_write(request.user),
            **context,
        },
    )


def notes(request):
    """What is known of suppliers and markets, as far as the reader may know it."""
    page = ListPage(
        request, queryset=IntelligenceNote.objects.visible_to(request.user), columns=NOTES,
        filterset=NoteFilter, sort="-noted_on", name="intelligence",
    )  # fmt: skip
    return _list(request, "notes", "intelligence/note_list.html", page)


def checks(request):
    if not may_confide(request.user):
        raise Http404
    page = ListPage(
        request, queryset=FinancialCheck.objects.visible_to(request.user), columns=CHECKS,
        filterset=CheckFilter, sort="due_on", name="financial-checks",
    )  # fmt: skip
    return _list(request, "checks", "intelligence/check_list.html", page)


def suppliers_unchecked(request):
    """Key suppliers whose finances nobody looks at."""
    if not may_confide(request.user):
        raise Http404
    page = ListPage(
        request, queryset=unchecked(request.user), sort="name", name="without-check",
        columns=TO_CHECK if may_write(request.user) else SUPPLIERS,
    )  # fmt: skip
    return _list(request, "unchecked", "intelligence/unchecked_list.html", page)


def distress(request):
    if not may_confide(request.user):
        raise Http404
    page = ListPage(
        request, queryset=DistressEvent.objects.visible_to(request.user), columns=DISTRESS,
        filterset=DistressFilter, sort="-happened_on", name="financial-distress",
    )  # fmt: skip
    return _list(request, "distress", "intelligence/distress_list.html", page)


# --- A supplier's page ----------------------------------------------------------------------------


@leads_on
def supplier_intelligence(request, supplier_pk):
    """What is known of one supplier. Whoever may not read what is confidential is not told that there is any."""
    user = request.user
    supplier = get_object_or_404(Supplier.objects.visible_to(user), pk=supplier_pk)
    found = IntelligenceNote.objects.visible_to(user).filter(supplier=supplier)
    context = {
        "notes": Paginator(found.select_related("written_by"), NOTES_ON_A_PAGE).get_page(page_number(request)),
        "may_write": may_write(user),
        "confides": in_confidence(user).filter(pk=supplier.pk).exists(),
    }  # fmt: skip
    if context["confides"]:
        context["checks"] = supplier.financial_checks.select_related("agency", "checked_by")[
            :CHECKS_SHOWN
        ]
        context["events"] = supplier.distress_events.all()[:EVENTS_SHOWN]
    return supplier_page(request, supplier, "intelligence", "intelligence/supplier.html", context)


def summary(supplier, user):
    """What the overview of a supplier shows: one query, which answers nothing that the reader may not know."""
    about = OuterRef("pk")
    counted = (
        IntelligenceNote.objects.visible_to(user).that_count().filter(supplier=about)
        .order_by().values("supplier").annotate(number=Count("pk")).values("number")
    )  # fmt: skip
    found = Supplier.objects.filter(pk=supplier.pk).values(
        number_of_notes=Coalesce(Subquery(counted), 0, output_field=IntegerField()),
        missed=Exists(FinancialCheck.objects.visible_to(user).missed().filter(supplier=about)),
        distress=Exists(DistressEvent.objects.visible_to(user).open().filter(supplier=about)),
    )
    return found.get()


# --- Notes ----------------------------------------------------------------------------------------


def note(request, note_pk):
    shown = get_object_or_404(
        IntelligenceNote.objects.visible_to(request.user).select_related("supplier", "written_by"),
        pk=note_pk,
    )
    history_page, entries = page_of_entries(
        [IntelligenceNote.history.filter(id=shown.pk)], page=page_number(request)
    )
    context = {
        "note": shown, "may_write": may_write(request.user), "history_page": history_page, "entries": entries
    }  # fmt: skip
    return render(request, "intelligence/note.html", context)


@require_http_methods(["GET", "POST"])
def note_add(request):
    _require_writer(request.user)
    initial = {"noted_on": timezone.localdate(), "supplier": _asked_supplier(request)}
    form = NoteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        added = _unless_refused(form, partial(actions.add_note, by=request.user, **form.changes))
        if added:
            messages.success(request, "Note added.")
            return redirect(added)
    return render(request, "intelligence/note_form.html", {"form": form})


def _asked_supplier(request):
    """The supplier from whose page somebody came, to fill the form with."""
    asked = request.GET.get("supplier", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 18):
        return None
    return Supplier.objects.visible_to(request.user).filter(pk=int(asked)).first()


def _unless_refused(form, write):
    """What the action has written; nothing when it refused, with its problems in the form."""
    try:
        return write()
    except actions.Refused as refused:
        form.add_problems(refused.problems)
        return None


@require_http_methods(["GET", "POST"])
def note_edit(request, note_pk):
    _require_writer(request.user)
    current = get_object_or_404(IntelligenceNote.objects.select_related("supplier"), pk=note_pk)
    form = NoteForm(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.change_note, note=current, by=request.user,
            reason=form.cleaned_data["reason"], **form.changes,
        )  # fmt: skip
        if saved := _unless_refused(form, write):
            messages.success(request, "Note saved." if form.changes else "Nothing was changed.")
            return redirect(saved)
    return render(request, "intelligence/note_form.html", {"form": form, "note": current})


@require_http_methods(["GET", "POST"])
def note_end(request, note_pk):
    _require_writer(request.user)
    current = get_object_or_404(IntelligenceNote.objects.that_count(), pk=note_pk)
    form = EndNoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.end_note(
            note=current, by=request.user, on=timezone.localdate(), **form.cleaned_data
        )
        messages.success(request, "The note no longer counts. It stays readable.")
        return redirect(current)
    return render(request, "intelligence/note_end.html", {"form": form, "note": current})


# --- Financial checks and distress ----------------------------------------------------------------


def _supplier_to_write_on(request, supplier_pk):
    _require_writer(request.user)
    return get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)


@require_http_methods(["GET", "POST"])
@leads_on
def check_add(request, supplier_pk):
    supplier = _supplier_to_write_on(request, supplier_pk)
    today = timezone.localdate()
    form = FinancialCheckForm(
        request.POST or None, tier=actions.highest_tier(supplier), initial={"checked_on": today}
    )
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.record_check, supplier=supplier, by=request.user, today=today, **form.cleaned_data
        )  # fmt: skip
        if check := _unless_refused(form, write):
            messages.success(request, f"Check recorded: {check.get_result_display().lower()}.")
            return redirect(check)
    return render(request, "intelligence/check_form.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "POST"])
@leads_on
def distress_add(request, supplier_pk):
    supplier = _supplier_to_write_on(request, supplier_pk)
    form = DistressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.record_distress, supplier=supplier, by=request.user,
            today=timezone.localdate(), **form.changes,
        )  # fmt: skip
        if _unless_refused(form, write):
            messages.success(request, "Distress event recorded.")
            return redirect("intelligence:supplier", supplier.pk)
    return render(request, "intelligence/distress_form.html", {"form": form, "supplier": supplier})


@require_http_methods(["GET", "POST"])
def distress_edit(request, event_pk):
    """The event with its history; those who look after suppliers follow it up here."""
    event = get_object_or_404(
        DistressEvent.objects.visible_to(request.user).select_related("supplier"), pk=event_pk
    )
    writes = may_write(request.user)
    if request.method == "POST" and not writes:
        raise Http404
    form = DistressForm(request.POST or None, instance=event)
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.change_distress, event=event, by=request.user, today=timezone.localdate(),
            version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], **form.changes,
        )  # fmt: skip
        try:
            if _unless_refused(form, write):
                messages.success(
                    request, "Saved." if form.has_changed() else "Nothing was changed."
                )
                return redirect("intelligence:supplier", event.supplier_id)
        except locking.Conflict:
            return _distress_conflict(request, event_pk, form)
    return render(
        request, "intelligence/distress_form.html", _event_context(request, event, form, writes)
    )


def _event_context(request, event, form, writes):
    # As it is stored: a form that was filled in wrongly has written on the row it was given.
    stored = DistressEvent.objects.get(pk=event.pk)
    history_page, entries = page_of_entries(
        [DistressEvent.history.filter(id=event.pk)], page=page_number(request)
    )
    return {
        "form": form, "event": stored, "supplier": event.supplier, "may_write": writes,
        "history_page": history_page, "entries": entries,
    }  # fmt: skip


def _distress_conflict(request, event_pk, form):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = DistressEvent.objects.select_related("supplier").get(pk=event_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = _event_context(request, current, DistressForm(data, instance=current), writes=True)
    context |= {"differences": differences, "edited_by": edited_by, "edited_at": edited_at}
    return render(request, "intelligence/distress_form.html", context, status=409)


# --- Scores and thresholds ------------------------------------------------------------------------


def agencies(request):
    _require_writer(request.user)
    history_page, entries = page_of_entries([Agency.history.all()], page=page_number(request))
    return render(
        request,
        "intelligence/agency_list.html",
        {
            "tabs": pages.tabs(request.user, "intelligence"),
            "agencies": Agency.objects.order_by("-is_used", "name")[:100],
            "history_page": history_page,
            "entries": entries,
        },
    )


@require_http_methods(["GET", "POST"])
def agency_add(request):
    _require_writer(request.user)
    form = AgencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agency = actions.add_agency(by=request.user, **form.changes)
        messages.success(request, f"{agency} added.")
        return redirect("intelligence:agencies")
    return render(request, "intelligence/agency_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def agency_edit(request, agency_pk):
    _require_writer(request.user)
    agency = get_object_or_404(Agency, pk=agency_pk)
    form = AgencyForm(request.POST or None, instance=agency)
    if request.method == "POST" and form.is_valid():
        actions.change_agency(
            agency=agency, by=request.user, reason=form.cleaned_data["reason"], **form.changes
        )
        messages.success(request, "Saved. Results that were given stay as they are.")
        return redirect("intelligence:agencies")
    return render(request, "intelligence/agency_form.html", {"form": form, "agency": agency})
