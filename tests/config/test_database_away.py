"""PostgreSQL is stopped and started under a real web server."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.config.site import get, wait_for
from tests.servers import free_port

pytestmark = pytest.mark.slow


@pytest.fixture
def site(postgres_server, tmp_path):
    """Steward under gunicorn, with a database of its own."""
    port = free_port()
    environment = os.environ | {
        "STEWARD_VAR": str(tmp_path),
        "DATABASE_URL": postgres_server.url,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # away as well: neither may hide the other
        "PORT": str(port),
    }
    migrate = [sys.executable, "manage.py", "migrate", "-v0"]
    subprocess.run(migrate, cwd=settings.BASE_DIR, env=environment, check=True)
    collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
    subprocess.run(collect, cwd=settings.BASE_DIR, env=environment, check=True)
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            gunicorn, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log
        )
    try:
        wait_for(lambda: get(f"http://127.0.0.1:{port}/healthz")[0] == 200)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def test_pages_are_503_while_postgres_is_away_and_fine_afterwards(site, postgres_server):
    sign_in = f"{site}/account/login/"
    # Enough requests that every thread of every worker holds a connection.
    assert {get(sign_in)[0] for _ in range(20)} == {200}

    postgres_server.stop()
    for _ in range(20):
        status, headers, text = get(sign_in)
        assert status == 503
        assert headers["Retry-After"]
        assert "back in a moment" in text
    assert get(f"{site}/healthz")[0] == 503

    postgres_server.start()
    assert {get(sign_in)[0] for _ in range(40)} == {200}
    assert get(f"{site}/healthz")[0] == 200


def test_postgres_restarted_while_nobody_looks_leaves_no_error(site, postgres_server):
    sign_in = f"{site}/account/login/"
    assert {get(sign_in)[0] for _ in range(20)} == {200}
    postgres_server.stop()
    postgres_server.start()
    assert {get(sign_in)[0] for _ in range(40)} == {200}
