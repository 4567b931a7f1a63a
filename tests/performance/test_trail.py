"""What a contract's history tells of its KPIs, and what it leaves out until asked."""

import pytest
from django.urls import reverse

from tests.factories import person_with
from tests.performance.factories import ReadingFactory

pytestmark = pytest.mark.django_db


def test_readings_are_told_only_when_they_are_asked_for(client):
    reading = ReadingFactory(indicator__name="Calls answered")
    client.force_login(person_with("auditor"))
    url = reverse("contracts:history", args=[reading.indicator.contract_id])
    decided = client.get(url)
    assert {entry.noun for entry in decided.context["entries"]} == {"contract", "KPI"}
    everything = client.get(url, {"show": "everything"})
    assert {entry.noun for entry in everything.context["entries"]} == {"contract", "KPI", "reading"}
