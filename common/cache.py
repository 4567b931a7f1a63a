"""A cache that may go away: while Redis is down, every read is a miss and every write is dropped."""

import functools
import logging
import time

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry

logger = logging.getLogger(__name__)

AWAY = (RedisConnectionError, RedisTimeoutError)
PAUSE_SECONDS = 10


def _tolerant(name, answer):
    """The client's method of this name, giving `answer()` while Redis is away."""
    ask_redis = getattr(RedisCacheClient, name)

    @functools.wraps(ask_redis)
    def method(self, *args, **kwargs):
        if self.is_paused():
            return answer(*args, **kwargs)
        try:
            found = ask_redis(self, *args, **kwargs)
        except AWAY as error:
            self.pause(error)
            return answer(*args, **kwargs)
        self.resume()
        return found

    return method


def _no_such_key(key, *args):
    raise ValueError(f"Key {key!r} not found.")


class TolerantClient(RedisCacheClient):
    # For the whole process: one page asks the cache several times, in new clients for each thread,
    # and only the first of them should wait for a time-out.
    _paused_until = None

    def is_paused(self):
        return self._paused_until is not None and time.monotonic() < self._paused_until

    def pause(self, error):
        if self._paused_until is None:
            logger.warning("Redis is away; going on without a cache: %s", error)
        TolerantClient._paused_until = time.monotonic() + PAUSE_SECONDS

    def resume(self):
        if self._paused_until is not None:
            logger.warning("Redis is back.")
            TolerantClient._paused_until = None

    # True means "you hold it": a lock kept in a cache that is away must not stop anybody.
    add = _tolerant("add", lambda *args: True)
    get = _tolerant("get", lambda key, default: default)
    set = _tolerant("set", lambda *args: None)
    touch = _tolerant("touch", lambda *args: False)
    delete = _tolerant("delete", lambda *args: False)
    get_many = _tolerant("get_many", lambda keys: {})
    has_key = _tolerant("has_key", lambda key: False)
    incr = _tolerant("incr", _no_such_key)
    set_many = _tolerant("set_many", lambda *args: None)
    delete_many = _tolerant("delete_many", lambda keys: None)

    def delete_prefix(self, prefix):
        try:
            client = self.get_client(None, write=True)
            for key in client.scan_iter(match=f"{prefix}:*", count=1000):
                client.delete(key)
        except AWAY as error:
            self.pause(error)


class TolerantRedisCache(RedisCache):
    def __init__(self, server, params):
        quickly = {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, {**params, "OPTIONS": quickly | params.get("OPTIONS", {})})
        self._class = TolerantClient

    def clear(self):
        # Celery's queue lives in the same Redis; flushing the database would throw it away.
        self._cache.delete_prefix(self.key_prefix)
