"""The heat map in a real browser, at a desk and on a phone."""

from datetime import date

import pytest

from risks import actions
from risks.models import Category
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contract():
    """With risks of every band, and one above appetite."""
    contract = ContractFactory(title="Waste collection", tier="gold", oco=UserFactory())
    category = Category.objects.create(name="Weather", appetite=9)
    for number, at in enumerate(((1, 1), (2, 3), (3, 5), (5, 4), (4, 3), (4, 3))):
        actions.raise_risk(
            by=None, today=date(2026, 11, 20), contract=contract, accepted=True, category=category,
            title=f"It snows {number} times", likelihood=at[0], impact=at[1],
            inherent_likelihood=5, inherent_impact=5, review_on=date(2100, 1, 1),
        )  # fmt: skip
    return contract


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("role", ["viewer", "oco", "procurement"])
def test_the_heat_map_has_no_fault_and_its_cells_lead_to_risks(
    page, live_server, sign_in, axe, width, contract, role
):
    sign_in(
        contract.oco
        if role == "oco"
        else person_with(role, contract.unit if role == "viewer" else None)
    )
    for query in (
        "",
        "?by=tier&scored=target",
        "?by=supplier&scored=inherent",
        "?kind=opportunity",
    ):
        page.goto(f"{live_server.url}/risks/heat-map/{query}")
        axe()
        assert no_sideways_scroll(page), query
    page.goto(f"{live_server.url}/risks/heat-map/")
    page.get_by_text("Show the heat map as a table").click()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_label("Likely, Moderate: 2 risks, medium").first.click()
    page.get_by_role("link", name="It snows 4 times").wait_for()
    assert page.get_by_role("link", name="It snows 3 times").count() == 0


def test_a_cell_is_reached_and_opened_by_the_keyboard_without_javascript(
    browser, live_server, sign_in, page, contract
):
    sign_in(person_with("procurement"))
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{live_server.url}/risks/heat-map/")
    plain.get_by_label("Almost certain, Major: 1 risk, critical").first.focus()
    plain.keyboard.press("Enter")
    plain.get_by_role("link", name="It snows 3 times").wait_for()
    context.close()
