"""Signing in, passwords and the authenticator app, in a real browser under our security policy."""

import base64
import hashlib
import hmac
import re
import struct
import time

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "a long enough password"


@pytest.fixture
def ann():
    return get_user_model().objects.create_user("ann@example.org", "Ann Carter", PASSWORD)


def fill_in(page, password):
    page.get_by_label("Email address").fill("ann@example.org")
    page.locator("#id_password").fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.usefixtures("ann")
def test_sign_in_and_out(page, live_server, width, axe):
    page.goto(f"{live_server.url}/contracts/")
    expect(page.get_by_role("heading", name="Sign in to Steward")).to_be_visible()
    axe()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Enter the password")).to_be_visible()
    axe()
    fill_in(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text(
        "The email address or the password is not right."
    )
    fill_in(page, PASSWORD)
    expect(page.get_by_role("heading", name="Contracts", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You have signed out.")).to_be_visible()


@pytest.mark.usefixtures("ann")
def test_a_forgotten_password_is_chosen_anew(page, live_server, axe):
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("Email address").fill("ann@example.org")
    axe()
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    axe()
    [message] = mail.outbox
    assert "Choose a new password" in message.subject
    link = re.search(r"http\S+", message.body).group()
    page.goto(link)
    axe()
    page.locator("#id_password1").fill("another password for Ann")
    page.locator("#id_password2").fill("another password for Ann")
    page.get_by_role("button", name="Save the password").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def test_an_authenticator_app_is_set_up_and_asked_for(page, live_server, sign_in, ann, axe):
    sign_in(ann)
    page.goto(f"{live_server.url}/account/2fa/")
    axe()
    page.get_by_role("link", name="Set up Authenticator app").click()
    page.locator("#id_password").fill(PASSWORD)
    axe()
    page.get_by_role("button", name="Continue").click()
    assert page.get_by_role("img", name="QR code").locator("svg").bounding_box()["width"] > 100
    axe()
    secret = page.locator("code").inner_text()
    page.get_by_label("The six figures").fill(code_for(secret))
    page.get_by_role("button", name="Use this app").click()
    page.goto(f"{live_server.url}/account/2fa/")
    axe()
    page.get_by_role("button", name="Sign out").click()

    fill_in(page, PASSWORD)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    axe()


def code_for(secret):
    """What an authenticator app shows now (RFC 6238)."""
    moment = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), moment, hashlib.sha1).digest()
    [number] = struct.unpack_from(">I", digest, digest[-1] & 0x0F)
    return f"{(number & 0x7FFFFFFF) % 10**6:06d}"
