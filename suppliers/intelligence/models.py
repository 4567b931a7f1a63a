from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from suppliers.intelligence import rules
from suppliers.intelligence.querysets import (
    DistressEventQuerySet,
    FinancialCheckQuerySet,
    NoteQuerySet,
)


def _person(related_name):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False,
        verbose_name="written by", related_name=related_name,
    )  # fmt: skip


class IntelligenceNote(models.Model):
    """Something worth knowing about a supplier, a market, or both. Notes on reputation and finances are confidential."""

    kind = models.CharField("kind of note", max_length=15, choices=rules.NoteKind.choices())
    title = models.CharField("in one line", max_length=150)
    text = models.TextField("what is known")
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="intelligence_notes", db_index=False
    )  # fmt: skip
    category = models.CharField(
        "category or market", max_length=120, blank=True, help_text="Such as Social care, or Energy"
    )
    source = models.CharField("where it comes from", max_length=200, blank=True)
    noted_on = models.DateField("date of the note")
    valid_until = models.DateField(
        null=True, blank=True, help_text="When somebody should look whether it still holds"
    )
    ended_on = models.DateField("no longer counts since", null=True, editable=False)
    written_by = _person("intelligence_notes")

    objects = NoteQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "intelligence note"
        ordering = ("-noted_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(supplier__isnull=False)
                | (~Q(category="") & ~Q(kind__in=sorted(rules.OF_A_SUPPLIER))),
                name="intelligence_note_is_about_something",
            ),
        )
        indexes = (
            models.Index(fields=["noted_on", "id"], name="note_by_date"),
            models.Index(fields=["supplier", "noted_on", "id"], name="note_by_supplier"),
            models.Index(
                fields=["valid_until", "id"], condition=Q(ended_on=None), name="note_by_valid_until"
            ),
        )

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("intelligence:note", args=[self.pk])

    @property
    def is_confidential(self):
        return rules.is_confidential(self.kind)

    @property
    def is_out_of_date(self):
        return bool(
            self.valid_until and not self.ended_on and self.valid_until < timezone.localdate()
        )


class Agency(models.Model):
    """Who gives scores on the finances of suppliers, and from which score on we worry. The first are a house default."""

    name = models.CharField("name of the score", max_length=100, unique=True)
    threshold = models.DecimalField(max_digits=9, decimal_places=2)
    bad_when = models.CharField(
        "which scores are bad", max_length=5, choices=rules.BadWhen.choices(), default=rules.BadWhen.BELOW
    )  # fmt: skip
    is_used = models.BooleanField("offer it for new checks", default=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "score"
        ordering = ("name", "pk")

    def __str__(self):
        return self.name


class FinancialCheck(models.Model):
    """What was found when somebody looked at a supplier's finances, beside the threshold of that day. Kept for ever; the
    latest of each agency stands."""

    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, related_name="financial_checks", db_index=False
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="checks", verbose_name="score")
    kind = models.CharField(
        "what was looked at", max_length=10, choices=rules.CheckKind.choices(), default=rules.CheckKind.CREDIT
    )  # fmt: skip
    score = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    threshold = models.DecimalField(max_digits=9, decimal_places=2)
    bad_when = models.CharField(
        "which scores are bad", max_length=5, choices=rules.BadWhen.choices()
    )
    result = models.CharField(max_length=15, choices=rules.Result.choices())
    checked_on = models.DateField("checked on")
    due_on = models.DateField("next check", null=True, blank=True)
    note = models.TextField("what was found", blank=True)
    checked_by = _person("financial_checks")
    is_current = models.BooleanField(default=True, editable=False)

    objects = FinancialCheckQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "financial check"
        ordering = ("-checked_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["supplier", "agency"],
                condition=Q(is_current=True),
                name="financial_check_one_of_an_agency_stands",
            ),
            models.CheckConstraint(
                condition=Q(score=None, result="not_available")
                | (Q(score__isnull=False) & ~Q(result="not_available")),
                name="financial_check_result_fits_its_score",
            ),
        )
        indexes = (
            models.Index(fields=["supplier", "checked_on", "id"], name="check_by_supplier"),
            models.Index(fields=["checked_on", "id"], name="check_by_date"),
            models.Index(
                fields=["due_on", "id"], condition=Q(is_current=True), name="check_by_due_day"
            ),
        )

    def __str__(self):
        return f"{self.agency}: {self.get_result_display()}"

    def get_absolute_url(self):
        return reverse("intelligence:supplier", args=[self.supplier_id])


class DistressEvent(models.Model):
    """A sign that a supplier is in financial distress, and the plan for how the service goes on."""

    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, related_name="distress_events", editable=False, db_index=False
    )  # fmt: skip
    sign = models.CharField("what happened", max_length=25, choices=rules.Sign.choices())
    text = models.TextField("details")
    happened_on = models.DateField("when it happened")
    notified_on = models.DateField(
        "when the supplier told us", null=True, blank=True, help_text="Leave empty if it has not"
    )
    plan_due_on = models.DateField("service continuity plan due", null=True, blank=True)
    plan_agreed_on = models.DateField("plan agreed on", null=True, blank=True)
    closed_on = models.DateField("ended on", null=True, blank=True)
    outcome = models.TextField("how it ended", blank=True)
    recorded_by = _person("distress_events")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DistressEventQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = "distress event"
        ordering = ("-happened_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_on=None, outcome="")
                | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="distress_event_ended_on_with_outcome",
            ),
        )
        indexes = (
            models.Index(fields=["supplier", "happened_on", "id"], name="distress_by_supplier"),
            models.Index(fields=["happened_on", "id"], name="distress_by_date"),
            models.Index(
                fields=["plan_due_on"],
                condition=Q(closed_on=None, plan_agreed_on=None),
                name="distress_by_plan_due",
            ),
        )

    def __str__(self):
        return self.get_sign_display()

    def get_absolute_url(self):
        return reverse("intelligence:distress_edit", args=[self.pk])

    @property
    def title(self):
        return self.get_sign_display()

    @property
    def plan_state(self):
        return rules.plan_state(
            due_on=self.plan_due_on, agreed_on=self.plan_agreed_on, today=timezone.localdate()
        )
