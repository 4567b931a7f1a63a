"""Asking a virus scanner: clamd, over TCP or a socket of this computer, by its INSTREAM command.

`SCANNER_URL` is `tcp://clamav:3310` or `unix:///run/clamav/clamd.ctl`; without it nothing is scanned,
and pages say so.
"""

import socket
import struct
from urllib.parse import urlsplit

from django.conf import settings

CHUNK = 256 * 1024
CONNECT_SECONDS, ANSWER_SECONDS = 5, 60


class Away(Exception):
    """The scanner gave no verdict. Ask again later."""


class NoVerdict(Away):
    """The scanner is there but gave no answer for this file, for example because of its size."""


def is_configured() -> bool:
    return bool(settings.SCANNER_URL)


def scan(file) -> str:
    """What the scanner found in this binary file, in its own word; empty when it is clean."""
    try:
        connection = _connected()
    except (OSError, ValueError) as error:  # ValueError: an address or a port that is none
        raise Away(str(error)) from error
    try:
        with connection:
            answer = _verdict(connection, file)
    except OSError as error:  # it hung up on this file, or thinks for too long
        raise NoVerdict(str(error)) from error
    if answer.endswith(" FOUND"):
        return answer.removesuffix(" FOUND").split(": ", 1)[-1]
    if not answer.endswith(": OK"):
        raise NoVerdict(answer or "The scanner hung up")
    return ""


def _connected():
    address = urlsplit(settings.SCANNER_URL)
    if address.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(CONNECT_SECONDS)
            connection.connect(address.path)
        except OSError:
            connection.close()
            raise
    else:
        connection = socket.create_connection((address.hostname, address.port), CONNECT_SECONDS)
    connection.settimeout(ANSWER_SECONDS)
    return connection


def _verdict(connection, file):
    file.seek(0)
    try:
        connection.sendall(b"zINSTREAM\0")
        while chunk := file.read(CHUNK):
            connection.sendall(struct.pack("!L", len(chunk)) + chunk)
        connection.sendall(struct.pack("!L", 0))
    except (BrokenPipeError, ConnectionResetError):
        pass  # it has heard enough, for example of a file above its own limit, and says so
    finally:
        file.seek(0)
    answer = b""
    while not answer.endswith(b"\0") and (part := connection.recv(4096)):
        answer += part
    return answer.rstrip(b"\0").decode(errors="replace").strip()
