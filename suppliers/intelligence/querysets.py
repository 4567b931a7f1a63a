from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from accounts.permissions import Permission
from suppliers import facts
from suppliers.intelligence import rules
from suppliers.models import Supplier

CONFIDE = Permission.VIEW_SUPPLIER_CONFIDENTIAL


def in_confidence(user):
    """The suppliers of whom this user may read what is confidential: all, or those of contracts they answer for."""
    return Supplier.objects.allowing(user, CONFIDE)


def may_confide(user):
    """Whether there is any such supplier."""
    return user.may(CONFIDE) or in_confidence(user).exists()


def key_suppliers(user):
    """The condition of a key supplier: one that has signed a Silver contract in force, or a higher one."""
    return reduce(
        or_, (facts.having(f"{t}_contract", user=user) for t in rules.MONTHS_BETWEEN_CHECKS)
    )


def unchecked(user):
    """Key suppliers, of those whose finances this user may know, without a check that is to be repeated."""
    from suppliers.intelligence.models import FinancialCheck  # the models import this module

    watched = FinancialCheck.objects.to_be_repeated().values("supplier")
    return in_confidence(user).filter(key_suppliers(user)).exclude(pk__in=watched)


class NoteQuerySet(models.QuerySet):
    """Which notes: by who may read them, and whether they still count."""

    def visible_to(self, user):
        """What is open to everybody who can sign in, and what is confidential where this user may read it."""
        if not user.is_active or not user.is_authenticated:
            return self.none()
        if user.may(CONFIDE):
            return self
        hidden = Q(kind__in=rules.CONFIDENTIAL)
        return self.filter(~hidden | Q(supplier__in=in_confidence(user)))

    def that_count(self):
        return self.filter(ended_on=None)

    def out_of_date(self, today):
        return self.that_count().filter(valid_until__lt=today)

    def within(self, scope):
        return _within(self, scope)


class ConfidentialQuerySet(models.QuerySet):
    """What is confidential throughout."""

    def visible_to(self, user):
        if user.is_active and user.may(CONFIDE):
            return self
        return self.filter(supplier__in=in_confidence(user))

    def within(self, scope):
        return _within(self, scope)


def _within(rows, scope):
    """The part that a scope covers (see common.deadlines): dates of this room are the Procurement Unit's work."""
    if scope.user is None:
        return rows
    if scope.capacity == "visible":
        return rows.visible_to(scope.user)
    mine = scope.capacity == "mine" and scope.user.may(CONFIDE)
    return rows if mine else rows.none()


class FinancialCheckQuerySet(ConfidentialQuerySet):
    """Which checks: those that stand, and what they have shown."""

    def current(self):
        return self.filter(is_current=True)

    def missed(self):
        return self.current().filter(result=rules.Result.MISSED)

    def to_be_repeated(self):
        """Those that stand and have a next date. A score that is no longer used cannot be taken again."""
        return self.current().filter(due_on__isnull=False, agency__is_used=True)

    def to_repeat(self, user, *, start=None, end=None):
        """The same, of suppliers in use, where the next check falls between two days."""
        in_use = facts.having("contract_in_force", user=user, path="supplier")
        found = self.to_be_repeated().filter(in_use)
        if start:
            found = found.filter(due_on__gte=start)
        return found.filter(due_on__lte=end) if end else found


class DistressEventQuerySet(ConfidentialQuerySet):
    """Which distress events: open ones, and those whose plan is awaited."""

    def open(self):
        return self.filter(closed_on=None)

    def awaiting_plan(self):
        return self.open().filter(plan_due_on__isnull=False, plan_agreed_on=None)
