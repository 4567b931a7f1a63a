from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import page_number, ticked_ids, url_of_list
from contracts.models import Contract, Stage
from contracts.obligations import actions, rules
from contracts.obligations.columns import (
    OBLIGATIONS,
    OCCURRENCES,
    ObligationList,
    OccurrenceList,
)
from contracts.obligations.figures import due_url, figures
from contracts.obligations.filters import ObligationFilter, OccurrenceFilter
from contracts.obligations.forms import (
    EndForm,
    MatrixQuestion,
    MetForm,
    ObligationForm,
    RecordForm,
    ReliefForm,
)
from contracts.obligations.matrix import Matrix, choices, narrowed
from contracts.obligations.models import Dependency, Obligation, Occurrence
from contracts.obligations.querysets import standing_of
from contracts.views import contract_page
from suppliers.models import Supplier
from suppliers.views import leads_on, supplier_page

CONTRACT = ("contract", "contract__supplier")
OBLIGATION = ("obligation", "obligation__contract", "obligation__contract__supplier")
ROWS_ON_A_PAGE = 100
OVERDUE_AT_ONCE = 8
COMING_SHOWN = 4
PAST_SHOWN = 25
HALF_A_YEAR = 6
NOT_SHOWN = "Contracts of units and people you do not work with are not shown."
# The stages in which a contract still waits for its conditions precedent.
WAITING = (Stage.DRAFT, Stage.AWAITING_CONDITIONS, Stage.MOBILISATION)


# --- A contract's obligations ---------------------------------------------------------------------


def contract_obligations(request, contract_pk):
    """The matrix, and above it what cannot wait: open conditions precedent and what is overdue."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    today = timezone.localdate()
    question = MatrixQuestion(request.GET, today=today)
    standing = standing_of(contract, today)
    waits = contract.stage in WAITING
    shown = contract.obligations.active()
    if waits:  # they stand at the top, by themselves
        shown = shown.exclude(kind=rules.Kind.CONDITION)
    obligations = narrowed(shown, question, today=today).urgent_first(today)
    page = Paginator(obligations.select_related("responsible"), ROWS_ON_A_PAGE).get_page(
        page_number(request)
    )
    matrix = Matrix(page, first_month=question.first_month, today=today)
    return contract_page(
        request, contract, "obligations", "obligations/contract_obligations.html",
        {
            "standing": standing,
            "figures": figures(
                overdue=standing["overdue"], soon=standing["soon"],
                compliance=standing["compliance"], contract_id=contract.pk,
            ),
            "conditions": _conditions(contract) if waits else [],
            "overdue": _overdue(contract, today, without_conditions=waits),
            "overdue_url": due_url(contract_id=contract.pk, stands="overdue"),
            "relief_url": due_url(contract_id=contract.pk, stands="offered"),
            "matrix": matrix,
            "groups": matrix.groups(standing["compliance"], contract),
            "page": page,
            "question": question,
            "choices": choices(question, _people(contract)),
            "earlier": f"{rules.month_after(question.first_month, -HALF_A_YEAR):%Y-%m}",
            "later": f"{rules.month_after(question.first_month, HALF_A_YEAR):%Y-%m}",
            "ended": contract.obligations.ended().order_by("-ended_on", "pk")[:ROWS_ON_A_PAGE],
        },
    )  # fmt: skip


def _conditions(contract):
    """The conditions precedent with their one occurrence each, open ones first."""
    occurrences = Occurrence.objects.filter(
        obligation__contract=contract, obligation__kind=rules.Kind.CONDITION,
        obligation__ended_on=None,
    ).select_related("obligation", "obligation__responsible")  # fmt: skip
    lines = [
        {"occurrence": occurrence, "settled": occurrence.status in rules.SETTLED}
        for occurrence in occurrences.order_by("due_on", "pk")[:ROWS_ON_A_PAGE]
    ]
    return sorted(lines, key=lambda line: line["settled"])


def _overdue(contract, today, *, without_conditions):
    occurrences = Occurrence.objects.overdue(today).filter(obligation__contract=contract)
    if without_conditions:
        occurrences = occurrences.exclude(obligation__kind=rules.Kind.CONDITION)
    found = occurrences.select_related("obligation", "obligation__responsible")
    return list(found.order_by("due_on", "pk")[:OVERDUE_AT_ONCE])


def _people(contract):
    """Those who are responsible for something here."""
    named = contract.obligations.active().exclude(responsible=None).order_by("responsible__name")
    found = named.values_list("responsible", "responsible__name", "responsible__email")
    return [(str(pk), name or email) for pk, name, email in found.distinct()]


@require_http_methods(["GET", "POST"])
def obligation_add(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.editable_by(request.user).select_related("supplier"), pk=contract_pk
    )
    today = timezone.localdate()
    suggested = {
        "number": rules.next_number(list(contract.obligations.values_list("number", flat=True))),
        "followed_from": today,
    }
    form = ObligationForm(request.POST or None, contract=contract, initial=suggested)
    if request.method == "POST" and form.is_valid():
        try:
            obligation = actions.add(
                contract=contract, by=request.user, today=today, **form.changes
            )
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(request, f"Obligation {obligation} added.")
            return redirect(
                reverse("obligations:add", args=[contract.pk])
                if "another" in request.POST
                else obligation
            )
    context = {"form": form, "contract": contract}
    return render(request, "obligations/obligation_form.html", context)


# --- One obligation -------------------------------------------------------------------------------


def obligation_page(request, obligation_pk):
    obligation = get_object_or_404(
        Obligation.objects.visible_to(request.user).select_related(*CONTRACT, "responsible"),
        pk=obligation_pk,
    )
    today = timezone.localdate()
    occurrences = obligation.occurrences.select_related("said_by")
    to_come = Q(status=rules.Status.PENDING, due_on__gte=today)
    coming = occurrences.filter(to_come).order_by("due_on")
    past = occurrences.filter(~to_come).order_by("-due_on")
    history_page, entries = page_of_entries(
        [
            Obligation.history.filter(id=obligation.pk),
            Dependency.history.filter(obligation_id=obligation.pk),
            Occurrence.history.filter(obligation_id=obligation.pk),
        ],
        page=page_number(request),
    )
    return contract_page(
        request, obligation.contract, "obligations", "obligations/obligation.html",
        {
            "obligation": obligation,
            "depends_on": Obligation.objects.filter(dependents__obligation=obligation).order_by("pk"),
            "dependents": Obligation.objects.filter(dependencies__on=obligation).order_by("pk"),
            "coming": list(coming[:COMING_SHOWN]),
            "all_url": due_url(obligation_id=obligation.pk, stands="all"),
            "past": list(past[:PAST_SHOWN]),
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def obligation_edit(request, obligation_pk):
    obligation = get_object_or_404(
        Obligation.objects.editable_by(request.user).active().select_related(*CONTRACT, "responsible"),
        pk=obligation_pk,
    )  # fmt: skip
    form_for = partial(ObligationForm, contract=obligation.contract)
    form = form_for(request.POST or None, instance=obligation)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                obligation=obligation, by=request.user, today=timezone.localdate(),
                version=form.cleaned_data["version"], reason=form.cleaned_data["reason"],
                **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _obligation_conflict(request, obligation_pk, form, form_for)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        except actions.AlreadyRecorded:
            form.add_error(
                "first_due",
                "It has been recorded for the day that stands here. Correct that, or add another obligation",
            )
        else:
            messages.success(
                request, "Obligation saved." if form.has_changed() else "Nothing was changed."
            )
            return redirect(obligation)
    context = {"form": form, "contract": obligation.contract, "obligation": obligation}
    return render(request, "obligations/obligation_form.html", context)


def _obligation_conflict(request, obligation_pk, form, form_for):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = Obligation.objects.select_related(*CONTRACT).get(pk=obligation_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": form_for(data, instance=current),
        "contract": current.contract,
        "obligation": current,
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, "obligations/obligation_form.html", context, status=409)


@require_http_methods(["GET", "POST"])
def obligation_end(request, obligation_pk):
    obligation = get_object_or_404(
        Obligation.objects.editable_by(request.user).active().select_related(*CONTRACT),
        pk=obligation_pk,
    )
    today = timezone.localdate()
    form = EndForm(
        request.POST or None, obligation=obligation, today=today, initial={"on": today}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.end(obligation=obligation, by=request.user, **form.cleaned_data)
        except actions.AlreadyEnded:
            return redirect(obligation)
        messages.success(request, f"{obligation} has ended. What was recorded stays.")
        return redirect("obligations:contract", obligation.contract_id)
    context = {
        "form": form,
        "contract": obligation.contract,
        "obligation": obligation,
        "dependents": Obligation.objects.active().filter(dependencies__on=obligation),
    }
    return render(request, "obligations/obligation_end.html", context)


# --- One occurrence -------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def occurrence_page(request, occurrence_pk):
    """What became of it, and for whoever may say so the form to say it."""
    occurrence = get_object_or_404(
        Occurrence.objects.visible_to(request.user).select_related(
            *OBLIGATION,
            "obligation__responsible",
            "said_by",
            "relief_by",
            "relief_from__obligation",
        ),
        pk=occurrence_pk,
    )
    form = None
    if _may_record(request.user, occurrence):
        form = RecordForm(request.POST or None, occurrence=occurrence, today=timezone.localdate())
    elif request.method == "POST":
        raise Http404
    if form and form.is_overtaken:
        return _occurrence_conflict(request, occurrence_pk)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.record(
                occurrence=occurrence, by=request.user, today=timezone.localdate(),
                **form.cleaned_data,
            )  # fmt: skip
        except locking.Conflict:
            return _occurrence_conflict(request, occurrence_pk)
        except Occurrence.DoesNotExist:
            return _taken_away(request, occurrence.obligation)
        except actions.Refused as refused:  # what it needs was changed since the form was read
            for field, sentence in refused.problems:
                form.add_error(field, sentence)
            return _occurrence_page(request, occurrence, form)
        messages.success(request, f"{occurrence}: {saved.state.label.lower()}.")
        return redirect(saved)
    return _occurrence_page(request, occurrence, form)


def _may_record(user, occurrence):
    """`recordable_by` for one row, without a query."""
    contract, obligation = occurrence.obligation.contract, occurrence.obligation
    return contract.allows(user, Permission.EDIT_CONTRACTS) or (
        obligation.responsible_id == user.pk
        and contract.allows(user, Permission.VIEW_CONTRACTS)
    )  # fmt: skip


def _occurrence_page(request, occurrence, form, *, overtaken=False):
    history_page, entries = page_of_entries(
        [Occurrence.history.filter(id=occurrence.pk)], page=page_number(request)
    )
    contract = occurrence.obligation.contract
    response = contract_page(
        request, contract, "obligations", "obligations/occurrence.html",
        {
            "occurrence": occurrence,
            "obligation": occurrence.obligation,
            "form": form,
            "is_open": bool(form and (form.errors or occurrence.said_at is None)),
            "overtaken": overtaken,
            "reliefs": occurrence.reliefs.select_related("obligation").order_by("due_on", "pk"),
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip
    response.status_code = 409 if overtaken else 200
    return response


def _occurrence_conflict(request, occurrence_pk):
    """Somebody recorded it meanwhile: theirs is shown, and what was typed stays for a correction."""
    current = Occurrence.objects.select_related(
        *OBLIGATION, "obligation__responsible", "said_by", "relief_by", "relief_from__obligation"
    ).get(pk=occurrence_pk)
    data = request.POST.copy()
    data["version"] = str(current.version)
    form = RecordForm(data, occurrence=current, today=timezone.localdate())
    form.is_valid()
    return _occurrence_page(request, current, form, overtaken=True)


def _taken_away(request, obligation):
    messages.warning(
        request,
        "Nothing was saved: the obligation was changed meanwhile, and no longer falls due then.",
    )
    return redirect(obligation)


@require_http_methods(["GET", "POST"])
def relief_decide(request, occurrence_pk):
    occurrence = get_object_or_404(
        Occurrence.objects.decidable_by(request.user)
        .exclude(relief=rules.Relief.NONE)
        .select_related(*OBLIGATION, "relief_from__obligation"),
        pk=occurrence_pk,
    )
    form = ReliefForm(request.POST or None, occurrence=occurrence)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.decide_relief(
                occurrence=occurrence, by=request.user, version=values["version"],
                granted=values["decision"] == "grant", reason=values["reason"],
            )  # fmt: skip
        except (locking.Conflict, actions.NothingToDecide):
            messages.warning(
                request,
                "Nothing was saved: somebody else has changed this meanwhile. Look at it first.",
            )
        else:
            messages.success(
                request, f"Relief {'granted' if values['decision'] == 'grant' else 'refused'}."
            )
        return redirect(occurrence)
    context = {"form": form, "occurrence": occurrence, "contract": occurrence.obligation.contract}
    return render(request, "obligations/relief_form.html", context)


@require_POST
def occurrences_met(request):
    """Several that were ticked in a list, recorded as done on one page."""
    back = url_of_list(request, default=reverse("obligations:due"))
    ticked = Occurrence.objects.recordable_by(request.user).filter(
        pk__in=ticked_ids(request, "occurrence")
    )
    found = list(
        ticked.select_related("obligation", "obligation__contract").order_by("due_on", "pk")
    )
    occurrences = [occurrence for occurrence in found if occurrence.is_pending]
    if not occurrences:
        messages.warning(request, "Tick at least one that is pending and that you may record.")
        return redirect(back)
    form = MetForm(
        request.POST if "save" in request.POST else None,
        occurrences=occurrences, today=timezone.localdate(), cancel_url=back,
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            done = actions.record_done(
                entries=form.entries, by=request.user, today=timezone.localdate()
            )
        except (actions.Overtaken, actions.Refused):
            messages.warning(
                request, "Nothing was saved: some of these have been changed meanwhile. Tick again."
            )
            return redirect(back)
        messages.success(request, _done_in_words(done))
        return redirect(back)
    return render(
        request, "obligations/met.html",
        {
            "form": form, "occurrences": occurrences, "back": back,
            "left_out": [occurrence for occurrence in found if not occurrence.is_pending],
        },
    )  # fmt: skip


def _done_in_words(done):
    late = sum(occurrence.status == rules.Status.LATE for occurrence in done)
    words = f"{len(done)} recorded as met"
    return f"{words}, {late} of them late." if late else f"{words}."


# --- Across contracts -----------------------------------------------------------------------------


def obligation_list(request):
    """The obligations of every contract that the reader may see."""
    page = ObligationList(
        request, queryset=Obligation.objects.visible_to(request.user).with_next_due(),
        columns=OBLIGATIONS, filterset=ObligationFilter, sort="title", name="obligations",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(
        request, "obligations/obligation_list.html", {"page": page, "not_shown": NOT_SHOWN}
    )


def occurrence_list(request):
    """What falls due in every contract that the reader may see: what is not done yet, the oldest first."""
    page = OccurrenceList(
        request,
        queryset=Occurrence.objects.visible_to(request.user).with_standing(timezone.localdate()),
        columns=OCCURRENCES, filterset=OccurrenceFilter, sort="due_on", name="obligations-due",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    theirs = Occurrence.objects.recordable_by(request.user).pending()
    may_record = theirs.filter(pk__in=page.shown_ids)
    return render(
        request, "obligations/occurrence_list.html",
        {"page": page, "not_shown": NOT_SHOWN, "may_record": may_record.exists()},
    )  # fmt: skip


@leads_on
def of_supplier(request, supplier_pk):
    """The obligations section of a supplier's page: those of its contracts that the reader may see."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    contracts = Contract.objects.visible_to(request.user).with_supplier(supplier)
    theirs = contracts.order_by().values("pk")
    obligations = Obligation.objects.filter(contract__in=theirs)
    page = ObligationList(
        request, queryset=obligations.active().with_next_due(),
        columns=[column for column in OBLIGATIONS if column.key != "supplier"],
        sort="title", name="obligations",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    today = timezone.localdate()
    occurrences = Occurrence.objects.of(obligations)
    return supplier_page(
        request, supplier, "obligations", "obligations/of_supplier.html",
        {
            "page": page,
            "figures": figures(
                overdue=occurrences.overdue(today).count(),
                soon=occurrences.due_soon(today).count(),
                compliance=occurrences.compliance(today), supplier_id=supplier.pk,
            ),
            "not_shown": NOT_SHOWN,
        },
    )  # fmt: skip
