"""Every list's export: CSV as a stream of bytes, XLSX as a file. Numbers stay numbers; formulas become text."""

import csv
import datetime as dt
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import chain, islice

from django.utils.timezone import localtime

# The first characters that make a spreadsheet run a cell instead of showing it.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
_TO_GUARD = frozenset((*FORMULA_STARTS, "'"))
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BOM = b"\xef\xbb\xbf"
_ROWS_A_CHUNK = 1_000
_LONGEST_CELL = 32_767
_WIDEST_COLUMN = 60


def guard(text: str) -> str:
    """The text with an apostrophe before it, if a spreadsheet would run it as a formula.

    >>> guard("=1+1"), guard("Cleaning"), guard("'=1+1")
    ("'=1+1", 'Cleaning', "''=1+1")
    """
    if not text:
        return text
    first = text[0]
    if first in FORMULA_STARTS or (first == "'" and _GUARDED.match(text)):
        return "'" + text
    return text


def unguard(text: str) -> str:
    """What `guard` was given, so that an export can be imported again without change."""
    if text and text[0] == "'" and _GUARDED.match(text):
        return text[1:]
    return text


def _same(cell):
    return cell


def _csv_decimal(cell):
    return format(cell, "f")


def _local(moment):
    return moment if moment.tzinfo is None else localtime(moment)


def _csv_moment(cell):
    return _local(cell).strftime("%Y-%m-%d %H:%M")


def _yes_no(cell):
    return "Yes" if cell else "No"


def _csv_other(cell):
    """Numbers of a class of their own stay numbers; whatever else there is, is shown as text."""
    if isinstance(cell, (int, float, Decimal)):
        return cell + 0
    return guard(str(cell))


_CSV = {
    str: guard, int: _same, float: _same, type(None): _same, dt.date: _same,
    Decimal: _csv_decimal, bool: _yes_no, dt.datetime: _csv_moment,
}  # fmt: skip


class _Lines(list):
    """Something a csv.writer can write to, and we can empty."""

    write = list.append


def write_csv(columns: Sequence[str], rows: Iterable[Sequence]) -> Iterator[bytes]:
    """The table as UTF-8 with the mark Excel needs to see that it is, in pieces of a thousand rows."""
    lines = _Lines()
    writer = csv.writer(lines)
    writer.writerow([guard(str(heading)) for heading in columns])
    yield _BOM + "".join(lines).encode("utf-8", "replace")
    forms, other = _CSV, _csv_other
    remaining = iter(rows)
    while chunk := list(islice(remaining, _ROWS_A_CHUNK)):
        lines.clear()
        writer.writerows(
            [
                [
                    # Most cells are texts that start like one; to ask `guard` for each costs as much as writing.
                    cell
                    if cell.__class__ is str and cell and cell[0] not in _TO_GUARD
                    else forms.get(type(cell), other)(cell)
                    for cell in row
                ]
                for row in chunk
            ]
        )
        yield "".join(lines).encode("utf-8", "replace")


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence], *, sheet: str = "Export"):
    """The table as a temporary file, open at its start; it goes when it is closed.

    The heading is bold and stays in sight, each column can be filtered, dates are dates.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    workbook = Workbook(write_only=True)
    worksheet = workbook.create_sheet(_sheet_title(sheet))
    remaining = iter(rows)
    first = list(islice(remaining, 200))
    for number, width in enumerate(_widths(columns, first), start=1):
        worksheet.column_dimensions[get_column_letter(number)].width = width
    worksheet.freeze_panes = "A2"
    headings = []
    for heading in columns:
        cell = WriteOnlyCell(worksheet, _xlsx_cell(str(heading)))
        cell.font = Font(bold=True)
        headings.append(cell)
    worksheet.append(headings)
    last = 1
    for row in chain(first, remaining):
        worksheet.append([_xlsx_cell(cell) for cell in row])
        last += 1
    worksheet.auto_filter.ref = f"A1:{get_column_letter(max(len(columns), 1))}{last}"
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115 - the caller closes it
    workbook.save(file)
    file.seek(0)
    return file


def _xlsx_cell(cell):
    kind = type(cell)
    if kind is str:
        return guard(_NOT_IN_XML.sub("", cell))[:_LONGEST_CELL]
    if kind is bool:
        return _yes_no(cell)
    if kind is dt.datetime:
        return _local(cell).replace(tzinfo=None, microsecond=0)  # Excel knows no time zones
    if cell is None or isinstance(cell, (int, float, Decimal, dt.date)):
        return cell
    return guard(_NOT_IN_XML.sub("", str(cell)))[:_LONGEST_CELL]


def _sheet_title(title):
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip() or "Export"


def _widths(columns, rows):
    """Wide enough for what the first rows show; long texts are left to wrap."""
    for number, heading in enumerate(columns):
        shown = (
            len(str(row[number])) for row in rows if number < len(row) and row[number] is not None
        )
        yield min(max(chain([len(str(heading)) + 3, 10], shown)) + 1, _WIDEST_COLUMN)
