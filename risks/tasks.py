from celery import shared_task

from risks import actions


@shared_task
def score_anew():
    """Work out the scores by the matrix as it is now, some thousands at a time, until none is left."""
    while actions.score_anew():
        pass
