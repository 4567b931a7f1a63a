"""The group of companies that a supplier belongs to, and what it comes to together."""

from functools import cached_property

from django.urls import reverse

from suppliers import facts
from suppliers.models import Supplier

# A group may have hundreds of companies; their totals count all, the page names the first of them.
COMPANIES_SHOWN = 15


class Group:
    """Everybody under the company at the top. `supplier` comes with its parents (see PATHS_UP)."""

    def __init__(self, supplier):
        self.supplier = supplier
        self.above = []  # from the parent to the top
        while (parent := (self.above or [supplier])[-1].parent) is not None:
            self.above.append(parent)
        self.top = self.above[-1] if self.above else supplier

    @cached_property
    def companies(self):
        """The top first, then by name."""
        found = Supplier.objects.under(self.top.pk).order_by("name", "pk")
        rows = list(found.values("pk", "name", "parent__name"))
        return sorted(rows, key=lambda row: row["pk"] != self.top.pk)

    @property
    def ids(self):
        return [row["pk"] for row in self.companies]

    def table(self, known):
        """For the page: a line for each company and one for all; `known` is what `facts.ask` gave."""
        added = [fact for fact in facts.on_page() if fact.add and fact.in_group]
        shown = self.companies[:COMPANIES_SHOWN]
        return {
            "above": list(reversed(self.above)),
            "top": self.top,
            "facts": added,
            "lines": [
                {**row, "cells": [(f, _brief(f, known[f.key][row["pk"]])) for f in added]}
                for row in shown
            ],
            "totals": [(f, _brief(f, f.add(list(known[f.key].values())))) for f in added],
            "number": len(self.companies),
            "url": f"{reverse('suppliers:list')}?group={self.top.pk}"
            if len(self.companies) > len(shown)
            else "",
        }


def _brief(fact, value):
    return (fact.brief or fact.show)(value)
