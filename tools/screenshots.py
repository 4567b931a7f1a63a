"""Look at Steward: pictures of its pages, as demo people see them on a desktop and on a phone.

./run screenshots                       every page, into var/screenshots
./run screenshots --only /contracts/    only pages whose name or address contains this
./run screenshots --axe                 and say which accessibility faults there are
./run screenshots --docs                the pictures of the README, into docs/pictures
./run screenshots --base-url URL        look at a server that runs already, with the demo in it

Without --base-url it starts a web server of its own on a fresh demonstration, and stops it again.
"""

import argparse
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
DOMAIN, PASSWORD = "northmere.example", "northmere-demo"  # as in accounts.demo
WIDTHS = (1280, 390)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

PROCUREMENT, OWNER, SRO = "priya.raman", "alex.shah", "margaret.ellery"
AUDITOR, ADMINISTRATOR = "rhys.beddow", "marta.lindqvist"


@dataclass(frozen=True)
class Shot:
    """A page: who opens which address, and the link (a CSS selector) they follow from there."""

    name: str
    person: str
    path: str
    follow: str = ""
    readme: bool = False
    then: str = ""  # names of further links, with / between them


FIRST_ROW = "main table tbody th a"

SHOTS = (
    Shot("sign-in", "", "/account/login/"),
    Shot("password-reset", "", "/account/password/reset/"),
    Shot("accessibility", "", "/people/accessibility/"),
    Shot("first-page-owner", OWNER, "/", readme=True),
    Shot("first-page-sro", SRO, "/"),
    Shot("first-page-procurement", PROCUREMENT, "/"),
    Shot("contracts", PROCUREMENT, "/contracts/", readme=True),
    Shot("contracts-none", PROCUREMENT, "/contracts/?text=nothing-is-called-this"),
    Shot("contract", PROCUREMENT, "/contracts/?tier=gold", FIRST_ROW, readme=True),
    Shot("contract-of-owner", OWNER, "/contracts/", FIRST_ROW),
    Shot("contract-add", PROCUREMENT, "/contracts/add/"),
    Shot("tiering", PROCUREMENT, "/contracts/tiering/"),
    Shot("tiering-decide", PROCUREMENT, "/contracts/tiering/", FIRST_ROW),
    Shot("tiering-never-assessed", PROCUREMENT, "/contracts/tiering/never-assessed/"),
    Shot("tiering-assessment", AUDITOR, "/contracts/tiering/assessed/", FIRST_ROW),
    Shot("tiering-questionnaire", OWNER, "/contracts/tiering/questionnaire/"),
    Shot("tiering-draft", PROCUREMENT, "/contracts/tiering/questionnaire/draft/"),
    Shot("tiering-changes", PROCUREMENT, "/contracts/tiering/questionnaire/draft/changes/"),
    Shot("documents", PROCUREMENT, "/contracts/documents/"),
    Shot("document", PROCUREMENT, "/contracts/documents/?q=pricing", FIRST_ROW),
    Shot("contract-documents", PROCUREMENT, "/contracts/documents/?q=pricing", "main td a"),
    Shot("suppliers", PROCUREMENT, "/suppliers/"),
    Shot("supplier", PROCUREMENT, "/suppliers/", FIRST_ROW),
    Shot("kraljic-board", PROCUREMENT, "/suppliers/kraljic/"),
    Shot("kraljic-board-of-owner", OWNER, "/suppliers/kraljic/"),
    Shot("kraljic-supplier", PROCUREMENT, "/suppliers/kraljic/?sign=no_sro", FIRST_ROW),
    Shot("kraljic-questions", PROCUREMENT, "/suppliers/kraljic/questions/"),
    Shot("supplier-tiers", PROCUREMENT, "/suppliers/tiers/?state=differs"),
    Shot("intelligence", PROCUREMENT, "/suppliers/intelligence/"),
    Shot("financial-checks", PROCUREMENT, "/suppliers/intelligence/checks/"),
    Shot("financial-checks-of-sro", SRO, "/suppliers/intelligence/checks/"),
    Shot(
        "supplier-in-distress",
        PROCUREMENT,
        "/suppliers/intelligence/distress/?state=open",
        "main table tbody td a",
    ),
    Shot("supplier", PROCUREMENT, "/suppliers/?q=quillstone+waste", FIRST_ROW),
    Shot("supplier-of-owner", OWNER, "/suppliers/?q=larkmoor", FIRST_ROW),
    Shot("supplier-alone", AUDITOR, "/suppliers/?q=archway", FIRST_ROW),
    Shot("supplier-contacts", OWNER, "/suppliers/?q=larkmoor", FIRST_ROW, then="Contacts"),
    Shot("supplier-spend", PROCUREMENT, "/suppliers/?q=larkmoor", FIRST_ROW, then="Spend"),
    Shot(
        "supplier-spend-record",
        PROCUREMENT,
        "/suppliers/?q=heftline",
        FIRST_ROW,
        then="Spend/Record spend",
    ),
    Shot(
        "supplier-performance", PROCUREMENT, "/suppliers/?q=larkmoor", FIRST_ROW, then="Performance"
    ),
    Shot("supplier-ratings", PROCUREMENT, "/suppliers/?q=larkmoor", FIRST_ROW, then="Ratings"),
    Shot("supplier-history", PROCUREMENT, "/suppliers/?q=inkwell", FIRST_ROW, then="History"),
    Shot(
        "supplier-edit",
        PROCUREMENT,
        "/suppliers/?q=quillstone+waste",
        FIRST_ROW,
        then="Edit supplier",
    ),
    Shot("suppliers-twice", PROCUREMENT, "/suppliers/duplicates/"),
    Shot(
        "suppliers-merge",
        PROCUREMENT,
        "/suppliers/duplicates/?q=dalesrider",
        "main table tbody a >> text=Compare",
    ),
    Shot("log-readings", OWNER, "/performance/log/"),
    Shot("scorecards", PROCUREMENT, "/performance/scorecards/"),
    Shot("scorecard", SRO, "/performance/scorecards/?q=home+care+north", FIRST_ROW, readme=True),
    Shot(
        "scorecard-seen",
        SRO,
        "/performance/scorecards/?q=home+care+north",
        FIRST_ROW,
        then="Mark as seen",
    ),
    Shot(
        "scorecard-fill",
        OWNER,
        "/performance/scorecards/?q=home+care+south",
        FIRST_ROW,
        then="Fill in",
    ),
    Shot(
        "scorecards-of-contract",
        PROCUREMENT,
        "/performance/scorecards/?q=school+meals",
        FIRST_ROW,
        then="Scorecard",
    ),
    Shot(
        "scorecard-print",
        AUDITOR,
        "/performance/scorecards/?q=school+meals",
        FIRST_ROW,
        then="Page to print",
    ),
    Shot(
        "feedback",
        PROCUREMENT,
        "/performance/scorecards/?q=school+meals",
        FIRST_ROW,
        then="Feedback",
    ),
    Shot("credits-left", PROCUREMENT, "/performance/credits/"),
    Shot("credits-by-contract", PROCUREMENT, "/performance/credits/by-contract/"),
    Shot("credits-by-supplier", PROCUREMENT, "/performance/credits/by-supplier/"),
    Shot(
        "credits-of-contract",
        OWNER,
        "/performance/credits/by-contract/?contract=equipment",
        FIRST_ROW,
    ),
    Shot(
        "credits-regime",
        OWNER,
        "/performance/credits/by-contract/?contract=equipment",
        FIRST_ROW,
        then="Correct the regime",
    ),
    Shot(
        "credits-charges",
        OWNER,
        "/performance/credits/by-contract/?contract=equipment",
        FIRST_ROW,
        then="Record charges",
    ),
    Shot(
        "credits-milestones",
        PROCUREMENT,
        "/performance/credits/by-contract/?contract=case+management",
        FIRST_ROW,
    ),
    Shot(
        "credits-milestone",
        PROCUREMENT,
        "/performance/credits/by-contract/?contract=case+management",
        FIRST_ROW,
        then="Add a milestone",
    ),
    Shot("credits-due", OWNER, "/performance/credits/?contract=equipment&state=due", FIRST_ROW),
    Shot(
        "credits-claim",
        OWNER,
        "/performance/credits/?contract=equipment&state=due",
        FIRST_ROW,
        then="Record the claim",
    ),
    Shot(
        "credits-waive",
        SRO,
        "/performance/credits/?contract=equipment&state=due",
        FIRST_ROW,
        then="Waive it",
    ),
    Shot(
        "credits-lapsed", OWNER, "/performance/credits/?contract=equipment&state=lapsed", FIRST_ROW
    ),
    Shot("credits-unknown", OWNER, "/performance/credits/?state=unknown", FIRST_ROW),
    Shot("credits-damages", PROCUREMENT, "/performance/credits/?kind=milestone", FIRST_ROW),
    Shot("ratings-by-tier", PROCUREMENT, "/performance/trends/"),
    Shot("ratings-by-supplier", PROCUREMENT, "/performance/trends/?by=supplier"),
    Shot("ratings-by-quadrant", PROCUREMENT, "/performance/trends/?by=quadrant"),
    Shot("kpis", PROCUREMENT, "/performance/trends/indicators/?rating=inadequate"),
    Shot(
        "kpi-declining", PROCUREMENT, "/performance/trends/indicators/?q=days+referral", FIRST_ROW
    ),
    Shot("not-tracked", PROCUREMENT, "/performance/trends/not-tracked/"),
    Shot(
        "trends-of-contract",
        PROCUREMENT,
        "/performance/trends/indicators/?tier=platinum",
        "main table tbody td a",
    ),
    Shot("obligations-due", OWNER, "/contracts/obligations/due/"),
    Shot("obligations", PROCUREMENT, "/contracts/obligations/"),
    Shot("obligation", OWNER, "/contracts/obligations/", FIRST_ROW),
    Shot("obligation-occurrence", OWNER, "/contracts/obligations/due/", FIRST_ROW),
    Shot(
        "obligations-of-contract",
        OWNER,
        "/contracts/obligations/?contract=home+care",
        "main table tbody td a",
    ),
    Shot(
        "conditions-precedent",
        PROCUREMENT,
        "/contracts/obligations/?kind=condition",
        "main table tbody td a",
    ),
    Shot("reminders", OWNER, "/reminders/"),
    Shot("reminders-all", PROCUREMENT, "/reminders/all/"),
    Shot("reminder-rules", PROCUREMENT, "/reminders/rules/"),
    Shot("mail", ADMINISTRATOR, "/reminders/mail/"),
    Shot("import", PROCUREMENT, "/contracts/import/"),
    Shot("search", AUDITOR, "/search/?q=care"),
    Shot("people", ADMINISTRATOR, "/people/"),
    Shot("person", ADMINISTRATOR, "/people/", FIRST_ROW),
    Shot("units", ADMINISTRATOR, "/people/units/"),
    Shot("organisation", ADMINISTRATOR, "/people/organisation/"),
    Shot("roles", AUDITOR, "/people/roles/"),
    Shot("own-account", OWNER, "/people/me/"),
    Shot("how-you-sign-in", OWNER, "/account/2fa/"),
    Shot("password-change", OWNER, "/account/password/change/"),
    Shot("not-found", OWNER, "/contracts/999999/"),
)


def run(*command, env):
    subprocess.run(command, cwd=ROOT, env=env, check=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_it_answers(url, server):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(150):
        if server.poll() is not None:
            sys.exit("The web server stopped by itself.")
        with contextlib.suppress(urllib.error.URLError, OSError):
            opener.open(f"{url}/healthz", timeout=5).close()
            return
        time.sleep(0.2)
    sys.exit("The web server did not answer within 30 seconds.")


@contextlib.contextmanager
def steward():
    """A web server with a fresh demonstration, that leaves nothing behind. Yields its address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="steward-") as var:
        outside = {"DATABASE_URL", "REDIS_URL", "EMAIL_URL", "STEWARD_MODE"}
        env = {name: value for name, value in os.environ.items() if name not in outside}
        env |= {"STEWARD_VAR": var, "PORT": str(port), "WEB_CONCURRENCY": "1", "LOG_LEVEL": "ERROR"}
        manage = (sys.executable, "manage.py")
        run(*manage, "migrate", "-v0", env=env)
        run(*manage, "demo", env=env)
        run(*manage, "collectstatic", "--noinput", "-v0", env=env)
        gunicorn = (sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "config.wsgi")
        server = subprocess.Popen(gunicorn, cwd=ROOT, env=env)
        try:
            wait_until_it_answers(f"http://localhost:{port}", server)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)


class Visitor:
    """One person at a browser of one width. Notes what the browser complains of."""

    def __init__(self, browser, base_url, person, width, height):
        self.context = browser.new_context(
            base_url=base_url, viewport={"width": width, "height": height}, locale="en-GB"
        )
        self.page = self.context.new_page()
        self.faults = []
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        if person:
            self._sign_in(f"{person}@{DOMAIN}")

    def _note(self, kind, text):
        if kind == "error":
            self.faults.append(f"browser: {text}")

    def _sign_in(self, email):
        self.page.goto("/account/login/")
        self.page.get_by_label("Email address").fill(email)
        self.page.locator("input[name=password]").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_load_state()
        if "/account/login/" in self.page.url:
            sys.exit(f"{email} could not sign in: is the demonstration loaded?")

    def open(self, shot):
        self.faults.clear()
        response = self.page.goto(shot.path)
        if shot.follow:
            link = self.page.locator(shot.follow).first
            if not link.count():
                self.faults.append(f"there is no link {shot.follow!r}")
                return
            link.click()
            self.page.wait_for_load_state()
        for name in filter(None, shot.then.split("/")):
            self.page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()
            self.page.wait_for_load_state()
        if response.status >= 500:
            self.faults.append(f"answered {response.status}")
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.faults.append(f"is {wide} px wider than the screen")

    def check_accessibility(self):
        for violation in Axe().run(self.page).response["violations"]:
            for node in violation["nodes"][:3]:
                self.faults.append(
                    f"{violation['id']} ({violation['impact']}): {node['html'][:160]}"
                )


def visit(browser, base_url, shots, width, options):
    """Open each page at this width, and take its picture. Returns how many faults were seen."""
    height = 800 if options.docs else 900
    visitors, seen = {}, 0
    for shot in shots:
        if shot.person not in visitors:
            visitors[shot.person] = Visitor(browser, base_url, shot.person, width, height)
        visitor = visitors[shot.person]
        visitor.open(shot)
        if options.axe:
            visitor.check_accessibility()
        picture = options.out / (f"{shot.name}.png" if options.docs else f"{shot.name}-{width}.png")
        visitor.page.screenshot(path=picture, full_page=not options.docs)
        missing_on_purpose = shot.name == "not-found"
        faults = [f for f in visitor.faults if not (missing_on_purpose and "404" in f)]
        print(f"{shot.name} at {width} px: {'; '.join(faults) or 'in order'}", flush=True)
        seen += len(faults)
    for visitor in visitors.values():
        visitor.context.close()
    return seen


def find_chromium():
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    return path or sys.exit("Chromium is needed. On Debian and Ubuntu: apt-get install chromium")


def read_options():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, help="folder for the pictures")
    parser.add_argument("--only", default="", help="pages whose name or address contains this")
    parser.add_argument("--base-url", help="a server that runs already")
    parser.add_argument("--axe", action="store_true", help="look for accessibility faults")
    parser.add_argument("--docs", action="store_true", help="make the pictures of the README")
    parser.add_argument("--width", type=int, action="append", help="instead of 1280 and 390")
    options = parser.parse_args()
    options.out = options.out or ROOT / ("docs/pictures" if options.docs else "var/screenshots")
    options.widths = options.width or ((1280,) if options.docs else WIDTHS)
    return options


def main():
    options = read_options()
    options.out.mkdir(parents=True, exist_ok=True)
    shots = [
        shot
        for shot in SHOTS
        if (shot.readme or not options.docs)
        and (options.only in shot.name or options.only in shot.path)
    ]
    server = contextlib.nullcontext(options.base_url) if options.base_url else steward()
    with server as base_url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(QUIET))
        faults = sum(visit(browser, base_url, shots, width, options) for width in options.widths)
        browser.close()
    print(f"{len(shots) * len(options.widths)} pictures in {options.out}; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
