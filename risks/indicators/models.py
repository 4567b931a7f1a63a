from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from risks.indicators import rules
from risks.indicators.querysets import KriQuerySet, KriReadingQuerySet
from risks.indicators.rules import Direction, Frequency, Source, Status

_in_reason = (
    MinValueValidator(-rules.LARGEST_VALUE, "Enter a larger number"),
    MaxValueValidator(rules.LARGEST_VALUE, "Enter a smaller number"),
)


def _value(label, **options):
    return models.DecimalField(
        label, max_digits=17, decimal_places=rules.STORED_DECIMALS, validators=_in_reason, **options
    )


def _level(label, **options):
    return models.PositiveSmallIntegerField(
        label, validators=[MinValueValidator(1), MaxValueValidator(5)], **options
    )


class KeyRiskIndicator(models.Model):
    """Something that is measured to see a risk coming: from which value on it warns, and what follows for its risk."""

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="key_risk_indicators", editable=False,
        db_index=False,  # kri_of_contract begins with it
    )  # fmt: skip
    risk = models.ForeignKey(
        "risks.Risk", models.PROTECT, null=True, blank=True, related_name="indicators",
        verbose_name="risk that it warns of",
    )  # fmt: skip
    category = models.ForeignKey(
        "risks.Category", models.PROTECT, null=True, blank=True, related_name="+", db_index=False,
        verbose_name="category of the risk that is raised",
    )  # fmt: skip
    name = models.CharField(max_length=150, help_text="Such as Vehicles off the road")
    text = models.TextField(
        "what is measured", blank=True, help_text="What is counted, and where the figure comes from"
    )
    unit = models.CharField(max_length=20, blank=True, help_text="Such as %, days or £")
    decimals = models.PositiveSmallIntegerField(
        "decimal places", default=0, validators=[MaxValueValidator(4, "Enter 4 or less")]
    )  # fmt: skip
    direction = models.CharField(
        "which way is worse", max_length=6, choices=Direction.choices(), default=Direction.HIGHER.value
    )  # fmt: skip
    amber = _value("amber from")
    red = _value("red from")
    frequency = models.CharField(
        "how often", max_length=11, choices=Frequency.choices(), default=Frequency.MONTHLY.value
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="key_risk_indicators", verbose_name="responsible person",
    )  # fmt: skip
    # What another room measures (see contracts.measures), and what it was called when it was chosen.
    measure = models.CharField(max_length=40, blank=True, editable=False)
    measure_label = models.CharField("follows", max_length=200, blank=True, editable=False)

    amber_likelihood = _level("how likely when it is amber", default=rules.AMBER_LIKELIHOOD)
    amber_impact = _level("how serious when it is amber", null=True, blank=True)
    red_likelihood = _level("how likely when it is red", default=rules.RED_LIKELIHOOD)
    red_impact = _level("how serious when it is red", null=True, blank=True)

    starts_on = models.DateField("measured from")
    ended_on = models.DateField("measured until", null=True, blank=True, editable=False)

    # The latest reading and what follows from it, kept by `actions`: lists sort and count by them.
    latest_period = models.DateField(null=True, editable=False)
    latest_value = _value("latest value", null=True, editable=False)
    latest_status = models.CharField(
        max_length=12, choices=Status.choices(), default=Status.NOT_MEASURED.value, editable=False
    )
    since = models.DateField("so since the period from", null=True, editable=False)
    moved_at = models.DateTimeField("status changed at", null=True, editable=False)
    crossed_at = models.DateTimeField("crossed a threshold at", null=True, editable=False)
    crossed_status = models.CharField(
        max_length=12, choices=Status.choices(), blank=True, editable=False
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = KriQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "measure", "latest_period", "latest_value", "latest_status", "since", "moved_at",
            "crossed_at", "crossed_status",
        ]
    )  # fmt: skip

    class Meta:
        verbose_name = "key risk indicator"
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                F("contract"), Upper("name"), condition=Q(ended_on=None), name="kri_name_once_in_a_contract",
                violation_error_message="This contract has a key risk indicator with this name already.",
            ),
            models.CheckConstraint(
                condition=Q(direction="higher", red__gt=F("amber")) | Q(direction="lower", red__lt=F("amber")),
                name="kri_red_beyond_amber",
            ),
            models.CheckConstraint(
                condition=Q(amber_likelihood__range=(1, 5), red_likelihood__range=(1, 5))
                & (Q(amber_impact=None) | Q(amber_impact__range=(1, 5)))
                & (Q(red_impact=None) | Q(red_impact__range=(1, 5))),
                name="kri_levels_on_the_matrix",
            ),
            models.CheckConstraint(
                condition=Q(risk__isnull=False) | Q(category__isnull=False), name="kri_has_a_risk_or_its_category"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")), name="kri_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(latest_period=None, latest_value=None, latest_status="not_measured")
                | (Q(latest_period__isnull=False, latest_value__isnull=False) & ~Q(latest_status="not_measured")),
                name="kri_status_of_a_reading",
            ),
            models.CheckConstraint(
                condition=Q(crossed_at=None, crossed_status="")
                | Q(crossed_at__isnull=False, crossed_status__in=["amber", "red"]),
                name="kri_crossed_into_a_status",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(fields=["contract", "ended_on", "name"], name="kri_of_contract"),
            models.Index(fields=["name", "id"], name="kri_by_name"),
            models.Index(fields=["measure"], condition=~Q(measure=""), name="kri_by_measure"),
            models.Index(
                fields=["crossed_at", "id"], condition=Q(ended_on=None, crossed_at__isnull=False), name="kri_crossed"
            ),
        )  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("indicators:indicator", args=[self.pk])

    @property
    def thresholds(self):
        return rules.Thresholds(self.amber, self.red, self.direction, self.decimals)

    @property
    def levels(self):
        return rules.Levels(
            self.amber_likelihood, self.red_likelihood, self.amber_impact, self.red_impact
        )

    @property
    def is_followed(self):
        """Whether its readings come from what another room measures."""
        return self.measure != ""

    # --- words ----------------------------------------------------------------------------------------

    def in_words(self, value):
        return rules.with_unit(value, unit=self.unit, decimals=self.decimals)

    @property
    def amber_in_words(self):
        return self.in_words(self.amber)

    @property
    def red_in_words(self):
        return self.in_words(self.red)

    @property
    def latest_in_words(self):
        return self.in_words(self.latest_value) if self.latest_period else ""

    @property
    def latest_period_label(self):
        return self.period(self.latest_period).label if self.latest_period else ""

    @property
    def since_label(self):
        """The period since which it stands so."""
        return self.period(self.since).label if self.since else ""

    def period(self, start):
        return rules.Period(start, self.frequency)

    @property
    def next_due(self):
        return rules.next_due(self.frequency, latest=self.latest_period, starts_on=self.starts_on)


class WithIndicator(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("indicator")


class KriReadingInHistory(models.Model):
    """What a row of a reading's history is called: `Vehicles off the road, October 2026`."""

    objects = WithIndicator()

    class Meta:
        abstract = True

    @property
    def label(self):
        if self.indicator is None:
            return ""
        return f"{self.indicator.name}, {self.indicator.period(self.period_start).label}"


class KriReading(models.Model):
    """What an indicator showed in one period. What was not measured has no row."""

    indicator = models.ForeignKey(
        KeyRiskIndicator, models.PROTECT, related_name="readings", verbose_name="key risk indicator",
        db_index=False,  # kri_reading_once_a_period begins with it
    )  # fmt: skip
    period_start = models.DateField("period from")
    value = _value("value")
    note = models.TextField(blank=True)
    source = models.CharField(
        "where it comes from",
        max_length=7,
        choices=Source.choices(),
        default=Source.OWN.value,
        editable=False,
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = KriReadingQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["recorded_by", "recorded_at"], bases=[KriReadingInHistory]
    )

    class Meta:
        verbose_name = "reading"
        ordering = ("-period_start", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["indicator", "period_start"], name="kri_reading_once_a_period"
            ),
        )

    def __str__(self):
        return f"{self.indicator}, {self.period.label}: {self.in_words}"

    def get_absolute_url(self):
        return self.indicator.get_absolute_url()

    @property
    def period(self):
        return self.indicator.period(self.period_start)

    @property
    def in_words(self):
        return self.indicator.in_words(self.value)

    @property
    def status(self):
        """By the thresholds that count now, which are the lines of the picture beside it."""
        return self.indicator.thresholds.status(self.value)

    @property
    def is_own(self):
        return self.source == Source.OWN
