"""Dull valid people and contracts. Say in the test only what the test is about."""

import factory

from accounts.models import BusinessUnit, Membership, User
from contracts.models import Contract


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@council.example")
    name = factory.Sequence(lambda n: f"Person {n}")


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = BusinessUnit

    name = factory.Sequence(lambda n: f"Unit {n}")


class ContractFactory(factory.django.DjangoModelFactory):
    """A live contract with an owner and no dates."""

    class Meta:
        model = Contract

    reference = factory.Sequence(lambda n: f"C-{n}")
    title = factory.Sequence(lambda n: f"Contract {n}")
    unit = factory.SubFactory(UnitFactory)
    oco = factory.SubFactory(UserFactory)
    stage = "live"


def holding(role, unit=None, **fields):
    """A person who holds this role, in one unit or everywhere."""
    person = UserFactory(**fields)
    Membership.objects.create(user=person, role=role, unit=unit)
    return person
