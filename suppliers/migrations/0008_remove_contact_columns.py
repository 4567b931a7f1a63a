from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0007_move_contacts"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="historicalsupplier",
            name="contact_email",
        ),
        migrations.RemoveField(
            model_name="historicalsupplier",
            name="contact_name",
        ),
        migrations.RemoveField(
            model_name="historicalsupplier",
            name="contact_telephone",
        ),
        migrations.RemoveField(
            model_name="supplier",
            name="contact_email",
        ),
        migrations.RemoveField(
            model_name="supplier",
            name="contact_name",
        ),
        migrations.RemoveField(
            model_name="supplier",
            name="contact_telephone",
        ),
    ]
