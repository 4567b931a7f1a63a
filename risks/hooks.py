"""What this room adds to others' pages: sections, history, dates, questions, links, and how suppliers are merged."""

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from accounts.permissions import Permission
from common import deadlines, navigation
from contracts import checks, parts, sections, trail
from contracts.models import Contract
from risks import pages, rules, tabs
from risks.figures import figures, list_url
from risks.models import ContingencyPlan, Referral, RegisterReview, Risk, Treatment
from risks.querysets import standing_counts
from risks.rules import State
from suppliers import merging
from suppliers import sections as supplier_sections
from suppliers import trail as supplier_trail

navigation.register(
    navigation.Item(
        "risks", "Risks", "risks:list", order=35, shown=parts.sees_contracts, prefixes=("/risks/",), further=True
    )
)  # fmt: skip
pages.register(pages.Page("list", "Register of risks", "risks:list", order=10))
tabs.register(tabs.Tab("register", "Register", "risks:contract", order=10))


# --- the contract's page, and the supplier's ------------------------------------------------------


def asked(contract, mode):
    counts = standing_counts(timezone.localdate())
    counted = Risk.objects.running().filter(contract=contract).order_by().values("contract")
    return ((counted.annotate(**counts), {name: name for name in counts}),)


def summary(contract, user, rows):
    return {"figures": figures(rows[0], contract_id=contract.pk) if rows else []}


sections.register(
    sections.Section(
        "risks", "Risks", "risks:contract", order=45,
        summary_template="risks/_summary.html", summary=summary, asked=asked,
    )
)  # fmt: skip
supplier_sections.register(
    supplier_sections.Section("risks", "Risks", "risks:of_supplier", order=35)
)


@trail.source()
def of_its_risks(contract):
    return Risk.history.filter(contract_id=contract.pk)


@trail.source(routine="treatments of risks")
def of_their_treatments(contract):
    return Treatment.history.filter(risk__in=_risks_of(contract))


@trail.source()
def of_their_contingency(contract):
    return ContingencyPlan.history.filter(risk__in=_risks_of(contract))


@trail.source()
def of_their_referrals(contract):
    return Referral.history.filter(~Q(history_type="-"), risk__in=_risks_of(contract))


@trail.source()
def of_reviews_of_the_register(contract):
    return RegisterReview.history.filter(contract_id=contract.pk)


def _risks_of(contract):
    return contract.risks.order_by().values("pk")


@supplier_trail.source
def of_a_suppliers_risks(supplier_ids, user):
    return Risk.history.filter(id__in=_of_suppliers(supplier_ids, user))


@supplier_trail.source
def of_their_treatments_and_plans(supplier_ids, user):
    return Treatment.history.filter(risk__in=_of_suppliers(supplier_ids, user))


@supplier_trail.source
def of_a_suppliers_contingency(supplier_ids, user):
    return ContingencyPlan.history.filter(risk__in=_of_suppliers(supplier_ids, user))


def _of_suppliers(supplier_ids, user):
    """Risks of the suppliers themselves; those of contracts stand in the history of the contract."""
    seen = Risk.objects.visible_to(user).filter(contract=None, supplier__in=supplier_ids)
    return seen.order_by().values("pk")


# --- suppliers that are merged ----------------------------------------------------------------------

merging.register(merging.Mover(Risk, "supplier", "risk", order=60))


# --- dates somebody must meet ---------------------------------------------------------------------

_OF_CONTRACT = (
    "contract", "contract__reference", "contract__title", "contract__unit", "contract__oco", "contract__deputy",
)  # fmt: skip


def _people(*people):
    return tuple(dict.fromkeys(person for person in people if person))


def _in_scope(rows, scope, path=""):
    """Those of contracts of the scope; of somebody's own, also what is theirs in other contracts."""
    rows = rows.filter(
        ~Q(**{f"{path}contract__stage": "ended"}), **{f"{path}contract__isnull": False}
    )
    if scope == deadlines.Scope():
        return rows
    found = Q(**{f"{path}contract__in": Contract.objects.within(scope).order_by().values("pk")})
    if scope.user is not None and scope.capacity == "mine":
        seen = Contract.objects.visible_to(scope.user).order_by().values("pk")
        found |= Q(owner=scope.user.pk, **{f"{path}contract__in": seen})
    return rows.filter(found)


def _rows(asked, scope, start, end):
    # What is somebody's own may lie in contracts of others: that question is theirs alone.
    if scope.capacity == "mine":
        return deadlines.rows(asked(scope, start, end), scope)
    return deadlines.kept_rows(asked, scope, start, end)


def _of_contract(contract_id):
    return reverse("risks:contract", args=[contract_id])


def _reviews(scope, start, end):
    due = Risk.objects.open().filter(review_on__range=(start, end))
    return (
        _in_scope(due, scope)
        .order_by()
        .values_list("pk", "review_on", "title", "owner", *_OF_CONTRACT)
    )


@deadlines.source("risk-review", "Review of a risk", many="risks to review", many_url=_of_contract)
def reviews(scope, start, end):
    for pk, due_on, what, owner, contract, reference, title, unit, oco, deputy in _rows(
        _reviews, scope, start, end
    ):
        yield deadlines.Deadline(
            key=f"risk-review:{pk}", due_on=due_on, title=f"Review the risk: {what}",
            subject=f"{reference} {title}", url=reverse("risks:risk", args=[pk]),
            responsible=_people(owner, oco, deputy), contract_id=contract, unit_id=unit,
        )  # fmt: skip


@deadlines.source(
    "own-risk-review",
    "Review of a risk of a supplier or the organisation",
    needs=Permission.MANAGE_RISKS,
)
def own_reviews(scope, start, end):
    """Risks that hang on no contract are the work of who keeps them."""
    if scope.user is not None and (
        scope.capacity == "overseen" or not scope.user.may(Permission.MANAGE_RISKS)
    ):
        return
    due = Risk.objects.open().filter(contract=None, review_on__range=(start, end)).order_by()
    for pk, due_on, what, owner, supplier in due.values_list(
        "pk", "review_on", "title", "owner", "supplier__name"
    ):
        yield deadlines.Deadline(
            key=f"own-risk-review:{pk}", due_on=due_on, title=f"Review the risk: {what}",
            subject=supplier or "The organisation", url=reverse("risks:risk", args=[pk]), responsible=_people(owner),
        )  # fmt: skip


@deadlines.source(
    "own-treatment-due", "Treatment of a risk of a supplier or the organisation due",
    needs=Permission.MANAGE_RISKS,
)  # fmt: skip
def own_treatments(scope, start, end):
    due = Treatment.objects.to_do().filter(
        due_on__range=(start, end), risk__state__in=rules.RUNNING
    )
    return _own(scope, due, "own-treatment-due", "Treatment", "due_on", "title", "#treatments")


@deadlines.source(
    "own-contingency-test", "Test of a contingency plan of a supplier or the organisation due",
    needs=Permission.MANAGE_RISKS,
)  # fmt: skip
def own_contingency_tests(scope, start, end):
    due = ContingencyPlan.objects.filter(test_due_on__range=(start, end), risk__state=State.OPEN)
    return _own(
        scope, due, "own-contingency-test", "Test the contingency plan", "test_due_on", "risk__title", "#contingency"
    )  # fmt: skip


def _own(scope, rows, key, verb, day, called, place):
    """Dates of what hangs on risks without a contract: the work of who keeps these."""
    if scope.user is not None and (
        scope.capacity == "overseen" or not scope.user.may(Permission.MANAGE_RISKS)
    ):
        return
    columns = ("pk", "risk", day, called, "owner", "risk__owner", "risk__supplier__name")
    for pk, risk, due_on, what, owner, risk_owner, supplier in (
        rows.filter(risk__contract=None).order_by().values_list(*columns)
    ):
        yield deadlines.Deadline(
            key=f"{key}:{pk}", due_on=due_on, title=f"{verb}: {what}", subject=supplier or "The organisation",
            url=reverse("risks:risk", args=[risk]) + place, responsible=_people(owner, risk_owner),
        )  # fmt: skip


_OF_RISK = tuple(f"risk__{column}" for column in _OF_CONTRACT)


def _treatments(scope, start, end):
    due = Treatment.objects.to_do().filter(
        due_on__range=(start, end), risk__state__in=rules.RUNNING
    )
    return (
        _in_scope(due, scope, "risk__")
        .order_by()
        .values_list("risk", "pk", "due_on", "title", "owner", "risk__owner", *_OF_RISK)
    )


@deadlines.source(
    "treatment-due",
    "Treatment of a risk due",
    many="treatments of risks due",
    many_url=_of_contract,
)
def treatments(scope, start, end):
    rows = _rows(_treatments, scope, start, end)
    for (
        risk,
        pk,
        due_on,
        what,
        owner,
        risk_owner,
        contract,
        reference,
        title,
        unit,
        oco,
        deputy,
    ) in rows:
        yield deadlines.Deadline(
            key=f"treatment-due:{pk}", due_on=due_on, title=f"Treatment: {what}",
            subject=f"{reference} {title}", url=reverse("risks:risk", args=[risk]) + "#treatments",
            responsible=_people(owner, risk_owner, oco, deputy), contract_id=contract, unit_id=unit,
        )  # fmt: skip


def _tests(scope, start, end):
    due = ContingencyPlan.objects.filter(test_due_on__range=(start, end), risk__state=State.OPEN)
    return (
        _in_scope(due, scope, "risk__")
        .order_by()
        .values_list("risk", "pk", "test_due_on", "risk__title", "owner", "risk__owner", *_OF_RISK)
    )


@deadlines.source("contingency-test", "Test of a contingency plan due")
def contingency_tests(scope, start, end):
    rows = _rows(_tests, scope, start, end)
    for (
        risk,
        pk,
        due_on,
        what,
        owner,
        risk_owner,
        contract,
        reference,
        title,
        unit,
        oco,
        deputy,
    ) in rows:
        yield deadlines.Deadline(
            key=f"contingency-test:{pk}", due_on=due_on, title=f"Test the contingency plan: {what}",
            subject=f"{reference} {title}", url=reverse("risks:risk", args=[risk]) + "#contingency",
            responsible=_people(owner, risk_owner, oco, deputy), contract_id=contract, unit_id=unit,
        )  # fmt: skip


def _waiting(scope, start, end):
    contracts = Contract.objects.not_ended().within(scope).order_by().values("pk")
    waiting = Referral.objects.waiting().filter(
        risk__state=State.OPEN, risk__contract__sro__isnull=False
    )
    return (
        waiting.filter(risk__contract__in=contracts)
        .order_by()
        .values_list(
            "pk", "put_on", "score", "risk", "risk__title", "risk__contract__sro", *_OF_RISK[:4]
        )
    )


@deadlines.source("risk-before-sro", "Risk waits for the SRO", asked=_waiting)
def before_the_sro(scope, start, end):
    mine = scope.user.pk if scope.user and scope.capacity == "mine" else None
    for pk, put_on, score, risk, what, sro, contract, reference, title, unit in deadlines.kept_rows(
        _waiting, scope, start, end
    ):
        due_on = rules.answer_by(put_on)
        # What waits for somebody else is no work of whoever manages the contract.
        if not start <= due_on <= end or (mine and sro != mine):
            continue
        yield deadlines.Deadline(
            key=f"risk-before-sro:{pk}", due_on=due_on, title=f"Decide on a risk that scores {score}: {what}",
            subject=f"{reference} {title}", url=reverse("risks:risk", args=[risk]),
            responsible=(sro,), contract_id=contract, unit_id=unit,
        )  # fmt: skip


_REGISTERS = (
    "pk",
    "tier",
    "commences_on",
    "created_at",
    "last_review",
    "reference",
    "title",
    "unit",
    "oco",
    "deputy",
)


def _registers(scope, start, end):
    contracts = (
        Contract.objects.within(scope)
        .in_force()
        .without_spots()
        .filter(tier__in=rules.MONTHS_BETWEEN_REVIEWS)
    )
    return _with_last_review(contracts).order_by().values_list(*_REGISTERS)


def _with_last_review(contracts):
    reviews = RegisterReview.objects.filter(contract=OuterRef("pk")).order_by().values("contract")
    return contracts.annotate(last_review=Subquery(reviews.annotate(last=Max("on")).values("last")))


@deadlines.source("risk-register-review", "Review of the risk register", asked=_registers)
def register_reviews(scope, start, end):
    """The next review of each contract's register, by its tier (house default 7.1)."""
    for (
        pk,
        tier,
        commences_on,
        created_at,
        last,
        reference,
        title,
        unit,
        *people,
    ) in deadlines.kept_rows(_registers, scope, start, end):
        began = rules.began_on(commences_on, timezone.localtime(created_at).date())
        due_on = rules.register_due_on(tier, last=last, began=began)
        if due_on is None or not start <= due_on <= end:
            continue
        yield deadlines.Deadline(
            key=f"risk-register-review:{pk}", due_on=due_on, title="Go through the risk register",
            subject=f"{reference} {title}", url=reverse("risks:contract", args=[pk]),
            responsible=_people(*people), contract_id=pk, unit_id=unit,
        )  # fmt: skip


# --- how the contract is managed ------------------------------------------------------------------


def _having(contracts, risks):
    return contracts.filter(Exists(risks.filter(contract=OuterRef("pk")).order_by()))


def without_risks(contracts):
    return (
        contracts.in_force()
        .filter(
            ~Exists(
                Risk.objects.exclude(state=State.DECLINED)
                .filter(contract=OuterRef("pk"))
                .order_by()
            )
        )
        .filter(~Exists(RegisterReview.objects.filter(contract=OuterRef("pk")).order_by()))
    )


def with_nobody(contracts):
    return _having(contracts.not_ended(), Risk.objects.without_owner())


def with_review_overdue(contracts):
    return _having(contracts.in_force(), Risk.objects.review_overdue(timezone.localdate()))


def without_contingency(contracts):
    red = Risk.objects.open().threats().red()
    return _having(contracts.in_force(), red.without_contingency())


def _gap(name):
    return lambda contract: list_url(contract_id=contract.pk, gap=name)


checks.register(checks.Check(
    "no_risks", "No risk recorded", "Record at least one risk, or go through the register and say that there are none",
    failing=without_risks, mend=lambda contract: reverse("risks:contract", args=[contract.pk]), order=100,
))  # fmt: skip
checks.register(checks.Check(
    "risk_nobody", "Risk without an owner", "Name an owner for every risk",
    failing=with_nobody, mend=_gap("owner"), order=101,
))  # fmt: skip
checks.register(checks.Check(
    "risk_review_overdue", "Review of a risk overdue", "Review the risks whose review is overdue",
    failing=with_review_overdue, mend=_gap("review"), order=102,
))  # fmt: skip
checks.register(checks.Check(
    "risk_no_contingency", "Red risk without a contingency plan", "Write a contingency plan for every risk that is high or critical",
    failing=without_contingency, mend=_gap("contingency"), order=103,
))  # fmt: skip
