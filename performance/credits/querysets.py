from django.db.models import (
    Count,
    DecimalField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
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


def _sum(lines, by, **conditions):
    """What these lines of a contract or supplier come to, as a subquery; nothing is 0."""
    found = lines.filter(**conditions).values(by).annotate(total=Sum("amount")).values("total")
    return Coalesce(Subquery(found), Value(ZERO), output_field=DecimalField())


def _number(lines, by):
    found = lines.values(by).annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(found), 0)


def contracts_with_money_left(contracts, *, user, only=False):
    """Each with `unclaimed`, `lapsed`, `left` of both, how many are `unknown`, and the `next_claim_by`; with `only`,
    none but those with money left. The contracts are the reader's already."""
    lines = _credits().on_the_table().filter(contract=OuterRef("pk"))
    found = contracts.filter(Exists(lines)) if only else contracts
    next_one = lines.due().order_by("claim_by").values("claim_by")
    return found.annotate(
        unclaimed=_sum(lines, "contract", state=State.DUE),
        lapsed=_sum(lines, "contract", state=State.LAPSED),
        left=_sum(lines, "contract"),
        unknown=_number(lines.filter(amount=None), "contract"),
        next_claim_by=Subquery(next_one.exclude(claim_by=None)[:1]),
    )


def suppliers_with_money_left(suppliers, *, user, only=False):
    """The same over the contracts that a supplier leads and the reader may see: pounds, and how many amounts are in
    another currency."""
    lines = _credits().on_the_table().visible_to(user)
    lines = lines.filter(contract__supplier=OuterRef("pk"))
    found = suppliers.filter(Exists(lines)) if only else suppliers
    pounds = lines.filter(contract__currency="GBP")
    by = "contract__supplier"
    return found.annotate(
        unclaimed=_sum(pounds, by, state=State.DUE),
        lapsed=_sum(pounds, by, state=State.LAPSED),
        left=_sum(pounds, by),
        unknown=_number(lines.filter(amount=None), by),
        elsewhere=_number(lines.exclude(contract__currency="GBP").exclude(amount=None), by),
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
