from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from risks import rules
from risks.querysets import OfRisksQuerySet, ReferralQuerySet, RiskQuerySet, TreatmentQuerySet
from risks.rules import Answer, Cause, Kind, Proximity, Response, State

_date_validators = (
    MinValueValidator(rules.EARLIEST, "Enter a year after 1949"),
    MaxValueValidator(rules.LATEST, "Enter a year before 2151"),
)


def _person(label, related_name="+", **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        verbose_name=label, related_name=related_name, **options,
    )  # fmt: skip


def _date(label, **options):
    return models.DateField(label, validators=_date_validators, **options)


def _level(label, choices=rules.LEVELS, **options):
    """How likely or how serious, from 1 to 5; the matrix has the words."""
    return models.PositiveSmallIntegerField(
        label,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        **options,
    )


def _score(label, **options):
    return models.PositiveSmallIntegerField(label, null=True, editable=False, **options)


def _both_or_none(prefix):
    return models.CheckConstraint(
        condition=Q(**{f"{prefix}likelihood": None, f"{prefix}impact": None, f"{prefix}score": None})
        | Q(**{
            f"{prefix}likelihood__range": (1, 5),
            f"{prefix}impact__range": (1, 5),
            f"{prefix}score__isnull": False,
        }),
        name=f"risk_{prefix or 'current_'}score_of_both",
    )  # fmt: skip


# --- How risks are scored -------------------------------------------------------------------------


def _products():
    return [list(row) for row in rules.PRODUCTS]


def _likelihoods():
    return list(rules.LIKELIHOODS)


def _impacts():
    return list(rules.IMPACTS)


def _months():
    return {band.value: months for band, months in rules.MONTHS.items()}


class Matrix(models.Model):
    """How likelihood and impact make a score, and what follows from it. There is one; the first is a house default."""

    likelihoods = models.JSONField("words for how likely", default=_likelihoods)
    impacts = models.JSONField("words for how serious", default=_impacts)
    scores = models.JSONField("scores", default=_products)
    medium = models.PositiveSmallIntegerField("medium from", default=6)
    high = models.PositiveSmallIntegerField("high from", default=13)
    critical = models.PositiveSmallIntegerField("critical from", default=20)
    before_sro = models.PositiveSmallIntegerField(
        "put before the SRO from", default=13,
        help_text="A risk or an issue of a contract with this score, or a higher one, waits for what its SRO says",
    )  # fmt: skip
    months = models.JSONField("months between two reviews", default=_months)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "risk matrix"
        verbose_name_plural = "risk matrices"

    def __str__(self):
        return "Risk matrix"

    def get_absolute_url(self):
        return reverse("risks:matrix")

    @classmethod
    def current(cls):
        """The matrix that counts, as `rules.Matrix`; the house default until somebody has changed it."""
        row = cls.objects.order_by("pk").first() or cls(version=0)
        return row.rules

    @property
    def rules(self):
        return rules.Matrix(
            scores=self.scores, medium=self.medium, high=self.high, critical=self.critical,
            before_sro=self.before_sro, months=self.months,
            likelihoods=self.likelihoods, impacts=self.impacts,
            version=self.version,
        )  # fmt: skip


class Category(models.Model):
    """A kind of risk, and how much of it the organisation is ready to carry: its appetite. The first are those of the
    Orange Book, with appetites that are a house default."""

    name = models.CharField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True)
    appetite = models.PositiveSmallIntegerField(
        "highest score that we are ready to carry", null=True, blank=True,
        validators=[MinValueValidator(1)],
        help_text="What scores more is shown as above appetite. Leave empty where nobody has said",
    )  # fmt: skip
    is_used = models.BooleanField("offer it for new risks", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "categories"
        ordering = ("name", "pk")

    def __str__(self):
        return self.name


class RiskTemplate(models.Model):
    """A risk that many contracts share, to be added with one click and then made one's own. The first are house defaults."""

    topic = models.CharField(max_length=60, help_text="Such as Supplier failure, or TUPE")
    title = models.CharField(max_length=200)
    category = models.ForeignKey(Category, models.PROTECT, related_name="templates")
    kind = models.CharField(
        max_length=12, choices=[(k.value, k.label) for k in (Kind.RISK, Kind.OPPORTUNITY)],
        default=Kind.RISK.value,
    )  # fmt: skip
    cause = models.TextField(blank=True)
    event = models.TextField("what may happen")
    effect = models.TextField(blank=True)
    likelihood = _level("how likely, as a first guess")
    impact = _level("how serious, as a first guess")
    response = models.CharField(max_length=10, choices=Response.choices(), blank=True)
    treatment = models.CharField("what is often done about it", max_length=200, blank=True)
    is_used = models.BooleanField("offer it for new risks", default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        ordering = ("topic", "title", "pk")
        constraints = (models.UniqueConstraint(Upper("title"), name="risk_template_title_once"),)

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("risks:template_edit", args=[self.pk])


# --- The register ---------------------------------------------------------------------------------


class Risk(models.Model):
    """Something that may go wrong, has gone wrong or may go well: with a contract, with a supplier, or, where it names
    neither, with the organisation as a whole."""

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, null=True, blank=True, related_name="risks", editable=False,
        db_index=False,  # risk_of_contract begins with it
    )  # fmt: skip
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True, related_name="risks", editable=False,
        db_index=False,
    )  # fmt: skip
    reference = models.CharField(
        "number", max_length=20, blank=True, help_text="Such as R7, if your register has numbers"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices(), default=Kind.RISK.value)
    state = models.CharField(
        max_length=8, choices=State.choices(), default=State.OPEN.value, editable=False
    )
    title = models.CharField(
        "in one line", max_length=200, help_text="Such as Supplier cannot recruit enough drivers"
    )
    cause = models.TextField("cause", blank=True, help_text="What it comes from")
    event = models.TextField("what may happen, or has happened", blank=True)
    effect = models.TextField(
        "effect", blank=True, help_text="What that would mean for us and for users"
    )
    category = models.ForeignKey(Category, models.PROTECT, related_name="risks", db_index=False)
    owner = _person("risk owner", "risks")

    inherent_likelihood = _level("how likely, with nothing done")
    inherent_impact = _level("how serious, with nothing done")
    likelihood = _level("how likely, as it is now")
    impact = _level("how serious, as it is now")
    target_likelihood = _level("how likely, as we want it")
    target_impact = _level("how serious, as we want it")
    # What the matrix makes of them; kept here so that lists sort and count by an index.
    inherent_score = _score("score with nothing done")
    score = _score("score")
    target_score = _score("target score")
    score_before = _score("score before")
    scored_on = models.DateField("scored on", null=True, editable=False)
    matrix_version = models.PositiveIntegerField(default=0, editable=False)

    response = models.CharField("response", max_length=10, choices=Response.choices(), blank=True)
    proximity = models.CharField(
        "when it would happen", max_length=6, choices=Proximity.choices(), blank=True
    )
    is_shared = models.BooleanField(
        "shared with the supplier", default=False,
        help_text="Whether the supplier knows it and works on it too. Risks are internal until somebody says so",
    )  # fmt: skip
    happened_on = _date("happened on", null=True, blank=True)
    review_on = _date("next review", null=True, blank=True)
    reviewed_on = models.DateField("last reviewed", null=True, editable=False)
    raised_by = _person("put forward by", editable=False)
    raised_on = models.DateField("entered on", editable=False)
    closed_on = models.DateField("closed on", null=True, editable=False)
    outcome = models.TextField("how it ended", blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RiskQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["score_before", "scored_on", "matrix_version"])

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(contract=None) | Q(supplier=None), name="risk_of_contract_or_supplier"
            ),
            models.UniqueConstraint(
                F("contract"),
                Upper("reference"),
                condition=~Q(reference=""),
                name="risk_number_once_in_a_contract",
                violation_error_message="This contract has a risk with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=rules.RUNNING, closed_on=None)
                | Q(state__in=rules.OVER, closed_on__isnull=False),
                name="risk_closed_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(kind="issue") | Q(happened_on__isnull=False),
                name="risk_issue_happened_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="open") | Q(score__isnull=False, review_on__isnull=False),
                name="risk_open_is_scored_and_reviewed",
            ),
            models.CheckConstraint(
                condition=~Q(response="take") | Q(kind="opportunity"), name="risk_is_not_taken"
            ),
            _both_or_none(""),
            _both_or_none("inherent_"),
            _both_or_none("target_"),
        )
        indexes = (
            models.Index(fields=["contract", "state", "score"], name="risk_of_contract"),
            models.Index(
                fields=["supplier", "state", "score"], condition=Q(supplier__isnull=False), name="risk_of_supplier"
            ),
            models.Index(fields=["-score", "id"], name="risk_by_score"),
            models.Index(fields=["title", "id"], name="risk_by_title"),
            models.Index(
                fields=["review_on", "id"], condition=Q(state="open"), name="risk_by_review"
            ),
            models.Index(fields=["category", "score"], condition=Q(state="open"), name="risk_by_category"),
            models.Index(
                fields=["likelihood", "impact"], condition=Q(state="open"), name="risk_by_cell"
            ),
            models.Index(fields=["matrix_version"], condition=Q(state__in=["proposed", "open"]), name="risk_by_matrix"),
        )  # fmt: skip

    def __str__(self):
        return f"{self.reference} {self.title}" if self.reference else self.title

    def get_absolute_url(self):
        return reverse("risks:risk", args=[self.pk])

    @property
    def is_open(self):
        return self.state == State.OPEN

    @property
    def is_proposed(self):
        return self.state == State.PROPOSED

    @property
    def is_over(self):
        return self.state in rules.OVER

    @property
    def is_issue(self):
        return self.kind == Kind.ISSUE

    @property
    def sentence(self):
        return rules.sentence(self.cause, self.event, self.effect)

    @property
    def response_word(self):
        return Response(self.response).word if self.response else ""

    @property
    def is_above_appetite(self):
        return self.is_open and rules.is_above_appetite(
            self.score, self.category.appetite, kind=self.kind
        )

    @property
    def is_review_overdue(self):
        return self.is_open and self.review_on < timezone.localdate()

    @property
    def movement(self):
        return rules.movement(self.score, self.score_before)

    @property
    def movement_in_words(self):
        return rules.movement_in_words(self.score, self.score_before)


class Scoring(models.Model):
    """One time that a risk was scored, and why: the past that is drawn on its page. Never changed."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="scorings", db_index=False)
    cause = models.CharField(max_length=10, choices=Cause.choices())
    on = models.DateField()
    at = models.DateTimeField(default=timezone.now)
    by = _person("by")
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    score = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)

    objects = OfRisksQuerySet.as_manager()

    class Meta:
        ordering = ("on", "pk")
        indexes = (models.Index(fields=["risk", "on", "id"], name="scoring_of_risk"),)

    def __str__(self):
        return f"{self.score} on {self.on}"


class OfARisk(models.Model):
    """What a row of the history of something that hangs on a risk is called."""

    class Meta:
        abstract = True

    def in_words(self, names):
        return names.get(Risk, {}).get(self.risk_id, "")


class Treatment(models.Model):
    """Something that is done about a risk, by whom and until when, and what it is meant to bring."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="treatments")
    title = models.CharField("what is done", max_length=200)
    owner = _person("who does it", "treatments")
    due_on = _date("due")
    cost = models.DecimalField(
        "cost",
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    likelihood_after = _level("how likely it is afterwards")
    impact_after = _level("how serious it is afterwards")
    done_on = _date("done on", null=True, blank=True)
    done_by = _person("recorded by")
    evidence = models.TextField(blank=True)
    evidence_url = models.URLField("link to the evidence", max_length=500, blank=True)
    dropped_on = models.DateField("given up on", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TreatmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(done_on=None)
                | Q(~Q(evidence="") | ~Q(evidence_url=""), dropped_on=None),
                name="treatment_done_with_evidence",
            ),
            models.CheckConstraint(
                condition=Q(likelihood_after=None, impact_after=None)
                | Q(likelihood_after__range=(1, 5), impact_after__range=(1, 5)),
                name="treatment_effect_on_both",
            ),
            models.CheckConstraint(
                condition=Q(cost=None) | Q(cost__gte=0), name="treatment_cost_not_negative"
            ),
        )
        indexes = (
            models.Index(
                fields=["due_on", "id"], condition=Q(done_on=None, dropped_on=None), name="treatment_to_do"
            ),
        )  # fmt: skip

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return f"{reverse('risks:risk', args=[self.risk_id])}#treatments"

    @property
    def is_to_do(self):
        return self.done_on is None and self.dropped_on is None

    @property
    def is_overdue(self):
        return self.is_to_do and self.due_on < timezone.localdate()


class ContingencyPlan(models.Model):
    """What is done when a risk happens all the same: the proposed remedy, what sets it off, and whether it was tried."""

    risk = models.OneToOneField(Risk, models.CASCADE, related_name="contingency")
    remedy = models.TextField("what we would do")
    trigger = models.TextField("what sets it off")
    owner = _person("who starts it", "contingency_plans")
    tested_on = _date("last tested", null=True, blank=True)
    test_result = models.TextField("what the test showed", blank=True)
    test_due_on = _date("next test due", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfRisksQuerySet.as_manager()
    history = HistoricalRecords(bases=[OfARisk])

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(tested_on=None) | ~Q(test_result=""),
                name="contingency_test_has_a_result",
            ),
        )
        indexes = (
            models.Index(
                fields=["test_due_on", "id"], condition=Q(test_due_on__isnull=False), name="contingency_by_test"
            ),
        )  # fmt: skip

    def __str__(self):
        return f"Contingency plan for {self.risk}"

    def get_absolute_url(self):
        return f"{reverse('risks:risk', args=[self.risk_id])}#contingency"


class Referral(models.Model):
    """A risk of a contract that was put before its SRO because of its score, and what the SRO said."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="referrals", db_index=False)
    score = models.PositiveSmallIntegerField()
    put_on = models.DateField("put before the SRO on")
    answer = models.CharField("decision", max_length=9, choices=Answer.choices(), blank=True)
    words = models.TextField("why", blank=True)
    answered_on = models.DateField(null=True, editable=False)
    answered_by = _person("decided by")
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReferralQuerySet.as_manager()
    history = HistoricalRecords(bases=[OfARisk])

    class Meta:
        ordering = ("-put_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["risk"], condition=Q(answered_on=None), name="referral_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(answered_on=None, answer="")
                | (Q(answered_on__isnull=False) & ~Q(answer="")),
                name="referral_answered_on_a_day",
            ),
        )
        indexes = (
            models.Index(fields=["risk", "put_on"], name="referral_of_risk"),
            models.Index(fields=["put_on", "id"], condition=Q(answered_on=None), name="referral_waiting"),
        )  # fmt: skip

    def __str__(self):
        return f"{self.risk} before the SRO"

    def get_absolute_url(self):
        return reverse("risks:risk", args=[self.risk_id])


class RegisterReview(models.Model):
    """Somebody has gone through a contract's whole register. Kept for ever; the latest says when the next is due."""

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="register_reviews", db_index=False
    )
    on = _date("reviewed on")
    by = _person("reviewed by")
    words = models.TextField("what came out of it", blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ("-on", "-pk")
        indexes = (
            models.Index(fields=["contract", "on", "id"], name="register_review_of_contract"),
        )

    def __str__(self):
        return f"Review of the risk register on {self.on}"
