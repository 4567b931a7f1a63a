"""Obligations by the thousand, for measuring. The council's own: `tests/demo`."""

from datetime import date

import pytest
from django.db.models import Count

from contracts.obligations import demo
from contracts.obligations.models import Obligation, Occurrence
from tests.factories import ContractFactory

pytestmark = pytest.mark.django_db


def test_many_are_made_by_the_database(time_machine):
    today = date(2026, 11, 27)
    contracts = [ContractFactory() for _ in range(22)]
    demo.bulk_build(today)
    chosen = [contract for contract in contracts if contract.pk % 10 == 0]
    assert Obligation.objects.count() == 4 * len(chosen)
    counted = Obligation.objects.annotate(made=Count("occurrences"))
    assert set(counted.values_list("made", flat=True)) == {12}
    for occurrence in Occurrence.objects.all():
        occurrence.full_clean(exclude=["relief_from"])
    days = {o.due_on for o in Occurrence.objects.select_related("obligation")}
    rule = Obligation.objects.first().rule
    assert days == set(rule.between(min(days), max(days)))
