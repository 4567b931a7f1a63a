"""The numbers above a page of obligations, each with the list behind it."""

from urllib.parse import urlencode

from django.urls import reverse

from contracts.obligations import rules
from contracts.obligations.rules import Party

MET_IN_TIME = {Party.SUPPLIER: "Supplier met in time", Party.AUTHORITY: "We met in time"}


def due_url(**asked):
    """The list of what falls due, narrowed."""
    return f"{reverse('obligations:due')}?{urlencode(asked)}"


def figures(*, overdue, soon, compliance, **scope):
    """Overdue, due soon, and the compliance of each party; `scope` narrows the lists behind them."""
    return [
        {
            "number": overdue, "label": "Overdue", "colour": "red" if overdue else "green",
            "url": due_url(stands="overdue", **scope),
        },
        {
            "number": soon, "label": "Due in the next 30 days", "colour": "yellow" if soon else "grey",
            "url": due_url(stands="soon", **scope),
        },
        *(
            {
                "number": compliance[party].short, "label": label,
                "colour": rules.colour(compliance[party]),
                "url": due_url(party=party.value, stands="counted", **scope),
                "hint": compliance[party].detail,
            }
            for party, label in MET_IN_TIME.items()
        ),
    ]  # fmt: skip
