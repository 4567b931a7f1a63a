"""Who is led where, what stands there, and what it costs."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Organisation
from common import deadlines
from contracts.models import Contract
from dashboards.querysets import count_by_standing, standing_at, with_standing
from dashboards.standings import kpis_by_contract
from performance import rules
from performance.rules import Standing
from performance.scorecards import actions
from tests.dashboards.factories import TODAY, days, rated, register, time_stands_still
from tests.factories import (
    BusinessUnitFactory,
    ContractFactory,
    MembershipFactory,
    UserFactory,
    person_with,
)
from tests.performance.scorecards.factories import ScorecardFactory, signed_off

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_stands_still():
        yield


@pytest.fixture
def signed_in(client):
    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in


# --- Where each person starts -------------------------------------------------------------------


def test_owner_and_deputy_start_with_their_work(signed_in):
    contract = ContractFactory(oco=UserFactory(), deputy=UserFactory())
    for person in (contract.oco, contract.deputy):
        assert signed_in(person).get("/").url == reverse("dashboards:work")


@pytest.mark.parametrize(
    ("role", "name"),
    [("procurement", "portfolio"), ("auditor", "portfolio"), ("administrator", "setup")],
)
def test_roles_for_the_organisation_start_with_their_page(signed_in, role, name):
    assert signed_in(person_with(role)).get("/").url == reverse(f"dashboards:{name}")


@pytest.mark.parametrize("role", ["viewer", "unit_contact"])
def test_roles_in_a_unit_start_with_its_contracts(signed_in, role):
    person = person_with(role, BusinessUnitFactory())
    assert signed_in(person).get("/").url == reverse("dashboards:units")


def test_an_sro_starts_with_the_overview(signed_in):
    sro = ContractFactory(sro=UserFactory()).sro
    assert signed_in(sro).get("/").url == reverse("dashboards:overview")


def test_whoever_has_no_role_is_told_who_can_give_one(signed_in):
    person_with("administrator", name="Ada Minister", email="ada@example.org")
    person_with("procurement", name="Gone Away", is_active=False)
    person_with("procurement", name="", email="unnamed@example.org")
    answer = signed_in(UserFactory()).get("/")
    assert answer.status_code == 200
    assert "Ada Minister" in answer.text
    assert ">unnamed@example.org</a>" in answer.text
    assert "Gone Away" not in answer.text


def test_of_several_pages_the_one_with_more_to_do_comes_first_and_tabs_lead_to_the_others(
    signed_in,
):
    person = person_with("procurement")
    ContractFactory(oco=person, ends_on=days(400))
    client = signed_in(person)
    assert client.get("/").url == reverse("dashboards:portfolio")
    ContractFactory(sro=person, ends_on=days(-2))
    person = type(person).objects.get(pk=person.pk)
    client.force_login(person)
    assert client.get("/").url == reverse("dashboards:overview")
    page = client.get(reverse("dashboards:overview"))
    assert [tab["label"] for tab in page.context["tabs"]] == ["My work", "Overview", "Portfolio"]


def test_navigation_shows_the_pages_a_person_has(signed_in):
    owner = ContractFactory(oco=UserFactory()).oco
    labels = [link["label"] for link in signed_in(owner).get("/work/").context["navigation"]]
    assert "My work" in labels
    assert not {"Overview", "Portfolio", "My units", "Set-up"} & set(labels)


def test_the_header_asks_once_a_minute_and_a_first_page_at_once(signed_in):
    person = UserFactory()
    client = signed_in(person)
    client.get(reverse("contracts:list"))
    with CaptureQueriesContext(connection) as captured:
        client.get(reverse("contracts:list"))
    assert not [
        query for query in captured if "EXISTS" in query["sql"] and "sro_id" in query["sql"]
    ]
    ContractFactory(oco=person)
    assert client.get("/").url == reverse("dashboards:work")


@pytest.mark.parametrize("name", ["portfolio", "setup"])
def test_pages_of_a_role_are_not_there_for_others(signed_in, name):
    owner = ContractFactory(oco=UserFactory()).oco
    assert signed_in(owner).get(reverse(f"dashboards:{name}")).status_code == 404


# --- My work --------------------------------------------------------------------------------------


def test_work_shows_what_is_past_its_end_first_with_what_to_do(signed_in):
    owner = UserFactory()
    past = ContractFactory(oco=owner, ends_on=days(-41), title="Telecare")
    answer = signed_in(owner).get("/work/")
    assert answer.context["summary"].startswith("1 contract is past its end.")
    assert f'href="{reverse("stages:outcome", args=[past.pk])}"' in answer.text
    # Its end is the problem above, not a date among others as well.
    assert answer.context["agenda"].overdue == []


def test_work_sorts_dates_by_how_soon_they_are_due(signed_in):
    owner = UserFactory()
    ContractFactory(oco=owner, title="Late", review_on=days(-5))
    ContractFactory(oco=owner, title="Today", ends_on=days(0))
    ContractFactory(oco=owner, title="Soon", review_on=days(30))
    ContractFactory(oco=owner, title="Later", ends_on=days(31))
    ContractFactory(oco=owner, title="Far", ends_on=days(91))
    agenda = signed_in(owner).get("/work/").context["agenda"]
    found = {
        heading: [task.deadline.subject.split()[-1] for task in tasks]
        for heading, _, _, tasks in agenda.bands
    }
    assert found == {
        "Overdue": ["Late"],
        "In the next 30 days": ["Today", "Soon"],
        "In 31 to 90 days": ["Later"],
    }


def test_work_leads_from_each_date_to_the_page_where_its_outcome_is_recorded(signed_in):
    deputy = UserFactory()
    contract = ContractFactory(
        oco=UserFactory(), deputy=deputy,
        review_on=days(5), ends_on=days(40), notice_period=20, notice_unit="days",
    )  # fmt: skip
    answer = signed_in(deputy).get("/work/")
    tasks = [task for _, _, _, tasks in answer.context["agenda"].bands for task in tasks]
    assert [task.action for task in tasks] == [
        "Record the review", "Record what follows", "Record what follows",
    ]  # fmt: skip
    assert {task.url for task in tasks} == {reverse("stages:outcome", args=[contract.pk])}
    assert signed_in(deputy).get(tasks[0].url).status_code == 200


def test_work_groups_readings_by_month_and_starts_with_the_latest_that_is_overdue(signed_in):
    owner = UserFactory()
    for _ in range(2):
        rated(ContractFactory(oco=owner), "good", period_start=TODAY.replace(month=9, day=1))
    answer = signed_in(owner).get("/work/")
    months = answer.context["agenda"].readings
    assert (months[0].month.label, months[0].contracts, months[0].is_overdue) == (
        "October 2026", 2, True,
    )  # fmt: skip
    assert f'href="{reverse("performance:log")}?month=2026-10"' in answer.text
    assert [month.month.label for month in months if not month.is_overdue] == ["November 2026"]
    log = answer.client.get(months[0].url)
    assert log.status_code == 200


def test_work_says_when_everything_is_logged(signed_in):
    owner = ContractFactory(oco=UserFactory()).oco
    assert "Every reading that is due has been logged." in signed_in(owner).get("/work/").text


def test_work_names_what_is_missing_with_the_way_to_mend_it(signed_in):
    owner = UserFactory()
    contract = ContractFactory(oco=owner, ends_on=days(400), tier="bronze")
    answer = signed_in(owner).get("/work/")
    assert "Give the award value" in answer.text
    assert f"{reverse('contracts:edit', args=[contract.pk])}#id_value" in answer.text


def test_work_leads_only_where_a_person_may_go(signed_in):
    contract = ContractFactory(oco=UserFactory())
    gaps = signed_in(contract.oco).get("/work/").context["lines"][0].gaps
    ways = {gap["sentence"]: gap["url"] for gap in gaps}
    assert ways["Give the supplier's company number"] == ""
    for url in filter(None, ways.values()):
        assert signed_in(contract.oco).get(url).status_code == 200


def test_work_shows_a_deputy_whom_they_stand_in_for(signed_in):
    contract = ContractFactory(oco=UserFactory(name="Olive Owner"), deputy=UserFactory())
    page = signed_in(contract.deputy).get("/work/").text
    assert "You are the deputy of Olive Owner<" in page
    contract.oco.is_active = False
    contract.oco.save()
    page = signed_in(contract.deputy).get("/work/").text
    assert "You are the deputy of Olive Owner, who has left<" in page


def test_work_shows_nothing_of_others(signed_in):
    owner = UserFactory()
    ContractFactory(oco=owner, title="Mine")
    ContractFactory(sro=owner, title="Overseen", ends_on=days(3))
    ContractFactory(title="Foreign", ends_on=days(-3))
    answer = signed_in(owner).get("/work/")
    assert "Mine" in answer.text
    assert "Overseen" not in answer.text
    assert "Foreign" not in answer.text


# --- Overview -------------------------------------------------------------------------------------


def test_overview_is_worst_first(signed_in):
    sro = UserFactory()
    contracts = register(sro=sro)
    lines = signed_in(sro).get("/overview/").context["lines"]
    names = {contract.pk: name for name, contract in contracts.items()}
    order = [names[line.pk] for line in lines]
    assert order[0] == "past"
    assert set(order[1:3]) == {"inadequate", "stale_bad"}
    assert order[3] == "improvement"
    assert set(order[4:6]) == {"silent", "stale"}
    assert order[6] == "approaching"
    assert order[-1] == "good"
    assert "ended" not in order


def test_overview_says_what_waits_for_the_sro_themselves(signed_in):
    contract = ContractFactory(
        oco=UserFactory(), sro=UserFactory(), title="Home care", tier="gold", stage="live"
    )
    scorecard = signed_off(ScorecardFactory(contract=contract), today=TODAY)
    client = signed_in(contract.sro)
    page = client.get("/overview/")
    assert [(task.title, task.url) for task in page.context["waiting"]] == [
        ("Look at the scorecard for July to September 2026", scorecard.get_absolute_url())
    ]
    assert "Waits for you" in page.text
    actions.see(scorecard=scorecard, by=contract.sro, version=scorecard.version)
    assert "Waits for you" not in client.get("/overview/").text


def test_overview_counts_kpis_by_their_latest_rating_and_never_takes_silence_for_good(signed_in):
    sro = UserFactory()
    contracts = register(sro=sro)
    lines = {line.pk: line for line in signed_in(sro).get("/overview/").context["lines"]}
    assert lines[contracts["inadequate"].pk].kpis == {Standing.INADEQUATE: 1, Standing.GOOD: 1}
    assert lines[contracts["stale"].pk].kpis == {Standing.NOT_REPORTED: 1}
    assert lines[contracts["untracked"].pk].kpis == {}
    trend = lines[contracts["stale"].pk].trend_words
    assert trend == "Good in 1 of 12 months, not reported in 11."


@pytest.mark.parametrize("name", ["overview", "units"])
def test_each_figure_is_the_number_of_lines_it_leads_to(signed_in, name):
    units = (BusinessUnitFactory(), BusinessUnitFactory())
    person = UserFactory()
    register(units=units, sro=person if name == "overview" else None)
    for unit in units:
        MembershipFactory(user=person, unit=unit)
    client = signed_in(person)
    figures = client.get(f"/{name}/").context["figures"]
    numbers = {figure["label"]: figure["number"] for figure in figures}
    assert numbers == {
        "contracts": 11, "past their end": 1, "rated Inadequate": 2,
        "rated Requires improvement": 1, "with KPIs not reported": 2, "with something overdue": 8,
        "without an owner": 1, "ending in 90 days": 2,
    }  # fmt: skip
    for figure in figures:
        narrowed = client.get(f"/{name}/{figure['url'].partition('#')[0]}")
        rows = narrowed.text.count('<th scope="row"')
        assert rows == figure["number"], figure["label"]


def test_overview_shows_the_next_date_and_beyond_a_year_the_end(signed_in):
    sro = UserFactory()
    near = ContractFactory(sro=sro, review_on=days(200), ends_on=days(300))
    far = ContractFactory(sro=sro, ends_on=TODAY.replace(year=2030))
    answer = signed_in(sro).get("/overview/")
    following = {line.pk: line.next_due for line in answer.context["lines"]}
    assert (following[near.pk].kind, following[far.pk]) == ("contract-review", None)
    assert "23 November 2030" in answer.text


def test_overview_shows_thirty_contracts_on_two_pages(signed_in):
    sro = UserFactory()
    for _ in range(30):
        ContractFactory(sro=sro)
    client = signed_in(sro)
    assert client.get("/overview/").text.count('<th scope="row"') == 25
    assert client.get("/overview/?page=2").text.count('<th scope="row"') == 5


@pytest.mark.parametrize("page", ["overview", "units"])
def test_each_number_of_a_line_leads_to_what_it_counts(signed_in, page):
    person, unit = UserFactory(), BusinessUnitFactory()
    contract = ContractFactory(
        unit=unit, oco=UserFactory(), sro=person, ends_on=days(-3), review_on=days(-9)
    )
    rated(contract, "inadequate", None)
    MembershipFactory(user=person, unit=unit)
    answer = signed_in(person).get(f"/{page}/")
    (line,) = answer.context["lines"]
    late = [(task.deadline.title, task.deadline.due_on) for task in line.overdue]
    assert late[-2:] == [("Contract review", days(-9)), ("Contract is past its end", days(-3))]
    assert len(late) == line.position.overdue > 2
    kpis = reverse("performance:contract", args=[contract.pk])
    assert answer.text.count(f'href="{kpis}"') == 2 + len(late) - 2  # ratings, months of readings
    for task in line.overdue:
        assert f'href="{task.about}"' in answer.text
        assert signed_in(person).get(task.about).status_code == 200


def test_overview_says_what_sro_stands_for_here(signed_in):
    Organisation.objects.create(sro_label="Senior Representative Owner")
    sro = ContractFactory(sro=UserFactory()).sro
    assert "Senior Representative Owner" in signed_in(sro).get("/overview/").text


# --- My units -------------------------------------------------------------------------------------


def test_units_offers_to_choose_an_owner_only_to_those_who_may(signed_in):
    unit = BusinessUnitFactory()
    contract = ContractFactory(unit=unit)
    link = reverse("contracts:people", args=[contract.pk])
    assert link in signed_in(person_with("unit_contact", unit)).get("/units/").text
    assert link not in signed_in(person_with("viewer", unit)).get("/units/").text


def test_units_shows_no_other_unit(signed_in):
    unit = BusinessUnitFactory()
    ContractFactory(unit=unit, title="Ours")
    ContractFactory(title="Theirs")
    answer = signed_in(person_with("viewer", unit)).get("/units/")
    assert "Ours" in answer.text
    assert "Theirs" not in answer.text
    assert answer.context["figures"][0]["number"] == 1


# --- How contracts stand, in SQL and in Python ------------------------------------------------------


def test_standing_in_sql_is_standing_by_rule():
    register()
    every = Contract.objects.all()
    kpis = kpis_by_contract(every, today=TODAY)
    by_rule = {pk: rules.standing(kpis.get(pk, ())) for pk in every.values_list("pk", flat=True)}
    severities = dict(with_standing(every, TODAY).values_list("pk", "severity"))
    by_severity = {standing.severity: standing for standing in Standing}
    by_sql = {
        pk: Standing.NOT_TRACKED if severity is None else by_severity[severity]
        for pk, severity in severities.items()
    }
    assert by_sql == by_rule
    counts = count_by_standing(every, TODAY, number=every.count())
    assert counts == {s: list(by_rule.values()).count(s) for s in Standing}
    for standing in Standing:
        found = set(standing_at(every, [standing], TODAY).values_list("pk", flat=True))
        assert found == {pk for pk, at in by_rule.items() if at == standing}


# --- Portfolio --------------------------------------------------------------------------------------

LINK = re.compile(
    r'href="((?:/contracts/|/ratings/)\?[^"]*|/contracts/)"[^>]*>(.*?)</a>', re.DOTALL
)


def numbered_links(html):
    """(address, number) of every link of the page's main part whose words hold a number."""
    main = html[html.index("<main") : html.index("</main>")]
    for address, words in LINK.findall(main):
        number = re.search(r"[\d,]+", re.sub(r"<[^>]+>", " ", words))
        if number:
            yield unescape(address), int(number[0].replace(",", ""))


@pytest.mark.parametrize("role", ["procurement", "auditor"])
def test_each_number_of_the_portfolio_is_the_length_of_the_list_it_leads_to(signed_in, role):
    register()
    ContractFactory(tier="platinum", ends_on=days(-1), stage="exit", currency="EUR", value=5)
    client = signed_in(person_with(role))
    answer = client.get("/portfolio/")
    links = set(numbered_links(answer.text))
    assert len(links) > 40
    wrong = {
        (address, number, client.get(address).context["page"].count)
        for address, number in links
        if client.get(address).context["page"].count != number
    }
    assert wrong == set()


def test_the_gaps_of_the_portfolio_lead_to_lists_of_that_length(signed_in):
    register()
    client = signed_in(person_with("procurement"))
    gaps = client.get("/portfolio/").context["portfolio"].gaps
    assert {gap["label"]: gap["number"] for gap in gaps}["No owner"] == 1
    for gap in gaps:
        assert client.get(gap["url"]).context["page"].count == gap["number"], gap["label"]


def test_ratings_of_the_portfolio_keep_not_reported_and_not_tracked_apart(signed_in):
    register()
    portfolio = signed_in(person_with("auditor")).get("/portfolio/").context["portfolio"]
    assert {row["label"]: row["number"] for row in portfolio.ratings} == {
        "Inadequate": 2, "Requires improvement": 1, "Not reported": 2, "Approaching target": 1,
        "Not tracked": 3, "Good": 1, "Other": 0,
    }  # fmt: skip


def test_portfolio_adds_pounds_only_and_says_what_it_left_out(signed_in):
    ContractFactory(value=100)
    ContractFactory(value=50, currency="EUR")
    ContractFactory(value=7, stage="ended")
    answer = signed_in(person_with("procurement")).get("/portfolio/")
    assert answer.context["portfolio"].pounds == 100
    assert "1 contract in another currency not added" in answer.text


def test_an_empty_register_says_so_and_leads_to_the_import_whoever_may_start_one(signed_in):
    start = f'href="{reverse("imports:list")}">Import a register</a>'
    for role, may_start in (("procurement", True), ("auditor", False)):
        answer = signed_in(person_with(role)).get("/portfolio/")
        assert "The register is empty" in answer.text
        assert (start in answer.text) is may_start


# --- The list behind the ratings --------------------------------------------------------------------


def test_ratings_shows_only_what_a_person_may_see(signed_in):
    unit = BusinessUnitFactory()
    rated(ContractFactory(unit=unit, title="Ours"), "inadequate")
    rated(ContractFactory(title="Theirs"), "inadequate")
    answer = signed_in(person_with("viewer", unit)).get("/ratings/?rating=inadequate")
    assert "Ours" in answer.text
    assert "Theirs" not in answer.text
    assert answer.context["page"].count == 1


def test_ratings_exports_the_word(signed_in):
    unit = BusinessUnitFactory()
    rated(ContractFactory(unit=unit, title="Waste"), "inadequate")
    ContractFactory(unit=unit, title="Paper")
    answer = signed_in(person_with("viewer", unit)).get("/ratings/?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = [line.split(",")[:2] for line in text.splitlines()]
    assert rows == [
        ["Contract", "Latest rating"],
        ["Paper", "Not tracked"],
        ["Waste", "Inadequate"],
    ]


# --- Whatever is typed into the address, and what a page costs ------------------------------------

HOSTILE = ("'", "\x00", "-1", "99999999999999999999", "%", "<script>", "past_end'--", "é" * 300)


@pytest.mark.parametrize("name", ["work", "overview", "units", "portfolio", "ratings", "setup"])
def test_hostile_addresses_are_answered(signed_in, name):
    person = person_with("procurement")
    MembershipFactory(user=person, unit=None, role="administrator")
    ContractFactory(oco=person)
    client = signed_in(person)
    for value in HOSTILE:
        query = dict.fromkeys(("show", "page", "rating", "sort", "q", "unit", "per_page"), value)
        assert client.get(reverse(f"dashboards:{name}"), query).status_code == 200


@pytest.mark.parametrize("name", ["home", "work", "overview", "units", "portfolio", "ratings"])
def test_a_page_costs_the_same_for_one_contract_and_for_fifty(signed_in, name):
    unit = BusinessUnitFactory()
    person = UserFactory()
    role = "procurement" if name == "portfolio" else "viewer"
    MembershipFactory(user=person, role=role, unit=None if name == "portfolio" else unit)
    client = signed_in(person)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"dashboards:{name}"))
        return len(captured)

    def contracts(number):
        for n in range(number):
            contract = ContractFactory(
                unit=unit, oco=person, review_on=days(n % 60 - 20), ends_on=days(n % 40 - 10)
            )
            rated(contract, "good", "inadequate", None)
            ContractFactory(unit=unit, sro=person, ends_on=days(n))

    contracts(1)
    queries()  # the first request fills what is remembered for the process
    one = queries()
    contracts(49)
    assert queries() == one
    # SQLite is asked for each kind of date, of what is mine and of what I answer for; PostgreSQL for all that are kept at
    # once, and for what is somebody's own.
    kinds = len(deadlines.kinds())
    assert one <= (36 if connection.vendor == "postgresql" else 2 * kinds)
