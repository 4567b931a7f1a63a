"""What would each row of a file do? Its cells go through the form that a person would type them into."""

import hashlib
import json
from dataclasses import dataclass, field
from itertools import islice

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone

from common.history import in_words
from common.intake.models import Intake, IntakeRow
from common.locking import fill
from common.spreadsheets import values
from common.spreadsheets.reading import Limits, UnreadableFile, open_table

# House default: more than this belongs into several files. Each row costs some milliseconds and is
# written by its own action, all in one transaction.
MOST_ROWS = 5_000
ROWS_A_BATCH = 100
NEW, CHANGED, SAME, WRONG = (o.value for o in IntakeRow.Outcome)


AMBIGUOUS = object()


class Superseded(Exception):
    """Somebody started this check again; what this one finds is of no use."""


def limits():
    return Limits(bytes=settings.UPLOAD_MAX_BYTES)


def table_of(intake, file):
    return open_table(file, sheet=intake.sheet, limits=limits(), known=intake.kind.is_known_heading)


def judge(intake, *, about, by):
    """Write down for every row of the file what it would do; gives the counts by outcome."""
    intake.rows.all().delete()
    judgement = Judgement(intake, about=about, by=by)
    judgement.claimed = _claimed(intake)
    with intake.file.open("rb") as file, table_of(intake, file) as table:
        while batch := list(islice(table.rows, ROWS_A_BATCH)):
            _say_how_far(intake, judgement.done)
            IntakeRow.objects.bulk_create([judgement.of(n, cells) for n, cells in batch])
            if judgement.done > MOST_ROWS:
                raise UnreadableFile(
                    f"The file has more than {MOST_ROWS:,} rows, which is the most that one file may have here. "
                    "Split it into several files."
                )
    return judgement.counts


def _claimed(intake):
    """{target: what rows of the file say there themselves}, for those that rows may leave open: what one row says
    is given to no other, in whatever order they stand."""
    wanted = {key: p for p, key in enumerate(intake.mapping) if key in intake.kind.fill}
    claimed = {key: [] for key in wanted}
    if not wanted:
        return claimed
    with intake.file.open("rb") as file, table_of(intake, file) as table:
        for _, cells in islice(table.rows, MOST_ROWS):
            for key, position in wanted.items():
                if position < len(cells) and (text := values.text(cells[position])):
                    claimed[key].append(text)
    return claimed


def _say_how_far(intake, done):
    current = Intake.objects.filter(
        pk=intake.pk, attempt=intake.attempt, state=Intake.State.CHECKING
    )
    if not current.update(rows_done=done, active_at=timezone.now()):
        raise Superseded


@dataclass(slots=True)
class Said:
    """What the cells of one row say, as text for the form, by target."""

    texts: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    # Targets whose cell could not be read: what the form says of them would say it twice.
    unread: set = field(default_factory=set)


class Judgement:
    """Judges the rows of one file, one after the other."""

    def __init__(self, intake, *, about, by):
        self.intake, self.about, self.by = intake, about, by
        self.kind = intake.kind
        self.reason = f"Imported from {intake.original_name}"
        self.positions = {key: p for p, key in enumerate(intake.mapping) if key}
        self.blank = self.kind.form(about, by)
        self.known = known_rows(self.kind, about)
        self.seen = {}
        self.claimed = {}
        self.given = {key: [] for key in self.kind.fill}
        self.counts = dict.fromkeys((NEW, CHANGED, SAME, WRONG), 0)
        self.done = 0

    def of(self, number, cells):
        said = self._read(cells)
        name = identity_of(self.kind, said.texts, self.about)
        instance = self.known.get(name)
        is_ambiguous = instance is AMBIGUOUS
        if is_ambiguous:
            shown = f"Several are called “{_shown_name(self.kind, said.texts, self.about)[:60]}”"
            hint = f"give the {self.kind.identity_words.split(' or ')[0]}"
            said.errors.append([self._heading(self.kind.identity[-1]), f"{shown}: {hint}"])
        elif instance is None:
            self._fill(said)
        row = IntakeRow(
            intake=self.intake, number=number, title=_shown_name(self.kind, said.texts, self.about)
        )
        if name and name in self.seen:
            said.errors.append(
                [
                    self._heading(named_by(self.kind, said.texts)),
                    f"Row {self.seen[name]} is the same one",
                ]
            )
        elif name:
            self.seen[name] = number
        if not is_ambiguous:
            self._judge(row, said, instance)
        row.errors = said.errors
        if said.errors:
            row.outcome = WRONG
        self.counts[row.outcome] += 1
        self.done += 1
        return row

    def _judge(self, row, said, instance):
        state = state_of(instance) if instance else ""
        before = _snapshot(instance)
        row.data = self._data(said.texts, instance)
        form = form_of(self.kind, self.about, self.by, row.data, instance)
        for name, problems in form.errors.items():
            if name in said.unread:
                continue
            heading = self._heading(name) if name in form.fields else ""
            said.errors += [[heading, sentence] for sentence in problems]
        if form.errors:
            return
        row.changes = _changes(form, before)
        if instance is None:
            # What a new row says: its own cells, without its name and without the form's defaults.
            told = {str(form.fields[k].label) for k in said.texts if k in form.fields}
            told.discard(str(form.fields[self.kind.identity[0]].label))
            row.changes = [change for change in row.changes if change[0] in told]
        row.outcome = (CHANGED if row.changes else SAME) if instance else NEW
        if instance:
            row.target_pk, row.target_state = instance.pk, state
            row.target_url = _url_of(instance)

    def _fill(self, said):
        for key, give in self.kind.fill.items():
            if key not in said.texts:
                said.texts[key] = give(self.about, [*self.claimed.get(key, ()), *self.given[key]])
                self.given[key].append(said.texts[key])

    # --- cells ---------------------------------------------------------------------------------

    def _read(self, cells):
        said = Said()
        width = len(self.intake.headings)
        extra = next((text for text in map(values.text, cells[width:]) if text), "")
        if extra:
            said.errors.append(["", (
                f"The row has {len(cells)} cells but there are {width} headings; the first too many is "
                f"“{extra[:40]}”. A text with a comma in it may need quotation marks"
            )])  # fmt: skip
        for key, position in self.positions.items():
            cell = cells[position] if position < len(cells) else None
            if cell is None or values.text(cell) == "":
                continue
            try:
                said.texts[key] = self._text(key, cell)
            except values.NotUnderstood as problem:
                said.errors.append([self.intake.headings[position], str(problem)])
                said.unread.add(key)
        return said

    def _text(self, key, cell):
        """The cell as a person would type it into this field of the form."""
        text = values.text(cell)
        if text.strip() in values.SPREADSHEET_ERRORS:
            raise values.NotUnderstood(
                f"The cell holds the spreadsheet error {text.strip()}. Mend its formula"
            )
        field_ = self.blank.fields.get(key)
        if hasattr(field_, "read_cell"):
            return field_.read_cell(cell)
        if isinstance(field_, forms.DateField):
            return values.date(cell).isoformat()
        if isinstance(field_, forms.BooleanField):
            return "on" if values.yes_or_no(cell) else ""
        if isinstance(field_, forms.ChoiceField):
            return self._choice(field_, text, self.kind.words.get(key, {}))
        return text

    @staticmethod
    def _choice(field_, text, words):
        wanted = " ".join(text.casefold().split())
        wanted = words.get(wanted, wanted).casefold()
        offered = [
            (str(v), str(label)) for v, label in _flat(field_.choices) if v not in ("", None)
        ]
        for value, label in offered:
            if wanted in (value.casefold(), label.casefold()):
                return value
        labels = ", ".join(label for _, label in offered[:12])
        raise values.NotUnderstood(f"“{text[:60]}” is not known here. Write one of: {labels}")

    def _heading(self, key):
        if key in self.positions:
            return self.intake.headings[self.positions[key]]
        field_ = self.blank.fields.get(key)
        return str(field_.label) if field_ else key

    def _data(self, texts, instance):
        """What the form is sent: the cells, over what is there already. A blank cell changes nothing."""
        form = self.kind.form(self.about, self.by, instance=instance) if instance else self.blank
        data = QueryDict(mutable=True)
        for name, field_ in form.fields.items():
            fill(data, form, name, field_, texts.get(name, form[name].value()))
        if "reason" in form.fields:
            data["reason"] = self.reason
        return {key: data.getlist(key) for key in data}


def form_of(kind, about, by, data, instance):
    """The bound form of one row."""
    sent = QueryDict(mutable=True)
    for key, texts in data.items():
        sent.setlist(key, texts)
    return kind.form(about, by, data=sent, instance=instance)


def named_by(kind, texts):
    """The target by which a row of the file is known; empty for one that names nothing."""
    return next((key for key in kind.identity if texts.get(key)), "")


def identity_of(kind, texts, about):
    """By which name a row of the file is known; empty for one that names nothing."""
    if kind.by:
        return kind.by.name(about, texts)
    return " ".join(texts.get(named_by(kind, texts), "").casefold().split())


def known_rows(kind, about):
    """The rows that are there, each by every name that it may be known by; AMBIGUOUS where two share one."""
    if kind.by:
        return kind.by.known(about)
    known, rows = {}, list(kind.there(about))
    # The first identity counts most: it overwrites what the others say.
    for key in reversed(kind.identity):
        named = {}
        for row in rows:
            if text := " ".join(str(getattr(row, key) or "").casefold().split()):
                named[text] = AMBIGUOUS if text in named else row
        known |= named
    return known


def _shown_name(kind, texts, about):
    if kind.by:
        return kind.by.shown(about, texts)[:255]
    shown = [texts[key] for key in kind.identity if texts.get(key)]
    return " ".join(shown)[:255]


def state_of(instance):
    """A fingerprint of a row as it stands, to see later whether somebody has changed it meanwhile."""
    columns = {f.attname: str(getattr(instance, f.attname)) for f in instance._meta.concrete_fields}
    return hashlib.sha256(json.dumps(columns, sort_keys=True).encode()).hexdigest()


def _snapshot(instance):
    if instance is None:
        return {}
    return {f.name: getattr(instance, f.attname) for f in instance._meta.concrete_fields}


def _url_of(instance):
    return instance.get_absolute_url() if hasattr(instance, "get_absolute_url") else ""


def _flat(choices):
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from label
        else:
            yield value, label


def _changes(form, before):
    """[label, old words, new words] for each column that would differ.

    A form whose fields fill a second row too names that row's columns and values: `further_columns`,
    `further_values`.
    """
    columns = {f.name: f for f in form._meta.model._meta.concrete_fields}
    columns |= getattr(form, "further_columns", {})
    before = before | getattr(form, "further_values", {})
    changes = []
    for name, value in form.cleaned_data.items():
        if name not in columns or name == "version" or form.fields[name].disabled:
            continue
        column = columns[name]
        new = getattr(value, "pk", value)
        old = before.get(name)
        if new == old or (new in (None, "") and old in (None, "")):
            continue
        label = str(form.fields[name].label)
        changes.append([label, _in_words(column, old), _in_words(column, new, value)])
    return changes


def _in_words(column, key, row=None):
    if column.is_relation and key is not None:
        row = row if row is not None else column.related_model._base_manager.filter(pk=key).first()
        return str(row)
    return in_words(column, key)
