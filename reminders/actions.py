"""From a date in the register to a digest that is ready to go, and how a rule changes."""

import logging
from itertools import islice

from django.db import transaction
from django.db.models import Max, Min, OuterRef, Subquery

from common import deadlines
from common.history import save_with_history
from contracts.models import Contract
from reminders import outbox, rules
from reminders.models import Digest, Notice, ReminderRule
from reminders.people import Directory

logger = logging.getLogger(__name__)

SHARE = 50_000  # contracts looked through at a time
BATCH = 500


def send_due(*, today):
    """Everything that is due today: notice it, put it into digests, send them. Safe to repeat."""
    noticed = sweep(today=today)
    compose(today=today)
    sent = outbox.send(today=today)
    logger.info("Reminders for %s: %d new notices, %d digests sent", today, noticed, sent)
    return noticed, sent


def sweep(*, today):
    """Write a notice for every step that a date has reached. Gives the number of new ones."""
    return sum(len(_insert(notices)) for notices in planned(today=today))


def planned(*, today):
    """Batches of the notices that today calls for, whether or not they are written yet."""
    active = list(ReminderRule.objects.active())
    directory = Directory()
    for scope, asked in _scopes(active):
        for pairs in _batches(_due(asked, scope, today)):
            yield [
                _notice(rule, deadline, today, person, why)
                for rule, deadline, people in directory.tell(pairs)
                for person, why in people
            ]


def _scopes(active):
    """Which part of the house to look through for which rules: the dates of contracts share by share, then
    those that hang on no contract."""
    of_contracts = [rule for rule in active if not deadlines.needs(rule.kind)]
    for share in _shares():
        yield deadlines.Scope(share=share), of_contracts
    yield deadlines.Scope(), [rule for rule in active if deadlines.needs(rule.kind)]


def _shares():
    """The register in parts, so that no sweep holds all of it at once."""
    ends = Contract.objects.order_by().aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for first in range(ends["first"], ends["last"] + 1, SHARE):
            yield first, first + SHARE - 1


def _due(asked, scope, today):
    for rule in asked:
        for start, end in rules.windows(today, rule.step_list):
            for deadline in deadlines.within(scope, start, end, only={rule.kind}):
                if rules.step_for(deadline.due_on, today, rule.step_list) is not None:
                    yield rule, deadline


def _batches(pairs):
    while batch := list(islice(pairs, BATCH)):
        yield batch


def _notice(rule, deadline, today, person, why):
    return Notice(
        rule=rule,
        key=deadline.key,
        due_on=deadline.due_on,
        step=rules.step_for(deadline.due_on, today, rule.step_list),
        recipient_id=person,
        why=why,
        title=_fitting("title", deadline.title),
        subject=_fitting("subject", deadline.subject),
        url=deadline.url,
        contract_id=deadline.contract_id,
    )


def _fitting(column, text):
    return rules.shortened(rules.on_one_line(text), Notice._meta.get_field(column).max_length)


def _insert(notices):
    fresh = unwritten(notices)
    # In one order everywhere: two sweeps at once that insert the same rows must not lock each other.
    fresh.sort(key=lambda notice: notice.identity)
    # No history: a notice is itself the record.
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return fresh


def unwritten(notices):
    """Those of these notices that are not in the log yet."""
    written = Notice.objects.order_by().filter(
        rule__in={notice.rule_id for notice in notices}, key__in={notice.key for notice in notices}
    )
    known = set(written.values_list("rule_id", "key", "due_on", "step", "recipient_id"))
    return [notice for notice in notices if notice.identity not in known]


@transaction.atomic
def compose(*, today):
    """Put what is waiting into one digest for each person, as long as today's has not left."""
    # One composer at a time: the rules' rows are the lock.
    list(ReminderRule.objects.select_for_update().order_by("pk").values_list("pk"))
    _fold(today)
    # No history in this function: notices and digests are themselves the record.
    Notice.objects.waiting().overtaken().update(withdrawn=Notice.Withdrawn.OVERTAKEN)
    people = Notice.objects.waiting().order_by("recipient").values_list("recipient", flat=True)
    Digest.objects.bulk_create(
        [Digest(recipient_id=person, on=today) for person in people.distinct()],
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    # Locked, so that no sender can take a digest and leave while a notice is being put into it.
    still_open = Digest.objects.untouched().filter(on=today)
    list(still_open.select_for_update().order_by("pk").values_list("pk"))
    own = still_open.filter(recipient=OuterRef("recipient")).order_by().values("pk")
    joining = Notice.objects.waiting().filter(
        recipient__in=still_open.order_by().values("recipient")
    )
    joining.update(digest=Subquery(own[:1]))


def _fold(today):
    """What could not leave on an earlier day joins today's digest: still one message a day."""
    left_over = Digest.objects.untouched().filter(on__lt=today).select_for_update().order_by("pk")
    ids = list(left_over.values_list("pk", flat=True))
    if ids:
        Notice.objects.filter(digest__in=ids).update(digest=None)
        Digest.objects.filter(pk__in=ids).delete()


@transaction.atomic
def change_rule(*, rule, by, reason="", **values):
    """Write the values that this person changed, and no other, on the row as it is now."""
    current = ReminderRule.objects.select_for_update().get(pk=rule.pk)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    return save_with_history(current, by=by, reason=reason, update_fields=changed)
