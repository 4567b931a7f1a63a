"""Which suppliers somebody reaches through what hangs on them: upper rooms say.

Who holds a role on a contract has to do with its suppliers too. The room of contracts adds the way there.
"""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

Way = Callable[[Any, Any], Sequence[Any]]
_ways: list[Way] = []


def way(function: Way) -> Way:
    """Add a function from (user, permission) to querysets of rows whose column `supplier` the user so reaches."""
    _ways.append(function)
    return function


def through(user: Any, permission: Any) -> Q:
    """The condition on suppliers that the user holds the permission on something of theirs."""
    conditions = [
        Q(pk__in=rows.order_by().values("supplier"))
        for function in _ways
        for rows in function(user, permission)
    ]
    return reduce(or_, conditions) if conditions else Q(pk__in=())
