"""An import as a person walks through it: pages, their order, and who may see them."""

import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from contracts.imports import actions
from contracts.imports.models import ColumnMapping, ImportRun
from contracts.models import Contract
from tests.factories import ContractFactory, SupplierFactory, person_with
from tests.imports.files import checked, csv_file, imported, real_file, xlsx_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(client, procurement):
    client.force_login(procurement)
    return client


def url(name, run):
    return reverse(f"imports:{name}", args=[run.pk])


def send(visitor, file):
    return visitor.post(reverse("imports:upload"), {"file": file}, follow=True)


def text(response):
    return " ".join(response.content.decode().split())


def columns(run, **changes):
    chosen = dict(enumerate(run.mapping)) | {run.headings.index(h): k for h, k in changes.items()}
    return {f"column_{position}": key for position, key in chosen.items()}


def test_the_first_page_complains_of_nothing(visitor):
    page = visitor.get(reverse("imports:upload"))
    assert "There is a problem" not in text(page)
    assert "There is a problem" in text(visitor.post(reverse("imports:upload")))


def test_four_steps_from_the_file_to_the_register(visitor, housing):
    page = send(visitor, real_file("contracts-finder/awards_flat.csv"))
    run = ImportRun.objects.get()
    assert "What the columns mean" in text(page)
    assert "Parking Pilot - CEO" in text(page)

    page = visitor.post(url("columns", run), columns(run), follow=True)
    assert "Which business unit do these contracts belong to?" in text(page)

    answers = {"default_unit": housing.pk, "other_suppliers_differ": "on"}
    page = visitor.post(url("questions", run), answers, follow=True)
    assert "Import 147 contracts" in text(page)

    page = visitor.post(url("confirm", run), {"attempt": page.context["run"].attempt}, follow=True)
    assert "147 contracts added, 0 changed" in text(page)
    assert Contract.objects.count() == 147
    assert page.context["page"].paginator.count == 147


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", b"", "The file is empty"),
        ("register.pdf", b"%PDF-1.7", "This is a PDF"),
        ("register.xls", bytes.fromhex("d0cf11e0a1b11ae1"), "old Excel file"),
        ("register.xlsx", b"<html><table></table></html>", "web page"),
        ("headings.csv", b"Title,Supplier\n", "no rows below"),
        ("broken.xlsx", b"PK\x03\x04broken", "damaged"),
    ],
)
def test_a_file_that_is_no_register_is_refused_beside_its_field(visitor, name, content, words):
    file = csv_file(name=name)
    file.file = io.BytesIO(content)
    file.size = len(content)
    page = send(visitor, file)
    assert words in text(page)
    assert '<a href="#id_file">' in text(page)
    assert "<title>Error: " in text(page)
    assert not ImportRun.objects.exists()


def test_no_file_at_all(visitor):
    assert "Choose the spreadsheet" in text(visitor.post(reverse("imports:upload"), {}))


def test_a_file_over_the_limit_is_told_both_sizes(visitor, settings):
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    page = send(visitor, csv_file("Title,Supplier", "x" * 3 * 1024 * 1024))
    assert "The file is 3.0\xa0MB; the most we can read is 2.0\xa0MB" in page.content.decode()


def test_columns_that_cannot_be_are_refused_and_kept(visitor):
    send(visitor, csv_file("Reference,Name of it,Value", "C-1,Lifts,5"))
    run = ImportRun.objects.get()
    page = visitor.post(
        url("columns", run), {"column_0": "reference", "column_1": "", "column_2": "reference"}
    )
    assert "Say which column holds the title" in text(page)
    assert "are both Reference: choose one" in text(page)
    assert '<a href="#id_column_2">' in text(page)
    assert run.rows.count() == 0


def test_what_columns_mean_is_remembered_by_their_headings(visitor, housing):
    send(visitor, csv_file("Reference,Thing,Business unit", "C-1,Lifts,Housing"))
    run = ImportRun.objects.get()
    visitor.post(url("columns", run), columns(run, Thing="title"))
    assert ColumnMapping.objects.count() == 1
    send(visitor, csv_file("reference,THING,business_unit", "C-2,Roofs,Housing"))
    assert ImportRun.objects.first().mapping == ["reference", "title", "unit"]


def test_another_sheet_can_be_chosen(visitor):
    sheets = {
        "Cover": [["About", "this"], ["a", "b"]],
        "Live": [["Title", "Supplier"], ["Lifts", "Acme"]],
    }
    page = send(visitor, xlsx_file(sheets=sheets))
    run = ImportRun.objects.get()
    assert "Read this sheet" in text(page)
    visitor.post(url("sheet", run), {"sheet": "Live"})
    run.refresh_from_db()
    assert (run.sheet, run.headings) == ("Live", ["Title", "Supplier"])


def test_questions_left_open_are_asked_again_with_links(visitor, housing):
    SupplierFactory(name="Acme Ltd")
    send(
        visitor,
        csv_file("Reference,Title,Supplier,Unit", "C-1,Lifts,Acme,Parks", "C-2,Roofs,Bolt,"),
    )
    run = ImportRun.objects.get()
    visitor.post(url("columns", run), columns(run))
    question = run.questions.get()

    page = visitor.post(url("questions", run), {})

    assert "Choose a business unit, or name a new one below" in text(page)
    assert "Say what “Parks” is" in text(page)
    assert f'<a href="#id_supplier_{question.pk}">' in text(page)
    assert not run.rows.exists()


def test_the_preview_shows_old_and_new_cells_and_every_error(visitor, procurement, housing):
    ContractFactory(reference="C-1", title="Lifts", unit=housing, value=500)
    file = csv_file(
        "Reference,Title,Value,End date",
        "C-1,Lifts,600,",
        "C-2,,TBC,Oct 17",
        "C-3,Doors,,",
        "C-3,Doors,,",
    )
    run = checked(file, by=procurement, default_unit=housing.pk)

    wrong = text(visitor.get(url("preview", run)))
    assert "Row 3" in wrong
    for words in ("The title is missing", "“TBC” is not an amount", "does not say which day"):
        assert words in wrong
    changed = text(visitor.get(url("preview", run), {"show": "changed"}))
    assert "from </span>£500</del>" in changed
    assert "to </span>£600</ins>" in changed
    assert "Doors" in text(visitor.get(url("preview", run), {"show": "new"}))
    assert "Repeats row 4" in text(visitor.get(url("preview", run), {"show": "same"}))


@pytest.mark.parametrize(
    "query", [{"show": "x\x00", "page": "-1"}, {"page": "9" * 30}, {"page": "x"}]
)
def test_hostile_addresses_are_answered(visitor, procurement, housing, query):
    run = checked(csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk)
    assert visitor.get(url("preview", run), query).status_code == 200
    assert visitor.get(reverse("imports:list"), query).status_code == 200


def test_good_rows_can_be_taken_and_the_others_downloaded(visitor, procurement, housing):
    file = csv_file("Reference,Title,Value", "C-1,Lifts,5", "C-2,=1+1,TBC", "C-3,Doors,-1")
    run = checked(file, by=procurement, default_unit=housing.pk)
    sheet = load_workbook(
        io.BytesIO(b"".join(visitor.get(url("wrong_rows", run)).streaming_content))
    ).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Row", "To put right", "Reference", "Title", "Value")
    assert rows[1][0] == 3
    assert rows[1][1].startswith("Value: “TBC” is not an amount")
    assert rows[1][2:] == ("C-2", "'=1+1", "TBC")
    assert len(rows) == 3

    without = visitor.post(url("confirm", run), {"attempt": run.attempt}, follow=True)
    assert "cannot be imported as they are" in text(without)
    page = visitor.post(
        url("confirm", run), {"attempt": run.attempt, "good_rows": "on"}, follow=True
    )
    assert "1 contract added" in text(page)
    assert "2 rows left out" in text(page)


def test_a_preview_that_was_checked_again_cannot_be_confirmed(visitor, procurement, housing):
    run = checked(csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk)
    seen = run.attempt
    actions.start_check(run=run, by=procurement)
    page = visitor.post(url("confirm", run), {"attempt": seen}, follow=True)
    assert "Somebody else has worked on this import" in text(page)
    assert not Contract.objects.exists()


def test_a_register_that_changed_offers_to_check_again(visitor, procurement, housing):
    run = checked(csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk)
    ContractFactory(reference="C-1", title="Lifts", unit=housing)
    page = visitor.post(url("confirm", run), {"attempt": run.attempt}, follow=True)
    assert "The register has changed since this file was checked" in text(page)
    page = visitor.post(url("check", run), follow=True)
    assert "Everything in the file is in the register already" in text(page)


def test_undo_asks_first_and_names_what_stands_in_the_way(visitor, procurement, housing):
    run = imported(
        csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk
    )
    assert "1 contract will be removed" in text(visitor.get(url("undo", run)))
    Contract.objects.update(version=2)
    page = visitor.post(url("undo", run), follow=True)
    assert "C-1 Lifts was changed since the import" in text(page)
    Contract.objects.update(version=1)
    page = visitor.post(url("undo", run), follow=True)
    assert "The import has been undone." in text(page)
    assert not Contract.objects.exists()


def test_past_imports_say_who_when_which_file_and_what_came_of_it(visitor, procurement, housing):
    imported(
        csv_file("Reference,Title", "C-1,Lifts", name="april.csv"),
        by=procurement,
        default_unit=housing.pk,
    )
    listed = text(visitor.get(reverse("imports:list")))
    assert "april.csv" in listed
    assert "Pat Shah" in listed
    assert "Imported on" in listed


def test_the_file_comes_back_as_a_download_only(visitor, procurement, housing):
    run = imported(
        csv_file("Reference,Title", "C-1,<script>"), by=procurement, default_unit=housing.pk
    )
    response = visitor.get(url("file", run))
    assert b"".join(response.streaming_content).startswith(b"Reference,Title")
    assert response["Content-Disposition"] == 'attachment; filename="register.csv"'
    assert response["Content-Type"] == "application/octet-stream"
    assert "register" not in run.file.name


def test_the_empty_workbook_is_recognised_when_it_comes_back(visitor):
    content = b"".join(visitor.get(reverse("imports:template")).streaming_content)
    book = load_workbook(io.BytesIO(content))
    book.active.cell(2, 2, "Lifts")
    filled = io.BytesIO()
    book.save(filled)
    file = xlsx_file(["x"])
    filled.seek(0)
    file.file, file.size = filled, len(filled.getvalue())
    send(visitor, file)
    assert "" not in ImportRun.objects.get().mapping


def test_long_files_are_worked_on_elsewhere_and_the_page_looks_again(
    visitor, procurement, housing, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(actions, "_SHORT", {True: 0, False: 0})
    run = actions.upload(file=csv_file("Reference,Title,Unit", "C-1,Lifts,Housing"), by=procurement)
    page = visitor.post(url("columns", run), columns(run), follow=True)
    assert "Checking the rows" in text(page)
    assert '<meta http-equiv="refresh" content="3">' in text(page)
    run.refresh_from_db()
    assert (run.state, run.rows.count()) == ("checking", 0)

    ImportRun.objects.update(active_at=timezone.now() - timedelta(minutes=5))
    page = visitor.get(url("progress", run))
    assert "seems to have stopped" in text(page)
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(url("check", run))
    page = visitor.get(url("run", run), follow=True)
    assert "Import 1 contract" in text(page)
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(url("confirm", run), {"attempt": page.context["run"].attempt})
    assert Contract.objects.get().title == "Lifts"


def test_without_a_broker_a_long_file_says_so(
    visitor, procurement, monkeypatch, django_capture_on_commit_callbacks
):
    from contracts.imports import tasks

    def unreachable(*args):
        raise actions.OperationalError

    monkeypatch.setattr(actions, "_SHORT", {True: 0, False: 0})
    monkeypatch.setattr(tasks.check, "delay", unreachable)
    run = actions.upload(file=csv_file("Reference,Title", "C-1,Lifts"), by=procurement)
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(url("columns", run), columns(run))
    assert "background service cannot be reached" in text(visitor.get(url("run", run)))


@pytest.mark.parametrize("role", ["viewer", "unit_contact", "auditor", "administrator"])
def test_nobody_else_learns_that_imports_exist(client, procurement, housing, role):
    run = checked(csv_file("Reference,Title", "C-1,Lifts"), by=procurement, default_unit=housing.pk)
    organisation_wide = role in ("auditor", "administrator")
    client.force_login(person_with(role, None if organisation_wide else housing))
    for name in ("list", "upload", "template"):
        assert client.get(reverse(f"imports:{name}")).status_code == 404
    for name in (
        "run",
        "columns",
        "questions",
        "progress",
        "preview",
        "wrong_rows",
        "file",
        "undo",
    ):
        assert client.get(url(name, run)).status_code == 404
    for name in ("confirm", "check", "discard", "undo", "sheet", "first_rows"):
        assert client.post(url(name, run)).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(
    visitor, procurement, django_assert_max_num_queries
):
    for _ in range(12):
        actions.upload(file=csv_file("Reference,Title", "C-1,Lifts"), by=procurement)
    with django_assert_max_num_queries(8):
        visitor.get(reverse("imports:list"))


def test_a_first_import_into_an_empty_register_adds_the_unit_it_needs(visitor):
    send(visitor, csv_file("Ref,Title\nC-1,Waste\n"))
    run = ImportRun.objects.get()
    page = visitor.post(url("columns", run), columns(run), follow=True)
    assert "Or add a business unit called" in text(page)
    page = visitor.post(
        url("questions", run), {"default_unit": "", "new_unit": "Housing"}, follow=True
    )
    visitor.post(url("confirm", run), {"attempt": page.context["run"].attempt}, follow=True)
    assert Contract.objects.get().unit.name == "Housing"
