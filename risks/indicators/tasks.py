from celery import shared_task
from django.utils import timezone

from risks.indicators import actions


@shared_task
def read_what_is_measured():
    actions.follow_all(today=timezone.localdate())
