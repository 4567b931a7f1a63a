"""What each person sees and may do on the pages of performance."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from performance.models import Indicator, Reading
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
LOG = "/performance/log/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 2))


@pytest.fixture
def owner():
    return UserFactory(name="Olive Owner")


@pytest.fixture
def contract(owner):
    return ContractFactory(
        oco=owner, deputy=UserFactory(), sro=UserFactory(), title="Waste collection"
    )


@pytest.fixture
def indicator(contract):
    return IndicatorFactory(contract=contract, name="Calls answered")


def text_of(response):
    """What a reader sees, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def line(indicator, value="", *, version=0, **boxes):
    """What the browser sends for one line of the sheet."""
    boxes = {"not_reported_reason": "", "comment": "", "reason": "", **boxes}
    sent = {"value": value, "version": version, **boxes}
    return {f"kpi-{indicator.pk}-{name}": text for name, text in sent.items()}


# --- Who may see and do what ----------------------------------------------------------------------


def pages(contract, indicator):
    return {
        "see": [
            reverse("performance:contract", args=[contract.pk]),
            reverse("performance:indicator", args=[indicator.pk]),
        ],
        "edit": [
            reverse("performance:add", args=[contract.pk]),
            reverse("performance:edit", args=[indicator.pk]),
            reverse("performance:retire", args=[indicator.pk]),
        ],
        "log": [f"{LOG}?contract={contract.pk}"],
    }


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("oco", {"see", "edit", "log"}),
        ("deputy", {"see", "edit", "log"}),
        ("sro", {"see"}),
        ("viewer", {"see"}),
        ("unit_contact", {"see"}),
        ("procurement", {"see", "edit", "log"}),
        ("auditor", {"see"}),
        ("administrator", set()),
        ("viewer elsewhere", set()),
    ],
)
def test_pages_by_role(client, contract, indicator, who, may):
    if who in ("oco", "deputy", "sro"):
        person = getattr(contract, who)
    elif who in ("viewer", "unit_contact"):
        person = person_with(who, contract.unit)
    elif who == "viewer elsewhere":
        person = person_with("viewer", ContractFactory().unit)
    else:
        person = person_with(who)
    client.force_login(person)
    for deed, addresses in pages(contract, indicator).items():
        for address in addresses:
            assert client.get(address).status_code == (200 if deed in may else 404), address


def test_a_viewer_is_not_offered_what_they_may_not_do(client, contract, indicator):
    client.force_login(contract.sro)
    for address in pages(contract, indicator)["see"]:
        page = client.get(address).content.decode()
        assert "/edit/" not in page
        assert LOG not in page


# --- The contract's performance -------------------------------------------------------------------


def test_the_tab_shows_target_latest_rating_and_trend(client, owner, contract, indicator):
    ReadingFactory(indicator=indicator, period_start=date(2026, 9, 1), value=Decimal("98.5"))
    client.force_login(owner)
    response = client.get(reverse("performance:contract", args=[contract.pk]))
    shown = text_of(response)
    for words in (
        "Calls answered",
        "99.00% or more",
        "98.50%",
        "September 2026",
        "Approaching target",
    ):
        assert words in shown
    assert "Target met in 0 of 1 month reported" in response.content.decode()


def test_a_kpi_without_readings_is_not_reported_and_overdue(client, owner, contract, indicator):
    client.force_login(owner)
    shown = text_of(client.get(reverse("performance:contract", args=[contract.pk])))
    assert "Not reported" in shown
    assert "September 2026 is overdue" in shown
    assert "Good" not in shown


def test_a_contract_without_kpis_is_not_tracked(client, owner, contract):
    client.force_login(owner)
    shown = text_of(client.get(reverse("performance:contract", args=[contract.pk])))
    assert "No KPIs yet" in shown
    assert "Not tracked" in shown


def test_the_overview_shows_the_worst_kpi_first(client, owner, contract, indicator):
    ReadingFactory(indicator=indicator)
    bad = ReadingFactory(indicator__contract=contract, value=Decimal(80), indicator__name="Worse")
    client.force_login(owner)
    shown = text_of(client.get(contract.get_absolute_url()))
    assert shown.index(bad.indicator.name) < shown.index("Calls answered")


@pytest.mark.parametrize("number", [1, 20])
def test_the_tab_costs_the_same_for_one_kpi_and_for_many(
    client, owner, contract, number, django_assert_max_num_queries
):
    for _ in range(number):
        ReadingFactory(indicator__contract=contract)
    client.force_login(owner)
    with django_assert_max_num_queries(12):
        client.get(reverse("performance:contract", args=[contract.pk]))


@pytest.mark.parametrize("number", [1, 20])
def test_the_kpi_page_costs_the_same_for_one_reading_and_for_many(
    client, owner, indicator, number, django_assert_max_num_queries
):
    for month in range(number):
        ReadingFactory(
            indicator=indicator, period_start=date(2025 + month // 12, month % 12 + 1, 1)
        )
    client.force_login(owner)
    with django_assert_max_num_queries(16):
        client.get(reverse("performance:indicator", args=[indicator.pk]))


# --- KPIs ---------------------------------------------------------------------------------------

KPI = {
    "name": "Calls answered", "unit": "%", "decimals": "1", "direction": "higher", "target": "99",
    "tolerance_near": "1", "tolerance_far": "3", "frequency": "monthly",
    "starts_on_day": "1", "starts_on_month": "4", "starts_on_year": "2026",
    "kind": "kpi", "quadrant": "performance", "reported_by": "supplier", "weight": "1", "over": "worst",
}  # fmt: skip


def test_an_owner_adds_a_kpi(client, owner, contract):
    client.force_login(owner)
    response = client.post(reverse("performance:add", args=[contract.pk]), KPI, follow=True)
    assert "KPI added: Calls answered." in text_of(response)
    assert Indicator.objects.get().target == 99


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Enter the name"),
        ({"tolerance_near": "4"}, "must be at least the one for Approaching target"),
        ({"target": ""}, "A tolerance needs a target"),
        ({"target": "x"}, "Target must be a number"),
        ({"target": "1e30"}, "must be below"),
        ({"tolerance_near": "-1"}, "must be 0 or more"),
        ({"decimals": "9"}, "Enter 4 or less"),
        ({"frequency": "hourly"}, "must be one of the choices"),
        ({"starts_on_month": "13"}, "must be a real date"),
        ({"name": "Calls\x00"}, "Name has a character in it"),
    ],
)
def test_a_kpi_that_makes_no_sense_is_refused_and_kept_on_the_page(
    client, owner, contract, wrong, words
):
    client.force_login(owner)
    response = client.post(reverse("performance:add", args=[contract.pk]), KPI | wrong)
    assert response.status_code == 200
    assert words in text_of(response)
    assert 'value="monthly"' in response.content.decode()
    assert not Indicator.objects.exists()


def test_two_kpis_of_a_contract_cannot_share_a_name(client, owner, contract, indicator):
    client.force_login(owner)
    response = client.post(
        reverse("performance:add", args=[contract.pk]), KPI | {"name": "calls ANSWERED"}
    )
    assert "This contract has a KPI with this name already" in text_of(response)


def test_a_kpi_changed_by_two_people_shows_both(client, owner, contract, indicator):
    client.force_login(owner)
    address = reverse("performance:edit", args=[indicator.pk])
    stored = KPI | {
        "name": indicator.name,
        "decimals": "2",
        "starts_on_month": "1",
        "starts_on_year": "2024",
    }
    client.post(address, stored | {"version": 1, "weight": "97"})
    response = client.post(address, stored | {"version": 1, "weight": "96"})
    assert response.status_code == 409
    shown = text_of(response)
    assert "Someone changed this while you were editing" in shown
    assert "97" in shown
    assert "96" in shown
    assert Indicator.objects.get().weight == 97


def test_retiring_asks_for_a_reason(client, owner, indicator):
    client.force_login(owner)
    address = reverse("performance:retire", args=[indicator.pk])
    day = {"on_day": "31", "on_month": "10", "on_year": "2026"}
    assert "Enter the reason" in text_of(client.post(address, day))
    response = client.post(address, day | {"reason": "Measured elsewhere"}, follow=True)
    assert "Calls answered is retired" in text_of(response)
    assert Indicator.objects.get().ended_on == date(2026, 10, 31)


@pytest.mark.parametrize("year", ["2023", "2027"])
def test_a_kpi_is_not_retired_before_it_began_or_in_the_future(client, owner, indicator, year):
    client.force_login(owner)
    address = reverse("performance:retire", args=[indicator.pk])
    response = client.post(
        address, {"on_day": "1", "on_month": "1", "on_year": year, "reason": "A slip"}
    )
    assert "The last day must" in text_of(response)


def test_the_kpi_page_has_the_chart_its_table_and_the_history(client, owner, indicator):
    for month, value in ((8, 99), (9, 90)):
        ReadingFactory(indicator=indicator, period_start=date(2026, month, 1), value=Decimal(value))
    client.force_login(owner)
    response = client.get(reverse("performance:indicator", args=[indicator.pk]))
    shown = text_of(response)
    assert "worse than 99.00% in August 2026" in shown
    assert "Show this chart as a table" in shown
    assert "Calls answered, September 2026" in shown
    assert response.content.decode().count("app-process__routine") == 2


def test_the_axis_of_a_kpi_without_decimals_counts_in_whole_steps(client, owner, contract):
    cases = IndicatorFactory(contract=contract, unit="cases", decimals=0, target=None)
    for month, value in ((8, 4), (9, 5)):
        ReadingFactory(indicator=cases, period_start=date(2026, month, 1), value=Decimal(value))
    client.force_login(owner)
    page = client.get(cases.get_absolute_url()).content.decode()
    assert re.findall(r'text-anchor="end">([^<]*)</text>', page) == ["4", "5"]


# --- Logging a month ------------------------------------------------------------------------------


def test_an_owner_logs_all_contracts_in_one_save(client, owner, indicator):
    other = IndicatorFactory(contract=ContractFactory(oco=owner))
    client.force_login(owner)
    sent = line(indicator, "99%") | line(other, not_reported_reason="No figures came")
    response = client.post(LOG, sent, follow=True)
    assert "2 readings recorded: 1 Good, 1 Not reported." in text_of(response)
    assert {r.indicator_id: (r.value, r.rating, r.period_start) for r in Reading.objects.all()} == {
        indicator.pk: (99, "good", date(2026, 10, 1)),
        other.pk: (None, "", date(2026, 10, 1)),
    }


def test_blank_lines_are_left_alone(client, owner, indicator):
    other = IndicatorFactory(contract=indicator.contract)
    client.force_login(owner)
    client.post(LOG, line(indicator, "0") | line(other, "  "))
    assert list(Reading.objects.values_list("indicator", "value")) == [(indicator.pk, 0)]


@pytest.mark.parametrize(
    ("boxes", "words", "box"),
    [
        ({"value": "abc"}, "Calls answered: value must be a number", "value"),
        ({"value": "99999999999"}, "value must be below 1,000,000,000", "value"),
        ({"value": "9" * 60}, "Calls answered: value must be 40 characters or fewer", "value"),
        ({"comment": "Late"}, "enter a value, or say why it was not reported", "value"),
        ({"value": "9", "not_reported_reason": "None"}, "not both", "not_reported_reason"),
        (
            {"not_reported_reason": "x" * 300},
            "must be 200 characters or fewer",
            "not_reported_reason",
        ),
        ({"value": "9", "comment": "a\x00b"}, "Null characters", "comment"),
    ],
)
def test_a_wrong_line_is_named_linked_and_kept_and_nothing_is_saved(
    client, owner, indicator, boxes, words, box
):
    other = IndicatorFactory(contract=indicator.contract)
    client.force_login(owner)
    response = client.post(LOG, line(other, "98") | line(indicator, **boxes))
    page = response.content.decode()
    assert words in text_of(response)
    assert f'href="#id_kpi-{indicator.pk}-{box}"' in page
    assert f'id="id_kpi-{indicator.pk}-{box}"' in page
    assert 'value="98"' in page
    assert not Reading.objects.exists()


def test_a_value_below_zero_needs_a_comment(client, owner, contract):
    cases = IndicatorFactory(contract=contract, name="Cases", unit="", target=Decimal(20))
    client.force_login(owner)
    page = client.post(LOG, line(cases, "-5"))
    assert "Cases: value is below 0. If that is right, say in the comment" in text_of(page)
    assert not Reading.objects.exists()
    client.post(LOG, line(cases, "-5", comment="Five of September's were withdrawn"))
    assert Reading.objects.get().value == -5


def test_a_value_below_zero_is_nothing_new_to_a_kpi_that_had_one(client, owner, contract):
    saving = IndicatorFactory(contract=contract, unit="£", target=None)
    ReadingFactory(indicator=saving, period_start=date(2026, 9, 1), value=Decimal(-40))
    client.force_login(owner)
    client.post(LOG, line(saving, "-5"))
    assert Reading.objects.filter(value=-5).exists()


def test_every_wrong_line_is_told_at_once(client, owner, indicator):
    other = IndicatorFactory(contract=indicator.contract, name="Repairs")
    client.force_login(owner)
    shown = text_of(client.post(LOG, line(other, "x") | line(indicator, "y")))
    assert "Repairs: value must be a number" in shown
    assert "Calls answered: value must be a number" in shown


def test_a_recorded_line_is_amended_with_a_reason(client, owner, indicator):
    reading = ReadingFactory(indicator=indicator, value=Decimal(95))
    client.force_login(owner)
    shown = text_of(client.post(LOG, line(indicator, "96", version=1)))
    assert "Calls answered: say why the reading changes" in shown
    client.post(LOG, line(indicator, "96", version=1, reason="Corrected by the supplier"))
    reading.refresh_from_db()
    assert (reading.value, reading.version) == (96, 2)
    assert reading.history.first().history_change_reason == "Corrected by the supplier"


@pytest.mark.parametrize("same", ["95", "95.00", "95 %"])
def test_a_recorded_line_sent_as_it_was_needs_no_reason(client, owner, indicator, same):
    reading = ReadingFactory(indicator=indicator, value=Decimal(95))
    client.force_login(owner)
    response = client.post(LOG, line(indicator, same, version=1), follow=True)
    assert "Nothing was changed" in text_of(response)
    assert reading.history.count() == 1


def test_two_people_log_the_same_line_and_neither_is_lost(client, owner, indicator):
    client.force_login(owner)
    client.post(LOG, line(indicator, "95"))
    page = client.post(LOG, line(indicator, "97", comment="From my own sheet"))
    shown = text_of(page)
    assert "Calls answered: while this page was open, Olive Owner recorded 95.00%." in shown
    assert 'value="97"' in page.content.decode()
    assert "From my own sheet" in page.content.decode()
    assert Reading.objects.get().value == 95
    client.post(LOG, line(indicator, "97", version=1, reason="Mine is the final figure"))
    assert Reading.objects.get().value == 97


def test_a_line_only_somebody_else_logged_does_not_stop_mine(client, owner, indicator):
    other = IndicatorFactory(contract=indicator.contract)
    ReadingFactory(indicator=indicator, value=Decimal(95))
    client.force_login(owner)
    client.post(LOG, line(indicator, "", version=0) | line(other, "99"))
    assert dict(Reading.objects.values_list("indicator", "value")) == {
        indicator.pk: 95,
        other.pk: 99,
    }


def test_an_error_beside_a_line_somebody_else_logged_shows_their_value(client, owner, indicator):
    other = IndicatorFactory(contract=indicator.contract)
    ReadingFactory(indicator=indicator, value=Decimal(95))
    client.force_login(owner)
    page = client.post(LOG, line(indicator, "", version=0) | line(other, "x")).content.decode()
    assert f'name="kpi-{indicator.pk}-value" id="id_kpi-{indicator.pk}-value" value="95"' in page
    assert f'name="kpi-{indicator.pk}-version" value="1"' in page


def test_lines_of_other_peoples_contracts_are_not_taken(client, owner, indicator):
    stranger = IndicatorFactory()
    client.force_login(owner)
    client.post(LOG, line(stranger, "99"))
    assert not Reading.objects.exists()


def test_the_month_before_is_shown_beside_the_box(client, owner, indicator):
    ReadingFactory(indicator=indicator, period_start=date(2026, 9, 1), value=Decimal("93.21"))
    client.force_login(owner)
    shown = text_of(client.get(LOG))
    assert "Log performance for October 2026" in shown
    assert "93.21% September 2026" in shown


def test_other_months_are_offered_with_their_gaps(client, owner, indicator):
    ReadingFactory(indicator=indicator, period_start=date(2026, 8, 1))
    client.force_login(owner)
    shown = text_of(client.get(LOG))
    assert "September 2026 (1 missing)" in shown
    assert "August 2026 (1 missing)" not in shown


def test_nothing_is_missing_before_it_is_due(client, owner, indicator, time_machine):
    client.force_login(owner)
    shown = text_of(client.get(LOG))  # on 2 November; October is due on the 3rd
    assert "1 of 1 reading to log , due by 3 November 2026" in shown
    assert "November 2026 (1 to log)" in shown
    assert "October 2026 (1 to log)" in shown
    client.force_login(person_with("procurement"))
    assert "Readings are due by 3 November 2026." in text_of(client.get(LOG))
    time_machine.move_to(date(2026, 11, 4))
    client.force_login(owner)
    assert "October 2026 (1 missing)" in text_of(client.get(LOG))


def test_the_choice_of_a_contract_says_whose_owner_has_left(client, owner, indicator):
    owner.is_active = False
    owner.save()
    client.force_login(person_with("procurement"))
    assert "Olive Owner has left" in text_of(client.get(LOG))


def test_a_month_to_come_takes_no_readings(client, owner, indicator):
    client.force_login(owner)
    address = f"{LOG}?month=2026-12"
    assert "This month has not begun" in text_of(client.get(address))
    client.post(address, line(indicator, "99"))
    assert not Reading.objects.exists()


def test_whoever_manages_nothing_is_told_so(client):
    client.force_login(UserFactory())
    assert "Nothing to log for October 2026" in text_of(client.get(LOG))


def test_the_procurement_unit_chooses_a_contract_first(client, indicator):
    client.force_login(person_with("procurement"))
    response = client.get(LOG)
    assert f"{LOG}?month=2026-10&amp;contract={indicator.contract_id}" in response.content.decode()
    assert "Waste collection" in text_of(client.get(f"{LOG}?q=waste"))
    assert "No contract fits" in text_of(client.get(f"{LOG}?q=nothing+like+it"))


@pytest.mark.parametrize("number", [1, 20])
def test_the_sheet_costs_the_same_for_one_contract_and_for_many(
    client, owner, number, django_assert_max_num_queries
):
    for _ in range(number):
        reading = ReadingFactory(indicator__contract=ContractFactory(oco=owner))
        IndicatorFactory(contract=reading.indicator.contract)
    client.force_login(owner)
    with django_assert_max_num_queries(13):
        client.get(LOG)


@pytest.mark.parametrize("number", [1, 20])
def test_the_choice_costs_the_same_for_one_contract_and_for_many(
    client, number, django_assert_max_num_queries
):
    for _ in range(number):
        IndicatorFactory(contract=ContractFactory(oco=UserFactory()))
    client.force_login(person_with("procurement"))
    with django_assert_max_num_queries(10):
        client.get(LOG)


HOSTILE = [
    "", "xx", "2026-13", "0000-00", "9999-12", "2026-1", "-1", "\x00", "2026-10\x00", "9" * 400,
    "' OR 1=1", "٢٠٢٦-١٠", "<script>", "1e9", "2000-01", "2150-12",
]  # fmt: skip


@pytest.mark.parametrize("name", ["month", "contract", "page", "q", "all", "per_page"])
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("who", ["owner", "procurement"])
def test_no_query_string_is_a_server_error(client, owner, indicator, name, value, who):
    client.force_login(owner if who == "owner" else person_with("procurement"))
    for address in (LOG, *pages(indicator.contract, indicator)["see"]):
        assert client.get(address, {name: value}).status_code in (200, 404)


def test_the_sheet_says_how_many_figures_wait_to_be_checked(client, owner, contract):
    reading = ReadingFactory(
        indicator__contract=contract, indicator__reported_by="supplier", status="reported"
    )
    ReadingFactory(indicator__contract=ContractFactory(oco=UserFactory()), status="reported")
    client.force_login(owner)
    for url in (LOG, f"{LOG}?contract={contract.pk}"):
        assert "1 reported figure waits to be checked. Check readings" in text_of(client.get(url))
    page = client.get(f"{LOG}?contract={contract.pk}").content.decode()
    assert f"{reverse('performance:check')}?contract={contract.pk}" in page
    assert (
        reverse("intake:upload", args=["readings", contract.pk])
        in client.get(f"{LOG}?contract={contract.pk}&month=2026-09").content.decode()
    )
    Reading.objects.filter(pk=reading.pk).update(status="validated")
    assert "to be checked" not in text_of(client.get(LOG))


def test_a_reading_that_was_not_reported_can_be_opened_from_its_kpi(client, owner, contract):
    reading = ReadingFactory(
        indicator__contract=contract, value=None, not_reported_reason="No figures came"
    )
    client.force_login(owner)
    page = client.get(reading.indicator.get_absolute_url()).content.decode()
    assert f'href="{reading.get_absolute_url()}"' in page


def test_a_target_that_never_changed_is_said_in_one_sentence(client, owner, contract):
    kpi = IndicatorFactory(contract=contract)
    client.force_login(owner)
    assert "Targets by date New target or definition 99.00% or more since 1 January 2024." in (
        text_of(client.get(kpi.get_absolute_url()))
    )


def test_a_reading_that_was_not_reported_leads_to_where_its_value_can_be_entered(
    client, owner, contract
):
    reading = ReadingFactory(
        indicator__contract=contract, value=None, not_reported_reason="No figures came"
    )
    client.force_login(owner)
    page = client.get(reading.get_absolute_url())
    assert "October 2026 Not reported Value Not reported: No figures came Enter the value" in (
        text_of(page)
    )
    assert f"{LOG}?month=2026-10&amp;contract={contract.pk}" in page.content.decode()
    assert ">Trends</a>" in page.content.decode()
