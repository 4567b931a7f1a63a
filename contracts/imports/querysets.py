from django.db import models

from accounts.permissions import Permission


class ImportRunQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Every import, to those who may import: a file can name contracts of every unit."""
        return self if user.may(Permission.IMPORT_REGISTER) else self.none()
