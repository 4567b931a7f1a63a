import threading
from datetime import date, timedelta
from decimal import Decimal

import hypothesis
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import strategies as st

from common import locking
from common.history import Taken
from contracts.models import Contract
from contracts.terms.models import BankHoliday
from performance.credits import actions, rules, tasks
from performance.credits.actions import ChargeEntry, ShareEntry
from performance.credits.models import Charge, Credit, Regime
from performance.models import Reading
from tests.contracts.terms.factories import TermFactory
from tests.factories import ContractFactory, UserFactory
from tests.performance.credits.factories import (
    ChargeFactory,
    CreditFactory,
    KpiShareFactory,
    MilestoneFactory,
    PointsFactory,
    RegimeFactory,
)
from tests.performance.factories import DefinitionFactory, IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db

D = Decimal
JAN, FEB, MAR, APR, MAY = (date(2026, month, 1) for month in range(1, 6))
TODAY = date(2026, 5, 20)
RATES = {"variant": "points", "rate": D("0.5"), "repeat": D(2), "cap": "none"}


@pytest.fixture
def by():
    return UserFactory(name="Alex Shah")


def log(indicator, **months):
    """`log(kpi, jan="98.4")`."""
    for name, value in months.items():
        month = {"jan": JAN, "feb": FEB, "mar": MAR, "apr": APR}[name]
        if value is None:
            ReadingFactory(
                indicator=indicator,
                period_start=month,
                value=None,
                not_reported_reason="No figures",
            )
        else:
            ReadingFactory(indicator=indicator, period_start=month, value=D(value))


def claim(credit, by):
    late = "The supplier accepts it although it is late"
    actions.claim(credit=credit, by=by, version=credit.version, on=TODAY, today=TODAY, reason=late)


def ledger(contract):
    """{month: (points, amount, state)}."""
    return {c.month: (c.points, c.amount, c.state) for c in contract.credits.order_by("month")}


def amounts_until(month, contract):
    found = contract.credits.filter(month__lte=month).order_by("month")
    return list(found.values_list("amount", flat=True))


@pytest.fixture
def worked_example():
    """The four months of the domain: £21,000 in all."""
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(
        contract=contract,
        cap="rolling",
        cap_percent=D(10),
        estimate=D(2_400_000),
        claim_within=None,
    )
    one, two = (PointsFactory(contract=contract, name=name) for name in ("KPI 1", "KPI 2"))
    log(one, jan="98.4", feb="96.5", mar="99.0", apr="99.3")
    log(two, jan="99.2", feb="97.5", mar="95.9", apr="97.0")
    for month in (JAN, FEB, MAR, APR):
        ChargeFactory(contract=contract, month=month)
    return contract


# --- Working out ----------------------------------------------------------------------------------


def test_the_four_months_come_to_21000(worked_example):
    actions.calculate(contract=worked_example, today=TODAY)
    assert ledger(worked_example) == {
        JAN: (1, 1000, "due"), FEB: (8, 8000, "due"), MAR: (8, 8000, "due"), APR: (4, 4000, "due"),
    }  # fmt: skip
    assert Credit.objects.sums()["due"].sums == {"GBP": D(21_000)}


def test_working_out_again_changes_nothing(worked_example):
    actions.calculate(contract=worked_example, today=TODAY)
    before = list(Credit.objects.order_by("pk").values())
    rows = Credit.history.count()
    assert actions.calculate(contract=worked_example, today=TODAY) == 0
    assert list(Credit.objects.order_by("pk").values()) == before
    assert Credit.history.count() == rows


def test_a_month_that_is_not_over_is_not_worked_out(worked_example):
    actions.calculate(contract=worked_example, today=date(2026, 3, 31))
    assert list(ledger(worked_example)) == [JAN, FEB]


def test_a_missing_charge_leaves_the_amount_unknown(worked_example):
    Charge.objects.filter(month=MAR).delete()
    actions.calculate(contract=worked_example, today=TODAY)
    assert ledger(worked_example)[MAR] == (8, None, "due")
    line = worked_example.credits.get(month=MAR).lines[-1]
    assert (line.what, line.figure) == ("Cannot be computed", "Not known")


def test_a_missing_reading_breaks_the_ratchet_and_is_listed(worked_example):
    Reading.objects.filter(indicator__name="KPI 2", period_start=MAR).delete()
    actions.calculate(contract=worked_example, today=TODAY)
    march, april = (worked_example.credits.get(month=month) for month in (MAR, APR))
    assert (march.points, march.not_reported, march.state) == (0, 1, "nothing")
    assert march.is_not_known
    assert "no reading has been logged" in march.lines[1].how
    assert april.points == 2  # and not 4: March is not known


def test_granted_relief_takes_the_points_and_the_ratchet(worked_example):
    Reading.objects.filter(indicator__name="KPI 2", period_start=MAR).update(
        relief="granted", relief_reason="Our site was closed"
    )
    actions.calculate(contract=worked_example, today=TODAY)
    march, april = (worked_example.credits.get(month=month) for month in (MAR, APR))
    assert (march.points, april.points) == (0, 2)
    assert march.lines[1].kind == "excused"


def test_a_reading_is_judged_by_what_counted_when_it_was_logged():
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract)
    kpi = PointsFactory(contract=contract)
    log(kpi, jan="97.5", feb="97.5")
    DefinitionFactory(indicator=kpi, from_on=FEB, target=D(95), bands="Minor, 1, 1")
    Reading.objects.filter(period_start=FEB).update(definition=kpi.definitions.get(from_on=FEB))
    actions.calculate(contract=contract, today=date(2026, 3, 5))
    assert [c.points for c in contract.credits.order_by("month")] == [2, 0]


def test_a_quarter_counts_in_the_month_in_which_it_ends():
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract)
    ChargeFactory(contract=contract, month=MAR)
    kpi = PointsFactory(contract=contract, frequency="quarterly", name="Satisfaction")
    ReadingFactory(indicator=kpi, period_start=JAN, value=D("98.4"))
    actions.calculate(contract=contract, today=date(2026, 4, 2))
    assert ledger(contract)[MAR] == (1, 1000, "due")
    assert contract.credits.get(month=MAR).lines[0].what == "Satisfaction, January to March 2026"
    assert contract.credits.get(month=FEB).lines[0].kind != "failed"


def test_each_event_of_a_month_counts_and_repeats_no_other():
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract)
    ChargeFactory(contract=contract)
    kpi = PointsFactory(contract=contract, frequency="on_event")
    for day in (3, 4, 20):
        ReadingFactory(indicator=kpi, period_start=date(2026, 1, day), value=D("98.4"))
    actions.calculate(contract=contract, today=date(2026, 2, 2))
    assert ledger(contract)[JAN] == (3, 3000, "due")


def test_the_cap_of_twelve_months_counts_what_was_due_before():
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract, cap="rolling", cap_percent=D(1), estimate=D(120_000))
    kpi = PointsFactory(contract=contract)
    log(kpi, jan="98.4", feb="98.4", mar="98.4")
    for month in (JAN, FEB, MAR):
        ChargeFactory(contract=contract, month=month, amount=D(100_000))
    actions.calculate(contract=contract, today=date(2026, 4, 2))
    # 500 and then 2 points each; the cap is 1,200 in all.
    assert [c.amount for c in contract.credits.order_by("month")] == [500, 700, 0]
    assert contract.credits.get(month=MAR).state == "nothing"


def test_a_month_is_cut_to_what_a_claimed_later_month_leaves_under_its_cap(by):
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract, cap="rolling", cap_percent=D(1), estimate=D(120_000))
    kpi = PointsFactory(contract=contract)
    for month in (JAN, FEB, MAR):
        ChargeFactory(contract=contract, month=month, amount=D(100_000))
    log(kpi, mar="98.4", feb="98.4")
    actions.calculate(contract=contract, today=date(2026, 4, 2))
    claim(contract.credits.get(month=MAR), by)  # £700: of the £1,200, February takes 500 before it
    log(kpi, jan="98.4")
    actions.calculate(contract=contract, today=date(2026, 4, 3))
    # January comes first and would repeat nothing, February would now count double: together they have £500.
    assert amounts_until(MAR, contract) == [500, 0, 700]
    cap = [line for line in contract.credits.get(month=FEB).lines if line.kind == "cap"]
    assert [(line.what, line.figure) for line in cap] == [
        ("Left under the cap", "£700"),
        ("Left under the cap of March 2026", "£0"),
    ]
    taken_back = contract.credits.get(month=MAR)
    actions.take_back(
        credit=taken_back,
        by=by,
        version=taken_back.version,
        today=date(2026, 4, 3),
        reason="Too early",
    )
    assert amounts_until(MAR, contract) == [500, 700, 0]


WIDE = [date(2024, 12, 1), date(2025, 5, 1), date(2025, 11, 1), date(2025, 12, 1), date(2026, 4, 1)]


@hypothesis.given(st.permutations(WIDE), st.lists(st.booleans(), min_size=5, max_size=5))
@hypothesis.settings(max_examples=8)
def test_months_settled_in_any_order_never_pass_the_cap_of_twelve_months(order, claimed):
    with transaction.atomic():
        contract = ContractFactory(commences_on=WIDE[0])
        RegimeFactory(
            contract=contract,
            from_on=WIDE[0],
            cap="rolling",
            cap_percent=D("0.1"),
            estimate=D(1_200_000),
        )
        months = rules.months_between(WIDE[0], WIDE[-1])
        Charge.objects.bulk_create(
            Charge(contract=contract, month=month, amount=D(100_000)) for month in months
        )
        kpi = PointsFactory(contract=contract)
        for month, is_claimed in zip(order, claimed, strict=True):
            ReadingFactory(indicator=kpi, period_start=month, value=D("98.4"))
            actions.calculate(contract=contract, today=TODAY)
            credit = contract.credits.get(month=month)
            if is_claimed and credit.state == "due":
                claim(credit, UserFactory())
        amounts = dict(contract.credits.values_list("month", "amount"))
        for month in months:
            window = [m for m in amounts if rules.month_after(month, -11) <= m <= month]
            assert sum(amounts[m] for m in window) <= 1200
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("variant", "terms", "share", "amount"),
    [
        ("difference", {}, {}, 2000),
        ("at_risk", {"at_risk": D(10)}, {"pool": D(50), "credit": D(40)}, 4000),
        ("fixed", {}, {"amount": D(250)}, 250),
        ("fixed", {}, {"percent": D(2), "step": D("0.5")}, 8000),
    ],
)
def test_the_other_variants_count_the_kpis_that_they_name(variant, terms, share, amount):
    contract = ContractFactory(commences_on=JAN)
    regime = RegimeFactory(contract=contract, variant=variant, rate=None, **terms)
    ChargeFactory(contract=contract)
    named, other = (IndicatorFactory(contract=contract, decimals=1) for _ in range(2))
    KpiShareFactory(regime=regime, indicator=named, **share)
    log(named, jan="98")
    log(other, jan="50")
    actions.calculate(contract=contract, today=date(2026, 2, 2))
    credit = contract.credits.get()
    assert credit.amount == amount
    assert [line.kind for line in credit.lines][:1] == ["failed"]
    assert not any(other.name in line.what for line in credit.lines)


def test_the_last_day_to_claim_is_counted_in_the_working_days_of_the_contract():
    contract = TermFactory(contract__commences_on=JAN, nation="scotland").contract
    BankHoliday.objects.create(nation="scotland", on=date(2026, 2, 4), name="A day off")
    RegimeFactory(contract=contract, claim_within=5, claim_unit="working_days")
    actions.calculate(contract=contract, today=date(2026, 2, 2))
    assert contract.credits.get().claim_by == date(2026, 2, 9)


def test_a_regime_counts_from_its_first_whole_month():
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract, from_on=date(2026, 2, 15))
    actions.calculate(contract=contract, today=TODAY)
    assert list(ledger(contract)) == [MAR, APR]


def test_many_kpis_are_worked_out_in_as_many_queries_as_one(django_assert_num_queries):
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract, claim_within=None)
    log(PointsFactory(contract=contract), jan="99.5", feb="99.5", mar="99.5", apr="99.5")
    actions.calculate(contract=contract, today=TODAY)
    with CaptureQueriesContext(connection) as one:
        actions.calculate(contract=contract, today=TODAY)
    for _ in range(4):
        log(PointsFactory(contract=contract), jan="99.5", feb="99.5", mar="99.5", apr="99.5")
    actions.calculate(contract=contract, today=TODAY)
    with django_assert_num_queries(len(one)):
        actions.calculate(contract=contract, today=TODAY)


# --- Regimes --------------------------------------------------------------------------------------


def test_a_new_regime_works_out_what_is_over(worked_example, by):
    Regime.objects.all().delete()
    actions.set_regime(contract=worked_example, by=by, today=TODAY, from_on=JAN, **RATES)
    assert [c.amount for c in worked_example.credits.order_by("month")] == [1000, 8000, 8000, 4000]
    assert worked_example.credits.first().history.first().history_user == by


def test_a_later_regime_never_rewrites_what_was_claimed(worked_example, by):
    actions.calculate(contract=worked_example, today=TODAY)
    march = worked_example.credits.get(month=MAR)
    actions.claim(credit=march, by=by, version=march.version, on=TODAY, today=TODAY)
    actions.set_regime(
        contract=worked_example, by=by, today=TODAY, from_on=FEB, **RATES | {"rate": D(1)}
    )
    assert [c.amount for c in worked_example.credits.order_by("month")] == [
        1000,
        16_000,
        8000,
        8000,
    ]


def test_a_corrected_regime_writes_why(by):
    regime = RegimeFactory()
    actions.set_regime(
        contract=regime.contract, by=by, today=TODAY, regime=regime, version=1, reason="Misread",
        rate=D(1),
    )  # fmt: skip
    latest = regime.history.first()
    assert (latest.rate, latest.history_user, latest.history_change_reason) == (1, by, "Misread")


def test_two_people_who_correct_a_regime_do_not_overwrite_each_other(by):
    regime = RegimeFactory(version=2)
    with pytest.raises(locking.Conflict):
        actions.set_regime(
            contract=regime.contract, by=by, today=TODAY, regime=regime, version=1, rate=D(1)
        )


def test_one_day_has_one_regime(by):
    regime = RegimeFactory()
    with pytest.raises(Taken):
        actions.set_regime(
            contract=regime.contract, by=by, today=TODAY, from_on=regime.from_on, **RATES
        )


def test_a_regime_that_is_moved_takes_out_what_it_made_due_before(worked_example, by):
    actions.calculate(contract=worked_example, today=TODAY)
    regime = worked_example.credit_regimes.get()
    actions.set_regime(
        contract=worked_example, by=by, today=TODAY, regime=regime, version=1, from_on=MAR
    )
    assert list(ledger(worked_example)) == [MAR, APR]


def test_shares_are_added_changed_and_taken_out(by):
    regime = RegimeFactory(variant="fixed", rate=None)
    contract = regime.contract
    kept, gone = (KpiShareFactory(regime=regime, amount=D(100)) for _ in range(2))
    new = IndicatorFactory(contract=contract)
    actions.set_regime(
        contract=contract, by=by, today=TODAY, regime=regime, version=1,
        shares=[
            ShareEntry(kept.indicator_id, {"amount": D(200), "step": None}),
            ShareEntry(gone.indicator_id), ShareEntry(new.pk, {"amount": D(50)}),
        ],
    )  # fmt: skip
    found = dict(regime.shares.values_list("indicator", "amount"))
    assert found == {kept.indicator_id: 200, new.pk: 50}
    assert gone.history.first().history_type == "-"


# --- Charges --------------------------------------------------------------------------------------


def entry(month, amount, **more):
    return ChargeEntry(month, D(amount), **more)


def test_charges_are_recorded_and_make_the_credits_known(by):
    contract = ContractFactory(commences_on=JAN)
    RegimeFactory(contract=contract)
    log(PointsFactory(contract=contract), jan="98.4", feb="98.4")
    actions.calculate(contract=contract, today=date(2026, 3, 5))
    assert [c.amount for c in contract.credits.order_by("month")] == [None, None]
    actions.record_charges(
        contract=contract, by=by, today=date(2026, 3, 5),
        entries=[entry(JAN, 100_000, source="INV-1"), entry(FEB, 200_000)],
    )  # fmt: skip
    assert [c.amount for c in contract.credits.order_by("month")] == [500, 2000]
    charge = contract.charges.get(month=JAN)
    assert (charge.source, charge.history.get().history_user) == ("INV-1", by)


def test_a_charge_is_corrected_only_with_a_reason(by):
    charge = ChargeFactory()
    asked = {"contract": charge.contract, "by": by, "today": TODAY}
    with pytest.raises(actions.ReasonMissing):
        actions.record_charges(entries=[entry(JAN, 1, version=1)], **asked)
    actions.record_charges(entries=[entry(JAN, 1, version=1)], reason="Invoice came", **asked)
    charge.refresh_from_db()
    assert (charge.amount, charge.version) == (1, 2)


def test_a_charge_that_stays_as_it_is_writes_nothing(by):
    charge = ChargeFactory(source="INV-1")
    written = actions.record_charges(
        contract=charge.contract, by=by, today=TODAY,
        entries=[entry(JAN, 200_000, source="INV-1", version=1)],
    )  # fmt: skip
    assert written == []
    assert charge.history.count() == 1


def test_charges_that_somebody_else_recorded_meanwhile_refuse_them_all(by):
    charge = ChargeFactory()
    with pytest.raises(actions.ChargesChanged) as refused:
        actions.record_charges(
            contract=charge.contract, by=by, today=TODAY, entries=[entry(FEB, 1), entry(JAN, 2)]
        )
    assert refused.value.charges == {JAN: charge}
    assert not Charge.objects.filter(month=FEB).exists()


# --- Claiming, crediting, waiving, lapsing ----------------------------------------------------------


def test_a_claim_freezes_the_amount_and_its_working(worked_example, by):
    actions.calculate(contract=worked_example, today=TODAY)
    credit = worked_example.credits.get(month=FEB)
    actions.claim(credit=credit, by=by, version=credit.version, on=date(2026, 5, 19), today=TODAY)
    working = credit.working
    Reading.objects.filter(period_start=FEB).update(value=D(99))
    Charge.objects.filter(month=FEB).update(amount=1)
    actions.calculate(contract=worked_example, today=TODAY)
    credit.refresh_from_db()
    assert (credit.state, credit.amount, credit.working) == ("claimed", 8000, working)
    assert (credit.claimed_on, credit.claimed_by) == (date(2026, 5, 19), by)


def test_what_was_worked_out_anew_since_it_was_looked_at_is_not_claimed(worked_example, by):
    actions.calculate(contract=worked_example, today=TODAY)
    credit = worked_example.credits.get(month=JAN)
    Reading.objects.filter(indicator__name="KPI 1", period_start=JAN).update(value=D(95))
    with pytest.raises(locking.Conflict):
        actions.claim(credit=credit, by=by, version=credit.version, on=TODAY, today=TODAY)
    credit.refresh_from_db()
    assert (credit.state, credit.amount) == ("due", 4000)  # kept, so that the page shows it


def test_what_cannot_be_computed_cannot_be_claimed(by):
    credit = CreditFactory(amount=None)
    with pytest.raises(actions.Refused, match="cannot be computed"):
        actions.claim(credit=credit, by=by, version=1, on=TODAY, today=TODAY)


def test_a_lapsed_credit_is_claimed_only_with_a_reason(by):
    credit = CreditFactory(state="lapsed")
    asked = {"credit": credit, "by": by, "version": 1, "on": TODAY, "today": TODAY}
    with pytest.raises(actions.Refused, match="Say why"):
        actions.claim(**asked)
    claimed = actions.claim(reason="The supplier agreed", **asked)
    assert (claimed.state, claimed.lapsed_on) == ("claimed", None)


def test_a_credit_is_seen_on_an_invoice(by):
    credit = CreditFactory(state="claimed")
    done = actions.record_credited(credit=credit, by=by, version=1, invoice="INV-77", on=TODAY)
    assert (done.state, done.invoice, done.credited_on) == ("credited", "INV-77", TODAY)


def test_what_was_not_claimed_is_not_credited(by):
    with pytest.raises(actions.Refused):
        actions.record_credited(credit=CreditFactory(), by=by, version=1, invoice="I", on=TODAY)


def test_a_waiver_says_who_and_why(by):
    credit = actions.waive(credit=CreditFactory(), by=by, version=1, today=TODAY, reason="Goodwill")
    assert (credit.state, credit.waived_by, credit.waived_on) == ("waived", by, TODAY)
    assert credit.history.first().history_change_reason == "Goodwill"


@pytest.mark.parametrize("state", ["credited", "waived", "nothing"])
def test_what_is_settled_is_not_waived(by, state):
    with pytest.raises(actions.Refused):
        actions.waive(credit=CreditFactory(state=state), by=by, version=1, today=TODAY, reason="x")


@pytest.mark.parametrize(
    "step",
    [
        lambda c, by: actions.claim(credit=c, by=by, version=1, on=TODAY, today=TODAY),
        lambda c, by: actions.waive(credit=c, by=by, version=1, today=TODAY, reason="x"),
    ],
)
def test_a_step_on_a_credit_that_has_moved_on_is_a_conflict(by, step):
    with pytest.raises(locking.Conflict):
        step(CreditFactory(version=2), by)


@pytest.mark.parametrize(
    ("state", "back"), [("claimed", "due"), ("credited", "claimed"), ("waived", "due"), ("lapsed", "due")]
)  # fmt: skip
def test_the_last_step_is_taken_back_with_a_reason(by, state, back):
    credit = CreditFactory(state=state)
    done = actions.take_back(credit=credit, by=by, version=1, today=TODAY, reason="A mistake")
    assert done.state == back
    assert done.history.first().history_change_reason == "A mistake"


def test_what_was_not_claimed_in_time_lapses_by_night():
    late, last_day, claimed = (
        CreditFactory(claim_by=date(2026, 5, 19)),
        CreditFactory(claim_by=TODAY),
        CreditFactory(claim_by=date(2026, 5, 1), state="claimed"),
    )
    assert actions.lapse_due(today=TODAY) == 1
    for credit, state in ((late, "lapsed"), (last_day, "due"), (claimed, "claimed")):
        credit.refresh_from_db()
        assert credit.state == state
    assert late.lapsed_on == TODAY
    assert late.history.first().history_change_reason == "Not claimed by 19 May 2026"


def test_what_lapsed_unknown_is_still_worked_out(worked_example):
    Charge.objects.filter(month=JAN).delete()
    worked_example.credit_regimes.update(claim_within=30)
    actions.calculate_all(today=TODAY)
    assert ledger(worked_example)[JAN] == (1, None, "lapsed")
    ChargeFactory(contract=worked_example, month=JAN)
    actions.calculate_all(today=TODAY)
    assert ledger(worked_example)[JAN] == (1, 1000, "lapsed")


def test_the_nightly_task_can_run_twice(worked_example):
    tasks.work_out_credits()
    before = list(Credit.objects.order_by("pk").values())
    tasks.work_out_credits()
    assert list(Credit.objects.order_by("pk").values()) == before
    assert len(before) > 4


# --- Milestones -------------------------------------------------------------------------------------

LATE = {"name": "Cutover", "due_on": date(2026, 5, 10), "rate": D(500), "per": "day"}


def test_a_late_milestone_owes_damages_that_grow_until_it_is_achieved(by):
    milestone = actions.add_milestone(contract=ContractFactory(), by=by, today=TODAY, **LATE)
    line = milestone.ledger_line
    assert (line.amount, line.state, line.is_final) == (5000, "due", False)
    with pytest.raises(actions.Refused, match="grows"):
        actions.claim(credit=line, by=by, version=line.version, on=TODAY, today=TODAY)
    actions.change_milestone(
        milestone=milestone, by=by, today=TODAY, version=1, achieved_on=date(2026, 5, 18)
    )
    line.refresh_from_db()
    assert (line.amount, line.is_final) == (4000, True)


def test_damages_that_would_lapse_while_they_grow_are_claimed_as_they_stand(by):
    milestone = actions.add_milestone(
        contract=ContractFactory(), by=by, today=TODAY, **LATE, claim_by=TODAY + timedelta(days=3)
    )
    line = milestone.ledger_line
    claimed = actions.claim(credit=line, by=by, version=line.version, on=TODAY, today=TODAY)
    actions.calculate(contract=milestone.contract, today=TODAY + timedelta(days=9))
    claimed.refresh_from_db()
    assert (claimed.state, claimed.amount) == ("claimed", line.amount)


def test_damages_grow_by_night_without_a_history_of_each_day():
    milestone = MilestoneFactory(due_on=date(2026, 5, 10))
    for day in (20, 21, 22):
        actions.calculate_all(today=date(2026, 5, day))
    line = Credit.objects.get(milestone=milestone)
    assert line.amount == 6000
    assert line.history.count() == 0


def test_a_milestone_in_time_owes_nothing(by):
    milestone = actions.add_milestone(
        contract=ContractFactory(), by=by, today=TODAY, **LATE | {"achieved_on": date(2026, 5, 9)}
    )
    assert not Credit.objects.filter(milestone=milestone).exists()


def test_excused_days_are_taken_off_what_is_due_and_not_off_what_was_claimed(by):
    milestone = MilestoneFactory(achieved_on=date(2026, 3, 12))
    actions.calculate(contract=milestone.contract, today=TODAY)
    excused = {"excused_days": 4, "excused_reason": "Our site was not ready"}
    actions.change_milestone(milestone=milestone, by=by, today=TODAY, version=1, **excused)
    line = Credit.objects.get()
    assert line.amount == 3000
    actions.claim(credit=line, by=by, version=line.version, on=TODAY, today=TODAY)
    actions.change_milestone(milestone=milestone, by=by, today=TODAY, version=2, excused_days=10)
    line.refresh_from_db()
    assert (line.amount, line.state) == (3000, "claimed")


def test_two_people_who_change_a_milestone_do_not_overwrite_each_other(by):
    with pytest.raises(locking.Conflict):
        actions.change_milestone(
            milestone=MilestoneFactory(version=2), by=by, today=TODAY, version=1, rate=D(1)
        )


def test_damages_lapse_too():
    MilestoneFactory(achieved_on=date(2026, 3, 12), claim_by=date(2026, 5, 1))
    actions.calculate_all(today=TODAY)
    assert Credit.objects.get().state == "lapsed"


# --- Two people at once, late claims, what is over, and what is too much --------------------------


def waits_for(contract, press):
    """Whether this, done by somebody else, waits while the credits of the contract are worked out."""

    def run():
        try:
            press()
        finally:
            connection.close()

    other = threading.Thread(target=run)
    with transaction.atomic():
        Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        other.start()
        other.join(0.5)
        waits = other.is_alive()
    other.join()
    return waits


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("state", "name", "asks"),
    [
        ("due", "waive", {"today": TODAY, "reason": "Goodwill"}),
        ("claimed", "record_credited", {"on": TODAY, "invoice": "CN-1"}),
        ("claimed", "take_back", {"today": TODAY, "reason": "Wrong"}),
    ],
)
def test_a_step_waits_while_the_credits_are_worked_out_and_is_not_overwritten(
    by, state, name, asks
):
    credit = CreditFactory(state=state)
    act = getattr(actions, name)
    assert waits_for(credit.contract, lambda: act(credit=credit, by=by, version=1, **asks))
    credit.refresh_from_db()
    assert credit.state != state


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_nothing_lapses_while_it_is_worked_out():
    credit = CreditFactory(claim_by=date(2026, 5, 1))
    assert waits_for(credit.contract, lambda: actions.lapse_due(today=TODAY))
    credit.refresh_from_db()
    assert credit.state == "lapsed"


def test_a_claim_after_the_last_day_asks_why_before_the_night_has_let_it_lapse(by):
    credit = CreditFactory(claim_by=date(2026, 5, 10))
    claim = {"credit": credit, "by": by, "version": 1, "on": TODAY, "today": TODAY}
    with pytest.raises(actions.Refused, match="why it can still be claimed"):
        actions.claim(**claim)
    assert actions.claim(**claim, reason="Agreed on 3 May").state == "claimed"


def test_a_claim_that_was_made_in_time_is_recorded_later(by):
    credit = CreditFactory(claim_by=date(2026, 5, 10))
    on = date(2026, 5, 10)
    claimed = actions.claim(credit=credit, by=by, version=1, on=on, today=TODAY)
    assert claimed.claimed_on == on


def test_somebody_elses_change_of_what_a_kpi_counts_is_not_overwritten(by):
    regime = RegimeFactory(variant="fixed", rate=None)
    kpi = IndicatorFactory(contract=regime.contract)
    about = {"contract": regime.contract, "by": by, "today": TODAY, "regime": regime}
    actions.set_regime(**about, version=1, shares=[ShareEntry(kpi.pk, {"amount": D(5)})])
    with pytest.raises(locking.Conflict):
        actions.set_regime(**about, version=1, shares=[ShareEntry(kpi.pk, {"amount": D(7)})])
    actions.set_regime(**about, version=2, shares=[ShareEntry(kpi.pk, {"amount": D(5)})])
    assert (regime.shares.get().amount, Regime.objects.get().version) == (D(5), 2)


def test_after_its_end_a_contract_owes_only_for_what_was_measured():
    contract = ContractFactory(stage="live")
    RegimeFactory(contract=contract)
    kpi = PointsFactory(contract=contract)
    log(kpi, mar="98.4")
    ChargeFactory(contract=contract, month=MAR)
    actions.calculate(contract=contract, today=TODAY)
    assert sorted(ledger(contract)) == [JAN, FEB, MAR, APR]
    Contract.objects.filter(pk=contract.pk).update(stage="ended", ended_on=date(2026, 1, 31))
    actions.calculate(contract=contract, today=TODAY)
    assert sorted(ledger(contract)) == [JAN, MAR]
    assert ledger(contract)[MAR][1] == D(1000)


def test_what_comes_to_more_than_can_be_right_is_not_known():
    contract = ContractFactory()
    RegimeFactory(contract=contract, from_on=APR, rate=D(100), repeat=D(100))
    ChargeFactory(contract=contract, month=APR, amount=D("99999999999"))
    log(PointsFactory(contract=contract, bands="Any, beyond, 9999"), apr="1")
    actions.calculate(contract=contract, today=TODAY)
    credit = contract.credits.get()
    assert (credit.amount, credit.state) == (None, "due")
    assert "more than can be right" in credit.lines[-1].how


@pytest.mark.postgres
def test_a_contract_that_cannot_be_worked_out_keeps_no_other_from_it(worked_example, caplog):
    broken = MilestoneFactory(
        contract=ContractFactory(), due_on=date(1990, 1, 1), rate=D("99999999999")
    )
    actions.calculate_all(today=TODAY)
    assert worked_example.credits.count() == 4
    assert f"contract {broken.contract_id} could not be worked out" in caplog.text
