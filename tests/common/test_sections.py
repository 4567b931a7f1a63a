"""Sections of a page: each says what it would ask, one query asks for all, and rows come back whole."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import F, Value

from accounts.models import User
from common.sections import Section, Sections, columns_of, revived
from contracts.models import Contract
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db


def of(model, **columns):
    return lambda pk, mode: ((model.objects.order_by("pk"), columns or columns_of(model)),)


def given(subject, user, rows):
    return {"rows": rows}


@pytest.fixture
def sections():
    made = Sections("thing")
    made.register(
        Section(
            "people", "People", "accounts:person", summary_template="x.html",
            asked=of(User, name=F("name")), summary=given,
        )
    )  # fmt: skip
    made.register(
        Section(
            "contracts", "Contracts", "accounts:person", summary_template="y.html",
            asked=of(Contract, title=F("title"), word=Value("dull")), summary=given,
        )
    )  # fmt: skip
    return made


def test_all_sections_are_asked_in_one_query(sections, django_assert_num_queries):
    ContractFactory(title="Lifts", oco=UserFactory(name="Alex Shah"))
    user = User.objects.get()
    with django_assert_num_queries(1):
        people, contracts = sections.summaries(user, user)
    assert people["context"] == {"rows": [{"name": "Alex Shah"}]}
    assert contracts["context"] == {"rows": [{"title": "Lifts", "word": "dull"}]}


def test_a_section_without_rows_gets_none(sections):
    user = UserFactory()
    _, contracts = sections.summaries(user, user)
    assert contracts["context"] == {"rows": []}


def test_what_was_kept_for_one_reader_is_not_told_to_another():
    """The question is composed once for each mode, and asked again for each subject."""
    anna, ben = UserFactory(name="Anna"), UserFactory(name="Ben")
    ContractFactory(title="Lifts", oco=anna)
    ContractFactory(title="Roofs", oco=ben)
    ContractFactory(title="Secret", oco=ben)
    made = Sections("thing")
    made.register(
        Section(
            "c", "C", "accounts:person", summary_template="x", summary=given,
            mode=lambda subject, user: user == ben,
            asked=lambda pk, knows: (
                (
                    Contract.objects.filter(oco=pk) if knows
                    else Contract.objects.filter(oco=pk).exclude(title="Secret"),
                    {"title": F("title")},
                ),
            ),
        )
    )  # fmt: skip

    def titles(subject, user):
        (shown,) = made.summaries(subject, user)
        return sorted(row["title"] for row in shown["context"]["rows"])

    assert titles(ben, ben) == ["Roofs", "Secret"]
    assert titles(ben, anna) == ["Roofs"]
    assert titles(anna, anna) == ["Lifts"]


def test_a_row_comes_back_as_it_was():
    contract = ContractFactory(
        value=Decimal("1250000.50"), ends_on=date(2027, 3, 31), notice_period=None,
        updated_at=datetime(2026, 11, 27, 9, 30, tzinfo=UTC),
    )  # fmt: skip
    found = Sections("thing")
    found.register(
        Section(
            "c", "C", "accounts:person", summary_template="x", asked=of(Contract), summary=given
        )
    )
    (row,) = found.summaries(contract, None)[0]["context"]["rows"]
    again = revived(Contract, row)
    for field in Contract._meta.concrete_fields:
        assert getattr(again, field.attname) == getattr(contract, field.attname), field.name
