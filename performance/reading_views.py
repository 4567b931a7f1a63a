"""One reading with the steps that it takes, and those that wait to be checked."""

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common import locking
from common.history import page_of_entries
from common.lists import page_number
from common.templatetags.steward import count_of
from contracts.documents.models import Document
from contracts.models import Contract
from contracts.views import contract_page
from performance import actions, rules
from performance.models import Indicator, Reading
from performance.reading_forms import (
    AmendForm,
    ChallengeForm,
    EventForm,
    EvidenceForm,
    ExcuseForm,
    RateForm,
)
from performance.sheet import LogQuestion

CHECKS_ON_A_PAGE = 100
CONTRACT = ("contract", "contract__supplier")


@require_http_methods(["GET", "POST"])
def event(request, indicator_pk):
    """What happened on a day, for a KPI that is only measured then."""
    indicator = get_object_or_404(
        Indicator.objects.loggable_by(request.user).in_use().on_event().select_related(*CONTRACT),
        pk=indicator_pk,
    )
    form = EventForm(request.POST or None, indicator=indicator, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            reading = actions.record_event(indicator=indicator, by=request.user, **form.entry)
        except actions.AlreadyMeasured:
            form.add_error("on", "There is a reading for this day already: open it to amend it")
        else:
            messages.success(request, f"Recorded: {reading.state}.")
            return redirect(indicator)
    context = {"form": form, "contract": indicator.contract, "indicator": indicator}
    return render(request, "performance/event_form.html", context)


READING = (
    "indicator", "indicator__contract", "indicator__contract__supplier", "definition", "recorded_by",
    "checked_by", "relief_from__obligation",
)  # fmt: skip


def reading_page(request, reading_pk):
    """Where a figure came from, what became of it, and what may be done about it."""
    reading = get_object_or_404(
        Reading.objects.visible_to(request.user).select_related(*READING), pk=reading_pk
    )
    contract = reading.indicator.contract
    history_page, entries = page_of_entries(
        [Reading.history.filter(id=reading.pk)], page=page_number(request)
    )
    readable = Document.objects.of(contract, request.user)
    standard = reading.standard
    return contract_page(
        request, contract, "performance", "performance/reading.html",
        {
            "tab": "readings",
            "reading": reading,
            "indicator": reading.indicator,
            "target": rules.target_in_words(standard, unit=reading.indicator.unit),
            "band": rules.band(reading.value, standard) if reading.value is not None else None,
            "evidence": reading.evidence.filter(document__in=readable).select_related("document"),
            "may_override": contract.allows(request.user, Permission.OVERRIDE_RATINGS),
            "may_decide": contract.allows(request.user, Permission.EDIT_CONTRACTS),
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


def _step(request, reading_pk, permission, form_class, act, *, done, **about):
    """A page with one question about a reading: the form, the action, and back to the reading."""
    reading = get_object_or_404(
        Reading.objects.allowing(request.user, permission).select_related(*READING), pk=reading_pk
    )
    form = form_class(request.POST or None, reading=reading, user=request.user)
    if form.not_possible:
        messages.warning(request, form.not_possible)
        return redirect(reading)
    if request.method == "POST" and form.is_valid():
        try:
            act(reading=reading, by=request.user, **form.answers)
        except locking.Conflict:
            messages.warning(
                request,
                "Nothing was saved: somebody else has changed this reading meanwhile. Look at it first.",
            )
        except (actions.NotPossible, actions.NothingToExcuse):
            messages.warning(request, "Nothing was saved: the reading no longer stands as it did.")
        else:
            messages.success(request, done)
        return redirect(reading)
    context = {
        "form": form, "reading": reading, "indicator": reading.indicator,
        "contract": reading.indicator.contract, **about,
    }  # fmt: skip
    return render(request, "performance/reading_form.html", context)


@require_http_methods(["GET", "POST"])
def challenge(request, reading_pk):
    return _step(
        request, reading_pk, Permission.LOG_PERFORMANCE, ChallengeForm, actions.challenge,
        done="The reading is challenged.", title="Challenge this reading",
        lead="Say why the figure is doubted. It stays in sight, and counts, until it is put right or found to be right.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def amend(request, reading_pk):
    return _step(
        request, reading_pk, Permission.LOG_PERFORMANCE, AmendForm, actions.amend,
        done="The reading is amended.", title="Amend this reading",
        lead="The figure that was first reported is kept beside the new one, with your reason.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def rate(request, reading_pk):
    return _step(
        request, reading_pk, Permission.OVERRIDE_RATINGS, RateForm, actions.rate_otherwise,
        done="The rating is saved.", title="Give another rating",
        lead="The rating by the rule is kept beside yours, with your reason. Amending the figure takes yours back.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def relief(request, reading_pk):
    return _step(
        request, reading_pk, Permission.EDIT_CONTRACTS, ExcuseForm, actions.decide_relief,
        done="The decision on relief is saved.", title="Decide on relief",
        lead="A failure that is excused costs the supplier no service points. Its rating stays as it is.",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def evidence(request, reading_pk):
    return _step(
        request, reading_pk, Permission.LOG_PERFORMANCE, EvidenceForm, actions.attach_evidence,
        done="The evidence is attached.", title="Attach evidence",
        lead="Choose one of the documents of this contract. Add it to the contract first if it is not there.",
    )  # fmt: skip


# --- Readings that wait to be checked ---------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def check(request):
    """The figures of suppliers that nobody has checked: of one contract, or of all that the person manages."""
    question = LogQuestion(request.GET, today=timezone.localdate())
    contract = None
    if question.contract_asked is not None:
        contract = get_object_or_404(
            Contract.objects.allowing(request.user, Permission.LOG_PERFORMANCE),
            pk=question.contract_asked,
        )
    readings = Reading.objects.checked_by(request.user, contract)
    waiting = readings.to_check().select_related("indicator__contract", "definition")
    if request.method == "POST":
        return _check_ticked(request, readings.unsettled().select_related("indicator__contract"))
    page = Paginator(
        waiting.order_by("-period_start", "indicator__contract", "indicator__name", "pk"),
        CHECKS_ON_A_PAGE,
    ).get_page(question.page_asked)
    return render(request, "performance/check.html", {"page": page, "contract": contract})


def _check_ticked(request, waiting):
    """`id:version` for each that was ticked: what has changed since is left for another look."""
    ticked = dict(
        pair.split(":")
        for pair in request.POST.getlist("reading")[:CHECKS_ON_A_PAGE]
        if re.fullmatch(r"[0-9]{1,18}:[0-9]{1,9}", pair)
    )
    found = [(reading, int(ticked[str(reading.pk)])) for reading in waiting.filter(pk__in=ticked)]
    if not found:
        messages.warning(request, "Tick at least one reading that waits to be checked.")
        return redirect(request.get_full_path())
    try:
        checked = actions.validate_readings(readings=found, by=request.user)
    except (locking.Conflict, actions.NotPossible):
        messages.warning(
            request,
            "Nothing was saved: one of these has changed meanwhile. Here they are as they stand now.",
        )
    else:
        messages.success(request, f"{count_of(len(checked), 'reading')} validated.")
    if request.POST.get("back") == "reading":
        return redirect(found[0][0])
    return redirect(request.get_full_path())
