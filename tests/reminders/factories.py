"""A contract that somebody owns: what reminders are about."""

import factory

from tests import factories
from tests.factories import BusinessUnitFactory, UserFactory, person_with

__all__ = ["BusinessUnitFactory", "OwnedContractFactory", "UserFactory", "person_with"]


class OwnedContractFactory(factories.ContractFactory):
    """A live contract with an owner and no dates."""

    oco = factory.SubFactory(UserFactory)
