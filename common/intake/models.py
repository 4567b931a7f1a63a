import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from common.intake import kinds


def _random_name(intake, original):
    """Where a file is kept says nothing of what it is, and cannot be guessed."""
    return f"intake/{uuid.uuid4().hex}"


class Intake(models.Model):
    """One file on its way into a room: who sent it, what it would change, and what became of it."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting for its columns"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Ready to import"
        IMPORTING = "importing", "Being imported"
        IMPORTED = "imported", "Imported"
        FAILED = "failed", "Could not be read"
        DISCARDED = "discarded", "Discarded"

    kind_key = models.CharField(max_length=40)
    # What the rows belong to, such as the id of a contract; 0 where they belong to the organisation.
    about_pk = models.PositiveBigIntegerField(default=0)
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

    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)
    # Changes with every start of a check or an import: what an earlier one still writes is void.
    attempt = models.PositiveIntegerField(default=0)
    active_at = models.DateTimeField(null=True)
    rows_done = models.PositiveIntegerField(default=0)
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

    class Meta:
        ordering = ("-uploaded_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=~Q(state="imported") | Q(imported_at__isnull=False),
                name="intake_done_has_a_time",
            ),
        )
        indexes = (
            models.Index(fields=["kind_key", "about_pk", "-uploaded_at"], name="intake_by_subject"),
        )

    def __str__(self):
        return self.original_name

    def get_absolute_url(self):
        return reverse("intake:run", args=[self.pk])

    @cached_property
    def kind(self):
        return kinds.get(self.kind_key)

    @property
    def has_file(self):
        return bool(self.file) and self.file.storage.exists(self.file.name)

    @property
    def to_write(self):
        return self.new + self.changed

    @property
    def is_being_worked_on(self):
        return self.state in (self.State.CHECKING, self.State.IMPORTING)

    @property
    def may_be_discarded(self):
        return self.state in (self.State.UPLOADED, self.State.CHECKED, self.State.FAILED)

    @property
    def counts(self):
        """What there is of each outcome, in the order in which a person wants to know."""
        return {"wrong": self.wrong, "changed": self.changed, "new": self.new, "same": self.same}


class IntakeRow(models.Model):
    """What one row of the file would do."""

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        SAME = "same", "The same"
        WRONG = "wrong", "To put right"

    intake = models.ForeignKey(Intake, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=7, choices=Outcome)
    title = models.CharField(max_length=255, blank=True)
    # What the form is sent: the row's cells over what is there already.
    data = models.JSONField(default=dict)
    # The row that it changes, and how that row stood when this was judged.
    target_pk = models.PositiveBigIntegerField(null=True)
    target_url = models.CharField(max_length=300, blank=True)
    target_state = models.CharField(max_length=64, blank=True)
    # [label, old words, new words]
    changes = models.JSONField(default=list)
    # [heading, sentence]
    errors = models.JSONField(default=list)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["intake", "number"], name="intake_row_once_in_a_file"),
        )
        indexes = (
            models.Index(fields=["intake", "outcome", "number"], name="intake_row_by_outcome"),
        )

    def __str__(self):
        return f"Row {self.number}"


class RememberedColumns(models.Model):
    """What the columns of a file of one kind meant last time, found again by its headings."""

    kind_key = models.CharField(max_length=40)
    signature = models.CharField(max_length=64)
    mapping = models.JSONField(default=list)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind_key", "signature"], name="remembered_columns_once_for_a_kind"
            ),
        )

    def __str__(self):
        return f"{self.kind_key} {self.signature[:8]}"
