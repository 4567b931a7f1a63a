"""With real programs: a Celery worker with its beat, senders that are killed, workers side by side.

Each has a database of its own (of the kind the tests run on) and talks to a real SMTP listener.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings
from psycopg2 import sql

from tests.reminders.smtp_sink import Sink

pytestmark = pytest.mark.slow

KILLS = 8
PATIENCE = 150


@contextlib.contextmanager
def own_database(folder):
    """The address of a fresh database: a file, or one more database on the PostgreSQL server in use."""
    if not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
        yield f"sqlite:///{folder / 'services.sqlite3'}"
        return
    name = f"services_{os.getpid()}"
    server = psycopg2.connect(_dsn(settings.DATABASE_URL))
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
            cursor.execute(drop)


def _dsn(url):
    return url.replace("postgres://", "postgresql://", 1)


class Installation:
    """Steward with its own database and folder, whose mail goes to a sink."""

    def __init__(self, database_url, folder, sink):
        self.sink = sink
        self.env = {
            **os.environ,
            "DATABASE_URL": database_url,
            "STEWARD_VAR": str(folder),
            "EMAIL_URL": sink.url,
            "REDIS_URL": "",
            "STEWARD_BEAT_SECONDS": "1",
            "LOG_LEVEL": "WARNING",
        }

    def start(self, *command, **options):
        return subprocess.Popen(
            [sys.executable, *command], cwd=settings.BASE_DIR, env=self.env, text=True, **options
        )

    def run(self, *command):
        process = self.start(*command, stdout=subprocess.PIPE)
        answer, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        return answer

    def senders(self, *arguments):
        return self.run("-m", "tests.reminders.senders", *map(str, arguments))

    def report(self):
        return json.loads(self.senders("report"))

    @contextlib.contextmanager
    def worker(self, log):
        """A Celery worker with an embedded beat that rings every second."""
        with log.open("w") as output:
            process = self.start(
                "-m", "celery", "-A", "config", "worker", "-B", "--pool", "solo",
                stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
            try:
                yield process
            finally:
                process.terminate()
                process.wait(PATIENCE)


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    folder = tmp_path_factory.mktemp("services")
    with own_database(folder) as url:
        env = {
            **os.environ,
            "DATABASE_URL": url,
            "STEWARD_VAR": str(folder),
            "LOG_LEVEL": "WARNING",
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, cwd=settings.BASE_DIR, env=env, check=True, timeout=PATIENCE)
        yield url


@pytest.fixture
def installation(database, tmp_path):
    with Sink() as sink:
        yield Installation(database, tmp_path / "var", sink)


def wait_until(condition, patience=PATIENCE):
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


def check_that_the_digest_arrives_once(installation, log):
    installation.senders("prepare", 2)
    with installation.worker(log) as worker:
        wait_until(lambda: len(installation.sink.messages) >= 2 or worker.poll() is not None)
        assert worker.poll() is None, log.read_text()
        time.sleep(4)  # the beat rings on
    assert len(installation.sink.messages) == len(set(installation.sink.ids)) == 2
    for message in installation.sink.messages:
        assert message["Auto-Submitted"] == "auto-generated"
        text = message.get_body(preferencelist=("plain",)).get_content()
        assert text.count("ends in 30 days") == 2
    assert {digest["state"] for digest in installation.report()} == {"sent"}


def test_worker_and_beat_over_files_send_each_digest_once(installation, tmp_path):
    check_that_the_digest_arrives_once(installation, tmp_path / "worker.log")
    assert (tmp_path / "var" / "celery" / "queue").is_dir()


@pytest.mark.redis
def test_worker_and_beat_over_redis_send_each_digest_once(installation, redis_server, tmp_path):
    installation.env["REDIS_URL"] = redis_server.url
    check_that_the_digest_arrives_once(installation, tmp_path / "worker.log")
    assert not (tmp_path / "var" / "celery" / "queue").exists()


def test_workers_side_by_side_send_each_digest_once(installation):
    installation.senders("prepare", 60)
    installation.senders("together", 3)
    assert Counter(installation.sink.ids).most_common(1)[0][1] == 1
    assert sorted(installation.sink.ids) == sorted(d["id"] for d in installation.report())
    assert len(installation.sink.messages) == 60


def test_killed_senders_lose_nothing_and_double_at_most_once_a_kill(installation):
    installation.senders("queue", 120)
    chance, kills = random.Random(7), 0
    command = ("-m", "tests.reminders.senders", "keep_sending")
    with installation.start(*command, stdout=subprocess.PIPE) as sender:
        for child in map(int, sender.stdout):
            if kills < KILLS:
                arrived = len(installation.sink.messages)
                wait_until(lambda arrived=arrived: len(installation.sink.messages) > arrived)
                time.sleep(chance.uniform(0, 0.05))
                os.kill(child, signal.SIGKILL)
                kills += 1
    assert sender.returncode == 0
    digests, arrived = installation.report(), Counter(installation.sink.ids)
    assert kills == KILLS
    assert {digest["state"] for digest in digests} == {"sent"}
    assert set(arrived) == {digest["id"] for digest in digests}  # none lost, none unknown
    assert len(arrived) == 120
    assert max(arrived.values()) <= 2
    assert arrived.total() - 120 <= kills
