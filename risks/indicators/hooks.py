"""What key risk indicators add to others' pages: a page of a contract's risks, a part of a risk's page, dates, a question,
history, a link."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from common import deadlines
from contracts import checks, measures, parts, trail
from contracts.models import Contract
from risks import pages, panels, tabs
from risks.indicators import actions, charts, rules
from risks.indicators.models import KeyRiskIndicator, KriReading
from risks.rules import Kind

SHOWN_OF_A_RISK = 20

pages.register(
    pages.Page("indicators", "Key risk indicators", "indicators:list", order=30, shown=parts.sees_contracts)
)  # fmt: skip
tabs.register(tabs.Tab("indicators", "Key risk indicators", "indicators:contract", order=20))


@measures.follower
def take_over(keys):
    """What was just logged as a KPI warns at once."""
    actions.follow(
        indicators=KeyRiskIndicator.objects.filter(measure__in=keys), today=timezone.localdate()
    )


# --- the risk's page ---------------------------------------------------------------------------------


def of_risk(risk, user, today):
    """What warns of a risk of a contract; of an opportunity nothing does."""
    if not risk.contract_id or risk.kind == Kind.OPPORTUNITY:
        return None
    found = risk.indicators.in_use().with_standing(today).worst_first()
    shown = found.with_recent(charts.SHORT, today)[:SHOWN_OF_A_RISK]
    may_edit = risk.contract.allows(user, Permission.EDIT_CONTRACTS)
    add_url = f"{reverse('indicators:add', args=[risk.contract_id])}?risk={risk.pk}"
    return {
        "rows": [charts.row(indicator, today=today) for indicator in shown],
        "may_edit": may_edit,
        "add_url": add_url if may_edit and not risk.is_over else "",
    }


panels.register(
    panels.Panel("indicators", "What warns of it", "indicators/_panel.html", of_risk, order=10)
)


# --- the contract's history -------------------------------------------------------------------------


@trail.source()
def of_its_indicators(contract):
    return KeyRiskIndicator.history.filter(contract_id=contract.pk)


@trail.source(routine="readings of key risk indicators")
def of_their_readings(contract):
    theirs = contract.key_risk_indicators.order_by().values("pk")
    return KriReading.history.filter(indicator__in=theirs)


# --- dates somebody must meet -----------------------------------------------------------------------

_OF_CONTRACT = (
    "contract", "contract__reference", "contract__title", "contract__unit", "contract__oco", "contract__deputy",
)  # fmt: skip


def _people(*people):
    return tuple(dict.fromkeys(person for person in people if person))


def _in_scope(indicators, scope, whose):
    """Those of contracts of the scope that are in force; of somebody's own, also what is theirs in other contracts."""
    contracts = Contract.objects.in_force().order_by()
    found = Q(contract__in=contracts.within(scope).values("pk"))
    if scope.user is not None and scope.capacity == "mine":
        seen = contracts.visible_to(scope.user).values("pk")
        found |= Q(**{whose: scope.user.pk}, contract__in=seen)
    return indicators.filter(found).order_by()


def _rows(asked, scope, start, end):
    # What is somebody's own may lie in contracts of others: that question is theirs alone.
    if scope.capacity == "mine":
        return deadlines.rows(asked(scope, start, end), scope)
    return deadlines.kept_rows(asked, scope, start, end)


def _page_of(contract_id):
    return reverse("indicators:contract", args=[contract_id])


_RECORDED = ("pk", "name", "frequency", "starts_on", "latest_period", "responsible", *_OF_CONTRACT)


def _recorded(scope, start, end):
    """Those whose readings people record; what follows a KPI is asked for as a KPI."""
    recorded = KeyRiskIndicator.objects.in_use().filter(measure="")
    return _in_scope(recorded, scope, "responsible").values_list(*_RECORDED)


@deadlines.source(
    "kri-due",
    "Reading of a key risk indicator due",
    many="key risk indicators to record",
    many_url=_page_of,
)
def readings_due(scope, start, end):
    """The next reading of each indicator. One query."""
    for row in _rows(_recorded, scope, start, end):
        (
            pk,
            name,
            frequency,
            starts_on,
            latest,
            person,
            contract,
            reference,
            title,
            unit,
            *managers,
        ) = row
        period = rules.next_due(frequency, latest=latest, starts_on=starts_on)
        if not start <= period.due_on <= end:
            continue
        yield deadlines.Deadline(
            key=f"kri-due:{pk}", due_on=period.due_on, title=f"Record {name} for {period.named}",
            subject=f"{reference} {title}", url=reverse("indicators:record", args=[pk]),
            responsible=_people(person, *managers), contract_id=contract, unit_id=unit,
        )  # fmt: skip


_CROSSED = (
    "pk",
    "name",
    "crossed_status",
    "crossed_at",
    "risk",
    "risk__owner",
    "responsible",
    *_OF_CONTRACT,
)


def _crossed(scope, start, end):
    return _in_scope(KeyRiskIndicator.objects.unanswered(), scope, "risk__owner").values_list(
        *_CROSSED
    )


@deadlines.source("kri-crossed", "Key risk indicator crossed its threshold")
def crossings(scope, start, end):
    """Due on the day on which it crossed, until somebody has looked at the risk. One query."""
    for row in _rows(_crossed, scope, start, end):
        pk, name, status, at, risk, owner, person, contract, reference, title, unit, *managers = row
        due_on = timezone.localtime(at).date()
        if not start <= due_on <= end:
            continue
        yield deadlines.Deadline(
            key=f"kri-crossed:{pk}", due_on=due_on,
            title=f"Review the risk: {name} crossed its {status} threshold", subject=f"{reference} {title}",
            url=reverse("risks:risk", args=[risk]), responsible=_people(owner, person, *managers),
            contract_id=contract, unit_id=unit,
        )  # fmt: skip


# --- how the contract is managed ---------------------------------------------------------------------


def not_measured(contracts):
    late = KeyRiskIndicator.objects.late(timezone.localdate()).filter(contract=OuterRef("pk"))
    return contracts.in_force().filter(Exists(late.order_by()))


checks.register(checks.Check(
    "kri_not_measured", "Key risk indicator not measured",
    "Record the readings of key risk indicators that are overdue: what is not measured warns of nothing",
    failing=not_measured, mend=lambda contract: _page_of(contract.pk), order=104,
))  # fmt: skip
