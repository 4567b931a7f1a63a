"""Production as a proxy sees it. The database does not matter here, so it is the embedded one."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

from tests.programs.site import get, served

ENVIRONMENT = {
    "STEWARD_MODE": "production",
    "SECRET_KEY": "Zq7" * 20 + "-only-for-this-test",
    "ALLOWED_HOSTS": "contracts.example.gov.uk",
    "DATABASE_URL": "",
    "REDIS_URL": "",
}
HOST = {"Host": "contracts.example.gov.uk"}


@pytest.fixture(scope="module")
def site(migrated, _collected, tmp_path_factory):
    var = shutil.copytree(migrated, tmp_path_factory.mktemp("production") / "var")
    with served(var, **ENVIRONMENT) as address:
        yield address


@pytest.fixture
def over_https(site):
    return get(f"{site}/account/login/", **HOST, **{"X-Forwarded-Proto": "https"})


def test_http_is_sent_to_https(site):
    status, headers, _ = get(f"{site}/account/login/", **HOST)
    assert status == 301
    assert headers["Location"] == "https://contracts.example.gov.uk/account/login/"


def test_browsers_are_told_to_stay_on_https(over_https):
    status, headers, _ = over_https
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_cookies_belong_to_this_host_and_to_https(over_https):
    cookies = over_https[1].get_all("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for property_ in ("Secure", "HttpOnly", "Path=/", "SameSite=Lax"):
            assert property_ in cookie
        assert "Domain" not in cookie


def test_another_host_is_refused(site):
    assert get(f"{site}/account/login/", Host="elsewhere.example")[0] == 400


def test_container_can_ask_after_its_own_health(site):
    def ask(port):
        return subprocess.run(
            [sys.executable, "tools/healthcheck.py"],
            cwd=settings.BASE_DIR,
            env=os.environ | ENVIRONMENT | {"PORT": port},
            capture_output=True,
            check=False,
        ).returncode

    assert ask(site.rsplit(":", 1)[1]) == 0
    assert ask("1") == 1
