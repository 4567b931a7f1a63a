import common.intake.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Intake",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind_key", models.CharField(max_length=40)),
                ("about_pk", models.PositiveBigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Waiting for its columns"),
                            ("checking", "Being checked"),
                            ("checked", "Ready to import"),
                            ("importing", "Being imported"),
                            ("imported", "Imported"),
                            ("failed", "Could not be read"),
                            ("discarded", "Discarded"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("file", models.FileField(upload_to=common.intake.models._random_name)),
                ("original_name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sheet", models.CharField(blank=True, max_length=100)),
                ("sheets", models.JSONField(default=list)),
                ("headings", models.JSONField(default=list)),
                ("samples", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=list)),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("active_at", models.DateTimeField(null=True)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("good_rows_only", models.BooleanField(default=False)),
                ("imported_at", models.DateTimeField(null=True)),
                (
                    "imported_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-uploaded_at", "-pk"),
                "indexes": [
                    models.Index(
                        fields=["kind_key", "about_pk", "-uploaded_at"], name="intake_by_subject"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "imported"), _negated=True),
                            ("imported_at__isnull", False),
                            _connector="OR",
                        ),
                        name="intake_done_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("new", "New"),
                            ("changed", "Changed"),
                            ("same", "The same"),
                            ("wrong", "To put right"),
                        ],
                        max_length=7,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=255)),
                ("data", models.JSONField(default=dict)),
                ("target_pk", models.PositiveBigIntegerField(null=True)),
                ("target_url", models.CharField(blank=True, max_length=300)),
                ("target_state", models.CharField(blank=True, max_length=64)),
                ("changes", models.JSONField(default=list)),
                ("errors", models.JSONField(default=list)),
                (
                    "intake",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="intake.intake",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "indexes": [
                    models.Index(
                        fields=["intake", "outcome", "number"], name="intake_row_by_outcome"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("intake", "number"), name="intake_row_once_in_a_file"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RememberedColumns",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind_key", models.CharField(max_length=40)),
                ("signature", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=list)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("kind_key", "signature"), name="remembered_columns_once_for_a_kind"
                    )
                ],
            },
        ),
    ]
