from django.db import migrations

from common.operations import TrigramIndex


class Migration(migrations.Migration):
    dependencies = (("suppliers", "0001_initial"),)
    operations = (
        TrigramIndex("supplier_search", "suppliers_supplier", ("name", "company_number")),
    )
