"""The README leads somewhere: each picture and file that it names is part of the project."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
LINKS = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / "README.md").read_text(encoding="utf-8"))
RELATIVE = [link for link in LINKS if "://" not in link]


def kept_files():
    """What git keeps; where there is no git, as in a download, what is there."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.*")}
    listed = subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, check=True, text=True)
    return set(listed.stdout.splitlines())


@pytest.mark.parametrize("link", RELATIVE)
def test_a_link_of_the_readme_leads_to_a_kept_file(link):
    assert link in kept_files()


def test_the_readme_shows_pictures():
    assert sum(link.endswith(".png") for link in RELATIVE) >= 3
