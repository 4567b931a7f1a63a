"""Trends and roll-ups in a real browser, at a desk and on a phone."""

from datetime import date
from decimal import Decimal

import pytest

from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.performance.factories import DefinitionFactory, IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kpi(time_machine):
    """One that fell and whose target rose, with a month that was not reported."""
    time_machine.move_to(date(2026, 11, 20))
    contract = ContractFactory(
        title="Waste collection", oco=UserFactory(), tier="gold", supplier=SupplierFactory()
    )
    kpi = IndicatorFactory(contract=contract, name="Calls answered", reference="KPI 1")
    DefinitionFactory(indicator=kpi, from_on=date(2026, 4, 1), target=Decimal("99.5"))
    for number, value in enumerate([*[99, 98] * 6, None, *[92, 93] * 4]):
        ReadingFactory(
            indicator=kpi,
            period_start=date(2025 + (number + 1) // 12, (number + 1) % 12 + 1, 1),
            value=None if value is None else Decimal(value),
            not_reported_reason="" if value is not None else "No figures came",
        )
    IndicatorFactory(contract=contract, name="Never reported")
    ContractFactory(title="Not measured")
    return kpi


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_pages_have_no_fault_and_lead_from_a_figure_to_a_kpi(
    page, live_server, sign_in, axe, width, kpi
):
    sign_in(person_with("procurement"))
    for address in (
        "/performance/trends/?by=unit",
        "/performance/trends/?by=supplier",
        "/performance/trends/?by=quadrant",
        "/performance/trends/not-tracked/",
        f"/performance/trends/supplier/{kpi.contract.supplier_id}/",
        f"/performance/trends/contract/{kpi.contract_id}/",
    ):
        page.goto(live_server.url + address)
        axe()
        assert no_sideways_scroll(page), address

    page.goto(f"{live_server.url}/performance/trends/")
    axe()
    gold = page.get_by_role("row").filter(has_text="Gold")
    gold.get_by_role("link", name="1", exact=True).first.click()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("link", name="Calls answered").click()
    page.get_by_text("Something changed in March 2026").first.wait_for()
    for words in (
        "Show this chart as a table",
        "How this chart is worked out",
        "Compare with a year before",
    ):
        page.get_by_text(words).click()
    page.get_by_text("Outside the limits (worse)").first.wait_for()
    axe()
    assert no_sideways_scroll(page)


def test_trends_are_there_without_javascript(browser, live_server, sign_in, page, kpi):
    sign_in(kpi.contract.oco)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{live_server.url}/performance/contract/{kpi.contract_id}/")
    plain.get_by_role("link", name="Trends").click()
    for words in ("Something changed in March 2026", "No reading yet."):
        plain.get_by_role("paragraph").filter(has_text=words).wait_for()
    context.close()
