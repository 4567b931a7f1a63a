"""Measure Steward at 100,000 contracts on PostgreSQL: `./run bench`, or this file with the project's Python.

See README.md beside this file. Everything runs on this machine; the database `steward_bench` is made
anew on the server that is named, and dropped at the end.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.pages import EXPORT_PATH, EXPORT_SQL, pages
from bench.report import report
from bench.servers import ROOT, Database, Web, environment, run

CLIENTS = 8


def quantiles(seconds):
    """(median, 95th percentile) in milliseconds."""
    if not seconds:
        return None
    ordered = sorted(seconds)
    return statistics.median(ordered) * 1000, ordered[
        min(len(ordered) - 1, int(len(ordered) * 0.95))
    ] * 1000


class Bench:
    def __init__(self, options):
        self.options = options
        self.database = Database(options.database)
        now = datetime.now().astimezone()
        self.result = {"contracts": options.contracts, "on": f"{now.day} {now:%B %Y}"}

    def say(self, words):
        print(words, file=sys.stderr, flush=True)

    def run(self):
        with tempfile.TemporaryDirectory(prefix="bench") as folder:
            self.var = Path(folder)
            self.env = environment(self.database, self.var)
            self.fill()
            self.facts = json.loads(run(["bench/inside.py", "facts"], self.env)[1])
            self.cookies = {
                who: f"{self.facts['cookie']}={key}" for who, key in self.facts["sessions"].items()
            }
            self.pages = pages(self.facts)
            self.result["labels"] = {page.key: page.label for page in self.pages}
            self.result["queries"] = json.loads(run(["bench/inside.py", "queries"], self.env)[1])
            with (
                Web("config.wsgi", self.database, self.var) as self.steward,
                Web("bench.admin_site.wsgi", self.database, self.var) as self.admin,
            ):
                self.measure()
            self.measure_import()
        if not self.options.keep:
            self.database.drop()
        return self.result

    def fill(self):
        self.say("Making the database ...")
        self.database.create()
        self.result["machine"] = machine(self.database)
        self.result["migrate"], _ = run(["manage.py", "migrate", "-v0"], self.env)
        if not (ROOT / "staticfiles" / "staticfiles.json").exists():
            run(["manage.py", "collectstatic", "--noinput", "-v0"], self.env)
        self.say(f"Filling it with {self.options.contracts:,} contracts ...")
        readings = [] if self.options.bare else ["--readings"]
        command = ["manage.py", "demo", "--scale", str(self.options.contracts), *readings]
        self.result["fill"], _ = run(command, self.env)
        self.database.settle()

    # --- pages -----------------------------------------------------------------------------------

    def measure(self):
        self.warm_up()
        self.result["memory"] = [self.steward.memory()]
        self.say("One client ...")
        self.result["pages"] = {page.key: self.one_client(page) for page in self.pages}
        self.say(f"{CLIENTS} clients ...")
        chosen = [
            page for page in self.pages if page.key in ("list", "last", "rare", "filter", "detail")
        ]
        self.result["clients"] = {page.key: self.many_clients(page) for page in chosen}
        self.result["memory"].append(self.steward.memory())
        self.say("Export ...")
        self.measure_export()

    def warm_up(self):
        """Every thread of every worker opens its connection and loads its templates."""
        for page in self.pages:
            with ThreadPoolExecutor(CLIENTS) as pool:
                list(
                    pool.map(
                        lambda _, page=page: self.ask(self.steward, page.path, page.who), range(16)
                    )
                )
                if page.admin:
                    list(
                        pool.map(
                            lambda _, page=page: self.ask(self.admin, page.admin, "admin"), range(8)
                        )
                    )

    def ask(self, web, path, who):
        status, _, seconds, _ = web.get(path, self.cookies[who])
        if status != 200:
            raise SystemExit(f"{path} answered {status} to {who}")
        return seconds

    def one_client(self, page):
        """Steward, the admin and the bare SQL take turns, so that a busy moment meets all three."""
        times = {"steward": [], "admin": [], "sql": []}
        with self.database.cursor() as cursor:
            for number, statement in enumerate(page.sql):
                cursor.execute(f"PREPARE page_{number} AS {statement}")
            for _ in range(self.options.requests):
                if page.before:
                    cursor.execute(page.before)
                times["steward"].append(self.ask(self.steward, page.path, page.who))
                if page.admin:
                    times["admin"].append(self.ask(self.admin, page.admin, "admin"))
                if page.sql:
                    times["sql"].append(_execute(cursor, len(page.sql)))
        return {name: quantiles(seconds) for name, seconds in times.items()}

    def many_clients(self, page):
        found = {}
        for name, web, path, who in (
            ("steward", self.steward, page.path, page.who),
            ("admin", self.admin, page.admin, "admin"),
        ):
            requests = self.options.requests * (CLIENTS if name == "steward" else CLIENTS // 2)
            started = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                seconds = list(
                    pool.map(lambda _, a=(web, path, who): self.ask(*a), range(requests))
                )
            found[name] = (requests / (time.perf_counter() - started), *quantiles(seconds))
        return found

    # --- export and import -----------------------------------------------------------------------

    def measure_export(self):
        runs = []
        for _ in range(self.options.exports):
            before = self.steward.memory()
            watch = Watch(self.steward)
            status, first_byte, seconds, size = self.steward.get(
                EXPORT_PATH, self.cookies["procurement"]
            )
            peak = watch.stop()
            assert status == 200, status
            runs.append({
                "first_byte": first_byte, "seconds": seconds, "bytes": size, "copy": self.copy_out(),
                "before": before, "peak": peak, "after": self.steward.memory(),
            })  # fmt: skip
        self.result["export"] = runs

    def copy_out(self):
        started = time.perf_counter()
        with (
            self.database.cursor() as cursor,
            open(os.devnull, "w") as nowhere,
        ):
            cursor.copy_expert(EXPORT_SQL, nowhere, 1 << 16)
        return time.perf_counter() - started

    def measure_import(self):
        self.say("Import ...")
        path = self.var / "register.csv"
        rows = self.options.contracts
        run(["bench/inside.py", "file", str(path), str(rows)], self.env)
        copy = self.copy_in(path)
        seconds, _ = run(["manage.py", "import_register", str(path)], self.env)
        with self.database.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM contracts_contract WHERE reference LIKE 'I-%'")
            (imported,) = cursor.fetchone()
            cursor.execute(
                "SELECT count(*) FROM contracts_historicalcontract WHERE reference LIKE 'I-%'"
            )
            (told,) = cursor.fetchone()
        self.result["import"] = {
            "rows": rows, "imported": imported, "history": told, "seconds": seconds, "copy": copy
        }  # fmt: skip

    def copy_in(self, path):
        started = time.perf_counter()
        with (
            self.database.cursor() as cursor,
            path.open() as file,
        ):
            columns = ", ".join(f"c{number} text" for number in range(16))
            cursor.execute(f"CREATE TABLE staged ({columns})")
            cursor.copy_expert("COPY staged FROM STDIN WITH CSV HEADER", file, 1 << 16)
            seconds = time.perf_counter() - started
            cursor.execute("DROP TABLE staged")
        return seconds


class Watch:
    """The highest memory of a server while something goes on."""

    def __init__(self, web):
        self.web, self.peak, self.stopped = web, web.memory(), threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()

    def _look(self):
        while not self.stopped.wait(0.1):
            self.peak = max(self.peak, self.web.memory())

    def stop(self):
        self.stopped.set()
        self.thread.join()
        return self.peak


def _execute(cursor, statements):
    started = time.perf_counter()
    for number in range(statements):
        cursor.execute(f"EXECUTE page_{number}")
        cursor.fetchall()
    return time.perf_counter() - started


def machine(database):
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    python = f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {system}, {python}, {database.describe()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--database",
        default=os.environ.get("DATABASE_URL") or "postgres://postgres@127.0.0.1:5432/",
    )
    parser.add_argument("--contracts", type=int, default=100_000)
    parser.add_argument(
        "--requests", type=int, default=50, help="of each page by one client (default 50)"
    )
    parser.add_argument("--exports", type=int, default=5)
    parser.add_argument(
        "--bare", action="store_true", help="no KPIs, readings, credits, scorecards and obligations"
    )
    parser.add_argument("--keep", action="store_true", help="keep the database afterwards")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the tables to this file as well"
    )
    options = parser.parse_args()
    if not options.database.startswith("postgres"):
        parser.error(
            "--database must name a PostgreSQL server, such as postgres://user@127.0.0.1:5432/"
        )
    text = report(Bench(options).run())
    print(text)
    if options.write:
        options.write.write_text(text + "\n")


if __name__ == "__main__":
    main()
