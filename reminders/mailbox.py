"""The messages that were kept in files instead of sent: what an installation without a mail server does."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings

# The file-based backend names its files by their moment, and ends each message with a ruled line.
FILE_NAME = re.compile(r"\d{8}-\d{6}-\d{1,20}\.log", re.ASCII)
RULED_LINE = b"\n" + b"-" * 79 + b"\n"
# Whoever opens such a link chooses a new password, and so is the person whom it was written to.
SIGNS_IN = re.compile(r"\S*/account/password/reset/key/\S*")
HIDDEN = "(link hidden: it signs in as its reader)"
MOST_FILES = 300
MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Message:
    """One kept message. File and number are its address; the rest is plain text."""

    file: str
    number: int
    subject: str
    to: str
    sender: str
    at: datetime | None
    text: str


def newest():
    """The messages of the newest files, newest first."""
    moments = _files()
    # The name tells the second, the file system the order within it.
    names = sorted(moments, key=lambda name: (name[:15], moments[name]), reverse=True)[:MOST_FILES]
    return [message for name in names for message in reversed(_read(name))]


def find(file, number):
    """One message, or None. Only names that the folder itself lists are opened."""
    if file not in _files():
        return None
    messages = _read(file)
    return messages[number] if number < len(messages) else None


def _folder():
    kept_in = getattr(settings, "EMAIL_FILE_PATH", None)
    return Path(kept_in) if kept_in else None


def _files():
    """The names of the files that the backend wrote, and when each was last written."""
    folder = _folder()
    if folder is None or not folder.is_dir():
        return {}
    return {
        path.name: path.stat().st_mtime_ns
        for path in folder.iterdir()
        if FILE_NAME.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    }


def _read(name):
    with (_folder() / name).open("rb") as file:
        parts = file.read(MOST_BYTES).split(RULED_LINE)
    return [_message(name, number, part) for number, part in enumerate(parts) if part.strip()]


def _message(name, number, raw):
    parsed = email.message_from_bytes(raw, policy=email.policy.default)
    return Message(
        file=name,
        number=number,
        subject=str(parsed.get("Subject", "")) or "(no subject)",
        to=str(parsed.get("To", "")),
        sender=str(parsed.get("From", "")),
        at=_moment(parsed.get("Date")),
        text=_text(parsed),
    )


def _moment(header):
    try:
        return parsedate_to_datetime(str(header)) if header else None
    except ValueError:
        return None


def _text(parsed):
    part = parsed.get_body(preferencelist=("plain",))
    if part is None:
        return ""
    text = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return SIGNS_IN.sub(HIDDEN, text)
