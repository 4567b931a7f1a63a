"""Workers of one test run (`-n`) keep apart: each has a folder and a Redis database of its own.

pytest reads this before Django's settings (`-p` in pyproject.toml). Their databases pytest-django keeps apart.
"""

import os
import tempfile
from urllib.parse import urlsplit

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")

if WORKER:
    os.environ["STEWARD_VAR"] = tempfile.mkdtemp(prefix=f"steward-{WORKER}-")
    if url := os.environ.get("REDIS_URL"):
        # A server has sixteen of them; the first is that of a run without workers.
        number = int(WORKER.removeprefix("gw")) + 1
        os.environ["REDIS_URL"] = urlsplit(url)._replace(path=f"/{number}").geturl()
