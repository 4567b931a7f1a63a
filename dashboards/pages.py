"""The first pages: who has which, and the tabs between them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Exists
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission
from contracts.models import Contract


@dataclass(frozen=True)
class Page:
    key: str
    label: str
    shown: Callable[[Any], bool]

    @property
    def url_name(self):
        return f"dashboards:{self.key}"


# How long the header may believe what it last heard; the first pages themselves ask afresh.
SECONDS_REMEMBERED = 60


def contract_roles(user):
    """(manages, answers for) any contract. One query, kept for the life of the user's object."""
    if not hasattr(user, "_contract_roles"):
        theirs = Contract.objects.order_by()
        # One index each: an OR would read the whole register for those who hold nothing.
        held = [Exists(theirs.filter(**{column: user.pk})) for column in ("oco", "deputy", "sro")]
        oco, deputy, sro = User.objects.filter(pk=user.pk).values_list(*held).get()
        user._contract_roles = (oco or deputy, sro)
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


def sees_portfolio(user):
    return user.may(Permission.VIEW_PORTFOLIO)


def reads_units(user):
    """Who sees every contract has the portfolio instead."""
    everywhere = user.may(Permission.VIEW_CONTRACTS)
    return not everywhere and bool(user.units_allowing(Permission.VIEW_CONTRACTS))


def sets_up(user):
    return user.may(Permission.MANAGE_ORGANISATION)


PAGES = (
    Page("work", "My work", manages),
    Page("overview", "Overview", answers_for),
    Page("units", "My units", reads_units),
    Page("portfolio", "Portfolio", sees_portfolio),
    Page("setup", "Set-up", sets_up),
)


def of(user):
    return [page for page in PAGES if page.shown(user)]


def tabs(user, current):
    """Links between the pages of somebody who has several; nothing for everybody else."""
    theirs = of(user)
    if len(theirs) < 2:
        return []
    return [
        {"label": page.label, "url": reverse(page.url_name), "current": page.key == current}
        for page in theirs
    ]
