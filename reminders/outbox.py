"""The outbox: digests leave it over one connection, and each is marked as soon as it has gone.

A sender claims digests for a while (a lease), takes one in hand, sends it, marks it, and goes on. If it
dies, its lease runs out and another sender goes on. SMTP cannot say whether a message arrived that was handed over
a moment before the power went, so the promise is: none lost, and at most one double for each crash,
with the same Message-ID.
"""

import contextlib
import logging
import time
from collections import defaultdict
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import Membership, Organisation
from accounts.permissions import Permission
from common import deadlines
from contracts.models import Contract
from reminders import rules
from reminders.models import Digest, Notice

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
BATCH = 200
NEAR = timedelta(days=7)


class Away(Exception):
    """The mail server cannot be reached, or lets nobody in."""


def send(*, today, lease=LEASE):
    """Send all that may leave now. Gives the number of digests sent; while the server is away, 0."""
    _give_up_on_hopeless()
    sent = 0
    connection = get_connection()
    try:
        while batch := _claim(lease):
            for _ in _send_batch(batch, connection, today, lease):
                sent += 1
    except Away as trouble:
        logger.warning("Digests wait, the mail server is away: %s", trouble.__cause__)
    finally:
        _close(connection)
    return sent


@transaction.atomic
def _claim(lease):
    """Take some digests for ourselves. Where rows can be locked, two senders pass each other by;
    elsewhere (SQLite) the transaction is the only writer."""
    now = timezone.now()
    free = Digest.objects.free(now).select_for_update(skip_locked=True).order_by("pk")
    ids = list(free.values_list("pk", flat=True)[:BATCH])
    digests = Digest.objects.filter(pk__in=ids)
    digests.update(state=Digest.State.SENDING, free_at=now + lease)
    return list(digests.order_by("pk").select_related("recipient"))


def _give_up_on_hopeless():
    """What has taken its sender down too often is shown as failed, instead of taking down the next."""
    Digest.objects.free(timezone.now()).filter(attempts__gte=rules.MOST_ATTEMPTS).update(
        state=Digest.State.FAILED, error="Sending was broken off too often."
    )


def _send_batch(batch, connection, today, lease):
    """Yields each digest once it has gone."""
    # Whoever is slow stops at half time, so that nobody sends what another has taken over.
    half_time = time.monotonic() + lease.total_seconds() / 2
    lines = _lines(batch)
    untouched = {digest.pk for digest in batch}
    organisation = Organisation.current()
    try:
        for number, digest in enumerate(batch):
            if number and time.monotonic() > half_time:
                break
            _open(connection)
            untouched.discard(digest.pk)
            if _send_one(digest, lines[digest.pk], connection, today, organisation):
                yield digest
    finally:
        _give_back(untouched)


def _send_one(digest, notices, connection, today, organisation):
    if not notices:
        _finish(digest, state=Digest.State.DROPPED)
        return False
    # Counted now and not when claimed: what kills its senders must not use up the attempts of the rest.
    digest.attempts += 1
    _finish(digest, attempts=digest.attempts)
    try:
        connection.send_messages([_message(digest, notices, today, organisation)])
    except (SMTPException, OSError, ValueError) as error:
        _close(connection)
        _failed(digest, error)
        return False
    _finish(digest, state=Digest.State.SENT, sent_at=timezone.now(), error="")
    return True


def _finish(digest, **values):
    Digest.objects.filter(pk=digest.pk).update(**values)


def send_failed_again(*, by):
    """Queue what has failed once more, with the Message-ID it had. Gives the number of digests."""
    number = Digest.objects.filter(state=Digest.State.FAILED).update(
        state=Digest.State.QUEUED, free_at=timezone.now(), attempts=1
    )
    logger.info("%d failed digests were queued again by person %s", number, by.pk)
    return number


def _failed(digest, error):
    last = digest.attempts >= rules.MOST_ATTEMPTS
    logger.warning(
        "Digest %s could not be sent (attempt %d): %s", digest.pk, digest.attempts, error
    )
    _finish(
        digest,
        state=Digest.State.FAILED if last else Digest.State.QUEUED,
        free_at=timezone.now() + rules.pause_after(digest.attempts),
        error=rules.shortened(rules.on_one_line(f"{type(error).__name__}: {error}"), 500),
    )


def _give_back(ids):
    if ids:
        Digest.objects.filter(pk__in=ids, state=Digest.State.SENDING).update(
            state=Digest.State.QUEUED, free_at=timezone.now()
        )


def _open(connection):
    try:
        connection.open()
    except (SMTPException, OSError) as error:
        raise Away from error


def _close(connection):
    with contextlib.suppress(SMTPException, OSError):
        connection.close()


# --- what is still true at this moment ----------------------------------------------------------


def _lines(batch):
    """The notices of each digest that still hold; the others are withdrawn and stay in the log."""
    notices = list(
        Notice.objects.filter(digest__in=batch, withdrawn="")
        .select_related("rule")
        .order_by("due_on", "subject", "pk")
    )
    current = _current(notices)
    contracts = _contracts(notices)
    people = _with_roles([digest.recipient for digest in batch])
    lines, withdrawn = defaultdict(list), defaultdict(list)
    for notice in notices:
        recipient = people[notice.recipient_id]
        if (
            notice.rule.kind,
            notice.key,
            notice.due_on,
        ) not in current or not notice.rule.is_active:
            withdrawn[Notice.Withdrawn.MOVED].append(notice.pk)
        elif not _may_know(recipient, notice, contracts.get(notice.contract_id)):
            withdrawn[Notice.Withdrawn.HIDDEN].append(notice.pk)
        else:
            lines[notice.digest_id].append(notice)
    for reason, ids in withdrawn.items():
        Notice.objects.filter(pk__in=ids).update(withdrawn=reason)
    return lines


def _may_know(person, notice, contract):
    """Whether this person may still be told: roles may have been taken away since the notice was written."""
    if needed := deadlines.needs(notice.rule.kind):
        return person.may(needed)
    return contract is None or contract.allows(person, Permission.VIEW_CONTRACTS)


def _contracts(notices):
    ids = {notice.contract_id for notice in notices} - {None}
    columns = ("unit_id", "oco_id", "deputy_id", "sro_id", "has_further_deputies")
    return Contract.objects.only(*columns).in_bulk(ids)


def _with_roles(people):
    """People by id, each with the roles they hold today: one query for all of them."""
    held = defaultdict(set)
    found = Membership.objects.filter(user__in=people)
    for person, role, unit in found.values_list("user_id", "role", "unit_id"):
        held[person].add((role, unit))
    for person in people:
        person.roles_held = frozenset(held[person.pk])
    return {person.pk: person for person in people}


def _current(notices):
    """Which dates stand in the register today, looked up in few spans of days."""
    days, contracts = defaultdict(set), defaultdict(set)
    for notice in notices:
        days[notice.rule.kind].add(notice.due_on)
        contracts[notice.rule.kind].add(notice.contract_id)
    return {
        (kind, deadline.key, deadline.due_on)
        for kind, wanted in days.items()
        for start, end in _spans(sorted(wanted))
        for deadline in deadlines.within(_scope(contracts[kind]), start, end, only={kind})
        if deadline.due_on in wanted
    }


def _scope(contract_ids):
    if None in contract_ids or not contract_ids:
        return deadlines.Scope()
    return deadlines.Scope(share=(min(contract_ids), max(contract_ids)))


def _spans(days):
    start = end = days[0]
    for day in days[1:]:
        if day - end > NEAR:
            yield start, end
            start = day
        end = day
    yield start, end


# --- the message --------------------------------------------------------------------------------


def _message(digest, notices, today, organisation):
    context = {
        "person": digest.recipient,
        "groups": _groups(notices, today),
        "number": len(notices),
        "site": settings.SITE_URL,
        "organisation": organisation,
    }
    dates = [(notice.rule.kind, notice.thing_in_mail, notice.due_on) for notice in notices]
    message = EmailMultiAlternatives(
        subject=rules.digest_subject(dates, today),
        body=render_to_string("reminders/email/digest.txt", context),
        to=[digest.recipient.email],
        headers={
            "Message-ID": digest.message_id,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    message.attach_alternative(
        render_to_string("reminders/email/digest.html", context), "text/html"
    )
    return message


def _groups(notices, today):
    """The lines by kind; the kind with the most urgent line comes first."""
    groups = defaultdict(list)
    for notice in notices:
        groups[str(notice.rule)].append({
            "thing": notice.thing_in_mail,
            "what": rules.sentence(notice.rule.kind, notice.due_on, today),
            "url": f"{settings.SITE_URL}{notice.url}",
            "why": notice.why_in_words,
        })  # fmt: skip
    return list(groups.items())
