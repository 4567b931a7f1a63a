"""The reminders that every installation starts with. Nobody decided them here, so they leave no history."""

from django.db import migrations

HOUSE_RULES = (
    ("contract-expiry", "365,180,90,30,7,0"),
    ("contract-notice", "365,180,90,30,7,0"),
    ("contract-review", "30,0"),
    ("reading-due", "0,-7"),
)


def add(apps, schema_editor):
    ReminderRule = apps.get_model("reminders", "ReminderRule")
    for kind, steps in HOUSE_RULES:
        ReminderRule.objects.get_or_create(kind=kind, defaults={"steps": steps})


class Migration(migrations.Migration):
    dependencies = [("reminders", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
