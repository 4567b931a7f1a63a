"""What a KPI aims at moves from its own row into its first definition, with the history of both.

The readings are marked with that definition, with the value that came in first and with the rating by the rule. That
leaves no history: it repeats what is there.
"""

from django.db import migrations
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

MOVED = ("target", "tolerance_near", "tolerance_far")
TOLD = ("history_date", "history_change_reason", "history_type", "history_user_id")
AT_ONCE = 1000


def fill(apps, schema_editor):
    Indicator = apps.get_model("performance", "Indicator")
    Definition = apps.get_model("performance", "Definition")
    Definition.objects.bulk_create(
        (
            Definition(
                indicator_id=indicator.pk, from_on=indicator.starts_on, text=indicator.definition,
                **{name: getattr(indicator, name) for name in MOVED},
            )
            for indicator in Indicator.objects.order_by("pk").iterator(AT_ONCE)
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip
    fill_history(apps)
    fill_readings(apps)


def fill_history(apps):
    """As the KPI's own history told it: the columns leave that history next."""
    Told = apps.get_model("performance", "HistoricalIndicator")
    Telling = apps.get_model("performance", "HistoricalDefinition")
    definitions = dict(
        apps.get_model("performance", "Definition").objects.values_list("indicator", "pk")
    )
    Telling.objects.bulk_create(
        (
            Telling(
                id=definitions[row.id], indicator_id=row.id, from_on=row.starts_on, text=row.definition,
                **{name: getattr(row, name) for name in (*MOVED, *TOLD)},
            )
            for row in Told.objects.order_by("history_id").iterator(AT_ONCE)
            if row.id in definitions
        ),
        batch_size=AT_ONCE,
    )  # fmt: skip


def fill_readings(apps):
    Reading = apps.get_model("performance", "Reading")
    Definition = apps.get_model("performance", "Definition")
    Told = apps.get_model("performance", "HistoricalReading")
    first = Told.objects.filter(id=OuterRef("pk"), value__isnull=False).order_by("history_id")
    Reading.objects.update(
        definition=Subquery(
            Definition.objects.filter(indicator=OuterRef("indicator")).values("pk")[:1]
        ),
        reported_value=Coalesce(Subquery(first.values("value")[:1]), F("value")),
        proposed_rating=F("rating"),
    )
    Reading.objects.filter(value__isnull=False).exclude(reported_value=F("value")).update(
        status="amended"
    )
    Told.objects.update(proposed_rating=F("rating"))


def empty(apps, schema_editor):
    """The last of its definitions is what a KPI aims at; those before it are lost, as nothing can hold them."""
    Indicator = apps.get_model("performance", "Indicator")
    latest = (
        apps.get_model("performance", "Definition")
        .objects.filter(indicator=OuterRef("pk"))
        .order_by("-from_on")
    )
    Indicator.objects.update(
        definition=Coalesce(Subquery(latest.values("text")[:1]), F("definition")),
        **{name: Subquery(latest.values(name)[:1]) for name in MOVED},
    )
    apps.get_model("performance", "Reading").objects.update(definition=None)
    apps.get_model("performance", "HistoricalDefinition").objects.all().delete()
    apps.get_model("performance", "Definition").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("performance", "0002_definitions")]

    operations = [migrations.RunPython(fill, empty, elidable=True)]
