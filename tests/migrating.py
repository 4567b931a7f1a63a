"""Migrations as an installation takes them that has the first of them already: one by one."""

from django.db.migrations.loader import MigrationLoader


class OneByOne(MigrationLoader):
    """Knows nothing of the migrations that stand for others."""

    def load_disk(self):
        super().load_disk()
        self.disk_migrations = {
            key: migration
            for key, migration in self.disk_migrations.items()
            if not migration.replaces
        }
