"""How risks are scored: the matrix and the appetites, what a change of them would bring, and scoring anew."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from risks import actions, rescoring, rules, tasks
from risks.models import Category, Matrix, Risk
from risks.rules import Band
from risks.settings_forms import flat
from tests.factories import ContractFactory, UserFactory, person_with
from tests.performance.test_pages import text_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
MATRIX, EDIT = reverse("risks:matrix"), reverse("risks:matrix_edit")
CATEGORIES = reverse("risks:categories")


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(TODAY)


@pytest.fixture
def unit(client):
    person = person_with("procurement")
    client.force_login(person)
    return person


def a_risk(likelihood, impact, **values):
    contract = values.pop("contract", None) or ContractFactory(oco=UserFactory())
    values.setdefault("category", category())
    return actions.raise_risk(
        contract=contract, by=contract.oco, today=TODAY, accepted=True, title="Lorries break down",
        likelihood=likelihood, impact=impact, **values,
    )  # fmt: skip


def category():
    return Category.objects.get(name="Operations")


def typed(version=0, **changes):
    return {
        **flat(rules.Matrix()), "version": version, "reason": "Agreed by the board", "looked_at": "", **changes,
    }  # fmt: skip


def looked_at(page):
    return re.search(r'name="looked_at" value="(\w*)"', page.content.decode())[1]


def save(client, sent):
    """Look at what would change, then save it."""
    page = client.post(EDIT, sent)
    return client.post(EDIT, sent | {"looked_at": looked_at(page), "save": "on"}, follow=True)


# --- The matrix -----------------------------------------------------------------------------------


def test_everybody_who_sees_contracts_reads_how_risks_are_scored(client):
    client.force_login(person_with("viewer", ContractFactory().unit))
    page = client.get(MATRIX)
    assert "25 Critical" in text_of(page)
    assert "that scores 13 or more is put before" in text_of(page)
    assert "house default" in text_of(page)
    assert EDIT not in page.content.decode()
    assert client.get(EDIT).status_code == 404


def test_what_would_change_is_shown_and_nothing_is_saved(unit, client):
    a_risk(3, 4)
    a_risk(1, 1)
    page = client.post(EDIT, typed(high=12, before_sro=12))
    told = text_of(page)
    assert (
        "1 of 2 open risks would be of another band : 1 of a higher one, 0 of a lower one" in told
    )
    assert "Score enough to go before an SRO: 0 now, 1 then" in told
    assert not Matrix.objects.exists()


def test_a_matrix_is_saved_once_it_was_looked_at(unit, client):
    risk = a_risk(4, 5)
    answer = save(client, typed(score_4_5=22, impact_5="Catastrophic"))
    assert "The matrix is saved" in text_of(answer)
    row = Matrix.objects.get()
    assert (row.scores[3][4], row.impacts[4], row.version) == (22, "Catastrophic", 1)
    latest = row.history.get()
    assert (latest.history_user, latest.history_change_reason) == (unit, "Agreed by the board")
    risk.refresh_from_db()
    assert (risk.score, risk.matrix_version, risk.history.count()) == (22, 1, 1)
    page = text_of(client.get(MATRIX))
    assert "Score of likelihood 4 and impact 5" in page
    assert "Agreed by the board" in page
    assert "to go" not in page


def test_what_was_changed_after_the_look_is_looked_at_again(unit, client):
    page = client.post(EDIT, typed(high=12))
    answer = client.post(EDIT, typed(high=11, save="on", looked_at=looked_at(page)))
    assert "look at what would change, then save" in text_of(answer)
    assert not Matrix.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"score_2_2": 1}, "must not score less"),
        ({"high": 6}, "Each band must begin above the one before it"),
        ({"critical": 26}, "No score reaches the highest band"),
        ({"score_1_1": "x"}, "Score of likelihood 1 and impact 1 must be a whole number"),
        ({"likelihood_2": "rare"}, "Each level needs a word of its own"),
        ({"reason": ""}, "Enter the reason"),
    ],
)
def test_a_matrix_that_makes_no_sense_is_refused_and_stays_typed(unit, client, wrong, words):
    answer = client.post(EDIT, typed(impact_1="Hardly anything", **wrong))
    assert words in text_of(answer)
    assert 'value="Hardly anything"' in answer.content.decode()


def test_two_who_change_the_matrix_at_once_are_both_shown(unit, client):
    set_matrix(before_sro=20)
    set_matrix(version=1, high=14)
    answer = client.post(EDIT, typed(version=1, before_sro=15, medium=7))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Someone changed this while you were editing" in text_of(answer)
    boxes = dict(re.findall(r'name="(high|medium|version|before_sro)" value="(\d+)"', html))
    assert boxes == {"high": "14", "medium": "7", "version": "2", "before_sro": "15"}


def set_matrix(*, version=0, **changes):
    row = Matrix.objects.first() or Matrix()
    names = (
        "likelihoods",
        "impacts",
        "scores",
        "medium",
        "high",
        "critical",
        "before_sro",
        "months",
    )
    values = {name: getattr(row, name) for name in names}
    return actions.set_matrix(by=UserFactory(), version=version, reason="", **values | changes)


def test_the_page_says_how_many_are_still_to_be_scored(unit, client):
    a_risk(3, 3)
    a_risk(3, 3)
    set_matrix(high=12)
    assert "2 of 2 risks to go" in text_of(client.get(MATRIX))
    actions.score_anew(most=1)
    assert "1 of 2 risks to go" in text_of(client.get(MATRIX))
    tasks.score_anew()
    assert "to go" not in text_of(client.get(MATRIX))


def test_scoring_anew_costs_the_same_for_one_and_many():
    def cost():
        with CaptureQueriesContext(connection) as queries:
            actions.score_anew()
        return len(queries)

    a_risk(3, 3)
    set_matrix(high=12)
    one = cost()
    for _ in range(5):
        a_risk(2, 2)
    set_matrix(version=1, high=11)
    assert cost() == one
    assert rescoring.still_to_score() == 0


def test_without_a_broker_the_page_says_when_it_begins(unit, client, monkeypatch):
    monkeypatch.setattr(tasks.score_anew, "delay", lambda: None)
    answer = save(client, typed(high=12))
    assert "it begins within the hour" in text_of(answer)
    assert Matrix.objects.get().high == 12


def test_changes_are_counted_in_one_query(django_assert_num_queries):
    for likelihood, impact in ((3, 4), (5, 5), (5, 5), (1, 2)):
        a_risk(likelihood, impact)
    a_risk(5, 4, kind="opportunity", response="take")
    new = rules.Matrix(medium=2, high=12, critical=26, before_sro=12)
    with django_assert_num_queries(1):
        found = rescoring.changes(rules.Matrix(), new)
    assert found.moves[Band.MEDIUM, Band.HIGH] == 1
    assert found.moves[Band.CRITICAL, Band.HIGH] == 3
    assert (found.total, found.up, found.down) == (5, 2, 3)
    assert found.before_sro == (2, 3)
    assert found.above == (2, 2)


# --- Categories -----------------------------------------------------------------------------------


def of_category(**changes):
    return {"name": "Operations", "description": "What we do", "appetite": "12", "is_used": "on", **changes}  # fmt: skip


def address_of(category):
    return reverse("risks:category_edit", args=[category.pk])


def test_readers_see_the_appetites_and_keepers_how_many_are_above(unit, client):
    a_risk(4, 4)
    a_risk(1, 1)
    row = next(
        r for r in client.get(CATEGORIES).content.decode().split("<tr") if ">Operations<" in r
    )
    assert re.findall(r'numeric" data-label="[^"]*">(?:<a [^>]*>)?(\d+)', row) == ["2", "1"]
    client.force_login(person_with("auditor"))
    page = client.get(CATEGORIES)
    assert "Up to" in text_of(page)
    assert "Above appetite" not in text_of(page)


def test_another_appetite_shows_first_how_many_would_be_above_it(unit, client):
    a_risk(3, 3)
    a_risk(4, 4)
    sent = of_category(appetite="8", version=1, reason="Agreed")
    page = client.post(address_of(category()), sent)
    assert "2 open risks would be above an appetite of 8 ; now it is 1" in text_of(page)
    assert category().appetite == 12
    answer = client.post(address_of(category()), sent | {"looked_at": "8"}, follow=True)
    assert "2 open risks above its appetite" in text_of(answer)
    assert category().appetite == 8
    assert looked_at(page) == "8"


def test_words_are_changed_at_once(unit, client):
    client.post(address_of(category()), of_category(version=1, description="Services"))
    assert (category().description, category().version) == ("Services", 2)


def test_a_category_out_of_use_is_not_offered_and_keeps_its_risks(unit, client):
    risk = a_risk(3, 3)
    sent = of_category(version=1)
    del sent["is_used"]
    client.post(address_of(category()), sent)
    page = client.get(reverse("risks:add", args=[risk.contract_id])).content.decode()
    assert ">Operations</option>" not in page
    page = client.get(reverse("risks:edit", args=[risk.pk])).content.decode()
    assert ">Operations</option>" in page


def test_two_categories_have_two_names(unit, client):
    answer = client.post(reverse("risks:category_add"), of_category(name="OPERATIONS"))
    assert "There is a category with this name already" in text_of(answer)
    client.post(reverse("risks:category_add"), of_category(name="Climate", appetite=""))
    assert Category.objects.get(name="Climate").appetite is None


def test_two_who_change_a_category_at_once_are_both_shown(unit, client):
    actions.save_category(category=category(), by=UserFactory(), version=1, description="Theirs")
    answer = client.post(address_of(category()), of_category(version=1, description="Mine"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs" in page
    assert 'value="Mine"' in page


def test_one_category_and_many_cost_the_same(unit, client):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(CATEGORIES).status_code == 200
        return len(queries)

    cost()  # what a first page asks once
    many = cost()
    Category.objects.exclude(pk=category().pk).exclude(templates__isnull=False).delete()
    assert cost() == many
    assert Risk.objects.count() == 0
