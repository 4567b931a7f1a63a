"""Reviews of suppliers as dates (see common.deadlines): one for each day and kind.

They are done together, often on the day of a meeting. A year of days is bounded where suppliers are not, so that no page and
no e-mail grows with their number.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse

from common.deadlines import Deadline


def by_day(
    rows: Any, *, kind: str, column: str, one: str, many: str, subject: str, name: str, url_of_one: Callable[[int], str], url_of_all: str
) -> Iterator[Deadline]:  # fmt: skip
    """The dates in `column` of these rows. `one` and `many` ("{number} places") say what is to be done, `name` is the path to what
    a row is called, `subject` to the id that leads to its page, and `url_of_all` names the list that `?<column>=<day>` narrows."""
    days = (
        rows.order_by()
        .values(column)
        .annotate(number=Count("pk"), first_id=Min(subject), first_name=Min(name))
    )
    for day in days:
        due_on, others = day[column], day["number"] - 1
        yield Deadline(
            key=f"{kind}:{due_on}",
            due_on=due_on,
            title=many.format(number=day["number"]) if others else one,
            subject=_and_others(day["first_name"], others),
            url=f"{reverse(url_of_all)}?{column}={due_on}"
            if others
            else url_of_one(day["first_id"]),
        )


def _and_others(name: str, others: int) -> str:
    return f"{name} and {others} other{'' if others == 1 else 's'}" if others else name
