from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0003_fill_definitions"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="indicator",
            name="indicator_tolerances_not_negative",
        ),
        migrations.RemoveConstraint(
            model_name="indicator",
            name="indicator_near_tolerance_within_far",
        ),
        migrations.RemoveField(
            model_name="historicalindicator",
            name="definition",
        ),
        migrations.RemoveField(
            model_name="historicalindicator",
            name="target",
        ),
        migrations.RemoveField(
            model_name="historicalindicator",
            name="tolerance_far",
        ),
        migrations.RemoveField(
            model_name="historicalindicator",
            name="tolerance_near",
        ),
        migrations.RemoveField(
            model_name="indicator",
            name="definition",
        ),
        migrations.RemoveField(
            model_name="indicator",
            name="target",
        ),
        migrations.RemoveField(
            model_name="indicator",
            name="tolerance_far",
        ),
        migrations.RemoveField(
            model_name="indicator",
            name="tolerance_near",
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rating", models.F("proposed_rating")),
                    models.Q(("rating_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="reading_rated_otherwise_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "challenged"), _negated=True),
                    models.Q(("status_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="reading_challenged_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("relief__in", ["granted", "refused"]), _negated=True),
                    models.Q(("relief_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="reading_relief_decided_for_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("denominator", None), ("numerator", None)),
                    models.Q(("denominator__gt", 0), ("numerator__isnull", False)),
                    _connector="OR",
                ),
                name="reading_quotient_of_two_figures",
            ),
        ),
    ]
