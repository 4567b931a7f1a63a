"""Registers of risks that people keep in spreadsheets come in: of one contract, and of many at once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.intake import kinds
from common.intake.models import Intake
from risks import actions
from risks.columns import columns as list_columns
from risks.models import Category, Matrix, Risk
from tests.factories import ContractFactory, UserFactory, person_with
from tests.imports.files import csv_file
from tests.intake.test_pages import columns, confirm, text

pytestmark = pytest.mark.django_db
HEADINGS = "Number,Risk,Category,Likelihood,Impact,Risk owner"


@pytest.fixture(autouse=True)
def _surroundings(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(date(2026, 11, 2))


@pytest.fixture
def oco():
    return UserFactory(name="Olive Owner", email="olive@example.org")


@pytest.fixture
def contract(oco):
    return ContractFactory(oco=oco, reference="C-1", title="Waste collection")


@pytest.fixture
def visitor(client, oco):
    client.force_login(oco)
    return client


def a_risk(contract, **values):
    values = {
        "title": "Lorries break down", "reference": "R1", "likelihood": 3, "impact": 3,
        "category": Category.objects.get(name="Operations"), **values,
    }  # fmt: skip
    return actions.raise_risk(
        contract=contract, by=contract.oco, today=date(2026, 9, 1), accepted=True, **values
    )


def checked(visitor, about, *lines, headings=HEADINGS, file=None):
    file = file or csv_file(headings, *lines, name="register.csv")
    visitor.post(reverse("intake:upload", args=["risks", about]), {"file": file})
    intake = Intake.objects.first()
    page = visitor.post(reverse("intake:columns", args=[intake.pk]), columns(intake), follow=True)
    intake.refresh_from_db()
    return page, intake


def test_a_register_comes_in_with_levels_as_numbers_or_words(visitor, contract, oco):
    page, intake = checked(
        visitor, contract.pk,
        "R1,Lorries break down,Operations,4,Major,olive@example.org",
        "R2,Depot floods,PROPERTY,unlikely,5 Severe,",
    )  # fmt: skip
    assert (intake.new, intake.wrong) == (2, 0), text(page)
    confirm(visitor, intake)
    risk = contract.risks.get(reference="R1")
    assert (risk.state, risk.score, risk.owner) == ("open", 16, oco)
    assert risk.history.get().history_change_reason == "Imported from register.csv"
    assert contract.risks.get(reference="R2").score == 10
    assert contract.risks.get(reference="R2").owner is None


def test_a_number_that_is_there_changes_that_risk_and_keeps_its_scores(visitor, contract):
    risk = a_risk(contract, effect="Bins stay full")
    page, intake = checked(visitor, contract.pk, "r1,Lorries break down often,,5,,")
    assert (intake.new, intake.changed) == (0, 1), text(page)
    confirm(visitor, intake)
    risk.refresh_from_db()
    assert (risk.title, risk.score, risk.effect) == (
        "Lorries break down often",
        15,
        "Bins stay full",
    )
    assert [scoring.score for scoring in risk.scorings.all()] == [9, 15]


def test_without_a_number_the_title_names_it(visitor, contract):
    a_risk(contract)
    _, intake = checked(visitor, contract.pk, ",LORRIES break down,,4,,")
    assert (intake.new, intake.changed) == (0, 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("R2,Fire,Operations,6,3,", "“6” is no level. Write 1 to 5, or one of: Rare, Unlikely"),
        ("R2,Fire,Fires,3,3,", "“Fires” is no category. Write one of: Commercial, Financial"),
        ("R2,Fire,Operations,3,,", "Choose how serious it is"),
        ("R2,Fire,Operations,3,3,stranger@example.org", "cannot see this contract"),
        ("R9,Fire,Operations,3,3,", "This contract has a risk with this number already"),
    ],
)
def test_each_wrong_cell_is_told_of(visitor, contract, line, words):
    UserFactory(email="stranger@example.org")
    over = a_risk(contract, title="Over", reference="R9")
    actions.close(risk=over, by=contract.oco, on=date(2026, 10, 1), version=1, outcome="Done")
    page, intake = checked(visitor, contract.pk, line)
    assert intake.wrong == 1
    assert words in text(page)


def test_what_is_over_is_not_brought_back(visitor, contract):
    page, intake = checked(
        visitor, contract.pk, "R2,Fire,Operations,3,3,Closed",
        headings="Number,Risk,Category,Likelihood,Impact,Status",
    )  # fmt: skip
    assert intake.wrong == 1
    assert "leave this row out" in text(page)


def test_a_file_of_one_contract_reaches_no_other(visitor, contract, oco):
    ContractFactory(oco=oco, reference="C-2")
    page, intake = checked(
        visitor, contract.pk, "C-2,Fire,Operations,3,3", "c-1,Flood,Operations,3,3",
        headings="Contract reference,Risk,Category,Likelihood,Impact",
    )  # fmt: skip
    assert (intake.new, intake.wrong) == (1, 1)
    assert "this file is for C-1" in text(page)


def test_a_file_of_many_contracts_is_for_who_may_change_all_of_them(client, contract, oco):
    address = reverse("intake:upload", args=["risks", 0])
    for person in (oco, person_with("auditor"), person_with("viewer", contract.unit)):
        client.force_login(person)
        assert client.get(address).status_code == 404
    client.force_login(person_with("procurement"))
    assert client.get(address).status_code == 200


MANY = "Contract reference,Number,Risk,Category,Likelihood,Impact"


def test_rows_of_many_contracts_find_their_own(client, contract):
    client.force_login(person_with("procurement"))
    other = ContractFactory(oco=UserFactory(), reference="C-2")
    here, there = a_risk(contract), a_risk(other)
    page, intake = checked(
        client, 0, "C-2,R1,Lorries break down,,5,", "C-1,R2,Fire,Operations,2,2", "C-9,R1,Fire,Operations,2,2",
        ",R1,Strategic,Strategy,2,2", headings=MANY,
    )  # fmt: skip
    assert (intake.new, intake.changed, intake.wrong) == (1, 1, 2)
    page = text(client.get(reverse("intake:preview", args=[intake.pk]), {"show": "wrong"}))
    assert "No contract has the reference “C-9”" in page
    assert "risks of suppliers and of the organisation are not imported" in page
    confirm(client, intake, good_rows="on")
    here.refresh_from_db()
    there.refresh_from_db()
    assert (here.score, there.score) == (9, 15)
    assert contract.risks.get(reference="R2").title == "Fire"


def test_what_the_list_exports_comes_in_again_as_the_same(client, contract, oco):
    person = person_with("procurement")
    client.force_login(person)
    a_risk(
        contract, cause="Old lorries", event="they break down", effect="bins stay full", owner=oco, response="treat",
        proximity="soon", is_shared=True, inherent_likelihood=5, inherent_impact=4, target_likelihood=1, target_impact=2,
    )  # fmt: skip
    a_risk(contract, title="Fire", reference="", kind="issue", happened_on=date(2026, 8, 1))
    every = [column.key for column in list_columns(Matrix.current())]
    for kind in ("csv", "xlsx"):
        answer = client.get(reverse("risks:list"), {"export": kind, "columns": every})
        file = csv_file("", name=f"risks.{kind}")
        file.seek(0)
        file.truncate()
        file.write(b"".join(answer.streaming_content))
        file.seek(0)
        page, intake = checked(client, 0, file=file)
        assert (intake.same, intake.new, intake.changed, intake.wrong) == (2, 0, 0, 0), text(page)


def test_rows_of_one_contract_are_looked_up_once():
    contract = ContractFactory(oco=UserFactory(), reference="C-1")
    kind = kinds.get("risks")

    def cost():
        about = kind.find(person, 0)
        known = kind.by.known(about)
        with CaptureQueriesContext(connection) as queries:
            for number in range(1, 6):
                texts = {"contract": "C-1", "reference": f"R{number}", "title": "Fire"}
                known.get(kind.by.name(about, texts))
        return len(queries)

    person = person_with("procurement")
    a_risk(contract)
    assert cost() == 2
    for number in range(2, 6):
        a_risk(contract, reference=f"R{number}")
    assert cost() == 2
    assert Risk.objects.count() == 5
