import django.db.models.deletion
import django.utils.timezone
import reminders.models
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contracts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(editable=False, max_length=40, unique=True)),
                (
                    "steps",
                    models.CharField(
                        help_text="Numbers of days with commas between them. 0 is the day itself, -7 a week after it",
                        max_length=120,
                        validators=[reminders.models.validate_steps],
                        verbose_name="days before the date",
                    ),
                ),
                (
                    "told",
                    models.CharField(
                        choices=[
                            ("owner", "The contract owner, or whoever stands in"),
                            ("owner_and_sro", "The contract owner and the SRO"),
                        ],
                        default="owner",
                        max_length=15,
                        verbose_name="who is told",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="send these reminders"),
                ),
            ],
            options={
                "ordering": ("pk",),
            },
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Failed"),
                            ("dropped", "Nothing left to say"),
                        ],
                        default="queued",
                        max_length=10,
                    ),
                ),
                ("free_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="digests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-on", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["queued", "sending"])),
                        fields=["free_at"],
                        name="digest_unfinished",
                    ),
                    models.Index(fields=["on", "id"], name="digest_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient", "on"), name="digest_once_for_a_person_and_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                            _connector="OR",
                        ),
                        name="digest_sent_at_when_sent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalReminderRule",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(db_index=True, editable=False, max_length=40)),
                (
                    "steps",
                    models.CharField(
                        help_text="Numbers of days with commas between them. 0 is the day itself, -7 a week after it",
                        max_length=120,
                        validators=[reminders.models.validate_steps],
                        verbose_name="days before the date",
                    ),
                ),
                (
                    "told",
                    models.CharField(
                        choices=[
                            ("owner", "The contract owner, or whoever stands in"),
                            ("owner_and_sro", "The contract owner and the SRO"),
                        ],
                        default="owner",
                        max_length=15,
                        verbose_name="who is told",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(default=True, verbose_name="send these reminders"),
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
                "verbose_name": "historical reminder rule",
                "verbose_name_plural": "historical reminder rules",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="reminders_h_history_3977b2_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("due_on", models.DateField(verbose_name="date")),
                ("step", models.SmallIntegerField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("responsible", "you look after it"),
                            ("stand_in", "you stand in for its owner, who has left"),
                            ("overseer", "you answer for it as SRO"),
                            (
                                "contact_no_owner",
                                "no owner is recorded and you are the contact of its business unit",
                            ),
                            (
                                "contact_owner_left",
                                "its owner has left and you are the contact of its business unit",
                            ),
                            (
                                "procurement_no_owner",
                                "no owner is recorded and its business unit has no contact",
                            ),
                            (
                                "procurement_owner_left",
                                "its owner has left and its business unit has no contact",
                            ),
                        ],
                        max_length=25,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("subject", models.CharField(max_length=350)),
                ("url", models.CharField(max_length=300)),
                (
                    "withdrawn",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("moved", "The date has changed or is settled"),
                            ("overtaken", "A later reminder took its place"),
                            ("hidden", "The person may not see it any more"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "contract",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notices",
                        to="contracts.contract",
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="reminders.digest",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="reminders.reminderrule",
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
                "indexes": [
                    models.Index(fields=["created_at", "id"], name="notice_by_moment"),
                    models.Index(fields=["due_on", "id"], name="notice_by_date"),
                    models.Index(fields=["recipient", "created_at", "id"], name="notice_by_person"),
                    models.Index(
                        condition=models.Q(("digest", None), ("withdrawn", "")),
                        fields=["recipient"],
                        name="notice_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rule", "key", "due_on", "step", "recipient"),
                        name="notice_once_for_a_step_and_person",
                    )
                ],
            },
        ),
    ]
