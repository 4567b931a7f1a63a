"""The months of the log page: which can be chosen, and how many readings each still lacks."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from django.utils.functional import cached_property

from performance import rules
from performance.models import Reading

MONTHS_TO_CHOOSE = 12


def missing_by_month(indicators, months: Iterable[rules.Period]) -> Counter:
    """{"2026-10": how many readings of periods that end in it are missing}. Two queries."""
    ending = [
        period
        for month in months
        for frequency in rules.REGULAR
        for period in rules.ending_in(month.start, frequency)
    ]
    logged = set(
        Reading.objects.filter(
            indicator__in=indicators.order_by().values("pk"),
            period_start__in={period.start for period in ending},
        ).values_list("indicator", "period_start")
    )
    facts = indicators.order_by().values_list("pk", "frequency", "starts_on", "ended_on")
    return Counter(
        period.month
        for pk, frequency, starts_on, ended_on in facts
        for period in ending
        if period.frequency == frequency
        and rules.expects(period, starts_on=starts_on, ended_on=ended_on)
        and (pk, period.start) not in logged
    )


def counts(indicators, month: date) -> dict[int, dict[str, int]]:
    """{contract id: {"due": …, "missing": …}} of one month's readings. Two queries."""
    columns = ("pk", "contract", "frequency", "starts_on", "ended_on")
    facts = list(indicators.order_by().values_list(*columns))
    ending = {frequency: rules.ending_in(month, frequency) for frequency in rules.REGULAR}
    logged = Reading.objects.for_periods(
        [pk for pk, *_ in facts], {period for periods in ending.values() for period in periods}
    )
    found = defaultdict(lambda: {"due": 0, "missing": 0})
    for pk, contract, frequency, starts_on, ended_on in facts:
        for period in ending[frequency]:
            if rules.expects(period, starts_on=starts_on, ended_on=ended_on):
                found[contract]["due"] += 1
                found[contract]["missing"] += (pk, period.start) not in logged
    return found


class Months:
    """The month that is shown, its neighbours, and the choice of a year back."""

    def __init__(self, indicators, *, shown: date, today: date):
        self.indicators = indicators
        self.shown = rules.period_of(rules.Frequency.MONTHLY, shown)
        self.running = rules.period_of(rules.Frequency.MONTHLY, today)
        self.today = today

    @property
    def label(self):
        return self.shown.label

    @property
    def value(self):
        return self.shown.month

    @property
    def due_on(self):
        return self.shown.due_on

    @property
    def is_overdue(self):
        return rules.is_overdue(self.shown, self.today)

    @property
    def word(self):
        """What is said of the month's readings that are not there: nothing is missing before it is due."""
        return self._word(self.shown)

    @property
    def is_running(self):
        return self.shown == self.running

    @property
    def is_to_come(self):
        return self.shown > self.running

    @cached_property
    def _missing(self):
        if self.indicators is None:
            return Counter()
        return missing_by_month(self.indicators, {*self._range, self.shown, *self._neighbours})

    @property
    def _range(self):
        return [self.running.shifted(-back) for back in range(MONTHS_TO_CHOOSE + 1)]

    @property
    def _neighbours(self):
        return [self.shown.previous, self.shown.following]

    def _choice(self, period):
        number = self._missing[period.month] if period <= self.running else 0
        return {
            "value": period.month,
            "label": period.label,
            "lacks": f"{number} {self._word(period)}" if number else "",
            "current": period == self.shown,
        }

    def _word(self, period):
        return "missing" if rules.is_overdue(period, self.today) else "to log"

    @property
    def choices(self):
        """Newest first; the month shown is among them however old it is."""
        return [self._choice(p) for p in sorted({*self._range, self.shown}, reverse=True)]

    @property
    def previous(self):
        return self._choice(self.shown.previous)

    @property
    def following(self):
        """The month after, up to the one that is running."""
        return self._choice(self.shown.following) if self.shown < self.running else None
