from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.core.cache import caches
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from accounts import holding, permissions
from accounts.querysets import BusinessUnitQuerySet, UserManager


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address. People who leave are deactivated, never deleted."""

    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=150)
    job_title = models.CharField(max_length=150, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField("can sign in", default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ("name",)

    objects = UserManager()
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Somebody with this e-mail address is here already.",
            ),
        )
        indexes = (models.Index(fields=["name", "id"], name="user_by_name"),)

    def __str__(self):
        return self.name or self.email

    def get_absolute_url(self):
        return reverse("accounts:person", args=[self.pk])

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.split(" ")[0] if self.name else self.email

    @cached_property
    def roles_held(self):
        """(role, unit id) pairs. One query, remembered for the life of this object (one request)."""
        if not self.is_active:
            return frozenset()
        return frozenset(self.memberships.values_list("role", "unit_id"))

    @property
    def role_keys(self):
        return {role for role, _ in self.roles_held}

    def may(self, permission):
        """Whether this person may do this everywhere, by a role for the whole organisation."""
        if self.is_superuser and self.is_active:
            return True
        return any(
            permission in permissions.ORGANISATION_ROLES[role].permissions
            for role, unit in self.roles_held
            if unit is None and role in permissions.ORGANISATION_ROLES
        )

    @cached_property
    def may_export(self):
        """Whether this person may take lists away in a file: any role of theirs may carry that, wherever it is
        held. The lists themselves hold no more than they may see."""
        export = permissions.Permission.EXPORT
        return (
            self.may(export)
            or bool(self.units_allowing(export))
            or (self.is_active and holding.held(self, export))
        )

    def units_allowing(self, permission):
        """Ids of the units in which a role of this person carries the permission.

        Role and unit are read from the same membership: a viewer in one unit must not borrow
        the role they hold in another.
        """
        return [
            unit
            for role, unit in self.roles_held
            if unit is not None
            and role in permissions.UNIT_ROLES
            and permission in permissions.UNIT_ROLES[role].permissions
        ]

    @property
    def granting_roles(self):
        return self.role_keys | (
            {"administrator"} if self.is_superuser and self.is_active else set()
        )

    def may_give(self, role):
        """Whether this person may give the role to others, and take it away."""
        return permissions.may_grant(self.granting_roles, role)

    def may_manage(self, person):
        """Whether this person may change that person's details and end their access."""
        if person.is_superuser:
            return self.is_superuser and self.is_active
        # `roles_held` is empty for a person who has left, whose roles count here all the same.
        held = set(person.memberships.values_list("role", flat=True))
        return self.may(permissions.Permission.MANAGE_PEOPLE) and permissions.may_manage(
            self.granting_roles, held
        )


class BusinessUnit(models.Model):
    """A directorate, department or service that holds contracts."""

    name = models.CharField(max_length=150)
    code = models.CharField(
        max_length=20, blank=True, help_text="A short code, such as the one used in finance"
    )
    is_active = models.BooleanField("in use", default=True)

    objects = BusinessUnitQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                Lower("name"),
                name="business_unit_name_unique",
                violation_error_message="There is a business unit with this name already.",
            ),
        )

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("accounts:unit", args=[self.pk])


class RoleInWords(models.Model):
    """What a role is called in the history, where the membership itself may be gone."""

    class Meta:
        abstract = True

    def in_words(self, names):
        person = names.get(User, {}).get(self.user_id, "Somebody")
        unit = names.get(BusinessUnit, {}).get(self.unit_id)
        where = f" in {unit}" if unit else ""
        return f"{person}: {self.get_role_display()}{where}"


class Membership(models.Model):
    """A role that a person holds in one business unit, or for the whole organisation."""

    class RoleChoices(models.TextChoices):
        VIEWER = "viewer", permissions.VIEWER.name
        UNIT_CONTACT = "unit_contact", permissions.UNIT_CONTACT.name
        PROCUREMENT = "procurement", permissions.PROCUREMENT.name
        AUDITOR = "auditor", permissions.AUDITOR.name
        ADMINISTRATOR = "administrator", permissions.ADMINISTRATOR.name

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name="person"
    )
    unit = models.ForeignKey(
        BusinessUnit,
        on_delete=models.PROTECT,
        related_name="memberships",
        null=True,
        blank=True,
        verbose_name="business unit",
    )
    role = models.CharField(max_length=20, choices=RoleChoices)

    history = HistoricalRecords(bases=[RoleInWords])

    class Meta:
        verbose_name = "role"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=Q(unit__isnull=False),
                name="membership_once_in_a_unit",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(unit__isnull=True),
                name="membership_once_in_the_organisation",
            ),
            models.CheckConstraint(
                condition=Q(unit__isnull=False, role__in=list(permissions.UNIT_ROLES))
                | Q(unit__isnull=True, role__in=list(permissions.ORGANISATION_ROLES)),
                name="membership_unit_fits_role",
            ),
        )

    def __str__(self):
        return f"{self.user}: {self.get_role_display()} in {self.unit or 'the whole organisation'}"

    @property
    def label(self):
        return f"{self.get_role_display()} in {self.unit}" if self.unit else self.get_role_display()


_SHOWN, _SECONDS_SHOWN = "organisation", 10


class Organisation(models.Model):
    """The public body that runs this register: one row with its name, colour and house terms."""

    class SroLabel(models.TextChoices):
        OWNER = "Senior Responsible Owner", "Senior Responsible Owner"
        OFFICER = "Senior Responsible Officer", "Senior Responsible Officer"
        REPRESENTATIVE = "Senior Representative Owner", "Senior Representative Owner"

    name = models.CharField(max_length=150, default="Your organisation")
    colour = models.CharField(
        max_length=7,
        default="#1f4e5f",
        validators=[
            RegexValidator(
                r"^#[0-9a-fA-F]{6}\Z", "Enter a colour as # and six figures, such as #1f4e5f"
            )
        ],
        help_text="The colour of the header line and footer, as # and six figures",
    )
    sro_label = models.CharField(
        "what SRO stands for here", max_length=60, choices=SroLabel, default=SroLabel.OWNER
    )
    platinum_tier = models.BooleanField(
        "use a Platinum tier", default=False, help_text="A fourth tier above Gold"
    )

    history = HistoricalRecords()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="organisation_is_one_row"),)

    def __str__(self):
        return self.name

    @classmethod
    def current(cls):
        """The one row, or its defaults while nobody has set it up."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @classmethod
    def shown(cls):
        """The same for the frame of every page, which may be some seconds behind another process."""
        return caches["process"].get_or_set(_SHOWN, cls.current, _SECONDS_SHOWN)

    @staticmethod
    def show_again():
        """Called after a change, so that whoever made it sees it at once."""
        caches["process"].delete(_SHOWN)
