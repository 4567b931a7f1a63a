import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from common import scanner
from contracts.documents import rules
from contracts.documents.querysets import DocumentQuerySet, VersionQuerySet
from contracts.rules import EARLIEST_DATE, LATEST_DATE

DATE_VALIDATORS = (
    MinValueValidator(EARLIEST_DATE, "Enter a year after 1949"),
    MaxValueValidator(LATEST_DATE, "Enter a year before 2151"),
)


def _date(label, **options):
    return models.DateField(label, null=True, blank=True, validators=DATE_VALIDATORS, **options)


def _person(**options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", **options
    )  # fmt: skip


class Kind(models.TextChoices):
    """What a document is to the contract, in the order in which people look for it."""

    CONTRACT = "contract", "Contract"
    SCHEDULE = "schedule", "Schedule"
    CHANGE_NOTE = "change_note", "Change note"
    PLAN = "plan", "Plan"
    MINUTES = "minutes", "Minutes"
    EVIDENCE = "evidence", "Evidence"
    OTHER = "other", "Other"


PLURALS = {
    Kind.CONTRACT: "Contract", Kind.SCHEDULE: "Schedules", Kind.CHANGE_NOTE: "Change notes",
    Kind.PLAN: "Plans", Kind.MINUTES: "Minutes", Kind.EVIDENCE: "Evidence", Kind.OTHER: "Other documents",
}  # fmt: skip
PLACES = {kind.value: place for place, kind in enumerate(Kind)}


class Publication(models.TextChoices):
    """Whether the public may have it, as a transparency or freedom of information request would ask."""

    NO = "no", "Not to be published"
    YES = "yes", "May be published"
    REDACTED = "redacted", "May be published redacted"


class Document(models.Model):
    """A paper of a contract, through all its versions, one of which is current."""

    AGREEMENT = (Kind.CONTRACT, Kind.SCHEDULE, Kind.CHANGE_NOTE)

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="documents",
        db_index=False,  # document_by_contract begins with it
    )  # fmt: skip
    kind = models.CharField(max_length=11, choices=Kind)
    # Follows from the kind; stored, so that an index gives a contract's documents in order.
    place = models.PositiveSmallIntegerField(editable=False, default=0)
    number = models.PositiveSmallIntegerField(
        "number", null=True, blank=True,
        validators=[MinValueValidator(1, "Enter 1 or more"), MaxValueValidator(9999, "Enter 9999 or less")],
        help_text="Of the schedule, change note or meeting, such as 3. Documents of a kind stand in this order",
    )  # fmt: skip
    title = models.CharField(max_length=200)
    confidential = models.BooleanField(default=False)
    publication = models.CharField(
        "publication", max_length=8, choices=Publication, default=Publication.NO
    )
    publication_note = models.CharField(
        "what is redacted, and why", max_length=500, blank=True,
        help_text="Such as Prices in schedule 3: commercially sensitive until 2028",
    )  # fmt: skip
    retain_until = _date("keep until")
    review_on = _date("review on")

    # A column, so that there is exactly one by construction; `actions` sees to it that it is one of this
    # document's own. It follows from the dates of the versions and what people chose (see rules.current).
    current = models.ForeignKey(
        "Version", models.PROTECT, null=True, editable=False, related_name="+",
        verbose_name="current version",
    )  # fmt: skip
    next_change_on = models.DateField(null=True, editable=False)
    withdrawn_on = models.DateField("withdrawn from", null=True, blank=True, editable=False)
    withdrawn_by = _person()
    withdrawn_reason = models.CharField(max_length=500, blank=True, editable=False)
    # From then on its files are gone; what they were stays.
    disposed_on = models.DateField("disposed of on", null=True, blank=True, editable=False)
    disposed_by = _person()
    disposed_reason = models.CharField(max_length=500, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = DocumentQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "place", "next_change_on", "withdrawn_by", "withdrawn_reason", "disposed_by", "disposed_reason",
        ]
    )  # fmt: skip

    class Meta:
        ordering = ("title", "pk")
        constraints = (
            models.CheckConstraint(
                # 0 is a document that is being added, in the transaction that gives it a version.
                condition=Q(current__isnull=False) | Q(version=0),
                name="document_has_a_current_version",
            ),
            models.CheckConstraint(
                condition=~Q(publication="redacted") | ~Q(publication_note=""),
                name="document_redacted_says_what",
            ),
            models.CheckConstraint(
                condition=Q(confidential=False) | ~Q(publication="yes"),
                name="document_confidential_not_published_in_full",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="document_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(disposed_on=None, disposed_reason="")
                | (Q(disposed_on__isnull=False) & ~Q(disposed_reason="")),
                name="document_disposed_of_with_a_reason",
            ),
        )
        indexes = (
            models.Index(
                fields=["contract", "place", "number", "title", "id"], name="document_by_contract"
            ),
            models.Index(fields=["title", "id"], name="document_by_title"),
            models.Index(fields=["review_on", "id"], name="document_by_review"),
            models.Index(fields=["retain_until", "id"], name="document_by_retention"),
            models.Index(
                fields=["next_change_on"],
                condition=Q(next_change_on__isnull=False),
                name="document_by_next_change",
            ),
        )

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("documents:document", args=[self.pk])

    def derive(self):
        """Work out the columns that follow from others; called before every save."""
        self.place = PLACES[self.kind]

    @property
    def name(self):
        """`Schedule 3: Pricing`; the title alone where there is no number."""
        return (
            f"{self.get_kind_display()} {self.number}: {self.title}" if self.number else self.title
        )

    @property
    def publication_in_words(self):
        note = f": {self.publication_note}" if self.publication_note else ""
        return f"{self.get_publication_display()}{note}"

    @property
    def review_is_overdue(self):
        return bool(self.review_on and self.review_on < timezone.localdate())

    @property
    def is_past_retention(self):
        return bool(self.retain_until and self.retain_until <= timezone.localdate())

    @property
    def may_be_disposed_of(self):
        return self.disposed_on is None and rules.may_be_disposed_of(
            retain_until=self.retain_until,
            withdrawn_on=self.withdrawn_on,
            today=timezone.localdate(),
        )


def _random_name(version, original):
    """Where a file is kept says nothing of what it is, and cannot be guessed."""
    name = uuid.uuid4().hex
    return f"documents/{name[:2]}/{name}"


class VersionInHistory(models.Model):
    """What a row of a version's history is called: `Pricing, version 2`."""

    class Meta:
        abstract = True

    def in_words(self, names):
        title = names.get(Document, {}).get(self.document_id, "")
        return f"{title}, version {self.number}"


class Version(models.Model):
    """One file of a document, as it came. It is never overwritten, and withdrawing keeps it."""

    class Scan(models.TextChoices):
        UNSCANNED = "unscanned", "Not scanned"
        CLEAN = "clean", "Scanned, nothing found"
        REFUSED = "refused", "Refused by the virus scanner"

    document = models.ForeignKey(Document, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    file = models.FileField(upload_to=_random_name, max_length=100)
    original_name = models.CharField("file name", max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    effective_on = models.DateField("takes effect on", validators=DATE_VALIDATORS)
    note = models.CharField(
        "what is new in it", max_length=500, blank=True,
        help_text="In a sentence, for those who know the version before",
    )  # fmt: skip
    uploaded_by = _person()
    uploaded_at = models.DateTimeField(default=timezone.now, editable=False)
    scan = models.CharField(max_length=9, choices=Scan, default=Scan.UNSCANNED, editable=False)
    # When the scanner answered, or was last asked in vain.
    scanned_at = models.DateTimeField(null=True, editable=False)
    withdrawn_on = models.DateField("withdrawn on", null=True, blank=True, editable=False)
    withdrawn_by = _person()
    withdrawn_reason = models.CharField(max_length=500, blank=True, editable=False)

    objects = VersionQuerySet.as_manager()
    history = HistoricalRecords(
        bases=[VersionInHistory],
        excluded_fields=[
            "file", "content_type", "size", "sha256", "uploaded_by", "uploaded_at", "scan", "scanned_at",
            "withdrawn_by", "withdrawn_reason",
        ],
    )  # fmt: skip

    class Meta:
        verbose_name = "document version"
        ordering = ("document", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["document", "number"], name="version_numbered_once_in_a_document"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_reason="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_reason="")),
                name="version_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(scan="refused") | Q(file=""), name="version_refused_is_not_kept"
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(scan="unscanned"), name="version_not_scanned"),
        )

    def __str__(self):
        return f"Version {self.number}"

    def get_absolute_url(self):
        return reverse("documents:file", args=[self.pk])

    @property
    def turns(self):
        """From which days on this version counts: by its own date, and by what people chose."""
        chosen = [(choice.from_on, choice.decided_at) for choice in self.choices.all()]
        dates = [(self.effective_on, self.uploaded_at), *chosen]
        return [rules.Turn(on, at, self.number) for on, at in dates]

    @property
    def may_be_downloaded(self):
        """A configured scanner has the first word, also on files that came before it was there."""
        if not self.file:
            return False
        if self.scan == self.Scan.UNSCANNED:
            return not scanner.is_configured()
        return self.scan == self.Scan.CLEAN

    @property
    def scan_in_words(self):
        if self.scan == self.Scan.UNSCANNED and scanner.is_configured():
            return (
                "No answer from the virus scanner"
                if self.scanned_at
                else "Waiting for the virus scanner"
            )
        return self.get_scan_display()

    @property
    def why_not(self):
        """Why it cannot be downloaded, where it cannot."""
        is_disposed_of = not self.file and self.scan != self.Scan.REFUSED
        return "Disposed of" if is_disposed_of else self.scan_in_words

    @property
    def file_type(self):
        return rules.label_of(self.content_type)

    @property
    def size_in_words(self):
        return rules.in_words(self.size)


class Choice(models.Model):
    """Somebody decided that from a day on a version counts, whatever the dates on the papers say.

    It is its own record: a decision is not changed, but followed by another.
    """

    version = models.ForeignKey(Version, models.PROTECT, related_name="choices")
    from_on = models.DateField("from")
    reason = models.CharField(max_length=500)
    decided_by = _person()
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("decided_at", "pk")

    def __str__(self):
        return f"{self.version} from {self.from_on}"
