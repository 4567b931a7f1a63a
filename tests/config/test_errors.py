"""The pages for when something is wrong. None of these tests may touch the database."""

import sqlite3

import psycopg2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError
from django.template import loader
from django.test import Client, RequestFactory

from common import errors


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500", "503"])
def test_error_pages_need_neither_context_nor_database(name):
    page = loader.get_template(f"{name}.html").render()
    assert page.count("<h1") == 1
    assert "<title>" in page


def raised(error, cause=None):
    """What `handler500` answers while this error is being handled."""
    try:
        raise error from cause
    except Exception:  # noqa: BLE001  # the handler looks at whatever is being handled
        return errors.server_error(None)


class StoppedServer(psycopg2.OperationalError):
    pgcode = "57P01"


class BadQuery(psycopg2.OperationalError):
    pgcode = "42P01"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OperationalError("connection refused"), psycopg2.OperationalError("connection refused")),
        (OperationalError("terminating connection"), StoppedServer()),
        (InterfaceError("connection already closed"), psycopg2.InterfaceError()),
        (OperationalError("database is locked"), sqlite3.OperationalError()),
        (OperationalError("unable to open database file"), sqlite3.OperationalError()),
    ],
)
def test_database_away_is_503_with_a_time_to_return(error, cause):
    response = raised(error, cause)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert "back in a moment" in response.content.decode()


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ValueError("ours"), None),
        (IntegrityError("duplicate"), psycopg2.IntegrityError()),
        (OperationalError("no such table"), sqlite3.OperationalError()),
        (OperationalError("relation does not exist"), BadQuery()),
    ],
)
def test_a_fault_of_ours_is_500(error, cause):
    response = raised(error, cause)
    assert response.status_code == 500
    assert "Retry-After" not in response.headers


def test_a_form_from_elsewhere_is_refused_in_words():
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a"})
    assert response.status_code == 403
    assert "nothing was saved" in response.content.decode()


def test_a_host_that_is_not_ours_is_refused():
    assert Client().get("/healthz", headers={"host": "elsewhere.example"}).status_code == 400


@pytest.fixture
def receive():
    """`receive(content)`: the file as a view gets it."""
    requests = []

    def receive(content):
        upload = SimpleUploadedFile("register.csv", content)
        requests.append(RequestFactory().post("/", {"file": upload}))
        return requests[-1].FILES["file"]

    yield receive
    for request in requests:
        request.close()


def test_too_large_a_file_is_counted_but_not_kept(settings, receive):
    settings.UPLOAD_MAX_BYTES = 100_000
    received = receive(b"x" * 300_000)
    assert received.size == 300_000
    assert len(received.read()) <= 100_000


def test_a_file_within_the_limit_arrives_whole(settings, receive):
    settings.UPLOAD_MAX_BYTES = 300_000
    content = bytes(range(250)) * 1_000
    assert receive(content).read() == content
