"""What this room adds to others' pages: tabs, a part of a KPI's page, a link in the header and a question."""

from django.urls import reverse

from common import navigation
from contracts import checks, parts
from performance import hooks, pages, panels, tabs
from performance.trends import charts
from performance.trends.querysets import PERIODS_RUNNING, with_persistent_failure
from suppliers import sections as supplier_sections

# Whoever logs readings comes by that page; the others come here first.
navigation.register(
    navigation.Item(
        "ratings", "Performance", "trends:portfolio", order=40, prefixes=hooks.PREFIXES,
        shown=lambda user: parts.sees_contracts(user) and not hooks.can_log(user),
    )
)  # fmt: skip
pages.register(
    pages.Page("ratings", "Ratings", "trends:portfolio", order=20, shown=parts.sees_contracts)
)

tabs.register(tabs.Tab("trends", "Trends", "trends:contract", order=20))
supplier_sections.register(
    supplier_sections.Section("trends", "Ratings", "trends:of_supplier", order=22)
)


def of_indicator(indicator, user, today):
    return {"trend": charts.of_one(indicator, today=today)}


panels.register(panels.Panel("trend", "Trend", "trends/_panel.html", of_indicator, order=10))

checks.register(checks.Check(
    "persistent_failure", "Persistent failure",
    f"Escalate: the target of a KPI was missed in {PERIODS_RUNNING} periods running",
    failing=with_persistent_failure,
    mend=lambda contract: reverse("trends:contract", args=[contract.pk]),
    order=82,
))  # fmt: skip
