from datetime import date

import pytest

from tests.factories import BusinessUnitFactory, ContractFactory, UserFactory, person_with

TODAY = date(2026, 11, 27)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Files of one test do not lie about in the next."""
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def unit(db):
    return BusinessUnitFactory(name="Housing")


@pytest.fixture
def people(unit):
    """Everybody who may have to do with the contract, and what may not be told to the second half."""
    return {
        "oco": UserFactory(name="Olive Owner"),
        "sro": UserFactory(name="Sam Rowe"),
        "procurement": person_with("procurement", name="Pat Shah"),
        "deputy": UserFactory(name="Dee Puty"),
        "viewer": person_with("viewer", unit),
        "unit_contact": person_with("unit_contact", unit),
        "auditor": person_with("auditor"),
        "stranger": person_with("viewer", BusinessUnitFactory()),
        "administrator": person_with("administrator"),
    }


@pytest.fixture
def contract(unit, people):
    return ContractFactory(
        reference="C-2026-0042", title="Waste collection", unit=unit, tier="gold",
        oco=people["oco"], deputy=people["deputy"], sro=people["sro"],
    )  # fmt: skip


@pytest.fixture
def owner(people):
    return people["oco"]
