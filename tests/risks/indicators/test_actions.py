"""What is recorded, what crosses, and what a risk hears of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from common import locking
from common.history import Taken
from performance import actions as performance
from performance.actions import Entry
from risks import actions as risk_actions
from risks.indicators import actions
from risks.indicators.models import KeyRiskIndicator, KriReading
from risks.models import Category, Risk
from tests.factories import ContractFactory, UserFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory
from tests.risks.indicators.factories import TODAY, KriFactory, a_risk, record

pytestmark = pytest.mark.django_db
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(
        oco=UserFactory(name="Olive Owner"), deputy=UserFactory(), sro=UserFactory()
    )


@pytest.fixture
def indicator(contract):
    return KriFactory(contract=contract, name="Vehicles off the road", risk=a_risk(contract))


def scores(risk):
    return list(risk.scorings.values_list("likelihood", "impact", "cause"))


# --- Indicators -------------------------------------------------------------------------------------


def values(**further):
    return {
        "name": "Overtime", "amber": Decimal(5), "red": Decimal(10), "starts_on": D("2026-01-01"),
        "category": Category.objects.get(name="People"), **further,
    }  # fmt: skip


def test_adding_records_who_did_it(contract):
    added = actions.add(contract=contract, by=contract.oco, today=TODAY, **values())
    assert added.latest_status == "not_measured"
    assert added.history.get().history_user == contract.oco


def test_a_name_stands_once_in_a_contract_while_it_is_used(contract, indicator):
    with pytest.raises(Taken):
        actions.add(
            contract=contract, by=contract.oco, today=TODAY, **values(name="vehicles OFF the road")
        )
    actions.retire(indicator=indicator, by=contract.oco, on=TODAY, reason="Sold")
    actions.add(
        contract=contract, by=contract.oco, today=TODAY, **values(name="Vehicles off the road")
    )


def test_who_saw_an_older_version_changes_nothing(contract, indicator):
    actions.change(indicator=indicator, by=contract.oco, today=TODAY, version=1, text="Trucks")
    with pytest.raises(locking.Conflict):
        actions.change(indicator=indicator, by=contract.deputy, today=TODAY, version=1, text="Vans")


def test_how_it_is_measured_stays_once_there_are_readings(contract, indicator):
    indicator = record(indicator, 3)
    with pytest.raises(actions.Refused, match="can no longer change"):
        actions.change(indicator=indicator, by=contract.oco, today=TODAY, version=1, unit="days")
    changed = actions.change(
        indicator=indicator, by=contract.oco, today=TODAY, version=1, red=Decimal(20)
    )
    assert changed.red == 20


def test_a_retired_one_warns_no_more(contract, indicator):
    indicator = record(indicator, 3)
    with pytest.raises(actions.Refused, match="later period"):
        actions.retire(indicator=indicator, by=contract.oco, on=D("2026-09-30"), reason="Sold")
    actions.retire(indicator=indicator, by=contract.oco, on=D("2026-10-31"), reason="Sold")
    with pytest.raises(actions.Refused, match="any more"):
        record(indicator, 50, "2026-11-01")
    reading = indicator.readings.get()
    actions.correct(
        reading=reading,
        by=contract.oco,
        today=TODAY,
        version=1,
        value=Decimal(50),
        note="",
        reason="Typed wrongly",
    )
    assert scores(indicator.risk) == [(2, 3, "raised")]


@pytest.mark.parametrize(
    "wrong",
    [{"amber": Decimal(10)}, {"direction": "lower"}, {"red_likelihood": 6}, {"risk": None, "category": None},
     {"ended_on": D("2025-01-01")}, {"latest_period": D("2026-10-01")}],
    ids=str,
)  # fmt: skip
def test_the_database_refuses_what_is_never_true(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        KriFactory(**wrong)


# --- Crossing ---------------------------------------------------------------------------------------


def test_a_reading_says_how_it_stands(indicator):
    found = record(indicator, "4.2")
    assert (found.latest_status, found.latest_value, found.latest_period) == (
        "green",
        Decimal("4.2"),
        D("2026-10-01"),
    )
    assert found.crossed_at is None
    assert scores(found.risk) == [(2, 3, "raised")]


def test_crossing_scores_the_risk_by_rule_and_brings_its_review_to_today(indicator):
    found = record(indicator, 12)
    risk = Risk.objects.get()
    assert (risk.likelihood, risk.impact, risk.score, risk.score_before) == (5, 3, 15, 6)
    assert risk.review_on == TODAY
    scoring = risk.scorings.last()
    assert (scoring.cause, scoring.by) == ("indicator", None)
    assert (
        scoring.words
        == "Vehicles off the road was 12% in October 2026 and reached its red threshold of 10%"
    )
    assert risk.history.first().history_change_reason == scoring.words
    assert (found.crossed_status, found.crossed_at.date()) == ("red", TODAY)
    # It scores so much that its SRO is asked.
    assert risk.referrals.waiting().count() == 1


def test_each_step_to_the_worse_crosses_and_none_to_the_better(indicator):
    for month, value in enumerate((3, 6, 7, 11, 6, 2, 6), start=4):
        record(indicator, value, f"2026-{month:02d}-01")
    assert scores(indicator.risk) == [(2, 3, "raised"), (3, 3, "indicator"), (5, 3, "indicator")]
    # Green again in September, and amber anew in October: what stood at 5 is not lowered by a rule.
    assert Risk.objects.get().likelihood == 5


def test_the_score_that_a_person_gave_is_never_lowered(contract, indicator):
    risk = indicator.risk
    risk_actions.review(
        risk=risk,
        by=contract.oco,
        on=TODAY,
        version=risk.version,
        likelihood=4,
        impact=5,
        review_on=D("2027-02-01"),
    )
    record(indicator, 6)
    risk.refresh_from_db()
    assert (risk.likelihood, risk.impact) == (4, 5)
    # Nothing to score, but somebody has to look at it.
    assert risk.review_on == TODAY


def test_what_is_logged_late_for_an_earlier_month_crosses_nothing(indicator):
    record(indicator, 2)
    found = record(indicator, 40, "2026-08-01")
    assert (found.latest_status, found.crossed_at) == ("green", None)
    assert scores(found.risk) == [(2, 3, "raised")]


def test_a_correction_may_cross_and_history_keeps_both(contract, indicator):
    record(indicator, "1.2")
    reading = indicator.readings.get()
    actions.correct(
        reading=reading, by=contract.oco, today=TODAY, version=1, value=Decimal(12), note="", reason="A digit was missing"
    )  # fmt: skip
    assert Risk.objects.get().likelihood == 5
    assert [row.value for row in reading.history.all()] == [Decimal(12), Decimal("1.2")]
    assert reading.history.first().history_change_reason == "A digit was missing"


def test_a_correction_back_to_green_lowers_nothing_and_is_remembered(contract, indicator):
    record(indicator, 12)
    reading = indicator.readings.get()
    actions.correct(
        reading=reading,
        by=contract.oco,
        today=TODAY,
        version=1,
        value=Decimal(2),
        note="",
        reason="Counted twice",
    )
    found = KeyRiskIndicator.objects.get()
    assert (found.latest_status, found.crossed_status) == ("green", "red")
    assert found.moved_at > found.crossed_at
    assert Risk.objects.get().likelihood == 5


def test_who_saw_an_older_reading_corrects_nothing(contract, indicator):
    record(indicator, 1)
    reading = indicator.readings.get()
    correct = {"reading": reading, "today": TODAY, "version": 1, "note": "", "reason": "Wrong"}
    actions.correct(by=contract.oco, value=Decimal(2), **correct)
    with pytest.raises(locking.Conflict):
        actions.correct(by=contract.deputy, value=Decimal(3), **correct)


def test_a_period_is_recorded_once(contract, indicator):
    record(indicator, 1)
    with pytest.raises(actions.Refused, match="already"):
        record(indicator, 2, by=contract.deputy)
    assert indicator.readings.get().value == 1


def test_other_thresholds_hold_for_the_latest_reading(contract, indicator):
    record(indicator, 4)
    actions.change(
        indicator=indicator,
        by=contract.oco,
        today=TODAY,
        version=1,
        amber=Decimal(2),
        red=Decimal(4),
        reason="Tighter",
    )
    found = KeyRiskIndicator.objects.get()
    assert (found.latest_status, found.crossed_status) == ("red", "red")
    assert Risk.objects.get().likelihood == 5


def test_another_risk_hears_of_a_warning_that_stands(contract, indicator):
    record(indicator, 12)
    other = a_risk(contract, title="Crews leave")
    version = KeyRiskIndicator.objects.get().version
    actions.change(indicator=indicator, by=contract.oco, today=TODAY, version=version, risk=other)
    other.refresh_from_db()
    assert (other.likelihood, other.review_on) == (5, TODAY)


# --- Raising a risk -----------------------------------------------------------------------------------


def test_without_a_risk_crossing_raises_one(contract):
    responsible = UserFactory()
    indicator = KriFactory(contract=contract, name="Overtime", responsible=responsible)
    found = record(indicator, 7)
    risk = found.risk
    assert (risk.title, risk.state, risk.raised_by, risk.owner) == (
        "What Overtime warns of",
        "open",
        None,
        responsible,
    )
    assert (risk.likelihood, risk.impact, risk.review_on, risk.category.name) == (
        3,
        3,
        TODAY,
        "Operations",
    )
    assert risk.event.startswith("Overtime was 7% in October 2026")
    assert found.history.first().history_change_reason == risk.event
    # The next step goes to the same one.
    record(indicator, 12, "2026-11-01")
    assert Risk.objects.get().likelihood == 5


def test_a_risk_that_is_over_is_raised_anew(contract, indicator):
    risk = indicator.risk
    risk_actions.close(risk=risk, by=contract.oco, on=TODAY, version=1, outcome="New vehicles")
    found = record(indicator, 12)
    assert found.risk != risk
    assert (found.risk.title, found.risk.impact, found.risk.is_open) == (risk.title, 3, True)
    risk.refresh_from_db()
    assert risk.is_over


def test_a_risk_that_was_only_put_forward_is_scored_too(contract):
    risk = a_risk(contract, accepted=False, likelihood=None, impact=None, review_on=None)
    record(KriFactory(contract=contract, risk=risk), 7)
    risk.refresh_from_db()
    assert (risk.state, risk.likelihood, risk.impact) == ("proposed", 3, 3)


# --- What nobody has looked at since ------------------------------------------------------------------


def test_a_crossing_waits_until_the_risk_was_looked_at(contract, indicator):
    record(indicator, 12)
    assert KeyRiskIndicator.objects.unanswered().get() == indicator
    risk = Risk.objects.get()
    risk_actions.review(
        risk=risk, by=contract.oco, on=TODAY, version=risk.version, likelihood=4, impact=3
    )
    assert not KeyRiskIndicator.objects.unanswered().exists()


def test_a_crossing_of_a_risk_that_is_over_waits_for_nobody(contract, indicator):
    record(indicator, 12)
    risk = Risk.objects.get()
    risk_actions.close(
        risk=risk, by=contract.oco, on=TODAY, version=risk.version, outcome="Insured"
    )
    assert not KeyRiskIndicator.objects.unanswered().exists()


# --- Following ----------------------------------------------------------------------------------------


@pytest.fixture
def kpi(contract):
    return IndicatorFactory(
        contract=contract, name="Complaints", direction="lower", target=Decimal(4)
    )


@pytest.fixture
def following(contract, kpi):
    return KriFactory(
        contract=contract,
        risk=a_risk(contract),
        measure=f"kpi:{kpi.pk}",
        measure_label="KPI Complaints",
    )


def log(kpi, value, start="2026-10-01", *, version=0, reason=""):
    entry = Entry(
        kpi.pk,
        kpi.period(D(start)),
        value and Decimal(value),
        "" if value else "Lost",
        "",
        reason,
        version,
        None,
        None,
    )
    return performance.record_readings(entries=[entry], by=kpi.contract.oco)


def follow():
    return actions.follow_all(today=TODAY)


def test_a_kpi_may_be_the_measure(kpi, following):
    log(kpi, "3.5", "2026-09-01")
    log(kpi, 12)
    assert follow() == 2
    found = KeyRiskIndicator.objects.get()
    assert (found.latest_status, found.latest_value) == ("red", 12)
    assert [(r.source, r.recorded_by) for r in found.readings.all()] == [("measure", None)] * 2
    # Recognised once, however often the task runs.
    assert follow() == 0
    assert scores(found.risk) == [(2, 3, "raised"), (5, 3, "indicator")]


def test_what_is_logged_is_taken_over_as_soon_as_it_is_committed(
    kpi, following, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        log(kpi, 12)
    assert KeyRiskIndicator.objects.get().latest_status == "red"


def test_what_is_corrected_there_is_corrected_here(kpi, following):
    log(kpi, 12)
    follow()
    log(kpi, 2, version=1, reason="Counted twice")
    follow()
    reading = KriReading.objects.get()
    assert (reading.value, reading.version) == (2, 2)
    assert reading.history.first().history_change_reason == "Corrected where it is measured"


def test_what_is_not_reported_is_not_measured(kpi, following):
    log(kpi, None)
    follow()
    assert KeyRiskIndicator.objects.get().latest_status == "not_measured"


def test_what_is_taken_back_there_is_taken_back_here(kpi, following):
    log(kpi, 12)
    follow()
    log(kpi, None, version=1, reason="Of another contract")
    follow()
    assert not KriReading.objects.exists()
    assert KriReading.history.first().history_type == "-"
    assert KeyRiskIndicator.objects.get().latest_status == "not_measured"


def test_what_lies_before_it_is_measured_is_left_out(contract, kpi):
    log(kpi, 12, "2026-08-01")
    log(kpi, 13, "2026-09-01")
    KriFactory(contract=contract, starts_on=D("2026-09-15"), measure=f"kpi:{kpi.pk}")
    follow()
    assert list(KriReading.objects.values_list("value", flat=True)) == [13]


def test_one_whose_measure_is_gone_keeps_what_it_had(following):
    following.measure = "kpi:999999999"
    following.save()
    KriReading.objects.create(
        indicator=following, period_start=D("2026-10-01"), value=3, source="measure"
    )
    assert follow() == 0
    assert KriReading.objects.count() == 1


def test_followed_readings_are_not_recorded_or_corrected_here(contract, kpi, following):
    with pytest.raises(actions.Refused, match="taken over"):
        record(following, 1)
    log(kpi, 3)
    follow()
    with pytest.raises(actions.Refused, match="where it is measured"):
        actions.correct(
            reading=KriReading.objects.get(), by=contract.oco, today=TODAY, version=1, value=Decimal(1), note="", reason="?"
        )  # fmt: skip


def test_a_new_one_reads_at_once_what_is_there(contract, kpi):
    log(kpi, 12)
    added = actions.add(
        contract=contract, by=contract.oco, today=TODAY, measure=f"kpi:{kpi.pk}", **values()
    )
    assert added.latest_status == "red"
    assert added.risk.category.name == "People"


def test_many_cost_as_few_queries_as_one(contract, kpi, following, django_assert_num_queries):
    log(kpi, 3)
    follow()
    with django_assert_num_queries(5):
        follow()
    for _ in range(5):
        other = IndicatorFactory(contract=contract)
        ReadingFactory(indicator=other, value=Decimal(3))
        KriFactory(contract=contract, measure=f"kpi:{other.pk}")
    follow()
    with django_assert_num_queries(5):
        follow()


def test_the_first_reading_of_years_is_read_no_further_than_a_year_back(kpi, following):
    ReadingFactory(
        indicator=kpi, value=Decimal(3), period_start=TODAY.replace(day=1) - timedelta(days=1000)
    )
    KeyRiskIndicator.objects.update(starts_on=D("2020-01-01"))
    assert follow() == 0
