from django.db import models
from django.db.models import Q

from accounts.permissions import Permission


class SupplierQuerySet(models.QuerySet):
    """Which suppliers: by who may see or change them, and by words."""

    def visible_to(self, user):
        """Every supplier, to everybody who can sign in: whom the organisation buys from is no secret
        inside it, nor how to reach them. What is bought, and for how much, stays with the contracts."""
        return self if user.is_active and user.is_authenticated else self.none()

    def editable_by(self, user):
        return self if user.may(Permission.EDIT_SUPPLIERS) else self.none()

    def search(self, text):
        """Suppliers with every word of the text in their name or company number."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(Q(name__icontains=word) | Q(company_number__icontains=word))
        return found
