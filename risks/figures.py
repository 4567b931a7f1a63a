"""The numbers above a page of risks, each with the list behind it."""

from urllib.parse import urlencode

from django.urls import reverse

from risks.filters import THREATS
from risks.rules import RED


def list_url(**asked):
    """The register, narrowed."""
    return f"{reverse('risks:list')}?{urlencode(asked, doseq=True)}"


def figures(counts, **scope):
    """Open, red, above appetite, with an overdue review, and what waits to be taken on; `scope` narrows the lists."""
    red = [band.value for band in RED]
    found = [
        {"number": counts["open"], "label": "Open", "url": list_url(state="open", **scope), "colour": "grey"},
        {
            "number": counts["red"], "label": "High or critical", "colour": "red" if counts["red"] else "green",
            "url": list_url(state="open", kind=THREATS, band=red, **scope),
        },
        {
            # Nobody may have said an appetite, so none above it is not called good.
            "number": counts["above"], "label": "Above appetite", "colour": "orange" if counts["above"] else "grey",
            "url": list_url(above="appetite", **scope),
        },
        {
            "number": counts["overdue"], "label": "Review overdue", "colour": "orange" if counts["overdue"] else "green",
            "url": list_url(gap="review", **scope),
        },
    ]  # fmt: skip
    if counts["proposed"]:
        found.append({
            "number": counts["proposed"], "label": "Put forward, not taken on yet", "colour": "yellow",
            "url": list_url(state="proposed", **scope),
        })  # fmt: skip
    return found
