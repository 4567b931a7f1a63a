"""How early people are told of dates about continuity plans and of evidence of compliance.

A house default that the Procurement Unit may change. Nobody decided it here, so it leaves no history.
"""

from django.db import migrations

STEPS = {
    "plan-review": "30,7,0",
    "plan-test": "60,30,7,0",
    "compliance-evidence": "60,30,7,0",
    "supplier-plan-review": "30,7,0",
    "supplier-plan-test": "60,30,7,0",
    "supplier-evidence": "60,30,7,0",
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
    dependencies = [("reminders", "0007_rules_for_risks")]

    operations = [migrations.RunPython(add, remove)]
