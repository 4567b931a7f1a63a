"""An import in a real browser, wide and narrow: four steps, no faults for a screen reader."""

import pytest

from contracts.models import Contract
from tests.factories import BusinessUnitFactory, ContractFactory, SupplierFactory, person_with

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

REGISTER = """Reference,Title,Supplier,Directorate,Start date,End date,Value,Comment
C-1,Lift maintenance,Acme,Housing,01/04/2025,31/03/2028,"£1,250,000.00",Renewed once
C-2,Roofs,Bolt plc; Crown Ltd,Parks,2025-04-17T00:00:00+01:00,16/04/2027,80000,
C-3,Doors,Bolt plc,Parks,Oct 17,soon,TBC,
C-9,Iron gates,,Housing,,30/06/2027,7000,
"""


@pytest.fixture
def procurement(sign_in):
    person = person_with("procurement", name="Pat Rowe")
    sign_in(person)
    return person


@pytest.fixture
def press(page):
    """Press a button or follow a link, and wait for the page it leads to."""

    def press(name, role="button"):
        with page.expect_navigation():
            page.get_by_role(role, name=name).last.click()

    return press


@pytest.fixture
def look(page, axe):
    def look():
        axe()
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) <= 0, page.url

    return look


def test_a_register_comes_in_and_is_taken_back(
    page, live_server, procurement, width, look, press, tmp_path
):
    housing = BusinessUnitFactory(name="Housing")
    SupplierFactory(name="Acme Ltd")
    ContractFactory(reference="C-9", title="Gates", unit=housing, value=6000, supplier=None)
    path = tmp_path / "register.csv"
    path.write_text(REGISTER)

    page.goto(live_server.url + "/contracts/import/")
    look()
    press("Import a register")
    press("Continue")
    look()
    page.get_by_role("link", name="Choose the spreadsheet").click()
    assert page.evaluate("document.activeElement.id") == "id_file"
    page.get_by_label("Spreadsheet").set_input_files(path)
    press("Continue")

    look()
    assert page.get_by_label("“Directorate” is").input_value() == "unit"
    press("Check the rows")

    look()
    press("Continue")
    page.get_by_role("link", name="Answer: Is “Acme” a supplier you have?").click()
    assert page.evaluate("document.activeElement.type") == "radio"
    look()
    page.get_by_label("Parks").select_option("Add it as a new business unit")
    page.get_by_label("Yes, the same as Acme Ltd").check()
    press("Continue")

    look()
    assert "does not say which day" in page.text_content("main")
    for tab in ("Changed", "New", "The same"):
        press(tab, "link")
        look()
    press("Import the 3 good rows only")

    look()
    assert "2 contracts added, 1 changed" in page.text_content("main")
    assert Contract.objects.get(reference="C-1").supplier.name == "Acme Ltd"
    press("Undo this import")
    look()
    press("Undo the import")
    look()
    assert Contract.objects.get().title == "Gates"
