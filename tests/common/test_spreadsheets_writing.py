"""What we export opens in Excel as it is, runs nothing, and can be read again."""

import csv
import datetime as dt
import io
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from common.spreadsheets import values
from common.spreadsheets.reading import open_table
from common.spreadsheets.writing import guard, unguard, write_csv, write_xlsx

# Written out again: a list taken from the code would not notice what is missing from it.
DANGEROUS = frozenset("=+-@\t\r\n")

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
hostile = st.builds(
    lambda start, rest: start + rest, st.sampled_from(sorted(DANGEROUS | {"'", "''"})), texts
)
numbers = st.one_of(
    st.integers(-(10**12), 10**12),
    st.decimals(
        allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12
    ),
)
cells = st.one_of(st.none(), st.booleans(), numbers, st.dates(), texts, hostile)


def csv_back(columns, rows):
    content = b"".join(write_csv(columns, rows))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def xlsx_back(columns, rows):
    with write_xlsx(columns, rows) as file:
        return load_workbook(io.BytesIO(file.read()))


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5))
def test_csv_never_holds_a_formula_and_numbers_stay_numbers(rows):
    _, *back = csv_back(["A", "B", "C"], rows)
    assert len(back) == len(rows)
    for row, shown in zip(rows, back, strict=True):
        for cell, text in zip(row, shown, strict=True):
            if isinstance(cell, str):
                assert text[:1] not in DANGEROUS
                assert unguard(text) == cell
            elif isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
                assert Decimal(text) == cell


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=3))
def test_xlsx_never_holds_a_formula_and_numbers_stay_numbers(rows):
    sheet = xlsx_back(["A", "B", "C"], rows).active
    for number, row in enumerate(rows, start=2):
        shown = [sheet.cell(number, column) for column in (1, 2, 3)]
        for cell, back in zip(row, shown, strict=True):
            assert back.data_type != "f"
            if isinstance(cell, str) and isinstance(back.value, str):
                assert back.value[:1] not in DANGEROUS
            elif isinstance(cell, (int, Decimal)) and not isinstance(cell, bool):
                assert back.value == pytest.approx(float(cell))


@given(st.one_of(texts, hostile))
def test_guard_can_always_be_taken_back(text):
    assert unguard(guard(text)) == text


@given(st.lists(st.one_of(texts, hostile), min_size=1, max_size=4))
def test_our_own_export_reads_back_the_same(row):
    heading = [f"Heading {'abcd'[n]}" for n in range(len(row))]
    content = b"".join(write_csv([*heading, "Last"], [[*row, "end"]]))
    with open_table(io.BytesIO(content)) as table:
        ((_, back),) = table.rows
    assert [values.text(cell) for cell in back] == [
        values.text(guard(cell)) for cell in [*row, "end"]
    ]


def test_csv_writes_dates_moments_and_answers():
    moment = dt.datetime(2025, 4, 17, 9, 5, tzinfo=dt.UTC)
    _, row = csv_back(["A"] * 5, [[dt.date(2025, 4, 17), moment, True, None, Decimal("1E+3")]])
    assert row == ["2025-04-17", "2025-04-17 10:05", "Yes", "", "1000"]


def test_xlsx_heading_stays_in_sight_and_can_be_filtered():
    book = xlsx_back(["Title", "Start", "Value"], [["A", dt.date(2025, 4, 17), Decimal("12.50")]])
    sheet = book.active
    assert [cell.value for cell in sheet[1]] == ["Title", "Start", "Value"]
    assert all(cell.font.bold for cell in sheet[1])
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C2")
    assert sheet["B2"].is_date
    assert (sheet["B2"].value.date(), sheet["C2"].value) == (dt.date(2025, 4, 17), 12.5)
    assert sheet.column_dimensions["A"].width >= 10


def test_xlsx_survives_what_xml_cannot_hold():
    sheet = xlsx_back(["Title"], [["a\x00b\x0bc"], ["x" * 40_000]]).active
    assert sheet["A2"].value == "abc"
    assert len(sheet["A3"].value) == 32_767


@pytest.mark.slow
def test_csv_of_100_000_rows_is_quick_and_streams():
    row = ["C-00001", "Cleaning of buildings", "Acme Limited", "Estates", dt.date(2025, 4, 1),
           dt.date(2027, 3, 31), Decimal("1250000.00"), None, "Gold", "Live", "Open procedure", True]  # fmt: skip
    started = time.process_time()
    pieces = sum(1 for _ in write_csv(["H"] * 12, (row for _ in range(100_000))))
    # About 0.5 s of work on a quiet machine; the margin is for a busy one.
    assert time.process_time() - started < 2.5
    assert pieces == 101
