"""The list of contracts with how each stands."""

from django.utils import timezone
from django.utils.html import format_html

from common.lists import Column, ListPage
from common.templatetags import steward
from contracts.columns import COLUMNS as OF_CONTRACTS
from dashboards.querysets import with_standing
from performance.rules import Standing

_BY_SEVERITY = {standing.severity: standing for standing in Standing}


def _standing(severity):
    return _BY_SEVERITY[Standing.NOT_TRACKED.severity if severity is None else severity]


def _tag(row):
    standing = _standing(row["severity"])
    return format_html(
        '<span class="app-tag app-tag--{}">{}</span>',
        steward.tag_class(standing.value),
        standing.label,
    )


RATING = Column(
    "rating",
    "Latest rating",
    "severity",
    show=_tag,
    export=lambda severity: _standing(severity).label,
)
COLUMNS = (OF_CONTRACTS[0], RATING, *OF_CONTRACTS[1:])


class RatedList(ListPage):
    """A list whose rows carry `severity`."""

    def _bare_rows(self):
        return with_standing(super()._bare_rows(), timezone.localdate())
