"""Which parts somebody holds in contracts at all: what the header of every page must know of its reader."""

from functools import cache

from django.core.cache import cache as shared_cache
from django.db.models import Exists, OuterRef

from accounts.models import User
from accounts.permissions import Permission
from common import composed
from contracts.models import Contract, Office, TermOfOffice

# How long the header may believe what it last heard; the first pages themselves ask afresh.
SECONDS_REMEMBERED = 60


def contract_roles(user):
    """(manages, answers for) any contract. One query, kept for the life of the user's object."""
    if not hasattr(user, "_contract_roles"):
        [(oco, deputy, sro, further)] = _question().ask(user.pk)
        user._contract_roles = (bool(oco or deputy or further), bool(sro))
        shared_cache.set(_cache_key(user), user._contract_roles, SECONDS_REMEMBERED)
    return user._contract_roles


@cache
def _question():
    """Which parts a person holds."""
    theirs = Contract.objects.order_by()
    # One index each: an OR would read the whole register for those who hold nothing.
    held = [
        Exists(theirs.filter(**{column: OuterRef("pk")})) for column in ("oco", "deputy", "sro")
    ]
    further = TermOfOffice.objects.current().filter(part=Office.FURTHER, person=OuterRef("pk"))
    held.append(Exists(further.order_by()))
    return composed.Question.of(User.objects.filter(pk=composed.ANY).values_list(*held))


def recall(user):
    """Take the roles from the cache if they are there: the header is on every page."""
    if not hasattr(user, "_contract_roles") and (known := shared_cache.get(_cache_key(user))):
        user._contract_roles = tuple(known)


def _cache_key(user):
    return f"contract-roles:{user.pk}"


def manages(user):
    return contract_roles(user)[0]


def answers_for(user):
    return contract_roles(user)[1]


def sees_contracts(user):
    """Whether there is any contract to see, so that links to what contracts hold lead somewhere."""
    if user.may(Permission.VIEW_CONTRACTS) or user.units_allowing(Permission.VIEW_CONTRACTS):
        return True
    recall(user)
    return any(contract_roles(user))
