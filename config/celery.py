"""The Celery application: `celery -A config worker`. Each room's `tasks.py` is found by itself."""

import logging
import os

from celery import Celery
from celery.contrib.django.task import DjangoTask
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)


class Doorbell(DjangoTask):
    """A task that may be asked for from a page while the broker is away.

    What is to be done stands in the database, and beat rings again within minutes, so a page that
    cannot reach the broker goes on: it has saved what the person typed.
    """

    def apply_async(self, *args, **kwargs):
        try:
            return super().apply_async(*args, **kwargs)
        except OperationalError as error:
            logger.warning("%s was not asked for, the broker is away: %s", self.name, error)
            return None


app = Celery("steward", task_cls=Doorbell)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
