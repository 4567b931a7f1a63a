from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from performance import rules
from performance.querysets import DefinitionQuerySet, IndicatorQuerySet, ReadingQuerySet


def _measure(label, **options):
    return models.DecimalField(
        label, max_digits=16, decimal_places=4, null=True, blank=True, **options
    )  # fmt: skip


class Indicator(models.Model):
    """A KPI or service level of a contract: what it is called, how it is counted, and how often.

    What is good enough stands in its definitions, because that may change from a day on.
    """

    contract = models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name="indicators"
    )  # fmt: skip
    reference = models.CharField(
        max_length=20, blank=True, help_text="Its number in the contract, such as KPI 1 or SL2.3"
    )
    name = models.CharField(max_length=150, help_text="Such as Calls answered within 20 seconds")
    kind = models.CharField(
        max_length=3, choices=rules.Kind.choices(), default=rules.Kind.KPI.value
    )
    quadrant = models.CharField(
        "what it is about", max_length=11, choices=rules.Quadrant.choices(),
        default=rules.Quadrant.PERFORMANCE.value,
        help_text="Its place on the balanced scorecard",
    )  # fmt: skip
    unit = models.CharField(max_length=20, blank=True, help_text="Such as %, days or £")
    decimals = models.PositiveSmallIntegerField(
        "decimal places", default=1, validators=[MaxValueValidator(4, "Enter 4 or less")]
    )  # fmt: skip
    direction = models.CharField(
        "which way is better", max_length=6, choices=rules.Direction.choices(),
        default=rules.Direction.HIGHER.value,
    )  # fmt: skip
    frequency = models.CharField(
        "how often", max_length=11, choices=rules.Frequency.choices(),
        default=rules.Frequency.MONTHLY.value,
    )  # fmt: skip
    reported_by = models.CharField(
        "who measures it", max_length=9, choices=rules.ReportedBy.choices(),
        default=rules.ReportedBy.SUPPLIER.value,
    )  # fmt: skip
    source = models.CharField(
        "where the figure comes from", max_length=200, blank=True,
        help_text="Such as the supplier's monthly report, or our own survey",
    )  # fmt: skip
    weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1, "Enter 1 or more"), MaxValueValidator(100, "Enter 100 or less")],
        help_text="How much it counts beside the others when they are taken together; 1 is usual",
    )  # fmt: skip
    publishable = models.BooleanField("its ratings may be published", default=False)
    over = models.CharField(
        "rating of a year",
        max_length=5,
        choices=rules.Over.choices(),
        default=rules.Over.WORST.value,
    )
    starts_on = models.DateField("measured from")
    ended_on = models.DateField("retired on", null=True, blank=True, editable=False)
    # What we must do so that the supplier can reach the target: if we fail, a failure may be excused.
    depends_on = models.ManyToManyField(
        "obligations.Obligation", blank=True, related_name="indicators", verbose_name="depends on",
    )  # fmt: skip

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
        # The list of KPIs across contracts is sorted by it.
        indexes = (models.Index(fields=["name", "id"], name="indicator_by_name"),)
        constraints = (
            models.UniqueConstraint(
                F("contract"), Lower("name"),
                condition=Q(ended_on=None),
                name="indicator_name_once_in_a_contract",
                violation_error_message="This contract has a KPI with this name already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("starts_on")),
                name="indicator_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="indicator_counts_for_something"),
        )  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("performance:indicator", args=[self.pk])

    # --- what counts, by day: lists prefetch `definitions`, see `IndicatorQuerySet.with_definitions` ----

    def definition_on(self, day):
        """What counts for a period that begins on this day; the first one for what lies before it."""
        known = list(self.definitions.all())  # the latest first
        return next((d for d in known if d.from_on <= day), known[-1] if known else None)

    @property
    def definition(self):
        """What counts today."""
        return self.definition_on(timezone.localdate())

    def standard_on(self, day):
        found = self.definition_on(day)
        if found is None:
            return rules.Standard(None, self.direction, self.decimals)
        return found.standard_of(self)

    @property
    def standard(self):
        return self.standard_on(timezone.localdate())

    @property
    def target(self):
        return self.standard.target

    @property
    def target_in_words(self):
        """`99.0% or more`; empty when nothing is aimed at."""
        return self.target_in_words_on(timezone.localdate())

    def target_in_words_on(self, day):
        return rules.target_in_words(self.standard_on(day), unit=self.unit)

    # --- words ----------------------------------------------------------------------------------------

    def in_words(self, value):
        if value is not None and self.direction == rules.Direction.YES_NO:
            return "Yes" if value else "No"
        return rules.with_unit(value, unit=self.unit, decimals=self.decimals)

    def as_typed(self, value):
        """A value as it is typed into a box."""
        if self.direction == rules.Direction.YES_NO:
            return "Yes" if value else "No"
        return rules.plain(value)

    def axis_text(self, tick):
        """A round figure on the axis of a chart, without decimals that say nothing."""
        if self.direction == rules.Direction.YES_NO:
            return {0: "No", 1: "Yes"}.get(tick, "")
        text = f"{tick:,.{self.decimals}f}" if tick % 1 else f"{tick:,.0f}"
        if self.unit in rules.SIGNS:
            return f"{self.unit}{text}"
        return f"{text}%" if self.unit == "%" else text

    @property
    def called(self):
        """Its reference and its name."""
        return f"{self.reference} {self.name}" if self.reference else self.name

    def period(self, start):
        return rules.Period(start, self.frequency)

    @property
    def is_regular(self):
        """Whether a reading is asked for every so often, and not only when something happens."""
        return self.frequency in rules.REGULAR

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


class DefinitionInHistory(models.Model):
    """What a row of a definition's history is called: `Calls answered, from 1 April 2026`."""

    objects = WithIndicator()

    class Meta:
        abstract = True

    @property
    def label(self):
        if self.indicator is None:
            return ""
        return f"{self.indicator.name}, from {self.from_on.day} {self.from_on:%B %Y}"


class Definition(models.Model):
    """What is counted and what is good enough, for the periods of an indicator that begin on a day or later.

    A new one never rewrites the ratings that were given by an earlier one.
    """

    indicator = models.ForeignKey(
        Indicator, models.CASCADE, related_name="definitions", verbose_name="KPI",
        db_index=False,  # definition_once_a_day begins with it
    )  # fmt: skip
    from_on = models.DateField("counts from")
    text = models.TextField(
        "definition",
        blank=True,
        help_text="What is counted, what is left out, and how it is worked out",
    )
    target = _measure("target")
    upper = _measure("upper end of the range")
    tolerance_near = _measure(
        "tolerance for Approaching target",
        validators=[MinValueValidator(0, "Enter 0 or more")],
    )
    tolerance_far = _measure(
        "tolerance for Requires improvement",
        validators=[MinValueValidator(0, "Enter 0 or more")],
    )
    # A band in each line, as `rules.read_bands` reads them: what history shows is what was typed.
    bands = models.TextField("service points", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = DefinitionQuerySet.as_manager()
    history = HistoricalRecords(bases=[DefinitionInHistory])

    class Meta:
        ordering = ("-from_on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["indicator", "from_on"], name="definition_once_a_day"),
            models.CheckConstraint(
                condition=(Q(tolerance_near=None) | Q(tolerance_near__gte=0))
                & (Q(tolerance_far=None) | Q(tolerance_far__gte=0)),
                name="definition_tolerances_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(tolerance_near=None)
                | Q(tolerance_far=None)
                | Q(tolerance_near__lte=F("tolerance_far")),
                name="definition_near_tolerance_within_far",
            ),
            models.CheckConstraint(
                condition=Q(upper=None) | Q(upper__gt=F("target")), name="definition_range_has_two_ends"
            ),
        )  # fmt: skip

    def __str__(self):
        return f"{self.indicator}, from {self.from_on:%d %B %Y}"

    def get_absolute_url(self):
        return reverse("performance:indicator", args=[self.indicator_id])

    def standard_of(self, indicator):
        """What a value is held against; the indicator is given, so that nobody has to look it up."""
        return rules.Standard(
            self.target, indicator.direction, indicator.decimals,
            self.tolerance_near, self.tolerance_far, self.upper, rules.read_bands(self.bands),
        )  # fmt: skip

    @property
    def standard(self):
        return self.standard_of(self.indicator)


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
    definition = models.ForeignKey(
        Definition, models.PROTECT, null=True, related_name="readings", editable=False,
        verbose_name="rated by",
    )  # fmt: skip
    period_start = models.DateField("period from")
    value = _measure("value")
    # The two figures of a quotient, as 47 of 50, where they were given.
    numerator = _measure("figure above the line")
    denominator = _measure("figure below the line")
    not_reported_reason = models.CharField("not reported because", max_length=200, blank=True)
    # What came in first, whatever became of it.
    reported_value = _measure("value as first reported", editable=False)
    status = models.CharField(
        max_length=10, choices=rules.State.choices(), default=rules.State.REPORTED.value
    )
    status_reason = models.TextField("reason for the status", blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name="checked by",
    )  # fmt: skip
    checked_at = models.DateTimeField("checked at", null=True, editable=False)
    # As it was when the value was logged: a later change of the target rewrites nothing.
    proposed_rating = models.CharField(
        "rating by the rule", max_length=20, choices=rules.Rating.choices(), blank=True
    )
    rating = models.CharField(max_length=20, choices=rules.Rating.choices(), blank=True)
    rating_reason = models.TextField("reason for another rating", blank=True)
    relief = models.CharField(
        max_length=8, choices=rules.Relief.choices(), blank=True, default=rules.Relief.NONE.value
    )
    relief_from = models.ForeignKey(
        "obligations.Occurrence", models.PROTECT, null=True, blank=True,
        related_name="excused_readings", verbose_name="excused because of",
    )  # fmt: skip
    relief_reason = models.TextField("reason for the decision on relief", blank=True)
    comment = models.TextField(blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="readings_recorded"
    )
    recorded_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ReadingQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["recorded_by", "recorded_at", "checked_by", "checked_at", "definition"],
        bases=[ReadingInHistory],
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
            models.CheckConstraint(
                condition=Q(rating=F("proposed_rating")) | ~Q(rating_reason=""),
                name="reading_rated_otherwise_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(status="challenged") | ~Q(status_reason=""),
                name="reading_challenged_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(relief__in=["granted", "refused"]) | ~Q(relief_reason=""),
                name="reading_relief_decided_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(numerator=None, denominator=None)
                | Q(denominator__gt=0, numerator__isnull=False),
                name="reading_quotient_of_two_figures",
            ),
        )

    def __str__(self):
        return f"{self.indicator}, {self.period.label}: {self.in_words}"

    def get_absolute_url(self):
        return reverse("performance:reading", args=[self.pk])

    @property
    def period(self):
        return self.indicator.period(self.period_start)

    @property
    def in_words(self):
        return self.indicator.in_words(self.value)

    @property
    def quotient_in_words(self):
        """`47 of 50`; empty where only the value was given."""
        if self.denominator is None:
            return ""
        return f"{rules.plain(self.numerator)} of {rules.plain(self.denominator)}"

    @property
    def reported_in_words(self):
        return self.indicator.in_words(self.reported_value)

    @property
    def was_amended(self):
        """Whether another figure came in first."""
        return self.status == rules.State.AMENDED and self.reported_value != self.value

    @property
    def state(self):
        """The word of its rating, or that there is none."""
        return self.get_rating_display() or rules.NOT_REPORTED

    @property
    def is_rated_otherwise(self):
        return self.rating != self.proposed_rating

    @property
    def is_miss(self):
        return rules.is_miss(self.rating)

    @property
    def is_excused(self):
        """A failure that costs the supplier no points, because we did not do our part."""
        return self.relief == rules.Relief.GRANTED

    @property
    def awaits_check(self):
        return self.status == rules.State.REPORTED and self.value is not None

    @property
    def standard(self):
        """What it was held against."""
        if self.definition_id is None:
            return self.indicator.standard_on(self.period_start)
        return self.definition.standard_of(self.indicator)

    def may_become(self, status):
        return status in rules.MOVES[self.status]


class Evidence(models.Model):
    """A document of the contract that shows how a reading came about."""

    reading = models.ForeignKey(Reading, models.CASCADE, related_name="evidence")
    document = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="evidence_of_readings"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["reading", "document"], name="evidence_attached_once"),
        )

    def __str__(self):
        return f"{self.document} for {self.reading}"


class IndicatorTemplate(models.Model):
    """A KPI or service level that contracts of a category often have, to be taken over with one tick."""

    category = models.CharField(
        max_length=80,
        help_text="What kind of contract it suits, such as Facilities or Any contract",
    )
    name = models.CharField(max_length=150)
    kind = models.CharField(
        max_length=3, choices=rules.Kind.choices(), default=rules.Kind.KPI.value
    )
    quadrant = models.CharField(
        "what it is about", max_length=11, choices=rules.Quadrant.choices(),
        default=rules.Quadrant.PERFORMANCE.value,
    )  # fmt: skip
    text = models.TextField(
        "definition",
        blank=True,
        help_text="What is counted, what is left out, and how it is worked out",
    )
    unit = models.CharField(max_length=20, blank=True, help_text="Such as %, days or £")
    decimals = models.PositiveSmallIntegerField(
        "decimal places", default=1, validators=[MaxValueValidator(4, "Enter 4 or less")]
    )  # fmt: skip
    direction = models.CharField(
        "which way is better", max_length=6, choices=rules.Direction.choices(),
        default=rules.Direction.HIGHER.value,
    )  # fmt: skip
    frequency = models.CharField(
        "how often", max_length=11, choices=rules.Frequency.choices(),
        default=rules.Frequency.MONTHLY.value,
    )  # fmt: skip
    reported_by = models.CharField(
        "who measures it", max_length=9, choices=rules.ReportedBy.choices(),
        default=rules.ReportedBy.SUPPLIER.value,
    )  # fmt: skip
    target = _measure("target")
    upper = _measure("upper end of the range")
    tolerance_near = _measure("tolerance for Approaching target")
    tolerance_far = _measure("tolerance for Requires improvement")
    bands = models.TextField("service points", blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords()

    class Meta:
        verbose_name = "KPI template"
        ordering = (Lower("category"), Lower("name"), "pk")
        constraints = (
            models.UniqueConstraint(
                Lower("category"), Lower("name"), name="template_name_once_in_a_category",
                violation_error_message="There is a template with this name in this category already.",
            ),
        )  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("performance:template_edit", args=[self.pk])

    @property
    def standard(self):
        return rules.Standard(
            self.target, self.direction, self.decimals, self.tolerance_near, self.tolerance_far, self.upper,
            rules.read_bands(self.bands),
        )  # fmt: skip

    @property
    def target_in_words(self):
        return rules.target_in_words(self.standard, unit=self.unit)
