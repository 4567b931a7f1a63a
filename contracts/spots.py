"""Spot contracts keep the people of the contract that they stand under, as long as nobody has given them others.

A parent may have thousands: what they cost in statements does not grow with their number, only with that of
the different sets of people that they come to have.
"""

from collections import defaultdict
from dataclasses import dataclass

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
    follow_all({parent.pk: was}, by=by)


def follow_all(was, *, by, apart_from=()):
    """The same for many parents at once: {parent: {part: id}}. `apart_from` are spot contracts that stay as they
    are. Gives those that moved, as {id: _Spot}, as they were."""
    moved = {}
    alike = _together(was, apart_from)
    now = timezone.now()
    for people, spots in alike.items():
        columns = {f"{part}_id": person for part, person in zip(PEOPLE, people, strict=True)}
        moved |= {spot.pk: spot for spot in spots}
        Contract.objects.filter(pk__in=[spot.pk for spot in spots]).update(
            **columns, version=F("version") + 1, updated_at=now
        )
    if moved:
        changed = Contract.objects.filter(pk__in=list(moved))
        write_history(changed, by=by, reason=REASON, kind="~")
        parts = {part for parts in was.values() for part in parts}
        consequences.follow(changed, columns=parts, by=by)
    return moved


@dataclass(frozen=True, slots=True)
class _Spot:
    """A spot contract as it was before it followed."""

    pk: int
    parent: int
    version: int
    people: dict[str, int | None]


def _together(was, apart_from):
    """{the people that they are to have: spot contracts}, of those that follow."""
    now = {
        pk: dict(zip(PEOPLE, people, strict=True))
        for pk, *people in Contract.objects.filter(pk__in=list(was)).values_list("pk", *PEOPLE)
    }
    spots = Contract.objects.not_ended().filter(kind=Kind.SPOT, parent__in=list(was))
    if apart_from:
        spots = spots.exclude(pk__in=apart_from)
    held = spots.select_for_update().order_by("pk")
    alike = defaultdict(list)
    for pk, parent, version, *people in held.values_list("pk", "parent", "version", *PEOPLE):
        before = dict(zip(PEOPLE, people, strict=True))
        after = before | {p: now[parent][p] for p, who in was[parent].items() if before[p] == who}
        if after != before and not rules.problems(after):
            alike[tuple(after.values())].append(_Spot(pk, parent, version, before))
    return alike
