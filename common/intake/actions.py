"""How a file goes from the spreadsheet into a room, and by whom.

Each step claims the intake by a conditional UPDATE of its state: of two people who press a button at
once, one wins and the other is told. Short files are worked through at once, long ones by Celery.
"""

import hashlib

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import Http404
from django.utils import timezone
from kombu.exceptions import OperationalError

from common.intake import judging
from common.intake.models import Intake, IntakeRow, RememberedColumns
from common.spreadsheets.looking import look_at
from common.spreadsheets.mapping import meanings, propose, signature
from common.spreadsheets.reading import UnreadableFile

State = Intake.State
# About a hundred rows; beyond that the work is Celery's.
_SHORT = {True: 30_000, False: 15_000}
STALE_AFTER = timezone.timedelta(minutes=3)
BEFORE_IMPORT = (State.UPLOADED, State.CHECKED, State.FAILED)
MOVED_ON = (
    "Somebody has changed what is there since this file was checked, so nothing was imported. Check the "
    "file again to see what it would do now."
)
FILE_GONE = "The file is no longer here: it was not among what was restored. Send it again."
OUR_FAULT = "Something went wrong on our side. Nothing was imported."
NO_BROKER = "The background service cannot be reached just now. Try again in a few minutes."


class NoLongerWaiting(Exception):
    """Somebody else confirmed or discarded this intake first."""


class MovedOn(Exception):
    """What is there is no longer what the rows were judged by."""


def upload(*, kind, about_pk, file, by):
    """Keep a file and propose what its columns mean. Raises UnreadableFile with a sentence."""
    found = look_at(file, limits=judging.limits(), known=kind.is_known_heading)
    file.seek(0)
    intake = Intake(
        kind_key=kind.key,
        about_pk=about_pk,
        original_name=file.name.replace("\\", "/").rsplit("/", 1)[-1][-255:],
        size=file.size,
        sha256=_sha256(file),
        uploaded_by=by,
        **found,
    )
    remembered = RememberedColumns.objects.filter(
        kind_key=kind.key, signature=signature(intake.headings)
    ).first()
    if remembered and len(remembered.mapping) == len(intake.headings):
        intake.mapping = remembered.mapping
    else:
        intake.mapping = propose(intake.headings, meanings(kind.targets))
    intake.file.save("", file, save=False)
    intake.save()
    return intake


def _sha256(file):
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def choose_sheet(*, intake, sheet):
    """Read another sheet of the same workbook; what was found in the one before counts no longer."""
    with intake.file.open("rb") as file:
        found = look_at(
            file, sheet=sheet, limits=judging.limits(), known=intake.kind.is_known_heading
        )
    mapping = propose(found["headings"], meanings(intake.kind.targets))
    # Reading takes a while: whoever confirmed or discarded the file meanwhile was first.
    waiting = Intake.objects.filter(pk=intake.pk, state__in=BEFORE_IMPORT, attempt=intake.attempt)
    if not waiting.update(state=State.UPLOADED, mapping=mapping, **found):
        raise NoLongerWaiting
    intake.refresh_from_db()
    return intake


def choose_columns(*, intake, mapping, by):
    """Say what the columns mean, remember it for the next such file, and check the file."""
    Intake.objects.filter(pk=intake.pk, state__in=BEFORE_IMPORT).update(mapping=mapping)
    RememberedColumns.objects.update_or_create(
        kind_key=intake.kind_key,
        signature=signature(intake.headings),
        defaults={"mapping": mapping},
    )
    return start_check(intake=intake, by=by)


def _claim(intake, *, states, to):
    """Take the intake from one of these states to another; NoLongerWaiting if somebody else did first."""
    stale = timezone.now() - STALE_AFTER
    waiting = Intake.objects.filter(pk=intake.pk, state__in=states)
    stuck = Intake.objects.filter(pk=intake.pk, state=to, active_at__lt=stale)
    claimed = {"state": to, "attempt": F("attempt") + 1, "active_at": timezone.now(), "problem": ""}
    if to == State.CHECKING:
        claimed["rows_done"] = 0
    if not (waiting.update(**claimed) or stuck.update(**claimed)):
        raise NoLongerWaiting
    intake.refresh_from_db()


def is_long(intake):
    return intake.size > _SHORT[not intake.sheets]


def start_check(*, intake, by):
    """Judge every row. Long files are judged by Celery, and this returns at once."""
    _claim(intake, states=BEFORE_IMPORT, to=State.CHECKING)
    return _start(intake, "check", check_now, by)


def confirm(*, intake, by, good_rows_only=False):
    """Write what was shown. All or nothing, unless only the good rows are wanted."""
    if intake.wrong and not good_rows_only:
        raise ValueError("Some rows must be put right first")
    _claim(intake, states=(State.CHECKED,), to=State.IMPORTING)
    Intake.objects.filter(pk=intake.pk).update(good_rows_only=good_rows_only and intake.wrong > 0)
    return _start(intake, "write", write_now, by)


def _start(intake, task, now, by):
    details = {"intake_pk": intake.pk, "attempt": intake.attempt, "by_pk": by.pk}
    if is_long(intake):
        transaction.on_commit(lambda: _ask_celery(task, details))
    else:
        now(**details)
    intake.refresh_from_db()
    return intake


def _ask_celery(task, details):
    from common.intake import tasks

    try:
        asked = getattr(tasks, task).delay(*details.values())
    except OperationalError:
        asked = None
    if asked is None:
        # Without a broker nobody would ever begin: say so now instead of letting people wait.
        state = State.CHECKED if task == "write" else State.FAILED
        Intake.objects.filter(pk=details["intake_pk"]).update(state=state, problem=NO_BROKER)


def check_now(*, intake_pk, attempt, by_pk):
    intake = Intake.objects.filter(pk=intake_pk, attempt=attempt, state=State.CHECKING).first()
    if intake is None:
        return
    try:
        by = get_user_model().objects.get(pk=by_pk)
        about = intake.kind.find(by, intake.about_pk)
        counts = judging.judge(intake, about=about, by=by)
        _finish(intake, state=State.CHECKED, **counts)
    except judging.Superseded:
        return
    except UnreadableFile as problem:
        _finish(intake, state=State.FAILED, problem=str(problem))
    except FileNotFoundError:
        _finish(intake, state=State.FAILED, problem=FILE_GONE)
    except Http404:
        _finish(
            intake, state=State.FAILED, problem="You may no longer change what this file is about."
        )
    except Exception:
        _finish(intake, state=State.FAILED, problem=OUR_FAULT)
        raise


def _finish(intake, **values):
    Intake.objects.filter(pk=intake.pk, attempt=intake.attempt).update(**values)


def write_now(*, intake_pk, attempt, by_pk):
    intake = Intake.objects.filter(pk=intake_pk, attempt=attempt, state=State.IMPORTING).first()
    if intake is None:
        return
    try:
        _write(intake, by=get_user_model().objects.get(pk=by_pk))
    except NoLongerWaiting:
        return
    except (MovedOn, Http404):
        _finish(intake, state=State.CHECKED, problem=MOVED_ON)
    except Exception:
        _finish(intake, state=State.CHECKED, problem=OUR_FAULT)
        raise


@transaction.atomic
def _write(intake, *, by):
    """Send every good row through its form and its action once more, in one transaction."""
    locked = Intake.objects.select_for_update().get(pk=intake.pk)
    if locked.state != State.IMPORTING or locked.attempt != intake.attempt:
        raise NoLongerWaiting
    kind = intake.kind
    about = kind.find(by, intake.about_pk)
    reason = f"Imported from {intake.original_name}"
    known = judging.known_rows(kind, about)
    rows = intake.rows.filter(outcome__in=(IntakeRow.Outcome.NEW, IntakeRow.Outcome.CHANGED))
    there = _there(kind, about, rows)
    for row in rows.order_by("number").iterator(chunk_size=500):
        target = _target(kind, row, about, there, known)
        form = judging.form_of(kind, about, by, row.data, target)
        if not form.is_valid():
            raise MovedOn
        try:
            kind.save(form, about, by, reason)
        except ValueError as problem:
            raise MovedOn from problem
    locked.state, locked.imported_by, locked.imported_at = State.IMPORTED, by, timezone.now()
    locked.problem = ""
    locked.save()


def _there(kind, about, rows):
    """The rows that this file changes, by their ids: a register of all contracts holds far more than those."""
    found = kind.there(about)
    if isinstance(found, QuerySet) and not found.query.is_sliced:
        found = found.filter(
            pk__in=rows.exclude(target_pk=None).values_list("target_pk", flat=True)
        )
    return {row.pk: row for row in found}


def _target(kind, row, about, there, known):
    """The row that is to be changed, as it was when the file was checked; None for a new one."""
    if row.target_pk is None:
        texts = {key: row.data.get(key, [""])[0] for key in kind.identity}
        if judging.identity_of(kind, texts, about) in known:
            raise MovedOn
        return None
    target = there.get(row.target_pk)
    if target is None or judging.state_of(target) != row.target_state:
        raise MovedOn
    return target


@transaction.atomic
def discard(*, intake, by):
    """Give up an intake that was never confirmed; its file and its rows go, the record stays."""
    _claim(intake, states=BEFORE_IMPORT, to=State.DISCARDED)
    storage, name = intake.file.storage, intake.file.name
    transaction.on_commit(lambda: storage.delete(name))
    intake.file = ""
    intake.save(update_fields=["file"])
    intake.rows.all().delete()
    return intake


def rows_to_put_right(intake):
    """Each wrong row as it came: its number, what is wrong with it, and its cells."""
    wrong = dict(
        intake.rows.filter(outcome=IntakeRow.Outcome.WRONG).values_list("number", "errors")
    )
    with intake.file.open("rb") as file, judging.table_of(intake, file) as table:
        for number, cells in table.rows:
            if number in wrong:
                said = ". ".join(f"{h}: {s}" if h else s for h, s in wrong[number])
                yield [number, said, *cells]
