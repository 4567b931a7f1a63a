"""What this room adds to others' pages: a page of a contract's performance, dates, questions, history, a fact about suppliers."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from common import deadlines
from common.markup import row_url
from contracts import checks, parts, trail
from contracts.models import Contract
from performance import pages, tabs
from performance.credits import rules
from performance.credits.figures import list_url
from performance.credits.models import Charge, Credit, KpiShare, Milestone, Regime
from performance.credits.querysets import left_of_suppliers
from performance.models import Definition
from suppliers import facts as supplier_facts
from suppliers.columns import amounts, amounts_in_brief, amounts_in_short
from suppliers.rules import Amounts, add_up

tabs.register(tabs.Tab("credits", "Service credits", "credits:contract", order=30))


pages.register(
    pages.Page(
        "credits", "Money left on the table", "credits:list", order=40, shown=parts.sees_contracts
    )
)


# --- history --------------------------------------------------------------------------------------


@trail.source()
def of_its_regimes(contract):
    return Regime.history.filter(contract_id=contract.pk)


@trail.source()
def of_what_kpis_count(contract):
    return KpiShare.history.filter(regime__in=contract.credit_regimes.order_by().values("pk"))


@trail.source()
def of_its_credits(contract):
    return Credit.history.filter(contract_id=contract.pk)


@trail.source()
def of_its_milestones(contract):
    return Milestone.history.filter(contract_id=contract.pk)


@trail.source(routine="charges")
def of_its_charges(contract):
    return Charge.history.filter(contract_id=contract.pk)


# --- dates somebody must meet ---------------------------------------------------------------------

_COLUMNS = (
    "pk", "claim_by", "month", "milestone__name", "amount", "contract", "contract__reference",
    "contract__title", "contract__unit", "contract__oco", "contract__deputy",
)  # fmt: skip


def _to_claim(scope, start, end):
    rows = Credit.objects.due().filter(claim_by__range=(start, end))
    if scope != deadlines.Scope():
        rows = rows.filter(contract__in=Contract.objects.within(scope).order_by().values("pk"))
    return rows.order_by().values_list(*_COLUMNS)


@deadlines.source(
    "credit-claim", "Last day to claim a service credit or damages", many="credits to be claimed",
    many_url=lambda contract_id: reverse("credits:contract", args=[contract_id]), asked=_to_claim,
)  # fmt: skip
def credits_to_claim(scope, start, end):
    found = deadlines.kept_rows(_to_claim, scope, start, end)
    for (
        pk,
        claim_by,
        month,
        milestone,
        amount,
        contract,
        reference,
        name,
        unit,
        oco,
        deputy,
    ) in found:
        what = (
            f"the service credit for {rules.month_in_words(month)}"
            if month
            else f"the damages for {milestone}"
        )
        yield deadlines.Deadline(
            key=f"credit-claim:{pk}",
            due_on=claim_by,
            title=f"Claim {what}{'' if amount is not None else ' (its amount is not known yet)'}",
            subject=f"{reference} {name}",
            url=row_url("credits:credit", pk),
            responsible=tuple(person for person in (oco, deputy) if person),
            contract_id=contract,
            unit_id=unit,
        )


# --- how the contract is managed ------------------------------------------------------------------


def _with(contracts, rows):
    return contracts.filter(Exists(rows.order_by().filter(contract=OuterRef("pk"))))


def with_unclaimed(contracts):
    return _with(contracts, Credit.objects.due().exclude(amount=None))


def with_unknown(contracts):
    return _with(contracts.not_ended(), Credit.objects.not_computed())


def without_a_regime(contracts):
    """KPIs carry service points, and nobody has said what a point costs."""
    points = Definition.objects.exclude(bands="").filter(
        indicator__contract=OuterRef("pk"), indicator__ended_on=None
    )
    regimes = Regime.objects.filter(contract=OuterRef("pk")).order_by()
    return contracts.in_force().filter(Exists(points.order_by()), ~Exists(regimes))


def _page(contract):
    return reverse("credits:contract", args=[contract.pk])


checks.register(checks.Check(
    "credits_unclaimed", "Service credits or damages not claimed", "Claim the service credits and damages that are due, or have them waived",
    failing=with_unclaimed, mend=_page, order=86,
))  # fmt: skip
checks.register(checks.Check(
    "charge_missing", "Service credit that cannot be computed", "Record the charges that the service credits are worked out from",
    failing=with_unknown, mend=lambda contract: reverse("credits:charges", args=[contract.pk]), order=87,
))  # fmt: skip
checks.register(checks.Check(
    "no_credit_regime", "Service points without a regime", "Say what a service point costs: KPIs carry points, and no regime counts",
    failing=without_a_regime, mend=lambda contract: reverse("credits:regime_add", args=[contract.pk]), order=88,
))  # fmt: skip


# --- what suppliers' pages know of it ---------------------------------------------------------------

supplier_facts.register(
    supplier_facts.Fact(
        "credits_left", "Credits and damages left on the table", left_of_suppliers, default=Amounts(), order=38,
        show=amounts, short=amounts_in_short, brief=amounts_in_brief, add=add_up,
        hint=lambda left: f"{left.missing} cannot be computed" if left.missing else "",
        colour=lambda left: "orange" if left else "", url=lambda supplier: list_url(supplier_id=supplier.pk),
        in_list=False, in_group=False, always=False,
    )
)  # fmt: skip
