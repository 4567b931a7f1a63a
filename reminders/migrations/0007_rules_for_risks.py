"""How early people are told of dates about risks.

A house default that the Procurement Unit may change. Nobody decided it here, so it leaves no history.
"""

from django.db import migrations

STEPS = {
    "risk-review": "7,0",
    "own-risk-review": "7,0",
    "treatment-due": "14,0",
    "contingency-test": "30,7,0",
    "own-treatment-due": "14,0",
    "own-contingency-test": "30,7,0",
    "risk-before-sro": "14,7,0",
    "risk-register-review": "14,0",
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
    dependencies = [("reminders", "0006_rule_for_credits")]

    operations = [migrations.RunPython(add, remove)]
