import pytest

CLOSED_PORT = "redis://127.0.0.1:1/0"


@pytest.mark.django_db
def test_healthz_answers_without_signing_in(client, settings):
    settings.REDIS_URL = ""
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "redis": "not used"}


@pytest.mark.django_db
def test_healthz_stays_good_while_only_redis_is_away(client, settings):
    settings.REDIS_URL = CLOSED_PORT
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json()["redis"] == "away"


@pytest.mark.django_db
def test_healthz_sees_redis(client, settings, redis_server):
    settings.REDIS_URL = redis_server.url
    assert client.get("/healthz").json()["redis"] == "ok"
