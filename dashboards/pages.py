"""The first pages: who has which, and the tabs between them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.permissions import Permission
from contracts.parts import answers_for, manages


@dataclass(frozen=True)
class Page:
    key: str
    label: str
    shown: Callable[[Any], bool]

    @property
    def url_name(self):
        return f"dashboards:{self.key}"


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
