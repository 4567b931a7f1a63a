from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from suppliers import rules
from suppliers.querysets import ContactQuerySet, DuplicateQuerySet, SupplierQuerySet


def _validate(column, value):
    try:
        rules.CLEAN_NUMBER[column](value)
    except ValueError as problem:
        raise ValidationError(str(problem)) from None


def validate_company_number(value):
    _validate("company_number", value)


def validate_ppon(value):
    _validate("ppon", value)


class Supplier(models.Model):
    """A body that the organisation buys from."""

    name = models.CharField(max_length=255)
    # What an import matches by; kept beside the name so that the database can look it up.
    normalised_name = models.CharField(max_length=255, editable=False, db_index=True)
    company_number = models.CharField(
        max_length=8,
        blank=True,
        validators=[validate_company_number],
        help_text="As at Companies House, such as 01234567 or SC123456",
    )
    # What was kept of these two before there was a rule stays until somebody changes it.
    charity_number = models.CharField(
        max_length=20, blank=True,
        help_text="Such as 9901286, SC012345 or NIC100123",
    )  # fmt: skip
    vat_number = models.CharField(
        "VAT number", max_length=20, blank=True,
        help_text="Such as GB990077304",
    )  # fmt: skip
    ppon = models.CharField(
        "PPON", max_length=14, blank=True, validators=[validate_ppon],
        help_text="The number from the central digital platform, such as PMPB-8772-VYWM",
    )  # fmt: skip
    other_number = models.CharField(
        "other identifier", max_length=60, blank=True, help_text="Such as a DUNS number"
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True,
        verbose_name="parent company", related_name="subsidiaries",
    )  # fmt: skip
    is_sme = models.BooleanField("small or medium-sized (under 250 people)", null=True, blank=True)
    is_vcse = models.BooleanField(
        "voluntary, community or social enterprise", null=True, blank=True
    )
    website = models.URLField(blank=True)
    notes = models.TextField(blank=True)
    # One that was recorded twice keeps its row, so that what was written of it can be read.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="merged"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = SupplierQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["normalised_name", "created_at", "updated_at"])

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["company_number"],
                condition=~Q(company_number="") & Q(merged_into=None),
                name="supplier_company_number_unique",
                violation_error_message="There is a supplier with this company number already.",
            ),
            models.UniqueConstraint(
                fields=["ppon"],
                condition=~Q(ppon="") & Q(merged_into=None),
                name="supplier_ppon_unique",
                violation_error_message="There is a supplier with this PPON already.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="supplier_is_not_its_own_parent",
                violation_error_message="A supplier cannot be its own parent.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="supplier_is_not_merged_into_itself",
            ),
        )
        indexes = (
            models.Index(fields=["name", "id"], name="supplier_by_name"),
            models.Index(fields=["company_number", "id"], name="supplier_by_company_number"),
            models.Index(fields=["created_at", "id"], name="supplier_by_age"),
            models.Index(fields=["charity_number"], name="supplier_by_charity_number"),
            models.Index(fields=["vat_number"], name="supplier_by_vat_number"),
        )

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("suppliers:supplier", args=[self.pk])

    def clean(self):
        self.derive()

    def derive(self):
        """Work out the columns that follow from others; called before every save and bulk insert."""
        self.normalised_name = rules.normalise_name(self.name)[:255]
        for column in rules.CLEAN_NUMBER:
            setattr(self, column, rules.as_stored(column, getattr(self, column)))


class ContactInHistory(models.Model):
    """What a row of a contact's history is called where there is no name: `Account manager`."""

    class Meta:
        abstract = True

    @property
    def label(self):
        return self.job_title or self.email or self.telephone


class SupplierContact(models.Model):
    """Somebody at a supplier whom the organisation speaks to, and at which level."""

    class Level(models.TextChoices):
        """Who is asked first, and who when that does not help."""

        OPERATIONAL = "operational", "Operational"
        SENIOR = "senior", "Senior"
        EXECUTIVE = "executive", "Executive"

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="contacts",
        db_index=False,  # supplier_contact_by_supplier begins with it
    )  # fmt: skip
    level = models.CharField(max_length=11, choices=Level, default=Level.OPERATIONAL)
    # A shared mailbox has no name, a receptionist no address of their own.
    name = models.CharField(max_length=150, blank=True)
    job_title = models.CharField(max_length=150, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    deals_with = models.CharField(
        max_length=150, blank=True, help_text="Such as invoices, or home care in the north"
    )
    notes = models.TextField(blank=True)
    is_active = models.BooleanField("still a contact", default=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ContactQuerySet.as_manager()
    history = HistoricalRecords(bases=[ContactInHistory])

    class Meta:
        verbose_name = "contact"
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(name="", email="", telephone=""),
                name="supplier_contact_has_a_name_or_a_way",
                violation_error_message="Enter a name, an e-mail address or a telephone number.",
            ),
        )
        indexes = (
            models.Index(
                fields=["supplier", "level", "name", "id"], name="supplier_contact_by_supplier"
            ),
        )

    def __str__(self):
        return self.name or self.job_title or self.email or self.telephone

    def get_absolute_url(self):
        return reverse("suppliers:contacts", args=[self.supplier_id])


class SpendInHistory(models.Model):
    """What a row of a year's history is called: `2025/26`."""

    class Meta:
        abstract = True

    @property
    def label(self):
        return rules.year_label(self.year)


class SupplierSpend(models.Model):
    """What was paid to a supplier in one financial year, in one currency, and how that is known."""

    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="spend",
        db_index=False,  # supplier_spend_once_a_year begins with it
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(
        "financial year", help_text="The year in which it begins: 2025 is April 2025 to March 2026"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3, default="GBP")
    source = models.CharField(max_length=150, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords(
        excluded_fields=["recorded_by", "recorded_at"], bases=[SpendInHistory]
    )

    class Meta:
        verbose_name = "spend"
        verbose_name_plural = "spend"
        ordering = ("-year", "currency")
        constraints = (
            models.UniqueConstraint(
                fields=["supplier", "year", "currency"], name="supplier_spend_once_a_year"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="supplier_spend_not_negative"),
        )

    def __str__(self):
        return f"{rules.year_label(self.year)}: {self.amount} {self.currency}"


class DuplicateCandidate(models.Model):
    """Two suppliers that may be one: found by the search for them, decided by a person."""

    class State(models.TextChoices):
        OPEN = "open", "To be looked at"
        DIFFERENT = "different", "Not the same"

    # The one that was recorded first.
    one = models.ForeignKey(Supplier, models.CASCADE, related_name="+")
    other = models.ForeignKey(Supplier, models.CASCADE, related_name="+")
    # Values of rules.Alike with spaces between them, the strongest first.
    reasons = models.CharField(max_length=80)
    # The place of the strongest reason: 0 comes first in the list.
    rank = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    found_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = DuplicateQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["one", "other"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="duplicate_pair_in_order"),
        )
        indexes = (models.Index(fields=["state", "rank", "id"], name="duplicate_by_state"),)

    def __str__(self):
        return f"{self.one} and {self.other}"


class DuplicateSearch(models.Model):
    """When suppliers were last compared with each other; one row."""

    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    compared = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(pk=1), name="duplicate_search_is_one_row"),
        )

    def __str__(self):
        return f"Search for suppliers recorded twice, {self.finished_at}"
