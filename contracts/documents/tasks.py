from celery import shared_task
from django.utils import timezone

from contracts.documents import actions


@shared_task
def settle_due():
    actions.settle_due(today=timezone.localdate())


@shared_task
def scan_waiting():
    actions.scan_waiting()
