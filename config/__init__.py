"""Settings, addresses, Celery and WSGI. Rooms are named here only as strings."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
