"""What the rooms' parts of the demonstration share: a past that looks like one."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from common.history import save_with_history


def moment(today, days_ago, *, hour=10, minute=0):
    """A moment in office hours, so many days before today; never in the future."""
    day = datetime.combine(today - timedelta(days=days_ago), time(hour, minute))
    return min(timezone.make_aware(day), timezone.now())


def save_as_of(instance, *, at, by=None, reason=""):
    """Save one row with history, as it would stand there had it been saved at that moment."""
    instance._history_date = at
    try:
        return save_with_history(instance, by=by, reason=reason)
    finally:
        del instance._history_date
