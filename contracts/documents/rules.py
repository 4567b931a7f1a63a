"""Which files are taken in, what they are called on their way out, and which version counts on which day."""

import re
import unicodedata
import zipfile
from codecs import getincrementaldecoder
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from email.parser import BytesHeaderParser
from pathlib import PurePosixPath
from typing import BinaryIO, TypeVar

# --- Which files are taken in ---------------------------------------------------------------------
#
# ASVS 5.2.2: a file's name, the type its sender declares and its content must agree. Only kinds that
# colleagues keep beside a contract and that run nothing by themselves are in the table.


class NotAccepted(Exception):
    """The file is not taken in. The message says why, and what to do about it."""


@dataclass(frozen=True)
class FileType:
    """A kind of file: `label` for people, `media_type` for browsers, `declared` what senders call it."""

    label: str
    media_type: str
    extensions: tuple[str, ...]
    declared: frozenset[str] = frozenset()

    def may_be_declared(self, media_type: str) -> bool:
        return media_type in {self.media_type, *self.declared, *_SAYS_NOTHING}


@dataclass(frozen=True)
class Limits:
    """How much an archive may hold (ASVS 5.2.3). Its directory is read, nothing large is unpacked."""

    members: int = 5_000
    unpacked_bytes: int = 500 * 1024 * 1024
    # Office packs about ten to one; a picture of one colour packs better, so small archives pass.
    ratio: int = 100
    ratio_from: int = 50 * 1024 * 1024
    part_bytes: int = 2 * 1024 * 1024


DEFAULT_LIMITS = Limits()

_SAYS_NOTHING = ("", "application/octet-stream", "binary/octet-stream")
_ZIP_TYPES = frozenset({"application/zip", "application/x-zip-compressed"})
_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"

PDF = FileType("PDF", "application/pdf", ("pdf",), frozenset({"application/x-pdf"}))
WORD = FileType("Word", f"{_OOXML}.wordprocessingml.document", ("docx",), _ZIP_TYPES)
EXCEL = FileType("Excel", f"{_OOXML}.spreadsheetml.sheet", ("xlsx",), _ZIP_TYPES)
POWERPOINT = FileType("PowerPoint", f"{_OOXML}.presentationml.presentation", ("pptx",), _ZIP_TYPES)
ODT = FileType("OpenDocument text", f"{_ODF}.text", ("odt",), _ZIP_TYPES)
ODS = FileType("OpenDocument spreadsheet", f"{_ODF}.spreadsheet", ("ods",), _ZIP_TYPES)
ODP = FileType("OpenDocument presentation", f"{_ODF}.presentation", ("odp",), _ZIP_TYPES)
TEXT = FileType("Text", "text/plain", ("txt",))
# Windows calls a CSV file by the program that opens it.
CSV = FileType("CSV", "text/csv", ("csv",), frozenset({"text/plain", "application/csv", "application/vnd.ms-excel"}))  # fmt: skip
PNG = FileType("PNG picture", "image/png", ("png",))
JPEG = FileType("JPEG picture", "image/jpeg", ("jpg", "jpeg"), frozenset({"image/jpg", "image/pjpeg"}))  # fmt: skip
TIFF = FileType("TIFF picture", "image/tiff", ("tif", "tiff"))
EML = FileType("E-mail", "message/rfc822", ("eml",), frozenset({"text/plain"}))
MSG = FileType("Outlook e-mail", "application/vnd.ms-outlook", ("msg",), frozenset({"application/x-msg"}))  # fmt: skip

FILE_TYPES = (
    PDF, WORD, EXCEL, POWERPOINT, ODT, ODS, ODP, TEXT, CSV, PNG, JPEG, TIFF, EML, MSG,
)  # fmt: skip
_BY_EXTENSION = {extension: kind for kind in FILE_TYPES for extension in kind.extensions}
_BY_MEDIA_TYPE = {kind.media_type: kind for kind in FILE_TYPES}
ACCEPT = ",".join(f".{extension}" for extension in _BY_EXTENSION)
ACCEPTED_IN_WORDS = (
    "PDF, Word, Excel or PowerPoint (.docx, .xlsx, .pptx), OpenDocument (.odt, .ods, .odp), text or CSV, "
    "a picture (.png, .jpg, .tif) or an e-mail (.eml, .msg)"
)
_INSTEAD = {
    **dict.fromkeys(
        ("doc", "xls", "ppt", "dot", "xlt", "rtf"),
        "Save it in today's format (.docx, .xlsx, .pptx) or as PDF, and upload that",
    ),
    **dict.fromkeys(
        ("docm", "xlsm", "pptm", "dotm", "xltm", "xlsb"),
        "It may hold macros, which are not accepted. Save it without them (.docx, .xlsx, .pptx) or as PDF",
    ),
    **dict.fromkeys(("zip", "7z", "rar", "gz", "tar"), "Unpack it and upload the files one by one"),
    **dict.fromkeys(("htm", "html", "mht", "svg", "xml"), "Print it to PDF, and upload that"),
}
WITH_MACROS = "The file holds macros, which are not accepted. Save it without them, or as PDF, and upload that"
PROTECTED = "The file is protected with a password, so that nobody can check or read it. Save it without one, and upload that"  # fmt: skip
DAMAGED = "The file is damaged or is not what its name says. Open it to see whether it can be read, save it again, and upload that"  # fmt: skip
MIXED = "The file is two kinds of file in one, which only attackers make on purpose. Save it again from the program it belongs to"  # fmt: skip


def label_of(media_type: str) -> str:
    """
    >>> label_of("application/pdf"), label_of("application/unheard-of")
    ('PDF', 'File')
    """
    known = _BY_MEDIA_TYPE.get(media_type)
    return known.label if known else "File"


def extension_of(name: str) -> str:
    """
    >>> extension_of("Schedule 3.PDF"), extension_of("none"), extension_of(".pdf")
    ('pdf', '', '')
    """
    return PurePosixPath(name.replace("\\", "/")).suffix.removeprefix(".").lower()


def recognise(
    name: str, declared: str, file: BinaryIO, limits: Limits = DEFAULT_LIMITS
) -> FileType:
    """The type of this file, or NotAccepted. `declared` is the type that its sender gave, if any.

    Leaves the file at its start.
    """
    extension = extension_of(name)
    expected = _BY_EXTENSION.get(extension)
    if expected is None:
        called = f"A .{extension[:10]} file" if extension.isalnum() else "A file without a kind in its name"  # fmt: skip
        instead = _INSTEAD.get(extension, f"Upload {ACCEPTED_IN_WORDS}")
        raise NotAccepted(f"{called} is not accepted. {instead}")
    if _size(file) == 0:
        raise NotAccepted("The file is empty. Check that it was saved, then choose it again")
    found = _sniff(file, expected, limits)
    file.seek(0)
    if found is not expected:
        raise NotAccepted(
            f"The file is called .{extension} but is not that kind of file: it looks like {found.label}. "
            "Choose the right file, or give it its right name"
        )
    if not expected.may_be_declared(declared.split(";")[0].strip().lower()):
        raise NotAccepted(
            f"The file is called .{extension} but was sent as another kind. Choose it again, or save it anew"
        )
    return found


def _size(file: BinaryIO) -> int:
    file.seek(0, 2)
    return file.tell()


def _part(file: BinaryIO, length: int, *, from_end: bool = False) -> bytes:
    file.seek(max(_size(file) - length, 0) if from_end else 0)
    return file.read(length)


def _sniff(file: BinaryIO, expected: FileType, limits: Limits) -> FileType:
    """What the content is. Every branch looks at the end of the file too, where polyglots are joined."""
    start = _part(file, 4096)
    if start.startswith((b"PK\x03\x04", _END_OF_ARCHIVE)):
        return _archive(file, limits)
    if start.startswith(_OLE):
        return _ole(file)
    for signature, kind, is_whole in _BINARY:
        if start.startswith(signature):
            if not is_whole(file):
                raise NotAccepted(DAMAGED)
            if _ends_as_archive(file) or _MARKUP.search(start):
                raise NotAccepted(MIXED)
            return kind
    return _text(file, start, expected)


# --- PDF and pictures


def _pdf_is_whole(file: BinaryIO) -> bool:
    """Header, cross-reference and trailer. Programs may add a few bytes behind the end, not a page."""
    tail = _part(file, 2048, from_end=True)
    return b"startxref" in tail and b"%%EOF" in tail[tail.rindex(b"startxref") :]


def _png_is_whole(file: BinaryIO) -> bool:
    return _part(file, 16)[12:16] == b"IHDR" and _part(file, 12, from_end=True)[4:8] == b"IEND"


def _jpeg_is_whole(file: BinaryIO) -> bool:
    # Cameras put more behind the end of the picture, but the end is there.
    return b"\xff\xd9" in _part(file, 256 * 1024, from_end=True)


def _tiff_is_whole(file: BinaryIO) -> bool:
    """The directory of pictures lies within the file."""
    start = _part(file, 8)
    at = int.from_bytes(start[4:8], "little" if start.startswith(b"I") else "big")
    return 8 <= at < _size(file)


_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BINARY: tuple[tuple[bytes, FileType, Callable[[BinaryIO], bool]], ...] = (
    (b"%PDF-", PDF, _pdf_is_whole),
    (b"\x89PNG\r\n\x1a\n", PNG, _png_is_whole),
    (b"\xff\xd8\xff", JPEG, _jpeg_is_whole),
    (b"II*\x00", TIFF, _tiff_is_whole),
    (b"MM\x00*", TIFF, _tiff_is_whole),
)
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php)\b", re.IGNORECASE)
_STARTS_AS_MARKUP = re.compile(rb"<[a-z!?/]", re.IGNORECASE)
_END_OF_ARCHIVE = b"PK\x05\x06"


def _ends_as_archive(file: BinaryIO) -> bool:
    """Whether a program that reads from the end would see an archive here.

    Its last record says how long the comment behind it is; one embedded further up does not fit.
    """
    tail = _part(file, 65_557, from_end=True)
    at = tail.find(_END_OF_ARCHIVE)
    while at != -1:
        if (
            len(tail) >= at + 22
            and int.from_bytes(tail[at + 20 : at + 22], "little") == len(tail) - at - 22
        ):
            return True
        at = tail.find(_END_OF_ARCHIVE, at + 1)
    return False


# --- Office and OpenDocument: archives that are looked into, not unpacked

_OFFICE = {"word/": WORD, "xl/": EXCEL, "ppt/": POWERPOINT}
_OPEN_DOCUMENT = {kind.media_type: kind for kind in (ODT, ODS, ODP)}
_PROGRAMS = (".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".jar", ".hta", ".com")
_MACRO_FILES = (".docm", ".xlsm", ".pptm", ".dotm", ".xltm", ".xlam", ".xlsb")


def _archive(file: BinaryIO, limits: Limits) -> FileType:
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            _refuse_bomb(members, _size(file), limits)
            _refuse_tricks(members)
            kind = _kind_of_archive(archive, {m.filename for m in members}, limits)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:  # fmt: skip
        raise NotAccepted(DAMAGED) from error
    return kind


def _refuse_bomb(members: Sequence[zipfile.ZipInfo], size: int, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    if (
        len(members) > limits.members
        or unpacked > limits.unpacked_bytes
        or (unpacked > limits.ratio_from and unpacked > size * limits.ratio)
    ):
        raise NotAccepted(
            f"The file would unpack to {in_words(unpacked)} in {len(members):,} parts, more than can be opened "
            "safely. Save it as PDF, and upload that"
        )


def _refuse_tricks(members: Sequence[zipfile.ZipInfo]) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise NotAccepted(PROTECTED)
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", member.filename):
            raise NotAccepted(DAMAGED)
        name = path.name.lower()
        if name.startswith("vbaproject") or name.endswith(_MACRO_FILES):
            raise NotAccepted(WITH_MACROS)
        if name.endswith(_PROGRAMS):
            raise NotAccepted("The file holds a program, which is not accepted. Save it as PDF, and upload that")  # fmt: skip


def _kind_of_archive(archive: zipfile.ZipFile, names: Collection[str], limits: Limits) -> FileType:
    if "mimetype" in names:
        kind = _OPEN_DOCUMENT.get(_read(archive, "mimetype", limits).decode("ascii", "replace").strip())  # fmt: skip
        if kind is None:
            raise NotAccepted(f"This OpenDocument file is not accepted. Upload {ACCEPTED_IN_WORDS}")
        if any(name.startswith(("Basic/", "Scripts/")) for name in names):
            raise NotAccepted(WITH_MACROS)
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in _read(archive, manifest, limits):
            raise NotAccepted(PROTECTED)
        return kind
    if "[Content_Types].xml" in names:
        # Without its zeros, so that two bytes a letter hide nothing.
        types = _read(archive, "[Content_Types].xml", limits).replace(b"\0", b"").lower()
        if b"macroenabled" in types or b"vbaproject" in types:
            raise NotAccepted(WITH_MACROS)
        for folder, kind in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    raise NotAccepted(f"The file is an archive. {_INSTEAD['zip']}")


def _read(archive: zipfile.ZipFile, name: str, limits: Limits) -> bytes:
    """The beginning of a part: the directory may lie about its size, so the limit is kept here."""
    with archive.open(name) as part:
        return part.read(limits.part_bytes)


# --- Outlook's e-mail lies in the container of old Office files

_MSG_PROPERTIES = "__properties_version1.0".encode("utf-16-le")
_MSG_CLASS = bytes.fromhex("0b0d020000000000c000000000000046")
_VBA = "_VBA_PROJECT".encode("utf-16-le")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def _ole(file: BinaryIO) -> FileType:
    header = _part(file, 512)
    # Sector 0 follows the header; the directory's first entry describes the whole.
    sector = 1 << min(int.from_bytes(header[30:32], "little"), 16)
    directory = int.from_bytes(header[48:52], "little")
    file.seek(min((directory + 1) * sector, _size(file)))
    entry = file.read(128)
    markers = _occurring(file, (_MSG_PROPERTIES, _VBA, _ENCRYPTED))
    if _VBA in markers:
        raise NotAccepted(WITH_MACROS)
    if _ENCRYPTED in markers and _MSG_PROPERTIES not in markers:
        raise NotAccepted(PROTECTED)
    if entry[80:96] in (_MSG_CLASS, bytes(16)) and _MSG_PROPERTIES in markers:
        return MSG
    raise NotAccepted(f"This is an old Office file. {_INSTEAD['doc']}")


def _occurring(file: BinaryIO, sought: Collection[bytes]) -> set[bytes]:
    """Which of these occur in the file, read piece by piece."""
    found: set[bytes] = set()
    longest = max(map(len, sought))
    rest = b""
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        window = rest + chunk
        found |= {marker for marker in sought if marker in window}
        rest = window[-longest:]
    return found


# --- Text, CSV and e-mail

_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SCRIPT_STARTS = (b"#!", b"@echo", b"{\\rtf")
_HEADER_LINE = re.compile(rb"[!-9;-~]+:")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f\x1b")) + b"\x7f"
_ENVELOPE = ("from", "sender", "received")
_LETTER = ("date", "subject", "to", "message-id")


def _text(file: BinaryIO, start: bytes, expected: FileType) -> FileType:
    """Text, which only its name tells from CSV; an e-mail must have the headers of one."""
    readable = _readable(start)
    words = readable.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not words:
        raise NotAccepted("The file is empty. Check that it was saved, then choose it again")
    if words[:6].lower().startswith(_SCRIPT_STARTS) or _STARTS_AS_MARKUP.match(words):
        raise NotAccepted(
            "The file is a web page or a script, whatever its name says. Print it to PDF, and upload that"
        )
    if not _is_text(file, start) or _ends_as_archive(file):
        raise NotAccepted(DAMAGED)
    if expected is EML:
        return EML if _is_email(words) else TEXT
    return expected if expected in (TEXT, CSV) else TEXT


def _readable(start: bytes) -> bytes:
    """The beginning in plain letters, also where each takes two bytes."""
    if start.startswith(_UTF16):
        return start.decode("utf-16", "ignore").encode()
    return start


def _is_text(file: BinaryIO, start: bytes) -> bool:
    decoder = getincrementaldecoder("utf-16")() if start.startswith(_UTF16) else None
    file.seek(0)
    try:
        while chunk := file.read(1024 * 1024):
            plain = decoder.decode(chunk).encode("utf-8", "replace") if decoder else chunk
            if len(plain.translate(None, _CONTROLS)) != len(plain):
                return False
    except UnicodeDecodeError:
        return False
    return True


def _is_email(words: bytes) -> bool:
    if not _HEADER_LINE.match(words):
        return False
    names = {name.lower() for name in BytesHeaderParser().parsebytes(words).keys()}  # noqa: SIM118 - not a dict
    return bool(names.intersection(_ENVELOPE)) and bool(names.intersection(_LETTER))


# --- What a file is called ------------------------------------------------------------------------

LONGEST_NAME = 150
_RESERVED = {"con", "prn", "aux", "nul", *(f"{n}{i}" for n in ("com", "lpt") for i in range(1, 10))}


def safe_name(name: str) -> str:
    """The name a file may be given on somebody's computer: no path, nothing invisible, not too long.

    >>> safe_name("..\\\\..\\\\etc/Schedule 3: prices\\u202efdp.pdf")
    'Schedule 3_ pricesfdp.pdf'
    """
    text = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    # Categories C*: controls, the marks that turn the direction of reading, halves of characters.
    text = "".join(" " if c in "\t\r\n" else c for c in text)
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = " ".join(re.sub(r'[:*?"<>|]', "_", text).split()).lstrip(". ").rstrip(". ")
    stem, dot, extension = text.rpartition(".")
    if not dot or not extension.isalnum() or len(extension) > 10:
        stem, dot, extension = text, "", ""
    stem = stem[: LONGEST_NAME - len(dot + extension)].rstrip(". ") or "document"
    if stem.split(".")[0].lower() in _RESERVED:
        stem = f"_{stem}"
    return f"{stem}{dot}{extension}"


def in_words(size: int) -> str:
    """A number of bytes as people say it.

    >>> in_words(1), in_words(2048), in_words(1_400_000), in_words(40 * 1024 * 1024)
    ('1 KB', '2 KB', '1.3 MB', '40 MB')
    """
    if size < 1024 * 1000:
        return f"{max(1, round(size / 1024)):,} KB"
    return f"{size / 1024 / 1024:,.1f}".removesuffix(".0") + " MB"


# --- Which version counts -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    """From this day on this version counts. `at` is when that was recorded: of one day, the last wins."""

    on: date
    at: datetime
    number: int


def in_force(turns: Iterable[Turn], on: date) -> int | None:
    """The number of the version that counts on this day; None before the first.

    >>> at = datetime(2026, 1, 1)
    >>> turns = [Turn(date(2026, 1, 1), at, 1), Turn(date(2026, 4, 1), at, 2)]
    >>> in_force(turns, date(2025, 12, 31)), in_force(turns, date(2026, 3, 31)), in_force(turns, date(2026, 4, 1))
    (None, 1, 2)
    """
    begun = [turn for turn in turns if turn.on <= on]
    return max(begun, key=lambda turn: (turn.on, turn.at, turn.number)).number if begun else None


def current(turns: Sequence[Turn], today: date) -> int | None:
    """The version to work from today: the one in force, or the first to come; None without any."""
    found = in_force(turns, today)
    if found is not None or not turns:
        return found
    return min(turns, key=lambda turn: (turn.on, -turn.at.timestamp(), -turn.number)).number


def next_change(turns: Iterable[Turn], today: date) -> date | None:
    """The next day after today on which another version may begin to count."""
    return min((turn.on for turn in turns if turn.on > today), default=None)


# --- How long it is kept ---------------------------------------------------------------------------


def may_be_disposed_of(
    *, retain_until: date | None, withdrawn_on: date | None, today: date
) -> bool:
    """Whether the files may be destroyed: their date has come or, where no date asks for them to be kept,
    the document has been withdrawn, as what should never have been here is.

    >>> may_be_disposed_of(retain_until=date(2026, 11, 27), withdrawn_on=None, today=date(2026, 11, 27))
    True
    """
    if retain_until is not None:
        return retain_until <= today
    return withdrawn_on is not None


# --- What the contract says on a day ------------------------------------------------------------------

Fact = TypeVar("Fact", Decimal, date)


@dataclass(frozen=True, slots=True)
class Known:
    """A fact of the contract on a day: `recorded` is False when it has changed, and nothing says when."""

    value: Decimal | date | None
    recorded: bool = True


def fact_on(
    on: date, *, today: date, award: Fact | None, now: Fact | None, changes: Mapping[date, Fact]
) -> Known:
    """What a fact such as the value was on a day, from what it was at award, is now, and the dated changes.

    A change that nobody dated must not look as if it had always been so.
    """
    reached = [day for day in changes if day <= on]
    if on >= today:
        later = [day for day in reached if day > today]
        return Known(changes[max(later)] if later else now)
    if reached:
        return Known(changes[max(reached)])
    if changes or award == now:
        return Known(award)
    return Known(None, recorded=False)
