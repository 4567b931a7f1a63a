"""How the term of a contract changes, and by whom.

Every action locks the contract's row first: two people who decide on one contract come one after the other. The
current end moves through the register's own action, so that its version and history tell of it too.
"""

from copy import copy

from django.db import transaction
from django.db.models import F, Max, Value

from common import locking
from common.bulk import insert_select, write_history
from common.history import delete_with_history, save_unless_taken, save_with_history
from contracts import actions as register
from contracts import rules as register_rules
from contracts.models import Contract
from contracts.terms import rules
from contracts.terms.clocks import in_words
from contracts.terms.models import (
    BankHoliday,
    BreakDate,
    EndOverride,
    ExtensionOption,
    NoticeClock,
    Outcome,
    Term,
)
from contracts.terms.sheet import Sheet, work_out_again

KEEP, WORK_OUT = "keep", "work_out"


class AlreadyDecided(Exception):
    """Somebody has decided this before."""


class OutOfTurn(Exception):
    """An earlier option is open, or a later one is decided: options go one after the other."""


class EndsDisagree(Exception):
    """The recorded end is not what the term works out to, and it has to be said first which one counts.

    `differences` are rules.Difference."""

    def __init__(self, differences):
        super().__init__()
        self.differences = differences


class DecidedOtherwise(Exception):
    """The new shape of the term leaves out an option that has been decided. `option` is the one."""

    def __init__(self, option):
        super().__init__()
        self.option = option


class Impossible(Exception):
    """The register cannot hold these dates together. `problems` are (field, sentence)."""

    def __init__(self, problems):
        super().__init__("; ".join(sentence for _, sentence in problems))
        self.problems = problems


class NotYetPast(Exception):
    """There is still time: the last day to give notice has not passed."""


class NothingToRenew(Exception):
    """The contract does not renew by itself, or its current period is not over."""


def _locked(contract, version=None, term_version=None):
    """The contract's sheet, alone in our hands; `Conflict` if it is not the one that the person saw."""
    current = Contract.objects.select_for_update().get(pk=contract.pk)
    if version is not None:
        locking.check(current, version)
    sheet = Sheet.of(current)
    if term_version is not None and sheet.term_version != term_version:
        raise locking.Conflict
    return sheet


def _now_another(sheet):
    """The options, breaks or ends are not what somebody who has a page of this term open has seen."""
    Term.objects.filter(contract=sheet.contract).update(version=F("version") + 1)


def _stored(sheet):
    """Every derived date as it follows from what is recorded now; the sheet as it stands then."""
    work_out_again(Term.objects.filter(contract=sheet.contract))
    return Sheet.of(Contract.objects.get(pk=sheet.contract.pk))


def _with_term(sheet, by):
    """Whatever hangs on a contract's term needs the row that says whose bank holidays count."""
    if sheet.term is None:
        term = Term(contract=sheet.contract)
        sheet.term = save_with_history(term, by=by, reason="Term recorded")
    return sheet.term


def _move_end(sheet, *, was, by, reason):
    """Let the recorded end follow the term, if it did so before, when the term came to the day `was`; the sheet
    as it stands then. An end that was set to another day, with a reason, is left where it is."""
    after = Sheet.of(sheet.contract)
    comes_to = after.dates.worked_out.on
    if was == sheet.contract.ends_on != comes_to:
        _change_contract(after, by=by, reason=reason, ends_on=comes_to)
    return _stored(after)


def _change_contract(sheet, *, by, reason, **columns):
    contract = sheet.contract
    dates = {
        n: columns.get(n, getattr(contract, n))
        for n in ("commences_on", "initial_end_on", "ends_on")
    }
    problems = register_rules.problems(dates)
    problems += [
        (name, f"The term would end on {in_words(day)}: it must end before 2151")
        for name, day in columns.items()
        if name in ("initial_end_on", "ends_on") and day and day > register_rules.LATEST_DATE
    ]
    if problems:
        raise Impossible(problems)
    sheet.contract = register.change(
        contract=contract, by=by, version=contract.version, reason=reason, **columns
    )


# --- The term -------------------------------------------------------------------------------------


def begin_terms(contracts, *, by):
    """Contracts whose length was written into the register have a term: it says whose bank holidays count, and
    keeps what is worked out. Three statements, however many there are."""
    before = Term.objects.aggregate(last=Max("pk"))["last"] or 0
    columns = {
        field.attname: Value(field.get_default(), output_field=field)
        for field in Term._meta.concrete_fields
        if not field.null and not field.primary_key and field.name != "contract"
    }
    lacking = contracts.filter(initial_term_months__isnull=False, term=None)
    if insert_select(Term, columns | {"contract_id": F("pk")}, lacking):
        begun = Term.objects.filter(pk__gt=before, contract__in=contracts.order_by().values("pk"))
        write_history(begun, by=by, reason="Its initial term was recorded", kind="+")


@transaction.atomic
def set_term(
    *, contract, by, version, term_version, commences_on, shape, rolling, renews_for_months,
    nation, clause, ends=None, reason="",
):  # fmt: skip
    """Record how long a contract runs: an initial term with its options (rules.Shape), or that it rolls on.

    Ends that are empty are filled in. `EndsDisagree` when one is recorded that the term does not work out to,
    unless `ends` says to KEEP what is recorded, with the reason, or to WORK_OUT. Gives the sheet.
    """
    sheet = _locked(contract, version, term_version)
    columns = {
        "nation": nation,
        "rolling": rolling,
        "renews_for_months": renews_for_months,
        "clause": clause,
    }
    _save_term(sheet, columns, by=by, reason=reason)
    _set_options(sheet, shape.options if shape else (), by=by, reason=reason)
    columns = {
        "commences_on": commences_on,
        "initial_term_months": shape.initial if shape else None,
    }
    sheet = _with_ends(sheet, columns, everything=ends == WORK_OUT)
    open_questions = sheet.dates.unexplained
    if ends is None and (open_questions or (rolling and sheet.contract.ends_on)):
        raise EndsDisagree(open_questions)
    _change_contract(sheet, by=by, reason=reason, **columns)
    for difference in open_questions:
        _override(sheet.contract, difference, by=by, reason=reason)
    return _stored(sheet)


def _with_ends(sheet, columns, *, everything):
    """The sheet as it would be with these columns. Adds to them the ends that are to be filled in: those not
    recorded or, with `everything`, those too that are recorded otherwise."""
    contract = copy(sheet.contract)
    for name, value in columns.items():
        setattr(contract, name, value)
    initial = Sheet.of(contract).dates.initial_worked_out.on
    if initial and (everything or contract.initial_end_on is None):
        contract.initial_end_on = columns["initial_end_on"] = initial
    worked_out = Sheet.of(contract).dates.worked_out.on
    rolls_on = sheet.term.rolling and everything
    if rolls_on or (worked_out and (everything or contract.ends_on is None)):
        contract.ends_on = columns["ends_on"] = worked_out
    return Sheet.of(contract)


def _save_term(sheet, columns, *, by, reason):
    term = sheet.term or Term(contract=sheet.contract)
    if term.pk and all(getattr(term, name) == value for name, value in columns.items()):
        return
    for name, value in columns.items():
        setattr(term, name, value)
    term.version += 1 if term.pk else 0
    sheet.term = save_with_history(term, by=by, reason=reason)


def _set_options(sheet, months, *, by, reason):
    """So many options of so many months; what has been decided must be among them and stays."""
    there = {option.number: option for option in sheet.options}
    wanted = dict(enumerate(months, start=1))
    if {number: option.months for number, option in there.items()} != wanted:
        _now_another(sheet)
    for number, option in there.items():
        if not option.is_open and wanted.get(number) != option.months:
            raise DecidedOtherwise(option)
        if number not in wanted:
            delete_with_history(option, by=by, reason=reason)
    for number, length in wanted.items():
        option = there.get(number) or ExtensionOption(contract=sheet.contract, number=number)
        if option.months != length:
            option.months = length
            save_with_history(option, by=by, reason=reason)


def _override(contract, difference, *, by, reason):
    override = EndOverride.objects.filter(contract=contract, of=difference.of).first()
    override = override or EndOverride(contract=contract, of=difference.of)
    override.recorded_on = difference.recorded_on
    override.worked_out_on = difference.worked_out_on
    override.reason = reason
    save_with_history(override, by=by, reason=reason)


@transaction.atomic
def settle_end(*, contract, by, version, of, ends, reason, term_version=None):
    """Say which of two ends counts: KEEP the recorded one and why, or take what was WORKed OUT."""
    sheet = _locked(contract, version, term_version)
    difference = next((d for d in sheet.dates.differences if d.of == of), None)
    if difference is None:
        raise AlreadyDecided
    if ends == KEEP and difference.recorded_on is not None:
        _override(sheet.contract, difference, by=by, reason=reason)
        _now_another(sheet)
    else:
        column = "initial_end_on" if of == rules.INITIAL_END else "ends_on"
        _change_contract(sheet, by=by, reason=reason, **{column: difference.worked_out_on})
    return _stored(sheet)


@transaction.atomic
def record_renewal(*, contract, by, version, today, reason, term_version=None):
    """The contract has renewed by itself: its current end moves to that of the running period."""
    sheet = _locked(contract, version, term_version)
    until = sheet.renewal(today)
    if until is None or sheet.contract.ends_on >= today:
        raise NothingToRenew
    was_overridden = sheet.end_is_overridden
    _change_contract(sheet, by=by, reason=reason, ends_on=until.on)
    if was_overridden:
        _carry_override(sheet.contract, by=by, reason="Renewed by itself")
    return _stored(sheet)


# --- Options --------------------------------------------------------------------------------------


def _locked_option(option, version, term_version):
    """(sheet, option), the option as it stands in the sheet."""
    sheet = _locked(option.contract, version, term_version)
    return sheet, _as_it_is(sheet.options, option)


def _as_it_is(rows, row):
    """The row as it stands now; somebody may have removed it since the page was opened."""
    found = next((r for r in rows if r.pk == row.pk), None)
    if found is None:
        raise AlreadyDecided
    return found


def _refuse_unless_next(sheet, option):
    if not option.is_open:
        raise AlreadyDecided
    if option != sheet.next_option or sheet.used_break:
        raise OutOfTurn


@transaction.atomic
def take_option(*, option, by, on, reason, version, term_version=None):
    """Extend the contract by its next open option: its current end moves, and later dates with it.

    `EndsDisagree` while it is not said which end it runs on from.
    """
    sheet, option = _locked_option(option, version, term_version)
    _refuse_unless_next(sheet, option)
    if not sheet.may_decide(option):
        raise EndsDisagree(sheet.dates.unexplained)
    end = sheet.end_with(option)
    if end is None:
        raise Impossible([(None, "The end before this option is not known: record the term first")])
    was_overridden = sheet.end_is_overridden
    _decide(option, ExtensionOption.State.TAKEN, by=by, on=on, reason=reason)
    _change_contract(sheet, by=by, reason=f"{option} taken: {reason}", ends_on=end)
    if was_overridden:
        _carry_override(sheet.contract, by=by, reason=f"{option} taken")
    return _stored(sheet)


def _carry_override(contract, *, by, reason):
    """An end that was set to another day, with a reason that held until now, stays set when a decision moves it on."""
    override = EndOverride.objects.get(contract=contract, of=rules.CURRENT_END)
    dates = Sheet.of(contract).dates
    difference = next((d for d in dates.differences if d.of == rules.CURRENT_END), None)
    if difference is None:
        delete_with_history(override, by=by, reason=reason)
    elif not difference.reason:
        override.recorded_on = difference.recorded_on
        override.worked_out_on = difference.worked_out_on
        save_with_history(override, by=by, reason=reason)


@transaction.atomic
def decline_option(
    *, option, by, on, reason, version, term_version=None, later_fall=True
):  # fmt: skip
    """Let an option go. Those after it usually follow on from it, and lapse with it."""
    sheet, option = _locked_option(option, version, term_version)
    _refuse_unless_next(sheet, option)
    _decide(option, ExtensionOption.State.DECLINED, by=by, on=on, reason=reason)
    if later_fall:
        _let_later_lapse(sheet, option, by=by, on=on)
    return _stored(sheet)


@transaction.atomic
def lapse_option(
    *, option, by, on, reason, version, today, term_version=None, later_fall=True
):  # fmt: skip
    """Record what followed from a notice to extend that was missed: the option is gone."""
    sheet, option = _locked_option(option, version, term_version)
    _refuse_unless_next(sheet, option)
    last_day = sheet.dates.of_option(option.number).notice.on
    if last_day is None or last_day >= today:
        raise NotYetPast
    _decide(option, ExtensionOption.State.LAPSED, by=by, on=on, reason=reason)
    if later_fall:
        _let_later_lapse(sheet, option, by=by, on=on)
    return _stored(sheet)


def _let_later_lapse(sheet, option, *, by, on):
    for later in sheet.options:
        if later.is_open and later.number > option.number:
            why = f"Option {option.number} was {option.get_state_display().lower()}"
            _decide(later, ExtensionOption.State.LAPSED, by=by, on=on, reason=why)


@transaction.atomic
def reopen_option(*, option, by, reason, version, term_version=None):
    """Take back the latest decision on an option. The end of an option taken moves back with it."""
    sheet, option = _locked_option(option, version, term_version)
    if option.is_open:
        raise AlreadyDecided
    if any(not o.is_open and o.number > option.number for o in sheet.options):
        raise OutOfTurn
    was = sheet.dates.worked_out.on
    option.state = ExtensionOption.State.AVAILABLE
    option.decided_on = option.decided_by = None
    option.reason = ""
    save_with_history(option, by=by, reason=reason)
    return _move_end(sheet, was=was, by=by, reason=f"{option} reopened: {reason}")


def _decide(row, state, *, by, on, reason):
    row.state, row.decided_on, row.decided_by, row.reason = state, on, by, reason
    save_with_history(row, by=by, reason=reason)


# --- Breaks ---------------------------------------------------------------------------------------


@transaction.atomic
def save_break(*, contract, by, reason="", day=None, **values):
    """Record a break date, or change one of which nothing has been decided."""
    sheet = _locked(contract)
    _with_term(sheet, by)
    day = _as_it_is(sheet.breaks, day) if day else BreakDate(contract=contract)
    if not day.is_open:
        raise AlreadyDecided
    for name, value in values.items():
        setattr(day, name, value)
    save_unless_taken(
        day, by=by, reason=reason, field="on", sentence="This break date is recorded already"
    )
    _now_another(sheet)
    _stored(sheet)
    return day


@transaction.atomic
def remove_break(*, day, by, reason):
    sheet = _locked(day.contract)
    day = _as_it_is(sheet.breaks, day)
    if not day.is_open:
        raise AlreadyDecided
    delete_with_history(day, by=by, reason=reason)
    return _stored(sheet)


@transaction.atomic
def use_break(*, day, by, on, reason, version, term_version=None):
    """A break is used: the contract ends on its date, and no option can be taken any more."""
    sheet = _locked(day.contract, version, term_version)
    day = _as_it_is(sheet.breaks, day)
    if not day.is_open or sheet.used_break:
        raise AlreadyDecided
    was_overridden = sheet.end_is_overridden
    _decide(day, BreakDate.State.USED, by=by, on=on, reason=reason)
    ends_on = min(day.on, sheet.contract.ends_on or day.on)
    _change_contract(sheet, by=by, reason=f"{day} used: {reason}", ends_on=ends_on)
    if was_overridden:
        _carry_override(sheet.contract, by=by, reason=f"{day} used")
    return _stored(sheet)


@transaction.atomic
def leave_break(*, day, by, on, reason, version, term_version=None):
    """A break is not used: by decision, or because its notice was missed."""
    sheet = _locked(day.contract, version, term_version)
    day = _as_it_is(sheet.breaks, day)
    if not day.is_open:
        raise AlreadyDecided
    _decide(day, BreakDate.State.NOT_USED, by=by, on=on, reason=reason)
    return _stored(sheet)


@transaction.atomic
def reopen_break(*, day, by, reason, version, term_version=None):
    """Take back a decision on a break. The end moves back if it was used."""
    sheet = _locked(day.contract, version, term_version)
    day = _as_it_is(sheet.breaks, day)
    if day.is_open:
        raise AlreadyDecided
    was = sheet.dates.worked_out.on
    day.state, day.decided_on, day.decided_by, day.reason = BreakDate.State.OPEN, None, None, ""
    save_with_history(day, by=by, reason=reason)
    return _move_end(sheet, was=was, by=by, reason=f"{day} reopened: {reason}")


# --- Notice clocks --------------------------------------------------------------------------------


@transaction.atomic
def save_clock(*, contract, by, reason="", clock=None, **values):
    """Record how much notice a step needs, or change it; the dates that hang on it are worked out again."""
    sheet = _locked(contract)
    _with_term(sheet, by)
    clock = _as_it_is(sheet.notices, clock) if clock else NoticeClock(contract=contract)
    for name, value in values.items():
        setattr(clock, name, value)
    save_unless_taken(
        clock, by=by, reason=reason,
        field="kind", sentence="This notice is recorded already: change it instead",
    )  # fmt: skip
    _stored(sheet)
    return clock


@transaction.atomic
def remove_clock(*, clock, by, reason):
    sheet = _locked(clock.contract)
    clock = _as_it_is(sheet.notices, clock)
    delete_with_history(clock, by=by, reason=reason)
    return _stored(sheet)


@transaction.atomic
def settle_clock(*, clock, by, outcome, on, for_on, consequence=""):
    """Record what became of a last day: done, decided not to, or missed and what followed.

    `for_on` is the last day that the person saw; `Conflict` if it has moved since.
    """
    sheet = _locked(clock.contract)
    clock = next((c for c in sheet.notices if c.pk == clock.pk), None)
    if clock is None or sheet.due(clock).on != for_on or for_on is None:
        raise locking.Conflict
    if clock.is_settled:
        raise AlreadyDecided
    clock.outcome, clock.outcome_on, clock.outcome_by = outcome, on, by
    clock.outcome_for_on, clock.consequence = for_on, consequence
    save_with_history(clock, by=by, reason=consequence or Outcome(outcome).label)
    return _stored(sheet)


# --- Bank holidays --------------------------------------------------------------------------------


@transaction.atomic
def add_holidays(*, nations, on, name, by, reason=""):
    """A day on which nobody works in these nations. Every date that is counted in working days follows."""
    for nation in nations:
        save_unless_taken(
            BankHoliday(nation=nation, on=on, name=name), by=by, reason=reason,
            field="nations", sentence="This day is a bank holiday there already",
        )  # fmt: skip
        _count_again(nation)


@transaction.atomic
def remove_holiday(*, holiday, by, reason):
    holiday = BankHoliday.objects.select_for_update().filter(pk=holiday.pk).first()
    if holiday is None:
        raise AlreadyDecided
    delete_with_history(holiday, by=by, reason=reason)
    _count_again(holiday.nation)


def _count_again(nation):
    """The dates of the contracts that count this nation's working days."""
    counted = NoticeClock.objects.needing_holidays()
    work_out_again(Term.objects.filter(nation=nation, contract__in=counted.values("contract")))
