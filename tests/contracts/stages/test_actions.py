"""Moving a contract: by whom, through which gate, and what is written down."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from common import locking
from contracts import actions as contract_actions
from contracts import checks, gates
from contracts.models import Contract, Stage
from contracts.stages import actions
from contracts.stages.models import StageMove
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def ready(today):
    """A contract in mobilisation that may go live."""
    return ContractFactory(
        stage="mobilisation", oco=UserFactory(), sro=UserFactory(), tier="silver", value=5,
        signed_on=date(2026, 1, 1), commences_on=today, ends_on=today + timedelta(days=900),
    )  # fmt: skip


@pytest.fixture
def condition(monkeypatch):
    """A requirement of another room, such as an open condition precedent."""
    monkeypatch.setattr(gates, "_requirements", dict(gates._requirements))

    @gates.requirement("test-condition", stages={Stage.LIVE})
    def conditions(contract):
        if contract.notes != "Guarantee given":
            yield gates.Missing("Condition precedent “Guarantee” is open", "/conditions/")


def move(contract, to, *, by=None, on=None, **values):
    today = timezone.localdate()
    return actions.move(
        contract=contract, by=by or contract.oco, to=to, on=on or today, today=today,
        seen=values.pop("seen", contract.stage), **values,
    )  # fmt: skip


def test_a_move_writes_the_stage_the_move_and_the_history(ready, today):
    moved = move(ready, "live", reason="Handover signed off")
    assert (moved.stage, moved.version) == ("live", 2)
    written = StageMove.objects.get()
    assert (written.from_stage, written.to_stage, written.moved_on) == (
        "mobilisation",
        "live",
        today,
    )
    assert (written.by, written.reason, written.missing) == (ready.oco, "Handover signed off", "")
    latest = Contract.history.first()
    assert (latest.stage, latest.history_user) == ("live", ready.oco)
    assert latest.history_change_reason == "Handover signed off"


def test_live_is_refused_while_a_condition_precedent_is_open(ready, condition):
    with pytest.raises(actions.Incomplete, match="Guarantee") as refused:
        move(ready, "live")
    assert [found.url for found in refused.value.missing] == ["/conditions/"]
    ready.refresh_from_db()
    assert (ready.stage, StageMove.objects.count()) == ("mobilisation", 0)
    Contract.objects.filter(pk=ready.pk).update(notes="Guarantee given")
    assert move(ready, "live").stage == "live"


def test_the_gate_asks_only_what_the_stage_needs(ready, condition):
    ContractFactory(stage="draft")
    assert move(ready, "ended", ended_as="terminated").stage == "ended"


def test_everything_that_is_missing_is_said_at_once(today, condition):
    contract = ContractFactory(
        stage="draft", supplier=None, tier="gold", commences_on=today + timedelta(days=3)
    )
    with pytest.raises(actions.Incomplete) as refused:
        move(contract, "live", by=UserFactory())
    assert len(refused.value.missing) == 8


def test_an_sro_who_has_left_answers_for_nothing(ready):
    Contract.objects.filter(pk=ready.pk).update(tier="gold")
    assert "no_sro" not in {check.key for check in checks.failed_by(ready.pk)[ready.pk]}
    User.objects.filter(pk=ready.sro_id).update(is_active=False)
    with pytest.raises(actions.Incomplete, match="Name the SRO"):
        move(ready, "live")
    assert "no_sro" in {check.key for check in checks.failed_by(ready.pk)[ready.pk]}


@pytest.mark.parametrize(
    ("who", "although", "reason", "moved"),
    [
        ("sro", True, "The guarantee comes on Friday", True),
        ("procurement", True, "The guarantee comes on Friday", True),
        ("sro", True, "  ", False),
        ("sro", False, "The guarantee comes on Friday", False),
        ("oco", True, "The guarantee comes on Friday", False),
        ("deputy", True, "The guarantee comes on Friday", False),
    ],
)
def test_an_override_needs_the_right_person_a_word_and_a_reason(
    ready, condition, who, although, reason, moved
):
    ready.deputy = UserFactory()
    ready.save()
    person = person_with("procurement") if who == "procurement" else getattr(ready, who)
    if not moved:
        with pytest.raises(actions.Incomplete):
            move(ready, "live", by=person, although=although, reason=reason)
        return
    move(ready, "live", by=person, although=although, reason=reason)
    written = StageMove.objects.get()
    assert (written.reason, written.missing) == (reason, "Condition precedent “Guarantee” is open")
    told = Contract.history.first().history_change_reason
    assert told == (
        "The guarantee comes on Friday (moved on although this was missing: "
        "Condition precedent “Guarantee” is open)"
    )


def test_no_detour_leads_round_the_gate(ready, condition):
    move(ready, "ended", ended_as="terminated", by=ready.oco)
    ready.refresh_from_db()
    for target in ("live", "exit"):
        Contract.objects.filter(pk=ready.pk).update(oco=None)
        with pytest.raises(actions.Incomplete):
            move(ready, target, by=UserFactory(), reason="A mistake")


def test_going_back_needs_a_reason_and_takes_the_end_away(ready):
    move(ready, "ended", ended_as="terminated")
    ready.refresh_from_db()
    assert (ready.ended_as, ready.ended_on) == ("terminated", timezone.localdate())
    with pytest.raises(actions.Refused):
        move(ready, "mobilisation")
    back = move(ready, "mobilisation", reason="The wrong contract")
    assert (back.stage, back.ended_as, back.ended_on) == ("mobilisation", "", None)
    assert StageMove.objects.first().ended_as == ""
    assert StageMove.objects.last().ended_as == "terminated"


def test_a_move_that_does_not_exist_is_refused(ready):
    with pytest.raises(actions.Refused, match="no such move"):
        move(ready, "exit")


def test_the_second_of_two_who_press_the_button_is_told(ready):
    move(ready, "live")
    with pytest.raises(actions.MovedMeanwhile):
        move(ready, "live", seen="mobilisation")
    assert StageMove.objects.count() == 1


def test_other_columns_may_change_in_the_same_breath_and_the_gate_sees_them(ready, today):
    Contract.objects.filter(pk=ready.pk).update(ends_on=None)
    with pytest.raises(actions.Incomplete, match="current end date"):
        move(ready, "live")
    new_end = today + timedelta(days=10)
    moved = move(ready, "live", version=1, ends_on=new_end)
    assert (moved.stage, moved.ends_on) == ("live", new_end)


def test_a_stale_version_is_a_conflict(ready, today):
    with pytest.raises(locking.Conflict):
        move(ready, "live", version=7, ends_on=today + timedelta(days=10))
    assert not StageMove.objects.exists()


@pytest.mark.parametrize("column", ["stage", "ended_as", "ended_on"])
def test_there_is_no_other_way_by_which_a_stage_changes(ready, column):
    with pytest.raises(ValueError, match=r"contracts\.stages\.actions"):
        contract_actions.change(contract=ready, by=ready.oco, version=1, **{column: "live"})


def test_how_a_contract_ended_is_recorded_afterwards_once(today):
    contract = ContractFactory(stage="ended", ends_on=date(2026, 3, 31), oco=UserFactory())
    asked = {"contract": contract, "by": contract.oco, "today": today}
    with pytest.raises(actions.Refused):
        actions.say_how_it_ended(on=date(2026, 3, 1), ended_as="expired", **asked)
    ended = actions.say_how_it_ended(on=date(2026, 3, 31), ended_as="expired", **asked)
    assert (ended.ended_as, ended.ended_on) == ("expired", date(2026, 3, 31))
    with pytest.raises(actions.MovedMeanwhile):
        actions.say_how_it_ended(on=date(2026, 3, 31), ended_as="novated", **asked)
    assert not StageMove.objects.exists()


@pytest.mark.parametrize(
    "values", [{"to_stage": "draft"}, {"missing": "Something"}], ids=["nowhere", "no reason"]
)
def test_the_database_refuses_moves_that_make_no_sense(ready, values):
    asked = {
        "contract": ready,
        "from_stage": "draft",
        "to_stage": "live",
        "moved_on": date(2026, 1, 1),
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        StageMove.objects.create(**(asked | values))
