"""Small files that are what they say, written by hand for the demonstration and for tests."""

import io
import zipfile
from xml.sax.saxutils import escape

_LINES_A_PAGE = 44


def pdf(title, lines):
    """A PDF of A4 pages with a title and lines of text, in one of the fonts that every reader has."""
    pages = [lines[n : n + _LINES_A_PAGE] for n in range(0, max(1, len(lines)), _LINES_A_PAGE)]
    numbers = [4 + 2 * n for n in range(len(pages))]
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: f"<< /Type /Pages /Kids [{' '.join(f'{n} 0 R' for n in numbers)}] /Count {len(pages)} >>".encode(),
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    }
    for number, page in zip(numbers, pages, strict=True):
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        text = _text_of_page(title if number == numbers[0] else "", page)
        objects[number + 1] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)
    return _joined(objects)


def _text_of_page(title, lines):
    parts = [b"BT /F1 11 Tf 15 TL 72 770 Td"]
    if title:
        parts.append(b"/F1 16 Tf (%s) Tj /F1 11 Tf T* T*" % _string(title))
    parts += [b"(%s) Tj T*" % _string(line) for line in lines]
    return b"\n".join([*parts, b"ET"])


def _string(text):
    for character in "\\()":
        text = text.replace(character, f"\\{character}")
    return text.encode("cp1252", "replace")


def _joined(objects):
    """The objects one after the other, then where each begins."""
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(objects))
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)  # fmt: skip
    return bytes(out)


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'


def docx(paragraphs):
    """A Word document of these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(p)}</w:t></w:r></w:p>" for p in paragraphs)
    return archive({
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>',
    })  # fmt: skip


def archive(members):
    """A ZIP archive of {name: text or bytes}."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()
