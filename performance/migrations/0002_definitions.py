import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_documents_are_disposed_of"),
        ("obligations", "0002_postgres_indexes"),
        ("performance", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "evidence",
                "ordering": ("pk",),
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
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField()),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(
                        choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                    ),
                ),
            ],
            options={
                "verbose_name": "historical definition",
                "verbose_name_plural": "historical definitions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="historicalindicator",
            name="kind",
            field=models.CharField(
                choices=[("kpi", "KPI"), ("sla", "Service level (SLA)")],
                default="kpi",
                max_length=3,
            ),
        ),
        migrations.AddField(
            model_name="historicalindicator",
            name="over",
            field=models.CharField(
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
        migrations.AddField(
            model_name="historicalindicator",
            name="publishable",
            field=models.BooleanField(default=False, verbose_name="its ratings may be published"),
        ),
        migrations.AddField(
            model_name="historicalindicator",
            name="quadrant",
            field=models.CharField(
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
        migrations.AddField(
            model_name="historicalindicator",
            name="reference",
            field=models.CharField(
                blank=True,
                help_text="Its number in the contract, such as KPI 1 or SL2.3",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="historicalindicator",
            name="reported_by",
            field=models.CharField(
                choices=[("supplier", "The supplier"), ("authority", "Us")],
                default="supplier",
                max_length=9,
                verbose_name="who measures it",
            ),
        ),
        migrations.AddField(
            model_name="historicalindicator",
            name="source",
            field=models.CharField(
                blank=True,
                help_text="Such as the supplier's monthly report, or our own survey",
                max_length=200,
                verbose_name="where the figure comes from",
            ),
        ),
        migrations.AddField(
            model_name="historicalindicator",
            name="weight",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="How much it counts beside the others when they are taken together; 1 is usual",
                validators=[
                    django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                    django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                ],
            ),
        ),
        migrations.AddField(
            model_name="historicalreading",
            name="denominator",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                max_digits=16,
                null=True,
                verbose_name="figure below the line",
            ),
        ),
        migrations.AddField(
            model_name="historicalreading",
            name="numerator",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                max_digits=16,
                null=True,
                verbose_name="figure above the line",
            ),
        ),
        migrations.AddField(
            model_name="historicalreading",
            name="proposed_rating",
            field=models.CharField(
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
        migrations.AddField(
            model_name="historicalreading",
            name="rating_reason",
            field=models.TextField(blank=True, verbose_name="reason for another rating"),
        ),
        migrations.AddField(
            model_name="historicalreading",
            name="relief",
            field=models.CharField(
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
        migrations.AddField(
            model_name="historicalreading",
            name="relief_from",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="obligations.occurrence",
                verbose_name="excused because of",
            ),
        ),
        migrations.AddField(
            model_name="historicalreading",
            name="relief_reason",
            field=models.TextField(blank=True, verbose_name="reason for the decision on relief"),
        ),
        migrations.AddField(
            model_name="historicalreading",
            name="reported_value",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                editable=False,
                max_digits=16,
                null=True,
                verbose_name="value as first reported",
            ),
        ),
        migrations.AddField(
            model_name="historicalreading",
            name="status",
            field=models.CharField(
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
        migrations.AddField(
            model_name="historicalreading",
            name="status_reason",
            field=models.TextField(blank=True, verbose_name="reason for the status"),
        ),
        migrations.AddField(
            model_name="indicator",
            name="depends_on",
            field=models.ManyToManyField(
                blank=True,
                related_name="indicators",
                to="obligations.obligation",
                verbose_name="depends on",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="kind",
            field=models.CharField(
                choices=[("kpi", "KPI"), ("sla", "Service level (SLA)")],
                default="kpi",
                max_length=3,
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="over",
            field=models.CharField(
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
        migrations.AddField(
            model_name="indicator",
            name="publishable",
            field=models.BooleanField(default=False, verbose_name="its ratings may be published"),
        ),
        migrations.AddField(
            model_name="indicator",
            name="quadrant",
            field=models.CharField(
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
        migrations.AddField(
            model_name="indicator",
            name="reference",
            field=models.CharField(
                blank=True,
                help_text="Its number in the contract, such as KPI 1 or SL2.3",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="reported_by",
            field=models.CharField(
                choices=[("supplier", "The supplier"), ("authority", "Us")],
                default="supplier",
                max_length=9,
                verbose_name="who measures it",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="source",
            field=models.CharField(
                blank=True,
                help_text="Such as the supplier's monthly report, or our own survey",
                max_length=200,
                verbose_name="where the figure comes from",
            ),
        ),
        migrations.AddField(
            model_name="indicator",
            name="weight",
            field=models.PositiveSmallIntegerField(
                default=1,
                help_text="How much it counts beside the others when they are taken together; 1 is usual",
                validators=[
                    django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                    django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                ],
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="checked_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="checked at"),
        ),
        migrations.AddField(
            model_name="reading",
            name="checked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="checked by",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="denominator",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                max_digits=16,
                null=True,
                verbose_name="figure below the line",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="numerator",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                max_digits=16,
                null=True,
                verbose_name="figure above the line",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="proposed_rating",
            field=models.CharField(
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
        migrations.AddField(
            model_name="reading",
            name="rating_reason",
            field=models.TextField(blank=True, verbose_name="reason for another rating"),
        ),
        migrations.AddField(
            model_name="reading",
            name="relief",
            field=models.CharField(
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
        migrations.AddField(
            model_name="reading",
            name="relief_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="excused_readings",
                to="obligations.occurrence",
                verbose_name="excused because of",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="relief_reason",
            field=models.TextField(blank=True, verbose_name="reason for the decision on relief"),
        ),
        migrations.AddField(
            model_name="reading",
            name="reported_value",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                editable=False,
                max_digits=16,
                null=True,
                verbose_name="value as first reported",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="status",
            field=models.CharField(
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
        migrations.AddField(
            model_name="reading",
            name="status_reason",
            field=models.TextField(blank=True, verbose_name="reason for the status"),
        ),
        migrations.AlterField(
            model_name="historicalindicator",
            name="direction",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="historicalindicator",
            name="frequency",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="indicator",
            name="direction",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="indicator",
            name="frequency",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="indicator",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gte", 1)), name="indicator_counts_for_something"
            ),
        ),
        migrations.AddField(
            model_name="definition",
            name="indicator",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="definitions",
                to="performance.indicator",
                verbose_name="KPI",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="definition",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="readings",
                to="performance.definition",
                verbose_name="rated by",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="added_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="evidence_of_readings",
                to="documents.document",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="reading",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="evidence",
                to="performance.reading",
            ),
        ),
        migrations.AddField(
            model_name="historicaldefinition",
            name="history_user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicaldefinition",
            name="indicator",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="performance.indicator",
                verbose_name="KPI",
            ),
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.UniqueConstraint(
                fields=("indicator", "from_on"), name="definition_once_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("tolerance_near", None), ("tolerance_near__gte", 0), _connector="OR"),
                    models.Q(("tolerance_far", None), ("tolerance_far__gte", 0), _connector="OR"),
                ),
                name="definition_tolerances_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("tolerance_near", None),
                    ("tolerance_far", None),
                    ("tolerance_near__lte", models.F("tolerance_far")),
                    _connector="OR",
                ),
                name="definition_near_tolerance_within_far",
            ),
        ),
        migrations.AddConstraint(
            model_name="definition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("upper", None), ("upper__gt", models.F("target")), _connector="OR"
                ),
                name="definition_range_has_two_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.UniqueConstraint(
                fields=("reading", "document"), name="evidence_attached_once"
            ),
        ),
        migrations.AddIndex(
            model_name="historicaldefinition",
            index=models.Index(
                fields=["history_date", "id"], name="performance_history_afeef9_idx"
            ),
        ),
    ]
