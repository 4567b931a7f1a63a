from decimal import Decimal

from django.apps import apps
from django.db import models
from django.db.models import Count, Q, Subquery, Sum
from django.db.models.functions import Coalesce

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


def deputised_by(*people):
    """The condition that one of these people is a further deputy. The column comes first: few contracts
    have any, and an index knows them."""
    terms = apps.get_model("contracts.TermOfOffice").objects.current()
    theirs = terms.filter(part="further", person__in=people)
    return Q(has_further_deputies=True, pk__in=theirs.order_by().values("contract"))


class TermQuerySet(models.QuerySet):
    """Which terms of office."""

    def current(self):
        return self.filter(ends_on=None)


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
        if permission in CONTRACT_ROLES["deputy"].permissions:
            held |= deputised_by(user.pk)
        return self.filter(held)

    def visible_to(self, user):
        return self.allowing(user, Permission.VIEW_CONTRACTS)

    def editable_by(self, user):
        return self.allowing(user, Permission.EDIT_CONTRACTS)

    def within(self, scope):
        """The part of the register that a scope covers (see common.deadlines)."""
        if scope.contracts is not None:
            return self.filter(pk__in=scope.contracts)
        if scope.user is None:
            return self.filter(pk__range=scope.share) if scope.share else self
        found = self.visible_to(scope.user)
        if scope.capacity == "mine":
            return found.managed_by(scope.user)
        return found.answered_for_by(scope.user) if scope.capacity == "overseen" else found

    def managed_by(self, user):
        """Contracts this user manages from day to day: as OCO or as one of the deputies."""
        return self.filter(Q(oco=user) | Q(deputy=user) | deputised_by(user.pk))

    def any_managed_by(self, user):
        """Whether there is one. Counted: asked for the first row of an OR, PostgreSQL reads the whole
        register until it meets one, and for most people there is none."""
        return self.managed_by(user).order_by().count() > 0

    def of_person(self, person):
        """Contracts on which this person holds any part."""
        held = Q(oco=person) | Q(deputy=person) | Q(sro=person)
        return self.filter(held | deputised_by(getattr(person, "pk", person)))

    def answered_for_by(self, user):
        return self.filter(sro=user)

    def in_force(self):
        """Everything that has not ended and is more than a draft."""
        return self.exclude(stage__in=["draft", "ended"])

    def not_ended(self):
        return self.exclude(stage="ended")

    def without_spots(self):
        return self.exclude(kind="spot")

    def number_under(self, parent):
        """How many of these stand under a contract, as a subquery for `annotate`."""
        under = self.filter(parent=parent).order_by().values("parent")
        return Coalesce(Subquery(under.annotate(number=Count("pk")).values("number")), 0)

    def worth(self):
        """What these come to: a row for each currency with `value`, `number` and how many have no value.

        The current value counts, else the award; with or without VAT, as it was recorded."""
        amount = Coalesce("current_value", "value")
        rows = (
            self.order_by()
            .values("currency")
            .annotate(number=Count("pk"), valued=Count(amount), sum=Sum(amount))
        )
        return [
            {
                "currency": row["currency"], "number": row["number"],
                "value": row["sum"] or Decimal(0), "without": row["number"] - row["valued"],
            }
            for row in rows.order_by("currency")
        ]  # fmt: skip

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
