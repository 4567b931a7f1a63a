"""What browsers are told on every page. The sign-in page stands for all of them."""

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db


@pytest.fixture
def headers(client):
    response = client.get("/account/login/")
    assert response.status_code == 200
    return response.headers


def test_csp_allows_only_our_own_files(headers):
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    ours = {"script-src", "style-src", "img-src", "font-src", "connect-src", "form-action"}
    assert {policy[name] for name in ours} == {"'self'"}
    assert "unsafe" not in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
    ],
)
def test_headers_keep_other_sites_out(headers, name, value):
    assert headers[name] == value


def test_pages_are_not_kept_by_browsers_or_proxies(headers):
    assert "no-store" in headers["Cache-Control"]
    assert "private" in headers["Cache-Control"]


def test_static_files_may_be_kept_and_are_marked_as_ours(client):
    assert finders.find("app/js-enabled.js")
    response = client.get("/static/app/js-enabled.js")
    response.close()
    assert response.status_code == 200
    assert "no-store" not in response.headers["Cache-Control"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_scripts(client):
    client.get("/account/login/")
    assert client.cookies["csrftoken"]["httponly"]
    assert client.cookies["csrftoken"]["samesite"] == "Lax"


@pytest.mark.usefixtures("width")
def test_sign_in_page_works_in_the_browser(page, live_server, axe):
    page.goto(f"{live_server.url}/account/login/")
    assert page.get_by_role("heading", level=1).is_visible()
    axe()
