"""A supplier's report comes in as a spreadsheet: previewed, imported as reported, waiting to be checked."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from common.intake import kinds
from common.intake.models import Intake
from performance.models import Reading
from performance.periods import read_period
from tests.factories import ContractFactory, UserFactory, person_with
from tests.imports.files import csv_file
from tests.intake.test_pages import columns, confirm, text
from tests.performance.factories import IndicatorFactory, ReadingFactory

pytestmark = pytest.mark.django_db
HEADINGS = "KPI,Period,Value,Why not reported,Comment"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 2))


@pytest.fixture
def oco():
    return UserFactory(name="Alex Shah")


@pytest.fixture
def contract(oco):
    contract = ContractFactory(oco=oco, stage="live")
    IndicatorFactory(
        contract=contract, name="Calls answered", reference="KPI 1", reported_by="supplier"
    )
    IndicatorFactory(
        contract=contract, name="Waits", frequency="quarterly", unit="days", reported_by="supplier"
    )
    return contract


@pytest.fixture
def visitor(client, oco):
    client.force_login(oco)
    return client


def checked(visitor, contract, *lines):
    file = csv_file(HEADINGS, *lines, name="report.csv")
    visitor.post(
        reverse("intake:upload", args=["readings", contract.pk]), {"file": file}, follow=True
    )
    intake = Intake.objects.first()
    page = visitor.post(reverse("intake:columns", args=[intake.pk]), columns(intake), follow=True)
    intake.refresh_from_db()
    return page, intake


def test_a_report_comes_in_as_reported_and_waits_to_be_checked(visitor, contract, oco):
    page, intake = checked(
        visitor, contract, "kpi 1,Oct 2026,47/50,,Fewer calls", "Waits,Q3 2026,98,,", "Calls answered,2026-09,,No data,",
    )  # fmt: skip
    assert (intake.new, intake.wrong) == (3, 0)
    assert "KPI 1 Calls answered, October 2026" in text(page)
    confirm(visitor, intake)
    october = Reading.objects.get(period_start=date(2026, 10, 1))
    assert (october.value, october.numerator, october.status, october.rating) == (
        94,
        47,
        "reported",
        "inadequate",
    )
    assert october.history.get().history_user == oco
    assert Reading.objects.get(indicator__name="Waits").period_start == date(2026, 7, 1)
    assert Reading.objects.get(period_start=date(2026, 9, 1)).not_reported_reason == "No data"


def test_the_same_report_twice_changes_nothing(visitor, contract):
    row = "KPI 1,October 2026,97.50,,"
    _, intake = checked(visitor, contract, row)
    confirm(visitor, intake)
    _, again = checked(visitor, contract, row)
    assert (again.same, again.to_write) == (1, 0)


def test_a_corrected_figure_is_shown_beside_the_old_one_and_amends_it(visitor, contract):
    ReadingFactory(indicator=contract.indicators.get(reference="KPI 1"), value=Decimal(97))
    page, intake = checked(visitor, contract, "KPI 1,October 2026,98.5,,")
    assert intake.changed == 1
    assert "97" in text(page)
    confirm(visitor, intake)
    reading = Reading.objects.get()
    assert (reading.value, reading.reported_value, reading.status) == (
        Decimal("98.5"),
        97,
        "amended",
    )
    assert reading.history.first().history_change_reason == "Imported from report.csv"


@pytest.mark.parametrize(
    ("row", "heading", "words"),
    [
        (
            "Speed,October 2026,1,,",
            "KPI",
            "is no KPI of this contract. Write one of: KPI 1 Calls answered, Waits",
        ),
        ("KPI 1,soon,1,,", "Period", "is not a date"),
        ("KPI 1,December 2026,98,,", "Period", "December 2026 has not begun"),
        ("KPI 1,October 2023,98,,", "Period", "lies before the KPI is measured"),
        ("KPI 1,October 2026,many,,", "Value", "Value must be a number"),
        ("KPI 1,October 2026,,,", "Value", "Value is missing: give it, or say why"),
        ("KPI 1,October 2026,97,No data,", "Why not reported", "not both"),
        ("KPI 1,October 2026,0.97,,", "Value", "Value 0.97 would be 0.97%. If 97.00% is meant"),
    ],
)
def test_what_is_wrong_is_told_with_its_column(visitor, contract, row, heading, words):
    _, intake = checked(visitor, contract, row)
    ((told, sentence),) = intake.rows.get().errors
    assert told == heading
    assert words in sentence


def test_two_rows_for_one_period_are_refused(visitor, contract):
    _, intake = checked(
        visitor, contract, "KPI 1,October 2026,97,,", "Calls answered,31/10/2026,98,,"
    )
    assert (intake.new, intake.wrong) == (1, 1)


def test_what_somebody_logged_after_the_preview_is_not_overwritten(visitor, contract):
    _, intake = checked(visitor, contract, "KPI 1,October 2026,97,,")
    ReadingFactory(indicator=contract.indicators.get(reference="KPI 1"), value=Decimal(99))
    assert "Somebody has changed what is there" in text(confirm(visitor, intake))
    assert Reading.objects.get().value == 99


def test_only_who_may_log_brings_readings(client, contract):
    address = reverse("intake:upload", args=["readings", contract.pk])
    for person, status in (
        (person_with("procurement"), 200),
        (person_with("viewer", contract.unit), 404),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("October 2026", date(2026, 10, 1)),
        ("Oct-26", date(2026, 10, 1)),
        ("Sept 2026", date(2026, 9, 1)),
        ("10/2026", date(2026, 10, 1)),
        ("2026-10", date(2026, 10, 1)),
        ("Q4 2026", date(2026, 12, 1)),
        ("2026 Q1", date(2026, 3, 1)),
        ("July to September 2026", date(2026, 9, 1)),
        ("2026", date(2026, 12, 1)),
        ("13/2026", None),
        ("Smarch 2026", None),
        ("17/10/2026", None),
        ("", None),
    ],
)
def test_a_period_is_read_as_people_write_it(text, day):
    assert read_period(text) == day


def test_the_upload_says_that_a_kpi_and_a_period_together_name_a_reading():
    assert kinds.get("readings").identity_words == "KPI and period"
    assert kinds.get("kpis").identity_words == "reference or name"
