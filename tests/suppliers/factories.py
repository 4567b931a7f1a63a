"""Dull valid objects of suppliers' own. A test states only what it is about."""

import factory

from suppliers.models import SupplierContact
from tests.factories import SupplierFactory


class SupplierContactFactory(factory.django.DjangoModelFactory):
    """Somebody operational who can be asked."""

    class Meta:
        model = SupplierContact

    supplier = factory.SubFactory(SupplierFactory)
    name = factory.Sequence(lambda n: f"Contact {n:03d}")
    email = factory.Sequence(lambda n: f"contact{n}@example.org")
