"""What is due, from every room's dates: the order in which a person should look at it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse

from common import deadlines
from common.markup import row_url
from contracts.models import Contract
from dashboards import rules
from performance.hooks import month_of
from performance.periods import Period

READINGS = "reading-due"
# The end of a contract that has passed is shown at the top, as a problem, and not among the dates.
EXPIRY = "contract-expiry"


DAYS_AHEAD, YEAR_AHEAD = timedelta(days=90), timedelta(days=365)
MOST_NAMED = 500

# What to press for a date of the contract itself; everything else is opened.
OUTCOMES = {
    "contract-expiry": "Record what follows",
    "contract-notice": "Record what follows",
    "contract-review": "Record the review",
}


@dataclass(frozen=True)
class Task:
    """A date, with the words to press and where they lead. `number` is more than 1 where dates of one kind and
    one contract stand together; the deadline is then the first of them."""

    deadline: deadlines.Deadline
    number: int = 1

    @property
    def title(self):
        if self.number == 1:
            return self.deadline.title
        return f"{self.number} {deadlines.kind(self.deadline.kind).many}"

    @property
    def action(self):
        return OUTCOMES.get(self.deadline.kind, "Open")

    @property
    def url(self):
        if self.deadline.kind in OUTCOMES:
            return row_url("stages:outcome", self.deadline.contract_id)
        return self.about

    @property
    def about(self):
        """Where everybody who sees the contract may read of it; the log is only for those who fill it in."""
        if self.deadline.kind == READINGS:
            return row_url("performance:contract", self.deadline.contract_id)
        if self.number > 1:
            return deadlines.kind(self.deadline.kind).many_url(self.deadline.contract_id)
        return self.deadline.url


def together(dates):
    """A task for each date; those of a kind that comes by the dozen, and of one contract, are one."""
    groups = {}
    for date_ in dates:
        kind = deadlines.kind(date_.kind)
        alike = kind and kind.many and date_.contract_id
        groups.setdefault((date_.kind, date_.contract_id) if alike else date_.key, []).append(date_)
    return [Task(those[0], len(those)) for those in groups.values()]


@dataclass(frozen=True)
class MonthOfReadings:
    """The readings of one month, which are logged together on one page."""

    month: Period
    due_on: date
    contracts: int
    is_overdue: bool

    @property
    def url(self):
        return f"{reverse('performance:log')}?month={self.month.month}"


def _comes_often(kind):
    """Readings come every month, and of obligations a contract may have dozens: a date of theirs within a
    year says little, and a year of them is much."""
    return kind.key == READINGS or bool(kind.many)


class Agenda:
    """The dates of a scope that are overdue or due within 90 days, and the next one of each contract."""

    def __init__(self, scope, *, today):
        self.today = today
        scope = _with_contracts(scope)
        # What hangs on no contract is work of those who may know of it; a page that goes by contract has no
        # place for it.
        mine = scope.capacity == "mine"
        kinds = [
            kind
            for kind in deadlines.kinds()
            if not kind.needs or (mine and scope.user.may(kind.needs))
        ]
        often = {kind.key for kind in kinds if _comes_often(kind)}
        rarely = {kind.key for kind in kinds} - often
        since, soon, in_a_year = today - rules.LOOKING_BACK, today + DAYS_AHEAD, today + YEAR_AHEAD
        within_a_year = list(deadlines.within(scope, since, in_a_year, only=rarely))
        found = [
            *deadlines.within(scope, since, soon, only=often),
            *(d for d in within_a_year if d.due_on <= soon),
        ]
        owed = [d for d in found if rules.still_owed(d.kind, d.due_on, today=today)]
        self.deadlines = sorted(owed, key=lambda d: (d.due_on, d.title, d.subject))
        self._within_a_year = [d for d in within_a_year if d.due_on >= today and d.contract_id]

    def _band(self, deadline):
        return rules.band(deadline.due_on, today=self.today)

    def _dates(self, band):
        return [d for d in self.deadlines if d.kind != READINGS and self._band(d) == band]

    @property
    def bands(self):
        """(heading, key, how many, what to do) of what there is, the most pressing first."""
        headings = (
            ("Overdue", rules.Band.OVERDUE, self.overdue),
            ("In the next 30 days", rules.Band.NEXT_30, self.next_30),
            ("In 31 to 90 days", rules.Band.NEXT_90, self.next_90),
        )
        for heading, key, dates in headings:
            if dates:
                yield heading, key, len(dates), together(dates)

    @cached_property
    def overdue(self):
        return [d for d in self._dates(rules.Band.OVERDUE) if d.kind != EXPIRY]

    @cached_property
    def next_30(self):
        return self._dates(rules.Band.NEXT_30)

    @cached_property
    def next_90(self):
        return self._dates(rules.Band.NEXT_90)

    @cached_property
    def readings(self):
        """The months whose readings are overdue, the most recent first, then those due within 30 days."""
        months = {}
        for deadline in self.deadlines:
            if deadline.kind == READINGS and self._band(deadline) != rules.Band.NEXT_90:
                months.setdefault(month_of(deadline), []).append(deadline)
        found = [
            MonthOfReadings(
                month=month,
                due_on=(due_on := min(deadline.due_on for deadline in those)),
                contracts=len({deadline.contract_id for deadline in those}),
                is_overdue=due_on < self.today,
            )
            for month, those in sorted(months.items(), reverse=True)
        ]
        return sorted(found, key=lambda month: not month.is_overdue)

    @property
    def overdue_readings(self):
        return [month for month in self.readings if month.is_overdue]

    def summary(self, *, past_end):
        return rules.summary(
            past_end=past_end,
            overdue=len(self.overdue),
            late_months=len(self.overdue_readings),
            soon=len(self.next_30),
        )

    @cached_property
    def to_do(self):
        """How many things wait: what is overdue and what is due within 30 days."""
        return len(self.overdue) + len(self.next_30) + len(self.readings)

    def waiting_for(self, person):
        """What is overdue or due within 30 days, and is for this person to do: the most pressing first."""
        return [d for d in (*self.overdue, *self.next_30) if person.pk in d.responsible]

    @cached_property
    def overdue_by_contract(self):
        """{contract id: what of it is overdue, the longest first}: a month without its readings counts once."""
        late = {}
        for deadline in self.deadlines:
            if self._band(deadline) == rules.Band.OVERDUE:
                late.setdefault(deadline.contract_id, []).append(Task(deadline))
        return late

    @cached_property
    def next_by_contract(self):
        """{contract id: its next date within a year}, without what comes every month, and without what hangs
        on no contract."""
        following = {}
        for d in self._within_a_year:
            known = following.get(d.contract_id)
            if known is None or d.due_on < known.due_on:
                following[d.contract_id] = d
        return following


def _with_contracts(scope):
    """The scope with its contracts looked up, if they are few enough to be named in every question."""
    if scope.contracts is not None:
        return scope
    ids = Contract.objects.within(scope).order_by().values_list("pk", flat=True)[: MOST_NAMED + 1]
    return replace(scope, contracts=tuple(ids)) if len(ids) <= MOST_NAMED else scope
