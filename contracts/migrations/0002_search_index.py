from django.db import migrations

from common.operations import TrigramIndex


class Migration(migrations.Migration):
    dependencies = (("contracts", "0001_initial"),)
    operations = (
        TrigramIndex(
            "contract_search",
            "contracts_contract",
            ("title", "reference", "finance_reference", "ocid"),
        ),
    )
