from django.db.models import (
    Count,
    DecimalField,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from accounts.permissions import Permission
from contracts.models import Contract
from performance.credits.rules import ON_THE_TABLE, ZERO, State
from suppliers.rules import Amounts


class OfContractsQuerySet(QuerySet):
    """Rows of contracts, by who may see or change these."""

    def allowing(self, user, permission):
        if user.is_authenticated and user.is_active and user.may(permission):
            return self  # no row has to be asked for its contract
        return self.filter(contract__in=Contract.objects.allowing(user, permission))

    def visible_to(self, user):
        return self.allowing(user, Permission.VIEW_CONTRACTS)

    def editable_by(self, user):
        return self.allowing(user, Permission.EDIT_CONTRACTS)


class ChargeQuerySet(OfContractsQuerySet):
    """Which charges."""

    def by_month(self, contract, months):
        """{month: charge} of a contract."""
        return {row.month: row for row in self.filter(contract=contract, month__in=months)}


class CreditQuerySet(OfContractsQuerySet):
    """Which lines of the ledger: by who may see, claim or waive them, and how they stand."""

    def waivable_by(self, user):
        return self.allowing(user, Permission.WAIVE_CREDITS)

    def due(self):
        return self.filter(state=State.DUE)

    def on_the_table(self):
        """Not claimed yet, or lost because nobody did."""
        return self.filter(state__in=[state.value for state in ON_THE_TABLE])

    def not_computed(self):
        return self.filter(amount=None, state__in=[State.DUE, State.NOTHING])

    def past_their_claim(self, today):
        return self.due().filter(claim_by__lt=today)

    def sums(self):
        """{state: Amounts}: what these come to, no currency added to another."""
        rows = (
            self.order_by()
            .values_list("state", "contract__currency")
            .annotate(total=Sum("amount"), unknown=Count("pk", filter=Q(amount=None)))
        )
        found = {state: Amounts() for state in State}
        for state, currency, total, unknown in rows:
            sums = {} if total is None else {currency: total}
            found[State(state)] += Amounts(sums, missing=unknown)
        return found


# --- Money left on the table, by contract and by supplier -------------------------------------------


def _credits():
    from performance.credits.models import Credit

    return Credit.objects.order_by()


def _sums(at, within=None):
    """What a contract or supplier has left, from its lines at this path: sums, and how many are unknown.

    Taken from rows that were narrowed to such lines before, so that each line is read once.
    """
    amount, state = f"{at}__amount", f"{at}__state"
    within = within or Q()

    def total(condition):
        found = Sum(amount, filter=condition) if condition else Sum(amount)
        return Coalesce(found, Value(ZERO), output_field=DecimalField())

    return {
        "unclaimed": total(within & Q(**{state: State.DUE.value})),
        "lapsed": total(within & Q(**{state: State.LAPSED.value})),
        "left": total(within),
        "unknown": Count(f"{at}__pk", filter=Q(**{f"{amount}__isnull": True})),
    }


_LEFT = [state.value for state in ON_THE_TABLE]


def contracts_with_money_left(contracts):
    """Those with money left: `unclaimed`, `lapsed`, `left` of both, how many are `unknown`, and the `next_claim_by`."""
    return contracts.filter(credits__state__in=_LEFT).annotate(
        **_sums("credits"),
        next_claim_by=Min("credits__claim_by", filter=Q(credits__state=State.DUE.value)),
    )


def suppliers_with_money_left(suppliers, *, user):
    """The same over the contracts that a supplier leads and the reader may see: pounds, and how many amounts are in
    another currency."""
    narrowed = Q(contracts__credits__state__in=_LEFT)
    if not user.may(Permission.VIEW_CONTRACTS):
        narrowed &= Q(contracts__in=Contract.objects.visible_to(user).order_by().values("pk"))
    pounds = Q(contracts__currency="GBP")
    return suppliers.filter(narrowed).annotate(
        **_sums("contracts__credits", within=pounds),
        elsewhere=Count(
            "contracts__credits__pk", filter=~pounds & Q(contracts__credits__amount__isnull=False)
        ),
    )


def left_of_suppliers(user, supplier_ids):
    """{supplier: Amounts of what is left on the table in the contracts it leads and the user may see}. One query."""
    rows = (
        _credits()
        .on_the_table()
        .visible_to(user)
        .filter(contract__supplier__in=supplier_ids)
        .values_list("contract__supplier", "contract__currency")
        .annotate(total=Sum("amount"), unknown=Count("pk", filter=Q(amount=None)))
    )
    found = {}
    for supplier, currency, total, unknown in rows:
        sums = {} if total is None else {currency: total}
        found[supplier] = found.get(supplier, Amounts()) + Amounts(sums, missing=unknown)
    return found
