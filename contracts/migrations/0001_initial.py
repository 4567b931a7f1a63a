import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import simple_history.models
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
        ("suppliers", "0002_search_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Contract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        help_text="Your own number for it, such as C-2026-0042", max_length=60
                    ),
                ),
                ("title", models.CharField(max_length=255)),
                ("description", models.TextField(blank=True)),
                (
                    "tier",
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
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("awaiting_conditions", "Awaiting conditions precedent"),
                            ("mobilisation", "Mobilisation"),
                            ("live", "Live"),
                            ("exit", "Exit"),
                            ("ended", "Ended"),
                        ],
                        default="live",
                        max_length=20,
                    ),
                ),
                (
                    "regime",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pa23", "Procurement Act 2023"),
                            ("pa23_light_touch", "Procurement Act 2023, light touch"),
                            ("pcr15", "Public Contracts Regulations 2015"),
                            ("pcr15_light_touch", "Public Contracts Regulations 2015, light touch"),
                            ("below_threshold", "Below threshold"),
                            ("concession", "Concession"),
                            ("utilities", "Utilities"),
                            ("defence", "Defence"),
                            ("exempt", "Exempt"),
                        ],
                        max_length=20,
                        verbose_name="procurement regime",
                    ),
                ),
                (
                    "signed_on",
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
                        verbose_name="date signed",
                    ),
                ),
                (
                    "effective_on",
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
                        verbose_name="effective date",
                    ),
                ),
                (
                    "commences_on",
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
                        verbose_name="commencement date",
                    ),
                ),
                (
                    "initial_end_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day of the first term",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="initial end date",
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day, with the options taken so far",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="current end date",
                    ),
                ),
                (
                    "notice_period",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MaxValueValidator(1200, "Enter 1200 or less")
                        ],
                    ),
                ),
                (
                    "notice_unit",
                    models.CharField(
                        choices=[("days", "days"), ("months", "months")],
                        default="months",
                        max_length=6,
                    ),
                ),
                (
                    "notice_on",
                    models.DateField(
                        editable=False, null=True, verbose_name="last day to give notice"
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
                        verbose_name="next review date",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="For the whole term, as awarded",
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter a value below £100,000,000,000"
                            ),
                        ],
                        verbose_name="award value",
                    ),
                ),
                (
                    "annual_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter a value below £100,000,000,000"
                            ),
                        ],
                        verbose_name="annual value",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="GBP",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z]{3}\\Z",
                                "Enter a currency as three capital letters, such as GBP",
                            )
                        ],
                    ),
                ),
                (
                    "vat_basis",
                    models.CharField(
                        blank=True,
                        choices=[("net", "Excluding VAT"), ("gross", "Including VAT")],
                        max_length=5,
                        verbose_name="VAT basis",
                    ),
                ),
                ("procurement_route", models.CharField(blank=True, max_length=120)),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[("goods", "Goods"), ("services", "Services"), ("works", "Works")],
                        max_length=10,
                        verbose_name="what is bought",
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=120)),
                (
                    "cpv_code",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A\\d{8}(-\\d)?\\Z",
                                "CPV code must be 8 figures, such as 90500000",
                            )
                        ],
                        verbose_name="CPV code",
                    ),
                ),
                (
                    "finance_reference",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="finance system number"
                    ),
                ),
                (
                    "ocid",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="open contracting ID (OCID)"
                    ),
                ),
                ("notes", models.TextField(blank=True)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "updated_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts_deputised",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deputy owner",
                    ),
                ),
                (
                    "oco",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts_owned",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Operational Contract Owner (OCO)",
                    ),
                ),
                (
                    "sro",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts_answered_for",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="SRO",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="suppliers.supplier",
                        verbose_name="lead supplier",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contracts",
                        to="accounts.businessunit",
                        verbose_name="business unit",
                    ),
                ),
            ],
            options={
                "ordering": ("title", "pk"),
                "indexes": [
                    models.Index(fields=["title", "id"], name="contract_by_title"),
                    models.Index(fields=["ends_on", "id"], name="contract_by_end"),
                    models.Index(fields=["value", "id"], name="contract_by_value"),
                    models.Index(fields=["tier", "ends_on", "id"], name="contract_by_tier"),
                    models.Index(fields=["stage", "ends_on", "id"], name="contract_by_stage"),
                    models.Index(fields=["unit", "title", "id"], name="contract_by_unit"),
                    models.Index(fields=["supplier", "ends_on", "id"], name="contract_by_supplier"),
                    models.Index(fields=["notice_on"], name="contract_by_notice"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Upper("reference"),
                        name="contract_reference_unique",
                        violation_error_message="There is a contract with this reference already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on", None),
                            ("commences_on", None),
                            ("ends_on__gte", models.F("commences_on")),
                            _connector="OR",
                        ),
                        name="contract_ends_after_it_commences",
                        violation_error_message="The current end date must be on or after the commencement date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value", None), ("value__gte", 0), _connector="OR"),
                        name="contract_value_not_negative",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContractSupplier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("member", "Consortium member"),
                            ("subcontractor", "Named subcontractor"),
                        ],
                        default="member",
                        max_length=15,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="further_suppliers",
                        to="contracts.contract",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("contract", "supplier"), name="contract_supplier_named_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HistoricalContract",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "reference",
                    models.CharField(
                        help_text="Your own number for it, such as C-2026-0042", max_length=60
                    ),
                ),
                ("title", models.CharField(max_length=255)),
                ("description", models.TextField(blank=True)),
                (
                    "tier",
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
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("awaiting_conditions", "Awaiting conditions precedent"),
                            ("mobilisation", "Mobilisation"),
                            ("live", "Live"),
                            ("exit", "Exit"),
                            ("ended", "Ended"),
                        ],
                        default="live",
                        max_length=20,
                    ),
                ),
                (
                    "regime",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("pa23", "Procurement Act 2023"),
                            ("pa23_light_touch", "Procurement Act 2023, light touch"),
                            ("pcr15", "Public Contracts Regulations 2015"),
                            ("pcr15_light_touch", "Public Contracts Regulations 2015, light touch"),
                            ("below_threshold", "Below threshold"),
                            ("concession", "Concession"),
                            ("utilities", "Utilities"),
                            ("defence", "Defence"),
                            ("exempt", "Exempt"),
                        ],
                        max_length=20,
                        verbose_name="procurement regime",
                    ),
                ),
                (
                    "signed_on",
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
                        verbose_name="date signed",
                    ),
                ),
                (
                    "effective_on",
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
                        verbose_name="effective date",
                    ),
                ),
                (
                    "commences_on",
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
                        verbose_name="commencement date",
                    ),
                ),
                (
                    "initial_end_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day of the first term",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="initial end date",
                    ),
                ),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="The last day, with the options taken so far",
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                datetime.date(1950, 1, 1), "Enter a year after 1949"
                            ),
                            django.core.validators.MaxValueValidator(
                                datetime.date(2150, 12, 31), "Enter a year before 2151"
                            ),
                        ],
                        verbose_name="current end date",
                    ),
                ),
                (
                    "notice_period",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MaxValueValidator(1200, "Enter 1200 or less")
                        ],
                    ),
                ),
                (
                    "notice_unit",
                    models.CharField(
                        choices=[("days", "days"), ("months", "months")],
                        default="months",
                        max_length=6,
                    ),
                ),
                (
                    "notice_on",
                    models.DateField(
                        editable=False, null=True, verbose_name="last day to give notice"
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
                        verbose_name="next review date",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="For the whole term, as awarded",
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter a value below £100,000,000,000"
                            ),
                        ],
                        verbose_name="award value",
                    ),
                ),
                (
                    "annual_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=14,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(0, "Enter 0 or more"),
                            django.core.validators.MaxValueValidator(
                                Decimal("100000000000"), "Enter a value below £100,000,000,000"
                            ),
                        ],
                        verbose_name="annual value",
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        default="GBP",
                        max_length=3,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A[A-Z]{3}\\Z",
                                "Enter a currency as three capital letters, such as GBP",
                            )
                        ],
                    ),
                ),
                (
                    "vat_basis",
                    models.CharField(
                        blank=True,
                        choices=[("net", "Excluding VAT"), ("gross", "Including VAT")],
                        max_length=5,
                        verbose_name="VAT basis",
                    ),
                ),
                ("procurement_route", models.CharField(blank=True, max_length=120)),
                (
                    "nature",
                    models.CharField(
                        blank=True,
                        choices=[("goods", "Goods"), ("services", "Services"), ("works", "Works")],
                        max_length=10,
                        verbose_name="what is bought",
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=120)),
                (
                    "cpv_code",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator(
                                "\\A\\d{8}(-\\d)?\\Z",
                                "CPV code must be 8 figures, such as 90500000",
                            )
                        ],
                        verbose_name="CPV code",
                    ),
                ),
                (
                    "finance_reference",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="finance system number"
                    ),
                ),
                (
                    "ocid",
                    models.CharField(
                        blank=True, max_length=80, verbose_name="open contracting ID (OCID)"
                    ),
                ),
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
                    "deputy",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deputy owner",
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
                    "oco",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="Operational Contract Owner (OCO)",
                    ),
                ),
                (
                    "sro",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="SRO",
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
                        verbose_name="lead supplier",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="accounts.businessunit",
                        verbose_name="business unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "historical contract",
                "verbose_name_plural": "historical contracts",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="contracts_h_history_510bad_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="HistoricalContractSupplier",
            fields=[
                (
                    "id",
                    models.BigIntegerField(
                        auto_created=True, blank=True, db_index=True, verbose_name="ID"
                    ),
                ),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("member", "Consortium member"),
                            ("subcontractor", "Named subcontractor"),
                        ],
                        default="member",
                        max_length=15,
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
                "verbose_name": "historical contract supplier",
                "verbose_name_plural": "historical contract suppliers",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
                "indexes": [
                    models.Index(
                        fields=["history_date", "id"], name="contracts_h_history_95c13d_idx"
                    )
                ],
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
    ]
