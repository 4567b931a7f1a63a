from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from common import locking
from common.history import latest_editor, page_of_entries
from common.lists import page_number
from contracts.models import Contract
from contracts.views import contract_page
from performance import actions, charts, months, panels, rules
from performance.forms import IndicatorForm, LogQuestion, RetireForm, Sheet
from performance.models import Indicator, Reading
from suppliers.models import Supplier
from suppliers.views import leads_on, supplier_page

CONTRACT = ("contract", "contract__supplier")
KPIS_ON_A_PAGE = 50
LINES_ON_A_PAGE = 200  # a month of an owner's readings goes into one save
CONTRACTS_ON_A_PAGE = 25


# --- A contract's performance -------------------------------------------------------------------


def contract_performance(request, contract_pk):
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    today = timezone.localdate()
    indicators = contract.indicators.in_use().with_recent(charts.SHORT, today)
    page = Paginator(indicators, KPIS_ON_A_PAGE).get_page(page_number(request))
    return contract_page(
        request, contract, "performance", "performance/contract_performance.html",
        {
            "tab": "readings",
            "page": page,
            "rows": [charts.row(indicator, today=today) for indicator in page],
            "retired": contract.indicators.retired()[:KPIS_ON_A_PAGE],
            "log_month": rules.last_complete(rules.Frequency.MONTHLY, today).month,
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def indicator_add(request, contract_pk):
    contract = get_object_or_404(Contract.objects.editable_by(request.user), pk=contract_pk)
    # The last complete month: one reading to log at once, and no pile of months nobody measured.
    start = rules.last_complete(rules.Frequency.MONTHLY, timezone.localdate()).start
    form = IndicatorForm(request.POST or None, contract=contract, initial={"starts_on": start})
    if request.method == "POST" and form.is_valid():
        indicator = actions.add_indicator(contract=contract, by=request.user, **form.changes)
        messages.success(request, f"KPI added: {indicator.name}.")
        return redirect("performance:contract", contract.pk)
    return render(request, "performance/indicator_form.html", {"form": form, "contract": contract})


@leads_on
def supplier_performance(request, supplier_pk):
    """How a supplier does, across the contracts in force that it leads and the reader may see."""
    supplier = get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier_pk)
    today = timezone.localdate()
    contracts = Contract.objects.visible_to(request.user).in_force().filter(supplier=supplier)
    indicators = Indicator.objects.in_use().filter(contract__in=contracts)
    shown = indicators.select_related("contract").worst_first().with_recent(charts.SHORT, today)
    page = Paginator(shown, KPIS_ON_A_PAGE).get_page(page_number(request))
    unmeasured = contracts.filter(~Exists(indicators.filter(contract=OuterRef("pk")).order_by()))
    return supplier_page(
        request, supplier, "performance", "performance/of_supplier.html",
        {
            "page": page,
            "rows": [charts.row(indicator, today=today) for indicator in page],
            "unmeasured": unmeasured.order_by("title", "pk")[:KPIS_ON_A_PAGE],
            "unmeasured_count": unmeasured.count(),
        },
    )  # fmt: skip


# --- One KPI ------------------------------------------------------------------------------------


def indicator_page(request, indicator_pk):
    indicator = get_object_or_404(
        Indicator.objects.visible_to(request.user)
        .select_related(*CONTRACT)
        .with_recent(charts.LONG, timezone.localdate()),
        pk=indicator_pk,
    )
    today = timezone.localdate()
    history_page, entries = page_of_entries(
        [
            Indicator.history.filter(id=indicator.pk),
            Reading.history.filter(indicator_id=indicator.pk),
        ],
        page=page_number(request),
    )
    return contract_page(
        request, indicator.contract, "performance", "performance/indicator.html",
        {
            "tab": "readings",
            "indicator": indicator,
            "panels": panels.of(indicator, request.user, today),
            "bands": rules.bands(indicator.standard, unit=indicator.unit),
            "lines": charts.lines(indicator, today=today),
            "overdue": charts.overdue_period(indicator, today=today),
            "history_page": history_page,
            "entries": entries,
        },
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def indicator_edit(request, indicator_pk):
    indicator = get_object_or_404(
        Indicator.objects.editable_by(request.user).select_related(*CONTRACT), pk=indicator_pk
    )
    form_for = partial(IndicatorForm, contract=indicator.contract)
    form = form_for(request.POST or None, instance=indicator)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_indicator(
                indicator=indicator, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.changes,
            )  # fmt: skip
        except locking.Conflict:
            return _indicator_conflict(request, indicator_pk, form, form_for)
        except actions.FrequencyIsFixed:
            form.add_error(
                "frequency", "A reading has been logged meanwhile: the pace can no longer change"
            )
        else:
            messages.success(
                request, "KPI saved." if form.has_changed() else "Nothing was changed."
            )
            return redirect(indicator)
    context = {"form": form, "contract": indicator.contract, "indicator": indicator}
    return render(request, "performance/indicator_form.html", context)


def _indicator_conflict(request, indicator_pk, form, form_for):
    """Somebody saved meanwhile: show both values, and the form again with everybody's work in it."""
    current = Indicator.objects.select_related(*CONTRACT).get(pk=indicator_pk)
    data, differences = locking.merge(form, current, request.POST)
    edited_by, edited_at = latest_editor(current)
    context = {
        "form": form_for(data, instance=current),
        "contract": current.contract,
        "indicator": current,
        "differences": differences,
        "edited_by": edited_by,
        "edited_at": edited_at,
    }
    return render(request, "performance/indicator_form.html", context, status=409)


@require_http_methods(["GET", "POST"])
def indicator_retire(request, indicator_pk):
    indicator = get_object_or_404(
        Indicator.objects.editable_by(request.user).in_use().select_related(*CONTRACT),
        pk=indicator_pk,
    )
    today = timezone.localdate()
    form = RetireForm(request.POST or None, indicator=indicator, today=today, initial={"on": today})
    if request.method == "POST" and form.is_valid():
        try:
            actions.retire_indicator(indicator=indicator, by=request.user, **form.cleaned_data)
        except actions.StillMeasured:
            form.add_error("on", "There are readings for a later period: choose a later day")
        except actions.AlreadyRetired:
            return redirect(indicator)
        else:
            messages.success(request, f"{indicator.name} is retired. Its readings stay.")
            return redirect("performance:contract", indicator.contract_id)
    context = {"form": form, "contract": indicator.contract, "indicator": indicator}
    return render(request, "performance/indicator_retire.html", context)


# --- Logging a month ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def log(request):
    """The readings of a month: of one contract, or of all that the person manages.

    Whoever may log everywhere, and manages nothing, chooses a contract first.
    """
    question = LogQuestion(request.GET, today=timezone.localdate())
    user = request.user
    if question.contract_asked is not None:
        contract = get_object_or_404(
            Contract.objects.allowing(user, Permission.LOG_PERFORMANCE), pk=question.contract_asked
        )
        return _log_sheet(request, question, contract.indicators.all(), contract)
    manages = Contract.objects.in_force().any_managed_by(user)
    if user.may(Permission.LOG_PERFORMANCE) and (question.everything or not manages):
        return _log_choose(request, question)
    return _log_sheet(request, question, Indicator.objects.managed_by(user))


def _log_sheet(request, question, indicators, contract=None):
    month, today = question.month_asked, timezone.localdate()
    due = indicators.ending_in(month) if month <= today else indicators.none()
    # As it ends in a number, the order is the same on every page.
    due = due.select_related("contract").order_by("contract__title", "contract", "name", "pk")
    page = Paginator(due, LINES_ON_A_PAGE).get_page(question.page_asked)
    sheet = Sheet(page, month=month, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and sheet.is_valid():
        try:
            readings = actions.record_readings(entries=sheet.entries, by=request.user)
        except actions.ReadingsChanged:  # in the moment since the sheet was made
            sheet = Sheet(page, month=month, data=request.POST)
        else:
            messages.success(request, _saved_in_words(readings))
            return redirect(request.get_full_path())
    context = {
        "sheet": sheet,
        "page": page,
        "contract": contract,
        "may_log_everywhere": request.user.may(Permission.LOG_PERFORMANCE),
        "months": months.Months(indicators, shown=month, today=today),
    }
    return render(request, "performance/log.html", context)


def _saved_in_words(readings):
    """`3 readings recorded: 2 Good, 1 Not reported.`"""
    if not readings:
        return "Nothing was changed: no line was filled in."
    states = [reading.state for reading in readings]
    order = [*(rating.label for rating in rules.Rating), rules.NOT_REPORTED]
    counts = ", ".join(f"{states.count(state)} {state}" for state in order if state in states)
    return f"{len(readings)} reading{'' if len(readings) == 1 else 's'} recorded: {counts}."


def _log_choose(request, question):
    """The contracts with readings due in the month, and how many of them are missing."""
    month, today = question.month_asked, timezone.localdate()
    may_log = Contract.objects.allowing(request.user, Permission.LOG_PERFORMANCE).in_force()
    due = Indicator.objects.ending_in(month)
    contracts = may_log.filter(Exists(due.filter(contract=OuterRef("pk")))).search(question.text)
    page = Paginator(
        contracts.select_related("oco", "supplier").order_by("title", "pk"), CONTRACTS_ON_A_PAGE
    ).get_page(question.page_asked)
    counts = months.counts(due.filter(contract__in=[c.pk for c in page]), month)
    context = {
        "page": page,
        "rows": [{"contract": c, **counts[c.pk]} for c in page],
        "text": question.text,
        "months": months.Months(None, shown=month, today=today),
    }
    return render(request, "performance/log_choose.html", context)
