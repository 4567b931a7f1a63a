"""An obligation from the clause to its evidence, in a real browser, at a desk and on a phone."""

from datetime import date

import pytest
from django.urls import reverse

from contracts.models import Contract
from contracts.obligations.models import Obligation, Occurrence
from tests.contracts.obligations.factories import (
    DependencyFactory,
    ObligationFactory,
    OccurrenceFactory,
)
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 27)


@pytest.fixture
def owner(time_machine):
    time_machine.move_to(TODAY)
    return UserFactory(name="Olive Owner")


@pytest.fixture
def contract(owner):
    return ContractFactory(title="Waste collection", oco=owner, tier="gold")


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def fill_date(page, legend, day, month, year):
    group = page.get_by_role("group", name=legend)
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        group.get_by_label(label, exact=True).fill(value)


def test_an_owner_writes_an_obligation_down_and_records_that_it_was_met(
    page, live_server, sign_in, axe, width, contract, owner
):
    sign_in(owner)
    page.goto(live_server.url + contract.get_absolute_url())
    page.get_by_role("link", name="Obligations", exact=True).last.click()
    page.get_by_role("link", name="Add an obligation").first.click()
    page.get_by_label("Title").fill("Monthly performance report")
    page.get_by_label("Monthly", exact=True).check()
    page.get_by_label("Responsible person").fill("Olive Owner")
    page.get_by_label("Evidence that is required").fill("The report")
    fill_date(page, "Follow it from", "1", "11", "2026")
    page.get_by_role("button", name="Add obligation").click()

    page.locator(".govuk-error-summary").get_by_role("link", name="Enter the day first due").click()
    assert page.evaluate("document.activeElement.id") == "id_first_due_0"
    assert page.get_by_label("Title").input_value() == "Monthly performance report"
    axe()
    fill_date(page, "Day first due", "10", "1", "2026")
    page.get_by_role("button", name="Add obligation").click()
    page.get_by_text("Every month from 10 January 2026").wait_for()
    axe()

    page.goto(live_server.url + reverse("obligations:contract", args=[contract.pk]))
    assert no_sideways_scroll(page)
    axe()
    page.get_by_role("link", name="due 10 November 2026: Overdue").click()
    page.get_by_label("Done", exact=True).check()
    fill_date(page, "Day on which it was done", "9", "11", "2026")
    page.get_by_role("button", name="Record").click()
    page.get_by_role("link", name="Say where the evidence is").click()
    assert page.evaluate("document.activeElement.id") == "id_evidence"
    page.get_by_label("Evidence", exact=False).first.fill("In the contract's folder")
    axe()
    page.get_by_role("button", name="Record").click()
    page.get_by_text("due 10 November 2026: met.").wait_for()
    page.get_by_text("Correct what was recorded").wait_for()
    axe()
    assert Occurrence.objects.get(due_on=date(2026, 11, 10)).evidence == "In the contract's folder"


def test_several_are_recorded_at_once_without_javascript(
    browser, live_server, sign_in, page, contract, owner
):
    for number in (5, 15):
        OccurrenceFactory(obligation__contract=contract, due_on=date(2026, 11, number))
    sign_in(owner)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(f"{live_server.url}/contracts/obligations/due/?contract_id={contract.pk}")
    for box in plain.locator("input[name=occurrence]").all():
        box.check(force=True)
    plain.get_by_role("button", name="Record the ticked ones as met").click()
    plain.get_by_label("Each on the day it was due").check()
    plain.get_by_role("button", name="Record as met").click()
    plain.get_by_text("2 recorded as met.").wait_for()
    context.close()
    assert not Occurrence.objects.pending().exists()


def test_every_page_is_without_fault(page, live_server, sign_in, axe, width, contract, owner):
    dependency = DependencyFactory(obligation__contract=contract, obligation__responsible=owner)
    missed = OccurrenceFactory(obligation=dependency.on, status="failed")
    theirs = OccurrenceFactory(
        obligation=dependency.obligation, relief="offered", relief_from=missed
    )
    condition = ObligationFactory(contract=contract, kind="condition", repeat="once")
    OccurrenceFactory(obligation=condition)
    Contract.objects.update(stage="awaiting_conditions")
    sign_in(owner)
    obligation = Obligation.objects.get(pk=dependency.obligation_id)
    for address in (
        reverse("obligations:contract", args=[contract.pk]) + "?party=supplier",
        reverse("obligations:edit", args=[obligation.pk]),
        reverse("obligations:end", args=[dependency.on_id]),
        obligation.get_absolute_url(),
        theirs.get_absolute_url(),
        missed.get_absolute_url(),
        reverse("obligations:relief", args=[theirs.pk]),
        reverse("obligations:list"),
        reverse("obligations:due"),
        reverse("obligations:of_supplier", args=[contract.supplier_id]),
    ):
        page.goto(live_server.url + address)
        axe()
        assert no_sideways_scroll(page), address
