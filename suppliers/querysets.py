from django.db import models
from django.db.models import Q

from accounts.permissions import Permission
from suppliers import reach


class SupplierQuerySet(models.QuerySet):
    """Which suppliers: by who may see or change them, and by words."""

    def visible_to(self, user):
        """Every supplier, to everybody who can sign in: whom the organisation buys from is no secret
        inside it, nor how to reach them. What is bought, and for how much, stays with the contracts."""
        return self if user.is_active and user.is_authenticated else self.none()

    def allowing(self, user, permission):
        """Suppliers on which this user holds this permission: all of them by a role for the whole organisation,
        else those of the contracts on which they hold it, as lead or in any other part."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if user.may(permission) else self.filter(reach.through(user, permission))

    def editable_by(self, user):
        return self if user.may(Permission.EDIT_SUPPLIERS) else self.none()

    def search(self, text):
        """Suppliers with every word of the text in their name or company number."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(company_number__icontains=word))
        return found
