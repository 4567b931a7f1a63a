"""A table out of a file that somebody sent: its headings, then one row at a time."""

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice

from common.spreadsheets import values
from common.spreadsheets.kinds import (
    DEFAULT_LIMITS,
    SAVE_AS,
    Kind,
    Limits,
    UnreadableFile,
    recognise,
)

__all__ = ["Kind", "Limits", "Table", "UnreadableFile", "open_table", "recognise"]

_DELIMITERS = ",;\t|"
_ROWS_TO_LOOK_AT = 30


@dataclass
class Table:
    """Headings and rows. `rows` yields (row number as a spreadsheet shows it, cells) and can be read once.

    Cells keep their kind (text, number, date). A row may be shorter or longer than the headings.
    """

    kind: Kind
    headings: list[str]
    heading_row: int
    rows: Iterator[tuple[int, list]]
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)


@contextmanager
def open_table(
    file,
    *,
    sheet: str = "",
    limits: Limits = DEFAULT_LIMITS,
    known: Callable[[str], bool] | None = None,
):
    """Read a CSV or XLSX file (binary, seekable). `known` says whether a heading is one we recognise."""
    kind = recognise(file, limits=limits)
    if kind == Kind.XLSX:
        with _workbook(file) as workbook:
            worksheet = _worksheet(workbook, sheet)
            rows = _limited(_xlsx_rows(worksheet), limits)
            headings, heading_row, rest = _headings(rows, limits, known)
            yield Table(kind, headings, heading_row, rest, worksheet.title, workbook.sheetnames)
    else:
        rows = _limited(_csv_rows(file, limits), limits)
        headings, heading_row, rest = _headings(rows, limits, known)
        yield Table(kind, headings, heading_row, rest)


# --- CSV


def _csv_rows(file, limits):
    encoding = _encoding(file)
    file.seek(0)
    # newline="" keeps the line breaks inside quotation marks as they are, and splits at CR, LF and CRLF.
    stream = io.TextIOWrapper(_Unclosable(file), encoding=encoding, errors="replace", newline="")
    sample = stream.read(256 * 1024)
    stream.seek(0)
    skipped, delimiter = _delimiter(sample)
    lines = _Lines(stream)
    number = 0
    for _ in range(skipped):
        next(lines, None)
        number += 1
    csv.field_size_limit(max(csv.field_size_limit(), limits.cell))
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        lines.taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(_broken_row(number + 1, lines)) from error
        number += 1
        if len(lines.taken) > 1 and lines.ended and "".join(lines.taken).count('"') % 2:
            raise UnreadableFile(_broken_row(number, lines))
        yield number, cells


def _broken_row(number, lines):
    if "".join(lines.taken).count('"') % 2:
        return (
            f'Row {number} opens a quotation mark (") that is never closed, so the rest of the file cannot '
            "be read. Close it or delete it, or save the file as .xlsx."
        )
    return f"Row {number} holds a cell that is too long to read. Shorten it, or save the file as .xlsx."


class _Lines:
    """The lines of a stream. Remembers those taken for the row being read, and whether the end was met."""

    def __init__(self, stream):
        self.stream = stream
        self.taken = []
        self.ended = False

    def __iter__(self):
        return self

    def __next__(self):
        line = self.stream.readline()
        if not line:
            self.ended = True
            raise StopIteration
        self.taken.append(line)
        return line


class _Unclosable(io.RawIOBase):
    """Lets a text wrapper go without closing the file it was given, which is the caller's."""

    def __init__(self, file):
        self._file = file

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        return self._file.seek(offset, whence)

    def tell(self):
        return self._file.tell()

    def readinto(self, buffer):
        content = self._file.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


def _encoding(file):
    """By its mark; else UTF-8 if all of it is; else what Windows in western Europe writes."""
    file.seek(0)
    start = file.read(4)
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "cp1252")}
    file.seek(0)
    while decoders and (chunk := file.read(1024 * 1024)):
        for name in list(decoders):
            try:
                decoders[name].decode(chunk)
            except UnicodeDecodeError:
                del decoders[name]
    if "utf-8" in decoders:
        try:
            decoders["utf-8"].decode(b"", final=True)
        except UnicodeDecodeError:
            del decoders["utf-8"]
    return next(iter(decoders), "latin-1")


def _delimiter(sample):
    """How many lines to skip (Excel's own "sep=;" line) and what stands between cells."""
    first = sample.split("\n", 1)[0].strip().strip('"').lower()
    if first.startswith("sep=") and len(first) == 5:
        return 1, first[4]
    best, best_score = ",", 0
    for delimiter in _DELIMITERS:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        try:
            widths = [len(cells) for cells in islice(rows, _ROWS_TO_LOOK_AT) if any(cells)]
        except csv.Error:
            continue
        # The right one splits most rows into the same number of cells, and into more than others.
        usual = max(set(widths), key=lambda width: (widths.count(width), width), default=0)
        score = usual * widths.count(usual) / len(widths) if usual > 1 else 0
        if score > best_score:
            best, best_score = delimiter, score
    return 0, best


# --- XLSX


@contextmanager
def _workbook(file):
    from openpyxl import load_workbook

    workbook = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except UnreadableFile:
        raise
    except Exception as error:
        raise UnreadableFile(f"The file is damaged and cannot be opened. {SAVE_AS}") from error
    try:
        yield workbook
    finally:
        workbook.close()


def _worksheet(workbook, wanted):
    sheets = workbook.worksheets
    if wanted:
        for worksheet in sheets:
            if worksheet.title.casefold() == wanted.casefold():
                return worksheet
        names = ", ".join(f"“{name}”" for name in workbook.sheetnames)
        raise UnreadableFile(f"There is no sheet “{wanted}” in the file. Its sheets are {names}.")
    for worksheet in sheets:
        if worksheet.sheet_state == "visible" and any(
            True for _ in islice(_xlsx_filled(worksheet), 1)
        ):
            return worksheet
    raise UnreadableFile(
        "Every sheet of the file is empty. Check that it was saved, then upload it again."
    )


def _xlsx_filled(worksheet):
    return (cells for _, cells in _xlsx_rows(worksheet) if cells)


def _xlsx_rows(worksheet):
    # What the sheet says of its own size is often wrong, and cuts rows off.
    worksheet.reset_dimensions()
    rows = worksheet.iter_rows(values_only=True)
    number = 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except (zipfile.BadZipFile, ValueError, KeyError, TypeError, SyntaxError) as error:
            raise UnreadableFile(f"The file is damaged after row {number}. {SAVE_AS}") from error
        number += 1
        cells = list(row)
        while cells and (cells[-1] is None or cells[-1] == ""):
            cells.pop()
        yield number, cells


# --- both


def _limited(rows, limits):
    """Rows that hold something, as long as there are not too many of them."""
    filled = 0
    for number, cells in rows:
        if not _holds_something(cells):
            continue
        filled += 1
        if filled > limits.rows + _ROWS_TO_LOOK_AT:
            raise UnreadableFile(
                f"The file has more than {limits.rows:,} rows. Split it into several files."
            )
        yield number, cells


def _holds_something(cells):
    for cell in cells:
        if cell is None or cell == "" or (type(cell) is str and not cell.strip()):
            continue
        return True
    return False


def _headings(rows, limits, known):
    """The first row that reads as headings; titles above it are skipped, rows after it are the table."""
    first = list(islice(rows, _ROWS_TO_LOOK_AT))
    if not first:
        raise UnreadableFile("The file is empty. Check that it was saved, then upload it again.")
    widest = _usual_width(first)
    for position, (number, cells) in enumerate(first):
        if _reads_as_headings(cells, widest, known):
            headings = [values.text(cell) for cell in cells]
            while headings and not headings[-1]:
                headings.pop()
            if len(headings) > limits.columns:
                raise UnreadableFile(
                    f"The file has {len(headings):,} columns; the most we can read is {limits.columns}. "
                    "Delete the columns you do not need."
                )
            return headings, number, chain(first[position + 1 :], rows)
    raise UnreadableFile(
        "We could not find a row of headings. Put the name of each column, such as “Title” or “End date”, "
        "in the first row, and one contract in each row below it."
    )


def _reads_as_headings(cells, widest, known):
    filled = _filled(cells)
    if known and sum(1 for cell in cells if isinstance(cell, str) and known(cell)) >= max(
        2, filled // 2
    ):
        return True
    words = sum(1 for cell in cells if values.is_text(cell) and len(cell) <= 200)
    return filled >= max(widest / 2, min(widest, 2)) and words >= 0.8 * filled


def _usual_width(rows):
    """How many cells the fullest row fills, leaving out a single row that runs over."""
    widths = sorted((_filled(cells) for _, cells in rows), reverse=True)
    if len(widths) > 3 and widths[0] > 1.5 * widths[1]:
        return widths[1]
    return widths[0]


def _filled(cells):
    return sum(1 for cell in cells if cell is not None and cell != "")
