from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from contracts.obligations import rules
from contracts.obligations.querysets import ObligationQuerySet, OccurrenceQuerySet
from contracts.obligations.rules import Kind, Party, Relief, Repeat, Status

_date_validators = (
    MinValueValidator(rules.EARLIEST, "Enter a year after 1949"),
    MaxValueValidator(rules.LATEST, "Enter a year before 2151"),
)


def _person(label, related_name="+", **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        verbose_name=label, related_name=related_name, **options,
    )  # fmt: skip


class Obligation(models.Model):
    """Something that the supplier or the authority has promised in a contract, once or again and again."""

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="obligations",
        db_index=False,  # obligation_number_once_in_a_contract begins with it
    )  # fmt: skip
    number = models.CharField(max_length=20, help_text="Within this contract, such as 7 or S2.4")
    clause = models.CharField(max_length=60, blank=True, help_text="Such as Schedule 2, 4.1")
    title = models.CharField(max_length=200, help_text="Such as Monthly performance report")
    text = models.TextField(
        "what the contract says", blank=True, help_text="The words of the clause, or their gist"
    )
    party = models.CharField(
        "who must do it", max_length=10, choices=Party.choices(), default=Party.SUPPLIER.value
    )
    kind = models.CharField(max_length=12, choices=Kind.choices(), default=Kind.OBLIGATION.value)
    responsible = _person("responsible person", "obligations")
    supplier_contact = models.CharField("contact at the supplier", max_length=120, blank=True)

    repeat = models.CharField(
        "how often", max_length=8, choices=Repeat.choices(), default=Repeat.ONCE.value
    )
    every = models.PositiveSmallIntegerField(
        default=1,
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(rules.MOST_EVERY, f"Enter {rules.MOST_EVERY} or less"),
        ],
        help_text="1 is every week, month, quarter or year; 2 is every second one",
    )
    first_due = models.DateField("day first due", validators=_date_validators)
    last_day = models.BooleanField("due on the last day of each month", default=False)
    until = models.DateField("goes on until", null=True, blank=True, validators=_date_validators)
    times = models.PositiveSmallIntegerField(
        "number of times", null=True, blank=True,
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(rules.MOST_TIMES, f"Enter {rules.MOST_TIMES:,} or less"),
        ],
    )  # fmt: skip
    followed_from = models.DateField(validators=_date_validators)
    survives = models.BooleanField("goes on after the contract has ended", default=False)

    evidence_required = models.CharField(max_length=200, blank=True)
    consequence = models.TextField("what follows if it is not done", blank=True)
    ended_on = models.DateField(null=True, blank=True, editable=False)
    # Everything up to and including this day has been made; None when nothing has.
    made_to = models.DateField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ObligationQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["made_to"])

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                F("contract"), Upper("number"),
                name="obligation_number_once_in_a_contract",
                violation_error_message="This contract has an obligation with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("first_due")),
                name="obligation_until_after_first_due",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(times=None), name="obligation_until_or_times"
            ),
            models.CheckConstraint(
                condition=Q(every__gte=1) & (Q(times=None) | Q(times__gte=1)),
                name="obligation_steps_forward",
            ),
            models.CheckConstraint(
                condition=~Q(kind="condition") | Q(repeat="once"),
                name="obligation_condition_is_once",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["title", "id"], name="obligation_by_title"),
            models.Index(
                fields=["made_to"], condition=Q(ended_on=None), name="obligation_to_make_ahead"
            ),
        )

    def __str__(self):
        return f"{self.number} {self.title}"

    def get_absolute_url(self):
        return reverse("obligations:obligation", args=[self.pk])

    @property
    def rule(self):
        return rules.Rule(
            self.first_due, self.repeat, self.every, self.last_day, self.until, self.times
        )

    @property
    def rule_in_words(self):
        return self.rule.in_words

    @property
    def is_ours(self):
        return self.party == Party.AUTHORITY

    @property
    def is_condition(self):
        return self.kind == Kind.CONDITION


class DependencyInHistory(models.Model):
    """What a row of a dependency's history is called: `Monthly report on Site access`."""

    class Meta:
        abstract = True

    def in_words(self, names):
        called = names.get(Obligation, {})
        return f"{called.get(self.obligation_id, '')} on {called.get(self.on_id, '')}"


class Dependency(models.Model):
    """A supplier's obligation can only be met when one of ours has been."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="dependencies")
    on = models.ForeignKey(
        Obligation, models.CASCADE, related_name="dependents", verbose_name="depends on"
    )

    history = HistoricalRecords(bases=[DependencyInHistory])

    class Meta:
        verbose_name_plural = "dependencies"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["obligation", "on"], name="dependency_once"),
            models.CheckConstraint(
                condition=~Q(obligation=F("on")), name="dependency_not_on_itself"
            ),
        )

    def __str__(self):
        return f"{self.obligation} depends on {self.on}"


class WithObligation(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("obligation")


class OccurrenceInHistory(models.Model):
    """What a row of an occurrence's history is called: `Monthly report, due 31 October 2026`."""

    objects = WithObligation()

    class Meta:
        abstract = True

    @property
    def label(self):
        return f"{self.obligation.title}, due {rules.in_words(self.due_on)}"


class Occurrence(models.Model):
    """One day on which an obligation falls due, and what became of it."""

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="occurrences",
        db_index=False,  # occurrence_once_a_day begins with it
    )  # fmt: skip
    due_on = models.DateField("due")
    status = models.CharField(max_length=14, choices=Status.choices(), default=Status.PENDING.value)
    done_on = models.DateField("done on", null=True, blank=True, validators=_date_validators)
    evidence = models.TextField(blank=True)
    evidence_url = models.URLField("link to the evidence", max_length=500, blank=True)
    reason = models.TextField(blank=True)
    said_by = _person("recorded by")
    said_at = models.DateTimeField("recorded at", null=True, editable=False)

    relief = models.CharField(max_length=8, choices=Relief.choices(), blank=True, default="")
    relief_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True,
        verbose_name="relief because of", related_name="reliefs",
    )  # fmt: skip
    relief_reason = models.TextField("reason for the decision on relief", blank=True)
    relief_by = _person("relief decided by")
    relief_at = models.DateTimeField("relief decided at", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OccurrenceQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["said_by", "said_at", "relief_from", "relief_by", "relief_at"],
        bases=[OccurrenceInHistory],
    )

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=["obligation", "due_on"], name="occurrence_once_a_day"),
            models.CheckConstraint(
                condition=Q(status="met", done_on__isnull=False, done_on__lte=F("due_on"))
                | Q(status="late", done_on__isnull=False, done_on__gt=F("due_on"))
                | Q(~Q(status__in=["met", "late"]), done_on=None),
                name="occurrence_done_on_a_day_if_done",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["failed", "waived", "not_applicable"]) | ~Q(reason=""),
                name="occurrence_not_done_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(relief="", relief_from=None)
                | (~Q(relief="") & Q(relief_from__isnull=False)),
                name="occurrence_relief_has_a_cause",
            ),
            models.CheckConstraint(
                condition=~Q(relief__in=["granted", "refused"]) | ~Q(relief_reason=""),
                name="occurrence_relief_decided_for_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["due_on", "id"], name="occurrence_by_day"),
            models.Index(
                fields=["due_on", "id"], condition=Q(status="pending"),
                name="occurrence_pending_by_day",
            ),
            models.Index(
                fields=["relief", "due_on"], condition=~Q(relief=""), name="occurrence_by_relief"
            ),
        )  # fmt: skip

    def __str__(self):
        return f"{self.obligation}, due {rules.in_words(self.due_on)}"

    def get_absolute_url(self):
        return reverse("obligations:occurrence", args=[self.pk])

    @property
    def state(self):
        """How it stands today."""
        return rules.state(
            status=self.status, due_on=self.due_on, relief=self.relief, today=timezone.localdate()
        )

    @property
    def is_pending(self):
        return self.status == Status.PENDING

    @property
    def awaits_relief(self):
        return self.relief == Relief.OFFERED
