from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.permissions import Permission
from common import deadlines
from contracts.models import Contract


class ReminderRuleQuerySet(models.QuerySet):
    """Which rules remind."""

    def active(self):
        return self.filter(is_active=True)


class NoticeQuerySet(models.QuerySet):
    """Which notices: by who may see them, and what has become of them."""

    def visible_to(self, user):
        """What this user may read: all about contracts they see, and what was sent to themselves. What is confidential
        only as long as they may know it: the message that they got has not named it."""
        sees_all = user.may(Permission.VIEW_CONTRACTS)
        hidden = [
            kind.key
            for kind in deadlines.kinds()
            if kind.needs and (sees_all or kind.discreet) and not user.may(kind.needs)
        ]
        found = self.exclude(rule__kind__in=hidden) if hidden else self
        if sees_all:
            return found
        return found.filter(
            Q(contract__in=Contract.objects.visible_to(user).order_by().values("pk"))
            | Q(recipient=user, digest__state="sent", withdrawn="")
        )

    def waiting(self):
        """Not in any digest yet."""
        return self.filter(digest=None, withdrawn="")

    def overtaken(self):
        """Those whose next step has been noticed too: only the latest is worth telling."""
        later = self.model.objects.filter(
            rule=OuterRef("rule"),
            key=OuterRef("key"),
            due_on=OuterRef("due_on"),
            recipient=OuterRef("recipient"),
            step__lt=OuterRef("step"),
        )
        return self.filter(Exists(later))


class DigestQuerySet(models.QuerySet):
    """Which e-mails: by how far they have come on their way."""

    def untouched(self):
        """Still open: no sender has had it in hand, so nobody can have received it."""
        return self.filter(state="queued", attempts=0)

    def unfinished(self):
        return self.filter(state__in=["queued", "sending"])

    def free(self, now):
        """Those that a sender may take: waiting, or left behind by a sender whose lease ran out."""
        return self.unfinished().filter(free_at__lte=now)
