"""With real programs: a Celery worker with its beat, senders that are killed, workers side by side.

They have a database of their own, of either kind, and talk to a real SMTP listener.
"""

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.conf import settings

from tests import servers
from tests.reminders.smtp_sink import Sink

KILLS = 8
PATIENCE = 150


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
        return self.run("-m", "tests.programs.senders", *map(str, arguments))

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


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def database(request, tmp_path_factory):
    """The address of an empty register."""
    if request.param == "sqlite":
        var = tmp_path_factory.mktemp("services") / "var"
        shutil.copytree(request.getfixturevalue("migrated"), var)
        yield f"sqlite:///{var / 'steward.sqlite3'}"
        return
    with servers.Postgres(like=request.getfixturevalue("migrated_postgres")) as server:
        yield server.url


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
    command = ("-m", "tests.programs.senders", "keep_sending")
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
