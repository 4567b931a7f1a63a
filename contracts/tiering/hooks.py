"""What tiering adds to others' pages: a section of a contract's page, dates, checks, history, a link."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from common import deadlines, navigation
from common.markup import row_url
from contracts import checks, sections, trail
from contracts.models import Contract
from contracts.sections import columns_of, revived
from contracts.tiering import parts
from contracts.tiering.models import Assessment
from contracts.tiering.querysets import never_assessed, overdue, sent_back, waiting

PEOPLE = ("proposed_by", "decided_by")

navigation.register(
    navigation.Item(
        "tiering", "Tiering", "tiering:waiting", order=25, shown=parts.oversees,
        prefixes=("/contracts/tiering/",), further=True,
    )
)  # fmt: skip


# --- the contract's page --------------------------------------------------------------------------


def asked(contract, mode):
    people = {f"{who}__{what}": f"{who}__{what}" for who in PEOPLE for what in ("name", "email")}
    return ((parts.in_question(contract), columns_of(Assessment, **people)),)


def summary(contract, user, rows):
    """The tier, why, and when it is looked at again."""
    return parts.standing(contract, [_assessment(row) for row in rows])


def _assessment(row):
    assessment = revived(Assessment, row)
    for who in PEOPLE:
        if pk := row[f"{who}_id"]:
            setattr(
                assessment, who, User(pk=pk, name=row[f"{who}__name"], email=row[f"{who}__email"])
            )
    return assessment


sections.register(
    sections.Section(
        "tiering", "Tiering", "tiering:contract", order=70,
        summary_template="tiering/_summary.html", summary=summary, asked=asked,
    )
)  # fmt: skip


@trail.source()
def of_its_assessments(contract):
    return Assessment.history.filter(contract_id=contract.pk)


# --- dates somebody must meet ---------------------------------------------------------------------

_COLUMNS = (
    "contract", "due_on", "marked_tier", "contract__reference", "contract__title",
    "contract__unit", "contract__oco", "contract__deputy",
)  # fmt: skip


def _due(scope, start, end):
    contracts = Contract.objects.in_force().within(scope)
    proposal = Assessment.objects.order_by().waiting().filter(contract=OuterRef("contract"))
    due = Assessment.objects.in_effect().filter(
        ~Exists(proposal), contract__in=contracts, due_on__range=(start, end)
    )
    return due.order_by().values_list(*_COLUMNS)


@deadlines.source("tier-review", "Tier to be assessed again", asked=_due)
def reassessments(scope, start, end):
    """When the tier of a contract in force is to be assessed again, unless a proposal waits already."""
    found = deadlines.kept_rows(_due, scope, start, end)
    for contract, due_on, marked, reference, title, unit, oco, deputy in found:
        why = ": the questionnaire has changed" if marked else ""
        yield deadlines.Deadline(
            key=f"tier-review:{contract}",
            due_on=due_on,
            title=f"Assess the tier again{why}",
            subject=f"{reference} {title}",
            url=row_url("tiering:assess", contract),
            responsible=tuple(person for person in (oco, deputy) if person),
            contract_id=contract,
            unit_id=unit,
        )


# --- how the contract is managed ------------------------------------------------------------------


def _assess(contract):
    return reverse("tiering:assess", args=[contract.pk])


checks.register(checks.Check(
    "no_tier", "Not tiered", "Assess the contract: it has no tier",
    failing=lambda contracts: contracts.not_ended().filter(tier=""),
    mend=_assess, order=60,
))  # fmt: skip
# Without those that have no tier, which the check above names.
checks.register(checks.Check(
    "tier_never_assessed", "Tier without an assessment", "Assess the contract: nobody has decided its tier here",
    failing=lambda contracts: never_assessed(contracts).exclude(tier=""),
    mend=_assess, order=61,
))  # fmt: skip
checks.register(checks.Check(
    "tier_overdue", "Tier assessment overdue", "Assess the contract again: its assessment is overdue",
    failing=lambda contracts: overdue(contracts, timezone.localdate()),
    mend=_assess, order=62,
))  # fmt: skip
checks.register(checks.Check(
    "tier_waiting", "Proposed tier not decided", "Decide the tier that was proposed",
    failing=waiting, mend=lambda contract: reverse("tiering:contract", args=[contract.pk]),
    permission=Permission.SET_TIERS, order=63,
))  # fmt: skip
checks.register(checks.Check(
    "tier_sent_back", "Proposed tier sent back", "Answer the tiering questions again: the proposal was sent back",
    failing=sent_back, mend=_assess, order=64,
))  # fmt: skip
