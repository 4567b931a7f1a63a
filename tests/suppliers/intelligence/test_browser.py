"""A supplier gets into trouble, in a real browser, at a desk and on a phone."""

from datetime import date

import pytest

from suppliers.intelligence.models import DistressEvent, FinancialCheck, IntelligenceNote
from tests.factories import ContractFactory, SupplierFactory, person_with
from tests.suppliers.intelligence.factories import (
    AgencyFactory,
    CheckFactory,
    EventFactory,
    NoteFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 27)


@pytest.fixture
def acme(time_machine, sign_in):
    time_machine.move_to(TODAY)
    sign_in(person_with("procurement", name="Pat Rowe"))
    AgencyFactory(name="Credit score")
    return ContractFactory(supplier=SupplierFactory(name="Acme Ltd"), tier="gold").supplier


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def fill_date(page, name, on):
    for part in ("day", "month", "year"):
        page.locator(f"[name={name}_{part}]").fill(str(getattr(on, part)))


def test_a_score_falls_and_the_unit_asks_for_a_plan(page, live_server, axe, width, acme):
    page.goto(f"{live_server.url}/suppliers/{acme.pk}/intelligence/")
    axe()
    page.get_by_role("link", name="Record a check").click()
    page.get_by_role("heading", name="Record a financial check").wait_for()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.locator(".govuk-error-summary").get_by_role("link", name="Select what was scored").click()
    page.get_by_label("What was scored").select_option(label="Credit score: bad below 50")
    page.locator("[name=score]").fill("38")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Check recorded: misses the threshold.").wait_for()
    axe()
    assert no_sideways_scroll(page)

    page.get_by_role("link", name="Record a sign of distress").click()
    page.get_by_role("heading", name="Record a sign of distress").wait_for()
    page.get_by_label("Credit rating fell").check()
    page.get_by_label("Details").fill("Two banks have left")
    fill_date(page, "happened_on", date(2026, 11, 20))
    fill_date(page, "plan_due_on", date(2026, 12, 4))
    axe()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Distress event recorded.").wait_for()

    page.get_by_role("link", name="Add a note").click()
    page.get_by_role("heading", name="Add a note").wait_for()
    assert page.get_by_label("Supplier (optional)").input_value() == "Acme Ltd"
    page.get_by_label("Financial (confidential)").check()
    page.get_by_label("In one line").fill("Looks for new lenders")
    page.get_by_label("What is known").fill("The finance director would not say when")
    axe()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Note added.").wait_for()
    axe()
    assert no_sideways_scroll(page)
    assert (FinancialCheck.objects.get().result, DistressEvent.objects.get().sign) == (
        "missed",
        "rating_fall",
    )
    assert IntelligenceNote.objects.get().supplier == acme


def test_every_page_of_the_room_has_no_fault(page, live_server, axe, width, acme):
    note = NoteFactory(supplier=acme, kind="reputation", valid_until=date(2026, 11, 1))
    agency = CheckFactory(supplier=acme, score=10).agency
    event = EventFactory(supplier=acme, plan_due_on=date(2026, 11, 5))
    for address in (
        "/suppliers/intelligence/",
        "/suppliers/intelligence/checks/",
        "/suppliers/intelligence/distress/",
        "/suppliers/intelligence/unchecked/",
        "/suppliers/intelligence/scores/",
        f"/suppliers/intelligence/scores/{agency.pk}/",
        f"/suppliers/intelligence/{note.pk}/",
        f"/suppliers/intelligence/{note.pk}/edit/",
        f"/suppliers/intelligence/{note.pk}/end/",
        event.get_absolute_url(),
        acme.get_absolute_url(),
    ):
        page.goto(live_server.url + address)
        axe()
        assert no_sideways_scroll(page), address
