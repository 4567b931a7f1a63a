from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from risks.continuity import rules
from risks.continuity.querysets import CheckQuerySet, PlanQuerySet, TestQuerySet
from risks.continuity.rules import Outcome, PlanKind, Result, Topic, Trial, Unit, Whose

_date_validators = (
    MinValueValidator(rules.EARLIEST, "Enter a year after 1949"),
    MaxValueValidator(rules.LATEST, "Enter a year before 2151"),
)
MOST = 9999


def _date(label, **options):
    return models.DateField(label, validators=_date_validators, **options)


def _person(label, related_name="+", **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        verbose_name=label, related_name=related_name, **options,
    )  # fmt: skip


def _amount(label, **options):
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True,
        validators=[MinValueValidator(0, "Enter 0 or more"), MaxValueValidator(MOST, f"Enter {MOST:,} or less")],
        **options,
    )  # fmt: skip


def _unit(label):
    return models.CharField(label, max_length=5, choices=Unit.choices(), blank=True)


def _of(model, related_name):
    """Exactly one of contract and supplier is named; an index of each model begins with each."""
    return models.ForeignKey(
        model, models.PROTECT, null=True, blank=True, related_name=related_name, editable=False, db_index=False
    )  # fmt: skip


def _document():
    """Not told in the history: whoever reads that need not be one who may know of a confidential document."""
    return models.ForeignKey(
        "documents.Document", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="document"
    )  # fmt: skip


def _one_subject(name):
    return models.CheckConstraint(
        condition=Q(contract=None, supplier__isnull=False)
        | Q(contract__isnull=False, supplier=None),
        name=name,
    )


class OfOne(models.Model):
    """What hangs on a contract or on a supplier."""

    class Meta:
        abstract = True

    @property
    def subject(self):
        from risks.continuity.subjects import Subject  # it looks for documents and risks

        return Subject(contract=self.contract, supplier=self.supplier)


class Plan(OfOne):
    """How a service goes on, or comes back, when something goes wrong: the supplier's plan or ours, of one contract or of
    a supplier with all its contracts."""

    contract = _of("contracts.Contract", "continuity_plans")
    supplier = _of("suppliers.Supplier", "continuity_plans")
    kind = models.CharField("kind of plan", max_length=10, choices=PlanKind.choices())
    whose = models.CharField(
        "whose plan it is", max_length=8, choices=Whose.choices(), default=Whose.SUPPLIER.value
    )
    title = models.CharField(max_length=200, help_text="Such as Continuity plan for collections")
    scope = models.TextField("which services it covers", blank=True)
    url = models.URLField("link to the plan", max_length=500, blank=True)
    document = _document()
    rto = _amount(
        "recovery time objective",
        help_text="How long the service may be away at most. Leave empty if the plan does not state it",
    )
    rto_unit = _unit("recovery time is in")
    rpo = _amount(
        "recovery point objective",
        help_text="How much of what was last recorded may be lost, as a time. Leave empty if it is not stated",
    )
    rpo_unit = _unit("recovery point is in")
    owner = _person("plan owner", "continuity_plans")
    agreed_on = _date("last agreed or updated on", null=True, blank=True)
    review_on = _date("next review", null=True, blank=True)
    test_due_on = _date("next test due", null=True, blank=True)
    # What its latest test says; kept here so that lists filter and sort by an index.
    tested_on = models.DateField("last tested", null=True, editable=False)
    test_result = models.CharField(
        "result of the last test", max_length=8, choices=Outcome.choices(), blank=True, editable=False
    )  # fmt: skip
    retired_on = models.DateField("retired on", null=True, editable=False)
    retired_reason = models.CharField("retired because", max_length=500, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PlanQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["document", "retired_reason"])

    class Meta:
        verbose_name = "continuity plan"
        ordering = ("pk",)
        constraints = (
            _one_subject("plan_of_contract_or_supplier"),
            models.CheckConstraint(
                condition=Q(document=None) | Q(contract__isnull=False),
                name="plan_document_is_of_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(rto=None, rto_unit="") | (Q(rto__isnull=False) & ~Q(rto_unit="")),
                name="plan_recovery_time_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(rpo=None, rpo_unit="") | (Q(rpo__isnull=False) & ~Q(rpo_unit="")),
                name="plan_recovery_point_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(tested_on=None, test_result="")
                | (Q(tested_on__isnull=False) & ~Q(test_result="")),
                name="plan_tested_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(retired_on=None, retired_reason="")
                | (Q(retired_on__isnull=False) & ~Q(retired_reason="")),
                name="plan_retired_with_a_reason",
            ),
        )
        indexes = (
            models.Index(fields=["contract", "kind"], name="plan_of_contract"),
            models.Index(
                fields=["supplier", "kind"], condition=Q(supplier__isnull=False), name="plan_of_supplier"
            ),
            models.Index(fields=["title", "id"], name="plan_by_title"),
            models.Index(fields=["test_due_on", "id"], name="plan_by_test"),
            models.Index(
                fields=["review_on", "id"], condition=Q(retired_on=None), name="plan_by_review"
            ),
        )  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("continuity:plan", args=[self.pk])

    @property
    def state(self):
        return rules.plan_state(
            tested_on=self.tested_on, result=self.test_result, due_on=self.test_due_on,
            retired_on=self.retired_on, today=timezone.localdate(),
        )  # fmt: skip

    @property
    def is_in_use(self):
        return self.retired_on is None

    @property
    def rto_in_words(self):
        return rules.time_in_words(self.rto, self.rto_unit)

    @property
    def rpo_in_words(self):
        return rules.time_in_words(self.rpo, self.rpo_unit)


class OfAPlan(models.Model):
    """What a row of the history of a test is called: by its plan."""

    class Meta:
        abstract = True

    def in_words(self, names):
        return names.get(Plan, {}).get(self.plan_id, "")


class PlanTest(models.Model):
    """One time that a plan was tried out, and what that showed."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tests", db_index=False)
    on = _date("day of the test")
    kind = models.CharField("kind of test", max_length=4, choices=Trial.choices())
    result = models.CharField(max_length=8, choices=Outcome.choices())
    reached = _amount("time it took to recover", help_text="Leave empty if it was not measured")
    reached_unit = _unit("time is in")
    findings = models.TextField("what it showed", blank=True)
    recorded_by = _person("recorded by", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TestQuerySet.as_manager()
    history = HistoricalRecords(bases=[OfAPlan])

    class Meta:
        verbose_name = "test of a plan"
        ordering = ("-on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(reached=None, reached_unit="")
                | (Q(reached__isnull=False) & ~Q(reached_unit="")),
                name="plan_test_time_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(result="passed") | ~Q(findings=""), name="plan_test_says_what_it_showed"
            ),
        )
        indexes = (models.Index(fields=["plan", "on", "id"], name="plan_test_by_day"),)

    def __str__(self):
        return f"Test of {self.plan}"

    def get_absolute_url(self):
        return f"{reverse('continuity:plan', args=[self.plan_id])}#tests"

    @property
    def reached_in_words(self):
        return rules.time_in_words(self.reached, self.reached_unit)

    @property
    def took_too_long(self):
        return rules.took_too_long(
            reached=rules.hours(self.reached, self.reached_unit),
            objective=rules.hours(self.plan.rto, self.plan.rto_unit),
        )


class RequirementInHistory(models.Model):
    """What a row of the history of a check is called: by what is required."""

    class Meta:
        abstract = True

    def in_words(self, names):
        return self.requirement


class ComplianceCheck(OfOne):
    """Something that a contract or a supplier must comply with, and what showed that it does when somebody last looked.
    A later check takes its place and names the first of the same requirement; all are kept."""

    contract = _of("contracts.Contract", "compliance_checks")
    supplier = _of("suppliers.Supplier", "compliance_checks")
    first = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="later", db_index=False
    )  # fmt: skip
    topic = models.CharField("what it is about", max_length=14, choices=Topic.choices())
    topic_words = models.CharField(
        "if something else, what?", max_length=60, blank=True, help_text="Such as Living wage"
    )
    requirement = models.CharField(
        "what is required", max_length=200, help_text="Such as Public liability insurance of £10 million"
    )  # fmt: skip
    result = models.CharField(
        "what was found", max_length=11, choices=Result.choices(), default=Result.NOT_CHECKED.value
    )
    evidence = models.TextField("what shows it", blank=True)
    evidence_url = models.URLField("link to the evidence", max_length=500, blank=True)
    document = _document()
    checked_on = _date("checked on", null=True, blank=True)
    checked_by = _person("checked by", editable=False)
    expires_on = _date(
        "evidence expires on", null=True, blank=True, help_text="The last day on which it is good"
    )
    next_on = _date("next check", null=True, blank=True)
    # The earlier of the two days above, kept here so that lists sort by an index.
    due_on = models.DateField("to be renewed or checked by", null=True, editable=False)
    action = models.TextField("what is done about it", blank=True)
    risk = models.ForeignKey(
        "risks.Risk", models.PROTECT, null=True, blank=True, related_name="compliance_checks",
        verbose_name="risk in the register",
    )  # fmt: skip
    is_current = models.BooleanField(default=True, editable=False)
    ended_on = models.DateField("no longer required since", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CheckQuerySet.as_manager()
    history = HistoricalRecords(
        bases=[RequirementInHistory],
        excluded_fields=["document", "due_on", "is_current", "first"],
    )

    class Meta:
        verbose_name = "compliance check"
        ordering = ("pk",)
        constraints = (
            _one_subject("compliance_of_contract_or_supplier"),
            models.CheckConstraint(
                condition=Q(document=None) | Q(contract__isnull=False),
                name="compliance_document_is_of_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(result="not_checked") | Q(checked_on__isnull=False),
                name="compliance_checked_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(result="complies")
                | ~Q(evidence="")
                | ~Q(evidence_url="")
                | Q(document__isnull=False),
                name="compliance_is_shown",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=["partly", "fails"]) | ~Q(action=""),
                name="compliance_failing_has_an_action",
            ),
            models.CheckConstraint(
                condition=~Q(topic="other") | ~Q(topic_words=""), name="compliance_other_in_words"
            ),
            models.UniqueConstraint(
                fields=["first"], condition=Q(is_current=True), name="compliance_latest_stands"
            ),
        )
        indexes = (
            models.Index(fields=["contract", "is_current", "due_on"], name="compliance_of_contract"),
            models.Index(
                fields=["supplier", "is_current"], condition=Q(supplier__isnull=False), name="compliance_of_supplier"
            ),
            models.Index(fields=["first", "id"], condition=Q(first__isnull=False), name="compliance_line"),
            models.Index(fields=["requirement", "id"], name="compliance_by_requirement"),
            models.Index(fields=["due_on", "id"], name="compliance_by_due_day"),
        )  # fmt: skip

    def __str__(self):
        return self.requirement

    def get_absolute_url(self):
        return reverse("continuity:check", args=[self.pk])

    @property
    def title(self):
        return self.requirement

    @property
    def topic_in_words(self):
        return self.topic_words if self.topic == Topic.OTHER else self.get_topic_display()

    @property
    def is_shown(self):
        return bool(self.evidence or self.evidence_url or self.document_id)

    @property
    def is_open(self):
        """Whether it counts still: neither replaced by a later check nor no longer required."""
        return self.is_current and self.ended_on is None

    @property
    def state(self):
        if self.ended_on:
            return rules.EvidenceState.ENDED
        if not self.is_current:
            return rules.EvidenceState.REPLACED
        return rules.evidence_state(
            result=self.result, is_shown=self.is_shown, expires_on=self.expires_on,
            next_on=self.next_on, today=timezone.localdate(),
        )  # fmt: skip
