from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import ListPage, page_number
from contracts.models import Contract
from contracts.views import contract_page
from risks import actions, heat, panels, rules
from risks.columns import columns
from risks.figures import figures, list_url
from risks.filters import RiskFilter
from risks.forms import (
    AnswerForm,
    CloseForm,
    ContingencyForm,
    DeclineForm,
    DoneForm,
    DropForm,
    HappenedForm,
    ProposalForm,
    RegisterReviewForm,
    ReopenForm,
    ReviewForm,
    RiskForm,
    TestedForm,
    TreatmentForm,
)
from risks.models import ContingencyPlan, Matrix, Referral, RegisterReview, Risk, Treatment
from risks.querysets import standing_counts
from risks.rules import Kind, State
from suppliers.models import Supplier
from suppliers.views import leads_on, supplier_page

OF_RISK = (
    "contract", "contract__supplier", "supplier", "category", "owner", "raised_by",
)  # fmt: skip
ON_A_PAGE = 50
NOT_SHOWN = "Risks of contracts of units and people you do not work with are not shown."


# --- The register ---------------------------------------------------------------------------------


def risk_list(request):
    matrix = Matrix.current()
    page = ListPage(
        request, queryset=Risk.objects.visible_to(request.user), columns=columns(matrix), filterset=RiskFilter,
        sort="-score", name="risks", told_by=(Risk,),
    )  # fmt: skip
    if page.export:
        return page.export_response()
    context = {
        "page": page,
        "may_add": request.user.may(Permission.MANAGE_RISKS),
        "not_shown": NOT_SHOWN,
    }
    return render(request, "risks/risk_list.html", context)


def contract_risks(request, contract_pk):
    """A contract's register: the numbers, what waits, and the entries, worst first."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier", "sro"), pk=contract_pk
    )
    today, matrix = timezone.localdate(), Matrix.current()
    risks = contract.risks.select_related("category", "owner")
    waiting = list(risks.proposed().order_by("raised_on", "pk")[:ON_A_PAGE])
    page = Paginator(risks.open().worst_first(), ON_A_PAGE).get_page(page_number(request))
    counts = contract.risks.running().aggregate(**standing_counts(today))
    referrals = Referral.objects.waiting().filter(risk__contract=contract, risk__state=State.OPEN)
    last = RegisterReview.objects.filter(contract=contract).select_related("by").first()
    return contract_page(
        request, contract, "risks", "risks/contract_risks.html",
        {
            "tab": "register",
            "figures": figures(counts, contract_id=contract.pk),
            "counts": counts,
            "waiting": waiting,
            "page": page,
            "matrix": matrix,
            "referrals": referrals.select_related("risk").order_by("put_on", "pk")[:ON_A_PAGE],
            "last_review": last,
            "register_due_on": (due_on := _register_due_on(contract, last)),
            "is_register_late": bool(due_on and due_on < today),
            "over_url": list_url(contract_id=contract.pk, state="closed"),
            "all_url": list_url(contract_id=contract.pk, state="all"),
            "may_raise": contract.allows(request.user, Permission.RAISE_RISKS),
            **heat.pictures_of(
                contract.risks, matrix, request, label="Open risks of this contract", contract_id=contract.pk
            ),
        },
    )  # fmt: skip


def _register_due_on(contract, last):
    if contract.is_spot or contract.ended_on:
        return None
    began = rules.began_on(contract.commences_on, timezone.localtime(contract.created_at).date())
    return rules.register_due_on(contract.tier, last=last and last.on, began=began)


@leads_on
def of_supplier(request, supplier_pk):
    """What may go wrong with a supplier, in any contract that the reader sees."""
    user = request.user
    supplier = get_object_or_404(Supplier.objects.visible_to(user), pk=supplier_pk)
    matrix = Matrix.current()
    page = ListPage(
        request, queryset=Risk.objects.visible_to(user).running().of_supplier(supplier.pk), columns=columns(matrix),
        sort="-score", name=f"risks-supplier-{supplier.pk}",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    context = {"page": page, "may_add": user.may(Permission.MANAGE_RISKS), "not_shown": NOT_SHOWN}
    risks = Risk.objects.visible_to(user).of_supplier(supplier.pk)
    context |= heat.pictures_of(
        risks, matrix, request, label="Open risks of this supplier", supplier_id=supplier.pk
    )  # fmt: skip
    return supplier_page(request, supplier, "risks", "risks/of_supplier.html", context)


@require_http_methods(["GET", "POST"])
def register_review(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.editable_by(request.user).select_related("supplier"), pk=contract_pk
    )
    form = RegisterReviewForm(request.POST or None, contract=contract, today=timezone.localdate())
    form.cancel_url = reverse("risks:contract", args=[contract.pk])
    if request.method == "POST" and form.is_valid():
        actions.review_register(contract=contract, by=request.user, **form.cleaned_data)
        messages.success(request, "The review of the register is recorded.")
        return redirect("risks:contract", contract.pk)
    context = {
        "form": form, "contract": contract, "title": "Record a review of the register",
        "summary": "You have gone through all its risks, issues and opportunities: what is missing was added, what is over was closed.",
    }  # fmt: skip
    return render(request, "risks/step.html", context)


# --- Adding and editing ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def risk_add(request, contract_pk):
    """Whoever manages the contract enters a risk; anybody else who works on it puts one forward."""
    contract = get_object_or_404(
        Contract.objects.allowing(request.user, Permission.RAISE_RISKS).select_related("supplier"),
        pk=contract_pk,
    )
    accepted = contract.allows(request.user, Permission.EDIT_CONTRACTS)
    form_class = RiskForm if accepted else ProposalForm
    form = form_class(
        request.POST or None,
        contract=contract,
        matrix=Matrix.current(),
        initial=_first_owner(contract, accepted),
    )
    context = {
        "contract": contract, "accepted": accepted, "back": reverse("risks:contract", args=[contract.pk]),
        "form": form,
    }  # fmt: skip
    return _added(request, form, context, contract=contract, accepted=accepted)


def _first_owner(contract, accepted):
    return (
        {"owner": contract.oco} if accepted and contract.oco_id and contract.oco.is_active else {}
    )


@require_http_methods(["GET", "POST"])
@leads_on
def supplier_risk_add(request, supplier_pk):
    _require_keeper(request.user)
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    form = RiskForm(request.POST or None, matrix=Matrix.current(), initial={"owner": request.user})
    context = {
        "supplier": supplier, "accepted": True, "back": reverse("risks:of_supplier", args=[supplier.pk]), "form": form,
    }  # fmt: skip
    return _added(request, form, context, supplier=supplier, accepted=True)


@require_http_methods(["GET", "POST"])
def organisation_risk_add(request):
    _require_keeper(request.user)
    form = RiskForm(request.POST or None, matrix=Matrix.current(), initial={"owner": request.user})
    context = {"accepted": True, "back": reverse("risks:list"), "form": form}
    return _added(request, form, context, accepted=True)


def _require_keeper(user):
    if not user.may(Permission.MANAGE_RISKS):
        raise Http404


def _added(request, form, context, **subject):
    if request.method == "POST" and form.is_valid():
        try:
            risk = actions.raise_risk(
                by=request.user, today=timezone.localdate(), **subject, **form.values
            )
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(
                request,
                f"{risk.get_kind_display()} added." if subject["accepted"]
                else "Put forward. The contract’s owner decides whether to take it on.",
            )  # fmt: skip
            return redirect(request.path if "another" in request.POST else risk)
    return render(request, "risks/risk_form.html", context)


def _find(request, risk_pk, which):
    return get_object_or_404(which(Risk.objects, request.user).select_related(*OF_RISK), pk=risk_pk)


def _editable(risks, user):
    return risks.editable_by(user)


def _watchable(risks, user):
    return risks.watchable_by(user)


@require_http_methods(["GET", "POST"])
def risk_edit(request, risk_pk):
    risk = _find(request, risk_pk, _editable)
    if risk.is_over:
        raise Http404
    return _edited(request, risk, actions.change, "risks/risk_form.html")


@require_http_methods(["GET", "POST"])
def risk_accept(request, risk_pk):
    """Take on what somebody put forward, with what is missing filled in."""
    risk = _find(request, risk_pk, _editable)
    if not risk.is_proposed:
        return redirect(risk)
    return _edited(request, risk, actions.accept, "risks/risk_form.html", accepting=True)


def _edited(request, risk, act, template, **context):
    form_for = partial(RiskForm, contract=risk.contract, matrix=Matrix.current())
    initial = {} if risk.owner_id or not risk.contract_id else _first_owner(risk.contract, True)
    form = form_for(request.POST or None, instance=risk, initial=initial)
    context |= {"form": form, "risk": risk, "contract": risk.contract, "supplier": risk.supplier, "accepted": True,
                "back": risk.get_absolute_url()}  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            act(
                risk=risk, by=request.user, today=timezone.localdate(), version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.values,
            )  # fmt: skip
        except locking.Conflict:
            return _risk_conflict(request, risk, form, form_for, template, context)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        except actions.Refused as refused:
            messages.warning(request, f"Nothing was saved. {refused}.")
            return redirect(risk)
        else:
            messages.success(
                request, "Taken on: it is open now." if context.get("accepting") else "Saved."
            )
            return redirect(risk)
    return render(request, template, context)


def _risk_conflict(request, risk, form, form_for, template, context):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = Risk.objects.select_related(*OF_RISK).get(pk=risk.pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context |= {
        "form": form_for(data, instance=current), "risk": current,
        "differences": differences, "edited_by": edited_by, "edited_at": edited_at,
    }  # fmt: skip
    return render(request, template, context, status=409)


# --- One risk -------------------------------------------------------------------------------------


def risk_page(request, risk_pk):
    risk = _find(request, risk_pk, lambda risks, user: risks.visible_to(user))
    today, matrix = timezone.localdate(), Matrix.current()
    contingency = ContingencyPlan.objects.filter(risk=risk).select_related("owner").first()
    history_page, entries = page_of_entries(
        [
            Risk.history.filter(id=risk.pk),
            Treatment.history.filter(risk_id=risk.pk),
            ContingencyPlan.history.filter(risk_id=risk.pk),
            Referral.history.filter(~Q(history_type="-"), risk_id=risk.pk),
        ],
        page=page_number(request),
    )
    context = {
        "risk": risk,
        "matrix": matrix,
        "scores": _scores(risk, matrix),
        "treatments": risk.treatments.select_related("owner", "done_by")[:ON_A_PAGE],
        "contingency": contingency,
        "needs_contingency": risk.is_open
        and risk.kind != Kind.OPPORTUNITY
        and matrix.band(risk.score) in rules.RED,
        "referral": risk.referrals.select_related("answered_by").first(),
        "standing": heat.standing(risk, matrix),
        "past": heat.score_history(risk, matrix, today=today),
        "panels": panels.of(risk, request.user, today),
        "rights": _rights(request.user, risk),
        "history_page": history_page,
        "entries": entries,
    }
    return _page_of(request, risk, "risks/risk.html", context)


def _page_of(request, risk, template, context):
    """One risk, on the page of what it is about."""
    if risk.contract:
        base = "contracts/contract_base.html"
        return contract_page(
            request, risk.contract, "risks", template, context | {"base": base, "tab": "register"}
        )
    if risk.supplier:
        return supplier_page(
            request,
            risk.supplier,
            "risks",
            template,
            context | {"base": "suppliers/supplier_base.html"},
        )
    return render(request, template, context | {"base": "risks/organisation_base.html"})


def _scores(risk, matrix):
    """With nothing done, as it is now, as we want it: what the page shows side by side."""
    found = []
    for prefix, label in (
        ("inherent_", "With nothing done"),
        ("", "Now"),
        ("target_", "What we aim at"),
    ):
        likelihood, impact = getattr(risk, f"{prefix}likelihood"), getattr(risk, f"{prefix}impact")
        found.append({
            "label": label,
            "score": getattr(risk, f"{prefix}score"),
            "band": matrix.band(getattr(risk, f"{prefix}score")),
            "likelihood": likelihood and matrix.likelihoods[likelihood - 1],
            "impact": impact and matrix.impacts[impact - 1],
        })  # fmt: skip
    return found


def _rights(user, risk):
    """What this person may do with a risk as it stands."""
    if risk.contract:
        edits = risk.contract.allows(user, Permission.EDIT_CONTRACTS)
        decides = risk.contract.allows(user, Permission.DECIDE_ON_RISKS)
    else:
        edits, decides = user.may(Permission.MANAGE_RISKS), False
    return {
        "edit": edits and not risk.is_over,
        "take_on": edits and risk.is_proposed,
        "watch": risk.is_open and (edits or risk.owner_id == user.pk),
        "close": edits and risk.is_open,
        "reopen": edits and risk.is_over,
        "decide": decides and risk.is_open,
    }


# --- Steps ----------------------------------------------------------------------------------------


def _step(request, about, form, act, *, title, summary, done, **subject):
    """A page with one form that changes one thing: `act` writes it about `subject`, `done` says what was written."""
    context = {"form": form, "risk": about, "contract": about.contract, "supplier": about.supplier,
               "title": title, "summary": summary}  # fmt: skip
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            act(by=request.user, version=values.pop("version"), **subject, **values)
        except (locking.Conflict, actions.Refused) as overtaken:
            return _overtaken(request, form, context, overtaken, *subject.values())
        messages.success(request, done)
        return redirect(form.cancel_url)
    return render(request, "risks/step.html", context)


def _overtaken(request, form, context, overtaken, subject):
    """Somebody was quicker: what was typed stays, and is written when it is sent once more, if it still can be."""
    subject.refresh_from_db()
    data = request.POST.copy()
    data["version"] = str(subject.version)
    form.data = data
    why = f"{overtaken}." if str(overtaken) else "Somebody else has changed it meanwhile."
    return render(request, "risks/step.html", context | {"overtaken": why}, status=409)


@require_http_methods(["GET", "POST"])
def risk_decline(request, risk_pk):
    risk = _find(request, risk_pk, _editable)
    if request.method == "GET" and not risk.is_proposed:
        return redirect(risk)
    form = DeclineForm(request.POST or None, subject=risk)
    return _step(
        request, risk, form, partial(actions.decline, today=timezone.localdate()), risk=risk,
        title="Do not take it on", summary="It stays readable, with the reason.", done="It was not taken on.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def risk_review(request, risk_pk):
    risk = _find(request, risk_pk, _watchable)
    if request.method == "GET" and not risk.is_open:
        return redirect(risk)
    form = ReviewForm(request.POST or None, subject=risk, matrix=Matrix.current())
    return _step(
        request, risk, form, partial(actions.review, on=timezone.localdate()), risk=risk,
        title="Review this risk", summary="What it scores now is kept, also when it stayed the same, and the next review is set.",
        done="Reviewed.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def risk_happened(request, risk_pk):
    risk = _find(request, risk_pk, _editable)
    if request.method == "GET" and (not risk.is_open or risk.kind != Kind.RISK):
        return redirect(risk)
    form = HappenedForm(request.POST or None, subject=risk, matrix=Matrix.current())
    return _step(
        request, risk, form, partial(actions.becomes_issue, today=timezone.localdate()), risk=risk,
        title="It has happened", done="It is an issue now.",
        summary="The same entry becomes an issue and keeps its past: scores, treatments and history. If there is a contingency plan, start it.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def risk_close(request, risk_pk):
    risk = _find(request, risk_pk, _editable)
    if request.method == "GET" and not risk.is_open:
        return redirect(risk)
    form = CloseForm(request.POST or None, subject=risk)
    return _step(
        request, risk, form, actions.close, risk=risk, title=f"Close this {risk.get_kind_display().lower()}",
        summary="It is no longer reviewed and counts in no figure.", done="Closed.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def risk_reopen(request, risk_pk):
    risk = _find(request, risk_pk, _editable)
    if request.method == "GET" and not risk.is_over:
        return redirect(risk)
    form = ReopenForm(request.POST or None, subject=risk)
    return _step(
        request, risk, form, partial(actions.reopen, today=timezone.localdate()), risk=risk,
        title="Open it again", summary="It is to be reviewed today.", done="It is open again.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def risk_decide(request, risk_pk):
    """What the SRO says to a risk that was put before them."""
    found = Referral.objects.answerable_by(request.user).filter(risk=risk_pk)
    related = found.select_related(*(f"risk__{path}" for path in OF_RISK))
    referral = related.order_by("-put_on", "-pk").first()
    if referral is None:
        raise Http404
    if request.method == "GET" and referral.answered_on:
        return redirect(referral.risk)
    form = AnswerForm(request.POST or None, subject=referral)
    return _step(
        request, referral.risk, form, partial(actions.answer, today=timezone.localdate()), referral=referral,
        title="Decide on this risk", done="Your decision is recorded.",
        summary=f"It scores {referral.score}, and so it was put before you. What you say stands on its page.",
    )  # fmt: skip


# --- Treatments and contingency -------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def treatment_add(request, risk_pk):
    risk = _find(request, risk_pk, _watchable)
    if risk.is_over:
        raise Http404
    form = TreatmentForm(request.POST or None, risk=risk, matrix=Matrix.current())
    return _kept(request, risk, form, partial(actions.add_treatment, risk=risk), title="Add a treatment",
                 summary="What is done to make it less likely or less serious, by whom and until when.")  # fmt: skip


def _treatment(request, treatment_pk, which):
    found = which(Treatment.objects, request.user)
    related = (f"risk__{path}" for path in OF_RISK)
    return get_object_or_404(found.select_related(*related, "owner"), pk=treatment_pk)


@require_http_methods(["GET", "POST"])
def treatment_edit(request, treatment_pk):
    treatment = _treatment(request, treatment_pk, lambda found, user: found.editable_by(user))
    if request.method == "GET" and not treatment.is_to_do:
        return redirect(treatment.risk)
    form = TreatmentForm(
        request.POST or None, instance=treatment, risk=treatment.risk, matrix=Matrix.current()
    )
    act = partial(actions.change_treatment, treatment=treatment)
    return _kept(request, treatment.risk, form, act, title="Edit treatment", summary="")


@require_http_methods(["GET", "POST"])
def treatment_done(request, treatment_pk):
    treatment = _treatment(request, treatment_pk, lambda found, user: found.recordable_by(user))
    if request.method == "GET" and not treatment.is_to_do:
        return redirect(treatment.risk)
    form = DoneForm(request.POST or None, subject=treatment)
    return _step(
        request, treatment.risk, form, actions.finish_treatment, treatment=treatment, title=f"Done: {treatment}",
        summary="What it has brought is for the next review of the risk to say.", done="The treatment is done.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def treatment_drop(request, treatment_pk):
    treatment = _treatment(request, treatment_pk, lambda found, user: found.editable_by(user))
    if request.method == "GET" and not treatment.is_to_do:
        return redirect(treatment.risk)
    form = DropForm(request.POST or None, subject=treatment)
    return _step(
        request, treatment.risk, form, partial(actions.drop_treatment, today=timezone.localdate()), treatment=treatment,
        title=f"Give up: {treatment}", summary="It stays readable, with the reason.", done="The treatment was given up.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contingency_edit(request, risk_pk):
    risk = _find(request, risk_pk, _watchable)
    if risk.is_over:
        raise Http404
    plan = ContingencyPlan.objects.filter(risk=risk).select_related("owner").first()
    form = ContingencyForm(
        request.POST or None, instance=plan or ContingencyPlan(version=0), risk=risk
    )
    return _kept(
        request, risk, form, partial(actions.plan_contingency, risk=risk),
        title="Contingency plan", summary="What we would do if it happened all the same.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contingency_tested(request, risk_pk):
    risk = _find(request, risk_pk, _watchable)
    plan = get_object_or_404(ContingencyPlan, risk=risk)
    form = TestedForm(request.POST or None, subject=plan)
    return _step(
        request, risk, form, actions.record_test, plan=plan, title="Record a test of the contingency plan",
        summary="A plan that nobody has tried out is a hope.", done="The test is recorded.",
    )  # fmt: skip


def _kept(request, risk, form, act, *, title, summary):
    """Add or change a row that hangs on a risk."""
    context = {"form": form, "risk": risk, "contract": risk.contract, "supplier": risk.supplier,
               "title": title, "summary": summary}  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = {"reason": form.cleaned_data.get("reason", "")}
        if act.func is not actions.add_treatment:
            given["version"] = form.cleaned_data["version"]
        try:
            act(by=request.user, **given, **form.values)
        except locking.Conflict:
            return _row_conflict(request, form, context)
        except actions.Refused as refused:
            return render(
                request, "risks/step.html", context | {"overtaken": f"{refused}."}, status=409
            )
        messages.success(request, "Saved.")
        return redirect(form.cancel_url)
    return render(request, "risks/step.html", context)


def _row_conflict(request, form, context):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    model, risk = type(form.instance), context["risk"]
    current = (
        model.objects.get(pk=form.instance.pk) if form.instance.pk else model.objects.get(risk=risk)
    )
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    more = {"matrix": Matrix.current()} if model is Treatment else {}
    context |= {
        "form": type(form)(data, instance=current, risk=risk, **more),
        "differences": differences, "edited_by": edited_by, "edited_at": edited_at,
    }  # fmt: skip
    return render(request, "risks/step.html", context, status=409)
