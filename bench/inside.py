"""The part that runs inside Django: sessions for the pages, facts about the register, numbers of queries.

    python bench/inside.py facts | queries | file PATH ROWS

Prints JSON. Started by `run.py`, with the database in DATABASE_URL.
"""

import csv
import json
import os
import sys
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import demo
from accounts.models import User
from bench.pages import pages
from contracts.models import Contract
from performance.models import Indicator
from performance.scorecards.models import Scorecard
from risks.models import Risk

PEOPLE = {"procurement": "priya.raman", "oco": "alex.shah", "sro": "margaret.ellery"}


def _person(who):
    return User.objects.get(email=f"{PEOPLE[who]}@{demo.DOMAIN}")


def _session(user):
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def facts():
    root, _ = User.objects.get_or_create(
        email="admin@bench.example", defaults={"name": "Admin", "is_staff": True, "is_superuser": True}
    )  # fmt: skip
    sessions = {who: _session(_person(who)) for who in PEOPLE} | {"admin": _session(root)}
    # A contract of the middle of the register whose owner, SRO and KPIs are there, where there are any.
    telling = Contract.objects.exclude(oco=None).exclude(sro=None).filter(stage="live")
    with_kpis = telling.annotate(kpis=Count("indicators")).order_by("-kpis", "pk")
    # Not the one with hundreds of KPIs, which has pages of its own below.
    contract = with_kpis.filter(kpis__lt=10).first()
    busiest = (
        Contract.objects.exclude(supplier=None).values_list("supplier").annotate(n=Count("pk"))
    )
    return {
        "sessions": sessions,
        "cookie": settings.SESSION_COOKIE_NAME,
        "contracts": Contract.objects.count(),
        "contract": contract.pk,
        "with_obligations": _with_obligations() or contract.pk,
        "supplier": busiest.order_by("-n")[0][0],
        "oco": _person("oco").pk,
        **_of_performance(contract, with_kpis),
        **_of_risks(),
    }


def _of_performance(measured, with_kpis):
    """What the pages of performance are asked about."""
    if not Indicator.objects.exists():
        return {"kpi": None}
    kpis = Indicator.objects.order_by("-latest_period", "pk")
    scorecard = Scorecard.objects.filter(contract__indicators__isnull=False).order_by("pk").last()
    wide = with_kpis.first()
    widest = Contract.objects.in_force().annotate(kpis=Count("indicators")).order_by("-kpis", "pk")
    return {
        "measured": measured.pk,
        "wide": wide.pk,
        # In a small register they may have none.
        "owned": widest.filter(oco=_person("oco")).values_list("pk", flat=True).first(),
        "overseen": widest.filter(sro=_person("sro")).values_list("pk", flat=True).first(),
        "kpi": kpis.filter(contract=measured, frequency="monthly").first().pk,
        "weekly_kpi": kpis.filter(frequency="weekly").first().pk,
        "kpis": Indicator.objects.in_use().filter(contract__in=Contract.objects.in_force()).count(),
        "scorecard": scorecard.pk,
        "scored": scorecard.contract_id,
    }


def _of_risks():
    """What the pages of risks are asked about."""
    if not Risk.objects.exists():
        return {"risk": None}
    by_number = (
        Contract.objects.in_force().annotate(number=Count("risks")).order_by("-number", "pk")
    )
    few = by_number.filter(number__lte=5)
    return {
        "risks": Risk.objects.running().count(),
        "risk": Risk.objects.open().exclude(reviewed_on=None).order_by("-score", "pk").first().pk,
        "at_risk": few.values_list("pk", flat=True).first(),
        "own_at_risk": by_number.filter(oco=_person("oco")).values_list("pk", flat=True).first(),
        "most_at_risk": by_number.values_list("pk", flat=True).first(),
    }


def _with_obligations():
    """A contract of the middle of those that have a matrix."""
    found = Contract.objects.filter(obligations__isnull=False).order_by("pk").distinct()
    ids = list(found.values_list("pk", flat=True))
    return ids[len(ids) // 2] if ids else None


def queries():
    """{page's key: number of queries}, each page having been asked once before."""
    numbers = {}
    described = facts()
    for page in pages(described):
        client = Client(SERVER_NAME="localhost")
        client.force_login(_person(page.who))
        client.get(page.path)
        if page.before:
            with connection.cursor() as cursor:
                cursor.execute(page.before)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(page.path)
        assert response.status_code == 200, f"{page.path} answered {response.status_code}"
        numbers[page.key] = len(captured)
    return numbers


def file(path, rows):
    """A register to import: new contracts with the units, suppliers and people that are here."""
    columns = (
        "reference", "title", "supplier__name", "supplier__company_number", "unit__name", "oco__email",
        "tier", "stage", "commences_on", "ends_on", "value", "annual_value", "procurement_route", "category",
        "cpv_code", "finance_reference",
    )  # fmt: skip
    headings = (
        "Reference", "Title", "Supplier", "Company number", "Business unit", "OCO",
        "Tier", "Stage", "Start date", "End date", "Value", "Annual value", "Procurement route", "Category",
        "CPV code", "Finance system number",
    )  # fmt: skip
    contracts = Contract.objects.order_by("pk").values_list(*columns)[: int(rows)]
    with open(path, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(headings)
        for number, row in enumerate(contracts.iterator(chunk_size=5000)):
            writer.writerow(
                [f"I-{number:06d}", *("" if cell is None else cell for cell in row[1:])]
            )
    return {"path": path}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    print(json.dumps({"facts": facts, "queries": queries, "file": file}[command](*arguments)))
