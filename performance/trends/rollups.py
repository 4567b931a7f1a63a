"""How the KPIs of contracts in force stand, grouped and weighted. Counted in SQL from each KPI's own row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, Sum
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import BusinessUnit
from common import charts
from common.templatetags.steward import tag_class
from contracts.models import Contract, Tier
from performance.models import Indicator
from performance.querysets import kpi_severity
from performance.rules import BAD, Quadrant, Standing
from suppliers.models import Supplier

TRACKED = [standing for standing in Standing if standing != Standing.NOT_TRACKED]
# The best first, as a bar is read; what is not known stands at its end.
IN_A_BAR = (
    Standing.GOOD, Standing.APPROACHING, Standing.REQUIRES_IMPROVEMENT, Standing.INADEQUATE,
    Standing.OTHER, Standing.NOT_REPORTED,
)  # fmt: skip


def scope_of(user, **narrowed):
    """The contracts in force that the user may see."""
    return Contract.objects.visible_to(user).in_force().filter(**narrowed).order_by()


def kpis_of(contracts):
    return Indicator.objects.in_use().filter(contract__in=contracts).order_by()


def measured(quadrant=""):
    """The condition that a contract has a KPI, or one that is about this."""
    kpis = Indicator.objects.in_use().filter(contract=OuterRef("pk")).order_by()
    return Exists(kpis.filter(quadrant=quadrant) if quadrant else kpis)


def untracked(contracts, quadrant=""):
    """Those without a KPI, or without one that is about this."""
    return contracts.filter(~measured(quadrant))


def _link(url_name, **asked):
    return f"{reverse(url_name)}?{urlencode(asked, doseq=True)}"


@dataclass
class Row:
    """One group: how many of its KPIs stand where, what these weigh, and its contracts that are not tracked."""

    label: str
    asked: dict[str, Any]  # what narrows the lists behind its figures
    numbers: dict[Standing, int] = field(default_factory=dict)
    weights: dict[Standing, int] = field(default_factory=dict)
    untracked: int = 0
    page: tuple[str, int] | None = None  # a page of its own

    @property
    def url(self):
        return reverse(self.page[0], args=[self.page[1]]) if self.page else ""

    @property
    def kpis(self):
        return sum(self.numbers.values())

    @property
    def weight(self):
        return sum(self.weights.values())

    def share(self, *standings):
        """Of the weight of all its KPIs, in percent; None when there are none."""
        if not self.weight:
            return None
        return 100 * sum(self.weights.get(s, 0) for s in standings) / self.weight

    @property
    def order(self):
        """The worst first: by the share that is bad, then by what is not known."""
        bad, silent = self.share(*BAD) or 0, self.share(Standing.NOT_REPORTED) or 0
        return -bad, -silent, -self.untracked, self.label.casefold()

    @property
    def words(self):
        """`Good 62%, Not reported 38%`, by weight; that nothing is tracked where it is so."""
        parts = [(s.label, self.share(s)) for s in IN_A_BAR if self.weights.get(s)]
        said = ", ".join(f"{label} {_percent(share)}" for label, share in parts)
        return said or Standing.NOT_TRACKED.label

    @property
    def bar(self):
        parts = [
            charts.Share(
                tag_class(s.value), self.weights[s], f"{s.label}: {_percent(self.share(s))}"
            )
            for s in IN_A_BAR
            if self.weights.get(s)
        ]
        return charts.shares(parts, label=f"{self.label}, by weight. {self.words}.")

    @property
    def in_short(self):
        """What stands under the bar: what is known to be good, and what is not known."""
        good, silent = self.share(Standing.GOOD), self.share(Standing.NOT_REPORTED)
        if good is None:
            return Standing.NOT_TRACKED.label
        if silent == 100:
            return Standing.NOT_REPORTED.label
        words = f"{_percent(good)} Good"
        return f"{words}, {_percent(silent)} not reported" if silent else words

    @property
    def cells(self):
        """(standing, number, address of the list behind it); what is not tracked is counted in contracts."""
        for standing in Standing:
            if standing == Standing.NOT_TRACKED:
                yield standing, self.untracked, _link("trends:untracked", **self.asked)
            else:
                asked = {**self.asked, "rating": standing.value}
                yield standing, self.numbers.get(standing, 0), _link("trends:indicators", **asked)


def _percent(share):
    """Whole numbers, but never 0% of something nor 100% of less than all."""
    whole = round(share)
    if share and not whole:
        return "under 1%"
    return "over 99%" if whole == 100 and share < 100 else f"{whole}%"


@dataclass(frozen=True)
class Axis:
    """What a roll-up is grouped by: a column of the contract, or one of the KPI itself."""

    key: str
    title: str
    heading: str
    column: str
    asks: str  # the filter of the lists behind the figures
    of_kpi: bool = False
    labels: Callable[[list], dict] | None = None
    nothing: str = ""  # how the group is called that has no value, and how it is asked for
    asks_nothing: str = ""
    every: tuple[tuple[str, str], ...] = ()  # groups in their own order, shown even when empty
    url_name: str = ""

    def path(self):
        return self.column if self.of_kpi else f"contract__{self.column}"


def _names(model):
    def labels(ids):
        return dict(model.objects.filter(pk__in=ids).values_list("pk", "name"))

    return labels


def _contract_titles(ids):
    found = Contract.objects.filter(pk__in=ids).values_list("pk", "title", "reference")
    return {pk: f"{title} ({reference})" for pk, title, reference in found}


BY_TIER = Axis(
    "tier", "By tier", "Tier", "tier", "tier", nothing="Not tiered", asks_nothing="none",
    every=tuple(Tier.choices),
)  # fmt: skip
BY_UNIT = Axis(
    "unit", "By business unit", "Business unit", "unit", "unit", labels=_names(BusinessUnit)
)
BY_SUPPLIER = Axis(
    "supplier", "By supplier", "Lead supplier", "supplier", "supplier_id", labels=_names(Supplier),
    nothing="No lead supplier", asks_nothing="0", url_name="trends:of_supplier",
)  # fmt: skip
BY_QUADRANT = Axis(
    "quadrant", "By quadrant", "What it is about", "quadrant", "quadrant", of_kpi=True,
    every=tuple(Quadrant.choices()),
)  # fmt: skip
BY_CONTRACT = Axis(
    "contract", "By contract", "Contract", "pk", "contract_id", labels=_contract_titles,
    url_name="trends:contract",
)  # fmt: skip
AXES = {axis.key: axis for axis in (BY_TIER, BY_UNIT, BY_SUPPLIER, BY_QUADRANT)}


class Rollup:
    """The groups of one axis over some contracts, in a few queries whatever their number."""

    def __init__(self, contracts, axis: Axis, *, today, asked=None):
        self.contracts, self.axis, self.today = contracts, axis, today
        self.asked = asked or {}

    @cached_property
    def _path(self):
        return "contract" if self.axis == BY_CONTRACT else self.axis.path()

    @cached_property
    def _kpis(self):
        return kpis_of(self.contracts)

    @cached_property
    def _groups(self):
        """{group: {severity: (KPIs, their weight)}}. How a KPI stands is worked out once for each, not for each sum."""
        counted = (
            self._kpis.annotate(severity=kpi_severity(self.today))
            .values(self._path, "severity")
            .annotate(number=Count("pk"), weighs=Sum("weight"))
            .values_list(self._path, "severity", "number", "weighs")
        )
        groups = {}
        for key, severity, number, weighs in counted:
            groups.setdefault(key, {})[severity] = number, weighs
        return groups

    @cached_property
    def _untracked(self):
        if self.axis.of_kpi:
            number, _ = self._all_and_untracked
            tracked = self._kpis.values(self._path).annotate(
                number=Count("contract", distinct=True)
            )
            tracked = dict(tracked.values_list(self._path, "number"))
            return {key: number - tracked.get(key, 0) for key, _ in self.axis.every}
        column = self.axis.column
        found = untracked(self.contracts).values(column).annotate(number=Count("pk"))
        return dict(found.values_list(column, "number"))

    @cached_property
    def _all_and_untracked(self):
        """How many contracts there are, and how many of them without any KPI."""
        found = self.contracts.aggregate(all=Count("pk"), untracked=Count("pk", filter=~measured()))
        return found["all"], found["untracked"]

    @cached_property
    def rows(self):
        """In the axis's own order, or the worst first."""
        keys = {*self._groups, *self._untracked}
        if self.axis.every:
            order = [key for key, _ in self.axis.every]
            found = [self._row(key) for key in [*order, *(keys - set(order))]]
            return [row for row in found if row.kpis or row.untracked]
        return sorted((self._row(key) for key in keys), key=lambda row: row.order)

    @cached_property
    def _labels(self):
        if self.axis.labels is None:
            return dict(self.axis.every)
        return self.axis.labels([k for k in {*self._groups, *self._untracked} if k is not None])

    def _row(self, key):
        counted = self._groups.get(key, {})
        nothing = key in (None, "")
        row = Row(
            label=self.axis.nothing if nothing else str(self._labels.get(key, key)),
            asked={**self.asked, self.axis.asks: self.axis.asks_nothing if nothing else key},
            untracked=self._untracked.get(key, 0),
        )
        for standing in TRACKED:
            if standing.severity in counted:
                row.numbers[standing], row.weights[standing] = counted[standing.severity]
        if self.axis.url_name and not nothing:
            row.page = self.axis.url_name, key
        return row

    @property
    def total(self):
        """All groups together; by quadrant a contract may lack several, so what is not tracked is not added up."""
        row = Row("All", asked=dict(self.asked))
        for one in self.rows:
            for standing, number in one.numbers.items():
                row.numbers[standing] = row.numbers.get(standing, 0) + number
                row.weights[standing] = row.weights.get(standing, 0) + one.weights[standing]
        row.untracked = (
            self._all_and_untracked[1] if self.axis.of_kpi else sum(self._untracked.values())
        )
        return row
