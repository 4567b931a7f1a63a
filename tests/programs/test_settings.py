"""The two modes, each tried in a process of its own, as an installation starts them."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings

from config import secret_key

PRODUCTION = {
    "STEWARD_MODE": "production",
    "SECRET_KEY": "Zq7" * 20 + "-only-for-this-test",
    "ALLOWED_HOSTS": "contracts.example.gov.uk",
    "DATABASE_URL": "postgres://steward@db/steward",
    "REDIS_URL": "redis://redis:6379/0",
}


@pytest.fixture
def manage(tmp_path):
    """`manage(arguments, **environment)`: a management command with no other settings around it."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}

    def manage(*arguments, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=settings.BASE_DIR,
            env=inherited | {"STEWARD_VAR": str(tmp_path / "var")} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    return manage


def test_production_passes_the_deploy_check(manage):
    check = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert check.returncode == 0, check.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS"])
def test_production_does_not_start_without_its_secrets(manage, missing):
    environment = {name: value for name, value in PRODUCTION.items() if name != missing}
    check = manage("check", **environment)
    assert check.returncode != 0
    assert f"Set the {missing} environment variable" in check.stderr


def test_production_cookies_are_bound_to_the_host(manage):
    ask = (
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_PATH,"
        " s.SESSION_COOKIE_DOMAIN, s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE)"
    )
    shell = manage("shell", "-v0", "-c", ask, **PRODUCTION)
    assert shell.stdout.strip() == "__Host-session True / None __Host-csrf True", shell.stderr


def test_embedded_starts_from_nothing(manage, tmp_path):
    check = manage("check")
    assert check.returncode == 0, check.stderr
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_embedded_sqlite_is_ready_for_several_writers(manage):
    ask = (
        "from django.db import connection as c; k = c.cursor();"
        "print(k.execute('PRAGMA journal_mode').fetchone()[0], c.transaction_mode,"
        " c.settings_dict['OPTIONS']['timeout'], c.settings_dict['ATOMIC_REQUESTS'])"
    )
    shell = manage("shell", "-v0", "-c", ask)
    assert shell.stdout.strip() == "wal IMMEDIATE 20 False", shell.stderr


@pytest.mark.slow
def test_embedded_sqlite_lets_several_processes_write_and_loses_nothing(manage):
    def in_database(statements):
        start = "import time; from django.db import connection as c, transaction; k = c.cursor()"
        return manage("shell", "-v0", "-c", f"{start}\n{statements}")

    count_up = """
for _ in range(50):
    with transaction.atomic():
        n = k.execute("SELECT n FROM counter").fetchone()[0]
        time.sleep(0.002)
        k.execute("UPDATE counter SET n = %s", [n + 1])
"""
    made = in_database("k.execute('CREATE TABLE counter AS SELECT 0 AS n')")
    assert made.returncode == 0, made.stderr
    with ThreadPoolExecutor(4) as together:
        for finished in together.map(in_database, [count_up] * 4):
            assert finished.returncode == 0, finished.stderr
    counted = in_database("print(k.execute('SELECT n FROM counter').fetchone()[0])")
    assert counted.stdout.strip() == "200", counted.stderr


def test_embedded_processes_share_the_cache(manage):
    cache = "from django.core.cache import cache;"
    manage("shell", "-v0", "-c", f"{cache} cache.set('tries', 10)")
    shell = manage("shell", "-v0", "-c", f"{cache} print(cache.get('tries'))")
    assert shell.stdout.strip() == "10", shell.stderr


def test_processes_that_start_together_agree_on_the_secret_key(tmp_path):
    with ThreadPoolExecutor(8) as together:
        keys = set(together.map(secret_key.read_or_make, [tmp_path / "secret_key"] * 8))
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
