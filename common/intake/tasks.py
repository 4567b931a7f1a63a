from celery import shared_task

from common.intake import actions


@shared_task
def check(intake_pk, attempt, by_pk):
    actions.check_now(intake_pk=intake_pk, attempt=attempt, by_pk=by_pk)


@shared_task
def write(intake_pk, attempt, by_pk):
    actions.write_now(intake_pk=intake_pk, attempt=attempt, by_pk=by_pk)
