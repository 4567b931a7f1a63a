from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from performance.scorecards import rules
from performance.scorecards.querysets import FeedbackQuerySet, ScorecardQuerySet
from performance.scorecards.rules import Decision, Kind, Quadrant, Rag, State

LONGEST_NARRATIVE = 4000


def _person(label, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        verbose_name=label, related_name="+", **options,
    )  # fmt: skip


class ScorecardInHistory(models.Model):
    """What a row of a scorecard's history is called: its quarter."""

    class Meta:
        abstract = True

    @property
    def label(self):
        return rules.quarter_of(self.quarter_start).label


class Scorecard(models.Model):
    """How a contract went in one quarter, by cost, performance, risk and user."""

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="scorecards",
        db_index=False,  # scorecard_once_a_quarter begins with it
    )  # fmt: skip
    quarter_start = models.DateField("quarter from")
    state = models.CharField(max_length=10, choices=State.choices(), default=State.DRAFT.value)
    # The sign-off that counts; those that were taken back stay beside it.
    signed = models.OneToOneField(
        "scorecards.SignOff", models.PROTECT, null=True, editable=False, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ScorecardQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["signed"], bases=[ScorecardInHistory])

    class Meta:
        ordering = ("-quarter_start", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "quarter_start"], name="scorecard_once_a_quarter"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", signed=None)
                | (~Q(state="draft") & Q(signed__isnull=False)),
                name="scorecard_signed_unless_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(quarter_start__month__in=[1, 4, 7, 10], quarter_start__day=1),
                name="scorecard_begins_with_a_quarter",
            ),
        )
        indexes = (
            models.Index(
                fields=["contract", "id"], condition=Q(state="signed_off"),
                name="scorecard_waits_for_the_sro",
            ),
        )  # fmt: skip

    def __str__(self):
        return self.quarter.label

    def get_absolute_url(self):
        return reverse("scorecards:scorecard", args=[self.pk])

    @property
    def quarter(self):
        return rules.quarter_of(self.quarter_start)

    @property
    def due_on(self):
        return rules.due_on(self.quarter)

    @property
    def is_draft(self):
        return self.state == State.DRAFT


class LineInHistory(models.Model):
    """What a row of a quadrant's history is called: `Cost, July to September 2026`."""

    class Meta:
        abstract = True

    def in_words(self, names):
        quarter = names.get(Scorecard, {}).get(self.scorecard_id, "")
        return f"{self.get_quadrant_display()}, {quarter}"


class Line(models.Model):
    """One side of a contract in a quarter: the word that was proposed, the one that was decided, and why."""

    scorecard = models.ForeignKey(
        Scorecard, models.CASCADE, related_name="lines",
        db_index=False,  # quadrant_once_in_a_scorecard begins with it
    )  # fmt: skip
    quadrant = models.CharField(max_length=11, choices=Quadrant.choices())
    # As it was when somebody last saved the quadrant, or signed it off.
    proposed = models.CharField(
        max_length=11, choices=Rag.choices(), default=Rag.NOT_TRACKED.value, editable=False
    )
    rag = models.CharField("how it stands", max_length=11, choices=Rag.choices(), blank=True)
    reason = models.TextField("why it is not what is proposed", max_length=1000, blank=True)
    narrative = models.TextField(
        "what happened, and what is being done", max_length=LONGEST_NARRATIVE, blank=True
    )
    decision = models.CharField(
        "what follows if it is not tracked", max_length=13, choices=Decision.choices(), blank=True
    )
    decision_note = models.TextField("more about that decision", max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords(bases=[LineInHistory])

    class Meta:
        verbose_name = "quadrant"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["scorecard", "quadrant"], name="quadrant_once_in_a_scorecard"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decision_note="") | Q(rag__in=["", "not_tracked"]),
                name="quadrant_decision_only_when_not_tracked",
            ),
        )

    def __str__(self):
        return self.get_quadrant_display()

    @property
    def plain(self):
        """As plain values for the rules."""
        return rules.Line(
            self.quadrant, self.rag, self.proposed, self.reason, self.narrative,
            self.decision, self.decision_note,
        )  # fmt: skip


class SignOffInHistory(models.Model):
    class Meta:
        abstract = True

    def in_words(self, names):
        return names.get(Scorecard, {}).get(self.scorecard_id, "")


class SignOff(models.Model):
    """That an owner signed a scorecard off, with all that stood in it then; and what its SRO made of it.

    `frozen` is never written again. A sign-off that was taken back stays, with the reason.
    """

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="sign_offs")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="signed off by", related_name="+"
    )
    at = models.DateTimeField("signed off")
    frozen = models.JSONField(editable=False)
    seen_by = _person("seen by")
    seen_at = models.DateTimeField("seen", null=True, editable=False)
    question = models.TextField("question of the SRO", max_length=2000, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    answered_by = _person("answered by")
    answered_at = models.DateTimeField("answered", null=True, editable=False)
    reopened_by = _person("taken back by")
    reopened_at = models.DateTimeField("taken back", null=True, editable=False)
    reopened_reason = models.TextField("why it was taken back", max_length=500, blank=True)

    history = HistoricalRecords(excluded_fields=["frozen"], bases=[SignOffInHistory])

    class Meta:
        verbose_name = "sign-off of the scorecard"
        verbose_name_plural = "sign-offs of scorecards"
        ordering = ("-at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(seen_by=None, seen_at=None, question="")
                | Q(seen_by__isnull=False, seen_at__isnull=False),
                name="sign_off_seen_by_and_at_together",
            ),
            models.CheckConstraint(
                condition=Q(seen_by=None) | ~Q(seen_by=F("by")),
                name="sign_off_seen_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | (
                    ~Q(question="")
                    & ~Q(answer="")
                    & Q(answered_by__isnull=False, answered_at__isnull=False)
                ),
                name="sign_off_answer_to_a_question",
            ),
            models.CheckConstraint(
                condition=Q(reopened_by=None, reopened_at=None, reopened_reason="")
                | (
                    Q(reopened_by__isnull=False, reopened_at__isnull=False) & ~Q(reopened_reason="")
                ),
                name="sign_off_taken_back_for_a_reason",
            ),
        )

    def __str__(self):
        return f"signed off by {self.by}"

    @property
    def awaits_answer(self):
        return bool(self.question and not self.answer and self.reopened_at is None)


def _figure(label, *, digits, places, **options):
    return models.DecimalField(
        label, max_digits=digits, decimal_places=places, null=True, blank=True, **options
    )


class FeedbackInHistory(models.Model):
    class Meta:
        abstract = True

    @property
    def label(self):
        return (
            f"{self.get_kind_display()}, received {self.received_on.day} {self.received_on:%B %Y}"
        )


class Feedback(models.Model):
    """What the people who use a contract said of it: a survey, a complaint or a compliment."""

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="feedback",
        db_index=False,  # feedback_of_a_contract begins with it
    )  # fmt: skip
    kind = models.CharField(max_length=10, choices=Kind.choices(), default=Kind.SURVEY.value)
    received_on = models.DateField("received on")
    source = models.CharField(
        "where it comes from", max_length=150,
        help_text="Such as the yearly survey of residents, or the contact centre",
    )  # fmt: skip
    score = _figure(
        "score", digits=7, places=2, validators=[MinValueValidator(0, "Enter 0 or more")]
    )
    scale = _figure(
        "highest score that could be given", digits=7, places=2,
        validators=[MinValueValidator(1, "Enter 1 or more")],
    )  # fmt: skip
    nps = models.SmallIntegerField(
        "net promoter score", null=True, blank=True,
        validators=[MinValueValidator(-100, "Enter -100 or more"), MaxValueValidator(100, "Enter 100 or less")],
    )  # fmt: skip
    sample = models.PositiveIntegerField(
        "how many answered", null=True, blank=True,
        validators=[MinValueValidator(1, "Enter 1 or more"), MaxValueValidator(100_000_000, "Enter a smaller number")],
    )  # fmt: skip
    comments = models.TextField("what was said", max_length=5000, blank=True)
    resolved_on = models.DateField("resolved on", null=True, blank=True)
    outcome = models.TextField("what came of it", max_length=2000, blank=True)
    recorded_by = _person("recorded by")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = FeedbackQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["recorded_by"], bases=[FeedbackInHistory])

    class Meta:
        verbose_name = "feedback"
        verbose_name_plural = "feedback"
        ordering = ("-received_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(score=None, scale=None)
                | Q(score__isnull=False, scale__gt=0, score__gte=0, score__lte=F("scale")),
                name="feedback_score_within_its_scale",
            ),
            models.CheckConstraint(
                condition=Q(nps=None) | Q(nps__range=(-100, 100)), name="feedback_nps_in_its_range"
            ),
            models.CheckConstraint(
                condition=Q(resolved_on=None, outcome="")
                | (Q(kind="complaint", resolved_on__gte=F("received_on")) & ~Q(outcome="")),
                name="feedback_only_complaints_are_resolved",
            ),
            models.CheckConstraint(
                condition=Q(kind="survey") | Q(score=None, nps=None),
                name="feedback_only_surveys_have_scores",
            ),
        )
        indexes = (
            models.Index(fields=["contract", "received_on", "id"], name="feedback_of_a_contract"),
        )

    def __str__(self):
        return f"{self.get_kind_display()} from {self.source}"

    def get_absolute_url(self):
        return reverse("scorecards:feedback", args=[self.contract_id])

    @property
    def is_complaint(self):
        return self.kind == Kind.COMPLAINT

    @property
    def is_open(self):
        return self.is_complaint and self.resolved_on is None

    @property
    def score_in_words(self):
        """`4.2 of 5`, `net promoter score 32`, or both; empty where there is none."""
        said = []
        if self.score is not None:
            said.append(f"{rules.short(self.score)} of {rules.short(self.scale)}")
        if self.nps is not None:
            said.append(f"net promoter score {self.nps}")
        return ", ".join(said)
