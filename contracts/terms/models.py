from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from contracts.models import Contract
from contracts.rules import EARLIEST_DATE, LATEST_DATE
from contracts.terms import rules
from contracts.terms.clocks import Notice, counted, in_words
from contracts.terms.querysets import (
    BankHolidayQuerySet,
    BreakDateQuerySet,
    ExtensionOptionQuerySet,
    NoticeClockQuerySet,
)

LONGEST_SERVICE = 60  # working days


class Nation(models.TextChoices):
    """Whose bank holidays count."""

    ENGLAND_WALES = "england_wales", "England and Wales"
    SCOTLAND = "scotland", "Scotland"
    NORTHERN_IRELAND = "northern_ireland", "Northern Ireland"


class Unit(models.TextChoices):
    DAYS = "days", "days"
    MONTHS = "months", "months"
    WORKING_DAYS = "working_days", "working days"


class Outcome(models.TextChoices):
    """What became of a last day to act."""

    GIVEN = "given", "Done in time"
    NOT_NEEDED = "not_needed", "Decided not to"
    MISSED = "missed", "Missed"


_date_validators = (
    MinValueValidator(EARLIEST_DATE, "Enter a year after 1949"),
    MaxValueValidator(LATEST_DATE, "Enter a year before 2151"),
)


def _months(label, **options):
    return models.PositiveSmallIntegerField(
        label,
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(1200, "Enter 1200 or less"),
        ],
        **options,
    )


def _derived_date(label):
    """Follows from other columns; stored, so that sweeps and checks find it by index."""
    return models.DateField(label, null=True, editable=False)


def _decider(label, related_name):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False,
        verbose_name=label, related_name=related_name,
    )  # fmt: skip


class BankHoliday(models.Model):
    """A day on which nobody works in a part of the United Kingdom."""

    nation = models.CharField("where", max_length=20, choices=Nation)
    on = models.DateField("day")
    name = models.CharField(max_length=100, help_text="Such as Good Friday")

    objects = BankHolidayQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        ordering = ("on", "nation")
        constraints = (
            models.UniqueConstraint(
                fields=["nation", "on"],
                name="bank_holiday_once_a_day_and_nation",
                violation_error_message="This day is a bank holiday there already.",
            ),
        )
        indexes = (models.Index(fields=["on", "id"], name="bank_holiday_by_day"),)

    def __str__(self):
        return f"{self.name}, {in_words(self.on)} ({self.get_nation_display()})"

    def get_absolute_url(self):
        return reverse("terms:holidays")


class Term(models.Model):
    """How a contract runs on: fixed, rolling, or renewing by itself. Its length is on the contract."""

    contract = models.OneToOneField(Contract, models.PROTECT, related_name="term")
    nation = models.CharField(
        "bank holidays of", max_length=20, choices=Nation, default=Nation.ENGLAND_WALES
    )
    rolling = models.BooleanField("rolls on without an end", default=False)
    renews_for_months = _months("renews by itself for (months)", null=True, blank=True)
    clause = models.CharField("where the contract says so", max_length=120, blank=True)

    initial_works_out_on = _derived_date("initial end, worked out")
    works_out_on = _derived_date("current end, worked out")
    longest_on = _derived_date("longest end")
    version = models.PositiveIntegerField(default=1, editable=False)

    history = HistoricalRecords(
        excluded_fields=["initial_works_out_on", "works_out_on", "longest_on"]
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(rolling=False) | Q(renews_for_months=None),
                name="term_rolls_on_or_renews_not_both",
                violation_error_message="A contract that rolls on without an end has none to renew at.",
            ),
        )

    def __str__(self):
        return f"Term of {self.contract}"

    def get_absolute_url(self):
        return reverse("terms:contract", args=[self.contract_id])


class EndOverride(models.Model):
    """Why a recorded end stands although the term works out to another. It holds for these two dates only."""

    class Of(models.TextChoices):
        INITIAL_END = rules.INITIAL_END, "Initial end"
        CURRENT_END = rules.CURRENT_END, "Current end"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="end_overrides")
    of = models.CharField("which end", max_length=11, choices=Of)
    recorded_on = models.DateField("recorded")
    worked_out_on = models.DateField("worked out")
    reason = models.TextField()

    history = HistoricalRecords()

    class Meta:
        verbose_name = "end that was set"
        verbose_name_plural = "ends that were set"
        ordering = ("of",)
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "of"], name="end_override_once_for_each_end"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="end_override_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(recorded_on=F("worked_out_on")), name="end_override_of_another_date"
            ),
        )

    def __str__(self):
        return f"{self.get_of_display()}: {in_words(self.recorded_on)}"


class OptionInWords(models.Model):
    class Meta:
        abstract = True

    @property
    def label(self):
        return f"Option {self.number}"


class ExtensionOption(models.Model):
    """A right to extend a contract by so many months, and what became of it."""

    class State(models.TextChoices):
        AVAILABLE = rules.AVAILABLE, "Open"
        TAKEN = rules.TAKEN, "Taken"
        DECLINED = rules.DECLINED, "Declined"
        LAPSED = rules.LAPSED, "Lapsed"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="extension_options")
    number = models.PositiveSmallIntegerField()
    months = _months("months")
    state = models.CharField(max_length=10, choices=State, default=State.AVAILABLE)
    decided_on = models.DateField("decided on", null=True, blank=True)
    decided_by = _decider("decided by", "options_decided")
    reason = models.TextField(blank=True)

    starts_on = _derived_date("from")
    ends_on = _derived_date("to")
    notice_on = _derived_date("last day to give notice")

    objects = ExtensionOptionQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["starts_on", "ends_on", "notice_on"], bases=[OptionInWords]
    )

    class Meta:
        verbose_name = "extension option"
        ordering = ("contract", "number")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "number"], name="option_number_once_in_a_contract"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, months__gte=1), name="option_numbered_and_a_month_or_more"
            ),
            models.CheckConstraint(
                condition=Q(state=rules.AVAILABLE, decided_on=None, decided_by=None)
                | (~Q(state=rules.AVAILABLE) & Q(decided_on__isnull=False, decided_by__isnull=False)),
                name="option_decided_on_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="option_ends_after_it_starts",
            ),
        )  # fmt: skip
        indexes = (
            models.Index(
                fields=["notice_on"],
                condition=Q(state=rules.AVAILABLE),
                name="option_open_by_notice",
            ),
        )

    def __str__(self):
        return f"Option {self.number}, {counted(self.months, 'month')}"

    def get_absolute_url(self):
        return reverse("terms:contract", args=[self.contract_id])

    @property
    def is_open(self):
        return self.state == rules.AVAILABLE

    @property
    def length(self):
        return counted(self.months, "month")


class BreakInWords(models.Model):
    class Meta:
        abstract = True

    @property
    def label(self):
        return in_words(self.on)


class BreakDate(models.Model):
    """A day on which a contract may be ended early. It is then the last day."""

    class Who(models.TextChoices):
        AUTHORITY = "authority", "Only us"
        SUPPLIER = "supplier", "Only the supplier"
        EITHER = "either", "Either side"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        USED = "used", "Used"
        NOT_USED = "not_used", "Not used"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="break_dates")
    on = models.DateField(
        "break date",
        validators=_date_validators,
        help_text="The last day of the contract, if the break is used",
    )
    who = models.CharField("who may break", max_length=10, choices=Who, default=Who.AUTHORITY)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN, editable=False)
    decided_on = models.DateField("decided on", null=True, blank=True, editable=False)
    decided_by = _decider("decided by", "breaks_decided")
    reason = models.TextField(blank=True, editable=False)

    notice_on = _derived_date("last day to give notice")

    objects = BreakDateQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["notice_on"], bases=[BreakInWords])

    class Meta:
        verbose_name = "break date"
        ordering = ("contract", "on")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "on"],
                name="break_date_once_in_a_contract",
                violation_error_message="This break date is recorded already.",
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(state="used"),
                name="break_used_once_in_a_contract",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_on=None, decided_by=None)
                | (~Q(state="open") & Q(decided_on__isnull=False, decided_by__isnull=False)),
                name="break_decided_on_and_by_together",
            ),
            models.CheckConstraint(
                condition=Q(notice_on=None) | Q(notice_on__lte=F("on")),
                name="break_notice_not_after_the_break",
            ),
        )
        indexes = (
            models.Index(
                fields=["notice_on"], condition=Q(state="open"), name="break_open_by_notice"
            ),
        )

    def __str__(self):
        return f"Break on {in_words(self.on)}"

    def get_absolute_url(self):
        return reverse("terms:contract", args=[self.contract_id])

    @property
    def is_open(self):
        return self.state == self.State.OPEN

    @property
    def is_ours(self):
        """Whether it is for us to give notice."""
        return self.who != self.Who.SUPPLIER


class ClockInWords(models.Model):
    class Meta:
        abstract = True

    @property
    def label(self):
        kind = self.get_kind_display().lower()
        return f"{kind} ({self.about})" if self.about else kind


class NoticeClock(models.Model):
    """How much notice one step needs, and the last day for it.

    `due_on` is set where there is one date: the end counted from, or the event of a claim. The dates of
    options and breaks are with them, and a notice that may be given at any time has none.
    """

    class Kind(models.TextChoices):
        EXTEND = "extend", "To extend"
        TERMINATE = "terminate", "To terminate or break"
        STOP_RENEWAL = "stop_renewal", "To stop the automatic renewal"
        CLAIM = "claim", "To claim"

    class CountsFrom(models.TextChoices):
        END = "end", "Back from the current end"
        BREAKS = "breaks", "Back from each break date"
        ANY_TIME = "any_time", "It may be given at any time"
        DAY = "day", "Forward from a day"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="notice_clocks")
    kind = models.CharField("what it is for", max_length=12, choices=Kind)
    about = models.CharField(
        "what is claimed", max_length=120, blank=True, help_text="Such as service credits, July to September"
    )  # fmt: skip
    amount = models.PositiveSmallIntegerField(
        "how long",
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(1200, "Enter 1200 or less"),
        ],
    )
    unit = models.CharField(max_length=12, choices=Unit, default=Unit.MONTHS)
    by_post = models.BooleanField("it must be sent by post", default=False)
    service_days = models.PositiveSmallIntegerField(
        "working days from posting until it counts as served",
        default=0,
        validators=[MaxValueValidator(LONGEST_SERVICE, f"Enter {LONGEST_SERVICE} or less")],
    )
    counts_from = models.CharField(
        "counted", max_length=10, choices=CountsFrom, default=CountsFrom.END
    )
    from_on = models.DateField(
        "day it is counted from", null=True, blank=True, validators=_date_validators
    )
    clause = models.CharField(
        max_length=120, blank=True, help_text="Where the contract says so, such as clause 31.2"
    )

    due_on = _derived_date("last day")
    outcome = models.CharField(
        "what became of it", max_length=10, choices=Outcome, blank=True, editable=False
    )
    # The last day that the outcome is about: when the date moves, the clock is open again.
    outcome_for_on = models.DateField("last day it is about", null=True, editable=False)
    outcome_on = models.DateField("on", null=True, editable=False)
    outcome_by = _decider("recorded by", "notices_settled")
    consequence = models.TextField("what followed", blank=True, editable=False)

    objects = NoticeClockQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["due_on"], bases=[ClockInWords])

    class Meta:
        verbose_name = "notice"
        ordering = ("contract", "kind", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "kind", "counts_from"],
                condition=~Q(kind="claim"),
                name="clock_once_of_a_kind",
                violation_error_message="This notice is recorded already: change it instead.",
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="clock_runs_a_day_or_more"),
            models.CheckConstraint(
                condition=Q(by_post=False, service_days=0) | Q(by_post=True, service_days__gte=1),
                name="clock_by_post_says_when_served",
            ),
            models.CheckConstraint(
                condition=Q(kind="claim", counts_from="day", from_on__isnull=False)
                | Q(kind__in=["extend", "stop_renewal"], counts_from="end", from_on=None)
                | Q(kind="terminate", counts_from__in=["end", "breaks", "any_time"], from_on=None),
                name="clock_is_counted_as_its_kind_is",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", outcome_for_on=None, outcome_on=None, outcome_by=None)
                | (
                    ~Q(outcome="")
                    & Q(
                        outcome_for_on__isnull=False,
                        outcome_on__isnull=False,
                        outcome_by__isnull=False,
                    )
                ),
                name="clock_outcome_on_and_by_together",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="missed") | ~Q(consequence=""),
                name="clock_missed_says_what_followed",
            ),
        )
        indexes = (models.Index(fields=["due_on"], name="clock_by_due"),)

    def __str__(self):
        return f"Notice {self.label}"

    def get_absolute_url(self):
        return reverse("terms:contract", args=[self.contract_id])

    @property
    def label(self):
        """`to extend`, `to claim (service credits)`."""
        return ClockInWords.label.fget(self)

    @property
    def notice(self):
        return Notice(self.amount, self.unit, self.by_post, self.service_days)

    @property
    def is_settled(self):
        return self.due_on is None or self.outcome_for_on == self.due_on
