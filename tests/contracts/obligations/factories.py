"""Dull valid obligations and occurrences. Say in the test only what the test is about."""

from datetime import date

import factory

from contracts.obligations import rules
from contracts.obligations.models import Dependency, Obligation, Occurrence
from tests.factories import ContractFactory


class ObligationFactory(factory.django.DjangoModelFactory):
    """A monthly obligation of the supplier since January 2026, without evidence; nothing is made of it yet."""

    class Meta:
        model = Obligation

    contract = factory.SubFactory(ContractFactory)
    number = factory.Sequence(lambda n: f"N{n}")
    title = factory.Sequence(lambda n: f"Promise {n:03d}")
    repeat = "months"
    first_due = date(2026, 1, 10)
    followed_from = factory.SelfAttribute("first_due")


class OccurrenceFactory(factory.django.DjangoModelFactory):
    """A pending occurrence that was due on 10 November 2026."""

    class Meta:
        model = Occurrence

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        """Without a history, as the task makes them."""
        return model_class.objects.bulk_create([model_class(**kwargs)])[0]

    obligation = factory.SubFactory(ObligationFactory)
    due_on = date(2026, 11, 10)
    status = "pending"
    done_on = factory.LazyAttribute(lambda o: o.due_on if o.status == "met" else None)
    reason = factory.LazyAttribute(lambda o: "Because" if o.status in rules.NEED_A_REASON else "")


class DependencyFactory(factory.django.DjangoModelFactory):
    """The supplier's monthly obligation depends on a monthly one of ours in the same contract."""

    class Meta:
        model = Dependency

    obligation = factory.SubFactory(ObligationFactory)
    on = factory.SubFactory(
        ObligationFactory,
        contract=factory.SelfAttribute("..obligation.contract"),
        party="authority",
        kind="dependency",
    )
