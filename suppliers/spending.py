"""What was paid to a supplier, year by year, beside what was agreed."""

from django.utils import timezone

from common import charts
from common.templatetags.steward import money, money_short
from suppliers import commitments, rules
from suppliers.models import SupplierSpend
from suppliers.rules import Amounts

YEARS_SHOWN, YEARS_AT_MOST = 6, 12
POUNDS = "GBP"
NOT_RECORDED = Amounts(missing=1)


def last_year_of_suppliers(user, supplier_ids):
    """{supplier: what was paid in the last complete financial year}. One query."""
    year = rules.last_complete_year(timezone.localdate())
    rows = SupplierSpend.objects.filter(supplier__in=supplier_ids, year=year).order_by()
    found = {}
    for supplier, amount, currency in rows.values_list("supplier", "amount", "currency"):
        found[supplier] = found.get(supplier, Amounts()) + Amounts({currency: amount})
    return found


def last_year_hint(value):
    return f"In {rules.year_label(rules.last_complete_year(timezone.localdate()))}"


class Spending:
    """A supplier's years, the latest first: two queries, whatever there is."""

    def __init__(self, supplier, user, *, today):
        self.today = today
        self.rows = list(supplier.spend.select_related("recorded_by"))
        self.this_year = rules.financial_year(today)
        self.years = self._years()
        self.agreed = commitments.of(user, supplier, self.years)

    def _years(self):
        """The last six, and before them as far back as something is recorded, twelve at most."""
        first = min([self.this_year - YEARS_SHOWN + 1, *(row.year for row in self.rows)])
        return list(range(self.this_year, max(first, self.this_year - YEARS_AT_MOST + 1) - 1, -1))

    @property
    def is_empty(self):
        return not self.rows and not any(self.agreed.by_year.values())

    @property
    def currencies(self):
        """Those in which anything was paid or agreed, pounds first: each is a table of its own."""
        found = {row.currency for row in self.rows}
        for amounts in self.agreed.by_year.values():
            found |= amounts.sums.keys()
        return sorted(found or {POUNDS}, key=lambda currency: (currency != POUNDS, currency))

    @property
    def tables(self):
        return [self._table(currency) for currency in self.currencies]

    def _table(self, currency):
        recorded = {row.year: row for row in self.rows if row.currency == currency}
        lines = [self._line(year, recorded.get(year), currency) for year in self.years]
        title = "Spend and agreed annual value"
        if currency != POUNDS:
            title += f" in {currency}"
        sentence = self._sentence(lines)
        return {
            "currency": currency,
            "title": title,
            "sentence": sentence,
            "is_whole": self.agreed.is_whole,
            "lines": lines,
            "svg": charts.pairs(
                [
                    charts.Pair(
                        line["label"], line["spent"], line["agreed"],
                        f"{money_short(line['spent'], currency)} spent" if line["row"] else "Spend not recorded",
                        _agreed_in_short(line, currency),
                    )
                    for line in lines
                    if line["row"] or line["agreed"] is not None
                ],
                label=f"{title}. {sentence}",
            ),
        }  # fmt: skip

    def _line(self, year, row, currency):
        amounts = self.agreed.by_year.get(year, Amounts())
        agreed = amounts.sums.get(currency)
        # Contracts without a value have no currency either that one could go by: they are pounds' gap.
        missing = amounts.missing if currency == POUNDS else 0
        known = row is not None and agreed is not None and not missing and self.agreed.is_whole
        difference = row.amount - agreed if known else None
        return {
            "year": year,
            "label": rules.year_label(year),
            "is_running": year == self.this_year,
            "row": row,
            "spent": row.amount if row else None,
            "agreed": agreed,
            "missing": missing,
            "difference": difference,
            "difference_in_words": _difference_in_words(difference, currency),
            "currency": currency,
        }

    def _sentence(self, lines):
        """The last complete year in words."""
        line = next(line for line in lines if line["year"] == self.this_year - 1)
        label, currency = line["label"], line["currency"]
        if line["row"] is None:
            spent = f"What was spent in {label} is not recorded"
        else:
            spent = f"In {label} {money(line['spent'], currency)} was spent"
        if line["agreed"] is None:
            return f"{spent}."
        seen = "" if self.agreed.is_whole else " that you may see"
        agreed = f"contracts{seen} in force in that year came to {money(line['agreed'], currency)} a year"
        return f"{spent}; the {agreed}."


def _difference_in_words(difference, currency):
    if not difference:
        return "None"
    return f"{money(abs(difference), currency)} {'more' if difference > 0 else 'less'} spent"


def _agreed_in_short(line, currency):
    if line["agreed"] is not None:
        over = "over " if line["missing"] else ""
        return f"{over}{money_short(line['agreed'], currency)} agreed"
    return "Annual value not recorded" if line["missing"] else "No contract in force"


def summary(supplier, user):
    """For the overview: the chart of pounds, or of the one currency there is."""
    spending = Spending(supplier, user, today=timezone.localdate())
    return {"spending": spending, "table": None if spending.is_empty else spending.tables[0]}
