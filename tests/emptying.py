"""After a test that commits: only tables with rows are emptied, since a browser's test has twenty of two hundred."""

from django.db import connection, transaction
from django.test import TransactionTestCase

FILLED = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relname = ANY(%s) AND pg_relation_size(oid) > 0
"""
SUPERUSER = "SELECT usesuper FROM pg_user WHERE usename = current_user"
_flush = TransactionTestCase._fixture_teardown


def empty(test_case):
    """In place of Django's `flush`, which truncates all tables and then writes the permissions of all models anew:
    nobody here asks for them."""
    if connection.vendor != "postgresql" or not _is_superuser():
        _flush(test_case)
        return
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with transaction.atomic(), connection.cursor() as cursor:
        # Like TRUNCATE it waits for a request that is still being answered.
        cursor.execute(f"LOCK TABLE {', '.join(map(connection.ops.quote_name, tables))}")
        # All goes, so that no foreign key need be looked up.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(FILLED, [tables])
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")  # noqa: S608


def _is_superuser():
    with connection.cursor() as cursor:
        cursor.execute(SUPERUSER)
        return cursor.fetchone()[0]
