"""A virus scanner that is there, away, or says no: against a server that speaks clamd's protocol."""

import socketserver
import struct
import threading
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from common import scanner
from contracts.documents import actions, files, tasks
from contracts.documents.models import Document, Version
from tests.documents.conftest import TODAY
from tests.documents.factories import a_document, a_version
from tests.documents.files import PDF, upload
from tests.world import read

pytestmark = pytest.mark.django_db
VIRUS = b"X5O!P%@AP[4-a-harmless-mark-of-these-tests"
TOO_LONG = b"INSTREAM size limit exceeded. ERROR"


class Clamd(socketserver.StreamRequestHandler):
    """Reads one INSTREAM command and answers as clamd does."""

    def handle(self):
        if self.server.hangs_up:
            self.server.hangs_up -= 1
            self.connection.recv(10)  # what it has not read makes the other end fail, not wait
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
        self.server.seen.append(content)
        found = b"stream: Test-Signature FOUND" if VIRUS in content else b"stream: OK"
        self.wfile.write((self.server.answer or found) + b"\0")


@pytest.fixture(params=["tcp", "unix"])
def clamd(request, settings, tmp_path):
    """A running scanner, by either way to reach it."""
    if request.param == "tcp":
        server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)
        settings.SCANNER_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
    else:
        server = socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd"), Clamd)
        settings.SCANNER_URL = f"unix://{tmp_path / 'clamd'}"
    server.seen, server.answer, server.hangs_up, server.daemon_threads = [], b"", 0, True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def scanner_away(settings, tmp_path):
    settings.SCANNER_URL = f"unix://{tmp_path / 'nobody-listens'}"


def infected(name="contract.pdf"):
    return upload(PDF.replace(b"Contract", VIRUS[:8] + VIRUS[8:]), name)


def download(client, person, version):
    client.force_login(person)
    response = client.get(version.get_absolute_url())
    read(response)
    return response


def kept(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_clean_file_is_scanned_whole_before_it_is_kept(clamd, client, contract, owner):
    version = a_document(contract).current
    assert clamd.seen == [PDF]
    assert (version.scan, version.scanned_at.date()) == (Version.Scan.CLEAN, TODAY)
    assert download(client, owner, version).status_code == 200


def test_a_large_file_goes_through_in_pieces(clamd):
    content = b"x" * (3 * scanner.CHUNK + 1)
    assert scanner.scan(upload(content).file) == ""
    assert clamd.seen == [content]


def test_an_infected_file_is_refused_and_not_kept(clamd, contract, settings):
    with pytest.raises(files.Infected, match="Test-Signature. It was not kept"):
        a_document(contract, file=infected())
    assert not Document.objects.exists()
    assert not kept(settings)


def test_the_page_says_what_the_scanner_found(clamd, client, contract, owner):
    client.force_login(owner)
    response = client.post(
        reverse("documents:add", args=[contract.pk]),
        {
            "kind": "plan", "title": "Plan", "publication": "no", "file": infected(),
            "effective_on_day": "1", "effective_on_month": "4", "effective_on_year": "2026",
        },
    )  # fmt: skip
    page = response.content.decode()
    assert "The virus scanner refused this file: Test-Signature" in page
    assert 'href="#id_file"' in page
    assert 'value="Plan"' in page


def test_while_the_scanner_is_away_the_file_waits(scanner_away, client, contract, owner):
    version = a_document(contract).current
    assert version.scan == Version.Scan.UNSCANNED
    response = download(client, owner, version)
    assert response.status_code == 302
    page = client.get(reverse("documents:contract", args=[contract.pk])).content.decode()
    assert "Waiting for the virus scanner" in page
    assert version.get_absolute_url() not in page
    assert actions.scan_waiting() == 0


def test_a_waiting_file_is_let_go_once_the_scanner_is_back(
    clamd, client, contract, owner, settings
):
    there, settings.SCANNER_URL = settings.SCANNER_URL, "tcp://127.0.0.1:1"
    version = a_document(contract).current
    settings.SCANNER_URL = there
    tasks.scan_waiting.delay()
    version.refresh_from_db()
    assert version.scan == Version.Scan.CLEAN
    assert version.history.count() == 1
    assert download(client, owner, version).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_waiting_file_that_is_infected_goes_and_the_version_before_counts(
    clamd, client, contract, owner, settings
):
    document = a_document(contract)
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    wrong = a_version(document, file=infected())
    settings.SCANNER_URL = there
    assert actions.scan_waiting() == 1
    wrong.refresh_from_db()
    document.refresh_from_db()
    assert (wrong.scan, wrong.file.name, wrong.withdrawn_on) == (Version.Scan.REFUSED, "", TODAY)
    assert "Test-Signature" in wrong.withdrawn_reason
    assert document.current.number == 1
    assert len(kept(settings)) == 1
    assert wrong.history.first().history_user is None
    assert download(client, owner, wrong).status_code == 302
    page = client.get(document.get_absolute_url()).content.decode()
    assert "Refused by the virus scanner" in page


def test_an_only_version_that_is_infected_takes_its_document_along(clamd, contract, settings):
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    document = a_document(contract, file=infected())
    settings.SCANNER_URL = there
    actions.scan_waiting()
    document.refresh_from_db()
    assert document.withdrawn_on == TODAY
    assert "Test-Signature" in document.withdrawn_reason
    with pytest.raises(actions.Withdrawn):
        actions.bring_back(
            document=document, by=contract.oco, reason="Please", seen=document.version
        )


def test_a_file_that_the_scanner_cannot_take_does_not_keep_the_others_waiting(
    clamd, contract, settings
):
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    a_document(contract)
    settings.SCANNER_URL = there
    clamd.answer = TOO_LONG
    assert actions.scan_waiting() == 0
    assert Version.objects.get().scan == Version.Scan.UNSCANNED
    with pytest.raises(scanner.NoVerdict, match="size limit"):
        scanner.scan(upload().file)


def test_a_file_that_is_missing_does_not_keep_the_others_waiting(clamd, contract, settings):
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    lost, other = a_document(contract), a_document(contract, title="Other")
    settings.SCANNER_URL = there
    lost.current.file.storage.delete(lost.current.file.name)
    assert actions.scan_waiting() == 1
    other.current.refresh_from_db()
    assert other.current.scan == Version.Scan.CLEAN


def test_a_file_on_which_the_scanner_hangs_up_does_not_keep_the_others_waiting(
    clamd, contract, settings
):
    """Above its limit clamd stops reading; over TCP that breaks the connection before the answer comes."""
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    large, other = a_document(contract), a_document(contract, title="Other")
    settings.SCANNER_URL = there
    clamd.hangs_up = 1
    assert actions.scan_waiting() == 1
    large.current.refresh_from_db()
    other.current.refresh_from_db()
    assert (large.current.scan, other.current.scan) == (Version.Scan.UNSCANNED, Version.Scan.CLEAN)
    assert large.current.scan_in_words == "No answer from the virus scanner"
    clamd.hangs_up = 1
    with pytest.raises(scanner.NoVerdict):
        scanner.scan(upload().file)


def test_what_was_asked_about_in_vain_comes_last_the_next_time(
    clamd, contract, settings, monkeypatch
):
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    _large, other = a_document(contract), a_document(contract, title="Other")
    settings.SCANNER_URL = there
    monkeypatch.setattr(actions, "SCANNED_AT_ONCE", 1)
    clamd.hangs_up = 1
    assert [actions.scan_waiting(), actions.scan_waiting()] == [0, 1]
    other.current.refresh_from_db()
    assert other.current.scan == Version.Scan.CLEAN


def test_a_scanner_that_hangs_up_on_everything_is_left_alone_until_the_next_time(
    clamd, contract, settings, monkeypatch
):
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    for number in range(4):
        a_document(contract, title=f"Paper {number}")
    settings.SCANNER_URL = there
    monkeypatch.setattr(actions, "MOST_IN_VAIN", 2)
    clamd.hangs_up = 9
    assert actions.scan_waiting() == 0
    assert clamd.hangs_up == 7


def test_who_withdrew_a_file_stays_named_when_it_is_refused_later(clamd, contract, owner, settings):
    document = a_document(contract)
    there, settings.SCANNER_URL = settings.SCANNER_URL, ""
    wrong = a_version(document, file=infected())
    document.refresh_from_db()
    actions.withdraw_version(version=wrong, by=owner, reason="Wrong file", seen=document.version)
    settings.SCANNER_URL = there
    actions.scan_waiting()
    wrong.refresh_from_db()
    assert (wrong.scan, wrong.withdrawn_by, wrong.withdrawn_reason) == (
        Version.Scan.REFUSED, owner, "Wrong file",
    )  # fmt: skip


@pytest.mark.parametrize("url", ["nonsense", "tcp://127.0.0.1:99999", "tcp://nowhere", "unix://"])
def test_an_address_that_is_none_is_a_scanner_that_is_away(settings, url):
    settings.SCANNER_URL = url
    with pytest.raises(scanner.Away):
        scanner.scan(upload().file)


def test_without_a_scanner_the_page_says_so_plainly(client, contract, owner, settings):
    settings.SCANNER_URL = ""
    document = a_document(contract, effective_on=date(2026, 1, 1))
    client.force_login(owner)
    for address in (reverse("documents:contract", args=[contract.pk]), document.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "Files are not scanned for viruses here" in page
        assert "Not scanned" in page
    assert download(client, owner, document.current).status_code == 200
    assert actions.scan_waiting() == 0
