"""People and access as they are used: in a browser, wide and narrow, and without faults for a screen reader."""

import pytest
from django.core import mail

from accounts import actions
from accounts.models import User
from tests.factories import BusinessUnitFactory, UserFactory, person_with

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def administrator(sign_in):
    person = person_with("administrator", name="Ada Minister")
    sign_in(person)
    return person


def sideways(page):
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def test_every_page_of_people_is_without_faults(page, live_server, administrator, width, axe):
    unit = BusinessUnitFactory(name="Housing", code="HOU")
    person = person_with("unit_contact", unit, name="Amara Okafor", job_title="Category lead")
    actions.change_person(person=person, by=administrator, name="Amara Lee", reason="Married")
    leaver = UserFactory(is_active=False)
    for path in (
        "/people/", "/people/?q=nobody-fits", "/people/?unit=nonsense",
        f"/people/{person.pk}/", f"/people/{person.pk}/history/",
        f"/people/{person.pk}/edit/", f"/people/{person.pk}/deactivate/",
        f"/people/{person.pk}/roles/give/", f"/people/{leaver.pk}/reactivate/",
        f"/people/roles/{person.memberships.get().pk}/take/", "/people/add/",
        "/people/units/", f"/people/units/{unit.pk}/", f"/people/units/{unit.pk}/edit/",
        "/people/units/add/", "/people/organisation/", "/people/roles/", "/people/me/",
        "/people/accessibility/", "/people/privacy/",
    ):  # fmt: skip
        page.goto(live_server.url + path)
        axe()
        assert sideways(page) <= 0, path


def test_a_person_is_added_put_right_and_given_a_role(page, live_server, administrator, width, axe):
    BusinessUnitFactory(name="Housing")
    page.goto(live_server.url + "/people/")
    page.get_by_role("link", name="Add a person").click()
    page.get_by_label("Name").fill("Jo Bradley")
    page.get_by_role("button", name="Add and invite").click()
    assert page.title().startswith("Error: ")
    axe()
    page.get_by_role("link", name="Enter the e-mail address").click()
    page.keyboard.type("jo@example.org")
    page.get_by_role("button", name="Add and invite").click()
    assert mail.outbox[0].to == ["jo@example.org"]
    axe()
    page.get_by_role("link", name="Give a role").first.click()
    page.get_by_label("Viewer: Reads the contracts of one business unit").check()
    page.get_by_role("combobox", name="Business unit").select_option("Housing")
    page.get_by_label("Why are you giving this role?").fill("Joined the team")
    page.get_by_role("button", name="Give role").click()
    assert page.get_by_text("Jo Bradley is now Viewer in Housing.").is_visible()
    assert User.objects.get(email="jo@example.org").memberships.get().unit.name == "Housing"


def test_a_new_colour_shows_on_the_very_next_page(page, live_server, administrator):
    page.goto(live_server.url + "/people/organisation/")
    page.get_by_label("Colour").fill("#5b2c6f")
    page.get_by_role("button", name="Save organisation").click()
    page.get_by_text("Organisation saved.").wait_for()
    bar = "getComputedStyle(document.querySelector('.app-header')).backgroundColor"
    assert page.evaluate(bar) == "rgb(91, 44, 111)"


def test_a_link_to_hand_over_fits_the_page(
    page, live_server, administrator, width, axe, settings, tmp_path
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path
    page.goto(live_server.url + "/people/add/")
    page.get_by_label("Name").fill("Jo Bradley")
    page.get_by_label("E-mail address").fill("jo@example.org")
    page.get_by_role("button", name="Add and invite").click()
    assert "/account/password/reset/key/" in page.get_by_role("alert").inner_text()
    assert sideways(page) <= 0
    axe()
