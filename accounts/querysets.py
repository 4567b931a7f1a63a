from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q


class UserQuerySet(models.QuerySet):
    """Which people: by whether they may sign in, the role they hold, and by words."""

    def active(self):
        return self.filter(is_active=True)

    def holding(self, role, *, unit=None):
        """People who hold this role, in this unit if one is named."""
        held = Q(memberships__role=role)
        if unit is not None:
            held &= Q(memberships__unit=unit)
        return self.active().filter(held).distinct()

    def matching(self, text):
        return self.filter(Q(name__icontains=text) | Q(email__icontains=text))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, name="", password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), name=name, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, name="", password=None, **fields):
        return self.create_user(email, name, password, is_staff=True, is_superuser=True, **fields)


class BusinessUnitQuerySet(models.QuerySet):
    """Which business units: by what somebody may do with their contracts."""

    def allowing(self, user, permission):
        """Units on whose contracts this user holds this permission."""
        if user.may(permission):
            return self
        return self.filter(pk__in=user.units_allowing(permission))
