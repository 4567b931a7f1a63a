"""A contract on its way to Live in a browser: refused, mended, moved; and moved by an SRO all the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from contracts.models import Contract
from contracts.stages.models import StageMove
from tests.factories import ContractFactory, SupplierFactory, UserFactory

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def contract():
    today = timezone.localdate()
    return ContractFactory(
        title="Lift maintenance", stage="mobilisation", supplier=None, tier="gold", value=5, signed_on=today,
        commences_on=today, ends_on=today + timedelta(days=90), oco=UserFactory(), sro=UserFactory(),
    )  # fmt: skip


def sideways(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def test_an_owner_mends_what_is_missing_and_moves_the_contract_on(
    page, live_server, sign_in, contract, width, axe
):
    SupplierFactory(name="Updraught Ltd")
    sign_in(contract.oco)
    page.goto(f"{live_server.url}/contracts/{contract.pk}/")
    page.get_by_role("link", name="Move to Live").click()
    axe()
    assert sideways(page) <= 0
    page.get_by_role("link", name="Name the lead supplier").click()
    assert page.evaluate("location.hash") == "#id_supplier"
    page.get_by_label("Lead supplier").fill("Updraught Ltd")
    page.get_by_role("button", name="Save contract").click()
    page.get_by_role("link", name="Open stage").click()
    axe()
    assert sideways(page) <= 0
    page.get_by_role("link", name="Move to Live").click()
    page.get_by_label("Day").fill("99")
    page.get_by_role("button", name="Move to Live").click()
    assert page.title().startswith("Error: ")
    axe()
    page.get_by_role("link", name="On which day?").click()
    page.get_by_label("Day").fill(str(timezone.localdate().day))
    page.get_by_role("button", name="Move to Live").click()
    assert "is now live" in page.locator("main").inner_text()
    assert Contract.objects.get().stage == "live"


def test_an_sro_moves_it_all_the_same_with_a_reason(
    page, live_server, sign_in, contract, width, axe
):
    sign_in(contract.sro)
    page.goto(f"{live_server.url}/contracts/{contract.pk}/stage/")
    axe()
    page.get_by_role("link", name="Move to Live all the same").click()
    page.get_by_label("Move it on although this is missing").check()
    page.get_by_label("Why?").fill("The supplier is named on Friday")
    page.get_by_role("button", name="Move to Live all the same").click()
    assert "Moved on all the same" in page.locator("main").inner_text()
    axe()
    assert sideways(page) <= 0
    assert StageMove.objects.get().missing == "Name the lead supplier"
