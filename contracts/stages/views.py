from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from common import locking
from common.lists import ListPage
from contracts import actions as contract_actions
from contracts import gates
from contracts.models import Contract, Ending, Stage
from contracts.stages import actions, rules, steps
from contracts.stages.columns import COLUMNS
from contracts.stages.forms import MoveForm, OutcomeForm
from contracts.views import back_to, conflict, contract_page

MEANWHILE = "Somebody has moved this contract meanwhile. This is how it stands now."


def contract_stage(request, contract_pk):
    """Where the contract is in its life, what keeps it from the next stage, and how it came here."""
    user = request.user
    contract = get_object_or_404(
        Contract.objects.visible_to(user).select_related("supplier", "oco", "sro"), pk=contract_pk
    )
    moves = ListPage(
        request,
        queryset=contract.stage_moves.all(),
        columns=COLUMNS,
        sort="-moved_on",
        name="moves",
    )
    if moves.export:
        return moves.export_response()
    onward = rules.onward(contract.stage)
    following = steps.usual_next(contract)
    return contract_page(
        request, contract, "stage", "stages/contract_stage.html",
        {
            "steps": steps.of(contract, contract.stage_moves.all()[:50]),
            "meaning": rules.MEANING[contract.stage],
            "following": following,
            "following_meaning": rules.MEANING[following] if following else "",
            "missing": _missing(contract, following, user) if following else [],
            "is_time": steps.is_time(contract),
            "may_move": actions.may_move(contract, user),
            "may_override": actions.may_override(contract, user),
            "others": [Stage(stage) for stage in onward[1:]],
            "earlier": [Stage(stage) for stage in rules.back(contract.stage)],
            "page": moves,
        },
    )  # fmt: skip


def _missing(contract, to, user):
    if not rules.is_gated(contract.stage, to):
        return []
    return [found.shown_to(user, contract) for found in gates.missing(contract, to)]


@require_http_methods(["GET", "POST"])
def contract_move(request, contract_pk, to):
    """Move a contract to another stage: what is missing is listed, and stops it."""
    user, today = request.user, timezone.localdate()
    if to not in Stage.values:
        raise Http404
    visible = Contract.objects.visible_to(user).select_related("supplier", "oco", "sro")
    contract = get_object_or_404(visible, pk=contract_pk)
    if not actions.may_move(contract, user):
        raise Http404
    says_how = contract.stage == to == Stage.ENDED and not contract.ended_as
    if not says_how and not rules.is_possible(contract.stage, to):
        messages.warning(
            request, f"{contract.reference} is {contract.get_stage_display().lower()} by now."
        )
        return redirect("stages:contract", contract.pk)
    missing = [] if says_how else _missing(contract, to, user)
    may_override = actions.may_override(contract, user)
    initial = {"seen": contract.stage, **_suggested(contract, to, today)}
    form = MoveForm(
        request.POST or None, initial=initial, contract=contract, to=to, missing=missing
    )
    if request.method == "POST" and form.is_valid():
        try:
            if says_how:
                _say_how_it_ended(contract, form, user, today)
            else:
                _move(contract, to, form, user, today)
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        except actions.MovedMeanwhile:
            messages.error(request, MEANWHILE)
            return redirect("stages:contract", contract.pk)
        except actions.Incomplete as incomplete:
            missing = [found.shown_to(user, contract) for found in incomplete.missing]
            form.add_error(None, "Something is missing, so it stays where it is")
        else:
            messages.success(request, f"{contract.reference} is now {Stage(to).label.lower()}.")
            return redirect("stages:contract", contract.pk)
    context = {
        "form": form, "contract": contract, "to": Stage(to), "meaning": rules.MEANING[to], "missing": missing,
        "may_override": may_override, "is_back": rules.is_back(contract.stage, to), "says_how": says_how,
    }  # fmt: skip
    return render(request, "stages/move_form.html", context)


def _move(contract, to, form, user, today):
    values = form.cleaned_data
    actions.move(
        contract=contract, by=user, to=to, on=values["moved_on"], today=today,
        seen=values["seen"] or contract.stage, reason=values["reason"],
        ended_as=values.get("ended_as", ""), although=values.get("although", False),
    )  # fmt: skip


def _say_how_it_ended(contract, form, user, today):
    values = form.cleaned_data
    actions.say_how_it_ended(
        contract=contract, by=user, on=values["moved_on"], today=today,
        ended_as=values["ended_as"], reason=values["reason"],
    )  # fmt: skip


def _suggested(contract, to, today):
    """The likely day: today, but the current end of a contract that is past it."""
    is_over = contract.ends_on and contract.ends_on <= today
    if to == Stage.ENDED and is_over:
        return {"moved_on": contract.ends_on, "ended_as": Ending.EXPIRED}
    return {"moved_on": today}


@require_http_methods(["GET", "POST"])
def contract_outcome(request, contract_pk):
    """What follows a date that has come, without the whole form."""
    user, today = request.user, timezone.localdate()
    contract = get_object_or_404(Contract.objects.editable_by(user), pk=contract_pk)
    form, missing = OutcomeForm(request.POST or None, instance=contract), []
    if request.method == "POST" and form.is_valid():
        stored = Contract.objects.get(pk=contract.pk)
        try:
            _record_outcome(stored, form, user, today)
        except (locking.Conflict, actions.MovedMeanwhile):
            return conflict(request, contract_pk, form, OutcomeForm, "stages/outcome_form.html")
        except actions.Refused as refused:
            form.add_problems(refused.problems)
        except actions.Incomplete as incomplete:
            missing = [found.shown_to(user, stored) for found in incomplete.missing]
            form.add_error("stage", f"{Stage(form.to).label} needs what is listed below")
        else:
            messages.success(request, "Saved.")
            return back_to(request, contract_pk)
    context = {"form": form, "contract": contract, "missing": missing}
    return render(request, "stages/outcome_form.html", context)


def _record_outcome(contract, form, user, today):
    values = form.cleaned_data
    saved = {
        "contract": contract,
        "by": user,
        "version": values["version"],
        "reason": values["reason"],
    }
    if form.to:
        actions.move(
            to=form.to, on=values["moved_on"] or today, today=today, seen=contract.stage,
            ended_as=values.get("ended_as", ""), **saved, **form.changes,
        )  # fmt: skip
    else:
        contract_actions.change(**saved, **form.changes)
