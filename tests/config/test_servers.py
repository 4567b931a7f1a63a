import psycopg2
import pytest
import redis


def test_postgres_server_can_be_stopped_and_started(postgres_server):
    def ask():
        connection = psycopg2.connect(host=postgres_server.folder, user="app", dbname="postgres")
        connection.close()

    ask()
    postgres_server.stop()
    with pytest.raises(psycopg2.OperationalError):
        ask()
    postgres_server.start()
    ask()


def test_redis_server_answers(redis_server):
    with redis.from_url(redis_server.url) as client:
        assert client.ping()
