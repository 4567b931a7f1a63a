"""Which readings are due, overdue and seen; and what dashboards ask."""

from datetime import date
from decimal import Decimal

import pytest

from common import deadlines
from common.sections import Section, Sections
from contracts import checks
from contracts.models import Contract
from performance import hooks
from performance.models import Indicator, Reading
from performance.months import missing_by_month
from performance.querysets import asked_of_the_worst, ratings_by_month, worst_from
from performance.rules import Period
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.factories import DefinitionFactory, IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
OCTOBER = date(2026, 10, 1)


# --- Which ones? --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "months"),
    [
        ({}, [8, 9, 10, 11, 12]),
        ({"frequency": "quarterly"}, [9, 12]),
        ({"frequency": "yearly"}, [12]),
        ({"starts_on": date(2026, 10, 20)}, [10, 11, 12]),
        ({"ended_on": date(2026, 10, 31)}, [8, 9, 10]),
        ({"ended_on": date(2026, 10, 30)}, [8, 9]),
    ],
)
def test_a_reading_is_asked_for_in_the_month_in_which_its_period_ends(values, months):
    IndicatorFactory(**values)
    found = [m for m in range(8, 13) if Indicator.objects.ending_in(date(2026, m, 1)).exists()]
    assert found == months


def test_managed_by_a_person_is_what_they_own_or_stand_in_for_and_is_in_force():
    owner, other = UserFactory(), UserFactory()
    mine = IndicatorFactory(contract=ContractFactory(oco=owner, deputy=other))
    IndicatorFactory(contract=ContractFactory(sro=owner))
    IndicatorFactory(contract=ContractFactory(oco=owner, stage="ended"))
    IndicatorFactory()
    assert list(Indicator.objects.managed_by(owner)) == [mine]
    assert list(Indicator.objects.managed_by(other)) == [mine]


def test_an_sro_sees_but_may_not_log():
    sro = UserFactory()
    indicator = IndicatorFactory(contract=ContractFactory(sro=sro))
    assert list(Indicator.objects.visible_to(sro)) == [indicator]
    assert not Indicator.objects.loggable_by(sro).exists()


@pytest.mark.parametrize(
    ("frequency", "logged", "overdue"),
    [
        ("monthly", [], True),
        ("monthly", [date(2026, 9, 1)], True),
        ("monthly", [date(2026, 10, 1)], False),
        ("monthly", [date(2026, 11, 1)], True),  # the running month does not stand in for October
        ("monthly", [date(2026, 10, 1), date(2026, 11, 1)], False),
        ("quarterly", [date(2026, 4, 1)], True),
        ("quarterly", [date(2026, 7, 1)], False),
        ("yearly", [date(2025, 1, 1)], False),
    ],
)
def test_overdue_is_the_latest_period_that_should_be_here(frequency, logged, overdue):
    indicator = IndicatorFactory(frequency=frequency)
    for start in logged:
        ReadingFactory(indicator=indicator, period_start=start)
    assert Indicator.objects.overdue(TODAY).exists() is overdue


def test_nothing_is_overdue_on_the_day_it_is_due():
    ReadingFactory(period_start=date(2026, 9, 1))
    assert not Indicator.objects.overdue(date(2026, 11, 3)).exists()
    assert Indicator.objects.overdue(date(2026, 11, 4)).exists()


def test_gaps_are_counted_by_month():
    indicator = IndicatorFactory(starts_on=date(2026, 8, 1))
    IndicatorFactory(frequency="quarterly", starts_on=date(2026, 1, 1))
    ReadingFactory(indicator=indicator, period_start=date(2026, 9, 1))
    months = [Period(date(2026, m, 1)) for m in range(7, 11)]
    missing = missing_by_month(Indicator.objects.all(), months)
    assert missing == {"2026-08": 1, "2026-09": 1, "2026-10": 1}


def test_a_reason_fills_a_gap():
    ReadingFactory(value=None, not_reported_reason="None came")
    assert not missing_by_month(Indicator.objects.all(), [Period(OCTOBER)])
    assert not Indicator.objects.overdue(TODAY).exists()


# --- What dashboards ask ------------------------------------------------------------------------


def test_ratings_by_month_give_the_worst_and_leave_gaps(django_assert_num_queries):
    contract, other = ContractFactory(), ContractFactory()
    ReadingFactory(indicator__contract=contract)
    ReadingFactory(indicator__contract=contract, value=Decimal(98))
    ReadingFactory(
        indicator__contract=contract,
        indicator__frequency="quarterly",
        period_start=date(2026, 7, 1),
    )
    with django_assert_num_queries(1):
        found = ratings_by_month([contract.pk, other.pk], today=TODAY, months=3)
    assert found == {contract.pk: [None, "good", "approaching_target"], other.pk: [None] * 3}


# --- Deadlines ----------------------------------------------------------------------------------


def due(start, end, **scope):
    return list(
        deadlines.within(deadlines.Scope(**scope), start, end, only=["reading-due"])
    )  # fmt: skip


def test_missing_readings_are_one_deadline_for_each_contract_and_month():
    owner = UserFactory()
    contract = ContractFactory(oco=owner, reference="C-7", title="Waste")
    for _ in range(2):
        IndicatorFactory(contract=contract)
    ReadingFactory(indicator__contract=contract)
    (deadline,) = due(date(2026, 11, 1), date(2026, 11, 30))
    assert (deadline.due_on, deadline.title, deadline.subject, deadline.responsible) == (
        date(2026, 11, 3),
        "Log 2 readings for October 2026",
        "C-7 Waste",
        (owner.pk,),
    )
    assert deadline.url.endswith(f"?month=2026-10&contract={contract.pk}")


def test_readings_that_end_together_are_due_together():
    contract = ContractFactory()
    for frequency in ("monthly", "quarterly", "yearly"):
        IndicatorFactory(contract=contract, frequency=frequency, starts_on=date(2026, 1, 1))
    found = due(date(2026, 12, 1), date(2027, 1, 31))
    assert sorted((d.due_on, d.title) for d in found) == [
        (date(2026, 12, 3), "Log 1 reading for November 2026"),
        (date(2027, 1, 3), "Log 3 readings for December 2026"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        (date(2026, 11, 3), date(2026, 11, 3), 1),
        (date(2026, 11, 4), date(2026, 12, 2), 0),
        (date(2026, 10, 1), date(2026, 12, 31), 3),
    ],
)
def test_both_ends_of_the_window_count(start, end, number):
    IndicatorFactory()
    assert len(due(start, end)) == number


def test_contracts_that_ended_owe_no_readings():
    IndicatorFactory(contract__stage="ended")
    IndicatorFactory(contract__stage="draft")
    assert due(date(2026, 11, 1), date(2026, 11, 30)) == []


def test_deadlines_keep_to_their_scope():
    owner = UserFactory()
    mine = IndicatorFactory(contract=ContractFactory(oco=owner)).contract
    other = IndicatorFactory(contract=ContractFactory(sro=owner)).contract
    IndicatorFactory()
    window = (date(2026, 11, 1), date(2026, 11, 30))
    assert {d.contract_id for d in due(*window, user=owner)} == {mine.pk, other.pk}
    assert {d.contract_id for d in due(*window, user=owner, capacity="mine")} == {mine.pk}
    assert {d.contract_id for d in due(*window, user=owner, capacity="overseen")} == {other.pk}
    assert {d.contract_id for d in due(*window, share=(mine.pk, mine.pk))} == {mine.pk}


@pytest.mark.parametrize("number", [1, 20])
def test_deadlines_cost_two_queries_however_many(number, django_assert_num_queries):
    for _ in range(number):
        ReadingFactory(period_start=date(2026, 9, 1))
    with django_assert_num_queries(2):
        assert len(due(date(2026, 11, 1), date(2026, 11, 30))) == number


# --- Checks -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "stage", "fails"),
    [
        ("gold", "live", True),
        ("silver", "live", True),
        ("platinum", "live", True),
        ("bronze", "live", False),
        ("", "live", False),
        ("gold", "mobilisation", False),
    ],
)
def test_an_important_live_contract_needs_a_kpi(tier, stage, fails):
    contract = ContractFactory(tier=tier, stage=stage)
    check = checks.get("no_kpis")
    assert check.failing(Contract.objects.all()).exists() is fails
    IndicatorFactory(contract=contract)
    assert not check.failing(Contract.objects.all()).exists()


def test_a_retired_kpi_does_not_count_as_one():
    IndicatorFactory(contract__tier="gold", ended_on=date(2026, 1, 1))
    assert checks.get("no_kpis").failing(Contract.objects.all()).exists()


def test_missing_readings_are_a_gap_of_the_contract(time_machine):
    time_machine.move_to(TODAY)
    late, fine = ContractFactory(), ContractFactory()
    IndicatorFactory(contract=late)
    ReadingFactory(indicator__contract=fine)
    assert list(checks.get("readings_missing").failing(Contract.objects.all())) == [late]


# --- Navigation ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "shown"), [("procurement", True), ("auditor", False), ("administrator", False)]
)
def test_the_log_is_offered_to_those_who_can_log_everywhere(role, shown):
    assert hooks.can_log(person_with(role)) is shown


def test_the_log_is_offered_to_owners_and_deputies_only():
    owner, deputy, sro = (UserFactory() for _ in range(3))
    ContractFactory(oco=owner, deputy=deputy, sro=sro)
    assert [hooks.can_log(person) for person in (owner, deputy, sro)] == [True, True, False]


def test_a_reading_names_itself_in_history():
    reading = ReadingFactory(indicator__name="Calls")
    assert Reading.history.get().label == f"Calls, {reading.period.label}" == "Calls, October 2026"


def test_a_contracts_page_shows_the_worst_few_as_any_list_would_and_asks_nothing_for_it(
    django_assert_num_queries,
):
    contract = ContractFactory()
    for number, rating in enumerate(["good", "inadequate", "", "approaching_target", "inadequate"]):
        indicator = IndicatorFactory(contract=contract, name=f"KPI {4 - number}")
        for month in (8, 9):
            ReadingFactory(
                indicator=indicator, period_start=date(2026, month, 1), value=Decimal("97.1")
            )
        DefinitionFactory(indicator=indicator, from_on=date(2026, 10, 1), target=Decimal("95.2500"))
        Indicator.objects.filter(pk=indicator.pk).update(latest_rating=rating)
    counts, today = {"monthly": 12}, date(2026, 11, 2)
    section = Section(
        "worst", "Worst", "performance:contract", summary_template="x",
        asked=lambda pk, mode: asked_of_the_worst(pk, 4, counts, today),
        summary=lambda contract, user, rows: {"found": worst_from(rows)},
    )  # fmt: skip
    sections = Sections("thing")
    sections.register(section)
    with django_assert_num_queries(1):
        found = sections.summaries(contract, None)[0]["context"]["found"]
        told = [_everything(indicator) for indicator in found]
    listed = contract.indicators.worst_first().with_recent(counts, today)
    assert told == [_everything(indicator) for indicator in list(listed)[:4]]
    assert [i.latest_rating for i in found][:3] == [
        "inadequate",
        "inadequate",
        "approaching_target",
    ]


def _everything(indicator):
    """What a table shows of an indicator, to the last decimal place."""
    recent = [(r.period_start, str(r.value), r.rating) for r in indicator.recent]
    definitions = [(d.pk, d.from_on, str(d.target), d.text) for d in indicator.definitions.all()]
    return indicator, indicator.name, indicator.starts_on, recent, definitions


def test_each_comes_with_the_readings_that_a_picture_needs_and_none_of_another(
    django_assert_num_queries,
):
    contract = ContractFactory()
    indicators = [IndicatorFactory(contract=contract, name=f"KPI {n}") for n in range(4)]
    for number in (0, 1, 3):
        for month in range(1, 4 + number):
            ReadingFactory(indicator=indicators[number], period_start=date(2026, month, 1))
    counts, today = {"monthly": 9}, date(2026, 11, 2)
    listed = {i.pk: i.recent for i in contract.indicators.with_recent(counts, today)}
    with django_assert_num_queries(3):
        found = list(contract.indicators.each_with_recent(counts, today))
        assert all(i.definition for i, _ in found)
    assert [i.pk for i, _ in found] == [i.pk for i in indicators]
    for indicator, recent in found:
        bare = [(r.period_start, r.value, r.rating) for r in listed[indicator.pk]]
        assert [(r.period_start, r.value, r.rating) for r in recent] == bare
    assert [len(recent) for _, recent in found] == [2, 3, 0, 5]
