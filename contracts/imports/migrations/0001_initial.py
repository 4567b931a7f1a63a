import contracts.imports.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("contracts", "0002_postgres_indexes"),
        ("suppliers", "0002_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signature", models.CharField(max_length=64, unique=True)),
                ("mapping", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Waiting for its columns"),
                            ("checking", "Being checked"),
                            ("asking", "Waiting for answers"),
                            ("checked", "Ready to import"),
                            ("importing", "Being imported"),
                            ("imported", "Imported"),
                            ("undone", "Undone"),
                            ("failed", "Could not be read"),
                            ("discarded", "Discarded"),
                        ],
                        default="uploaded",
                        max_length=10,
                    ),
                ),
                ("file", models.FileField(upload_to=contracts.imports.models._random_name)),
                ("original_name", models.CharField(max_length=255)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("sheet", models.CharField(blank=True, max_length=100)),
                ("sheets", models.JSONField(default=list)),
                ("headings", models.JSONField(default=list)),
                ("samples", models.JSONField(default=list)),
                ("mapping", models.JSONField(default=list)),
                ("options", models.JSONField(default=dict)),
                ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("active_at", models.DateTimeField(null=True)),
                ("rows_done", models.PositiveIntegerField(default=0)),
                ("checked_at", models.DateTimeField(null=True)),
                ("new", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("same", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("problem", models.TextField(blank=True)),
                ("good_rows_only", models.BooleanField(default=False)),
                ("imported_at", models.DateTimeField(null=True)),
                ("suppliers_added", models.PositiveIntegerField(default=0)),
                ("units_added", models.PositiveIntegerField(default=0)),
                ("undone_at", models.DateTimeField(null=True)),
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
                    "undone_by",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-uploaded_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "imported"), _negated=True),
                            ("imported_at__isnull", False),
                            _connector="OR",
                        ),
                        name="import_done_has_a_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportedContract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_number", models.PositiveIntegerField()),
                ("was_added", models.BooleanField()),
                ("version", models.PositiveIntegerField()),
                ("before", models.JSONField(default=dict)),
                ("parts_added", models.JSONField(default=list)),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imports",
                        to="contracts.contract",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imported",
                        to="imports.importrun",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["run", "row_number"], name="imported_by_row")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "run"), name="import_touches_a_contract_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportSupplier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=300)),
                ("name", models.CharField(max_length=255)),
                ("normalised_name", models.CharField(max_length=255)),
                ("company_number", models.CharField(blank=True, max_length=8)),
                ("details", models.JSONField(default=dict)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("candidates", models.JSONField(default=list)),
                ("answer", models.CharField(blank=True, max_length=310)),
                ("was_added", models.BooleanField(default=False)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="suppliers",
                        to="imports.importrun",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "key"), name="import_supplier_once_in_a_run"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
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
                ("reference", models.CharField(blank=True, max_length=60)),
                ("title", models.CharField(blank=True, max_length=255)),
                ("note", models.CharField(blank=True, max_length=255)),
                ("values", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("changes", models.JSONField(default=list)),
                ("errors", models.JSONField(default=list)),
                ("further", models.JSONField(default=list)),
                ("contract_version", models.PositiveIntegerField(null=True)),
                (
                    "contract",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="contracts.contract",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="imports.importrun",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="imports.importsupplier",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "indexes": [
                    models.Index(fields=["run", "outcome", "number"], name="import_row_by_outcome")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "number"), name="import_row_once_in_a_run"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SupplierAlias",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=300, unique=True)),
                ("answered_at", models.DateTimeField(auto_now_add=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="suppliers.supplier",
                    ),
                ),
            ],
        ),
    ]
