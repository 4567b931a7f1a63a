"""The menu in the header, at any width, by the keyboard, and without JavaScript."""

import pytest
from django.conf import settings

from tests.factories import ContractFactory, MembershipFactory, person_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def busy():
    """Somebody who has every link there is."""
    person = person_with("procurement", name="Pat Rowe")
    MembershipFactory(user=person, role="administrator", unit=None)
    ContractFactory(oco=person)
    ContractFactory(sro=person)
    return person


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("wide", [1280, 1232, 1100, 900, 660])
def test_the_menu_opens_by_the_keyboard_and_within_the_screen(
    page, live_server, sign_in, axe, busy, wide
):
    page.set_viewport_size({"width": wide, "height": 900})
    sign_in(busy)
    page.goto(f"{live_server.url}/suppliers/")
    page.locator("header summary").focus()
    page.keyboard.press("Enter")
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Reminders").wait_for()
    assert no_sideways_scroll(page)
    axe()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/contracts/tiering/**")


def test_the_menu_works_on_a_phone_without_javascript(page, live_server, client, busy):
    client.force_login(busy)
    context = page.context.browser.new_context(
        java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
    )
    plain = context.new_page()
    plain.goto(f"{live_server.url}/suppliers/")
    menu = plain.get_by_role("navigation", name="Menu")
    assert not menu.get_by_role("link", name="People").is_visible()
    menu.get_by_text("More").click()
    menu.get_by_role("link", name="People").click()
    plain.wait_for_url("**/people/")
    context.close()
