"""Frameworks, call-offs and spot contracts: who may stand under whom, and who is told of it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from contracts import actions, checks, rules
from contracts.models import Contract
from contracts.rules import Place
from tests.contracts.test_pages import form_data
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def procurement(client):
    person = person_with("procurement")
    client.force_login(person)
    return person


@pytest.fixture
def framework():
    return ContractFactory(reference="F-1", title="All lifts", kind="framework", oco=UserFactory())


def under(framework, kind="call_off", **values):
    return ContractFactory(kind=kind, parent=framework, **values)


def edit(client, contract, **changes):
    data = form_data(contract, **{"kind": contract.kind, **changes})
    return client.post(reverse("contracts:edit", args=[contract.pk]), data)


# --- the rule -----------------------------------------------------------------------------------

FRAMEWORK, CONTRACT, CALL_OFF = Place("framework"), Place("contract"), Place("call_off", True)


@pytest.mark.parametrize(
    ("kind", "parent", "children", "wrong"),
    [
        ("contract", None, (), []),
        ("framework", None, {"call_off", "spot"}, []),
        ("contract", None, {"spot"}, []),
        ("call_off", None, (), []),  # of a framework that is not in this register
        ("call_off", FRAMEWORK, (), []),
        ("spot", FRAMEWORK, (), []),
        ("spot", CONTRACT, (), []),
        ("spot", None, (), ["parent"]),
        ("contract", FRAMEWORK, (), ["parent"]),
        ("framework", FRAMEWORK, (), ["parent"]),
        ("call_off", CONTRACT, (), ["parent"]),
        ("call_off", CALL_OFF, (), ["parent"]),
        ("spot", CALL_OFF, (), ["parent"]),
        ("spot", Place("call_off"), (), ["parent"]),
        ("call_off", FRAMEWORK, {"spot"}, ["kind"]),
        ("call_off", None, {"spot"}, ["kind"]),
        ("contract", None, {"call_off"}, ["kind"]),
        ("spot", None, {"call_off"}, ["kind", "parent"]),
    ],
)
def test_two_levels_at_most(kind, parent, children, wrong):
    assert [field for field, _ in rules.structure_problems(kind, parent, children)] == wrong


@pytest.mark.parametrize("values", [{"kind": "spot"}, {"kind": "contract", "parent": True}])
def test_the_database_holds_the_rule_as_well(framework, values):
    if "parent" in values:
        values = values | {"parent": framework}
    with pytest.raises(IntegrityError), transaction.atomic():
        ContractFactory(**values)


# --- typing it ----------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["F-1", "f-1", "all lifts", "F-1 All lifts"])
def test_a_parent_is_named_by_reference_title_or_both(client, procurement, framework, typed):
    contract = ContractFactory()
    assert edit(client, contract, kind="call_off", parent=typed).status_code == 302
    contract.refresh_from_db()
    assert (contract.kind, contract.parent) == ("call_off", framework)
    page = client.get(contract.get_absolute_url()).content.decode()
    assert f'href="{framework.get_absolute_url()}"' in page


def test_a_wrong_place_is_said_beside_its_field(client, procurement, framework):
    contract, child = ContractFactory(), under(framework)
    answers = {
        "parent": edit(client, contract, kind="contract", parent="F-1"),
        "kind": edit(client, framework, kind="contract"),
    }
    for field, response in answers.items():
        assert list(response.context["form"].errors) == [field]
    refused = edit(client, contract, kind="spot", parent=child.reference)
    assert "stands under another itself" in refused.context["form"].errors["parent"][0]
    itself = edit(client, framework, kind="call_off", parent="F-1")
    assert "No contract is called" in itself.context["form"].errors["parent"][0]


def test_the_action_looks_again_when_two_people_put_each_under_the_other():
    first, second = ContractFactory(kind="framework"), ContractFactory(kind="framework")
    values = {"by": UserFactory(), "version": 1, "kind": "call_off"}
    actions.change(contract=first, parent=second, **values)
    with pytest.raises(actions.Refused):
        actions.change(contract=second, parent=first, **values)
    second.refresh_from_db()
    assert (second.parent, second.kind) == (None, "framework")


def test_somebody_who_does_not_see_the_parent_edits_without_learning_its_name(client, framework):
    owner = UserFactory()
    contract = under(framework, oco=owner)
    client.force_login(owner)
    form = client.get(reverse("contracts:edit", args=[contract.pk])).content.decode()
    page = client.get(contract.get_absolute_url()).content.decode()
    assert edit(client, contract, title="Hoists", oco=owner.email).status_code == 302
    contract.refresh_from_db()
    assert (contract.title, contract.parent) == ("Hoists", framework)
    history = client.get(reverse("contracts:history", args=[contract.pk])).content.decode()
    assert "a contract you cannot see" in history
    for words in (form, page, history):
        assert "All lifts" not in words
        assert "F-1" not in words
    other = ContractFactory(oco=owner)
    refused = edit(client, other, kind="call_off", parent="F-1")
    assert "No contract is called" in refused.context["form"].errors["parent"][0]


def test_the_list_names_parents_only_to_those_who_see_everything(client, framework):
    owner = UserFactory()
    under(framework, oco=owner)
    query = {"columns": "parent"}
    client.force_login(owner)
    assert "F-1" not in client.get("/contracts/", query).content.decode()
    client.force_login(person_with("procurement"))
    assert "Stands under" in client.get("/contracts/", query).content.decode()


# --- what stands under it ---------------------------------------------------------------------


def test_a_framework_lists_its_call_offs_and_what_they_come_to(client, procurement, framework):
    Contract.objects.filter(pk=framework.pk).update(value=1000, cap_kind="maximum")
    under(framework, value=Decimal(500), current_value=Decimal(700))
    under(framework, kind="spot", value=Decimal("50.50"))
    under(framework)
    under(framework, value=Decimal(9), currency="EUR")
    page = client.get(reverse("contracts:children", args=[framework.pk]))
    assert [(w["currency"], w["number"], w["value"], w["without"]) for w in page.context["worth"]] == [
        ("EUR", 1, 9, 0), ("GBP", 3, Decimal("750.50"), 1),
    ]  # fmt: skip
    assert page.context["page"].count == 4
    assert not page.context["above_its_maximum"]
    under(framework, value=Decimal(300))
    page = client.get(reverse("contracts:children", args=[framework.pk]))
    assert "more than the maximum of £1,000" in page.content.decode()
    assert "5 contracts under this one" in client.get(framework.get_absolute_url()).content.decode()


def test_nobody_counts_call_offs_that_they_do_not_see(client, framework):
    client.force_login(framework.oco)
    under(framework, title="Theirs", value=5)
    under(framework, title="Ours", oco=framework.oco, value=7)
    page = client.get(reverse("contracts:children", args=[framework.pk]))
    assert [line["name"] for line in page.context["page"].lines] == ["Ours"]
    assert page.context["worth"][0]["value"] == 7
    assert "1 contract under this one" in client.get(framework.get_absolute_url()).content.decode()
    body = b"".join(
        client.get(reverse("contracts:children", args=[framework.pk]), {"export": "csv"})
    )
    assert "Theirs" not in body.decode()


def test_call_offs_cost_the_same_for_one_and_for_many(client, procurement, framework):
    def cost():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(reverse("contracts:children", args=[framework.pk]))
        return len(captured)

    under(framework)
    cost()
    one = cost()
    for _ in range(30):
        under(framework, supplier=SupplierFactory())
    assert cost() == one <= 9


def test_a_call_off_that_is_past_its_end_says_so_under_its_framework(
    client, procurement, framework
):
    under(framework, ends_on=timezone.localdate() - timedelta(days=1))
    page = client.get(reverse("contracts:children", args=[framework.pk])).content.decode()
    assert "Past its end" in page


def test_the_tab_of_call_offs_stands_only_on_frameworks(client, procurement, framework):
    def labels(contract):
        return [t["label"] for t in client.get(contract.get_absolute_url()).context["tabs"]]

    assert "Call-offs" in labels(framework)
    assert "Call-offs" not in labels(ContractFactory())
    child = under(framework)
    assert (
        client.get(reverse("contracts:children", args=[child.pk])).url == child.get_absolute_url()
    )


def test_a_new_call_off_begins_with_what_its_framework_has(client, procurement, framework):
    form = client.get("/contracts/add/", {"under": framework.pk}).context["form"]
    assert (form.initial["kind"], form.initial["parent"]) == ("call_off", framework)
    assert (form.initial["unit"], form.initial["oco"]) == (framework.unit, framework.oco)
    page = client.get("/contracts/add/", {"under": framework.pk}).content.decode()
    assert 'value="F-1 All lifts"' in page


# --- spot contracts -----------------------------------------------------------------------------


def spot(client, parent, **values):
    data = {"reference": "S-1", "title": "One more lift", **values}
    return client.post(reverse("contracts:spot_add", args=[parent.pk]), data)


def test_an_owner_adds_a_spot_contract_with_a_few_boxes(client):
    owner = UserFactory()
    parent = ContractFactory(
        oco=owner, deputy=UserFactory(), sro=UserFactory(), regime="pa23", currency="EUR", nature="works",
    )  # fmt: skip
    client.force_login(owner)
    supplier = SupplierFactory(name="Hoist Ltd")
    assert spot(client, parent, supplier="Hoist Ltd", value="€500").status_code == 302
    contract = Contract.objects.get(kind="spot")
    assert (contract.title, contract.supplier, contract.value) == ("One more lift", supplier, 500)
    for name in ("unit", "oco", "deputy", "sro", "regime", "currency", "nature"):
        assert getattr(contract, name) == getattr(parent, name), name
    assert (contract.parent, contract.stage) == (parent, "live")
    # Not under which: who sees a spot contract need not see the one above it.
    assert contract.history.get().history_change_reason == "Added as a spot contract"


def test_a_spot_contract_that_is_over_comes_in_as_expired(procurement):
    contract = actions.add_spot(
        parent=ContractFactory(), by=procurement, today=date(2026, 11, 27), reference="S-1",
        title="Lift", ends_on=date(2026, 10, 31), commences_on=date(2026, 10, 1),
    )  # fmt: skip
    assert (contract.stage, contract.ended_as, contract.ended_on) == (
        "ended", "expired", date(2026, 10, 31),
    )  # fmt: skip


def test_nothing_spot_stands_under_a_call_off(client, procurement, framework):
    assert spot(client, under(framework)).status_code == 404


def test_a_spot_contract_is_edited_in_the_short_form(client, procurement, framework):
    contract = under(framework, kind="spot", title="Lift", oco=framework.oco)
    url = reverse("contracts:edit", args=[contract.pk])
    assert "oco" not in client.get(url).context["form"].fields
    assert "oco" in client.get(url, {"form": "long"}).context["form"].fields
    data = {"reference": contract.reference, "title": "Hoist", "version": 1}
    data |= {"supplier": contract.supplier.name, "value": "£5", "reason": "Invoice"}
    assert client.post(url, data).status_code == 302
    contract.refresh_from_db()
    assert (contract.title, contract.value, contract.oco) == ("Hoist", 5, framework.oco)


def test_a_spot_contract_is_asked_only_what_matters(framework):
    contract = under(framework, kind="spot", supplier=None, tier="gold")
    assert {check.key for check in checks.failed_by(contract.pk)[contract.pk]} == {
        "no_owner", "no_end_date", "no_value", "no_supplier",
    }  # fmt: skip


def test_spot_contracts_follow_the_people_of_the_contract_above(procurement, framework):
    leaver, cara = framework.oco, UserFactory(name="Cara")
    follows = under(framework, kind="spot", oco=leaver, deputy=cara, sro=UserFactory())
    other = under(framework, kind="spot", oco=UserFactory())
    over = under(framework, kind="spot", oco=leaver, stage="ended")
    call_off = under(framework, oco=leaver)
    new = UserFactory()
    actions.change(contract=framework, by=procurement, version=1, oco=new, reason="Left in May")
    owners = dict(Contract.objects.values_list("pk", "oco"))
    assert owners[follows.pk] == new.pk
    assert owners[other.pk] == other.oco_id
    assert owners[over.pk] == owners[call_off.pk] == leaver.pk
    told = follows.history.first()
    assert (told.history_user, told.oco, told.version) == (procurement, new, 2)
    assert told.history_change_reason == "As on the contract that it stands under"
    assert follows.offices.current().get(part="oco").person == new
    assert Contract.objects.get(pk=follows.pk).version == 2
    assert Contract.objects.get(pk=other.pk).version == 1


def test_a_spot_contract_keeps_its_people_where_two_parts_would_fall_to_one(procurement, framework):
    contract = under(framework, kind="spot", oco=framework.oco, sro=UserFactory())
    actions.assign(
        contracts=Contract.objects.filter(pk=framework.pk), by=procurement, oco=contract.sro
    )
    assert Contract.objects.get(pk=contract.pk).oco == framework.oco


def test_following_costs_the_same_for_one_spot_contract_and_for_many(procurement):
    def cost(number):
        parent = ContractFactory(oco=UserFactory())
        for _ in range(number):
            under(parent, kind="spot", oco=parent.oco)
        with CaptureQueriesContext(connection) as captured:
            actions.assign(
                contracts=Contract.objects.filter(pk=parent.pk), by=procurement, oco=UserFactory()
            )
        assert parent.children.filter(oco=parent.oco).count() == 0
        return len(captured)

    assert cost(1) == cost(20)


def test_values_under_another_are_not_added_to_the_portfolio_twice(client, procurement, framework):
    Contract.objects.filter(pk=framework.pk).update(value=1000)
    under(framework, value=400, unit=framework.unit)
    ContractFactory(value=50, unit=BusinessUnitFactory())
    assert client.get("/portfolio/").context["portfolio"].pounds == 1050
