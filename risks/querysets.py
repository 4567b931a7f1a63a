from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.permissions import Permission
from contracts.models import Contract
from risks import rules
from risks.rules import RUNNING, Kind, State
from suppliers.models import Supplier

_WITHOUT_CONTRACT = Q(contract=None)


class RiskQuerySet(QuerySet):
    """Which entries of the register: by who may see or change them, and how they stand."""

    # --- who ----------------------------------------------------------------------------------------

    def visible_to(self, user):
        """Those of contracts that this user sees; of suppliers with whom such contracts are; those of the whole
        organisation for who looks after all of it."""
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
        """Those of contracts that this user manages; all others for who keeps them."""
        found = Q(contract__in=Contract.objects.editable_by(user).order_by().values("pk"))
        if user.is_authenticated and user.is_active and user.may(Permission.MANAGE_RISKS):
            found |= _WITHOUT_CONTRACT
        return self.filter(found)

    def watchable_by(self, user):
        """Those that this user may review and treat: as above, and what they own of what they see."""
        editable = self.editable_by(user).order_by().values("pk")
        return self.visible_to(user).filter(Q(owner=user.pk) | Q(pk__in=editable))

    # --- how they stand -----------------------------------------------------------------------------

    def open(self):
        return self.filter(state=State.OPEN)

    def proposed(self):
        return self.filter(state=State.PROPOSED)

    def running(self):
        return self.filter(state__in=RUNNING)

    def in_band(self, matrix, *bands):
        found = Q()
        for band in bands:
            begins, ends = matrix.range_of(band)
            found |= (
                Q(score__gte=begins, score__lt=ends) if ends is not None else Q(score__gte=begins)
            )
        return self.filter(found)

    def red(self):
        """High or critical. The matrix is asked in SQL, so that a question that is kept stays right when it changes."""
        return self.filter(score__gte=red_from())

    def above_appetite(self):
        """`rules.is_above_appetite`."""
        return self.open().threats().filter(score__gt=F("category__appetite"))

    def review_overdue(self, today):
        return self.open().filter(review_on__lt=today)

    def without_owner(self):
        return self.running().filter(Q(owner=None) | Q(owner__is_active=False))

    def threats(self):
        """Risks and issues, not opportunities."""
        return self.exclude(kind=Kind.OPPORTUNITY)

    def without_contingency(self):
        return self.filter(~Exists(_plans().filter(risk=OuterRef("pk"))))

    def strategic(self):
        """Those of the organisation as a whole."""
        return self.filter(contract=None, supplier=None)

    def of_supplier(self, supplier_id):
        """Those of the supplier itself, and those of contracts on which it leads or takes part."""
        return self._of_either(supplier_id, Contract.objects.order_by().with_supplier(supplier_id))

    def of_lead(self, supplier_id):
        """Those of the supplier itself, and those of contracts that it leads."""
        return self._of_either(
            supplier_id, Contract.objects.filter(supplier=supplier_id).order_by()
        )

    def _of_either(self, supplier_id, contracts):
        """A union of two short lists, each found by its index; an OR over two tables reads them all."""
        risks = self.model.objects.order_by()
        own = risks.filter(supplier=supplier_id).values("pk")
        theirs = risks.filter(contract__in=contracts.values("pk")).values("pk")
        return self.filter(pk__in=own.union(theirs, all=True))

    def worst_first(self):
        """What is not scored stands at the top: nobody knows how serious it is."""
        return self.order_by(F("score").desc(nulls_first=True), "pk")

    def search(self, text):
        found = self
        for word in text.split()[:8]:
            found = found.filter(
                Q(title__icontains=word) | Q(event__icontains=word) | Q(reference__iexact=word)
            )
        return found


def red_from():
    """The score from which a risk is red, as an expression."""
    from risks.models import Matrix  # the models import this module

    return Coalesce(Subquery(Matrix.objects.order_by("pk").values("high")[:1]), rules.Matrix().high)


def standing_counts(today):
    """What the figures above a register count, as aggregates over its running entries."""
    is_open, threat = Q(state=State.OPEN), ~Q(kind=Kind.OPPORTUNITY)
    return {
        "open": Count("pk", filter=is_open),
        "red": Count("pk", filter=is_open & threat & Q(score__gte=red_from())),
        "above": Count("pk", filter=is_open & threat & Q(score__gt=F("category__appetite"))),
        "overdue": Count("pk", filter=is_open & Q(review_on__lt=today)),
        "proposed": Count("pk", filter=Q(state=State.PROPOSED)),
    }


def _plans():
    from risks.models import ContingencyPlan  # the models import this module

    return ContingencyPlan.objects.order_by()


class OfRisksQuerySet(QuerySet):
    """Rows that hang on a risk, by who may see and change it."""

    def visible_to(self, user):
        return self.filter(risk__in=_risks().visible_to(user).order_by().values("pk"))

    def editable_by(self, user):
        return self.filter(risk__in=_risks().editable_by(user).order_by().values("pk"))


class TreatmentQuerySet(OfRisksQuerySet):
    """Which treatments."""

    def to_do(self):
        return self.filter(done_on=None, dropped_on=None)

    def overdue(self, today):
        return self.to_do().filter(due_on__lt=today)

    def recordable_by(self, user):
        """Those that this user may say are done: whose risk they watch, or which are theirs."""
        watched = _risks().watchable_by(user).order_by().values("pk")
        seen = _risks().visible_to(user).order_by().values("pk")
        return self.filter(Q(risk__in=watched) | Q(owner=user.pk, risk__in=seen))


class ReferralQuerySet(OfRisksQuerySet):
    """Which risks were put before an SRO."""

    def waiting(self):
        return self.filter(answered_on=None)

    def answerable_by(self, user):
        contracts = Contract.objects.allowing(user, Permission.DECIDE_ON_RISKS).order_by()
        return self.filter(risk__contract__in=contracts.values("pk"))


def _risks():
    from risks.models import Risk

    return Risk.objects.all()
