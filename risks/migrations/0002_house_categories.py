"""The categories that an installation begins with: those of the Orange Book (2020, annex 4), with appetites that are a
house default. No history: nobody has chosen these yet."""

from django.db import migrations

# name, what it is about, the highest score that is carried
HOUSE_CATEGORIES = (
    ("Strategy", "Aims that are missed or no longer fit", 9),
    ("Governance", "Decisions, roles and control", 9),
    ("Operations", "Services that fail, run late or depend on others", 12),
    ("Legal", "Law, claims, fraud and modern slavery", 6),
    ("Property", "Buildings, sites and equipment", 12),
    ("Financial", "Prices, budgets and the supplier’s finances", 9),
    ("Commercial", "Suppliers, markets and the contract itself", 12),
    ("People", "Skills, key people, transfers of staff", 12),
    ("Technology", "Systems that do not do what they should", 12),
    ("Information", "Data that is lost, wrong or seen by others", 6),
    ("Security", "Attacks on systems, sites or people", 6),
    ("Project and programme", "Change that does not deliver", 12),
    ("Reputation", "Trust of users, press and members", 9),
)


def fill(apps, schema_editor):
    Category = apps.get_model("risks", "Category")
    for name, description, appetite in HOUSE_CATEGORIES:
        Category.objects.get_or_create(
            name=name, defaults={"description": description, "appetite": appetite}
        )


def empty(apps, schema_editor):
    used = set(apps.get_model("risks", "Risk").objects.values_list("category", flat=True))
    used |= set(apps.get_model("risks", "RiskTemplate").objects.values_list("category", flat=True))
    names = [name for name, _, _ in HOUSE_CATEGORIES]
    Category = apps.get_model("risks", "Category")
    unused = Category.objects.filter(name__in=names).exclude(pk__in=used)
    # `delete` would ask the models of this moment for what hangs on them; nothing does.
    unused._raw_delete(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("risks", "0001_initial")]

    operations = [migrations.RunPython(fill, empty)]
