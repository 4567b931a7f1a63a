"""How early people are told that a service credit or damages must be claimed.

A house default that the Procurement Unit may change. Nobody decided it here, so it leaves no history.
"""

from django.db import migrations

KIND, STEPS = "credit-claim", "14,3,0"


def add(apps, schema_editor):
    ReminderRule = apps.get_model("reminders", "ReminderRule")
    ReminderRule.objects.get_or_create(kind=KIND, defaults={"steps": STEPS})


def remove(apps, schema_editor):
    """A rule by which somebody was told already stays: the log of reminders points at it."""
    ReminderRule = apps.get_model("reminders", "ReminderRule")
    ReminderRule.objects.filter(kind=KIND, notices=None).delete()


class Migration(migrations.Migration):
    dependencies = [("reminders", "0005_rules_for_scorecards")]

    operations = [migrations.RunPython(add, remove)]
