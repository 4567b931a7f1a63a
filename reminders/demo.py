"""A believable past: what people were reminded of in recent weeks, as if it had been sent."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from reminders import actions
from reminders.models import Digest, Notice

WEEKS = 6
SENDING_TIME = time(6, 31)


def build(today):
    """Go through the last weeks day by day. Digests of past days are marked as sent; no mail leaves."""
    for days in range(WEEKS * 7, 0, -1):
        day = today - timedelta(days=days)
        at = timezone.make_aware(datetime.combine(day, SENDING_TIME))
        newest = Notice.objects.order_by("pk").values_list("pk", flat=True).last() or 0
        actions.sweep(today=day)
        Notice.objects.filter(pk__gt=newest).update(created_at=at)
        actions.compose(today=day)
        Digest.objects.untouched().filter(on=day).update(
            state=Digest.State.SENT, sent_at=at, created_at=at, free_at=at, attempts=1
        )
