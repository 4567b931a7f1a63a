"""The terms of the demonstration's contracts: one for each kind of story that a term can tell.

The contracts and their ends are those of `contracts.demo`; nothing here moves an end. What was decided is dated to
the day on which the contract's own history tells of it.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from common.demo import moment, save_as_of
from contracts.terms import rules
from contracts.terms.models import (
    BreakDate,
    EndOverride,
    ExtensionOption,
    NoticeClock,
    Outcome,
    Term,
)
from contracts.terms.sheet import work_out_again

RECORDED = 160  # days ago: when the terms were read from the contracts


def _clock(kind, amount, unit="months", **values):
    return {"kind": kind, "amount": amount, "unit": unit, **values}


def _post(days=2):
    return {"by_post": True, "service_days": days}


@dataclass(frozen=True)
class Story:
    """The term of one contract. `decided` gives the state and the reason of its options from the first on;
    `breaks` are months from the commencement to the end of which a break may be used."""

    title: str
    options: tuple = ()
    decided: tuple = ()
    notices: tuple = ()
    breaks: tuple = ()
    values: dict = field(default_factory=dict)
    overrides: tuple = ()


TAKEN, DECLINED = rules.TAKEN, rules.DECLINED
STORIES = (
    Story(
        "Cleaning of corporate buildings", options=(12, 12),
        decided=((TAKEN, "Good service, and no rise in price"),),
        notices=(
            _clock("extend", 3, clause="clause 4.2"),
            _clock("terminate", 6, counts_from="any_time", clause="clause 38"),
        ),
        values={"clause": "clause 4"},
    ),
    # To decide in three weeks.
    Story(
        "Extra care housing support at Fell View", options=(12, 12),
        notices=(_clock("extend", 69, "days", clause="clause 3.3"),),
        values={"clause": "clause 3"},
    ),
    Story(
        "Community equipment loans and minor adaptations", options=(12, 12),
        decided=((TAKEN, "Delegated decision: savings of 4% agreed"),),
        notices=(_clock("extend", 4, **_post(), clause="schedule 1, paragraph 7"),),
    ),
    Story(
        "Telecare and falls response", options=(12,),
        decided=((DECLINED, "The supplier asked for 14% more"),),
        notices=(_clock("extend", 3),),
    ),
    # Nobody has decided, and the last day has passed.
    Story("Supported bus services on rural routes", options=(12,), notices=(_clock("extend", 6, clause="condition 9"),)),
    # Nobody gave notice in time, and nobody has said what follows.
    Story(
        "Lift servicing and repair",
        notices=(_clock("stop_renewal", 60, "days", clause="clause 2.4"),),
        values={"renews_for_months": 12, "clause": "clause 2"},
    ),
    Story(
        "Productivity software licences",
        notices=(_clock("stop_renewal", 90, "days", **_post(3), clause="clause 12.1"),),
        values={"renews_for_months": 12},
    ),
    Story(
        "Shared Lives scheme",
        notices=(_clock("terminate", 6, counts_from="any_time", clause="clause 21"),),
        values={"rolling": True},
    ),
    Story(
        "Temporary accommodation by the night",
        notices=(_clock("terminate", 20, "working_days", counts_from="any_time"),),
        values={"rolling": True},
    ),
    # Served on a supplier in Scotland, under its law.
    Story(
        "Wide area network and internet access", options=(12, 12),
        notices=(
            _clock("extend", 6, **_post(), clause="clause 5"),
            _clock("terminate", 30, "working_days", **_post(), clause="clause 40.2"),
        ),
        values={"nation": "scotland"},
    ),
    Story(
        "Leisure centres, operation and upkeep", breaks=(60, 72, 96),
        notices=(_clock("terminate", 9, counts_from="breaks", **_post(), clause="clause 52"),),
    ),
    Story(
        "Residual waste treatment and energy recovery", breaks=(180,),
        notices=(_clock("terminate", 24, counts_from="breaks", clause="clause 77"),),
    ),
    Story(
        "Household waste recycling centres", options=(12, 12),
        decided=(
            (TAKEN, "While the review of sites went on"),
            (TAKEN, "Last extension: the new contract begins when it ends"),
        ),
    ),
    Story(
        "Grounds maintenance of parks and verges", options=(12, 12),
        decided=((TAKEN, "Cabinet member's decision"),), notices=(_clock("extend", 6),),
    ),
    # The end was moved, and nobody recorded the options.
    Story("Finance and payroll system", options=(12, 12), notices=(_clock("extend", 12),)),
    # Awarded for four years; the deed says five.
    Story(
        "Street lighting maintenance and LED renewal", options=(12, 12),
        notices=(_clock("extend", 9),),
        overrides=((EndOverride.Of.INITIAL_END, "The deed of award gives five years, not the four of the notice"),),
    ),
)  # fmt: skip
CLAIM = "Home care, north and coast"


def build(contracts, today, by):
    """Terms for the contracts of these titles: {title: contract}."""
    told = {story.title for story in STORIES}
    extended = [_extension(c) for title, c in contracts.items() if title not in told]
    for story in (*STORIES, *filter(None, extended)):
        _Telling(story, contracts[story.title], today, by).tell()
    _claim(contracts[CLAIM], today, by)
    work_out_again(Term.objects.all())


def _extension(contract):
    """The plain story of a contract that runs longer than at first: the one option that it had was taken."""
    start, first, now = contract.commences_on, contract.initial_end_on, contract.ends_on
    if not (start and first and now and now > first):
        return None
    longer = relativedelta(now, first)
    months = longer.years * 12 + longer.months
    if not months or rules.extended_end(first, months, commences_on=start) != now:
        return None
    return Story(contract.title, options=(months,), decided=((TAKEN, "Taken up as foreseen"),))


class _Telling:
    def __init__(self, story, contract, today, by):
        self.story, self.contract, self.today, self.by = story, contract, today, by
        self.owner = contract.oco or by
        self.at = max(moment(today, RECORDED), contract.created_at)

    def _save(self, row, reason="From the contract documents", at=None):
        save_as_of(row, at=at or self.at, by=self.owner, reason=reason)
        return row

    def tell(self):
        contract, story = self.contract, self.story
        self._save(Term(contract=contract, **story.values))
        for values in story.notices:
            self._save(NoticeClock(contract=contract, **values))
        for number, months in enumerate(story.options, start=1):
            option = self._save(ExtensionOption(contract=contract, number=number, months=months))
            if number <= len(story.decided):
                self._decide(option, *story.decided[number - 1])
        for months in story.breaks:
            on = rules.end_of_term(contract.commences_on, months)
            day = self._save(BreakDate(contract=contract, on=on))
            if on < self.today:
                self._leave(day)
        for of, reason in story.overrides:
            worked_out_on = rules.end_of_term(contract.commences_on, contract.initial_term_months)
            self._save(
                EndOverride(
                    contract=contract, of=of, reason=reason,
                    recorded_on=contract.initial_end_on, worked_out_on=worked_out_on,
                ),
                reason,
            )  # fmt: skip

    def _decide(self, option, state, reason):
        told = self._day_of(option, state)
        option.state, option.reason = state, reason
        option.decided_on, option.decided_by = told.date(), self.owner
        self._save(option, reason, at=max(told, self.at))

    def _day_of(self, option, state):
        """When the contract's history says that its end moved; a declined one a month before the end."""
        if state == TAKEN:
            moves = [
                row.history_date
                for row in self.contract.history.order_by("history_id")
                if "taken up" in (row.history_change_reason or "")
            ]
            return moves[-1] if moves else self.at
        return max(moment(self.today, 71, hour=15), self.at)

    def _leave(self, day):
        day.state, day.reason = BreakDate.State.NOT_USED, "Performance was good: carry on"
        day.decided_on, day.decided_by = day.on - timedelta(days=300), self.owner
        self._save(day, day.reason, at=self.at + timedelta(minutes=10))


def _claim(contract, today, by):
    """A right to claim that runs out soon, and one that was used."""
    telling = _Telling(Story(CLAIM), contract, today, by)
    telling._save(Term(contract=contract, clause="clause 6"))
    values = _clock("claim", 30, "days", counts_from="day", clause="schedule 3, paragraph 9")
    telling._save(
        NoticeClock(
            contract=contract,
            about="service credits for late visits",
            from_on=today - timedelta(days=18),
            **values,
        )
    )
    earlier = telling._save(
        NoticeClock(
            contract=contract,
            about="service credits of last quarter",
            from_on=today - timedelta(days=110),
            **values,
        )
    )
    earlier.outcome, earlier.outcome_on = Outcome.GIVEN, today - timedelta(days=90)
    earlier.outcome_for_on = today - timedelta(days=80)
    earlier.outcome_by, earlier.consequence = telling.owner, "£4,200 credited on the next invoice"
    telling._save(earlier, earlier.consequence, at=moment(today, 90))
