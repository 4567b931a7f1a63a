"""A contract typed into a form: by its reference, its title, or both as they stand in the list."""

from functools import partial

from django.db.models import Q

from common.lookups import LookupField
from contracts.models import Contract, Kind

WORDS_AT_MOST = 40


def find(contracts, text):
    """Those among the contracts that the text means: "C-2026-0042", "Waste", or "C-2026-0042 Waste"."""
    meant = Q(reference__iexact=text) | Q(title__iexact=text)
    words = text.split(" ")[:WORDS_AT_MOST]
    for number in range(1, len(words)):
        reference, title = " ".join(words[:number]), text[len(" ".join(words[:number])) + 1 :]
        meant |= Q(reference__iexact=reference, title__iexact=title)
    return contracts.filter(meant).order_by("pk")


def suggest(contracts, text):
    return contracts.search(text[:100]).order_by("title", "pk")


class ParentField(LookupField):
    """The framework or contract that another stands under, among those that `look_among` names."""

    def __init__(self, **kwargs):
        nothing = Contract.objects.none()
        super().__init__(
            model=Contract,
            find=partial(find, nothing),
            suggest=partial(suggest, nothing),
            offer_from=lambda: nothing,
            noun="contract",
            **kwargs,
        )

    def look_among(self, contracts):
        self.find = partial(find, contracts)
        self.suggest = partial(suggest, contracts.filter(parent=None))
        frameworks = contracts.not_ended().filter(kind=Kind.FRAMEWORK)
        self.offer_from = lambda: frameworks.order_by("title", "pk")
