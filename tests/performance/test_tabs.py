"""The pages of a contract's performance, by inner room."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from performance import tabs
from performance.tabs import Tab
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty(monkeypatch):
    monkeypatch.setattr(tabs._tabs, "_known", {})


def test_tabs_come_in_their_order_whoever_registers_first(empty):
    tabs.register(Tab("later", "Later", "performance:contract", order=30))
    tabs.register(Tab("first", "First", "performance:contract", order=10))
    assert [tab.key for tab in tabs.registered()] == ["first", "later"]


def test_two_tabs_of_one_key_are_refused(empty):
    tabs.register(Tab("credits", "Service credits", "performance:contract", order=30))
    with pytest.raises(ImproperlyConfigured):
        tabs.register(Tab("credits", "Credits", "performance:contract", order=40))


def test_the_contracts_page_of_performance_names_the_tabs_and_says_which_is_open(
    admin_client, monkeypatch
):
    contract = ContractFactory()
    monkeypatch.setattr(tabs._tabs, "_known", dict(tabs._tabs._known))
    tabs.register(Tab("another", "Another page", "performance:add", order=99))
    text = admin_client.get(reverse("performance:contract", args=[contract.pk])).content.decode()
    here = reverse("performance:contract", args=[contract.pk])
    assert f'href="{reverse("performance:add", args=[contract.pk])}">Another page' in text
    assert f'href="{here}" aria-current="page">Readings' in text
