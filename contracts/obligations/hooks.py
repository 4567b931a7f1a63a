"""What this room adds to others' pages."""

from django.utils import timezone

from contracts import consequences, gates
from contracts.models import Stage
from contracts.obligations import actions


@consequences.of_change({"stage", "ends_on", "ended_on"})
def end_with_the_contract(contracts, by):
    actions.follow_contracts(contracts, today=timezone.localdate())


@gates.requirement("conditions_precedent", stages={Stage.LIVE})
def conditions_are_met(contract):
    for condition in contract.obligations.open_conditions().order_by("pk"):
        yield gates.Missing(
            f"Condition precedent {condition.number} “{condition.title}” is open",
            condition.get_absolute_url(),
        )
