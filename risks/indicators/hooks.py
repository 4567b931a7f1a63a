"""What key risk indicators add to others' pages: a page of a contract's risks, dates, questions, history, a link."""

from django.utils import timezone

from contracts import measures
from risks.indicators import actions
from risks.indicators.models import KeyRiskIndicator


@measures.follower
def take_over(keys):
    """What was just logged as a KPI warns at once."""
    actions.follow(
        indicators=KeyRiskIndicator.objects.filter(measure__in=keys), today=timezone.localdate()
    )
