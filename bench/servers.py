"""What is started for a measurement, and stopped after it: a database, and gunicorn with the project's config."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

ROOT = Path(__file__).resolve().parent.parent
NAME = "steward_bench"


class Database:
    """A database of our own on somebody's PostgreSQL server; any older one of this name is dropped."""

    def __init__(self, server):
        self.server = server
        self.url = urlsplit(server)._replace(path=f"/{NAME}").geturl()

    def cursor(self):
        return _cursor(self.url)

    def _run(self, statement):
        with _cursor(urlsplit(self.server)._replace(path="/postgres").geturl()) as cursor:
            cursor.execute(statement)

    def create(self):
        self.drop()
        self._run(f"CREATE DATABASE {NAME} ENCODING 'UTF8' TEMPLATE template0")

    def drop(self):
        self._run(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")

    def settle(self):
        """What autovacuum does within minutes, done now: statistics, and pages known to be all visible."""
        with self.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")

    def describe(self):
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT split_part(version(), ' ', 2), current_setting('shared_buffers'), current_setting('fsync')"
            )
            return "PostgreSQL {} (shared_buffers {}, fsync {})".format(*cursor.fetchone())


@contextmanager
def _cursor(url):
    """Each statement is a transaction of its own."""
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def environment(database, var, **more):
    """For every program that is started: nothing of the caller's own installation."""
    ours = (
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "DJANGO_SETTINGS_MODULE",
        "STEWARD_MODE",
        "WEB_CONCURRENCY",
    )
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    return inherited | {
        "DATABASE_URL": database.url, "STEWARD_VAR": str(var), "LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT), **more,
    }  # fmt: skip


def run(command, env, *, limit=900):
    """Run a program of ours to its end: (seconds, what it printed)."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, timeout=limit, capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - started, done.stdout


class Web:
    """gunicorn, 2 workers of 4 threads, on a free port of the loopback interface."""

    def __init__(self, application, database, var):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = var / f"{application}.log"
        self.command = ["-m", "gunicorn", "-c", "config/gunicorn.py", application]
        self.env = environment(database, var, PORT=str(self.port), WEB_CONCURRENCY="2")

    def __enter__(self):
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.command], cwd=ROOT, env=self.env,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(self.log.read_text())
            time.sleep(0.1)
        return self

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()

    def _answers(self):
        try:
            return bool(self.get("/", cookie="")[0])
        except OSError:
            return False

    def get(self, path, cookie):
        """One request on a connection of its own: (status, seconds to the first byte, seconds, bytes)."""
        started = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request("GET", path, headers={"Cookie": cookie, "Connection": "close"})
        response = connection.getresponse()
        size = len(response.read(1))
        first_byte = time.perf_counter() - started
        while chunk := response.read(1 << 16):
            size += len(chunk)
        connection.close()
        return response.status, first_byte, time.perf_counter() - started, size

    def memory(self):
        """Megabytes of the master and its workers; what they share is counted once (PSS)."""
        kilobytes = 0
        for process in self._processes():
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
        return kilobytes / 1024

    def _processes(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [self.process.pid, *map(int, children.split())]
