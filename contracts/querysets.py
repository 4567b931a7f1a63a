from django.apps import apps
from django.db import models
from django.db.models import Q

from accounts.permissions import CONTRACT_ROLES, Permission
from suppliers.models import Supplier

# Above this number a list of ids costs more than a join; a text that matches so many is no search.
MANY = 2000


def with_any_of(suppliers):
    """The condition that one of these suppliers leads or takes part.

    They are looked up first: an OR over two tables cannot use the indexes, an OR over one table and
    short lists of ids can. Of very many, only the leads are looked for.
    """
    found = suppliers.order_by().values_list("pk", "merged_into")[: MANY + 1]
    # Who was merged into another is found under the old name too.
    ids = [into or pk for pk, into in found]
    if len(ids) > MANY:
        return Q(supplier__in=suppliers.order_by())
    if not ids:
        return Q(pk__in=())
    parts = apps.get_model("contracts.ContractSupplier").objects.filter(supplier__in=ids)
    joined = list(parts.order_by().values_list("contract", flat=True)[:MANY])
    return Q(supplier__in=ids) | Q(pk__in=joined) if joined else Q(supplier__in=ids)


class ContractQuerySet(models.QuerySet):
    """Which contracts: by who may see them, who holds a part, how they stand, and by words."""

    def allowing(self, user, permission):
        """Contracts on which this user holds this permission, by any of their roles."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.may(permission):
            return self
        held = Q(unit__in=user.units_allowing(permission))
        for column, role in CONTRACT_ROLES.items():
            if permission in role.permissions:
                held |= Q(**{column: user.pk})
        return self.filter(held)

    def visible_to(self, user):
        return self.allowing(user, Permission.VIEW_CONTRACTS)

    def editable_by(self, user):
        return self.allowing(user, Permission.EDIT_CONTRACTS)

    def within(self, scope):
        """The part of the register that a scope covers (see common.deadlines)."""
        if scope.user is None:
            return self.filter(pk__range=scope.share) if scope.share else self
        found = self.visible_to(scope.user)
        if scope.capacity == "mine":
            return found.managed_by(scope.user)
        return found.answered_for_by(scope.user) if scope.capacity == "overseen" else found

    def managed_by(self, user):
        """Contracts this user manages from day to day: as OCO or as deputy."""
        return self.filter(Q(oco=user) | Q(deputy=user))

    def any_managed_by(self, user):
        """Whether there is one. Counted: asked for the first row of an OR, PostgreSQL reads the whole
        register until it meets one, and for most people there is none."""
        return self.managed_by(user).order_by().count() > 0

    def of_person(self, person):
        """Contracts on which this person holds any part."""
        return self.filter(Q(oco=person) | Q(deputy=person) | Q(sro=person))

    def answered_for_by(self, user):
        return self.filter(sro=user)

    def in_force(self):
        """Everything that has not ended and is more than a draft."""
        return self.exclude(stage__in=["draft", "ended"])

    def not_ended(self):
        return self.exclude(stage="ended")

    def with_supplier(self, supplier):
        """Contracts of this supplier, as lead or in any other part.

        A union of two short lists, each found by its index; an OR over two tables reads them all.
        """
        lead = self.model.objects.filter(supplier=supplier).order_by().values("pk")
        parts = apps.get_model("contracts.ContractSupplier").objects
        part = parts.filter(supplier=supplier).order_by().values("contract")
        return self.filter(pk__in=lead.union(part, all=True))

    def past_their_end(self, today):
        return self.filter(ends_on__lt=today, stage__in=["mobilisation", "live", "exit"])

    def search(self, text):
        """Contracts with every word of the text in their title, references or a supplier's name."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(
                Q(title__icontains=word)
                | Q(reference__icontains=word)
                | Q(finance_reference__icontains=word)
                | Q(ocid__icontains=word)
                | with_any_of(Supplier.objects.filter(name__icontains=word))
            )
        return found
