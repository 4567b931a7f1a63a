from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.permissions import Permission
from common import locking
from common.history import latest_editor, page_of_entries
from common.lists import page_number
from contracts.documents.models import Document
from contracts.models import Contract
from contracts.views import contract_page
from risks.continuity import actions, rules
from risks.continuity.columns import CHECKS, PLANS, StandingList
from risks.continuity.filters import CheckFilter, PlanFilter
from risks.continuity.forms import CheckForm, EndForm, PlanForm, RetireForm, TestForm
from risks.continuity.models import ComplianceCheck, Plan, PlanTest
from risks.continuity.subjects import Subject
from suppliers.models import Supplier
from suppliers.views import leads_on, supplier_page

SUBJECT = ("contract", "contract__supplier", "supplier")
PLANS_SHOWN, TESTS_SHOWN, EARLIER_SHOWN = 50, 50, 50
CHECKS_ON_A_PAGE = 25
NOT_SHOWN = "Those of contracts that you do not see, and of their suppliers, are not shown."


# --- Lists ----------------------------------------------------------------------------------------


def _list(request, rows, key, columns, filterset, template, *, sort, name):
    today = timezone.localdate()
    page = StandingList(
        request, queryset=rows.visible_to(request.user).with_standing(today).with_supplier_name(),
        columns=columns, filterset=filterset, sort=sort, name=name,
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(request, template, {"page": page, "current": key, "not_shown": NOT_SHOWN})


def plans(request):
    return _list(
        request, Plan.objects.all(), "plans", PLANS, PlanFilter, "continuity/plan_list.html",
        sort="test_due_on", name="continuity-plans",
    )  # fmt: skip


def checks(request):
    return _list(
        request, ComplianceCheck.objects.all(), "compliance", CHECKS, CheckFilter, "continuity/check_list.html",
        sort="due_on", name="compliance-checks",
    )  # fmt: skip


# --- A contract's, and a supplier's -----------------------------------------------------------------


def _visible(request, contract_pk):
    return get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )


def _shown_of(request, subject):
    """What a page about a contract or a supplier shows: its plans, what it must comply with, and the papers of these."""
    today, user = timezone.localdate(), request.user
    plans = Plan.objects.visible_to(user).filter(**subject.columns)
    checks = ComplianceCheck.objects.visible_to(user).filter(**subject.columns).current()
    page = Paginator(checks.worst_first(today).select_related("risk"), CHECKS_ON_A_PAGE).get_page(
        page_number(request)
    )
    plans_in_use = list(plans.in_use().worst_first(today).select_related("owner")[:PLANS_SHOWN])
    _add_papers(user, [*plans_in_use, *page])
    return {
        "plans": plans_in_use,
        "retired": list(plans.exclude(retired_on=None).order_by("-retired_on")[:PLANS_SHOWN]),
        "page": page,
        "subject": subject,
        "may_change": subject.is_editable_by(user),
    }  # fmt: skip


def _add_papers(user, rows):
    """Give each row as `paper` the document that it names, where this reader may know of it."""
    ids = {row.document_id for row in rows if row.document_id}
    papers = Document.objects.visible_to(user).in_bulk(ids)
    for row in rows:
        row.paper = papers.get(row.document_id)


def contract_continuity(request, contract_pk):
    """How the contract goes on when something goes wrong, and what shows that it keeps to the rules."""
    contract = _visible(request, contract_pk)
    context = _shown_of(request, Subject(contract=contract))
    theirs = Plan.objects.none()
    if contract.supplier_id:
        theirs = Plan.objects.in_use().filter(supplier=contract.supplier_id)
    of_supplier = list(theirs.worst_first(timezone.localdate())[:PLANS_SHOWN])
    context |= {
        "tab": "continuity",
        "of_supplier": of_supplier,
        "gaps": rules.gaps(
            contract.tier if contract.stage != "ended" else "",
            [plan.kind for plan in context["plans"]],
            of_supplier=[plan.kind for plan in of_supplier],
        ),
    }
    return contract_page(request, contract, "risks", "continuity/contract_continuity.html", context)


@leads_on
def of_supplier(request, supplier_pk):
    """What a supplier has for all its contracts: empty for those who see none of these."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    context = _shown_of(request, Subject(supplier=supplier)) | {"not_shown": NOT_SHOWN}
    return supplier_page(request, supplier, "continuity", "continuity/of_supplier.html", context)


def _page(request, row, template, context):
    """A page of one plan or check, within that of its contract or supplier."""
    subject = row.subject
    context |= {"subject": subject, "tab": "continuity"}
    if subject.contract:
        context["base"] = "contracts/contract_base.html"
        return contract_page(request, subject.contract, "risks", template, context)
    context["base"] = "suppliers/supplier_base.html"
    return supplier_page(request, subject.supplier, "continuity", template, context)


def _of_contract(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.editable_by(request.user).select_related("supplier"), pk=contract_pk
    )
    return Subject(contract=contract)


def _of_supplier(request, supplier_pk):
    require(request.user, Permission.MANAGE_RISKS)
    return Subject(
        supplier=get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    )


# --- Writing --------------------------------------------------------------------------------------


def _unless_refused(form, write):
    """What the action has written; nothing when it refused, with its problems in the form."""
    try:
        return write()
    except actions.Refused as refused:
        form.add_problems(refused.problems)
        return None


def _form_page(request, template, form, subject, **context):
    context |= {"form": form, "subject": subject, "contract": subject.contract}
    return render(request, template, context)


def _conflict(request, template, form, current, form_for, **context):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    data, differences = locking.merge(form, current, request.POST)
    if hasattr(form, "keep_papers"):
        data = form.keep_papers(data, current)
    edited_by, edited_at = latest_editor(current)
    context |= {
        "form": form_for(data, instance=current), "differences": differences,
        "edited_by": edited_by, "edited_at": edited_at,
    }  # fmt: skip
    return render(request, template, context, status=409)


def _saved(request, form):
    messages.success(request, "Saved." if form.has_changed() else "Nothing was changed.")


# --- Plans ----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def plan_add(request, contract_pk):
    return _plan_add(request, _of_contract(request, contract_pk))


@require_http_methods(["GET", "POST"])
@leads_on
def supplier_plan_add(request, supplier_pk):
    return _plan_add(request, _of_supplier(request, supplier_pk))


def _plan_add(request, subject):
    today = timezone.localdate()
    form = PlanForm(request.POST or None, subject=subject, user=request.user, today=today)
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.add_plan, by=request.user, today=today, **subject.columns, **form.changes
        )
        if added := _unless_refused(form, write):
            messages.success(request, f"{added} added. {added.state.label}.")
            return redirect(added)
    return _form_page(request, "continuity/plan_form.html", form, subject)


def plan(request, plan_pk):
    shown = get_object_or_404(
        Plan.objects.visible_to(request.user).select_related(*SUBJECT, "owner"), pk=plan_pk
    )
    history_page, entries = page_of_entries(
        [Plan.history.filter(id=shown.pk), PlanTest.history.filter(plan_id=shown.pk)],
        page=page_number(request),
    )
    _add_papers(request.user, [shown])
    may_change = shown.subject.is_editable_by(request.user)
    return _page(
        request, shown, "continuity/plan.html",
        {
            "plan": shown,
            "tests": _tests_of(shown),
            "may_change": may_change,
            "may_record": may_change or shown.owner_id == request.user.pk,
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


def _tests_of(plan):
    tests = list(plan.tests.select_related("recorded_by")[:TESTS_SHOWN])
    for test in tests:
        test.plan = plan
    return tests


def _editable_plan(request, plan_pk):
    found = Plan.objects.editable_by(request.user).in_use().select_related(*SUBJECT, "owner")
    return get_object_or_404(found, pk=plan_pk)


@require_http_methods(["GET", "POST"])
def plan_edit(request, plan_pk):
    current, today = _editable_plan(request, plan_pk), timezone.localdate()
    form_for = partial(PlanForm, subject=current.subject, user=request.user, today=today)
    form = form_for(request.POST or None, instance=current)
    template, context = "continuity/plan_form.html", {"plan": current}
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.change_plan, plan=current, by=request.user, today=today,
            version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], **form.changes,
        )  # fmt: skip
        try:
            if saved := _unless_refused(form, write):
                _saved(request, form)
                return redirect(saved)
        except locking.Conflict:
            current = Plan.objects.select_related(*SUBJECT).get(pk=plan_pk)
            return _conflict(
                request, template, form, current, form_for,
                plan=current, subject=current.subject, contract=current.contract,
            )  # fmt: skip
    return _form_page(request, template, form, current.subject, **context)


@require_http_methods(["GET", "POST"])
def plan_retire(request, plan_pk):
    current = _editable_plan(request, plan_pk)
    template, context = (
        "continuity/end_form.html",
        {
            "row": current,
            "title": "Retire this plan",
            "summary": "Nobody is asked to review or test it any more. It stays readable, with its tests and its history.",
        },
    )
    form = RetireForm(request.POST or None, row=current)
    if request.method == "POST" and form.is_valid():
        try:
            actions.retire_plan(
                plan=current, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
        except locking.Conflict:
            return _overtaken(
                request, template, partial(RetireForm, row=current), current, **context
            )
        messages.success(request, f"{current} is retired. It stays readable.")
        return redirect(current)
    return _form_page(request, template, form, current.subject, **context)


def _overtaken(request, template, form_for, current, **context):
    """Somebody has changed the row meanwhile: what was typed stays, and the next save is a decision."""
    data = request.POST.copy()
    data["version"] = str(current.version)
    form = form_for(data)
    form.is_valid()
    response = _form_page(request, template, form, current.subject, overtaken=current, **context)
    response.status_code = 409
    return response


# --- Tests of plans ---------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def test_record(request, plan_pk):
    found = Plan.objects.recordable_by(request.user).in_use().select_related(*SUBJECT)
    current, today = get_object_or_404(found, pk=plan_pk), timezone.localdate()
    form = TestForm(request.POST or None, plan=current, today=today, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.record_test, plan=current, by=request.user, today=today,
            version=form.cleaned_data["version"], **form.changes,
        )  # fmt: skip
        try:
            if test := _unless_refused(form, write):
                messages.success(request, f"Test recorded: {test.get_result_display().lower()}.")
                return redirect(test)
        except locking.Conflict:
            current = Plan.objects.select_related(*SUBJECT).get(pk=plan_pk)
            form_for = partial(TestForm, plan=current, today=today)
            return _overtaken(request, "continuity/test_form.html", form_for, current, plan=current)
    return _test_form(request, form, current)


def _test_form(request, form, plan, **context):
    return _form_page(
        request, "continuity/test_form.html", form, plan.subject, plan=plan, **context
    )


@require_http_methods(["GET", "POST"])
def test_correct(request, test_pk):
    found = PlanTest.objects.recordable_by(request.user).filter(plan__retired_on=None)
    at_plan = [f"plan__{path}" for path in SUBJECT]
    current = get_object_or_404(found.select_related("plan", *at_plan), pk=test_pk)
    today = timezone.localdate()
    form_for = partial(TestForm, plan=current.plan, today=today)
    form = form_for(request.POST or None, instance=current)
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.correct_test, test=current, by=request.user, today=today,
            version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], **form.changes,
        )  # fmt: skip
        try:
            if saved := _unless_refused(form, write):
                _saved(request, form)
                return redirect(saved)
        except locking.Conflict:
            plan = current.plan
            return _conflict(
                request, "continuity/test_form.html", form, PlanTest.objects.get(pk=test_pk), form_for,
                plan=plan, test=current, subject=plan.subject, contract=plan.contract,
            )  # fmt: skip
    return _test_form(request, form, current.plan, test=current)


# --- Compliance -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def check_add(request, contract_pk):
    return _check_add(request, _of_contract(request, contract_pk))


@require_http_methods(["GET", "POST"])
@leads_on
def supplier_check_add(request, supplier_pk):
    return _check_add(request, _of_supplier(request, supplier_pk))


def _check_add(request, subject):
    today = timezone.localdate()
    form = CheckForm(request.POST or None, subject=subject, user=request.user, today=today)
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.add_check, by=request.user, today=today, **subject.columns, **form.changes
        )
        if added := _unless_refused(form, write):
            messages.success(request, f"{added} added. {added.state.label}.")
            return redirect(added)
    return _form_page(request, "continuity/check_form.html", form, subject)


def check(request, check_pk):
    visible = ComplianceCheck.objects.visible_to(request.user)
    shown = get_object_or_404(
        visible.select_related(*SUBJECT, "checked_by", "risk"), pk=check_pk
    )  # fmt: skip
    _add_papers(request.user, [shown])
    line = ComplianceCheck.objects.line_of(shown)
    history_page, entries = page_of_entries(
        [ComplianceCheck.history.filter(id=shown.pk)], page=page_number(request)
    )
    others = list(line.exclude(pk=shown.pk).select_related("checked_by").order_by("-pk")[:EARLIER_SHOWN])  # fmt: skip
    return _page(
        request, shown, "continuity/check.html",
        {
            "check": shown,
            "others": others,
            "stands": next((other for other in others if other.is_current), None),
            "may_change": shown.is_open and shown.subject.is_editable_by(request.user),
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


def _editable_check(request, check_pk):
    found = ComplianceCheck.objects.editable_by(request.user).current()
    return get_object_or_404(found.select_related(*SUBJECT, "risk"), pk=check_pk)


@require_http_methods(["GET", "POST"])
def check_edit(request, check_pk):
    current, today = _editable_check(request, check_pk), timezone.localdate()
    form_for = partial(CheckForm, subject=current.subject, user=request.user, today=today)
    form = form_for(request.POST or None, instance=current)
    template = "continuity/check_form.html"
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.change_check, check=current, by=request.user, today=today,
            version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], **form.changes,
        )  # fmt: skip
        try:
            if saved := _unless_refused(form, write):
                _saved(request, form)
                return redirect(saved)
        except locking.Conflict:
            current = ComplianceCheck.objects.select_related(*SUBJECT).get(pk=check_pk)
            return _conflict(
                request, template, form, current, form_for,
                check=current, subject=current.subject, contract=current.contract,
            )  # fmt: skip
    return _form_page(request, template, form, current.subject, check=current)


# What stays the same when evidence is renewed.
KEPT = ("topic", "topic_words", "requirement", "risk")


@require_http_methods(["GET", "POST"])
def check_renew(request, check_pk):
    current, today = _editable_check(request, check_pk), timezone.localdate()
    # What was found is asked anew, not taken for granted.
    known = {name: getattr(current, name) for name in KEPT}
    initial = known | {"result": "", "checked_on": today}
    form_for = partial(
        CheckForm, subject=current.subject, user=request.user, today=today, initial=initial, renews=current
    )  # fmt: skip
    form = form_for(request.POST or None)
    if request.method == "POST" and form.is_valid():
        write = partial(
            actions.renew_check, check=current, by=request.user, today=today,
            version=form.cleaned_data["version"] or 0, **form.changes,
        )  # fmt: skip
        try:
            if renewed := _unless_refused(form, write):
                messages.success(request, f"{renewed}: {renewed.state.label.lower()}.")
                return redirect(renewed)
        except locking.Conflict:
            current = _editable_check(request, check_pk)
            return _overtaken(
                request, "continuity/check_form.html", form_for, current, renews=current
            )
    return _form_page(request, "continuity/check_form.html", form, current.subject, renews=current)


@require_http_methods(["GET", "POST"])
def check_end(request, check_pk):
    current = _editable_check(request, check_pk)
    template, context = (
        "continuity/end_form.html",
        {
            "row": current,
            "title": "No longer required",
            "summary": "Nobody is asked to renew it any more. It stays readable, with what was found and its history.",
        },
    )
    form = EndForm(request.POST or None, row=current)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_check(
                check=current, by=request.user, on=timezone.localdate(), **form.cleaned_data
            )
        except (locking.Conflict, actions.Refused):
            current = _editable_check(request, check_pk)
            return _overtaken(request, template, partial(EndForm, row=current), current, **context)
        messages.success(request, f"{current} is no longer required. It stays readable.")
        return redirect(current)
    return _form_page(request, template, form, current.subject, **context)
