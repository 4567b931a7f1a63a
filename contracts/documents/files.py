"""A file on its way in: recognised, measured and scanned before anything of it is kept."""

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from common import scanner
from contracts.documents import rules
from contracts.documents.models import Version


class Infected(Exception):
    """The virus scanner found something; `str()` says what, for the person who sent the file."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that may be kept, and the columns of a version that follow from it."""

    file: Any
    columns: dict[str, Any]


def receive(file) -> Arrival:
    """Look a file over. Raises `rules.NotAccepted` or `Infected`.

    Takes as long as the scanner does, so it belongs before a transaction.
    """
    kind = rules.recognise(file.name or "", getattr(file, "content_type", "") or "", file)
    scan, scanned_at = _scanned(file)
    return Arrival(
        file,
        {
            "original_name": rules.safe_name(file.name),
            "content_type": kind.media_type,
            "size": file.size,
            "sha256": _sha256(file),
            "scan": scan,
            "scanned_at": scanned_at,
        },
    )


def _scanned(file):
    if not scanner.is_configured():
        return Version.Scan.UNSCANNED, None
    try:
        found = scanner.scan(file)
    except scanner.Away:
        return Version.Scan.UNSCANNED, None  # kept, but not given out; the task asks again
    if found:
        raise Infected(
            f"The virus scanner refused this file: {found}. It was not kept. Tell whoever sent it to you"
        )
    return Version.Scan.CLEAN, timezone.now()


def _sha256(file):
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


@contextmanager
def kept(version, arrival):
    """Keep the file under a random name for this version; not, when what follows goes wrong."""
    version.file.save("", arrival.file, save=False)
    try:
        yield version
    except BaseException:
        version.file.storage.delete(version.file.name)
        raise
