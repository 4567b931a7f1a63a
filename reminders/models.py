from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from common import deadlines
from reminders import rules
from reminders.querysets import DigestQuerySet, NoticeQuerySet, ReminderRuleQuerySet


def validate_steps(text):
    try:
        rules.read_steps(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class ReminderRule(models.Model):
    """How early people are told of one kind of date, and who is told."""

    class Told(models.TextChoices):
        OWNER = "owner", "The contract owner, or whoever stands in"
        OWNER_AND_SRO = "owner_and_sro", "The contract owner and the SRO"

    kind = models.CharField(max_length=40, unique=True, editable=False)
    steps = models.CharField(
        "days before the date",
        max_length=120,
        validators=[validate_steps],
        help_text="Numbers of days with commas between them. 0 is the day itself, -7 a week after it",
    )
    told = models.CharField("who is told", max_length=15, choices=Told, default=Told.OWNER)
    is_active = models.BooleanField("send these reminders", default=True)

    objects = ReminderRuleQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ("pk",)

    def __str__(self):
        return deadlines.label(self.kind)

    def get_absolute_url(self):
        return reverse("reminders:rule_edit", args=[self.pk])

    @cached_property
    def step_list(self):
        return rules.read_steps(self.steps)

    @property
    def steps_in_words(self):
        return rules.steps_in_words(self.step_list)


class Digest(models.Model):
    """The one e-mail that a person gets on a day, and how far it has come. It is its own log."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Nothing left to say"

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="digests")
    on = models.DateField("day")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    # No sender may take it before this moment: the lease of the one who has it, or the pause after
    # a failure.
    free_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["recipient", "on"], name="digest_once_for_a_person_and_day"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="digest_sent_at_when_sent",
            ),
        )
        indexes = (
            models.Index(
                fields=["free_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="digest_unfinished",
            ),
            models.Index(fields=["on", "id"], name="digest_by_day"),
        )

    def __str__(self):
        return f"{self.recipient}, {self.on}"

    @property
    def message_id(self):
        """The same for every attempt, so that a mailbox can drop the rare double."""
        host = urlsplit(settings.SITE_URL).hostname or "localhost"
        return f"<digest.{self.pk}.{self.created_at:%Y%m%d%H%M%S%f}@{host}>"


class Notice(models.Model):
    """One person is told of one date, once for each step before it. It is its own log."""

    class Withdrawn(models.TextChoices):
        MOVED = "moved", "The date has changed or is settled"
        OVERTAKEN = "overtaken", "A later reminder took its place"
        HIDDEN = "hidden", "The person may not see it any more"

    rule = models.ForeignKey(ReminderRule, models.PROTECT, related_name="notices")
    key = models.CharField(max_length=100)
    due_on = models.DateField("date")
    step = models.SmallIntegerField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    why = models.CharField(max_length=25, choices=[(t.value, t.reason) for t in rules.Teller])
    # As it stood when it was noticed: the log must outlive what it tells of.
    title = models.CharField(max_length=200)
    subject = models.CharField(max_length=350)
    url = models.CharField(max_length=300)
    contract = models.ForeignKey(
        "contracts.Contract", models.SET_NULL, null=True, related_name="notices"
    )
    digest = models.ForeignKey(Digest, models.PROTECT, null=True, related_name="notices")
    withdrawn = models.CharField(max_length=10, choices=Withdrawn, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["rule", "key", "due_on", "step", "recipient"],
                name="notice_once_for_a_step_and_person",
            ),
        )
        indexes = (
            models.Index(fields=["created_at", "id"], name="notice_by_moment"),
            models.Index(fields=["due_on", "id"], name="notice_by_date"),
            models.Index(fields=["recipient", "created_at", "id"], name="notice_by_person"),
            models.Index(
                fields=["recipient"],
                condition=Q(digest=None, withdrawn=""),
                name="notice_waiting",
            ),
        )

    def __str__(self):
        return f"{self.subject}: {self.title}, {rules.step_in_words(self.step)}"

    def get_absolute_url(self):
        return self.url

    @property
    def identity(self):
        return (self.rule_id, self.key, self.due_on, self.step, self.recipient_id)

    @property
    def thing(self):
        return rules.thing(self.rule.kind, self.title, self.subject)

    @property
    def thing_in_mail(self):
        """The same for a message, which names nothing that is confidential."""
        return deadlines.discreet(self.rule.kind) or self.thing

    @property
    def why_in_words(self):
        return rules.Teller(self.why).reason
