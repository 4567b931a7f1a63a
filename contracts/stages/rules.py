"""Which moves a contract's life allows, and what each needs. House defaults; today is a parameter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

ORDER = ("draft", "awaiting_conditions", "mobilisation", "live", "exit", "ended")
DRAFT, AWAITING, MOBILISATION, LIVE, EXIT, ENDED = ORDER

# Where each stage leads, the usual next one first. Whatever has begun may end at any time.
ONWARD: Mapping[str, tuple[str, ...]] = {
    DRAFT: (AWAITING, MOBILISATION, LIVE, ENDED),
    AWAITING: (MOBILISATION, LIVE, ENDED),
    MOBILISATION: (LIVE, ENDED),
    LIVE: (EXIT, ENDED),
    EXIT: (ENDED,),
    ENDED: (),
}
MEANING: Mapping[str, str] = {
    DRAFT: "Being prepared; nothing is signed.",
    AWAITING: "Signed, and not in force until every condition precedent is met.",
    MOBILISATION: "In force; the supplier prepares to start.",
    LIVE: "The supplier delivers.",
    EXIT: "Coming to its end: handing over, returning data and assets, closing accounts.",
    ENDED: "Over: it expired, was terminated or was novated.",
}


def onward(stage: str) -> tuple[str, ...]:
    return ONWARD[stage]


def back(stage: str) -> tuple[str, ...]:
    """The earlier stages, the nearest first: where to go when a move was a mistake.

    >>> back("mobilisation")
    ('awaiting_conditions', 'draft')
    """
    return tuple(reversed(ORDER[: ORDER.index(stage)]))


def is_back(current: str, target: str) -> bool:
    return ORDER.index(target) < ORDER.index(current)


def is_possible(current: str, target: str) -> bool:
    if current not in ORDER or target not in ORDER:
        return False
    return target in ONWARD[current] or is_back(current, target)


def is_gated(current: str, target: str) -> bool:
    """Whether what the target needs is asked. On the way back only of Live and Exit, so that no detour
    leads round the gate; a contract that is not live yet may always go back.

    >>> is_gated("mobilisation", "live"), is_gated("ended", "live"), is_gated("live", "draft")
    (True, True, False)
    """
    return not is_back(current, target) or target in (LIVE, EXIT)


# House default: from here on a contract may well be handed over or closed.
DAYS_OF_EXIT = 180


def is_time(stage: str, *, ends_on: date | None, today: date) -> bool:
    """Whether the next move is worth a button yet: a contract that runs for years is not pushed to its exit, nor
    one whose last day is to come to its end.

    >>> is_time("live", ends_on=date(2029, 3, 31), today=date(2026, 11, 27))
    False
    >>> is_time("exit", ends_on=date(2027, 3, 31), today=date(2026, 11, 27))
    False
    """
    if stage == EXIT:
        return ends_on is None or ends_on <= today
    return stage != LIVE or (ends_on is not None and (ends_on - today).days <= DAYS_OF_EXIT)


# --- what each stage needs ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gate looks at, of one contract on one day. `stage` is where it is now."""

    stage: str
    today: date
    is_spot: bool = False
    has_supplier: bool = False
    has_owner: bool = False
    has_sro: bool = False
    tier: str = ""
    has_value: bool = False
    signed_on: date | None = None
    commences_on: date | None = None
    ends_on: date | None = None
    review_on: date | None = None

    @property
    def has_not_begun(self) -> bool:
        return ORDER.index(self.stage) < ORDER.index(LIVE)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a stage needs: `ask` gives what to do in a sentence, or nothing when it is there."""

    key: str
    stages: frozenset[str]
    ask: Callable[[Facts], str]


def _unless(is_there: Callable[[Facts], bool], sentence: str) -> Callable[[Facts], str]:
    return lambda facts: "" if is_there(facts) else sentence


def _has_commenced(facts: Facts) -> str:
    day = facts.commences_on
    if day is None or day <= facts.today:
        return ""
    return f"It commences on {day.day} {day:%B %Y} and is not live before that"


NEEDS = (
    Need("supplier", frozenset({AWAITING, MOBILISATION, LIVE}),
         _unless(lambda f: f.has_supplier, "Name the lead supplier")),
    Need("signed", frozenset({AWAITING, MOBILISATION, LIVE}),
         _unless(lambda f: f.signed_on is not None or not f.has_not_begun, "Give the date signed")),
    Need("owner", frozenset({MOBILISATION, LIVE, EXIT}),
         _unless(lambda f: f.has_owner, "Choose an Operational Contract Owner (OCO)")),
    Need("commencement", frozenset({MOBILISATION, LIVE}),
         _unless(lambda f: f.commences_on is not None, "Give the commencement date")),
    Need("commenced", frozenset({LIVE}), _has_commenced),
    Need("end", frozenset({LIVE}),
         _unless(lambda f: bool(f.ends_on or f.review_on),
                 "Give the current end date or, if it rolls on, a review date")),
    Need("value", frozenset({LIVE}),
         _unless(lambda f: f.has_value or f.is_spot or not f.has_not_begun, "Give the award value")),
    Need("tier", frozenset({LIVE}),
         _unless(lambda f: bool(f.tier) or f.is_spot or not f.has_not_begun, "Decide the tier")),
    Need("sro", frozenset({LIVE}),
         _unless(lambda f: f.has_sro or f.is_spot or f.tier not in ("gold", "platinum"),
                 "Name the SRO: a Gold or Platinum contract needs one")),
)  # fmt: skip


# --- the day, and how it ended --------------------------------------------------------------------


def problems(
    *,
    current: str,
    target: str,
    on: date | None,
    today: date,
    reason: str,
    last_moved_on: date | None = None,
    ended_as: str = "",
    begins_on: date | None = None,
    ends_on: date | None = None,
) -> list[tuple[str, str]]:
    """What is wrong with a move as it was asked for, as (field, sentence); what is missing is the gate's.

    `begins_on` is the day from which a contract can end: its commencement, else its signature.
    """
    found: list[tuple[str, str]] = []
    if on is None:
        found.append(("moved_on", "Enter the day"))
    elif on > today:
        found.append(("moved_on", "The day must be today or in the past"))
    elif target == ENDED:
        found += _about_the_end(on, ended_as, begins_on=begins_on, ends_on=ends_on)
    elif last_moved_on and on < last_moved_on:
        found.append(
            ("moved_on", f"The day must be on or after the last move, {_words(last_moved_on)}")
        )
    if target == ENDED and not ended_as:
        found.append(("ended_as", "Select how it ended"))
    if is_back(current, target) and not reason.strip():
        found.append(("reason", "Enter the reason for going back"))
    return found


def _about_the_end(
    on: date, ended_as: str, *, begins_on: date | None, ends_on: date | None
) -> list[tuple[str, str]]:
    if begins_on and on < begins_on:
        return [("moved_on", f"It cannot have ended before it began, on {_words(begins_on)}")]
    if ended_as != "expired":
        return []
    if ends_on is None:
        return [
            (
                "ended_as",
                "A contract without an end date does not expire: it was terminated or novated",
            )
        ]
    if on < ends_on:
        sentence = f"It expires on its current end, {_words(ends_on)}: before that it was terminated or novated"
        return [("ended_as", sentence)]
    return []


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
