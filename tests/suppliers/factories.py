"""Dull valid objects of suppliers' own. A test states only what it is about."""

from decimal import Decimal

import factory

from suppliers.models import SupplierContact, SupplierSpend
from tests.factories import SupplierFactory


class SupplierContactFactory(factory.django.DjangoModelFactory):
    """Somebody operational who can be asked."""

    class Meta:
        model = SupplierContact

    supplier = factory.SubFactory(SupplierFactory)
    name = factory.Sequence(lambda n: f"Contact {n:03d}")
    email = factory.Sequence(lambda n: f"contact{n}@example.org")


class SupplierSpendFactory(factory.django.DjangoModelFactory):
    """What was paid in one year, in pounds."""

    class Meta:
        model = SupplierSpend

    supplier = factory.SubFactory(SupplierFactory)
    year = 2025
    amount = Decimal(1000)
