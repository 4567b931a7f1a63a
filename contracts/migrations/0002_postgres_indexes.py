from django.db import migrations

from common.operations import PostgresIndex, TrigramIndex


class Migration(migrations.Migration):
    dependencies = (("contracts", "0001_initial"),)
    operations = (
        PostgresIndex(
            "contract_by_end_desc", "contracts_contract", ("ends_on DESC NULLS LAST", "id DESC")
        ),
        PostgresIndex(
            "contract_by_value_desc", "contracts_contract", ("value DESC NULLS LAST", "id DESC")
        ),
        TrigramIndex(
            "contract_search",
            "contracts_contract",
            ("title", "reference", "finance_reference", "ocid"),
        ),
    )
