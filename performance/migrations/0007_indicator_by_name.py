"""The list of KPIs across contracts is sorted by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0006_house_templates"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="indicator",
            index=models.Index(fields=["name", "id"], name="indicator_by_name"),
        ),
    ]
