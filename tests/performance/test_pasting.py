"""A column from a spreadsheet, pasted into the month's sheet."""

from datetime import date

import pytest

from performance.models import Reading
from tests.factories import ContractFactory, UserFactory
from tests.performance.factories import IndicatorFactory, ReadingFactory
from tests.performance.test_pages import text_of

pytestmark = pytest.mark.django_db
ADDRESS = "/performance/log/?month=2026-10"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 2))


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def kpis(owner):
    contract = ContractFactory(oco=owner, stage="live")
    names = ("Calls", "Repairs", "Visits")
    return [
        IndicatorFactory(contract=contract, name=n, reference=f"KPI {i}")
        for i, n in enumerate(names)
    ]


def paste(client, column, **more):
    response = client.post(ADDRESS, {"column": column, "fill": "on", **more})
    page = response.context["sheet"]
    return response, {
        line.indicator.name: (line["value"].value(), line["comment"].value()) for line in page.lines
    }


def test_values_go_to_the_lines_in_their_order_and_are_not_saved(client, owner, kpis):
    client.force_login(owner)
    response, shown = paste(client, "97.5\r\n\r\n98 %\r\n")
    assert [value for value, _ in shown.values()] == ["97.5", None, "98 %"]
    assert "2 lines filled in. Nothing is saved yet" in text_of(response)
    assert not Reading.objects.exists()


def test_lines_that_are_logged_are_passed_over(client, owner, kpis):
    ReadingFactory(indicator=kpis[0])
    client.force_login(owner)
    _, shown = paste(client, "97.5\n98")
    assert (shown["Repairs"][0], shown["Visits"][0]) == ("97.5", "98")


def test_rows_with_a_name_or_a_reference_go_to_their_line(client, owner, kpis):
    client.force_login(owner)
    _, shown = paste(client, "visits\t91\tStorm\nKPI 0\t92")
    assert shown["Visits"] == ("91", "Storm")
    assert shown["Calls"][0] == "92"


def test_a_value_with_its_comment(client, owner, kpis):
    client.force_login(owner)
    _, shown = paste(client, "91\tStorm")
    assert shown["Calls"] == ("91", "Storm")


def test_too_many_rows_are_refused_and_kept(client, owner, kpis):
    client.force_login(owner)
    response, _ = paste(client, "1\n2\n3\n4", **{f"kpi-{kpis[0].pk}-comment": "typed before"})
    assert "You pasted 4 values, but 3 of the lines below" in text_of(response)
    for words in ("typed before", "1\n2\n3\n4", 'href="#column"'):
        assert words in response.content.decode()


def test_what_is_wrong_is_said_at_once(client, owner, kpis):
    client.force_login(owner)
    response, _ = paste(client, "many\n98")
    assert "Calls: value must be a number" in text_of(response)


def test_nothing_pasted_is_said(client, owner, kpis):
    client.force_login(owner)
    assert "Nothing was pasted" in text_of(paste(client, "\n")[0])
