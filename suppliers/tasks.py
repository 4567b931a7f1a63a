from celery import shared_task

from suppliers import duplicates


@shared_task
def search_for_duplicates(if_needed=False):
    duplicates.search(if_needed=if_needed)
