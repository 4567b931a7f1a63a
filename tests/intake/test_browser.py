"""KPIs from a spreadsheet in a real browser, wide and narrow, without a fault for a screen reader."""

import pytest

from tests.factories import ContractFactory, UserFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SHEET = """KPI,Unit,Direction,Target,Frequency,Start date
Calls answered,%,Higher is better,95,Monthly,01/04/2026
Bins missed,,upwards,many,Monthly,soon
"""


def test_an_owner_brings_kpis_and_takes_the_good_rows(
    page, live_server, sign_in, axe, width, tmp_path
):
    owner = UserFactory(name="Olive Owner")
    contract = ContractFactory(title="Waste collection", oco=owner)
    path = tmp_path / "kpis.csv"
    path.write_text(SHEET)
    sign_in(owner)

    page.goto(f"{live_server.url}/performance/contract/{contract.pk}/")
    page.get_by_role("link", name="Import KPIs from a spreadsheet").click()
    axe()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Choose the spreadsheet").click()
    assert page.evaluate("document.activeElement.id") == "id_file"
    axe()
    page.locator("#id_file").set_input_files(path)
    page.get_by_role("button", name="Continue").click()
    axe()
    page.get_by_role("button", name="Check the rows").click()
    axe()
    assert page.get_by_text("“soon” is not a date").is_visible()
    page.get_by_role("link", name="New (1)").click()
    axe()
    page.get_by_role("button", name="Import the 1 good row only").click()
    axe()
    assert page.get_by_text("1 added, 0 changed, 0 the same").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert [kpi.name for kpi in contract.indicators.all()] == ["Calls answered"]
