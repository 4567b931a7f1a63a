"""Fixtures for every room's tests: a browser, private servers, and what to do when they are missing.

A machine with nothing but Python skips tests of the browser, PostgreSQL and Redis. CI sets
`STEWARD_REQUIRE_SERVICES=1`, and there such a skip is a failure.
"""

import copy
import os
import shutil
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.test import TransactionTestCase

from tests import emptying, servers
from tests import world as worlds

# Playwright's synchronous interface runs an event loop, in which Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

# How fast an example is says how busy the machine is, and nothing about us.
hypothesis.settings.register_profile(
    "steward", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("steward")

REQUIRE_SERVICES = os.environ.get("STEWARD_REQUIRE_SERVICES") == "1"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PROGRAMS = Path(__file__).parent / "programs"
SERVICE_FIXTURES = {"page", "postgres_server", "redis_server"}


def uses_a_service(item):
    return SERVICE_FIXTURES.intersection(item.fixturenames) or any(
        map(item.get_closest_marker, ("postgres", "programs"))
    )


def empties_the_database(item):
    """Whether this test leaves the tables empty, without what the migrations wrote."""
    marker = item.get_closest_marker("django_db")
    return bool(
        {"transactional_db", "live_server"}.intersection(item.fixturenames)
        or (marker and marker.kwargs.get("transaction"))
    )


def pytest_itemcollected(item):
    if "page" in item.fixturenames:
        item.add_marker(pytest.mark.browser)
    if item.path.is_relative_to(PROGRAMS):
        item.add_marker(pytest.mark.programs)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    # The browser's fixtures would draw its tests in between, where they take the house's reminder rules away.
    items.sort(key=empties_the_database)
    on_postgres = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")
    for item in items:
        if "page" in item.fixturenames and not CHROMIUM:
            item.add_marker(pytest.mark.skip(reason="needs Chromium"))
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="needs DATABASE_URL to name PostgreSQL"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    report = yield
    if (
        REQUIRE_SERVICES
        and report.skipped
        and uses_a_service(item)
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"Skipped, but STEWARD_REQUIRE_SERVICES=1: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def _empty_caches():
    """Sign-in limits of one test must not lock out the next, nor its lists be counted."""
    for name in settings.CACHES:
        caches[name].clear()


@pytest.fixture(scope="session", autouse=True)
def _empty_only_what_is_full():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield worlds.build()
        transaction.set_rollback(True)


@pytest.fixture
def world(_world, db, settings, tmp_path):
    """Made once for a module, and new to each test: what one does to the rows or to these objects is gone for the next."""
    settings.EMAIL_FILE_PATH = settings.MEDIA_ROOT = tmp_path
    worlds.keep_a_message(tmp_path)
    return copy.deepcopy(_world)


@pytest.fixture
def postgres_server():
    """A private PostgreSQL server that the test may stop and start."""
    if not servers.Postgres.is_installed():
        pytest.skip("needs a PostgreSQL server program")
    with servers.Postgres() as server:
        yield server


@pytest.fixture
def redis_server():
    """A private Redis server that the test may stop and start."""
    if not servers.Redis.is_installed():
        pytest.skip("needs a Redis server program")
    with servers.Redis() as server:
        yield server


# --- The browser --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    quiet = [
        "--no-sandbox",  # CI often runs as root, where Chromium's sandbox cannot start
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": quiet}


@pytest.fixture
def console_errors():
    """What the browser complained about. A test that provokes a complaint clears the list."""
    return []


@pytest.fixture
def page(page, console_errors):
    """Playwright's page, which fails the test when the browser complains, for example about the CSP."""
    page.set_default_timeout(30_000)
    page.on(
        "console",
        lambda message: message.type == "error" and console_errors.append(message.text),
    )
    page.on("pageerror", lambda error: console_errors.append(str(error)))
    yield page
    assert console_errors == []


@pytest.fixture(params=[1280, 390], ids=["desktop", "phone"])
def width(request, page):
    """Runs the test twice: on a desktop screen and on a phone."""
    page.set_viewport_size({"width": request.param, "height": 900})
    return request.param


@pytest.fixture
def sign_in(page, live_server, client):
    """`sign_in(user)`: the browser is signed in, without going through the sign-in page."""

    def sign_in(user):
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
        )

    return sign_in


@pytest.fixture
def axe(page):
    """`axe()`: no accessibility fault on the page as it stands now."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import Error as PlaywrightError

    def look():
        page.wait_for_load_state()
        page.locator("main").first.wait_for()
        return Axe().run(page)

    def axe():
        # A link that was just followed can take the page away while it is looked at, and leaves an empty
        # one or an error. A fault of the page itself is there the second time too.
        try:
            results = look()
        except PlaywrightError:
            results = None
        if results is None or results.violations_count:
            results = look()
        assert results.violations_count == 0, results.generate_report()

    return axe
