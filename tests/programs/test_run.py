"""`./run` as people use it: started, looked at, stopped. Nothing may be left running."""

import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.programs.site import get, wait_for
from tests.servers import free_port

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks into /proc")
RUN = settings.BASE_DIR / "run"


ELSEWHERE = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE"}


def surroundings(var, **environment):
    inherited = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    return inherited | {"STEWARD_VAR": str(var)} | environment


class Started:
    """`./run` with a folder and a port of its own, in a process group as a terminal gives it."""

    def __init__(self, var, **environment):
        self.var = var
        self.port = free_port()
        self.output = var.with_suffix(".out")
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [RUN],
                env=surroundings(var, PORT=str(self.port)) | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self):
        return self.output.read_text()

    def wait_until_ready(self):
        wait_for(lambda: "Steward is at" in self.text() or self.process.poll() is not None, 240)
        wait_for(lambda: "Ctrl-C" in self.text() or self.process.poll() is not None)
        assert self.process.poll() is None, self.text()

    def programs(self):
        """Ids and command lines of every program that works in this folder."""
        mark = f"STEWARD_VAR={self.var}".encode()
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().decode()
            except OSError:  # it ended while we looked
                continue
        return found

    def end(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(180)
        for pid in self.programs():
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def start():
    """`start(var)`: `./run` in this folder."""
    runs = []

    def start(var, **environment):
        runs.append(Started(var, **environment))
        return runs[-1]

    yield start
    for run in runs:
        run.end()


@pytest.fixture
def var(migrated, tmp_path):
    return shutil.copytree(migrated, tmp_path / "var")


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_run_serves_until_it_is_stopped_and_leaves_nothing(start, var, how):
    run = start(var)
    run.wait_until_ready()
    status, _, text = get(f"http://localhost:{run.port}/account/login/")
    assert status == 200
    # The page's own style sheet, under its fingerprinted name.
    style = re.search(r'href="(/static/app/app\.\w+\.css)"', text).group(1)
    assert get(f"http://localhost:{run.port}{style}")[0] == 200
    running = "\n".join(run.programs().values())
    assert "gunicorn" in running
    assert "celery" in running

    # As Ctrl-C does, the signal goes to the whole group of the terminal.
    os.killpg(run.process.pid, how)
    assert run.process.wait(180) == 128 + how
    wait_for(lambda: run.programs() == {})
    assert get(f"http://localhost:{run.port}/healthz")[0] == 0


def test_first_run_loads_the_demo_and_prints_who_can_sign_in(start, tmp_path):
    run = start(tmp_path / "var")
    run.wait_until_ready()
    assert "@" in run.text().split("Steward is at")[1]


@pytest.mark.parametrize("part", ["gunicorn", "celery"])
def test_when_one_part_dies_the_rest_stops_and_says_so(start, var, part):
    run = start(var)
    run.wait_until_ready()
    pid = min(pid for pid, command in run.programs().items() if part in command)
    os.kill(pid, signal.SIGKILL)
    assert run.process.wait(180) == 1
    assert "stopped by itself" in run.text()
    wait_for(lambda: run.programs() == {})


def test_a_taken_port_is_named_with_the_way_out(start, var):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        run = start(var, PORT=str(port))
        assert run.process.wait(180) == 1
    assert f"Port {port} is taken" in run.text()
    assert "PORT=8001 ./run" in run.text()


def test_run_manage_runs_a_management_command(var):
    command = [RUN, "manage", "migrate", "--plan"]
    answer = subprocess.run(
        command, env=surroundings(var), capture_output=True, text=True, check=True
    )
    assert "No planned migration operations" in answer.stdout


def test_an_unknown_word_shows_what_there_is():
    answer = subprocess.run([RUN, "sreve"], capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "./run test" in answer.stderr
