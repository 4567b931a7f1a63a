"""CI must not pass because a server was missing."""

import os
import subprocess
import sys

from django.conf import settings


def run_a_test_that_needs_redis(required, empty_folder):
    needs_redis = "tests/config/test_servers.py::test_redis_server_answers"
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", needs_redis],
        cwd=settings.BASE_DIR,
        # With no programs on the path there is no Redis to be found.
        env=os.environ
        | {
            "PATH": str(empty_folder),
            "STEWARD_VAR": str(empty_folder),
            "STEWARD_REQUIRE_SERVICES": required,
            "REDIS_URL": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_service_skips_on_a_plain_machine(tmp_path):
    finished = run_a_test_that_needs_redis("0", tmp_path)
    assert finished.returncode == 0, finished.stdout
    assert "1 skipped" in finished.stdout


def test_a_missing_service_fails_where_services_are_required(tmp_path):
    finished = run_a_test_that_needs_redis("1", tmp_path)
    assert finished.returncode == 1, finished.stdout
    assert "STEWARD_REQUIRE_SERVICES=1" in finished.stdout
