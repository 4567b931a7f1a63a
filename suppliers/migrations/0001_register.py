"""The migrations before, as one step for a database that has none of them: each step on the way costs a new
installation a look at all models that it has by then. What they moved and filled was not there to be moved."""

import common.operations
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
import suppliers.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    replaces = [
        ("suppliers", "0001_initial"),
        ("suppliers", "0002_search_index"),
        ("suppliers", "0003_ppon_and_forms_of_numbers"),
        ("suppliers", "0004_write_numbers_alike"),
        ("suppliers", "0005_parent_company"),
        ("suppliers", "0006_contacts"),
        ("suppliers", "0007_move_contacts"),
        ("suppliers", "0008_remove_contact_columns"),
        ("suppliers", "0009_spend"),
        ("suppliers", "0010_merged_into"),
        ("suppliers", "0011_duplicates"),
        ("suppliers", "0012_sorting_indexes"),
    ]

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Supplier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                (
                    "normalised_name",
                    models.CharField(db_index=True, editable=False, max_length=255),
                ),
                (
                    "company_number",
                    models.CharField(
                        blank=True,
                        help_text="As at Companies House, such as 01234567 or SC123456",
                        max_length=8,
                        validators=[suppliers.models.validate_company_number],
                    ),
                ),
                (
                    "charity_number",
                    models.CharField(
                        blank=True,
                        help_text="Such as 9901286, SC012345 or NIC100123",
                        max_length=20,
                    ),
                ),
                (
                    "vat_number",
                    models.CharField(
                        blank=True,
                        help_text="Such as GB990077304",
                        max_length=20,
                        verbose_name="VAT number",
                    ),
                ),
                (
                    "other_number",
                    models.CharField(
                        blank=True,
                        help_text="Such as a DUNS number",
                        max_length=60,
                        verbose_name="other identifier",
                    ),
                ),
                (
                    "is_sme",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="small or medium-sized (under 250 people)",
                    ),
                ),
                (
                    "is_vcse",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="voluntary, community or social enterprise",
                    ),
                ),
                ("website", models.URLField(blank=True)),
                ("notes", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "ppon",
                    models.CharField(
                        blank=True,
                        help_text="The number from the central digital platform, such as PMPB-8772-VYWM",
                        max_length=14,
                        validators=[suppliers.models.validate_ppon],
                        verbose_name="PPON",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subsidiaries",
                        to="suppliers.supplier",
                        verbose_name="parent company",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
                "indexes": [
                    models.Index(fields=["name", "id"], name="supplier_by_name"),
                    models.Index(fields=["charity_number"], name="supplier_by_charity_number"),
                    models.Index(fields=["vat_number"], name="supplier_by_vat_number"),
                    models.Index(
                        fields=["company_number", "id"], name="supplier_by_company_number"
                    ),
                    models.Index(fields=["created_at", "id"], name="supplier_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("parent", None),
                            models.Q(("parent", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="supplier_is_not_its_own_parent",
                        violation_error_message="A supplier cannot be its own parent.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("company_number", ""), _negated=True), ("merged_into", None)
                        ),
                        fields=("company_number",),
                        name="supplier_company_number_unique",
                        violation_error_message="There is a supplier with this company number already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            models.Q(("ppon", ""), _negated=True), ("merged_into", None)
                        ),
                        fields=("ppon",),
                        name="supplier_ppon_unique",
                        violation_error_message="There is a supplier with this PPON already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("merged_into", None),
                            models.Q(("merged_into", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="supplier_is_not_merged_into_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSupplier",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                (
                    "company_number",
                    models.CharField(
                        blank=True,
                        help_text="As at Companies House, such as 01234567 or SC123456",
                        max_length=8,
                        validators=[suppliers.models.validate_company_number],
                    ),
                ),
                (
                    "charity_number",
                    models.CharField(
                        blank=True,
                        help_text="Such as 9901286, SC012345 or NIC100123",
                        max_length=20,
                    ),
                ),
                (
                    "vat_number",
                    models.CharField(
                        blank=True,
                        help_text="Such as GB990077304",
                        max_length=20,
                        verbose_name="VAT number",
                    ),
                ),
                (
                    "other_number",
                    models.CharField(
                        blank=True,
                        help_text="Such as a DUNS number",
                        max_length=60,
                        verbose_name="other identifier",
                    ),
                ),
                (
                    "is_sme",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="small or medium-sized (under 250 people)",
                    ),
                ),
                (
                    "is_vcse",
                    models.BooleanField(
                        blank=True,
                        null=True,
                        verbose_name="voluntary, community or social enterprise",
                    ),
                ),
                ("website", models.URLField(blank=True)),
                ("notes", models.TextField(blank=True)),
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
                    "ppon",
                    models.CharField(
                        blank=True,
                        help_text="The number from the central digital platform, such as PMPB-8772-VYWM",
                        max_length=14,
                        validators=[suppliers.models.validate_ppon],
                        verbose_name="PPON",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="suppliers.supplier",
                        verbose_name="parent company",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical supplier",
                "verbose_name_plural": "historical suppliers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="suppliers_h_history_48f30f_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SupplierContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("operational", "Operational"),
                            ("senior", "Senior"),
                            ("executive", "Executive"),
                        ],
                        default="operational",
                        max_length=11,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150)),
                ("job_title", models.CharField(blank=True, max_length=150)),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("telephone", models.CharField(blank=True, max_length=40)),
                (
                    "deals_with",
                    models.CharField(
                        blank=True,
                        help_text="Such as invoices, or home care in the north",
                        max_length=150,
                    ),
                ),
                ("notes", models.TextField(blank=True)),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, editable=False, verbose_name="still a contact"
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "supplier",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "ordering": ("name", "pk"),
                "indexes": [
                    models.Index(
                        fields=["supplier", "level", "name", "id"],
                        name="supplier_contact_by_supplier",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", ""), ("name", ""), ("telephone", ""), _negated=True
                        ),
                        name="supplier_contact_has_a_name_or_a_way",
                        violation_error_message="Enter a name, an e-mail address or a telephone number.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalSupplierContact",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("operational", "Operational"),
                            ("senior", "Senior"),
                            ("executive", "Executive"),
                        ],
                        default="operational",
                        max_length=11,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150)),
                ("job_title", models.CharField(blank=True, max_length=150)),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="e-mail address"),
                ),
                ("telephone", models.CharField(blank=True, max_length=40)),
                (
                    "deals_with",
                    models.CharField(
                        blank=True,
                        help_text="Such as invoices, or home care in the north",
                        max_length=150,
                    ),
                ),
                ("notes", models.TextField(blank=True)),
                (
                    "is_active",
                    models.BooleanField(
                        default=True, editable=False, verbose_name="still a contact"
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
                "verbose_name": "historical contact",
                "verbose_name_plural": "historical contacts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="suppliers_h_history_c55e6a_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalSupplierSpend",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        help_text="The year in which it begins: 2025 is April 2025 to March 2026",
                        verbose_name="financial year",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(default="GBP", max_length=3)),
                ("source", models.CharField(blank=True, max_length=150)),
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
                "verbose_name": "historical spend",
                "verbose_name_plural": "historical spend",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="suppliers_h_history_1909d3_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SupplierSpend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        help_text="The year in which it begins: 2025 is April 2025 to March 2026",
                        verbose_name="financial year",
                    ),
                ),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                ("currency", models.CharField(default="GBP", max_length=3)),
                ("source", models.CharField(blank=True, max_length=150)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "recorded_by",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="spend",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name": "spend",
                "verbose_name_plural": "spend",
                "ordering": ("-year", "currency"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supplier", "year", "currency"), name="supplier_spend_once_a_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="supplier_spend_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("started_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("compared", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pk", 1)), name="duplicate_search_is_one_row"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateCandidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reasons", models.CharField(max_length=80)),
                ("rank", models.PositiveSmallIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be looked at"), ("different", "Not the same")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["state", "rank", "id"], name="duplicate_by_state")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="duplicate_pair_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one__lt", models.F("other"))),
                        name="duplicate_pair_in_order",
                    ),
                ],
            },
        ),
        common.operations.TrigramIndex(
            name="supplier_search",
            table="suppliers_supplier",
            columns=("name", "company_number"),
        ),
    ]
