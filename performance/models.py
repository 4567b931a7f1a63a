from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from performance import rules
from performance.querysets import IndicatorQuerySet, ReadingQuerySet


def _measure(label, **options):
    return models.DecimalField(
        label, max_digits=16, decimal_places=4, null=True, blank=True, **options
    )  # fmt: skip


class Indicator(models.Model):
    """A KPI or service level of a contract: what is measured, how often, and what is good enough."""

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="indicators"
    )  # fmt: skip
    name = models.CharField(max_length=150, help_text="Such as Calls answered within 20 seconds")
    definition = models.TextField(
        blank=True, help_text="What is counted, what is left out, and where the figure comes from"
    )
    unit = models.CharField(max_length=20, blank=True, help_text="Such as %, days or £")
    decimals = models.PositiveSmallIntegerField(
        "decimal places", default=1, validators=[MaxValueValidator(4, "Enter 4 or less")]
    )  # fmt: skip
    direction = models.CharField(
        "which way is better", max_length=6, choices=rules.Direction.choices(),
        default=rules.Direction.HIGHER.value,
    )  # fmt: skip
    target = _measure("target")
    tolerance_near = _measure(
        "tolerance for Approaching target",
        validators=[MinValueValidator(0, "Enter 0 or more")],
    )
    tolerance_far = _measure(
        "tolerance for Requires improvement",
        validators=[MinValueValidator(0, "Enter 0 or more")],
    )
    frequency = models.CharField(
        "how often", max_length=9, choices=rules.Frequency.choices(),
        default=rules.Frequency.MONTHLY.value,
    )  # fmt: skip
    starts_on = models.DateField("measured from")
    ended_on = models.DateField("retired on", null=True, blank=True, editable=False)

    # The latest period that was logged, kept by `actions.record_readings`, so that a page about a
    # thousand contracts does not read a million readings.
    latest_period = models.DateField(null=True, editable=False)
    latest_value = _measure("latest value", editable=False)
    latest_rating = models.CharField(
        max_length=20, choices=rules.Rating.choices(), blank=True, editable=False
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = IndicatorQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["latest_period", "latest_value", "latest_rating"])

    class Meta:
        verbose_name = "KPI"
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                F("contract"), Lower("name"),
                condition=Q(ended_on=None),
                name="indicator_name_once_in_a_contract",
                violation_error_message="This contract has a KPI with this name already.",
            ),
            models.CheckConstraint(
                condition=(Q(tolerance_near=None) | Q(tolerance_near__gte=0))
                & (Q(tolerance_far=None) | Q(tolerance_far__gte=0)),
                name="indicator_tolerances_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(tolerance_near=None)
                | Q(tolerance_far=None)
                | Q(tolerance_near__lte=F("tolerance_far")),
                name="indicator_near_tolerance_within_far",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")),
                name="indicator_ends_after_it_starts",
            ),
        )  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("performance:indicator", args=[self.pk])

    @property
    def standard(self):
        return rules.Standard(
            self.target, self.direction, self.decimals, self.tolerance_near, self.tolerance_far
        )

    def in_words(self, value):
        return rules.with_unit(value, unit=self.unit, decimals=self.decimals)

    def axis_text(self, tick):
        """A round figure on the axis of a chart, without decimals that say nothing."""
        text = f"{tick:,.{self.decimals}f}" if tick % 1 else f"{tick:,.0f}"
        if self.unit in rules.SIGNS:
            return f"{self.unit}{text}"
        return f"{text}%" if self.unit == "%" else text

    @property
    def target_in_words(self):
        """`99.0% or more`; empty when nothing is aimed at."""
        if self.target is None:
            return ""
        return f"{self.in_words(self.target)} or {'less' if self.direction == rules.Direction.LOWER else 'more'}"

    def period(self, start):
        return rules.Period(start, self.frequency)

    @property
    def latest_period_label(self):
        return self.period(self.latest_period).label if self.latest_period else ""

    @property
    def latest_in_words(self):
        return self.in_words(self.latest_value) if self.latest_period else ""

    @property
    def state(self):
        """The word beside the latest reading: its rating, or that there is none."""
        return self.get_latest_rating_display() or rules.NOT_REPORTED

    def expects(self, period):
        return rules.expects(period, starts_on=self.starts_on, ended_on=self.ended_on)


class WithIndicator(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("indicator")


class ReadingInHistory(models.Model):
    """What a row of a reading's history is called: `Calls answered, October 2026`."""

    objects = WithIndicator()

    class Meta:
        abstract = True

    @property
    def label(self):
        if self.indicator is None:
            return ""
        return f"{self.indicator.name}, {self.indicator.period(self.period_start).label}"


class Reading(models.Model):
    """What an indicator showed in one period, or why nothing can be said."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="readings", verbose_name="KPI"
    )
    period_start = models.DateField("period from")
    value = _measure("value")
    not_reported_reason = models.CharField("not reported because", max_length=200, blank=True)
    # As it was when the value was logged: a later change of the target rewrites nothing.
    rating = models.CharField(max_length=20, choices=rules.Rating.choices(), blank=True)
    comment = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="readings_recorded"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReadingQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["recorded_by", "recorded_at"], bases=[ReadingInHistory]
    )

    class Meta:
        ordering = ("-period_start", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["indicator", "period_start"], name="reading_once_a_period"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, not_reported_reason="")
                | (Q(value=None) & ~Q(not_reported_reason="")),
                name="reading_has_a_value_or_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(value=None, rating="") | (Q(value__isnull=False) & ~Q(rating="")),
                name="reading_rated_if_it_has_a_value",
            ),
        )

    def __str__(self):
        return f"{self.indicator}, {self.period.label}: {self.in_words}"

    def get_absolute_url(self):
        return reverse("performance:indicator", args=[self.indicator_id])

    @property
    def period(self):
        return self.indicator.period(self.period_start)

    @property
    def in_words(self):
        return self.indicator.in_words(self.value)

    @property
    def state(self):
        return self.get_rating_display() or rules.NOT_REPORTED
