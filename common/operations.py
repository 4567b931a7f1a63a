"""Migration operations of our own: indexes that only PostgreSQL has."""

from django.db.migrations.operations.base import Operation


class PostgresIndex(Operation):
    """An index that SQLite cannot have and can do without: its registers are small."""

    reduces_to_sql = True
    reversible = True
    using = "btree"

    def __init__(self, name, table, columns):
        self.name, self.table, self.columns = name, table, columns

    def state_forwards(self, app_label, state):
        """The models know nothing of it."""

    def prepare(self, schema_editor):
        """What must be there before the index."""

    def column_sql(self, column):
        return column

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor != "postgresql":
            return
        self.prepare(schema_editor)
        quote = schema_editor.quote_name
        columns = ", ".join(self.column_sql(column) for column in self.columns)
        schema_editor.execute(
            f"CREATE INDEX {quote(self.name)} ON {quote(self.table)} USING {self.using} ({columns})"
        )

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(self.name)}")

    def describe(self):
        return f"Index {self.name} on {self.table} ({', '.join(self.columns)})"


class TrigramIndex(PostgresIndex):
    """Serves `icontains` on each of these columns, which Django compares in upper case."""

    using = "gin"

    def prepare(self, schema_editor):
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")

    def column_sql(self, column):
        return f'UPPER("{column}"::text) gin_trgm_ops'
