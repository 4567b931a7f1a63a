"""Migration operations of our own."""

from django.db.migrations.operations.base import Operation


class TrigramIndex(Operation):
    """A GIN index over the upper case of some columns, for `icontains`, on PostgreSQL only.

    SQLite has no such index; its registers are small, and the same search works there by reading.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, name, table, columns):
        self.name, self.table, self.columns = name, table, columns

    def state_forwards(self, app_label, state):
        pass

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "postgresql":
            return
        quote = schema_editor.quote_name
        columns = ", ".join(f"UPPER({quote(c)}::text) gin_trgm_ops" for c in self.columns)
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(
            f"CREATE INDEX {quote(self.name)} ON {quote(self.table)} USING gin ({columns})"
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(self.name)}")

    def describe(self):
        return f"Trigram index {self.name} on {self.table} ({', '.join(self.columns)})"
