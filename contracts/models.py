from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from simple_history.models import HistoricalRecords

from accounts.permissions import CONTRACT_ROLES
from contracts import rules
from contracts.querysets import ContractQuerySet, TermQuerySet
from suppliers.models import Supplier

# The people of a contract, as the table of roles names its columns.
PEOPLE = tuple(CONTRACT_ROLES)


class Tier(models.TextChoices):
    """How closely a contract must be managed. Order matters: highest first."""

    PLATINUM = "platinum", "Platinum"
    GOLD = "gold", "Gold"
    SILVER = "silver", "Silver"
    BRONZE = "bronze", "Bronze"


class Stage(models.TextChoices):
    """Where a contract is in its life after award."""

    DRAFT = "draft", "Draft"
    AWAITING_CONDITIONS = "awaiting_conditions", "Awaiting conditions precedent"
    MOBILISATION = "mobilisation", "Mobilisation"
    LIVE = "live", "Live"
    EXIT = "exit", "Exit"
    ENDED = "ended", "Ended"


class Ending(models.TextChoices):
    """How a contract ended."""

    EXPIRED = "expired", "Expired"
    TERMINATED = "terminated", "Terminated"
    NOVATED = "novated", "Novated to another supplier"


class Kind(models.TextChoices):
    """What sort of agreement it is; a call-off and a spot contract hang under a parent."""

    CONTRACT = "contract", "Contract"
    FRAMEWORK = "framework", "Framework agreement"
    CALL_OFF = "call_off", "Call-off"
    SPOT = "spot", "Spot contract"


class CapKind(models.TextChoices):
    """What the value means: as much as may be spent, as much as is expected, or a price."""

    MAXIMUM = "maximum", "Maximum: no more may be spent"
    ESTIMATED = "estimated", "Estimated"
    FIXED = "fixed", "Fixed price"


class Criticality(models.TextChoices):
    """How much the contract depends on a further supplier."""

    HIGH = "high", "High: the service stops without them"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class Regime(models.TextChoices):
    """The law under which the contract was procured; it governs changes for the contract's whole life."""

    PA23 = "pa23", "Procurement Act 2023"
    PA23_LIGHT_TOUCH = "pa23_light_touch", "Procurement Act 2023, light touch"
    PCR15 = "pcr15", "Public Contracts Regulations 2015"
    PCR15_LIGHT_TOUCH = "pcr15_light_touch", "Public Contracts Regulations 2015, light touch"
    BELOW_THRESHOLD = "below_threshold", "Below threshold"
    CONCESSION = "concession", "Concession"
    UTILITIES = "utilities", "Utilities"
    DEFENCE = "defence", "Defence"
    EXEMPT = "exempt", "Exempt"


class Nature(models.TextChoices):
    GOODS = "goods", "Goods"
    SERVICES = "services", "Services"
    WORKS = "works", "Works"


class VatBasis(models.TextChoices):
    NET = "net", "Excluding VAT"
    GROSS = "gross", "Including VAT"


class NoticeUnit(models.TextChoices):
    DAYS = "days", "days"
    MONTHS = "months", "months"


_date_validators = (
    MinValueValidator(rules.EARLIEST_DATE, "Enter a year after 1949"),
    MaxValueValidator(rules.LATEST_DATE, "Enter a year before 2151"),
)
_money_validators = (
    MinValueValidator(0, "Enter 0 or more"),
    MaxValueValidator(rules.LARGEST_VALUE, "Enter a value below £100,000,000,000"),
)


def _date(label, **options):
    return models.DateField(label, null=True, blank=True, validators=_date_validators, **options)


def _money(label, **options):
    return models.DecimalField(
        label, max_digits=14, decimal_places=2, null=True, blank=True,
        validators=_money_validators, **options,
    )  # fmt: skip


def _person(label, related_name, **options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        verbose_name=label, related_name=related_name, **options,
    )  # fmt: skip


class Contract(models.Model):
    """An agreement with a supplier, from award until it has ended."""

    reference = models.CharField(
        max_length=60, help_text="Your own number for it, such as C-2026-0042"
    )
    title = models.CharField(max_length=255)
    description = models.TextField(blank=True)
    kind = models.CharField("kind of agreement", max_length=10, choices=Kind, default=Kind.CONTRACT)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True,
        verbose_name="framework or parent contract", related_name="children",
        db_index=False,  # contract_by_parent begins with it
    )  # fmt: skip
    supplier = models.ForeignKey(
        "suppliers.Supplier", models.PROTECT, null=True, blank=True,
        verbose_name="lead supplier", related_name="contracts",
        db_index=False,  # contract_by_supplier begins with it
    )  # fmt: skip
    unit = models.ForeignKey(
        "accounts.BusinessUnit", models.PROTECT,
        verbose_name="business unit", related_name="contracts",
        db_index=False,  # contract_by_unit begins with it
    )  # fmt: skip
    oco = _person("Operational Contract Owner (OCO)", "contracts_owned")
    deputy = _person("deputy owner", "contracts_deputised")
    sro = _person("SRO", "contracts_answered_for")
    # Whether terms of office name deputies beside the first: who has none costs no query.
    has_further_deputies = models.BooleanField(default=False, editable=False)
    tier = models.CharField(max_length=10, choices=Tier, blank=True)
    stage = models.CharField(max_length=20, choices=Stage, default=Stage.LIVE)
    ended_as = models.CharField("how it ended", max_length=10, choices=Ending, blank=True)
    ended_on = _date("date ended")
    regime = models.CharField("procurement regime", max_length=20, choices=Regime, blank=True)

    signed_on = _date("date signed")
    effective_on = _date("effective date")
    commences_on = _date("commencement date")
    initial_term_months = models.PositiveSmallIntegerField(
        "initial term in months", null=True, blank=True,
        validators=[MinValueValidator(1, "Enter 1 or more"), MaxValueValidator(1200, "Enter 1200 or less")],
    )  # fmt: skip
    initial_end_on = _date("initial end date", help_text="The last day of the first term")
    ends_on = _date("current end date", help_text="The last day, with the options taken so far")
    notice_period = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MaxValueValidator(1200, "Enter 1200 or less")]
    )
    notice_unit = models.CharField(max_length=6, choices=NoticeUnit, default=NoticeUnit.MONTHS)
    # Follows from the end and the notice period; stored, so that sweeps and lists find it by index.
    notice_on = models.DateField("last day to give notice", null=True, editable=False)
    review_on = _date("next review date")

    value = _money("award value", help_text="For the whole term, as awarded")
    current_value = _money(
        "current value",
        help_text="With the changes made so far. Leave empty while it is as awarded",
    )
    annual_value = _money("annual value")
    cap_kind = models.CharField("what the value means", max_length=10, choices=CapKind, blank=True)
    currency = models.CharField(
        max_length=3, default="GBP",
        validators=[RegexValidator(r"\A[A-Z]{3}\Z", "Enter a currency as three capital letters, such as GBP")],
    )  # fmt: skip
    vat_basis = models.CharField("VAT basis", max_length=5, choices=VatBasis, blank=True)

    procurement_route = models.CharField(max_length=120, blank=True)
    nature = models.CharField("what is bought", max_length=10, choices=Nature, blank=True)
    category = models.CharField(max_length=120, blank=True)
    cpv_code = models.CharField(
        "CPV code", max_length=10, blank=True,
        validators=[RegexValidator(r"\A\d{8}(-\d)?\Z", "CPV code must be 8 figures, such as 90500000")],
    )  # fmt: skip
    finance_reference = models.CharField("finance system number", max_length=60, blank=True)
    ocid = models.CharField("open contracting ID (OCID)", max_length=80, blank=True)
    notes = models.TextField(blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ContractQuerySet.as_manager()
    history = HistoricalRecords(
        excluded_fields=["created_at", "updated_at", "has_further_deputies"]
    )

    class Meta:
        ordering = ("title", "pk")
        constraints = (
            models.UniqueConstraint(
                Upper("reference"),
                name="contract_reference_unique",
                violation_error_message="There is a contract with this reference already.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None)
                | Q(commences_on=None)
                | Q(ends_on__gte=F("commences_on")),
                name="contract_ends_after_it_commences",
                violation_error_message="The current end date must be on or after the commencement date.",
            ),
            models.CheckConstraint(
                condition=Q(value=None) | Q(value__gte=0), name="contract_value_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(ended_as="", ended_on=None) | Q(stage="ended"),
                name="contract_ended_as_only_when_ended",
                violation_error_message="Only a contract that has ended says how it ended.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(kind__in=rules.UNDER_ANOTHER),
                name="contract_under_another_is_call_off_or_spot",
                violation_error_message="Only a call-off or a spot contract stands under another.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="spot") | Q(parent__isnull=False),
                name="contract_spot_has_a_parent",
                violation_error_message="A spot contract stands under another.",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="contract_is_not_its_own_parent",
                violation_error_message="A contract cannot be its own parent.",
            ),
        )
        # One index for each way the register is sorted or narrowed. A descending order with empties
        # last needs an index of its own, which SQLite cannot have: see migration 0002.
        indexes = (
            models.Index(fields=["title", "id"], name="contract_by_title"),
            models.Index(fields=["ends_on", "id"], name="contract_by_end"),
            models.Index(fields=["value", "id"], name="contract_by_value"),
            models.Index(fields=["tier", "ends_on", "id"], name="contract_by_tier"),
            models.Index(fields=["stage", "ends_on", "id"], name="contract_by_stage"),
            models.Index(fields=["unit", "title", "id"], name="contract_by_unit"),
            models.Index(fields=["supplier", "ends_on", "id"], name="contract_by_supplier"),
            models.Index(fields=["notice_on"], name="contract_by_notice"),
            models.Index(
                fields=["parent", "title", "id"],
                condition=Q(parent__isnull=False),
                name="contract_by_parent",
            ),
            models.Index(
                fields=["title", "id"], condition=Q(kind="framework"), name="contract_frameworks"
            ),
            models.Index(
                fields=["id"],
                condition=Q(has_further_deputies=True),
                name="contract_further_deputies",
            ),
        )

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("contracts:contract", args=[self.pk])

    def derive(self):
        """Work out the columns that follow from others; called before every save and bulk insert."""
        self.notice_on = rules.notice_deadline(
            self.ends_on, amount=self.notice_period, unit=self.notice_unit
        )
        if self.stage != Stage.ENDED:
            self.ended_as, self.ended_on = "", None

    def allows(self, user, permission):
        """Whether this user holds this permission here: `allowing()` for one row, without a query
        unless there are further deputies."""
        if not user.is_active:
            return False
        if user.may(permission) or self.unit_id in user.units_allowing(permission):
            return True
        held = any(
            permission in role.permissions and getattr(self, f"{column}_id") == user.pk
            for column, role in CONTRACT_ROLES.items()
        )
        return held or (
            permission in CONTRACT_ROLES["deputy"].permissions and user in self.further_deputies
        )

    @cached_property
    def further_deputies(self):
        """The people who deputise beside the first deputy; a query only for the few contracts that have any."""
        if not self.has_further_deputies:
            return []
        terms = self.offices.current().filter(part=Office.FURTHER).select_related("person")
        return [term.person for term in terms.order_by("starts_on", "pk")]

    @property
    def managers(self):
        """Ids of those who manage it from day to day: its owner and all who deputise."""
        further = (person.pk for person in self.further_deputies)
        return [pk for pk in (self.oco_id, self.deputy_id, *further) if pk]

    @property
    def place(self):
        return rules.Place(self.kind, self.parent_id is not None)

    def kinds_of_children(self):
        """The kinds of agreement that stand under this one."""
        if self.pk is None:
            return frozenset()
        return frozenset(self.children.order_by().values_list("kind", flat=True).distinct())

    @property
    def is_spot(self):
        """Bought lightly under another contract: it is asked for less than others are."""
        return self.kind == Kind.SPOT

    @property
    def value_now(self):
        """What the contract is worth with the changes made so far; None when no value is recorded."""
        return self.value if self.current_value is None else self.current_value

    @property
    def is_past_its_end(self):
        return rules.is_overdue(ends_on=self.ends_on, stage=self.stage, today=timezone.localdate())


class Office(models.TextChoices):
    """A part that a person holds on a contract. The first three are columns of the contract as well."""

    OCO = "oco", "Operational Contract Owner (OCO)"
    DEPUTY = "deputy", "Deputy owner"
    SRO = "sro", "SRO"
    FURTHER = "further", "Further deputy"


class TermInHistory(models.Model):
    """How history names a term of office."""

    class Meta:
        abstract = True

    def in_words(self, names):
        person = names.get(get_user_model(), {}).get(self.person_id, "")
        return f"{person}, {self.get_part_display()}"


class TermOfOffice(models.Model):
    """Who held a part of a contract, from when until when.

    Those of the owner, the first deputy and the SRO follow the contract's columns, whose history tells
    who named them (`contracts.offices`); no history of their own is written then. A further deputy
    and a corrected date are told by the term's own history.
    """

    # Written by the hundred thousand from rows that are there: the database need not look again.
    contract = models.ForeignKey(
        Contract, models.CASCADE, related_name="offices", db_constraint=False, db_index=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT,
        related_name="offices", db_constraint=False, db_index=False,
    )  # fmt: skip
    part = models.CharField(max_length=7, choices=Office)
    starts_on = models.DateField("since", validators=_date_validators)
    # The day on which it passed to somebody else: two who follow each other meet on one day.
    ends_on = models.DateField("until", null=True, blank=True, validators=_date_validators)

    objects = TermQuerySet.as_manager()
    history = HistoricalRecords(bases=[TermInHistory])

    class Meta:
        verbose_name = "term of office"
        verbose_name_plural = "terms of office"
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "part"],
                condition=Q(ends_on=None) & ~Q(part="further"),
                name="contract_has_one_owner_one_deputy_one_sro",
            ),
            models.UniqueConstraint(
                fields=["person", "contract"],
                condition=Q(ends_on=None, part="further"),
                name="contract_has_a_further_deputy_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="term_of_office_ends_after_it_starts",
                violation_error_message="It must end on or after the day on which it began.",
            ),
        )
        indexes = (models.Index(fields=["contract", "starts_on"], name="terms_of_a_contract"),)

    def __str__(self):
        return f"{self.person}, {self.get_part_display()}"


class PartInHistory(models.Model):
    """How history names a row of ContractSupplier."""

    class Meta:
        abstract = True

    def in_words(self, names):
        return names.get(Supplier, {}).get(self.supplier_id, "")


class ContractSupplier(models.Model):
    """A further supplier of a contract, beside the lead: a consortium member or a named subcontractor."""

    class Part(models.TextChoices):
        MEMBER = "member", "Consortium member"
        SUBCONTRACTOR = "subcontractor", "Named subcontractor"

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="further_suppliers")
    supplier = models.ForeignKey("suppliers.Supplier", models.PROTECT, related_name="parts")
    part = models.CharField(max_length=15, choices=Part, default=Part.MEMBER)
    criticality = models.CharField(max_length=6, choices=Criticality, blank=True)
    service = models.CharField(
        "what they do",
        max_length=255,
        blank=True,
        help_text="Such as payroll, or catering at two sites",
    )
    starts_on = _date("from")
    ends_on = _date("until", help_text="The last day. Leave empty while it is not known")

    history = HistoricalRecords(bases=[PartInHistory])

    class Meta:
        verbose_name = "further supplier"
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["contract", "supplier"], name="contract_supplier_named_once"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="contract_supplier_ends_after_it_starts",
                violation_error_message="The last day must be on or after the first.",
            ),
        )

    def __str__(self):
        return f"{self.supplier} ({self.get_part_display()})"

    @property
    def is_over(self):
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    @property
    def is_critical(self):
        """Whether the service would stop without them now."""
        return self.criticality == Criticality.HIGH and not self.is_over

    @property
    def weight(self):
        """What sorts those that matter most to the front: members, then subcontractors by criticality."""
        order = [*Criticality.values, ""]
        return (self.is_over, self.part != self.Part.MEMBER, order.index(self.criticality), self.pk)
