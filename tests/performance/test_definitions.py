"""What counts from a day on: added, put right, taken back, and never rewriting what was rated."""

from datetime import date
from decimal import Decimal

import pytest

from common import locking
from contracts.obligations import actions as obligation_actions
from performance import actions
from performance.models import Definition, Reading
from performance.rules import Period
from tests.contracts.obligations.factories import ObligationFactory, OccurrenceFactory
from tests.factories import UserFactory
from tests.performance.factories import (
    STANDARD,
    DefinitionFactory,
    IndicatorFactory,
    ReadingFactory,
)

pytestmark = pytest.mark.django_db
WHY = {"reason": "Agreed in the review"}


@pytest.fixture
def owner():
    return UserFactory()


def record(indicator, value, month, by):
    period = Period(date(2026, month, 1))
    return actions.record_readings(
        entries=[actions.Entry(indicator.pk, period, Decimal(value))], by=by
    )[0]


def test_a_rising_target_counts_from_its_day(owner):
    indicator = IndicatorFactory(target=Decimal(95))
    for month, target in ((7, 97), (10, 99)):
        actions.add_definition(
            indicator=indicator, by=owner, from_on=date(2026, month, 1), **WHY,
            **STANDARD | {"target": Decimal(target)},
        )  # fmt: skip
    ratings = {month: record(indicator, "96.5", month, owner).rating for month in (6, 7, 9, 10)}
    assert ratings == {
        6: "good", 7: "approaching_target", 9: "approaching_target", 10: "requires_improvement",
    }  # fmt: skip


def test_a_period_that_began_before_goes_by_the_one_before(owner):
    indicator = IndicatorFactory(target=Decimal(95))
    actions.add_definition(
        indicator=indicator, by=owner, from_on=date(2026, 10, 2), target=Decimal(99), **WHY
    )
    assert record(indicator, 96, 10, owner).rating == "good"


def test_a_new_definition_says_who_and_why_in_the_history(owner):
    indicator = IndicatorFactory()
    added = actions.add_definition(
        indicator=indicator, by=owner, from_on=date(2026, 10, 1), target=Decimal(97), **WHY
    )
    told = added.history.get()
    assert (told.history_user, told.history_change_reason) == (owner, WHY["reason"])


def test_one_from_the_same_day_puts_that_one_right_while_nothing_was_rated_by_it(owner):
    indicator = IndicatorFactory()
    actions.add_definition(
        indicator=indicator, by=owner, from_on=indicator.starts_on, target=Decimal(90), **WHY
    )
    assert Definition.objects.get().target == 90


def test_a_definition_that_was_used_keeps_its_target_and_may_be_worded_anew(owner):
    definition = ReadingFactory().definition
    with pytest.raises(actions.AlreadyRated):
        actions.change_definition(
            definition=definition, by=owner, version=1, target=Decimal(90), **WHY
        )
    with pytest.raises(actions.AlreadyRated):
        actions.remove_definition(definition=definition, by=owner, **WHY)
    actions.change_definition(
        definition=definition, by=owner, version=1, text="Calls in hours", **WHY
    )
    assert Definition.objects.get().text == "Calls in hours"


def test_two_people_who_put_one_right_do_not_overwrite_each_other(owner):
    definition = IndicatorFactory().definition
    actions.change_definition(definition=definition, by=owner, version=1, target=Decimal(90), **WHY)
    with pytest.raises(locking.Conflict):
        actions.change_definition(
            definition=definition, by=owner, version=1, target=Decimal(80), **WHY
        )


def test_one_that_is_still_to_come_can_be_taken_back(owner):
    coming = DefinitionFactory(indicator=IndicatorFactory(), from_on=date(2030, 1, 1))
    actions.remove_definition(definition=coming, by=owner, **WHY)
    assert Definition.objects.count() == 1
    assert Definition.history.filter(id=coming.pk, history_type="-").get().history_user == owner


def test_a_kpi_keeps_at_least_one(owner):
    with pytest.raises(actions.OnlyDefinition):
        actions.remove_definition(definition=IndicatorFactory().definition, by=owner, **WHY)


def test_how_it_is_counted_is_fixed_once_there_are_readings(owner):
    indicator = ReadingFactory().indicator
    for change in ({"unit": "days"}, {"decimals": 0}, {"direction": "lower"}):
        with pytest.raises(actions.UnitIsFixed):
            actions.change_indicator(indicator=indicator, by=owner, version=1, **change)


def test_the_first_definition_moves_with_the_start(owner):
    indicator = IndicatorFactory()
    actions.change_indicator(indicator=indicator, by=owner, version=1, starts_on=date(2025, 1, 1))
    assert Definition.objects.get().from_on == date(2025, 1, 1)


def test_a_spreadsheet_redefines_what_was_used_from_today(owner):
    indicator = ReadingFactory().indicator
    actions.redefine(indicator=indicator, by=owner, from_on=date(2026, 11, 2), **STANDARD, **WHY)
    assert Definition.objects.count() == 1
    changed = STANDARD | {"target": Decimal(97)}
    actions.redefine(indicator=indicator, by=owner, from_on=date(2026, 11, 2), **changed, **WHY)
    assert list(Definition.objects.values_list("from_on", "target")) == [
        (date(2026, 11, 2), 97),
        (date(2024, 1, 1), 99),
    ]
    assert Reading.objects.get().rating == "good"


# --- What we must do ourselves ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("due_on", "status", "relief"),
    [
        (date(2026, 10, 12), "failed", "proposed"),
        (date(2026, 10, 31), "late", "proposed"),
        (date(2026, 10, 12), "met", ""),
        (date(2026, 9, 30), "failed", ""),
        (date(2026, 11, 1), "failed", ""),
    ],
)
def test_a_failure_in_a_period_in_which_we_failed_is_proposed_for_relief(
    owner, due_on, status, relief
):
    indicator = IndicatorFactory()
    ours = ObligationFactory(contract=indicator.contract, party="authority")
    facts = {
        "failed": {"reason": "Forgotten"},
        "late": {"done_on": date(2026, 11, 9)},
        "met": {"done_on": due_on},
    }
    occurrence = OccurrenceFactory(obligation=ours, due_on=due_on, status=status, **facts[status])
    actions.change_indicator(indicator=indicator, by=owner, version=1, depends_on=[ours])
    reading = record(indicator, 90, 10, owner)
    assert reading.relief == relief
    assert reading.relief_from == (occurrence if relief else None)
    assert not reading.is_excused


@pytest.fixture
def depending(owner):
    """A failure of October, logged before anybody said what became of our own part, due on the 12th."""
    indicator = IndicatorFactory()
    ours = ObligationFactory(contract=indicator.contract, party="authority")
    occurrence = OccurrenceFactory(obligation=ours, due_on=date(2026, 10, 12))
    actions.change_indicator(indicator=indicator, by=owner, version=1, depends_on=[ours])
    record(indicator, 99, 9, owner)
    return record(indicator, 90, 10, owner), occurrence


def say(occurrence, by, status, **facts):
    occurrence.refresh_from_db()
    about = {"by": by, "today": date(2026, 11, 9), "version": occurrence.version, "status": status}
    obligation_actions.record(occurrence=occurrence, **about, **facts)


def test_relief_is_proposed_when_we_say_afterwards_that_we_failed(owner, depending):
    reading, occurrence = depending
    assert reading.relief == ""
    say(occurrence, owner, "failed", reason="Forgotten")
    reading.refresh_from_db()
    assert (reading.relief, reading.relief_from, reading.version) == ("proposed", occurrence, 2)
    latest = reading.history.first()
    assert latest.history_user == owner
    assert latest.history_change_reason == "We were late with our own part"
    assert not Reading.objects.get(period_start=date(2026, 9, 1)).relief


def test_a_proposal_is_taken_back_when_we_were_in_time_after_all_and_a_decision_is_not(
    owner, depending
):
    reading, occurrence = depending
    in_time = {"done_on": date(2026, 10, 11), "reason": "Found the receipt"}
    say(occurrence, owner, "failed", reason="Forgotten")
    say(occurrence, owner, "met", **in_time)
    reading.refresh_from_db()
    assert (reading.relief, reading.relief_from) == ("", None)
    say(occurrence, owner, "failed", reason="It was the wrong receipt")
    reading.refresh_from_db()
    actions.decide_relief(
        reading=reading, by=owner, version=reading.version, granted=True, reason="Agreed"
    )
    say(occurrence, owner, "met", **in_time)
    reading.refresh_from_db()
    assert (reading.relief, reading.relief_from) == ("granted", occurrence)


def test_what_is_depended_on_is_in_the_history(owner):
    indicator = IndicatorFactory()
    ours = ObligationFactory(
        contract=indicator.contract, party="authority", title="Access to the site"
    )
    actions.change_indicator(indicator=indicator, by=owner, version=1, depends_on=[ours])
    assert "Depends on" in indicator.history.first().history_change_reason
    actions.change_indicator(indicator=indicator, by=owner, version=2, depends_on=[ours])
    assert indicator.history.count() == 2


def test_a_good_reading_needs_no_relief(owner):
    indicator = IndicatorFactory()
    ours = ObligationFactory(contract=indicator.contract, party="authority")
    OccurrenceFactory(
        obligation=ours, due_on=date(2026, 10, 12), status="failed", reason="Forgotten"
    )
    actions.change_indicator(indicator=indicator, by=owner, version=1, depends_on=[ours])
    assert record(indicator, 99, 10, owner).relief == ""
