"""The policy of stages: which moves there are, what each needs, on which day, and how a contract ends."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.models import Stage
from contracts.stages import rules

TODAY = date(2026, 11, 27)
stages = st.sampled_from(rules.ORDER)


def test_the_order_and_the_meanings_name_every_stage():
    assert list(rules.ORDER) == Stage.values
    assert set(rules.ONWARD) == set(rules.MEANING) == set(Stage.values)


@pytest.mark.parametrize(
    ("current", "target", "possible"),
    [
        ("draft", "awaiting_conditions", True),
        ("draft", "live", True),
        ("draft", "exit", False),
        ("awaiting_conditions", "mobilisation", True),
        ("awaiting_conditions", "live", True),
        ("mobilisation", "live", True),
        ("mobilisation", "exit", False),
        ("live", "exit", True),
        ("live", "ended", True),
        ("exit", "ended", True),
        ("exit", "live", True),
        ("ended", "live", True),
        ("ended", "ended", False),
        ("live", "live", False),
        ("live", "sold", False),
        ("sold", "live", False),
    ],
)
def test_which_moves_there_are(current, target, possible):
    assert rules.is_possible(current, target) is possible


@given(current=stages, target=stages)
def test_every_stage_can_be_left_and_every_mistake_put_right(current, target):
    assert rules.is_possible(current, target) or not rules.is_back(current, target)
    assert rules.onward(current) or current == rules.ENDED
    assert not rules.is_possible(current, current)


@given(current=stages, target=st.sampled_from(["live", "exit"]))
def test_no_detour_leads_round_the_gate_of_what_runs(current, target):
    assert rules.is_gated(current, target)


@pytest.mark.parametrize(
    ("stage", "days", "time"),
    [("live", 180, True), ("live", 181, False), ("live", -5, True), ("mobilisation", 900, True)],
)
def test_a_contract_that_runs_for_long_is_not_pushed_to_its_exit(stage, days, time):
    assert rules.is_time(stage, ends_on=TODAY + timedelta(days=days), today=TODAY) is time
    assert rules.is_time("live", ends_on=None, today=TODAY) is False


@pytest.mark.parametrize(("days", "time"), [(1, False), (0, True), (-5, True)])
def test_a_contract_in_exit_is_not_pushed_to_its_end_before_its_last_day(days, time):
    assert rules.is_time("exit", ends_on=TODAY + timedelta(days=days), today=TODAY) is time
    assert rules.is_time("exit", ends_on=None, today=TODAY) is True


COMPLETE = rules.Facts(
    stage="mobilisation", today=TODAY, has_supplier=True, has_owner=True, has_sro=True, tier="gold",
    has_value=True, signed_on=date(2026, 1, 1), commences_on=TODAY, ends_on=date(2028, 1, 1),
)  # fmt: skip


def missing(target, **facts):
    known = replace(COMPLETE, **facts)
    return {need.key for need in rules.NEEDS if target in need.stages and need.ask(known)}


@pytest.mark.parametrize(
    ("facts", "keys"),
    [
        ({}, set()),
        ({"has_supplier": False}, {"supplier"}),
        ({"signed_on": None}, {"signed"}),
        ({"signed_on": None, "stage": "exit"}, set()),  # it ran before, whatever was recorded
        ({"has_owner": False}, {"owner"}),
        ({"commences_on": None}, {"commencement"}),
        ({"commences_on": TODAY + timedelta(days=1)}, {"commenced"}),
        ({"ends_on": None}, {"end"}),
        ({"ends_on": None, "review_on": TODAY}, set()),
        ({"has_value": False}, {"value"}),
        ({"has_value": False, "stage": "exit"}, set()),
        ({"tier": ""}, {"tier"}),
        ({"tier": "", "stage": "ended"}, set()),
        ({"has_sro": False}, {"sro"}),
        ({"has_sro": False, "tier": "platinum"}, {"sro"}),
        ({"has_sro": False, "tier": "silver"}, set()),
        ({"is_spot": True, "tier": "", "has_value": False, "has_sro": False}, set()),
        ({"is_spot": True, "has_supplier": False}, {"supplier"}),
    ],
)
def test_what_live_needs(facts, keys):
    assert missing("live", **facts) == keys


def test_earlier_stages_need_less_and_an_end_needs_nothing():
    nothing = {
        "has_supplier": False, "has_owner": False, "has_sro": False, "tier": "", "has_value": False,
        "signed_on": None, "commences_on": None, "ends_on": None, "stage": "draft",
    }  # fmt: skip
    assert missing("awaiting_conditions", **nothing) == {"supplier", "signed"}
    assert missing("mobilisation", **nothing) == {"supplier", "signed", "owner", "commencement"}
    assert missing("exit", **nothing) == {"owner"}
    assert missing("ended", **nothing) == set()


def problems(**values):
    asked = {
        "current": "live", "target": "exit", "on": TODAY, "today": TODAY, "reason": "",
        "begins_on": date(2024, 4, 1), "ends_on": date(2026, 3, 31),
    }  # fmt: skip
    return [field for field, _ in rules.problems(**(asked | values))]


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, []),
        ({"on": None}, ["moved_on"]),
        ({"on": TODAY + timedelta(days=1)}, ["moved_on"]),
        ({"last_moved_on": TODAY}, []),
        ({"last_moved_on": TODAY, "on": TODAY - timedelta(days=1)}, ["moved_on"]),
        ({"target": "mobilisation"}, ["reason"]),
        ({"target": "mobilisation", "reason": "  "}, ["reason"]),
        ({"target": "mobilisation", "reason": "A slip"}, []),
        ({"target": "ended"}, ["ended_as"]),
        ({"target": "ended", "ended_as": "terminated"}, []),
        ({"target": "ended", "ended_as": "terminated", "on": date(2024, 3, 31)}, ["moved_on"]),
        ({"target": "ended", "ended_as": "terminated", "on": date(2024, 4, 1)}, []),
        ({"target": "ended", "ended_as": "expired", "on": date(2026, 3, 30)}, ["ended_as"]),
        ({"target": "ended", "ended_as": "expired", "on": date(2026, 3, 31)}, []),
        ({"target": "ended", "ended_as": "expired", "ends_on": None}, ["ended_as"]),
        ({"target": "ended", "ended_as": "novated", "ends_on": None}, []),
        ({"target": "ended", "ended_as": "novated", "last_moved_on": TODAY, "on": date(2026, 4, 1)}, []),
        ({"target": "ended", "on": TODAY + timedelta(days=1)}, ["moved_on", "ended_as"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_move(values, fields):
    assert problems(**values) == fields
