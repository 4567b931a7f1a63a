"""The days on which the council is made. Each is made once in a run, whoever looks at it."""

from datetime import date

import pytest

ORDINARY, LEAP_DAY = date(2026, 11, 27), date(2028, 2, 29)
NEW_YEAR, A_LATER_NEW_YEAR = date(2027, 1, 1), date(2031, 1, 1)


def made_on(day):
    """The council of this day, or of today. `tests.apart` sends all that look at it to one worker."""
    return pytest.param(day, id=str(day or "today"))


def on(*days):
    """A test of the council of these days, and not of today's."""
    return pytest.mark.parametrize("council", [made_on(day) for day in days], indirect=True)
