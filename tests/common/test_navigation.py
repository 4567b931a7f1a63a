"""The links in the header: as many in a row as it has room for, the rest in a menu."""

import pytest
from django.urls import reverse

from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(client):
    """Somebody who has nearly every link there is."""
    person = person_with("procurement")
    ContractFactory(oco=person)
    ContractFactory(sro=person)
    client.force_login(person)
    return person


def labels(links):
    return [link["label"] for link in links]


def test_whoever_has_few_links_finds_them_all_in_the_row(client):
    client.force_login(person_with("administrator"))
    page = client.get("/contracts/")
    assert page.context["further_navigation"] == []
    assert "People" in labels(page.context["navigation"])
    assert "<summary" not in page.content.decode().split("<main")[0]


def test_whoever_has_many_finds_the_rest_in_a_menu_that_needs_no_script(client, busy):
    page = client.get("/contracts/")
    further = labels(page.context["further_navigation"])
    assert further == ["Tiering", "Documents", "Risks", "Reminders", "People"]
    row = [link["label"] for link in page.context["navigation"] if not link["further"]]
    assert {"Portfolio", "Contracts", "Suppliers"} <= set(row)
    header = page.content.decode().split("<main")[0]
    menu = header.split("<details")[1].split("</details>")[0]
    assert all(f">{label}<" in menu for label in further)
    for label in row:
        assert f">{label}<" not in menu


def test_the_menu_is_marked_where_the_page_stands_in_it(client, busy):
    item = "app-more govuk-service-navigation__item--active"
    assert item in client.get(reverse("reminders:mine")).content.decode()
    assert item not in client.get("/contracts/").content.decode()


@pytest.mark.parametrize("part", ["oco", "sro", "viewer", "auditor", "administrator", ""])
def test_what_contracts_hold_is_linked_for_those_who_see_any(client, part):
    contract = ContractFactory(oco=UserFactory(), sro=UserFactory())
    if part in ("oco", "sro"):
        person = getattr(contract, part)
    elif part:
        person = person_with(part, contract.unit) if part == "viewer" else person_with(part)
    else:
        person = UserFactory()
    client.force_login(person)
    shown = set(labels(client.get("/contracts/").context["navigation"]))
    wanted = {"Obligations", "Documents"} if part not in ("", "administrator") else set()
    assert {"Obligations", "Documents"} & shown == wanted
