"""What people really send is read; what cannot be read is refused in a sentence that says how to mend it."""

# ruff: noqa: DTZ001 - a cell of a spreadsheet has no time zone
import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from common.spreadsheets.reading import Kind, Limits, UnreadableFile, open_table


def read(content, **options):
    with open_table(io.BytesIO(content), **options) as table:
        return table.headings, list(table.rows)


def refusal(content, **options):
    with pytest.raises(UnreadableFile) as refused:
        read(content, **options)
    return str(refused.value)


def workbook(*rows, sheets=None):
    book = Workbook()
    book.remove(book.active)
    for title, sheet_rows in (sheets or {"Register": rows}).items():
        sheet = book.create_sheet(title)
        for row in sheet_rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content, *, add=None, replace=None):
    """The same archive with other parts in it."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, (replace or {}).get(name, old.read(name)))
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: b"\xfe\xff" + text.encode("utf-16-be"),
        lambda text: text.encode("cp1252"),
    ],
    ids=["utf-8", "utf-8 with mark", "utf-16 little", "utf-16 big", "windows-1252"],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_csv_of_every_encoding_delimiter_and_line_break(encode, delimiter, line_break):
    lines = ["Title,Supplier,Value", "Café “Zoë”,Müller & Söhne,£5", '"Two, parts",B,6', ""]
    if delimiter != ",":
        lines = [lines[0].replace(",", delimiter), lines[1].replace(",", delimiter),
                 f'"Two{delimiter} parts"{delimiter}B{delimiter}6', ""]  # fmt: skip

    headings, rows = read(encode(line_break.join(lines)))

    assert headings == ["Title", "Supplier", "Value"]
    assert rows == [
        (2, ["Café “Zoë”", "Müller & Söhne", "£5"]),
        (3, [f"Two{delimiter} parts", "B", "6"]),
    ]


def test_bytes_that_windows_1252_leaves_out_are_read_as_latin_1():
    _, rows = read(b"Title,Supplier\nCaf\xe9 \x81,B\n")
    assert rows == [(2, ["Café \x81", "B"])]


def test_a_letter_cut_by_the_end_of_a_block_is_still_utf_8():
    text = "Title,Supplier\n" + ("x" * (1024 * 1024 - 16)) + "é,B\n"
    _, rows = read(text.encode(), limits=Limits(cell=2**21))
    assert rows[0][1][0].endswith("xé")


def test_line_breaks_inside_quotation_marks_stay_in_the_cell_and_count_as_one_row():
    _, rows = read(b'Title,Note\r\nA,"one\r\ntwo\r\n\r\nthree"\r\nB,plain\r\n')
    assert rows == [(2, ["A", "one\r\ntwo\r\n\r\nthree"]), (3, ["B", "plain"])]


def test_blank_lines_are_passed_over_but_counted():
    _, rows = read(b"Title,Supplier\n\n,\nA,B\n")
    assert rows == [(4, ["A", "B"])]


def test_titles_above_the_headings_are_skipped():
    content = b"Anytown Council contract register,,,\nPublished,1 April 2025,,\n,,,\nTitle,Supplier,Start,Value\nA,B,1/4/25,5\n"
    headings, rows = read(content)
    assert headings == ["Title", "Supplier", "Start", "Value"]
    assert rows == [(5, ["A", "B", "1/4/25", "5"])]


def test_excels_own_delimiter_line_is_obeyed():
    headings, rows = read(b"sep=;\nTitle;Value, in pounds\nA;5\n")
    assert (headings, rows) == (["Title", "Value, in pounds"], [(3, ["A", "5"])])


def test_a_comma_in_every_text_does_not_beat_the_real_delimiter():
    headings, _ = read(b"Title;Supplier;Value\nA, b;C, d;1\nE, f;G, h;2\n")
    assert headings == ["Title", "Supplier", "Value"]


def test_a_row_with_too_many_cells_is_passed_on_not_fatal():
    _, rows = read(b"Title,Supplier\nA,B,C,D\nE\n")
    assert rows == [(2, ["A", "B", "C", "D"]), (3, ["E"])]


def test_one_row_that_runs_over_does_not_hide_the_headings():
    content = b"Title,Supplier,Value\n" + b"A,B,5\n" * 4 + b"x," * 3000 + b"\n"
    headings, rows = read(content)
    assert headings == ["Title", "Supplier", "Value"]
    assert len(rows[-1][1]) == 3001


def test_workbook_keeps_dates_and_numbers():
    content = workbook(
        ["Title", "Start", "Value", "Signed"],
        ["A", dt.date(2025, 4, 17), 1250000.5, dt.datetime(2025, 4, 1, 9, 30)],
    )
    headings, rows = read(content)
    assert headings == ["Title", "Start", "Value", "Signed"]
    assert rows == [(2, ["A", dt.datetime(2025, 4, 17), 1250000.5, dt.datetime(2025, 4, 1, 9, 30)])]


def test_workbook_rows_keep_the_numbers_that_excel_shows():
    content = workbook(
        ["Our register"], [], ["Title", "Supplier"], [], ["A", "B"], [None, ""], ["C", "D"]
    )
    headings, rows = read(content)
    assert headings == ["Title", "Supplier"]
    assert rows == [(5, ["A", "B"]), (7, ["C", "D"])]


def test_first_sheet_with_something_in_it_is_read():
    content = workbook(
        sheets={"Notes": [], "Live": [["Title", "Supplier"], ["A", "B"]], "Old": [["X", "Y"]]}
    )
    with open_table(io.BytesIO(content)) as table:
        assert (table.kind, table.sheet, table.sheets) == (
            Kind.XLSX,
            "Live",
            ["Notes", "Live", "Old"],
        )


def test_sheet_can_be_named_and_a_wrong_name_lists_the_right_ones():
    content = workbook(
        sheets={"Live": [["Title", "Supplier"]], "Old": [["Name", "Vendor"], ["A", "B"]]}
    )
    headings, _ = read(content, sheet="old")
    assert headings == ["Name", "Vendor"]
    assert "“Live”, “Old”" in refusal(content, sheet="Planned")


def test_formula_cells_give_the_value_excel_last_worked_out():
    book = workbook(["Title", "Value"], ["A", 1])
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    with_formula = sheet.replace(
        b'<c r="B2" t="n"><v>1</v></c>', b'<c r="B2"><f>2*3</f><v>6</v></c>'
    )
    assert with_formula != sheet
    _, rows = read(repacked(book, replace={"xl/worksheets/sheet1.xml": with_formula}))
    assert rows == [(2, ["A", 6])]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"\r\n \r\n", "The file is empty"),
        (b",,,\n,,\n", "The file is empty"),
        (b"%PDF-1.7 ...", "This is a PDF"),
        (b"\x89PNG\r\n\x1a\n....", "picture"),
        (b"\xff\xd8\xff\xe0....", "picture"),
        (b"\x1f\x8b\x08....", "compressed"),
        (b"<!DOCTYPE html><html><table></table></html>", "web page"),
        (b"\n <html xmlns:x='urn:schemas-microsoft-com'>", "web page"),
        (b"<?xml version='1.0'?><Workbook/>", "XML"),
        (b'{"releases": []}', "JSON"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"Workbook", "old Excel file (.xls)"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "not a .csv or .xlsx"),
        (b"PK\x03\x04 broken", "damaged"),
        (b"1,2,3\n4,5,6\n", "row of headings"),
        (b'Title,Note\nA,"never closed\nB,x\nC,y\n', "never closed"),
    ],
)  # fmt: skip
def test_what_is_not_a_table_is_refused_in_words(content, words):
    assert words in refusal(content)


def test_broken_quotation_mark_names_its_row():
    assert "Row 3 opens a quotation mark" in refusal(
        b'Title,Note\nA,x\nB,"never closed\nC,y\nD,z\n'
    )


def test_opendocument_and_other_archives_are_told_apart():
    def archive(**parts):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as packed:
            for name, content in parts.items():
                packed.writestr(name.replace("__", "/"), content)
        return file.getvalue()

    assert "OpenDocument" in refusal(
        archive(mimetype="application/vnd.oasis.opendocument.spreadsheet")
    )
    assert "archive" in refusal(archive(**{"register.csv": "Title,Supplier"}))
    assert "Word" in refusal(
        archive(**{"[Content_Types].xml": "<Types/>", "word__document.xml": "<d/>"})
    )


def test_macros_are_refused_by_content_not_by_name():
    book = workbook(["Title", "Supplier"])
    assert "macros" in refusal(repacked(book, add={"xl/vbaProject.bin": b"\x00"}))
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        types = archive.read("[Content_Types].xml")
    types = types.replace(b"spreadsheetml.sheet.main", b"sheet.macroEnabled.main")
    assert "macros" in refusal(repacked(book, replace={"[Content_Types].xml": types}))


def test_a_file_over_the_limit_is_refused_with_both_sizes():
    words = refusal(b"Title,Supplier\n" + b"A,B\n" * 500_000, limits=Limits(bytes=1024 * 1024))
    assert "The file is 1.9 MB; the most we can read is 1 MB" in words


def test_bomb_is_refused_before_it_is_unpacked():
    bomb = repacked(
        workbook(["Title"]), add={"xl/worksheets/sheet9.xml": b"0" * (210 * 1024 * 1024)}
    )
    assert len(bomb) < 1024 * 1024
    assert "would unpack to 210" in refusal(bomb)


def test_too_many_parts_are_refused():
    many = repacked(workbook(["Title"]), add={f"xl/media/{n}.png": b"" for n in range(2_001)})
    assert "parts" in refusal(many)


def test_entities_are_refused():
    sheet = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><worksheet/>'
    assert "does not write" in refusal(
        repacked(workbook(["Title"]), replace={"xl/worksheets/sheet1.xml": sheet})
    )


def test_damaged_workbook_is_refused_not_a_crash():
    book = workbook(["Title", "Supplier"], ["A", "B"])
    words = refusal(
        repacked(book, replace={"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row"})
    )
    assert "damaged" in words
    assert "damaged" in refusal(book[: len(book) // 2])


def test_too_many_rows_and_columns_are_refused():
    assert "more than 100 rows" in refusal(
        b"Title,Supplier\n" + b"A,B\n" * 200, limits=Limits(rows=100)
    )
    wide = ",".join(f"Column {letter * 3}{n}" for n, letter in enumerate("abcdefghij" * 30))
    assert "300 columns" in refusal(f"{wide}\n".encode())


def test_all_sheets_empty_is_said():
    assert "Every sheet" in refusal(workbook(sheets={"One": [], "Two": [[None, ""]]}))


def test_recognised_headings_win_over_a_fuller_row():
    rows = b"Directorate,,Reporting,,Finance,,\nTitle,Supplier,,,,,\nA,B,C,D,E,F,G\n"
    headings, _ = read(rows, known=lambda heading: heading in {"Title", "Supplier"})
    assert headings == ["Title", "Supplier"]
