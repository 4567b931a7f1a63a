"""How early people are told of scorecards. House defaults, as in 0004; nobody decided them here, so they leave no history."""

from django.db import migrations

HOUSE_RULES = (
    ("scorecard-due", "14,3,0,-7"),
    ("scorecard-to-see", "7,0,-7"),
)


def add(apps, schema_editor):
    ReminderRule = apps.get_model("reminders", "ReminderRule")
    for kind, steps in HOUSE_RULES:
        ReminderRule.objects.get_or_create(kind=kind, defaults={"steps": steps})


def remove(apps, schema_editor):
    """Rules by which somebody was told already stay: the log of reminders points at them."""
    ReminderRule = apps.get_model("reminders", "ReminderRule")
    kinds = [kind for kind, _ in HOUSE_RULES]
    ReminderRule.objects.filter(kind__in=kinds, notices=None).delete()


class Migration(migrations.Migration):
    dependencies = [("reminders", "0004_rules_for_terms_obligations_and_reviews")]

    operations = [migrations.RunPython(add, remove)]
