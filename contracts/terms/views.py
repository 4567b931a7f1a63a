from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import require
from accounts.permissions import Permission
from common import locking
from common.history import Taken, page_of_entries
from common.lists import ListPage, page_number
from contracts.models import Contract
from contracts.terms import actions, agenda, clocks, following, pictures, rules
from contracts.terms.columns import HolidayFilter, columns_for
from contracts.terms.forms import (
    ASKED,
    BreakForm,
    ClockForm,
    DecisionForm,
    EndForm,
    HolidayForm,
    LetGoForm,
    ReasonForm,
    RemoveHolidayForm,
    SettleForm,
    TermForm,
    use_of,
)
from contracts.terms.models import (
    BankHoliday,
    BreakDate,
    ExtensionOption,
    Nation,
    NoticeClock,
    Outcome,
)
from contracts.terms.sheet import Sheet
from contracts.views import contract_page

OVERTAKEN = "Somebody changed this contract while the page was open. It now says how things stand: check it, and save again."
ENDS = {"initial": rules.INITIAL_END, "current": rules.CURRENT_END}


# --- The tab --------------------------------------------------------------------------------------


def contract_term(request, contract_pk):
    """When it ends, how far it may run, the next date to act, and why each date is what it is."""
    contract = get_object_or_404(
        Contract.objects.visible_to(request.user).select_related("supplier"), pk=contract_pk
    )
    today = timezone.localdate()
    sheet = Sheet.of(contract)
    events = agenda.events(sheet, today=today)
    return contract_page(
        request, contract, "term", "terms/contract_term.html",
        {
            "sheet": sheet,
            "events": events,
            "next_event": agenda.next_to_act(events),
            "late": [event for event in events if event.late],
            "today": today,
            "picture": pictures.picture(sheet, events, today=today),
            "sentence": pictures.sentence(sheet, today=today),
            "options": [(option, sheet.dates.of_option(option.number)) for option in sheet.options],
            "clocks": [_line(sheet, clock, today) for clock in _shown(sheet.notices)],
            "fits_option": _fits_option(sheet),
            "breaks": [(day, sheet.break_notice(day)) for day in sheet.breaks],
            "differences": [
                (name, d) for name, of in ENDS.items() for d in sheet.dates.differences if d.of == of
            ],
            "renewal": sheet.renewal(today) if contract.is_past_its_end else None,
            "last_decided": next((o for o in reversed(sheet.options) if not o.is_open), None),
        },
    )  # fmt: skip


CLAIMS_SHOWN = 10


def _shown(notices):
    """Every notice; of the claims that were settled the latest only, as there is one each month."""
    settled = [
        clock for clock in notices if clock.kind == NoticeClock.Kind.CLAIM and clock.is_settled
    ]
    settled.sort(key=lambda clock: (clock.due_on, clock.pk), reverse=True)
    left_out = set(settled[CLAIMS_SHOWN:])
    return [clock for clock in notices if clock not in left_out]


def _fits_option(sheet):
    """The option with which the term would come to the recorded end, if that is in question."""
    if sheet.end_is_settled:
        return None
    ends_on = sheet.contract.ends_on
    return next(
        (o for o in sheet.open_options if sheet.dates.of_option(o.number).end.on == ends_on), None
    )


def _line(sheet, clock, today):
    """A notice in the table: what it is for, how it is counted, its last day or what giving it now would do."""
    use, how = use_of(clock)
    if clock.from_on:
        how = f"after {clocks.in_words(clock.from_on)}"
    line = {"clock": clock, "use": use, "how": how, "due": sheet.due(clock)}
    if clock.counts_from == NoticeClock.CountsFrom.ANY_TIME and not sheet.used_break:
        line["if_given"] = clocks.ends_if_given(clock.notice, today=today, calendar=sheet.calendar)
    return line


def _editable(request, contract_pk):
    return get_object_or_404(
        Contract.objects.editable_by(request.user).select_related("supplier"), pk=contract_pk
    )


def _editable_row(request, model, pk):
    """A row of a contract's term that this person may change, with its contract."""
    rows = model.objects.editable_by(request.user).select_related("contract__supplier")
    return get_object_or_404(rows, pk=pk)


def _page(request, contract, form, *, title, template="terms/form.html", status=200, **context):
    request.navigation_path = contract.get_absolute_url()
    context = {"contract": contract, "form": form, "title": title, **context}
    return render(request, template, context, status=status)


# --- The length of the term -----------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def term_set(request, contract_pk):
    """One field for the term and its options, and what happens at the end."""
    contract = _editable(request, contract_pk)
    sheet = Sheet.of(contract)
    form = TermForm(request.POST or None, sheet=sheet)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_term(contract=contract, by=request.user, **form.term)
        except locking.Conflict:
            form, status = _with_what_is_now(request, contract_pk, form), 409
        except actions.EndsDisagree as disagree:
            form.ask_for_ends(disagree.differences)
        except actions.DecidedOtherwise as decided:
            form.add_error("shape", _keep_decided(decided.option))
        except actions.Impossible as impossible:
            form.add_error("commences_on", str(impossible))
        else:
            shape = form.cleaned_data["shape"]
            messages.success(request, f"Term saved{f': {shape.in_words}' if shape else ''}.")
            return redirect("terms:contract", contract.pk)
    return _page(
        request, contract, form, template="terms/term_form.html", status=status,
        title="Change the term" if sheet.term else "Record the term",
        asked=ASKED, overtaken=status == 409,
    )  # fmt: skip


def _with_what_is_now(request, contract_pk, form):
    """What the person typed, on the contract as it is now."""
    sheet = Sheet.of(Contract.objects.get(pk=contract_pk))
    return type(form)(_as_seen_now(request, sheet), sheet=sheet)


def _as_seen_now(request, sheet):
    data = request.POST.copy()
    data["version"], data["term_version"] = sheet.contract.version, sheet.term_version
    return data


def _keep_decided(option):
    return (
        f"Option {option.number} ({option.length}) is {option.get_state_display().lower()}: "
        "keep it as it is, or reopen it first"
    )


@require_http_methods(["GET", "POST"])
def term_end(request, contract_pk, of):
    """The recorded end is not what the term works out to: which one counts, and why."""
    contract = _editable(request, contract_pk)
    sheet = Sheet.of(contract)
    difference = next((d for d in sheet.dates.differences if d.of == ENDS.get(of)), None)
    if difference is None:
        if of not in ENDS:
            raise Http404
        messages.info(request, "The recorded end is what the term works out to.")
        return redirect("terms:contract", contract.pk)
    dates = sheet.dates
    worked_out = dates.initial_worked_out if of == "initial" else dates.worked_out
    return _decide(
        request, contract,
        form_for=lambda data, sheet: EndForm(data, sheet=sheet, difference=difference),
        act=lambda values: actions.settle_end(
            contract=contract, by=request.user, of=difference.of, **values
        ),
        done="Saved: the page says which end counts, and why.",
        title=f"Which {of} end is right?",
        facts=[
            ("Recorded", difference.recorded_on, ()),
            ("Worked out", difference.worked_out_on, worked_out.why),
        ],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def renewal_record(request, contract_pk):
    """The contract has renewed by itself."""
    contract = _editable(request, contract_pk)
    today = timezone.localdate()
    sheet = Sheet.of(contract)
    until = sheet.renewal(today)
    if until is None or contract.ends_on >= today:
        messages.info(request, "No renewal is to be recorded.")
        return redirect("terms:contract", contract.pk)
    return _decide(
        request, contract,
        form_for=lambda data, sheet: ReasonForm(data, sheet=sheet, label="Record the renewal"),
        act=lambda values: actions.record_renewal(
            contract=contract, by=request.user, today=today, **values
        ),
        done="Renewal recorded.",
        title="Record that it renewed by itself",
        follows=following.sentences(sheet, sheet.imagined(ends_on=until.on), today=today),
        facts=[("New end", until.on, until.why)],
    )  # fmt: skip


# --- Decisions ------------------------------------------------------------------------------------


def _decide(request, contract, *, form_for, act, done, title, **context):
    """A page that says what will follow, and saves it: `form_for(data, sheet)` and `act(values)`."""
    sheet, status = Sheet.of(contract), 200
    form = form_for(request.POST or None, sheet)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except locking.Conflict:
            # The page is drawn from how things stand now; only what it was opened with is old.
            now = Sheet.of(Contract.objects.get(pk=contract.pk))
            form, status = form_for(_as_seen_now(request, now), sheet), 409
        except (actions.AlreadyDecided, actions.NothingToRenew):
            messages.warning(request, "Somebody has recorded this already. Nothing was changed.")
            return redirect("terms:contract", contract.pk)
        except actions.OutOfTurn:
            messages.warning(request, OUT_OF_TURN)
            return redirect("terms:contract", contract.pk)
        except actions.NotYetPast:
            form.add_error(None, "There is still time to take this option: decline it instead")
        except actions.EndsDisagree:
            messages.warning(request, "Say first which end is right: the option runs on from it.")
            return redirect("terms:end", contract.pk, "current")
        except actions.Impossible as impossible:
            form.add_error(None, str(impossible))
        else:
            messages.success(request, done)
            return redirect("terms:contract", contract.pk)
    context.setdefault("overtaken", status == 409)
    return _page(
        request,
        contract,
        form,
        title=title,
        template="terms/decision.html",
        status=status,
        **context,
    )


OUT_OF_TURN = (
    "Options go one after the other: decide on the earlier one first, or reopen the later one."
)


def _next_option(request, option_pk):
    """(option, sheet, today, where to go instead): only the first open option can be decided on."""
    option = _editable_row(request, ExtensionOption, option_pk)
    sheet, today = Sheet.of(option.contract), timezone.localdate()
    elsewhere = None
    if option != sheet.next_option or sheet.used_break:
        messages.warning(
            request, OUT_OF_TURN if option.is_open else f"Option {option.number} has been decided."
        )
        elsewhere = redirect("terms:contract", option.contract_id)
    elif not sheet.may_decide(option):
        messages.warning(request, "Say first which end is right: the option runs on from it.")
        elsewhere = redirect("terms:end", option.contract_id, "current")
    return option, sheet, today, elsewhere


@require_http_methods(["GET", "POST"])
def option_take(request, option_pk):
    option, sheet, today, elsewhere = _next_option(request, option_pk)
    if elsewhere:
        return elsewhere
    dates = sheet.dates.of_option(option.number)
    ends_on = sheet.end_with(option)
    taken = sheet.imagined(option, ends_on=ends_on, state=rules.TAKEN, decided_on=today)
    return _decide(
        request, option.contract,
        form_for=lambda data, sheet: DecisionForm(
            data, sheet=sheet, today=today, label=f"Take option {option.number}"
        ),
        act=lambda values: actions.take_option(option=option, by=request.user, **values),
        done=f"Option {option.number} taken: the contract now ends on {clocks.in_words(dates.end.on)}."
        if dates.end.on else "",
        title=f"Take option {option.number}: {option.length} more",
        follows=following.sentences(sheet, taken, today=today),
        facts=[
            ("New end", dates.end.on, dates.end.why),
            ("Last day to give notice", dates.notice.on, dates.notice.why),
        ],
        late=_is_past(dates.notice, today),
    )  # fmt: skip


def _is_past(notice, today):
    return notice.on is not None and notice.on < today


@require_http_methods(["GET", "POST"])
def option_decline(request, option_pk):
    return _let_go(request, option_pk, lapsed=False)


@require_http_methods(["GET", "POST"])
def option_lapse(request, option_pk):
    """The notice to extend was missed, and the option is gone with it."""
    return _let_go(request, option_pk, lapsed=True)


def _let_go(request, option_pk, *, lapsed):
    option, sheet, today, elsewhere = _next_option(request, option_pk)
    if elsewhere:
        return elsewhere
    notice = sheet.dates.of_option(option.number).notice
    if lapsed and not _is_past(notice, today):
        return redirect("terms:option_decline", option.pk)
    act = partial(actions.lapse_option, today=today) if lapsed else actions.decline_option
    later = [o for o in sheet.open_options if o.number > option.number]
    gone = sheet.imagined(option, state=rules.LAPSED if lapsed else rules.DECLINED)
    for fallen in later:
        gone = gone.imagined(fallen, state=rules.LAPSED)
    label = (
        f"Record that option {option.number} lapsed"
        if lapsed
        else f"Decline option {option.number}"
    )
    return _decide(
        request, option.contract,
        form_for=lambda data, sheet: LetGoForm(data, sheet=sheet, today=today, label=label, later=later),
        act=lambda values: act(option=option, by=request.user, **values),
        done=f"Option {option.number} {'lapsed' if lapsed else 'declined'}.",
        title=label,
        follows=following.sentences(sheet, gone, today=today),
        facts=[("Last day to give notice", notice.on, notice.why)],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def option_reopen(request, option_pk):
    """Take back the latest decision on an option."""
    option = _editable_row(request, ExtensionOption, option_pk)
    sheet, today = Sheet.of(option.contract), timezone.localdate()
    if option.is_open or any(not o.is_open and o.number > option.number for o in sheet.options):
        messages.warning(request, OUT_OF_TURN)
        return redirect("terms:contract", option.contract_id)
    reopened = sheet.imagined(option, state=rules.AVAILABLE, decided_on=None)
    return _decide(
        request, option.contract,
        form_for=lambda data, sheet: ReasonForm(
            data, sheet=sheet, label=f"Reopen option {option.number}"
        ),
        act=lambda values: actions.reopen_option(option=option, by=request.user, **values),
        done=f"Option {option.number} is open again.",
        title=f"Reopen option {option.number}",
        intro=f"It was {option.get_state_display().lower()} on {clocks.in_words(option.decided_on)}: {option.reason}",
        follows=following.sentences(sheet, _end_moved_back(sheet, reopened), today=today),
    )  # fmt: skip


def _end_moved_back(before, after):
    """The recorded end follows the term, if it did so before."""
    if before.contract.ends_on == before.dates.worked_out.on:
        return after.imagined(ends_on=after.dates.worked_out.on)
    return after


# --- Breaks ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def break_add(request, contract_pk):
    return _save_break(request, _editable(request, contract_pk), None)


@require_http_methods(["GET", "POST"])
def break_edit(request, day_pk):
    day = _editable_row(request, BreakDate, day_pk)
    if not day.is_open:
        messages.warning(request, "This break has been decided: reopen it first.")
        return redirect("terms:contract", day.contract_id)
    return _save_break(request, day.contract, day)


def _save_break(request, contract, day):
    form = BreakForm(request.POST or None, instance=day, contract=contract)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_break(
                contract=contract, by=request.user, day=day,
                reason=form.cleaned_data.get("reason", ""), **form.changes,
            )  # fmt: skip
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        except actions.AlreadyDecided:
            messages.warning(request, "Somebody has decided or removed this break meanwhile.")
            return redirect("terms:contract", contract.pk)
        else:
            messages.success(request, f"{saved} saved.")
            return redirect("terms:contract", contract.pk)
    return _page(
        request, contract, form, title="Change the break date" if day else "Add a break date",
        remove=reverse("terms:break_remove", args=[day.pk]) if day else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def break_use(request, day_pk):
    day, sheet, today, elsewhere = _open_break(request, day_pk)
    if elsewhere:
        return elsewhere
    notice = sheet.break_notice(day)
    ends_on = min(day.on, sheet.contract.ends_on or day.on)
    used = sheet.imagined(day, ends_on=ends_on, state=BreakDate.State.USED, decided_on=today)
    return _decide(
        request, day.contract,
        form_for=lambda data, sheet: DecisionForm(
            data, sheet=sheet, today=today, label="Use this break"
        ),
        act=lambda values: actions.use_break(day=day, by=request.user, **values),
        done=f"Break used: the contract ends on {clocks.in_words(ends_on)}.",
        title=f"Use the break on {clocks.in_words(day.on)}",
        follows=following.sentences(sheet, used, today=today),
        facts=[("Last day to give notice", notice.on, notice.why)],
        late=_is_past(notice, today),
    )  # fmt: skip


def _open_break(request, day_pk):
    day = _editable_row(request, BreakDate, day_pk)
    sheet, elsewhere = Sheet.of(day.contract), None
    if not day.is_open:
        messages.warning(request, "This break has been decided.")
        elsewhere = redirect("terms:contract", day.contract_id)
    return day, sheet, timezone.localdate(), elsewhere


@require_http_methods(["GET", "POST"])
def break_leave(request, day_pk):
    day, sheet, today, elsewhere = _open_break(request, day_pk)
    if elsewhere:
        return elsewhere
    notice = sheet.break_notice(day)
    left = sheet.imagined(day, state=BreakDate.State.NOT_USED, decided_on=today)
    return _decide(
        request, day.contract,
        form_for=lambda data, sheet: DecisionForm(
            data, sheet=sheet, today=today, label="Record that it is not used"
        ),
        act=lambda values: actions.leave_break(day=day, by=request.user, **values),
        done="Recorded: the break is not used.",
        title=f"Do not use the break on {clocks.in_words(day.on)}",
        follows=following.sentences(sheet, left, today=today),
        facts=[("Last day to give notice", notice.on, notice.why)],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def break_reopen(request, day_pk):
    day = _editable_row(request, BreakDate, day_pk)
    if day.is_open:
        return redirect("terms:contract", day.contract_id)
    sheet, today = Sheet.of(day.contract), timezone.localdate()
    reopened = sheet.imagined(day, state=BreakDate.State.OPEN, decided_on=None)
    return _decide(
        request, day.contract,
        form_for=lambda data, sheet: ReasonForm(data, sheet=sheet, label="Reopen this break"),
        act=lambda values: actions.reopen_break(day=day, by=request.user, **values),
        done="The break is open again.",
        title=f"Reopen the break on {clocks.in_words(day.on)}",
        intro=f"It was recorded as {day.get_state_display().lower()} on "
        f"{clocks.in_words(day.decided_on)}: {day.reason}",
        follows=following.sentences(sheet, _end_moved_back(sheet, reopened), today=today),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def break_remove(request, day_pk):
    day = _editable_row(request, BreakDate, day_pk)
    return _remove(
        request, day.contract, act=lambda reason: actions.remove_break(day=day, by=request.user, reason=reason),
        title=f"Remove the break on {clocks.in_words(day.on)}", done="Break date removed.",
    )  # fmt: skip


def _remove(request, contract, *, act, title, done):
    return _decide(
        request, contract,
        form_for=lambda data, sheet: ReasonForm(data, sheet=sheet, label="Remove it"),
        act=lambda values: act(values["reason"]),
        done=done,
        title=title,
        intro="It stays in the contract's history.",
    )  # fmt: skip


# --- Notices --------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def clock_add(request, contract_pk):
    return _save_clock(request, _editable(request, contract_pk), None)


@require_http_methods(["GET", "POST"])
def clock_edit(request, clock_pk):
    clock = _editable_row(request, NoticeClock, clock_pk)
    return _save_clock(request, clock.contract, clock)


def _save_clock(request, contract, clock):
    form = ClockForm(request.POST or None, instance=clock, sheet=Sheet.of(contract))
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_clock(
                contract=contract, by=request.user, clock=clock,
                reason=form.cleaned_data.get("reason", ""), **form.changes,
            )  # fmt: skip
        except Taken as taken:
            form.add_error(None, str(taken))
        except actions.AlreadyDecided:
            messages.warning(request, "Somebody has removed this notice meanwhile.")
            return redirect("terms:contract", contract.pk)
        else:
            messages.success(
                request, "Notice saved. The dates that hang on it are worked out again."
            )
            return redirect("terms:contract", contract.pk)
    return _page(
        request, contract, form, template="terms/clock_form.html",
        title=f"Change the notice: {use_of(clock)[0].lower()}" if clock else "Add a notice",
        remove=reverse("terms:clock_remove", args=[clock.pk]) if clock else "",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def clock_settle(request, clock_pk):
    """What became of a last day: done, decided not to, or missed and what followed."""
    clock = _editable_row(request, NoticeClock, clock_pk)
    contract, today = clock.contract, timezone.localdate()
    due = Sheet.of(contract).due(clock)
    if due.on is None or clock.outcome_for_on == due.on:
        messages.info(request, "There is nothing to record for this notice.")
        return redirect("terms:contract", contract.pk)
    form = SettleForm(request.POST or None, clock=clock, due_on=due.on, today=today)
    overtaken = False
    if request.method == "POST" and form.is_valid():
        try:
            actions.settle_clock(clock=clock, by=request.user, **form.cleaned_data)
        except locking.Conflict:
            overtaken = True
            data = request.POST.copy()
            data["for_on"] = due.on
            form = SettleForm(data, clock=clock, due_on=due.on, today=today)
        except actions.AlreadyDecided:
            messages.warning(request, "Somebody has recorded this already. Nothing was changed.")
            return redirect("terms:contract", contract.pk)
        else:
            outcome = Outcome(form.cleaned_data["outcome"]).label
            messages.success(request, f"Recorded: {outcome[:1].lower()}{outcome[1:]}.")
            return redirect("terms:contract", contract.pk)
    title = agenda.title_of(clock.kind, clock.about)
    return _page(
        request, contract, form, title=title, template="terms/decision.html",
        facts=[("Last day", due.on, due.why)], overtaken=overtaken, late=_is_past(due, today),
        status=409 if overtaken else 200,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def clock_remove(request, clock_pk):
    clock = _editable_row(request, NoticeClock, clock_pk)
    return _remove(
        request, clock.contract, act=lambda reason: actions.remove_clock(clock=clock, by=request.user, reason=reason),
        title=f"Remove the notice: {use_of(clock)[0].lower()}", done="Notice removed.",
    )  # fmt: skip


# --- Bank holidays --------------------------------------------------------------------------------


def holidays(request):
    """The bank holidays that working days are counted by: facts that everybody may check."""
    may_manage = request.user.may(Permission.MANAGE_CALENDAR)
    page = ListPage(
        request,
        queryset=BankHoliday.objects.all(),
        columns=columns_for(may_manage=may_manage and not request.GET.get("export")),
        filterset=HolidayFilter,
        sort="-on",
        name="bank-holidays",
    )
    if page.export:
        return page.export_response()
    known = {nation.label: _known_until(nation) for nation in Nation}
    return render(
        request, "terms/holiday_list.html", {"page": page, "may_manage": may_manage, "known": known}
    )  # fmt: skip


def _known_until(nation):
    years = clocks.Calendar(nation.label, BankHoliday.objects.by_day(nation)).known_years
    return max(years, default=None)


@require_http_methods(["GET", "POST"])
def holiday_add(request):
    require(request.user, Permission.MANAGE_CALENDAR)
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            actions.add_holidays(by=request.user, **values)
        except Taken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(request, f"{values['name']}, {clocks.in_words(values['on'])}, added.")
            return redirect("terms:holidays")
    return render(request, "terms/holiday_form.html", {"form": form, "title": "Add a bank holiday"})


@require_http_methods(["GET", "POST"])
def holiday_remove(request, holiday_pk):
    require(request.user, Permission.MANAGE_CALENDAR)
    holiday = get_object_or_404(BankHoliday, pk=holiday_pk)
    form = RemoveHolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.remove_holiday(holiday=holiday, by=request.user, **form.cleaned_data)
        except actions.AlreadyDecided:
            messages.warning(request, "Somebody has removed this bank holiday already.")
        else:
            messages.success(request, f"{holiday} removed.")
        return redirect("terms:holidays")
    return render(
        request, "terms/holiday_form.html",
        {"form": form, "title": "Remove a bank holiday", "holiday": holiday},
    )  # fmt: skip


def holidays_history(request):
    page, entries = page_of_entries([BankHoliday.history.all()], page=page_number(request))
    return render(request, "terms/holiday_history.html", {"history_page": page, "entries": entries})
