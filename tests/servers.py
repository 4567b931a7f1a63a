"""Private PostgreSQL and Redis servers for tests: no password, nothing kept, gone afterwards."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def system_user():
    """Arguments for running as an ordinary user: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class Server:
    """A program in a short temporary folder, since the path of a socket may not be long."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="srv"))
        self.as_user = system_user() | {"cwd": self.folder}
        if "user" in self.as_user:
            shutil.chown(self.folder, self.as_user["user"], self.as_user["group"])
        self.process = None
        try:
            self.prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self):
        pass

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=subprocess.STDOUT, **self.as_user
            )
        deadline = time.monotonic() + 20
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.05)

    def stop(self):
        if self.process and self.process.poll() is None:
            # To PostgreSQL, SIGINT means: end the connections and stop. SIGTERM waits for them.
            self.process.send_signal(signal.SIGINT)
            self.process.wait(20)


class Postgres(Server):
    def __init__(self, like=None):
        """An empty server, or one like another that has stopped."""
        self.like = like

    @staticmethod
    def programs():
        """Folders that hold the server's programs, the newest first."""
        folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if on_path := shutil.which("initdb"):
            folders.append(Path(on_path).resolve().parent)
        return [folder for folder in folders if (folder / "pg_isready").exists()]

    @classmethod
    def is_installed(cls):
        return bool(cls.programs())

    @property
    def url(self):
        return f"postgres://app@/postgres?host={self.folder}"

    def prepare(self):
        self.bin = self.programs()[0]
        if self.like:
            copy = ["cp", "-a", self.like.folder / "data", self.folder / "data"]
            subprocess.run(copy, check=True, **self.as_user)
            return
        options = ["-U", "app", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [self.bin / "initdb", "-D", self.folder / "data", *options],
            check=True,
            capture_output=True,
            **self.as_user,
        )

    def command(self):
        fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        # A test's rows are never committed: whoever counted them meanwhile would find none, and PostgreSQL would plan
        # its questions as if there were none.
        settings = ["listen_addresses=", "max_connections=60", "autovacuum=off", *fast]
        options = [word for setting in settings for word in ("-c", setting)]
        return [self.bin / "postgres", "-D", self.folder / "data", "-k", self.folder, *options]

    def is_ready(self):
        ready = [self.bin / "pg_isready", "-q", "-h", self.folder, "-U", "app"]
        return subprocess.run(ready, check=False).returncode == 0


class Redis(Server):
    @staticmethod
    def program():
        return shutil.which("redis-server") or shutil.which("valkey-server")

    @classmethod
    def is_installed(cls):
        return cls.program() is not None

    @property
    def url(self):
        return f"redis://127.0.0.1:{self.port}/0"

    def prepare(self):
        self.port = free_port()

    def command(self):
        return [self.program(), "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]

    def is_ready(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main(command):
    """`python -m tests.servers COMMAND...` runs the command with both, on their own addresses."""
    # Stopped from outside, the servers must not be left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Postgres() as postgres, Redis() as redis:
        environment = os.environ | {"DATABASE_URL": postgres.url, "REDIS_URL": redis.url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
