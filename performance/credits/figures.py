"""The numbers above a ledger, and what can be done with a line of it."""

from urllib.parse import urlencode

from django.urls import reverse

from common.templatetags.steward import money_short
from performance.credits.rules import State, Verb


def list_url(**asked):
    """The ledger across contracts, narrowed."""
    return f"{reverse('credits:list')}?{urlencode(asked)}"


def _figure(amounts, label, colour, url):
    unknown = amounts.missing
    return {
        "number": amounts.in_words(money_short, nothing="£0")
        if amounts.sums or not unknown
        else "Not known",
        "label": label,
        "colour": colour if amounts else "grey",
        "hint": f"{unknown} cannot be computed" if unknown else "",
        "url": url if amounts else "",
        "words": not amounts.sums and unknown > 0,
    }


_FIGURES = (
    (State.DUE, "Due and not claimed", "orange"),
    (State.LAPSED, "Lapsed", "red"),
    (State.CLAIMED, "Claimed, not credited yet", "yellow"),
    (State.CREDITED, "Credited", "green"),
)


def figures(sums, url_of):
    """What is due, lost, claimed and credited; `url_of(state)` is the list behind each."""
    return [_figure(sums[state], label, colour, url_of(state)) for state, label, colour in _FIGURES]


_STEPS = (
    (Verb.CLAIM, "Record the claim", "credits:claim"),
    (Verb.CREDIT, "Record it as credited", "credits:credited"),
    (Verb.WAIVE, "Waive it", "credits:waive"),
    (Verb.TAKE_BACK, "Take it back", "credits:take_back"),
)


def steps(credit, *, may_edit, may_waive):
    """What this reader can do with a credit, the next step first; giving up and taking back are no next steps.
    What cannot be computed asks for what is missing."""
    found = []
    missing = credit.state == State.DUE and credit.amount is None
    if missing and may_edit:
        url = reverse("credits:charges", args=[credit.contract_id])
        found.append(
            {
                "label": "Record the charge",
                "url": f"{url}?start={credit.month:%Y-%m}",
                "is_next": True,
            }
        )
    for verb, label, url_name in _STEPS:
        decides = verb == Verb.WAIVE or (
            verb == Verb.TAKE_BACK and credit.state not in (State.CLAIMED, State.CREDITED)
        )
        allowed = may_waive if decides else may_edit
        impossible = verb == Verb.CLAIM and (
            credit.amount is None or (not credit.is_final and credit.claim_by is None)
        )
        if allowed and credit.may(verb) and not impossible:
            found.append(
                {
                    "label": label,
                    "url": reverse(url_name, args=[credit.pk]),
                    "is_next": verb in (Verb.CLAIM, Verb.CREDIT),
                }
            )
    return found


def next_step(found):
    """The first of these steps, if it leads on."""
    return found[0] if found and found[0]["is_next"] else None
