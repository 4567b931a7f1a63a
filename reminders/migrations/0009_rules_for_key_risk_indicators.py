"""How early people are told of readings of key risk indicators, and how often of a threshold that was crossed.

A house default that the Procurement Unit may change. Nobody decided it here, so it leaves no history.
"""

from django.db import migrations

STEPS = {
    "kri-due": "7,0,-7",
    # On the day it crossed, then weekly, then monthly, until the risk was reviewed.
    "kri-crossed": "0,-7,-14,-21,-28,-56,-84",
}


def add(apps, schema_editor):
    ReminderRule = apps.get_model("reminders", "ReminderRule")
    for kind, steps in STEPS.items():
        ReminderRule.objects.get_or_create(kind=kind, defaults={"steps": steps})


def remove(apps, schema_editor):
    """A rule by which somebody was told already stays: the log of reminders points at it."""
    ReminderRule = apps.get_model("reminders", "ReminderRule")
    ReminderRule.objects.filter(kind__in=STEPS, notices=None).delete()


class Migration(migrations.Migration):
    dependencies = [("reminders", "0008_rules_for_continuity")]

    operations = [migrations.RunPython(add, remove)]
