import datetime
import django.core.validators
import django.db.models.deletion
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contracts", "0003_kinds_parents_endings_and_caps"),
        ("performance", "0004_only_definitions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalRegime",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "from_on",
                    models.DateField(
                        help_text="Credits are worked out for whole months from this day on",
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="counts from",
                    ),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True,
                        help_text="Such as Schedule 7.1, Part C",
                        max_length=120,
                        verbose_name="where the contract says so",
                    ),
                ),
                (
                    "variant",
                    models.CharField(
                        choices=[
                            ("points", "Service points: points × rate × the month’s charge"),
                            (
                                "difference",
                                "Difference to target: as many per cent of the month’s charge as the target was missed by",
                            ),
                            (
                                "at_risk",
                                "Amount at risk: each KPI’s share of a part of the month’s charge",
                            ),
                            (
                                "fixed",
                                "Fixed: an amount, or a percentage of the month’s charge, for each failure",
                            ),
                        ],
                        default="points",
                        max_length=10,
                        verbose_name="how failures become money",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Per cent of the month’s charge",
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="rate for each point",
                    ),
                ),
                (
                    "repeat",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        help_text="Such as 2, when a KPI that fails again in the next period counts double. 1 when it does not",
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="repeat factor",
                    ),
                ),
                (
                    "at_risk",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Per cent of the month’s charge, for all KPIs together",
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="amount at risk",
                    ),
                ),
                (
                    "cap",
                    models.CharField(
                        choices=[
                            ("none", "No cap"),
                            ("period", "A percentage of the month’s charge"),
                            (
                                "rolling",
                                "A percentage of twelve months’ charges, for the credits of these twelve months together",
                            ),
                            ("amount", "An amount for each month"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="cap",
                    ),
                ),
                (
                    "cap_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="percentage of the cap",
                    ),
                ),
                (
                    "cap_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="amount of the cap",
                    ),
                ),
                (
                    "estimate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="For a cap on twelve months’ charges, as long as there have not been twelve",
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="estimated charges of the first year",
                    ),
                ),
                (
                    "claim_within",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Days from the end of the month. Leave empty when the contract sets no limit",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(730, "Enter 730 or less"),
                        ],
                        verbose_name="to be claimed within",
                    ),
                ),
                (
                    "claim_unit",
                    models.CharField(
                        choices=[("days", "days"), ("working_days", "working days")],
                        default="days",
                        max_length=12,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "exclusive",
                    models.BooleanField(
                        default=False, verbose_name="service credits are the only remedy"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical service credit regime",
                "verbose_name_plural": "historical service credit regimes",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="credits_his_history_bdee82_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Regime",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_regimes",
                        to="contracts.contract",
                    ),
                ),
                (
                    "from_on",
                    models.DateField(
                        help_text="Credits are worked out for whole months from this day on",
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="counts from",
                    ),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True,
                        help_text="Such as Schedule 7.1, Part C",
                        max_length=120,
                        verbose_name="where the contract says so",
                    ),
                ),
                (
                    "variant",
                    models.CharField(
                        choices=[
                            ("points", "Service points: points × rate × the month’s charge"),
                            (
                                "difference",
                                "Difference to target: as many per cent of the month’s charge as the target was missed by",
                            ),
                            (
                                "at_risk",
                                "Amount at risk: each KPI’s share of a part of the month’s charge",
                            ),
                            (
                                "fixed",
                                "Fixed: an amount, or a percentage of the month’s charge, for each failure",
                            ),
                        ],
                        default="points",
                        max_length=10,
                        verbose_name="how failures become money",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Per cent of the month’s charge",
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="rate for each point",
                    ),
                ),
                (
                    "repeat",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        help_text="Such as 2, when a KPI that fails again in the next period counts double. 1 when it does not",
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="repeat factor",
                    ),
                ),
                (
                    "at_risk",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Per cent of the month’s charge, for all KPIs together",
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="amount at risk",
                    ),
                ),
                (
                    "cap",
                    models.CharField(
                        choices=[
                            ("none", "No cap"),
                            ("period", "A percentage of the month’s charge"),
                            (
                                "rolling",
                                "A percentage of twelve months’ charges, for the credits of these twelve months together",
                            ),
                            ("amount", "An amount for each month"),
                        ],
                        default="none",
                        max_length=10,
                        verbose_name="cap",
                    ),
                ),
                (
                    "cap_percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="percentage of the cap",
                    ),
                ),
                (
                    "cap_amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="amount of the cap",
                    ),
                ),
                (
                    "estimate",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="For a cap on twelve months’ charges, as long as there have not been twelve",
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="estimated charges of the first year",
                    ),
                ),
                (
                    "claim_within",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Days from the end of the month. Leave empty when the contract sets no limit",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(730, "Enter 730 or less"),
                        ],
                        verbose_name="to be claimed within",
                    ),
                ),
                (
                    "claim_unit",
                    models.CharField(
                        choices=[("days", "days"), ("working_days", "working days")],
                        default="days",
                        max_length=12,
                        verbose_name="counted in",
                    ),
                ),
                (
                    "exclusive",
                    models.BooleanField(
                        default=False, verbose_name="service credits are the only remedy"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "service credit regime",
                "ordering": ("from_on", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "from_on"),
                        name="regime_once_a_day",
                        violation_error_message="This contract has a regime from this day already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("variant", "points"), _negated=True),
                            ("rate__isnull", False),
                            _connector="OR",
                        ),
                        name="regime_has_its_rate",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("variant", "at_risk"), _negated=True),
                            ("at_risk__isnull", False),
                            _connector="OR",
                        ),
                        name="regime_has_its_amount_at_risk",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("cap", "none"),
                            models.Q(
                                ("cap__in", ["period", "rolling"]), ("cap_percent__isnull", False)
                            ),
                            models.Q(("cap", "amount"), ("cap_amount__isnull", False)),
                            _connector="OR",
                        ),
                        name="regime_has_its_cap",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("repeat__gte", 1)), name="regime_repeats_cost_no_less"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HistoricalKpiShare",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "pool",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="share of the amount at risk",
                    ),
                ),
                (
                    "credit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="part of the share that a failure takes",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="amount",
                    ),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="percentage of the charge",
                    ),
                ),
                (
                    "step",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="for each",
                    ),
                ),
                (
                    "regime",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="credits.regime",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="performance.indicator",
                        verbose_name="KPI",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical share of a KPI",
                "verbose_name_plural": "historical share of a KPIs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="credits_his_history_a1de6c_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="KpiShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "regime",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="credits.regime",
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="performance.indicator",
                        verbose_name="KPI",
                    ),
                ),
                (
                    "pool",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="share of the amount at risk",
                    ),
                ),
                (
                    "credit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="part of the share that a failure takes",
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="amount",
                    ),
                ),
                (
                    "percent",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=8,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100"), "Enter 100 or less"
                            ),
                        ],
                        verbose_name="percentage of the charge",
                    ),
                ),
                (
                    "step",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="for each",
                    ),
                ),
            ],
            options={
                "verbose_name": "share of a KPI",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("regime", "indicator"), name="kpi_share_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("percent", None), _connector="OR"),
                        name="kpi_share_in_one_way",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCharge",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField()),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="charge without VAT",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="Such as the number of the invoice", max_length=120
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical charge",
                "verbose_name_plural": "historical charges",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="credits_his_history_791a40_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="charges",
                        to="contracts.contract",
                    ),
                ),
                ("month", models.DateField()),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=14,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="charge without VAT",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="Such as the number of the invoice", max_length=120
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ("month", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "month"), name="charge_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="charge_not_negative"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HistoricalMilestone",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="Such as Cutover to the new system", max_length=150),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="where the contract says so"
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="due on",
                    ),
                ),
                (
                    "achieved_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="achieved on",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="For each day or week that it is late",
                        max_digits=14,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="liquidated damages",
                    ),
                ),
                (
                    "per",
                    models.CharField(
                        choices=[
                            ("day", "Each day"),
                            ("week", "Each full week"),
                            ("part_week", "Each week or part of a week"),
                        ],
                        default="day",
                        max_length=10,
                        verbose_name="counted by",
                    ),
                ),
                (
                    "limit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Leave empty when there is no cap",
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="most that is payable",
                    ),
                ),
                (
                    "excused_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Days for which the supplier does not answer, such as those of a delay of ours",
                    ),
                ),
                (
                    "excused_reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="why they are excused"
                    ),
                ),
                (
                    "claim_by",
                    models.DateField(
                        blank=True,
                        help_text="Leave empty when the contract sets no limit. After this day it lapses",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="to be claimed by",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical milestone",
                "verbose_name_plural": "historical milestones",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="credits_his_history_36060e_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="milestones",
                        to="contracts.contract",
                    ),
                ),
                (
                    "name",
                    models.CharField(help_text="Such as Cutover to the new system", max_length=150),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="where the contract says so"
                    ),
                ),
                (
                    "due_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="due on",
                    ),
                ),
                (
                    "achieved_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="achieved on",
                    ),
                ),
                (
                    "rate",
                    models.DecimalField(
                        decimal_places=2,
                        help_text="For each day or week that it is late",
                        max_digits=14,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="liquidated damages",
                    ),
                ),
                (
                    "per",
                    models.CharField(
                        choices=[
                            ("day", "Each day"),
                            ("week", "Each full week"),
                            ("part_week", "Each week or part of a week"),
                        ],
                        default="day",
                        max_length=10,
                        verbose_name="counted by",
                    ),
                ),
                (
                    "limit",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Leave empty when there is no cap",
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="most that is payable",
                    ),
                ),
                (
                    "excused_days",
                    models.PositiveSmallIntegerField(
                        default=0,
                        help_text="Days for which the supplier does not answer, such as those of a delay of ours",
                    ),
                ),
                (
                    "excused_reason",
                    models.CharField(
                        blank=True, max_length=500, verbose_name="why they are excused"
                    ),
                ),
                (
                    "claim_by",
                    models.DateField(
                        blank=True,
                        help_text="Leave empty when the contract sets no limit. After this day it lapses",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="to be claimed by",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ("due_on", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("excused_days", 0),
                            models.Q(("excused_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="milestone_days_excused_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rate__gte", 0),
                            models.Q(("limit", None), ("limit__gte", 0), _connector="OR"),
                        ),
                        name="milestone_amounts_not_negative",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HistoricalCredit",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(editable=False, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "Due"),
                            ("claimed", "Claimed"),
                            ("credited", "Credited"),
                            ("waived", "Waived"),
                            ("lapsed", "Lapsed"),
                            ("nothing", "Nothing due"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="amount",
                    ),
                ),
                (
                    "points",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        max_digits=12,
                        null=True,
                        verbose_name="service points",
                    ),
                ),
                (
                    "claim_by",
                    models.DateField(editable=False, null=True, verbose_name="to be claimed by"),
                ),
                (
                    "claimed_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="claimed on",
                    ),
                ),
                (
                    "invoice",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="invoice or credit note"
                    ),
                ),
                (
                    "credited_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="credited on",
                    ),
                ),
                ("waived_reason", models.TextField(blank=True, verbose_name="waived because")),
                (
                    "waived_on",
                    models.DateField(editable=False, null=True, verbose_name="waived on"),
                ),
                (
                    "lapsed_on",
                    models.DateField(editable=False, null=True, verbose_name="lapsed on"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="credits.milestone",
                    ),
                ),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
                (
                    "history_user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "historical service credit",
                "verbose_name_plural": "historical service credits",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="credits_his_history_b5c2ef_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Credit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="contracts.contract",
                    ),
                ),
                ("month", models.DateField(editable=False, null=True)),
                (
                    "milestone",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ledger_line",
                        to="credits.milestone",
                    ),
                ),
                (
                    "regime",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credits",
                        to="credits.regime",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "Due"),
                            ("claimed", "Claimed"),
                            ("credited", "Credited"),
                            ("waived", "Waived"),
                            ("lapsed", "Lapsed"),
                            ("nothing", "Nothing due"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter an amount below £100,000,000,000"
                            ),
                        ],
                        verbose_name="amount",
                    ),
                ),
                (
                    "points",
                    models.DecimalField(
                        decimal_places=2,
                        editable=False,
                        max_digits=12,
                        null=True,
                        verbose_name="service points",
                    ),
                ),
                (
                    "not_reported",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="readings not reported"
                    ),
                ),
                (
                    "is_final",
                    models.BooleanField(
                        default=True, editable=False, verbose_name="no longer grows"
                    ),
                ),
                ("working", models.JSONField(default=list, editable=False)),
                (
                    "claim_by",
                    models.DateField(editable=False, null=True, verbose_name="to be claimed by"),
                ),
                (
                    "claimed_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="claimed on",
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="claimed by",
                    ),
                ),
                (
                    "invoice",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="invoice or credit note"
                    ),
                ),
                (
                    "credited_on",
                    models.DateField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="credited on",
                    ),
                ),
                ("waived_reason", models.TextField(blank=True, verbose_name="waived because")),
                (
                    "waived_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="waived by",
                    ),
                ),
                (
                    "waived_on",
                    models.DateField(editable=False, null=True, verbose_name="waived on"),
                ),
                (
                    "lapsed_on",
                    models.DateField(editable=False, null=True, verbose_name="lapsed on"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "service credit",
                "ordering": ("pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "due")),
                        fields=["claim_by", "id"],
                        name="credit_to_claim",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["due", "lapsed"])),
                        fields=["amount", "id"],
                        name="credit_on_the_table",
                    ),
                    models.Index(fields=["state", "contract"], name="credit_by_state"),
                    models.Index(fields=["claim_by", "id"], name="credit_by_last_day"),
                    models.Index(fields=["month", "id"], name="credit_by_month"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "month"), name="credit_once_a_month"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("milestone__isnull", False), ("month", None)),
                            models.Q(("milestone", None), ("month__isnull", False)),
                            _connector="OR",
                        ),
                        name="credit_for_a_month_or_a_milestone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("amount__gte", 0), _connector="OR"),
                        name="credit_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["claimed", "credited"]), _negated=True),
                            models.Q(("amount__isnull", False), ("claimed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="credit_claimed_on_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "credited"), _negated=True),
                            models.Q(
                                ("credited_on__isnull", False),
                                models.Q(("invoice", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_seen_on_an_invoice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "waived"), _negated=True),
                            models.Q(
                                ("waived_by__isnull", False),
                                ("waived_on__isnull", False),
                                models.Q(("waived_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="credit_waived_by_somebody_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "lapsed"), _negated=True),
                            ("lapsed_on__isnull", False),
                            _connector="OR",
                        ),
                        name="credit_lapsed_on_a_day",
                    ),
                ],
            },
        ),
    ]
