"""Who can be told of anything: read once for a sweep, however many dates it finds."""

from collections import defaultdict

from django.db.models import Q

from accounts.models import Membership, User
from accounts.permissions import PROCUREMENT, UNIT_CONTACT
from contracts.models import Contract
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
        """(rule, deadline) pairs with the people to tell and why. One query for all, or none."""
        overseers = self._overseers(pairs)
        for rule, deadline in pairs:
            with_sro = rule.told == ReminderRule.Told.OWNER_AND_SRO
            people = rules.tell(
                deadline.responsible,
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


class DirectoryOfContract(Directory):
    """The same for one contract, with the people themselves: two queries, however many people are here."""

    def __init__(self, contract, *, responsible):
        self.contract = contract
        self._read_roles(Membership.objects.filter(Q(unit=contract.unit_id) | Q(unit=None)))
        told = {*responsible, contract.sro_id, *self.procurement, *self.contacts[contract.unit_id]}
        self.people = User.objects.active().in_bulk(told - {None})
        self.active = self.people.keys()

    def _overseers(self, pairs):
        return {self.contract.pk: self.contract.sro_id}
