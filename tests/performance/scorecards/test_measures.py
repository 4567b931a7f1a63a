"""What is measured of a contract in a quarter; what is missing is said to be missing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from performance.models import Reading
from performance.scorecards import measures, rules
from performance.scorecards.measures import Measure, Value
from performance.scorecards.rules import Quadrant, Rag
from tests.contracts.obligations.factories import ObligationFactory, OccurrenceFactory
from tests.factories import ContractFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory
from tests.performance.scorecards.factories import FeedbackFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
QUARTER = rules.quarter_of(date(2026, 7, 1))
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(tier="gold")


def measured(contract, quarter=QUARTER):
    return {one.key: one for one in measures.ask(contract, quarter)}


def said(contract, key, quarter=QUARTER):
    one = measured(contract, quarter)[key]
    return one.words, one.rag, one.is_missing


def readings(indicator, *values):
    for month, value in zip((7, 8, 9), values, strict=False):
        if value is not None:
            ReadingFactory(
                indicator=indicator, period_start=date(2026, month, 1), value=Decimal(value)
            )


# --- Nothing measured ---------------------------------------------------------------------------------


def test_a_contract_of_which_nothing_is_known_is_not_tracked_on_any_side(contract):
    found = measures.ask(contract, QUARTER)
    assert {one.words for one in found} == {"Not tracked"}
    assert set(measures.proposals(found).values()) == {Rag.NOT_TRACKED}


def test_measures_are_asked_by_quadrant():
    sides = [measure.quadrant for measure in measures.registered()]
    assert sides == sorted(sides, key=list(Quadrant).index)
    assert set(sides) == set(Quadrant)


def test_no_two_measures_have_one_key():
    with pytest.raises(ImproperlyConfigured):
        measures.register(
            Measure("contract.value", Quadrant.COST, "Again", lambda contract, quarter: None)
        )


def test_another_room_adds_a_measure_without_being_imported(contract, monkeypatch):
    monkeypatch.setattr(measures, "_measures", {})
    measures.register(Measure(
        "risks.open", Quadrant.RISK, "Open risks",
        lambda contract, quarter: Value("1 high", Rag.RED, figure=Decimal(1), details=("Strike",)),
    ))  # fmt: skip
    (found,) = measures.ask(contract, QUARTER)
    assert (found.label, found.figure, found.details) == ("Red", "1", ("Strike",))
    assert measures.proposals([found])["risk"] == Rag.RED
    assert measures.Measured.from_json(found.as_json()) == found


# --- KPIs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("99", "99", "99"), ("1 KPI: 1 Good", "green", False)),
        (("90", "99", "99"), ("1 KPI: 1 Inadequate", "red", False)),
        (("99", None, "99"), ("1 KPI: 1 Good; 1 not reported for every period", "amber", True)),
        ((None, None, None), ("1 KPI: 1 Not reported", "amber", True)),
    ],
)
def test_a_kpi_counts_with_the_worst_reading_of_its_quarter(contract, values, expected):
    readings(IndicatorFactory(contract=contract), *values)
    assert said(contract, "kpis.performance") == expected


def test_each_kpi_counts_in_its_own_quadrant(contract):
    for quadrant, value in (("cost", "90"), ("user", "99")):
        indicator = IndicatorFactory(contract=contract, quadrant=quadrant)
        readings(indicator, value, value, value)
    found = measures.ask(contract, QUARTER)
    assert measures.proposals(found) == {
        "cost": Rag.RED, "performance": Rag.NOT_TRACKED, "risk": Rag.NOT_TRACKED, "user": Rag.GREEN,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        ("worst", ("1 KPI: 1 Inadequate", "red", False)),
        ("mean", ("1 KPI: 1 Approaching target", "amber", False)),
        ("last", ("1 KPI: 1 Good", "green", False)),
    ],
)
def test_a_kpi_is_taken_together_as_it_is_over_a_year(contract, over, expected):
    readings(IndicatorFactory(contract=contract, over=over), "90", "99", "99")
    assert said(contract, "kpis.performance") == expected


def test_what_is_excused_is_said_and_not_held_against_anybody(contract):
    indicator = IndicatorFactory(contract=contract, name="Calls")
    readings(indicator, "90", "99", "99")
    Reading.objects.filter(period_start=D("2026-07-01")).update(
        relief="granted", relief_reason="No access", status="challenged", status_reason="Look again"
    )
    found = measured(contract)["kpis.performance"]
    assert (found.words, found.rag) == ("1 KPI: 1 Good", "green")
    assert "Calls: 90.00% (Inadequate, excused, challenged) in July 2026" in found.details[0]
    Reading.objects.update(relief="granted", relief_reason="No access")
    assert said(contract, "kpis.performance") == ("1 KPI: 1 excused", "", False)


def test_what_is_measured_when_it_happens_is_never_missing(contract):
    indicator = IndicatorFactory(contract=contract, frequency="on_event", decimals=0)
    assert said(contract, "kpis.performance")[0] == "Not tracked"
    ReadingFactory(indicator=indicator, period_start=D("2026-08-05"), value=Decimal(90))
    assert said(contract, "kpis.performance") == ("1 KPI: 1 Inadequate", "red", False)


def test_many_weeks_are_counted_and_not_listed(contract):
    indicator = IndicatorFactory(contract=contract, name="Calls", frequency="weekly")
    for week in range(13):
        ReadingFactory(indicator=indicator, period_start=D("2026-06-29") + timedelta(weeks=week))
    (line,) = measured(contract)["kpis.performance"].details
    assert line == "Calls: 13 periods, 13 Good"


def test_readings_of_other_quarters_do_not_count(contract):
    indicator = IndicatorFactory(contract=contract)
    readings(indicator, "99", "99", "99")
    for month in (6, 10):
        ReadingFactory(indicator=indicator, period_start=date(2026, month, 1), value=Decimal(10))
    assert said(contract, "kpis.performance")[1] == "green"


def test_a_yearly_kpi_counts_in_the_quarter_in_which_its_year_ends(contract):
    IndicatorFactory(contract=contract, frequency="yearly")
    assert said(contract, "kpis.performance")[0] == "Not tracked"
    last = rules.quarter_of(date(2025, 12, 1))
    assert said(contract, "kpis.performance", last) == ("1 KPI: 1 Not reported", "amber", True)


def test_a_kpi_counts_while_it_is_in_use(contract):
    IndicatorFactory(contract=contract, starts_on=D("2026-10-01"))
    IndicatorFactory(contract=contract, ended_on=D("2026-06-30"))
    assert said(contract, "kpis.performance")[0] == "Not tracked"


def test_of_a_quarter_that_runs_only_what_is_over_is_asked_for(contract):
    indicator = IndicatorFactory(contract=contract)
    ReadingFactory(indicator=indicator)  # October
    running = rules.quarter_of(TODAY)
    assert said(contract, "kpis.performance", running) == ("1 KPI: 1 Good", "green", False)


# --- Obligations --------------------------------------------------------------------------------------


def test_obligations_of_the_supplier_that_fell_due_in_the_quarter(contract):
    obligation = ObligationFactory(contract=contract)
    for month, values in (
        (6, {"status": "failed"}),
        (7, {"status": "met"}),
        (8, {"status": "late", "done_on": D("2026-08-12")}),
        (9, {"status": "waived", "reason": "Not needed"}),
        (10, {"status": "failed"}),
    ):
        OccurrenceFactory(obligation=obligation, due_on=date(2026, month, 10), **values)
    ours = ObligationFactory(contract=contract, party="authority")
    OccurrenceFactory(obligation=ours, due_on=D("2026-07-10"), status="failed")
    assert said(contract, "obligations.met") == ("1 of 2 met in time", "red", False)


def test_obligations_overdue_at_the_end_of_the_quarter(contract):
    obligation = ObligationFactory(contract=contract)
    OccurrenceFactory(obligation=obligation, due_on=D("2026-05-10"), status="met")
    assert said(contract, "obligations.overdue") == ("No obligation overdue", "green", False)
    OccurrenceFactory(obligation=obligation, due_on=D("2026-09-30"))
    OccurrenceFactory(obligation=obligation, due_on=D("2026-10-01"))
    assert said(contract, "obligations.overdue") == ("1 obligation overdue", "amber", False)


# --- Money and users ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ("Not tracked", "", False)),
        ({"value": 100_000}, ("£100,000", "", False)),
        (
            {"value": 100_000, "current_value": 125_000},
            ("£125,000, 25% above the award", "amber", False),
        ),
        (
            {"value": 100_000, "current_value": 80_000},
            ("£80,000, 20% below the award", "", False),
        ),
    ],
)
def test_the_value_is_there_to_know_until_it_grows(values, expected):
    contract = ContractFactory(**{name: Decimal(amount) for name, amount in values.items()})
    assert said(contract, "contract.value") == expected
    found = measures.proposals(measures.ask(contract, QUARTER))["cost"]
    assert found == (Rag.AMBER if expected[1] else Rag.NOT_TRACKED)


def test_satisfaction_of_the_quarter_by_how_many_answered(contract):
    FeedbackFactory(contract=contract, score="4.2", sample=300)
    FeedbackFactory(contract=contract, score=6, scale=10, sample=100)
    FeedbackFactory(contract=contract, score=1, received_on=D("2026-10-01"))
    FeedbackFactory(score=1)
    assert said(contract, "feedback.satisfaction") == (
        "78% of the highest score, 400 answers in 2 surveys", "amber", False,
    )  # fmt: skip
    assert said(contract, "feedback.promoters")[0] == "Not tracked"


def test_promoters_and_complaints_count_too(contract):
    FeedbackFactory(contract=contract, score=None, scale=None, nps=42, sample=None)
    said_of = {"kind": "complaint", "comments": "Late", "contract": contract}
    FeedbackFactory(**said_of, resolved_on=D("2026-09-01"), outcome="Put right")
    assert said(contract, "feedback.promoters") == (
        "42, 1 survey, not known how many answered", "green", False,
    )  # fmt: skip
    assert said(contract, "feedback.complaints") == ("1 received, all resolved", "green", False)
    FeedbackFactory(**said_of, received_on=D("2026-08-31"), resolved_on=TODAY, outcome="Late")
    assert said(contract, "feedback.complaints") == ("2 received, 1 not resolved", "red", False)


def test_a_complaint_from_before_counts_until_it_is_resolved(contract):
    said_of = {"kind": "complaint", "comments": "Late", "contract": contract}
    old = FeedbackFactory(**said_of, received_on=D("2026-06-20"))
    assert said(contract, "feedback.complaints") == (
        "0 received, 1 from before, 1 not resolved", "red", False,
    )  # fmt: skip
    FeedbackFactory(**said_of, resolved_on=D("2026-09-01"), outcome="Put right")
    assert said(contract, "feedback.complaints") == (
        "1 received, 1 from before, 1 not resolved", "red", False,
    )  # fmt: skip
    # It was open at the end of the quarter, whatever came of it later.
    old.resolved_on, old.outcome = D("2026-11-02"), "Put right"
    old.save()
    assert said(contract, "feedback.complaints")[1] == "red"
    old.resolved_on = D("2026-09-30")
    old.save()
    assert said(contract, "feedback.complaints") == ("1 received, all resolved", "green", False)


def test_a_compliment_alone_tracks_nothing(contract):
    FeedbackFactory(contract=contract, kind="compliment", comments="Thank you")
    assert measures.proposals(measures.ask(contract, QUARTER))["user"] == Rag.NOT_TRACKED


def test_asking_costs_the_same_for_little_and_for_much(contract):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            measures.ask(contract, QUARTER)
        return len(queries)

    def add():
        for quadrant in Quadrant:
            readings(IndicatorFactory(contract=contract, quadrant=quadrant.value), "99", "98")
        obligation = ObligationFactory(contract=contract)
        OccurrenceFactory(obligation=obligation, due_on=D("2026-08-10"))
        FeedbackFactory(contract=contract)
        FeedbackFactory(contract=contract, kind="complaint", comments="Late")

    add()
    before = cost()
    for _ in range(8):
        add()
    assert cost() == before <= 13
