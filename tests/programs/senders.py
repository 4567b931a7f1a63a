"""Real processes for the tests of the outbox: `python -m tests.programs.senders prepare 100`."""

import json
import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import transaction
from django.utils import timezone

from contracts.models import Contract
from reminders import actions, outbox
from reminders.models import Digest, Notice
from tests.reminders.factories import BusinessUnitFactory, OwnedContractFactory

LEASE = timedelta(seconds=0.4)


@transaction.atomic
def prepare(number):
    """A register in which this many people are told today of two contracts each; nothing is sent yet."""
    for model in (Notice, Digest, Contract):
        model.objects.all().delete()
    unit, today = BusinessUnitFactory(name=f"Unit {time.time_ns()}"), timezone.localdate()
    stamp = time.time_ns()
    for n in range(int(number)):
        dates = {"unit": unit, "supplier": None, "ends_on": today + timedelta(days=30)}
        first = OwnedContractFactory(
            reference=f"A{n}", oco__email=f"person{n}.{stamp}@example.org", **dates
        )
        OwnedContractFactory(reference=f"B{n}", oco=first.oco, **dates)


def queue(number):
    """The same, and their digests are ready to go."""
    prepare(number)
    actions.sweep(today=timezone.localdate())
    actions.compose(today=timezone.localdate())


def together(number):
    """This many workers do the whole of a day's work at the same moment, and claim often."""
    outbox.BATCH = 3
    start_at = time.time() + 0.3
    children = []
    for _ in range(int(number)):
        child = os.fork()
        if child == 0:
            time.sleep(max(0, start_at - time.time()))
            actions.send_due(today=timezone.localdate())
            os._exit(0)
        children.append(child)
    failures = [os.waitpid(child, 0)[1] for child in children]
    if any(failures):
        raise SystemExit(f"A worker failed: {failures}")


def keep_sending():
    """A sender, and another one whenever it is killed, until nothing is left to send."""
    while True:
        child = os.fork()
        if child == 0:
            while Digest.objects.unfinished().exists():
                outbox.send(today=timezone.localdate(), lease=LEASE)
                time.sleep(0.02)
            os._exit(0)
        print(child, flush=True)  # noqa: T201
        if os.waitpid(child, 0)[1] == 0:
            return


def report():
    digests = Digest.objects.order_by("pk")
    rows = [{"id": digest.message_id, "state": digest.state} for digest in digests]
    print(json.dumps(rows))  # noqa: T201


if __name__ == "__main__":
    verb, *arguments = sys.argv[1:]
    {f.__name__: f for f in (prepare, queue, together, keep_sending, report)}[verb](*arguments)
