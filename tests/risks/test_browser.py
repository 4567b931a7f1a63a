"""A risk from putting it forward to the SRO's decision in a real browser, at a desk and on a phone."""

import pytest

from risks.models import Category, Risk
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.risks.factories import (
    ContingencyPlanFactory,
    ReferralFactory,
    RiskFactory,
    TreatmentFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contract():
    return ContractFactory(
        title="Waste collection", tier="gold", unit=BusinessUnitFactory(name="Environment"),
        oco=UserFactory(name="Olive Owner"), sro=UserFactory(name="Sally Senior"),
    )  # fmt: skip


def looked_at(page, axe):
    axe()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_colleague_puts_a_risk_forward_and_the_owner_takes_it_on_and_reviews_it(
    page, live_server, sign_in, axe, width, contract
):
    Category.objects.get_or_create(name="Operations")
    sign_in(person_with("viewer", contract.unit))
    page.goto(f"{live_server.url}/risks/contract/{contract.pk}/")
    looked_at(page, axe)
    page.get_by_role("link", name="Put a risk forward").click()
    page.get_by_role("button", name="Put it forward", exact=True).click()
    summary = page.locator(".govuk-error-summary")
    summary.get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id") == "id_title"
    page.get_by_label("What is it, in one line?").fill("Battery fires")
    page.get_by_label("What may happen, or has happened?").fill("A vehicle catches fire")
    page.get_by_label("Category").select_option(label="Operations")
    looked_at(page, axe)
    page.get_by_role("button", name="Put it forward", exact=True).click()
    page.get_by_text("The contract’s owner decides").wait_for()

    sign_in(contract.oco)
    page.goto(f"{live_server.url}/risks/contract/{contract.pk}/")
    page.get_by_role("link", name="Battery fires").click()
    looked_at(page, axe)
    page.get_by_role("link", name="Take it on", exact=True).click()
    page.get_by_label("How likely is it now?").select_option("4")
    page.get_by_label("How serious would it be?").select_option("3")
    looked_at(page, axe)
    page.get_by_role("button", name="Take it on").click()
    page.get_by_text("Taken on: it is open now").wait_for()

    page.get_by_role("link", name="Review", exact=True).click()
    page.get_by_label("How serious would it be?").select_option("5")
    looked_at(page, axe)
    page.get_by_role("button", name="Close this review").click()
    page.get_by_text("Up from 12").or_(page.get_by_text("up from 12")).first.wait_for()
    looked_at(page, axe)
    assert Risk.objects.get().score == 20


def test_the_sro_sees_what_waits_and_decides(page, live_server, sign_in, axe, width, contract):
    risk = RiskFactory(
        contract=contract, title="Supplier leaves the market", likelihood=5, impact=4
    )
    ReferralFactory(risk=risk)
    TreatmentFactory(risk=risk)
    ContingencyPlanFactory(risk=risk)
    sign_in(contract.sro)
    page.goto(f"{live_server.url}/risks/")
    looked_at(page, axe)
    page.get_by_role("link", name="Supplier leaves the market").click()
    looked_at(page, axe)
    page.get_by_role("link", name="Decide on this risk").click()
    page.get_by_role("button", name="Record the decision").click()
    page.locator(".govuk-error-summary").get_by_role(
        "link", name="Choose what you decide"
    ).wait_for()
    looked_at(page, axe)
    page.get_by_label("Do more about it").check()
    page.get_by_label("Why?").fill("Bring me a plan")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("The SRO decided: do more about it").wait_for()
