"""How early people are told of the dates of terms, obligations, documents, tiers and suppliers.

House defaults that the Procurement Unit may change. Nobody decided them here, so they leave no history.
"""

from django.db import migrations

HOUSE_RULES = (
    ("option-decision", "180,90,30,14,7,1,0"),
    ("termination-notice", "90,30,14,7,1,0"),
    ("renewal-notice", "90,30,14,7,1,0"),
    ("claim-notice", "14,3,0"),
    ("tier-review", "30,0"),
    ("obligation-due", "30,7,0,-7"),
    ("condition-precedent", "30,7,0,-7"),
    ("document-review", "30,7,0,-7"),
    ("document-retention", "30,0"),
    ("kraljic-review", "30,14,0"),
    ("supplier-tier-review", "30,0"),
    ("financial-check", "30,7,0"),
    ("distress-plan", "14,7,0,-7"),
    ("intelligence-note", "30,0"),
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
    dependencies = [("reminders", "0003_procurement_is_told_of_suppliers")]

    operations = [migrations.RunPython(add, remove)]
