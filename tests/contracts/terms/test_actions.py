"""How a term changes: what is written, what is refused, what the history says."""

from datetime import date as D

import pytest

from common import locking
from common.deadlines import Scope, within
from contracts import actions as register
from contracts.imports import actions as imports
from contracts.models import Contract
from contracts.terms import actions, hooks
from contracts.terms.models import (
    BankHoliday,
    BreakDate,
    EndOverride,
    ExtensionOption,
    NoticeClock,
    Outcome,
    Term,
)
from contracts.terms.shapes import read_term
from contracts.terms.sheet import Sheet, work_out_again
from reminders import actions as reminders
from reminders.models import Notice, ReminderRule
from tests.contracts.terms.factories import TermFactory
from tests.factories import ContractFactory, UserFactory, person_with
from tests.imports.files import csv_file

pytestmark = pytest.mark.django_db
TODAY = D(2025, 12, 1)
EXTEND = {"kind": "extend", "amount": 3}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def manager():
    return UserFactory(name="Olive Owner")


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def option(contract, number):
    return ExtensionOption.objects.get(contract=contract, number=number)


def version(contract):
    return fresh(contract).version


def set_term(contract, by, text="2+1+1", **values):
    term = Term.objects.filter(contract=contract).first()
    values = {
        "commences_on": D(2024, 4, 1), "rolling": False, "renews_for_months": None,
        "nation": "england_wales", "clause": "", "version": version(contract),
        "term_version": term.version if term else 0,
    } | values  # fmt: skip
    shape = read_term(text) if text else None
    return actions.set_term(contract=contract, by=by, shape=shape, **values)


def take(contract, number, by, **values):
    values = {"on": TODAY, "reason": "Good service", "version": version(contract)} | values
    return actions.take_option(option=option(contract, number), by=by, **values)


def decline(contract, number, by, **values):
    values = {"on": TODAY, "reason": "Too dear", "version": version(contract)} | values
    return actions.decline_option(option=option(contract, number), by=by, **values)


# --- Setting the term -------------------------------------------------------------------------------


def test_one_field_makes_the_term_its_ends_and_its_options(manager):
    contract = ContractFactory()
    set_term(contract, manager, "2+1+1")
    contract = fresh(contract)
    assert (contract.initial_term_months, contract.initial_end_on) == (24, D(2026, 3, 31))
    assert contract.ends_on == D(2026, 3, 31)
    assert [(o.number, o.months, o.ends_on) for o in contract.extension_options.all()] == [
        (1, 12, D(2027, 3, 31)), (2, 12, D(2028, 3, 31)),
    ]  # fmt: skip
    assert contract.term.longest_on == D(2028, 3, 31)
    assert contract.history.first().history_user == manager
    assert Term.history.get().history_user == manager
    assert ExtensionOption.history.count() == 2


def test_a_recorded_end_is_not_overwritten_unasked(manager):
    contract = ContractFactory(ends_on=D(2026, 6, 30))
    with pytest.raises(actions.EndsDisagree) as disagree:
        set_term(contract, manager)
    (difference,) = disagree.value.differences
    assert (difference.recorded_on, difference.worked_out_on) == (D(2026, 6, 30), D(2026, 3, 31))
    assert not Term.objects.exists()
    assert fresh(contract).initial_term_months is None

    set_term(contract, manager, ends=actions.KEEP, reason="Varied by deed in 2025")
    override = EndOverride.objects.get(of="current_end")
    assert (override.recorded_on, override.worked_out_on) == (D(2026, 6, 30), D(2026, 3, 31))
    assert override.reason == "Varied by deed in 2025"
    assert fresh(contract).ends_on == D(2026, 6, 30)


def test_or_it_is_replaced_by_what_was_worked_out(manager):
    contract = ContractFactory(ends_on=D(2026, 6, 30), initial_end_on=D(2026, 6, 30))
    set_term(contract, manager, ends=actions.WORK_OUT)
    assert fresh(contract).ends_on == fresh(contract).initial_end_on == D(2026, 3, 31)
    assert not EndOverride.objects.exists()


def test_a_term_that_ends_after_it_starts_is_moved_in_one_step(manager):
    """The new start lies after the old end: neither order of two writes would be allowed."""
    contract = TermFactory().contract
    set_term(contract, manager, "2", commences_on=D(2027, 4, 1), ends=actions.WORK_OUT)
    assert (fresh(contract).commences_on, fresh(contract).ends_on) == (
        D(2027, 4, 1),
        D(2029, 3, 31),
    )
    with pytest.raises(actions.Impossible):
        set_term(contract, manager, "2", commences_on=D(2031, 1, 1), ends=actions.KEEP, reason="So")


def test_a_term_ends_while_the_register_still_counts_days(manager):
    contract = ContractFactory()
    with pytest.raises(actions.Impossible, match="before 2151"):
        set_term(contract, manager, "20 years", commences_on=D(2140, 1, 1))
    assert fresh(contract).ends_on is None


def test_open_options_are_replaced_and_decided_ones_stay(manager):
    contract = TermFactory(options=(12, 12)).contract
    take(contract, 1, manager)
    with pytest.raises(actions.DecidedOtherwise):
        set_term(contract, manager, "2+2")
    set_term(contract, manager, "2+1")
    assert [o.number for o in contract.extension_options.all()] == [1]
    assert ExtensionOption.history.filter(history_type="-").count() == 1
    set_term(contract, manager, "24+12+6+6 months")
    assert [o.months for o in contract.extension_options.all()] == [12, 6, 6]
    assert option(contract, 1).state == "taken"


def test_a_rolling_contract_has_no_end(manager):
    contract = ContractFactory(ends_on=D(2026, 6, 30))
    with pytest.raises(actions.EndsDisagree):
        set_term(contract, manager, "", rolling=True)
    set_term(contract, manager, "", rolling=True, ends=actions.WORK_OUT)
    assert fresh(contract).ends_on is None
    assert fresh(contract).term.longest_on is None


def test_two_people_set_the_term_and_the_second_is_told(manager):
    contract = ContractFactory()
    seen = version(contract)
    set_term(contract, manager)
    with pytest.raises(locking.Conflict):
        set_term(contract, manager, "3", version=seen, term_version=0)
    with pytest.raises(locking.Conflict):  # only the term itself has moved on
        set_term(contract, manager, "2+1+1", term_version=0)


# --- Options ----------------------------------------------------------------------------------------


def test_two_people_change_the_options_and_the_second_is_told(manager):
    """The length of the initial term stays, so that no column of the contract changes."""
    contract = TermFactory().contract
    set_term(contract, manager, "2+1+1", term_version=1)
    with pytest.raises(locking.Conflict):
        set_term(contract, UserFactory(), "2+2", term_version=1)
    assert [o.months for o in contract.extension_options.all()] == [12, 12]


def test_an_option_is_not_taken_that_has_become_another_meanwhile(manager):
    contract = TermFactory(options=(12,)).contract
    set_term(contract, UserFactory(), "2+2")
    with pytest.raises(locking.Conflict):
        take(contract, 1, manager, term_version=1)
    take(contract, 1, manager, term_version=2)
    assert fresh(contract).ends_on == D(2028, 3, 31)


def test_a_break_is_not_used_on_a_day_that_nobody_saw(manager):
    contract = TermFactory(breaks=[D(2025, 12, 31)]).contract
    day = BreakDate.objects.get()
    actions.save_break(contract=contract, by=UserFactory(), day=day, on=D(2026, 1, 31))
    seen = {"by": manager, "on": TODAY, "reason": "Moves in-house", "version": 1}
    with pytest.raises(locking.Conflict):
        actions.use_break(day=day, term_version=1, **seen)
    actions.use_break(day=day, term_version=2, **seen)
    assert fresh(contract).ends_on == D(2026, 1, 31)


def test_an_option_taken_moves_the_end_the_notice_and_keeps_history_on_both(manager):
    contract = TermFactory(options=(12, 12), notices=[EXTEND]).contract
    assert option(contract, 1).notice_on == D(2025, 12, 31)
    take(contract, 1, manager, reason="Decided by cabinet member")
    contract = fresh(contract)
    assert contract.ends_on == D(2027, 3, 31)
    assert option(contract, 2).notice_on == D(2026, 12, 31)
    taken = option(contract, 1)
    assert (taken.state, taken.decided_on, taken.decided_by) == ("taken", TODAY, manager)
    assert taken.ends_on == D(2027, 3, 31)
    assert taken.history.first().history_change_reason == "Decided by cabinet member"
    latest = contract.history.first()
    assert latest.history_user == manager
    assert latest.history_change_reason == "Option 1, 12 months taken: Decided by cabinet member"
    assert contract.version == 2


def test_options_go_one_after_the_other(manager):
    contract = TermFactory(options=(12, 12)).contract
    for act in (take, decline):
        with pytest.raises(actions.OutOfTurn):
            act(contract, 2, manager)
    take(contract, 1, manager)
    with pytest.raises(actions.AlreadyDecided):
        take(contract, 1, manager)
    take(contract, 2, manager)
    assert fresh(contract).ends_on == D(2028, 3, 31)


def test_two_people_take_an_option_at_once_and_it_is_taken_once(manager):
    contract = TermFactory(options=(12, 12)).contract
    seen = version(contract)
    take(contract, 1, manager, version=seen)
    with pytest.raises(locking.Conflict):
        take(contract, 2, manager, version=seen)
    assert fresh(contract).ends_on == D(2027, 3, 31)


def test_a_declined_option_takes_the_later_ones_with_it(manager):
    contract = TermFactory(options=(12, 12)).contract
    decline(contract, 1, manager)
    assert [o.state for o in contract.extension_options.all()] == ["declined", "lapsed"]
    assert option(contract, 2).reason == "Option 1 was declined"
    assert fresh(contract).ends_on == fresh(contract).term.longest_on == D(2026, 3, 31)


def test_unless_the_contract_says_otherwise(manager):
    contract = TermFactory(options=(12, 12)).contract
    decline(contract, 1, manager, later_fall=False)
    assert option(contract, 2).state == "available"
    assert option(contract, 2).ends_on == D(2027, 3, 31)


def test_an_option_lapses_only_after_its_last_day(manager, time_machine):
    contract = TermFactory(options=(12,), notices=[EXTEND]).contract
    values = {"by": manager, "on": TODAY, "reason": "Nobody gave notice", "version": 1}
    with pytest.raises(actions.NotYetPast):
        actions.lapse_option(option=option(contract, 1), today=D(2025, 12, 31), **values)
    actions.lapse_option(option=option(contract, 1), today=D(2026, 1, 1), **values)
    assert option(contract, 1).state == "lapsed"
    assert option(contract, 1).notice_on == D(2025, 12, 31)


def test_the_latest_decision_can_be_taken_back_and_the_end_with_it(manager):
    contract = TermFactory(options=(12, 12)).contract
    take(contract, 1, manager)
    take(contract, 2, manager)
    with pytest.raises(actions.OutOfTurn):
        actions.reopen_option(
            option=option(contract, 1), by=manager, reason="Slip", version=version(contract)
        )
    actions.reopen_option(
        option=option(contract, 2), by=manager, reason="Slip", version=version(contract)
    )
    assert fresh(contract).ends_on == D(2027, 3, 31)
    assert option(contract, 2).state == "available"
    assert "Slip" in contract.history.first().history_change_reason


def test_an_end_that_is_in_question_must_be_settled_before_an_option_is_taken(manager):
    contract = TermFactory(options=(12,)).contract
    register.change(contract=contract, by=manager, version=1, ends_on=D(2026, 9, 30))
    with pytest.raises(actions.EndsDisagree):
        take(contract, 1, manager)
    settle(contract, manager, actions.KEEP)
    take(contract, 1, manager)
    assert fresh(contract).ends_on == D(2027, 9, 30)
    # The reason goes on holding for the dates as they are now.
    assert Sheet.of(fresh(contract)).dates.unexplained == ()


def settle(contract, by, ends, of="current_end"):
    return actions.settle_end(
        contract=contract, by=by, of=of, ends=ends, reason="Varied", version=version(contract)
    )


def test_an_end_that_was_moved_by_hand_can_be_recorded_as_the_option(manager):
    contract = TermFactory(options=(12,)).contract
    register.change(contract=contract, by=manager, version=1, ends_on=D(2027, 3, 31))
    take(contract, 1, manager)
    assert fresh(contract).ends_on == D(2027, 3, 31)
    assert Sheet.of(fresh(contract)).dates.differences == ()


def test_the_end_that_was_worked_out_is_taken_over(manager):
    contract = TermFactory().contract
    register.change(contract=contract, by=manager, version=1, ends_on=D(2027, 1, 31))
    settle(contract, manager, actions.WORK_OUT)
    assert fresh(contract).ends_on == D(2026, 3, 31)
    with pytest.raises(actions.AlreadyDecided):
        settle(contract, manager, actions.WORK_OUT)


# --- Breaks, renewals, notices ----------------------------------------------------------------------


def test_a_break_that_is_used_ends_the_contract(manager):
    contract = TermFactory(
        options=(12,), breaks=[D(2025, 12, 31)],
        notices=[{"kind": "terminate", "amount": 1, "counts_from": "breaks"}],
    ).contract  # fmt: skip
    day = BreakDate.objects.get()
    assert day.notice_on == D(2025, 11, 30)
    actions.use_break(day=day, by=manager, on=TODAY, reason="Service moves in-house", version=1)
    contract = fresh(contract)
    assert contract.ends_on == contract.term.longest_on == D(2025, 12, 31)
    assert fresh(day).state == "used"
    assert option(contract, 1).ends_on is None
    with pytest.raises(actions.OutOfTurn):
        take(contract, 1, manager)
    actions.reopen_break(day=day, by=manager, reason="Not served", version=contract.version)
    assert fresh(contract).ends_on == D(2026, 3, 31)


def test_a_break_that_is_left_changes_nothing_else(manager):
    contract = TermFactory(breaks=[D(2025, 12, 31)]).contract
    day = BreakDate.objects.get()
    actions.leave_break(day=day, by=manager, on=TODAY, reason="Service is good", version=1)
    assert fresh(day).state == "not_used"
    assert fresh(contract).version == 1
    with pytest.raises(actions.AlreadyDecided):
        actions.leave_break(day=day, by=manager, on=TODAY, reason="Again", version=1)
    with pytest.raises(actions.AlreadyDecided):
        actions.remove_break(day=day, by=manager, reason="Gone")


def renewing():
    term = TermFactory(
        contract__initial_term_months=12, contract__initial_end_on=D(2025, 3, 31),
        contract__ends_on=D(2025, 11, 30), renews_for_months=12,
    )  # fmt: skip
    Contract.objects.filter(pk=term.contract_id).update(ends_on=D(2025, 3, 31))
    return fresh(term.contract)


def test_a_contract_that_renewed_by_itself_is_recorded_so(manager):
    contract = renewing()
    values = {"by": manager, "today": TODAY, "reason": "No notice was given"}
    actions.record_renewal(contract=contract, version=1, **values)
    assert fresh(contract).ends_on == D(2026, 3, 31)
    with pytest.raises(actions.NothingToRenew):
        actions.record_renewal(contract=contract, version=2, **values)


def test_an_end_that_was_set_with_a_reason_stays_set_when_it_renews(manager, time_machine):
    contract = TermFactory(contract__ends_on=D(2026, 6, 30), renews_for_months=12).contract
    settle(contract, manager, actions.KEEP)
    time_machine.move_to(D(2026, 7, 10))
    actions.record_renewal(
        contract=contract, by=manager, version=1, today=D(2026, 7, 10), reason="Not stopped"
    )
    (difference,) = Sheet.of(fresh(contract)).dates.differences
    assert (difference.recorded_on, bool(difference.reason)) == (D(2027, 6, 30), True)


def test_a_renewal_that_was_stopped_does_not_happen(manager):
    contract = renewing()
    clock = actions.save_clock(
        contract=contract, by=manager, kind="stop_renewal", amount=3, unit="months"
    )
    actions.settle_clock(
        clock=clock, by=manager, outcome=Outcome.GIVEN, on=D(2024, 12, 1), for_on=D(2024, 12, 31)
    )
    with pytest.raises(actions.NothingToRenew):
        actions.record_renewal(
            contract=contract, by=manager, version=1, today=TODAY, reason="No notice"
        )
    assert fresh(contract).term.longest_on == D(2025, 3, 31)


def test_what_became_of_a_notice_is_about_one_day_only(manager):
    contract = TermFactory(notices=[{"kind": "terminate", "amount": 3}]).contract
    clock = NoticeClock.objects.get()
    assert clock.due_on == D(2025, 12, 31)
    values = {"clock": clock, "by": manager, "on": TODAY}
    with pytest.raises(locking.Conflict):
        actions.settle_clock(outcome="not_needed", for_on=D(2025, 12, 30), **values)
    actions.settle_clock(
        outcome="missed", for_on=D(2025, 12, 31), consequence="It runs a year more", **values
    )
    assert not NoticeClock.objects.unsettled().exists()
    with pytest.raises(actions.AlreadyDecided):
        actions.settle_clock(outcome="given", for_on=D(2025, 12, 31), **values)
    register.change(contract=contract, by=manager, version=1, ends_on=D(2027, 3, 31))
    assert fresh(clock).due_on == D(2026, 12, 31)
    assert NoticeClock.objects.unsettled().get() == clock
    assert clock.history.filter(consequence="It runs a year more").exists()


def test_a_notice_on_a_bare_contract_needs_no_more(manager):
    contract = ContractFactory(ends_on=D(2026, 5, 31))
    clock = actions.save_clock(
        contract=contract, by=manager, kind="terminate", amount=3, unit="months",
        by_post=True, service_days=2,
    )  # fmt: skip
    assert fresh(clock).due_on == D(2026, 2, 25)
    assert Term.objects.get().nation == "england_wales"


# --- What follows from changes elsewhere ------------------------------------------------------------


def test_dates_follow_the_contract_in_the_same_transaction(manager):
    contract = TermFactory(options=(12,), notices=[EXTEND]).contract
    register.change(
        contract=contract, by=manager, version=1, commences_on=D(2024, 5, 1),
        initial_end_on=D(2026, 4, 30), ends_on=D(2026, 4, 30),
    )  # fmt: skip
    assert option(contract, 1).ends_on == D(2027, 4, 30)
    assert option(contract, 1).notice_on == D(2026, 1, 30)
    assert ExtensionOption.history.count() == 1  # nobody decided these dates


def test_a_bank_holiday_moves_what_is_counted_in_working_days(manager):
    post = {"kind": "terminate", "amount": 3, "by_post": True, "service_days": 2}
    contract = TermFactory(contract__ends_on=D(2026, 5, 31), notices=[post]).contract
    elsewhere = TermFactory(contract__ends_on=D(2026, 5, 31), nation="scotland", notices=[post])
    clock = NoticeClock.objects.get(contract=contract)
    assert clock.due_on == D(2026, 2, 25)
    actions.add_holidays(
        nations=["england_wales"], on=D(2026, 2, 26), name="A day of thanks", by=manager
    )
    assert fresh(clock).due_on == D(2026, 2, 24)
    assert NoticeClock.objects.get(contract=elsewhere.contract).due_on == D(2026, 2, 25)
    holiday = BankHoliday.objects.get(on=D(2026, 2, 26))
    assert holiday.history.get().history_user == manager
    actions.remove_holiday(holiday=holiday, by=manager, reason="Not proclaimed")
    assert fresh(clock).due_on == D(2026, 2, 25)
    assert BankHoliday.history.filter(history_type="-").get().history_user == manager


def test_a_length_typed_into_the_register_begins_a_term(manager):
    contract = register.add(
        by=manager, reference="C-1", title="Lifts", unit=ContractFactory().unit,
        commences_on=D(2024, 4, 1), initial_term_months=24, ends_on=D(2026, 6, 30),
    )  # fmt: skip
    term = Term.objects.get(contract=contract)
    assert term.works_out_on == D(2026, 3, 31)
    assert term.history.get().history_user == manager
    register.change(contract=contract, by=manager, version=1, initial_term_months=27)
    assert fresh(term).works_out_on == D(2026, 6, 30)


def test_a_reason_that_does_not_hold_any_more_is_not_revived(manager):
    contract = TermFactory(options=(12, 12)).contract
    register.change(contract=contract, by=manager, version=1, ends_on=D(2026, 6, 30))
    settle(contract, manager, actions.KEEP)
    register.change(contract=contract, by=manager, version=2, ends_on=D(2028, 3, 31))
    take(contract, 1, manager)
    assert Sheet.of(fresh(contract)).dates.unexplained
    take(contract, 2, manager)
    assert Sheet.of(fresh(contract)).dates.differences == ()


def test_terms_of_many_contracts_begin_in_as_many_statements_as_one(
    manager, django_assert_max_num_queries
):
    contracts = [ContractFactory(initial_term_months=24) for _ in range(30)]
    TermFactory()
    with django_assert_max_num_queries(3):
        actions.begin_terms(Contract.objects.all(), by=manager)
    begun = Term.objects.filter(contract__in=contracts)
    assert {(t.nation, t.rolling, t.version) for t in begun} == {("england_wales", False, 1)}
    told = Term.history.filter(contract__in=contracts)
    assert told.count() == begun.count() == 30
    assert {t.history_user for t in told} == {manager}
    actions.begin_terms(Contract.objects.all(), by=manager)
    assert Term.history.filter(contract__in=contracts).count() == 30


@pytest.mark.parametrize("number", [1, 30])
def test_contracts_without_a_term_cost_one_statement(manager, number, django_assert_num_queries):
    contracts = [ContractFactory() for _ in range(number)]
    wanted = Contract.objects.filter(pk__in=[c.pk for c in contracts])
    TermFactory(options=(12,))
    with django_assert_num_queries(1):
        hooks.work_out_dates(wanted, manager)


def test_many_terms_are_worked_out_in_as_many_statements_as_one(
    manager, django_assert_max_num_queries
):
    for _ in range(12):
        TermFactory(options=(12, 12), notices=[EXTEND], breaks=[D(2025, 3, 31)])
    Contract.objects.update(ends_on=D(2026, 4, 30), initial_end_on=D(2026, 4, 30))
    with django_assert_max_num_queries(12):
        work_out_again(Term.objects.all())
    assert set(ExtensionOption.objects.filter(number=1).values_list("ends_on", flat=True)) == {
        D(2027, 4, 30)
    }


# --- Reminders --------------------------------------------------------------------------------------


def test_a_changed_end_re_arms_the_reminder_and_the_old_one_stays_in_the_log(manager, time_machine):
    ReminderRule.objects.get_or_create(kind="option-decision", defaults={"steps": "30,7,0"})
    contract = TermFactory(contract__oco=manager, options=(12, 12), notices=[EXTEND]).contract
    reminders.sweep(today=TODAY)
    first = Notice.objects.get(rule__kind="option-decision")
    assert (first.due_on, first.step) == (D(2025, 12, 31), 30)
    register.change(
        contract=contract, by=manager, version=1, ends_on=D(2026, 4, 20), reason="Varied"
    )
    settle(contract, manager, actions.KEEP)
    moved = option(contract, 1)
    assert moved.notice_on == D(2026, 1, 20)
    time_machine.move_to(D(2025, 12, 21))
    reminders.sweep(today=D(2025, 12, 21))
    told = Notice.objects.filter(rule__kind="option-decision").order_by("pk")
    assert [(n.key, n.due_on) for n in told] == [
        (first.key, D(2025, 12, 31)), (first.key, D(2026, 1, 20)),
    ]  # fmt: skip


def deadlines(kind=None):
    found = within(Scope(), D(2020, 1, 1), D(2040, 1, 1))
    return {(d.kind, d.due_on) for d in found if kind in (None, d.kind)}


def test_every_clock_reaches_the_list_of_what_is_due(manager):
    contract = TermFactory(
        contract__oco=manager, contract__notice_period=3, options=(12, 12), breaks=[D(2026, 1, 31)],
        renews_for_months=12,
        notices=[
            EXTEND,
            {"kind": "terminate", "amount": 60, "unit": "days"},
            {"kind": "terminate", "amount": 1, "counts_from": "breaks"},
            {"kind": "stop_renewal", "amount": 2},
            {"kind": "claim", "amount": 30, "unit": "days", "counts_from": "day", "from_on": D(2025, 12, 1)},
        ],
    ).contract  # fmt: skip
    Contract.objects.filter(pk=contract.pk).update(notice_on=D(2025, 12, 31))
    assert deadlines() == {
        ("contract-expiry", D(2026, 3, 31)),
        ("option-decision", D(2025, 12, 31)),  # the second option waits for the first
        ("termination-notice", D(2026, 1, 30)),
        ("termination-notice", D(2025, 12, 31)),
        ("renewal-notice", D(2026, 1, 31)),
        ("claim-notice", D(2025, 12, 31)),
    }
    for deadline in within(Scope(manager, "mine"), D(2025, 1, 1), D(2027, 1, 1)):
        assert deadline.responsible == (manager.pk,)


def test_a_contract_with_its_notice_period_alone_is_told_of_as_before():
    contract = ContractFactory(ends_on=D(2026, 3, 31), notice_period=3)
    assert ("contract-notice", D(2025, 12, 31)) in deadlines()
    NoticeClock.objects.create(
        contract=contract, kind="claim", amount=30, unit="days", counts_from="day", from_on=TODAY
    )
    assert deadlines("contract-notice")


def test_the_register_tells_of_its_notice_again_when_no_option_is_left_to_give_notice_of(manager):
    contract = TermFactory(
        contract__notice_period=3, contract__notice_on=D(2025, 12, 31), options=(12,), notices=[EXTEND]
    ).contract  # fmt: skip
    assert not deadlines("contract-notice")
    decline(contract, 1, manager)
    assert deadlines("contract-notice") == {("contract-notice", D(2025, 12, 31))}


@pytest.mark.parametrize("stage", ["ended"])
def test_nothing_is_due_of_a_contract_that_has_ended(stage):
    TermFactory(contract__stage=stage, options=(12,), notices=[EXTEND], breaks=[D(2026, 1, 31)])
    assert deadlines() == set()


def test_dates_are_found_in_as_many_queries_for_many(manager, django_assert_num_queries):
    kinds = ("option-decision", "termination-notice", "renewal-notice", "claim-notice")
    for number in (1, 12):
        for _ in range(number):
            TermFactory(options=(12,), notices=[EXTEND, {"kind": "terminate", "amount": 3}])
        with django_assert_num_queries(4):
            assert list(within(Scope(), D(2020, 1, 1), D(2040, 1, 1), only=kinds))


# --- Imports ----------------------------------------------------------------------------------------


def test_an_import_moves_the_dates_and_its_undoing_moves_them_back():
    procurement = person_with("procurement")
    term = TermFactory(options=(12,), notices=[{"kind": "terminate", "amount": 3}])
    contract, clock = term.contract, NoticeClock.objects.get()
    row = f"{contract.reference},{contract.title},{contract.unit.name},30/06/2026"
    file = csv_file("Reference,Title,Business unit,Current end date", row)
    run = imports.upload(file=file, by=procurement)
    imports.choose_columns(run=run, mapping=run.mapping, by=procurement)
    imports.confirm(run=run, by=procurement)
    assert fresh(contract).ends_on == D(2026, 6, 30)
    assert fresh(clock).due_on == D(2026, 3, 30)
    imports.undo(run=run, by=procurement)
    assert fresh(contract).ends_on == D(2026, 3, 31)
    assert fresh(clock).due_on == D(2025, 12, 31)
