from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Case, F, FilteredRelation, Q, Value, When

from accounts.permissions import Permission
from suppliers import facts
from suppliers.models import Supplier
from suppliers.segmentation import rules

TIERS = tuple(rules.Tier)


def suppliers_in_sight(user):
    """The suppliers whose tier and place this user may see: those of contracts they see, so all of them for
    whoever sees every contract."""
    return Supplier.objects.allowing(user, Permission.VIEW_CONTRACTS)


class KraljicQuestionQuerySet(models.QuerySet):
    """Which questions: those that are asked today, in the order of the form."""

    def asked(self):
        return self.filter(is_asked=True)

    def in_order(self):
        return self.order_by("axis", "order", "pk")


class OfSuppliers(models.QuerySet):
    """What stands of a supplier until the next one: who may see it, and whether it is to be looked at again."""

    def current(self):
        return self.filter(is_current=True)

    def visible_to(self, user):
        if user.is_active and user.may(Permission.VIEW_CONTRACTS):
            return self
        return self.filter(supplier__in=suppliers_in_sight(user))

    def of_suppliers_in_use(self, user):
        """Those of suppliers with a contract in force, as far as the user sees: nobody has to look again at
        a supplier from whom nothing is bought any more."""
        return self.filter(facts.having("contract_in_force", user=user, path="supplier"))

    def to_review(self, user, *, start=None, end=None):
        """Those that stand, of suppliers in use, whose review falls between two days."""
        found = self.current().of_suppliers_in_use(user)
        if start:
            found = found.filter(due_on__gte=start)
        return found.filter(due_on__lte=end) if end else found

    def within(self, scope):
        """The part that a scope covers (see common.deadlines). Reviews are the work of those who segment suppliers."""
        if scope.user is None:
            return self
        if scope.capacity == "mine":
            return self if scope.user.may(Permission.SEGMENT_SUPPLIERS) else self.none()
        return self.none() if scope.capacity == "overseen" else self.visible_to(scope.user)


class KraljicPlacementQuerySet(OfSuppliers):
    """Which placements on the Kraljic board."""

    def strategic(self):
        return self.filter(quadrant=rules.Quadrant.STRATEGIC)

    def without_sro(self, user):
        """Strategic ones of suppliers who have a contract in force without an SRO, as far as the user sees."""
        return self.strategic().filter(
            facts.having("contract_without_sro", user=user, path="supplier")
        )

    def most_important_first(self):
        """The higher both scores, the more important; for the picture, which has no room for all."""
        return self.order_by((F("supply_risk") + F("business_impact")).desc(), "pk")


class SupplierTierQuerySet(OfSuppliers):
    """Which decisions on the tiers of suppliers."""


# --- Suppliers with what stands of them -----------------------------------------------------------


def with_standing(suppliers):
    """Suppliers with `place` and `standing`: the placement and the decision that stand, if any.

    What is compared stands beside them as `quadrant`, `decided` and `was_proposed`.
    """
    return suppliers.annotate(
        place=FilteredRelation("placements", condition=Q(placements__is_current=True)),
        standing=FilteredRelation("tiers", condition=Q(tiers__is_current=True)),
    ).annotate(
        quadrant=F("place__quadrant"),
        decided=F("standing__decided"),
        was_proposed=F("standing__proposed"),
    )


def with_proposal(suppliers, *, user, platinum):
    """The same with `contract_tier`, the highest tier of their contracts in force, and `proposed`: `rules.propose` in SQL.

    Without a user the whole register is looked through (see `facts.trait`).
    """
    has = {tier: facts.having(f"{tier}_contract", user=user) for tier in TIERS}
    by_contracts = Case(
        *(When(has[tier], then=Value(tier.value)) for tier in TIERS), default=Value("")
    )
    return with_standing(suppliers).annotate(
        contract_tier=by_contracts, proposed=_proposed(has, platinum=platinum)
    )


def _proposed(has, *, platinum):
    """The highest tier that a contract or the place asks for. What each asks for alone, the rule itself says."""
    asked = {tier: Q() for tier in TIERS}
    for tier in TIERS:
        asked[_alone(contracts=tier, platinum=platinum)] |= has[tier]
    for place in rules.Quadrant:
        asked[_alone(place=place, platinum=platinum)] |= Q(quadrant=place.value)
    whens = [
        When(condition, then=Value(tier.value)) for tier, condition in asked.items() if condition
    ]
    return Case(*whens, default=Value(""))


def _alone(*, contracts=None, place=None, platinum):
    return rules.propose(contracts=contracts, place=place, platinum=platinum).tier


def differing(suppliers):
    """Suppliers whose tier was decided and is not the one that is proposed today."""
    return (
        suppliers.filter(decided__isnull=False).exclude(proposed="").exclude(decided=F("proposed"))
    )


def to_decide(suppliers):
    """Suppliers with a proposal that is not what was decided, or on which nobody has decided."""
    return suppliers.exclude(proposed="").filter(Q(decided=None) | ~Q(decided=F("proposed")))


def key_suppliers(user):
    """The condition of a key supplier: one that has signed a Silver contract in force, or a higher one."""
    tiers = (rules.Tier.PLATINUM, rules.Tier.GOLD, rules.Tier.SILVER)
    return reduce(or_, (facts.having(f"{tier}_contract", user=user) for tier in tiers))


def undecided(suppliers):
    """Suppliers with a proposal on which nobody has decided."""
    return suppliers.filter(decided=None).exclude(proposed="")
