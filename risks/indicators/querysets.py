from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)

from contracts.models import Contract
from risks.indicators import rules
from risks.indicators.rules import Frequency, Status
from risks.models import Scoring
from risks.rules import RUNNING, Cause

# A person has looked at the risk: the measure's own scorings say nothing of that.
LOOKED_AT = (Cause.REVIEWED, Cause.HAPPENED, Cause.CHANGED)


class KriQuerySet(QuerySet):
    """Which indicators: by who may see, record and change them, and how they stand."""

    # --- who ----------------------------------------------------------------------------------------

    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user).order_by().values("pk"))

    def editable_by(self, user):
        return self.filter(contract__in=Contract.objects.editable_by(user).order_by().values("pk"))

    def recordable_by(self, user):
        """Those of contracts that this user manages, and those they are responsible for and see."""
        managed = Contract.objects.editable_by(user).order_by().values("pk")
        return self.visible_to(user).filter(Q(contract__in=managed) | Q(responsible=user.pk))

    # --- how they stand -----------------------------------------------------------------------------

    def in_use(self):
        return self.filter(ended_on=None)

    def retired(self):
        return self.filter(ended_on__isnull=False)

    def followed(self):
        """Those that read what another room measures."""
        return self.exclude(measure="")

    def late(self, today):
        """Those in use whose latest reading that should be here is not."""
        return self.in_use().filter(is_late(today))

    def with_standing(self, today):
        """Each with `stands` and `is_late`: `rules.standing` in SQL."""
        return self.annotate(
            is_late=Case(When(Q(ended_on=None) & is_late(today), then=Value(True)), default=Value(False)),
            stands=Case(
                When(Q(is_late=True, latest_status=Status.GREEN), then=Value(Status.NOT_MEASURED.value)),
                default=F("latest_status"),
                output_field=CharField(),
            ),
        )  # fmt: skip

    def worst_first(self):
        """After `with_standing`: red, amber, what nobody knows, green."""
        order = (Status.RED, Status.AMBER, Status.NOT_MEASURED)
        severity = Case(
            *(When(stands=status, then=Value(n)) for n, status in enumerate(order)),
            default=Value(len(order)),
        )
        return self.order_by(severity, "name", "pk")

    def unanswered(self):
        """Those that crossed a threshold, and whose running risk nobody has looked at since."""
        looked = Scoring.objects.filter(
            risk=OuterRef("risk"), cause__in=LOOKED_AT, at__gt=OuterRef("crossed_at")
        )
        crossed = self.in_use().filter(crossed_at__isnull=False, risk__state__in=RUNNING)
        return crossed.filter(~Exists(looked.order_by()))

    def with_recent(self, counts, today):
        """Each with `recent`, its readings since `counts[frequency]` periods ago, oldest first."""
        from risks.indicators.models import KriReading  # the models import this module

        wanted = Q()
        for frequency in Frequency:
            first = rules.period_of(frequency, today).shifted(-counts[frequency])
            wanted |= Q(indicator__frequency=frequency, period_start__gte=first.start)
        readings = KriReading.objects.filter(wanted).order_by("period_start")
        return self.prefetch_related(Prefetch("readings", readings, to_attr="recent"))


def is_late(today):
    """`rules.last_overdue` in SQL."""
    late = Q()
    for frequency in Frequency:
        period = rules.last_overdue(frequency, today)
        unrecorded = Q(latest_period=None) | Q(latest_period__lt=period.start)
        late |= Q(frequency=frequency, starts_on__lte=period.end) & unrecorded
    return late


class KriReadingQuerySet(QuerySet):
    """Which readings."""

    def visible_to(self, user):
        return self.filter(indicator__contract__in=Contract.objects.visible_to(user))

    def recordable_by(self, user):
        managed = Contract.objects.editable_by(user).order_by().values("pk")
        theirs = Q(indicator__contract__in=managed) | Q(indicator__responsible=user.pk)
        return self.visible_to(user).filter(theirs)
