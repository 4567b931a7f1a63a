"""A half-yearly review in a real browser, at a desk and on a phone."""

from datetime import date
from importlib import import_module

import pytest
from django.apps import apps

from suppliers.segmentation.models import SupplierTier
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.suppliers.segmentation.factories import PlacementFactory, TierFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = date(2026, 11, 27)


@pytest.fixture
def pat(time_machine, sign_in):
    time_machine.move_to(TODAY)
    person = person_with("procurement", name="Pat Rowe")
    sign_in(person)
    return person


@pytest.fixture
def suppliers(pat):
    # An earlier test has emptied the database, and with it what the migrations filled in.
    import_module("suppliers.segmentation.migrations.0002_house_questions").add(apps, None)
    acme, beta = (SupplierFactory(name=name) for name in ("Acme Ltd", "Beta Ltd"))
    PlacementFactory(supplier=acme, placed_on=date(2026, 5, 1))
    ContractFactory(supplier=acme, tier="gold", sro=None)
    ContractFactory(supplier=beta, tier="silver", sro=UserFactory())
    TierFactory(supplier=acme)
    return acme, beta


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_unit_reviews_a_place_on_the_board(page, live_server, axe, width, suppliers):
    acme, _ = suppliers
    page.goto(f"{live_server.url}/suppliers/kraljic/")
    axe()
    assert no_sideways_scroll(page)

    # The point on the picture is reached and opened by the keyboard alone.
    point = page.get_by_role(
        "link",
        name="Acme Ltd: strategic, supply risk 75, business impact 75, no SRO, review overdue",
    )
    point.focus()
    page.keyboard.press("Enter")
    page.get_by_text("at least one of its contracts in force has no SRO").wait_for()
    axe()
    assert no_sideways_scroll(page)

    page.get_by_role("link", name="Review the place").click()
    page.get_by_role("heading", level=1, name="Place on the Kraljic board").wait_for()
    page.get_by_role("button", name="See the place").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    page.locator(".govuk-error-summary").get_by_role(
        "link", name="Answer the question: How many others could supply this?"
    ).click()
    assert page.evaluate("document.activeElement.type") == "radio"
    axe()
    for label in ("Nobody else", "Longer, or it cannot be done", "Some signs of strain", "On knowledge and data",
                  "A service stops", "Up to £5 million", "Within a week", "For one service"):  # fmt: skip
        page.get_by_label(label, exact=True).check()
    page.get_by_label("Why here, and what has changed?").fill("The last competitor has gone")
    page.get_by_role("button", name="See the place").click()
    page.get_by_role("heading", name="Check the place before it is saved").wait_for()
    axe()
    assert no_sideways_scroll(page)
    page.get_by_role("button", name="Change the answers").click()
    page.get_by_role("heading", level=1, name="Place on the Kraljic board").wait_for()
    assert page.get_by_label("Nobody else", exact=True).is_checked()
    page.get_by_role("button", name="See the place").click()
    page.get_by_role("heading", name="Check the place before it is saved").wait_for()
    page.get_by_role("button", name="Save this place").click()
    page.get_by_text("Acme Ltd is placed: strategic.").wait_for()
    axe()
    assert acme.placements.current().get().reason == "The last competitor has gone"


def test_the_unit_accepts_proposals_in_bulk(page, live_server, axe, width, suppliers):
    page.goto(f"{live_server.url}/suppliers/tiers/")
    axe()
    assert no_sideways_scroll(page)
    for name in ("Tick Acme Ltd", "Tick Beta Ltd"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="Accept the proposals of the ticked suppliers").click()
    page.get_by_label("Why are these proposals accepted?").wait_for()
    axe()
    page.get_by_label("Why are these proposals accepted?").fill("Yearly review")
    page.get_by_role("button", name="Accept these tiers").click()
    page.get_by_text("Tiers decided for 2 suppliers.").wait_for()
    decided = SupplierTier.objects.current().values_list("supplier__name", "decided")
    assert set(decided) == {("Acme Ltd", "gold"), ("Beta Ltd", "silver")}


def test_every_page_of_the_room_has_no_fault(page, live_server, axe, width, suppliers):
    acme, beta = suppliers
    for address in (
        f"/suppliers/{beta.pk}/segmentation/",
        f"/suppliers/{beta.pk}/segmentation/tier/",
        "/suppliers/kraljic/questions/",
        "/suppliers/kraljic/questions/add/",
        "/suppliers/kraljic/?sign=moved",
        f"/suppliers/{acme.pk}/",
    ):
        page.goto(live_server.url + address)
        axe()
        assert no_sideways_scroll(page), address
