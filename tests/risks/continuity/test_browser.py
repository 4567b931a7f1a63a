"""From a plan on paper to one that was tried out, and from a requirement to a risk, in a real browser."""

from datetime import date

import pytest

from risks.continuity.models import ComplianceCheck, Plan
from tests.factories import ContractFactory, UserFactory
from tests.risks.continuity.factories import SupplierPlanFactory
from tests.risks.factories import RiskFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 27)


@pytest.fixture
def contract(time_machine):
    time_machine.move_to(f"{TODAY} 12:00:00+00:00")
    return ContractFactory(title="Waste collection", tier="gold", oco=UserFactory(name="Olive Owner"))  # fmt: skip


def looked_at(page, axe):
    axe()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def fill_date(page, name, day, month, year):
    for part, value in zip(("day", "month", "year"), (day, month, year), strict=True):
        page.locator(f"[name={name}_{part}]").fill(str(value))


def test_an_owner_adds_a_plan_tests_it_and_retires_it(
    page, live_server, sign_in, axe, width, contract
):
    sign_in(contract.oco)
    page.goto(f"{live_server.url}/risks/continuity/contract/{contract.pk}/")
    looked_at(page, axe)

    page.get_by_role("link", name="Add the plan").click()
    page.get_by_label("Recovery time objective").fill("4")
    page.get_by_role("button", name="Add plan").click()
    summary = page.locator(".govuk-error-summary")
    summary.get_by_role("link", name="Choose hours or days").click()
    assert page.evaluate("document.activeElement.name") == "rto_unit"
    looked_at(page, axe)
    page.get_by_label("Business continuity plan").check()
    page.get_by_label("Title").fill("Collections go on")
    page.locator("[name=rto_unit][value=hours]").check()
    page.get_by_role("button", name="Add plan").click()
    page.get_by_text("Nobody has tried this plan out").wait_for()
    looked_at(page, axe)

    page.get_by_role("link", name="Record a test").click()
    page.get_by_label("Live test").check()
    page.get_by_label("Passed with findings").check()
    page.get_by_label("Time it took to recover").fill("6")
    page.locator("[name=reached_unit][value=hours]").check()
    page.get_by_label("What it showed").fill("Crews had no keys")
    looked_at(page, axe)
    page.get_by_role("button", name="Record the test").click()
    page.get_by_text("longer than the 4 hours of the plan").wait_for()
    looked_at(page, axe)

    page.get_by_role("link", name="Retire it").click()
    page.get_by_label("Why does it no longer count?").fill("Replaced")
    looked_at(page, axe)
    page.get_by_role("button", name="Retire this plan").click()
    page.get_by_text("Retired on 27 November 2026: Replaced").wait_for()
    assert Plan.objects.get().test_result == "findings"


def test_an_owner_follows_a_requirement_up_until_it_is_met(
    page, live_server, sign_in, axe, width, contract
):
    RiskFactory(contract=contract, title="Data is seen")
    SupplierPlanFactory(supplier=contract.supplier)
    sign_in(contract.oco)
    page.goto(f"{live_server.url}/risks/continuity/contract/{contract.pk}/")
    page.get_by_role("link", name="Add a requirement").click()
    looked_at(page, axe)
    page.get_by_label("Data security").check()
    page.get_by_label("What is required").fill("Locks on telephones")
    page.get_by_label("Does not comply").check()
    fill_date(page, "checked_on", 20, 11, 2026)
    fill_date(page, "next_on", 20, 12, 2026)
    page.get_by_label("What is done about it").fill("Locks are ordered")
    page.get_by_label("Risk in the register").select_option(label="Data is seen")
    page.get_by_role("button", name="Add requirement").click()
    page.get_by_role("link", name="Data is seen").wait_for()
    looked_at(page, axe)

    page.get_by_role("link", name="Check or renew").click()
    page.get_by_label("Complies", exact=True).check()
    page.get_by_label("What shows it").fill("Seen on ten telephones")
    page.get_by_role("button", name="Save the check").click()
    page.get_by_role("heading", name="Other checks of the same").wait_for()
    looked_at(page, axe)
    assert [check.state for check in ComplianceCheck.objects.order_by("pk")] == ["replaced", "valid"]  # fmt: skip

    for address in ("", "checks/", f"supplier/{contract.supplier_id}/"):
        page.goto(f"{live_server.url}/risks/continuity/{address}")
        looked_at(page, axe)
