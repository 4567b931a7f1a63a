"""A scorecard from its start to the SRO's question and its answer, in a real browser, at a desk and on a phone."""

from datetime import date, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from performance.scorecards.models import Scorecard
from tests.factories import ContractFactory, UserFactory
from tests.performance.scorecards.factories import FeedbackFactory, ScorecardFactory, signed_off

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 27)


@pytest.fixture
def contract(time_machine):
    time_machine.move_to(TODAY)
    return ContractFactory(
        title="Waste collection", tier="gold", commences_on=date(2024, 4, 1),
        oco=UserFactory(name="Olive Owner"), sro=UserFactory(name="Sam Sro"),
        created_at=timezone.make_aware(datetime(2024, 4, 2)),  # noqa: DTZ001
    )  # fmt: skip


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_owner_fills_a_scorecard_in_and_the_sro_asks(
    page, live_server, sign_in, axe, width, contract
):
    FeedbackFactory(contract=contract)
    sign_in(contract.oco)
    page.goto(live_server.url + reverse("performance:contract", args=[contract.pk]))
    page.get_by_role("link", name="Scorecard", exact=True).click()
    page.get_by_role("link", name="Start a scorecard").click()
    axe()
    page.get_by_role("button", name="Start the scorecard").click()
    page.get_by_role("heading", name="Fill in the scorecard for July to September 2026").wait_for()
    assert no_sideways_scroll(page)
    axe()

    user = page.get_by_role("region", name="User", exact=True)
    user.get_by_label("Amber", exact=True).check()
    user.get_by_label("What happened, and what is being done?").fill("Two streets are left out.")
    page.get_by_role("button", name="Save and go on to sign off").click()
    page.get_by_role("link", name="User: say why it is Amber, where Green is proposed").click()
    assert page.evaluate("document.activeElement.id") == "id_user-reason"
    axe()
    page.locator("#id_user-reason").fill("The survey left two streets out")
    for side in ("Cost", "Performance", "Risk"):
        quadrant = page.get_by_role("region", name=side, exact=True)
        quadrant.get_by_label("Not tracked", exact=True).check()
        quadrant.get_by_label("Take it into the next contract").check()
    page.get_by_role("button", name="Save and go on to sign off").click()
    page.get_by_role("heading", name="Sign off the scorecard").wait_for()
    axe()
    page.get_by_label("I have read what is said of all four quadrants").check()
    page.get_by_role("button", name="Sign off").click()
    page.get_by_text("The scorecard for July to September 2026 is signed off.").wait_for()
    assert no_sideways_scroll(page)
    axe()

    sign_in(contract.sro)
    scorecard = Scorecard.objects.get()
    page.goto(live_server.url + scorecard.get_absolute_url())
    page.get_by_role("link", name="Mark as seen").click()
    page.get_by_label("Question or challenge").fill("Which two streets?")
    page.get_by_role("button", name="Mark as seen").click()
    page.get_by_text("Not answered yet.").wait_for()
    axe()
    assert no_sideways_scroll(page)
    scorecard.refresh_from_db()
    assert scorecard.state == "seen"


def test_a_complaint_comes_in_and_is_resolved(page, live_server, sign_in, axe, width, contract):
    sign_in(contract.oco)
    page.goto(live_server.url + reverse("scorecards:feedback", args=[contract.pk]))
    axe()
    page.get_by_role("link", name="Add feedback").click()
    page.get_by_label("Complaint", exact=True).check()
    page.get_by_role("button", name="Add feedback").click()
    summary = page.locator(".govuk-error-summary")
    summary.get_by_role("link", name="Say what the complaint was about").click()
    assert page.evaluate("document.activeElement.id") == "id_comments"
    axe()
    page.get_by_label("What was said?").fill("Two streets are left out")
    page.get_by_label("Where does it come from?").fill("Contact centre")
    page.get_by_role("button", name="Add feedback").click()
    page.get_by_text("Not resolved", exact=True).wait_for()
    assert no_sideways_scroll(page)
    axe()
    page.get_by_role("link", name="Resolve Complaint from Contact centre").click()
    page.get_by_label("What came of it?").fill("The round was put right")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Resolved 27 November 2026").wait_for()
    axe()


def test_the_list_and_the_page_to_print(page, live_server, sign_in, axe, width, contract):
    scorecard = signed_off(ScorecardFactory(contract=contract))
    sign_in(contract.sro)
    page.goto(live_server.url + reverse("scorecards:list"))
    assert no_sideways_scroll(page)
    axe()
    page.get_by_role("link", name="Waste collection").click()
    page.get_by_role("link", name="Page to print").click()
    page.get_by_role("heading", name="Waste collection").wait_for()
    assert page.url.endswith(reverse("scorecards:print", args=[scorecard.pk]))
    assert no_sideways_scroll(page)
    axe()
