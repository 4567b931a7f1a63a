"""Rows of a spreadsheet on their way into a room, as a person walks through it; here KPIs of a contract."""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from common.intake import actions, judging, kinds
from common.intake.models import Intake, IntakeRow
from performance import actions as performance
from tests.factories import ContractFactory, UserFactory
from tests.imports.files import csv_file, xlsx_file
from tests.performance.factories import IndicatorFactory

pytestmark = pytest.mark.django_db

HEADINGS = "KPI,Unit,Direction,Target,Frequency,Start date"
CALLS = "Calls answered,%,Higher is better,95,Monthly,01/04/2026"


@pytest.fixture
def oco():
    return UserFactory(name="Alex Shah")


@pytest.fixture
def contract(oco):
    return ContractFactory(oco=oco, reference="C-1", title="Cleaning")


@pytest.fixture
def visitor(client, oco):
    client.force_login(oco)
    return client


def upload_url(contract):
    return reverse("intake:upload", args=["kpis", contract.pk])


def send(visitor, contract, *lines, file=None):
    file = file or csv_file(HEADINGS, *lines, name="kpis.csv")
    page = visitor.post(upload_url(contract), {"file": file}, follow=True)
    return page, Intake.objects.first()


def columns(intake, **changes):
    chosen = dict(enumerate(intake.mapping))
    chosen |= {intake.headings.index(heading): key for heading, key in changes.items()}
    return {f"column_{position}": key for position, key in chosen.items()}


def checked(visitor, contract, *lines, file=None):
    """The preview of a file whose proposed columns were taken as they are."""
    _, intake = send(visitor, contract, *lines, file=file)
    page = visitor.post(reverse("intake:columns", args=[intake.pk]), columns(intake), follow=True)
    intake.refresh_from_db()
    return page, intake


def confirm(visitor, intake, **data):
    return visitor.post(
        reverse("intake:confirm", args=[intake.pk]),
        {"attempt": intake.attempt, **data},
        follow=True,
    )


def text(response):
    return " ".join(response.content.decode().split())


def test_the_first_page_complains_of_nothing(visitor, contract):
    assert "There is a problem" not in text(visitor.get(upload_url(contract)))
    assert "Choose the spreadsheet" in text(visitor.post(upload_url(contract)))


def test_three_steps_from_the_file_to_the_contract(visitor, contract, oco):
    page, intake = send(visitor, contract, CALLS)
    assert intake.mapping == ["name", "unit", "direction", "target", "frequency", "starts_on"]
    assert "Calls answered" in text(page)

    page = visitor.post(reverse("intake:columns", args=[intake.pk]), columns(intake), follow=True)
    assert "Import 1 row" in text(page)
    assert "95" in text(page)

    intake.refresh_from_db()
    page = confirm(visitor, intake)
    assert "1 added, 0 changed." in text(page)
    added = contract.indicators.get()
    assert (added.name, added.target, added.starts_on) == ("Calls answered", 95, date(2026, 4, 1))
    entry = added.history.get()
    assert (entry.history_user, entry.history_change_reason) == (oco, "Imported from kpis.csv")


def test_the_same_file_twice_changes_nothing(visitor, contract):
    _, intake = checked(visitor, contract, CALLS)
    confirm(visitor, intake)
    page, again = checked(visitor, contract, CALLS)
    assert (again.same, again.to_write) == (1, 0)
    assert "There is nothing to import" in text(page)


def test_a_known_name_changes_that_row_and_a_blank_cell_erases_nothing(visitor, contract):
    kpi = IndicatorFactory(
        contract=contract, name="Calls answered", unit="%", target=90, text="Of all calls"
    )
    page, intake = checked(visitor, contract, "calls  ANSWERED,,,97,,")
    assert (intake.changed, intake.new) == (1, 0)
    assert "90" in text(page)
    assert "97" in text(page)
    confirm(visitor, intake)
    kpi.refresh_from_db()
    assert (kpi.target, kpi.unit, kpi.definition.text) == (97, "%", "Of all calls")


def test_every_error_of_a_row_is_told_with_its_column(visitor, contract):
    page, intake = checked(
        visitor, contract, "Calls answered,%,sideways,many,Monthly,31/02/2026,extra"
    )
    assert intake.wrong == 1
    row = intake.rows.get()
    assert [heading for heading, _ in row.errors] == ["", "Direction", "Start date", "Target"]
    assert "is not known here. Write one of: Higher is better, Lower is better" in text(page)
    assert "Target must be a number" in text(page)


def test_two_rows_of_one_name_are_refused(visitor, contract):
    _, intake = checked(visitor, contract, CALLS, CALLS)
    assert (intake.new, intake.wrong) == (1, 1)
    assert intake.rows.get(outcome="wrong").errors == [["KPI", "Row 2 is the same one"]]


def test_all_or_nothing_until_only_the_good_rows_are_asked_for(visitor, contract):
    _, intake = checked(
        visitor, contract, CALLS, "Waits,%,Higher is better,much,Monthly,01/04/2026"
    )
    confirm(visitor, intake)
    assert not contract.indicators.exists()
    confirm(visitor, intake, good_rows="on")
    assert [kpi.name for kpi in contract.indicators.all()] == ["Calls answered"]


def test_the_wrong_rows_can_be_had_as_a_workbook(visitor, contract):
    _, intake = checked(
        visitor, contract, CALLS, "Waits,%,Higher is better,much,Monthly,01/04/2026"
    )
    response = visitor.get(reverse("intake:wrong_rows", args=[intake.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:3] == ("Row", "To put right", "KPI")
    assert rows[1][0] == 3
    assert "Target must be a number" in rows[1][1]


def test_what_somebody_changed_after_the_check_is_not_overwritten(visitor, contract):
    kpi = IndicatorFactory(contract=contract, name="Calls answered", target=90)
    _, intake = checked(visitor, contract, CALLS)
    performance.change_definition(
        definition=kpi.definition, by=UserFactory(), version=1, reason="Agreed", target=93
    )
    page = confirm(visitor, intake)
    assert "Somebody has changed what is there since this file was checked" in text(page)
    kpi.refresh_from_db()
    assert kpi.target == 93


def test_a_name_that_was_typed_after_the_check_is_not_added_twice(visitor, contract):
    _, intake = checked(visitor, contract, CALLS)
    IndicatorFactory(contract=contract, name="Calls answered")
    confirm(visitor, intake)
    assert contract.indicators.count() == 1
    intake.refresh_from_db()
    assert intake.state == Intake.State.CHECKED


def test_nothing_is_written_when_one_row_fails(visitor, contract, monkeypatch):
    _, intake = checked(visitor, contract, CALLS, CALLS.replace("Calls", "Letters"))
    kind = kinds.get("kpis")
    saved = []

    def save(form, about, by, reason):
        if saved:
            raise ValueError("no")
        saved.append(kind.save(form, about, by, reason))

    monkeypatch.setitem(kinds._kinds, "kpis", replace(kind, save=save))
    confirm(visitor, intake)
    assert saved
    assert not contract.indicators.exists()


def test_the_choice_of_columns_is_remembered_for_this_kind(visitor, contract):
    file = csv_file("Thing,Goal,From", "Calls answered,95,1 April 2026", name="a.csv")
    _, intake = send(visitor, contract, file=file)
    assert intake.mapping == ["", "target", "starts_on"]
    visitor.post(
        reverse("intake:columns", args=[intake.pk]), columns(intake, Thing="name"), follow=True
    )
    file = csv_file("Thing,Goal,From", "Waits,5,1 April 2026", name="b.csv")
    _, intake = send(visitor, contract, file=file)
    assert intake.mapping == ["name", "target", "starts_on"]


def test_another_sheet_puts_what_was_found_in_the_first_aside(visitor, contract):
    rows = [["Name", "Target", "From"], ["Calls answered", 95, date(2026, 4, 1)]]
    file = xlsx_file(sheets={"One": rows, "Two": rows}, name="kpis.xlsx")
    _, intake = checked(visitor, contract, file=file)
    assert intake.state == Intake.State.CHECKED
    visitor.post(reverse("intake:sheet", args=[intake.pk]), {"sheet": "Two"})
    intake.refresh_from_db()
    assert (intake.state, intake.sheet) == (Intake.State.UPLOADED, "Two")


def test_a_sheet_that_is_chosen_while_somebody_imports_changes_nothing(visitor, contract):
    rows = [["Name", "Target", "From"], ["Calls answered", 95, date(2026, 4, 1)]]
    file = xlsx_file(sheets={"One": rows, "Two": rows}, name="kpis.xlsx")
    _, intake = checked(visitor, contract, file=file)
    seen = Intake.objects.get(pk=intake.pk)
    actions.confirm(intake=intake, by=contract.oco)
    with pytest.raises(actions.NoLongerWaiting):
        actions.choose_sheet(intake=seen, sheet="Two")
    intake.refresh_from_db()
    assert (intake.state, intake.sheet) == (Intake.State.IMPORTED, "One")


def test_a_column_without_which_no_row_can_do_is_asked_for(visitor, contract):
    _, intake = send(visitor, contract, file=csv_file("Goal,From", "95,1 April 2026"))
    page = visitor.post(
        reverse("intake:columns", args=[intake.pk]), columns(intake, From="target"), follow=True
    )
    assert "no KPI can do without it" in text(page)
    assert "are both Target: choose one" in text(page)


def test_a_workbook_with_several_sheets(visitor, contract):
    file = xlsx_file(
        sheets={
            "Cover": [["About"], ["This file"]],
            "KPIs": [["Name", "Target", "From"], ["Calls answered", 95, date(2026, 4, 1)]],
        },
        name="kpis.xlsx",
    )
    _, intake = send(visitor, contract, file=file)
    visitor.post(reverse("intake:sheet", args=[intake.pk]), {"sheet": "KPIs"})
    intake.refresh_from_db()
    assert intake.mapping == ["name", "target", "starts_on"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kpis.csv", b"", "The file is empty"),
        ("kpis.csv", b"Name,Target\n", "no rows below them"),
        ("kpis.pdf", b"%PDF-1.4\n1 0 obj", "PDF"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(visitor, contract, name, content, said):
    page = visitor.post(upload_url(contract), {"file": SimpleUploadedFile(name, content)})
    assert said in text(page)
    assert not Intake.objects.exists()


def test_a_file_with_too_many_rows_says_so(visitor, contract, monkeypatch):
    monkeypatch.setattr(judging, "MOST_ROWS", 100)
    lines = [CALLS.replace("Calls", f"Calls {n}") for n in range(101)]
    page, intake = checked(visitor, contract, *lines)
    assert intake.state == Intake.State.FAILED
    assert "The file has more than 100 rows" in text(page)


def test_a_long_file_is_worked_through_in_the_background(
    visitor, contract, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(actions, "_SHORT", {True: 0, False: 0})
    with django_capture_on_commit_callbacks(execute=True):
        _, intake = checked(visitor, contract, CALLS)
    intake.refresh_from_db()
    assert (intake.state, intake.new) == (Intake.State.CHECKED, 1)


def test_of_two_who_confirm_the_second_is_told(visitor, contract):
    _, intake = checked(visitor, contract, CALLS)
    seen = Intake.objects.get(pk=intake.pk)
    confirm(visitor, intake)
    page = confirm(visitor, seen)
    assert contract.indicators.count() == 1
    assert page.status_code == 200


def test_whoever_may_not_change_the_contract_sees_nothing_of_it(client, visitor, contract):
    _, intake = checked(visitor, contract, CALLS)
    client.force_login(UserFactory())
    names = ("run", "columns", "preview", "progress", "file", "wrong_rows")
    urls = [reverse(f"intake:{name}", args=[intake.pk]) for name in names]
    assert {client.get(url).status_code for url in [*urls, upload_url(contract)]} == {404}
    assert client.get(reverse("intake:upload", args=["nonsense", 1])).status_code == 404


def test_a_file_that_was_not_restored_says_so(visitor, contract):
    _, intake = checked(visitor, contract, CALLS)
    intake.file.storage.delete(intake.file.name)
    page = visitor.post(reverse("intake:check", args=[intake.pk]), follow=True)
    assert "The file is no longer here" in text(page)
    assert visitor.get(reverse("intake:file", args=[intake.pk])).status_code == 404


def test_a_discarded_file_is_gone_and_its_record_stays(visitor, contract):
    _, intake = checked(visitor, contract, CALLS)
    visitor.post(reverse("intake:discard", args=[intake.pk]))
    intake.refresh_from_db()
    assert (intake.state, bool(intake.file)) == (Intake.State.DISCARDED, False)
    assert not IntakeRow.objects.exists()


def test_each_heading_of_the_empty_workbook_is_recognised(visitor, contract):
    response = visitor.get(reverse("intake:template", args=["kpis", contract.pk]))
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    headings = [cell.value for cell in sheet[1]]
    assert all(kinds.get("kpis").is_known_heading(heading) for heading in headings)


def test_the_preview_asks_as_much_for_one_row_as_for_many(
    visitor, contract, django_assert_max_num_queries
):
    _, intake = checked(visitor, contract, *[CALLS.replace("Calls", f"C{n}") for n in range(40)])
    with django_assert_max_num_queries(9):
        visitor.get(reverse("intake:preview", args=[intake.pk]))
