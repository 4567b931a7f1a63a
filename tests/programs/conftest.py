"""Empty registers for programs that are started: migrated once, since that takes seconds, and copied."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import servers


def manage(*command, **environment):
    """A management command in a program of its own."""
    subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env=os.environ | environment,
        check=True,
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A folder with an empty register on SQLite."""
    folder = tmp_path_factory.mktemp("migrated")
    manage("migrate", "-v0", STEWARD_VAR=str(folder), DATABASE_URL="", REDIS_URL="")
    return folder


@pytest.fixture(scope="session")
def migrated_postgres():
    """A PostgreSQL server with an empty register. It has stopped: `servers.Postgres(like=...)`."""
    if not servers.Postgres.is_installed():
        pytest.skip("needs a PostgreSQL server program")
    with servers.Postgres() as server:
        manage("migrate", "-v0", DATABASE_URL=server.url)
        server.stop()
        yield server


@pytest.fixture(scope="session")
def _collected():
    """The static files as a web server wants them."""
    manage("collectstatic", "--noinput", "-v0")
