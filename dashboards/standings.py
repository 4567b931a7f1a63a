"""Lists of contracts that are read from the top: the worst first, with what makes them so."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from common.deadlines import Deadline
from contracts import checks
from contracts.models import Contract
from contracts.rules import is_overdue
from dashboards import charts, rules
from performance.models import Indicator
from performance.querysets import ratings_by_month
from performance.rules import Standing, is_stale, kpi_standing, standing

ON_A_PAGE = 25
# What a line says of its contract.
SHOWN = (
    "reference", "title", "tier", "ends_on", "supplier__name", "oco__name", "oco__email",
    "oco__is_active",
)  # fmt: skip
# Said once for all contracts, beside the button that opens the log.
SAID_ELSEWHERE = {"readings_missing"}


@dataclass
class Line:
    """One contract: what its place in the list rests on and, once it is shown, the rest of it."""

    pk: int
    title: str
    position: rules.Position
    days_left: int | None = None
    no_owner: bool = False
    kpis: Counter = field(default_factory=Counter)
    overdue: list = field(default_factory=list)
    next_due: Deadline | None = None
    contract: Any = None
    trend: Any = None
    trend_words: str = ""
    gaps: list = field(default_factory=list)

    @property
    def rating_counts(self):
        """(standing, number of KPIs), worst first."""
        return sorted(self.kpis.items(), key=lambda pair: pair[0].severity)


def kpis_by_contract(contracts, *, today):
    """{contract id: Counter of the standings of its KPIs in use}, in one query."""
    indicators = Indicator.objects.in_use().filter(contract__in=contracts.order_by().values("pk"))
    columns = ("contract", "latest_rating", "latest_period", "frequency")
    found = {}
    for contract, rating, period, frequency in indicators.order_by().values_list(*columns):
        stale = is_stale(period, frequency, today=today)
        found.setdefault(contract, Counter())[kpi_standing(rating, stale=stale)] += 1
    return found


def worst_first(contracts, agenda):
    """A line for each of these contracts, which lie within the agenda's scope, the worst first."""
    today = agenda.today
    kpis = kpis_by_contract(contracts, today=today)
    unowned = set(checks.get("no_owner").failing(contracts).order_by().values_list("pk", flat=True))
    columns = ("pk", "title", "tier", "stage", "ends_on")
    lines = []
    for pk, title, tier, stage, ends_on in contracts.order_by().values_list(*columns):
        of_this = kpis.get(pk, Counter())
        overdue = agenda.overdue_by_contract.get(pk, [])
        position = rules.Position(
            past_end=is_overdue(ends_on=ends_on, stage=stage, today=today),
            standing=standing(of_this),
            overdue=len(overdue),
            tier=tier,
            ends_on=ends_on,
        )
        line = Line(pk, title, position, kpis=of_this, overdue=overdue, no_owner=pk in unowned)
        line.days_left = (ends_on - today).days if ends_on else None
        line.next_due = agenda.next_by_contract.get(pk)
        lines.append(line)
    return sorted(lines, key=lambda line: (rules.worst_first(line.position), line.title, line.pk))


def fill_in(lines, *, today, trends=False, gaps_for=None):
    """What is shown only of the contracts on this page. One query for each part."""
    ids = [line.pk for line in lines]
    contracts = Contract.objects.select_related("supplier", "oco")
    if not gaps_for:  # where a gap is mended may depend on any column
        contracts = contracts.only(*SHOWN)
    contracts = contracts.in_bulk(ids)
    months = ratings_by_month(ids, today=today) if trends and ids else {}
    missing = gaps_of(ids) if gaps_for and ids else {}
    for line in lines:
        line.contract = contracts[line.pk]
        line.gaps = [check.gap(line.contract, gaps_for) for check in missing.get(line.pk, ())]
        if line.kpis and line.pk in months:
            line.trend_words = rules.trend_words(months[line.pk])
            line.trend = charts.rating_strip(
                months[line.pk], rules.months_before(today, len(months[line.pk])), line.trend_words
            )
    return lines


def gaps_of(ids):
    """{contract id: the checks it fails}, in one query."""
    return {
        pk: said
        for pk, failed in checks.failed_by(*ids).items()
        if (said := [check for check in failed if check.key not in SAID_ELSEWHERE])
    }


# --- What a figure counts, and the list behind it shows -----------------------------------------

DAYS_AHEAD = 90


@dataclass(frozen=True)
class Figure:
    """A number at the top of the page, and the lines it stands for."""

    key: str
    label: str
    colour: str
    fits: Any


FIGURES = (
    Figure("past_end", "past their end", "red", lambda line: line.position.past_end),
    Figure(
        "inadequate", "rated Inadequate", "red",
        lambda line: line.position.standing == Standing.INADEQUATE,
    ),
    Figure(
        "requires_improvement", "rated Requires improvement", "orange",
        lambda line: line.position.standing == Standing.REQUIRES_IMPROVEMENT,
    ),
    Figure(
        "not_reported", "with KPIs not reported", "purple",
        lambda line: line.kpis[Standing.NOT_REPORTED] > 0,
    ),
    Figure("overdue", "with something overdue", "yellow", lambda line: line.position.overdue > 0),
    Figure("no_owner", "without an owner", "orange", lambda line: line.no_owner),
    Figure(
        "ending", f"ending in {DAYS_AHEAD} days", "grey",
        lambda line: line.days_left is not None and 0 <= line.days_left <= DAYS_AHEAD,
    ),
)  # fmt: skip


def fits(key, line):
    return next(figure for figure in FIGURES if figure.key == key).fits(line)


def figures(lines, show):
    """Each figure with its number; the one that narrows the list is marked."""
    every = {"number": len(lines), "label": "contracts", "url": "?", "current": not show}
    return [
        every,
        *(
            {
                "number": number,
                "label": figure.label,
                "url": f"?show={figure.key}#contracts",
                "colour": figure.colour if number else "",
                "current": show == figure.key,
            }
            for figure in FIGURES
            for number in [sum(1 for line in lines if figure.fits(line))]
        ),
    ]
