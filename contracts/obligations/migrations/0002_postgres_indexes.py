from django.db import migrations

from common.operations import TrigramIndex


class Migration(migrations.Migration):
    # The extension of the trigram index comes with the register's own.
    dependencies = (
        ("obligations", "0001_initial"),
        ("contracts", "0002_postgres_indexes"),
    )
    operations = (
        TrigramIndex("obligation_search", "obligations_obligation", ("title", "number", "clause")),
    )
