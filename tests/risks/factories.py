"""Dull valid risks. A test states only what it is about."""

from datetime import date, timedelta

import factory

from risks.models import (
    Category,
    ContingencyPlan,
    Matrix,
    Referral,
    Risk,
    RiskTemplate,
    Scoring,
    Treatment,
)
from tests.factories import ContractFactory

TODAY = date(2026, 11, 27)


class CategoryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n:03d}")
    appetite = 9


class TemplateFactory(factory.django.DjangoModelFactory):
    """A risk of the library that can be added as it is."""

    class Meta:
        model = RiskTemplate

    topic = "Exit"
    title = factory.Sequence(lambda n: f"Common risk {n:03d}")
    category = factory.SubFactory(CategoryFactory)
    event = "it happens"
    likelihood, impact = 3, 3


class RiskFactory(factory.django.DjangoModelFactory):
    """An open, middling risk of a contract, to be reviewed in a month."""

    class Meta:
        model = Risk

    contract = factory.SubFactory(ContractFactory)
    title = factory.Sequence(lambda n: f"Risk {n:03d}")
    category = factory.SubFactory(CategoryFactory)
    likelihood, impact = 3, 3
    raised_on = TODAY - timedelta(days=30)
    scored_on = TODAY - timedelta(days=30)
    review_on = TODAY + timedelta(days=30)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        risk = model_class(*args, **kwargs)
        matrix = Matrix.current()
        for prefix in ("", "inherent_", "target_"):
            levels = (getattr(risk, f"{prefix}likelihood"), getattr(risk, f"{prefix}impact"))
            setattr(risk, f"{prefix}score", matrix.score(*levels))
        if risk.state == "proposed":
            risk.review_on = None
        if risk.is_over:
            risk.closed_on = risk.closed_on or TODAY
        risk.save()
        return risk


class ScoringFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Scoring

    risk = factory.SubFactory(RiskFactory)
    cause, on = "raised", TODAY
    likelihood, impact, score = 3, 3, 9


class TreatmentFactory(factory.django.DjangoModelFactory):
    """Something that is to be done in a month."""

    class Meta:
        model = Treatment

    risk = factory.SubFactory(RiskFactory)
    title = factory.Sequence(lambda n: f"Treatment {n:03d}")
    due_on = TODAY + timedelta(days=30)


class ContingencyPlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContingencyPlan

    risk = factory.SubFactory(RiskFactory)
    trigger, remedy = "Two weeks without service", "Another supplier takes over"


class ReferralFactory(factory.django.DjangoModelFactory):
    """A risk that waits for what its SRO says."""

    class Meta:
        model = Referral

    risk = factory.SubFactory(RiskFactory, likelihood=5, impact=4)
    score, put_on = 20, TODAY
