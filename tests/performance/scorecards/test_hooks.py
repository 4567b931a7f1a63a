"""What scorecards tell the rest of the house: dates, questions about a contract, history, and the lists' sets."""

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common import deadlines
from contracts import checks, trail
from contracts.models import Contract
from performance.scorecards import actions, querysets, rules
from performance.scorecards.models import SignOff
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.performance.scorecards.factories import (
    BLANK,
    FeedbackFactory,
    ScorecardFactory,
    signed_off,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)
YEAR = timedelta(days=365)
D = date.fromisoformat


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


def asked(**values):
    """A Gold contract that has been in the register for years."""
    known = {
        "tier": "gold", "oco": UserFactory(), "deputy": UserFactory(), "sro": UserFactory(),
        "commences_on": D("2024-04-01"),
        "created_at": timezone.make_aware(datetime(2024, 4, 2)),  # noqa: DTZ001
    }  # fmt: skip
    return ContractFactory(**(known | values))


@pytest.fixture
def contract():
    return asked(title="Waste", reference="C-7")


def done(contract, quarter_start):
    return signed_off(
        ScorecardFactory(contract=contract, quarter_start=D(quarter_start)), by=contract.oco
    )


def due(kind="scorecard-due", **scope):
    scope = deadlines.Scope(**scope)
    return list(deadlines.within(scope, TODAY - YEAR, TODAY + YEAR, only=[kind]))


# --- Dates --------------------------------------------------------------------------------------------


def test_a_scorecard_is_a_date_of_the_owner(contract):
    (found,) = due()
    assert (found.key, found.due_on) == (f"scorecard-due:{contract.pk}", D("2026-10-30"))
    assert found.title == "Sign off the scorecard for July to September 2026"
    assert (found.subject, found.unit_id) == ("C-7 Waste", contract.unit_id)
    assert found.responsible == (contract.oco_id, contract.deputy_id)


def test_what_is_signed_off_moves_the_date_on(contract):
    ScorecardFactory(contract=contract, **BLANK)
    assert due()[0].due_on == D("2026-10-30")  # a draft does not
    contract.scorecards.all().delete()
    done(contract, "2026-07-01")
    assert due()[0].due_on == D("2027-01-30")


@pytest.mark.parametrize(
    "values",
    [
        {"tier": "bronze"}, {"tier": ""}, {"stage": "mobilisation"}, {"stage": "ended"},
        {"ends_on": D("2026-06-30")},
    ],
    ids=str,
)  # fmt: skip
def test_nothing_is_asked_of_others(values):
    contract = asked(**values)
    assert due() == []
    assert not checks.get("scorecard_overdue").failing(Contract.objects.all()).exists()
    assert actions.owed(contract, TODAY) is None


def test_nothing_is_asked_of_a_spot_contract(contract):
    asked(kind="spot", parent=contract)
    assert {d.contract_id for d in due()} == {contract.pk}
    failing = checks.get("scorecard_overdue").failing(Contract.objects.all())
    assert list(failing) == [contract]


def test_what_waits_for_the_sro_is_a_date_of_the_sro(contract):
    scorecard = done(contract, "2026-07-01")
    (found,) = due("scorecard-to-see")
    assert (found.due_on, found.responsible) == (TODAY + timedelta(days=14), (contract.sro_id,))
    assert found.url == scorecard.get_absolute_url()
    assert due("scorecard-to-see", user=contract.sro, capacity="overseen")
    assert not due("scorecard-to-see", user=contract.oco, capacity="mine")
    actions.see(scorecard=scorecard, by=contract.sro, version=scorecard.version)
    assert due("scorecard-to-see") == []


def test_without_an_sro_nobody_is_waited_for():
    done(asked(sro=None), "2026-07-01")
    assert due("scorecard-to-see") == []


def test_each_scope_finds_its_own(contract):
    asked(unit=BusinessUnitFactory())
    ids = {f"scorecard-due:{contract.pk}"}
    assert {d.key for d in due(share=(contract.pk, contract.pk))} == ids
    assert {d.key for d in due(user=contract.oco, capacity="mine")} == ids
    assert {d.key for d in due(user=contract.sro, capacity="overseen")} == ids
    assert {d.key for d in due(user=person_with("viewer", contract.unit))} == ids
    assert {d.key for d in due(contracts=(contract.pk,))} == ids
    assert due(user=UserFactory()) == []
    assert len(due()) == 2


@pytest.mark.parametrize("kind", ["scorecard-due", "scorecard-to-see"])
def test_dates_cost_one_query(django_assert_num_queries, kind):
    for _ in range(4):
        done(asked(), "2026-07-01")
    with django_assert_num_queries(1):
        assert len(due(kind)) == 4


# --- Questions about a contract -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tier", "signed", "began", "created", "fails"),
    [
        ("gold", [], "2024-04-01", "2024-04-02", True),
        ("gold", ["2026-07-01"], "2024-04-01", "2024-04-02", False),
        ("gold", ["2026-04-01"], "2024-04-01", "2024-04-02", True),
        ("silver", ["2025-10-01"], "2024-04-01", "2024-04-02", False),
        ("silver", ["2025-07-01"], "2024-04-01", "2024-04-02", True),
        ("platinum", [], "2026-07-01", "2024-04-02", False),
        ("platinum", [], "2026-06-30", "2024-04-02", True),
        ("gold", [], "2024-04-01", "2026-07-01", False),  # in the register since July
        ("gold", [], None, "2026-06-30", True),
    ],
)
def test_the_question_and_the_rule_agree(tier, signed, began, created, fails):
    contract = asked(
        tier=tier, commences_on=began and D(began),
        created_at=timezone.make_aware(datetime.fromisoformat(f"{created}T23:30")),
    )  # fmt: skip
    for quarter in signed:
        done(contract, quarter)
    failing = checks.get("scorecard_overdue").failing(Contract.objects.all())
    assert failing.exists() is fails
    owed = actions.owed(contract, TODAY)
    assert (rules.due_on(owed) < TODAY) is fails
    assert [d.due_on for d in due()] == [rules.due_on(owed)]


@settings(
    max_examples=40, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(
    tier=st.sampled_from(["gold", "silver", "platinum", "bronze"]),
    began=st.dates(D("2024-01-01"), TODAY),
    back=st.none() | st.integers(0, 8),
    today=st.dates(D("2026-10-01"), D("2027-12-31")),
)
def test_in_sql_and_in_python_a_scorecard_is_overdue_on_the_same_days(tier, began, back, today):
    contract = asked(tier=tier, commences_on=began)
    if back is not None:
        quarter = rules.quarter_of(D("2026-09-30")).shifted(-back)
        scorecard = ScorecardFactory(contract=contract, quarter_start=quarter.start)
        scorecard.signed = SignOff.objects.create(
            scorecard=scorecard, by=contract.oco, at=timezone.now(), frozen={}
        )
        scorecard.state = "signed_off"
        scorecard.save()
    mine = Contract.objects.filter(pk=contract.pk)
    owed = actions.owed(contract, today)
    is_late = bool(owed) and today > rules.due_on(owed)
    assert querysets.with_scorecard_overdue(mine, today).exists() is is_late
    if is_late:
        assert querysets.in_quarter(mine, owed).exists()


def test_a_quadrant_that_is_not_tracked_wants_a_decision(contract):
    check = checks.get("quadrant_not_tracked")
    ScorecardFactory(contract=contract, lines__cost={"rag": "not_tracked"})
    assert list(check.failing(Contract.objects.all())) == [contract]
    ScorecardFactory(contract=contract, quarter_start=D("2026-10-01"))  # a later one, decided
    assert not check.failing(Contract.objects.all()).exists()


def test_what_is_to_be_done_is_shown_on_the_contract_with_its_place(contract, client):
    client.force_login(contract.oco)
    page = client.get(contract.get_absolute_url()).content.decode()
    assert "Fill in the balanced scorecard and sign it off" in page
    assert f"/performance/scorecards/contract/{contract.pk}/" in page


# --- History ------------------------------------------------------------------------------------------


def test_the_contracts_history_tells_who_signed_off_and_who_has_seen_it(contract, client):
    scorecard = done(contract, "2026-07-01")
    actions.see(
        scorecard=scorecard, by=contract.sro, version=scorecard.version, question="Why not tracked?"
    )
    FeedbackFactory(contract=contract, kind="complaint", comments="Late buses")
    client.force_login(contract.oco)
    page = client.get(f"/contracts/{contract.pk}/history/").content.decode()
    for words in (
        "Scorecard “July to September 2026” changed",
        "Sign-off of the scorecard “July to September 2026” added",
        "Why not tracked?",
        "Feedback “Complaint, received 10 August 2026” added",
    ):
        assert words in page
    assert "frozen" not in page


def test_what_is_filled_in_is_told_and_four_blank_quadrants_are_not(contract):
    scorecard = actions.start(
        contract=contract, by=contract.oco, quarter=rules.quarter_of(D("2026-07-01")), today=TODAY
    )
    nothing = dict.fromkeys(("reason", "narrative", "decision", "decision_note"), "")
    actions.fill(
        scorecard=scorecard, by=contract.oco, lines={"cost": (1, {**nothing, "rag": "green"})}
    )
    told = [s for s in trail.of(contract, contract.oco) if s.model.__name__ == "HistoricalLine"]
    assert [row.rag for row in told[0]] == ["green"]
