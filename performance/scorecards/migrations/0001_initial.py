import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contracts", "0006_terms_of_office"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Scorecard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("quarter_start", models.DateField(verbose_name="quarter from")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("signed_off", "Signed off"),
                            ("seen", "Seen by the SRO"),
                        ],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scorecards",
                        to="contracts.contract",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "quarter_start"), name="scorecard_once_a_quarter"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("quarter_start__day", 1), ("quarter_start__month__in", [1, 4, 7, 10])
                        ),
                        name="scorecard_begins_with_a_quarter",
                    ),
                ],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "signed_off")),
                        fields=["contract", "id"],
                        name="scorecard_waits_for_the_sro",
                    )
                ],
                "ordering": ("-quarter_start", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="signed off")),
                ("frozen", models.JSONField(editable=False)),
                ("seen_at", models.DateTimeField(editable=False, null=True, verbose_name="seen")),
                (
                    "question",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="question of the SRO"
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=2000)),
                (
                    "answered_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="answered"),
                ),
                (
                    "reopened_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="taken back"),
                ),
                (
                    "reopened_reason",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="why it was taken back"
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed off by",
                    ),
                ),
                (
                    "reopened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken back by",
                    ),
                ),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_offs",
                        to="scorecards.scorecard",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("question", ""), ("seen_at", None), ("seen_by", None)),
                            models.Q(("seen_at__isnull", False), ("seen_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="sign_off_seen_by_and_at_together",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("seen_by", None),
                            models.Q(("seen_by", models.F("by")), _negated=True),
                            _connector="OR",
                        ),
                        name="sign_off_seen_by_somebody_else",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None), ("answered_by", None)),
                            models.Q(
                                models.Q(("question", ""), _negated=True),
                                models.Q(("answer", ""), _negated=True),
                                ("answered_at__isnull", False),
                                ("answered_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="sign_off_answer_to_a_question",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("reopened_at", None),
                                ("reopened_by", None),
                                ("reopened_reason", ""),
                            ),
                            models.Q(
                                ("reopened_at__isnull", False),
                                ("reopened_by__isnull", False),
                                models.Q(("reopened_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="sign_off_taken_back_for_a_reason",
                    ),
                ],
                "verbose_name": "sign-off of the scorecard",
                "verbose_name_plural": "sign-offs of scorecards",
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.AddField(
            model_name="scorecard",
            name="signed",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="scorecards.signoff",
            ),
        ),
        migrations.CreateModel(
            name="Feedback",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("survey", "Survey"),
                            ("complaint", "Complaint"),
                            ("compliment", "Compliment"),
                        ],
                        default="survey",
                        max_length=10,
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                (
                    "source",
                    models.CharField(
                        help_text="Such as the yearly survey of residents, or the contact centre",
                        max_length=150,
                        verbose_name="where it comes from",
                    ),
                ),
                (
                    "score",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=7,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="score",
                    ),
                ),
                (
                    "scale",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=7,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1, "Enter 1 or more")],
                        verbose_name="highest score that could be given",
                    ),
                ),
                (
                    "nps",
                    models.SmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-100, "Enter -100 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="net promoter score",
                    ),
                ),
                (
                    "sample",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(
                                100000000, "Enter a smaller number"
                            ),
                        ],
                        verbose_name="how many answered",
                    ),
                ),
                (
                    "comments",
                    models.TextField(blank=True, max_length=5000, verbose_name="what was said"),
                ),
                (
                    "resolved_on",
                    models.DateField(blank=True, null=True, verbose_name="resolved on"),
                ),
                (
                    "outcome",
                    models.TextField(blank=True, max_length=2000, verbose_name="what came of it"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="contracts.contract",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "feedback",
                "verbose_name_plural": "feedback",
                "ordering": ("-received_on", "-pk"),
                "indexes": [
                    models.Index(
                        fields=["contract", "received_on", "id"], name="feedback_of_a_contract"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scale", None), ("score", None)),
                            models.Q(
                                ("scale__gt", 0),
                                ("score__gte", 0),
                                ("score__isnull", False),
                                ("score__lte", models.F("scale")),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_score_within_its_scale",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("nps", None), ("nps__range", (-100, 100)), _connector="OR"
                        ),
                        name="feedback_nps_in_its_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("resolved_on", None)),
                            models.Q(
                                ("kind", "complaint"),
                                ("resolved_on__gte", models.F("received_on")),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="feedback_only_complaints_are_resolved",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "survey"),
                            models.Q(("nps", None), ("score", None)),
                            _connector="OR",
                        ),
                        name="feedback_only_surveys_have_scores",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalFeedback",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("survey", "Survey"),
                            ("complaint", "Complaint"),
                            ("compliment", "Compliment"),
                        ],
                        default="survey",
                        max_length=10,
                    ),
                ),
                ("received_on", models.DateField(verbose_name="received on")),
                (
                    "source",
                    models.CharField(
                        help_text="Such as the yearly survey of residents, or the contact centre",
                        max_length=150,
                        verbose_name="where it comes from",
                    ),
                ),
                (
                    "score",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=7,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(0, "Enter 0 or more")],
                        verbose_name="score",
                    ),
                ),
                (
                    "scale",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=7,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1, "Enter 1 or more")],
                        verbose_name="highest score that could be given",
                    ),
                ),
                (
                    "nps",
                    models.SmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(-100, "Enter -100 or more"),
                            django.core.validators.MaxValueValidator(100, "Enter 100 or less"),
                        ],
                        verbose_name="net promoter score",
                    ),
                ),
                (
                    "sample",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(
                                100000000, "Enter a smaller number"
                            ),
                        ],
                        verbose_name="how many answered",
                    ),
                ),
                (
                    "comments",
                    models.TextField(blank=True, max_length=5000, verbose_name="what was said"),
                ),
                (
                    "resolved_on",
                    models.DateField(blank=True, null=True, verbose_name="resolved on"),
                ),
                (
                    "outcome",
                    models.TextField(blank=True, max_length=2000, verbose_name="what came of it"),
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
                "verbose_name": "historical feedback",
                "verbose_name_plural": "historical feedback",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="scorecards__history_dcd14f_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalScorecard",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("quarter_start", models.DateField(verbose_name="quarter from")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("signed_off", "Signed off"),
                            ("seen", "Seen by the SRO"),
                        ],
                        default="draft",
                        max_length=10,
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
                "verbose_name": "historical scorecard",
                "verbose_name_plural": "historical scorecards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="scorecards__history_eb1802_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                        max_length=11,
                    ),
                ),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("green", "Green"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("not_tracked", "Not tracked"),
                        ],
                        default="not_tracked",
                        editable=False,
                        max_length=11,
                    ),
                ),
                (
                    "rag",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("green", "Green"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("not_tracked", "Not tracked"),
                        ],
                        max_length=11,
                        verbose_name="how it stands",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="why it is not what is proposed"
                    ),
                ),
                (
                    "narrative",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        verbose_name="what happened, and what is being done",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("change", "Raise it with the supplier as a contract change"),
                            ("next_contract", "Take it into the next contract"),
                            ("accept", "Accept that it is not tracked"),
                        ],
                        max_length=13,
                        verbose_name="what follows if it is not tracked",
                    ),
                ),
                (
                    "decision_note",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="more about that decision"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "scorecard",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="scorecards.scorecard",
                    ),
                ),
            ],
            options={
                "verbose_name": "quadrant",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scorecard", "quadrant"), name="quadrant_once_in_a_scorecard"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decision", ""), ("decision_note", "")),
                            ("rag__in", ["", "not_tracked"]),
                            _connector="OR",
                        ),
                        name="quadrant_decision_only_when_not_tracked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSignOff",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="signed off")),
                ("seen_at", models.DateTimeField(editable=False, null=True, verbose_name="seen")),
                (
                    "question",
                    models.TextField(
                        blank=True, max_length=2000, verbose_name="question of the SRO"
                    ),
                ),
                ("answer", models.TextField(blank=True, max_length=2000)),
                (
                    "answered_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="answered"),
                ),
                (
                    "reopened_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="taken back"),
                ),
                (
                    "reopened_reason",
                    models.TextField(
                        blank=True, max_length=500, verbose_name="why it was taken back"
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
                    "answered_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signed off by",
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
                    "reopened_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken back by",
                    ),
                ),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="seen by",
                    ),
                ),
                (
                    "scorecard",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="scorecards.scorecard",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical sign-off of the scorecard",
                "verbose_name_plural": "historical sign-offs of scorecards",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="scorecards__history_44295b_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalLine",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
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
                        max_length=11,
                    ),
                ),
                (
                    "proposed",
                    models.CharField(
                        choices=[
                            ("green", "Green"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("not_tracked", "Not tracked"),
                        ],
                        default="not_tracked",
                        editable=False,
                        max_length=11,
                    ),
                ),
                (
                    "rag",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("green", "Green"),
                            ("amber", "Amber"),
                            ("red", "Red"),
                            ("not_tracked", "Not tracked"),
                        ],
                        max_length=11,
                        verbose_name="how it stands",
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="why it is not what is proposed"
                    ),
                ),
                (
                    "narrative",
                    models.TextField(
                        blank=True,
                        max_length=4000,
                        verbose_name="what happened, and what is being done",
                    ),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("change", "Raise it with the supplier as a contract change"),
                            ("next_contract", "Take it into the next contract"),
                            ("accept", "Accept that it is not tracked"),
                        ],
                        max_length=13,
                        verbose_name="what follows if it is not tracked",
                    ),
                ),
                (
                    "decision_note",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="more about that decision"
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
                (
                    "scorecard",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="scorecards.scorecard",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical quadrant",
                "verbose_name_plural": "historical quadrants",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="scorecards__history_4de8b5_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddConstraint(
            model_name="scorecard",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("signed", None), ("state", "draft")),
                    models.Q(
                        models.Q(("state", "draft"), _negated=True), ("signed__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="scorecard_signed_unless_a_draft",
            ),
        ),
    ]
