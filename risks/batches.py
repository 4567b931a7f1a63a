"""What changes many entries of a contract's register at once, by one person: all of it is written, or none."""

from django.db import transaction

from contracts.models import Contract
from risks import actions

FROM_THE_LIBRARY = "From the library of risks"
TAKEN_OVER = ("title", "kind", "category", "cause", "event", "effect", "likelihood", "impact", "response")  # fmt: skip


@transaction.atomic
def add_from_library(*, contract, templates, by, today, accepted, planned=False):
    """Enter risks of the library in a contract's register; its owner is theirs. What is `planned` too is what is often
    done about each, until it is reviewed. Gives those added, and the titles that are there already."""
    # Whoever presses the button twice waits here, and then finds what the first press has added.
    contract = (
        Contract.objects.select_for_update(of=("self",)).select_related("oco").get(pk=contract.pk)
    )
    there = titles_there(contract)
    new = [template for template in templates if template.title.casefold() not in there]
    added = [_add(template, contract, by=by, today=today, accepted=accepted) for template in new]
    if planned:
        _plan(added, new, by=by)
    return added, [template.title for template in templates if template not in new]


def titles_there(contract):
    """The titles of what runs in a contract's register, to be compared in any case."""
    titles = contract.risks.running().values_list("title", flat=True)
    return {title.casefold() for title in titles}


def first_owner(contract):
    """Who watches a risk of a contract until somebody else is named."""
    return contract.oco if contract.oco_id and contract.oco.is_active else None


def _add(template, contract, *, by, today, accepted):
    values = {name: getattr(template, name) for name in TAKEN_OVER}
    is_scored = template.likelihood is not None and template.impact is not None
    if not is_scored:
        values |= {"likelihood": None, "impact": None}
    return actions.raise_risk(
        contract=contract, by=by, today=today, accepted=accepted and is_scored,
        owner=first_owner(contract), reason=FROM_THE_LIBRARY, **values,
    )  # fmt: skip


def _plan(risks, templates, *, by):
    for risk, template in zip(risks, templates, strict=True):
        if template.treatment and risk.is_open:
            actions.add_treatment(
                risk=risk, by=by, title=template.treatment, owner=risk.owner, due_on=risk.review_on,
                reason=FROM_THE_LIBRARY,
            )  # fmt: skip


# --- A workshop -----------------------------------------------------------------------------------

IN_A_WORKSHOP = "Looked at in a workshop"


@transaction.atomic
def hold_workshop(*, contract, by, on, scores, entries, words):
    """What a workshop found, as the review of the contract's register: a review of each risk that was looked at, and
    the new ones. `locking.Conflict` or `actions.Refused` where somebody was first, and then nothing is written."""
    # Two workshops of one contract come one after the other.
    Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
    for score in scores:
        actions.review(by=by, on=on, **score | {"words": score["words"] or IN_A_WORKSHOP})
    actions.raise_many(by=by, today=on, contract=contract, entries=entries, accepted=True)
    return actions.review_register(contract=contract, by=by, on=on, words=words)
