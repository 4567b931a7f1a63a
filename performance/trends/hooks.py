"""What this room adds to others' pages: a tab of a contract's performance and a part of a KPI's page."""

from performance import panels, tabs
from performance.trends import charts

tabs.register(tabs.Tab("trends", "Trends", "trends:contract", order=20))


def of_indicator(indicator, user, today):
    return {"trend": charts.of(indicator, today=today)}


panels.register(panels.Panel("trend", "Trend", "trends/_panel.html", of_indicator, order=10))
