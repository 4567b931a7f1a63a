from django.db import migrations

from common.operations import PostgresIndex, TrigramIndex


class Migration(migrations.Migration):
    # The extension of the trigram index comes with the register's own.
    dependencies = (
        ("documents", "0001_initial"),
        ("contracts", "0002_postgres_indexes"),
    )
    operations = (
        PostgresIndex(
            "document_by_review_desc",
            "documents_document",
            ("review_on DESC NULLS LAST", "id DESC"),
        ),
        PostgresIndex(
            "document_by_retention_desc",
            "documents_document",
            ("retain_until DESC NULLS LAST", "id DESC"),
        ),
        TrigramIndex("document_search", "documents_document", ("title",)),
    )
