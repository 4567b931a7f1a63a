from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import page_number
from contracts.models import Contract
from contracts.views import contract_page
from performance.scorecards import actions, cards, measures, rules
from performance.scorecards.columns import COLUMNS, ScorecardList
from performance.scorecards.filters import QuarterQuestion, ScorecardFilter
from performance.scorecards.forms import (
    AnswerForm,
    DiscardForm,
    FeedbackForm,
    ReopenForm,
    ResolveForm,
    SeenForm,
    Sheet,
    SignForm,
    StartForm,
)
from performance.scorecards.models import Feedback, Line, Scorecard, SignOff
from performance.scorecards.querysets import in_quarter, number_by_standing, with_standing
from performance.scorecards.rules import Quadrant, Standing, State

OF_CONTRACT = (
    "contract", "contract__supplier", "contract__oco", "contract__sro",
    "signed", "signed__by", "signed__seen_by", "signed__answered_by",
)  # fmt: skip
QUARTERS_ON_A_PAGE, FEEDBACK_ON_A_PAGE, SIGN_OFFS_SHOWN = 12, 25, 20
MEANWHILE = (
    "Nothing was saved: somebody else has changed this scorecard meanwhile. Look at it first."
)


def _rights(user, scorecard):
    """What this person may do with a scorecard as it stands."""
    contract = scorecard.contract
    may_log = contract.allows(user, Permission.LOG_PERFORMANCE)
    signed = scorecard.signed
    return {
        "may_fill": may_log and scorecard.is_draft,
        "may_sign": scorecard.is_draft and may_log and user.pk in contract.managers,
        "may_see": scorecard.state == State.SIGNED
        and rules.may_see(sro=contract.sro_id, signed_by=signed.by_id, person=user.pk),
        "may_answer": may_log and bool(signed and signed.awaits_answer),
        "may_reopen": may_log and not scorecard.is_draft,
    }


# --- A contract's scorecards ----------------------------------------------------------------------


def contract_scorecards(request, contract_pk):
    """The latest scorecard, and those before."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    lines = Prefetch("lines", Line.objects.order_by("pk"), to_attr="quadrants")
    rows = contract.scorecards.prefetch_related(lines)
    page = Paginator(rows, QUARTERS_ON_A_PAGE).get_page(page_number(request))
    latest = contract.scorecards.select_related(*OF_CONTRACT).first()
    today = timezone.localdate()
    shown = cards.of(latest) if latest else []
    return contract_page(
        request, contract, "performance", "scorecards/contract_scorecards.html",
        {
            "tab": "scorecard",
            "latest": latest,
            "cards": shown,
            "lacking": _lacking(latest, shown, today) if latest else [],
            "rights": _rights(request.user, latest) if latest else {},
            "page": page,
            "quadrants": list(Quadrant),
            "owed": _owed(contract, today),
            "startable": bool(_startable(contract, today)),
            "open_complaints": contract.feedback.open_complaints().count(),
        },
    )  # fmt: skip


def _owed(contract, today):
    """The quarter for which the next scorecard is owed, with its day; None when none is asked for."""
    quarter = actions.owed(contract, today)
    return quarter and {
        "label": quarter.label,
        "due_on": rules.due_on(quarter),
        "is_late": today > rules.due_on(quarter),
    }


def _startable(contract, today):
    """The quarters for which no scorecard is there, the one that was over last first."""
    there = set(contract.scorecards.order_by().values_list("quarter_start", flat=True))
    running = rules.quarter_of(today)
    offered = [running.shifted(-back) for back in range(rules.QUARTERS_BACK + 1)]
    found = [
        quarter
        for quarter in offered
        if quarter.start not in there
        and rules.may_start(quarter, began=contract.commences_on, today=today)
    ]
    return [*(q for q in found if q != running), *(q for q in found if q == running)]


def _loggable(user):
    return Contract.objects.allowing(user, Permission.LOG_PERFORMANCE)


@require_http_methods(["GET", "POST"])
def scorecard_start(request, contract_pk):
    contract = get_object_or_404(_loggable(request.user).select_related("supplier"), pk=contract_pk)
    today = timezone.localdate()
    offered = _startable(contract, today)
    form = StartForm(
        request.POST or None, quarters=offered, cancel_url=_tab(contract),
        initial={"quarter": offered[0].start.isoformat()} if offered else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            scorecard = actions.start(
                contract=contract,
                by=request.user,
                today=today,
                quarter=form.cleaned_data["quarter"],
            )
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            return redirect("scorecards:fill", scorecard.pk)
    context = {"form": form, "contract": contract, "offered": offered}
    return render(request, "scorecards/start.html", context)


def _tab(contract):
    return reverse("scorecards:contract", args=[contract.pk])


# --- One scorecard --------------------------------------------------------------------------------


def _found(scorecards, pk):
    return get_object_or_404(scorecards.select_related(*OF_CONTRACT), pk=pk)


def scorecard_page(request, scorecard_pk):
    scorecard = _found(Scorecard.objects.visible_to(request.user), scorecard_pk)
    taken_back = list(
        scorecard.sign_offs.exclude(reopened_at=None)
        .select_related("by", "reopened_by")[:SIGN_OFFS_SHOWN]
    )  # fmt: skip
    history_page, entries = page_of_entries(
        [
            Scorecard.history.filter(id=scorecard.pk),
            Line.history.filter(scorecard_id=scorecard.pk, history_type="~"),
            SignOff.history.filter(scorecard_id=scorecard.pk),
        ],
        page=page_number(request),
    )
    today = timezone.localdate()
    shown = cards.of(scorecard)
    return contract_page(
        request, scorecard.contract, "performance", "scorecards/scorecard.html",
        {
            "tab": "scorecard",
            "scorecard": scorecard,
            "standing": _standing(scorecard, today),
            "cards": shown,
            "lacking": _lacking(scorecard, shown, today),
            "rights": _rights(request.user, scorecard),
            "may_discard": not taken_back,
            "taken_back": [(one, cards.words_of(one)) for one in taken_back],
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


def _standing(scorecard, today):
    sro, signed = scorecard.contract.sro_id, scorecard.signed
    return rules.standing(
        state=scorecard.state, due_on=scorecard.due_on,
        has_sro=sro is not None and not (signed and signed.by_id == sro), today=today,
    )  # fmt: skip


def _lacking(scorecard, shown, today):
    """What keeps a draft from being signed off."""
    if not scorecard.is_draft:
        return []
    return rules.signing_problems(
        [card.line for card in shown], quarter=scorecard.quarter,
        contract_has_ended=scorecard.contract.stage == "ended", today=today,
    )  # fmt: skip


def earlier_sign_off(request, sign_off_pk):
    """What was signed off and taken back, as it stood."""
    seen = Scorecard.objects.visible_to(request.user)
    signed = get_object_or_404(
        SignOff.objects.exclude(reopened_at=None)
        .filter(scorecard__in=seen)
        .select_related("by", "seen_by", "answered_by", "reopened_by"),
        pk=sign_off_pk,
    )
    scorecard = _found(seen, signed.scorecard_id)
    return contract_page(
        request, scorecard.contract, "performance", "scorecards/earlier.html",
        {
            "tab": "scorecard",
            "scorecard": scorecard,
            "signed": signed,
            "cards": cards.of(scorecard, sign_off=signed),
        },
    )  # fmt: skip


def scorecard_print(request, scorecard_pk):
    """One page to be printed, without what leads elsewhere."""
    scorecard = _found(Scorecard.objects.visible_to(request.user), scorecard_pk)
    context = {
        "scorecard": scorecard,
        "contract": scorecard.contract,
        "standing": _standing(scorecard, timezone.localdate()),
        "cards": cards.of(scorecard),
    }
    return render(request, "scorecards/print.html", context)


@require_http_methods(["GET", "POST"])
def scorecard_fill(request, scorecard_pk):
    """The four quadrants on one page. With `sign` the person wants to go on to the sign-off, and is told of all
    that is lacking."""
    scorecard = _found(Scorecard.objects.loggable_by(request.user).drafts(), scorecard_pk)
    strict = "sign" in request.POST
    sheet = _sheet(scorecard, request.POST or None, strict=strict)
    if request.method == "POST" and sheet.is_valid():
        try:
            changed = actions.fill(scorecard=scorecard, by=request.user, lines=sheet.lines)
        except locking.Conflict:
            return _fill_conflict(request, scorecard, sheet)
        except actions.NotNow:
            messages.warning(request, MEANWHILE)
            return redirect(scorecard)
        messages.success(request, "Scorecard saved." if changed else "Nothing was changed.")
        if strict and _rights(request.user, scorecard)["may_sign"]:
            return redirect("scorecards:sign_off", scorecard.pk)
        return redirect(scorecard)
    return _fill_page(request, scorecard, sheet)


def _sheet(scorecard, data, *, strict=False):
    measured = measures.ask(scorecard.contract, scorecard.quarter)
    sheet = Sheet(
        scorecard.lines.all(), proposals=measures.proposals(measured), data=data, strict=strict
    )
    sheet.sides = _sides(scorecard, sheet, measured)
    return sheet


def _sides(scorecard, sheet, measured):
    """Each quadrant's form beside what is measured and what the scorecard before said."""
    lines = {form.quadrant.value: form.instance for form in sheet.forms}
    proposals = {form.quadrant.value: form.proposed for form in sheet.forms}
    shown = cards.beside(scorecard, cards.as_of_now(lines.values(), proposals), measured)
    return list(zip(sheet.forms, shown, strict=True))


def _fill_page(request, scorecard, sheet, *, status=200, **context):
    return render(
        request, "scorecards/fill.html",
        {
            "scorecard": scorecard,
            "contract": scorecard.contract,
            "sheet": sheet,
            "may_sign": _rights(request.user, scorecard)["may_sign"],
            **context,
        },
        status=status,
    )  # fmt: skip


def _fill_conflict(request, scorecard, sheet):
    """Somebody saved meanwhile: show both, and the page again with everybody's work in it."""
    data, differences = sheet.merged(scorecard.lines.all(), request.POST)
    edited_by, edited_at = latest_editor_of_lines(scorecard)
    return _fill_page(
        request, scorecard, _sheet(scorecard, data), status=409,
        differences=differences, edited_by=edited_by, edited_at=edited_at,
    )  # fmt: skip


def latest_editor_of_lines(scorecard):
    newest = Line.history.filter(scorecard_id=scorecard.pk).select_related("history_user")
    row = newest.order_by("-history_id").first()
    return (row.history_user, row.history_date) if row else (None, None)


def _deed(request, scorecard, form, do, template, *, done, **context):
    """A form with a decision about a scorecard: do it, or say that somebody was faster."""
    form.cancel_url = scorecard.get_absolute_url()
    done_url = context.pop("done_url", None)
    if request.method == "POST" and form.is_valid():
        try:
            do(scorecard=scorecard, by=request.user, **form.cleaned_data)
        except (locking.Conflict, actions.NotNow, actions.NotTheirs):
            messages.warning(request, MEANWHILE)
        except (
            actions.Refused
        ):  # something was measured in this moment; the page lists what is lacking
            messages.warning(request, "Nothing was saved: something is lacking now.")
        else:
            messages.success(request, done)
            return redirect(done_url or scorecard)
        return redirect(scorecard)
    context |= {"form": form, "scorecard": scorecard, "contract": scorecard.contract}
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def scorecard_sign_off(request, scorecard_pk):
    """The owner reads what will be frozen, and signs it off."""
    scorecard = _found(Scorecard.objects.loggable_by(request.user).drafts(), scorecard_pk)
    if not _rights(request.user, scorecard)["may_sign"]:
        raise Http404
    today = timezone.localdate()
    shown = cards.of(scorecard)
    lacking = _lacking(scorecard, shown, today)
    form = SignForm(request.POST or None, initial={"version": scorecard.version})

    def do(*, confirm, **values):
        actions.sign_off(today=today, **values)

    return _deed(
        request, scorecard, form, do, "scorecards/sign_off.html",
        done=f"The scorecard for {scorecard} is signed off.", cards=shown, lacking=lacking,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scorecard_see(request, scorecard_pk):
    scorecard = _found(Scorecard.objects.visible_to(request.user), scorecard_pk)
    if not _rights(request.user, scorecard)["may_see"]:
        raise Http404
    form = SeenForm(request.POST or None, initial={"version": scorecard.version})
    return _deed(
        request, scorecard, form, actions.see, "scorecards/see.html",
        done=f"The scorecard for {scorecard} is marked as seen.", cards=cards.of(scorecard),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scorecard_answer(request, scorecard_pk):
    scorecard = _found(Scorecard.objects.loggable_by(request.user), scorecard_pk)
    if not _rights(request.user, scorecard)["may_answer"]:
        raise Http404
    form = AnswerForm(request.POST or None, initial={"version": scorecard.version})
    return _deed(
        request, scorecard, form, actions.answer, "scorecards/answer.html",
        done="The SRO's question is answered.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scorecard_reopen(request, scorecard_pk):
    scorecard = _found(Scorecard.objects.loggable_by(request.user).signed_off(), scorecard_pk)
    form = ReopenForm(request.POST or None, initial={"version": scorecard.version})
    return _deed(
        request, scorecard, form, actions.reopen, "scorecards/reopen.html",
        done=f"The scorecard for {scorecard} is a draft again.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def scorecard_discard(request, scorecard_pk):
    drafts = Scorecard.objects.loggable_by(request.user).drafts().filter(sign_offs=None)
    scorecard = _found(drafts, scorecard_pk)
    form = DiscardForm(request.POST or None, initial={"version": scorecard.version})
    return _deed(
        request, scorecard, form, actions.discard, "scorecards/reopen.html",
        done=f"The draft for {scorecard} is discarded.", discards=True,
        done_url=_tab(scorecard.contract),
    )  # fmt: skip


# --- Feedback -------------------------------------------------------------------------------------


def feedback_list(request, contract_pk):
    """What the people who use a contract said, newest first."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    page = Paginator(contract.feedback.all(), FEEDBACK_ON_A_PAGE).get_page(page_number(request))
    return contract_page(
        request, contract, "performance", "scorecards/feedback_list.html",
        {
            "tab": "feedback",
            "page": page,
            "open_complaints": contract.feedback.open_complaints().count(),
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def feedback_add(request, contract_pk):
    contract = get_object_or_404(_loggable(request.user).select_related("supplier"), pk=contract_pk)
    today = timezone.localdate()
    form = FeedbackForm(
        request.POST or None, contract=contract, today=today, initial={"received_on": today}
    )
    if request.method == "POST" and form.is_valid():
        feedback = actions.add_feedback(
            contract=contract, by=request.user, today=today, **form.changes
        )
        messages.success(request, f"{feedback.get_kind_display()} added.")
        return redirect(feedback)
    return render(request, "scorecards/feedback_form.html", {"form": form, "contract": contract})


def _feedback(user, pk):
    found = Feedback.objects.loggable_by(user).select_related("contract", "contract__supplier")
    return get_object_or_404(found, pk=pk)


@require_http_methods(["GET", "POST"])
def feedback_edit(request, feedback_pk):
    feedback = _feedback(request.user, feedback_pk)
    contract, today = feedback.contract, timezone.localdate()
    form = FeedbackForm(request.POST or None, instance=feedback, contract=contract, today=today)
    context = {"contract": contract, "feedback": feedback}
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_feedback(
                feedback=feedback, by=request.user, today=today, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _feedback_conflict(request, feedback_pk, form, today)
        messages.success(
            request, "Feedback saved." if form.has_changed() else "Nothing was changed."
        )
        return redirect(feedback)
    return render(request, "scorecards/feedback_form.html", {"form": form, **context})


def _feedback_conflict(request, feedback_pk, form, today):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = Feedback.objects.select_related("contract", "contract__supplier").get(pk=feedback_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": FeedbackForm(data, instance=current, contract=current.contract, today=today),
        "contract": current.contract,
        "feedback": current,
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, "scorecards/feedback_form.html", context, status=409)


@require_http_methods(["GET", "POST"])
def feedback_resolve(request, feedback_pk):
    """How a complaint ended."""
    feedback = _feedback(request.user, feedback_pk)
    if not feedback.is_complaint:
        raise Http404
    today = timezone.localdate()
    known = {"resolved_on": feedback.resolved_on or today, "outcome": feedback.outcome}
    form = ResolveForm(
        request.POST or None, feedback=feedback, today=today,
        initial={"version": feedback.version, **known},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.resolve(feedback=feedback, by=request.user, today=today, **form.cleaned_data)
        except locking.Conflict:
            form = _resolve_overtaken(request, feedback_pk, today)
        else:
            messages.success(request, "The complaint is resolved.")
            return redirect(feedback)
    context = {"form": form, "feedback": feedback, "contract": feedback.contract}
    status = 409 if getattr(form, "overtaken", None) else 200
    return render(request, "scorecards/feedback_resolve.html", context, status=status)


def _resolve_overtaken(request, feedback_pk, today):
    """Somebody saved meanwhile: theirs is shown beside what was typed, which can be saved once more."""
    current = Feedback.objects.get(pk=feedback_pk)
    data = request.POST.copy()
    data["version"] = str(current.version)
    form = ResolveForm(data, feedback=current, today=today)
    form.overtaken = current
    return form


# --- Across contracts -----------------------------------------------------------------------------


def scorecard_list(request):
    """The contracts of which a scorecard is asked for a quarter, or is there, and how each stands with it."""
    today = timezone.localdate()
    quarter = QuarterQuestion(request.GET, today=today).asked
    contracts = in_quarter(Contract.objects.visible_to(request.user), quarter)
    page = ScorecardList(
        request, quarter=quarter, queryset=with_standing(contracts, quarter, today), columns=COLUMNS,
        filterset=ScorecardFilter, sort="title", name=f"scorecards-{quarter.end:%Y-%m}",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(
        request, "scorecards/scorecard_list.html",
        {
            "page": page,
            "quarter": quarter,
            "due_on": rules.due_on(quarter),
            "figures": _figures(contracts, quarter, today),
        },
    )  # fmt: skip


# What is counted above the list, with its colour while there is any.
COUNTED = (
    (Standing.OVERDUE, "red"), (Standing.WAITS, "yellow"), (Standing.DRAFT, "grey"),
    (Standing.DUE, "grey"), (Standing.SEEN, "green"),
)  # fmt: skip


def _figures(contracts, quarter, today):
    """How many contracts stand how in this quarter, whatever else is filtered; each leads to its list."""
    counted = number_by_standing(contracts, quarter, today)
    return [
        {
            "number": counted.get(standing, 0),
            "label": standing.label,
            "colour": colour if counted.get(standing) else "grey",
            "url": f"?{urlencode({'quarter': quarter.start.isoformat(), 'stands': standing.value})}",
        }
        for standing, colour in COUNTED
        if counted.get(standing) or standing in (Standing.OVERDUE, Standing.WAITS)
    ]
