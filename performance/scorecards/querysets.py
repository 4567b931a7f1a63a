from datetime import datetime, time, timedelta

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils import timezone

from accounts.permissions import Permission
from contracts.models import Contract, Stage
from performance.scorecards import rules
from performance.scorecards.rules import Kind, Quadrant, Rag, Standing, State

# A contract in one of these stages is delivered, so that there is something to say of a quarter.
DELIVERED = (Stage.LIVE, Stage.EXIT)
ASKED_TIERS = tuple(rules.MONTHS_BETWEEN)


class _OfContracts(QuerySet):
    """Rows that hang on a contract, by who may see and change them."""

    def visible_to(self, user):
        return self.filter(contract__in=Contract.objects.visible_to(user))

    def loggable_by(self, user):
        return self.filter(contract__in=Contract.objects.allowing(user, Permission.LOG_PERFORMANCE))


class ScorecardQuerySet(_OfContracts):
    """Which scorecards."""

    def drafts(self):
        return self.filter(state=State.DRAFT)

    def signed_off(self):
        return self.exclude(state=State.DRAFT)

    def waiting_for_sro(self):
        """Nobody is asked to see what they signed off themselves."""
        return self.filter(state=State.SIGNED, contract__sro__isnull=False).exclude(
            signed__by=F("contract__sro")
        )

    def before(self, scorecard):
        """The latest one of the same contract that was signed off for an earlier quarter, or None."""
        earlier = self.filter(
            contract=scorecard.contract_id, quarter_start__lt=scorecard.quarter_start
        )
        return earlier.signed_off().order_by("-quarter_start").first()

    def lacking_a_decision(self):
        """Those with a quadrant that is not tracked, about which nobody has decided."""
        from performance.scorecards.models import Line

        undecided = Line.objects.filter(scorecard=OuterRef("pk"), rag=Rag.NOT_TRACKED, decision="")
        return self.filter(Exists(undecided.order_by()))


class FeedbackQuerySet(_OfContracts):
    """Which feedback."""

    def received_in(self, quarter):
        return self.filter(received_on__range=(quarter.start, quarter.end))

    def complaints_of(self, quarter, day):
        """Complaints received in the quarter, and those from before that were still open on this day."""
        still_open = Q(resolved_on=None) | Q(resolved_on__gt=day)
        told = Q(received_on__gte=quarter.start) | still_open
        return self.filter(told, kind=Kind.COMPLAINT, received_on__lte=quarter.end)

    def open_complaints(self):
        return self.filter(kind=Kind.COMPLAINT, resolved_on=None)


# --- Which contracts owe a scorecard: the same answers as `rules.owed` ---------------------------------


def _scorecards():
    from performance.scorecards.models import Scorecard

    return Scorecard.objects.order_by()


def began_by(day):
    """The condition that a contract had begun by this day, and was in the register: nobody owes a scorecard
    for what was before."""
    next_midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    begun = Q(commences_on=None) | Q(commences_on__lte=day)
    return begun & Q(created_at__lt=next_midnight)


def began_on(commences_on, created_at):
    """The day from which a contract owes scorecards."""
    recorded_on = timezone.localtime(created_at).date()
    return max(commences_on, recorded_on) if commences_on else recorded_on


def _asked_in(quarter, until):
    """The condition that a scorecard is owed for this quarter or one before, and that none has been signed off
    for a quarter from then until `until`; None is any later one."""
    asked = Q()
    for tier in ASKED_TIERS:
        before = quarter.shifted(-rules.quarters(tier))
        done = _scorecards().signed_off()
        done = done.filter(contract=OuterRef("pk"), quarter_start__gt=before.start)
        if until:
            done = done.filter(quarter_start__lt=until)
        asked |= Q(tier=tier) & began_by(before.end) & ~Exists(done)
    return asked


def _delivered(quarter):
    """The condition that a scorecard may be asked of a contract for this quarter."""
    runs = Q(ends_on=None) | Q(ends_on__gte=quarter.start)
    return Q(stage__in=DELIVERED, tier__in=ASKED_TIERS) & ~Q(kind="spot") & runs


def with_scorecard_overdue(contracts, today):
    """Contracts whose scorecard should have been signed off by now."""
    quarter = rules.last_due(today)
    return contracts.filter(_delivered(quarter), _asked_in(quarter, None))


def in_quarter(contracts, quarter):
    """Contracts with a scorecard for this quarter, and those of which one is asked."""
    there = _scorecards().filter(contract=OuterRef("pk"), quarter_start=quarter.start)
    asked = _delivered(quarter) & _asked_in(quarter, quarter.start)
    return contracts.filter(Exists(there) | asked)


def _of_quarter(quarter):
    return _scorecards().filter(contract=OuterRef("pk"), quarter_start=quarter.start)


def number_by_standing(contracts, quarter, today):
    """{standing: how many of these contracts}."""
    found = contracts.order_by().annotate(
        scorecard_state=Subquery(_of_quarter(quarter).values("state")[:1]),
        standing=_standing(quarter, today),
    )
    return dict(found.values_list("standing").annotate(number=Count("pk")))


def with_standing(contracts, quarter, today):
    """Each with the `scorecard` of this quarter (its id), `standing`, the word of each quadrant, who signed
    it off and when, and when it was seen."""
    from performance.scorecards.models import Line

    there = _of_quarter(quarter)
    lines = Line.objects.order_by().filter(
        scorecard__contract=OuterRef("pk"), scorecard__quarter_start=quarter.start
    )
    words = {
        f"{quadrant}_rag": Subquery(lines.filter(quadrant=quadrant).values("rag")[:1])
        for quadrant in Quadrant
    }
    return contracts.annotate(
        scorecard=Subquery(there.values("pk")[:1]),
        scorecard_state=Subquery(there.values("state")[:1]),
        signed_at=Subquery(there.values("signed__at")[:1]),
        signed_by=Subquery(there.values("signed__by__name")[:1]),
        seen_at=Subquery(there.values("signed__seen_at")[:1]),
        **words,
    ).annotate(standing=_standing(quarter, today))


def _standing(quarter, today):
    """`rules.standing` of rows that carry the `scorecard_state` of the quarter."""
    late = today > rules.due_on(quarter)
    by_the_sro = _of_quarter(quarter).filter(signed__by=OuterRef("sro"))
    waits = Q(scorecard_state=State.SIGNED, sro__isnull=False) & ~Exists(by_the_sro)
    whens = [
        When(scorecard_state=State.SEEN, then=Value(Standing.SEEN.value)),
        When(waits, then=Value(Standing.WAITS.value)),
        When(scorecard_state=State.SIGNED, then=Value(Standing.SIGNED.value)),
    ]
    if late:
        return Case(*whens, default=Value(Standing.OVERDUE.value))
    whens.append(When(scorecard_state=State.DRAFT, then=Value(Standing.DRAFT.value)))
    return Case(*whens, default=Value(Standing.DUE.value))


def with_last(contracts):
    """Each with `last_quarter`: the start of the latest quarter that was signed off, or None."""
    done = _scorecards().signed_off().filter(contract=OuterRef("pk"))
    latest = done.values("contract").annotate(latest=Max("quarter_start"))
    return contracts.annotate(last_quarter=Subquery(latest.values("latest")))


def with_undecided_quadrant(contracts):
    """Contracts with a quadrant that is not tracked in their latest scorecard, and no decision about it."""
    newer = _scorecards().filter(
        contract=OuterRef("contract"), quarter_start__gt=OuterRef("quarter_start")
    )
    lacking = _scorecards().lacking_a_decision().filter(~Exists(newer), contract=OuterRef("pk"))
    return contracts.in_force().filter(Exists(lacking))
