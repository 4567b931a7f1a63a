"""Ten wrong sign-ins lock the door for that person, for a while, and the page says so."""

import datetime as dt

import pytest
from django.contrib.auth import get_user_model

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough password"
LOCKED = "signing in is locked"


@pytest.fixture
def people():
    create = get_user_model().objects.create_user
    return [create(f"{name}@example.org", name, PASSWORD) for name in ("ann", "bob")]


def sign_in(client, email, password):
    return client.post("/account/login/", {"login": email, "password": password})


@pytest.mark.usefixtures("people")
def test_ten_wrong_sign_ins_lock_and_say_so(client, time_machine):
    time_machine.move_to(dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC), tick=False)
    for _ in range(10):
        answer = sign_in(client, "ann@example.org", "wrong")
        assert LOCKED not in answer.content.decode()

    answer = sign_in(client, "ann@example.org", PASSWORD)
    assert answer.status_code == 200
    assert LOCKED in answer.content.decode()
    assert "15 minutes" in answer.content.decode()

    # A colleague behind the same address of the council's network is not locked out with her.
    assert sign_in(client, "bob@example.org", PASSWORD).status_code == 302
    client.logout()

    time_machine.shift(dt.timedelta(minutes=15, seconds=1))
    assert sign_in(client, "ann@example.org", PASSWORD).status_code == 302


@pytest.mark.usefixtures("people")
def test_sign_up_is_closed(client):
    response = client.post(
        "/account/signup/",
        {"email": "eve@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert response.status_code == 200
    assert not get_user_model().objects.filter(email="eve@example.org").exists()
