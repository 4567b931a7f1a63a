"""PostgreSQL is stopped and started under a real web server."""

import pytest

from tests import servers
from tests.programs.site import get, served


@pytest.fixture
def postgres_server(migrated_postgres):
    with servers.Postgres(like=migrated_postgres) as server:
        yield server


@pytest.fixture
def site(postgres_server, _collected, tmp_path):
    # Redis is away as well: neither may hide the other.
    redis_url = "redis://127.0.0.1:1/0"
    with served(tmp_path, DATABASE_URL=postgres_server.url, REDIS_URL=redis_url) as address:
        yield address


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
