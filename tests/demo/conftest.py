import contextlib

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from tests.demo.days import made_on


@pytest.fixture(scope="package", params=[made_on(None)])
def council(request, django_db_setup, django_db_blocker):
    """The day it was made on, which it still is. What a test does to it is taken back, and itself at the end."""
    moved = (
        time_machine.travel(f"{request.param} 12:00:00+00:00")
        if request.param
        else contextlib.nullcontext()
    )
    with moved, django_db_blocker.unblock(), transaction.atomic():
        call_command("demo")
        # Nobody else sees these rows to count them, and PostgreSQL would plan as if there were none.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield timezone.localdate()
        transaction.set_rollback(True)
