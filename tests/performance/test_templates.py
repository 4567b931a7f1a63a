"""The library of KPI templates, and what a contract takes over from it."""

from datetime import date

import pytest
from django.urls import reverse

from performance import rules
from performance.models import Indicator, IndicatorTemplate
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.factories import IndicatorFactory
from tests.performance.test_pages import text_of

pytestmark = pytest.mark.django_db
LIST = reverse("performance:templates")
TEMPLATE = {
    "category": "Legal services", "name": "Advice in time", "unit": "%", "decimals": "0", "direction": "higher",
    "target": "90", "tolerance_near": "5", "tolerance_far": "10", "frequency": "monthly", "kind": "kpi",
    "quadrant": "performance", "reported_by": "supplier",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 2))


@pytest.fixture
def unit(client):
    person = person_with("procurement")
    client.force_login(person)
    return person


def test_an_installation_begins_with_a_library_that_makes_sense(unit, client):
    templates = IndicatorTemplate.objects.all()
    assert len({template.category for template in templates}) >= 5
    for template in templates:
        assert rules.standard_problems(
            target=template.target, near=template.tolerance_near, far=template.tolerance_far,
            direction=template.direction,
        ) == []  # fmt: skip
    assert "System availability" in text_of(client.get(LIST))


def test_a_template_is_added_changed_and_removed_with_its_history(unit, client):
    client.post(reverse("performance:template_add"), TEMPLATE)
    template = IndicatorTemplate.objects.get(name="Advice in time")
    address = template.get_absolute_url()
    client.post(address, TEMPLATE | {"target": "92", "version": 1})
    assert "Somebody else has changed this template" in text_of(
        client.post(address, TEMPLATE | {"target": "93", "version": 1})
    )
    template.refresh_from_db()
    assert (template.target, template.history.count()) == (92, 2)
    client.post(reverse("performance:template_remove", args=[template.pk]), {"reason": "Not used"})
    told = IndicatorTemplate.history.filter(id=template.pk).first()
    assert (told.history_type, told.history_user, told.history_change_reason) == (
        "-",
        unit,
        "Not used",
    )


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ""}, "Enter the name"),
        ({"tolerance_near": "20"}, "must be at least the one for Approaching target"),
        ({"bands": "Minor"}, "Service points: line 1"),
        ({"category": "it", "name": "x" * 200}, "Name must be 150 characters or fewer"),
        (
            {"category": "INFORMATION technology", "name": "system availability"},
            "There is a template with this name",
        ),
    ],
)
def test_a_template_that_makes_no_sense_is_refused(unit, client, wrong, words):
    assert words in text_of(client.post(reverse("performance:template_add"), TEMPLATE | wrong))


def test_a_contract_takes_over_what_is_ticked(client):
    owner = UserFactory()
    contract = ContractFactory(oco=owner)
    IndicatorFactory(contract=contract, name="Right FIRST time")
    client.force_login(owner)
    address = reverse("performance:from_templates", args=[contract.pk])
    assert "This contract has it already" in text_of(client.get(address))
    chosen = IndicatorTemplate.objects.filter(name__in=["Right first time", "Invoice accuracy"])
    day = {"starts_on_day": "1", "starts_on_month": "10", "starts_on_year": "2026"}
    response = client.post(address, {"templates": [t.pk for t in chosen], **day}, follow=True)
    assert "1 KPI added. 1 passed over" in text_of(response)
    added = Indicator.objects.get(name="Invoice accuracy")
    assert (added.quadrant, added.target, added.definition.tolerance_far) == ("cost", 98, 3)
    assert added.definition.from_on == date(2026, 10, 1)
    assert added.history.get().history_change_reason == "From the template Invoice accuracy"


def test_ticking_nothing_is_said(client):
    contract = ContractFactory(oco=(owner := UserFactory()))
    client.force_login(owner)
    response = client.post(
        reverse("performance:from_templates", args=[contract.pk]), {"save": "on"}
    )
    assert "Tick at least one template" in text_of(response)
    assert "Fill in “Measured from”" in text_of(response)


def test_the_library_can_be_narrowed_to_a_category(client, unit):
    shown = text_of(client.get(LIST, {"category": "social care"}))
    assert "Missed visits" in shown
    assert "System availability" not in shown
    assert client.get(LIST, {"category": "x" * 500, "page": "-1"}).status_code == 200
    assert "social care" in text_of(client.get(LIST, {"category": "social\0 care"})).lower()
