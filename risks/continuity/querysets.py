from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from accounts.permissions import Permission
from contracts.models import Contract
from risks.continuity import rules
from risks.continuity.rules import EvidenceState, Outcome, PlanKind, PlanState, Result
from suppliers.models import Supplier

_WITHOUT_CONTRACT = Q(contract=None)
NO_EVIDENCE = Q(evidence="", evidence_url="", document=None)


def keeps_all(user):
    """Who keeps what hangs on suppliers."""
    return user.is_authenticated and user.is_active and user.may(Permission.MANAGE_RISKS)


def sees_supplier(user, supplier_ids):
    """Which of these suppliers' own plans and checks this user sees: those with whom they see a contract. As a subquery
    where all are not seen; a supplier that was merged is seen as before."""
    if user.may(Permission.VIEW_CONTRACTS):
        return supplier_ids
    seen = Supplier.objects.allowing(user, Permission.VIEW_CONTRACTS).filter(pk__in=supplier_ids)
    return seen.order_by().values("pk")


class OfContractOrSupplierQuerySet(QuerySet):
    """Rows of a contract or of a supplier, by who may see and change them: as risks."""

    def visible_to(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.may(Permission.VIEW_CONTRACTS):
            return self
        contracts = Contract.objects.visible_to(user).order_by()
        suppliers = Supplier.objects.allowing(user, Permission.VIEW_CONTRACTS).order_by()
        return self.filter(
            Q(contract__in=contracts.values("pk"))
            | (_WITHOUT_CONTRACT & Q(supplier__in=suppliers.values("pk")))
        )

    def editable_by(self, user):
        found = Q(contract__in=Contract.objects.editable_by(user).order_by().values("pk"))
        return self.filter(found | _WITHOUT_CONTRACT if keeps_all(user) else found)

    def of_supplier(self, supplier_id):
        """Those of the supplier itself, and those of contracts on which it leads or takes part."""
        contracts = Contract.objects.order_by().with_supplier(supplier_id)
        return self.filter(Q(supplier=supplier_id) | Q(contract__in=contracts.values("pk")))

    def with_supplier_name(self):
        """Each with the supplier that it has to do with: its own, or the one that leads its contract."""
        return self.annotate(supplier_name=Coalesce("supplier__name", "contract__supplier__name"))

    def of_contracts_in_force(self):
        return self.filter(
            ~Q(contract__stage__in=["draft", "ended"]), contract__isnull=False
        )  # fmt: skip

    def in_state(self, state, today):
        return self.with_standing(today).filter(standing=state)

    def worst_first(self, today):
        """By how they stand, then by the day on which something is due."""
        states = list(type(self.in_order))
        ranks = [
            When(condition, then=Value(states.index(state)))
            for state, condition in self._ways(today)
        ]
        rank = Case(*ranks, default=Value(states.index(self.in_order)))
        return self.order_by(rank, F(self.due_column).asc(nulls_last=True), "pk")

    def with_standing(self, today):
        """Each with `standing`, as the room's rule says it."""
        told = [When(condition, then=Value(state.value)) for state, condition in self._ways(today)]
        return self.annotate(
            standing=Case(*told, default=Value(self.in_order.value), output_field=CharField())
        )


class PlanQuerySet(OfContractOrSupplierQuerySet):
    """Which plans."""

    in_order, due_column = PlanState.IN_TIME, "test_due_on"

    @staticmethod
    def _ways(today):
        """`rules.plan_state`."""
        return (
            (PlanState.RETIRED, Q(retired_on__isnull=False)),
            (PlanState.FAILED, Q(test_result=Outcome.FAILED)),
            (PlanState.NEVER, Q(tested_on=None)),
            (PlanState.NO_DATE, Q(test_due_on=None)),
            (PlanState.OVERDUE, Q(test_due_on__lt=today)),
            (PlanState.DUE, Q(test_due_on__lte=rules.soon(today))),
        )

    def recordable_by(self, user):
        """Those of which this user may record a test: what they may change, and what they own of what they see."""
        editable = self.editable_by(user).order_by().values("pk")
        return self.visible_to(user).filter(Q(owner=user.pk) | Q(pk__in=editable))

    def in_use(self):
        return self.filter(retired_on=None)

    def not_proven(self, today):
        """Nothing shows that these work: never tested, failed, or not tested in time."""
        return self.in_use().filter(
            Q(tested_on=None) | Q(test_result=Outcome.FAILED) | Q(test_due_on__lt=today)
        )

    def search(self, text):
        found = self
        for word in text.split()[:8]:
            found = found.filter(Q(title__icontains=word) | Q(scope__icontains=word))
        return found


class TestQuerySet(QuerySet):
    """Which tests, by who may see and correct those of their plans."""

    def visible_to(self, user):
        return self.filter(plan__in=_plans().visible_to(user).order_by().values("pk"))

    def recordable_by(self, user):
        return self.filter(plan__in=_plans().recordable_by(user).order_by().values("pk"))


class CheckQuerySet(OfContractOrSupplierQuerySet):
    """Which compliance checks."""

    in_order, due_column = EvidenceState.VALID, "due_on"

    @staticmethod
    def _ways(today):
        """`rules.evidence_state`."""
        return (
            (EvidenceState.ENDED, Q(ended_on__isnull=False)),
            (EvidenceState.REPLACED, Q(is_current=False)),
            (EvidenceState.FAILS, Q(result=Result.FAILS)),
            (EvidenceState.EXPIRED, Q(expires_on__lt=today)),
            (EvidenceState.MISSING, Q(result=Result.NOT_CHECKED) | NO_EVIDENCE),
            (EvidenceState.OVERDUE, Q(next_on__lt=today)),
            (EvidenceState.PARTLY, Q(result=Result.PARTLY)),
            (EvidenceState.SOON, Q(expires_on__lte=rules.soon(today))),
        )

    def current(self):
        """What is required still, as it was looked at last."""
        return self.filter(is_current=True, ended_on=None)

    def line_of(self, check):
        """Every check of the same requirement, this one among them."""
        first = check.first_id or check.pk
        return self.filter(Q(pk=first) | Q(first=first))

    def search(self, text):
        found = self
        for word in text.split()[:8]:
            found = found.filter(
                Q(requirement__icontains=word)
                | Q(evidence__icontains=word)
                | Q(topic_words__icontains=word)
            )
        return found


def _plans():
    from risks.continuity.models import Plan  # the models import this module

    return Plan.objects.all()


def without_continuity_plan(contracts):
    """Contracts whose tier asks for a plan, and neither they nor their lead supplier have one."""
    plans = _plans().in_use().filter(kind=PlanKind.CONTINUITY).order_by()
    watched = contracts.in_force().without_spots().filter(tier__in=rules.NEED_A_PLAN)
    return watched.filter(
        ~Exists(plans.filter(contract=OuterRef("pk"))),
        ~Exists(plans.filter(supplier=OuterRef("supplier"))),
    )
