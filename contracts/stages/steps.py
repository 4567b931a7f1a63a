"""The steps of a contract's life, as its page draws them."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from contracts.models import Stage
from contracts.stages import rules

PASSED, HERE, AHEAD = "passed", "here", "ahead"
_STATE_IN_WORDS = {PASSED: "passed", HERE: "where it is now", AHEAD: "to come"}


@dataclass(frozen=True, slots=True)
class Step:
    """A stage as a step: passed, here or ahead, and the day on which it was or will be reached, if known."""

    stage: Stage
    state: str
    on: date | None = None
    is_expected: bool = False
    is_late: bool = False
    note: str = ""

    @property
    def state_in_words(self):
        return _STATE_IN_WORDS[self.state]


def of(contract, moves=()):
    """The steps of a contract. `moves` (latest first) know when each was reached; where there are none, its
    own dates do as far as they can."""
    reached = {}
    for move in moves:
        reached.setdefault(move.to_stage, move.moved_on)
    here = rules.ORDER.index(contract.stage)
    return [
        _step(contract, Stage(stage), _state(number, here), reached)
        for number, stage in enumerate(rules.ORDER)
    ]


def _state(number, here):
    if number == here:
        return HERE
    return PASSED if number < here else AHEAD


def _step(contract, stage, state, reached):
    if stage == Stage.ENDED and state == HERE:
        return Step(stage, state, contract.ended_on, note=contract.get_ended_as_display())
    if state != AHEAD and stage in reached:
        return Step(stage, state, reached[stage])
    on = {Stage.LIVE: contract.commences_on, Stage.ENDED: contract.ends_on}.get(stage)
    if state != AHEAD and on and on > timezone.localdate():
        on = None  # it was moved there before that day came
    is_expected = state == AHEAD and on is not None
    is_late = is_expected and on < timezone.localdate()
    return Step(stage, state, on, is_expected=is_expected, is_late=is_late)


def usual_next(contract):
    """The stage that usually follows; None when the contract has ended."""
    onward = rules.onward(contract.stage)
    return Stage(onward[0]) if onward else None


def is_time(contract):
    return rules.is_time(contract.stage, ends_on=contract.ends_on, today=timezone.localdate())
