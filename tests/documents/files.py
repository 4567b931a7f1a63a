"""Good files and bad ones, made here."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

from contracts.documents import rules
from contracts.documents.demo_files import archive, docx, pdf

HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PDF = pdf("Contract", ["As agreed."])
DOCX = docx(["As agreed."])
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def office(folder, **more):
    """The least that is an Office file of the kind that keeps its parts in this folder."""
    return archive({"[Content_Types].xml": TYPES, f"{folder}/main.xml": "<x/>", **more})


def open_document(kind="text", **more):
    return archive({"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": "<x/>", **more})  # fmt: skip


def png():
    def chunk(name, data):
        return struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))  # fmt: skip

    header = struct.pack("!IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(b"\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")  # fmt: skip


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40) + b"\xff\xd9"
TIFF = b"II*\x00\x08\x00\x00\x00" + bytes(20)
EML = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\nWords.\r\n"


def ole(*marks, root=bytes(16)):
    """A container as old Office and Outlook write it: header, directory, and names in wide letters."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    header[30:32] = struct.pack("<H", 9)  # sectors of 512
    entry = bytearray(512)
    entry[:20] = "Root Entry".encode("utf-16-le")
    entry[80:96] = root
    return bytes(header + entry) + b"".join(mark.encode("utf-16-le") for mark in marks)


MSG = ole("__properties_version1.0", root=bytes.fromhex("0b0d020000000000c000000000000046"))
OLD_WORD = ole("WordDocument", root=bytes.fromhex("0609020000000000c000000000000046"))


def bomb():
    """Small here, hundreds of megabytes when it is opened."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", TYPES)
        for n in range(3):
            made.writestr(f"word/part{n}.xml", bytes(30 * 1024 * 1024))
    return out.getvalue()


def encrypted():
    """An archive whose parts say that they need a password."""
    content = bytearray(office("word"))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        while at != -1:
            content[at + flags] |= 1
            at = content.find(signature, at + 1)
    return bytes(content)


def upload(content=PDF, name="contract.pdf", declared=""):
    return SimpleUploadedFile(name, content, content_type=declared)


def recognised(name, content, declared=""):
    return rules.recognise(name, declared, io.BytesIO(content))
