"""What key risk indicators tell the rest of the house: dates, a question about a contract, history."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from common import deadlines
from contracts import checks, trail
from contracts.models import Contract
from reminders import actions as reminders
from reminders import outbox
from risks import actions as risk_actions
from risks.indicators import actions
from risks.models import Risk
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.risks.indicators.factories import TODAY, KriFactory, a_risk, record

pytestmark = pytest.mark.django_db
D = date.fromisoformat
YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(
        title="Waste", reference="C-7", oco=UserFactory(), deputy=UserFactory(), sro=UserFactory()
    )


@pytest.fixture
def indicator(contract):
    risk = a_risk(contract, owner=person_with("viewer", contract.unit))
    return KriFactory(
        contract=contract,
        name="Overtime",
        risk=risk,
        responsible=person_with("viewer", contract.unit),
    )


def due(kind, **scope):
    scope = deadlines.Scope(**scope)
    return list(deadlines.within(scope, TODAY - YEAR, TODAY + YEAR, only=[kind]))


# --- The next reading ---------------------------------------------------------------------------------


def test_the_next_reading_is_a_date_of_who_is_responsible(contract, indicator):
    record(indicator, 3, "2026-09-01")
    (found,) = due("kri-due")
    assert (found.key, found.due_on) == (f"kri-due:{indicator.pk}", D("2026-11-07"))
    assert (found.title, found.subject) == ("Record Overtime for October 2026", "C-7 Waste")
    assert found.responsible == (indicator.responsible_id, contract.oco_id, contract.deputy_id)
    record(indicator, 3)
    assert due("kri-due")[0].due_on == D("2026-12-07")


def test_the_first_reading_is_asked_for_the_period_in_which_it_begins(contract):
    KriFactory(contract=contract, starts_on=D("2026-11-20"))
    assert due("kri-due")[0].due_on == D("2026-12-07")


def test_what_follows_a_kpi_is_asked_for_as_a_kpi(contract):
    KriFactory(contract=contract, measure="kpi:1")
    assert due("kri-due") == []


def test_nothing_is_asked_of_what_is_over(contract, indicator):
    KriFactory(contract=ContractFactory(stage="ended"))
    actions.retire(indicator=indicator, by=contract.oco, on=TODAY, reason="Sold")
    assert due("kri-due") == []


def test_each_scope_finds_its_own(contract, indicator):
    other = KriFactory(contract=ContractFactory(unit=BusinessUnitFactory(), oco=UserFactory()))
    theirs = {f"kri-due:{indicator.pk}"}

    def keys(**scope):
        return {deadline.key for deadline in due("kri-due", **scope)}

    assert keys() == theirs | {f"kri-due:{other.pk}"}
    assert keys(share=(contract.pk, contract.pk)) == theirs
    assert keys(user=contract.oco, capacity="mine") == theirs
    assert keys(user=contract.sro, capacity="overseen") == theirs
    assert keys(user=contract.sro, capacity="mine") == set()
    # It is the work of who is responsible, though the contract is not.
    assert keys(user=indicator.responsible, capacity="mine") == theirs
    assert keys(contracts=(contract.pk,)) == theirs


# --- What crossed -------------------------------------------------------------------------------------


def test_a_crossing_is_a_date_of_the_risk_owner_until_it_was_looked_at(contract, indicator):
    assert due("kri-crossed") == []
    record(indicator, 12)
    (found,) = due("kri-crossed")
    assert (found.due_on, found.title) == (
        TODAY,
        "Review the risk: Overtime crossed its red threshold",
    )
    assert found.responsible[0] == indicator.risk.owner_id
    assert found.url == indicator.risk.get_absolute_url()
    risk = Risk.objects.get()
    risk_actions.review(
        risk=risk, by=contract.oco, on=TODAY, version=risk.version, likelihood=5, impact=3
    )
    assert due("kri-crossed") == []
    # It becomes worse again after it was better.
    record(indicator, 2, "2026-11-01")
    record(indicator, 6, "2026-12-01")
    assert due("kri-crossed")[0].title == "Review the risk: Overtime crossed its amber threshold"


def test_its_owner_is_told_by_e_mail(contract, indicator):
    record(indicator, 12)
    reminders.send_due(today=TODAY)
    outbox.send(today=TODAY)
    (told,) = [m.to[0] for m in mail.outbox if "Overtime crossed its red threshold" in m.body]
    assert told == indicator.risk.owner.email


def test_dates_cost_the_same_for_one_and_for_many(contract, indicator, django_assert_num_queries):
    record(indicator, 12)
    for kind in ("kri-due", "kri-crossed"):
        with django_assert_num_queries(1):
            due(kind)
    for _ in range(5):
        record(KriFactory(contract=contract), 12)
    for kind in ("kri-due", "kri-crossed"):
        with django_assert_num_queries(1):
            assert len(due(kind)) == 6


# --- How the contract is managed ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("latest", "further", "fails"),
    [
        (None, {}, True), ("2026-09-01", {}, True), ("2026-10-01", {}, False), ("2026-11-01", {}, False),
        (None, {"starts_on": D("2026-11-10")}, False), (None, {"ended_on": D("2026-08-31")}, False),
        (None, {"measure": "kpi:1"}, True), (None, {"frequency": "yearly"}, False),
        ("2026-11-09", {"frequency": "weekly"}, False), ("2026-11-02", {"frequency": "weekly"}, True),
    ],
)  # fmt: skip
def test_a_contract_fails_whose_indicator_is_not_measured(contract, latest, further, fails):
    if latest:
        further = {
            **further,
            "latest_period": D(latest),
            "latest_value": Decimal(1),
            "latest_status": "green",
        }
    KriFactory(contract=contract, **further)
    failing = checks.get("kri_not_measured").failing(Contract.objects.all())
    assert failing.exists() is fails


def test_history_of_readings_is_told_when_it_is_asked_for(contract, indicator):
    record(indicator, 3)

    def told(**asked):
        return [row for source in trail.of(contract, contract.oco, **asked) for row in source]

    nouns = [row.instance_type.__name__ for row in told()]
    assert "KeyRiskIndicator" in nouns
    assert "KriReading" not in nouns
    assert "KriReading" in [row.instance_type.__name__ for row in told(with_routine=True)]
