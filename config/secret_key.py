"""The signing key of an installation that was given none: made once, readable by its owner only."""

import os
import secrets
import tempfile
from pathlib import Path


def read_or_make(path: Path) -> str:
    if not path.exists():
        _make(path)
    return path.read_text().strip()


def _make(path: Path) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".secret_key.")
    try:
        with os.fdopen(descriptor, "w") as file:  # mkstemp opens with mode 0600
            file.write(secrets.token_urlsafe(64))
        # Web and worker start together: a link is made whole or not at all, and only once.
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)
