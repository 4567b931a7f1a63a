"""From answers to a decision, and from a cut-off to what it would move, in a real browser."""

import pytest

from contracts.models import Contract
from contracts.tiering.models import Assessment, Questionnaire
from tests.contracts.tiering.factories import all_answered, assessed, house_questionnaire, proposed
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def procurement():
    return person_with("procurement", name="Pat Rowe")


@pytest.fixture
def contract():
    house_questionnaire()
    return ContractFactory(title="Waste collection", oco=UserFactory(name="Olive Owner"), value=90_000)  # fmt: skip


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def answer(page, *, leave_open=()):
    """The third answer to every question but these."""
    for question in Questionnaire.objects.current().questions.exclude(key__in=leave_open):
        page.get_by_role("group", name=question.text).get_by_label(
            f"2 – {question.answer_2}"
        ).check()


def test_an_owner_proposes_and_the_procurement_unit_decides(
    page, live_server, sign_in, axe, width, contract, procurement
):
    sign_in(contract.oco)
    page.goto(f"{live_server.url}/contracts/{contract.pk}/tiering/")
    axe()
    page.get_by_role("link", name="Assess this contract").click()
    axe()
    answer(page, leave_open=["data"])
    page.get_by_label("What should the Procurement Unit know?").fill("Busy in winter")
    page.get_by_role("button", name="See the result").click()
    page.locator(".govuk-error-summary").wait_for()
    assert page.title().startswith("Error: ")
    page.locator(".govuk-error-summary").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "id_q-data"
    assert page.get_by_label("What should the Procurement Unit know?").input_value() == "Busy in winter"  # fmt: skip
    axe()
    page.keyboard.press("Space")  # the lowest answer
    page.get_by_role("button", name="See the result").click()
    page.get_by_role("heading", name="The rules give Silver").wait_for()
    axe()
    assert no_sideways_scroll(page)
    assert not Assessment.objects.exists()
    page.get_by_role("button", name="Propose Silver").click()
    page.get_by_text("Silver proposed. The Procurement Unit decides.").wait_for()

    sign_in(procurement)
    page.goto(f"{live_server.url}/contracts/tiering/")
    axe()
    page.get_by_role("link", name="Waste collection").click()
    page.get_by_role("heading", name="Silver is proposed").wait_for()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_label("Gold", exact=True).check()
    page.get_by_role("button", name="Save decision").click()
    page.get_by_role("link", name="Say why it is Gold, although the rules give Silver").click()
    page.keyboard.type("A pilot for the region")
    page.get_by_role("button", name="Save decision").click()
    page.get_by_text("Gold decided. To be assessed again by").wait_for()
    axe()
    assert Contract.objects.get(pk=contract.pk).tier == "gold"


def test_a_cut_off_is_changed_looked_at_and_published(
    page, live_server, sign_in, axe, width, contract, procurement
):
    assessed(contract, all_answered(2, continuity=4))
    sign_in(procurement)
    page.goto(f"{live_server.url}/contracts/tiering/questionnaire/")
    axe()
    page.get_by_role("button", name="Change it in a draft").click()
    axe()
    page.get_by_role("link", name="Change cut-offs, months and notes").click()
    axe()
    page.get_by_label("Gold begins at").fill("20")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("link", name="Gold must begin at a higher score than Silver").click()
    assert page.evaluate("document.activeElement.id") == "id_gold_from"
    axe()
    page.get_by_label("Gold begins at").fill("55")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_text("Gold begins at 55 instead of 60").wait_for()
    page.get_by_role("link", name="See what would change").click()
    page.get_by_text("1 of 1 assessed contract would move").wait_for()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("link", name="1 from Silver to Gold").click()
    page.get_by_role("heading", name="From Silver to Gold").wait_for()
    page.get_by_role("link", name="Publish version 2").click()
    axe()
    page.get_by_label("Why is it published?").fill("The board asked for more Gold")
    page.get_by_role("button", name="Publish version 2").click()
    page.get_by_text("Version 2 is in use. 1 contract to be assessed again").wait_for()
    axe()


def test_a_contract_is_assessed_and_decided_without_javascript(
    browser, live_server, sign_in, page, contract, procurement
):
    sign_in(procurement)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{live_server.url}/contracts/{contract.pk}/tiering/assess/")
    answer(plain)
    plain.get_by_role("button", name="See the result").click()
    plain.get_by_role("button", name="Change answers").click()
    plain.get_by_role("button", name="See the result").click()
    plain.get_by_role("button", name="Decide", exact=True).click()
    plain.get_by_text("Silver decided.").wait_for()
    context.close()
    assert Assessment.objects.get().decided_by == procurement


def test_the_other_pages_of_tiering_have_no_fault(
    page, live_server, sign_in, axe, width, contract, procurement
):
    waiting = proposed(contract)
    assessed(ContractFactory(tier="silver"))
    ContractFactory(tier="gold")
    sign_in(procurement)
    page.goto(f"{live_server.url}/contracts/tiering/questionnaire/")
    page.get_by_role("button", name="Change it in a draft").click()
    draft = "/contracts/tiering/questionnaire/draft/"
    questionnaire = Questionnaire.objects.draft()
    question, rule = questionnaire.questions.first(), questionnaire.hard_rules.first()
    for address in (
        "/contracts/tiering/never-assessed/", "/contracts/tiering/overdue/", "/contracts/tiering/assessed/",
        waiting.get_absolute_url(), f"/contracts/{contract.pk}/", f"{draft}question/add/",
        f"{draft}question/{question.pk}/", f"{draft}question/{question.pk}/remove/", f"{draft}rule/add/",
        f"{draft}rule/{rule.pk}/", f"{draft}discard/",
    ):  # fmt: skip
        page.goto(live_server.url + address)
        axe()
        assert no_sideways_scroll(page), address
    page.goto(f"{live_server.url}/contracts/tiering/")
    page.get_by_role("checkbox", name="Tick Waste collection").check()
    page.get_by_role("button", name="Decide the ticked as proposed").click()
    axe()
    page.get_by_role("button", name="Decide 1 tier").click()
    page.get_by_text("1 tier decided as proposed.").wait_for()
