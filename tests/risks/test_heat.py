"""The heat map counts what its reader may see, and every number leads to a list that counts the same."""

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.lists import ListPage
from risks import actions, heat
from risks.breakdown import AXES, Breakdown
from risks.columns import columns
from risks.filters import RiskFilter
from risks.heat import Scored
from risks.models import Category, Matrix, Risk
from risks.rules import Kind
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    SupplierFactory,
    UserFactory,
    person_with,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def category():
    return Category.objects.create(name="Weather", appetite=8)


@pytest.fixture
def put(category):
    """Enter an open risk at a likelihood and an impact; the test says what else matters."""

    def put(contract=None, at=(2, 2), *, supplier=None, accepted=True, **values):
        likelihood, impact = at
        values = {"title": "It snows", "category": category, "owner": UserFactory(),
                  "likelihood": likelihood, "impact": impact, **values}  # fmt: skip
        return actions.raise_risk(
            by=None, today=TODAY, contract=contract, supplier=supplier, accepted=accepted, **values
        )  # fmt: skip

    return put


def page_of(user, by="unit", **asked):
    request = RequestFactory().get("/risks/heat-map/", asked)
    request.user = user
    return Breakdown(
        request, queryset=Risk.objects.visible_to(user), axis=AXES[by], matrix=Matrix.current(), today=TODAY
    )  # fmt: skip


def rows_of(page):
    return {row["label"]: row for row in page._row_dicts}


def count_in_list(user, url):
    """How many the list of risks has at this address."""
    path, _, query = url.partition("?")
    assert path == reverse("risks:list")
    request = RequestFactory().get(path, QUERY_STRING=query)
    request.user = user
    page = ListPage(
        request, queryset=Risk.objects.visible_to(user), columns=columns(Matrix.current()), filterset=RiskFilter
    )  # fmt: skip
    assert not page.filterset.form.errors
    return page.count


# --- What is counted ------------------------------------------------------------------------------


def test_each_cell_counts_the_risks_that_stand_there(put):
    contract = ContractFactory()
    for at in ((4, 5), (4, 5), (1, 2)):
        put(contract, at)
    assert heat.counts(Risk.objects.all()) == {(4, 5): 2, (1, 2): 1}


def test_with_nothing_done_and_target_are_counted_by_their_own_levels(put):
    put(ContractFactory(), (2, 2), inherent_likelihood=5, inherent_impact=4)
    risks = Risk.objects.all()
    assert heat.counts(risks, Scored.INHERENT) == {(5, 4): 1}
    assert heat.counts(risks, Scored.TARGET) == {(None, None): 1}


def test_the_map_is_about_what_is_open(put, client):
    contract = ContractFactory()
    put(contract, (5, 5))
    put(contract, (5, 5), accepted=False)
    closed = put(contract, (5, 5))
    actions.close(risk=closed, by=None, on=TODAY, version=closed.version, outcome="Gone")
    client.force_login(person_with("procurement"))
    assert client.get(reverse("risks:heat_map")).context["heat"].counts == {(5, 5): 1}


def test_an_opportunity_counts_only_where_it_is_asked_for(put, client):
    contract = ContractFactory()
    put(contract, (5, 5), kind=Kind.OPPORTUNITY.value)
    put(contract, (1, 1))
    client.force_login(person_with("procurement"))
    home = reverse("risks:heat_map")
    assert client.get(home).context["heat"].counts == {(1, 1): 1}
    assert client.get(home, {"kind": "opportunity"}).context["heat"].counts == {(5, 5): 1}


def test_people_count_only_what_they_may_see(put, client):
    ours, theirs = ContractFactory(), ContractFactory()
    put(ours, (3, 3))
    put(theirs, (5, 5))
    put(supplier=theirs.supplier, at=(5, 5))
    put(at=(5, 5))
    client.force_login(person_with("viewer", ours.unit))
    page = client.get(reverse("risks:heat_map"))
    assert page.context["heat"].counts == {(3, 3): 1}
    assert theirs.unit.name not in page.content.decode()
    page = client.get(reverse("risks:heat_map"), {"by": "supplier"})
    assert theirs.supplier.name not in page.content.decode()


@pytest.mark.parametrize("by", AXES)
def test_the_breakdown_counts_bands_appetite_owners_and_reviews(put, by):
    contract = ContractFactory(tier="gold")
    put(contract, (5, 4), owner=None)
    put(contract, (3, 3), review_on=date(2026, 11, 19))
    put(contract, (2, 2), owner=UserFactory(is_active=False), review_on=TODAY)
    (row,) = page_of(person_with("procurement"), by)._row_dicts
    counted = {name: row[name] for name in ("total", "critical", "high", "medium", "low")}
    assert counted == {"total": 3, "critical": 1, "high": 0, "medium": 1, "low": 1}
    assert (row["above"], row["nobody"], row["overdue"]) == (2, 2, 1)


def test_a_changed_matrix_changes_the_bands(put):
    put(ContractFactory(), (2, 2))
    Matrix.objects.update_or_create(pk=1, defaults={"medium": 2, "high": 3, "critical": 4})
    (row,) = page_of(person_with("procurement"))._row_dicts
    assert (row["critical"], row["low"]) == (1, 0)


def test_a_risk_of_a_supplier_stands_with_the_contracts_that_it_leads(put):
    contract = ContractFactory()
    put(contract)
    put(supplier=contract.supplier)
    rows = rows_of(page_of(person_with("procurement"), "supplier"))
    assert rows[contract.supplier.name]["total"] == 2


def test_what_belongs_to_no_group_has_a_name(put):
    put(ContractFactory(tier=""))
    put(ContractFactory(supplier=None))
    put()
    everybody = person_with("procurement")
    assert "Of suppliers and of the organisation" in rows_of(page_of(everybody, "unit"))
    assert set(rows_of(page_of(everybody, "tier"))) == {
        "Not tiered",
        "Of suppliers and of the organisation",
    }
    assert rows_of(page_of(everybody, "supplier"))["No supplier"]["total"] == 2


# --- In which order, and how many at once ---------------------------------------------------------


def test_the_most_above_appetite_come_first_then_the_most_critical(put):
    few, many, worst = (ContractFactory(unit=BusinessUnitFactory(name=n)) for n in "ABC")
    put(few, (3, 3))
    for contract, at in ((many, (3, 3)), (many, (3, 4)), (worst, (5, 5)), (worst, (3, 3))):
        put(contract, at)
    everybody = person_with("procurement")
    assert list(rows_of(page_of(everybody))) == ["C", "B", "A"]
    assert list(rows_of(page_of(everybody, sort="label"))) == ["A", "B", "C"]
    assert list(rows_of(page_of(everybody, sort="-label"))) == ["C", "B", "A"]
    assert list(rows_of(page_of(everybody, sort="total"))) == ["A", "C", "B"]


def test_groups_come_in_pages(put):
    for _ in range(26):
        put(ContractFactory())
    everybody = person_with("procurement")
    first, second = (page_of(everybody, "supplier", page=str(n)) for n in (1, 2))
    assert (first.count, len(first.lines), len(second.lines)) == (26, 25, 1)
    names = {row["label"] for row in (*first._row_dicts, *second._row_dicts)}
    assert len(names) == 26


def test_the_export_has_all_groups_with_their_numbers(put, client):
    for number in range(26):
        put(ContractFactory(unit=BusinessUnitFactory(name=f"Unit {number}")), (5, 5))
    client.force_login(person_with("procurement"))
    response = client.get(reverse("risks:heat_map"), {"export": "csv"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert (
        lines[0]
        == "Business unit,Open,Above appetite,Critical,High,Medium,Low,No owner,Review overdue"
    )
    assert len(lines) == 27
    assert lines[1].split(",")[1:] == ["1", "1", "1", "0", "0", "0", "0", "0"]


def test_the_page_asks_as_often_for_many_risks_as_for_one(put, client):
    client.force_login(person_with("procurement"))
    put(ContractFactory())

    def queries(by):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("risks:heat_map"), {"by": by}).status_code == 200
        return len(asked)

    queries("unit")
    before = {by: queries(by) for by in AXES}
    for number in range(12):
        put(ContractFactory(tier="gold"), (1 + number % 5, 1 + number % 4))
    put(supplier=SupplierFactory())
    assert {by: queries(by) for by in AXES} == before


# --- Numbers lead to lists that count the same ----------------------------------------------------


@pytest.fixture
def many(put):
    """Risks of several units, tiers, suppliers, kinds and levels, some with nobody, some shared, some overdue."""
    supplier = SupplierFactory(name="Kettlemoor Ltd")
    contracts = [
        ContractFactory(tier="gold", supplier=supplier), ContractFactory(tier=""), ContractFactory(supplier=None),
    ]  # fmt: skip
    for number in range(24):
        subject = {"contract": contracts[number % 3]}
        if number % 7 == 0:
            subject = {"supplier": supplier} if number else {}
        put(
            **subject, at=(1 + number % 5, 1 + number % 4),
            inherent_likelihood=5, inherent_impact=1 + number % 5,
            owner=None if number % 5 == 0 else UserFactory(), is_shared=number % 2 == 0,
            kind=Kind.OPPORTUNITY.value if number % 11 == 0 else Kind.RISK.value,
            review_on=date(2026, 11, 19) if number % 3 == 0 else date(2027, 1, 1),
        )  # fmt: skip
    put(contracts[0], (5, 5), accepted=False, owner=None)


NARROWED = (
    {},
    {"kind": "opportunity"},
    {"shared": "yes"},
    {"supplier": "kettlemoor"},
    {"tier": "gold"},
    {"about": "none"},
)


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("asked", NARROWED, ids=str)
def test_every_cell_leads_to_as_many_risks_as_it_says(client, asked):
    everybody = person_with("procurement")
    client.force_login(everybody)
    for scored in ("now", "inherent"):
        shown = client.get(reverse("risks:heat_map"), {**asked, "scored": scored}).context["heat"]
        cells = [cell for line in shown.lines for cell in line["cells"] if cell.number]
        assert cells
        for cell in cells:
            assert count_in_list(everybody, cell.url) == cell.number, cell


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("by", AXES)
@pytest.mark.parametrize("asked", NARROWED, ids=str)
def test_every_number_of_the_breakdown_leads_to_as_many_risks(client, by, asked):
    everybody = person_with("procurement")
    client.force_login(everybody)
    page = client.get(reverse("risks:heat_map"), {**asked, "by": by}).context["page"]
    linked = 0
    for line in page.lines:
        for column, cell in line["cells"][1:]:
            if found := re.match(r'<a [^>]*href="([^"]+)">([\d,]+)</a>', str(cell)):
                linked += 1
                url, number = found.groups()
                assert count_in_list(everybody, unescape(url)) == int(number), (
                    line["name"],
                    column.key,
                )
    assert linked


@pytest.mark.usefixtures("many")
def test_every_figure_leads_to_as_many_risks(client):
    everybody = person_with("procurement")
    client.force_login(everybody)
    for figure in client.get(reverse("risks:heat_map")).context["figures"]:
        assert count_in_list(everybody, figure["url"]) == int(figure["number"]), figure


@pytest.mark.usefixtures("many")
def test_a_filter_that_is_not_understood_is_not_carried_into_the_links(client):
    client.force_login(person_with("procurement"))
    page = client.get(reverse("risks:heat_map"), {"unit": "999999", "tier": "gold"}).context["page"]
    assert page.asked == {"state": "open", "kind": "threats", "tier": "gold"}


# --- The pictures of a contract -------------------------------------------------------------------


def test_all_pictures_of_a_contract_are_one_query(put, django_assert_num_queries):
    contract = ContractFactory()
    for number in range(15):
        put(contract, (1 + number % 5, 1 + number % 4))
    put(contract, (5, 5), kind=Kind.OPPORTUNITY.value)
    matrix = Matrix.current()
    request = RequestFactory().get("/")
    with django_assert_num_queries(1):
        made = heat.pictures_of(
            contract.risks, matrix, request, label="Risks", contract_id=contract.pk
        )
        assert made["heat"].picture
        assert [line.picture for line in made["arrows"].lines]
    assert made["heat"].total == 15
    assert (len(made["arrows"].lines), made["arrows"].more) == (12, 3)
    assert f"contract_id={contract.pk}" in made["heat"].lines[0]["cells"][0].url


def test_cells_of_a_contract_lead_to_its_risks(put):
    contract = ContractFactory()
    put(contract, (4, 4))
    put(ContractFactory(), (4, 4))
    made = heat.pictures_of(
        contract.risks, Matrix.current(), RequestFactory().get("/"), label="Risks", contract_id=contract.pk
    )  # fmt: skip
    assert count_in_list(person_with("procurement"), made["heat"].lines[1]["cells"][3].url) == 1


def test_the_scores_of_a_risk_are_one_query_however_many(put, django_assert_num_queries):
    risk, manager = put(ContractFactory(), (4, 4)), UserFactory()
    for number in range(1, 6):
        risk = actions.review(
            risk=risk, by=manager, on=TODAY, version=risk.version, likelihood=number, impact=3, words="Looked at"
        )  # fmt: skip
    matrix = Matrix.current()
    with django_assert_num_queries(1):
        made = heat.score_history(risk, matrix, today=TODAY)
    assert [line.score for line in made.lines] == [15, 12, 9, 6, 3, 16]
    assert (made.lines[0].by, made.lines[0].words, made.lines[-1].by) == (
        str(manager),
        "Looked at",
        "",
    )


def test_only_the_latest_scores_are_drawn_and_it_is_said(put, monkeypatch):
    monkeypatch.setattr(heat, "MOST_SCORINGS", 2)
    risk = put(ContractFactory(), (4, 4))
    for likelihood in (3, 2):
        risk = actions.review(
            risk=risk, by=None, on=TODAY, version=risk.version, likelihood=likelihood, impact=4
        )
    made = heat.score_history(risk, Matrix.current(), today=TODAY)
    assert ([line.score for line in made.lines], made.is_cut) == ([8, 12], True)
