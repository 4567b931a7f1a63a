import threading
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from common import locking
from common.history import Taken
from contracts import actions as contract_actions
from contracts import gates
from contracts.models import Contract
from contracts.obligations import actions, rules, tasks
from contracts.obligations.models import Dependency, Obligation, Occurrence
from tests.contracts.obligations.factories import (
    DependencyFactory,
    ObligationFactory,
    OccurrenceFactory,
)
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


def add(owner, **values):
    values = {
        "number": "1", "title": "Monthly report", "repeat": "months", "first_due": D("2026-12-10"),
        "followed_from": TODAY, "contract": values.pop("contract", None) or ContractFactory(),
    } | values  # fmt: skip
    return actions.add(by=owner, today=TODAY, **values)


def change(obligation, owner, **values):
    obligation.refresh_from_db()
    return actions.change(
        obligation=obligation, by=owner, today=TODAY, version=obligation.version, **values
    )


def record(occurrence, owner, status="met", **said):
    occurrence.refresh_from_db()
    return actions.record(
        occurrence=occurrence, by=owner, today=TODAY, version=occurrence.version, status=status,
        **said,
    )  # fmt: skip


def days(obligation):
    return [f"{day}" for day in obligation.occurrences.values_list("due_on", flat=True)]


# --- Obligations ----------------------------------------------------------------------------------


def test_adding_says_who_and_makes_a_year_at_once(owner):
    obligation = add(owner)
    assert obligation.history.get().history_user == owner
    assert (days(obligation)[0], days(obligation)[-1]) == ("2026-12-10", "2027-11-10")
    assert obligation.occurrences.count() == 12


def test_what_recurs_is_asked_for_only_from_the_day_it_is_followed(owner):
    obligation = add(owner, first_due=D("2025-01-31"), followed_from=D("2026-10-01"))
    assert days(obligation)[:3] == ["2026-10-31", "2026-11-30", "2026-12-31"]


@pytest.mark.parametrize("first_due", ["2024-05-01", "2026-12-01", "2031-05-01"])
def test_what_is_due_once_is_asked_for_however_far_off_it_is(owner, first_due):
    assert days(add(owner, repeat="once", first_due=D(first_due))) == [first_due]


def test_a_number_is_given_once_in_a_contract(owner):
    obligation = add(owner, number="s1")
    with pytest.raises(Taken):
        add(owner, number="S1", contract=obligation.contract)
    add(owner, number="S1")
    assert Obligation.objects.count() == 2


def test_a_new_rule_replaces_what_is_to_come_and_keeps_what_was(owner):
    obligation = add(owner, first_due=D("2026-10-10"), followed_from=D("2026-10-01"))
    october = obligation.occurrences.first()
    record(october, owner, done_on=D("2026-10-09"))
    change(obligation, owner, repeat="quarters", first_due=D("2026-10-31"), reason="Agreed")
    assert days(obligation) == [
        "2026-10-10", "2026-11-10", "2027-01-31", "2027-04-30", "2027-07-31", "2027-10-31",
    ]  # fmt: skip
    assert obligation.history.first().history_change_reason == "Agreed"


def test_a_rule_that_was_recorded_ahead_keeps_what_was_recorded(owner):
    obligation = add(owner)
    early = record(obligation.occurrences.first(), owner, done_on=TODAY)
    change(obligation, owner, first_due=D("2026-12-20"))
    assert days(obligation)[:2] == ["2026-12-10", "2026-12-20"]
    early.refresh_from_db()
    assert early.status == "met"


def test_words_are_changed_without_touching_a_date(owner):
    obligation = add(owner)
    before = list(obligation.occurrences.values_list("pk", flat=True))
    change(obligation, owner, title="Weekly report")
    assert list(obligation.occurrences.values_list("pk", flat=True)) == before


def test_a_single_date_is_moved_also_when_it_has_passed(owner):
    obligation = add(owner, repeat="once", first_due=D("2026-11-01"))
    change(obligation, owner, first_due=D("2026-12-15"))
    assert days(obligation) == ["2026-12-15"]


def test_a_single_date_that_was_recorded_is_not_moved(owner):
    obligation = add(owner, repeat="once", first_due=D("2026-11-01"))
    record(obligation.occurrences.get(), owner, done_on=D("2026-11-01"))
    with pytest.raises(actions.AlreadyRecorded):
        change(obligation, owner, first_due=D("2026-12-15"))


def test_what_stays_on_its_day_may_change_although_it_was_recorded(owner):
    obligation = add(owner, repeat="once", first_due=D("2026-11-01"))
    met = record(obligation.occurrences.get(), owner, done_on=D("2026-11-01"))
    change(obligation, owner, survives=True, followed_from=D("2026-10-01"))
    assert obligation.occurrences.get() == met
    obligation.refresh_from_db()
    assert obligation.survives


def test_following_from_an_earlier_day_asks_for_what_was_due_then(owner):
    obligation = add(owner, first_due=D("2026-01-10"))
    change(obligation, owner, followed_from=D("2026-10-01"))
    assert days(obligation)[:3] == ["2026-10-10", "2026-11-10", "2026-12-10"]
    change(obligation, owner, followed_from=D("2026-11-01"))
    assert days(obligation)[:2] == ["2026-11-10", "2026-12-10"]


def test_changing_nothing_writes_nothing(owner):
    obligation = add(owner)
    change(obligation, owner, title="Monthly report", depends_on=[])
    assert obligation.history.count() == 1


def test_changing_what_somebody_else_changed_is_refused(owner):
    obligation = add(owner)
    change(obligation, owner, title="Weekly report")
    with pytest.raises(locking.Conflict):
        actions.change(obligation=obligation, by=owner, today=TODAY, version=1, title="Yearly")


def test_dependencies_are_set_and_told(owner):
    contract = ContractFactory()
    ours, further = (
        add(owner, contract=contract, number=n, party="authority", title=f"Data {n}")
        for n in ("A1", "A2")
    )
    obligation = add(owner, contract=contract, depends_on=[ours])
    change(obligation, owner, depends_on=[further], reason="Wrong one")
    assert Dependency.objects.get().on == further
    told = Dependency.history.order_by("history_id").values_list("history_type", flat=True)
    assert list(told) == ["+", "+", "-"]


def test_ending_takes_away_what_is_to_come_and_keeps_the_rest(owner):
    obligation = add(owner, first_due=D("2026-10-10"), followed_from=D("2026-10-01"))
    actions.end(obligation=obligation, by=owner, on=TODAY, reason="Taken out by change 3")
    assert days(obligation) == ["2026-10-10", "2026-11-10"]
    assert obligation.history.first().history_change_reason == "Taken out by change 3"
    with pytest.raises(actions.AlreadyEnded):
        actions.end(obligation=obligation, by=owner, on=TODAY, reason="Again")


# --- Recording ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("done_on", "status"), [("2026-11-10", "met"), ("2026-11-11", "late")])
def test_recording_says_who_and_whether_it_was_in_time(owner, done_on, status):
    occurrence = record(OccurrenceFactory(), owner, done_on=D(done_on), evidence="Folder 3")
    assert (occurrence.status, occurrence.said_by, occurrence.evidence) == (
        status, owner, "Folder 3",
    )  # fmt: skip
    assert occurrence.history.get().history_user == owner


def test_required_evidence_is_enforced(owner):
    occurrence = OccurrenceFactory(obligation__evidence_required="Signed report")
    with pytest.raises(actions.Refused, match="Signed report"):
        record(occurrence, owner, done_on=TODAY)
    assert record(occurrence, owner, done_on=TODAY, evidence_url="https://example.org/1").said_at


@pytest.mark.parametrize("status", rules.NEED_A_REASON)
def test_what_was_not_done_needs_a_reason(owner, status):
    with pytest.raises(actions.Refused):
        record(OccurrenceFactory(), owner, status)
    occurrence = record(OccurrenceFactory(), owner, status, reason="No staff")
    assert (occurrence.status, occurrence.reason, occurrence.done_on) == (status, "No staff", None)


def test_correcting_needs_a_reason_and_history_keeps_both(owner):
    occurrence = record(OccurrenceFactory(), owner, done_on=D("2026-11-10"))
    with pytest.raises(actions.Refused):
        record(occurrence, owner, done_on=D("2026-11-12"))
    record(occurrence, owner, done_on=D("2026-11-12"), reason="The letter is dated the 12th")
    latest, first = occurrence.history.all()
    assert (first.status, latest.status) == ("met", "late")
    assert latest.history_change_reason == "The letter is dated the 12th"


def test_a_record_is_taken_back(owner):
    occurrence = record(OccurrenceFactory(), owner, "failed", reason="No report")
    occurrence = record(occurrence, owner, "pending", reason="Wrong contract")
    assert (occurrence.status, occurrence.reason) == ("pending", "")


def test_recording_what_somebody_else_recorded_is_refused(owner):
    occurrence = OccurrenceFactory()
    seen = occurrence.version
    record(occurrence, owner, done_on=TODAY)
    with pytest.raises(locking.Conflict):
        actions.record(
            occurrence=occurrence, by=owner, today=TODAY, version=seen, status="failed", reason="No"
        )


def test_what_was_taken_back_goes_with_the_rule_like_what_was_never_recorded(owner):
    obligation = add(owner)
    taken_back = record(obligation.occurrences.first(), owner, done_on=TODAY)
    taken_back = record(taken_back, owner, "pending", reason="Wrong month")
    assert (taken_back.said_by, taken_back.said_at) == (None, None)
    change(obligation, owner, first_due=D("2026-12-20"))
    assert days(obligation)[0] == "2026-12-20"


def test_what_somebody_was_relieved_because_of_is_kept(owner, dependency):
    ours = record(month(dependency.on, 12), owner, "failed", reason="No staff")
    touched = month(dependency.obligation, 12)
    actions.decide_relief(
        occurrence=touched, by=owner, version=touched.version, granted=True, reason="So agreed"
    )
    record(ours, owner, "pending", reason="Not over yet")
    actions.end(obligation=dependency.on, by=owner, on=TODAY, reason="Change 4")
    touched.refresh_from_db()
    assert touched.relief_from == ours
    assert Occurrence.objects.filter(pk=ours.pk).exists()


def entries(*occurrences, **said):
    return [
        actions.Done(o.pk, o.version, said.get("done_on", o.due_on), said.get("evidence", ""))
        for o in occurrences
    ]


def test_several_are_recorded_at_once_each_with_its_history(owner):
    several = [OccurrenceFactory(due_on=D(day)) for day in ("2026-11-02", "2026-11-20")]
    done = actions.record_done(
        entries=entries(*several, done_on=D("2026-11-10")), by=owner, today=TODAY
    )
    assert [o.status for o in done] == ["late", "met"]
    assert [o.history.get().history_user for o in done] == [owner, owner]


def test_one_that_lacks_evidence_saves_none(owner):
    several = [OccurrenceFactory(), OccurrenceFactory(obligation__evidence_required="Minutes")]
    with pytest.raises(actions.Refused):
        actions.record_done(entries=entries(*several), by=owner, today=TODAY)
    assert Occurrence.objects.pending().count() == 2


def test_one_that_somebody_else_recorded_saves_none(owner):
    mine, theirs = OccurrenceFactory(), OccurrenceFactory()
    seen = entries(mine, theirs)
    record(theirs, UserFactory(), "failed", reason="No")
    with pytest.raises(actions.Overtaken) as overtaken:
        actions.record_done(entries=seen, by=owner, today=TODAY)
    assert overtaken.value.occurrences == [theirs]
    mine.refresh_from_db()
    assert mine.is_pending


def test_one_that_a_new_rule_took_away_saves_none(owner):
    gone = OccurrenceFactory()
    seen = entries(gone)
    gone.delete()
    with pytest.raises(actions.Overtaken):
        actions.record_done(entries=seen, by=owner, today=TODAY)


# --- Relief ---------------------------------------------------------------------------------------


@pytest.fixture
def dependency():
    """Ours on the 1st, the supplier's on the 10th; October to December 2026 are made."""
    dependency = DependencyFactory(on__first_due=D("2026-01-01"), on__number="A1")
    for obligation, day in ((dependency.on, 1), (dependency.obligation, 10)):
        for month in (10, 11, 12):
            OccurrenceFactory(obligation=obligation, due_on=date(2026, month, day))
    return dependency


def month(obligation, number):
    return obligation.occurrences.get(due_on__year=2026, due_on__month=number)


@pytest.mark.parametrize(
    ("status", "said"),
    [("failed", {"reason": "No staff"}), ("met", {"done_on": D("2026-11-09")})],
)
def test_what_we_failed_or_did_late_offers_relief_to_what_depends_on_it(
    owner, dependency, status, said
):
    ours = record(month(dependency.on, 11), owner, status, **said)
    touched = month(dependency.obligation, 11)
    assert (touched.relief, touched.relief_from) == ("offered", ours)
    assert "Our obligation A1, due 1 November 2026" in touched.history.first().history_change_reason
    others = [month(dependency.obligation, number).relief for number in (10, 12)]
    assert others == ["", ""]


def test_nobody_is_relieved_of_what_was_met(owner, dependency):
    record(month(dependency.obligation, 11), owner, done_on=D("2026-11-08"))
    record(month(dependency.on, 11), owner, "failed", reason="No staff")
    assert month(dependency.obligation, 11).relief == ""


def test_what_we_did_in_time_offers_nothing(owner, dependency):
    record(month(dependency.on, 11), owner, done_on=D("2026-11-01"))
    assert not Occurrence.objects.awaiting_relief().exists()


def test_an_offer_is_taken_back_when_ours_was_not_missed_after_all(owner, dependency):
    ours = record(month(dependency.on, 11), owner, "failed", reason="No staff")
    record(ours, owner, done_on=D("2026-11-01"), reason="It was found")
    touched = month(dependency.obligation, 11)
    assert (touched.relief, touched.relief_from) == ("", None)
    assert touched.history.count() == 2


def test_an_offer_stays_when_another_of_ours_was_missed_too(owner, dependency):
    second = DependencyFactory(
        obligation=dependency.obligation, on__first_due=D("2026-01-02"), on__number="A2"
    )
    for number in (11, 12):
        OccurrenceFactory(obligation=second.on, due_on=date(2026, number, 2))
    first_missed = record(month(dependency.on, 11), owner, "failed", reason="No staff")
    second_missed = record(month(second.on, 11), owner, "failed", reason="No key")
    assert month(dependency.obligation, 11).relief_from == first_missed
    record(first_missed, owner, done_on=D("2026-11-01"), reason="It was found")
    touched = month(dependency.obligation, 11)
    assert (touched.relief, touched.relief_from) == ("offered", second_missed)


@pytest.mark.parametrize(("granted", "relief"), [(True, "granted"), (False, "refused")])
def test_a_person_decides_with_a_reason(owner, dependency, granted, relief):
    record(month(dependency.on, 11), owner, "failed", reason="No staff")
    touched = month(dependency.obligation, 11)
    actions.decide_relief(
        occurrence=touched, by=owner, version=touched.version, granted=granted, reason="So agreed"
    )
    touched.refresh_from_db()
    assert (touched.relief, touched.relief_reason, touched.relief_by) == (
        relief,
        "So agreed",
        owner,
    )
    assert touched.history.first().history_change_reason == "So agreed"
    assert touched.state == ("relieved" if granted else "overdue")


def test_what_was_granted_stays_when_ours_is_corrected(owner, dependency):
    ours = record(month(dependency.on, 11), owner, "failed", reason="No staff")
    touched = month(dependency.obligation, 11)
    actions.decide_relief(
        occurrence=touched, by=owner, version=touched.version, granted=True, reason="So agreed"
    )
    record(ours, owner, done_on=D("2026-11-01"), reason="It was found")
    touched.refresh_from_db()
    assert touched.relief == "granted"


def test_nothing_is_decided_where_nothing_was_offered(owner, dependency):
    occurrence = month(dependency.obligation, 11)
    with pytest.raises(actions.NothingToDecide):
        actions.decide_relief(
            occurrence=occurrence, by=owner, version=occurrence.version, granted=True, reason="Why"
        )


def test_a_dependency_written_down_later_counts_for_what_was_missed_before(owner, dependency):
    Dependency.objects.all().delete()
    record(month(dependency.on, 11), owner, "failed", reason="No staff")
    change(dependency.obligation, owner, depends_on=[dependency.on])
    assert month(dependency.obligation, 11).relief == "offered"


# --- Making ahead ---------------------------------------------------------------------------------


def test_the_task_makes_what_is_missing_and_nothing_twice():
    monthly, once = ObligationFactory(), ObligationFactory(repeat="once")
    tasks.make_occurrences_ahead.delay()
    assert len(days(monthly)) == 23  # January 2026 to November 2027
    assert days(once) == ["2026-01-10"]
    before = list(Occurrence.objects.values_list("pk", flat=True))
    tasks.make_occurrences_ahead.delay()
    assert list(Occurrence.objects.values_list("pk", flat=True)) == before


def test_the_horizon_moves_on_by_the_month(time_machine):
    obligation = ObligationFactory(followed_from=TODAY)
    actions.make_ahead(today=TODAY)
    actions.make_ahead(today=D("2026-11-30"))
    assert days(obligation)[-1] == "2027-11-10"
    actions.make_ahead(today=D("2026-12-01"))
    assert days(obligation)[-1] == "2027-12-10"
    assert len(days(obligation)) == len(set(days(obligation))) == 13


def test_it_does_not_matter_when_the_task_ran():
    weekly = {"repeat": "weeks", "first_due": D("2026-01-05")}
    often, seldom = ObligationFactory(**weekly), ObligationFactory(**weekly)
    for today in ("2026-01-31", "2026-02-01", "2026-05-17", "2026-08-30", "2026-11-27"):
        actions._make(Obligation.objects.filter(pk=often.pk), D(today))
    actions._make(Obligation.objects.filter(pk=seldom.pk), D("2026-11-27"))
    assert days(often) == days(seldom)


def test_what_was_taken_away_by_hand_does_not_come_back():
    obligation = ObligationFactory()
    actions.make_ahead(today=TODAY)
    obligation.occurrences.filter(due_on__year=2027).delete()
    actions.make_ahead(today=TODAY)
    assert days(obligation)[-1] == "2026-12-10"


def test_ended_obligations_and_those_of_ended_contracts_are_left_alone():
    ObligationFactory(ended_on=D("2026-05-01"))
    ObligationFactory(contract__stage="ended")
    survivor = ObligationFactory(contract__stage="ended", survives=True)
    actions.make_ahead(today=TODAY)
    assert set(Occurrence.objects.values_list("obligation", flat=True)) == {survivor.pk}


def test_nothing_is_made_after_the_contract_unless_the_rule_says_so():
    until = D("2027-02-28")
    bound = ObligationFactory(contract__ends_on=until)
    promised = ObligationFactory(contract__ends_on=until, until=D("2027-06-30"))
    running_on = ObligationFactory(contract__ends_on=D("2026-10-31"))
    actions.make_ahead(today=TODAY)
    assert days(bound)[-1] == "2027-02-10"
    assert days(promised)[-1] == "2027-06-10"
    assert days(running_on)[-1] == "2027-11-10"


def test_making_ahead_costs_the_same_for_one_obligation_and_for_many(django_assert_num_queries):
    def cost(number):
        # Once each: SQLite takes only so many values in one statement.
        ObligationFactory.create_batch(number, repeat="once")
        # ids, savepoint, lock, read, what is there, insert, how far, savepoint, no more ids
        with django_assert_num_queries(9):
            actions.make_ahead(today=TODAY)

    cost(1)
    cost(40)


def test_batches_go_through_everything(monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    several = ObligationFactory.create_batch(5)
    assert actions.make_ahead(today=TODAY) == 5
    assert all(days(obligation) for obligation in several)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_everything_once():
    ObligationFactory.create_batch(40)
    ready = threading.Barrier(2)
    failures = []

    def work():
        ready.wait()
        try:
            actions.make_ahead(today=TODAY)
        except Exception as error:  # noqa: BLE001 - told below, in the test's own thread
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    actions.make_ahead(today=TODAY)
    assert not failures
    assert Occurrence.objects.count() == 40 * 23
    assert not Obligation.objects.exclude(made_to=rules.horizon(TODAY)).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_does_not_make_dates_by_a_rule_that_is_being_changed(owner):
    obligation = ObligationFactory(followed_from=TODAY)
    changed, go_on = threading.Event(), threading.Event()

    def change_slowly():
        try:
            with transaction.atomic():
                change(obligation, owner, repeat="years", first_due=D("2027-01-10"))
                changed.set()
                go_on.wait(5)
        finally:
            connection.close()

    person = threading.Thread(target=change_slowly)
    person.start()
    changed.wait(5)
    actions.make_ahead(today=TODAY)
    go_on.set()
    person.join()
    actions.make_ahead(today=TODAY)
    assert days(obligation) == ["2027-01-10"]


# --- What follows from the contract ---------------------------------------------------------------


def change_contract(contract, owner, **values):
    contract.refresh_from_db()
    # The gate of a stage is the room of stages' own; here it is open.
    write = contract_actions.set_stage if "stage" in values else contract_actions.change
    return write(contract=contract, by=owner, version=contract.version, **values)


def test_ending_the_contract_takes_away_what_is_to_come(owner):
    obligation = add(owner, first_due=D("2026-10-10"), followed_from=D("2026-10-01"))
    survivor = add(owner, contract=obligation.contract, number="2", survives=True)
    change_contract(obligation.contract, owner, stage="ended")
    assert days(obligation) == ["2026-10-10", "2026-11-10"]
    assert len(days(survivor)) == 12


def test_what_was_due_between_the_end_and_today_goes_too(owner):
    obligation = add(owner, first_due=D("2026-10-10"), followed_from=D("2026-10-01"))
    change_contract(
        obligation.contract, owner, stage="ended", ended_as="terminated", ended_on=D("2026-10-31")
    )
    assert days(obligation) == ["2026-10-10"]


def test_a_contract_that_lives_again_has_its_obligations_again(owner):
    obligation = add(owner)
    change_contract(obligation.contract, owner, stage="ended")
    assert days(obligation) == []
    change_contract(obligation.contract, owner, stage="live")
    assert len(days(obligation)) == 12


def test_an_earlier_end_takes_away_and_a_later_one_brings(owner):
    obligation = add(owner, contract=ContractFactory(ends_on=D("2027-06-30")))
    once = add(
        owner, contract=obligation.contract, number="2", repeat="once", first_due=D("2027-09-01")
    )
    assert days(obligation)[-1] == "2027-06-10"
    change_contract(obligation.contract, owner, ends_on=D("2027-03-31"))
    assert days(obligation)[-1] == "2027-03-10"
    change_contract(obligation.contract, owner, ends_on=D("2028-03-31"))
    assert days(obligation)[-1] == "2027-11-10"
    assert days(once) == ["2027-09-01"]


def test_what_was_recorded_ahead_stays_when_the_contract_ends(owner):
    obligation = add(owner)
    record(obligation.occurrences.first(), owner, done_on=TODAY)
    change_contract(obligation.contract, owner, stage="ended")
    assert days(obligation) == ["2026-12-10"]


def test_many_contracts_cost_as_many_statements_as_one(owner, django_assert_num_queries):
    def cost(number):
        contracts = [ObligationFactory(repeat="once").contract.pk for _ in range(number)]
        actions.make_ahead(today=TODAY)
        with django_assert_num_queries(11):
            actions.follow_contracts(Contract.objects.filter(pk__in=contracts), today=TODAY)

    cost(1)
    cost(30)


def test_more_than_can_be_made_at_once_is_left_to_the_task(monkeypatch):
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    several = ObligationFactory.create_batch(2, contract__ends_on=D("2026-12-31"))
    actions.make_ahead(today=TODAY)
    Contract.objects.update(ends_on=D("2027-12-31"))
    with transaction.atomic():
        actions.follow_contracts(Contract.objects.all(), today=TODAY)
    assert days(several[0])[-1] == "2026-12-10"
    actions.make_ahead(today=TODAY)
    assert days(several[0])[-1] == "2027-11-10"


# --- Conditions precedent -------------------------------------------------------------------------


def missing(contract, stage="live"):
    """What obligations have against the move; other rooms have requirements of their own."""
    ours = {
        reverse("obligations:obligation", args=[pk])
        for pk in contract.obligations.values_list("pk", flat=True)
    }
    return [found for found in gates.missing(contract, stage) if found.url in ours]


def test_an_open_condition_keeps_a_contract_from_coming_into_force(owner):
    contract = ContractFactory(stage="awaiting_conditions")
    condition = add(
        owner, contract=contract, kind="condition", repeat="once", title="Guarantee signed",
        first_due=D("2026-12-15"),
    )  # fmt: skip
    add(owner, contract=contract, number="2")
    for stage in ("mobilisation", "live"):
        (found,) = missing(contract, stage)
        assert "Guarantee signed" in found.sentence
        assert found.url == condition.get_absolute_url()
    assert not missing(contract, "exit")


@pytest.mark.parametrize(
    ("status", "said", "is_open"),
    [
        ("met", {"done_on": TODAY}, False),
        ("failed", {"reason": "Refused by the bank"}, True),
        ("waived", {"reason": "By the board"}, False),
        ("not_applicable", {"reason": "No parent company"}, False),
    ],
)
def test_what_settles_a_condition(owner, status, said, is_open):
    condition = add(owner, kind="condition", repeat="once")
    record(condition.occurrences.get(), owner, status, **said)
    assert bool(missing(condition.contract)) == is_open


def test_a_condition_that_was_ended_keeps_nothing_back(owner):
    condition = add(owner, kind="condition", repeat="once")
    actions.end(obligation=condition, by=owner, on=TODAY, reason="Struck out")
    assert missing(condition.contract) == []


# --- What is always true --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [
        {"status": "met", "done_on": None},
        {"status": "met", "done_on": D("2026-11-11")},
        {"status": "late", "done_on": D("2026-11-10")},
        {"status": "failed", "reason": ""},
        {"status": "pending", "done_on": D("2026-11-10")},
        {"relief": "offered"},
    ],
)
def test_the_database_refuses_an_occurrence_that_contradicts_itself(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        OccurrenceFactory(**values)


def test_the_database_refuses_a_second_occurrence_of_a_day():
    occurrence = OccurrenceFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        OccurrenceFactory(obligation=occurrence.obligation)


@pytest.mark.parametrize(
    "values",
    [
        {"until": D("2025-12-31")},
        {"until": D("2027-12-31"), "times": 3},
        {"every": 0},
        {"kind": "condition"},
    ],
)
def test_the_database_refuses_an_obligation_that_contradicts_itself(values):
    with pytest.raises(IntegrityError), transaction.atomic():
        ObligationFactory(**values)


def test_the_questions_in_sql_agree_with_the_rules():
    cause = OccurrenceFactory(status="failed", obligation__party="authority")
    obligations = ObligationFactory.create_batch(4)
    for obligation, relief in zip(obligations, rules.Relief, strict=True):
        excused = {
            "relief": relief.value, "relief_from": cause if relief else None, "relief_reason": "So",
        }  # fmt: skip
        for days_off in (-400, -366, -365, -40, -1, 0, 1, 20):
            for status in rules.Status:
                due_on = TODAY + timedelta(days=days_off)
                late = {"done_on": due_on + timedelta(days=1)} if status == "late" else {}
                taken = obligation.occurrences.filter(due_on=due_on).exists()
                own = ObligationFactory(contract=obligation.contract) if taken else obligation
                OccurrenceFactory(
                    obligation=own, status=status.value, due_on=due_on, **late, **excused
                )
    facts = list(Occurrence.objects.with_standing(TODAY))
    counting = set(Occurrence.objects.counting(TODAY).values_list("pk", flat=True))
    for occurrence in facts:
        known = {
            "status": occurrence.status, "due_on": occurrence.due_on, "relief": occurrence.relief,
            "today": TODAY,
        }  # fmt: skip
        assert occurrence.standing == rules.state(**known)
        recent = occurrence.due_on >= rules.counted_since(TODAY)
        assert (occurrence.pk in counting) == (rules.counts(**known) and recent)
    for state in rules.State:
        found = set(Occurrence.objects.in_state(state, TODAY).values_list("pk", flat=True))
        assert found == {o.pk for o in facts if o.standing == state}, state
