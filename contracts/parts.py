"""Which parts somebody holds in contracts at all: what the header of every page must know of its reader."""

from django.core.cache import cache
from django.db.models import Exists

from accounts.models import User
from accounts.permissions import Permission
from contracts.models import Contract, Office, TermOfOffice

# How long the header may believe what it last heard; the first pages themselves ask afresh.
SECONDS_REMEMBERED = 60


def contract_roles(user):
    """(manages, answers for) any contract. One query, kept for the life of the user's object."""
    if not hasattr(user, "_contract_roles"):
        theirs = Contract.objects.order_by()
        # One index each: an OR would read the whole register for those who hold nothing.
        held = [Exists(theirs.filter(**{column: user.pk})) for column in ("oco", "deputy", "sro")]
        further = TermOfOffice.objects.current().filter(part=Office.FURTHER, person=user.pk)
        held.append(Exists(further.order_by()))
        oco, deputy, sro, further = User.objects.filter(pk=user.pk).values_list(*held).get()
        user._contract_roles = (oco or deputy or further, sro)
        cache.set(_cache_key(user), user._contract_roles, SECONDS_REMEMBERED)
    return user._contract_roles


def recall(user):
    """Take the roles from the cache if they are there: the header is on every page."""
    if not hasattr(user, "_contract_roles") and (known := cache.get(_cache_key(user))):
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
