import pytest


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Uploaded files of one test do not lie about in the next."""
    settings.MEDIA_ROOT = tmp_path
