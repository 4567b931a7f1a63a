"""Who can be told of anything: read once for a sweep, however many dates it finds."""

from collections import defaultdict

from django.db.models import Q

from accounts.models import Membership, User
from accounts.permissions import PROCUREMENT, UNIT_CONTACT
from contracts.models import Contract, Office, TermOfOffice
from reminders import rules
from reminders.models import ReminderRule


class Directory:
    """The people who are here, the contacts of each unit, and the Procurement Unit."""

    def __init__(self):
        self.active = set(User.objects.active().values_list("pk", flat=True))
        self._read_roles(Membership.objects.all())

    def _read_roles(self, memberships):
        self.contacts, self.procurement = defaultdict(list), []
        held = memberships.filter(
            user__is_active=True, role__in=[UNIT_CONTACT.key, PROCUREMENT.key]
        )
        for unit, person in held.order_by("pk").values_list("unit_id", "user_id"):
            (self.procurement if unit is None else self.contacts[unit]).append(person)

    def tell(self, pairs):
        """(rule, deadline) pairs with the people to tell and why. Two queries for all at most."""
        overseers, further = self._overseers(pairs), self._further_deputies(pairs)
        for rule, deadline in pairs:
            with_sro = rule.told == ReminderRule.Told.OWNER_AND_SRO
            people = rules.tell(
                (*deadline.responsible, *further.get(deadline.contract_id, ())),
                active=self.active,
                contacts=self.contacts.get(deadline.unit_id, ()),
                procurement=self.procurement,
                overseer=overseers.get(deadline.contract_id) if with_sro else None,
                of_contract=deadline.contract_id is not None,
            )
            yield rule, deadline, people

    def _overseers(self, pairs):
        ids = {
            deadline.contract_id
            for rule, deadline in pairs
            if rule.told == ReminderRule.Told.OWNER_AND_SRO
        }
        if not ids:
            return {}
        found = Contract.objects.order_by().filter(pk__in=ids - {None}, sro__isnull=False)
        return dict(found.values_list("pk", "sro_id"))

    def _further_deputies(self, pairs):
        """{contract: its further deputies who are here}, of those contracts whose dates would reach nobody else."""
        ids = {
            deadline.contract_id
            for _, deadline in pairs
            if self.active.isdisjoint(deadline.responsible)
        }
        if not ids - {None}:
            return {}
        terms = TermOfOffice.objects.current().filter(
            part=Office.FURTHER, contract__in=ids - {None}
        )
        found = defaultdict(list)
        for contract, person in terms.order_by("starts_on", "pk").values_list("contract", "person"):
            if person in self.active:
                found[contract].append(person)
        return found


class DirectoryOfContract(Directory):
    """The same for one contract, with the people themselves: two queries, however many people are here, and one
    more where there are further deputies."""

    def __init__(self, contract, *, responsible):
        self.contract = contract
        self._read_roles(Membership.objects.filter(Q(unit=contract.unit_id) | Q(unit=None)))
        further = {person.pk for person in contract.further_deputies}
        told = {*responsible, contract.sro_id, *self.procurement, *self.contacts[contract.unit_id]}
        told |= further
        self.people = User.objects.active().in_bulk(told - {None})
        self.active = self.people.keys()

    def _overseers(self, pairs):
        return {self.contract.pk: self.contract.sro_id}

    def _further_deputies(self, pairs):
        people = self.contract.further_deputies
        return {self.contract.pk: [person.pk for person in people if person.pk in self.active]}
