"""An indicator from its first day to the risk that it warns of, in a real browser, at a desk and on a phone."""

import threading
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from risks.indicators import actions
from risks.indicators.models import KriReading
from risks.models import Risk
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.factories import IndicatorFactory
from tests.risks.indicators.factories import TODAY, KriFactory, a_risk, record

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def contract(time_machine):
    time_machine.move_to(TODAY)
    return ContractFactory(
        title="Waste collection", tier="gold", oco=UserFactory(name="Olive Owner")
    )


def no_sideways_scroll(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_an_owner_adds_an_indicator_and_a_reading_crosses(
    page, live_server, sign_in, axe, width, contract
):
    a_risk(contract)
    IndicatorFactory(contract=contract, name="Missed bins")
    sign_in(contract.oco)
    page.goto(live_server.url + reverse("risks:contract", args=[contract.pk]))
    page.get_by_role("link", name="Key risk indicators", exact=True).click()
    page.get_by_role("heading", name="No key risk indicators yet").wait_for()
    axe()
    page.get_by_role("link", name="Add an indicator").click()
    page.get_by_label("Name", exact=True).fill("Posts vacant")
    page.get_by_label("Unit").fill("%")
    page.get_by_label("Amber from").fill("10")
    page.get_by_label("Red from").fill("5")
    page.get_by_label("Which risk does it warn of?").select_option(label="Rounds are not finished")
    page.get_by_role("button", name="Add indicator").click()
    page.get_by_role("link", name="Red must be above amber, because higher is worse").click()
    assert page.evaluate("document.activeElement.id") == "id_red"
    axe()
    page.locator("#id_red").fill("15")
    page.get_by_role("button", name="Add indicator").click()
    page.get_by_text("Key risk indicator added: Posts vacant.").wait_for()
    axe()
    page.get_by_role("link", name="Record a reading").click()
    axe()
    page.get_by_label("Value").fill("18")
    page.get_by_role("button", name="Record").click()
    page.get_by_text("It crossed its red threshold on 27 November 2026").wait_for()
    assert no_sideways_scroll(page)
    axe()
    page.get_by_role("link", name="Rounds are not finished").first.click()
    page.get_by_text("Show the scores as a table").click()
    page.get_by_text(
        "Posts vacant was 18% in October 2026 and reached its red threshold"
    ).first.wait_for()
    page.get_by_role("heading", name="What warns of it").wait_for()
    assert no_sideways_scroll(page)
    axe()


def test_lists_with_rows_have_no_fault(page, live_server, sign_in, axe, width, contract):
    for number, value in enumerate((2, 6, 12)):
        record(KriFactory(contract=contract, risk=a_risk(contract, title=f"Risk {number}")), value)
    KriFactory(contract=contract)
    sign_in(person_with("procurement"))
    for address in ("/risks/indicators/", reverse("indicators:contract", args=[contract.pk])):
        page.goto(live_server.url + address)
        assert no_sideways_scroll(page)
        axe()


@pytest.mark.postgres
def test_two_people_who_record_the_same_month_at_once_score_the_risk_once(contract):
    indicator, other = KriFactory(contract=contract, risk=a_risk(contract)), UserFactory()
    both_ready = threading.Barrier(2)
    told = []

    def at_once(person, value):
        both_ready.wait()
        try:
            actions.record(
                indicator=indicator,
                by=person,
                today=TODAY,
                period_start=date(2026, 10, 1),
                value=Decimal(value),
            )
        except actions.Refused as refused:
            told.append(str(refused))
        finally:
            connection.close()

    people = [
        threading.Thread(target=at_once, args=args) for args in ((contract.oco, 12), (other, 13))
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert told == ["There is a reading for October 2026 already: correct that one"]
    assert KriReading.objects.count() == 1
    assert list(Risk.objects.get().scorings.values_list("cause", flat=True)) == [
        "raised",
        "indicator",
    ]


@pytest.mark.postgres
def test_two_readings_at_once_raise_one_risk(contract):
    indicator = KriFactory(contract=contract)
    both_ready = threading.Barrier(2)

    def at_once(month):
        both_ready.wait()
        try:
            actions.record(
                indicator=indicator,
                by=contract.oco,
                today=TODAY,
                period_start=date(2026, month, 1),
                value=Decimal(12),
            )
        finally:
            connection.close()

    people = [threading.Thread(target=at_once, args=(month,)) for month in (9, 10)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert KriReading.objects.count() == 2
    assert Risk.objects.get().likelihood == 5
