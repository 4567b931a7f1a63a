"""What a plan or a check hangs on, for pages and forms that serve both: a contract or a supplier."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from accounts.permissions import Permission
from contracts.documents.models import Document
from contracts.models import Contract
from risks.continuity import rules
from risks.models import Risk


@dataclass(frozen=True)
class Subject:
    """Exactly one of the two is named."""

    contract: Any = None
    supplier: Any = None

    @property
    def columns(self):
        """As a row names it."""
        return {"contract": self.contract, "supplier": self.supplier}

    @property
    def name(self):
        return self.contract.title if self.contract else self.supplier.name

    @property
    def url(self):
        if self.contract:
            return reverse("continuity:contract", args=[self.contract.pk])
        return reverse("continuity:of_supplier", args=[self.supplier.pk])

    @property
    def noun(self):
        return "contract" if self.contract else "supplier"

    @property
    def query(self):
        """As the lists are narrowed to it."""
        return f"{self.noun}_id={(self.contract or self.supplier).pk}"

    @property
    def plan_add_url(self):
        return self._to_add("plan")

    @property
    def check_add_url(self):
        return self._to_add("check")

    def _to_add(self, what):
        name = f"{what}_add" if self.contract else f"supplier_{what}_add"
        return reverse(f"continuity:{name}", args=[(self.contract or self.supplier).pk])

    @cached_property
    def tier(self):
        """Of a supplier, the highest tier of its contracts in force."""
        if self.contract:
            return self.contract.tier
        theirs = Contract.objects.in_force().with_supplier(self.supplier.pk)
        return rules.highest(set(theirs.order_by().values_list("tier", flat=True)))

    def may_be_kept_by(self, person):
        """Whether a person can see it, and so own a plan of it."""
        if self.contract:
            return self.contract.allows(person, Permission.VIEW_CONTRACTS)
        return person.may(Permission.MANAGE_RISKS)

    def is_editable_by(self, user):
        if self.contract:
            return self.contract.allows(user, Permission.EDIT_CONTRACTS)
        return user.may(Permission.MANAGE_RISKS)

    def documents(self, user):
        """The documents of the contract that this user may know of."""
        if not self.contract:
            return Document.objects.none()
        return Document.objects.of(self.contract, user).in_use().in_order()

    def risks(self, kept=None):
        """The risks of its register that are running, and the one of this id."""
        of_it = Risk.objects.filter(**self.columns)
        found = of_it.running() | of_it.filter(pk=kept) if kept else of_it.running()
        return found.order_by("title", "pk")
