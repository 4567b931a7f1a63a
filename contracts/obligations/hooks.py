"""What this room adds to others' pages: sections, history, dates, questions, a gate, and what follows from an end."""

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from common import deadlines, navigation
from common.markup import row_url
from contracts import checks, consequences, gates, parts, sections, trail
from contracts.models import Contract, Stage
from contracts.obligations import actions
from contracts.obligations.figures import due_url, figures
from contracts.obligations.models import Dependency, Obligation, Occurrence
from contracts.obligations.querysets import standing_counts, standing_from
from contracts.obligations.rules import Kind, Party, Relief, Status
from suppliers import sections as supplier_sections

navigation.register(
    navigation.Item(
        "obligations", "Obligations", "obligations:due", order=25, shown=parts.sees_contracts,
        prefixes=("/contracts/obligations/",),
    )
)  # fmt: skip


# --- the contract's page, and the supplier's ------------------------------------------------------


def asked(contract, mode):
    counts = standing_counts(timezone.localdate())
    counted = Obligation.objects.filter(contract=contract).order_by().values("contract")
    return ((counted.annotate(**counts), {name: name for name in counts}),)


def summary(contract, user, rows):
    standing = standing_from(rows[0]) if rows else None
    if not standing or not standing["active"]:
        return {"figures": []}
    return {
        "figures": figures(
            overdue=standing["overdue"], soon=standing["soon"],
            compliance=standing["compliance"], contract_id=contract.pk,
        )
    }  # fmt: skip


sections.register(
    sections.Section(
        "obligations", "Obligations", "obligations:contract", order=40,
        summary_template="obligations/_summary.html", summary=summary, asked=asked,
    )
)  # fmt: skip
supplier_sections.register(
    supplier_sections.Section("obligations", "Obligations", "obligations:of_supplier", order=30)
)


@trail.source()
def of_its_obligations(contract):
    return Obligation.history.filter(contract_id=contract.pk)


@trail.source()
def of_their_dependencies(contract):
    return Dependency.history.filter(obligation__in=_obligations_of(contract))


@trail.source()
def of_what_was_not_done(contract):
    """What somebody had to decide, or did not do; what was met is routine."""
    told = Q(status__in=[Status.FAILED, Status.WAIVED, Status.NOT_APPLICABLE])
    told |= ~Q(relief=Relief.NONE)
    return Occurrence.history.filter(told, obligation__in=_obligations_of(contract))


@trail.source(routine="obligations met")
def of_what_was_met(contract):
    told = Q(status__in=[Status.PENDING, Status.MET, Status.LATE], relief=Relief.NONE)
    return Occurrence.history.filter(told, obligation__in=_obligations_of(contract))


def _obligations_of(contract):
    return contract.obligations.order_by().values("pk")


# --- what follows from the contract, and what keeps it back ---------------------------------------


@consequences.of_change({"stage", "ends_on", "ended_on"})
def end_with_the_contract(contracts, by):
    actions.follow_contracts(contracts, today=timezone.localdate())


@gates.requirement("conditions_precedent", stages={Stage.MOBILISATION, Stage.LIVE})
def conditions_are_met(contract):
    """Until they are met a contract is not in force, and so neither in mobilisation nor live."""
    for condition in contract.obligations.open_conditions().order_by("pk"):
        yield gates.Missing(
            f"Condition precedent {condition.number} “{condition.title}” is open",
            condition.get_absolute_url(),
        )


# --- dates somebody must meet ---------------------------------------------------------------------

_COLUMNS = (
    "pk", "due_on", "obligation__title", "obligation__party", "obligation__responsible",
    "obligation__contract", "obligation__contract__reference", "obligation__contract__title",
    "obligation__contract__unit", "obligation__contract__oco", "obligation__contract__deputy",
)  # fmt: skip


def _asking(kind, within):
    def asked(scope, start, end):
        occurrences = (
            Occurrence.objects.pending()
            .exclude(relief=Relief.GRANTED)
            .filter(kind, due_on__range=(start, end))
            .going_on(timezone.localdate())
        )
        if scope != deadlines.Scope():
            occurrences = occurrences.of(within(scope))
        return occurrences.order_by().values_list(*_COLUMNS)

    return asked


def _of_contracts(scope):
    contracts = Contract.objects.within(scope).order_by().values("pk")
    return Obligation.objects.filter(contract__in=contracts)


def _of_the_person(scope):
    """What somebody is named for, in contracts of others too."""
    seen = Contract.objects.visible_to(scope.user).order_by().values("pk")
    return Obligation.objects.filter(responsible=scope.user.pk, contract__in=seen)


def _rows(kind, scope, start, end):
    """Two questions about what is somebody's own: asked both in one, PostgreSQL reads all obligations there are."""
    rows = deadlines.kept_rows(_of_a_scope[kind], scope, start, end)
    if scope.user is None or scope.capacity != "mine":
        return rows
    theirs = deadlines.rows(_of_somebody[kind](scope, start, end), scope)
    return {row[0]: row for row in (*rows, *theirs)}.values()


def _deadlines(key, title, kind, scope, start, end):
    today = timezone.localdate()
    rows = _rows(kind, scope, start, end)
    for pk, due_on, what, party, responsible, contract, reference, name, unit, oco, deputy in rows:
        # Chasing the supplier is the owner's; doing our own part is for whoever is named.
        owners_first = party == Party.SUPPLIER and due_on < today
        people = (oco, deputy, responsible) if owners_first else (responsible, oco, deputy)
        yield deadlines.Deadline(
            key=f"{key}:{pk}",
            due_on=due_on,
            title=f"{title}: {what}",
            subject=f"{reference} {name}",
            url=row_url("obligations:occurrence", pk),
            responsible=tuple(dict.fromkeys(person for person in people if person)),
            contract_id=contract,
            unit_id=unit,
        )


def _of_contract(contract_id):
    return due_url(contract_id=contract_id)


OBLIGATION, CONDITION = "obligation", "condition"
_KINDS = {
    OBLIGATION: ~Q(obligation__kind=Kind.CONDITION) & ~Q(obligation__contract__stage=Stage.DRAFT),
    CONDITION: Q(obligation__kind=Kind.CONDITION),
}
_of_a_scope = {key: _asking(kind, _of_contracts) for key, kind in _KINDS.items()}
_of_somebody = {key: _asking(kind, _of_the_person) for key, kind in _KINDS.items()}


@deadlines.source(
    "obligation-due",
    "Obligation due",
    many="obligations due",
    many_url=_of_contract,
    asked=_of_a_scope[OBLIGATION],
)
def obligations_due(scope, start, end):
    return _deadlines("obligation-due", "Obligation", OBLIGATION, scope, start, end)


@deadlines.source("condition-precedent", "Condition precedent due", asked=_of_a_scope[CONDITION])
def conditions_due(scope, start, end):
    return _deadlines("condition-precedent", "Condition precedent", CONDITION, scope, start, end)


# --- how the contract is managed ------------------------------------------------------------------


def without_obligations(contracts):
    written_down = Obligation.objects.active().filter(contract=OuterRef("pk")).order_by()
    # House default 7.1: a matrix is kept from Silver upwards.
    managed = contracts.in_force().filter(tier__in=["platinum", "gold", "silver"])
    return managed.filter(~Exists(written_down))


def without_responsible(contracts):
    nobody = Q(responsible=None) | Q(responsible__is_active=False)
    lacking = Obligation.objects.active().filter(nobody, contract=OuterRef("pk")).order_by()
    return contracts.not_ended().filter(Exists(lacking))


def _overdue(contracts, kind):
    late = Occurrence.objects.overdue(timezone.localdate()).order_by()
    late = late.filter(kind, obligation__contract=OuterRef("pk"))
    return contracts.filter(Exists(late))


def with_overdue(contracts):
    return _overdue(contracts.in_force(), ~Q(obligation__kind=Kind.CONDITION))


def with_late_conditions(contracts):
    """Of what is live too: somebody moved it on all the same, and the condition is still to be met."""
    return _overdue(contracts.not_ended(), Q(obligation__kind=Kind.CONDITION))


def _nobody_responsible(contract):
    return f"{reverse('obligations:list')}?contract_id={contract.pk}&nobody=responsible"


checks.register(checks.Check(
    "no_obligations", "No obligations", "Write down the obligations of both sides: a Silver, Gold or Platinum contract needs them",
    failing=without_obligations,
    mend=lambda contract: reverse("obligations:add", args=[contract.pk]),
    order=90,
))  # fmt: skip
checks.register(checks.Check(
    "obligation_nobody", "Obligation without a responsible person", "Name a responsible person for every obligation",
    failing=without_responsible, mend=_nobody_responsible, order=92,
))  # fmt: skip
checks.register(checks.Check(
    "obligation_overdue", "Obligation overdue", "Record what became of the obligations that are overdue",
    failing=with_overdue,
    mend=lambda contract: due_url(contract_id=contract.pk, stands="overdue"),
    order=94,
))  # fmt: skip
checks.register(checks.Check(
    "condition_late", "Condition precedent open past its date", "Settle the conditions precedent that are past their date",
    failing=with_late_conditions,
    mend=lambda contract: reverse("obligations:contract", args=[contract.pk]) + "#conditions",
    order=96,
))  # fmt: skip
