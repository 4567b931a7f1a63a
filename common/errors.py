"""What people see when something breaks. The database away for a moment is 503, not an error of ours."""

import sys

import psycopg2
from django.db.utils import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseServerError
from django.template import loader

RETRY_AFTER_SECONDS = 10
# PostgreSQL says in two characters what kind of trouble it is: 08 connection, 53 out of resources,
# 57 stopped or starting. An error without a code never reached the server.
AWAY_CLASSES = {None, "08", "53", "57"}


def server_error(request):
    """`handler500`: Django calls it while the exception is still at hand."""
    if _database_is_away(sys.exc_info()[1]):
        return service_unavailable()
    return HttpResponseServerError(loader.get_template("500.html").render())


def service_unavailable():
    page = loader.get_template("503.html").render()
    return HttpResponse(page, status=503, headers={"Retry-After": RETRY_AFTER_SECONDS})


def _database_is_away(error):
    if not isinstance(error, (OperationalError, InterfaceError)):
        return False
    cause = error.__cause__
    if isinstance(cause, psycopg2.Error):
        return (cause.pgcode[:2] if cause.pgcode else None) in AWAY_CLASSES
    # SQLite tells its troubles apart only in words.
    return any(words in str(error) for words in ("database is locked", "unable to open database"))
