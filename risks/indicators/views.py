from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from common import locking
from common.history import Taken, latest_editor, page_of_entries
from common.lists import page_number
from common.templatetags.steward import count_of
from contracts.models import Contract
from contracts.views import contract_page
from risks.indicators import actions, charts, rules
from risks.indicators.columns import COLUMNS, KriList
from risks.indicators.filters import KriFilter
from risks.indicators.forms import CorrectForm, KriForm, RecordForm, RetireForm
from risks.indicators.models import KeyRiskIndicator, KriReading
from risks.indicators.querysets import LOOKED_AT
from risks.indicators.rules import Status
from risks.models import Matrix

OF_INDICATOR = ("contract", "contract__supplier", "risk", "responsible", "category")
ON_A_PAGE = 50
MEANWHILE = "Nothing was saved: somebody else has changed it meanwhile. Look at it first."


# --- Lists ----------------------------------------------------------------------------------------


def kri_list(request):
    today = timezone.localdate()
    indicators = KeyRiskIndicator.objects.visible_to(request.user).in_use().with_standing(today)
    page = KriList(
        request, queryset=indicators, columns=COLUMNS, filterset=KriFilter, sort="name", name="key-risk-indicators",
    )  # fmt: skip
    if page.export:
        return page.export_response()
    return render(request, "indicators/kri_list.html", {"page": page})


def contract_indicators(request, contract_pk):
    """A contract's indicators, the worst first."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    today = timezone.localdate()
    in_use = contract.key_risk_indicators.in_use().with_standing(today).worst_first()
    found = in_use.select_related("risk").with_recent(charts.SHORT, today)
    page = Paginator(found, ON_A_PAGE).get_page(page_number(request))
    return contract_page(
        request, contract, "risks", "indicators/contract_indicators.html",
        {
            "tab": "indicators",
            "page": page,
            "rows": [charts.row(indicator, today=today) for indicator in page],
            "retired": contract.key_risk_indicators.retired()[:ON_A_PAGE],
            "mine": request.user.pk,
        },
    )  # fmt: skip


# --- One indicator --------------------------------------------------------------------------------


def kri_page(request, kri_pk):
    today = timezone.localdate()
    found = KeyRiskIndicator.objects.visible_to(request.user).with_standing(today)
    indicator = get_object_or_404(
        found.select_related(*OF_INDICATOR).with_recent(charts.LONG, today), pk=kri_pk
    )
    # The readings know their indicator, so that a line of the table asks for nothing.
    for reading in indicator.recent:
        reading.indicator = indicator
    shown = charts.periods(indicator, today=today)
    history_page, entries = page_of_entries(
        [
            KeyRiskIndicator.history.filter(id=indicator.pk),
            KriReading.history.filter(indicator_id=indicator.pk),
        ],
        page=page_number(request),
    )
    waits = KeyRiskIndicator.objects.filter(pk=indicator.pk).unanswered().exists()
    matrix = Matrix.current()
    may_record = _recordable(request.user).filter(pk=indicator.pk).exists()
    return contract_page(
        request, indicator.contract, "risks", "indicators/kri.html",
        {
            "tab": "indicators",
            "indicator": indicator,
            "waits": waits,
            "eased": _is_eased(indicator),
            "picture": charts.large(indicator, shown),
            "sentence": charts.sentence(indicator, shown),
            "lines": list(reversed(shown)),
            "matrix": matrix,
            "follows_from": [(s.label, _what_follows(indicator, matrix, s)) for s in (Status.AMBER, Status.RED)],
            "may_record": may_record,
            "may_correct": may_record and not indicator.is_followed,
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


def _what_follows(indicator, matrix, status):
    """`at least likely, and as serious as it was`."""
    likelihood, impact = indicator.levels.at(status)
    likely = matrix.likelihoods[likelihood - 1].lower()
    if impact is None:
        return f"at least {likely}, and as serious as it was"
    return f"at least {likely}, and at least {matrix.impacts[impact - 1].lower()}"


def _is_eased(indicator):
    """Whether it is green again after it had crossed, and nobody has looked at the risk since."""
    risk = indicator.risk
    if indicator.latest_status != Status.GREEN or not indicator.crossed_at or risk.is_over:
        return False
    looked = risk.scorings.filter(cause__in=LOOKED_AT, at__gt=indicator.moved_at)
    return not looked.exists()


def _recordable(user):
    return KeyRiskIndicator.objects.recordable_by(user)


@require_http_methods(["GET", "POST"])
def kri_add(request, contract_pk):
    contract = get_object_or_404(Contract.objects.editable_by(request.user), pk=contract_pk)
    today = timezone.localdate()
    start = rules.last_complete(rules.Frequency.MONTHLY, today).start
    initial = {"starts_on": start, "risk": _risk_asked(request, contract)}
    form = KriForm(
        request.POST or None, contract=contract, matrix=Matrix.current(), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            indicator = actions.add(contract=contract, by=request.user, today=today, **form.changes)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(request, f"Key risk indicator added: {indicator.name}.")
            return redirect(indicator)
    return render(request, "indicators/kri_form.html", {"form": form, "contract": contract})


def _risk_asked(request, contract):
    """The risk from whose page somebody comes; none where it is not one of the contract's."""
    asked = request.GET.get("risk", "")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 18):
        return None
    return contract.risks.running().filter(pk=int(asked)).values_list("pk", flat=True).first()


@require_http_methods(["GET", "POST"])
def kri_edit(request, kri_pk):
    indicator = get_object_or_404(
        KeyRiskIndicator.objects.editable_by(request.user).select_related(*OF_INDICATOR), pk=kri_pk
    )
    form_for = partial(KriForm, contract=indicator.contract, matrix=Matrix.current())
    form = form_for(request.POST or None, instance=indicator)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                indicator=indicator, by=request.user, today=timezone.localdate(),
                version=form.cleaned_data["version"], reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _conflict(request, kri_pk, form, form_for)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        except actions.Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Saved.")
            return redirect(indicator)
    context = {"form": form, "contract": indicator.contract, "indicator": indicator}
    return render(request, "indicators/kri_form.html", context)


def _conflict(request, kri_pk, form, form_for):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = KeyRiskIndicator.objects.select_related(*OF_INDICATOR).get(pk=kri_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": form_for(data, instance=current), "contract": current.contract, "indicator": current,
        "differences": differences, "edited_by": edited_by, "edited_at": edited_at,
    }  # fmt: skip
    return render(request, "indicators/kri_form.html", context, status=409)


@require_http_methods(["GET", "POST"])
def kri_retire(request, kri_pk):
    indicator = get_object_or_404(
        KeyRiskIndicator.objects.editable_by(request.user).in_use().select_related(*OF_INDICATOR),
        pk=kri_pk,
    )
    form = RetireForm(request.POST or None, indicator=indicator, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            actions.retire(indicator=indicator, by=request.user, **form.cleaned_data)
        except actions.Refused as refused:
            form.add_error("on", str(refused))
        else:
            messages.success(request, f"{indicator.name} is retired. Its readings stay.")
            return redirect("indicators:contract", indicator.contract_id)
    lead = "No readings are asked for after its last day, and it warns of nothing any more. What was recorded stays."
    return _step(request, indicator, form, "Retire this indicator", lead)


def _step(request, indicator, form, title, lead):
    context = {
        "form": form, "indicator": indicator, "contract": indicator.contract, "title": title, "lead": lead,
    }  # fmt: skip
    return render(request, "indicators/step.html", context)


# --- Readings -------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def kri_record(request, kri_pk):
    indicator = get_object_or_404(
        _recordable(request.user).in_use().select_related(*OF_INDICATOR), pk=kri_pk
    )
    if indicator.is_followed:
        raise Http404
    today = timezone.localdate()
    form = RecordForm(request.POST or None, indicator=indicator, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record(indicator=indicator, by=request.user, today=today, **form.values)
        except actions.Refused as refused:
            form.add_error("period", str(refused))
        else:
            _say(request, indicator)
            return redirect(indicator)
    lead = indicator.text or "What was it in the period?"
    return _step(request, indicator, form, "Record a reading", lead)


def _say(request, before):
    """What became of it: a crossing is not to be missed."""
    now = KeyRiskIndicator.objects.select_related("risk").get(pk=before.pk)
    if now.crossed_at != before.crossed_at:
        messages.warning(
            request,
            f"Recorded. It is {now.get_latest_status_display().lower()}: the risk “{now.risk}” was scored by rule and is to "
            "be reviewed today.",
        )
    elif now.latest_status == Status.GREEN and before.latest_status not in (
        Status.GREEN,
        Status.NOT_MEASURED,
    ):
        messages.success(
            request, "Recorded. It is green again. No rule lowers a score: review the risk."
        )
    else:
        messages.success(request, "Recorded.")


@require_http_methods(["GET", "POST"])
def reading_correct(request, reading_pk):
    reading = get_object_or_404(
        KriReading.objects.recordable_by(request.user).select_related(
            "indicator", *(f"indicator__{name}" for name in OF_INDICATOR)
        ),
        pk=reading_pk,
    )
    if not reading.is_own:
        raise Http404
    indicator = reading.indicator
    form = CorrectForm(request.POST or None, reading=reading)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(
                reading=reading, by=request.user, today=timezone.localdate(), **form.values
            )
        except locking.Conflict:
            messages.warning(request, MEANWHILE)
            return redirect(indicator)
        else:
            _say(request, indicator)
            return redirect(indicator)
    title, lead = (
        f"Correct {reading.period.label}",
        f"It is recorded as {reading.in_words}. History keeps both figures.",
    )
    return _step(request, indicator, form, title, lead)


@require_POST
def kri_read(request, kri_pk):
    """Take over now what another room measures, and not by the next run."""
    indicator = get_object_or_404(_recordable(request.user).in_use().followed(), pk=kri_pk)
    found = KeyRiskIndicator.objects.filter(pk=indicator.pk)
    written = actions.follow(indicators=found, today=timezone.localdate())
    if written:
        messages.success(request, f"{count_of(written, 'reading')} taken over.")
    else:
        messages.success(request, "Nothing has changed where it is measured.")
    return redirect(indicator)
