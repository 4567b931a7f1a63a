from celery import shared_task
from django.utils import timezone

from reminders import actions, outbox


@shared_task
def send_due_reminders():
    actions.send_due(today=timezone.localdate())


@shared_task
def send_outbox():
    outbox.send(today=timezone.localdate())
