import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
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
            name="Obligation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="Within this contract, such as 7 or S2.4", max_length=20
                    ),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True, help_text="Such as Schedule 2, 4.1", max_length=60
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="Such as Monthly performance report", max_length=200
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="The words of the clause, or their gist",
                        verbose_name="what the contract says",
                    ),
                ),
                (
                    "party",
                    models.CharField(
                        choices=[("supplier", "Supplier"), ("authority", "Authority")],
                        default="supplier",
                        max_length=10,
                        verbose_name="who must do it",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("obligation", "Obligation"),
                            ("deliverable", "Deliverable"),
                            ("reporting", "Report or return"),
                            ("open_book", "Open-book report"),
                            ("assurance", "Certificate, test or insurance"),
                            ("payment", "Payment"),
                            ("dependency", "Dependency: the supplier needs it from us"),
                            ("condition", "Condition precedent"),
                        ],
                        default="obligation",
                        max_length=12,
                    ),
                ),
                (
                    "supplier_contact",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="contact at the supplier"
                    ),
                ),
                (
                    "repeat",
                    models.CharField(
                        choices=[
                            ("once", "Once"),
                            ("weeks", "Weekly"),
                            ("months", "Monthly"),
                            ("quarters", "Quarterly"),
                            ("years", "Yearly"),
                        ],
                        default="once",
                        max_length=8,
                        verbose_name="how often",
                    ),
                ),
                (
                    "every",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="1 is every week, month, quarter or year; 2 is every second one",
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(120, "Enter 120 or less"),
                        ],
                    ),
                ),
                (
                    "first_due",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="day first due",
                    ),
                ),
                (
                    "last_day",
                    models.BooleanField(
                        default=False, verbose_name="due on the last day of each month"
                    ),
                ),
                (
                    "until",
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
                        verbose_name="goes on until",
                    ),
                ),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(1000, "Enter 1,000 or less"),
                        ],
                        verbose_name="number of times",
                    ),
                ),
                (
                    "followed_from",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ]
                    ),
                ),
                (
                    "survives",
                    models.BooleanField(
                        default=False, verbose_name="goes on after the contract has ended"
                    ),
                ),
                ("evidence_required", models.CharField(blank=True, max_length=200)),
                (
                    "consequence",
                    models.TextField(blank=True, verbose_name="what follows if it is not done"),
                ),
                ("ended_on", models.DateField(blank=True, editable=False, null=True)),
                ("made_to", models.DateField(editable=False, null=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "contract",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to="contracts.contract",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="obligations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible person",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "indexes": [
                    models.Index(fields=["title", "id"], name="obligation_by_title"),
                    models.Index(
                        condition=models.Q(("ended_on", None)),
                        fields=["made_to"],
                        name="obligation_to_make_ahead",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("contract"),
                        django.db.models.functions.text.Upper("number"),
                        name="obligation_number_once_in_a_contract",
                        violation_error_message="This contract has an obligation with this number already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("first_due")), _connector="OR"
                        ),
                        name="obligation_until_after_first_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until", None), ("times", None), _connector="OR"),
                        name="obligation_until_or_times",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("every__gte", 1),
                            models.Q(("times", None), ("times__gte", 1), _connector="OR"),
                        ),
                        name="obligation_steps_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "condition"), _negated=True),
                            ("repeat", "once"),
                            _connector="OR",
                        ),
                        name="obligation_condition_is_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalOccurrence",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("met", "Met"),
                            ("late", "Met late"),
                            ("failed", "Failed"),
                            ("waived", "Waived"),
                            ("not_applicable", "Not applicable"),
                        ],
                        default="pending",
                        max_length=14,
                    ),
                ),
                (
                    "done_on",
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
                        verbose_name="done on",
                    ),
                ),
                ("evidence", models.TextField(blank=True)),
                (
                    "evidence_url",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="link to the evidence"
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "relief",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("offered", "To be decided"),
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
                    "obligation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="obligations.obligation",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical occurrence",
                "verbose_name_plural": "historical occurrences",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="obligations_history_49ece9_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalDependency",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
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
                    "obligation",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="obligations.obligation",
                    ),
                ),
                (
                    "on",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="obligations.obligation",
                        verbose_name="depends on",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical dependency",
                "verbose_name_plural": "historical dependencies",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="obligations_history_fecd6a_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Dependency",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependencies",
                        to="obligations.obligation",
                    ),
                ),
                (
                    "on",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dependents",
                        to="obligations.obligation",
                        verbose_name="depends on",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "dependencies",
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(fields=("obligation", "on"), name="dependency_once"),
                    models.CheckConstraint(
                        condition=models.Q(("obligation", models.F("on")), _negated=True),
                        name="dependency_not_on_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_on", models.DateField(verbose_name="due")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("met", "Met"),
                            ("late", "Met late"),
                            ("failed", "Failed"),
                            ("waived", "Waived"),
                            ("not_applicable", "Not applicable"),
                        ],
                        default="pending",
                        max_length=14,
                    ),
                ),
                (
                    "done_on",
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
                        verbose_name="done on",
                    ),
                ),
                ("evidence", models.TextField(blank=True)),
                (
                    "evidence_url",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="link to the evidence"
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                (
                    "said_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="recorded at"),
                ),
                (
                    "relief",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("offered", "To be decided"),
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
                (
                    "relief_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="relief decided at"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "obligation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occurrences",
                        to="obligations.obligation",
                    ),
                ),
                (
                    "relief_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="relief decided by",
                    ),
                ),
                (
                    "relief_from",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reliefs",
                        to="obligations.occurrence",
                        verbose_name="relief because of",
                    ),
                ),
                (
                    "said_by",
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
                "ordering": ("due_on", "pk"),
                "indexes": [
                    models.Index(fields=["due_on", "id"], name="occurrence_by_day"),
                    models.Index(
                        condition=models.Q(("status", "pending")),
                        fields=["due_on", "id"],
                        name="occurrence_pending_by_day",
                    ),
                    models.Index(
                        condition=models.Q(("relief", ""), _negated=True),
                        fields=["relief", "due_on"],
                        name="occurrence_by_relief",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("obligation", "due_on"), name="occurrence_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("done_on__isnull", False),
                                ("done_on__lte", models.F("due_on")),
                                ("status", "met"),
                            ),
                            models.Q(
                                ("done_on__gt", models.F("due_on")),
                                ("done_on__isnull", False),
                                ("status", "late"),
                            ),
                            models.Q(
                                models.Q(("status__in", ["met", "late"]), _negated=True),
                                ("done_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="occurrence_done_on_a_day_if_done",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ["failed", "waived", "not_applicable"]),
                                _negated=True,
                            ),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="occurrence_not_done_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("relief", ""), ("relief_from", None)),
                            models.Q(
                                models.Q(("relief", ""), _negated=True),
                                ("relief_from__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="occurrence_relief_has_a_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("relief__in", ["granted", "refused"]), _negated=True),
                            models.Q(("relief_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="occurrence_relief_decided_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalObligation",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="Within this contract, such as 7 or S2.4", max_length=20
                    ),
                ),
                (
                    "clause",
                    models.CharField(
                        blank=True, help_text="Such as Schedule 2, 4.1", max_length=60
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        help_text="Such as Monthly performance report", max_length=200
                    ),
                ),
                (
                    "text",
                    models.TextField(
                        blank=True,
                        help_text="The words of the clause, or their gist",
                        verbose_name="what the contract says",
                    ),
                ),
                (
                    "party",
                    models.CharField(
                        choices=[("supplier", "Supplier"), ("authority", "Authority")],
                        default="supplier",
                        max_length=10,
                        verbose_name="who must do it",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("obligation", "Obligation"),
                            ("deliverable", "Deliverable"),
                            ("reporting", "Report or return"),
                            ("open_book", "Open-book report"),
                            ("assurance", "Certificate, test or insurance"),
                            ("payment", "Payment"),
                            ("dependency", "Dependency: the supplier needs it from us"),
                            ("condition", "Condition precedent"),
                        ],
                        default="obligation",
                        max_length=12,
                    ),
                ),
                (
                    "supplier_contact",
                    models.CharField(
                        blank=True, max_length=120, verbose_name="contact at the supplier"
                    ),
                ),
                (
                    "repeat",
                    models.CharField(
                        choices=[
                            ("once", "Once"),
                            ("weeks", "Weekly"),
                            ("months", "Monthly"),
                            ("quarters", "Quarterly"),
                            ("years", "Yearly"),
                        ],
                        default="once",
                        max_length=8,
                        verbose_name="how often",
                    ),
                ),
                (
                    "every",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="1 is every week, month, quarter or year; 2 is every second one",
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(120, "Enter 120 or less"),
                        ],
                    ),
                ),
                (
                    "first_due",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="day first due",
                    ),
                ),
                (
                    "last_day",
                    models.BooleanField(
                        default=False, verbose_name="due on the last day of each month"
                    ),
                ),
                (
                    "until",
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
                        verbose_name="goes on until",
                    ),
                ),
                (
                    "times",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1, "Enter 1 or more"),
                            django.core.validators.MaxValueValidator(1000, "Enter 1,000 or less"),
                        ],
                        verbose_name="number of times",
                    ),
                ),
                (
                    "followed_from",
                    models.DateField(
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ]
                    ),
                ),
                (
                    "survives",
                    models.BooleanField(
                        default=False, verbose_name="goes on after the contract has ended"
                    ),
                ),
                ("evidence_required", models.CharField(blank=True, max_length=200)),
                (
                    "consequence",
                    models.TextField(blank=True, verbose_name="what follows if it is not done"),
                ),
                ("ended_on", models.DateField(blank=True, editable=False, null=True)),
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
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="responsible person",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical obligation",
                "verbose_name_plural": "historical obligations",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="obligations_history_3761a7_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
