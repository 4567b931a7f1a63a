from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from common.spreadsheets.reading import UnreadableFile
from contracts.imports import actions, rules
from contracts.imports.models import ImportRun

State = ImportRun.State
_ROWS_TO_TELL = 50


class Command(BaseCommand):
    help = "Import a register from a CSV or Excel file: all of it or nothing, unless --good-rows is given."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--by", metavar="EMAIL", help="who imports; stands in the history")
        parser.add_argument(
            "--sheet", default="", help="the sheet of a workbook; the first filled one if left out"
        )
        parser.add_argument(
            "--mapping", metavar="HEADING=FIELD", action="append", default=[],
            help="what a column means, where the proposal is wrong; nothing after = leaves it out. "
            f"Fields: {', '.join(rules.BY_KEY)}",
        )  # fmt: skip
        parser.add_argument(
            "--unit", metavar="NAME", help="the business unit of rows that name none"
        )
        parser.add_argument(
            "--create-units", action="store_true", help="add units that are not in the register"
        )
        parser.add_argument(
            "--suppliers-differ", action="store_true",
            help="add suppliers whose names are nearly those of others, instead of stopping to ask",
        )  # fmt: skip
        parser.add_argument(
            "--first-rows",
            action="store_true",
            help="where rows share a reference, take the first of them",
        )
        parser.add_argument(
            "--good-rows", action="store_true", help="import the good rows and leave out the others"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and stop"
        )

    def handle(self, *args, **options):
        by = self._person(options["by"])
        run = self._upload(options, by)
        self._choose_columns(run, options["mapping"])
        run.options |= self._options(options)
        run.save(update_fields=["mapping", "options"])
        run = self._check(run, by, options)
        self._tell(run)
        if options["dry_run"]:
            actions.discard(run=run, by=by)
            self.stdout.write("Nothing was written: this was a dry run.")
        elif run.wrong and not options["good_rows"]:
            actions.discard(run=run, by=by)
            raise CommandError(
                "Nothing was written. Put the rows right, or add --good-rows to leave them out."
            )
        elif run.to_write:
            self._import(run, by, options)
        else:
            self.stdout.write("There is nothing to import.")

    def _person(self, email):
        if not email:
            return None
        person = User.objects.active().filter(email__iexact=email).first()
        if person is None or not person.may(Permission.IMPORT_REGISTER):
            raise CommandError(f"{email} is nobody who may import a register.")
        return person

    def _upload(self, options, by):
        path = options["file"]
        try:
            with path.open("rb") as file:
                return actions.upload(
                    file=File(file, name=path.name), by=by, sheet=options["sheet"]
                )
        except OSError as error:
            raise CommandError(f"{path} cannot be opened: {error.strerror}.") from error
        except UnreadableFile as problem:
            raise CommandError(str(problem)) from problem

    def _choose_columns(self, run, pairs):
        positions = {rules.normalise(heading): n for n, heading in enumerate(run.headings)}
        for pair in pairs:
            heading, _, key = pair.rpartition("=")
            position = positions.get(rules.normalise(heading))
            if position is None or (key and key not in rules.BY_KEY):
                raise CommandError(
                    f"--mapping {pair}: there is no such heading in the file, or no such field."
                )
            run.mapping[position] = key
        if problems := rules.mapping_problems(run.headings, run.mapping):
            raise CommandError("\n".join(sentence for _, sentence in problems))

    def _options(self, options):
        chosen = {"default_unit": None}
        if name := options["unit"]:
            unit = BusinessUnit.objects.filter(name__iexact=name).first()
            if unit is None and options["create_units"]:
                unit = BusinessUnit.objects.create(name=name)
            if unit is None:
                raise CommandError(
                    f"There is no business unit called {name}. Add --create-units to add it."
                )
            chosen["default_unit"] = unit.pk
        if options["first_rows"]:
            chosen["repeats"] = "first"
        return chosen

    def _check(self, run, by, options):
        refusals = []

        def answers(run):
            suppliers, options_chosen, refusal = self._answers(run, options)
            refusals.extend(refusal)
            return {"suppliers": suppliers, "options": options_chosen}

        run = actions.start_check(run=run, by=by, answers=answers)
        if refusals:
            raise CommandError("\n".join(refusals))
        if run.state != State.CHECKED:
            raise CommandError(run.problem or "The file could not be checked.")
        return run

    def _answers(self, run, options):
        """Answers about suppliers and units as the options say, and what they leave open."""
        refusals, suppliers, units = [], {}, dict(run.options.get("units", {}))
        unknown = {k: n for k, n in run.options.get("unknown_units", {}).items() if k not in units}
        if unknown and options["create_units"]:
            units |= dict.fromkeys(unknown, "create")
        elif unknown:
            names = ", ".join(unknown.values())
            refusals.append(
                f"Not in the register: business units {names}. Add --create-units to add them."
            )
        open_questions = list(run.questions.filter(answer=""))
        if options["suppliers_differ"]:
            suppliers = {q.pk: "new" for q in open_questions}
        elif open_questions:
            lines = [f"  {q.name}: {c[2]}? {c[3]}" for q in open_questions for c in q.candidates]
            refusals.append(
                "These suppliers may be ones you have. Answer in the browser, where this import waits, or "
                "add --suppliers-differ to add them all:\n" + "\n".join(lines)
            )
        return suppliers, {"units": units}, refusals

    def _tell(self, run):
        self.stdout.write(
            f"{run.new} new, {run.changed} changed, {run.same} the same, {run.wrong} to put right."
        )
        for row in run.rows.filter(outcome="wrong")[:_ROWS_TO_TELL]:
            for heading, sentence in row.errors:
                where = f"Row {row.number}, {heading}" if heading else f"Row {row.number}"
                self.stderr.write(f"{where}: {sentence}")
        if run.wrong > _ROWS_TO_TELL:
            self.stderr.write(f"... and {run.wrong - _ROWS_TO_TELL} more rows.")

    def _import(self, run, by, options):
        run = actions.confirm(run=run, by=by, good_rows_only=options["good_rows"], at_once=True)
        if run.state != State.IMPORTED:
            raise CommandError(run.problem)
        self.stdout.write(
            f"Imported: {run.new} contracts added, {run.changed} changed, "
            f"{run.suppliers_added} suppliers and {run.units_added} business units added. This is import {run.pk}."
        )
