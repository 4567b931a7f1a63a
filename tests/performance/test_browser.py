"""Month end in a real browser, at a desk and on a phone."""

from datetime import date
from decimal import Decimal

import pytest

from performance.models import Reading
from tests.factories import ContractFactory, UserFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 2)


@pytest.fixture
def kpis(time_machine):
    time_machine.move_to(TODAY)
    owner = UserFactory(name="Olive Owner")
    waste = ContractFactory(title="Waste collection", oco=owner)
    roads = ContractFactory(title="Roads", deputy=owner)
    found = [
        IndicatorFactory(
            contract=waste, name="Missed bins", unit="", direction="lower", target=Decimal(40)
        ),
        IndicatorFactory(contract=waste, name="Calls answered", starts_on=date(2026, 7, 1)),
        IndicatorFactory(contract=roads, name="Potholes mended"),
    ]
    for month in (7, 8):
        ReadingFactory(
            indicator=found[1], period_start=date(2026, month, 1), value=Decimal(90 + month)
        )
    return owner, found


def box(page, name, column="Value"):
    return page.get_by_label(f"{column}: {name}, October 2026", exact=True)


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_owner_logs_a_month_mends_a_slip_and_sees_the_ratings(
    page, live_server, sign_in, axe, width, kpis
):
    owner, (bins, calls, _) = kpis
    sign_in(owner)
    page.goto(f"{live_server.url}/performance/log/?month=2026-10")
    axe()
    assert no_sideways_scroll(page)

    box(page, "Calls answered").fill("98.5%")
    box(page, "Missed bins").fill("forty")
    box(page, "Potholes mended", "Why not reported").fill("The survey van was off the road")
    page.get_by_role("button", name="Save readings").click()

    summary = page.locator(".govuk-error-summary")
    summary.get_by_role("link", name="Missed bins: value must be a number").click()
    assert page.evaluate("document.activeElement.id") == f"id_kpi-{bins.pk}-value"
    assert box(page, "Calls answered").input_value() == "98.5%"
    assert not Reading.objects.filter(period_start=date(2026, 10, 1)).exists()
    axe()

    box(page, "Missed bins").fill("40")
    page.get_by_role("button", name="Save readings").click()
    page.get_by_text(
        "3 readings recorded: 1 Good, 1 Approaching target, 1 Not reported."
    ).wait_for()
    row = page.get_by_role("row").filter(has_text="Calls answered")
    row.get_by_text("Approaching target").wait_for()
    row.get_by_text("Amend").click()
    axe()

    page.goto(live_server.url + calls.get_absolute_url())
    page.get_by_text("Not reported in 1 month").first.wait_for()
    page.get_by_text("Show this chart as a table").click()
    axe()
    assert no_sideways_scroll(page)


def test_the_month_can_be_logged_without_javascript(browser, live_server, sign_in, page, kpis):
    owner, (bins, *_) = kpis
    sign_in(owner)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{live_server.url}/performance/log/?month=2026-10")
    box(plain, "Missed bins").fill("12")
    plain.get_by_role("button", name="Save readings").click()
    plain.get_by_text("1 reading recorded: 1 Good.").wait_for()
    context.close()
    assert Reading.objects.get(indicator=bins).value == 12


def test_a_contracts_performance_and_its_forms_have_no_fault(
    page, live_server, sign_in, axe, width, kpis
):
    owner, (bins, calls, _) = kpis
    sign_in(owner)
    contract = calls.contract_id
    for address in (
        f"/performance/contract/{contract}/",
        f"/performance/contract/{contract}/add/",
        f"/performance/{calls.pk}/edit/",
        f"/performance/{bins.pk}/retire/",
    ):
        page.goto(live_server.url + address)
        axe()
        assert no_sideways_scroll(page), address


@pytest.fixture
def thirty(time_machine):
    """Five contracts of one owner with six KPIs each; all wait for October 2026."""
    time_machine.move_to(TODAY)
    owner = UserFactory(name="Olive Owner")
    contracts = [ContractFactory(title=f"Contract {letter}", oco=owner) for letter in "ABCDE"]
    return owner, [
        IndicatorFactory(contract=contract, name=f"{contract.title[-1]} KPI {number}")
        for contract in contracts
        for number in range(1, 7)
    ]


def test_thirty_readings_with_three_mistakes_in_one_save_lose_nothing(
    page, live_server, sign_in, axe, width, thirty
):
    owner, kpis = thirty
    sign_in(owner)
    page.goto(f"{live_server.url}/performance/log/?month=2026-10")
    typed = {kpi: f"{90 + place / 4:.2f}" for place, kpi in enumerate(kpis)}
    letters, twice, huge = kpis[3], kpis[14], kpis[29]
    typed |= {letters: "ninety-nine", huge: "1e30"}
    # As people who come from Excel do it: from box to box by the keyboard.
    page.get_by_role("link", name="Contract A", exact=True).focus()
    for place, kpi in enumerate(kpis):
        if place % 6 == 0:
            page.keyboard.press("Tab")  # over the contract's own link
        assert page.evaluate("document.activeElement.id") == f"id_kpi-{kpi.pk}-value"
        page.keyboard.type(typed[kpi])
        page.keyboard.press("Tab")
        if kpi == twice:
            page.keyboard.type("The meter was broken")
        page.keyboard.press("Tab")
        page.keyboard.type(f"Checked {kpi.name}")
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Save readings").click()

    mistakes = page.locator(".govuk-error-summary li")
    mistakes.first.wait_for()
    assert mistakes.count() == 3
    assert not Reading.objects.exists()
    axe()
    assert no_sideways_scroll(page)
    for kpi in kpis:
        assert box(page, kpi.name).input_value() == typed[kpi]
        assert box(page, kpi.name, "Comment").input_value() == f"Checked {kpi.name}"
    assert box(page, twice.name, "Why not reported").input_value() == "The meter was broken"

    for kpi, column, mended in (
        (letters, "value", "99"),
        (twice, "not_reported_reason", ""),
        (huge, "value", "98.5"),
    ):
        mistakes.get_by_role("link", name=kpi.name).click()
        assert page.evaluate("document.activeElement.id") == f"id_kpi-{kpi.pk}-{column}"
        page.keyboard.press("Control+A")
        page.keyboard.press("Delete")
        page.keyboard.type(mended)
    page.get_by_role("button", name="Save readings").click()
    page.get_by_text("30 readings recorded").wait_for()
    assert Reading.objects.count() == 30
    assert not Reading.objects.filter(value=None).exists()
    assert Reading.objects.get(indicator=kpis[29]).value == Decimal("98.5")
