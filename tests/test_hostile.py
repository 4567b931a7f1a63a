"""Whatever somebody puts into an address or a form, Steward answers; it never breaks and never echoes a script.

The pages come from the access table, the parameters from the pages' own inputs. The order is random with a
fixed seed. A short run is part of every full run; `STEWARD_CRAWL_SECONDS=600` crawls for longer.
"""

import os
import random
import re
import time
import traceback
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
from django.conf import settings
from django.db import transaction

from tests import world as worlds
from tests.test_access import PAGES
from tests.world import PEOPLE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SECONDS = float(os.environ.get("STEWARD_CRAWL_SECONDS", "8"))
SEED = 20260401
SCRIPT = "<script>steward(1)</script>"

VALUES = (
    "", " ", "\x00", "a\x00b", "0", "-1", "-0", "1.5", "1e400", "NaN", "Infinity", "9" * 5000, "-" + "9" * 5000,
    "2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "0x10", "1_000",
    "١٢٣", "²", "1,000", "£", "0000-00-00", "99999-01-01", "2026-02-30", "0001-01-01", "9999-12-31", "31/12/9999",
    "%", "%00", "_", "\\", "'", '"', "' OR 1=1 --", "*", "(", "[", "\\u0000", SCRIPT, f'">{SCRIPT}', f"'>{SCRIPT}",
    "{{ 7|add:7 }}", "{% now 'Y' %}", "__class__", "-__class__", "pk", "-password", "unit__name", "title", "-title",
    "../../etc/passwd", "💷", "\u202e", "\ufeff", "a" * 10_000, "word " * 3000, "x\r\nSet-Cookie: a=b", "on", "true",
    "None", "null", "all", "csv", "xlsx", "none", "past", "1", "2",
)  # fmt: skip
BYTES = (b"\xff\xfe", b"\xed\xa0\x80", b"%E0%A4%A")
EVERYWHERE = (
    "page", "per_page", "sort", "export", "columns", "q", "show", "month", "contract", "everything", "next",
    "__class__", "junk", "a[b]", "",
)  # fmt: skip
ALL_AT_ONCE = (f'">{SCRIPT}', "\x00", "9" * 5000)
PARTS_OF_AN_ADDRESS = ("0", "2147483648", "9223372036854775808", "9" * 40, "9" * 5000)


@pytest.fixture
def visitors(world):
    """Those who may open most pages, signed in; `visitor_for` picks between them."""
    return {name: world.browser(name) for name in ("procurement", "administrator")}


def visitor_for(row, signs):
    """Whoever the table lets through this way; nobody when it lets neither."""
    by_name = dict(zip(PEOPLE, signs.split(), strict=False))
    return next((n for n in ("procurement", "administrator") if by_name.get(n, ".") in "y>"), None)


def query(pairs):
    """Pairs as they stand in an address, also where the value is no text at all."""
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs)


def _quoted(value):
    return quote_from_bytes(value if isinstance(value, bytes) else value.encode())


def names_of_inputs(html):
    found = re.findall(rb'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"', html)
    return sorted({name.decode() for name in found} - {"csrfmiddlewaretoken"})


def ask(client, method, address, data=None):
    """What is wrong with the answer, in a line; nothing when all is well. Nothing that it did is kept."""
    try:
        with transaction.atomic():
            response = getattr(client, method)(address, data)
            body = worlds.read(response)
            transaction.set_rollback(True)
    except Exception as error:  # noqa: BLE001 - every one of them is a page that broke
        ours = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename).is_relative_to(settings.BASE_DIR)
            and ".venv" not in frame.filename
        ]
        where = (
            f"{Path(ours[-1].filename).relative_to(settings.BASE_DIR)}:{ours[-1].lineno}"
            if ours
            else ""
        )
        return f"{type(error).__name__}: {str(error)[:150]} at {where}"
    if response.status_code >= 500:
        return f"status {response.status_code}"
    if SCRIPT.encode() in body and "html" in response.headers.get("Content-Type", ""):
        return "echoes a script"
    return ""


def crawl(attempts, seconds):
    """Try each attempt until the time is up: (how many, what went wrong by its kind)."""
    wrong, tried, end = {}, 0, time.monotonic() + seconds
    for client, method, address, data in attempts:
        if time.monotonic() > end:
            break
        tried += 1
        if problem := ask(client, method, address, data):
            wrong.setdefault(problem, f"{method.upper()} {address[:300]} {str(data or '')[:300]}")
    return tried, [f"{problem}\n    {example}" for problem, example in wrong.items()]


def addresses_to_try(world, visitors, chance):
    """(every page with all its parameters spoilt at once, one parameter of one page at a time)."""
    together, singles = [], []
    for row in PAGES:
        name = visitor_for(row, row.get)
        if name is None:
            continue
        client, url = visitors[name], row.url(world)
        with transaction.atomic():
            html = worlds.read(client.get(url))
            transaction.set_rollback(True)
        parameters = [*names_of_inputs(html), *EVERYWHERE]
        spoilt = [[(p, value) for p in parameters] for value in ALL_AT_ONCE]
        spoilt.append([(p, chance.choice(VALUES)) for p in parameters for _ in range(2)])
        together += [(client, "get", f"{url}?{query(pairs)}", None) for pairs in spoilt]
        singles += [
            (client, "get", f"{url}?{query([(parameter, value)])}", None)
            for parameter in parameters
            for value in (*VALUES, *BYTES)
        ]
    chance.shuffle(singles)
    return together, singles


def test_no_query_string_breaks_a_page(world, visitors):
    together, singles = addresses_to_try(world, visitors, random.Random(SEED))
    tried, wrong = crawl(together, 300)
    assert tried == len(together)
    more, also_wrong = crawl(singles, SECONDS)
    wrong += also_wrong
    assert not wrong, f"Failures in {tried + more} addresses:\n" + "\n".join(wrong)


def test_no_number_in_an_address_breaks_a_page(world, visitors):
    attempts = []
    for row in PAGES:
        name = visitor_for(row, row.get)
        if name is None or not row.kwargs(world):
            continue
        url = row.url(world)
        for part in PARTS_OF_AN_ADDRESS:
            spoilt = re.sub(r"/\d+/", f"/{part}/", url)
            attempts.append((visitors[name], "get", spoilt, None))
    tried, wrong = crawl(attempts, 60)
    assert not wrong, f"Failures in {tried} addresses:\n" + "\n".join(wrong)
    assert tried == len(attempts)


def forms_to_send(world, visitors, chance):
    """Every form empty, and then with every field spoilt, again and again in random order."""
    empty, spoilt = [], []
    for row in PAGES:
        name = visitor_for(row, row.post) if row.post else None
        if name is None:
            continue
        client, url = visitors[name], row.url(world)
        with transaction.atomic():
            html = worlds.read(client.get(url))
            transaction.set_rollback(True)
        fields = [*names_of_inputs(html), "contract", "save", "remove", "sheet", "attempt", "junk"]
        empty.append((client, "post", url, {}))
        for _ in range(25):
            some = chance.sample(fields, chance.randint(1, len(fields)))
            values = {
                field: [chance.choice(VALUES) for _ in range(chance.randint(1, 2))]
                for field in some
            }
            spoilt.append((client, "post", url, values))
    chance.shuffle(spoilt)
    return [*empty, *spoilt]


def test_no_form_breaks_a_page(world, visitors):
    attempts = forms_to_send(world, visitors, random.Random(SEED))
    tried, wrong = crawl(attempts, SECONDS)
    assert not wrong, f"Failures in {tried} forms:\n" + "\n".join(wrong)
    assert tried > 30


def test_the_crawler_notices_an_echo_and_a_break(world, monkeypatch):
    """The crawler itself can fail: on a page that breaks, and on one that repeats a script."""
    from django.http import HttpResponse

    monkeypatch.setattr("common.views.render", lambda *args: HttpResponse(SCRIPT))
    client = world.browser("viewer")
    assert ask(client, "get", "/search/") == "echoes a script"
    monkeypatch.setattr("common.views.render", lambda *args: 1 / 0)
    assert ask(client, "get", "/search/").startswith("ZeroDivisionError")
