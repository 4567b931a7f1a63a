from celery import shared_task
from django.utils import timezone

from performance.credits import actions


@shared_task
def work_out_credits():
    actions.calculate_all(today=timezone.localdate())
