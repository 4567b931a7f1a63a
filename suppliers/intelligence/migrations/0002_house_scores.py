"""The scores and thresholds that every installation starts with: a house default. They leave no history."""

from decimal import Decimal

from django.db import migrations

HOUSE_SCORES = (
    ("Credit score, 0 to 100", "50", "below"),
    ("Z-score from published accounts", "1.80", "below"),
    ("Average days to pay suppliers", "60", "above"),
)


def add(apps, schema_editor):
    Agency = apps.get_model("intelligence", "Agency")
    for name, threshold, bad_when in HOUSE_SCORES:
        Agency.objects.get_or_create(
            name=name, defaults={"threshold": Decimal(threshold), "bad_when": bad_when}
        )


class Migration(migrations.Migration):
    dependencies = [("intelligence", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
