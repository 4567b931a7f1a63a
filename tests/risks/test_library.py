"""The library of common risks, and what a contract takes over from it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from risks import actions, rules
from risks.models import Category, Matrix, Risk, RiskTemplate
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.test_pages import text_of

pytestmark = pytest.mark.django_db
LIST = reverse("risks:library")
ADD = reverse("risks:template_add")


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(date(2026, 11, 2))


@pytest.fixture
def unit(client):
    person = person_with("procurement")
    client.force_login(person)
    return person


@pytest.fixture
def owner(client):
    person = UserFactory(name="Olive Owner")
    client.force_login(person)
    return person


@pytest.fixture
def contract(owner):
    return ContractFactory(oco=owner, title="Waste collection")


def typed(**changes):
    values = {
        "topic": "Depots", "title": "The depot floods", "kind": "risk",
        "category": Category.objects.get(name="Property").pk, "cause": "The depot lies by the river",
        "event": "it floods", "effect": "lorries are lost", "likelihood": "2", "impact": "4",
        "response": "treat", "treatment": "Move the lorries when there is a warning", "is_used": "on",
    }  # fmt: skip
    return values | changes


def templates(*titles):
    return [RiskTemplate.objects.get(title=title) for title in titles]


def address_of(contract):
    return reverse("risks:from_library", args=[contract.pk])


KEY_PERSON, LOCKED_IN = "A key person at the supplier leaves", "We are locked in"


def test_an_installation_begins_with_a_library_that_can_be_added_as_it_is():
    found = list(RiskTemplate.objects.all())
    assert 25 <= len(found) <= 40
    assert sum(template.kind == "opportunity" for template in found) >= 3
    for template in found:
        values = {"kind": template.kind, "response": template.response}
        values |= {"likelihood": template.likelihood, "impact": template.impact}
        assert rules.problems(values, today=date(2026, 11, 2)) == []
        assert rules.sentence(template.cause, template.event, template.effect)
        assert template.likelihood
        assert template.treatment


def test_everybody_who_sees_contracts_reads_it_and_only_its_keepers_change_it(client, contract):
    page = client.get(LIST, {"q": "insolvent"})
    assert "Supplier becomes insolvent" in text_of(page)
    assert ADD not in page.content.decode()
    assert client.get(ADD).status_code == 404
    assert client.get(templates(LOCKED_IN)[0].get_absolute_url()).status_code == 404


def test_it_is_narrowed_by_topic_and_by_words(unit, client):
    page = text_of(client.get(LIST, {"topic": "Exit"}))
    assert LOCKED_IN in page
    assert KEY_PERSON not in page
    page = text_of(client.get(LIST, {"q": "locked criminals"}))
    assert "systems are attacked" in page
    assert LOCKED_IN not in page


def test_what_is_out_of_use_is_shown_to_its_keepers_alone(unit, client):
    RiskTemplate.objects.filter(title=LOCKED_IN).update(is_used=False)
    page = text_of(client.get(LIST, {"use": "unused"}))
    assert LOCKED_IN in page
    assert "Out of use" in page
    client.force_login(person_with("auditor"))
    assert LOCKED_IN not in text_of(client.get(LIST, {"q": "locked"}))


def test_one_row_and_many_cost_the_same(unit, client):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(LIST).status_code == 200
        return len(queries)

    cost()  # what a first page asks once
    many = cost()
    RiskTemplate.objects.exclude(title=LOCKED_IN).delete()
    assert cost() == many


def test_the_export_says_how_likely_and_how_serious_in_words(unit, client):
    rows = b"".join(client.get(LIST, {"export": "csv", "q": "insolvent"}).streaming_content)
    assert "Unlikely,Severe" in rows.decode()


# --- Keeping it -----------------------------------------------------------------------------------


def test_a_risk_is_added_to_the_library_and_changed_with_a_reason(unit, client):
    client.post(ADD, typed())
    template = RiskTemplate.objects.get(title="The depot floods")
    sent = typed(impact="5", reason="It did in March", version=1)
    client.post(template.get_absolute_url(), sent)
    template.refresh_from_db()
    assert (template.impact, template.version) == (5, 2)
    latest = template.history.first()
    assert (latest.history_user, latest.history_change_reason) == (unit, "It did in March")
    assert "It did in March" in text_of(client.get(template.get_absolute_url()))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Answer “What is it, in one line?”"),
        ({"likelihood": ""}, "Choose how likely it is"),
        ({"impact": "7"}, "must be one of the choices offered"),
        ({"response": "take"}, "Only an opportunity is taken"),
        ({"title": LOCKED_IN.upper()}, "The library has a risk with this title already"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_typed(unit, client, wrong, words):
    page = text_of(client.post(ADD, typed(**wrong)))
    assert words in page
    assert "The depot lies by the river" in page
    assert not RiskTemplate.objects.filter(topic="Depots").exists()


def test_two_people_at_once_are_both_shown(unit, client):
    template = templates(LOCKED_IN)[0]
    actions.save_template(template=template, by=UserFactory(), version=1, impact=5)
    sent = typed(title=LOCKED_IN, likelihood="4", version=1)
    answer = client.post(template.get_absolute_url(), sent)
    assert answer.status_code == 409
    assert "Someone changed this while you were editing" in text_of(answer)
    assert templates(LOCKED_IN)[0].likelihood == 3
    again = client.post(template.get_absolute_url(), sent | {"version": 2})
    assert again.status_code == 302


# --- Adding from it -------------------------------------------------------------------------------


def test_what_is_ticked_becomes_the_contracts_own(client, owner, contract):
    chosen = templates(KEY_PERSON, LOCKED_IN)
    answer = client.post(address_of(contract), {"template": [t.pk for t in chosen]}, follow=True)
    assert "2 risks added." in text_of(answer)
    risk = contract.risks.get(title=KEY_PERSON)
    template = chosen[0]
    assert (risk.state, risk.owner, risk.likelihood, risk.category) == (
        "open", owner, template.likelihood, template.category,
    )  # fmt: skip
    assert risk.score == Matrix.current().score(template.likelihood, template.impact)
    assert risk.history.get().history_change_reason == "From the library of risks"
    assert not risk.treatments.exists()


def test_one_button_adds_one_and_leads_back_to_the_list(client, contract):
    back = f"{address_of(contract)}?topic=Exit"
    answer = client.post(
        address_of(contract),
        {"only": templates(LOCKED_IN)[0].pk, "template": templates(KEY_PERSON)[0].pk, "back": back},
    )
    assert answer.url == back
    assert [risk.title for risk in contract.risks.all()] == [LOCKED_IN]
    page = client.get(back).content.decode()
    assert "There already" in page
    assert f'value="{templates(LOCKED_IN)[0].pk}">Add' not in page


def test_what_runs_already_is_said_and_not_added_twice(client, contract):
    chosen = [t.pk for t in templates(KEY_PERSON, LOCKED_IN)]
    client.post(address_of(contract), {"template": chosen[:1]})
    Risk.objects.update(title=KEY_PERSON.upper())
    answer = client.post(address_of(contract), {"template": chosen}, follow=True)
    told = text_of(answer)
    assert "1 risk added. 1 risk passed over, because the contract has it already" in told
    assert contract.risks.count() == 2


def test_one_that_is_over_may_come_back(client, contract):
    pk = templates(LOCKED_IN)[0].pk
    client.post(address_of(contract), {"only": pk})
    risk = contract.risks.get()
    actions.close(
        risk=risk, by=contract.oco, on=date(2026, 11, 1), version=risk.version, outcome="Done"
    )
    client.post(address_of(contract), {"only": pk})
    assert contract.risks.open().count() == 1


def test_what_is_often_done_about_it_is_planned_when_asked_for(client, owner, contract):
    template = templates(LOCKED_IN)[0]
    client.post(address_of(contract), {"template": template.pk, "planned": "on"})
    risk = contract.risks.get()
    treatment = risk.treatments.get()
    assert (treatment.title, treatment.owner, treatment.due_on) == (
        template.treatment, owner, risk.review_on,
    )  # fmt: skip


def test_a_viewer_puts_them_forward(client, contract):
    client.force_login(person_with("viewer", contract.unit))
    sent = {"template": templates(LOCKED_IN)[0].pk, "planned": "on"}
    answer = client.post(address_of(contract), sent, follow=True)
    assert "1 risk put forward" in text_of(answer)
    risk = contract.risks.get()
    assert (risk.state, risk.score) == ("proposed", 9)
    assert not risk.treatments.exists()


def test_nothing_out_of_use_is_added(client, contract):
    RiskTemplate.objects.filter(title=LOCKED_IN).update(is_used=False)
    pk = templates(LOCKED_IN)[0].pk
    answer = client.post(address_of(contract), {"template": [pk, "junk"]}, follow=True)
    assert "tick at least one risk" in text_of(answer)
    assert not contract.risks.exists()


def test_the_library_opened_from_a_contract_adds_to_it(client, contract):
    assert client.get(LIST, {"contract": contract.pk}).url == address_of(contract)
    strange = ContractFactory()
    for other in (strange.pk, "junk", "9" * 30):
        assert client.get(LIST, {"contract": other}).status_code == 200


def test_a_template_without_a_guess_is_put_forward(client, contract):
    """Nobody can watch what was never scored."""
    RiskTemplate.objects.filter(title=LOCKED_IN).update(impact=None)
    client.post(address_of(contract), {"only": templates(LOCKED_IN)[0].pk})
    assert contract.risks.get().state == "proposed"
