"""What a contract is worth: as awarded, as it stands now, and in which words."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from common.history import page_of_entries
from contracts import actions
from contracts.models import Contract
from tests.factories import ContractFactory, UserFactory, person_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement")
    client.force_login(person)
    return person


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        ({}, [("Award value", None), ("Annual value", None)]),
        (
            {"value": Decimal(500), "vat_basis": "net"},
            [("Award value", "£500 excluding VAT"), ("Annual value", None)],
        ),
        (
            {"value": Decimal(500), "current_value": Decimal(500)},
            [("Award value", "£500"), ("Annual value", None)],
        ),
        (
            {
                "value": Decimal(500), "current_value": Decimal("750.50"), "vat_basis": "gross",
                "currency": "EUR", "cap_kind": "maximum", "annual_value": Decimal(100),
            },
            [
                ("Current value", "€750.50 including VAT (award €500)"),
                ("What the value means", "Maximum: no more may be spent"),
                ("Annual value", "€100"),
            ],
        ),
        (
            {"current_value": Decimal(0)},
            [("Current value", "£0 (award not known)"), ("Annual value", None)],
        ),
    ],
)  # fmt: skip
def test_the_page_says_what_a_contract_is_worth(client, procurement, columns, rows):
    contract = ContractFactory(**columns)
    page = client.get(contract.get_absolute_url())
    assert page.context["values"] == rows
    assert (rows[0][1] or "Not known") in page.content.decode()


def test_every_amount_is_typed_and_kept_to_the_penny(client, procurement):
    contract = ContractFactory(value=Decimal(500))
    data = {
        "reference": contract.reference, "title": contract.title, "unit": contract.unit_id, "version": 1,
        "supplier": contract.supplier.name, "kind": "contract", "stage": "live", "notice_unit": "months", "currency": "GBP",
        "tier": "", "value": "£500", "current_value": "£1,250,000.55", "cap_kind": "estimated",
    }  # fmt: skip
    response = client.post(reverse("contracts:edit", args=[contract.pk]), data)
    assert response.status_code == 302, response.context["form"].errors
    contract.refresh_from_db()
    assert (contract.current_value, contract.cap_kind) == (Decimal("1250000.55"), "estimated")


def test_current_values_are_columns_of_the_list_and_of_its_export(client, procurement):
    ContractFactory(title="Changed", value=Decimal(500), current_value=Decimal(750))
    ContractFactory(title="As it was", value=Decimal(500), cap_kind="fixed")
    query = {"columns": ["value", "current_value", "cap_kind"]}
    assert "As awarded" in client.get("/contracts/", query).content.decode()
    body = b"".join(client.get("/contracts/", query | {"export": "csv"}))
    assert list(csv.reader(io.StringIO(body.decode("utf-8-sig")))) == [
        ["Contract", "Value", "Current value", "What the value means"],
        ["As it was", "500.00", "", "Fixed price"],
        ["Changed", "500.00", "750.00", ""],
    ]


def test_history_tells_money_in_the_currency_that_it_was_in():
    person, contract = UserFactory(), ContractFactory(value=Decimal(500), currency="GBP")
    actions.change(
        contract=contract, by=person, version=1, current_value=Decimal("750.50"), currency="EUR"
    )
    (latest, *_) = page_of_entries([Contract.history.filter(id=contract.pk)], page=1)[1]
    assert [(c.field, c.old, c.new) for c in latest.changes] == [
        ("Award value", "£500", "€500"),
        ("Current value", "", "€750.50"),
        ("Currency", "GBP", "EUR"),
    ]
