import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.dateparse import parse_date

from contracts.imports.querysets import ImportRunQuerySet


def _random_name(run, original):
    """Where a file is kept says nothing of what it is, and cannot be guessed."""
    return f"imports/{uuid.uuid4().hex}"


class ImportRun(models.Model):
    """One file on its way into the register: who sent it, what it would change, and what became of it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting for its columns"
        CHECKING = "checking", "Being checked"
        ASKING = "asking", "Waiting for answers"
        CHECKED = "checked", "Ready to import"
        IMPORTING = "importing", "Being imported"
        IMPORTED = "imported", "Imported"
        UNDONE = "undone", "Undone"
        FAILED = "failed", "Could not be read"
        DISCARDED = "discarded", "Discarded"

    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    file = models.FileField(upload_to=_random_name, max_length=100)
    original_name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    sheet = models.CharField(max_length=100, blank=True)
    sheets = models.JSONField(default=list)
    headings = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    # What each column means (a target's key or ""), in the order of the headings.
    mapping = models.JSONField(default=list)
    # default_unit, units {name: id or "create"}, repeats ("error" or "first").
    options = models.JSONField(default=dict)

    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    # Changes with every start of a check or an import: what an earlier one still writes is void.
    attempt = models.PositiveIntegerField(default=0)
    active_at = models.DateTimeField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
    checked_at = models.DateTimeField(null=True)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    good_rows_only = models.BooleanField(default=False)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    imported_at = models.DateTimeField(null=True)
    suppliers_added = models.PositiveIntegerField(default=0)
    units_added = models.PositiveIntegerField(default=0)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="imported") | Q(imported_at__isnull=False),
                name="import_done_has_a_time",
            ),
        )

    def __str__(self):
        return f"Import {self.pk}: {self.original_name}"

    def get_absolute_url(self):
        return reverse("imports:run", args=[self.pk])

    @property
    def total(self):
        return self.new + self.changed + self.same + self.wrong

    @property
    def to_write(self):
        return self.new + self.changed

    @property
    def is_being_worked_on(self):
        return self.state in (self.State.CHECKING, self.State.IMPORTING)

    @property
    def may_be_discarded(self):
        return self.state in (
            self.State.UPLOADED, self.State.ASKING, self.State.CHECKED, self.State.FAILED,
        )  # fmt: skip

    @property
    def counts(self):
        """What there is of each outcome, in the order in which a person wants to know."""
        return {"wrong": self.wrong, "changed": self.changed, "new": self.new, "same": self.same}

    @property
    def questions(self):
        """Suppliers that must be asked about."""
        return self.suppliers.exclude(candidates=[])


class ImportSupplier(models.Model):
    """A supplier that a file names: one of ours, a new one, or a question for the person who imports."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="suppliers")
    key = models.CharField(max_length=300)
    name = models.CharField(max_length=255)
    normalised_name = models.CharField(max_length=255)
    company_number = models.CharField(max_length=8, blank=True)
    details = models.JSONField(default=dict)
    rows = models.PositiveIntegerField(default=0)
    # Near matches, as [kind ("ours" or "file"), id or key, name, why].
    candidates = models.JSONField(default=list)
    # "" while unanswered, "new", "ours:<id>" or "file:<key>".
    answer = models.CharField(max_length=310, blank=True)
    supplier = models.ForeignKey("suppliers.Supplier", models.SET_NULL, null=True, related_name="+")
    was_added = models.BooleanField(default=False)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(fields=["run", "key"], name="import_supplier_once_in_a_run"),
        )

    def __str__(self):
        return self.name


class ImportRow(models.Model):
    """What one row of the file would do to the register."""

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        SAME = "same", "The same"
        WRONG = "wrong", "To put right"

    # No constraints in the database: these rows are notes, made and thrown away by the hundred thousand.
    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="rows", db_constraint=False, db_index=False
    )
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=7, choices=Outcome)
    reference = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=255, blank=True)
    note = models.CharField(max_length=255, blank=True)
    # Columns of the contract by name, as JSON writes them; only those that are new or changed.
    values = models.JSONField(default=dict)
    # What the changed columns were, for undoing.
    before = models.JSONField(default=dict)
    # [label, old words, new words]
    changes = models.JSONField(default=list)
    # [heading, sentence]
    errors = models.JSONField(default=list)
    lead = models.ForeignKey(
        ImportSupplier,
        models.CASCADE,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    # Ids of ImportSupplier, beside the lead.
    further = models.JSONField(default=list)
    contract = models.ForeignKey(
        "contracts.Contract",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    contract_version = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once_in_a_run"),
        )
        indexes = (models.Index(fields=["run", "outcome", "number"], name="import_row_by_outcome"),)

    def __str__(self):
        return f"Row {self.number}"

    @property
    def commences_on(self):
        return parse_date(self.values.get("commences_on") or "")

    @property
    def ends_on(self):
        return parse_date(self.values.get("ends_on") or "")

    @property
    def value(self):
        return Decimal(self.values["value"]) if self.values.get("value") else None

    @property
    def currency(self):
        return self.values.get("currency", "GBP")


class ImportedContract(models.Model):
    """A contract that an import added or changed, and how to take that back."""

    # Written by the hundred thousand from rows that are there: the database need not look again.
    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="imported", db_constraint=False, db_index=False
    )
    contract = models.ForeignKey(
        "contracts.Contract",
        models.CASCADE,
        related_name="imports",
        db_constraint=False,
        db_index=False,
    )
    row_number = models.PositiveIntegerField()
    was_added = models.BooleanField()
    version = models.PositiveIntegerField()
    # The columns as they were, for a contract that was changed.
    before = models.JSONField(default=dict)
    # Ids of the further suppliers (ContractSupplier) that this import named.
    parts_added = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "run"], name="import_touches_a_contract_once"
            ),
        )
        indexes = (models.Index(fields=["run", "row_number"], name="imported_by_row"),)

    def __str__(self):
        return f"Row {self.row_number} of import {self.run_id}"


class ColumnMapping(models.Model):
    """What the columns of a file meant last time, found again by its headings."""

    signature = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"Columns {self.signature[:8]}"


class SupplierAlias(models.Model):
    """Another spelling of a supplier, as somebody answered once; it is not asked again."""

    # The normalised name, or # and a company number.
    key = models.CharField(max_length=300, unique=True)
    supplier = models.ForeignKey("suppliers.Supplier", models.CASCADE, related_name="aliases")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(auto_now_add=True)

    def __str__(self):
        return f"{self.key}: {self.supplier}"
