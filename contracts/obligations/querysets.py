from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Length

from accounts.permissions import Permission
from contracts.models import Contract
from contracts.obligations import rules
from contracts.obligations.rules import Kind, Party, Relief, State, Status


def _everywhere(user, permission):
    """Whether no row has to be asked for its contract: who may do it everywhere may do it here."""
    return user.is_authenticated and user.is_active and user.may(permission)


def _going_on(path, today):
    """The condition that the contract has not ended, or that the obligation outlives it."""
    survives = path.removesuffix("contract") + "survives"
    return ~Q(**{f"{path}__stage": "ended"}) | Q(**{survives: True})


class ObligationQuerySet(QuerySet):
    """Which obligations: by who may see them, whose they are, and how they stand."""

    def allowing(self, user, permission):
        """Obligations of the contracts on which this user holds this permission."""
        if _everywhere(user, permission):
            return self
        return self.filter(contract__in=Contract.objects.allowing(user, permission))

    def visible_to(self, user):
        return self.allowing(user, Permission.VIEW_CONTRACTS)

    def editable_by(self, user):
        return self.allowing(user, Permission.EDIT_CONTRACTS)

    def active(self):
        return self.filter(ended_on=None)

    def ended(self):
        return self.exclude(ended_on=None)

    def going_on(self, today):
        """Neither ended themselves nor with their contract."""
        return self.active().filter(_going_on("contract", today))

    def conditions(self):
        return self.filter(kind=Kind.CONDITION)

    def open_conditions(self):
        """Conditions precedent that keep their contract from going live."""
        settled = _occurrences().filter(obligation=OuterRef("pk"), status__in=rules.SETTLED)
        return self.active().conditions().filter(~Exists(settled))

    def with_next_due(self):
        """Each with `next_due`: the earliest day that is still pending, which may be past."""
        pending = _occurrences().pending().filter(obligation=OuterRef("pk")).order_by("due_on")
        return self.annotate(next_due=Subquery(pending.values("due_on")[:1]))

    def urgent_first(self, today):
        """The supplier's before ours, each with what is overdue first, then by number: 2 before 10."""
        overdue = _occurrences().overdue(today).filter(obligation=OuterRef("pk"))
        return self.annotate(is_overdue=Exists(overdue)).order_by(
            "-party", "-is_overdue", Length("number"), "number", "pk"
        )

    def search(self, text):
        """Obligations with every word of the text in their title, number or clause."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(
                Q(title__icontains=word) | Q(number__iexact=word) | Q(clause__icontains=word)
            )
        return found


def _occurrences():
    from contracts.obligations.models import Occurrence

    return Occurrence.objects.order_by()


def _obligations():
    from contracts.obligations.models import Obligation

    return Obligation.objects.order_by()


def _q(at, **conditions):
    """Conditions on occurrences, or on rows from which `at` leads to them."""
    return Q(**{f"{at}{name}": value for name, value in conditions.items()})


def _relieved(at=""):
    """`rules.state` says Relief granted."""
    relievable = [status for status in Status if rules.may_be_relieved(status)]
    return _q(at, relief=Relief.GRANTED, status__in=relievable)


def _overdue(today, at=""):
    return _q(at, status=Status.PENDING, due_on__lt=today) & ~_relieved(at)


def _due_soon(today, at=""):
    return _q(at, status=Status.PENDING, due_on__range=(today, today + rules.DUE_SOON))


def _counting(today, at=""):
    """`rules.counts`, of the twelve months that compliance looks at."""
    fell_due = _q(at, due_on__lt=today) | (_q(at, due_on=today) & ~_q(at, status=Status.PENDING))
    excused = _q(at, status__in=[Status.WAIVED, Status.NOT_APPLICABLE]) | _relieved(at)
    return fell_due & ~excused & _q(at, due_on__gte=rules.counted_since(today))


class OccurrenceQuerySet(QuerySet):
    """Which occurrences: by who may see or record them, and how they stand on a day."""

    def of(self, obligations):
        """Those of these obligations: found first, so that few are not looked for among all that is due."""
        return self.filter(obligation__in=obligations.order_by().values("pk"))

    def visible_to(self, user):
        return self._allowing(user, Permission.VIEW_CONTRACTS)

    def decidable_by(self, user):
        """Those on whose relief the person may decide."""
        return self._allowing(user, Permission.EDIT_CONTRACTS)

    def _allowing(self, user, permission):
        if _everywhere(user, permission):
            return self
        return self.of(_obligations().allowing(user, permission))

    def recordable_by(self, user):
        """Those of contracts that the person manages, and of obligations that are theirs to look after."""
        if _everywhere(user, Permission.EDIT_CONTRACTS):
            return self
        theirs = Q(contract__in=Contract.objects.editable_by(user))
        named = Q(responsible=user.pk, contract__in=Contract.objects.visible_to(user))
        return self.of(_obligations().filter(theirs | named))

    def pending(self):
        return self.filter(status=Status.PENDING)

    def going_on(self, today):
        """Of contracts that have not ended, or of obligations that outlive them."""
        return self.filter(_going_on("obligation__contract", today))

    def overdue(self, today):
        return self.filter(_overdue(today))

    def due_soon(self, today):
        return self.filter(_due_soon(today))

    def awaiting_relief(self):
        return self.filter(relief=Relief.OFFERED)

    def in_state(self, state, today):
        """Those that `rules.state` calls this."""
        if state == State.RELIEVED:
            return self.filter(_relieved())
        if state == State.OVERDUE:
            return self.overdue(today)
        found = self.filter(status=str(state)).exclude(_relieved())
        return found.filter(due_on__gte=today) if state == State.PENDING else found

    def with_standing(self, today):
        """Each with `standing`, what `rules.state` says of it."""
        return self.annotate(
            standing=Case(
                When(_relieved(), then=Value(State.RELIEVED.value)),
                When(status=Status.PENDING, due_on__lt=today, then=Value(State.OVERDUE.value)),
                default=F("status"),
            )
        )

    def counting(self, today):
        """Those that compliance is made of: they fell due within the last twelve months."""
        return self.filter(_counting(today))

    def compliance(self, today):
        """{party: rules.Compliance} of these occurrences, in one query."""
        found = self.counting(today).order_by().values("obligation__party")
        found = found.annotate(counted=Count("pk"), met=Count("pk", filter=Q(status=Status.MET)))
        known = {
            party: rules.Compliance(counted, met)
            for party, counted, met in found.values_list("obligation__party", "counted", "met")
        }
        return {party: known.get(party.value, rules.Compliance(0, 0)) for party in Party}

    def untouched(self):
        """Pending ones that nobody has said or decided anything about, and because of which nobody was
        relieved: a new rule or an end may take them away."""
        because = _occurrences().filter(relief_from=OuterRef("pk"))
        return self.pending().filter(
            ~Exists(because), said_at=None, relief__in=[Relief.NONE, Relief.OFFERED]
        )  # fmt: skip

    def after_the_end(self, today):
        """Those of ended contracts that were due after the end, and those of running contracts after the
        end to come. What has been promised for longer than the contract is not among them."""
        bound = Q(obligation__survives=False)
        ended = Q(
            obligation__contract__stage="ended",
            due_on__gt=Coalesce("obligation__contract__ended_on", Value(today)),
        )
        to_come = Q(
            ~Q(obligation__contract__stage="ended"),
            ~Q(obligation__repeat="once"),
            obligation__until=None,
            obligation__times=None,
            obligation__contract__ends_on__gte=today,
            due_on__gt=F("obligation__contract__ends_on"),
        )
        return self.filter(bound, ended | to_come)


def standing_of(contract, today):
    """How one contract's obligations stand, in one query: counts, and the compliance of each party."""
    found = _obligations().filter(contract=contract)
    return standing_from(found.aggregate(**standing_counts(today)))


def standing_counts(today):
    """What is counted to say how obligations stand."""
    at = "occurrences__"
    counting = _counting(today, at)
    counts = {
        "overdue": Count("occurrences", filter=_overdue(today, at)),
        "soon": Count("occurrences", filter=_due_soon(today, at)),
        "relief": Count("occurrences", filter=_q(at, relief=Relief.OFFERED)),
        "active": Count("pk", distinct=True, filter=Q(ended_on=None)),
    }
    for party in Party:
        of_party = counting & Q(party=party)
        met = of_party & _q(at, status=Status.MET)
        counts[f"counted_{party.value}"] = Count("occurrences", filter=of_party)
        counts[f"met_{party.value}"] = Count("occurrences", filter=met)
    return counts


def standing_from(found):
    """The counts in words of the room."""
    return {name: found[name] for name in ("overdue", "soon", "relief", "active")} | {
        "compliance": {
            party.value: rules.Compliance(
                found[f"counted_{party.value}"], found[f"met_{party.value}"]
            )
            for party in Party
        }
    }
