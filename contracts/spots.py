"""Spot contracts keep the people of the contract that they stand under, as long as nobody has given them others.

A parent may have thousands: what they cost in statements does not grow with their number.
"""

from collections import defaultdict

from django.db.models import F
from django.utils import timezone

from common.bulk import write_history
from contracts import consequences, rules
from contracts.models import PEOPLE, Contract, Kind

# Not whose: who sees a spot contract need not see the one above it.
REASON = "As on the contract that it stands under"


def follow(parent, *, was, by):
    """`was` is who held the parts that have changed on the parent: {part: id}. Those who hold them on a spot
    contract too are replaced there, unless two parts would then fall to one person."""
    alike = _together(parent, was)
    now = timezone.now()
    for people, ids in alike.items():
        columns = {f"{part}_id": person for part, person in zip(PEOPLE, people, strict=True)}
        Contract.objects.filter(pk__in=ids).update(
            **columns, version=F("version") + 1, updated_at=now
        )
    if alike:
        changed = Contract.objects.filter(pk__in=[pk for ids in alike.values() for pk in ids])
        write_history(changed, by=by, reason=REASON, kind="~")
        consequences.follow(changed, columns=was, by=by)


def _together(parent, was):
    """{the people that they are to have: ids}, of the spot contracts that follow."""
    spots = Contract.objects.not_ended().filter(kind=Kind.SPOT, parent=parent)
    held = spots.select_for_update().order_by("pk").values_list("pk", *PEOPLE)
    alike = defaultdict(list)
    for pk, *people in held:
        before = dict(zip(PEOPLE, people, strict=True))
        moved = {p: getattr(parent, f"{p}_id") for p, who in was.items() if before[p] == who}
        after = before | moved
        if after != before and not rules.problems(after):
            alike[tuple(after.values())].append(pk)
    return alike
