"""The register as people use it: in a browser, wide and narrow, and without faults for a screen reader."""

import pytest

from contracts.models import Contract
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def procurement(sign_in):
    person = person_with("procurement", name="Pat Rowe")
    sign_in(person)
    return person


def sideways(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def test_every_page_of_the_register_is_without_faults(page, live_server, procurement, width, axe):
    contract = ContractFactory(
        title="Waste collection", oco=UserFactory(), tier="gold", value=1_250_000
    )
    ContractFactory.create_batch(30)
    for path in (
        "/contracts/", "/contracts/?tier=gold&ends_from=nonsense", "/contracts/?q=nothing-fits",
        f"/contracts/{contract.pk}/", f"/contracts/{contract.pk}/edit/", f"/contracts/{contract.pk}/people/",
        f"/contracts/{contract.pk}/suppliers/", f"/contracts/{contract.pk}/history/", "/contracts/add/",
        "/suppliers/", f"/suppliers/{contract.supplier_id}/", "/suppliers/add/",
        f"/contracts/of-supplier/{contract.supplier_id}/", "/search/?q=waste",
    ):  # fmt: skip
        page.goto(live_server.url + path)
        axe()
        assert sideways(page) <= 0, path


def test_a_contract_is_added_put_right_and_found_again(page, live_server, procurement, width, axe):
    BusinessUnitFactory(name="Highways")
    SupplierFactory(name="Greenholt Ltd")
    page.goto(live_server.url + "/contracts/")
    page.get_by_role("link", name="Add a contract").click()
    page.get_by_label("Title").fill("Gully emptying")
    page.get_by_label("Lead supplier").fill("Greenholt")
    page.get_by_role("button", name="Add contract").click()
    assert page.title().startswith("Error: ")
    axe()
    page.get_by_role("link", name="No supplier is called “Greenholt”").click()
    assert page.evaluate("document.activeElement.id") == "id_supplier"
    page.keyboard.press("Control+A")
    page.keyboard.type("Greenholt Ltd")
    page.get_by_label("Business unit").select_option("Highways")
    page.get_by_role("button", name="Add contract").click()
    assert "added to the register" in page.locator("main").inner_text()
    reference = Contract.objects.get().reference
    if width < 500:
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("searchbox").first.fill(reference)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/contracts/{Contract.objects.get().pk}/")


def test_the_register_works_without_javascript(browser, live_server, client, settings):
    person = person_with("procurement")
    ContractFactory(title="Waste collection", tier="gold")
    ContractFactory(title="Managed print")
    client.force_login(person)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + "/contracts/")
    assert page.get_by_role("link", name="Suppliers").is_visible()  # the menu is open
    page.get_by_text("Filter", exact=True).first.click()
    page.get_by_label("Gold").check()
    page.get_by_role("button", name="Apply filters").click()
    assert page.locator("tbody tr").count() == 1
    context.close()
