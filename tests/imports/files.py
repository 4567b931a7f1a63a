"""Files to import: small ones written here, real ones from beside the checkout."""

import io
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from contracts.imports import actions

_SHARED = settings.BASE_DIR.parent / "shared" / "data"


def real_data(name):
    """The path of a real file. It is not ours to publish, so a machine without it skips; CI has it."""
    path = Path(os.environ.get("STEWARD_DATA", _SHARED)) / name
    if not path.exists():
        message = f"{name} is not beside the checkout (STEWARD_DATA names its folder)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return path


def csv_file(*lines, name="register.csv", encoding="utf-8"):
    """A CSV file of these lines."""
    return SimpleUploadedFile(name, "\n".join(lines).encode(encoding), content_type="text/csv")


def xlsx_file(*rows, name="register.xlsx", sheets=None):
    book = Workbook()
    book.remove(book.active)
    for title, sheet_rows in (sheets or {"Register": rows}).items():
        sheet = book.create_sheet(title)
        for row in sheet_rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile(name, out.getvalue())


def real_file(name):
    path = real_data(name)
    return SimpleUploadedFile(path.name, path.read_bytes())


def checked(file, *, by, mapping=None, suppliers="new", **options):
    """The run of a file whose rows have been judged; what is asked about suppliers gets one answer."""
    run = actions.upload(file=file, by=by)
    run.options |= {"default_unit": None, **options}
    run.save()
    if mapping:
        run.mapping = [
            mapping.get(h, key) for h, key in zip(run.headings, run.mapping, strict=True)
        ]
    run = actions.choose_columns(run=run, mapping=run.mapping, by=by)
    if run.state == "asking" and suppliers:
        open_questions = run.questions.filter(answer="")
        run = actions.answer(run=run, by=by, suppliers={q.pk: suppliers for q in open_questions})
    return run


def imported(file, *, by, good_rows_only=False, **options):
    """The run of a file that has been imported."""
    run = actions.confirm(run=checked(file, by=by, **options), by=by, good_rows_only=good_rows_only)
    assert (run.state, run.problem) == ("imported", "")
    return run


def counts(run):
    return {"new": run.new, "changed": run.changed, "same": run.same, "wrong": run.wrong}


def errors(run):
    """What is wrong, as {row: [(heading, sentence)]}."""
    rows = run.rows.filter(outcome="wrong").order_by("number")
    return {row.number: [tuple(error) for error in row.errors] for row in rows}
