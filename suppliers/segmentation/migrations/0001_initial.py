import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("suppliers", "0002_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="KraljicPlacement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("answers", models.JSONField(default=list)),
                ("supply_risk", models.DecimalField(decimal_places=1, max_digits=4)),
                ("business_impact", models.DecimalField(decimal_places=1, max_digits=4)),
                (
                    "quadrant",
                    models.CharField(
                        choices=[
                            ("strategic", "Strategic"),
                            ("bottleneck", "Bottleneck"),
                            ("leverage", "Leverage"),
                            ("non_critical", "Non-critical"),
                        ],
                        max_length=15,
                        verbose_name="place",
                    ),
                ),
                ("reason", models.TextField(verbose_name="why")),
                ("placed_on", models.DateField(verbose_name="placed on")),
                ("due_on", models.DateField(verbose_name="next review")),
                ("is_current", models.BooleanField(default=True)),
                (
                    "follows",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="segmentation.kraljicplacement",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="kraljic_placements",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="placements",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "place on the Kraljic board",
                "ordering": ("-placed_on", "-pk"),
                "indexes": [
                    models.Index(
                        fields=["supplier", "placed_on", "id"], name="kraljic_by_supplier"
                    ),
                    models.Index(
                        condition=models.Q(("is_current", True)),
                        fields=["due_on", "id"],
                        name="kraljic_by_due_day",
                    ),
                    models.Index(
                        condition=models.Q(("is_current", True)),
                        fields=["quadrant", "id"],
                        name="kraljic_by_quadrant",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("supplier",),
                        name="kraljic_placement_one_stands",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("business_impact__range", (0, 100)), ("supply_risk__range", (0, 100))
                        ),
                        name="kraljic_scores_from_0_to_100",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalKraljicPlacement",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("supply_risk", models.DecimalField(decimal_places=1, max_digits=4)),
                ("business_impact", models.DecimalField(decimal_places=1, max_digits=4)),
                (
                    "quadrant",
                    models.CharField(
                        choices=[
                            ("strategic", "Strategic"),
                            ("bottleneck", "Bottleneck"),
                            ("leverage", "Leverage"),
                            ("non_critical", "Non-critical"),
                        ],
                        max_length=15,
                        verbose_name="place",
                    ),
                ),
                ("reason", models.TextField(verbose_name="why")),
                ("placed_on", models.DateField(verbose_name="placed on")),
                ("due_on", models.DateField(verbose_name="next review")),
                ("is_current", models.BooleanField(default=True)),
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
                    "placed_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="segmentation.kraljicplacement",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical place on the Kraljic board",
                "verbose_name_plural": "historical place on the Kraljic boards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="segmentatio_history_54990a_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="KraljicQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "axis",
                    models.CharField(
                        choices=[
                            ("supply_risk", "Supply risk"),
                            ("business_impact", "Business impact"),
                        ],
                        max_length=20,
                        verbose_name="what it measures",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        help_text="How much it counts beside the other questions of its kind",
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                    ),
                ),
                (
                    "answer_0",
                    models.CharField(
                        help_text="The least risk or impact",
                        max_length=120,
                        verbose_name="answer worth 0 points",
                    ),
                ),
                ("answer_1", models.CharField(max_length=120, verbose_name="answer worth 1 point")),
                (
                    "answer_2",
                    models.CharField(max_length=120, verbose_name="answer worth 2 points"),
                ),
                (
                    "answer_3",
                    models.CharField(max_length=120, verbose_name="answer worth 3 points"),
                ),
                (
                    "answer_4",
                    models.CharField(
                        help_text="The most risk or impact",
                        max_length=120,
                        verbose_name="answer worth 4 points",
                    ),
                ),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="The lowest number comes first",
                        verbose_name="place in the form",
                    ),
                ),
                ("is_asked", models.BooleanField(default=True, verbose_name="ask this question")),
            ],
            options={
                "ordering": ("axis", "order", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weight__gte", 1)), name="kraljic_question_has_a_weight"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierTier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "proposed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="proposed tier",
                    ),
                ),
                ("grounds", models.TextField(verbose_name="grounds of the proposal")),
                (
                    "decided",
                    models.CharField(
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="tier",
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("due_on", models.DateField(verbose_name="next review")),
                ("is_current", models.BooleanField(default=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplier_tiers_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tiers",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "supplier tier",
                "ordering": ("-decided_on", "-pk"),
                "indexes": [
                    models.Index(
                        fields=["supplier", "decided_on", "id"], name="supplier_tier_by_supplier"
                    ),
                    models.Index(
                        condition=models.Q(("is_current", True)),
                        fields=["due_on", "id"],
                        name="supplier_tier_by_due_day",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("supplier",),
                        name="supplier_tier_one_stands",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided", models.F("proposed")),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="supplier_tier_other_than_proposed_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalKraljicQuestion",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "axis",
                    models.CharField(
                        choices=[
                            ("supply_risk", "Supply risk"),
                            ("business_impact", "Business impact"),
                        ],
                        max_length=20,
                        verbose_name="what it measures",
                    ),
                ),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        help_text="How much it counts beside the other questions of its kind",
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                    ),
                ),
                (
                    "answer_0",
                    models.CharField(
                        help_text="The least risk or impact",
                        max_length=120,
                        verbose_name="answer worth 0 points",
                    ),
                ),
                ("answer_1", models.CharField(max_length=120, verbose_name="answer worth 1 point")),
                (
                    "answer_2",
                    models.CharField(max_length=120, verbose_name="answer worth 2 points"),
                ),
                (
                    "answer_3",
                    models.CharField(max_length=120, verbose_name="answer worth 3 points"),
                ),
                (
                    "answer_4",
                    models.CharField(
                        help_text="The most risk or impact",
                        max_length=120,
                        verbose_name="answer worth 4 points",
                    ),
                ),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=50,
                        help_text="The lowest number comes first",
                        verbose_name="place in the form",
                    ),
                ),
                ("is_asked", models.BooleanField(default=True, verbose_name="ask this question")),
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
                "verbose_name": "historical kraljic question",
                "verbose_name_plural": "historical kraljic questions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="segmentatio_history_ef023f_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSupplierTier",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "proposed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="proposed tier",
                    ),
                ),
                ("grounds", models.TextField(verbose_name="grounds of the proposal")),
                (
                    "decided",
                    models.CharField(
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="tier",
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided_on", models.DateField(verbose_name="decided on")),
                ("due_on", models.DateField(verbose_name="next review")),
                ("is_current", models.BooleanField(default=True)),
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical supplier tier",
                "verbose_name_plural": "historical supplier tiers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="segmentatio_history_03b842_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
