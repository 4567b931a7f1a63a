from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from contracts.models import Tier
from contracts.tiering import rules
from contracts.tiering.querysets import AssessmentQuerySet, QuestionnaireQuerySet


def _person(label, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        verbose_name=label, related_name="+", **options,
    )  # fmt: skip


def _cut_off(label):
    return models.DecimalField(
        label, max_digits=5, decimal_places=2,
        validators=[MinValueValidator(0, "Enter 0 or more"), MaxValueValidator(100, "Enter 100 or less")],
    )  # fmt: skip


def _months(label):
    return models.PositiveSmallIntegerField(
        label,
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(rules.MOST_MONTHS, f"Enter {rules.MOST_MONTHS} or less"),
        ],
    )


class Factor(models.TextChoices):
    """What a question looks at. The first four are those of the Sourcing Playbook's tiering tool (June
    2023); the fifth is the house's own."""

    IMPACT = "impact", "Impact of failure"
    CONTINUITY = "continuity", "Continuity of the service"
    SWITCHING = "switching", "Changing supplier"
    VALUE = "value", "Contract value"
    COMPLEXITY = "complexity", "Complexity and data"


class VersionInHistory(models.Model):
    class Meta:
        abstract = True

    @property
    def label(self):
        return f"version {self.number}"


class QuestionInHistory(models.Model):
    class Meta:
        abstract = True

    @property
    def label(self):
        return self.text


class RuleInHistory(models.Model):
    class Meta:
        abstract = True

    @property
    def label(self):
        return f"At least {self.get_at_least_display()} because {self.words}"


class Questionnaire(models.Model):
    """One version of the questions, weights and cut-offs that a tier follows from.

    A version that was published never changes: assessments made under it must stay what they were. To
    change anything, the current version is copied into a draft (see `actions`).
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        CURRENT = "current", "Current"
        RETIRED = "retired", "Retired"

    number = models.PositiveIntegerField("version")
    state = models.CharField(max_length=7, choices=State, default=State.DRAFT)
    platinum_from = _cut_off("Platinum begins at")
    gold_from = _cut_off("Gold begins at")
    silver_from = _cut_off("Silver begins at")
    platinum_months = _months("Platinum: months until the next assessment")
    gold_months = _months("Gold: months until the next assessment")
    silver_months = _months("Silver: months until the next assessment")
    bronze_months = _months("Bronze: months until the next assessment")
    notes = models.TextField(
        blank=True, help_text="Where it comes from and what to know about it; readers see this first"
    )  # fmt: skip
    started_by = _person("draft started by")
    started_at = models.DateTimeField("draft started", default=timezone.now)
    published_by = _person("published by")
    published_at = models.DateTimeField("published", null=True, blank=True)
    reason = models.TextField("why it was published", blank=True)
    reassess_by = models.DateField(
        "contracts that would move to be assessed again by", null=True, blank=True
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = QuestionnaireQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["started_by", "started_at", "published_by", "published_at"],
        bases=[VersionInHistory],
    )

    class Meta:
        verbose_name = "tiering questionnaire"
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["number"], name="questionnaire_number_unique"),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="current"), name="questionnaire_one_current"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="questionnaire_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None)
                | (~Q(state="draft") & Q(published_at__isnull=False)),
                name="questionnaire_published_unless_a_draft",
            ),
        )

    def __str__(self):
        return f"Version {self.number}"

    def get_absolute_url(self):
        if self.state == self.State.DRAFT:
            return reverse("tiering:draft")
        return reverse("tiering:version", args=[self.pk])

    @property
    def is_draft(self):
        return self.state == self.State.DRAFT

    @property
    def cut_offs(self):
        return rules.CutOffs(self.platinum_from, self.gold_from, self.silver_from)

    @property
    def months(self):
        return {tier: getattr(self, f"{tier}_months") for tier in rules.TIERS}

    @property
    def rulebook(self):
        """All of it as plain values for the rules; two queries, none where both were prefetched."""
        return rules.Rulebook(
            tuple(question.plain for question in self.questions.all()),
            tuple(rule.plain for rule in self.hard_rules.all()),
            self.cut_offs,
            self.months,
        )


class Question(models.Model):
    """One question of a version, its weight, and what each answer from 0 to 4 means."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.CASCADE, related_name="questions", db_index=False
    )
    # The same from version to version, so that stored answers can be scored by another version.
    key = models.SlugField(max_length=40, editable=False, db_index=False)
    place = models.PositiveSmallIntegerField(default=0, editable=False)
    text = models.CharField("question", max_length=200)
    help = models.TextField(
        "help", blank=True, help_text="What to think of, and where to look it up"
    )
    factor = models.CharField("what it looks at", max_length=10, choices=Factor, default=Factor.IMPACT)  # fmt: skip
    weight = models.PositiveSmallIntegerField(
        default=0, validators=[MaxValueValidator(rules.TOTAL_WEIGHT, "Enter 100 or less")]
    )
    answer_0 = models.CharField("answer 0", max_length=200)
    answer_1 = models.CharField("answer 1", max_length=200)
    answer_2 = models.CharField("answer 2", max_length=200)
    answer_3 = models.CharField("answer 3", max_length=200)
    answer_4 = models.CharField("answer 4", max_length=200)

    history = HistoricalRecords(bases=[QuestionInHistory])

    class Meta:
        ordering = ("place", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["questionnaire", "key"], name="question_once_in_a_questionnaire"
            ),
        )

    def __str__(self):
        return self.text

    @property
    def answers(self):
        return tuple(getattr(self, f"answer_{n}") for n in range(rules.HIGHEST_ANSWER + 1))

    @property
    def plain(self):
        return rules.Question(
            self.key, self.text, self.weight, self.answers, self.factor, self.help
        )


class HardRule(models.Model):
    """At least this tier, whatever the score: by the answer to a question or by the contract's value."""

    class Subject(models.TextChoices):
        ANSWER = rules.ANSWER, "The answer to a question"
        VALUE = rules.VALUE, "The contract's total value"

    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="hard_rules")
    subject = models.CharField("what it looks at", max_length=6, choices=Subject)
    question = models.ForeignKey(Question, models.CASCADE, null=True, blank=True, related_name="hard_rules")  # fmt: skip
    # The lowest answer for which it holds, or pounds that the value must be above.
    threshold = models.DecimalField(max_digits=14, decimal_places=2)
    at_least = models.CharField("at least", max_length=10, choices=Tier)
    words = models.CharField(
        "because", max_length=200, help_text="Ends the sentence “at least Gold because …”"
    )

    history = HistoricalRecords(bases=[RuleInHistory])

    class Meta:
        verbose_name = "rule"
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(subject="answer", question__isnull=False)
                | Q(subject="value", question=None),
                name="hard_rule_names_its_question",
            ),
        )

    def __str__(self):
        return f"At least {self.get_at_least_display()} because {self.words}"

    @property
    def plain(self):
        key = self.question.key if self.question_id else ""
        return rules.HardRule(self.subject, self.threshold, self.at_least, self.words, key)


class AssessmentInHistory(models.Model):
    class Meta:
        abstract = True

    def in_words(self, names):
        version = names.get(Questionnaire, {}).get(self.questionnaire_id, "a version")
        return f"{version[:1].lower()}{version[1:]}, score {rules.number(self.score)}"


class Assessment(models.Model):
    """The answers that somebody gave for a contract, the tier they give by the rules, and what was decided.

    A row is written when it is proposed, and once more when it is decided or sent back. What was answered,
    scored, proposed and decided never changes afterwards; only `due_on` and the mark of a later version do.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Waiting for a decision"
        DECIDED = "decided", "Decided"
        SENT_BACK = "sent_back", "Sent back"
        REPLACED = "replaced", "Replaced by another proposal"

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="tier_assessments"
    )
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, related_name="assessments", verbose_name="questionnaire"
    )
    # As they were on the day: the rules of the value look at these, now and when scored again.
    value = models.DecimalField("total value", max_digits=14, decimal_places=2, null=True, blank=True)  # fmt: skip
    currency = models.CharField(max_length=3, default="GBP")
    score = models.DecimalField(max_digits=5, decimal_places=2)
    proposed_tier = models.CharField("tier by the rules", max_length=10, choices=Tier)
    reasons = models.TextField("why", help_text="One sentence a line")
    comment = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_by = _person("proposed by")
    proposed_at = models.DateTimeField("proposed", default=timezone.now)

    decided_tier = models.CharField(max_length=10, choices=Tier, blank=True)
    # Why another tier than the rules give was decided, or why it was sent back.
    reason = models.TextField(blank=True)
    decided_by = _person("decided by")
    decided_on = models.DateField("decided on", null=True, blank=True)
    next_due_on = models.DateField("to be assessed again", null=True, blank=True)

    # The latest decision of its contract.
    in_effect = models.BooleanField(default=False)
    # As `next_due_on`, or earlier when a new version of the questionnaire would give another tier.
    due_on = models.DateField("next assessment due", null=True, blank=True)
    marked_by = models.ForeignKey(
        Questionnaire, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name="marked by a new questionnaire", db_index=False,
    )  # fmt: skip
    marked_tier = models.CharField("tier by the new questionnaire", max_length=10, choices=Tier, blank=True)  # fmt: skip

    objects = AssessmentQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["proposed_by", "proposed_at", "next_due_on", "in_effect", "marked_by"],
        bases=[AssessmentInHistory],
    )

    class Meta:
        verbose_name = "tier assessment"
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["contract"], condition=Q(state="proposed"),
                name="assessment_one_waiting_for_a_contract",
            ),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(in_effect=True),
                name="assessment_one_in_effect_for_a_contract",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided")
                | (
                    ~Q(decided_tier="")
                    & Q(decided_on__isnull=False, next_due_on__isnull=False, due_on__isnull=False)
                ),
                name="assessment_decided_has_tier_and_dates",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_tier=F("proposed_tier")) | ~Q(reason=""),
                name="assessment_other_tier_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent_back") | ~Q(reason=""),
                name="assessment_sent_back_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(in_effect=False) | Q(state="decided"),
                name="assessment_in_effect_is_decided",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(
                fields=["due_on", "id"], condition=Q(in_effect=True), name="assessment_by_due"
            ),
            models.Index(
                fields=["proposed_at", "id"],
                condition=Q(state="proposed"),
                name="assessment_waiting",
            ),
        )

    def __str__(self):
        return (
            f"{self.contract}: {self.get_proposed_tier_display()}, score {rules.number(self.score)}"
        )

    def get_absolute_url(self):
        return reverse("tiering:assessment", args=[self.pk])

    @property
    def total_value(self):
        return rules.Value(self.value, self.currency)

    @property
    def sentences(self):
        """Why the rules give the proposed tier."""
        return self.reasons.splitlines()

    @property
    def main_reason(self):
        """The one sentence that says most: what raised the tier, or else what the score gives."""
        sentences = self.sentences
        return next((s for s in sentences if s.startswith(rules.RAISED)), sentences[0])

    @property
    def score_in_words(self):
        return rules.number(self.score)

    @property
    def is_waiting(self):
        return self.state == self.State.PROPOSED

    @property
    def is_decided(self):
        return self.state == self.State.DECIDED

    @property
    def differs(self):
        """Whether another tier was decided than the rules gave."""
        return self.is_decided and self.decided_tier != self.proposed_tier

    @property
    def given(self):
        """{key of the question: answer}; one query, none where answers and questions were prefetched."""
        return {answer.question.key: answer.value for answer in self.answers.all()}


class Answer(models.Model):
    """One answer of an assessment. Rows, so that SQL can score a hundred thousand by other weights."""

    assessment = models.ForeignKey(
        Assessment, models.CASCADE, related_name="answers", db_index=False
    )
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("question__place", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["assessment", "question"], name="answer_once_in_an_assessment"
            ),
            models.CheckConstraint(
                condition=Q(value__lte=rules.HIGHEST_ANSWER), name="answer_from_0_to_4"
            ),
        )

    def __str__(self):
        return f"{self.question}: {self.value}"

    @property
    def text(self):
        return self.question.answers[self.value]

    @property
    def points(self):
        """What it adds to the score."""
        return rules.number(Decimal(self.question.weight * self.value) / rules.HIGHEST_ANSWER)
