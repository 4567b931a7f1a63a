"""Is this server able to answer? Asked by load balancers and containers, without signing in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.utils import Error as DatabaseError
from django.http import JsonResponse


@login_not_required
def healthz(request):
    """200 while the database answers. Redis is reported but is not fatal: pages work without it."""
    database = _database_answers()
    state = {"database": "ok" if database else "away", "redis": _redis_state()}
    return JsonResponse(state, status=200 if database else 503)


def _database_answers():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_state():
    if not settings.REDIS_URL:
        return "not used"
    # Here, because it would take eight megabytes of a server that has no Redis.
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry

    client = Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=0.5,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        client.ping()
    except RedisError:
        return "away"
    finally:
        client.close()
    return "ok"
