import pytest

from tests.factories import BusinessUnitFactory, person_with


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Uploaded files of one test do not lie about in the next."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def procurement(db):
    """Somebody of the Procurement Unit, who may import."""
    return person_with("procurement", name="Pat Shah")


@pytest.fixture
def housing(db):
    return BusinessUnitFactory(name="Housing", code="HOU")
