"""An option near its last day, in a real browser, at a desk and on a phone."""

from datetime import date as D

import pytest

from contracts.models import Contract
from contracts.terms.models import ExtensionOption
from tests.contracts.terms.factories import TermFactory
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner(time_machine):
    time_machine.move_to(D(2025, 12, 1))
    return UserFactory(name="Olive Owner")


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_owner_sees_the_next_date_asks_why_and_takes_the_option(
    page, live_server, sign_in, axe, width, owner
):
    contract = TermFactory(
        contract__oco=owner, options=(12, 12), notices=[{"kind": "extend", "amount": 3}]
    ).contract
    sign_in(owner)
    page.goto(live_server.url + contract.get_absolute_url())
    page.get_by_role("link", name="Open term").click()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_text("Why this date? Last day to take option 1").click()
    page.get_by_text("3 months before that is 31 December 2025.").first.wait_for()
    axe()
    page.get_by_role("link", name="Take option 1").first.click()
    page.get_by_text("The current end moves from 31 March 2026 to 31 March 2027.").wait_for()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Take option 1").click()
    page.locator(".govuk-error-summary").get_by_role("link", name="Enter the reason").click()
    assert page.evaluate("document.activeElement.id") == "id_reason"
    page.get_by_label("Why?").fill("Good service")
    page.get_by_role("button", name="Take option 1").click()
    page.get_by_text("Option 1 taken: the contract now ends on 31 March 2027.").wait_for()
    assert ExtensionOption.objects.get(number=1).state == "taken"
    assert Contract.objects.get().ends_on == D(2027, 3, 31)
    axe()


def test_the_term_is_recorded_in_one_field_and_the_end_is_asked_about(
    page, live_server, sign_in, axe, width, owner
):
    contract = ContractFactory(oco=owner, commences_on=D(2024, 4, 1), ends_on=D(2026, 6, 30))
    sign_in(owner)
    page.goto(f"{live_server.url}/contracts/{contract.pk}/term/set/")
    axe()
    page.get_by_label("Initial term and options").fill("2+1+1")
    page.get_by_role("button", name="Save the term").click()
    page.get_by_label("The end that is recorded: say why below").check()
    page.get_by_label("Why?").fill("Varied by deed")
    axe()
    page.get_by_role("button", name="Save the term").click()
    page.get_by_text("The reason: Varied by deed").wait_for()
    assert no_sideways_scroll(page)
    axe()
