"""Workers of one test run (`-n`) keep apart: each has a folder and a Redis database of its own.

pytest reads this before Django's settings (`-p` in pyproject.toml). Their databases pytest-django keeps apart.
"""

import os
import re
import tempfile
from urllib.parse import urlsplit

import pytest

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if WORKER:
    os.environ["STEWARD_VAR"] = tempfile.mkdtemp(prefix=f"steward-{WORKER}-")
    if url := os.environ.get("REDIS_URL"):
        # A server has sixteen of them; the first is that of a run without workers.
        number = int(WORKER.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = urlsplit(url)._replace(path=f"/{number}").geturl()

# --- Which test goes to which worker ------------------------------------------------------------

COUNCIL = re.compile(r"tests/demo/.*\[(today|\d{4}-\d\d-\d\d)\b")


def group(test):
    """What takes long to make and is made once for many tests, or nothing. `test` is its id."""
    if test.startswith("tests/programs/"):
        return "programs"
    council = COUNCIL.match(test)
    return council and f"the council of {council[1]}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Each worker takes the next test when it is free, and a group of them, of which there are few, before the others."""
    from xdist.scheduler import LoadScopeScheduling

    class InGroups(LoadScopeScheduling):
        # pytest-xdist's own way, by a marker, needs an attribute that pytest no longer has.
        def _split_scope(self, nodeid):
            return group(nodeid) or nodeid

    return InGroups(config, log) if config.getvalue("dist") == "load" else None
