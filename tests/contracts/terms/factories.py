"""Dull valid terms. Say in the test only what the test is about."""

from datetime import date

import factory

from contracts.terms.models import BreakDate, ExtensionOption, NoticeClock, Term
from contracts.terms.sheet import work_out_again
from tests.factories import ContractFactory, UserFactory


class TermFactory(factory.django.DjangoModelFactory):
    """From 1 April 2024 for 24 months, as recorded: to 31 March 2026."""

    class Meta:
        model = Term
        skip_postgeneration_save = True

    contract = factory.SubFactory(
        ContractFactory,
        commences_on=date(2024, 4, 1),
        initial_term_months=24,
        initial_end_on=date(2026, 3, 31),
        ends_on=date(2026, 3, 31),
    )

    @factory.post_generation
    def options(self, create, extracted):
        """`TermFactory(options=(12, 12))`: open options of so many months."""
        for number, months in enumerate(extracted or (), start=1):
            ExtensionOption.objects.create(contract=self.contract, number=number, months=months)

    @factory.post_generation
    def notices(self, create, extracted):
        """`TermFactory(notices=[{"kind": "extend", "amount": 3}])`."""
        for values in extracted or ():
            NoticeClock.objects.create(contract=self.contract, **values)

    @factory.post_generation
    def breaks(self, create, extracted):
        """`TermFactory(breaks=[date(2025, 3, 31)])`."""
        for on in extracted or ():
            BreakDate.objects.create(contract=self.contract, on=on)

    @factory.post_generation
    def worked_out(self, create, extracted):
        """The dates that follow are stored, as the actions do it."""
        work_out_again(Term.objects.filter(pk=self.pk))


def decided(option, state, on=date(2025, 12, 1)):
    """An option as decided before the test begins."""
    option.state, option.decided_on, option.decided_by = state, on, UserFactory()
    option.save()
    return option
