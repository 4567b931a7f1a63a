"""Which files are taken in, what they are called, and which version counts on a day."""

import io
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.documents import rules
from tests.documents import files
from tests.documents.files import DOCX, EML, HTML, JPEG, MSG, OLD_WORD, PDF, SVG, TIFF, recognised

PNG = files.png()

# --- Files that are taken in ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", PDF, rules.PDF),
        ("A.PDF", PDF, rules.PDF),
        ("a.pdf", PDF + b"\r\n\r\n", rules.PDF),
        ("a.docx", DOCX, rules.WORD),
        ("a.xlsx", files.office("xl"), rules.EXCEL),
        ("a.pptx", files.office("ppt"), rules.POWERPOINT),
        ("a.odt", files.open_document("text"), rules.ODT),
        ("a.ods", files.open_document("spreadsheet"), rules.ODS),
        ("a.odp", files.open_document("presentation"), rules.ODP),
        ("a.txt", b"Plain words.", rules.TEXT),
        ("a.txt", "£1,000 – agreed".encode(), rules.TEXT),
        ("a.txt", "£1,000".encode("cp1252"), rules.TEXT),
        ("a.txt", "Wide letters".encode("utf-16"), rules.TEXT),
        ("a.txt", b"PK is short for Pakistan", rules.TEXT),
        ("a.txt", b"<5 days of notice", rules.TEXT),
        ("a.csv", b"\xef\xbb\xbfName,Value\n1,2\n", rules.CSV),
        ("a.png", PNG, rules.PNG),
        ("a.jpg", JPEG, rules.JPEG),
        ("a.jpeg", JPEG + b"more of the camera", rules.JPEG),
        ("a.tif", TIFF, rules.TIFF),
        ("a.tiff", b"MM\x00*\x00\x00\x00\x08" + bytes(20), rules.TIFF),
        ("a.eml", EML, rules.EML),
        ("a.msg", MSG, rules.MSG),
        # What lies in front of the last dot is a name, whatever it looks like.
        ("../../etc/passwd.pdf", PDF, rules.PDF),
        ("a.exe.pdf", PDF, rules.PDF),
    ],
)
def test_a_file_that_is_what_it_says_is_taken_in(name, content, kind):
    assert recognised(name, content) is kind
    assert recognised(name, content, kind.media_type) is kind
    assert recognised(name, content, "application/octet-stream") is kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        # No kind, or one that is not in the table.
        ("a", PDF, "without a kind in its name"),
        (".pdf", PDF, "without a kind in its name"),
        ("a.pdf.exe", PDF, "A .exe file is not accepted"),
        ("a.html", HTML, "Print it to PDF"),
        ("a.svg", SVG, "Print it to PDF"),
        ("a.zip", DOCX, "Unpack it"),
        ("a.doc", OLD_WORD, "Save it in today's format"),
        ("a.docm", DOCX, "may hold macros"),
        ("a.pd\u202ef", PDF, "not accepted"),
        # Nothing in it.
        ("a.pdf", b"", "empty"),
        ("a.txt", b"  \r\n\t", "empty"),
        ("a.txt", b"\xef\xbb\xbf", "empty"),
        # One thing under the name of another.
        ("a.pdf", HTML, "web page or a script"),
        ("a.pdf", SVG, "web page or a script"),
        ("a.txt", HTML, "web page or a script"),
        ("a.txt", SVG, "web page or a script"),
        ("a.txt", b'\xef\xbb\xbf  \n<?xml version="1.0"?>', "web page or a script"),
        ("a.txt", HTML.decode().encode("utf-16"), "web page or a script"),
        ("a.csv", b"<table><tr>", "web page or a script"),
        ("a.txt", b"#!/bin/sh\nrm -rf /", "web page or a script"),
        ("a.txt", b"@ECHO OFF\r\n", "web page or a script"),
        ("a.eml", HTML, "web page or a script"),
        ("a.pdf", PNG, "looks like PNG picture"),
        ("a.pdf", DOCX, "looks like Word"),
        ("a.docx", files.office("xl"), "looks like Excel"),
        ("a.docx", PDF, "looks like PDF"),
        ("a.png", JPEG, "looks like JPEG picture"),
        ("a.txt", PDF, "looks like PDF"),
        ("a.pdf", b"Only words", "looks like Text"),
        ("a.eml", b"Only words", "looks like Text"),
        ("a.eml", b"Subject: A title\n\nbut from nobody", "looks like Text"),
        ("a.docx", files.open_document(), "looks like OpenDocument text"),
        ("a.docx", MSG, "looks like Outlook e-mail"),
        # Two things in one, or half of one.
        ("a.pdf", b"junk" + PDF, "looks like Text"),
        ("a.pdf", HTML + PDF, "web page or a script"),
        ("a.pdf", PDF[:-20], "damaged"),
        ("a.pdf", b"%PDF-1.4\n" + HTML, "damaged"),
        ("a.pdf", PDF.replace(b"%PDF-1.4\n", b"%PDF-1.4\n" + HTML), "two kinds of file in one"),
        ("a.pdf", PDF + DOCX, "two kinds of file in one"),
        ("a.pdf", PDF + files.office("word", **{f"word/{n}": "" for n in range(30)}), "damaged"),
        ("a.png", PNG + DOCX, "damaged"),
        ("a.jpg", JPEG + DOCX, "two kinds of file in one"),
        ("a.jpg", b"\xff\xd8\xff no end", "damaged"),
        ("a.tif", b"II*\x00\xff\xff\xff\x7f", "damaged"),
        ("a.txt", b"MZ\x90\x00\x03\x00", "damaged"),
        ("a.txt", b"Words" + DOCX, "damaged"),
        ("a.txt", b"\xff\xfe\x00\xd8\x00\x00", "damaged"),
        ("a.docx", DOCX[:-40], "damaged"),
        ("a.docx", b"PK\x03\x04 and no more", "damaged"),
        # What is not looked into, or must not run.
        ("a.docx", files.archive({"readme.txt": "x"}), "The file is an archive"),
        ("a.docx", files.archive({}), "The file is an archive"),
        ("a.docx", files.archive({f"word/{n}": "" for n in range(5001)}), "5,001 parts"),
        ("a.docx", files.office("word", **{"word/vbaProject.bin": "x"}), "macros"),
        ("a.docx", files.archive({"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml", "word/x": ""}), "macros"),
        ("a.docx", files.office("word", **{"word/embeddings/a.xlsm": "x"}), "macros"),
        ("a.docx", files.archive({"[Content_Types].xml": "x.document.macroEnabled.main+xml".encode("utf-16"), "word/x": ""}), "macros"),
        ("a.docx", files.archive({"[Content_Types].xml": "application/vnd.ms-office.vbaProject", "word/x.bin": ""}), "macros"),
        ("a.docx", files.office("word", **{"word/embeddings/a.EXE": "x"}), "holds a program"),
        ("a.docx", files.office("word", **{"../../evil": "x"}), "damaged"),
        ("a.docx", files.office("word", **{"/etc/passwd": "x"}), "damaged"),
        ("a.docx", files.office("word", **{"C:\\\\evil": "x"}), "damaged"),
        ("a.docx", files.encrypted(), "password"),
        ("a.docx", files.ole("EncryptedPackage"), "password"),
        ("a.odt", files.open_document("text", **{"Basic/Standard/script.xml": "x"}), "macros"),
        ("a.odt", files.open_document("text", **{"META-INF/manifest.xml": "<encryption-data/>"}), "password"),
        ("a.odt", files.open_document("formula"), "is not accepted"),
        ("a.docx", OLD_WORD, "old Office file"),
        ("a.msg", OLD_WORD, "old Office file"),
        ("a.msg", MSG + "_VBA_PROJECT".encode("utf-16-le"), "macros"),
        ("a.msg", b"From: a@example.org", "looks like Text"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_is_refused_with_the_way_to_mend_it(name, content, words):
    with pytest.raises(rules.NotAccepted, match=".") as refused:
        recognised(name, content)
    assert words in str(refused.value)


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused():
    bomb = files.bomb()
    assert len(bomb) < 200_000
    with pytest.raises(rules.NotAccepted, match="would unpack to 90 MB in 4 parts"):
        recognised("a.docx", bomb)


def test_a_directory_that_lies_about_a_size_is_read_no_further_than_the_limit():
    limits = rules.Limits(part_bytes=100)
    content = files.archive({"[Content_Types].xml": "x" * 10_000, "word/document.xml": "x"})
    assert rules.recognise("a.docx", "", io.BytesIO(content), limits) is rules.WORD


@pytest.mark.parametrize(
    ("name", "content", "declared"),
    [
        ("a.pdf", PDF, "text/html"),
        ("a.txt", b"Words", "text/html; charset=utf-8"),
        ("a.png", PNG, "image/svg+xml"),
        ("a.docx", DOCX, "application/pdf"),
    ],
)
def test_a_type_declared_as_another_is_refused(name, content, declared):
    with pytest.raises(rules.NotAccepted, match="sent as another kind"):
        recognised(name, content, declared)


def test_what_windows_calls_a_csv_file_is_understood():
    assert recognised("a.csv", b"a,b\n", "application/vnd.ms-excel") is rules.CSV


def test_an_archive_inside_a_pdf_is_no_polyglot():
    """An attached document lies in the middle; only what a reader from the end would see is refused."""
    attached = PDF.replace(b"endstream", DOCX + b"\nendstream", 1)
    assert recognised("a.pdf", attached) is rules.PDF


def test_a_file_is_left_at_its_start():
    file = io.BytesIO(DOCX)
    rules.recognise("a.docx", "", file)
    assert file.tell() == 0


@given(st.binary(max_size=600), st.sampled_from([*rules._BY_EXTENSION]), st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", bytes.fromhex("d0cf11e0a1b11ae1"), b"From: a\n"]))  # fmt: skip
def test_no_content_breaks_the_look_at_it(content, extension, start):
    with suppress(rules.NotAccepted):
        assert recognised(f"a.{extension}", start + content) in rules.FILE_TYPES


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Schedule 3.pdf", "Schedule 3.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\Schedule.docx", "Schedule.docx"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ('a"b\r\nSet-Cookie: x.pdf', "a_b Set-Cookie_ x.pdf"),
        ("tab\tand\x00null.pdf", "tab andnull.pdf"),
        ("...", "document"),
        ("", "document"),
        (".htaccess", "htaccess"),
        ("CON.pdf", "_CON.pdf"),
        ("com1.tar.pdf", "_com1.tar.pdf"),
        ("Prêt à porter £.pdf", "Prêt à porter £.pdf"),
        ("a.pdf. .", "a.pdf"),
        ("合同.pdf", "合同.pdf"),
    ],
)
def test_a_name_is_made_safe(name, safe):
    assert rules.safe_name(name) == safe


@given(st.text(max_size=400))
def test_every_name_is_safe(name):
    safe = rules.safe_name(name)
    assert 0 < len(safe) <= rules.LONGEST_NAME + 1
    assert safe.isprintable()
    assert not set(safe) & set('/\\:*?"<>|')
    assert not safe.startswith(".")
    assert rules.safe_name(safe) == safe


def test_a_very_long_name_keeps_its_kind():
    assert rules.safe_name("x" * 4000 + ".pdf") == "x" * 146 + ".pdf"


# --- Which version counts ---------------------------------------------------------------------------

DAY = date(2026, 1, 1)
AT = datetime(2026, 1, 1, 10, tzinfo=UTC)


def turn(days, number, *, told=0):
    return rules.Turn(DAY + timedelta(days=days), AT + timedelta(minutes=told), number)


@pytest.mark.parametrize(
    ("turns", "on", "number"),
    [
        ([], 0, None),
        ([turn(1, 1)], 0, None),
        ([turn(1, 1)], 1, 1),
        ([turn(0, 1), turn(10, 2)], 9, 1),
        ([turn(0, 1), turn(10, 2)], 10, 2),
        # Version 3 came late and takes its place in the order of dates.
        ([turn(0, 1), turn(10, 2), turn(5, 3)], 7, 3),
        ([turn(0, 1), turn(10, 2), turn(5, 3)], 12, 2),
        # Somebody chose version 1 again from day 20.
        ([turn(0, 1), turn(10, 2), turn(20, 1)], 19, 2),
        ([turn(0, 1), turn(10, 2), turn(20, 1)], 20, 1),
        # Of one day, what was said last.
        ([turn(0, 1, told=2), turn(0, 2, told=1)], 0, 1),
    ],
)
def test_the_version_in_force_on_a_day(turns, on, number):
    assert rules.in_force(turns, DAY + timedelta(days=on)) == number


def test_before_the_first_day_the_first_to_come_is_current():
    assert rules.current([turn(30, 2), turn(10, 1)], DAY) == 1
    assert rules.current([], DAY) is None


def test_the_next_change_is_the_next_day_after_today():
    turns = [turn(0, 1), turn(30, 3), turn(10, 2)]
    assert rules.next_change(turns, DAY) == DAY + timedelta(days=10)
    assert rules.next_change(turns, DAY + timedelta(days=30)) is None


turns_of_any_kind = st.lists(
    st.builds(turn, st.integers(0, 50), st.integers(1, 5), told=st.integers(0, 99)), max_size=8
)


@given(turns_of_any_kind, st.integers(0, 60))
def test_nothing_changes_before_the_next_change(turns, on):
    today = DAY + timedelta(days=on)
    following = rules.next_change(turns, today) or today + timedelta(days=30)
    days = [today + timedelta(days=n) for n in range((following - today).days)]
    assert len({rules.in_force(turns, day) for day in days}) <= 1


# --- What the contract says on a day ------------------------------------------------------------------

AWARD, NOW = Decimal(100), Decimal(130)
CHANGES = {date(2026, 3, 1): Decimal(110), date(2026, 6, 1): Decimal(130), date(2027, 1, 1): Decimal(140)}  # fmt: skip


@pytest.mark.parametrize(
    ("on", "changes", "known"),
    [
        (date(2026, 2, 28), CHANGES, rules.Known(AWARD)),
        (date(2026, 3, 1), CHANGES, rules.Known(Decimal(110))),
        (date(2026, 6, 1), CHANGES, rules.Known(Decimal(130))),
        (date(2026, 11, 27), CHANGES, rules.Known(NOW)),
        (date(2027, 1, 1), CHANGES, rules.Known(Decimal(140))),
        (date(2026, 11, 27), {}, rules.Known(NOW)),
        (date(2026, 2, 28), {}, rules.Known(None, recorded=False)),
    ],
)
def test_a_fact_on_a_day(on, changes, known):
    today = date(2026, 11, 27)
    assert rules.fact_on(on, today=today, award=AWARD, now=NOW, changes=changes) == known


def test_a_fact_that_never_changed_was_always_so():
    then = date(2026, 2, 1)
    known = rules.fact_on(then, today=date(2026, 11, 27), award=AWARD, now=AWARD, changes={})
    assert known == rules.Known(AWARD)
