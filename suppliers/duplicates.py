"""The search for suppliers that were recorded twice. It runs by itself; what it finds is a table that pages read."""

from collections import Counter
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from suppliers import rules
from suppliers.models import DuplicateCandidate, DuplicateSearch, Supplier
from suppliers.querysets import PATHS_UP
from suppliers.rules import Alike

# A supplier with more namesakes than this is a placeholder such as "Various"; the strongest pairs are kept.
MOST_PAIRS_OF_ONE = 10
# So few are compared while the person waits; it takes a fraction of a second.
FEW = 1_000
STALE_AFTER = timedelta(minutes=15)
_RANKS = {alike: rank for rank, alike in enumerate(Alike)}
_NUMBERS = {str(alike) for alike in rules.SAME_NUMBER}
State = DuplicateCandidate.State


def search(*, if_needed=False):
    """Compare all suppliers and keep what may be one. With `if_needed`, only where something has changed since the
    last time. Of two who start at once, one works."""
    claimed = _claim(if_needed=if_needed)
    if claimed is None:
        return
    bodies = _bodies()
    _keep(_pairs(bodies))
    DuplicateSearch.objects.filter(pk=1).update(finished_at=timezone.now(), compared=len(bodies))


def _claim(*, if_needed):
    now = timezone.now()
    with transaction.atomic():
        DuplicateSearch.objects.get_or_create(pk=1)
        last = DuplicateSearch.objects.select_for_update().get(pk=1)
        is_running = last.started_at and (
            last.finished_at is None or last.finished_at < last.started_at
        )
        if is_running and last.started_at > now - STALE_AFTER:
            return None
        if if_needed and last.finished_at and not _changed_since(last.started_at):
            return None
        last.started_at = now
        last.save(update_fields=["started_at"])
    return now


def _changed_since(moment):
    return Supplier.objects.filter(updated_at__gte=moment).exists()


def _bodies():
    columns = (
        "pk",
        "name",
        "company_number",
        "charity_number",
        "vat_number",
        "ppon",
        "other_number",
    )
    rows = Supplier.objects.current().order_by("pk").values_list(*columns, *PATHS_UP)
    bodies, in_groups = [], set()
    for *said, first, second, third in rows.iterator():
        top = third or second or first
        if top:
            in_groups.add(top)
        bodies.append([*said, top or said[0]])
    # Who stands alone has no group; a top of others is its own.
    return [rules.Body(*said, group if group in in_groups else 0) for *said, group in bodies]


def _pairs(bodies):
    """{(one, other): reasons} of the strongest pairs of each."""
    found = {}
    for one, other in rules.possible_pairs(bodies):
        key = (min(one.pk, other.pk), max(one.pk, other.pk))
        if key not in found:
            found[key] = rules.reasons_alike(one, other)
    kept, counts = {}, Counter()
    for key, reasons in sorted(found.items(), key=lambda pair: (_rank(pair[1]), pair[0])):
        if reasons and max(counts[key[0]], counts[key[1]]) < MOST_PAIRS_OF_ONE:
            counts.update(key)
            kept[key] = reasons
    return kept


def _rank(reasons):
    return _RANKS[reasons[0]] if reasons else len(_RANKS)


@transaction.atomic
def _keep(pairs):
    """Write down what is new, forget what no longer holds. What a person has decided stays decided, unless the two
    have come to share a number since."""
    known = {(row.one_id, row.other_id): row for row in DuplicateCandidate.objects.all()}
    current = set(Supplier.objects.current().values_list("pk", flat=True))
    new, changed = [], []
    for key, reasons in pairs.items():
        words, row = " ".join(reasons), known.get(key)
        if row is None:
            if current.issuperset(key):  # somebody may have merged them while we compared
                new.append(
                    DuplicateCandidate(
                        one_id=key[0], other_id=key[1], reasons=words, rank=_rank(reasons)
                    )
                )
        elif row.reasons != words:
            fresh = (set(reasons) - set(row.reasons.split())) & _NUMBERS
            if row.state == State.DIFFERENT and fresh:
                row.state, row.decided_by, row.decided_at = State.OPEN, None, None
            row.reasons, row.rank = words, _rank(reasons)
            changed.append(row)
    gone = [row.pk for key, row in known.items() if key not in pairs and row.state == State.OPEN]
    DuplicateCandidate.objects.bulk_create(new, batch_size=1_000, ignore_conflicts=True)
    DuplicateCandidate.objects.bulk_update(
        changed, ["reasons", "rank", "state", "decided_by", "decided_at"], batch_size=500
    )
    for start in range(0, len(gone), 5_000):
        DuplicateCandidate.objects.filter(pk__in=gone[start : start + 5_000]).delete()


@transaction.atomic
def say_different(*, candidates, by):
    """These pairs are not the same: they are not proposed again. Gives how many were open until now."""
    return candidates.open().update(state=State.DIFFERENT, decided_by=by, decided_at=timezone.now())


@transaction.atomic
def look_again(*, candidates, by):
    """Take back that these are not the same."""
    return candidates.filter(state=State.DIFFERENT).update(
        state=State.OPEN, decided_by=None, decided_at=None
    )


def move_verdicts(asked):
    """Of the supplier that goes, what was proposed is forgotten; whom it was said to differ from, the other differs
    from too."""
    theirs = DuplicateCandidate.objects.of(asked.goes.pk)
    number, verdicts = theirs.count(), []
    for row in theirs.filter(state=State.DIFFERENT):
        third = row.other_id if row.one_id == asked.goes.pk else row.one_id
        if third != asked.stays.pk:
            one, other = sorted((third, asked.stays.pk))
            verdicts.append(
                DuplicateCandidate(
                    one_id=one, other_id=other, reasons=row.reasons, rank=row.rank, state=row.state,
                    found_at=row.found_at, decided_by=row.decided_by, decided_at=row.decided_at,
                )
            )  # fmt: skip
    theirs.delete()
    DuplicateCandidate.objects.bulk_create(verdicts, ignore_conflicts=True)
    return number
