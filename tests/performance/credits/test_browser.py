"""From a failure to a claim in a real browser, at a desk and on a phone."""

from datetime import date
from decimal import Decimal

import pytest

from performance.credits.models import Charge, Credit
from tests.factories import ContractFactory, UserFactory
from tests.performance.credits.factories import PointsFactory
from tests.performance.factories import ReadingFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 27)


@pytest.fixture
def contract(time_machine):
    time_machine.move_to(f"{TODAY} 12:00:00+00:00")
    contract = ContractFactory(title="Waste collection", oco=UserFactory(name="Olive Owner"))
    kpi = PointsFactory(contract=contract, name="Rounds finished")
    for month, value in ((9, "98.4"), (10, "96.5")):
        ReadingFactory(indicator=kpi, period_start=date(2026, month, 1), value=Decimal(value))
    return contract


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def looked_at(page, axe):
    axe()
    assert no_sideways_scroll(page)


def test_an_owner_sets_a_regime_records_charges_and_claims_what_is_due(
    page, live_server, sign_in, axe, width, contract
):
    sign_in(contract.oco)
    page.goto(f"{live_server.url}/performance/credits/contract/{contract.pk}/")
    looked_at(page, axe)

    page.get_by_role("link", name="Set the regime").click()
    page.get_by_role("button", name="Save the regime").click()
    summary = page.locator(".govuk-error-summary")
    summary.get_by_role("link", name="Enter how many per cent of the charge a point costs").click()
    assert page.evaluate("document.activeElement.id") == "id_rate"
    for name, number in (("Day", "1"), ("Month", "9"), ("Year", "2026")):
        page.get_by_label(name, exact=True).fill(number)
    page.get_by_label("Rate for each point").fill("0.5")
    page.get_by_label("Repeat factor").fill("2")
    page.get_by_label("To be claimed within").fill("60")
    looked_at(page, axe)
    page.get_by_role("button", name="Save the regime").click()
    page.get_by_text("Cannot be computed").first.wait_for()

    page.get_by_role("link", name="Record charges").click()
    page.get_by_label("Charge: September 2026").fill("£200,000")
    page.get_by_label("Charge: October 2026").fill("two hundred")
    page.get_by_label("Source: August 2026").fill("Invoice 8")
    page.get_by_role("button", name="Save charges").click()
    summary.wait_for()
    assert [link.inner_text() for link in summary.get_by_role("link").all()] == [
        "August 2026: enter the charge",
        "October 2026: charge must be an amount of money, like 1250000 or £1,250,000",
    ]
    assert page.get_by_label("Charge: September 2026").input_value() == "£200,000"
    assert not Charge.objects.exists()
    looked_at(page, axe)
    page.get_by_label("Source: August 2026").fill("")
    page.get_by_label("Charge: October 2026").fill("200000")
    page.get_by_role("button", name="Save charges").click()
    page.get_by_text("2 charges recorded").wait_for()
    looked_at(page, axe)

    page.get_by_role("link", name="October 2026", exact=True).click()
    page.get_by_text("6 points × 0.5% × £200,000 for October 2026").wait_for()
    looked_at(page, axe)
    page.get_by_role("link", name="Record the claim").click()
    looked_at(page, axe)
    page.get_by_role("button", name="Record the claim").click()
    page.get_by_text("Claim recorded").wait_for()
    found = Credit.objects.get(month=date(2026, 10, 1))
    assert (found.state, found.amount) == ("claimed", 6000)
