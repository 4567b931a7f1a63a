from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from common.widgets import SIGNS
from contracts.rules import EARLIEST_DATE, LARGEST_VALUE, LATEST_DATE
from performance.credits import rules
from performance.credits.querysets import ChargeQuerySet, CreditQuerySet, OfContractsQuerySet
from performance.credits.rules import Cap, ClaimUnit, Per, State, Variant

_date_validators = (
    MinValueValidator(EARLIEST_DATE, "Enter a year after 1949"),
    MaxValueValidator(LATEST_DATE, "Enter a year before 2151"),
)


def _date(label, **options):
    return models.DateField(label, validators=_date_validators, **options)


def _money(label, **options):
    return models.DecimalField(
        label, max_digits=14, decimal_places=2,
        validators=[
            MinValueValidator(0, "Enter 0 or more"),
            MaxValueValidator(LARGEST_VALUE, "Enter an amount below £100,000,000,000"),
        ],
        **options,
    )  # fmt: skip


def _percent(label, **options):
    return models.DecimalField(
        label, max_digits=8, decimal_places=4, null=True, blank=True,
        validators=[
            MinValueValidator(0, "Enter 0 or more"),
            MaxValueValidator(rules.MOST_PERCENT, "Enter 100 or less"),
        ],
        **options,
    )  # fmt: skip


def _person(label):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False,
        verbose_name=label, related_name="+",
    )  # fmt: skip


def _contract(related_name, **options):
    return models.ForeignKey(
        "contracts.Contract", models.PROTECT, related_name=related_name, **options
    )


def _sign(contract):
    return SIGNS.get(contract.currency, f"{contract.currency} ")


class WithContract(models.Manager):
    def get_queryset(self):
        return super().get_queryset().select_related("contract")


class OfAContract(models.Model):
    """What a history says of the currency of an amount: it is the contract's."""

    objects = WithContract()

    class Meta:
        abstract = True

    @property
    def currency(self):
        return self.contract.currency if self.contract else ""


class RegimeInHistory(OfAContract):
    class Meta:
        abstract = True

    @property
    def label(self):
        return f"from {rules.in_words(self.from_on)}"


class Regime(models.Model):
    """By which rules a contract's failures become money, from a day on until another regime counts."""

    contract = _contract("credit_regimes", db_index=False)  # regime_once_a_day begins with it
    from_on = _date(
        "counts from", help_text="Credits are worked out for whole months from this day on"
    )
    clause = models.CharField(
        "where the contract says so",
        max_length=120,
        blank=True,
        help_text="Such as Schedule 7.1, Part C",
    )
    variant = models.CharField(
        "how failures become money",
        max_length=10,
        choices=Variant.choices(),
        default=Variant.POINTS.value,
    )
    rate = _percent("rate for each point", help_text="Per cent of the month’s charge")
    repeat = models.DecimalField(
        "repeat factor", max_digits=6, decimal_places=2, default=1,
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(rules.MOST_FACTOR, "Enter 100 or less"),
        ],
        help_text="Such as 2, when a KPI that fails again in the next period counts double. 1 when it does not",
    )  # fmt: skip
    at_risk = _percent(
        "amount at risk", help_text="Per cent of the month’s charge, for all KPIs together"
    )
    cap = models.CharField("cap", max_length=10, choices=Cap.choices(), default=Cap.NONE.value)
    cap_percent = _percent("percentage of the cap")
    cap_amount = _money("amount of the cap", null=True, blank=True)
    estimate = _money(
        "estimated charges of the first year", null=True, blank=True,
        help_text="For a cap on twelve months’ charges, as long as there have not been twelve",
    )  # fmt: skip
    claim_within = models.PositiveSmallIntegerField(
        "to be claimed within", null=True, blank=True,
        validators=[
            MinValueValidator(1, "Enter 1 or more"),
            MaxValueValidator(rules.MOST_DAYS_TO_CLAIM, f"Enter {rules.MOST_DAYS_TO_CLAIM} or less"),
        ],
        help_text="Days from the end of the month. Leave empty when the contract sets no limit",
    )  # fmt: skip
    claim_unit = models.CharField(
        "counted in", max_length=12, choices=ClaimUnit.choices(), default=ClaimUnit.DAYS.value
    )
    exclusive = models.BooleanField("service credits are the only remedy", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfContractsQuerySet.as_manager()
    history = HistoricalRecords(bases=[RegimeInHistory])

    class Meta:
        verbose_name = "service credit regime"
        ordering = ("from_on", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "from_on"], name="regime_once_a_day",
                violation_error_message="This contract has a regime from this day already.",
            ),
            models.CheckConstraint(
                condition=~Q(variant="points") | Q(rate__isnull=False), name="regime_has_its_rate"
            ),
            models.CheckConstraint(
                condition=~Q(variant="at_risk") | Q(at_risk__isnull=False),
                name="regime_has_its_amount_at_risk",
            ),
            models.CheckConstraint(
                condition=Q(cap="none")
                | Q(cap__in=["period", "rolling"], cap_percent__isnull=False)
                | Q(cap="amount", cap_amount__isnull=False),
                name="regime_has_its_cap",
            ),
            models.CheckConstraint(condition=Q(repeat__gte=1), name="regime_repeats_cost_no_less"),
        )  # fmt: skip

    def __str__(self):
        return f"Regime from {rules.in_words(self.from_on)}"

    def get_absolute_url(self):
        return reverse("credits:contract", args=[self.contract_id])

    @property
    def terms(self):
        return rules.Terms(
            variant=self.variant, rate=self.rate, repeat=self.repeat, at_risk=self.at_risk,
            cap=self.cap, cap_percent=self.cap_percent, cap_amount=self.cap_amount,
            estimate=self.estimate, sign=_sign(self.contract),
        )  # fmt: skip

    @property
    def in_words(self):
        return rules.regime_in_words(
            self.terms, within=self.claim_within, unit=self.claim_unit, exclusive=self.exclusive
        )


class ShareInHistory(models.Model):
    class Meta:
        abstract = True

    def in_words(self, names):
        return next((called for _, called in self._called(names)), "")

    def _called(self, names):
        for model, found in names.items():
            if model._meta.model_name == "indicator" and self.indicator_id in found:
                yield model, found[self.indicator_id]


class KpiShare(models.Model):
    """What one KPI counts in a regime that does not count by points."""

    regime = models.ForeignKey(
        Regime,
        models.CASCADE,
        related_name="shares",
        db_index=False,  # kpi_share_once begins with it
    )
    indicator = models.ForeignKey(
        "performance.Indicator", models.PROTECT, related_name="+", verbose_name="KPI"
    )
    pool = _percent("share of the amount at risk")
    credit = _percent("part of the share that a failure takes")
    amount = _money("amount", null=True, blank=True)
    percent = _percent("percentage of the charge")
    step = models.DecimalField(
        "for each", max_digits=16, decimal_places=4, null=True, blank=True,
        validators=[MinValueValidator(0, "Enter 0 or more")],
    )  # fmt: skip

    history = HistoricalRecords(bases=[ShareInHistory])

    class Meta:
        verbose_name = "share of a KPI"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["regime", "indicator"], name="kpi_share_once"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(percent=None), name="kpi_share_in_one_way"
            ),
        )

    def __str__(self):
        return f"{self.indicator} in {self.regime}"

    @property
    def share(self):
        return rules.Share(self.pool, self.credit, self.amount, self.percent, self.step)


class ChargeInHistory(OfAContract):
    class Meta:
        abstract = True

    @property
    def label(self):
        return rules.month_in_words(self.month)


class Charge(models.Model):
    """What is payable to the supplier for a month, without VAT and before any credit."""

    contract = _contract("charges", db_index=False)  # charge_once_a_month begins with it
    month = models.DateField()
    amount = _money("charge without VAT")
    source = models.CharField(
        max_length=120, blank=True, help_text="Such as the number of the invoice"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ChargeQuerySet.as_manager()
    history = HistoricalRecords(bases=[ChargeInHistory])

    class Meta:
        ordering = ("month", "pk")
        constraints = (
            models.UniqueConstraint(fields=["contract", "month"], name="charge_once_a_month"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="charge_not_negative"),
        )

    def __str__(self):
        return f"Charge for {rules.month_in_words(self.month)}"

    @property
    def label(self):
        return rules.month_in_words(self.month)


class Milestone(models.Model):
    """Something that the supplier must achieve by a day, or pay liquidated damages for each day or week that it is late."""

    contract = _contract("milestones")
    name = models.CharField(max_length=150, help_text="Such as Cutover to the new system")
    clause = models.CharField("where the contract says so", max_length=120, blank=True)
    due_on = _date("due on")
    achieved_on = _date("achieved on", null=True, blank=True)
    rate = _money("liquidated damages", help_text="For each day or week that it is late")
    per = models.CharField(
        "counted by", max_length=10, choices=Per.choices(), default=Per.DAY.value
    )
    limit = _money(
        "most that is payable", null=True, blank=True, help_text="Leave empty when there is no cap"
    )
    excused_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="Days for which the supplier does not answer, such as those of a delay of ours",
    )
    excused_reason = models.CharField("why they are excused", max_length=500, blank=True)
    claim_by = _date(
        "to be claimed by", null=True, blank=True,
        help_text="Leave empty when the contract sets no limit. After this day it lapses",
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = OfContractsQuerySet.as_manager()
    history = HistoricalRecords(bases=[OfAContract])

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(excused_days=0) | ~Q(excused_reason=""),
                name="milestone_days_excused_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(rate__gte=0) & (Q(limit=None) | Q(limit__gte=0)),
                name="milestone_amounts_not_negative",
            ),
        )

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("credits:contract", args=[self.contract_id]) + "#milestones"

    def damages(self, today):
        return rules.damages(
            name=self.name, due_on=self.due_on, achieved_on=self.achieved_on, today=today,
            rate=self.rate, per=self.per, cap=self.limit, excused_days=self.excused_days,
            excused_reason=self.excused_reason,
            sign=_sign(self.contract),
        )  # fmt: skip


class CreditInHistory(OfAContract):
    """What a row of a credit's history is called: `Service credit, February 2026`."""

    class Manager(models.Manager):
        def get_queryset(self):
            return super().get_queryset().select_related("contract", "milestone")

    objects = Manager()

    class Meta:
        abstract = True

    @property
    def label(self):
        if self.month:
            return rules.month_in_words(self.month)
        return self.milestone.name if self.milestone else ""


class Credit(models.Model):
    """A line of the ledger: what the supplier owes for one month's performance or one late milestone, and whether
    we took it. Worked out anew until it is claimed, waived or lost; then it stays as it was."""

    contract = _contract("credits", db_index=False)  # credit_once_a_month begins with it
    month = models.DateField(null=True, editable=False)
    milestone = models.OneToOneField(
        Milestone, models.PROTECT, null=True, editable=False, related_name="ledger_line"
    )
    regime = models.ForeignKey(
        Regime, models.PROTECT, null=True, editable=False, related_name="credits"
    )
    state = models.CharField(max_length=10, choices=State.choices(), default=State.DUE.value)
    # None when it cannot be computed: never 0 in place of it.
    amount = _money("amount", null=True, editable=False)
    points = models.DecimalField(
        "service points", max_digits=12, decimal_places=2, null=True, editable=False
    )
    not_reported = models.PositiveSmallIntegerField(
        "readings not reported", default=0, editable=False
    )
    is_final = models.BooleanField("no longer grows", default=True, editable=False)
    working = models.JSONField(default=list, editable=False)
    claim_by = models.DateField("to be claimed by", null=True, editable=False)

    claimed_on = _date("claimed on", null=True, blank=True)
    claimed_by = _person("claimed by")
    invoice = models.CharField("invoice or credit note", max_length=120, blank=True)
    credited_on = _date("credited on", null=True, blank=True)
    waived_reason = models.TextField("waived because", blank=True)
    waived_by = _person("waived by")
    waived_on = models.DateField("waived on", null=True, editable=False)
    lapsed_on = models.DateField("lapsed on", null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = CreditQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=[
            "working",
            "regime",
            "is_final",
            "claimed_by",
            "waived_by",
            "not_reported",
        ],
        bases=[CreditInHistory],
    )

    class Meta:
        verbose_name = "service credit"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["contract", "month"], name="credit_once_a_month"),
            models.CheckConstraint(
                condition=Q(month=None, milestone__isnull=False)
                | Q(month__isnull=False, milestone=None),
                name="credit_for_a_month_or_a_milestone",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="credit_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["claimed", "credited"])
                | Q(claimed_on__isnull=False, amount__isnull=False),
                name="credit_claimed_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="credited") | (Q(credited_on__isnull=False) & ~Q(invoice="")),
                name="credit_seen_on_an_invoice",
            ),
            models.CheckConstraint(
                condition=~Q(state="waived")
                | (Q(waived_by__isnull=False, waived_on__isnull=False) & ~Q(waived_reason="")),
                name="credit_waived_by_somebody_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="lapsed") | Q(lapsed_on__isnull=False),
                name="credit_lapsed_on_a_day",
            ),
        )
        indexes = (
            models.Index(fields=["claim_by", "id"], condition=Q(state="due"), name="credit_to_claim"),
            models.Index(
                fields=["amount", "id"], condition=Q(state__in=["due", "lapsed"]), name="credit_on_the_table"
            ),
            models.Index(fields=["state", "contract"], name="credit_by_state"),
            models.Index(fields=["claim_by", "id"], name="credit_by_last_day"),
            models.Index(fields=["month", "id"], name="credit_by_month"),
        )  # fmt: skip

    def __str__(self):
        return f"{self.noun}, {self.label}"

    def get_absolute_url(self):
        return reverse("credits:credit", args=[self.pk])

    @property
    def noun(self):
        return "Liquidated damages" if self.milestone_id else "Service credit"

    @property
    def label(self):
        return rules.month_in_words(self.month) if self.month else self.milestone.name

    @property
    def lines(self):
        return rules.from_json(self.working)

    @property
    def is_frozen(self):
        """Whether it stays as it is. What lapsed unknown is worked out still: how much was lost is worth knowing."""
        lapsed_unknown = self.state == State.LAPSED and self.amount is None
        return self.state not in rules.OPEN and not lapsed_unknown

    @property
    def is_on_the_table(self):
        return self.state in rules.ON_THE_TABLE

    @property
    def is_not_known(self):
        """Nothing is due as far as is known, and that is not all."""
        return self.state == State.NOTHING and (self.amount is None or self.not_reported > 0)

    def may(self, verb):
        return rules.may(rules.Verb(verb), self.state)
