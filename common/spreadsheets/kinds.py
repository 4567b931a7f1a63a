"""What sort of file is this? Decided by its bytes, not by its name, before anything is unpacked."""

import zipfile
from dataclasses import dataclass
from enum import StrEnum


class UnreadableFile(Exception):
    """The whole file cannot be read. The message is a sentence for the person who sent it."""


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Limits:
    """How much one file may hold. Everything is refused before it is unpacked or kept in memory."""

    bytes: int = 20 * 1024 * 1024
    rows: int = 200_000
    columns: int = 250
    cell: int = 131_072
    zip_members: int = 2_000
    unpacked_bytes: int = 400 * 1024 * 1024
    shared_text_bytes: int = 100 * 1024 * 1024
    # A real workbook packs about ten to one; a thousand rows of zeros are not a bomb, so small ones pass.
    ratio: int = 100
    ratio_from: int = 50 * 1024 * 1024


DEFAULT_LIMITS = Limits()
SAVE_AS = (
    "Open it in Excel, choose “Save as”, then “Excel workbook (.xlsx)” or “CSV”, and upload that."
)

_SIGNATURES = (
    (b"%PDF", "This is a PDF. Ask for the spreadsheet it was made from, as .xlsx or .csv."),
    (b"\x89PNG", "This is a picture, not a spreadsheet. Upload a .csv or .xlsx file."),
    (b"\xff\xd8\xff", "This is a picture, not a spreadsheet. Upload a .csv or .xlsx file."),
    (b"GIF8", "This is a picture, not a spreadsheet. Upload a .csv or .xlsx file."),
    (b"BM", "This is a picture, not a spreadsheet. Upload a .csv or .xlsx file."),
    (b"II*\x00", "This is a picture, not a spreadsheet. Upload a .csv or .xlsx file."),
    (b"MM\x00*", "This is a picture, not a spreadsheet. Upload a .csv or .xlsx file."),
    (
        b"\x1f\x8b",
        "This file is compressed. Unpack it first, then upload the .csv or .xlsx file inside.",
    ),
    (
        b"7z\xbc\xaf",
        "This file is compressed. Unpack it first, then upload the .csv or .xlsx file inside.",
    ),
    (
        b"Rar!",
        "This file is compressed. Unpack it first, then upload the .csv or .xlsx file inside.",
    ),
    (b"{\\rtf", f"This is a text document, not a spreadsheet. {SAVE_AS}"),
)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def recognise(file, *, limits=DEFAULT_LIMITS) -> Kind:
    """CSV or XLSX, or UnreadableFile with the way to mend it. Leaves the file at its start."""
    size = _size(file)
    if not size:
        raise UnreadableFile("The file is empty. Check that it was saved, then upload it again.")
    if size > limits.bytes:
        raise UnreadableFile(
            f"The file is {_megabytes(size)}; the most we can read is {_megabytes(limits.bytes)}. "
            "Delete columns and sheets you do not need, or split it into several files."
        )
    start = _peek(file, 8192)
    if start.startswith(_ZIP):
        _check_workbook(file, size, limits)
        return Kind.XLSX
    _refuse_other_kinds(file, start)
    return Kind.CSV


def _size(file):
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    return size


def _peek(file, length):
    file.seek(0)
    start = file.read(length)
    file.seek(0)
    return start


def _megabytes(size):
    return f"{max(size / 1024 / 1024, 0.1):.1f}".removesuffix(".0") + " MB"


def _refuse_other_kinds(file, start):
    if start.startswith(_OLE):
        raise UnreadableFile(_old_office(file))
    if start.startswith(_EMPTY_ZIP):
        raise UnreadableFile("The file is an empty archive. Upload a .csv or .xlsx file.")
    for signature, sentence in _SIGNATURES:
        # Two letters are too few to tell a bitmap from a heading such as "BM number".
        if start.startswith(signature) and (signature != b"BM" or b"\x00" in start[:16]):
            raise UnreadableFile(sentence)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:200].lower()
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta")):
        raise UnreadableFile(f"This is a web page, whatever its name says. {SAVE_AS}")
    if text.startswith((b"<?xml", b"<workbook")):
        raise UnreadableFile(f"This is an XML file, not a .csv or .xlsx file. {SAVE_AS}")
    if text.startswith((b"{", b"[")) and b'":' in start[:500].replace(b" ", b""):
        raise UnreadableFile("This is a JSON file. Upload a .csv or .xlsx file.")
    if b"\x00" in start and not start.startswith(_UTF16):
        raise UnreadableFile(f"This is not a .csv or .xlsx file. {SAVE_AS}")
    if not start.removeprefix(b"\xef\xbb\xbf").removeprefix(b"\xff\xfe").strip():
        raise UnreadableFile("The file is empty. Check that it was saved, then upload it again.")


def _old_office(file):
    """Old Office files and encrypted new ones share one container; its folder of names tells them apart."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "The file is protected with a password. Save it without a password, then upload it again."
    if "WordDocument".encode("utf-16-le") in content:
        return f"This is a Word document, not a spreadsheet. {SAVE_AS}"
    return f"This is an old Excel file (.xls). {SAVE_AS}"


def _check_workbook(file, size, limits):
    """Everything here reads the archive's directory only; nothing large is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bomb(members, size, limits)
            _refuse_other_archives(archive, {member.filename for member in members})
            _refuse_entities(archive, members)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise UnreadableFile(f"The file is damaged and cannot be opened. {SAVE_AS}") from error
    except RuntimeError as error:  # zipfile says so of an encrypted member
        raise UnreadableFile(
            "The file is protected with a password. Save it without a password, then upload it again."
        ) from error
    finally:
        file.seek(0)


def _refuse_bomb(members, size, limits):
    unpacked = sum(member.file_size for member in members)
    shared = sum(m.file_size for m in members if m.filename.lower().endswith("sharedstrings.xml"))
    if (
        len(members) > limits.zip_members
        or unpacked > limits.unpacked_bytes
        or shared > limits.shared_text_bytes
        or (unpacked > limits.ratio_from and unpacked > size * limits.ratio)
    ):
        raise UnreadableFile(
            f"The file would unpack to {_megabytes(unpacked)} in {len(members):,} parts, more than we can "
            "read safely. Copy the register alone into a new workbook, or save it as CSV."
        )


def _refuse_other_archives(archive, names):
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableFile(
            "The file holds macros (.xlsm), which we do not accept. Save it as “Excel workbook (.xlsx)”, "
            "which leaves the macros out, and upload that."
        )
    if "mimetype" in names:
        raise UnreadableFile(f"This is an OpenDocument file (such as .ods). {SAVE_AS}")
    if "xl/workbook.bin" in names:
        raise UnreadableFile(f"This is a binary Excel file (.xlsb). {SAVE_AS}")
    if any(name.startswith("word/") for name in names):
        raise UnreadableFile(f"This is a Word document, not a spreadsheet. {SAVE_AS}")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise UnreadableFile(
            "This is an archive (.zip), not a spreadsheet. Unpack it, then upload the .csv or .xlsx file inside."
        )
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise UnreadableFile(
            "The file is of the kind that holds macros (.xlsm). Save it as “Excel workbook (.xlsx)” "
            "and upload that."
        )


def _refuse_entities(archive, members):
    """Excel never writes a document type. One that is there is meant to blow up in the XML parser."""
    for member in members:
        if not member.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(member) as part:
            start = part.read(2048).replace(b"\x00", b"")
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise UnreadableFile(f"The file holds parts that Excel does not write. {SAVE_AS}")
