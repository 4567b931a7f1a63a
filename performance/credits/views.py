from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import Permission
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import ListPage, page_number
from common.templatetags.govuk_forms import error_summary
from contracts.models import Contract
from contracts.views import contract_page
from performance.credits import actions, rules
from performance.credits.columns import BY_CONTRACT, BY_SUPPLIER, CREDITS, GroupedList
from performance.credits.figures import figures, list_url, next_step, steps
from performance.credits.filters import ContractFilter, CreditFilter, SupplierFilter
from performance.credits.forms import (
    ClaimForm,
    CreditedForm,
    Grid,
    GridQuestion,
    MilestoneForm,
    RegimeForm,
    Shares,
    TakeBackForm,
    WaiveForm,
)
from performance.credits.models import Charge, Credit, Milestone, Regime
from performance.credits.querysets import contracts_with_money_left, suppliers_with_money_left
from performance.credits.rules import Verb
from suppliers.models import Supplier

CONTRACT = ("contract", "contract__supplier")
MONTHS_ON_A_PAGE = 12
MOST_MILESTONES = 100
NOT_SHOWN = "Contracts of units and people you do not work with are not shown."


# --- A contract's credits -------------------------------------------------------------------------


def contract_credits(request, contract_pk):
    """The regime in words, the ledger month by month with what to do next, and the milestones."""
    contract = _visible(request, contract_pk)
    regimes = list(contract.credit_regimes.order_by("-from_on"))
    for regime in regimes:
        regime.contract = contract
    today = timezone.localdate()
    current = next((r for r in regimes if r.from_on <= today), None)
    ledger = contract.credits.exclude(month=None).order_by("-month")
    page = Paginator(ledger, MONTHS_ON_A_PAGE).get_page(page_number(request))
    charges = Charge.objects.by_month(contract, [credit.month for credit in page])
    milestones = list(contract.milestones.select_related("ledger_line")[:MOST_MILESTONES])
    return contract_page(
        request, contract, "performance", "credits/contract_credits.html",
        {
            "tab": "credits",
            "current": current,
            "others": [regime for regime in regimes if regime is not current],
            "today": today,
            "figures": figures(
                contract.credits.sums(), lambda state: list_url(contract_id=contract.pk, state=state.value)
            ),
            "page": page,
            "ledger": [
                {"credit": credit, "charge": charges.get(credit.month), "next": next_step(_steps(request, credit, contract))}
                for credit in page
            ],
            "milestones": [_milestone_line(request, milestone, contract, today) for milestone in milestones],
        },
    )  # fmt: skip


def _visible(request, contract_pk):
    return get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )


def _editable(request, contract_pk):
    return get_object_or_404(
        Contract.objects.editable_by(request.user).select_related("supplier"), pk=contract_pk
    )


def _sent(request):
    """What was sent, also when it is nothing; None where nothing was sent yet."""
    return request.POST if request.method == "POST" else None


def _steps(request, credit, contract):
    return steps(
        credit,
        may_edit=contract.allows(request.user, Permission.EDIT_CONTRACTS),
        may_waive=contract.allows(request.user, Permission.WAIVE_CREDITS),
    )


def _milestone_line(request, milestone, contract, today):
    milestone.contract = contract
    credit = getattr(milestone, "ledger_line", None)
    return {
        "milestone": milestone,
        "damages": milestone.damages(today),
        "credit": credit,
        "next": next_step(_steps(request, credit, contract)) if credit else None,
    }


@require_POST
def work_out(request, contract_pk):
    """For whoever has just logged a reading and does not want to wait for the night."""
    contract = _editable(request, contract_pk)
    changed = actions.calculate(contract=contract, today=timezone.localdate(), by=request.user)
    messages.success(
        request,
        f"Worked out anew: {changed} {'entry has' if changed == 1 else 'entries have'} changed."
        if changed
        else "Worked out anew: nothing has changed.",
    )
    return redirect("credits:contract", contract.pk)


# --- Regimes --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def regime_add(request, contract_pk):
    contract = _editable(request, contract_pk)
    latest = contract.credit_regimes.order_by("from_on").last()
    data = _sent(request)
    form = RegimeForm(data, contract=contract)
    return _regime(request, contract, None, form, Shares(contract, latest, data))


@require_http_methods(["GET", "POST"])
def regime_edit(request, regime_pk):
    regime = get_object_or_404(
        Regime.objects.editable_by(request.user).select_related(*CONTRACT), pk=regime_pk
    )
    data = _sent(request)
    form = RegimeForm(data, instance=regime, contract=regime.contract)
    return _regime(request, regime.contract, regime, form, Shares(regime.contract, regime, data))


def _regime(request, contract, regime, form, shares):
    if request.method == "POST":
        # Both, so that all errors are told at once.
        is_valid = form.is_valid()
        if shares.is_valid(form.cleaned_data.get("variant", "")) and is_valid:
            try:
                actions.set_regime(
                    contract=contract, by=request.user, today=timezone.localdate(), regime=regime,
                    version=form.cleaned_data["version"], reason=form.cleaned_data.get("reason", ""),
                    shares=shares.entries(form.cleaned_data["variant"]), **form.changes,
                )  # fmt: skip
            except locking.Conflict:
                return _regime_conflict(request, contract, regime.pk, form, shares)
            except Taken as taken:
                form.add_error(taken.field, str(taken))
            else:
                messages.success(
                    request, "Regime saved. What nobody had claimed, waived or lost was worked out by it."
                )  # fmt: skip
                return redirect("credits:contract", contract.pk)
    context = {"form": form, "shares": shares, "contract": contract, "regime": regime}
    # All that is wrong in one list; the lines of the KPIs stand beneath the form.
    context["problems"] = (
        [*error_summary(form)["errors"], *shares.errors] if request.method == "POST" else []
    )
    return render(request, "credits/regime_form.html", context)


def _regime_conflict(request, contract, regime_pk, form, shares):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = Regime.objects.select_related(*CONTRACT).get(pk=regime_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": RegimeForm(data, instance=current, contract=contract),
        "shares": shares,
        "contract": contract,
        "regime": current,
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, "credits/regime_form.html", context, status=409)


# --- Charges --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def charges(request, contract_pk):
    """Twelve months of charges on one page, saved together."""
    contract = _editable(request, contract_pk)
    today = timezone.localdate()
    first = GridQuestion(request.GET, today=today).first_month
    grid = Grid(contract, first, _sent(request))
    if request.method == "POST":
        if grid.is_valid():
            try:
                written = actions.record_charges(
                    contract=contract, entries=grid.entries, by=request.user, today=today, reason=grid.reason
                )  # fmt: skip
            except actions.ChargesChanged:
                # Somebody was quicker by less than the look that the grid took: the same look again tells of it.
                grid = Grid(contract, first, request.POST)
                grid.is_valid()
            else:
                messages.success(request, _recorded_in_words(written))
                return redirect("credits:contract", contract.pk)
        if grid.errors:
            grid.freshen()
    context = {
        "contract": contract,
        "grid": grid,
        "earlier": f"{rules.month_after(first, -12):%Y-%m}",
        "later": f"{rules.month_after(first, 12):%Y-%m}",
    }
    return render(request, "credits/charges.html", context)


def _recorded_in_words(written):
    if not written:
        return "Nothing was changed: no month was filled in anew."
    return f"{len(written)} {'charge' if len(written) == 1 else 'charges'} recorded. What they make due was worked out."


# --- Milestones -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def milestone_add(request, contract_pk):
    contract = _editable(request, contract_pk)
    today = timezone.localdate()
    form = MilestoneForm(request.POST or None, contract=contract, today=today)
    if request.method == "POST" and form.is_valid():
        milestone = actions.add_milestone(
            contract=contract, by=request.user, today=today, **form.changes
        )
        messages.success(request, f"Milestone {milestone} added.")
        return redirect(milestone)
    return render(request, "credits/milestone_form.html", {"form": form, "contract": contract})


@require_http_methods(["GET", "POST"])
def milestone_edit(request, milestone_pk):
    milestone = get_object_or_404(
        Milestone.objects.editable_by(request.user).select_related(*CONTRACT), pk=milestone_pk
    )
    today, contract = timezone.localdate(), milestone.contract
    form_for = partial(MilestoneForm, contract=contract, today=today)
    form = form_for(request.POST or None, instance=milestone)
    context = {"contract": contract, "milestone": milestone}
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_milestone(
                milestone=milestone, by=request.user, today=today,
                version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            current = Milestone.objects.select_related(*CONTRACT).get(pk=milestone_pk)
            data, differences = locking.merge(form, current, request.POST)
            edited_by, edited_at = latest_editor(current)
            context |= {
                "form": form_for(data, instance=current), "differences": differences,
                "edited_by": edited_by, "edited_at": edited_at,
            }  # fmt: skip
            return render(request, "credits/milestone_form.html", context, status=409)
        messages.success(
            request, "Milestone saved." if form.has_changed() else "Nothing was changed."
        )
        return redirect(milestone)
    return render(request, "credits/milestone_form.html", context | {"form": form})


# --- One line of the ledger -------------------------------------------------------------------------

STEPS = {
    Verb.CLAIM: (
        "Record the claim",
        "Write to the supplier as the contract says, and record it here. From then on the amount stays as it is.",
    ),
    Verb.CREDIT: ("Record it as credited", "When it was taken off an invoice or paid back."),
    Verb.WAIVE: ("Waive it", ""),
    Verb.TAKE_BACK: ("Take it back", "Undo the last step. What is due again is worked out anew."),
}
CREDIT = (*CONTRACT, "milestone", "regime", "claimed_by", "waived_by")


def credit_page(request, credit_pk):
    """The working line by line, what became of it, and what can be done."""
    credit = get_object_or_404(
        Credit.objects.visible_to(request.user).select_related(*CREDIT), pk=credit_pk
    )
    history_page, entries = page_of_entries(
        [Credit.history.filter(id=credit.pk)], page=page_number(request)
    )
    return contract_page(
        request, credit.contract, "performance", "credits/credit.html",
        {
            "tab": "credits",
            "credit": credit,
            "steps": _steps(request, credit, credit.contract),
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def claim(request, credit_pk):
    return _step(
        request, credit_pk, Verb.CLAIM, ClaimForm,
        lambda values: {"on": values["on"], "reason": values["reason"], "today": timezone.localdate()},
        actions.claim, "Claim recorded. Its amount and its working stay as they are now.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def credited(request, credit_pk):
    return _step(
        request, credit_pk, Verb.CREDIT, CreditedForm,
        lambda values: {"invoice": values["invoice"], "on": values["on"]},
        actions.record_credited, "Recorded as credited.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def waive(request, credit_pk):
    return _step(
        request, credit_pk, Verb.WAIVE, WaiveForm,
        lambda values: {"reason": values["reason"], "today": timezone.localdate()},
        actions.waive, "Waived, with your reason.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def take_back(request, credit_pk):
    return _step(
        request, credit_pk, Verb.TAKE_BACK, TakeBackForm,
        lambda values: {"reason": values["reason"], "today": timezone.localdate()},
        actions.take_back, "Taken back.",
    )  # fmt: skip


def _may_take(request, verb):
    """The credits with which this person may do this, whatever their state."""
    rows = Credit.objects
    if verb == Verb.WAIVE:
        return rows.waivable_by(request.user)
    if verb == Verb.TAKE_BACK:
        # Who may not waive may not take a waiver back either, nor what was lost.
        return rows.waivable_by(request.user) | rows.editable_by(request.user).filter(
            state__in=[rules.State.CLAIMED, rules.State.CREDITED]
        )
    return rows.editable_by(request.user)


def _step(request, credit_pk, verb, form_class, values_of, act, done):
    """A page for one step of a credit; where the step is not to be taken any more, its page says how it stands."""
    credit = get_object_or_404(_may_take(request, verb).select_related(*CREDIT), pk=credit_pk)
    if not credit.may(verb):
        return redirect(credit)
    form = form_class(request.POST or None, credit=credit, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            act(
                credit=credit, by=request.user, version=form.cleaned_data["version"],
                **values_of(form.cleaned_data),
            )  # fmt: skip
        except locking.Conflict:
            messages.warning(
                request, "Nothing was saved: it has been worked out anew or changed meanwhile, and stands here as it is now."
            )  # fmt: skip
            return redirect(credit)
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, done)
            return redirect(credit)
    title, summary = STEPS[verb]
    return render(
        request, "credits/step.html",
        {
            "form": form, "credit": credit, "contract": credit.contract, "verb": str(verb),
            "title": title, "summary": summary,
        },
    )  # fmt: skip


# --- Across contracts -------------------------------------------------------------------------------


def credit_list(request):
    """Money left on the table in every contract that the reader may see, or with a filter the whole ledger."""
    seen = Credit.objects.visible_to(request.user)
    page = ListPage(
        request, queryset=seen, columns=CREDITS, filterset=CreditFilter, sort="-amount", name="service-credits",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    # The numbers follow every filter but the state, which is what they part by.
    of_any_state = CreditFilter(
        request.GET.copy() | {"state": "all"}, queryset=seen, request=request
    )
    return render(
        request, "credits/credit_list.html",
        {"page": page, "not_shown": NOT_SHOWN, "figures": figures(of_any_state.qs.sums(), lambda state: page.url(state=state.value, page=None)), "current": "list"},
    )  # fmt: skip


def _grouped(request, queryset, annotate, columns, filterset, name, noun):
    page = GroupedList(
        request, queryset=queryset, annotate=annotate, columns=columns, filterset=filterset, sort="-left",
        name=f"money-left-by-{name}",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(
        request, "credits/grouped.html",
        {"page": page, "not_shown": NOT_SHOWN, "current": name, "noun": noun},
    )  # fmt: skip


def by_contract(request):
    contracts = contracts_with_money_left(Contract.objects.visible_to(request.user))
    return _grouped(
        request, contracts, contracts_with_money_left, BY_CONTRACT, ContractFilter, "contract", "contract"
    )  # fmt: skip


def by_supplier(request):
    annotate = partial(suppliers_with_money_left, user=request.user)
    suppliers = annotate(Supplier.objects.visible_to(request.user))
    return _grouped(
        request, suppliers, annotate, BY_SUPPLIER, SupplierFilter, "supplier", "supplier"
    )
