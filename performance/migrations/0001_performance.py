"""The migrations before, as one step for a database that has none of them. What they moved and filled was not there to be
moved."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("performance", "0001_initial"),
        ("performance", "0002_definitions"),
        ("performance", "0003_fill_definitions"),
        ("performance", "0004_only_definitions"),
        ("performance", "0005_indicator_templates"),
    ]

    dependencies = [
        ("accounts", "__first__"),
        ("contracts", "0002_postgres_indexes"),
        ("documents", "0003_documents_are_disposed_of"),
        ("obligations", "0002_postgres_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalIndicator",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        help_text="Its number in the contract, such as KPI 1 or SL2.3",
                        max_length=20,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Such as Calls answered within 20 seconds", max_length=150
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("kpi", "KPI"), ("sla", "Service level (SLA)")],
                        default="kpi",
                        max_length=3,
                    ),
                ),
                (
                    "quadrant",
                    models.CharField(
                        choices=[
                            ("cost", "Cost"),
                            ("performance", "Performance"),
                            ("risk", "Risk"),
                            ("user", "User"),
                        ],
                        default="performance",
                        help_text="Its place on the balanced scorecard",
                        max_length=11,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, help_text="Such as %, days or £", max_length=20),
                ),
                (
                    "decimals",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(4, "Enter 4 or less")],
                        verbose_name="decimal places",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("higher", "Higher is better"),
                            ("lower", "Lower is better"),
                            ("range", "Within a range is better"),
                            ("yes_no", "Yes or no, and yes is better"),
                        ],
                        default="higher",
                        max_length=6,
                        verbose_name="which way is better",
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("half_yearly", "Every half-year"),
                            ("yearly", "Every year"),
                            ("on_event", "When it happens"),
                        ],
                        default="monthly",
                        max_length=11,
                        verbose_name="how often",
                    ),
                ),
                (
                    "reported_by",
                    models.CharField(
                        choices=[("supplier", "The supplier"), ("authority", "Us")],
                        default="supplier",
                        max_length=9,
                        verbose_name="who measures it",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="Such as the supplier's monthly report, or our own survey",
                        max_length=200,
                        verbose_name="where the figure comes from",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="How much it counts beside the others when they are taken together; 1 is usual",
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                    ),
                ),
                (
                    "publishable",
                    models.BooleanField(default=False, verbose_name="its ratings may be published"),
                ),
                (
                    "over",
                    models.CharField(
                        choices=[
                            ("worst", "The worst reading counts"),
                            ("mean", "The mean of the readings counts"),
                            ("last", "The last reading counts"),
                        ],
                        default="worst",
                        max_length=5,
                        verbose_name="rating of a year",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="measured from")),
                (
                    "ended_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="retired on"
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
                "verbose_name": "historical KPI",
                "verbose_name_plural": "historical KPIs",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="performance_history_4499ee_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Indicator",
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
                        related_name="indicators",
                        to="contracts.contract",
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        help_text="Its number in the contract, such as KPI 1 or SL2.3",
                        max_length=20,
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="Such as Calls answered within 20 seconds", max_length=150
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("kpi", "KPI"), ("sla", "Service level (SLA)")],
                        default="kpi",
                        max_length=3,
                    ),
                ),
                (
                    "quadrant",
                    models.CharField(
                        choices=[
                            ("cost", "Cost"),
                            ("performance", "Performance"),
                            ("risk", "Risk"),
                            ("user", "User"),
                        ],
                        default="performance",
                        help_text="Its place on the balanced scorecard",
                        max_length=11,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, help_text="Such as %, days or £", max_length=20),
                ),
                (
                    "decimals",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(4, "Enter 4 or less")],
                        verbose_name="decimal places",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("higher", "Higher is better"),
                            ("lower", "Lower is better"),
                            ("range", "Within a range is better"),
                            ("yes_no", "Yes or no, and yes is better"),
                        ],
                        default="higher",
                        max_length=6,
                        verbose_name="which way is better",
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("half_yearly", "Every half-year"),
                            ("yearly", "Every year"),
                            ("on_event", "When it happens"),
                        ],
                        default="monthly",
                        max_length=11,
                        verbose_name="how often",
                    ),
                ),
                (
                    "reported_by",
                    models.CharField(
                        choices=[("supplier", "The supplier"), ("authority", "Us")],
                        default="supplier",
                        max_length=9,
                        verbose_name="who measures it",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        blank=True,
                        help_text="Such as the supplier's monthly report, or our own survey",
                        max_length=200,
                        verbose_name="where the figure comes from",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="How much it counts beside the others when they are taken together; 1 is usual",
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                    ),
                ),
                (
                    "publishable",
                    models.BooleanField(default=False, verbose_name="its ratings may be published"),
                ),
                (
                    "over",
                    models.CharField(
                        choices=[
                            ("worst", "The worst reading counts"),
                            ("mean", "The mean of the readings counts"),
                            ("last", "The last reading counts"),
                        ],
                        default="worst",
                        max_length=5,
                        verbose_name="rating of a year",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="measured from")),
                (
                    "ended_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="retired on"
                    ),
                ),
                ("latest_period", models.DateField(editable=False, null=True)),
                (
                    "latest_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        editable=False,
                        max_digits=16,
                        null=True,
                        verbose_name="latest value",
                    ),
                ),
                (
                    "latest_rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "Good"),
                            ("approaching_target", "Approaching target"),
                            ("requires_improvement", "Requires improvement"),
                            ("inadequate", "Inadequate"),
                            ("other", "Other"),
                        ],
                        editable=False,
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "depends_on",
                    models.ManyToManyField(
                        blank=True,
                        related_name="indicators",
                        to="obligations.obligation",
                        verbose_name="depends on",
                    ),
                ),
            ],
            options={
                "verbose_name": "KPI",
                "ordering": ("name", "pk"),
                "indexes": [],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("ended_on", None)),
                        name="indicator_name_once_in_a_contract",
                        violation_error_message="This contract has a KPI with this name already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None),
                            ("ended_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="indicator_ends_after_it_starts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 1)),
                        name="indicator_counts_for_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDefinition",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="counts from")),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="What is counted, what is left out, and how it is worked out",
                        verbose_name="definition",
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="target",
                    ),
                ),
                (
                    "upper",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="upper end of the range",
                    ),
                ),
                (
                    "tolerance_near",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="tolerance for Approaching target",
                    ),
                ),
                (
                    "tolerance_far",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="tolerance for Requires improvement",
                    ),
                ),
                ("bands", models.TextField(blank=True, verbose_name="service points")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                "verbose_name": "historical definition",
                "verbose_name_plural": "historical definitions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="performance_history_afeef9_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Definition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="definitions",
                        to="performance.indicator",
                        verbose_name="KPI",
                    ),
                ),
                ("from_on", models.DateField(verbose_name="counts from")),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="What is counted, what is left out, and how it is worked out",
                        verbose_name="definition",
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="target",
                    ),
                ),
                (
                    "upper",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="upper end of the range",
                    ),
                ),
                (
                    "tolerance_near",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="tolerance for Approaching target",
                    ),
                ),
                (
                    "tolerance_far",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="tolerance for Requires improvement",
                    ),
                ),
                ("bands", models.TextField(blank=True, verbose_name="service points")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ("-from_on", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("indicator", "from_on"), name="definition_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("tolerance_near", None),
                                ("tolerance_near__gte", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("tolerance_far", None), ("tolerance_far__gte", 0), _connector="OR"
                            ),
                        ),
                        name="definition_tolerances_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tolerance_near", None),
                            ("tolerance_far", None),
                            ("tolerance_near__lte", models.F("tolerance_far")),
                            _connector="OR",
                        ),
                        name="definition_near_tolerance_within_far",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("upper", None), ("upper__gt", models.F("target")), _connector="OR"
                        ),
                        name="definition_range_has_two_ends",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HistoricalReading",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("period_start", models.DateField(verbose_name="period from")),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="value"
                    ),
                ),
                (
                    "numerator",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="figure above the line",
                    ),
                ),
                (
                    "denominator",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="figure below the line",
                    ),
                ),
                (
                    "not_reported_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="not reported because"
                    ),
                ),
                (
                    "reported_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        editable=False,
                        max_digits=16,
                        null=True,
                        verbose_name="value as first reported",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("validated", "Validated"),
                            ("challenged", "Challenged"),
                            ("amended", "Amended"),
                        ],
                        default="reported",
                        max_length=10,
                    ),
                ),
                (
                    "status_reason",
                    models.TextField(blank=True, verbose_name="reason for the status"),
                ),
                (
                    "proposed_rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "Good"),
                            ("approaching_target", "Approaching target"),
                            ("requires_improvement", "Requires improvement"),
                            ("inadequate", "Inadequate"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="rating by the rule",
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "Good"),
                            ("approaching_target", "Approaching target"),
                            ("requires_improvement", "Requires improvement"),
                            ("inadequate", "Inadequate"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "rating_reason",
                    models.TextField(blank=True, verbose_name="reason for another rating"),
                ),
                (
                    "relief",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("proposed", "Proposed"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "relief_reason",
                    models.TextField(blank=True, verbose_name="reason for the decision on relief"),
                ),
                ("comment", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                (
                    "relief_from",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="obligations.occurrence",
                        verbose_name="excused because of",
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
                "verbose_name": "historical reading",
                "verbose_name_plural": "historical readings",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="performance_history_742402_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="performance.indicator",
                        verbose_name="KPI",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="performance.definition",
                        verbose_name="rated by",
                    ),
                ),
                ("period_start", models.DateField(verbose_name="period from")),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="value"
                    ),
                ),
                (
                    "numerator",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="figure above the line",
                    ),
                ),
                (
                    "denominator",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="figure below the line",
                    ),
                ),
                (
                    "not_reported_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="not reported because"
                    ),
                ),
                (
                    "reported_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        editable=False,
                        max_digits=16,
                        null=True,
                        verbose_name="value as first reported",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "Reported"),
                            ("validated", "Validated"),
                            ("challenged", "Challenged"),
                            ("amended", "Amended"),
                        ],
                        default="reported",
                        max_length=10,
                    ),
                ),
                (
                    "status_reason",
                    models.TextField(blank=True, verbose_name="reason for the status"),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "checked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
                ),
                (
                    "proposed_rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "Good"),
                            ("approaching_target", "Approaching target"),
                            ("requires_improvement", "Requires improvement"),
                            ("inadequate", "Inadequate"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                        verbose_name="rating by the rule",
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("good", "Good"),
                            ("approaching_target", "Approaching target"),
                            ("requires_improvement", "Requires improvement"),
                            ("inadequate", "Inadequate"),
                            ("other", "Other"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "rating_reason",
                    models.TextField(blank=True, verbose_name="reason for another rating"),
                ),
                (
                    "relief",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("proposed", "Proposed"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "relief_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="excused_readings",
                        to="obligations.occurrence",
                        verbose_name="excused because of",
                    ),
                ),
                (
                    "relief_reason",
                    models.TextField(blank=True, verbose_name="reason for the decision on relief"),
                ),
                ("comment", models.TextField(blank=True)),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings_recorded",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "ordering": ("-period_start", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("indicator", "period_start"), name="reading_once_a_period"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("not_reported_reason", ""), ("value__isnull", False)),
                            models.Q(
                                ("value", None),
                                models.Q(("not_reported_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="reading_has_a_value_or_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("rating", ""), ("value", None)),
                            models.Q(
                                ("value__isnull", False), models.Q(("rating", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="reading_rated_if_it_has_a_value",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rating", models.F("proposed_rating")),
                            models.Q(("rating_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reading_rated_otherwise_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "challenged"), _negated=True),
                            models.Q(("status_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reading_challenged_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("relief__in", ["granted", "refused"]), _negated=True),
                            models.Q(("relief_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reading_relief_decided_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator", None), ("numerator", None)),
                            models.Q(("denominator__gt", 0), ("numerator__isnull", False)),
                            _connector="OR",
                        ),
                        name="reading_quotient_of_two_figures",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="performance.reading",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_of_readings",
                        to="documents.document",
                    ),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "evidence",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("reading", "document"), name="evidence_attached_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="HistoricalIndicatorTemplate",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        help_text="What kind of contract it suits, such as Facilities or Any contract",
                        max_length=80,
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                (
                    "kind",
                    models.CharField(
                        choices=[("kpi", "KPI"), ("sla", "Service level (SLA)")],
                        default="kpi",
                        max_length=3,
                    ),
                ),
                (
                    "quadrant",
                    models.CharField(
                        choices=[
                            ("cost", "Cost"),
                            ("performance", "Performance"),
                            ("risk", "Risk"),
                            ("user", "User"),
                        ],
                        default="performance",
                        max_length=11,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="What is counted, what is left out, and how it is worked out",
                        verbose_name="definition",
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, help_text="Such as %, days or £", max_length=20),
                ),
                (
                    "decimals",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(4, "Enter 4 or less")],
                        verbose_name="decimal places",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("higher", "Higher is better"),
                            ("lower", "Lower is better"),
                            ("range", "Within a range is better"),
                            ("yes_no", "Yes or no, and yes is better"),
                        ],
                        default="higher",
                        max_length=6,
                        verbose_name="which way is better",
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("half_yearly", "Every half-year"),
                            ("yearly", "Every year"),
                            ("on_event", "When it happens"),
                        ],
                        default="monthly",
                        max_length=11,
                        verbose_name="how often",
                    ),
                ),
                (
                    "reported_by",
                    models.CharField(
                        choices=[("supplier", "The supplier"), ("authority", "Us")],
                        default="supplier",
                        max_length=9,
                        verbose_name="who measures it",
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="target",
                    ),
                ),
                (
                    "upper",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="upper end of the range",
                    ),
                ),
                (
                    "tolerance_near",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="tolerance for Approaching target",
                    ),
                ),
                (
                    "tolerance_far",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="tolerance for Requires improvement",
                    ),
                ),
                ("bands", models.TextField(blank=True, verbose_name="service points")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                "verbose_name": "historical KPI template",
                "verbose_name_plural": "historical KPI templates",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="performance_history_39791d_idx"
                    )
                ],
                "constraints": [],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="IndicatorTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        help_text="What kind of contract it suits, such as Facilities or Any contract",
                        max_length=80,
                    ),
                ),
                ("name", models.CharField(max_length=150)),
                (
                    "kind",
                    models.CharField(
                        choices=[("kpi", "KPI"), ("sla", "Service level (SLA)")],
                        default="kpi",
                        max_length=3,
                    ),
                ),
                (
                    "quadrant",
                    models.CharField(
                        choices=[
                            ("cost", "Cost"),
                            ("performance", "Performance"),
                            ("risk", "Risk"),
                            ("user", "User"),
                        ],
                        default="performance",
                        max_length=11,
                        verbose_name="what it is about",
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="What is counted, what is left out, and how it is worked out",
                        verbose_name="definition",
                    ),
                ),
                (
                    "unit",
                    models.CharField(blank=True, help_text="Such as %, days or £", max_length=20),
                ),
                (
                    "decimals",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(4, "Enter 4 or less")],
                        verbose_name="decimal places",
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[
                            ("higher", "Higher is better"),
                            ("lower", "Lower is better"),
                            ("range", "Within a range is better"),
                            ("yes_no", "Yes or no, and yes is better"),
                        ],
                        default="higher",
                        max_length=6,
                        verbose_name="which way is better",
                    ),
                ),
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("weekly", "Every week"),
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("half_yearly", "Every half-year"),
                            ("yearly", "Every year"),
                            ("on_event", "When it happens"),
                        ],
                        default="monthly",
                        max_length=11,
                        verbose_name="how often",
                    ),
                ),
                (
                    "reported_by",
                    models.CharField(
                        choices=[("supplier", "The supplier"), ("authority", "Us")],
                        default="supplier",
                        max_length=9,
                        verbose_name="who measures it",
                    ),
                ),
                (
                    "target",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="target",
                    ),
                ),
                (
                    "upper",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="upper end of the range",
                    ),
                ),
                (
                    "tolerance_near",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="tolerance for Approaching target",
                    ),
                ),
                (
                    "tolerance_far",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=16,
                        null=True,
                        verbose_name="tolerance for Requires improvement",
                    ),
                ),
                ("bands", models.TextField(blank=True, verbose_name="service points")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
            ],
            options={
                "verbose_name": "KPI template",
                "ordering": (
                    django.db.models.functions.text.Lower("category"),
                    django.db.models.functions.text.Lower("name"),
                    "pk",
                ),
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("category"),
                        django.db.models.functions.text.Lower("name"),
                        name="template_name_once_in_a_category",
                        violation_error_message="There is a template with this name in this category already.",
                    )
                ],
                "indexes": [],
            },
        ),
    ]
