"""Two suppliers become one, and a year's spend is recorded, in a real browser at a desk and on a phone."""

from datetime import date
from decimal import Decimal

import pytest

from suppliers import duplicates
from suppliers.models import Supplier, SupplierContact
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.factories import SupplierContactFactory, SupplierSpendFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_procurement_unit_finds_a_double_and_merges_it(page, live_server, sign_in, axe, width):
    stays = SupplierFactory(name="Hollinbrook Homecare Ltd", company_number="99012086")
    goes = SupplierFactory(name="Hollinbrook Home Care", is_sme=True)
    ContractFactory(supplier=goes, title="Home care")
    SupplierContactFactory(supplier=goes, name="Nadia Rook")
    SupplierSpendFactory(supplier=stays, year=2025, amount=70)
    SupplierSpendFactory(supplier=goes, year=2025, amount=30)
    duplicates.search()
    sign_in(person_with("procurement"))

    page.goto(f"{live_server.url}/suppliers/duplicates/")
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("link", name="Compare").click()
    page.get_by_role("heading", name="Are these one supplier?").wait_for()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="See what will move").click()
    page.get_by_role("link", name="Enter the reason").click()
    assert page.evaluate("document.activeElement.id") == "id_reason"
    axe()
    page.get_by_label("How do you know that they are one?").fill("Same registered office")
    page.get_by_label("£100").check()
    page.get_by_role("button", name="See what will move").click()
    page.get_by_text("1 contract it leads").wait_for()
    page.get_by_text("1 contact", exact=True).wait_for()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Merge the two").click()
    page.get_by_text("Hollinbrook Home Care is now part of Hollinbrook Homecare Ltd.").wait_for()
    page.get_by_text("Nadia Rook").wait_for()
    axe()
    stays.refresh_from_db()
    assert (stays.is_sme, stays.spend.get().amount) == (True, Decimal(100))

    page.goto(live_server.url + goes.get_absolute_url())
    page.get_by_text("was merged into").wait_for()
    page.get_by_label("Sections of this supplier").get_by_role("link", name="History").click()
    page.get_by_text("Same registered office").first.wait_for()
    axe()


def test_several_years_are_typed_mended_and_seen_as_a_picture(
    page, live_server, sign_in, axe, width
):
    supplier = SupplierFactory(name="Acme Ltd")
    ContractFactory(supplier=supplier, annual_value=Decimal(900), commences_on=date(2024, 4, 1))
    sign_in(person_with("procurement"))
    page.goto(f"{live_server.url}/suppliers/{supplier.pk}/spend/record/")
    page.get_by_label("Amount: 2025/26", exact=True).fill("£1,250")
    page.get_by_label("Amount: 2024/25", exact=True).fill("lots")
    page.get_by_text("Paste years from a spreadsheet").first.click()
    page.locator("#id_pasted").fill("Year\tSpend\n2023/24\t900\n2022/23\tmany")
    page.get_by_role("button", name="Save spend").click()
    summary = page.locator(".govuk-error-summary")
    summary.get_by_role("link", name="Line 3: Amount must be").wait_for()
    summary.get_by_role("link", name="2024/25: amount must be").click()
    assert page.evaluate("document.activeElement.id") == "id_y2024-GBP-amount"
    assert page.get_by_label("Amount: 2025/26", exact=True).input_value() == "£1,250"
    axe()
    assert no_sideways_scroll(page)
    page.get_by_label("Amount: 2024/25", exact=True).fill("1000")
    page.locator("#id_pasted").fill("2023/24\t900\n2022/23\t800")
    page.get_by_role("button", name="Save spend").click()
    page.get_by_text("4 years recorded.").wait_for()
    page.get_by_text("In 2025/26 £1,250 was spent").wait_for()
    assert page.get_by_role("img").get_attribute("aria-label").startswith("Spend and agreed")
    axe()
    assert no_sideways_scroll(page)


def test_an_owner_adds_whom_to_ask_and_retires_who_has_left(page, live_server, sign_in, axe, width):
    owner = UserFactory()
    supplier = ContractFactory(oco=owner).supplier
    SupplierContactFactory(supplier=supplier, name="Barnaby Cole")
    sign_in(owner)
    page.goto(f"{live_server.url}/suppliers/{supplier.pk}/contacts/")
    page.get_by_role("link", name="Add a senior contact").click()
    page.get_by_role("button", name="Add contact").click()
    page.get_by_role("link", name="Enter a name, an e-mail address or a telephone number").click()
    axe()
    page.get_by_label("Name").fill("Oscar Whitlow")
    page.get_by_role("button", name="Add contact").click()
    page.get_by_text("Oscar Whitlow added.").wait_for()
    page.get_by_role("link", name="Retire Barnaby Cole").click()
    page.get_by_role("heading", name="Retire this contact").wait_for()
    axe()
    page.get_by_label("Reason").fill("Left the firm")
    page.get_by_role("button", name="Retire this contact").click()
    page.get_by_text("1 retired contact").click()
    axe()
    assert no_sideways_scroll(page)
    senior = SupplierContact.objects.get(name="Oscar Whitlow")
    assert (senior.level, Supplier.objects.get().contacts.active().get()) == ("senior", senior)
