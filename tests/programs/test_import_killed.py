"""A real import that is killed while it writes leaves no contract, no supplier and no history behind."""

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import psycopg2
import pytest
from django.conf import settings

from tests import servers

ROWS = int(os.environ.get("STEWARD_KILL_ROWS", "12000"))
TABLES = (
    "contracts_contract", "contracts_historicalcontract", "suppliers_supplier",
    "suppliers_historicalsupplier", "accounts_businessunit", "imports_importedcontract",
)  # fmt: skip


class Register:
    """A database of its own, and the program that imports into it."""

    def __init__(self, var, url, connect):
        self.connect = connect
        self.environment = os.environ | {"STEWARD_VAR": str(var), "DATABASE_URL": url}
        self.path = var / "register.csv"
        lines = (f"C-{n},Contract {n},Supplier {n % 500} Ltd,Unit {n % 7}" for n in range(ROWS))
        self.path.write_text("\n".join(["Reference,Title,Supplier,Unit", *lines]))

    def manage(self, *words):
        command = [sys.executable, "manage.py", *map(str, words)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.Popen(command, cwd=settings.BASE_DIR, env=self.environment, **quiet)

    def start_import(self):
        return self.manage("import_register", self.path, "--create-units")

    def ask(self, question):
        connection = self.connect()
        try:
            cursor = connection.cursor()
            cursor.execute(question)
            return cursor.fetchall()
        finally:
            connection.close()

    def states(self):
        return [state for (state,) in self.ask("SELECT state FROM imports_importrun ORDER BY id")]

    def counts(self):
        return {table: self.ask(f"SELECT count(*) FROM {table}")[0][0] for table in TABLES}  # noqa: S608


@pytest.fixture(params=["sqlite", "postgres"])
def register(request, tmp_path):
    if request.param == "sqlite":
        var = shutil.copytree(request.getfixturevalue("migrated"), tmp_path / "var")
        path = var / "steward.sqlite3"
        yield Register(var, f"sqlite:///{path}", lambda: sqlite3.connect(path, timeout=20))
        return
    with servers.Postgres(like=request.getfixturevalue("migrated_postgres")) as server:
        connect = {"host": str(server.folder), "user": "app", "dbname": "postgres"}
        yield Register(tmp_path, server.url, lambda: psycopg2.connect(**connect))


def kill_while_it_writes(register, delay):
    before = len(register.states())
    process = register.start_import()
    deadline = time.monotonic() + 120
    while register.states()[before:] != ["importing"]:
        assert process.poll() is None, "the import ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait(20)


def test_a_killed_import_leaves_nothing_and_can_be_done_again(register):
    chance = random.Random(7)
    for _ in range(2):
        kill_while_it_writes(register, delay=chance.uniform(0, 0.1))
        assert register.counts() == dict.fromkeys(TABLES, 0)
    assert register.states() == ["importing"] * 2

    assert register.start_import().wait(120) == 0

    counts = register.counts()
    assert counts["contracts_contract"] == counts["contracts_historicalcontract"] == ROWS
    assert counts["suppliers_supplier"] == counts["suppliers_historicalsupplier"] == 500
