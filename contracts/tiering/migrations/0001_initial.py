import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contracts", "0003_kinds_parents_endings_and_caps"),
    ]

    operations = [
        migrations.CreateModel(
            name="Questionnaire",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("current", "Current"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=7,
                    ),
                ),
                (
                    "platinum_from",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="Platinum begins at",
                    ),
                ),
                (
                    "gold_from",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="Gold begins at",
                    ),
                ),
                (
                    "silver_from",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="Silver begins at",
                    ),
                ),
                (
                    "platinum_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Platinum: months until the next assessment",
                    ),
                ),
                (
                    "gold_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Gold: months until the next assessment",
                    ),
                ),
                (
                    "silver_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Silver: months until the next assessment",
                    ),
                ),
                (
                    "bronze_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Bronze: months until the next assessment",
                    ),
                ),
                (
                    "notes",
                    models.TextField(
                        blank=True,
                        help_text="Where it comes from and what to know about it; readers see this first",
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="draft started"
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="published"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="why it was published")),
                (
                    "reassess_by",
                    models.DateField(
                        blank=True,
                        null=True,
                        verbose_name="contracts that would move to be assessed again by",
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="draft started by",
                    ),
                ),
            ],
            options={
                "verbose_name": "tiering questionnaire",
                "ordering": ("-number",),
                "constraints": [
                    models.UniqueConstraint(fields=("number",), name="questionnaire_number_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "current")),
                        fields=("state",),
                        name="questionnaire_one_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "draft")),
                        fields=("state",),
                        name="questionnaire_one_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_at", None), ("state", "draft")),
                            models.Q(
                                models.Q(("state", "draft"), _negated=True),
                                ("published_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="questionnaire_published_unless_a_draft",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(db_index=False, editable=False, max_length=40)),
                ("place", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                (
                    "help",
                    models.TextField(
                        blank=True,
                        help_text="What to think of, and where to look it up",
                        verbose_name="help",
                    ),
                ),
                (
                    "factor",
                    models.CharField(
                        choices=[
                            ("impact", "Impact of failure"),
                            ("continuity", "Continuity of the service"),
                            ("switching", "Changing supplier"),
                            ("value", "Contract value"),
                            ("complexity", "Complexity and data"),
                        ],
                        default="impact",
                        max_length=10,
                        verbose_name="what it looks at",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less")
                        ],
                    ),
                ),
                ("answer_0", models.CharField(max_length=200, verbose_name="answer 0")),
                ("answer_1", models.CharField(max_length=200, verbose_name="answer 1")),
                ("answer_2", models.CharField(max_length=200, verbose_name="answer 2")),
                ("answer_3", models.CharField(max_length=200, verbose_name="answer 3")),
                ("answer_4", models.CharField(max_length=200, verbose_name="answer 4")),
                (
                    "questionnaire",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="tiering.questionnaire",
                    ),
                ),
            ],
            options={
                "ordering": ("place", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("questionnaire", "key"), name="question_once_in_a_questionnaire"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalQuestion",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("key", models.SlugField(db_index=False, editable=False, max_length=40)),
                ("place", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("text", models.CharField(max_length=200, verbose_name="question")),
                (
                    "help",
                    models.TextField(
                        blank=True,
                        help_text="What to think of, and where to look it up",
                        verbose_name="help",
                    ),
                ),
                (
                    "factor",
                    models.CharField(
                        choices=[
                            ("impact", "Impact of failure"),
                            ("continuity", "Continuity of the service"),
                            ("switching", "Changing supplier"),
                            ("value", "Contract value"),
                            ("complexity", "Complexity and data"),
                        ],
                        default="impact",
                        max_length=10,
                        verbose_name="what it looks at",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=0,
                        validators=[
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less")
                        ],
                    ),
                ),
                ("answer_0", models.CharField(max_length=200, verbose_name="answer 0")),
                ("answer_1", models.CharField(max_length=200, verbose_name="answer 1")),
                ("answer_2", models.CharField(max_length=200, verbose_name="answer 2")),
                ("answer_3", models.CharField(max_length=200, verbose_name="answer 3")),
                ("answer_4", models.CharField(max_length=200, verbose_name="answer 4")),
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
                    "questionnaire",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tiering.questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical question",
                "verbose_name_plural": "historical questions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="tiering_his_history_f2f828_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalHardRule",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("answer", "The answer to a question"),
                            ("value", "The contract's total value"),
                        ],
                        max_length=6,
                        verbose_name="what it looks at",
                    ),
                ),
                ("threshold", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "at_least",
                    models.CharField(
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="at least",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="Ends the sentence “at least Gold because …”",
                        max_length=200,
                        verbose_name="because",
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
                (
                    "question",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tiering.question",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tiering.questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical rule",
                "verbose_name_plural": "historical rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="tiering_his_history_ae147d_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalAssessment",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="total value",
                    ),
                ),
                ("currency", models.CharField(default="GBP", max_length=3)),
                ("score", models.DecimalField(decimal_places=2, max_digits=5)),
                (
                    "proposed_tier",
                    models.CharField(
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="tier by the rules",
                    ),
                ),
                ("reasons", models.TextField(help_text="One sentence a line", verbose_name="why")),
                ("comment", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for a decision"),
                            ("decided", "Decided"),
                            ("sent_back", "Sent back"),
                            ("replaced", "Replaced by another proposal"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                (
                    "decided_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "due_on",
                    models.DateField(blank=True, null=True, verbose_name="next assessment due"),
                ),
                (
                    "marked_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="tier by the new questionnaire",
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
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
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
                    "questionnaire",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="tiering.questionnaire",
                        verbose_name="questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical tier assessment",
                "verbose_name_plural": "historical tier assessments",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="tiering_his_history_01ac80_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HardRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("answer", "The answer to a question"),
                            ("value", "The contract's total value"),
                        ],
                        max_length=6,
                        verbose_name="what it looks at",
                    ),
                ),
                ("threshold", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "at_least",
                    models.CharField(
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="at least",
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="Ends the sentence “at least Gold because …”",
                        max_length=200,
                        verbose_name="because",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hard_rules",
                        to="tiering.question",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hard_rules",
                        to="tiering.questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule",
                "ordering": ("pk",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("question__isnull", False), ("subject", "answer")),
                            models.Q(("question", None), ("subject", "value")),
                            _connector="OR",
                        ),
                        name="hard_rule_names_its_question",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        verbose_name="total value",
                    ),
                ),
                ("currency", models.CharField(default="GBP", max_length=3)),
                ("score", models.DecimalField(decimal_places=2, max_digits=5)),
                (
                    "proposed_tier",
                    models.CharField(
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="tier by the rules",
                    ),
                ),
                ("reasons", models.TextField(help_text="One sentence a line", verbose_name="why")),
                ("comment", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for a decision"),
                            ("decided", "Decided"),
                            ("sent_back", "Sent back"),
                            ("replaced", "Replaced by another proposal"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                (
                    "proposed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="proposed"
                    ),
                ),
                (
                    "decided_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                (
                    "next_due_on",
                    models.DateField(blank=True, null=True, verbose_name="to be assessed again"),
                ),
                ("in_effect", models.BooleanField(default=False)),
                (
                    "due_on",
                    models.DateField(blank=True, null=True, verbose_name="next assessment due"),
                ),
                (
                    "marked_tier",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("platinum", "Platinum"),
                            ("gold", "Gold"),
                            ("silver", "Silver"),
                            ("bronze", "Bronze"),
                        ],
                        max_length=10,
                        verbose_name="tier by the new questionnaire",
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tier_assessments",
                        to="contracts.contract",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="proposed by",
                    ),
                ),
                (
                    "marked_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tiering.questionnaire",
                        verbose_name="marked by a new questionnaire",
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assessments",
                        to="tiering.questionnaire",
                        verbose_name="questionnaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "tier assessment",
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("in_effect", True)),
                        fields=["due_on", "id"],
                        name="assessment_by_due",
                    ),
                    models.Index(
                        condition=models.Q(("state", "proposed")),
                        fields=["proposed_at", "id"],
                        name="assessment_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("contract",),
                        name="assessment_one_waiting_for_a_contract",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("in_effect", True)),
                        fields=("contract",),
                        name="assessment_one_in_effect_for_a_contract",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "decided"), _negated=True),
                            models.Q(
                                models.Q(("decided_tier", ""), _negated=True),
                                ("decided_on__isnull", False),
                                ("due_on__isnull", False),
                                ("next_due_on__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="assessment_decided_has_tier_and_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "decided"), _negated=True),
                            ("decided_tier", models.F("proposed_tier")),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="assessment_other_tier_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent_back"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="assessment_sent_back_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("in_effect", False), ("state", "decided"), _connector="OR"
                        ),
                        name="assessment_in_effect_is_decided",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalQuestionnaire",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("current", "Current"),
                            ("retired", "Retired"),
                        ],
                        default="draft",
                        max_length=7,
                    ),
                ),
                (
                    "platinum_from",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="Platinum begins at",
                    ),
                ),
                (
                    "gold_from",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="Gold begins at",
                    ),
                ),
                (
                    "silver_from",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="Silver begins at",
                    ),
                ),
                (
                    "platinum_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Platinum: months until the next assessment",
                    ),
                ),
                (
                    "gold_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Gold: months until the next assessment",
                    ),
                ),
                (
                    "silver_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Silver: months until the next assessment",
                    ),
                ),
                (
                    "bronze_months",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(60, "Enter 60 or less"),
                        ],
                        verbose_name="Bronze: months until the next assessment",
                    ),
                ),
                (
                    "notes",
                    models.TextField(
                        blank=True,
                        help_text="Where it comes from and what to know about it; readers see this first",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="why it was published")),
                (
                    "reassess_by",
                    models.DateField(
                        blank=True,
                        null=True,
                        verbose_name="contracts that would move to be assessed again by",
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
                "verbose_name": "historical tiering questionnaire",
                "verbose_name_plural": "historical tiering questionnaires",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="tiering_his_history_57d583_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.PositiveSmallIntegerField()),
                (
                    "assessment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="tiering.assessment",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tiering.question",
                    ),
                ),
            ],
            options={
                "ordering": ("question__place", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("assessment", "question"), name="answer_once_in_an_assessment"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__lte", 4)), name="answer_from_0_to_4"
                    ),
                ],
            },
        ),
    ]
