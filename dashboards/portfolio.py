"""The whole register in numbers, counted in SQL; each number with the address of the list behind it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import Count, Q, Sum, Value
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import BusinessUnit
from contracts import checks
from contracts.models import Stage, Tier
from dashboards import charts, rules
from dashboards.querysets import count_by_standing

TIERS = [*Tier.choices, ("", "Not tiered")]
# The whole register minus what is over: the "not ended" of contracts.querysets, as the list asks for it.
OPEN_STAGES = [stage.value for stage in Stage if stage != Stage.ENDED]
# As `in_force` has it; a test holds the two together.
IN_FORCE = [stage for stage in OPEN_STAGES if stage != Stage.DRAFT]
QUARTERS = 8
SOON = 90
POUNDS = "GBP"
NO_OWNER = "no_owner"


def register(**filters):
    """The address of the register, narrowed."""
    query = urlencode(filters, doseq=True)
    return f"{reverse('contracts:list')}?{query}" if query else reverse("contracts:list")


@dataclass
class UnitRow:
    """One business unit's part of the register."""

    pk: int
    name: str
    contracts: int = 0
    value: Decimal = Decimal(0)
    tiers: Counter = field(default_factory=Counter)
    no_owner: int = 0
    past_end: int = 0

    def cells(self, tiers):
        """(heading, number, address) of each column that is a count."""
        unit = {"unit": self.pk}
        yield "Contracts", self.contracts, register(**unit, stage=OPEN_STAGES)
        for tier, label in tiers:
            url = register(**unit, tier=tier or "none", stage=OPEN_STAGES)
            yield label, self.tiers[tier], url
        yield "No owner", self.no_owner, register(**unit, gap=NO_OWNER)
        yield "Past end", self.past_end, register(**unit, ends="past")


class Portfolio:
    """What the numbers on one page are drawn from. `contracts` is what the reader may see."""

    def __init__(self, contracts, *, today):
        self.contracts = contracts.order_by()
        self.open = self.contracts.not_ended()
        self.today = today

    # --- one GROUP BY for tiers, stages, units and values ------------------------------------

    @cached_property
    def _groups(self):
        grouped = self.contracts.values("unit", "tier", "stage").annotate(
            number=Count("pk"),
            # What stands under another is within its value.
            pounds=Sum("value", filter=Q(currency=POUNDS, parent=None)),
            other_currency=Count("value", filter=Q(parent=None) & ~Q(currency=POUNDS)),
        )
        return list(grouped)

    @cached_property
    def _numbers(self):
        """How many contracts there are of each tier in each stage; None stands for all of them."""
        numbers = Counter()
        for group in self._groups:
            tier, stage = group["tier"], group["stage"]
            for key in ((tier, stage), (tier, None), (None, stage), (None, None)):
                numbers[key] += group["number"]
        return numbers

    @cached_property
    def _open_groups(self):
        return [group for group in self._groups if group["stage"] != Stage.ENDED]

    @cached_property
    def number_open(self):
        return sum(group["number"] for group in self._open_groups)

    @cached_property
    def pounds(self):
        return sum((group["pounds"] or Decimal(0) for group in self._open_groups), Decimal(0))

    @cached_property
    def other_currency(self):
        return sum(group["other_currency"] for group in self._open_groups)

    @cached_property
    def stages(self):
        return [(stage.value, stage.label) for stage in Stage if self._numbers[None, stage.value]]

    @property
    def tier_rows(self):
        """A row for each tier in use: its label and a cell for each stage, then the total."""
        for tier, label in TIERS:
            if self._numbers[tier, None]:
                cells = self._cells(tier, {"tier": tier or "none"})
                yield {"tier": tier, "label": label, "cells": cells}

    @property
    def stage_totals(self):
        return self._cells(None, {})

    def _cells(self, tier, asked):
        """(stage in words, number, address) of each stage, then of all."""
        cells = [
            (words, self._numbers[tier, stage], register(**asked, stage=stage))
            for stage, words in self.stages
        ]
        return [*cells, ("All", self._numbers[tier, None], register(**asked))]

    # --- business units -------------------------------------------------------------------------

    @cached_property
    def _past_end(self):
        return self._by_unit(self.contracts.past_their_end(self.today))

    @cached_property
    def _no_owner(self):
        return self._by_unit(checks.get(NO_OWNER).failing(self.contracts))

    @staticmethod
    def _by_unit(contracts):
        counted = contracts.order_by().values("unit").annotate(number=Count("pk"))
        return dict(counted.values_list("unit", "number"))

    @cached_property
    def units(self):
        rows = {}
        names = dict(BusinessUnit.objects.values_list("pk", "name"))
        for group in self._open_groups:
            pk = group["unit"]
            row = rows.setdefault(pk, UnitRow(pk, names.get(pk, "")))
            row.contracts += group["number"]
            row.value += group["pounds"] or 0
            row.tiers[group["tier"]] += group["number"]
        for pk, row in rows.items():
            row.no_owner, row.past_end = self._no_owner.get(pk, 0), self._past_end.get(pk, 0)
        return sorted(rows.values(), key=lambda row: row.name.casefold())

    @property
    def unit_rows(self):
        in_use = {group["tier"] for group in self._open_groups}
        tiers = [(tier, label) for tier, label in TIERS if tier in in_use]
        return [{"unit": row, "cells": list(row.cells(tiers))} for row in self.units]

    # --- time -----------------------------------------------------------------------------------

    @cached_property
    def quarters(self):
        return rules.quarters(self.today, QUARTERS)

    @cached_property
    def _ends(self):
        spans = {f"quarter_{n}": (q.start, q.end) for n, q in enumerate(self.quarters)}
        spans["soon"] = (self.today, self.today + timedelta(days=SOON))
        return self.open.filter(ends_on__range=(self.today, self.quarters[-1].end)).aggregate(
            **{key: Count("pk", filter=Q(ends_on__range=span)) for key, span in spans.items()}
        )

    @cached_property
    def expiries(self):
        numbers = [self._ends[f"quarter_{number}"] for number in range(QUARTERS)]
        return [
            {
                "label": quarter.label,
                "number": number,
                "bar": charts.share_bar(number, max(numbers)),
                "url": register(ends_from=quarter.start, ends_to=quarter.end, stage=OPEN_STAGES),
            }
            for quarter, number in zip(self.quarters, numbers, strict=True)
        ]

    # --- what is missing, and how it goes -------------------------------------------------------

    @cached_property
    def gaps(self):
        """Each check with how many contracts fail it; what is not counted by unit already, in one query."""
        every = checks.all_checks()
        parts = [
            check.failing(self.contracts)
            .order_by()
            .values(check=Value(number))
            .annotate(number=Count("pk"))
            .values_list("check", "number")
            for number, check in enumerate(every)
            if check.key != NO_OWNER
        ]
        counts = dict(parts[0].union(*parts[1:], all=True))
        counts[every.index(checks.get(NO_OWNER))] = sum(self._no_owner.values())
        return [
            {
                "label": check.label,
                "sentence": check.sentence,
                "number": counts.get(number, 0),
                "url": register(gap=check.key),
            }
            for number, check in enumerate(every)
        ]

    @cached_property
    def ratings(self):
        in_force = sum(self._numbers[None, stage] for stage in IN_FORCE)
        counts = count_by_standing(self.contracts.in_force(), self.today, number=in_force)
        most = max(counts.values())
        return [
            {
                "standing": standing.value,
                "label": standing.label,
                "number": number,
                "bar": charts.share_bar(number, most, standing),
                "url": f"{reverse('dashboards:ratings')}?{urlencode({'rating': standing.value})}",
            }
            for standing, number in counts.items()
        ]

    @property
    def figures(self):
        rated = {row["standing"]: row for row in self.ratings}
        return [
            {
                "number": f"{self.number_open:,}", "label": "contracts not ended",
                "url": register(stage=OPEN_STAGES),
            },
            {
                "number": f"{sum(self._past_end.values()):,}", "label": "past their end",
                "url": register(ends="past"), "colour": "red",
            },
            {
                "number": f"{sum(self._no_owner.values()):,}", "label": "without an owner",
                "url": register(gap=NO_OWNER), "colour": "orange",
            },
            {
                "number": f"{self._ends['soon']:,}", "label": f"ending in {SOON} days",
                "url": register(ends=SOON), "colour": "yellow",
            },
            {
                "number": f"{rated['inadequate']['number']:,}", "label": "rated Inadequate",
                "url": rated["inadequate"]["url"], "colour": "red",
            },
            {
                "number": f"{rated['not_reported']['number']:,}", "label": "not reported",
                "url": rated["not_reported"]["url"], "colour": "purple",
            },
        ]  # fmt: skip
