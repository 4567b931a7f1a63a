"""The library, a workshop and the matrix in a real browser, at a desk and on a phone."""

import pytest

from risks import rules
from risks.models import Category, Matrix, RegisterReview, RiskTemplate
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.risks.factories import CategoryFactory, RiskFactory, TemplateFactory
from tests.risks.test_browser import looked_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nothing_of_the_house():
    """The first of these tests finds what the migrations wrote, the others do not."""
    RiskTemplate.objects.all().delete()
    Category.objects.all().delete()


@pytest.fixture
def contract():
    return ContractFactory(
        title="Waste collection", unit=BusinessUnitFactory(name="Environment"),
        oco=UserFactory(name="Olive Owner"),
    )  # fmt: skip


def test_an_owner_adds_from_the_library_and_holds_a_workshop(
    page, live_server, sign_in, axe, width, contract
):
    category = CategoryFactory(name="Operations")
    TemplateFactory(title="We are locked in", topic="Exit", category=category)
    RiskFactory(contract=contract, title="Lorries break down", owner=contract.oco)
    sign_in(contract.oco)
    page.goto(f"{live_server.url}/risks/library/")
    looked_at(page, axe)
    page.goto(f"{live_server.url}/risks/contract/{contract.pk}/")
    page.get_by_role("link", name="From the library").click()
    looked_at(page, axe)
    page.get_by_role("button", name="Add We are locked in").click()
    page.get_by_text("1 risk added.").wait_for()
    looked_at(page, axe)

    page.goto(f"{live_server.url}/risks/contract/{contract.pk}/")
    page.get_by_role("link", name="Workshop").click()
    looked_at(page, axe)
    page.get_by_label("How serious: Lorries break down").select_option("5")
    page.get_by_label("In one line: new risk 2").fill("Depot floods")
    page.get_by_label("Category: new risk 2").select_option(label="Operations")
    page.get_by_role("button", name="Save the workshop").click()
    summary = page.locator(".govuk-error-summary")
    assert summary.get_by_role("link").count() == 3
    looked_at(page, axe)
    summary.get_by_role("link", name="New risk 2: choose how likely it is").click()
    assert page.evaluate("document.activeElement.id") == "id_new-1-likelihood"
    page.get_by_label("How likely: new risk 2").select_option("2")
    page.get_by_label("How serious: new risk 2").select_option("4")
    page.get_by_label("Who took part?").fill("Olive and the supplier")
    page.get_by_role("button", name="More rows").click()
    page.get_by_label("In one line: new risk 10").wait_for()
    looked_at(page, axe)
    page.get_by_role("button", name="Save the workshop").click()
    page.get_by_text("1 risk looked at, 1 added").wait_for()
    scores = dict(contract.risks.values_list("title", "score"))
    assert scores == {"We are locked in": 9, "Lorries break down": 15, "Depot floods": 8}
    assert RegisterReview.objects.get().contract == contract


def test_the_procurement_unit_changes_the_matrix_and_an_appetite(
    page, live_server, sign_in, axe, width, contract
):
    category = CategoryFactory(name="Operations", appetite=12)
    RiskFactory(contract=contract, category=category, likelihood=3, impact=4)
    sign_in(person_with("procurement"))
    page.goto(f"{live_server.url}/risks/matrix/")
    looked_at(page, axe)
    page.get_by_role("link", name="Change the matrix").click()
    page.get_by_label("High from").fill("12")
    looked_at(page, axe)
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("link", name="Enter the reason").wait_for()
    page.get_by_label("Why does it change?").fill("Agreed by the board")
    page.get_by_role("button", name="See what would change").click()
    page.get_by_text("1 of 1 open risk would be of another band").wait_for()
    looked_at(page, axe)
    page.get_by_role("button", name="Save this matrix").click()
    page.get_by_text("The matrix is saved").wait_for()
    looked_at(page, axe)
    assert Matrix.objects.get().high == 12

    page.get_by_role("link", name="Categories and appetite").click()
    looked_at(page, axe)
    page.get_by_role("link", name="Operations").click()
    page.get_by_label("Highest score that we are ready to carry").fill("9")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("1 open risk would be above an appetite of 9").wait_for()
    looked_at(page, axe)
    page.get_by_role("button", name="Save with this appetite").click()
    page.get_by_text("1 open risk above its appetite").wait_for()
    category.refresh_from_db()
    assert category.appetite == 9
    assert rules.is_above_appetite(12, category.appetite)


def test_the_library_is_kept_in_a_form_without_faults(page, live_server, sign_in, axe, width):
    template = TemplateFactory(title="We are locked in")
    sign_in(person_with("procurement"))
    page.goto(f"{live_server.url}/risks/library/{template.pk}/")
    looked_at(page, axe)
    page.get_by_label("What may happen").first.fill("")
    page.get_by_role("button", name="Save").click()
    page.locator(".govuk-error-summary").wait_for()
    looked_at(page, axe)
