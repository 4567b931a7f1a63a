"""The bank holidays that every installation starts with. Facts, which nobody decided here: they leave no history."""

from django.db import migrations

from contracts.terms.bank_holidays import listed


def add(apps, schema_editor):
    BankHoliday = apps.get_model("terms", "BankHoliday")
    BankHoliday.objects.bulk_create(
        [BankHoliday(nation=nation, on=on, name=name) for nation, on, name in listed()],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("terms", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
