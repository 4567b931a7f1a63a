"""Papers in a real browser, at a desk and on a phone."""

from datetime import date

import pytest

from contracts.documents.models import Document
from tests.documents.factories import a_document, a_version
from tests.documents.files import PDF

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def look(page, axe):
    def look():
        axe()
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) <= 0, page.url

    return look


@pytest.fixture
def press(page):
    """Press a button or follow a link, and wait for the page it leads to."""

    def press(name, role="button"):
        with page.expect_navigation():
            page.get_by_role(role, name=name).last.click()

    return press


def fill_day(page, label, day, month, year):
    group = page.get_by_role("group", name=label)
    for box, value in (("Day", day), ("Month", month), ("Year", year)):
        group.get_by_label(box).fill(str(value))


def test_a_contract_is_filed_replaced_and_asked_about(
    page, live_server, sign_in, look, press, width, contract, owner, tmp_path
):
    good, bad = tmp_path / "signed.pdf", tmp_path / "page.pdf"
    good.write_bytes(PDF)
    bad.write_text("<html><script>alert(1)</script></html>")
    sign_in(owner)

    page.goto(f"{live_server.url}/contracts/{contract.pk}/")
    look()
    press("Add the signed contract, as a document", "link")
    look()
    page.get_by_label("File", exact=True).set_input_files(bad)
    page.get_by_label("Title").fill("")
    fill_day(page, "Takes effect on", 1, 4, 2026)
    press("Add document")

    look()
    page.get_by_role("link", name="The file is a web page or a script").click()
    assert page.evaluate("document.activeElement.id") == "id_file"
    page.get_by_label("File", exact=True).set_input_files(good)
    page.get_by_label("Title").fill("Signed contract")
    press("Add document")

    look()
    assert "Signed contract added." in page.text_content("main")
    page.get_by_text("Version 1, checksum").click()
    look()
    with page.expect_download() as download:
        page.get_by_role("link", name="signed.pdf (PDF, 1 KB)").first.click()
    assert download.value.suggested_filename == "signed.pdf"
    assert download.value.path().read_bytes() == PDF

    press("Signed contract", "link")
    look()
    press("Add a new version", "link")
    look()
    page.get_by_label("File of the new version").set_input_files(good)
    fill_day(page, "Takes effect on", 1, 6, 2026)
    page.get_by_label("What is new in it?").fill("Two more sites")
    press("Add this version")
    look()
    assert "Version 2 added. It is the current version." in page.text_content("main")

    page.goto(f"{live_server.url}/contracts/{contract.pk}/as-it-stands/")
    look()
    page.get_by_label("On another day").fill("1/5/2026")
    press("Show that day")
    look()
    assert "The contract on 1 May 2026" in page.text_content("main")
    assert "Version 1" in page.locator("main table").text_content()
    assert Document.objects.get().current.number == 2


def test_the_other_pages_have_no_fault(page, live_server, sign_in, look, width, contract, owner):
    document = a_document(
        contract, title="A rather long title for a schedule of rates and prices", number=3,
        confidential=True, review_on=date(2026, 1, 1), retain_until=date(2026, 2, 1),
    )  # fmt: skip
    a_version(document, note="Rates of 2026")
    first = document.versions.get(number=1)
    sign_in(owner)
    for address in (
        "/contracts/documents/",
        "/contracts/documents/?kind=plan",
        f"/contracts/{contract.pk}/documents/",
        f"/contracts/documents/{document.pk}/",
        f"/contracts/documents/{document.pk}/edit/",
        f"/contracts/documents/{document.pk}/withdraw/",
        f"/contracts/documents/version/{first.pk}/edit/",
        f"/contracts/documents/version/{first.pk}/make-current/",
        f"/contracts/documents/version/{first.pk}/withdraw/",
        f"/contracts/{contract.pk}/history/",
    ):
        page.goto(live_server.url + address)
        look()


def test_a_document_past_its_date_is_disposed_of(
    page, live_server, sign_in, look, press, width, contract, people
):
    document = a_document(contract, title="Signed contract", retain_until=date(2026, 2, 1))
    sign_in(people["procurement"])
    page.goto(f"{live_server.url}/contracts/documents/?retention=reached")
    look()
    press("Signed contract", "link")
    look()
    press("Dispose of it", "link")
    look()
    press("Destroy its files")
    look()
    page.get_by_role("link", name="Make sure that no claim").click()
    page.get_by_label("No claim, audit or request for information needs it").check()
    page.get_by_label("Reason").fill("Seven years after the end")
    press("Destroy its files")
    look()
    assert "Disposed of on" in page.text_content("main")
    page.goto(f"{live_server.url}/contracts/documents/?state=disposed_of")
    look()
    assert document.title in page.text_content("main table")
