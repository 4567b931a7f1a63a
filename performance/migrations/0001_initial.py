import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contracts", "0002_postgres_indexes"),
    ]

    operations = [
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
                    "name",
                    models.CharField(
                        help_text="Such as Calls answered within 20 seconds", max_length=150
                    ),
                ),
                (
                    "definition",
                    models.TextField(
                        blank=True,
                        help_text="What is counted, what is left out, and where the figure comes from",
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
                        choices=[("higher", "Higher is better"), ("lower", "Lower is better")],
                        default="higher",
                        max_length=6,
                        verbose_name="which way is better",
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
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("yearly", "Every year"),
                        ],
                        default="monthly",
                        max_length=9,
                        verbose_name="how often",
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
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="indicators",
                        to="contracts.contract",
                    ),
                ),
            ],
            options={
                "verbose_name": "KPI",
                "ordering": ("name", "pk"),
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
                            models.Q(
                                ("tolerance_near", None),
                                ("tolerance_near__gte", 0),
                                _connector="OR",
                            ),
                            models.Q(
                                ("tolerance_far", None), ("tolerance_far__gte", 0), _connector="OR"
                            ),
                        ),
                        name="indicator_tolerances_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("tolerance_near", None),
                            ("tolerance_far", None),
                            ("tolerance_near__lte", models.F("tolerance_far")),
                            _connector="OR",
                        ),
                        name="indicator_near_tolerance_within_far",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_on", None),
                            ("ended_on__gte", models.F("starts_on")),
                            _connector="OR",
                        ),
                        name="indicator_ends_after_it_starts",
                    ),
                ],
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
                    "not_reported_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="not reported because"
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
                ("comment", models.TextField(blank=True)),
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
                ("period_start", models.DateField(verbose_name="period from")),
                (
                    "value",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="value"
                    ),
                ),
                (
                    "not_reported_reason",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="not reported because"
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
                ("comment", models.TextField(blank=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
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
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings_recorded",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                ],
            },
        ),
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
                    "name",
                    models.CharField(
                        help_text="Such as Calls answered within 20 seconds", max_length=150
                    ),
                ),
                (
                    "definition",
                    models.TextField(
                        blank=True,
                        help_text="What is counted, what is left out, and where the figure comes from",
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
                        choices=[("higher", "Higher is better"), ("lower", "Lower is better")],
                        default="higher",
                        max_length=6,
                        verbose_name="which way is better",
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
                (
                    "frequency",
                    models.CharField(
                        choices=[
                            ("monthly", "Every month"),
                            ("quarterly", "Every quarter"),
                            ("yearly", "Every year"),
                        ],
                        default="monthly",
                        max_length=9,
                        verbose_name="how often",
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
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
