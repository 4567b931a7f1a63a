"""How documents come in and change, and by whom. Nothing is overwritten, and no row is deleted; files go only
when the scanner refuses them, or when somebody disposes of a document that need not be kept any longer."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.permissions import Permission
from common import locking, scanner
from common.bulk import write_history
from common.history import save_with_history
from contracts.documents import files, rules
from contracts.documents.models import Choice, Document, Version
from contracts.models import Contract

logger = logging.getLogger(__name__)

SCANNED_AT_ONCE = 500  # files that one ring of the task looks at
SENT_AGAIN_WITHIN = timedelta(minutes=10)
MOST_IN_VAIN = 10  # files in a row on which the scanner hangs up, before this ring is given up


class MayNotBeRead(Exception):
    """Whoever makes a document confidential must be one of those who may read it afterwards."""


class Withdrawn(Exception):
    """The document or the version was withdrawn before."""


class Disposed(Withdrawn):
    """The files of the document are gone: nothing about it changes any more."""


class StillKept(Exception):
    """The document is to be kept for longer, or nobody has said until when."""


class OnlyVersion(Exception):
    """The last version that counts cannot be withdrawn; the document can."""


class _SentAgain(Exception):
    """The same person has sent the very same a moment ago; `version` is what came of it."""

    def __init__(self, version):
        super().__init__()
        self.version = version


class Overtaken(Exception):
    """Another version counts from a later day that has come already; `turn` says which and when."""

    def __init__(self, turn):
        super().__init__()
        self.turn = turn


# --- Coming in ------------------------------------------------------------------------------------


def add(*, contract, by, file, effective_on, note="", reason="", today=None, **values):
    """Add a document with its first version. Raises `rules.NotAccepted` or `files.Infected`.

    Sending the same form twice adds one.
    """
    _refuse_if_unreadable(contract, by, values)
    arrival = files.receive(file)
    version = Version(number=1, effective_on=effective_on, note=note, uploaded_by=by, **arrival.columns)  # fmt: skip
    try:
        return _add(version, arrival, contract, values, by=by, reason=reason, today=today)
    except _SentAgain as again:
        return again.version.document


def _add(version, arrival, contract, values, *, by, reason, today):
    with files.kept(version, arrival), transaction.atomic():
        # Whoever sends the form twice waits here, and then finds the first of the two.
        Contract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        document = Document(contract=contract, **values)
        same = (
            Document.objects.of(contract, by)
            .in_use()
            .filter(**{name: getattr(document, name) for name in _ABOUT})
        )
        _stop_if_sent_again(
            version, Version.objects.filter(document__in=same.values("pk"), number=1)
        )
        document.derive()
        # No history yet: it begins with the document as it is when it has its version.
        document.save_without_historical_record()
        version.document = document
        save_with_history(version, by=by, reason=reason)
        _settle(document, today)
        document.version = 1
        document.save_without_historical_record()
        write_history(Document.objects.filter(pk=document.pk), by=by, reason=reason, kind="+")
    return document


def add_version(
    *, document, by, file, effective_on, note="", counts_at_once=False, reason="", today=None
):
    """Add a version, which counts from its effective date, or from today whatever that date says.

    Two people may add one each at once: both are kept, and numbered one after the other. Sending the same
    form twice adds one.
    """
    arrival = files.receive(file)
    version = Version(effective_on=effective_on, note=note, uploaded_by=by, **arrival.columns)
    try:
        return _add_version(
            version, arrival, document, counts_at_once, by=by, reason=reason, today=today or timezone.localdate()
        )  # fmt: skip
    except _SentAgain as again:
        return again.version


def _add_version(version, arrival, document, counts_at_once, *, by, reason, today):
    with files.kept(version, arrival), transaction.atomic():
        locked = _locked(document)
        _refuse_if_withdrawn(locked)
        before = locked.versions.order_by("-number")[:1]
        if not counts_at_once or _number_in_force(locked, today) == before[0].number:
            _stop_if_sent_again(version, before)
        version.document = locked
        # Now that nobody else can add one: of two with the same date, the later number is to count.
        version.uploaded_at = timezone.now()
        version.number = locked.versions.aggregate(last=Max("number"))["last"] + 1
        save_with_history(version, by=by, reason=reason)
        if counts_at_once and _number_in_force(locked, today) != version.number:
            version.choices.create(
                from_on=today, reason=reason or "Chosen when it was added", decided_by=by
            )
        _save_if_settled(locked, today, by=by, reason=reason or f"Version {version.number} added")
    return version


# --- Changing -------------------------------------------------------------------------------------


@transaction.atomic
def change(*, document, by, version, reason="", **values):
    """Change what is said about a document. `version` is the one that the person saw;
    `locking.Conflict` if somebody has saved since."""
    current = _locked(document, seen=version)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    _refuse_if_unreadable(current.contract, by, values)
    for name in changed:
        setattr(current, name, values[name])
    current.derive()
    return _save(current, by=by, reason=reason)


@transaction.atomic
def change_version(*, version, by, reason="", today=None, **values):
    """Put the effective date or the note of a version right; its file stays as it came."""
    document = _locked(version.document)
    current = document.versions.get(pk=version.pk)
    changed = [name for name, value in values.items() if getattr(current, name) != value]
    if not changed:
        return current
    for name in changed:
        setattr(current, name, values[name])
    save_with_history(current, by=by, reason=reason)
    _save_if_settled(document, today, by=by, reason=reason)
    return current


@transaction.atomic
def make_current(*, version, by, from_on, reason, seen, today=None):
    """Let this version count from a day on, whatever the dates on the papers say.

    `seen` is the document's version that the person saw.
    """
    today = today or timezone.localdate()
    document = _locked(version.document, seen=seen)
    _refuse_if_withdrawn(document)
    chosen = document.versions.get(pk=version.pk)
    _refuse_if_withdrawn(chosen)
    later = [t for t in _turns(document) if from_on < t.on <= today and t.number != chosen.number]
    if later:
        raise Overtaken(max(later, key=lambda turn: turn.on))
    Choice.objects.create(version=chosen, from_on=from_on, reason=reason, decided_by=by)
    _settle(document, today)
    return _save(document, by=by, reason=reason)


@transaction.atomic
def withdraw_version(*, version, by, reason, seen, today=None):
    """Say that a version should never have been here. It is kept, and counts on no day."""
    today = today or timezone.localdate()
    document = _locked(version.document, seen=seen)
    found = document.versions.get(pk=version.pk)
    _refuse_if_withdrawn(found)
    if not document.versions.counting().exclude(pk=found.pk).exists():
        raise OnlyVersion
    _withdraw(found, on=today, by=by, reason=reason)
    _settle(document, today)
    _save(document, by=by, reason=reason)
    return found


@transaction.atomic
def withdraw(*, document, by, on, reason, seen):
    """Say from which day on a document no longer counts. It is kept with all its versions."""
    current = _locked(document, seen=seen)
    _refuse_if_withdrawn(current)
    current.withdrawn_on, current.withdrawn_by, current.withdrawn_reason = on, by, reason
    return _save(current, by=by, reason=reason)


@transaction.atomic
def bring_back(*, document, by, reason, seen, today=None):
    """Let a document that was withdrawn count again, as if it had never been away."""
    current = _locked(document, seen=seen)
    if not current.withdrawn_on or not current.versions.counting().exists():
        raise Withdrawn
    current.withdrawn_on, current.withdrawn_by, current.withdrawn_reason = None, None, ""
    _settle(current, today)
    return _save(current, by=by, reason=reason)


@transaction.atomic
def dispose(*, document, by, reason, seen, today=None):
    """Destroy the files of a document that need not be kept any longer. Its name, its dates, the checksums of its
    files and its history stay, to say what there was."""
    today = today or timezone.localdate()
    current = _locked(document, seen=seen)
    if not rules.may_be_disposed_of(
        retain_until=current.retain_until, withdrawn_on=current.withdrawn_on, today=today
    ):
        raise StillKept
    with_files = current.versions.exclude(file="")
    files_gone = [version.file for version in with_files.order_by("pk")]
    # No history of theirs: that of the document says who did it, when and why.
    with_files.update(file="")
    current.disposed_on, current.disposed_by, current.disposed_reason = today, by, reason
    current.next_change_on = None
    transaction.on_commit(lambda: _destroy(files_gone))
    return _save(current, by=by, reason=reason)


def _destroy(files_gone):
    """Each by itself: one that cannot be removed must not keep the others."""
    for file in files_gone:
        try:
            file.storage.delete(file.name)
        except OSError:
            logger.exception("The file %s was disposed of and could not be removed", file.name)


# --- By itself ------------------------------------------------------------------------------------


def settle_due(*, today):
    """Let the versions whose day has come take over. Safe to repeat; gives how many did."""
    due = list(Document.objects.due_to_change(today).order_by("pk").values_list("pk", flat=True))
    return sum(_settle_one(pk, today) for pk in due)


@transaction.atomic
def _settle_one(pk, today):
    document = Document.objects.select_for_update(of=("self",)).get(pk=pk)
    return _save_if_settled(document, today, by=None, reason="Its day has come")


def scan_waiting():
    """Ask the scanner about files that it has not seen. Gives how many it has answered for."""
    if not scanner.is_configured():
        return 0
    answered = in_vain = 0
    for version in Version.objects.unscanned().longest_unasked_first()[:SCANNED_AT_ONCE]:
        try:
            with version.file.open("rb") as file:
                found = scanner.scan(file)
        except FileNotFoundError:
            logger.warning("The file of document version %d is missing", version.pk)
            _note_silence(version)
        except scanner.NoVerdict as problem:
            logger.warning("The scanner could not judge version %d: %s", version.pk, problem)
            _note_silence(version)
            in_vain += 1
            if in_vain == MOST_IN_VAIN:
                break
        except scanner.Away as problem:
            logger.warning("The virus scanner is away: %s", problem)
            break
        else:
            _note_verdict(version, found)
            answered, in_vain = answered + 1, 0
    return answered


def _note_silence(version):
    """It waits on, behind those that nobody has asked about since."""
    # No history: nobody decided anything.
    Version.objects.filter(pk=version.pk).update(scanned_at=timezone.now())


def _note_verdict(version, found):
    if found:
        return _refuse(version, found)
    # No history: whether a file was scanned is no decision of anybody's.
    return Version.objects.filter(pk=version.pk).update(
        scan=Version.Scan.CLEAN, scanned_at=timezone.now()
    )


@transaction.atomic
def _refuse(version, found):
    """The file goes; its row stays and says what happened. Another version counts, if there is one."""
    today = timezone.localdate()
    try:
        document = _locked(version.document)
    except Disposed:
        return  # meanwhile; its files are gone
    refused = document.versions.get(pk=version.pk)
    if refused.scan == Version.Scan.REFUSED:
        return
    storage, name = refused.file.storage, refused.file.name
    refused.file, refused.scan, refused.scanned_at = "", Version.Scan.REFUSED, timezone.now()
    reason = f"The virus scanner refused the file: {found}"
    if refused.withdrawn_on:  # before, and whoever did it stays named
        save_with_history(refused, by=None, reason=reason)
    else:
        _withdraw(refused, on=today, by=None, reason=reason)
    if document.versions.counting().exists():
        _settle(document, today)
    elif not document.withdrawn_on:
        document.withdrawn_on, document.withdrawn_reason = today, reason
    _save(document, by=None, reason=reason)
    transaction.on_commit(lambda: storage.delete(name))


# --- Parts ----------------------------------------------------------------------------------------


def _locked(document, *, seen=None):
    """The document as it is now; nobody else changes it or its versions until this is saved."""
    locked = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if seen is not None:
        locking.check(locked, seen)
    if locked.disposed_on:
        raise Disposed
    return locked


def _save(document, *, by, reason):
    document.version += 1
    return save_with_history(document, by=by, reason=reason)


def _withdraw(version, *, on, by, reason):
    version.withdrawn_on, version.withdrawn_by, version.withdrawn_reason = on, by, reason
    return save_with_history(version, by=by, reason=reason)


def _refuse_if_withdrawn(row):
    if row.withdrawn_on:
        raise Withdrawn


# What people say of a document, and of a version.
_ABOUT = (
    "kind", "title", "number", "confidential", "publication", "publication_note", "retain_until", "review_on",
)  # fmt: skip
_SAME = ("sha256", "effective_on", "note", "uploaded_by_id")


def _stop_if_sent_again(version, before):
    """Without JavaScript nothing keeps people from pressing the button twice."""
    since = timezone.now() - SENT_AGAIN_WITHIN
    for there in before:
        is_same = all(getattr(there, name) == getattr(version, name) for name in _SAME)
        if is_same and not there.withdrawn_on and there.uploaded_at >= since:
            raise _SentAgain(there)


def _refuse_if_unreadable(contract, by, values):
    if values.get("confidential") and not contract.allows(by, Permission.VIEW_CONFIDENTIAL):
        raise MayNotBeRead


def _turns(document):
    versions = document.versions.counting().prefetch_related("choices")
    return [turn for version in versions for turn in version.turns]


def _number_in_force(document, today):
    return rules.in_force(_turns(document), today)


def _settle(document, today=None):
    """Work out which version is current, from the dates and from what people chose."""
    today = today or timezone.localdate()
    turns = _turns(document)
    if turns:
        document.current = document.versions.get(number=rules.current(turns, today))
    document.next_change_on = rules.next_change(turns, today)


def _save_if_settled(document, today, *, by, reason):
    """Whether another version became current; then it is told in the history."""
    before = document.current_id
    _settle(document, today)
    if document.current_id != before:
        _save(document, by=by, reason=reason)
        return True
    # No history: only the day on which to look again has moved.
    Document.objects.filter(pk=document.pk).update(next_change_on=document.next_change_on)
    return False
