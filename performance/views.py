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
from common.templatetags.steward import count_of
from contracts.models import Contract
from contracts.views import contract_page
from performance import actions, charts, definitions, months, panels, pasting, rules
from performance.forms import DefinitionForm, IndicatorForm, RemoveDefinitionForm, RetireForm
from performance.models import Definition, Indicator, Reading
from performance.sheet import LogQuestion, Sheet
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
            "to_check": Reading.objects.filter(indicator__contract=contract).to_check().count(),
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
        indicator = actions.add_indicator(
            contract=contract, by=request.user, **form.changes, **form.defined
        )
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
        .with_recent(charts.LONG, timezone.localdate(), whole=True),
        pk=indicator_pk,
    )
    today = timezone.localdate()
    history_page, entries = page_of_entries(
        [
            Indicator.history.filter(id=indicator.pk),
            Definition.history.filter(indicator_id=indicator.pk),
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
            "bands": rules.rating_bands(indicator.standard, unit=indicator.unit),
            "points": rules.points_in_words(indicator.standard, unit=indicator.unit),
            "definitions": definitions.of(indicator, today=today),
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
                "frequency",
                "A reading has been logged meanwhile: how it is measured can no longer change",
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


# --- What counts, from a day on ---------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def definition_add(request, indicator_pk):
    """Another target, tolerance or definition from a day on. It starts from what counts now."""
    indicator = get_object_or_404(
        Indicator.objects.editable_by(request.user).in_use().select_related(*CONTRACT),
        pk=indicator_pk,
    )
    current = indicator.definition
    now = {name: getattr(current, name) for name in actions.DEFINED} if current else {}
    start = rules.period_of(indicator.frequency, timezone.localdate()).start
    form = DefinitionForm(
        request.POST or None, indicator=indicator, instance=Definition(),
        initial={"from_on": start, **now},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_definition(
                indicator=indicator, by=request.user, reason=form.cleaned_data["reason"],
                from_on=form.cleaned_data["from_on"], **form.defined,
            )  # fmt: skip
        except actions.AlreadyRated:
            form.add_error(
                "from_on",
                "Readings were rated by a definition that counts from this day: choose a later day",
            )
        else:
            messages.success(request, f"A new definition of {indicator.name} is recorded.")
            return redirect(indicator)
    context = {"form": form, "contract": indicator.contract, "indicator": indicator}
    return render(request, "performance/definition_form.html", context)


@require_http_methods(["GET", "POST"])
def definition_edit(request, definition_pk):
    """Put right a definition by which nothing was rated yet; of one that was used, only its words."""
    definition = _definition(request, definition_pk)
    form = DefinitionForm(request.POST or None, indicator=definition.indicator, instance=definition)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_definition(
                definition=definition, by=request.user, version=form.cleaned_data["version"],
                reason=form.cleaned_data["reason"], **form.defined,
            )  # fmt: skip
        except actions.AlreadyRated:
            form.add_error(
                "target",
                "Readings were rated by this definition, so only its words can change. Record a new one that counts "
                "from a later day",
            )
        except locking.Conflict:
            form.add_error(
                None, "Somebody else has changed this definition meanwhile. Open it again to see it"
            )
        else:
            messages.success(request, "Definition saved.")
            return redirect(definition)
    context = {
        "form": form, "definition": definition, "indicator": definition.indicator,
        "contract": definition.indicator.contract,
    }  # fmt: skip
    return render(request, "performance/definition_form.html", context)


def _definition(request, definition_pk):
    found = Definition.objects.editable_by(request.user).select_related(
        "indicator", *(f"indicator__{name}" for name in CONTRACT)
    )
    return get_object_or_404(found, pk=definition_pk)


@require_http_methods(["GET", "POST"])
def definition_remove(request, definition_pk):
    definition = _definition(request, definition_pk)
    indicator = definition.indicator
    form = RemoveDefinitionForm(request.POST or None)
    form.cancel_url = indicator.get_absolute_url()
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_definition(definition=definition, by=request.user, **form.cleaned_data)
        except actions.AlreadyRated:
            messages.warning(request, "Readings were rated by this definition: it stays.")
        except actions.OnlyDefinition:
            messages.warning(request, "A KPI cannot be left without any definition.")
        else:
            messages.success(request, "The definition is taken back.")
        return redirect(indicator)
    context = {"form": form, "definition": definition, "indicator": indicator, "contract": indicator.contract}  # fmt: skip
    return render(request, "performance/definition_remove.html", context)


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
    due = (
        due.with_definitions()
        .select_related("contract")
        .order_by("contract__title", "contract", "name", "pk")
    )
    page = Paginator(due, LINES_ON_A_PAGE).get_page(question.page_asked)
    sheet = Sheet(page, month=month, data=request.POST if request.method == "POST" else None)
    if "fill" in request.POST:
        sheet = _pasted(request, sheet, page)
    elif request.method == "POST" and sheet.is_valid():
        try:
            readings = actions.record_readings(
                entries=sheet.entries, by=request.user, checked=request.POST.get("checked") == "on"
            )
        except actions.ReadingsChanged:  # in the moment since the sheet was made
            sheet = Sheet(page, month=month, data=request.POST)
        else:
            messages.success(request, _saved_in_words(readings))
            return redirect(request.get_full_path())
    context = {
        "sheet": sheet,
        "page": page,
        "pasted": request.POST.get("column", ""),
        "contract": contract,
        "may_log_everywhere": request.user.may(Permission.LOG_PERFORMANCE),
        "months": months.Months(indicators, shown=month, today=today),
        "to_check": Reading.objects.checked_by(request.user, contract).to_check().count(),
    }
    return render(request, "performance/log.html", context)


def _pasted(request, sheet, page):
    """The sheet with a pasted column in its boxes, to be looked at before it is saved."""
    try:
        data = pasting.fill(request.POST, request.POST.get("column", "")[:20_000], sheet.lines)
    except pasting.NotFitting as problem:
        sheet.paste_error = str(problem)
        return sheet
    filled = Sheet(page, month=sheet.month, data=data)
    number = sum(line.is_touched for line in filled.lines)
    messages.info(
        request,
        f"{count_of(number, 'line')} filled in. Nothing is saved yet: look at them, then save."
        if number
        else "Nothing was pasted.",
    )
    return filled


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
