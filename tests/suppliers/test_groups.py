"""Groups of companies: who may belong to whom, and what they come to together."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from suppliers import actions, facts, rules
from suppliers.groups import Group
from suppliers.models import Supplier
from suppliers.rules import Amounts, add_up
from tests.factories import ContractFactory, SupplierFactory, UserFactory, person_with
from tests.performance.factories import IndicatorFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("supplier", "above", "below", "problem"),
    [
        (None, [7], 0, ""),
        (3, [7], 0, ""),
        (3, [7, 8, 9], 0, ""),
        (3, [7, 8], 1, ""),
        (3, [7], 2, ""),
        (3, [3], 0, "its own parent"),
        (3, [7, 3], 1, "belongs to the supplier itself"),
        (3, [7, 8, 9, 10], 0, "4 levels"),
        (3, [7, 8, 9], 1, "4 levels"),
        (3, [7], 3, "4 levels"),
    ],
)
def test_who_may_belong_to_whom(supplier, above, below, problem):
    found = rules.problem_with_parent(supplier, above=above, levels_below=below)
    assert problem in found
    assert bool(found) == bool(problem)


@pytest.fixture
def chain():
    """Four companies, each belonging to the one before."""
    companies = [SupplierFactory(name="Level 1 plc")]
    for level in (2, 3, 4):
        companies.append(SupplierFactory(name=f"Level {level} Ltd", parent=companies[-1]))
    return companies


def test_the_way_up_and_everybody_below(chain):
    top, second, third, fourth = chain
    SupplierFactory()
    assert Supplier.objects.above(fourth.pk) == [third.pk, second.pk, top.pk]
    assert Supplier.objects.above(top.pk) == []
    for company in chain:
        assert set(Supplier.objects.group_of(company.pk)) == set(chain)
    assert [Supplier.objects.levels_below(company.pk) for company in chain] == [3, 2, 1, 0]


def test_a_circle_and_a_fifth_level_are_refused_also_behind_the_forms_back(chain):
    top, *_, fourth = chain
    by, newcomer = UserFactory(), SupplierFactory()
    with pytest.raises(actions.Refused, match="belongs to the supplier itself"):
        actions.change(supplier=top, by=by, version=1, parent=fourth)
    with pytest.raises(actions.Refused, match="4 levels"):
        actions.change(supplier=newcomer, by=by, version=1, parent=fourth)
    with pytest.raises(actions.Refused, match="4 levels"):
        actions.add(by=by, name="New Ltd", parent=fourth)
    with pytest.raises(actions.Refused, match="4 levels"):
        actions.change(supplier=top, by=by, version=1, parent=newcomer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Supplier.objects.filter(pk=top.pk).update(parent=top)


def test_the_form_takes_a_parent_by_name_and_says_what_is_wrong_with_it(client, chain):
    client.force_login(person_with("procurement"))
    top, second, *_ = chain
    url = reverse("suppliers:edit", args=[top.pk])
    answer = client.post(url, {"name": top.name, "parent": second.name, "version": 1})
    assert "belongs to the supplier itself" in str(answer.context["form"].errors["parent"])
    other = SupplierFactory(name="Other Ltd")
    url = reverse("suppliers:edit", args=[other.pk])
    client.post(url, {"name": "Other Ltd", "parent": "level 1 PLC", "version": 1})
    other.refresh_from_db()
    assert other.parent == top
    assert other.history.first().parent == top


# --- together -----------------------------------------------------------------------------------


def test_currencies_are_never_added_to_each_other():
    both = add_up(
        [
            Amounts({"GBP": Decimal(5)}),
            Amounts({"EUR": Decimal(3)}, missing=1),
            Amounts({"GBP": Decimal(1)}),
        ]
    )
    assert (both.sums, both.missing) == ({"GBP": Decimal(6), "EUR": Decimal(3)}, 1)
    assert both.in_words(lambda amount, currency: f"{currency}{amount}") == "GBP6 and EUR3"


def test_nothing_and_not_known_are_told_apart():
    write = "{} {}".format
    assert Amounts().in_words(write) == "None"
    assert Amounts(missing=2).in_words(write) == "Not recorded"
    assert Amounts({"GBP": Decimal(0)}).in_words(write) == "0 GBP"


amounts = st.builds(
    Amounts,
    st.dictionaries(st.sampled_from(["GBP", "EUR"]), st.decimals(0, 10**9, places=2)),
    st.integers(0, 5),
)


@given(st.lists(amounts, max_size=6))
def test_the_order_in_which_amounts_are_added_does_not_matter(some):
    assert add_up(some) == add_up(reversed(some))


def test_a_group_adds_up_what_the_reader_may_see(client):
    top = SupplierFactory(name="Top plc")
    child = SupplierFactory(name="Child Ltd", parent=top)
    seen = ContractFactory(supplier=top, value=Decimal(100), tier="gold")
    ContractFactory(supplier=child, value=Decimal(20), unit=seen.unit, current_value=Decimal(30))
    ContractFactory(supplier=child, value=Decimal(7), unit=seen.unit, currency="EUR")
    ContractFactory(supplier=child, unit=seen.unit)
    ContractFactory(supplier=child, value=Decimal(5000), unit=seen.unit, stage="ended")
    ContractFactory(supplier=child, value=Decimal(9000))  # of another unit
    IndicatorFactory(contract=seen)
    client.force_login(person_with("viewer", seen.unit))
    for company in (top, child):
        group = client.get(company.get_absolute_url()).context["group"]
        totals = {fact.key: str(shown) for fact, shown in group["totals"]}
        assert totals["in_force"] == "4"
        assert totals["value"] == '£130 and €7 <span class="app-table__sub">1 not recorded</span>'
        assert "Not reported" in totals["performance"]
        assert [line["name"] for line in group["lines"]] == ["Top plc", "Child Ltd"]


def test_a_supplier_on_its_own_has_no_group(client):
    client.force_login(person_with("procurement"))
    assert client.get(SupplierFactory().get_absolute_url()).context["group"] is None


def test_a_large_group_names_some_and_counts_all(client):
    client.force_login(person_with("procurement"))
    top = SupplierFactory(name="A top plc")
    for _ in range(30):
        ContractFactory(supplier=SupplierFactory(parent=top))
    group = client.get(top.get_absolute_url()).context["group"]
    assert (group["number"], len(group["lines"])) == (31, 15)
    assert {fact.key: shown for fact, shown in group["totals"]}["in_force"] == 30
    assert group["url"] == f"/suppliers/?group={top.pk}"


def test_a_group_costs_two_queries_however_large(chain, django_assert_num_queries):
    fourth = Supplier.objects.select_related("parent__parent__parent").get(pk=chain[-1].pk)
    for _ in range(5):
        SupplierFactory(parent=chain[1])
    with django_assert_num_queries(1):
        assert len(Group(fourth).ids) == 9


def test_facts_that_share_a_function_ask_it_once(django_assert_num_queries):
    contract, reader = ContractFactory(), person_with("procurement")
    reader.may("view_contracts")
    shared = [fact for fact in facts.all_facts() if fact.values.__name__ == "as_lead"]
    assert len(shared) == 5
    with django_assert_num_queries(1):
        known = facts.ask(reader, [contract.supplier_id], shared)
    assert known["in_force"] == {contract.supplier_id: 1}
