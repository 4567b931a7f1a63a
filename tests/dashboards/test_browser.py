"""The first pages in a browser: readable, reachable and within the width of the screen."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.dashboards.factories import rated
from tests.factories import BusinessUnitFactory, ContractFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def everybody():
    """Somebody who has every first page, with contracts in several states on each."""
    unit, person = BusinessUnitFactory(), UserFactory()
    today = timezone.localdate()
    for role in ("auditor", "administrator"):
        MembershipFactory(user=person, role=role, unit=None)
    for people in ({"oco": person, "sro": UserFactory()}, {"oco": UserFactory(), "sro": person}):
        for days in (-60, 10, 70, 400):
            end = today + timedelta(days=days)
            contract = ContractFactory(unit=unit, tier="gold", ends_on=end, review_on=end, **people)
            rated(contract, "good", "inadequate", "requires_improvement", None)
        ContractFactory(unit=unit, **people)
    return person


@pytest.mark.parametrize("name", ["work", "overview", "portfolio", "ratings", "setup"])
def test_pages_can_be_read_by_everybody(page, live_server, sign_in, axe, width, everybody, name):
    sign_in(everybody)
    page.goto(live_server.url + reverse(f"dashboards:{name}"))
    axe()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_units_and_nobody_can_be_read_by_everybody(page, live_server, sign_in, axe, width):
    unit = BusinessUnitFactory()
    rated(ContractFactory(unit=unit), "good")
    sign_in(MembershipFactory(unit=unit, role="unit_contact").user)
    page.goto(live_server.url + "/")
    assert page.url.endswith("/units/")
    axe()
    sign_in(UserFactory())
    page.goto(live_server.url + "/")
    axe()


def test_what_is_overdue_opens_in_its_line(page, live_server, sign_in, axe, width, everybody):
    sign_in(everybody)
    page.goto(live_server.url + reverse("dashboards:overview"))
    line = page.locator(".app-lines tbody tr").first
    line.locator("summary").click()
    assert line.get_by_role("link", name="Contract is past its end").is_visible()
    axe()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_an_owner_logs_last_month_in_two_steps(page, live_server, sign_in):
    contract = ContractFactory(oco=UserFactory())
    rated(contract, None)
    sign_in(contract.oco)
    page.goto(live_server.url + "/")
    page.get_by_role("link", name="Log performance").last.click()
    assert page.get_by_text(contract.title).first.is_visible()


def test_a_figure_narrows_the_list_without_script(page, live_server, sign_in, browser):
    contract = ContractFactory(sro=UserFactory(), ends_on=timezone.localdate().replace(year=2020))
    ContractFactory(sro=contract.sro)
    sign_in(contract.sro)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=page.context.storage_state()
    )
    without_script = plain.new_page()
    without_script.goto(live_server.url + "/overview/")
    without_script.get_by_role("link", name="past their end").click()
    assert without_script.locator("tbody tr").count() == 1
    plain.close()
