"""Many risks scored and entered on one page, by several people in a room."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from risks import actions
from risks.models import Category, RegisterReview
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.test_pages import text_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def owner(client):
    person = UserFactory(name="Olive Owner")
    client.force_login(person)
    return person


@pytest.fixture
def contract(owner):
    return ContractFactory(oco=owner, title="Waste collection")


def a_risk(contract, title="Lorries break down", **values):
    values = {"likelihood": 3, "impact": 3, "category": category(), **values}
    return actions.raise_risk(
        contract=contract, by=contract.oco, today=date(2026, 9, 1), accepted=True, title=title, **values
    )  # fmt: skip


def category():
    return Category.objects.get(name="Operations")


def address_of(contract):
    return reverse("risks:workshop", args=[contract.pk])


def head(**changes):
    day = {"on_day": "2", "on_month": "11", "on_year": "2026"}
    return {"rows": "5", "took_part": "Ann, Bob and the supplier", "words": "", **day, **changes}


def line(risk, likelihood=3, impact=3, *, version=1, **boxes):
    sent = {"likelihood": likelihood, "impact": impact, "version": version, **boxes}
    return {f"risk-{risk.pk}-{name}": value for name, value in sent.items()}


def new(number=0, **boxes):
    sent = {"title": "Depot floods", "likelihood": "2", "impact": "5", "category": category().pk}
    return {f"new-{number}-{name}": value for name, value in (sent | boxes).items()}


def test_the_page_has_what_is_open_and_nothing_else(client, contract):
    a_risk(contract)
    over = a_risk(contract, "Over and done with")
    actions.close(risk=over, by=contract.oco, on=TODAY, version=1, outcome="Done")
    a_risk(ContractFactory(oco=contract.oco), "Of another contract")
    page = text_of(client.get(address_of(contract)))
    assert "Lorries break down" in page
    assert "Over and done with" not in page
    assert "Of another contract" not in page


def test_a_workshop_scores_enters_and_reviews_the_register_at_once(client, owner, contract):
    scored, left = a_risk(contract), a_risk(contract, "Left alone")
    sent = head(words="Two new.") | line(scored, 4, 5, words="Worse") | line(left)
    client.post(address_of(contract), sent | new(3, effect="lorries are lost"))
    scored.refresh_from_db()
    left.refresh_from_db()
    assert (scored.score, scored.score_before, scored.reviewed_on) == (20, 9, TODAY)
    assert scored.scorings.last().words == "Worse"
    assert (left.version, left.reviewed_on) == (1, None)
    entered = contract.risks.get(title="Depot floods")
    assert (entered.state, entered.score, entered.owner) == ("open", 10, owner)
    assert entered.effect == "lorries are lost"
    review = RegisterReview.objects.get(contract=contract)
    assert (review.on, review.by) == (TODAY, owner)
    assert review.words == "Workshop with Ann, Bob and the supplier. Two new."


def test_a_tick_alone_is_a_review(client, contract):
    risk = a_risk(contract)
    client.post(address_of(contract), head() | line(risk, looked_at="on"))
    risk.refresh_from_db()
    assert (risk.score, risk.reviewed_on) == (9, TODAY)
    assert risk.scorings.last().words == "Looked at in a workshop"


def test_a_named_owner_must_be_able_to_see_the_contract(client, contract):
    stranger, viewer = UserFactory(), person_with("viewer", contract.unit)
    answer = client.post(address_of(contract), head() | new(owner=stranger.email))
    assert "cannot see this contract" in text_of(answer)
    client.post(address_of(contract), head() | new(owner=viewer.email))
    assert contract.risks.get().owner == viewer


def test_all_errors_are_told_at_once_with_links_and_nothing_is_written(client, contract):
    risk = a_risk(contract)
    sent = (
        head(took_part="")
        | line(risk, 4, "", words="Worse")
        | new(0, likelihood="")
        | new(1, title="")
    )
    answer = client.post(address_of(contract), sent)
    page = answer.content.decode()
    for anchor, words in (
        ("id_took_part", "Say who took part"),
        (f"id_risk-{risk.pk}-impact", "Lorries break down: choose how serious it is"),
        ("id_new-0-likelihood", "New risk 1: choose how likely it is"),
        ("id_new-1-title", "New risk 2: enter the risk, in one line"),
    ):
        assert f'<a href="#{anchor}">{words}</a>' in page
        assert re.search(rf'id="{anchor}"', page)
    assert 'value="Worse"' in page
    assert 'value="Depot floods"' in page
    assert contract.risks.count() == 1
    assert not RegisterReview.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"on_year": "2027"}, "must be today or in the past"),
        ({"on_month": "8"}, "was scored later than this day, on 1 September 2026"),
    ],
)
def test_the_day_is_none_that_would_turn_the_past_round(client, contract, wrong, words):
    risk = a_risk(contract)
    answer = client.post(address_of(contract), head(**wrong) | line(risk, looked_at="on"))
    assert words in text_of(answer)
    assert not RegisterReview.objects.exists()


def test_a_title_is_entered_once(client, contract):
    risk = a_risk(contract, "DEPOT floods")
    answer = client.post(address_of(contract), head() | line(risk) | new())
    assert "has an open risk with this title already" in text_of(answer)
    twice = new(0, title="Fire") | new(1, title="fire")
    assert "entered this title twice" in text_of(client.post(address_of(contract), head() | twice))
    assert contract.risks.count() == 1


def test_more_rows_keep_what_was_typed_and_complain_of_nothing(client, contract):
    risk = a_risk(contract)
    sent = head(took_part="", on_day="99") | line(risk, 5, 1) | new(4, impact="", effect="Much")
    page = client.post(address_of(contract), sent | {"more": "on"}).content.decode()
    assert "There is a problem" not in page
    assert "govuk-error-message" not in page
    assert 'name="rows" value="10"' in page
    assert 'name="new-9-title"' in page
    assert 'value="99"' in page
    assert 'value="Depot floods"' in page
    assert re.search(r'<details class="govuk-details" open>.*?value="Much"', page, re.DOTALL)
    assert not RegisterReview.objects.exists()


def test_two_workshops_at_once_tell_the_second_and_keep_what_it_typed(client, contract):
    risk, other = a_risk(contract), a_risk(contract, "Other")
    review(risk, 5, 5)
    review(other, 1, 1)
    sent = head() | line(risk, 4, 4) | line(other) | new()
    answer = client.post(address_of(contract), sent)
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Somebody changed it meanwhile: it stands at 5 Almost certain, 5 Severe" in page
    html = answer.content.decode()
    assert f'name="risk-{risk.pk}-version" value="2"' in html
    assert 'value="Depot floods"' in html
    assert chosen(html, f"risk-{risk.pk}-likelihood") == "4"
    assert chosen(html, f"risk-{other.pk}-likelihood") == "1"
    risk.refresh_from_db()
    assert risk.score == 25
    again = sent | line(risk, 4, 4, version=2) | line(other, 1, 1, version=2)
    assert client.post(address_of(contract), again).status_code == 302
    risk.refresh_from_db()
    assert risk.score == 16


def review(risk, likelihood, impact):
    actions.review(
        risk=risk, by=UserFactory(), on=TODAY, version=1, likelihood=likelihood, impact=impact
    )


def chosen(html, name):
    select = re.search(rf'<select[^>]* name="{name}".*?</select>', html, re.DOTALL)[0]
    return re.search(r'value="(\d*)" selected', select)[1]


def test_a_risk_that_was_closed_meanwhile_is_told_of(client, contract):
    risk = a_risk(contract)
    actions.close(risk=risk, by=contract.oco, on=TODAY, version=1, outcome="Done")
    answer = client.post(address_of(contract), head() | line(risk, 5, 5))
    assert answer.status_code == 409
    assert "Lorries break down: it is no longer open" in text_of(answer)
    assert client.post(address_of(contract), head() | line(risk)).status_code == 302


def test_a_risk_of_another_contract_is_not_reached(client, contract):
    strange = a_risk(ContractFactory(oco=UserFactory()))
    client.post(address_of(contract), head() | line(strange, 5, 5))
    strange.refresh_from_db()
    assert strange.score == 9


def test_who_only_reads_holds_no_workshop(client, contract):
    client.force_login(person_with("viewer", contract.unit))
    assert client.get(address_of(contract)).status_code == 404


def test_one_risk_and_many_cost_the_same(client, contract):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address_of(contract)).status_code == 200
        return len(queries)

    a_risk(contract, owner=contract.oco)
    cost()  # what a first page asks once
    one = cost()
    for number in range(6):
        a_risk(contract, f"Risk {number}", owner=contract.oco)
    assert cost() == one
