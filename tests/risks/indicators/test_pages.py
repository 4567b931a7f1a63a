"""What each person sees and may do on the pages of key risk indicators."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from risks import actions as risk_actions
from risks.indicators import actions
from risks.indicators.models import KeyRiskIndicator, KriReading
from risks.models import Category, Risk
from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with
from tests.performance.factories import IndicatorFactory, ReadingFactory
from tests.risks.indicators.factories import TODAY, KriFactory, a_risk, record

pytestmark = pytest.mark.django_db
D = date.fromisoformat
LIST = "/risks/indicators/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def contract():
    return ContractFactory(
        oco=UserFactory(name="Olive Owner"), deputy=UserFactory(), sro=UserFactory(), tier="gold",
        title="Waste collection",
    )  # fmt: skip


@pytest.fixture
def indicator(contract):
    return KriFactory(contract=contract, name="Vehicles off the road", risk=a_risk(contract))


@pytest.fixture
def owner(client, contract):
    client.force_login(contract.oco)
    return client


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def address(name, thing):
    return reverse(f"indicators:{name}", args=[thing.pk])


def filled(**boxes):
    """What the browser sends for a new indicator."""
    return {
        "name": "Overtime", "text": "", "follows": "own", "unit": "%", "decimals": "1", "frequency": "monthly",
        "starts_on_day": "1", "starts_on_month": "9", "starts_on_year": "2026", "direction": "higher",
        "amber": "5", "red": "10", "risk": "", "category": str(Category.objects.get(name="People").pk),
        "amber_likelihood": "3", "amber_impact": "", "red_likelihood": "5", "red_impact": "", "responsible": "", **boxes,
    }  # fmt: skip


# --- Adding and changing ----------------------------------------------------------------------------


def test_an_owner_adds_one(owner, contract):
    response = owner.post(address("add", contract), filled())
    added = KeyRiskIndicator.objects.get()
    assert response.url == added.get_absolute_url()
    assert (added.name, added.decimals, added.amber, added.category.name) == (
        "Overtime",
        1,
        5,
        "People",
    )


def test_the_usual_levels_are_chosen_already(owner, contract):
    form = owner.get(address("add", contract)).context["form"]
    assert (form["amber_likelihood"].value(), form["red_likelihood"].value()) == (3, 5)
    assert (form["amber_impact"].value(), form["red_impact"].value()) == (None, None)


def test_the_risk_from_whose_page_one_comes_is_chosen(owner, contract):
    risk, other = a_risk(contract), a_risk(ContractFactory())
    for asked, chosen in ((risk.pk, risk.pk), (other.pk, None), ("x", None)):
        form = owner.get(f"{address('add', contract)}?risk={asked}").context["form"]
        assert form["risk"].initial == chosen


@pytest.mark.parametrize(
    ("boxes", "sentence"),
    [
        ({"red": "4"}, "Red must be above amber, because higher is worse"),
        ({"direction": "lower"}, "Red must be below amber, because lower is worse"),
        ({"category": ""}, "Choose the risk that it warns of, or the category of the one that is raised"),
        ({"frequency": ""}, "Select how often"),
        ({"decimals": "5"}, "Enter 4 or less"),
        ({"name": "VEHICLES off the road"}, "This contract has a key risk indicator with this name already"),
        ({"amber_likelihood": ""}, "Answer"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(owner, contract, indicator, boxes, sentence):
    IndicatorFactory(contract=contract)  # so that another source is offered too
    response = owner.post(address("add", contract), filled(**boxes))
    assert sentence in text_of(response)
    assert KeyRiskIndicator.objects.count() == 1


def test_who_cannot_see_the_contract_is_not_made_responsible(owner, contract):
    stranger = person_with("viewer", BusinessUnitFactory(), name="Stella Stranger")
    response = owner.post(address("add", contract), filled(responsible=stranger.email))
    assert "Stella Stranger cannot see this contract" in text_of(response)
    colleague = person_with("viewer", contract.unit)
    owner.post(address("add", contract), filled(responsible=colleague.email))
    assert KeyRiskIndicator.objects.get().responsible == colleague


def test_a_kpi_brings_its_unit_and_its_pace_and_its_readings(owner, contract):
    kpi = IndicatorFactory(
        contract=contract, name="Missed bins", unit="bins", decimals=0, frequency="quarterly"
    )
    ReadingFactory(indicator=kpi, value=Decimal(12), period_start=D("2026-07-01"))
    owner.post(
        address("add", contract),
        filled(follows=f"kpi:{kpi.pk}", unit="", decimals="", frequency="", starts_on_month="7"),
    )
    added = KeyRiskIndicator.objects.get()
    assert (added.unit, added.decimals, added.frequency) == ("bins", 0, "quarterly")
    assert (added.measure_label, added.latest_value, added.latest_status) == (
        "Missed bins",
        12,
        "red",
    )


def test_the_kpi_of_another_contract_is_not_offered(owner, contract):
    IndicatorFactory(contract=contract)
    other = IndicatorFactory(contract=ContractFactory(), name="Theirs")
    response = owner.get(address("add", contract))
    assert "Theirs" not in text_of(response)
    response = owner.post(address("add", contract), filled(follows=f"kpi:{other.pk}"))
    assert response.status_code == 200
    assert not KeyRiskIndicator.objects.exists()


def test_how_it_is_measured_is_fixed_once_there_are_readings(owner, indicator):
    record(indicator, 3)
    owner.post(
        address("edit", indicator),
        filled(
            version="1",
            unit="days",
            frequency="weekly",
            risk=str(indicator.risk_id),
            name=indicator.name,
        ),
    )
    indicator.refresh_from_db()
    assert (indicator.unit, indicator.frequency, indicator.amber_likelihood) == ("%", "monthly", 3)


def test_two_people_change_it_at_once(owner, contract, indicator):
    actions.change(indicator=indicator, by=contract.deputy, today=TODAY, version=1, red=Decimal(20))
    response = owner.post(
        address("edit", indicator), filled(version="1", name="Trucks off the road")
    )
    assert response.status_code == 409
    form = response.context["form"]
    assert (form["red"].value(), form["name"].value()) == ("20", "Trucks off the road")


def test_retiring_asks_why(owner, indicator):
    day = {"on_day": "27", "on_month": "11", "on_year": "2026"}
    assert "Enter the reason" in text_of(owner.post(address("retire", indicator), day))
    owner.post(address("retire", indicator), {**day, "reason": "Sold"})
    indicator.refresh_from_db()
    assert indicator.ended_on == TODAY
    assert owner.get(address("record", indicator)).status_code == 404


# --- Readings ---------------------------------------------------------------------------------------


def test_recording_says_what_follows(owner, indicator):
    response = owner.post(address("record", indicator), {"period": "2026-10-01", "value": "12"})
    assert said(response) == [
        "Recorded. It is red: the risk “Rounds are not finished” was scored by rule and is to be reviewed today."
    ]
    response = owner.post(address("record", indicator), {"period": "2026-11-01", "value": "2"})
    assert (
        said(response)[-1]
        == "Recorded. It is green again. No rule lowers a score: review the risk."
    )


def test_a_period_with_a_reading_is_not_offered_again(owner, indicator):
    record(indicator, 3)
    form = owner.get(address("record", indicator)).context["form"]
    offered = [value for value, _ in form.fields["period"].choices]
    assert "2026-10-01" not in offered
    assert (offered[0], offered[-1], form["period"].initial) == (
        "2026-09-01",
        "2026-11-01",
        "2026-09-01",
    )
    # Nor taken when two people send it at once.
    response = owner.post(address("record", indicator), {"period": "2026-10-01", "value": "4"})
    assert response.status_code == 200
    assert KriReading.objects.get().value == 3


def test_what_is_no_number_is_kept_as_it_was_typed(owner, indicator):
    response = owner.post(
        address("record", indicator), {"period": "2026-10-01", "value": "many", "note": "Storm"}
    )
    assert "Value must be a number, like 12.5" in text_of(response)
    assert response.context["form"]["value"].value() == "many"
    assert "Storm" in text_of(response)


def test_whoever_is_responsible_records_without_managing_the_contract(client, contract):
    colleague = person_with("viewer", contract.unit)
    indicator = KriFactory(contract=contract, responsible=colleague)
    client.force_login(colleague)
    client.post(address("record", indicator), {"period": "2026-10-01", "value": "3"})
    assert KriReading.objects.get().recorded_by == colleague
    assert client.get(address("edit", indicator)).status_code == 404


def test_whoever_left_the_unit_records_no_more(client, contract):
    stranger = person_with("viewer", BusinessUnitFactory())
    indicator = KriFactory(contract=contract, responsible=stranger)
    client.force_login(stranger)
    assert client.get(address("record", indicator)).status_code == 404


def test_correcting_asks_why_and_keeps_both(owner, indicator):
    record(indicator, 3)
    reading = KriReading.objects.get()
    boxes = {"version": "1", "value": "4", "note": ""}
    assert "Enter the reason" in text_of(owner.post(address("correct", reading), boxes))
    owner.post(address("correct", reading), {**boxes, "reason": "Counted twice"})
    page = text_of(owner.get(indicator.get_absolute_url()))
    assert "Counted twice" in page
    assert "4%" in page
    response = owner.post(address("correct", reading), {**boxes, "value": "5", "reason": "Late"})
    assert "Nothing was saved" in said(response)[-1]


def test_what_is_measured_elsewhere_is_read_at_the_press_of_a_button(owner, contract):
    kpi = IndicatorFactory(contract=contract)
    indicator = KriFactory(contract=contract, measure=f"kpi:{kpi.pk}", measure_label="Missed bins")
    assert "Nothing has changed" in said(owner.post(address("read", indicator)))[-1]
    ReadingFactory(indicator=kpi, value=Decimal(3))
    assert said(owner.post(address("read", indicator)))[-1] == "1 reading taken over."
    assert "Taken over" in text_of(owner.get(indicator.get_absolute_url()))


# --- What a page says ---------------------------------------------------------------------------------


def test_a_page_says_that_a_crossing_waits_and_when_it_does_not(owner, contract, indicator):
    record(indicator, 12)
    assert "nobody has reviewed Rounds are not finished since" in text_of(
        owner.get(indicator.get_absolute_url())
    )
    risk = Risk.objects.get()
    risk_actions.review(
        risk=risk, by=contract.oco, on=TODAY, version=risk.version, likelihood=5, impact=3
    )
    page = text_of(owner.get(indicator.get_absolute_url()))
    assert "nobody has reviewed" not in page
    record(indicator, 2, "2026-11-01")
    page = text_of(owner.get(indicator.get_absolute_url()))
    assert "Green again since November 2026" in page
    risk = Risk.objects.get()
    risk_actions.review(
        risk=risk, by=contract.oco, on=TODAY, version=risk.version, likelihood=2, impact=3
    )
    assert "Green again" not in text_of(owner.get(indicator.get_absolute_url()))


def test_what_is_overdue_is_not_shown_as_green(owner, contract, indicator):
    record(indicator, 2, "2026-08-01")
    for url in (indicator.get_absolute_url(), address("contract", contract), LIST):
        page = text_of(owner.get(url))
        assert "Not measured" in page
        assert "Reading overdue" in page
    line = re.search(r"Stands at(.{60})", text_of(owner.get(indicator.get_absolute_url())))[1]
    assert "Green" not in line


def test_a_picture_has_a_table_beside_it(owner, indicator):
    record(indicator, 2, "2026-08-01")
    record(indicator, 12)
    response = owner.get(indicator.get_absolute_url())
    page = text_of(response)
    assert (
        "Vehicles off the road: 2% in August 2026, 12% in October 2026. Amber from 5%, red from 10%. It is red."
        in page
    )
    lines = [
        (period.label, reading and reading.in_words)
        for period, reading in response.context["lines"]
    ]
    assert lines[:3] == [("October 2026", "12%"), ("September 2026", None), ("August 2026", "2%")]


def test_a_risk_says_what_warns_of_it(owner, contract, indicator):
    record(indicator, 12)
    page = text_of(owner.get(indicator.risk.get_absolute_url()))
    assert "What warns of it" in page
    assert "Vehicles off the road" in page
    assert (
        f"/risks/indicators/contract/{contract.pk}/add/?risk={indicator.risk_id}"
        in owner.get(indicator.risk.get_absolute_url()).content.decode()
    )


def test_history_tells_it_on_the_contract(owner, contract, indicator):
    actions.change(
        indicator=indicator,
        by=contract.oco,
        today=TODAY,
        version=1,
        red=Decimal(20),
        reason="Fleet grew",
    )
    assert "Fleet grew" in text_of(owner.get(reverse("contracts:history", args=[contract.pk])))


# --- The list -----------------------------------------------------------------------------------------


def names(response):
    return [line["name"] for line in response.context["page"].lines]


def test_the_list_shows_what_a_person_sees(client, contract, indicator):
    KriFactory(contract=ContractFactory(), name="Elsewhere")
    client.force_login(person_with("viewer", contract.unit))
    assert names(client.get(LIST)) == ["Vehicles off the road"]
    client.force_login(person_with("procurement"))
    assert names(client.get(LIST)) == ["Elsewhere", "Vehicles off the road"]


def test_the_list_narrows(client, contract, indicator):
    record(indicator, 12)
    green = record(
        KriFactory(contract=contract, name="Green", responsible=UserFactory(name="Rosa Right")), 2
    )
    stale = record(KriFactory(contract=contract, name="Stale"), 2, "2026-08-01")
    other = KriFactory(contract=ContractFactory(title="Gritting"), name="Grit")
    client.force_login(person_with("procurement"))
    for question, found in {
        "status=red": [indicator], "status=green": [green], "status=not_measured": [other, stale],
        "status=red&status=green": [green, indicator], "waits=reading": [other, stale], "waits=review": [indicator],
        "tier=gold": [green, stale, indicator], "tier=none": [other], f"unit={other.contract.unit_id}": [other],
        "contract=gritting": [other], "q=gre": [green], "person=rosa": [green], f"contract_id={other.contract_id}": [other],
    }.items():  # fmt: skip
        assert names(client.get(f"{LIST}?{question}")) == [kri.name for kri in found], question


def test_the_list_exports_what_it_shows(client, contract, indicator):
    record(indicator, "12.34")
    client.force_login(person_with("procurement"))
    sent = b"".join(client.get(f"{LIST}?export=csv").streaming_content).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(sent)))
    assert (row["Key risk indicator"], row["Stands at"], row["Latest reading"]) == (
        "Vehicles off the road",
        "Red",
        "12.34",
    )


def test_pages_cost_the_same_for_one_and_for_many(owner, contract, indicator):
    record(indicator, 6)
    pages = (
        address("contract", contract),
        LIST,
        indicator.get_absolute_url(),
        indicator.risk.get_absolute_url(),
    )

    def costs():
        found = []
        for url in pages:
            owner.get(url)  # what is kept for the session is kept
            with CaptureQueriesContext(connection) as queries:
                owner.get(url)
            found.append(len(queries))
        return found

    before = costs()
    for number in range(6):
        more = KriFactory(contract=contract, risk=indicator.risk, name=f"More {number}")
        for month in (8, 9, 10):
            record(more, 6, f"2026-{month:02d}-01")
            record(indicator, 6, f"2026-{number + 1:02d}-01") if month == 8 else None
    assert costs() == before
