"""How an import goes from file to register, and by whom.

Each step claims the run by a conditional UPDATE of its state: of two people who press a button at
once, one wins and the other is told. Short files are worked through at once, long ones by Celery.
"""

import hashlib

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts.actions import Refused, add_unit
from accounts.models import BusinessUnit, User
from common.spreadsheets.mapping import signature
from common.spreadsheets.reading import UnreadableFile
from contracts.imports import checking, importing, rules, undoing
from contracts.imports.importing import NoLongerWaiting, RegisterChanged
from contracts.imports.models import ColumnMapping, ImportRun

State = ImportRun.State
# About two thousand rows; beyond that the work is Celery's.
_SHORT = {True: 1_000_000, False: 250_000}
STALE_AFTER = timezone.timedelta(minutes=3)
BEFORE_IMPORT = (State.UPLOADED, State.ASKING, State.CHECKED, State.FAILED)


def upload(*, file, by, sheet=""):
    """Keep a file and propose what its columns mean. Raises UnreadableFile with a sentence."""
    found = checking.look_at(file, sheet=sheet)
    file.seek(0)
    run = ImportRun(
        original_name=file.name.replace("\\", "/").rsplit("/", 1)[-1][-255:],
        size=file.size,
        sha256=_sha256(file),
        uploaded_by=by,
        **found,
    )
    remembered = ColumnMapping.objects.filter(signature=signature(run.headings)).first()
    if remembered and len(remembered.mapping) == len(run.headings):
        run.mapping = remembered.mapping
        run.options = dict(remembered.options)
    else:
        run.mapping = rules.propose(run.headings, list(zip(*_squared(run.samples), strict=True)))
    run.file.save("", file, save=False)
    run.save()
    return run


def _squared(samples):
    longest = max(map(len, samples), default=0)
    return [column + [""] * (longest - len(column)) for column in samples]


def _sha256(file):
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def choose_sheet(*, run, sheet):
    """Read another sheet of the same workbook."""
    with run.file.open("rb") as file:
        found = checking.look_at(file, sheet=sheet)
    for name, value in found.items():
        setattr(run, name, value)
    run.mapping = rules.propose(run.headings, list(zip(*_squared(run.samples), strict=True)))
    run.save()
    return run


def choose_columns(*, run, mapping, by):
    """Say what the columns mean, remember it for the next such file, and check the file."""
    run.mapping = mapping
    run.save(update_fields=["mapping"])
    _remember(run)
    return start_check(run=run, by=by)


def _remember(run):
    options = {key: run.options[key] for key in ("default_unit", "units") if key in run.options}
    # A unit that is to be created will be there next time.
    options["units"] = {k: v for k, v in options.get("units", {}).items() if v != "create"}
    ColumnMapping.objects.update_or_create(
        signature=signature(run.headings),
        defaults={"mapping": run.mapping, "options": options},
    )


def answer(*, run, by, suppliers=None, options=None, new_unit=""):
    """Record what was asked, and check the file again with the answers.

    `new_unit` names a business unit to add for the rows that name none.
    """
    options = options or {}
    if new_unit:
        options = options | {"default_unit": _unit_called(new_unit, by).pk}
    _record(run, suppliers or {}, options)
    return start_check(run=run, by=by)


def _unit_called(name, by):
    try:
        return add_unit(by=by, name=name)
    except Refused:  # somebody else has added it meanwhile
        return BusinessUnit.objects.get(name__iexact=name)


def _record(run, suppliers, options):
    for pk, said in suppliers.items():
        kind, _, which = said.partition(":")
        ours = int(which) if kind == "ours" else None
        run.suppliers.filter(pk=pk).update(answer=said, supplier=ours)
    run.options |= options
    run.save(update_fields=["options"])
    _remember(run)


def _claim(run, *, states, to):
    """Take the run from one of these states to another; NoLongerWaiting if somebody else did first."""
    stale = timezone.now() - STALE_AFTER
    waiting = ImportRun.objects.filter(pk=run.pk, state__in=states)
    stuck = ImportRun.objects.filter(pk=run.pk, state=to, active_at__lt=stale)
    claimed = {"state": to, "attempt": F("attempt") + 1, "active_at": timezone.now(), "problem": ""}
    if to == State.CHECKING:
        claimed["rows_done"] = 0
    if not (waiting.update(**claimed) or stuck.update(**claimed)):
        raise NoLongerWaiting
    run.refresh_from_db()


def is_long(run):
    return run.size > _SHORT[not run.sheets]


def start_check(*, run, by, at_once=False, answers=None):
    """Judge every row. Long files are judged by Celery, and this returns at once.

    `answers(run)` may answer what is asked on the spot, with suppliers and options as for `answer`.
    """
    _claim(run, states=BEFORE_IMPORT, to=State.CHECKING)
    if answers:
        check_now(run_pk=run.pk, attempt=run.attempt, answers=answers)
        run.refresh_from_db()
        return run
    return _start(run, "check", check_now, at_once, attempt=run.attempt)


def confirm(*, run, by, good_rows_only=False, at_once=False):
    """Write what was shown into the register. All or nothing, unless only the good rows are wanted."""
    if run.wrong and not good_rows_only:
        raise ValueError("Some rows must be put right first")
    _claim(run, states=(State.CHECKED,), to=State.IMPORTING)
    ImportRun.objects.filter(pk=run.pk).update(good_rows_only=good_rows_only and run.wrong > 0)
    return _start(
        run, "write", write_now, at_once, attempt=run.attempt, by_pk=by.pk if by else None
    )


def _start(run, task, now, at_once, **details):
    if at_once or not is_long(run):
        now(run_pk=run.pk, **details)
    else:
        transaction.on_commit(lambda: _ask_celery(run.pk, task, details))
    run.refresh_from_db()
    return run


def _ask_celery(run_pk, task, details):
    from contracts.imports import tasks

    try:
        getattr(tasks, task).delay(run_pk, *details.values())
    except OperationalError:
        # Without a broker nobody would ever begin: say so now instead of letting people wait.
        state = State.CHECKED if task == "write" else State.FAILED
        ImportRun.objects.filter(pk=run_pk).update(
            state=state,
            problem="The background service cannot be reached just now. Try again in a few minutes.",
        )


def check_now(*, run_pk, attempt, answers=None):
    """Read the file and judge its rows; stops before that when something must be asked."""
    run = ImportRun.objects.filter(pk=run_pk, attempt=attempt, state=State.CHECKING).first()
    if run is None:
        return
    try:
        checking.survey(run)
        if answers and checking.open_questions(run):
            _record(run, **answers(run))
        if checking.open_questions(run):
            _finish(run, state=State.ASKING)
            return
        now = timezone.now()
        counts = checking.judge(run)
        _finish(run, state=State.CHECKED, checked_at=now, options=run.options, **counts)
    except checking.Superseded:
        return
    except UnreadableFile as problem:
        _finish(run, state=State.FAILED, problem=str(problem))
    except Exception:
        _finish(
            run,
            state=State.FAILED,
            problem="Something went wrong on our side while the file was checked.",
        )
        raise


def _finish(run, **values):
    ImportRun.objects.filter(pk=run.pk, attempt=run.attempt).update(**values)


def write_now(*, run_pk, attempt, by_pk):
    run = ImportRun.objects.filter(pk=run_pk, attempt=attempt, state=State.IMPORTING).first()
    if run is None:
        return
    try:
        importing.write(run=run, by=User.objects.filter(pk=by_pk).first())
    except NoLongerWaiting:
        return
    except RegisterChanged:
        _finish(run, state=State.CHECKED, problem=REGISTER_CHANGED)
    except Exception:
        _finish(
            run,
            state=State.CHECKED,
            problem="Something went wrong on our side. Nothing was imported.",
        )
        raise


REGISTER_CHANGED = (
    "The register has changed since this file was checked, so nothing was imported. Check the file "
    "again to see what it would do now."
)


def use_first_of_repeated_references(*, run, by):
    run.options["repeats"] = "first"
    run.save(update_fields=["options"])
    return start_check(run=run, by=by)


@transaction.atomic
def discard(*, run, by):
    """Give up an import that was never confirmed; its file and its rows go, the record stays."""
    _claim(run, states=(*BEFORE_IMPORT,), to=State.DISCARDED)
    storage, name = run.file.storage, run.file.name
    transaction.on_commit(lambda: storage.delete(name))
    run.file = ""
    run.save(update_fields=["file"])
    run.rows.all()._raw_delete(run.rows.db)
    run.suppliers.all().delete()
    return run


def undo(*, run, by):
    """Take an import back; `undoing.Touched` names what has been built on it since."""
    return undoing.undo(run=run, by=by)
