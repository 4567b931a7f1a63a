"""Obligations from a spreadsheet, through the importer that rooms share."""

from datetime import date

import pytest
from django.urls import reverse

from common.intake.models import Intake
from tests.contracts.obligations.factories import ObligationFactory
from tests.factories import ContractFactory, UserFactory
from tests.imports.files import csv_file

pytestmark = pytest.mark.django_db

HEADINGS = "Clause,Obligation,Party,Type,Frequency,Due date,Responsible,Evidence required"


@pytest.fixture(autouse=True)
def _today(time_machine, settings, tmp_path):
    time_machine.move_to(date(2026, 11, 27))
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def oco():
    return UserFactory(name="Alex Shah")


@pytest.fixture
def contract(oco):
    return ContractFactory(oco=oco, ends_on=date(2028, 3, 31))


@pytest.fixture
def read(client, oco, contract):
    """The checked file, with the columns that are proposed."""
    client.force_login(oco)

    def read(*lines, headings=HEADINGS):
        url = reverse("intake:upload", args=["obligations", contract.pk])
        client.post(url, {"file": csv_file(headings, *lines, name="matrix.csv")})
        intake = Intake.objects.first()
        columns = {f"column_{n}": key for n, key in enumerate(intake.mapping)}
        client.post(reverse("intake:columns", args=[intake.pk]), columns)
        intake.refresh_from_db()
        return intake

    return read


@pytest.fixture
def confirm(client):
    def confirm(intake):
        url = reverse("intake:confirm", args=[intake.pk])
        return client.post(url, {"attempt": intake.attempt}, follow=True)

    return confirm


def test_a_matrix_of_both_parties_comes_in_with_what_falls_due(read, confirm, contract, oco):
    intake = read(
        "4.2,Monthly performance report,Contractor,Report,Monthly,31/01/2027,Alex Shah,The report",
        "7.1,Access to the depot,Council,Dependency,One-off,15/01/2027,,",
    )
    assert (intake.new, intake.wrong) == (2, 0)
    confirm(intake)
    report, access = contract.obligations.order_by("pk")
    assert (report.number, access.number) == ("1", "2")
    assert (report.party, report.kind, report.repeat) == ("supplier", "reporting", "months")
    assert (access.party, access.kind, access.repeat) == ("authority", "dependency", "once")
    assert (report.responsible, report.evidence_required) == (oco, "The report")
    assert report.history.get().history_change_reason == "Imported from matrix.csv"
    due = list(report.occurrences.order_by("due_on").values_list("due_on", flat=True)[:3])
    assert due == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31)]


def test_the_same_matrix_twice_changes_nothing(read, confirm):
    line = "4.2,Monthly performance report,Supplier,Report,Monthly,31/01/2027,Alex Shah,The report"
    confirm(read(line))
    again = read(line)
    assert (again.same, again.to_write, again.wrong) == (1, 0, 0)


def test_a_known_title_is_changed_and_keeps_its_number(read, confirm, contract):
    known = ObligationFactory(contract=contract, number="12", title="Insurance certificate")
    intake = read("9,Insurance certificate,,,,,,Certificate")
    assert (intake.changed, intake.wrong) == (1, 0)
    confirm(intake)
    known.refresh_from_db()
    assert (known.number, known.clause, known.evidence_required) == ("12", "9", "Certificate")


def test_two_of_one_title_ask_for_the_number(read, contract):
    for number in ("1", "2"):
        ObligationFactory(contract=contract, number=number, title="Report")
    intake = read("4.2,Report,Supplier,,Monthly,31/01/2027,,")
    assert intake.rows.get().errors == [
        ["Obligation", "Several are called “Report”: give the number"]
    ]


def test_each_row_says_all_that_is_wrong_with_it(read, contract):
    intake = read("4.2,Report,Nobody we know,,Sometimes,soon,Zoe Nobody,")
    headings = {heading for heading, _ in intake.rows.get().errors}
    assert headings == {"Party", "Frequency", "Due date", "Responsible"}
    assert not contract.obligations.exists()


def test_what_the_list_exports_can_be_read_again_and_is_the_same(client, oco, contract, read):
    ObligationFactory(
        contract=contract, number="3", title="Report", party="authority", responsible=oco,
        evidence_required="The report", text="Every month.", until=date(2027, 12, 31),
    )  # fmt: skip
    client.force_login(oco)
    every = ("number", "clause", "party", "kind", "responsible", "repeat", "every", "first_due", "last_day",
             "until", "times", "followed_from", "survives", "evidence_required", "consequence", "text")  # fmt: skip
    export = client.get(reverse("obligations:list"), {"export": "csv", "columns": every})
    content = b"".join(export.streaming_content).decode("utf-8-sig")
    headings, line = content.strip().splitlines()
    intake = read(line, headings=headings)
    assert {"title", *every} <= set(intake.mapping)
    assert (intake.same, intake.changed, intake.wrong) == (1, 0, 0)


def test_rows_without_a_number_are_given_one_that_no_other_row_claims(read, confirm, contract):
    headings = "Number,Obligation,Party,Frequency,Due date"
    intake = read(
        ",Monthly report,Supplier,Monthly,31/01/2027",
        "1,Access to the depot,Authority,Once,15/01/2027",
        ",Yearly audit,Supplier,Yearly,31/03/2027",
        headings=headings,
    )
    assert (intake.new, intake.wrong) == (3, 0)
    confirm(intake)
    numbers = dict(contract.obligations.values_list("title", "number"))
    assert numbers == {"Monthly report": "2", "Access to the depot": "1", "Yearly audit": "3"}


def test_an_obligation_that_has_ended_is_not_changed_by_a_file(read, confirm, contract):
    ended = ObligationFactory(
        contract=contract, number="1", title="Monthly report", ended_on=date(2026, 6, 1)
    )
    intake = read("4.2,Monthly report,Supplier,Report,Monthly,31/01/2027,,")
    assert (intake.new, intake.changed) == (1, 0)
    confirm(intake)
    assert list(contract.obligations.values_list("number", "ended_on").order_by("pk")) == [
        ("1", ended.ended_on), ("2", None),
    ]  # fmt: skip


def test_the_number_of_an_obligation_that_has_ended_is_not_given_again(read, contract):
    ObligationFactory(contract=contract, number="7", title="Old", ended_on=date(2026, 6, 1))
    intake = read("7,New,Supplier,Monthly,31/01/2027", headings="Number,Obligation,Party,Frequency,Due date")  # fmt: skip
    assert intake.rows.get().errors == [
        ["Number", "This contract has an obligation with this number already"]
    ]
