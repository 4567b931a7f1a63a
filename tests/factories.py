"""Dull valid objects. A test states only what it is about."""

import factory

from accounts.models import BusinessUnit, Membership, User
from contracts.models import Contract
from suppliers.models import Supplier


class UserFactory(factory.django.DjangoModelFactory):
    """Somebody who can sign in and holds no role."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Person {n:03d}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")


class BusinessUnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BusinessUnit

    name = factory.Sequence(lambda n: f"Unit {n:03d}")


class MembershipFactory(factory.django.DjangoModelFactory):
    """A role held in a unit; `unit=None` for a role in the whole organisation."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(BusinessUnitFactory)
    role = "viewer"


class SupplierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supplier

    name = factory.Sequence(lambda n: f"Supplier {n:03d} Ltd")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        supplier = model_class(*args, **kwargs)
        supplier.derive()
        supplier.save()
        return supplier


class ContractFactory(factory.django.DjangoModelFactory):
    """A live contract of a unit with a supplier; nobody's, without tier, dates or value."""

    class Meta:
        model = Contract

    reference = factory.Sequence(lambda n: f"C-{n:04d}")
    title = factory.Sequence(lambda n: f"Contract {n:04d}")
    supplier = factory.SubFactory(SupplierFactory)
    unit = factory.SubFactory(BusinessUnitFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        contract = model_class(*args, **kwargs)
        contract.derive()
        contract.save()
        return contract


def person_with(role, unit=None, **kwargs):
    """A person who holds one role; in a unit for the unit's roles."""
    person = UserFactory(**kwargs)
    MembershipFactory(user=person, role=role, unit=unit)
    return person
