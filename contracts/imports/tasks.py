from celery import shared_task

from contracts.imports import actions


@shared_task
def check(run_pk, attempt):
    actions.check_now(run_pk=run_pk, attempt=attempt)


@shared_task
def write(run_pk, attempt, by_pk):
    actions.write_now(run_pk=run_pk, attempt=attempt, by_pk=by_pk)
