"""Risks made in bulk are such as people could have left them."""

from datetime import date

import pytest
from django.db.models import Count, F

from risks import scale
from risks.models import (
    Category,
    ContingencyPlan,
    Matrix,
    Referral,
    RegisterReview,
    Risk,
    Scoring,
    Treatment,
)
from tests.factories import ContractFactory, UserFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


@pytest.fixture
def contracts():
    Category.objects.get_or_create(name="Weather")
    made = [ContractFactory(oco=UserFactory(), sro=UserFactory(), stage="live") for _ in range(6)]
    ContractFactory(stage="ended")
    scale.bulk_build(TODAY, number=400, batch=150)
    return made


def test_there_are_as_many_as_were_asked_for_of_contracts_in_force(contracts):
    assert Risk.objects.count() == 400
    assert Risk.objects.exclude(contract=None).exclude(contract__in=contracts).count() == 0
    assert Risk.objects.strategic().exists()
    assert Risk.objects.exclude(supplier=None).exists()


def test_every_row_keeps_what_must_always_be_true(contracts):
    """The bulk goes past the model: the database has checked its constraints, this the rest."""
    matrix = Matrix.current()
    for risk in Risk.objects.all():
        risk.full_clean()
        assert risk.score == matrix.score(risk.likelihood, risk.impact)
        assert risk.inherent_score == matrix.score(risk.inherent_likelihood, risk.inherent_impact)
        assert risk.target_score == matrix.score(risk.target_likelihood, risk.target_impact)
    for model in (Scoring, Treatment, ContingencyPlan, Referral):
        assert model.objects.exists()
        for row in model.objects.select_related("risk")[:100]:
            row.full_clean(exclude=["by"])


def test_the_last_score_is_what_stands_in_the_register(contracts):
    for risk in Risk.objects.prefetch_related("scorings"):
        last = list(risk.scorings.all())[-1]
        assert (last.on, last.score) == (risk.scored_on, risk.score)
        assert risk.raised_on <= last.on <= TODAY


def test_they_are_of_every_kind(contracts):
    assert set(Risk.objects.values_list("kind", flat=True)) == {"risk", "issue", "opportunity"}
    assert set(Risk.objects.values_list("state", flat=True)) == {
        "open",
        "proposed",
        "closed",
        "declined",
    }
    assert Risk.objects.review_overdue(TODAY).exists()
    assert Risk.objects.without_owner().exists()
    assert Risk.objects.open().red().without_contingency().exists()
    assert Treatment.objects.overdue(TODAY).exists()
    assert Referral.objects.waiting().exists()
    assert RegisterReview.objects.exists()


def test_each_risk_has_the_first_line_of_its_history(contracts):
    told = Risk.history.values("id").annotate(lines=Count("pk"))
    assert (told.count(), set(told.values_list("lines", flat=True))) == (400, {1})
    assert Risk.history.filter(history_type="+").count() == 400


def test_they_are_the_same_in_every_run(contracts):
    columns = ("contract", "title", "score", "review_on", "state")
    first = list(Risk.objects.order_by("pk").values_list(*columns))
    Risk.objects.all().delete()
    RegisterReview.objects.all().delete()
    scale.bulk_build(TODAY, number=400, batch=150)
    assert list(Risk.objects.order_by("pk").values_list(*columns)) == first


def test_a_register_without_contracts_gets_none():
    scale.bulk_build(TODAY, number=10)
    assert not Risk.objects.exists()


def test_movement_is_from_the_score_before(contracts):
    reviewed = Risk.objects.exclude(reviewed_on=None)
    assert reviewed.count() == reviewed.filter(score_before=F("inherent_score")).count() > 0
