from django.shortcuts import render
from django.utils import timezone

from risks import heat
from risks.breakdown import AXES, BY_UNIT, NUMBERS, Breakdown, sums
from risks.figures import list_url
from risks.models import Matrix, Risk


def heat_map(request):
    """How many of the open risks that the reader may see stand where, and in which unit, tier and with which supplier."""
    matrix, today = Matrix.current(), timezone.localdate()
    axis = AXES.get(request.GET.get("by", ""), BY_UNIT)
    page = Breakdown(
        request, queryset=Risk.objects.visible_to(request.user), axis=axis, matrix=matrix, today=today
    )  # fmt: skip
    if page.export:
        return page.export_response()
    scored = heat.asked_for(request)
    counts, totals = _counted(page.risks, scored, sums(matrix, today))

    def url_of_cell(likelihood, impact):
        return list_url(
            **page.asked, **heat.scored_in_address(scored), likelihood=likelihood, impact=impact
        )  # fmt: skip

    made = heat.heat_map(
        counts, matrix, url_of_cell=url_of_cell, label="Open risks that you may see",
        scored=scored, switch=heat.switch(request, scored),
    )  # fmt: skip
    context = {"page": page, "heat": made, "figures": _figures(totals, page.asked)}
    return render(request, "risks/heat_map.html", context)


def _counted(risks, scored, counted):
    """What stands in each cell, and what all cells together are: in one query."""
    levels = (f"{scored.prefix}likelihood", f"{scored.prefix}impact")
    cells, totals = {}, dict.fromkeys(NUMBERS, 0)
    for row in risks.values(*levels).annotate(**counted):
        cells[row[levels[0]], row[levels[1]]] = row["total"]
        for name in NUMBERS:
            totals[name] += row[name]
    return cells, totals


def _figures(totals, asked):
    shown = (
        ("total", "Open", "grey", "grey", {}),
        ("critical", "Critical", "red", "green", {"band": "critical"}),
        ("above", "Above appetite", "orange", "green", {"above": "appetite"}),
        ("nobody", "No owner", "orange", "green", {"gap": "owner"}),
        ("overdue", "Review overdue", "orange", "green", {"gap": "review"}),
    )
    for name, label, some, none, further in shown:
        number = totals[name]
        yield {
            "number": f"{number:,}", "label": label, "colour": some if number else none,
            "url": list_url(**asked, **further),
        }  # fmt: skip
