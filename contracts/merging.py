"""Two suppliers become one: what becomes of their contracts."""

from django.db.models import OuterRef, Subquery

from common.history import save_with_history
from contracts import consequences
from contracts.models import Contract, ContractSupplier
from suppliers import merging

_PARTS = dict(ContractSupplier.Part.choices)


def move_leads(merge):
    """Contracts that the one led are led by the other, who need no longer be named beside itself there."""
    contracts = Contract.objects.filter(supplier=merge.goes)
    ids = list(contracts.order_by().values_list("pk", flat=True))
    _drop_beside_the_lead(
        ContractSupplier.objects.filter(supplier=merge.stays, contract__in=contracts), merge
    )
    number = merging.move_rows(contracts, "supplier", merge)
    for start in range(0, number, merging.AT_ONCE):
        moved = Contract.objects.filter(pk__in=ids[start : start + merging.AT_ONCE])
        consequences.follow(moved, columns={"supplier"}, by=merge.by)
    return number


def move_parts(merge):
    """The part in a contract moves too, unless the other leads that contract or has a part in it already."""
    parts = ContractSupplier.objects.filter(supplier=merge.goes)
    number = parts.count()
    _drop_beside_the_lead(parts.filter(contract__supplier=merge.stays), merge)
    of_the_other = ContractSupplier.objects.filter(
        supplier=merge.stays, contract=OuterRef("contract")
    )
    double = parts.annotate(kept=Subquery(of_the_other.values("pk")[:1])).filter(kept__isnull=False)
    _keep_what_both_say(double, merge)
    merging.move_rows(parts, "supplier", merge)
    return number


def _drop_beside_the_lead(parts, merge):
    """Who leads a contract is not named beside itself: what the part said is told in the history."""
    for part, service in set(parts.order_by().values_list("part", "service")):
        said = f"{_PARTS[part].lower()}{f' for {service}' if service else ''}"
        reason = f"{merge.reason}. They lead this contract; they were named as {said}"
        merging.remove_rows(parts.filter(part=part, service=service), merge, reason=reason)


def _keep_what_both_say(double, merge):
    """Of two parts in one contract the one of the supplier that stays remains, with the services of both."""
    for pk, kept, service in list(double.order_by().values_list("pk", "kept", "service")):
        row = ContractSupplier.objects.get(pk=kept)
        if service and service not in row.service:
            row.service = "; ".join(filter(None, (row.service, service)))[:255]
            save_with_history(row, by=merge.by, reason=merge.reason)
        merging.remove_rows(ContractSupplier.objects.filter(pk=pk), merge)
