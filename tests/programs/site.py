"""A real web server in a process of its own, and looking at it from outside."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from django.conf import settings

from tests.servers import free_port


@contextlib.contextmanager
def served(var, **environment):
    """Steward under gunicorn, with this folder and these settings, on a database that is there. Gives its address."""
    port = free_port()
    environment = os.environ | {"STEWARD_VAR": str(var), "PORT": str(port)} | environment
    with (var / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi"],
            cwd=settings.BASE_DIR,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(lambda: get(f"http://127.0.0.1:{port}/healthz")[0])
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args, **kwargs):
        return None


def get(address, **headers):
    """Status, headers and text; a server that does not answer is status 0."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirects)
    request = urllib.request.Request(address, headers=headers)
    try:
        with opener.open(request, timeout=10) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read().decode()
    except OSError:
        return 0, {}, ""


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.1)
