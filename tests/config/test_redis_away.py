"""Redis may go away at any time; people must not notice."""

import time

import pytest
from celery import Celery
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from redis import Redis

from common.cache import TolerantClient
from config.celery import Doorbell

CLOSED_PORT = "redis://127.0.0.1:1/0"
PASSWORD = "a long enough password"


@pytest.fixture
def redis_cache(settings, monkeypatch):
    """`redis_cache(url)`: from here on the cache is at this address."""
    monkeypatch.setattr(TolerantClient, "_paused_until", None)

    def use(url):
        settings.CACHES = settings.CACHES | {
            "default": {
                "BACKEND": "common.cache.TolerantRedisCache",
                "LOCATION": url,
                "KEY_PREFIX": "test",
            }
        }

    return use


@pytest.mark.django_db
def test_signing_in_works_without_redis(client, redis_cache):
    redis_cache(CLOSED_PORT)
    get_user_model().objects.create_user("ann@example.org", "Ann", PASSWORD)
    wrong = client.post("/account/login/", {"login": "ann@example.org", "password": "wrong"})
    assert wrong.status_code == 200
    right = client.post("/account/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert right.status_code == 302


def test_cache_misses_without_redis(redis_cache):
    redis_cache(CLOSED_PORT)
    cache.set("key", 1)
    assert cache.get("key", "missed") == "missed"
    assert cache.add("lock", 1)
    assert cache.get_or_set("key", 3) == 3
    assert cache.get_many(["key"]) == {}
    assert not cache.delete("key")
    with pytest.raises(ValueError, match="not found"):
        cache.incr("key")
    cache.clear()


def test_cache_warns_once_and_comes_back(redis_cache, redis_server, caplog, monkeypatch):
    monkeypatch.setattr("common.cache.PAUSE_SECONDS", 0)
    redis_cache(redis_server.url)
    cache.set("key", 1)
    assert cache.get("key") == 1

    redis_server.stop()
    assert [cache.get("key") for _ in range(3)] == [None, None, None]
    assert [record.message.split(";")[0] for record in caplog.records] == ["Redis is away"]

    redis_server.start()
    cache.set("key", 2)
    assert cache.get("key") == 2
    assert caplog.records[-1].message == "Redis is back."


def test_clearing_the_cache_keeps_the_queue(redis_cache, redis_server):
    redis_cache(redis_server.url)
    cache.set("key", 1)
    with Redis.from_url(redis_server.url) as redis:
        redis.lpush("celery", "a message")
        cache.clear()
        assert redis.keys() == [b"celery"]


def test_asking_for_a_task_neither_fails_nor_waits_without_a_broker(caplog):
    app = Celery("away", broker=CLOSED_PORT, task_cls=Doorbell, set_as_current=False)
    app.conf.task_publish_retry = False
    app.conf.broker_transport_options = django_settings.REDIS_TRANSPORT_OPTIONS

    @app.task(name="bell")
    def bell():
        pass

    started = time.monotonic()
    assert bell.delay() is None
    assert time.monotonic() - started < 1
    assert "bell was not asked for" in caplog.text
