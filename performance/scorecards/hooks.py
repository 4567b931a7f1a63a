"""What scorecards add to others' pages: a page of a contract's performance, dates, questions, history, a link."""

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from common import deadlines
from common.markup import row_url
from contracts import checks, parts, trail
from contracts.models import Contract
from performance import pages, tabs
from performance.scorecards import measured_here, rules  # noqa: F401 - it registers what is measured
from performance.scorecards.models import Feedback, Line, Scorecard, SignOff
from performance.scorecards.querysets import (
    ASKED_TIERS,
    DELIVERED,
    began_on,
    with_last,
    with_scorecard_overdue,
    with_undecided_quadrant,
)
from performance.scorecards.rules import Kind

pages.register(
    pages.Page("scorecards", "Scorecards", "scorecards:list", order=30, shown=parts.sees_contracts)
)

tabs.register(tabs.Tab("scorecard", "Scorecard", "scorecards:contract", order=40))
tabs.register(tabs.Tab("feedback", "Feedback", "scorecards:feedback", order=50))


# --- the contract's history -------------------------------------------------------------------------


@trail.source()
def of_its_scorecards(contract):
    return Scorecard.history.filter(contract_id=contract.pk)


@trail.source()
def of_their_quadrants(contract):
    # That four blank quadrants were made is no news.
    return Line.history.filter(scorecard__in=_scorecards_of(contract), history_type="~")


@trail.source()
def of_their_sign_offs(contract):
    return SignOff.history.filter(scorecard__in=_scorecards_of(contract))


@trail.source(routine="feedback")
def of_its_feedback(contract):
    return Feedback.history.filter(~Q(kind=Kind.COMPLAINT), contract_id=contract.pk)


@trail.source()
def of_its_complaints(contract):
    return Feedback.history.filter(kind=Kind.COMPLAINT, contract_id=contract.pk)


def _scorecards_of(contract):
    return contract.scorecards.order_by().values("pk")


# --- dates somebody must meet -----------------------------------------------------------------------

_COLUMNS = (
    "pk", "tier", "commences_on", "created_at", "ends_on", "last_quarter",
    "reference", "title", "unit", "oco", "deputy",
)  # fmt: skip


def _owing(scope, start, end):
    contracts = Contract.objects.within(scope).filter(stage__in=DELIVERED, tier__in=ASKED_TIERS)
    return with_last(contracts.without_spots()).order_by().values_list(*_COLUMNS)


@deadlines.source("scorecard-due", "Scorecard due", asked=_owing)
def scorecards_due(scope, start, end):
    """The next scorecard of each contract, one date a contract. One query."""
    today = timezone.localdate()
    found = deadlines.kept_rows(_owing, scope, start, end)
    for pk, tier, commences_on, created_at, ends_on, last, reference, title, unit, *people in found:
        quarter = rules.owed(tier, last=last, began=began_on(commences_on, created_at), today=today)
        due_on = rules.due_on(quarter)
        if not start <= due_on <= end or (ends_on and ends_on < quarter.start):
            continue
        yield deadlines.Deadline(
            key=f"scorecard-due:{pk}",
            due_on=due_on,
            title=f"Sign off the scorecard for {quarter.label}",
            subject=f"{reference} {title}",
            url=row_url("scorecards:contract", pk),
            responsible=tuple(person for person in people if person),
            contract_id=pk,
            unit_id=unit,
        )


_WAITING = (
    "pk", "signed__at", "quarter_start", "contract", "contract__reference", "contract__title",
    "contract__unit", "contract__sro",
)  # fmt: skip


def _waiting(scope, start, end):
    """Those that wait at the SRO's; of somebody's own, those that wait for themselves."""
    contracts = Contract.objects.in_force().within(scope)
    waiting = Scorecard.objects.waiting_for_sro().order_by()
    return waiting.filter(contract__in=contracts.order_by().values("pk")).values_list(*_WAITING)


@deadlines.source("scorecard-to-see", "Scorecard waits for the SRO", asked=_waiting)
def scorecards_to_see(scope, start, end):
    mine = scope.user.pk if scope.user and scope.capacity == "mine" else None
    found = deadlines.kept_rows(_waiting, scope, start, end)
    for pk, signed_at, quarter_start, contract, reference, title, unit, sro in found:
        due_on = rules.see_by(timezone.localtime(signed_at).date())
        # What waits for somebody else is no work of whoever manages the contract.
        if not start <= due_on <= end or (mine and sro != mine):
            continue
        yield deadlines.Deadline(
            key=f"scorecard-to-see:{pk}",
            due_on=due_on,
            title=f"Look at the scorecard for {rules.quarter_of(quarter_start).label}",
            subject=f"{reference} {title}",
            url=row_url("scorecards:scorecard", pk),
            responsible=(sro,),
            contract_id=contract,
            unit_id=unit,
        )


# --- how the contract is managed ---------------------------------------------------------------------


def _overdue(contracts):
    return with_scorecard_overdue(contracts, timezone.localdate())


def _page_of(contract):
    return reverse("scorecards:contract", args=[contract.pk])


checks.register(checks.Check(
    "scorecard_overdue", "Scorecard overdue", "Fill in the balanced scorecard and sign it off",
    failing=_overdue, mend=_page_of, permission=Permission.LOG_PERFORMANCE, order=87,
))  # fmt: skip
checks.register(checks.Check(
    "quadrant_not_tracked", "Quadrant not tracked without a decision",
    "Decide what follows from a quadrant of the scorecard that is not tracked",
    failing=with_undecided_quadrant, mend=_page_of, permission=Permission.LOG_PERFORMANCE, order=88,
))  # fmt: skip
