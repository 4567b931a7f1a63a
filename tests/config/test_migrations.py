"""Two ways to a database of today: all at once, and step by step from one that is older."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState

from tests.migrating import OneByOne

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("load", [MigrationLoader, OneByOne])
def test_the_migrations_make_the_models_of_today(load):
    """Those that stand for others say the same as the others."""
    loader = load(connection)
    made, wanted = loader.project_state(), ProjectState.from_apps(apps)
    detector = MigrationAutodetector(made, wanted, NonInteractiveMigrationQuestioner())
    changes = detector.changes(graph=loader.graph)
    assert {
        app: [op.describe() for migration in migrations for op in migration.operations]
        for app, migrations in changes.items()
    } == {}
