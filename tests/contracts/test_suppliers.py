"""Who works on a contract beside the lead: what they do, how much hangs on them, and when."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.history import page_of_entries
from contracts import actions
from contracts.models import ContractSupplier
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement")
    client.force_login(person)
    return person


@pytest.fixture
def part():
    """A named subcontractor of a contract."""
    return ContractSupplier.objects.create(
        contract=ContractFactory(), supplier=SupplierFactory(name="Heftline"), part="subcontractor"
    )


def address(part):
    return reverse("contracts:supplier", args=[part.contract_id, part.pk])


def days(**fields):
    """What three boxes send for each date: `days(starts_on="1/4/2026")`."""
    return {
        f"{name}_{box}": value
        for name, day in fields.items()
        for box, value in zip(("day", "month", "year"), day.split("/"), strict=True)
    }


def test_one_supplier_is_removed_at_a_time(client, procurement, part):
    ContractSupplier.objects.create(contract=part.contract, supplier=SupplierFactory())
    url = reverse("contracts:suppliers", args=[part.contract_id])
    both = list(part.contract.further_suppliers.values_list("pk", flat=True))
    assert client.post(url, {"remove": both}).status_code == 302
    assert ContractSupplier.objects.count() == 1
    assert client.post(url, {"remove": "x"}).status_code == 404


def test_a_subcontractor_is_named_with_what_hangs_on_it(client, procurement):
    contract, _ = ContractFactory(), SupplierFactory(name="Heftline")
    url = reverse("contracts:suppliers", args=[contract.pk])
    data = {
        "supplier": "Heftline",
        "part": "subcontractor",
        "criticality": "high",
        "service": "Vehicles",
    }
    assert (
        client.post(url, data | days(starts_on="1/4/2026", ends_on="31/3/2099")).status_code == 302
    )
    part = ContractSupplier.objects.get()
    assert (part.criticality, part.service, part.starts_on, part.ends_on) == (
        "high", "Vehicles", date(2026, 4, 1), date(2099, 3, 31),
    )  # fmt: skip
    page = client.get(contract.get_absolute_url()).content.decode()
    for words in (
        "Named subcontractor",
        "High criticality",
        "Vehicles, from 1 April 2026 until 31 March 2099",
    ):
        assert words in page


def test_those_on_whom_most_hangs_come_first_and_those_who_are_gone_last(client, procurement):
    contract = ContractFactory()
    for name, values in {
        "Unknown": {}, "Low": {"criticality": "low"}, "High": {"criticality": "high"},
        "Gone": {"criticality": "high", "ends_on": date(2020, 1, 1)}, "Member": {"part": "member"},
    }.items():  # fmt: skip
        values = {"part": "subcontractor", **values}
        contract.further_suppliers.create(supplier=SupplierFactory(name=name), **values)
    parts = client.get(contract.get_absolute_url()).context["parts"]
    assert [p.supplier.name for p in parts] == ["Member", "High", "Low", "Unknown", "Gone"]
    assert [p.supplier.name for p in parts if p.is_critical] == ["High"]


def test_what_a_supplier_does_is_changed_and_told_in_history(client, procurement, part):
    data = {
        "part": "subcontractor",
        "service": "Vehicles",
        "criticality": "",
        "reason": "Their letter",
    }
    assert client.post(address(part), data).status_code == 302
    part.refresh_from_db()
    assert part.service == "Vehicles"
    (entry, *_) = page_of_entries([ContractSupplier.history.filter(id=part.pk)], page=1)[1]
    assert (entry.title, entry.reason) == ("Further supplier “Heftline” changed", "Their letter")
    assert [(c.field, c.old, c.new) for c in entry.changes] == [("What they do", "", "Vehicles")]


def test_nothing_is_written_when_nothing_is_different(part):
    actions.change_supplier(part=part, by=UserFactory(), service="")
    assert part.history.count() == 1  # its beginning


def test_two_people_who_change_different_things_both_keep_theirs(client, procurement, part):
    opened = client.get(address(part)).content.decode()
    assert 'name="initial-service"' in opened
    actions.change_supplier(part=part, by=UserFactory(), criticality="high")
    carried = {"initial-part": "subcontractor", "initial-service": "", "initial-criticality": ""}
    data = {"part": "subcontractor", "service": "Vehicles", "criticality": "", **carried}
    client.post(address(part), data)
    part.refresh_from_db()
    assert (part.service, part.criticality) == ("Vehicles", "high")


def test_the_last_day_is_not_before_the_first(client, procurement, part):
    data = {"part": "member", "criticality": ""} | days(starts_on="2/4/2026", ends_on="1/4/2026")
    form = client.post(address(part), data).context["form"]
    assert form.errors["ends_on"] == ["The last day must be on or after the first"]
    part.starts_on, part.ends_on = date(2026, 4, 2), date(2026, 4, 1)
    with pytest.raises(ValidationError):
        part.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        part.save()


def test_a_supplier_of_another_contract_is_not_found_here(client, procurement, part):
    other = ContractFactory()
    assert client.get(reverse("contracts:supplier", args=[other.pk, part.pk])).status_code == 404
