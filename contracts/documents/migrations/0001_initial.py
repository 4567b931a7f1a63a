import contracts.documents.models
import datetime
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
            name="Document",
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
                            ("contract", "Contract"),
                            ("schedule", "Schedule"),
                            ("change_note", "Change note"),
                            ("plan", "Plan"),
                            ("minutes", "Minutes"),
                            ("evidence", "Evidence"),
                            ("other", "Other"),
                        ],
                        max_length=11,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of the schedule, change note or meeting, such as 3. Documents of a kind stand in this order",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(9999, "Enter 9999 or less"),
                        ],
                        verbose_name="number",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("confidential", models.BooleanField(default=False)),
                (
                    "publication",
                    models.CharField(
                        choices=[
                            ("no", "Not to be published"),
                            ("yes", "May be published"),
                            ("redacted", "May be published redacted"),
                        ],
                        default="no",
                        max_length=8,
                        verbose_name="publication",
                    ),
                ),
                (
                    "publication_note",
                    models.CharField(
                        blank=True,
                        help_text="Such as Prices in schedule 3: commercially sensitive until 2028",
                        max_length=500,
                        verbose_name="what is redacted, and why",
                    ),
                ),
                (
                    "retain_until",
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
                        verbose_name="keep until",
                    ),
                ),
                (
                    "review_on",
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
                        verbose_name="review on",
                    ),
                ),
                ("next_change_on", models.DateField(editable=False, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="withdrawn from"
                    ),
                ),
                ("withdrawn_reason", models.CharField(blank=True, editable=False, max_length=500)),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="contracts.contract",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("title", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("file", models.FileField(upload_to=contracts.documents.models._random_name)),
                ("original_name", models.CharField(max_length=255, verbose_name="file name")),
                ("content_type", models.CharField(max_length=100)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                (
                    "effective_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="takes effect on",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="In a sentence, for those who know the version before",
                        max_length=500,
                        verbose_name="what is new in it",
                    ),
                ),
                (
                    "uploaded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("unscanned", "Not scanned"),
                            ("clean", "Scanned, nothing found"),
                            ("refused", "Refused by the virus scanner"),
                        ],
                        default="unscanned",
                        editable=False,
                        max_length=9,
                    ),
                ),
                ("scanned_at", models.DateTimeField(editable=False, null=True)),
                (
                    "withdrawn_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="withdrawn on"
                    ),
                ),
                ("withdrawn_reason", models.CharField(blank=True, editable=False, max_length=500)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="documents.document",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "document version",
                "ordering": ("document", "number"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("scan", "unscanned")),
                        fields=["id"],
                        name="version_not_scanned",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "number"), name="version_numbered_once_in_a_document"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_on", None), ("withdrawn_reason", "")),
                            models.Q(
                                ("withdrawn_on__isnull", False),
                                models.Q(("withdrawn_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="version_withdrawn_with_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scan", "refused"), _negated=True),
                            ("file", ""),
                            _connector="OR",
                        ),
                        name="version_refused_is_not_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalDocument",
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
                            ("contract", "Contract"),
                            ("schedule", "Schedule"),
                            ("change_note", "Change note"),
                            ("plan", "Plan"),
                            ("minutes", "Minutes"),
                            ("evidence", "Evidence"),
                            ("other", "Other"),
                        ],
                        max_length=11,
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of the schedule, change note or meeting, such as 3. Documents of a kind stand in this order",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(9999, "Enter 9999 or less"),
                        ],
                        verbose_name="number",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("confidential", models.BooleanField(default=False)),
                (
                    "publication",
                    models.CharField(
                        choices=[
                            ("no", "Not to be published"),
                            ("yes", "May be published"),
                            ("redacted", "May be published redacted"),
                        ],
                        default="no",
                        max_length=8,
                        verbose_name="publication",
                    ),
                ),
                (
                    "publication_note",
                    models.CharField(
                        blank=True,
                        help_text="Such as Prices in schedule 3: commercially sensitive until 2028",
                        max_length=500,
                        verbose_name="what is redacted, and why",
                    ),
                ),
                (
                    "retain_until",
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
                        verbose_name="keep until",
                    ),
                ),
                (
                    "review_on",
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
                        verbose_name="review on",
                    ),
                ),
                (
                    "withdrawn_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="withdrawn from"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
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
                (
                    "current",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.version",
                        verbose_name="current version",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical document",
                "verbose_name_plural": "historical documents",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="documents_h_history_44e74b_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name="document",
            name="current",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.version",
                verbose_name="current version",
            ),
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="from")),
                ("reason", models.CharField(max_length=500)),
                (
                    "decided_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="choices",
                        to="documents.version",
                    ),
                ),
            ],
            options={
                "ordering": ("decided_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="HistoricalVersion",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("original_name", models.CharField(max_length=255, verbose_name="file name")),
                (
                    "effective_on",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="takes effect on",
                    ),
                ),
                (
                    "note",
                    models.CharField(
                        blank=True,
                        help_text="In a sentence, for those who know the version before",
                        max_length=500,
                        verbose_name="what is new in it",
                    ),
                ),
                (
                    "withdrawn_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="withdrawn on"
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
                    "document",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="documents.document",
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
                "verbose_name": "historical document version",
                "verbose_name_plural": "historical document versions",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="documents_h_history_84da42_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                fields=["contract", "place", "number", "title", "id"], name="document_by_contract"
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["title", "id"], name="document_by_title"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["review_on", "id"], name="document_by_review"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["retain_until", "id"], name="document_by_retention"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("next_change_on__isnull", False)),
                fields=["next_change_on"],
                name="document_by_next_change",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("current__isnull", False), ("version", 0), _connector="OR"),
                name="document_has_a_current_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("publication", "redacted"), _negated=True),
                    models.Q(("publication_note", ""), _negated=True),
                    _connector="OR",
                ),
                name="document_redacted_says_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confidential", False),
                    models.Q(("publication", "yes"), _negated=True),
                    _connector="OR",
                ),
                name="document_confidential_not_published_in_full",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_on", None), ("withdrawn_reason", "")),
                    models.Q(
                        ("withdrawn_on__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="document_withdrawn_with_a_reason",
            ),
        ),
    ]
