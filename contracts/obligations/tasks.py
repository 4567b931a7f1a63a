from celery import shared_task
from django.utils import timezone

from contracts.obligations import actions


@shared_task
def make_occurrences_ahead():
    actions.make_ahead(today=timezone.localdate())
