"""What would this file do? Read once for the names that must be asked about, then once for every row.

Memory stays bounded: rows pass through in batches and are written down as they are judged; what is
kept for the whole file is one number for each row.
"""

import gc
import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings
from django.db.models.functions import Upper
from django.utils import timezone

from accounts.models import BusinessUnit, User
from common.bulk import insert_rows
from common.history import in_words
from common.spreadsheets import looking, values
from common.spreadsheets.reading import Limits, open_table
from contracts import rules as contract_rules
from contracts.imports import rules
from contracts.imports.cleaning import Cleaner, as_json
from contracts.imports.models import ImportRow, ImportRun
from contracts.imports.naming import Book, Named
from contracts.models import Contract, ContractSupplier, Kind
from contracts.rules import Place
from contracts.rules import structure_problems as rules_of_structure
from suppliers.models import Supplier

ROWS_A_BATCH = 1_000
_ROW_COLUMNS = (
    "run_id", "number", "outcome", "reference", "title", "note", "values", "before", "changes", "errors",
    "lead_id", "further", "contract_id", "contract_version",
)  # fmt: skip
_CONTRACT_COLUMNS = (
    *(f.name for f in Contract._meta.concrete_fields if f.name not in ("created_at", "updated_at")),
    "parent__reference",
)  # fmt: skip
NEW, CHANGED, SAME, WRONG = (o.value for o in ImportRow.Outcome)


class Superseded(Exception):
    """Somebody started this check again; what this one finds is of no use."""


def limits():
    return Limits(bytes=settings.UPLOAD_MAX_BYTES)


@contextmanager
def table_of(run):
    with (
        run.file.open("rb") as file,
        open_table(file, sheet=run.sheet, limits=limits(), known=rules.is_known_heading) as table,
    ):
        yield table


def look_at(file, *, sheet=""):
    return looking.look_at(file, sheet=sheet, limits=limits(), known=rules.is_known_heading)


@contextmanager
def without_collecting_garbage():
    """Rows make no cycles, but while they pass the collector would look at all there is, again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@without_collecting_garbage()
def survey(run):
    """Gather the suppliers and business units that the file names, and what must be asked about them."""
    wanted = [key for key in run.mapping if key == "unit" or key.startswith("supplier")]
    mapping = [key if key in wanted else "" for key in run.mapping]
    cleaner = Cleaner(headings=run.headings, mapping=mapping, options={})
    unit_position = run.mapping.index("unit") if "unit" in run.mapping else None
    named, unknown_units, without_unit = Named(), {}, unit_position is None
    with table_of(run) as table:
        for _, cells in table.rows:
            cleaned = cleaner.clean(cells)
            if cleaned.suppliers:
                named.add(cleaned.suppliers, cleaned.company_number, cleaned.supplier_details)
            if unit_position is not None:
                said = values.text(cells[unit_position]) if unit_position < len(cells) else ""
                if not said:
                    without_unit = True
                elif said.casefold() not in cleaner.units:
                    unknown_units.setdefault(said.casefold(), said[:150])
    named.keep(run)
    run.options |= {"unknown_units": unknown_units, "without_unit": without_unit}
    run.save(update_fields=["options"])


def open_questions(run):
    """Whether something must be answered before the rows can be judged."""
    options = run.options
    return (
        run.suppliers.filter(answer="").exclude(candidates=[]).exists()
        or set(options.get("unknown_units", {})) - set(options.get("units", {}))
        or (options.get("without_unit") and "default_unit" not in options)
    )


@without_collecting_garbage()
def judge(run):
    """Write down for every row of the file what it would do; gives the counts by outcome."""
    ImportRow.objects.filter(run=run).delete()
    judgement = Judgement(run)
    with table_of(run) as table:
        while batch := list(islice(table.rows, ROWS_A_BATCH)):
            _say_how_far(run, judgement.done)
            insert_rows(ImportRow, _ROW_COLUMNS, judgement.of(batch))
    judgement.mark_rows_that_others_contradict()
    judgement.mark_rows_that_stand_under_nothing()
    return judgement.counts


def _say_how_far(run, done):
    current = ImportRun.objects.filter(
        pk=run.pk, attempt=run.attempt, state=ImportRun.State.CHECKING
    )
    if not current.update(rows_done=done, active_at=timezone.now()):
        raise Superseded


@dataclass(slots=True)
class Verdict:
    """What one row would do: an ImportRow in the making, cheap enough to make a hundred thousand of."""

    number: int
    reference: str
    title: str
    errors: list
    outcome: str = WRONG
    note: str = ""
    values: dict = field(default_factory=dict)
    before: dict = field(default_factory=dict)
    changes: list = field(default_factory=list)
    lead_id: int | None = None
    further: list = field(default_factory=list)
    contract_id: int | None = None
    contract_version: int | None = None


class Judgement:
    """Judges the rows of one file, batch by batch."""

    def __init__(self, run):
        self.run = run
        self.cleaner = Cleaner(headings=run.headings, mapping=run.mapping, options=run.options)
        self.book = Book(run)
        self.repeats = run.options.get("repeats", "error")
        self.today = timezone.localdate()
        self.counts = dict.fromkeys((NEW, CHANGED, SAME, WRONG), 0)
        self.done = 0
        self.seen = {}
        self.contradicted = {}
        self.scratch = Contract()
        # Where rows say what they stand under: {reference: place} of rows that would be written, and
        # (row, reference, kind) of those that stand under another.
        self.has_places = not {"kind", "parent"}.isdisjoint(run.mapping)
        self.places, self.under = {}, []
        self._natural_keys = None
        self._names = None

    @property
    def natural_keys(self):
        """Ids of our contracts by what makes them the same without a reference; read when first needed."""
        if self._natural_keys is None:
            self._natural_keys = {}
            rows = Contract.objects.order_by().values_list(
                "pk", "title", "supplier_id", "commences_on"
            )
            for pk, title, supplier, start in rows.iterator():
                key = rules.natural_key(title, supplier, start)
                self._natural_keys.setdefault(key, []).append(pk)
        return self._natural_keys

    @property
    def names(self):
        if self._names is None:
            self._names = {
                BusinessUnit: dict(BusinessUnit.objects.values_list("pk", "name")),
                User: dict(User.objects.values_list("pk", "name")),
            }
        return self._names

    # --- a batch ---------------------------------------------------------------------------------

    def of(self, batch):
        rows = [(number, *self._read(cells)) for number, cells in batch]
        contracts, parts = self._our_contracts(rows)
        for number, cleaned, suppliers, key in rows:
            ours, ambiguous = self._ours(cleaned, key, contracts)
            row = self._judge(number, cleaned, suppliers, key, ours, parts)
            if ambiguous:
                self._report_ambiguity(row, ambiguous)
            if self.has_places and row.outcome != WRONG and not row.note:
                self._remember_its_place(row, ours)
            self.counts[row.outcome] += 1
            self.done += 1
            yield self._as_tuple(row)

    def _read(self, cells):
        cleaned = self.cleaner.clean(cells)
        suppliers = (
            self.book.of(cleaned.suppliers, cleaned.company_number) if cleaned.suppliers else []
        )
        columns = cleaned.columns
        if reference := columns.get("reference"):
            key = reference.upper()
        elif title := columns.get("title"):
            lead = None
            if suppliers:
                lead = suppliers[0].supplier_id or f"new {suppliers[0].key}"
            key = rules.natural_key(title, lead, columns.get("commences_on"))
        else:
            key = None
        return cleaned, suppliers, key

    def _our_contracts(self, rows):
        """Our contracts that a batch of rows may mean, and their further suppliers: two queries."""
        references = {key for _, _, _, key in rows if isinstance(key, str)}
        references |= {
            _upper_in_sqlite(cleaned.columns["reference"])
            for _, cleaned, _, key in rows
            if isinstance(key, str) and not key.isascii()
        }
        ids = [
            pk
            for _, _, _, key in rows
            if isinstance(key, int)
            for pk in self.natural_keys.get(key, ())
        ]
        found = {}
        if references:
            by_reference = Contract.objects.annotate(upper=Upper("reference")).filter(
                upper__in=references
            )
            for contract in by_reference.order_by().values(*_CONTRACT_COLUMNS):
                found[contract["reference"].upper()] = contract
        if ids:
            for contract in (
                Contract.objects.filter(pk__in=ids).order_by().values(*_CONTRACT_COLUMNS)
            ):
                found[contract["id"]] = contract
        parts = {}
        if found:
            of_these = ContractSupplier.objects.filter(
                contract__in=[c["id"] for c in found.values()]
            )
            for contract, supplier in of_these.order_by().values_list("contract_id", "supplier_id"):
                parts.setdefault(contract, set()).add(supplier)
        return found, parts

    def _ours(self, cleaned, key, contracts):
        if isinstance(key, str):
            return contracts.get(key), []
        ids = self.natural_keys.get(key, []) if key is not None else []
        if len(ids) > 1:
            return None, [contracts[pk]["reference"] for pk in ids if pk in contracts]
        return (contracts.get(ids[0]) if ids else None), []

    @staticmethod
    def _report_ambiguity(row, references):
        row.outcome, row.contract_id = WRONG, None
        row.values, row.changes = {}, []
        row.errors.append(
            ["", f"Fits several contracts: {', '.join(references[:5])}. Add a column of references"]
        )

    # --- a row -----------------------------------------------------------------------------------

    def _judge(self, number, cleaned, suppliers, key, ours, parts):
        columns = cleaned.columns
        row = Verdict(
            number=number, errors=cleaned.errors,
            reference=columns.get("reference", ours["reference"] if ours else "")[:60],
            title=columns.get("title", ours["title"] if ours else "")[:255],
        )  # fmt: skip
        repeated = self._repeats(row, cleaned, key)
        if repeated is not None:
            row.outcome = WRONG if row.errors else SAME
            row.note = repeated
            return row
        if ours:
            self._compare(row, columns, suppliers, ours, parts.get(ours["id"], set()))
        else:
            self._fill_new(row, columns, suppliers)
        if row.errors:
            row.outcome, row.values, row.before, row.changes = WRONG, {}, {}, []
        return row

    def _repeats(self, row, cleaned, key):
        """A note for a row that repeats an earlier one; None for a row that stands for itself."""
        if key is None:
            return None
        content = hash((tuple(cleaned.columns.items()), tuple(cleaned.suppliers)))
        first, said = self.seen.setdefault(key, (row.number, content))
        if first == row.number:
            return None
        if said == content:
            return f"Repeats row {first}"
        if self.repeats == "first":
            row.errors = []
            return f"Left out: row {first} has the same reference"
        self.contradicted.setdefault(first, []).append(row.number)
        row.errors.append(self._contradiction(row, [first]))
        return ""

    def _contradiction(self, row, others):
        many = "rows" if len(others) > 1 else "row"
        where = ", ".join(map(str, others[:5])) + (" and others" if len(others) > 5 else "")
        heading = self.cleaner.headings_of.get("reference")
        if heading and row.reference:
            return [
                heading,
                f"“{row.reference}” is also on {many} {where}, where other cells differ",
            ]
        sentence = (
            f"Title, supplier and commencement date are the same on {many} {where}, "
            "where other cells differ. Add a column of references"
        )
        return [self.cleaner.headings_of["title"], sentence]

    def _fill_new(self, row, columns, suppliers):
        headings = self.cleaner.headings_of
        wrong = {heading for heading, _ in row.errors}
        if "title" not in columns and headings["title"] not in wrong:
            row.errors.append([headings["title"], "The title is missing"])
        if "unit" not in columns:
            if self.cleaner.default_unit:
                columns["unit"] = self.cleaner.default_unit
            elif "unit" not in headings or headings["unit"] not in wrong:
                row.errors.append([headings.get("unit", ""), "The business unit is missing"])
        self._report_who_is_gone(row, columns)
        self._report_problems(row, columns, {})
        if "stage" not in columns:
            columns["stage"] = contract_rules.stage_from_dates(
                commences_on=columns.get("commences_on"),
                ends_on=columns.get("ends_on"),
                today=self.today,
            )
        if not columns.get("reference"):
            row.reference = columns["reference"] = rules.generated_reference(
                self.run.pk, row.number
            )
        if "parent" in columns:
            columns.setdefault("kind", Kind.CALL_OFF.value)
        elif columns.get("kind") == Kind.SPOT:
            self._report_structure(row, rules_of_structure(Kind.SPOT, None))
        row.outcome, row.values = NEW, columns
        if columns.get("notice_period"):
            columns["notice_on"] = self._notice_on(columns)
        if suppliers:
            row.lead_id = suppliers[0].pk
            row.further = [supplier.pk for supplier in suppliers[1:]]

    def _compare(self, row, columns, suppliers, ours, parts):
        row.contract_id, row.contract_version = ours["id"], ours["version"]
        row.reference = ours["reference"]
        columns.pop("ended_as", None)
        different = {
            key: value
            for key, value in columns.items()
            if key != "reference" and not self._is_the_same(key, ours, value)
        }
        self._refuse_another_stage(row, different)
        self._report_who_is_gone(row, different)
        self._report_problems(row, {**ours, **different}, ours)
        merged = {**ours, **different}
        if not {"kind", "parent"}.isdisjoint(different):
            self._compare_its_place(row, ours, merged)
        row.changes = [self._change(key, ours, merged) for key in different]
        row.before = {key: as_json(ours[key]) for key in different}
        row.values = different
        if different.keys() & {"ends_on", "notice_period", "notice_unit"}:
            notice_on = self._notice_on({**ours, **different})
            if notice_on != ours["notice_on"]:
                row.values["notice_on"], row.before["notice_on"] = (
                    notice_on,
                    as_json(ours["notice_on"]),
                )
        if suppliers:
            self._compare_suppliers(row, suppliers, ours, parts)
        row.outcome = CHANGED if row.changes else SAME

    def _refuse_another_stage(self, row, different):
        """A stage is left through its gate, which no file can pass."""
        if "stage" not in different:
            return
        words = dict(self.cleaner.fields["stage"].choices)
        stage = words[different.pop("stage")]
        sentence = (
            f"“{stage}” is not the stage that it has here. Move it on its own page, where what must be "
            "there is checked, or leave this column out"
        )
        row.errors.append([self.cleaner.headings_of["stage"], sentence])

    @staticmethod
    def _is_the_same(key, ours, value):
        if key == "parent":
            return (ours["parent__reference"] or "").upper() == value.upper()
        return _equal(ours[key], value)

    def _compare_its_place(self, row, ours, merged):
        """Asked only where a contract is put elsewhere, which is seldom; its parent is looked at last."""
        children = Contract(pk=ours["id"]).kinds_of_children()
        kind, has_parent = merged["kind"], merged["parent"] is not None
        above = Place(Kind.FRAMEWORK if kind == Kind.CALL_OFF else Kind.CONTRACT)
        self._report_structure(
            row, rules_of_structure(kind, above if has_parent else None, children)
        )

    def _report_structure(self, row, problems):
        for key, sentence in problems:
            row.errors.append([self.cleaner.headings_of.get(key, ""), sentence])

    def _remember_its_place(self, row, ours):
        kind = row.values.get("kind") or (ours["kind"] if ours else Kind.CONTRACT.value)
        parent = row.values.get("parent") or (ours["parent__reference"] if ours else None)
        self.places[row.reference.upper()] = Place(kind, parent is not None)
        if parent and not {"kind", "parent"}.isdisjoint(row.values):
            self.under.append((row.number, parent, kind))

    def _compare_suppliers(self, row, suppliers, ours, parts):
        """A new lead takes the old one's place; further suppliers are added, never taken away."""
        lead, *further = suppliers
        if lead.supplier_id is None or lead.supplier_id != ours["supplier"]:
            row.lead_id = lead.pk
            row.changes.append(["Lead supplier", self._supplier_name(ours["supplier"]), lead.name])
            row.before["supplier"] = ours["supplier"]
            if lead.supplier_id in parts:
                row.errors.append([
                    self.cleaner.headings_of["supplier"],
                    f"“{lead.name}” is named on this contract as a further supplier: remove it there first",
                ])  # fmt: skip
        added = [s for s in further if s.supplier_id is None or s.supplier_id not in parts]
        if added:
            row.further = [supplier.pk for supplier in added]
            old = ", ".join(sorted(map(self._supplier_name, parts)))
            new = ", ".join(supplier.name for supplier in added)
            row.changes.append(["Further suppliers", old, f"{old}, {new}" if old else new])

    @staticmethod
    def _supplier_name(pk):
        # Asked only for contracts whose lead changes, which are few in any real file.
        return (
            Supplier.objects.filter(pk=pk).values_list("name", flat=True).first() or ""
            if pk
            else ""
        )

    def _report_who_is_gone(self, row, columns):
        for key, gone in self.cleaner.no_longer_here.items():
            if gone and columns.get(key) in gone:
                what = (
                    "This business unit is no longer in use"
                    if key == "unit"
                    else "This person has left"
                )
                row.errors.append([self.cleaner.headings_of.get(key, ""), what])

    def _report_problems(self, row, merged, ours):
        """Rules about several columns; what was wrong in the register before is not the file's fault."""
        found = contract_rules.problems(merged)
        if found and ours:
            before = contract_rules.problems(ours)
            found = [problem for problem in found if problem not in before]
        for key, sentence in found:
            row.errors.append([self.cleaner.headings_of.get(key, ""), sentence])

    def _notice_on(self, columns):
        scratch = self.scratch
        scratch.ends_on = columns.get("ends_on")
        scratch.notice_period = columns.get("notice_period")
        scratch.notice_unit = columns.get("notice_unit") or "months"
        scratch.derive()
        return scratch.notice_on

    def _change(self, key, ours, merged):
        column, new = Contract._meta.get_field(key), merged[key]
        label = str(self.cleaner.fields[key].label or column.verbose_name)
        if key == "parent":
            return [label, ours["parent__reference"] or "", new]
        was = in_words(column, ours[key], self.names, currency=ours["currency"])
        if isinstance(new, str) and new.startswith("new:") and key == "unit":
            return [label, was, new.removeprefix("new:")]
        return [label, was, in_words(column, new, self.names, currency=merged["currency"])]

    def _as_tuple(self, row):
        return (
            self.run.pk, row.number, row.outcome, row.reference, row.title, row.note,
            _dumps({k: v if type(v) is str else as_json(v) for k, v in row.values.items()}),
            _dumps(row.before), _dumps(row.changes), _dumps(row.errors),
            row.lead_id, _dumps(row.further), row.contract_id, row.contract_version,
        )  # fmt: skip

    # --- after the last row ----------------------------------------------------------------------

    def mark_rows_that_stand_under_nothing(self):
        """What a row stands under may come further down in the file, so that it is known only at the end."""
        contradicted = self._references(self.contradicted)
        for start in range(0, len(self.under), ROWS_A_BATCH):
            batch = self.under[start : start + ROWS_A_BATCH]
            ours = self._places_of_ours([parent for _, parent, _ in batch])
            wrong = {}
            for number, parent, kind in batch:
                key = parent.upper()
                place = None if key in contradicted else self.places.get(key) or ours.get(key)
                problems = (
                    rules_of_structure(kind, place) if place else [("parent", _missing(parent))]
                )
                if problems:
                    wrong[number] = [
                        [self.cleaner.headings_of.get(key, ""), sentence]
                        for key, sentence in problems
                    ]
            self._mark_wrong(wrong)

    def _references(self, numbers):
        numbers = list(numbers)
        found = set()
        for start in range(0, len(numbers), ROWS_A_BATCH):
            rows = self.run.rows.filter(number__in=numbers[start : start + ROWS_A_BATCH])
            found |= {reference.upper() for reference in rows.values_list("reference", flat=True)}
        return found

    @staticmethod
    def _places_of_ours(references):
        wanted = {r.upper() for r in references} | {_upper_in_sqlite(r) for r in references}
        found = Contract.objects.alias(upper=Upper("reference")).filter(upper__in=wanted)
        rows = found.order_by().values_list("reference", "kind", "parent_id")
        return {
            reference.upper(): Place(kind, parent is not None) for reference, kind, parent in rows
        }

    def mark_rows_that_others_contradict(self):
        """The first of several rows that contradict each other was let pass; it is as wrong as they are."""
        numbers = list(self.contradicted)
        self.run.options["contradictions"] = len(numbers)
        for start in range(0, len(numbers), ROWS_A_BATCH):
            batch = self.run.rows.filter(number__in=numbers[start : start + ROWS_A_BATCH])
            self._mark_wrong({
                row.number: [self._contradiction(row, self.contradicted[row.number])] for row in batch
            })  # fmt: skip

    def _mark_wrong(self, errors):
        """Rows that were let pass and turn out to be wrong: {number: what is wrong}."""
        rows = list(self.run.rows.filter(number__in=errors)) if errors else []
        for row in rows:
            self.counts[row.outcome] -= 1
            self.counts[WRONG] += 1
            row.errors += errors[row.number]
            row.outcome, row.values, row.before, row.changes = WRONG, {}, {}, []
        ImportRow.objects.bulk_update(
            rows, ["errors", "outcome", "values", "before", "changes"], batch_size=200
        )


def _upper_in_sqlite(text):
    """SQLite's own UPPER leaves letters outside ASCII as they are."""
    return "".join(c.upper() if c.isascii() else c for c in text)


def _missing(reference):
    return f"There is no contract with the reference “{reference}”, here or in the rows that can be imported"


_dumps_any = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _dumps(value):
    return _dumps_any(value) if value else ("{}" if isinstance(value, dict) else "[]")


def _equal(ours, theirs):
    if isinstance(ours, str) and isinstance(theirs, str):
        # A browser sends line breaks as two characters, a spreadsheet as one.
        return ours == theirs or ours.replace("\r\n", "\n") == theirs
    return ours == theirs


def rows_to_put_right(run):
    """The wrong rows of the file as they came, each with its number and all that is wrong with it."""
    wrong = run.rows.filter(outcome=WRONG).order_by("number").values_list("number", "errors")
    wanted = wrong.iterator(chunk_size=ROWS_A_BATCH)
    number, errors = next(wanted, (None, None))
    with table_of(run) as table:
        for found, cells in table.rows:
            if number is None:
                return
            if found == number:
                sentences = "; ".join(
                    f"{heading}: {said}" if heading else said for heading, said in errors
                )
                yield [found, sentences, *cells]
                number, errors = next(wanted, (None, None))
